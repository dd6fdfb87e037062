#include "chain/evm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

#define BYTES_MAX 512u

struct bytes {
	uint8_t b[BYTES_MAX];
	size_t len;
};

/* One line of tests/vectors/chain/evm.txt. */
struct vector {
	char name[32];
	struct bytes payload, digest, r, s, raw, hash;
	unsigned y;
};

static struct bytes from_hex(const char *hex)
{
	struct bytes out = { .len = strlen(hex) / 2 };

	CHECK(strlen(hex) % 2 == 0 && out.len <= BYTES_MAX);
	for (size_t i = 0; i < out.len; i++) {
		unsigned v;

		CHECK(sscanf(hex + 2 * i, "%2x", &v) == 1);
		out.b[i] = (uint8_t)v;
	}
	return out;
}

static void read_vector(struct vector *v, char *line)
{
	char *f[8], *rest = NULL;

	for (size_t i = 0; i < 8; i++) {
		f[i] = strtok_r(i ? NULL : line, " ", &rest);
		CHECK(f[i]);
	}
	snprintf(v->name, sizeof(v->name), "%s", f[0]);
	v->payload = from_hex(f[1]);
	v->digest = from_hex(f[2]);
	v->r = from_hex(f[3]);
	v->s = from_hex(f[4]);
	v->y = (unsigned)strtoul(f[5], NULL, 10);
	v->raw = from_hex(f[6]);
	v->hash = from_hex(f[7]);
}

static size_t load(struct vector *out, size_t cap)
{
	char *text = tf_test_read_file(tf_test_path("tests/vectors/chain/evm.txt"), NULL);
	char *rest = NULL;
	size_t n = 0;

	for (char *l = strtok_r(text, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
		if (l[0] == '#')
			continue;
		CHECK(n < cap);
		read_vector(&out[n++], l);
	}
	free(text);
	return n;
}

static struct vector find(const char *name)
{
	static struct vector all[16];
	size_t n = load(all, TF_ARRAY_LEN(all));

	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i];
	tf_test_fail(__FILE__, __LINE__, "no vector %s", name);
}

static tf_evm_signature signature_of(const struct vector *v)
{
	tf_evm_signature sig = { .y_odd = (uint8_t)v->y };

	memcpy(sig.r, v->r.b, 32);
	memcpy(sig.s, v->s.b, 32);
	return sig;
}

TEST(evm_vectors_parse_hash_assemble)
{
	static struct vector all[16];
	size_t n = load(all, TF_ARRAY_LEN(all));

	CHECK(n == 7);
	for (size_t i = 0; i < n; i++) {
		const struct vector *v = &all[i];
		tf_evm_signature sig = signature_of(v), again;
		uint8_t out[BYTES_MAX], hash[32];
		tf_evm_tx tx, signed_tx;
		size_t len = 0;

		CHECK_OK(tf_evm_parse(&tx, v->payload.b, v->payload.len));
		CHECK_OK(tf_evm_encode(out, sizeof(out), &len, &tx));
		CHECK(len == v->payload.len && memcmp(out, v->payload.b, len) == 0);
		tf_evm_digest(hash, v->payload.b, v->payload.len);
		CHECK(memcmp(hash, v->digest.b, 32) == 0);
		CHECK_OK(tf_evm_assemble(out, sizeof(out), &len, &tx, &sig));
		CHECK(len == v->raw.len && memcmp(out, v->raw.b, len) == 0);
		tf_evm_hash(hash, out, len);
		CHECK(memcmp(hash, v->hash.b, 32) == 0);
		CHECK_OK(tf_evm_parse_signed(&signed_tx, &again, v->raw.b, v->raw.len));
		CHECK(memcmp(&again, &sig, sizeof(sig)) == 0);
		CHECK_OK(tf_evm_encode(out, sizeof(out), &len, &signed_tx));
		CHECK(len == v->payload.len && memcmp(out, v->payload.b, len) == 0);
	}
}

TEST(evm_fields_of_a_transfer)
{
	struct vector v = find("transfer1559");
	tf_evm_tx tx;

	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK(tx.type == TF_EVM_FEE_MARKET && tx.chain_id == 11155111 && tx.nonce == 3);
	CHECK(tx.max_fee.w[0] == 30000000000 && tx.priority_fee.w[0] == 1500000000);
	CHECK(tf_u256_is_zero(&tx.gas_price));
	CHECK(tx.gas_limit == TF_EVM_TRANSFER_GAS && !tx.creates);
	CHECK_HEX(tx.to, 20, "70997970c51812dc3a010c7d01b50e0d17dc79c8");
	CHECK(tx.value.w[0] == 10000000000000000);
	CHECK(tx.data_len == 0 && tx.access_len == 0);
	CHECK(tx.access_addresses == 0 && tx.access_keys == 0);
}

TEST(evm_fields_of_the_others)
{
	struct vector v = find("call1559");
	tf_evm_tx tx;

	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK(tx.data_len == 68 && tx.access_addresses == 2 && tx.access_keys == 2);
	v = find("create1559");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK(tx.creates && tx.data_len == 1 && tx.data[0] == 0);
	v = find("access2930");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK(tx.type == TF_EVM_ACCESS_LIST && tx.chain_id == 137 && tx.nonce == 128);
	CHECK(tx.gas_price.w[0] == 20000000000 && tx.value.w[2] == 1 && tx.value.w[0] == 0);
	v = find("legacy");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK(tx.type == TF_EVM_LEGACY && tx.chain_id == 11155111 && tx.data[0] == 0x80);
}

static bool is_zero_tx(const tf_evm_tx *tx)
{
	static const tf_evm_tx zero = { .type = TF_EVM_LEGACY };

	return memcmp(tx, &zero, sizeof(zero)) == 0;
}

/* Cut anywhere, lengthened by anything: refused, and nothing is handed out. */
TEST(evm_refuses_every_prefix_and_every_byte_more)
{
	static struct vector all[16];
	size_t n = load(all, TF_ARRAY_LEN(all));

	for (size_t i = 0; i < n; i++) {
		struct vector *v = &all[i];
		tf_evm_signature sig;
		tf_evm_tx tx;

		for (size_t len = 0; len < v->payload.len; len++) {
			memset(&tx, 1, sizeof(tx));
			CHECK(tf_evm_parse(&tx, v->payload.b, len) != TF_OK && is_zero_tx(&tx));
		}
		for (size_t len = 0; len < v->raw.len; len++)
			CHECK(tf_evm_parse_signed(&tx, &sig, v->raw.b, len) != TF_OK && is_zero_tx(&tx));
		for (unsigned c = 0; c < 256; c++) {
			v->payload.b[v->payload.len] = (uint8_t)c;
			v->raw.b[v->raw.len] = (uint8_t)c;
			CHECK_ERR(tf_evm_parse(&tx, v->payload.b, v->payload.len + 1), TF_E_TRAILING);
			CHECK_ERR(tf_evm_parse_signed(&tx, &sig, v->raw.b, v->raw.len + 1),
			          TF_E_TRAILING);
		}
		CHECK(tf_evm_parse(&tx, v->raw.b, v->raw.len) != TF_OK);
		CHECK(tf_evm_parse_signed(&tx, &sig, v->payload.b, v->payload.len) != TF_OK);
	}
}

/* Whatever a changed byte makes of a payload: it is refused, or it is the one encoding of it. */
TEST(evm_accepts_one_encoding_only)
{
	static struct vector all[16];
	size_t n = load(all, TF_ARRAY_LEN(all));
	unsigned accepted = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < all[i].payload.len; at++)
			for (unsigned c = 0; c < 256; c++) {
				struct bytes p = all[i].payload;
				uint8_t out[BYTES_MAX];
				tf_evm_tx tx;
				size_t len = 0;

				p.b[at] = (uint8_t)c;
				if (tf_evm_parse(&tx, p.b, p.len) != TF_OK)
					continue;
				CHECK_OK(tf_evm_encode(out, sizeof(out), &len, &tx));
				CHECK(len == p.len && memcmp(out, p.b, len) == 0);
				accepted++;
			}
	CHECK(accepted > 1000);
}

static tf_err parse_hex(const char *hex)
{
	struct bytes p = from_hex(hex);
	tf_evm_tx tx;

	return tf_evm_parse(&tx, p.b, p.len);
}

TEST(evm_refusals)
{
	CHECK_ERR(parse_hex(""), TF_E_TRUNCATED);
	/* unknown types, and a string where the list should be */
	CHECK_ERR(parse_hex("00c0"), TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("03c0"), TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("04c0"), TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("7fc0"), TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("80"), TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("0280"), TF_E_ENCODING);
	CHECK_ERR(parse_hex("02"), TF_E_TRUNCATED);
	CHECK_ERR(parse_hex("02c0"), TF_E_TRUNCATED);
	CHECK_ERR(parse_hex("c0"), TF_E_TRUNCATED);
	/* legacy without chain id, with chain id 0, with something in the two empty places */
	CHECK_ERR(parse_hex("dc0101019435353535353535353535353535353535353535350180"),
	          TF_E_TRUNCATED);
	CHECK_ERR(parse_hex("da0101019435353535353535353535353535353535353535350180"),
	          TF_E_UNSUPPORTED);
	CHECK_ERR(parse_hex("dd0101019435353535353535353535353535353535353535350180808080"),
	          TF_E_ENCODING);
	CHECK_OK(parse_hex("dd0101019435353535353535353535353535353535353535350180018080"));
	CHECK_ERR(parse_hex("dd0101019435353535353535353535353535353535353535350180010180"),
	          TF_E_ENCODING);
	CHECK_ERR(parse_hex("dd0101019435353535353535353535353535353535353535350180018001"),
	          TF_E_ENCODING);
	/* a recipient of 19 bytes */
	CHECK_ERR(parse_hex("dc01010193353535353535353535353535353535353535350180018080"),
	          TF_E_ENCODING);
}

#define ADDRESS "943535353535353535353535353535353535353535"

TEST(evm_refuses_a_broken_access_list)
{
	/* 02 || rlp[1, 0, 0, 0, 0, "", 0, "", access] with the access list written out */
	CHECK_OK(parse_hex("02c90180808080808080c0"));
	CHECK_ERR(parse_hex("02c9018080808080808080"), TF_E_ENCODING);
	CHECK_ERR(parse_hex("02ca0180808080808080c180"), TF_E_ENCODING);
	CHECK_ERR(parse_hex("02ca0180808080808080c1c0"), TF_E_TRUNCATED);
	CHECK_OK(parse_hex("02e00180808080808080d7d6" ADDRESS "c0"));
	/* no key list; a key of no bytes; something after the keys; an address of 19 bytes */
	CHECK_ERR(parse_hex("02df0180808080808080d6d5" ADDRESS), TF_E_TRUNCATED);
	CHECK_ERR(parse_hex("02e10180808080808080d8d7" ADDRESS "c180"), TF_E_ENCODING);
	CHECK_ERR(parse_hex("02e10180808080808080d8d7" ADDRESS "c080"), TF_E_TRAILING);
	CHECK_ERR(parse_hex("02df0180808080808080d6d593" "35353535353535353535353535353535353535"
	                    "c0"), TF_E_ENCODING);
}

static tf_evm_tx plain_transfer(void)
{
	tf_evm_tx tx = { .type = TF_EVM_FEE_MARKET, .chain_id = 11155111, .nonce = 3,
	                 .gas_limit = 21000 };

	tx.max_fee = tf_u256_from_u64(30000000000);
	tx.priority_fee = tf_u256_from_u64(1500000000);
	tx.value = tf_u256_from_u64(10000000000000000);
	memset(tx.to, 0x35, sizeof(tx.to));
	return tx;
}

static tf_err encode(const tf_evm_tx *tx)
{
	uint8_t out[BYTES_MAX];
	size_t len = 0;

	return tf_evm_encode(out, sizeof(out), &len, tx);
}

TEST(evm_encodes_only_what_it_would_parse)
{
	tf_evm_tx tx = plain_transfer();

	CHECK_OK(encode(&tx));
	tx.chain_id = 0;
	CHECK_ERR(encode(&tx), TF_E_ENCODING);
	tx.chain_id = TF_EVM_CHAIN_ID_MAX;
	CHECK_OK(encode(&tx));
	tx.chain_id++;
	CHECK_ERR(encode(&tx), TF_E_ENCODING);
	tx = plain_transfer();
	tx.nonce = UINT64_MAX - 1;
	CHECK_OK(encode(&tx));
	tx.nonce = UINT64_MAX;
	CHECK_ERR(encode(&tx), TF_E_ENCODING);
	tx = plain_transfer();
	tx.max_fee = (tf_u256){ { 0, 0, 0, 1 } };
	CHECK_OK(encode(&tx));
	tx.gas_limit = UINT64_MAX;
	tx.max_fee = (tf_u256){ { 0, 0, 0, 2 } };
	CHECK_ERR(encode(&tx), TF_E_TOO_LARGE);
	tx = plain_transfer();
	tx.value = (tf_u256){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	CHECK_ERR(encode(&tx), TF_E_TOO_LARGE);
}

TEST(evm_refuses_fields_that_the_type_does_not_have)
{
	tf_evm_tx tx = plain_transfer();

	tx.gas_price = tf_u256_from_u64(1);
	CHECK_ERR(encode(&tx), TF_E_USAGE);
	tx = plain_transfer();
	tx.creates = true;
	CHECK_ERR(encode(&tx), TF_E_USAGE);
	tx = plain_transfer();
	tx.type = TF_EVM_LEGACY;
	CHECK_ERR(encode(&tx), TF_E_USAGE);
	tx.max_fee = tf_u256_from_u64(0);
	CHECK_ERR(encode(&tx), TF_E_USAGE);
	tx.priority_fee = tf_u256_from_u64(0);
	CHECK_OK(encode(&tx));
	tx.type = TF_EVM_ACCESS_LIST;
	CHECK_OK(encode(&tx));
	tx.access = (const uint8_t *)"\xc0";
	tx.access_len = 1;
	CHECK_ERR(encode(&tx), TF_E_TRUNCATED);
	tx.type = TF_EVM_LEGACY;
	CHECK_ERR(encode(&tx), TF_E_USAGE);
}

TEST(evm_sizes_are_bounded)
{
	static uint8_t big[TF_EVM_PAYLOAD_MAX + 64], out[TF_EVM_PAYLOAD_MAX + 1024];
	tf_evm_tx tx = plain_transfer();
	uint8_t small[40];
	size_t len = 0;

	CHECK_ERR(tf_evm_encode(small, sizeof(small), &len, &tx), TF_E_CAPACITY);
	tx.data = big;
	tx.data_len = TF_EVM_PAYLOAD_MAX;
	CHECK_ERR(tf_evm_encode(out, sizeof(out), &len, &tx), TF_E_TOO_LARGE);
	big[0] = 2;
	CHECK_ERR(tf_evm_parse(&tx, big, TF_EVM_PAYLOAD_MAX + 1), TF_E_TOO_LARGE);
}

static const char order_hex[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
static const char half_hex[] = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";
static const char above_half[] = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1";
static const char max_r[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
static const char zero_hex[] = "0000000000000000000000000000000000000000000000000000000000000000";

static tf_err assemble(const char *r, const char *s, uint8_t y)
{
	tf_evm_tx tx = plain_transfer();
	tf_evm_signature sig = { .y_odd = y };
	uint8_t out[BYTES_MAX];
	struct bytes rb = from_hex(r), sb = from_hex(s);
	size_t len = 0;

	memcpy(sig.r, rb.b, 32);
	memcpy(sig.s, sb.b, 32);
	return tf_evm_assemble(out, sizeof(out), &len, &tx, &sig);
}

TEST(evm_signatures_are_canonical)
{
	CHECK_OK(assemble(max_r, half_hex, 1));
	CHECK_ERR(assemble(order_hex, half_hex, 1), TF_E_ENCODING);
	CHECK_ERR(assemble(zero_hex, half_hex, 1), TF_E_ENCODING);
	CHECK_ERR(assemble(max_r, above_half, 1), TF_E_ENCODING);
	CHECK_ERR(assemble(max_r, zero_hex, 1), TF_E_ENCODING);
	CHECK_ERR(assemble(max_r, half_hex, 2), TF_E_ENCODING);
}

TEST(evm_signed_transactions_are_canonical)
{
	struct vector v = find("transfer1559");
	tf_evm_signature sig;
	tf_evm_tx tx;
	size_t y_at = v.raw.len - 67, s_at = v.raw.len - 32;

	v.raw.b[y_at] = 1;
	CHECK_OK(tf_evm_parse_signed(&tx, &sig, v.raw.b, v.raw.len));
	CHECK(sig.y_odd == 1);
	v.raw.b[y_at] = 2;
	CHECK_ERR(tf_evm_parse_signed(&tx, &sig, v.raw.b, v.raw.len), TF_E_ENCODING);
	v.raw.b[y_at] = 0x80;
	v.raw.b[s_at] = 0xaa;
	CHECK_ERR(tf_evm_parse_signed(&tx, &sig, v.raw.b, v.raw.len), TF_E_ENCODING);
	/* legacy with v = 27: no chain id */
	v = find("eip155");
	v.raw.b[v.raw.len - 67] = 27;
	CHECK_ERR(tf_evm_parse_signed(&tx, &sig, v.raw.b, v.raw.len), TF_E_UNSUPPORTED);
}

/* The key of the vectors, 4646...46, and EIP-155's address. */
TEST(evm_address_of_a_public_key)
{
	struct bytes xy = from_hex(
		"4bc2a31265153f07e70e0bab08724e6b85e217f8cd628ceb62974247bb493382"
		"ce28cab79ad7119ee1ad3ebcdb98a16805211530ecc6cfefa1b88e6dff99232a");
	char text[TF_EVM_ADDRESS_TEXT];
	uint8_t address[20];

	tf_evm_address_from_public(address, xy.b);
	tf_evm_address_format(text, address);
	CHECK(strcmp(text, "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F") == 0);
}

/* EIP-55's own examples. */
static const char *const checksummed[] = {
	"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
	"0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
	"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
	"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
};

TEST(evm_address_checksum)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(checksummed); i++) {
		char text[TF_EVM_ADDRESS_TEXT], changed[TF_EVM_ADDRESS_TEXT];
		uint8_t address[20];

		CHECK_OK(tf_evm_address_parse(address, checksummed[i], 42));
		tf_evm_address_format(text, address);
		CHECK(strcmp(text, checksummed[i]) == 0);
		for (size_t at = 2; at < 42; at++) {
			memcpy(changed, text, sizeof(text));
			changed[at] ^= 0x20;
			if (changed[at] < '@' || i < 4)
				continue;
			CHECK_ERR(tf_evm_address_parse(address, changed, 42), TF_E_ENCODING);
		}
	}
}

TEST(evm_address_without_checksum)
{
	uint8_t a[20], b[20], c[20];

	CHECK_OK(tf_evm_address_parse(a, checksummed[4], 42));
	CHECK_OK(tf_evm_address_parse(b, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", 42));
	CHECK_OK(tf_evm_address_parse(c, "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", 42));
	CHECK(memcmp(a, b, 20) == 0 && memcmp(a, c, 20) == 0);
	CHECK_HEX(a, 20, "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
}

TEST(evm_address_refusals)
{
	static const char *const bad[] = {
		"", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
		"0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0",
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", " x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae ",
	};
	uint8_t a[20] = { 9 };

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(tf_evm_address_parse(a, bad[i], strlen(bad[i])), TF_E_ENCODING);
	CHECK(a[0] == 9);
}

TEST(evm_words)
{
	char words[TF_EVM_WORDS];
	struct vector v = find("transfer1559");
	tf_evm_tx tx;

	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "ETH"));
	CHECK(strcmp(words, "EIP-1559 transaction on chain 11155111, nonce 3: 0.01 ETH to "
	                    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8, gas limit 21000, "
	                    "max fee 30 gwei, priority fee 1.5 gwei, fee at most 0.00063 ETH, "
	                    "no calldata") == 0);
	v = find("call1559");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "E\n\"T=H\x1b"));
	CHECK(strstr(words, "nonce 300: 0 ETH to 0x7099"));
	CHECK(strstr(words, ", calldata 68 bytes, selector 0xa9059cbb, "
	                    "access list of 2 addresses and 2 keys"));
	v = find("create1559");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "ETH"));
	CHECK(strstr(words, "0.000000000000000005 ETH into a new contract, "));
	CHECK(strstr(words, ", calldata 1 bytes without selector"));
	v = find("legacy");
	CHECK_OK(tf_evm_parse(&tx, v.payload.b, v.payload.len));
	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "ETH"));
	CHECK(strstr(words, "legacy transaction on chain 11155111, nonce 9: 1 ETH to"));
	CHECK(strstr(words, ", gas price 20 gwei, fee at most 0.00042 ETH"));
}

TEST(evm_words_are_bounded)
{
	char words[TF_EVM_WORDS];
	tf_evm_tx tx = plain_transfer();
	size_t need;

	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "ETH"));
	need = strlen(words) + 1;
	for (size_t cap = 0; cap < need; cap++) {
		memset(words, 'x', sizeof(words));
		CHECK_ERR(tf_evm_describe(words, cap, &tx, "ETH"), TF_E_CAPACITY);
		CHECK(words[cap] == 'x' && (cap == 0 || words[0] == '\0'));
	}
	tx.chain_id = TF_EVM_CHAIN_ID_MAX;
	tx.nonce = UINT64_MAX - 1;
	tx.gas_limit = UINT64_MAX;
	tx.max_fee = (tf_u256){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0 } };
	tx.priority_fee = (tf_u256){ { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	tx.data = (const uint8_t *)"abcd";
	tx.data_len = 4;
	tx.access_addresses = UINT32_MAX;
	tx.access_keys = UINT32_MAX;
	CHECK_OK(tf_evm_describe(words, sizeof(words), &tx, "1234567890123456789012345678901234567"));
	tx.max_fee.w[3] = 1;
	CHECK_ERR(tf_evm_describe(words, sizeof(words), &tx, "ETH"), TF_E_TOO_LARGE);
}
