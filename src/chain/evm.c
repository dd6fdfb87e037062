#include "chain/evm.h"

#include <string.h>

#include "base/keccak.h"
#include "chain/rlp.h"

#define LEGACY_V 35u /* EIP-155: v = 2 * chain id + 35 + y_odd */

/* Order of secp256k1 and its half (SEC 2, section 2.4.1), least significant word first. */
static const tf_u256 order = {
	{ 0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff }
};
static const tf_u256 half_order = {
	{ 0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff, 0x7fffffffffffffff }
};

/* EIP-2930: [[address, [key, ...]], ...]. Counts what it names; list is used up. */
static void read_access(tf_evm_tx *tx, tf_rlp *list)
{
	uint8_t address[TF_EVM_ADDRESS], key[32];

	while (tf_rlp_has_more(list)) {
		tf_rlp entry = tf_rlp_list(list), keys;

		tf_rlp_fixed(&entry, address, sizeof(address));
		keys = tf_rlp_list(&entry);
		while (tf_rlp_has_more(&keys)) {
			tf_rlp_fixed(&keys, key, sizeof(key));
			tx->access_keys++;
		}
		tf_rlp_leave(&entry, &keys);
		tf_rlp_leave(list, &entry);
		tx->access_addresses++;
	}
}

static void read_to(tf_evm_tx *tx, tf_rlp *r)
{
	size_t n;
	const uint8_t *p = tf_rlp_bytes(r, &n);

	if (!p)
		return;
	tx->creates = n == 0;
	if (n == sizeof(tx->to))
		memcpy(tx->to, p, n);
	else if (n != 0)
		tf_rlp_fail(r, TF_E_ENCODING);
}

/* The fields that come before chain id or signature at the end. */
static void read_fields(tf_evm_tx *tx, tf_rlp *r)
{
	tf_rlp access;

	if (tx->type != TF_EVM_LEGACY)
		tx->chain_id = tf_rlp_u64(r);
	tx->nonce = tf_rlp_u64(r);
	if (tx->type == TF_EVM_FEE_MARKET) {
		tx->priority_fee = tf_rlp_u256(r);
		tx->max_fee = tf_rlp_u256(r);
	} else {
		tx->gas_price = tf_rlp_u256(r);
	}
	tx->gas_limit = tf_rlp_u64(r);
	read_to(tx, r);
	tx->value = tf_rlp_u256(r);
	tx->data = tf_rlp_bytes(r, &tx->data_len);
	if (tx->type == TF_EVM_LEGACY)
		return;
	access = tf_rlp_list(r);
	tx->access = access.p;
	tx->access_len = access.left;
	read_access(tx, &access);
	tf_rlp_leave(r, &access);
}

/* Type byte and outermost list; r and list are set for what follows. */
static tf_err read_start(tf_evm_tx *tx, tf_rlp *r, tf_rlp *list, const uint8_t *in, size_t len)
{
	*tx = (tf_evm_tx){ .type = TF_EVM_LEGACY };
	if (len == 0)
		return TF_E_TRUNCATED;
	if (len > TF_EVM_PAYLOAD_MAX)
		return TF_E_TOO_LARGE;
	if (in[0] < 0xc0) {
		if (in[0] != TF_EVM_ACCESS_LIST && in[0] != TF_EVM_FEE_MARKET)
			return TF_E_UNSUPPORTED;
		tx->type = (tf_evm_type)in[0];
		in++;
		len--;
	}
	*r = tf_rlp_init(in, len);
	*list = tf_rlp_list(r);
	return TF_OK;
}

/* What no canonical encoding can promise. */
static tf_err check_tx(const tf_evm_tx *tx)
{
	tf_u256 cost;

	if (tx->chain_id == 0 || tx->chain_id > TF_EVM_CHAIN_ID_MAX)
		return TF_E_ENCODING;
	if (tx->nonce == UINT64_MAX)
		return TF_E_ENCODING;
	return tf_evm_max_cost(&cost, tx);
}

/* Verdict of list and outer reader, then the checks. */
static tf_err finish(const tf_evm_tx *tx, tf_rlp *r, const tf_rlp *list)
{
	tf_rlp_leave(r, list);
	TRY(tf_rlp_end(r));
	return check_tx(tx);
}

static tf_err parse_payload(tf_evm_tx *tx, const uint8_t *payload, size_t len)
{
	tf_rlp r, list;

	TRY(read_start(tx, &r, &list, payload, len));
	read_fields(tx, &list);
	if (tx->type == TF_EVM_LEGACY) {
		if (list.err == TF_OK && !tf_rlp_has_more(&list))
			return TF_E_UNSUPPORTED;
		tx->chain_id = tf_rlp_u64(&list);
		if (tf_rlp_u64(&list) != 0 || tf_rlp_u64(&list) != 0)
			tf_rlp_fail(&list, TF_E_ENCODING);
	}
	return finish(tx, &r, &list);
}

tf_err tf_evm_parse(tf_evm_tx *tx, const uint8_t *payload, size_t len)
{
	tf_err err = parse_payload(tx, payload, len);

	if (err != TF_OK)
		*tx = (tf_evm_tx){ .type = TF_EVM_LEGACY };
	return err;
}

static tf_err check_signature(const tf_evm_signature *sig)
{
	tf_u256 r, s;

	TRY(tf_u256_from_be(&r, sig->r, sizeof(sig->r)));
	TRY(tf_u256_from_be(&s, sig->s, sizeof(sig->s)));
	if (tf_u256_is_zero(&r) || tf_u256_cmp(&r, &order) >= 0)
		return TF_E_ENCODING;
	if (tf_u256_is_zero(&s) || tf_u256_cmp(&s, &half_order) > 0)
		return TF_E_ENCODING;
	return sig->y_odd > 1 ? TF_E_ENCODING : TF_OK;
}

static tf_err parse_raw(tf_evm_tx *tx, tf_evm_signature *sig, const uint8_t *raw, size_t len)
{
	tf_rlp r, list;
	tf_u256 part;
	uint64_t v;

	*sig = (tf_evm_signature){ .y_odd = 0 };
	TRY(read_start(tx, &r, &list, raw, len));
	read_fields(tx, &list);
	v = tf_rlp_u64(&list);
	part = tf_rlp_u256(&list);
	tf_u256_to_be(sig->r, &part);
	part = tf_rlp_u256(&list);
	tf_u256_to_be(sig->s, &part);
	if (tx->type != TF_EVM_LEGACY) {
		if (v > 1)
			return TF_E_ENCODING;
		sig->y_odd = (uint8_t)v;
	} else {
		if (v < LEGACY_V)
			return list.err == TF_OK ? TF_E_UNSUPPORTED : list.err;
		sig->y_odd = (uint8_t)((v - LEGACY_V) & 1);
		tx->chain_id = (v - LEGACY_V) / 2;
	}
	TRY(finish(tx, &r, &list));
	return check_signature(sig);
}

tf_err tf_evm_parse_signed(tf_evm_tx *tx, tf_evm_signature *sig, const uint8_t *raw, size_t len)
{
	tf_err err = parse_raw(tx, sig, raw, len);

	if (err != TF_OK) {
		*tx = (tf_evm_tx){ .type = TF_EVM_LEGACY };
		*sig = (tf_evm_signature){ .y_odd = 0 };
	}
	return err;
}

static bool is_zero20(const uint8_t b[static TF_EVM_ADDRESS])
{
	static const uint8_t zero[TF_EVM_ADDRESS];

	return memcmp(b, zero, TF_EVM_ADDRESS) == 0;
}

/* Before writing: only fields that the type has, an access list that would parse. */
static tf_err check_encodable(const tf_evm_tx *tx)
{
	tf_evm_tx counted = { .type = TF_EVM_LEGACY };
	tf_rlp access = tf_rlp_init(tx->access, tx->access_len);

	if (tx->type == TF_EVM_LEGACY && tx->access_len)
		return TF_E_USAGE;
	switch (tx->type) {
	case TF_EVM_LEGACY:
	case TF_EVM_ACCESS_LIST:
		if (!tf_u256_is_zero(&tx->max_fee) || !tf_u256_is_zero(&tx->priority_fee))
			return TF_E_USAGE;
		break;
	case TF_EVM_FEE_MARKET:
		if (!tf_u256_is_zero(&tx->gas_price))
			return TF_E_USAGE;
		break;
	}
	if (tx->creates && !is_zero20(tx->to))
		return TF_E_USAGE;
	read_access(&counted, &access);
	TRY(tf_rlp_end(&access));
	return check_tx(tx);
}

static void put_fields(tf_wr *w, const tf_evm_tx *tx)
{
	if (tx->type != TF_EVM_LEGACY)
		tf_rlp_put_u64(w, tx->chain_id);
	tf_rlp_put_u64(w, tx->nonce);
	if (tx->type == TF_EVM_FEE_MARKET) {
		tf_rlp_put_u256(w, &tx->priority_fee);
		tf_rlp_put_u256(w, &tx->max_fee);
	} else {
		tf_rlp_put_u256(w, &tx->gas_price);
	}
	tf_rlp_put_u64(w, tx->gas_limit);
	tf_rlp_put_bytes(w, tx->to, tx->creates ? 0 : sizeof(tx->to));
	tf_rlp_put_u256(w, &tx->value);
	tf_rlp_put_bytes(w, tx->data, tx->data_len);
	if (tx->type != TF_EVM_LEGACY) {
		size_t list = tf_rlp_open(w);

		tf_wr_fixed(w, tx->access, tx->access_len);
		tf_rlp_close(w, list);
	}
}

/* Chain id (EIP-155) or signature. */
static void put_end(tf_wr *w, const tf_evm_tx *tx, const tf_evm_signature *sig)
{
	if (sig) {
		tf_u256 r, s;
		uint64_t v = sig->y_odd;

		if (tx->type == TF_EVM_LEGACY)
			v += tx->chain_id * 2 + LEGACY_V;
		if (tf_u256_from_be(&r, sig->r, sizeof(sig->r)) != TF_OK
		    || tf_u256_from_be(&s, sig->s, sizeof(sig->s)) != TF_OK) {
			tf_wr_fail(w, TF_E_USAGE);
			return;
		}
		tf_rlp_put_u64(w, v);
		tf_rlp_put_u256(w, &r);
		tf_rlp_put_u256(w, &s);
	} else if (tx->type == TF_EVM_LEGACY) {
		tf_rlp_put_u64(w, tx->chain_id);
		tf_rlp_put_u64(w, 0);
		tf_rlp_put_u64(w, 0);
	}
}

static tf_err encode(uint8_t *out, size_t cap, size_t *len, const tf_evm_tx *tx,
                     const tf_evm_signature *sig)
{
	tf_wr w = tf_wr_init(out, cap);
	size_t list;

	TRY(check_encodable(tx));
	if (tx->type != TF_EVM_LEGACY)
		tf_wr_u8(&w, (uint8_t)tx->type);
	list = tf_rlp_open(&w);
	put_fields(&w, tx);
	put_end(&w, tx, sig);
	tf_rlp_close(&w, list);
	if (w.err == TF_OK && w.len > TF_EVM_PAYLOAD_MAX)
		return TF_E_TOO_LARGE;
	return tf_wr_end(&w, len);
}

tf_err tf_evm_encode(uint8_t *out, size_t cap, size_t *len, const tf_evm_tx *tx)
{
	return encode(out, cap, len, tx, NULL);
}

tf_err tf_evm_assemble(uint8_t *out, size_t cap, size_t *len, const tf_evm_tx *tx,
                       const tf_evm_signature *sig)
{
	TRY(check_signature(sig));
	return encode(out, cap, len, tx, sig);
}

void tf_evm_digest(uint8_t out[static 32], const uint8_t *payload, size_t len)
{
	tf_keccak256(out, payload, len);
}

void tf_evm_hash(uint8_t out[static 32], const uint8_t *raw, size_t len)
{
	tf_keccak256(out, raw, len);
}

tf_err tf_evm_max_cost(tf_u256 *out, const tf_evm_tx *tx)
{
	tf_u256 gas = tf_u256_from_u64(tx->gas_limit);
	tf_u256 cost;

	TRY(tf_u256_mul(&cost, &gas,
	                tx->type == TF_EVM_FEE_MARKET ? &tx->max_fee : &tx->gas_price));
	return tf_u256_add(out, &cost, &tx->value);
}
