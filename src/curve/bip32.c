#include "curve/bip32.h"

#include <sodium.h>
#include <string.h>

#define HARDENED 0x80000000u

/* SEC 1's 33 bytes; for ed25519 RFC 8032's 32 and a zero (as Fireblocks' recovery tool has it). */
static void serialize(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *key)
{
	tf_pt_encode(g, out, key);
	if (tf_group_id(g) != TF_CURVE_ED25519)
		return;
	memmove(out, out + 1, TF_PT_BYTES - 1);
	out[TF_PT_BYTES - 1] = 0;
}

/* One step of "public parent key -> public child key"; key and cc are replaced. */
static tf_err derive_one(const tf_group *g, tf_sc *tweak, tf_pt *key, uint8_t cc[static 32],
                         uint32_t index)
{
	crypto_auth_hmacsha512_state st;
	uint8_t in[TF_PT_BYTES + 4];
	uint8_t I[crypto_auth_hmacsha512_BYTES];
	tf_sc il;

	serialize(g, in, key);
	for (unsigned i = 0; i < 4; i++)
		in[TF_PT_BYTES + i] = (uint8_t)(index >> (8 * (3 - i)));
	crypto_auth_hmacsha512_init(&st, cc, 32);
	crypto_auth_hmacsha512_update(&st, in, sizeof(in));
	crypto_auth_hmacsha512_final(&st, I);
	if (tf_group_id(g) != TF_CURVE_SECP256K1 && tf_group_id(g) != TF_CURVE_BIP340)
		TRY(tf_sc_reduce_bytes(g, &il, I, 32));
	else if (tf_sc_decode(g, &il, I) != TF_OK)
		return TF_E_UNSUPPORTED;
	TRY(tf_pt_tweak_vt(g, key, key, &il));
	if (tf_pt_is_identity(key))
		return TF_E_UNSUPPORTED;
	tf_sc_add(g, tweak, tweak, &il);
	memcpy(cc, I + 32, 32);
	return TF_OK;
}

tf_err tf_bip32_derive(const tf_group *g, tf_sc *tweak, tf_pt *child, uint8_t child_cc[32],
                       const tf_pt *Y, const uint8_t cc[static 32], const tf_path *path)
{
	tf_sc sum = { { 0 } };
	tf_pt key = *Y;
	uint8_t chain[32];

	if (path->len > TF_PATH_MAX)
		return TF_E_ENCODING;
	for (uint32_t i = 0; i < path->len; i++)
		if (path->index[i] & HARDENED)
			return TF_E_ENCODING;
	if (tf_pt_is_identity(Y))
		return TF_E_UNSUPPORTED;
	memcpy(chain, cc, sizeof(chain));
	for (uint32_t i = 0; i < path->len; i++)
		TRY(derive_one(g, &sum, &key, chain, path->index[i]));
	*tweak = sum;
	*child = key;
	if (child_cc)
		memcpy(child_cc, chain, sizeof(chain));
	return TF_OK;
}
