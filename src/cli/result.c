#include "cli/result.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "curve/ecdsa.h"

#define ARENA 16384u

/* The claims, as bytes. */
typedef struct claims {
	uint8_t *raw; /* malloc'ed */
	size_t raw_len;
	uint8_t hash[32];
	uint8_t public_key[33];
	const char *address;
	json_int_t chain_id;
} claims;

static void claims_wipe(claims *c)
{
	free(c->raw);
	c->raw = NULL;
}

static const char *hex_of(const json_t *result, const char *key, size_t *digits)
{
	const char *text = json_string_value(json_object_get(result, key));

	if (!text)
		return NULL;
	if (strncmp(text, "0x", 2) == 0)
		text += 2;
	*digits = strlen(text);
	return text;
}

static tf_err read_fixed(uint8_t *out, size_t len, char *why, const json_t *result, const char *key)
{
	size_t digits = 0;
	const char *text = hex_of(result, key, &digits);

	if (text && digits == 2 * len &&
	    sodium_hex2bin(out, len, text, digits, NULL, NULL, NULL) == 0)
		return TF_OK;
	snprintf(why, TF_RESULT_WHY, "%s: expected %zu bytes in hex", key, len);
	return TF_E_ENCODING;
}

static tf_err read_claims(claims *c, char *why, const json_t *result)
{
	size_t digits = 0;
	const char *text = hex_of(result, "rawTransaction", &digits);

	c->address = json_string_value(json_object_get(result, "address"));
	c->chain_id = json_integer_value(json_object_get(result, "chainId"));
	c->raw = text ? malloc(digits / 2 + 1) : NULL;
	if (!c->raw || digits % 2 != 0 ||
	    sodium_hex2bin(c->raw, digits / 2, text, digits, NULL, &c->raw_len, NULL) != 0) {
		snprintf(why, TF_RESULT_WHY, "rawTransaction: expected hex");
		return TF_E_ENCODING;
	}
	if (!c->address || c->chain_id <= 0) {
		snprintf(why, TF_RESULT_WHY, "%s: expected %s", c->address ? "chainId" : "address",
		         c->address ? "a positive integer" : "an address");
		return TF_E_ENCODING;
	}
	TRY(read_fixed(c->hash, sizeof(c->hash), why, result, "txHash"));
	return read_fixed(c->public_key, sizeof(c->public_key), why, result, "publicKey");
}

static tf_err say(char *why, const char *what)
{
	snprintf(why, TF_RESULT_WHY, "%s", what);
	return TF_E_MISMATCH;
}

/* SEC 1, 4.1.6: Q = r^-1 (s R - e G), where R is the point with x = r and the parity of the
 * signature. That r lies below the group's order but x above is refused: nobody makes such. */
static tf_err recover(tf_pt *out, const tf_group *g, const tf_evm_signature *sig,
                      const uint8_t digest[static 32])
{
	uint8_t encoded[TF_PT_BYTES] = { sig->y_odd ? 3 : 2 };
	tf_sc r, s, e, inverse, u1, u2;
	tf_pt R;

	for (size_t i = 0; i < 32; i++)
		encoded[1 + i] = sig->r[i];
	TRY(tf_pt_decode(g, &R, encoded));
	TRY(tf_sc_decode(g, &r, sig->r));
	TRY(tf_sc_decode(g, &s, sig->s));
	TRY(tf_sc_reduce_bytes(g, &e, digest, 32));
	tf_sc_inv(g, &inverse, &r);
	tf_sc_mul(g, &u1, &e, &inverse);
	tf_sc_neg(g, &u1, &u1);
	tf_sc_mul(g, &u2, &s, &inverse);
	return tf_pt_mul2_vt(g, out, &u1, &u2, &R);
}

static tf_err check_signature(const tf_group *g, const claims *c, const tf_evm_signature *sig,
                              const uint8_t digest[static 32], char *why)
{
	uint8_t xy[64], address[TF_EVM_ADDRESS];
	char text[TF_EVM_ADDRESS_TEXT];
	tf_ecdsa_sig ecdsa = { .recid = sig->y_odd };
	tf_pt claimed, recovered;
	bool valid = false;

	if (tf_pt_decode(g, &claimed, c->public_key) != TF_OK || tf_pt_is_identity(&claimed))
		return say(why, "publicKey is not a point of secp256k1");
	TRY(tf_sc_decode(g, &ecdsa.r, sig->r));
	TRY(tf_sc_decode(g, &ecdsa.s, sig->s));
	TRY(tf_ecdsa_verify_vt(g, &valid, &ecdsa, digest, &claimed));
	if (!valid)
		return say(why, "the signature is not publicKey's");
	if (recover(&recovered, g, sig, digest) != TF_OK || !tf_pt_eq(g, &recovered, &claimed))
		return say(why, "the sender that the signature recovers to is not publicKey");
	TRY(tf_pt_affine(g, xy, xy + 32, &claimed));
	tf_evm_address_from_public(address, xy);
	tf_evm_address_format(text, address);
	if (strcmp(text, c->address) != 0)
		return say(why, "address is not publicKey's, in EIP-55 form");
	return TF_OK;
}

static tf_err check_transaction(char *words, char *why, const tf_group *g, const claims *c)
{
	uint8_t hash[32], digest[32], *payload = malloc(c->raw_len + 16);
	tf_evm_signature sig;
	tf_evm_tx tx;
	size_t len;
	tf_err e = payload ? tf_evm_parse_signed(&tx, &sig, c->raw, c->raw_len) : TF_E_RESOURCE;

	if (e == TF_OK)
		e = tf_evm_encode(payload, c->raw_len + 16, &len, &tx);
	if (e == TF_OK)
		tf_evm_digest(digest, payload, len);
	else
		snprintf(why, TF_RESULT_WHY, "rawTransaction cannot be read: %s", tf_err_name(e));
	free(payload);
	TRY(e);
	tf_evm_hash(hash, c->raw, c->raw_len);
	if (sodium_memcmp(hash, c->hash, sizeof(hash)) != 0)
		return say(why, "txHash is not the hash of rawTransaction");
	if (tx.chain_id != (uint64_t)c->chain_id)
		return say(why, "chainId is not that of rawTransaction");
	TRY(check_signature(g, c, &sig, digest, why));
	return tf_evm_describe(words, TF_EVM_WORDS, &tx, "ETH");
}

tf_err tf_result_check(char words[static TF_EVM_WORDS], char why[static TF_RESULT_WHY],
                       const json_t *result)
{
	TF_AUTO(claims) c = { 0 };
	uint8_t memory[ARENA];
	const tf_group *g;
	tf_arena arena;
	tf_err e;

	words[0] = why[0] = '\0';
	TRY(read_claims(&c, why, result));
	tf_arena_init(&arena, memory, sizeof(memory));
	TRY(tf_group_init(&g, TF_CURVE_SECP256K1, NULL, &arena));
	e = check_transaction(words, why, g, &c);
	if (e != TF_OK && !why[0])
		snprintf(why, TF_RESULT_WHY, "%s", tf_err_name(e));
	return e;
}
