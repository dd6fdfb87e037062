/* The heart of a co-signer: is this payload exactly what the client asked for?
 *
 * Between the client, who signed a request, and the share of a signature stands one comparison.
 * Whoever brings the payload (the coordinator) is not trusted; so nothing in it may go beyond the
 * request and the chain's entry in the admin-signed workspace file:
 *
 *     type         EIP-1559, nothing else
 *     chain id     the entry's
 *     path         m/44/coin/account/0/0, coin from the entry, account from source.id
 *     to, value    as requested; never a contract creation
 *     data         empty            access list   empty
 *     gas limit    as requested; if left open, the entry's default; never below a plain transfer's
 *     max fee      as requested; if left open, the entry's default; never above its cap
 *     priority     as requested; if left open, the entry's default, or the max fee if that is less;
 *                  never above the max fee
 *     nonce        as requested; if left open, any (that no nonce signs twice is the store's duty)
 *
 * Not less than a default either: the sender's nonce is bound to the payload for ever, and one that
 * no chain takes would close the account. What is bound, nonce by nonce, is always something that
 * the client has asked for, that the chain takes at the workspace's fees, and that a client can ask
 * for again, by naming its fields, to get it signed if it was not. So a nonce too high or too low,
 * which whoever brings the payload may choose where the client leaves it open, closes nothing: the
 * account's next one stays free, and that of the payload stays good for the payload. It does decide
 * when the transfer happens: clients that mind, or that ask again for what seems lost, name it.
 *
 * Each line is one check with its own number (818, 820 to 838, base/checks.def); the first that
 * fails is in the fault record. A payload that does not parse, or a request that cannot be
 * resolved, is an error without a check.
 */
#ifndef TF_POLICY_MATCH_H
#define TF_POLICY_MATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/path.h"
#include "chain/evm.h"
#include "policy/chain_rule.h"
#include "policy/request.h"

/* Judge a parsed payload and the path of the key that is to sign it. TF_E_MISMATCH: not what the
 * request asks for. TF_E_POLICY: above what the workspace permits. Errors of tf_transfer_resolve
 * and tf_chain_rule_limits. fault may be NULL. */
TF_MUST_USE tf_err tf_match_transfer(tf_fault *fault, const tf_request *request,
                                     const tf_chain_rule *rule, const tf_evm_tx *tx,
                                     const tf_path *path);

/* The whole way of a payload: find the asset's entry among the workspace's n, parse, judge, and
 * only then hash. digest is what may be signed and tx (a view into payload) what it says; both are
 * untouched on error, so that nothing can be signed that was not judged. Errors of tf_evm_parse and
 * tf_match_transfer; TF_E_POLICY with check 820 if the workspace has no such asset. */
TF_MUST_USE tf_err tf_match_payload(uint8_t digest[static 32], tf_evm_tx *tx, tf_fault *fault,
                                    const tf_request *request, const tf_chain_rule *rules,
                                    size_t n, const uint8_t *payload, size_t len,
                                    const tf_path *path);

#endif
