#include "curve/ed25519_sig.h"

#include <sodium.h>
#include <string.h>

#include "curve/impl.h"

/* The y of the points of order 1, 2, 4 and 8, in their canonical form. */
static const uint8_t small_y[5][32] = {
	{ 1 },
	{ 0xec, [1 ... 30] = 0xff, [31] = 0x7f },
	{ 0 },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
	  0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
	  0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
	  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
	  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
};

static bool is_small(const uint8_t in[static 32])
{
	uint8_t y[32];

	memcpy(y, in, sizeof(y));
	y[31] &= 0x7f;
	for (unsigned i = 0; i < 5; i++)
		if (memcmp(y, small_y[i], sizeof(y)) == 0)
			return true;
	return false;
}

static void load_limbs(uint64_t out[static 4], const uint8_t in[static 32])
{
	for (unsigned i = 0; i < 4; i++) {
		out[i] = 0;
		for (unsigned j = 8; j-- > 0;)
			out[i] = out[i] << 8 | in[8 * i + j];
	}
}

/* S, which must be below L. */
static bool load_s(uint64_t out[static 4], const uint8_t in[static 32])
{
	static const uint64_t order[4] = { 0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0,
	                                   0x1000000000000000 };
	uint64_t spare[4];

	load_limbs(out, in);
	return tf_field_limbs_sub(spare, out, order) != 0;
}

/* SHA-512(R | A | M) mod L */
static void challenge(uint64_t out[static 4], const uint8_t r[static 32],
                      const uint8_t pk[static 32], const uint8_t *msg, size_t len)
{
	uint8_t wide[crypto_hash_sha512_BYTES], h[32];
	crypto_hash_sha512_state st;

	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, r, 32);
	crypto_hash_sha512_update(&st, pk, 32);
	crypto_hash_sha512_update(&st, msg, len);
	crypto_hash_sha512_final(&st, wide);
	crypto_core_ed25519_scalar_reduce(h, wide);
	load_limbs(out, h);
}

void tf_ed_key_init(tf_ed_key *out, const uint8_t pk[static 32], const tf_kernel *kernel)
{
	tf_ed A;

	memset(out, 0, sizeof(*out));
	memcpy(out->pk, pk, sizeof(out->pk));
	out->kernel = tf_ed_kernel_of(kernel);
	if (is_small(pk) || !tf_ed_decode_vt(&A, pk))
		return;
	tf_ed_neg(&A, &A);
	out->kernel->table_fill(&out->minus, &A);
	out->good = true;
}

/* Are these the bytes of R? */
static bool same_point(const uint8_t want[static 32], const tf_ed *R)
{
	uint8_t r[32], sign[32];
	tf_fe x, y;

	tf_ed_affine_vt(&x, &y, R);
	tf_fe_store(r, &y);
	tf_fe_store(sign, &x);
	r[31] |= (uint8_t)(sign[0] << 7);
	return memcmp(r, want, sizeof(r)) == 0;
}

bool tf_ed_key_holds(const tf_ed_key *key, const uint8_t sig[static 64], const uint8_t *msg,
                     size_t len)
{
	uint64_t s[4], h[4];
	tf_ed R;

	if (!key->good || is_small(sig) || !load_s(s, sig + 32))
		return false;
	challenge(h, sig, key->pk, msg, len);
	key->kernel->combs_vt(&R, s, h, &key->minus);
	return same_point(sig, &R);
}

/* Under the point A, whose encoding is pk. */
static bool holds(const tf_ed_kernel *kernel, const tf_ed *A, const uint8_t pk[static 32],
                  const uint8_t sig[static 64], const uint8_t *msg, size_t len)
{
	tf_ed_term term;
	uint64_t s[4];
	tf_ed R;

	if (is_small(sig) || !load_s(s, sig + 32))
		return false;
	tf_ed_neg(&term.P, A);
	challenge(term.k, sig, pk, msg, len);
	kernel->combine_vt(&R, s, &term, 1);
	return same_point(sig, &R);
}

bool tf_ed_point_holds(const tf_group *g, const tf_pt *key, const uint8_t sig[static 64],
                       const uint8_t *msg, size_t len)
{
	uint8_t pk[32];
	tf_fe x, y;
	tf_ed A;

	if (key->identity)
		return false;
	memcpy(pk, key->b, sizeof(pk));
	pk[31] |= (uint8_t)(key->b[32] << 7); /* the sign of x: its lowest bit */
	tf_fe_load(&y, key->b);
	tf_fe_load(&x, key->b + 32);
	tf_ed_set_affine(&A, &x, &y);
	return holds(g->impl, &A, pk, sig, msg, len);
}

bool tf_ed_holds(const uint8_t pk[static 32], const uint8_t sig[static 64], const uint8_t *msg,
                 size_t len)
{
	tf_ed A;

	return !is_small(pk) && tf_ed_decode_vt(&A, pk) &&
	       holds(tf_ed_kernel_of(NULL), &A, pk, sig, msg, len);
}

/* ---- signing ---- */

/* SHA-512(a | b | c); an empty part may be NULL. */
static void hash(uint8_t out[static 64], const uint8_t a[static 32], const uint8_t *b, size_t b_len,
                 const uint8_t *c, size_t c_len)
{
	crypto_hash_sha512_state st;

	crypto_hash_sha512_init(&st);
	crypto_hash_sha512_update(&st, a, 32);
	crypto_hash_sha512_update(&st, b, b_len);
	crypto_hash_sha512_update(&st, c, c_len);
	crypto_hash_sha512_final(&st, out);
	tf_wipe(&st, sizeof(st));
}

/* The encoding of rG. */
static void commit(uint8_t out[static 32], const tf_ed_kernel *kernel, const uint8_t r[static 32])
{
	TF_AUTO(tf_ed) R;
	uint8_t sign[32];
	uint64_t v[4];
	tf_fe x, y;

	load_limbs(v, r);
	kernel->mul_base(&R, v);
	tf_wipe(v, sizeof(v));
	tf_ed_affine(&x, &y, &R);
	tf_fe_store(out, &y);
	tf_fe_store(sign, &x);
	out[31] |= (uint8_t)(sign[0] << 7);
	tf_ct_declassify(out, 32);
}

void tf_ed_sign(const tf_ed_kernel *kernel, uint8_t sig[static 64], const uint8_t seed[static 32],
                const uint8_t pk[static 32], const uint8_t *msg, size_t len)
{
	uint8_t h[64], wide[64], a[32], r[32], k[32], ka[32];

	hash(h, seed, NULL, 0, NULL, 0);
	hash(wide, h + 32, NULL, 0, msg, len);
	crypto_core_ed25519_scalar_reduce(r, wide);
	commit(sig, kernel, r);
	hash(wide, sig, pk, 32, msg, len);
	crypto_core_ed25519_scalar_reduce(k, wide);
	memset(wide, 0, sizeof(wide));
	memcpy(wide, h, 32);
	wide[0] &= 248;
	wide[31] = (uint8_t)((wide[31] & 127) | 64);
	crypto_core_ed25519_scalar_reduce(a, wide);
	crypto_core_ed25519_scalar_mul(ka, k, a);
	crypto_core_ed25519_scalar_add(sig + 32, ka, r);
	tf_ct_declassify(sig, 64);
	tf_wipe(h, sizeof(h));
	tf_wipe(wide, sizeof(wide));
	tf_wipe(a, sizeof(a));
	tf_wipe(r, sizeof(r));
	tf_wipe(ka, sizeof(ka));
	tf_wipe_stack();
}
