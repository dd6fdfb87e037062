#include <sodium.h>
#include <string.h>

#include "proto/frost_impl.h"

#define BLOCK 64u /* of SHA-256 */
#define WIDE 48u  /* L of RFC 9591, 6.5 */
#define DST_MAX 64u

const char *tf_frost_name(tf_frost_suite suite)
{
	switch (suite) {
	case TF_FROST_ED25519: return "FROST-ED25519-SHA512-v1";
	case TF_FROST_SECP256K1: return "FROST-secp256k1-SHA256-v1";
	case TF_FROST_TAPROOT: return "FROST-secp256k1-SHA256-TR-v1";
	case TF_FROST_BIP445: return "FROST-secp256k1-BIP445-v1";
	}
	return NULL;
}

static bool tiny(const tf_group *g)
{
#ifdef TF_TESTING
	return tf_group_id(g) == TF_CURVE_TINY13 || tf_group_id(g) == TF_CURVE_TINY199;
#else
	(void)g;
	return false;
#endif
}

bool tf_frost_fits(tf_frost_suite suite, const tf_group *g)
{
	switch (suite) {
	case TF_FROST_ED25519: return tf_group_id(g) == TF_CURVE_ED25519;
	case TF_FROST_SECP256K1: return tf_group_id(g) == TF_CURVE_SECP256K1 || tiny(g);
	case TF_FROST_TAPROOT:
	case TF_FROST_BIP445: return tf_group_id(g) == TF_CURVE_BIP340 || tiny(g);
	}
	return false;
}

/* ---- SHA-512 ---- */

static void sha512(uint8_t out[static 64], const char *context, const char *label,
                   const tf_piece *piece, size_t n)
{
	crypto_hash_sha512_state st;

	(void)crypto_hash_sha512_init(&st);
	(void)crypto_hash_sha512_update(&st, (const uint8_t *)context, strlen(context));
	(void)crypto_hash_sha512_update(&st, (const uint8_t *)label, strlen(label));
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha512_update(&st, piece[i].p, piece[i].len);
	(void)crypto_hash_sha512_final(&st, out);
	tf_wipe(&st, sizeof(st));
}

/* 64 bytes, little-endian, modulo q. */
static tf_err reduce_le(tf_sc *out, const tf_group *g, const uint8_t in[static 64])
{
	uint8_t be[64];
	tf_err err;

	for (unsigned i = 0; i < 64; i++)
		be[i] = in[63 - i];
	err = tf_sc_reduce_bytes(g, out, be, sizeof(be));
	tf_wipe(be, sizeof(be));
	return err;
}

static tf_err sha512_to_scalar(tf_sc *out, const tf_group *g, const char *context,
                               const char *label, const tf_piece *piece, size_t n)
{
	uint8_t wide[64];
	tf_err err;

	sha512(wide, context, label, piece, n);
	err = reduce_le(out, g, wide);
	tf_wipe(wide, sizeof(wide));
	return err;
}

/* ---- SHA-256 ---- */

static void sha256(uint8_t out[static 32], const tf_piece *piece, size_t n)
{
	crypto_hash_sha256_state st;

	(void)crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&st, piece[i].p, piece[i].len);
	(void)crypto_hash_sha256_final(&st, out);
	tf_wipe(&st, sizeof(st));
}

/* b_0 = H(Z_pad | msg | I2OSP(WIDE, 2) | 0 | dst). */
static void xmd_first(uint8_t out[static 32], const tf_piece *piece, size_t n, const tf_piece *dst)
{
	static const uint8_t pad[BLOCK], length[3] = { 0, WIDE, 0 };
	crypto_hash_sha256_state st;

	(void)crypto_hash_sha256_init(&st);
	(void)crypto_hash_sha256_update(&st, pad, sizeof(pad));
	for (size_t i = 0; i < n; i++)
		(void)crypto_hash_sha256_update(&st, piece[i].p, piece[i].len);
	(void)crypto_hash_sha256_update(&st, length, sizeof(length));
	(void)crypto_hash_sha256_update(&st, dst->p, dst->len);
	(void)crypto_hash_sha256_final(&st, out);
	tf_wipe(&st, sizeof(st));
}

/* RFC 9380, 5.3.1: expand_message_xmd to WIDE bytes, and those modulo q. */
static tf_err xmd_to_scalar(tf_sc *out, const tf_group *g, const char *context, const char *label,
                            const tf_piece *piece, size_t n)
{
	static const uint8_t first = 1, second = 2;
	size_t head = strlen(context), tail = strlen(label);
	uint8_t dst[DST_MAX], b0[32], b[64];
	tf_piece in[3] = { { b0, sizeof(b0) }, { &first, 1 }, { dst, head + tail + 1 } };
	tf_err err;

	if (head + tail + 1 > sizeof(dst))
		return TF_E_CAPACITY;
	memcpy(dst, context, head);
	memcpy(dst + head, label, tail);
	dst[head + tail] = (uint8_t)(head + tail);
	xmd_first(b0, piece, n, &in[2]);
	sha256(b, in, TF_ARRAY_LEN(in));
	for (unsigned i = 0; i < sizeof(b0); i++)
		b0[i] ^= b[i];
	in[1].p = &second;
	sha256(b + 32, in, TF_ARRAY_LEN(in));
	err = tf_sc_reduce_bytes(g, out, b, WIDE);
	tf_wipe(b0, sizeof(b0));
	tf_wipe(b, sizeof(b));
	return err;
}

/* ---- the suites' hashes ---- */

tf_err tf_frost_to_scalar(tf_sc *out, tf_frost_suite suite, const tf_group *g, const char *label,
                          const tf_piece *piece, size_t n)
{
	const char *context = tf_frost_name(suite);

	if (!context)
		return TF_E_USAGE;
	if (suite == TF_FROST_ED25519)
		return sha512_to_scalar(out, g, context, label, piece, n);
	return xmd_to_scalar(out, g, context, label, piece, n);
}

size_t tf_frost_digest(uint8_t out[static TF_FROST_DIGEST_MAX], tf_frost_suite suite,
                       const char *label, const void *p, size_t len)
{
	const char *name = tf_frost_name(suite), *context = name ? name : "";
	const tf_piece in[] = { { context, strlen(context) }, { label, strlen(label) },
	                        { p, len } };

	if (suite == TF_FROST_ED25519) {
		sha512(out, context, label, &in[2], 1);
		return 64;
	}
	sha256(out, in, TF_ARRAY_LEN(in));
	return 32;
}

tf_err tf_frost_challenge(tf_sc *c, tf_frost_suite suite, const tf_group *g, const tf_pt *R,
                          const tf_pt *Q, const uint8_t *msg, size_t len)
{
	uint8_t r[TF_FROST_POINT_MAX], q[TF_FROST_POINT_MAX];
	const tf_piece piece[] = { { r, tf_frost_put_point(r, suite, g, R) },
	                           { q, tf_frost_put_point(q, suite, g, Q) }, { msg, len } };

	switch (suite) {
	case TF_FROST_ED25519: /* RFC 8032's, without a prefix */
		return sha512_to_scalar(c, g, "", "", piece, TF_ARRAY_LEN(piece));
	case TF_FROST_SECP256K1:
		return tf_frost_to_scalar(c, suite, g, "chal", piece, TF_ARRAY_LEN(piece));
	case TF_FROST_TAPROOT:
	case TF_FROST_BIP445:
		return tf_bip340_challenge(g, c, r + 1, q + 1, msg, len);
	}
	return TF_E_USAGE;
}

size_t tf_frost_put_point(uint8_t out[static TF_FROST_POINT_MAX], tf_frost_suite suite,
                          const tf_group *g, const tf_pt *p)
{
	tf_pt_encode(g, out, p);
	if (suite != TF_FROST_ED25519)
		return TF_PT_BYTES;
	memmove(out, out + 1, 32); /* RFC 8032's form is ours without its tag */
	return 32;
}

void tf_frost_put_scalar(uint8_t out[static TF_FROST_SCALAR], tf_frost_suite suite, const tf_sc *a)
{
	uint8_t be[TF_SC_BYTES];

	tf_sc_encode(be, a);
	for (unsigned i = 0; i < TF_SC_BYTES; i++)
		out[i] = suite == TF_FROST_ED25519 ? be[TF_SC_BYTES - 1 - i] : be[i];
	tf_wipe(be, sizeof(be));
}
