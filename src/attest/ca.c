#include "attest/ca.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "attest/names.h"
#include "attest/ossl.h"

#define SALT_LEN 16
#define ROOT_COMMON "Trefoil root"

struct tf_ca {
	X509 *cert;
	EVP_PKEY *key;
	uint8_t der[TF_CERT_MAX];
	size_t der_len;
	int64_t not_after;
};

typedef struct ext_text {
	int nid;
	const char *value; /* OpenSSL's configuration syntax; constants only, never input */
} ext_text;

static const ext_text root_exts[] = {
	{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
	{ NID_key_usage, "critical,keyCertSign,cRLSign" },
	{ NID_subject_key_identifier, "hash" },
};

static const ext_text leaf_exts[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
	{ NID_ext_key_usage, "serverAuth,clientAuth" },
	{ NID_subject_key_identifier, "hash" },
	{ NID_authority_key_identifier, "keyid:always" },
};

static bool add_exts(X509 *x, X509 *issuer, const ext_text exts[], size_t n)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	for (size_t i = 0; i < n; i++) {
		X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, exts[i].nid, exts[i].value);
		int ok = ext ? X509_add_ext(x, ext, -1) : 0;

		X509_EXTENSION_free(ext);
		if (ok != 1)
			return false;
	}
	return true;
}

/* 128 random bits, not zero. */
static bool set_serial(X509 *x)
{
	uint8_t bytes[16];
	BIGNUM *bn;
	bool ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bn = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = bn && !BN_is_zero(bn) && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
	BN_free(bn);
	return ok;
}

static bool set_times(X509 *x, int64_t from, int64_t until)
{
	return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from) &&
	       ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until);
}

static bool set_subject(X509 *x, const char *workspace, const char *common)
{
	X509_NAME *name = tf_subject_make(workspace, common);
	bool ok = name && X509_set_subject_name(x, name) == 1;

	X509_NAME_free(name);
	return ok;
}

static tf_err make_root(x509_ref *out, EVP_PKEY *key, const char *workspace, int64_t now)
{
	const int64_t until = now + (int64_t)TF_CA_YEARS * 365 * 86400;
	X509 *x = X509_new();

	out->p = x;
	if (x && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	    set_times(x, now - TF_CERT_BACKDATE, until) &&
	    set_subject(x, workspace, ROOT_COMMON) &&
	    X509_set_issuer_name(x, X509_get_subject_name(x)) == 1 &&
	    X509_set_pubkey(x, key) == 1 &&
	    add_exts(x, x, root_exts, TF_ARRAY_LEN(root_exts)) &&
	    X509_sign(x, key, EVP_sha256()) > 0)
		return TF_OK;
	return TF_E_RESOURCE;
}

static tf_err copy_pem(char *out, size_t cap, BIO *bio)
{
	char *text;
	long n = BIO_get_mem_data(bio, &text);

	if (n <= 0)
		return TF_E_RESOURCE;
	if ((size_t)n >= cap)
		return TF_E_CAPACITY;
	memcpy(out, text, (size_t)n);
	out[n] = '\0';
	return TF_OK;
}

/* PKCS#8 under PBES2; its PEM is no secret. */
static tf_err encrypt_key(char *out, size_t cap, EVP_PKEY *key, const uint8_t *passphrase,
                          size_t passphrase_len)
{
	TF_AUTO(bio_ref) bio = { BIO_new(BIO_s_mem()) };
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_ALGOR *pbe = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), TF_CA_ITERATIONS, NULL, SALT_LEN,
	                                    NULL, NID_hmacWithSHA256);
	X509_SIG *sealed = info && pbe ? PKCS8_set0_pbe((const char *)passphrase,
	                                               (int)passphrase_len, info, pbe) : NULL;
	tf_err e = TF_E_RESOURCE;

	if (sealed && bio.p && PEM_write_bio_PKCS8(bio.p, sealed) == 1)
		e = copy_pem(out, cap, bio.p);
	if (!sealed)
		X509_ALGOR_free(pbe); /* otherwise it belongs to sealed */
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	return e;
}

tf_err tf_ca_create(char *cert_pem, size_t cert_cap, char *key_pem, size_t key_cap,
                    const char *workspace, const uint8_t *passphrase, size_t passphrase_len,
                    int64_t now)
{
	TF_AUTO(pkey_ref) key = { NULL };
	TF_AUTO(x509_ref) root = { NULL };
	TF_AUTO(bio_ref) bio = { BIO_new(BIO_s_mem()) };

	if (!tf_name_valid(workspace) || passphrase_len < TF_CA_PASSPHRASE_MIN ||
	    passphrase_len > INT_MAX)
		return TF_E_USAGE;
	TRY(tf_tls_key_make(&key.p));
	TRY(make_root(&root, key.p, workspace, now));
	TRY(encrypt_key(key_pem, key_cap, key.p, passphrase, passphrase_len));
	if (!bio.p || PEM_write_bio_X509(bio.p, root.p) != 1)
		return TF_E_RESOURCE;
	return copy_pem(cert_pem, cert_cap, bio.p);
}

/* PBES2 with PBKDF2-HMAC-SHA256 and enough rounds: somebody could have put a weaker file there. */
static bool is_well_sealed(const X509_SIG *sealed)
{
	const X509_ALGOR *alg;
	const ASN1_OBJECT *oid;
	const void *value;
	int type;
	PBE2PARAM *pbe2 = NULL;
	PBKDF2PARAM *kdf = NULL;
	bool ok = false;

	X509_SIG_get0(sealed, &alg, NULL);
	X509_ALGOR_get0(&oid, &type, &value, alg);
	if (OBJ_obj2nid(oid) == NID_pbes2 && type == V_ASN1_SEQUENCE)
		pbe2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), alg->parameter);
	if (pbe2 && OBJ_obj2nid(pbe2->keyfunc->algorithm) == NID_id_pbkdf2)
		kdf = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM),
		                                pbe2->keyfunc->parameter);
	if (kdf && kdf->prf)
		ok = OBJ_obj2nid(kdf->prf->algorithm) == NID_hmacWithSHA256 &&
		     OBJ_obj2nid(pbe2->encryption->algorithm) == NID_aes_256_cbc &&
		     ASN1_INTEGER_get(kdf->iter) >= TF_CA_ITERATIONS;
	PBKDF2PARAM_free(kdf);
	PBE2PARAM_free(pbe2);
	ERR_clear_error();
	return ok;
}

static tf_err decrypt_key(EVP_PKEY **out, const char *pem, size_t len, const uint8_t *passphrase,
                          size_t passphrase_len)
{
	TF_AUTO(bio_ref) bio = { BIO_new_mem_buf(pem, (int)len) };
	X509_SIG *sealed = bio.p ? PEM_read_bio_PKCS8(bio.p, NULL, NULL, NULL) : NULL;
	PKCS8_PRIV_KEY_INFO *info = NULL;
	tf_err e = TF_E_ENCODING;

	if (sealed && is_well_sealed(sealed)) {
		info = PKCS8_decrypt(sealed, (const char *)passphrase, (int)passphrase_len);
		*out = info ? EVP_PKCS82PKEY(info) : NULL;
		e = *out ? TF_OK : TF_E_SEAL;
	}
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	ERR_clear_error();
	return e;
}

static tf_err load(tf_ca *ca, const char *workspace, const char *cert_pem, size_t cert_len,
                   const char *key_pem, size_t key_len, const uint8_t *passphrase,
                   size_t passphrase_len)
{
	x509_ref root = { NULL };
	tf_err e;

	TRY(tf_cert_from_pem(ca->der, sizeof(ca->der), &ca->der_len, cert_pem, cert_len));
	e = tf_x509_read(&root, ca->der, ca->der_len, sizeof(ca->der));
	ca->cert = root.p;
	TRY(e);
	TRY(decrypt_key(&ca->key, key_pem, key_len, passphrase, passphrase_len));
	if (!tf_root_is_ours(ca->cert, workspace) ||
	    EVP_PKEY_eq(X509_get0_pubkey(ca->cert), ca->key) != 1) {
		ERR_clear_error();
		return TF_E_TRUST;
	}
	return tf_time_read(&ca->not_after, X509_get0_notAfter(ca->cert));
}

tf_err tf_ca_load(tf_ca **out, const char *workspace, const char *cert_pem, size_t cert_len,
                  const char *key_pem, size_t key_len, const uint8_t *passphrase,
                  size_t passphrase_len)
{
	tf_ca *ca;
	tf_err e;

	if (key_len > INT_MAX || passphrase_len > INT_MAX)
		return TF_E_TOO_LARGE;
	ca = calloc(1, sizeof(*ca));
	if (!ca)
		return TF_E_RESOURCE;
	e = load(ca, workspace, cert_pem, cert_len, key_pem, key_len, passphrase, passphrase_len);
	if (e != TF_OK) {
		tf_ca_free(ca);
		return e;
	}
	*out = ca;
	return TF_OK;
}

void tf_ca_free(tf_ca *ca)
{
	if (!ca)
		return;
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	free(ca);
}

const uint8_t *tf_ca_root(const tf_ca *ca, size_t *len)
{
	*len = ca->der_len;
	return ca->der;
}

static bool add_san(X509 *x, const tf_csr *csr)
{
	TF_AUTO(names_ref) names = { NULL };

	return tf_names_make(&names, &csr->holder, &csr->sans) == TF_OK &&
	       X509_add1_ext_i2d(x, NID_subject_alt_name, names.p, 0, X509V3_ADD_DEFAULT) == 1;
}

static bool add_identity(X509 *x, const tf_csr *csr, const tf_verified *verified,
                         const uint8_t trust_root[static 32])
{
	tf_ext_identity id = { .evidence = tf_verified_kind(verified) };
	X509_EXTENSION *ext;
	bool ok;

	memcpy(id.ed25519, csr->ed25519, 32);
	memcpy(id.x25519, csr->x25519, 32);
	memcpy(id.evidence_digest, tf_verified_digest(verified), 32);
	memcpy(id.trust_root, trust_root, 32);
	ext = tf_ext_make(&id);
	ok = ext && X509_add_ext(x, ext, -1) == 1;
	X509_EXTENSION_free(ext);
	return ok;
}

static bool set_key(X509 *x, const tf_csr *csr)
{
	const uint8_t *p = csr->spki;
	TF_AUTO(pkey_ref) key = { d2i_PUBKEY(NULL, &p, (long)csr->spki_len) };

	return tf_pkey_is_p256(key.p) && X509_set_pubkey(x, key.p) == 1;
}

static tf_err sign_leaf(uint8_t *out, size_t cap, size_t *len, X509 *x, const tf_ca *ca)
{
	int n;

	if (X509_sign(x, ca->key, EVP_sha256()) <= 0)
		return TF_E_RESOURCE;
	n = i2d_X509(x, NULL);
	if (n <= 0 || (size_t)n > cap)
		return n <= 0 ? TF_E_RESOURCE : TF_E_CAPACITY;
	*len = (size_t)i2d_X509(x, &out);
	return TF_OK;
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

tf_err tf_ca_issue(uint8_t *out, size_t cap, size_t *len, const tf_ca *ca, const tf_csr *csr,
                   const tf_verified *verified, const uint8_t trust_root[static 32], int64_t now,
                   int64_t seconds)
{
	TF_AUTO(x509_ref) x = { X509_new() };
	const int64_t from = now - TF_CERT_BACKDATE;
	uint8_t bound[TF_REPORT_DATA_LEN];
	int64_t until;

	if (seconds <= TF_CERT_BACKDATE || seconds > TF_CERT_SECONDS)
		return TF_E_USAGE;
	TRY(tf_report_data(bound, csr, trust_root));
	if (!tf_holds(NULL, TF_CK_EVIDENCE_BINDING,
	              tf_same(bound, tf_verified_report_data(verified), sizeof(bound))))
		return TF_E_TRUST;
	until = earliest(earliest(from + seconds, tf_verified_expiry(verified)), ca->not_after);
	if (until <= now)
		return TF_E_EXPIRED;
	if (!x.p || X509_set_version(x.p, X509_VERSION_3) != 1 || !set_serial(x.p) ||
	    !set_times(x.p, from, until) ||
	    !set_subject(x.p, csr->holder.workspace, csr->holder.device) ||
	    X509_set_issuer_name(x.p, X509_get_subject_name(ca->cert)) != 1 ||
	    !set_key(x.p, csr) || !add_san(x.p, csr) ||
	    !add_exts(x.p, ca->cert, leaf_exts, TF_ARRAY_LEN(leaf_exts)) ||
	    !add_identity(x.p, csr, verified, trust_root))
		return TF_E_RESOURCE;
	return sign_leaf(out, cap, len, x.p, ca);
}

static bool add_revoked(X509_CRL *crl, const tf_revoked *r)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	BIGNUM *bn = BN_bin2bn(r->serial, sizeof(r->serial), NULL);
	ASN1_INTEGER *serial = bn ? BN_to_ASN1_INTEGER(bn, NULL) : NULL;
	ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)r->when);
	bool ok = entry && serial && when && X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
	          X509_REVOKED_set_revocationDate(entry, when) == 1 &&
	          X509_CRL_add0_revoked(crl, entry) == 1;

	if (!ok)
		X509_REVOKED_free(entry);
	BN_free(bn);
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(when);
	return ok;
}

static bool add_crl_exts(X509_CRL *crl, const tf_ca *ca, uint64_t number)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	X509_EXTENSION *aki;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx(&ctx, ca->cert, NULL, NULL, crl, 0);
	X509V3_set_ctx_nodb(&ctx);
	aki = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	ok = n && aki && ASN1_INTEGER_set_uint64(n, number) == 1 &&
	     X509_CRL_add_ext(crl, aki, -1) == 1 &&
	     X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, X509V3_ADD_DEFAULT) == 1;
	X509_EXTENSION_free(aki);
	ASN1_INTEGER_free(n);
	return ok;
}

static bool set_crl_times(X509_CRL *crl, int64_t from, int64_t until)
{
	ASN1_TIME *a = ASN1_TIME_set(NULL, (time_t)from);
	ASN1_TIME *b = ASN1_TIME_set(NULL, (time_t)until);
	bool ok = a && b && X509_CRL_set1_lastUpdate(crl, a) == 1 &&
	          X509_CRL_set1_nextUpdate(crl, b) == 1;

	ASN1_TIME_free(a);
	ASN1_TIME_free(b);
	return ok;
}

tf_err tf_ca_crl(uint8_t **out, size_t *len, const tf_ca *ca, uint64_t number,
                 const tf_revoked *revoked, size_t n, int64_t now, int64_t next_update)
{
	TF_AUTO(crl_ref) crl = { X509_CRL_new() };
	uint8_t *der = NULL;
	int size;
	bool ok;

	if (number == 0 || next_update <= now)
		return TF_E_USAGE;
	ok = crl.p && X509_CRL_set_version(crl.p, X509_CRL_VERSION_2) == 1 &&
	     X509_CRL_set_issuer_name(crl.p, X509_get_subject_name(ca->cert)) == 1 &&
	     set_crl_times(crl.p, now - TF_CERT_BACKDATE, next_update) &&
	     add_crl_exts(crl.p, ca, number);
	for (size_t i = 0; i < n && ok; i++)
		ok = add_revoked(crl.p, &revoked[i]);
	if (!ok || X509_CRL_sort(crl.p) != 1 || X509_CRL_sign(crl.p, ca->key, EVP_sha256()) <= 0)
		return TF_E_RESOURCE;
	size = i2d_X509_CRL(crl.p, NULL);
	if (size <= 0)
		return TF_E_RESOURCE;
	if ((size_t)size > TF_CRL_MAX)
		return TF_E_TOO_LARGE;
	*out = malloc((size_t)size);
	if (!*out)
		return TF_E_RESOURCE;
	der = *out;
	*len = (size_t)i2d_X509_CRL(crl.p, &der);
	return TF_OK;
}

tf_err tf_crl_to_pem(char **out, const uint8_t *der, size_t len)
{
	TF_AUTO(bio_ref) bio = { BIO_new(BIO_s_mem()) };
	char *text;
	long n;

	if (!bio.p || PEM_write_bio(bio.p, PEM_STRING_X509_CRL, "", der, (long)len) <= 0)
		return TF_E_RESOURCE;
	n = BIO_get_mem_data(bio.p, &text);
	if (n <= 0)
		return TF_E_RESOURCE;
	*out = malloc((size_t)n + 1);
	if (!*out)
		return TF_E_RESOURCE;
	memcpy(*out, text, (size_t)n);
	(*out)[n] = '\0';
	return TF_OK;
}
