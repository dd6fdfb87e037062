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
	tf_sc at;

	tf_sc_set_u64(g, &at, x);
	*out = F[t - 1];
	for (unsigned k = t - 1; k-- > 0;) {
		TRY(tf_pt_mul_vt(g, out, &at, out));
		TRY(tf_pt_add(g, out, out, &F[k]));
	}
	return TF_OK;
}
