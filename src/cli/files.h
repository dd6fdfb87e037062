/* Files and folders of a deployment: whole files, atomically, with the right owner.
 *
 * A daemon started as root works as TF_DAEMON_ID, so what it reads and writes belongs to that user
 * then; what only the operator needs belongs to the operator.
 */
#ifndef TF_CLI_FILES_H
#define TF_CLI_FILES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

#define TF_CLI_PATH 4096u
#define TF_CLI_FILE_MAX (4u << 20)

typedef enum tf_owner {
	TF_OWNER_OPERATOR = 1,
	TF_OWNER_DAEMON,
} tf_owner;

/* A malloc'ed text that is wiped when it goes: files may hold secrets. */
typedef struct tf_text {
	char *p; /* with NUL */
	size_t len;
} tf_text;

void tf_text_wipe(tf_text *t);

/* "format" into out; TF_E_TOO_LARGE if it does not fit. */
__attribute__((format(printf, 3, 4))) TF_MUST_USE tf_err
tf_path_print(char *out, size_t cap, const char *format, ...);

/* The whole file, at most TF_CLI_FILE_MAX bytes. TF_E_NOT_FOUND, TF_E_IO, TF_E_TOO_LARGE. */
TF_MUST_USE tf_err tf_file_read(tf_text *out, const char *path);

/* The same with another limit. */
TF_MUST_USE tf_err tf_file_read_most(tf_text *out, const char *path, size_t most);

/* Replace the file by this content, mode 0600 of the owner, durable when this returns. TF_E_IO. */
TF_MUST_USE tf_err tf_file_write(const char *path, const void *content, size_t len,
                                 tf_owner owner);
TF_MUST_USE tf_err tf_file_write_json(const char *path, const json_t *value, tf_owner owner);

/* A JSON object. TF_E_NOT_FOUND, TF_E_IO, TF_E_ENCODING. */
TF_MUST_USE tf_err tf_file_read_json(json_t **out, const char *path);

/* A new folder; fine if it is there already. TF_E_IO. */
TF_MUST_USE tf_err tf_folder_make(const char *path, mode_t mode, tf_owner owner);

/* Give a file or folder to its owner. */
TF_MUST_USE tf_err tf_owner_set(const char *path, tf_owner owner);

/* Can the daemons' user reach this folder? Always, unless we are root. */
TF_MUST_USE bool tf_folder_is_reachable(const char *path);

#endif
