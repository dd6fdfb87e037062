/* Secrets that come from outside: a file only its owner can read, or a systemd credential.
 *
 * A source is written "file:/path" or "credential:name" ($CREDENTIALS_DIRECTORY/name; the name has
 * no '/'). The file must be regular, not a link, owned by root or by us (root also takes a file of
 * the daemons' user 2000), and readable by nobody else (no group or other bits). Never from argv or
 * the environment.
 */
#ifndef TF_SEAL_KEYFILE_H
#define TF_SEAL_KEYFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "base/secret.h"

/* Read a secret of at most cap bytes; one trailing newline is dropped. TF_E_ENCODING (source not
 * understood), TF_E_IO (missing, unreadable), TF_E_TRUST (owner, mode or kind of file),
 * TF_E_TOO_LARGE, TF_E_TRUNCATED (empty). The caller wipes out. */
TF_MUST_USE tf_err tf_keyfile_read(uint8_t *out, size_t cap, size_t *len, const char *source);

/* Read a 32-byte key written as 64 hex digits. TF_E_ENCODING if it is not. */
TF_MUST_USE tf_err tf_keyfile_read_key(tf_secret *out, const char *source);

/* Make a new key file with 64 random hex digits, mode 0600. TF_E_CONFLICT if it exists. */
TF_MUST_USE tf_err tf_keyfile_create(const char *path, const tf_rng *rng);

#endif
