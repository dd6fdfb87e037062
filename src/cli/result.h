/* A signed transaction and what is claimed about it, judged from the bytes alone.
 *
 *     {"address": EIP-55, "publicKey": 33 bytes hex, "chainId": N, "rawTransaction": hex,
 *      "txHash": hex, ...}
 *
 * Hex may begin with 0x. Nothing is asked of the network, and nothing that the deployment says is
 * believed: the raw transaction is parsed strictly, hashed, its signer recovered, and everything
 * compared with the claims.
 */
#ifndef TF_CLI_RESULT_H
#define TF_CLI_RESULT_H

#include <jansson.h>

#include "base/err.h"
#include "chain/evm.h"

#define TF_RESULT_WHY 256u

/* TF_OK: all of it holds; words (TF_EVM_WORDS bytes) says what the transaction does. TF_E_ENCODING:
 * something cannot be read; TF_E_MISMATCH: something does not fit; why says what. */
TF_MUST_USE tf_err tf_result_check(char words[static TF_EVM_WORDS], char why[static TF_RESULT_WHY],
                                   const json_t *result);

#endif
