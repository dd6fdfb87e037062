/* Shared by the files of the RA server's registry only. */
#ifndef TF_RA_REGISTRY_IMPL_H
#define TF_RA_REGISTRY_IMPL_H

#include <jansson.h>

#include "ra/registry.h"

/* Say why in one line and hand the error on. */
TF_MUST_USE tf_err tf_refuse(tf_refusal *why, tf_err e, const char *text);

/* A decision: write what is queued for the audit log (else nothing is decided), and begin; queue
 * its row; commit, and write the row. A row that cannot be written after the commit is written
 * before the next decision. */
TF_MUST_USE tf_err tf_registry_begin(tf_registry *r, tf_tx *tx);
TF_MUST_USE tf_err tf_registry_commit(tf_registry *r, tf_tx *tx);

/* After opening: what a crash left queued. The first of it may be in the log already. TF_E_STATE if
 * the database is older than the log at path. */
TF_MUST_USE tf_err tf_registry_recover(tf_registry *r, const char *path, tf_refusal *why);

/* Queue an audit row {"event": event, ...}, inside a transaction; takes the reference to fields,
 * which may be NULL for want of memory. */
TF_MUST_USE tf_err tf_registry_audit(tf_registry *r, int64_t now, const char *event,
                                     json_t *fields);

/* Hex as a JSON string. */
json_t *tf_json_hex(const uint8_t *p, size_t len);

/* TF_E_BUSY if this device has as many certificates as one may have (tf_roll_may_have_cert). The
 * server itself, which makes a new one at each start, always may have one more. */
TF_MUST_USE tf_err tf_registry_room(tf_registry *r, const tf_holder *holder, int64_t now,
                                    tf_refusal *why);

/* The next list, as the transaction at hand leaves it, recorded there; and when that has been
 * committed, to be used from now on. */
typedef struct tf_next_list {
	uint8_t *der;
	size_t len;
	uint64_t number;
} tf_next_list;

void tf_next_list_wipe(tf_next_list *list);
TF_MUST_USE tf_err tf_registry_make_list(tf_registry *r, tf_next_list *out, int64_t now);
TF_MUST_USE tf_err tf_registry_take_list(tf_registry *r, tf_next_list *list, int64_t now);

/* Check the evidence and issue; inside the caller's transaction: device and certificate are
 * recorded. event names the audit row. */
TF_MUST_USE tf_err tf_registry_issue(tf_registry *r, tf_issued *out, const tf_csr *csr,
                                     const tf_evidence *evidence, int64_t now, const char *event,
                                     tf_refusal *why);

#endif
