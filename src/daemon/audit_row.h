/* One row of the audit log as bytes. Private to this room. */
#ifndef TF_DAEMON_AUDIT_ROW_H
#define TF_DAEMON_AUDIT_ROW_H

#include "daemon/audit.h"

/* Longest line: every byte of the text as \u00XX, and the rest. */
#define TF_AUDIT_LINE_MAX (TF_AUDIT_TEXT_MAX * 6 + 512)

/* prev of the first row. */
TF_MUST_USE tf_err tf_audit_origin(uint8_t out[static 32], const char *name);

/* The row's hash, given the one before. */
TF_MUST_USE tf_err tf_audit_hash(uint8_t out[static 32], const tf_audit_row *row,
                                 const uint8_t prev[static 32]);

/* The one line that says this row, newline included. TF_E_CAPACITY. */
TF_MUST_USE tf_err tf_audit_write(char *line, size_t cap, size_t *len, const tf_audit_row *row,
                                  const uint8_t prev[static 32]);

/* Reads a line (newline included) that must follow prev. row->text points to *text, which the
 * caller frees. TF_E_ENCODING: not such a line, or not written the one way. TF_E_TRUST: hash,
 * order, predecessor or signature is wrong. */
TF_MUST_USE tf_err tf_audit_read(tf_audit_row *row, char **text, const char *line, size_t len,
                                 const tf_audit_head *before, const uint8_t *public_key);

/* True if text is UTF-8 without NUL. */
bool tf_audit_is_text(const char *text, size_t len);

#endif
