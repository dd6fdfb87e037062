/* Sums of points of edwards25519 by AVX-512 IFMA: the four coordinates of two points in the eight
 * lanes of a register, or one number of each of eight points.
 *
 * Results are those of ed25519_point.h and ed25519_public.c, as points. x86-64 alone has this
 * file's functions, and only a CPU for which tf_kernel_ifma answers may execute them; who has been
 * handed that kernel calls them through tf_ed_kernel (ed25519_kernel.h). Not for other modules.
 */
#ifndef TF_CURVE_ED25519_IFMA_H
#define TF_CURVE_ED25519_IFMA_H

#include "curve/ed25519_point.h"

/* A point as it is added, limb by limb: y - x, y + x, 2 and 2dxy, all times its Z. Limbs below
 * 2^51 + 2^18. */
typedef struct tf_ed_quad {
	uint64_t d[20];
} tf_ed_quad;

/* tf_ed_comb. */
extern const tf_ed_quad tf_ed_quads[TF_ED_COMB][TF_ED_EIGHT];

void tf_ed_quad_set(tf_ed_quad *out, const tf_ed_fixed *p);

/* k G; constant time. */
void tf_ed_ifma_mul_base(tf_ed *out, const uint64_t k[static 4]);

/* a G + b P for P's table; public. */
void tf_ed_ifma_combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                         const tf_ed_quad p[static TF_ED_COMB][TF_ED_EIGHT]);

/* As tf_ed_combine_vt. */
void tf_ed_ifma_combine_vt(tf_ed *out, const uint64_t *g, const tf_ed_term *term, size_t n);

/* out[i] = a[i]^((p - 5) / 8) for eight numbers. */
void tf_fe_ifma_pow_58(tf_fe out[static TF_ED_EIGHT], const tf_fe a[static TF_ED_EIGHT]);

#endif
