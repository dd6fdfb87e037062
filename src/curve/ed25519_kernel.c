#include "curve/ed25519_kernel.h"

#include <string.h>

/* ---- portable ---- */

static void table_fill(tf_ed_table *out, const tf_ed *p)
{
	tf_ed_comb_fill(out->fixed, p);
}

static void combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                     const tf_ed_table *p)
{
	tf_ed_combs_vt(out, a, b, p->fixed);
}

static void pow_58(tf_fe *out, const tf_fe *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tf_fe_pow_58(&out[i], &a[i]);
}

static const tf_ed_kernel portable = {
	.mul_base = tf_ed_mul_base, .mul_base_vt = tf_ed_mul_base_vt,
	.combine_vt = tf_ed_combine_vt, .table_fill = table_fill, .combs_vt = combs_vt,
	.pow_58 = pow_58,
};

/* ---- AVX-512 IFMA ---- */

#ifdef __x86_64__
static void ifma_table_fill(tf_ed_table *out, const tf_ed *p)
{
	tf_ed_fixed t[TF_ED_COMB][TF_ED_EIGHT];

	tf_ed_comb_fill(t, p);
	for (unsigned i = 0; i < TF_ED_COMB; i++)
		for (unsigned j = 0; j < TF_ED_EIGHT; j++)
			tf_ed_quad_set(&out->quad[i][j], &t[i][j]);
}

static void ifma_combs_vt(tf_ed *out, const uint64_t a[static 4], const uint64_t b[static 4],
                          const tf_ed_table *p)
{
	tf_ed_ifma_combs_vt(out, a, b, p->quad);
}

/* Eight take as long as two one after the other. */
static void ifma_pow_58(tf_fe *out, const tf_fe *a, size_t n)
{
	tf_fe in[TF_ED_EIGHT] = { 0 }, r[TF_ED_EIGHT];

	if (n < 2) {
		pow_58(out, a, n);
		return;
	}
	memcpy(in, a, n * sizeof(*a));
	tf_fe_ifma_pow_58(r, in);
	memcpy(out, r, n * sizeof(*r));
}

/* A table of constants is read whole in less time than is chosen by branches. */
static const tf_ed_kernel ifma = {
	.mul_base = tf_ed_ifma_mul_base, .mul_base_vt = tf_ed_ifma_mul_base,
	.combine_vt = tf_ed_ifma_combine_vt, .table_fill = ifma_table_fill,
	.combs_vt = ifma_combs_vt, .pow_58 = ifma_pow_58,
};

const tf_ed_kernel *tf_ed_kernel_of(const tf_kernel *k)
{
	return strcmp(tf_kernel_name(k), "ifma") == 0 ? &ifma : &portable;
}
#else
const tf_ed_kernel *tf_ed_kernel_of(const tf_kernel *k)
{
	(void)k;
	return &portable;
}
#endif
