#include <string.h>

#include "chain/evm.h"

#define UNIT_MAX 32u

/* Text that grows in a bounded buffer; once full it stays failed. */
struct line {
	char *out;
	size_t cap;
	size_t len;
	tf_err err;
};

static void add(struct line *l, const char *text)
{
	size_t n = strlen(text);

	if (l->err == TF_OK && n >= l->cap - l->len)
		l->err = TF_E_CAPACITY;
	if (l->err != TF_OK)
		return;
	memcpy(l->out + l->len, text, n + 1);
	l->len += n;
}

static void add_amount(struct line *l, const tf_u256 *v, unsigned decimals)
{
	char text[TF_U256_TEXT];
	tf_err err = tf_u256_to_decimal(text, v, decimals);

	if (err != TF_OK)
		l->err = err;
	else
		add(l, text);
}

static void add_u64(struct line *l, uint64_t v)
{
	tf_u256 wide = tf_u256_from_u64(v);

	add_amount(l, &wide, 0);
}

static const char *type_name(tf_evm_type type)
{
	switch (type) {
	case TF_EVM_LEGACY: return "legacy";
	case TF_EVM_ACCESS_LIST: return "EIP-2930";
	case TF_EVM_FEE_MARKET: return "EIP-1559";
	}
	return "unknown";
}

static void add_gwei(struct line *l, const char *name, const tf_u256 *v)
{
	add(l, name);
	add_amount(l, v, TF_DECIMALS_GWEI);
	add(l, " gwei");
}

static void add_fees(struct line *l, const tf_evm_tx *tx, const char *unit)
{
	tf_u256 cost, fee;
	tf_err err;

	if (tx->type == TF_EVM_FEE_MARKET) {
		add_gwei(l, ", max fee ", &tx->max_fee);
		add_gwei(l, ", priority fee ", &tx->priority_fee);
	} else {
		add_gwei(l, ", gas price ", &tx->gas_price);
	}
	err = tf_evm_max_cost(&cost, tx);
	if (err == TF_OK)
		err = tf_u256_sub(&fee, &cost, &tx->value);
	if (err != TF_OK) {
		l->err = err;
		return;
	}
	add(l, ", fee at most ");
	add_amount(l, &fee, TF_DECIMALS_ETHER);
	add(l, " ");
	add(l, unit);
}

static void add_selector(struct line *l, const uint8_t selector[static 4])
{
	static const char hex[] = "0123456789abcdef";
	char text[9] = { 0 };

	for (size_t i = 0; i < 8; i++)
		text[i] = hex[selector[i / 2] >> (i % 2 ? 0 : 4) & 15];
	add(l, ", selector 0x");
	add(l, text);
}

static void add_data(struct line *l, const tf_evm_tx *tx)
{
	if (tx->data_len == 0) {
		add(l, ", no calldata");
	} else {
		add(l, ", calldata ");
		add_u64(l, tx->data_len);
		add(l, " bytes");
		if (tx->data_len < 4)
			add(l, " without selector");
		else
			add_selector(l, tx->data);
	}
	if (tx->access_addresses) {
		add(l, ", access list of ");
		add_u64(l, tx->access_addresses);
		add(l, " addresses and ");
		add_u64(l, tx->access_keys);
		add(l, " keys");
	}
}

/* Only characters that mean nothing to a log or a terminal. */
static void copy_unit(char out[static UNIT_MAX + 1], const char *unit)
{
	size_t n = 0;

	for (; *unit && n < UNIT_MAX; unit++) {
		char c = *unit;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
		    || c == '_' || c == '-')
			out[n++] = c;
	}
	out[n] = '\0';
}

tf_err tf_evm_describe(char *out, size_t cap, const tf_evm_tx *tx, const char *unit)
{
	struct line l = { .out = out, .cap = cap };
	char name[UNIT_MAX + 1], to[TF_EVM_ADDRESS_TEXT];

	copy_unit(name, unit);
	tf_evm_address_format(to, tx->to);
	add(&l, type_name(tx->type));
	add(&l, " transaction on chain ");
	add_u64(&l, tx->chain_id);
	add(&l, ", nonce ");
	add_u64(&l, tx->nonce);
	add(&l, ": ");
	add_amount(&l, &tx->value, TF_DECIMALS_ETHER);
	add(&l, " ");
	add(&l, name);
	add(&l, tx->creates ? " into a new contract" : " to ");
	if (!tx->creates)
		add(&l, to);
	add(&l, ", gas limit ");
	add_u64(&l, tx->gas_limit);
	add_fees(&l, tx, name);
	add_data(&l, tx);
	if (l.err != TF_OK && cap)
		out[0] = '\0';
	return l.err;
}
