/* From a transaction to what co-signers are shown, and from their signature to the signed
 * transaction. */
#ifndef TF_COORDINATOR_SIGNER_H
#define TF_COORDINATOR_SIGNER_H

#include "base/path.h"
#include "coordinator/coordinator.h"
#include "coordinator/runs.h"

/* What is shown: borrowed from t and path, request left zero. */
TF_MUST_USE tf_err tf_signer_intent(tf_ctl_intent *out, char path[static TF_PATH_TEXT],
                                    const tf_coordinator *c, const tf_txn *t);

/* The same for one message of a raw request. */
void tf_signer_raw(tf_ctl_raw *out, const tf_txn *t, uint32_t item);

/* A result of a signing run: verified under the account's own key, with the recovery id, assembled,
 * stored. TF_E_MISMATCH: no signature of this payload, or message, that leads to this key, which is
 * the device's doing; any other error is one of our own books. */
TF_MUST_USE tf_err tf_signer_complete(tf_coordinator *c, const tf_run *run);

/* A co-signer's signed refusal is kept. The transaction ends by it if it is one of a run that has
 * not started; run: the live one, or NULL. After a START others may have a signature: then only
 * the attempt ends. TF_E_TRUST: not signed by it. */
TF_MUST_USE tf_err tf_signer_refused(tf_coordinator *c, const tf_device *d, const tf_run *run,
                                     const tf_ctl_refusal *m, const uint8_t *raw, size_t len);

/* A presignature that was used, or lost: no member is asked for it again. */
void tf_signer_forget(tf_fleet *f, const uint8_t id[static 32]);

#endif
