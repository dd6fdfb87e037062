#include <openssl/err.h>
#include <stdlib.h>

#include "attest/cert.h"
#include "attest/ossl.h"

struct tf_trust {
	char workspace[TF_NAME_MAX + 1];
	bool dev_profile;
	X509 *root;
	uint8_t root_der[TF_CERT_MAX];
	size_t root_len;
	unsigned threshold;
	uint8_t admins[TF_ADMINS_MAX][32];
	size_t n_admins;
	uint8_t hash[32];
	X509_STORE *store; /* the root and the CRL; NULL until there is a CRL */
	uint8_t crl_sha256[32];
	uint64_t crl_number;
	uint64_t crl_floor;
	int64_t crl_next_update;
};

static tf_err fill(tf_trust *t, const tf_trust_config *c)
{
	x509_ref root = { NULL };
	tf_err e;

	TRY(tf_trust_root_hash(t->hash, c->workspace, c->root_der, c->root_len,
	                       c->admin_threshold, c->admin_keys, c->n_admin_keys));
	e = tf_x509_read(&root, c->root_der, c->root_len, sizeof(t->root_der));
	t->root = root.p;
	TRY(e);
	if (!tf_root_is_ours(t->root, c->workspace))
		return TF_E_TRUST;
	memcpy(t->workspace, c->workspace, strlen(c->workspace) + 1);
	memcpy(t->root_der, c->root_der, c->root_len);
	t->root_len = c->root_len;
	memcpy(t->admins, c->admin_keys, c->n_admin_keys * 32);
	t->n_admins = c->n_admin_keys;
	t->threshold = c->admin_threshold;
	t->dev_profile = c->dev_profile;
	return TF_OK;
}

tf_err tf_trust_new(tf_trust **out, const tf_trust_config *config)
{
	tf_trust *t = calloc(1, sizeof(*t));
	tf_err e;

	if (!t)
		return TF_E_RESOURCE;
	e = fill(t, config);
	if (e != TF_OK) {
		tf_trust_free(t);
		return e;
	}
	*out = t;
	return TF_OK;
}

void tf_trust_free(tf_trust *t)
{
	if (!t)
		return;
	X509_STORE_free(t->store);
	X509_free(t->root);
	free(t);
}

const uint8_t *tf_trust_hash(const tf_trust *t)
{
	return t->hash;
}

const char *tf_trust_workspace(const tf_trust *t)
{
	return t->workspace;
}

const uint8_t *tf_trust_root(const tf_trust *t, size_t *len)
{
	*len = t->root_len;
	return t->root_der;
}

const uint8_t (*tf_trust_admins(const tf_trust *t, size_t *n, unsigned *threshold))[32]
{
	*n = t->n_admins;
	*threshold = t->threshold;
	return t->admins;
}

bool tf_trust_is_dev(const tf_trust *t)
{
	return t->dev_profile;
}

uint64_t tf_trust_crl_number(const tf_trust *t, int64_t *next_update)
{
	if (next_update)
		*next_update = t->crl_next_update;
	return t->crl_number;
}

/* Number and AKI, nothing else: no delta lists, no scopes, no indirection. */
static tf_err read_crl_number(uint64_t *out, const X509_CRL *crl)
{
	int critical = -1;
	ASN1_INTEGER *number = X509_CRL_get_ext_d2i(crl, NID_crl_number, &critical, NULL);
	bool ok = number && critical == 0 && ASN1_INTEGER_get_uint64(out, number) == 1 &&
	          *out > 0 && X509_CRL_get_ext_count(crl) == 2 &&
	          X509_CRL_get_ext_by_NID(crl, NID_authority_key_identifier, -1) >= 0;

	ASN1_INTEGER_free(number);
	ERR_clear_error();
	return ok ? TF_OK : TF_E_ENCODING;
}

static X509_STORE *store_of(X509 *root, X509_CRL *crl)
{
	X509_STORE *store = X509_STORE_new();

	if (store && X509_STORE_add_cert(store, root) == 1 &&
	    X509_STORE_add_crl(store, crl) == 1 &&
	    X509_STORE_set_flags(store, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CRL_CHECK) == 1 &&
	    X509_STORE_set_depth(store, 0) == 1)
		return store;
	X509_STORE_free(store);
	return NULL;
}

/* A list of the same number must be the same list. */
static tf_err check_crl_number(const tf_trust *t, uint64_t number, const uint8_t sha256[static 32])
{
	if (number < t->crl_number || number < t->crl_floor)
		return TF_E_REPLAY;
	if (number == t->crl_number && !tf_same(sha256, t->crl_sha256, 32))
		return TF_E_CONFLICT;
	return TF_OK;
}

/* A list that the root has signed, and its number. */
static tf_err read_crl(crl_ref *out, uint64_t *number, const tf_trust *t, const uint8_t *der,
                       size_t len)
{
	TRY(tf_crl_read(out, der, len));
	if (X509_NAME_cmp(X509_CRL_get_issuer(out->p), X509_get_subject_name(t->root)) != 0 ||
	    X509_CRL_get_signature_nid(out->p) != NID_ecdsa_with_SHA256 ||
	    X509_CRL_verify(out->p, X509_get0_pubkey(t->root)) != 1) {
		ERR_clear_error();
		return TF_E_TRUST;
	}
	return read_crl_number(number, out->p);
}

tf_err tf_trust_crl_floor(tf_trust *t, const uint8_t *der, size_t len)
{
	TF_AUTO(crl_ref) crl = { NULL };
	uint64_t number;

	TRY(read_crl(&crl, &number, t, der, len));
	if (number > t->crl_floor)
		t->crl_floor = number;
	return TF_OK;
}

tf_err tf_trust_set_crl(tf_trust *t, const uint8_t *der, size_t len, int64_t now)
{
	TF_AUTO(crl_ref) crl = { NULL };
	int64_t from, until;
	uint64_t number;
	uint8_t sha256[32];
	X509_STORE *store;

	TRY(read_crl(&crl, &number, t, der, len));
	TRY(tf_time_read(&from, X509_CRL_get0_lastUpdate(crl.p)));
	TRY(tf_time_read(&until, X509_CRL_get0_nextUpdate(crl.p)));
	EVP_Digest(der, len, sha256, NULL, EVP_sha256(), NULL);
	TRY(check_crl_number(t, number, sha256));
	if (now < from || now >= until)
		return TF_E_EXPIRED;
	store = store_of(t->root, crl.p);
	if (!store)
		return TF_E_RESOURCE;
	X509_STORE_free(t->store);
	t->store = store;
	t->crl_number = number;
	t->crl_next_update = until;
	memcpy(t->crl_sha256, sha256, 32);
	return TF_OK;
}

/* OpenSSL's verdict on leaf and root at that time; X509_V_OK only if the chain is these two. */
static tf_err chain_verdict(int *verdict, const tf_trust *t, X509 *leaf, int64_t now)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *chain;
	int ok;

	if (!ctx || X509_STORE_CTX_init(ctx, t->store, leaf, NULL) != 1) {
		X509_STORE_CTX_free(ctx);
		return TF_E_RESOURCE;
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)now);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 2);
	ok = X509_verify_cert(ctx);
	*verdict = X509_STORE_CTX_get_error(ctx);
	chain = X509_STORE_CTX_get0_chain(ctx);
	if (ok == 1 && (sk_X509_num(chain) != 2 || X509_cmp(sk_X509_value(chain, 1), t->root) != 0))
		*verdict = X509_V_ERR_CERT_CHAIN_TOO_LONG;
	if (ok != 1 && *verdict == X509_V_OK)
		*verdict = X509_V_ERR_UNSPECIFIED;
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	return TF_OK;
}

static bool is_time_error(int verdict)
{
	return verdict == X509_V_ERR_CERT_NOT_YET_VALID || verdict == X509_V_ERR_CERT_HAS_EXPIRED;
}

static bool is_crl_error(int verdict)
{
	return verdict == X509_V_ERR_CRL_HAS_EXPIRED || verdict == X509_V_ERR_CRL_NOT_YET_VALID ||
	       verdict == X509_V_ERR_UNABLE_TO_GET_CRL;
}

static bool is_chain_error(int verdict)
{
	return verdict != X509_V_OK && verdict != X509_V_ERR_CERT_REVOKED &&
	       !is_time_error(verdict) && !is_crl_error(verdict);
}

static tf_err check_chain(const tf_trust *t, const uint8_t *der, size_t len, int64_t now,
                          tf_fault *fault)
{
	TF_AUTO(x509_ref) leaf = { NULL };
	int verdict;

	if (!tf_holds(fault, TF_CK_CRL_FRESH, now < t->crl_next_update))
		return TF_E_TRUST;
	if (!t->store)
		return TF_E_TRUST;
	TRY(tf_x509_read(&leaf, der, len, TF_CERT_MAX));
	TRY(chain_verdict(&verdict, t, leaf.p, now));
	if (!tf_holds(fault, TF_CK_HOLDER_CHAIN, !is_chain_error(verdict)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_HOLDER_TIME, !is_time_error(verdict)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_HOLDER_REVOKED, verdict != X509_V_ERR_CERT_REVOKED))
		return TF_E_TRUST;
	return is_crl_error(verdict) ? TF_E_TRUST : TF_OK;
}

static tf_err check_kinship(const tf_trust *t, const tf_identity *id, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_CERT_WORKSPACE,
	              strcmp(id->holder.workspace, t->workspace) == 0))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_CERT_TRUST_ROOT, tf_same(id->trust_root, t->hash, 32)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_CERT_EVIDENCE,
	              t->dev_profile | (id->evidence != TF_EVIDENCE_NONE)))
		return TF_E_TRUST;
	return TF_OK;
}

static tf_err check_wanted(const tf_cert_want *want, const tf_holder *h, tf_fault *fault)
{
	bool device = !want->device || strcmp(h->device, want->device) == 0;
	bool set = want->set == TF_ANY_SET || h->set == want->set;

	if (!tf_holds(fault, TF_CK_CERT_ROLE, (want->roles & 1u << h->role) != 0))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_CERT_SET, set))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_CERT_DEVICE, device))
		return TF_E_TRUST;
	return TF_OK;
}

tf_err tf_cert_verify(tf_cert *out, const tf_trust *t, const uint8_t *der, size_t len, int64_t now,
                      const tf_cert_want *want, tf_fault *fault)
{
	tf_cert c = { 0 };
	tf_err form = tf_cert_parse(&c, der, len);

	if (!tf_holds(fault, TF_CK_CERT_FORM, form == TF_OK))
		return TF_E_TRUST;
	TRY(check_chain(t, der, len, now, fault));
	TRY(check_kinship(t, &c.id, fault));
	TRY(check_wanted(want, &c.id.holder, fault));
	*out = c;
	return TF_OK;
}
