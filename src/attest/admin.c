#include "attest/admin.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/rw.h"

static const char domain[] = "trefoil/admin-request/v1";

#define TEXT_MAX 4096u

static tf_err signed_text(uint8_t text[static TEXT_MAX], size_t *len, const tf_admin_request *r,
                          const uint8_t nonce[static 16], uint64_t time)
{
	uint8_t body[32];
	tf_wr w = tf_wr_init(text, TEXT_MAX);

	crypto_hash_sha256(body, r->body, r->body_len);
	tf_wr_blob(&w, r->workspace, strlen(r->workspace));
	tf_wr_blob(&w, r->method, strlen(r->method));
	tf_wr_blob(&w, r->path, strlen(r->path));
	tf_wr_fixed(&w, body, sizeof(body));
	tf_wr_fixed(&w, nonce, 16);
	tf_wr_u64(&w, time);
	return tf_wr_end(&w, len);
}

tf_err tf_admin_sign(tf_admin_headers *out, const tf_admin_request *req,
                     const tf_identity_keys *admin, int64_t now, const tf_rng *rng)
{
	uint8_t text[TEXT_MAX], nonce[16], sig[64];
	size_t len;

	if (now < 0)
		return TF_E_USAGE;
	TRY(tf_rng_bytes(rng, nonce, sizeof(nonce)));
	tf_ct_declassify(nonce, sizeof(nonce));
	TRY(signed_text(text, &len, req, nonce, (uint64_t)now));
	TRY(tf_identity_sign(sig, admin, domain, text, len));
	sodium_bin2hex(out->key, sizeof(out->key), admin->ed25519, 32);
	sodium_bin2hex(out->nonce, sizeof(out->nonce), nonce, sizeof(nonce));
	sodium_bin2hex(out->signature, sizeof(out->signature), sig, sizeof(sig));
	snprintf(out->time, sizeof(out->time), "%" PRId64, now);
	return TF_OK;
}

static bool from_hex(uint8_t *out, size_t n, const char *hex)
{
	size_t got = 0;

	return strlen(hex) == 2 * n &&
	       sodium_hex2bin(out, n, hex, 2 * n, NULL, &got, NULL) == 0 && got == n;
}

/* Decimal, no sign, no leading zero, below 10^15. */
static bool read_time(int64_t *out, const char *text)
{
	size_t len = strlen(text);
	int64_t v = 0;

	if (len < 1 || len > 15 || (len > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = 10 * v + (text[i] - '0');
	}
	*out = v;
	return true;
}

static bool is_pinned(const uint8_t key[static 32], const uint8_t (*keys)[32], size_t n)
{
	bool found = false;

	for (size_t i = 0; i < n; i++)
		found |= tf_ct_reveal(tf_ct_bytes_eq(keys[i], key, 32));
	return found;
}

tf_err tf_admin_verify(uint8_t key[static 32], uint8_t nonce[static 16],
                       const tf_admin_headers *h, const tf_admin_request *req,
                       const uint8_t (*admin_keys)[32], size_t n_admin_keys, int64_t now,
                       tf_fault *fault)
{
	uint8_t text[TEXT_MAX], pk[32], once[16], sig[64];
	int64_t then = 0, early = now - TF_ADMIN_SKEW, late = now + TF_ADMIN_SKEW;
	size_t len;
	bool now_ish;

	if (!from_hex(pk, sizeof(pk), h->key) || !from_hex(once, sizeof(once), h->nonce) ||
	    !from_hex(sig, sizeof(sig), h->signature) || !read_time(&then, h->time))
		return TF_E_AUTH;
	if (!tf_holds(fault, TF_CK_ADMIN_KEY, is_pinned(pk, admin_keys, n_admin_keys)))
		return TF_E_AUTH;
	now_ish = then >= early && then <= late;
	if (!tf_holds(fault, TF_CK_ADMIN_TIME, now_ish))
		return TF_E_AUTH;
	if (signed_text(text, &len, req, once, (uint64_t)then) != TF_OK)
		return TF_E_AUTH;
	if (!tf_holds(fault, TF_CK_ADMIN_SIGNATURE,
	              tf_identity_verify(pk, domain, text, len, sig)))
		return TF_E_AUTH;
	memcpy(key, pk, sizeof(pk));
	memcpy(nonce, once, sizeof(once));
	return TF_OK;
}
