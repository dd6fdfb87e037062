/* Ethereum transactions: what is accepted has one encoding and can be told in words. */
#include <string.h>

#include "chain/evm.h"
#include "fuzz.h"

#define TEXT_MAX 8192u

static uint8_t buf[TEXT_MAX];

static void check_words(const tf_evm_tx *tx)
{
	char words[TF_EVM_WORDS];

	ALWAYS(tf_evm_describe(words, sizeof(words), tx, "ETH") == TF_OK);
	for (const char *c = words; *c; c++)
		ALWAYS(*c >= ' ' && *c <= '~');
}

static void check_payload(const uint8_t *data, size_t len)
{
	tf_evm_tx tx;
	size_t written = 0;

	if (tf_evm_parse(&tx, data, len) != TF_OK)
		return;
	ALWAYS(tf_evm_encode(buf, sizeof(buf), &written, &tx) == TF_OK);
	ALWAYS(written == len && memcmp(buf, data, len) == 0);
	check_words(&tx);
}

static void check_signed(const uint8_t *data, size_t len)
{
	tf_evm_signature sig;
	tf_evm_tx tx, unsigned_tx;
	size_t written = 0;

	if (tf_evm_parse_signed(&tx, &sig, data, len) != TF_OK)
		return;
	ALWAYS(tf_evm_assemble(buf, sizeof(buf), &written, &tx, &sig) == TF_OK);
	ALWAYS(written == len && memcmp(buf, data, len) == 0);
	check_words(&tx);
	ALWAYS(tf_evm_encode(buf, sizeof(buf), &written, &tx) == TF_OK);
	ALWAYS(tf_evm_parse(&unsigned_tx, buf, written) == TF_OK);
	ALWAYS(unsigned_tx.chain_id == tx.chain_id && unsigned_tx.nonce == tx.nonce);
}

static void check_address(const uint8_t *data, size_t len)
{
	char text[TF_EVM_ADDRESS_TEXT];
	uint8_t address[TF_EVM_ADDRESS], again[TF_EVM_ADDRESS];

	if (tf_evm_address_parse(address, (const char *)data, len) != TF_OK)
		return;
	tf_evm_address_format(text, address);
	ALWAYS(tf_evm_address_parse(again, text, strlen(text)) == TF_OK);
	ALWAYS(memcmp(address, again, sizeof(address)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > TEXT_MAX)
		return 0;
	check_payload(data, len);
	check_signed(data, len);
	check_address(data, len);
	return 0;
}
