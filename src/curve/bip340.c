#include "curve/bip340.h"

#include <sodium.h>
#include <string.h>

void tf_bip340_hash(uint8_t out[static 32], const char *tag, const tf_piece *piece, size_t n)
{
	crypto_hash_sha256_state st;
	uint8_t t[32];

	(void)crypto_hash_sha256(t, (const uint8_t *)tag, strlen(tag));
	(void)crypto_hash_sha256_init(&st);
	(void)crypto_hash_sha256_update(&st, t, sizeof(t));
	(void)crypto_hash_sha256_update(&st, t, sizeof(t));
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&st, piece[i].p, piece[i].len);
	(void)crypto_hash_sha256_final(&st, out);
}

tf_err tf_bip340_x(const tf_group *g, uint8_t x[static 32], bool *odd, const tf_pt *P)
{
	uint8_t y[32];

	TRY(tf_pt_affine(g, x, y, P));
	*odd = y[31] & 1;
	return TF_OK;
}

tf_err tf_bip340_lift(const tf_group *g, tf_pt *out, const uint8_t x[static 32])
{
	uint8_t even[TF_PT_BYTES] = { 2 };

	memcpy(even + 1, x, 32);
	return tf_pt_decode(g, out, even);
}

tf_err tf_bip340_challenge(const tf_group *g, tf_sc *e, const uint8_t r[static 32],
                           const uint8_t p[static 32], const uint8_t *m, size_t len)
{
	const tf_piece piece[] = { { r, 32 }, { p, 32 }, { m, len } };
	uint8_t h[32];

	tf_bip340_hash(h, "BIP0340/challenge", piece, TF_ARRAY_LEN(piece));
	return tf_sc_reduce_bytes(g, e, h, sizeof(h));
}

/* "Verification", steps 1 to 5 of BIP-340, with R lifted and compared as a point. */
tf_err tf_bip340_verify_vt(const tf_group *g, bool *valid, const uint8_t sig[static 64],
                           const uint8_t p[static 32], const uint8_t *m, size_t len)
{
	tf_pt P, R, sum, sG;
	tf_sc s, e;

	*valid = false;
	if (tf_bip340_lift(g, &P, p) != TF_OK || tf_bip340_lift(g, &R, sig) != TF_OK ||
	    tf_sc_decode(g, &s, sig + 32) != TF_OK)
		return TF_OK;
	TRY(tf_bip340_challenge(g, &e, sig, p, m, len));
	TRY(tf_pt_mul_vt(g, &sum, &e, &P));
	TRY(tf_pt_add(g, &sum, &sum, &R));
	TRY(tf_pt_mul_base_vt(g, &sG, &s));
	*valid = tf_pt_eq(g, &sum, &sG);
	return TF_OK;
}

tf_err tf_bip341_tweak(const tf_group *g, tf_sc *t, const tf_pt *P, const uint8_t *root,
                       size_t len)
{
	uint8_t x[32], h[32];
	const tf_piece piece[] = { { x, 32 }, { root, len } };
	bool odd;

	if (len != 0 && len != 32)
		return TF_E_USAGE;
	TRY(tf_bip340_x(g, x, &odd, P));
	tf_bip340_hash(h, "TapTweak", piece, TF_ARRAY_LEN(piece));
	return tf_sc_decode(g, t, h) == TF_OK ? TF_OK : TF_E_UNSUPPORTED;
}
