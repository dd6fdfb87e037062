/* Inside of a group: what scalar.c and the curves share. Not for other modules.
 *
 * Scalars are computed by one generic Montgomery arithmetic on four limbs, for any odd order below
 * 2^256. Points are delegated to a table of operations; none of them ever sees O or a zero scalar,
 * group.c takes care of both.
 */
#ifndef TF_CURVE_IMPL_H
#define TF_CURVE_IMPL_H

#include "curve/field.h"
#include "curve/group.h"

typedef struct tf_pt_ops {
	/* not 33 zero bytes */
	tf_err (*decode)(const tf_group *g, tf_pt *out, const uint8_t in[static TF_PT_BYTES]);
	/* out[i] from in[i], none of it 33 zero bytes, for n at most TF_PT_EIGHT, all or none; NULL if
	 * there is no better way than one after the other */
	tf_err (*decode_eight)(const tf_group *g, tf_pt *const *out, const uint8_t *const *in,
	                       size_t n);
	void (*encode)(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *p);
	/* NULL where nothing needs coordinates */
	void (*affine)(const tf_group *g, uint8_t x[static 32], uint8_t y[static 32],
	               const tf_pt *p);
	bool (*eq)(const tf_group *g, const tf_pt *a, const tf_pt *b);
	tf_err (*neg)(const tf_group *g, tf_pt *out, const tf_pt *a);
	/* at most TF_PT_SUM_MAX summands */
	tf_err (*sum)(const tf_group *g, tf_pt *out, const tf_pt *const *p, size_t n);
	/* k: 32 bytes big-endian, secret */
	tf_err (*mul_base)(const tf_group *g, tf_pt *out, const uint8_t k[static 32]);
	tf_err (*mul)(const tf_group *g, tf_pt *out, const uint8_t k[static 32], const tf_pt *p);
	/* k public */
	tf_err (*mul_vt)(const tf_group *g, tf_pt *out, const uint8_t k[static 32],
	                 const tf_pt *p);
	/* a*G + b*P, both public; NULL if there is no better way than one after the other */
	tf_err (*mul2_vt)(const tf_group *g, tf_pt *out, const uint8_t a[static 32],
	                  const uint8_t b[static 32], const tf_pt *p);
	/* P + k*G; NULL likewise */
	tf_err (*tweak_vt)(const tf_group *g, tf_pt *out, const tf_pt *p,
	                   const uint8_t k[static 32]);
	/* is (r, s), both big-endian and not zero, a signature of the digest? NULL: of its own, the
	 * curve has nothing better than mul2_vt */
	bool (*ecdsa_holds)(const tf_group *g, const uint8_t r[static 32],
	                    const uint8_t s[static 32], const uint8_t digest[static 32],
	                    const tf_pt *y);
	/* a*G and the sum of at most TF_PT_TERMS_MAX k[i]*P[i], all public and not 0; a may be NULL.
	 * NULL if there is no better way, likewise */
	tf_err (*combine_vt)(const tf_group *g, tf_pt *out, const tf_sc *a, const tf_sc *k,
	                     const tf_pt *const *p, size_t n);
} tf_pt_ops;

#define TF_PT_SUM_MAX 16u
#define TF_PT_TERMS_MAX 8u
#define TF_PT_EIGHT 8u

struct tf_group {
	tf_curve_id id;
	const char *name;
	const tf_pt_ops *ops;
	void *impl; /* the curve's own context */
	tf_bn order;
	tf_field f; /* modulo the order */
	tf_pt base;
};

/* Fill g->f and g->order for an odd order, given as little-endian limbs. */
void tf_sc_field_init(tf_group *g, const uint64_t q[static 4]);

TF_MUST_USE tf_err tf_secp256k1_init(tf_group *g, const tf_rng *rng, tf_arena *mem);
TF_MUST_USE tf_err tf_ed25519_init(tf_group *g);
void tf_ed25519_use(tf_group *g, const tf_kernel *k);
TF_MUST_USE tf_err tf_weier_init(tf_group *g, tf_curve_id id, tf_arena *mem);
#ifdef TF_TESTING
TF_MUST_USE tf_err tf_tiny_init(tf_group *g, tf_curve_id id, tf_arena *mem);
#endif

#endif
