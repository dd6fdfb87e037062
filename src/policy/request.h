/* What a client's own signed request asks for: the body of POST /v1/transactions.
 *
 * The bytes are those the client hashed into its JWT; coordinator and every co-signer read them
 * with this one function and get the same struct or the same refusal. The dialect is that of the
 * existing clients, TransactionRequest, of which Trefoil understands a transfer from a vault
 * account to a one-time address (* marks what must be there), and requests for raw signatures,
 * which are policy/raw.h's:
 *
 *     assetId*            string
 *     operation           "TRANSFER" (the default)
 *     source*             { type* "VAULT_ACCOUNT", id* decimal string, name }
 *     destination*        { type* "ONE_TIME_ADDRESS", oneTimeAddress* { address*, tag "" },
 *                           name, id "" }
 *     amount*             decimal, in the asset's own unit
 *     gasLimit            integer
 *     maxFee, priorityFee decimal gwei
 *     feeLevel            LOW, MEDIUM, HIGH: kept; fees not named are the workspace's defaults
 *     extraParameters     { nodeControls { nonce integer }, allowBaseAssetAddress false }
 *     note, externalTxId, customerRefId   strings, kept, never part of what moves
 *     treatAsGrossAmount, forceSweep, failOnLowFee, autoStaking, useGasless   only false
 *
 * Numbers may be JSON numbers or strings (the clients send both); either way they are decimal text
 * as chain/u256.h defines it. An exponent ("1e-7", which JavaScript makes of small numbers) is
 * refused; such an amount has to be sent as a string of digits. null means absent.
 *
 * Everything else is refused, so that nobody believes a wish was honoured that was not: a field of
 * the dialect that would change what is sent, paid or reported (destinations, fee, gasPrice,
 * networkFee, maxTotalFee, replaceTxByHash, contractCallData, rawMessageData, tag, travelRule*,
 * configurations ...) is TF_E_UNSUPPORTED; so is another operation or peer type, and a field that
 * the dialect does not have. A wrong type or value, or a missing field, is TF_E_ENCODING; text
 * longer than its room and numbers beyond 2^256 are TF_E_TOO_LARGE; what is not strict JSON fails
 * as base/json.h says.
 */
#ifndef TF_POLICY_REQUEST_H
#define TF_POLICY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "chain/u256.h"
#include "policy/chain_rule.h"

/* Room for texts, NUL included. */
#define TF_REQUEST_BODY_MAX (32u * 1024u)
#define TF_REQUEST_ADDRESS 128u
#define TF_REQUEST_NUMBER 96u
#define TF_REQUEST_ID 256u
#define TF_REQUEST_NOTE 2048u
#define TF_REQUEST_FIELD 96u

typedef enum tf_fee_level {
	TF_FEE_LEVEL_NONE = 0,
	TF_FEE_LEVEL_LOW = 1,
	TF_FEE_LEVEL_MEDIUM = 2,
	TF_FEE_LEVEL_HIGH = 3,
} tf_fee_level;

typedef struct tf_request {
	char asset_id[TF_ASSET_ID];
	uint32_t account;                 /* of the source vault, below 2^31 */
	char address[TF_REQUEST_ADDRESS]; /* of the destination, as written */
	char amount[TF_REQUEST_NUMBER];   /* as written */
	bool has_gas_limit;
	bool has_max_fee;
	bool has_priority_fee;
	bool has_nonce;
	uint64_t gas_limit;
	tf_u256 max_fee;                  /* wei per gas */
	tf_u256 priority_fee;             /* wei per gas */
	uint64_t nonce;
	tf_fee_level fee_level;
	char note[TF_REQUEST_NOTE];
	char external_tx_id[TF_REQUEST_ID];
	char customer_ref_id[TF_REQUEST_ID];
} tf_request;

/* Why a request was refused, for the answer to its client: "amount", "a decimal number ...". */
typedef struct tf_request_why {
	char field[TF_REQUEST_FIELD]; /* dotted name, printable ASCII; empty: the text as a whole */
	const char *expected;         /* static text */
	size_t at;                    /* offset in the body, if it is not JSON */
} tf_request_why;

/* Read a body. On error request is zeroed and why (may be NULL) is set; else why is empty. */
TF_MUST_USE tf_err tf_request_parse(tf_request *request, tf_request_why *why, const char *body,
                                    size_t len);

/* Set why, which may be NULL; returns err. For those who judge a parsed request further. */
TF_MUST_USE tf_err tf_request_blame(tf_request_why *why, tf_err err, const char *field,
                                    const char *expected);

#endif
