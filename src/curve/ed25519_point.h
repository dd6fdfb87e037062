/* The curve edwards25519, -x^2 + y^2 = 1 + d x^2 y^2 over the field of 2^255 - 19 elements: its
 * points, of whatever order, and their multiples.
 *
 * Points are (X : Y : Z : T) with x = X/Z, y = Y/Z, xy = T/Z, summed by the formulas of Hisil,
 * Wong, Carter and Dawson (ASIACRYPT 2008, sections 3.1 and 3.3). -1 is a square and d is none, so
 * that they are complete: one way for every pair of points of the curve, P + P, P - P and O
 * included.
 * Scalars are four limbs, least significant first, below 2^253. What ends in _vt is for public
 * values; the rest is constant time. Not for other modules.
 */
#ifndef TF_CURVE_ED25519_POINT_H
#define TF_CURVE_ED25519_POINT_H

#include <stddef.h>

#include "base/secret.h"
#include "curve/ed25519_field.h"

#define TF_ED_COMB 16u  /* tables of multiples of G, 16 bits apart */
#define TF_ED_EIGHT 8u  /* 1, 2 .. 8 times a point */
#define TF_ED_ODD 32u   /* 1, 3 .. 63 times G */
#define TF_ED_TERMS 8u

typedef struct tf_ed {
	tf_fe X, Y, Z, T;
} tf_ed;

static inline void tf_ed_wipe(tf_ed *p)
{
	tf_wipe(p, sizeof(*p));
}

/* (x, y) as it is added: y + x, y - x, 2dxy. */
typedef struct tf_ed_fixed {
	tf_fe plus, minus, product;
} tf_ed_fixed;

static inline void tf_ed_fixed_wipe(tf_ed_fixed *p)
{
	tf_wipe(p, sizeof(*p));
}

/* [i][j]: (j + 1) 2^(16 i) G; [i]: (2 i + 1) G. ed25519_point_test.c makes them anew. */
extern const tf_ed_fixed tf_ed_comb[TF_ED_COMB][TF_ED_EIGHT];
extern const tf_ed_fixed tf_ed_odd[TF_ED_ODD];

/* k P */
typedef struct tf_ed_term {
	uint64_t k[4];
	tf_ed P;
} tf_ed_term;

void tf_ed_set_neutral(tf_ed *out);
void tf_ed_neg(tf_ed *out, const tf_ed *p);
void tf_ed_add(tf_ed *out, const tf_ed *p, const tf_ed *q);

/* (x, y) with Z = 1. */
void tf_ed_set_affine(tf_ed *out, const tf_fe *x, const tf_fe *y);

/* x and y, at the price of an inversion. */
void tf_ed_affine(tf_fe *x, tf_fe *y, const tf_ed *p);
void tf_ed_affine_vt(tf_fe *x, tf_fe *y, const tf_ed *p);

/* The point of RFC 8032, 5.1.3, with y in its canonical form; false if there is none on the curve.
 * The points with x = 0, O and the one of order 2, are refused. */
bool tf_ed_decode_vt(tf_ed *out, const uint8_t in[static 32]);

/* Is a point with Z = 1 and x != 0 in the subgroup of prime order? (ed25519_decode.c has
 * the proof.) */
bool tf_ed_prime_order_vt(const tf_ed *p);

/* k G, and k P. */
void tf_ed_mul_base(tf_ed *out, const uint64_t k[static 4]);
void tf_ed_mul(tf_ed *out, const uint64_t k[static 4], const tf_ed *p);

/* A table like tf_ed_comb of another point, whose Z is 1; public. */
void tf_ed_comb_fill(tf_ed_fixed out[static TF_ED_COMB][TF_ED_EIGHT], const tf_ed *p);

/* k G, which is quicker than the next but one, and a G + b P for P's table. */
void tf_ed_mul_base_vt(tf_ed *out, const uint64_t k[static 4]);
void tf_ed_combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                    const tf_ed_fixed p[static TF_ED_COMB][TF_ED_EIGHT]);

/* The sum of g G and of n terms, at most TF_ED_TERMS; g may be NULL. */
void tf_ed_combine_vt(tf_ed *out, const uint64_t *g, const tf_ed_term *term, size_t n);

#endif
