/* What multiplies points of edwards25519: this machine's choice of kernel (num/kernel.h), for the
 * files that have one. The points that come out are the same. Not for other modules.
 */
#ifndef TF_CURVE_ED25519_KERNEL_H
#define TF_CURVE_ED25519_KERNEL_H

#include "curve/ed25519_ifma.h"
#include "num/kernel.h"

/* A table like tf_ed_comb of another point, as a kernel adds it. */
typedef union tf_ed_table {
	tf_ed_fixed fixed[TF_ED_COMB][TF_ED_EIGHT];
	tf_ed_quad quad[TF_ED_COMB][TF_ED_EIGHT];
} tf_ed_table;

typedef struct tf_ed_kernel {
	/* As in ed25519_point.h; mul_base is constant time, the others are for public values. */
	void (*mul_base)(tf_ed *out, const uint64_t k[static 4]);
	void (*mul_base_vt)(tf_ed *out, const uint64_t k[static 4]);
	void (*combine_vt)(tf_ed *out, const uint64_t *g, const tf_ed_term *term, size_t n);
	/* From a point whose Z is 1. */
	void (*table_fill)(tf_ed_table *out, const tf_ed *p);
	void (*combs_vt)(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
	                 const tf_ed_table *p);
	/* out[i] = a[i]^((p - 5) / 8), for n numbers, eight at most. */
	void (*pow_58)(tf_fe *out, const tf_fe *a, size_t n);
} tf_ed_kernel;

/* tf_ed_decode_vt and tf_ed_prime_order_vt of n encodings, at most eight: are all of them points of
 * the subgroup? */
bool tf_ed_decode_each_vt(const tf_ed_kernel *kernel, tf_fe *x, tf_fe *y,
                          const uint8_t *const *in, size_t n);

/* That of a kernel; the portable one for NULL. */
const tf_ed_kernel *tf_ed_kernel_of(const tf_kernel *k);

#endif
