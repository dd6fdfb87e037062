#include "wire/statement.h"

#include <string.h>

#include "base/keccak.h"

/* Fixed fields, four strings with their lengths. */
#define REFUSAL_MAX (4u * 4u + 2u * TF_CTL_NAME_MAX + TF_CTL_TEXT_MAX + 256u)

static tf_err hash_refusal(uint8_t out[static 32], const tf_ctl_refusal *m)
{
	tf_ctl_refusal bare = *m;
	uint8_t buf[REFUSAL_MAX];
	size_t len;

	memset(bare.signature, 0, sizeof(bare.signature));
	TRY(tf_ctl_refusal_encode(buf, sizeof(buf), &len, NULL, &bare));
	tf_shake256_hash(out, buf, len);
	return TF_OK;
}

tf_err tf_refusal_sign(tf_ctl_refusal *m, const tf_signer *s)
{
	uint8_t hash[32];

	TRY(hash_refusal(hash, m));
	return tf_sign(m->signature, s, TF_REFUSAL_DOMAIN, hash, sizeof(hash));
}

bool tf_refusal_holds(const tf_ctl_refusal *m, const uint8_t identity[static 32])
{
	uint8_t hash[32];

	if (hash_refusal(hash, m) != TF_OK)
		return false;
	return tf_sign_holds(m->signature, identity, TF_REFUSAL_DOMAIN, hash, sizeof(hash));
}
