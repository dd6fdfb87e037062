/* Public multiples of public points of secp256k1, several at once.
 *
 * Points are (X : Y : Z) with x = X/Z^2, y = Y/Z^3 (Jacobian), and summed with affine ones. Scalars
 * are split by the endomorphism (x, y) -> (beta x, y), which multiplies by a cube root lambda of 1
 * (Gallant, Lambert, Vanstone, CRYPTO 2001), so that all terms share 128 doublings; digits are
 * signed, and one inversion makes all tables affine. Everything here is public, and in variable
 * time; secret multiples are libsecp256k1's. Not for other modules.
 */
#ifndef TF_CURVE_SECP256K1_POINT_H
#define TF_CURVE_SECP256K1_POINT_H

#include <stddef.h>

#include "curve/secp256k1_field.h"

#define TF_K_COMB 16u  /* tables of multiples of G, 16 bits apart */
#define TF_K_EIGHT 8u  /* 1, 2 .. 8 times a point */
#define TF_K_ODD 64u   /* 1, 3 .. 127 times G */
#define TF_K_TERMS 8u

/* Coordinates of size 1. */
typedef struct tf_k_affine {
	tf_kf x, y;
} tf_k_affine;

/* Z = 0: O. X of size 5 at most, Y of size 3, Z of size 1. */
typedef struct tf_k_point {
	tf_kf X, Y, Z;
	bool O;
} tf_k_point;

/* k P, k four limbs below the order, least significant first */
typedef struct tf_k_term {
	uint64_t k[4];
	tf_k_affine P;
} tf_k_term;

/* [i][j]: (j + 1) 2^(16 i) G; [i]: (2 i + 1) G */
extern const tf_k_affine tf_k_comb[TF_K_COMB][TF_K_EIGHT];
extern const tf_k_affine tf_k_odd[TF_K_ODD];

/* k = (-1)^minus[0] half[0] + (-1)^minus[1] half[1] lambda, both halves below 2^128. */
void tf_k_split(uint64_t half[static 2][2], bool minus[static 2], const uint64_t k[static 4]);

/* out = p + q, whatever they are. */
void tf_k_add_affine(tf_k_point *out, const tf_k_point *p, const tf_k_affine *q);

/* k G, the quickest way; k below the order. */
void tf_k_mul_base_vt(tf_k_point *out, const uint64_t k[static 4]);

/* The sum of g G, if g is not NULL, and of n terms, TF_K_TERMS at most. */
TF_MUST_USE tf_err tf_k_combine_vt(tf_k_point *out, const uint64_t *g, const tf_k_term *term,
                                   size_t n);

/* Both coordinates, big-endian, of a point that is not O. */
TF_MUST_USE tf_err tf_k_affine_store(uint8_t xy[static 64], const tf_k_point *p);

#endif
