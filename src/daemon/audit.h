/* The audit log: append-only rows, each of which seals all rows before it.
 *
 * One line of text per row, with exactly one way to write it:
 *
 *     {"seq":1,"time":1767225845678,"text":"...","prev":"<64 hex>","hash":"<64 hex>",
 *      "sig":"<128 hex>"}                                          (without the line break)
 *
 * hash = SHA-256("trefoil/audit/v1" ‖ u64 seq ‖ u64 time ‖ u32 |text| ‖ text ‖ prev); prev of the
 * first row is SHA-256("trefoil/audit/v1" ‖ u32 |name| ‖ name), so a log cannot pass for
 * another's. time is milliseconds since 1970 and never goes back. sig, when a signer is given, is
 * Ed25519 over TF_AUDIT_DOMAIN ‖ 0x00 ‖ hash; "" otherwise. text is UTF-8 of up to 16 KiB, usually
 * JSON of the caller.
 *
 * A row is on disk (fdatasync) before append returns; rows that were added are, all of them, when
 * sync returns, and nobody may act on one before. Whoever cuts rows off the end leaves a log that
 * still verifies; so publish the head (seq, hash) elsewhere from time to time and compare.
 */
#ifndef TF_DAEMON_AUDIT_H
#define TF_DAEMON_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_AUDIT_TEXT_MAX 16384

typedef struct tf_audit tf_audit;

/* What is signed before a row's hash, so that the signature is good for nothing else. */
#define TF_AUDIT_DOMAIN "trefoil/audit-row/v1"

/* Signs TF_AUDIT_DOMAIN ‖ 0x00 ‖ hash with the identity key (Ed25519, RFC 8032):
 * tf_identity_sign(sig, keys, TF_AUDIT_DOMAIN, hash, 32) in attest/identity.h. */
typedef struct tf_audit_signer {
	tf_err (*sign)(void *ctx, uint8_t sig[static 64], const uint8_t hash[static 32]);
	void *ctx;
} tf_audit_signer;

typedef struct tf_audit_head {
	uint64_t seq;      /* number of the last row; 0: none yet */
	uint64_t time_ms;
	uint8_t hash[32];
} tf_audit_head;

typedef struct tf_audit_row {
	uint64_t seq;
	uint64_t time_ms;
	const char *text;
	size_t text_len;
	uint8_t hash[32];
	bool is_signed;
	uint8_t sig[64];
} tf_audit_row;

/* Opens (creating with 0600), takes the lock, verifies every row. public_key: 32 bytes that all
 * signatures must verify under, NULL: signatures are not looked at. signer: NULL for unsigned
 * rows. A last line without its end is what a crash leaves of a row that nobody was told of: it
 * is cut off and *torn receives its length (torn may be NULL). TF_E_BUSY: another process has it.
 * TF_E_TRUST: the chain is broken (why says at which row). TF_E_IO. */
TF_MUST_USE tf_err tf_audit_open(tf_audit **out, const char *path, const char *name,
                                 const tf_audit_signer *signer, const uint8_t *public_key,
                                 size_t *torn, char *why, size_t cap);
void tf_audit_close(tf_audit *a);

/* One row, durable on return. TF_E_ENCODING: text is not UTF-8, or too long (TF_E_TOO_LARGE).
 * TF_E_IO is final: the end of the file is unknown, every later append fails with TF_E_STATE. */
TF_MUST_USE tf_err tf_audit_append(tf_audit *a, uint64_t time_ms, const char *text, size_t len);

/* The same, but not durable yet: that it is with the next tf_audit_sync or tf_audit_append. */
TF_MUST_USE tf_err tf_audit_add(tf_audit *a, uint64_t time_ms, const char *text, size_t len);

/* Are there rows that are not durable yet? Make them so. TF_E_IO is final, as above. sync may run
 * on another thread, while nothing else here is called. */
bool tf_audit_unsynced(const tf_audit *a);
TF_MUST_USE tf_err tf_audit_sync(tf_audit *a);

void tf_audit_get_head(const tf_audit *a, tf_audit_head *head);

/* Verifies a log without opening it for writing (a torn end is an error here); each row goes to
 * seen, if given, which may stop with an error. */
TF_MUST_USE tf_err tf_audit_verify(const char *path, const char *name, const uint8_t *public_key,
                                   tf_err (*seen)(void *ctx, const tf_audit_row *row), void *ctx,
                                   tf_audit_head *head, char *why, size_t cap);

#endif
