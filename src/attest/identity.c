#include "attest/identity.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/rw.h"

static const char scheme[] = "trefoil://";

const char *tf_role_name(tf_role role)
{
	switch (role) {
	case TF_ROLE_GUARD: return "guard";
	case TF_ROLE_PRIMARY: return "primary";
	case TF_ROLE_COORDINATOR: return "coordinator";
	case TF_ROLE_RA: return "ra";
	case TF_ROLE_ADMIN: return "admin";
	}
	return "?";
}

tf_err tf_role_parse(tf_role *out, const char *text)
{
	for (tf_role r = TF_ROLE_GUARD; r <= TF_ROLE_ADMIN; r++) {
		if (strcmp(text, tf_role_name(r)) == 0) {
			*out = r;
			return TF_OK;
		}
	}
	return TF_E_ENCODING;
}

const char *tf_evidence_name(tf_evidence_kind kind)
{
	switch (kind) {
	case TF_EVIDENCE_NONE: return "none";
	case TF_EVIDENCE_SGX: return "sgx";
	case TF_EVIDENCE_TDX: return "tdx";
	case TF_EVIDENCE_SNP: return "snp";
	}
	return "?";
}

tf_err tf_evidence_parse(tf_evidence_kind *out, const char *text)
{
	for (tf_evidence_kind k = TF_EVIDENCE_NONE; k <= TF_EVIDENCE_SNP; k++) {
		if (strcmp(text, tf_evidence_name(k)) == 0) {
			*out = k;
			return TF_OK;
		}
	}
	return TF_E_ENCODING;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool tf_name_valid(const char *text)
{
	size_t len = strnlen(text, TF_NAME_MAX + 1);

	if (len < 1 || len > TF_NAME_MAX || text[0] == '-' || text[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(text[i]))
			return false;
	return true;
}

bool tf_holder_valid(const tf_holder *h)
{
	if (!tf_name_valid(h->workspace) || !tf_name_valid(h->device))
		return false;
	switch (h->role) {
	case TF_ROLE_GUARD:
		return h->set >= 1 && h->set <= TF_SET_MAX;
	case TF_ROLE_PRIMARY:
	case TF_ROLE_COORDINATOR:
	case TF_ROLE_RA:
	case TF_ROLE_ADMIN:
		return h->set == 0;
	}
	return false;
}

bool tf_holder_eq(const tf_holder *a, const tf_holder *b)
{
	return a->role == b->role && a->set == b->set && strcmp(a->workspace, b->workspace) == 0 &&
	       strcmp(a->device, b->device) == 0;
}

tf_err tf_holder_uri(char out[static TF_URI_MAX + 1], const tf_holder *h)
{
	if (!tf_holder_valid(h))
		return TF_E_USAGE;
	snprintf(out, TF_URI_MAX + 1, "%s%s/%s/%u/%s", scheme, h->workspace, tf_role_name(h->role),
	         h->set, h->device);
	return TF_OK;
}

/* The part up to the next '/', or to the end; moves *at behind it. */
static bool take_part(char *out, size_t cap, const char **at, char end)
{
	const char *stop = end ? strchr(*at, end) : *at + strlen(*at);
	size_t len;

	if (!stop)
		return false;
	len = (size_t)(stop - *at);
	if (len >= cap)
		return false;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at = end ? stop + 1 : stop;
	return true;
}

tf_err tf_holder_parse(tf_holder *out, const char *uri, size_t len)
{
	char text[TF_URI_MAX + 1], again[TF_URI_MAX + 1], role[12], set[4];
	const char *at = text + sizeof(scheme) - 1;
	tf_holder h = { 0 };

	if (len > TF_URI_MAX || len < sizeof(scheme) || memchr(uri, '\0', len))
		return TF_E_ENCODING;
	memcpy(text, uri, len);
	text[len] = '\0';
	if (!take_part(h.workspace, sizeof(h.workspace), &at, '/') ||
	    !take_part(role, sizeof(role), &at, '/') || !take_part(set, sizeof(set), &at, '/') ||
	    !take_part(h.device, sizeof(h.device), &at, '\0'))
		return TF_E_ENCODING;
	TRY(tf_role_parse(&h.role, role));
	h.set = (uint16_t)strtoul(set, NULL, 10);
	/* Whatever strtoul forgave, a wrong scheme, "01", "+1": it would not be written so again. */
	if (tf_holder_uri(again, &h) != TF_OK || strcmp(again, text) != 0)
		return TF_E_ENCODING;
	*out = h;
	return TF_OK;
}

tf_err tf_identity_keys_load(tf_identity_keys *out, const tf_secret *seed,
                             const tf_secret *x_secret)
{
	uint8_t sk[crypto_sign_SECRETKEYBYTES];
	bool bad;

	if (sodium_init() < 0)
		return TF_E_RESOURCE;
	out->seed = *seed;
	out->x_secret = *x_secret;
	bad = crypto_sign_seed_keypair(out->ed25519, sk, seed->b) != 0 ||
	      crypto_scalarmult_base(out->x25519, x_secret->b) != 0;
	tf_wipe(sk, sizeof(sk));
	return bad ? TF_E_RESOURCE : TF_OK;
}

tf_err tf_identity_keys_make(tf_identity_keys *out, const tf_rng *rng)
{
	TF_AUTO(tf_secret) seed = { 0 };
	TF_AUTO(tf_secret) x_secret = { 0 };

	TRY(tf_rng_bytes(rng, seed.b, sizeof(seed.b)));
	TRY(tf_rng_bytes(rng, x_secret.b, sizeof(x_secret.b)));
	return tf_identity_keys_load(out, &seed, &x_secret);
}

void tf_identity_keys_wipe(tf_identity_keys *k)
{
	tf_wipe(k, sizeof(*k));
}

/* domain || 0x00 || msg, malloc'ed. */
static uint8_t *with_domain(size_t *total, const char *domain, const uint8_t *msg, size_t len)
{
	size_t head = strlen(domain) + 1;
	uint8_t *p;

	if (len > SIZE_MAX - head)
		return NULL;
	p = malloc(head + len);
	if (!p)
		return NULL;
	memcpy(p, domain, head);
	if (len)
		memcpy(p + head, msg, len);
	*total = head + len;
	return p;
}

tf_err tf_identity_sign(uint8_t sig[static 64], const tf_identity_keys *k, const char *domain,
                        const uint8_t *msg, size_t len)
{
	uint8_t pk[32], sk[crypto_sign_SECRETKEYBYTES];
	size_t total;
	uint8_t *p = with_domain(&total, domain, msg, len);

	if (!p)
		return TF_E_RESOURCE;
	(void)crypto_sign_seed_keypair(pk, sk, k->seed.b);
	(void)crypto_sign_detached(sig, NULL, p, total, sk);
	tf_wipe(sk, sizeof(sk));
	free(p);
	return TF_OK;
}

bool tf_identity_verify(const uint8_t ed25519[static 32], const char *domain, const uint8_t *msg,
                        size_t len, const uint8_t sig[static 64])
{
	size_t total;
	uint8_t *p = with_domain(&total, domain, msg, len);
	bool good;

	if (!p)
		return false;
	good = crypto_sign_verify_detached(sig, p, total, ed25519) == 0;
	free(p);
	return good;
}

static int compare_keys(const void *a, const void *b)
{
	const uint8_t *x = a, *y = b;

	for (unsigned i = 0; i < 32; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static void absorb_blob(crypto_hash_sha256_state *h, const void *p, size_t len)
{
	uint8_t head[4];
	tf_wr w = tf_wr_init(head, sizeof(head));

	tf_wr_u32(&w, (uint32_t)len);
	crypto_hash_sha256_update(h, head, sizeof(head));
	crypto_hash_sha256_update(h, p, len);
}

tf_err tf_trust_root_hash(uint8_t out[static 32], const char *workspace, const uint8_t *root_der,
                          size_t root_len, unsigned threshold, const uint8_t (*admin_keys)[32],
                          size_t n_admin_keys)
{
	uint8_t sorted[TF_ADMINS_MAX][32], counts[8];
	crypto_hash_sha256_state h;
	tf_wr w = tf_wr_init(counts, sizeof(counts));

	if (n_admin_keys < 1 || n_admin_keys > TF_ADMINS_MAX || threshold < 1 ||
	    threshold > n_admin_keys || root_len > UINT32_MAX || !tf_name_valid(workspace))
		return TF_E_USAGE;
	memcpy(sorted, admin_keys, n_admin_keys * 32);
	qsort(sorted, n_admin_keys, 32, compare_keys);
	for (size_t i = 1; i < n_admin_keys; i++)
		if (compare_keys(sorted[i - 1], sorted[i]) == 0)
			return TF_E_USAGE;
	tf_wr_u32(&w, threshold);
	tf_wr_u32(&w, (uint32_t)n_admin_keys);
	TRY(tf_wr_end(&w, NULL));
	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)"trefoil/trust-root/v1", 22);
	absorb_blob(&h, workspace, strlen(workspace));
	absorb_blob(&h, root_der, root_len);
	crypto_hash_sha256_update(&h, counts, sizeof(counts));
	crypto_hash_sha256_update(&h, sorted[0], n_admin_keys * 32);
	crypto_hash_sha256_final(&h, out);
	return TF_OK;
}
