/* Groups of prime order by descriptor: scalars, and points that are valid by construction.
 *
 * A tf_group is a run-time object in the caller's memory (libsecp256k1 needs a context, and there
 * are no hidden globals). Points come only from decoding, multiplication and addition, so a tf_pt
 * in hand is always on the curve and in the prime-order group; the identity O is a value like any
 * other and has the encoding of 33 zero bytes (docs/protocol.md, section 2). Scalars are always
 * reduced.
 *
 * secp256k1 is libsecp256k1's; ed25519 (ed25519_point.h), P-256 and STARK (weier.c) are our own.
 *
 * Scalar arithmetic is constant time everywhere. Point functions that take a tf_sc_sec are constant
 * time in it; those ending in _vt take public scalars. The point that comes out counts as public in
 * the constant-time builds: libsecp256k1 branches on points it is handed (on impossible values
 * only), and every point of the protocols is published or a summand of a published one. The tiny
 * groups of test builds keep no secrets and make no promise about time.
 */
#ifndef TF_CURVE_GROUP_H
#define TF_CURVE_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ct.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/secret.h"
#include "num/bn.h"
#include "num/int.h"
#include "num/kernel.h"

#define TF_SC_BYTES 32u
#define TF_PT_BYTES 33u
#define TF_PT_TAG_ED25519 0xedu
#define TF_GROUP_ROOM 32768u

typedef enum tf_curve_id {
	TF_CURVE_SECP256K1 = 1,
	TF_CURVE_ED25519 = 2, /* the subgroup of prime order L */
	TF_CURVE_P256 = 3,
	TF_CURVE_STARK = 4,
	TF_CURVE_BIP340 = 5,  /* secp256k1 for Schnorr keys: another purpose is another group */
#ifdef TF_TESTING
	TF_CURVE_TINY13 = 0xf0,  /* y^2 = x^3 + 3 over the field of 19 elements, order 13 */
	TF_CURVE_TINY199 = 0xf1, /* y^2 = x^3 + 7 over the field of 211 elements, order 199 */
#endif
} tf_curve_id;

typedef struct tf_group tf_group;

/* A scalar modulo the group order, reduced. Public unless wrapped in tf_sc_sec. */
typedef struct tf_sc {
	uint64_t d[4]; /* little-endian limbs */
} tf_sc;

typedef struct tf_sc_sec {
	tf_sc s;
} tf_sc_sec;

static inline void tf_sc_sec_wipe(tf_sc_sec *a)
{
	tf_wipe(a, sizeof(*a));
}

typedef struct tf_pt {
	uint8_t identity; /* 1: O; the rest is then zero */
	uint8_t b[64];    /* the group's own form */
} tf_pt;

static inline void tf_pt_wipe(tf_pt *p)
{
	tf_wipe(p, sizeof(*p));
}

/* The group of a curve, in the arena (TF_GROUP_ROOM bytes at most, for P-256 and STARK; the others
 * take about 1 KiB). rng blinds secret multiplications on secp256k1 and may be NULL.
 * TF_E_UNSUPPORTED for an id that is none. */
TF_MUST_USE tf_err tf_group_init(const tf_group **out, tf_curve_id id, const tf_rng *rng,
                                 tf_arena *mem);
/* The same group, computed with by a kernel (num/kernel.h; NULL: portable), which ed25519 has more
 * than one of: g itself where that makes no difference, else a copy in the arena, about 300 bytes,
 * that shares what g points at. TF_E_CAPACITY. A group begins with the portable one. */
TF_MUST_USE tf_err tf_group_on(const tf_group **out, const tf_group *g, const tf_kernel *kernel,
                               tf_arena *mem);

tf_curve_id tf_group_id(const tf_group *g);
const char *tf_group_name(const tf_group *g);   /* "secp256k1" */
const tf_bn *tf_group_order(const tf_group *g); /* q */
const tf_pt *tf_group_base(const tf_group *g);  /* G */

/* Are its keys for Schnorr signatures (ed25519, BIP-340)? No key ever serves ECDSA, too: the groups
 * of secp256k1 and BIP-340 differ in id and name alone, and both are in every context and
 * certificate, so that shares and proofs of one purpose are nothing to the other. */
bool tf_group_schnorr(const tf_group *g);

/* Scalars. Encoding: 32 bytes big-endian, below q (TF_E_ENCODING otherwise). */
TF_MUST_USE tf_err tf_sc_decode(const tf_group *g, tf_sc *out,
                                const uint8_t in[static TF_SC_BYTES]);
void tf_sc_encode(uint8_t out[static TF_SC_BYTES], const tf_sc *a);
void tf_sc_set_u64(const tf_group *g, tf_sc *out, uint64_t v);
void tf_sc_add(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b);
void tf_sc_sub(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b);
void tf_sc_mul(const tf_group *g, tf_sc *out, const tf_sc *a, const tf_sc *b);
void tf_sc_neg(const tf_group *g, tf_sc *out, const tf_sc *a);
/* a^(q-2); zero for zero. */
void tf_sc_inv(const tf_group *g, tf_sc *out, const tf_sc *a);
/* The same for public a, in variable time and several times as fast. */
TF_MUST_USE tf_err tf_sc_inv_vt(const tf_group *g, tf_sc *out, const tf_sc *a);
tf_ct tf_sc_is_zero(const tf_sc *a);
tf_ct tf_sc_eq(const tf_sc *a, const tf_sc *b);

/* Reductions modulo q. */
TF_MUST_USE tf_err tf_sc_from_bn(const tf_group *g, tf_sc *out, const tf_bn *a);
TF_MUST_USE tf_err tf_sc_from_int(const tf_group *g, tf_sc *out, const tf_int *a);
/* Big-endian bytes of any length up to 64, reduced: challenges (48 bytes), message digests. */
TF_MUST_USE tf_err tf_sc_reduce_bytes(const tf_group *g, tf_sc *out, const uint8_t *in, size_t len);

/* sg: the representative in [-(q-1)/2, (q-1)/2] (docs/protocol.md, section 2). */
TF_MUST_USE tf_err tf_sc_centre(const tf_group *g, tf_int *out, const tf_sc *a);

/* Uniform in [1, q-1]. */
TF_MUST_USE tf_err tf_sc_random(const tf_group *g, tf_sc_sec *out, const tf_rng *rng);

/* Points. Decoding accepts exactly the canonical compressed form of a point of the group, and 33
 * zero bytes for O; anything else is TF_E_ENCODING. The form is SEC 1's (02 or 03, x) for curves of
 * Weierstrass; for ed25519 it is TF_PT_TAG_ED25519 and then the 32 bytes of RFC 8032, 5.1.2, and
 * points outside the subgroup of prime order are not of the group (the usual neutral element, 01
 * 00 .. 00, is not O's encoding either). */
TF_MUST_USE tf_err tf_pt_decode(const tf_group *g, tf_pt *out,
                                const uint8_t in[static TF_PT_BYTES]);
/* The same for n points, 33 bytes each; after TF_E_ENCODING, of any of them, out is of no use.
 * Quicker on ed25519 where its kernel has lanes. */
TF_MUST_USE tf_err tf_pt_decode_each(const tf_group *g, tf_pt *out, const uint8_t *in, size_t n);
void tf_pt_encode(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p);
/* Affine coordinates, 32 bytes big-endian each. TF_E_USAGE for O, TF_E_UNSUPPORTED for ed25519. */
TF_MUST_USE tf_err tf_pt_affine(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32],
                                const tf_pt *p);
static inline bool tf_pt_is_identity(const tf_pt *p)
{
	return p->identity != 0;
}
/* Public points. */
bool tf_pt_eq(const tf_group *g, const tf_pt *a, const tf_pt *b);

/* Addition does not leak its operands through time (the result being O is revealed). */
TF_MUST_USE tf_err tf_pt_add(const tf_group *g, tf_pt *out, const tf_pt *a, const tf_pt *b);
TF_MUST_USE tf_err tf_pt_sub(const tf_group *g, tf_pt *out, const tf_pt *a, const tf_pt *b);
TF_MUST_USE tf_err tf_pt_neg(const tf_group *g, tf_pt *out, const tf_pt *a);
TF_MUST_USE tf_err tf_pt_sum(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n);

/* k * G and k * P for secret k (k = 0 gives O; that it was zero is revealed). */
TF_MUST_USE tf_err tf_pt_mul_base(const tf_group *g, tf_pt *out, const tf_sc_sec *k);
TF_MUST_USE tf_err tf_pt_mul(const tf_group *g, tf_pt *out, const tf_sc_sec *k, const tf_pt *p);

/* Public scalars. */
TF_MUST_USE tf_err tf_pt_mul_base_vt(const tf_group *g, tf_pt *out, const tf_sc *k);
TF_MUST_USE tf_err tf_pt_mul_vt(const tf_group *g, tf_pt *out, const tf_sc *k, const tf_pt *p);
/* out = a*G + b*P. */
TF_MUST_USE tf_err tf_pt_mul2_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *b,
                                 const tf_pt *p);
/* out = P + k*G. */
TF_MUST_USE tf_err tf_pt_tweak_vt(const tf_group *g, tf_pt *out, const tf_pt *p, const tf_sc *k);
/* out = a*G + the sum of n k[i]*P[i]; a may be NULL and then counts as 0. Quicker on ed25519 than
 * one after the other. */
TF_MUST_USE tf_err tf_pt_combine_vt(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
                                    const tf_pt *const *p, size_t n);

#endif
