/* Ethereum addresses: 20 bytes, written in hex with a checksum in its capitals (EIP-55).
 *
 * An address is the last 20 bytes of Keccak-256 over the public key's coordinates, x then y, each
 * 32 bytes (Yellow Paper, section 4.2 and appendix F).
 */
#ifndef TF_CHAIN_EVM_ADDRESS_H
#define TF_CHAIN_EVM_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_EVM_ADDRESS 20u
#define TF_EVM_ADDRESS_TEXT 43u /* "0x", 40 digits, NUL */

/* From an uncompressed public key without its 0x04; that it is a point is the caller's knowledge.
 * */
void tf_evm_address_from_public(uint8_t out[static TF_EVM_ADDRESS], const uint8_t xy[static 64]);

/* In EIP-55's mixed case. */
void tf_evm_address_format(char out[static TF_EVM_ADDRESS_TEXT],
                           const uint8_t address[static TF_EVM_ADDRESS]);

/* "0x" (small x) and 40 hex digits. Letters all small or all capital carry no checksum and are
 * accepted; mixed ones must be exactly EIP-55's. Otherwise TF_E_ENCODING. */
TF_MUST_USE tf_err tf_evm_address_parse(uint8_t out[static TF_EVM_ADDRESS], const char *text,
                                        size_t len);

#endif
