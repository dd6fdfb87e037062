#include "curve/ecdsa.h"

#include "curve/impl.h"

/* The parity bit of a recovery id belongs to R; -R is what low-s switches to. */
#define RECID_PARITY 1u

#define STARK_DIGEST_BITS 251u

void tf_ecdsa_low_s(const tf_group *g, tf_ecdsa_sig *sig)
{
	tf_int centred;

	/* cannot fail: a scalar is reduced */
	if (tf_sc_centre(g, &centred, &sig->s) != TF_OK || !centred.neg)
		return;
	tf_sc_neg(g, &sig->s, &sig->s);
	sig->recid ^= RECID_PARITY;
}

tf_err tf_ecdsa_digest(const tf_group *g, tf_sc *m, const uint8_t digest[static 32])
{
	if (tf_group_id(g) == TF_CURVE_STARK && digest[0] >= 1u << (STARK_DIGEST_BITS - 248))
		return TF_E_ENCODING;
	return tf_sc_reduce_bytes(g, m, digest, 32);
}

tf_err tf_ecdsa_verify_vt(const tf_group *g, bool *valid, const tf_ecdsa_sig *sig,
                          const uint8_t digest[static 32], const tf_pt *Y)
{
	tf_sc m, s_inv, u1, u2, rx;
	tf_pt R;
	uint8_t x[32], y[32];

	*valid = false;
	if (tf_group_schnorr(g))
		return TF_E_UNSUPPORTED;
	if (tf_sc_is_zero(&sig->r) || tf_sc_is_zero(&sig->s) || tf_pt_is_identity(Y))
		return TF_OK;
	if (g->ops->ecdsa_holds) {
		tf_sc_encode(x, &sig->r);
		tf_sc_encode(y, &sig->s);
		*valid = g->ops->ecdsa_holds(g, x, y, digest, Y);
		return TF_OK;
	}
	if (tf_ecdsa_digest(g, &m, digest) != TF_OK)
		return TF_OK;
	TRY(tf_sc_inv_vt(g, &s_inv, &sig->s));
	tf_sc_mul(g, &u1, &m, &s_inv);
	tf_sc_mul(g, &u2, &sig->r, &s_inv);
	TRY(tf_pt_mul2_vt(g, &R, &u1, &u2, Y));
	if (tf_pt_is_identity(&R))
		return TF_OK;
	TRY(tf_pt_affine(g, x, y, &R));
	TRY(tf_sc_reduce_bytes(g, &rx, x, sizeof(x)));
	*valid = tf_sc_eq(&rx, &sig->r) != 0;
	return TF_OK;
}
