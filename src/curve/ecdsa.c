#include "curve/ecdsa.h"

#include "curve/impl.h"

/* The parity bit of a recovery id belongs to R; -R is what low-s switches to. */
#define RECID_PARITY 1u
#define RECID_OVERFLOW 2u

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

tf_err tf_ecdsa_set_nonce(const tf_group *g, tf_ecdsa_sig *sig, const tf_pt *R)
{
	uint8_t x[32], y[32];
	tf_sc unreduced;

	TRY(tf_pt_affine(g, x, y, R));
	TRY(tf_sc_reduce_bytes(g, &sig->r, x, sizeof(x)));
	sig->recid = y[31] & RECID_PARITY;
	if (tf_sc_decode(g, &unreduced, x) != TF_OK)
		sig->recid |= RECID_OVERFLOW;
	return TF_OK;
}

/* Is there anything to verify? */
static bool complete(const tf_ecdsa_sig *sig, const tf_pt *Y)
{
	return !tf_sc_is_zero(&sig->r) && !tf_sc_is_zero(&sig->s) && !tf_pt_is_identity(Y);
}

/* R = m/s G + r/s Y, SEC 1, 4.1.4 */
static tf_err nonce_of(const tf_group *g, tf_pt *R, const tf_ecdsa_sig *sig, const tf_sc *m,
                       const tf_pt *Y)
{
	tf_sc s_inv, u1, u2;

	TRY(tf_sc_inv_vt(g, &s_inv, &sig->s));
	tf_sc_mul(g, &u1, m, &s_inv);
	tf_sc_mul(g, &u2, &sig->r, &s_inv);
	return tf_pt_mul2_vt(g, R, &u1, &u2, Y);
}

/* Does the equation hold? own: with the r and recovery id of the R that it is about. */
static tf_err solve(const tf_group *g, bool *holds, tf_ecdsa_sig *own, const tf_ecdsa_sig *sig,
                    const uint8_t digest[static 32], const tf_pt *Y)
{
	tf_sc m;
	tf_pt R;

	*holds = false;
	if (!complete(sig, Y) || tf_ecdsa_digest(g, &m, digest) != TF_OK)
		return TF_OK;
	TRY(nonce_of(g, &R, sig, &m, Y));
	if (tf_pt_is_identity(&R))
		return TF_OK;
	TRY(tf_ecdsa_set_nonce(g, own, &R));
	*holds = tf_sc_eq(&own->r, &sig->r) != 0;
	return TF_OK;
}

tf_err tf_ecdsa_verify_vt(const tf_group *g, bool *valid, const tf_ecdsa_sig *sig,
                          const uint8_t digest[static 32], const tf_pt *Y)
{
	uint8_t r[32], s[32];
	tf_ecdsa_sig own;

	*valid = false;
	if (tf_group_schnorr(g))
		return TF_E_UNSUPPORTED;
	if (!g->ops->ecdsa_holds)
		return solve(g, valid, &own, sig, digest, Y);
	if (!complete(sig, Y))
		return TF_OK;
	tf_sc_encode(r, &sig->r);
	tf_sc_encode(s, &sig->s);
	*valid = g->ops->ecdsa_holds(g, r, s, digest, Y);
	return TF_OK;
}

tf_err tf_ecdsa_verify_recid_vt(const tf_group *g, bool *valid, const tf_ecdsa_sig *sig,
                                const uint8_t digest[static 32], const tf_pt *Y)
{
	tf_ecdsa_sig own = { .recid = 0 };
	bool holds;

	*valid = false;
	if (tf_group_schnorr(g))
		return TF_E_UNSUPPORTED;
	TRY(solve(g, &holds, &own, sig, digest, Y));
	*valid = holds && own.recid == sig->recid;
	return TF_OK;
}
