#include "chain/evm_address.h"

#include <stdbool.h>
#include <string.h>

#include "base/keccak.h"

#define DIGITS 40u

void tf_evm_address_from_public(uint8_t out[static TF_EVM_ADDRESS], const uint8_t xy[static 64])
{
	uint8_t hash[32];

	tf_keccak256(hash, xy, 64);
	memcpy(out, hash + 12, TF_EVM_ADDRESS);
}

void tf_evm_address_format(char out[static TF_EVM_ADDRESS_TEXT],
                           const uint8_t address[static TF_EVM_ADDRESS])
{
	static const char hex[] = "0123456789abcdef";
	char *digits = out + 2;
	uint8_t hash[32];

	memcpy(out, "0x", 2);
	for (size_t i = 0; i < DIGITS; i++)
		digits[i] = hex[address[i / 2] >> (i % 2 ? 0 : 4) & 15];
	digits[DIGITS] = '\0';
	tf_keccak256(hash, digits, DIGITS);
	for (size_t i = 0; i < DIGITS; i++) {
		bool high = hash[i / 2] >> (i % 2 ? 0 : 4) & 8;

		if (high && digits[i] >= 'a')
			digits[i] = (char)(digits[i] - 'a' + 'A');
	}
}

tf_err tf_evm_address_parse(uint8_t out[static TF_EVM_ADDRESS], const char *text, size_t len)
{
	uint8_t address[TF_EVM_ADDRESS] = { 0 };
	char canonical[TF_EVM_ADDRESS_TEXT];
	bool small = false, capital = false;

	if (len != DIGITS + 2 || memcmp(text, "0x", 2) != 0)
		return TF_E_ENCODING;
	for (size_t i = 0; i < DIGITS; i++) {
		char c = text[2 + i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			digit = (unsigned)(c - 'A' + 10);
		else
			return TF_E_ENCODING;
		small = small || c >= 'a';
		capital = capital || (c >= 'A' && c <= 'F');
		address[i / 2] = (uint8_t)((unsigned)address[i / 2] << 4 | digit);
	}
	tf_evm_address_format(canonical, address);
	if (small && capital && memcmp(canonical, text, len) != 0)
		return TF_E_ENCODING;
	memcpy(out, address, sizeof(address));
	return TF_OK;
}
