#include "proto/poly.h"

void tf_poly_at(tf_sc_sec *out, const tf_group *g, const tf_sc_sec *f, unsigned t, unsigned x)
{
	tf_sc at;

	tf_sc_set_u64(g, &at, x);
	*out = (tf_sc_sec){ { { 0 } } };
	for (unsigned k = t; k-- > 0;) { /* Horner's rule */
		tf_sc_mul(g, &out->s, &out->s, &at);
		tf_sc_add(g, &out->s, &out->s, &f[k].s);
	}
}

tf_err tf_poly_at_public(tf_pt *out, const tf_group *g, const tf_pt *F, unsigned t, unsigned x)
{
	const tf_pt *point[TF_PARTIES_MAX];
	tf_sc at, power[TF_PARTIES_MAX];

	if (t < 1 || t > TF_PARTIES_MAX)
		return TF_E_USAGE;
	tf_sc_set_u64(g, &at, x);
	tf_sc_set_u64(g, &power[0], 1);
	point[0] = &F[0];
	for (unsigned k = 1; k < t; k++) {
		tf_sc_mul(g, &power[k], &power[k - 1], &at);
		point[k] = &F[k];
	}
	return tf_pt_combine_vt(g, out, NULL, power, point, t);
}
