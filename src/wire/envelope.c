#include "wire/envelope.h"

#include "base/keccak.h"

void tf_envelope_hash(uint8_t out[static 32], const tf_envelope *e)
{
	tf_shake256_hash(out, e->payload.p, e->payload.len);
}

void tf_envelope_signed(uint8_t out[static TF_ENVELOPE_SIGNED], const tf_envelope *e)
{
	tf_wr w = tf_wr_init(out, TF_ENVELOPE_SIGNED);
	uint8_t hash[32];

	tf_envelope_hash(hash, e);
	tf_wr_u16(&w, e->type);
	tf_wr_u16(&w, e->version);
	tf_wr_fixed(&w, e->sid, sizeof(e->sid));
	tf_wr_fixed(&w, e->context, sizeof(e->context));
	tf_wr_u8(&w, e->round);
	tf_wr_u16(&w, e->from);
	tf_wr_u16(&w, e->to);
	tf_wr_fixed(&w, e->echo, sizeof(e->echo));
	tf_wr_fixed(&w, hash, sizeof(hash));
}

tf_err tf_envelope_sign(tf_envelope *e, const tf_signer *signer)
{
	uint8_t text[TF_ENVELOPE_SIGNED];

	tf_envelope_signed(text, e);
	return tf_sign(e->signature, signer, TF_ENVELOPE_DOMAIN, text, sizeof(text));
}

tf_err tf_envelope_verify(const tf_envelope *e, const uint8_t pk[static 32], tf_fault *fault)
{
	uint8_t text[TF_ENVELOPE_SIGNED];

	return tf_envelope_verify_by(text, e, NULL, pk, fault);
}

tf_err tf_envelope_verify_by(uint8_t text[static TF_ENVELOPE_SIGNED], const tf_envelope *e,
                             const tf_ed_key *key, const uint8_t pk[static 32], tf_fault *fault)
{
	tf_envelope_signed(text, e);
	if (!tf_holds(fault, TF_CK_ENVELOPE_SIGNATURE,
	              tf_sign_holds_by(key, e->signature, pk, TF_ENVELOPE_DOMAIN, text,
	                               TF_ENVELOPE_SIGNED)))
		return TF_E_PROOF;
	return TF_OK;
}
