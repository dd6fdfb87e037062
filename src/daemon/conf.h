/* Configuration: one JSON file, checked as a whole at start against a table.
 *
 * A program describes its keys in a const table of tf_conf_key, each of which fills one field of
 * the program's own struct. Every error of the file is found in one run, each in one line that
 * names file, key and what was expected; unknown keys are errors. Every key may also come from
 * the environment, which wins: "network.listen_port" is TREFOIL_NETWORK_LISTEN_PORT. Except
 * tables and secrets: a secret is never a value, only the path of a file (regular, owned by us,
 * no access for group and others) or an inherited descriptor ("fd:3"), and is read by
 * tf_conf_secret.
 *
 *     struct demo { char *name; int64_t port; bool strict; int role; tf_conf_list peers; };
 *     static const tf_conf_key demo_keys[] = {
 *             { .path = "name", .type = TF_CONF_STRING, .need = TF_CONF_REQUIRED, .min = 1,
 *               .max = 64, .at = offsetof(struct demo, name), .help = "name of this demo" },
 *             { .path = "network.port", .type = TF_CONF_INT, .min = 1, .max = 65535,
 *               .fallback = "51971", .at = offsetof(struct demo, port), .help = "..." },
 *             { .path = "role", .type = TF_CONF_ENUM, .words = "guard|primary", .need = ... },
 *     };
 */
#ifndef TF_DAEMON_CONF_H
#define TF_DAEMON_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

typedef enum tf_conf_type {
	TF_CONF_STRING = 1, /* char *      min..max bytes (max 0: 4096), no control bytes */
	TF_CONF_PATH,       /* char *      absolute path */
	TF_CONF_SECRET,     /* char *      absolute path or "fd:N"; see above */
	TF_CONF_INT,        /* int64_t     min..max (both 0: any) */
	TF_CONF_BOOL,       /* bool */
	TF_CONF_ENUM,       /* int         index into words, separated by '|' */
	TF_CONF_ADDR,       /* tf_conf_addr "host:port" or "[v6]:port" */
	TF_CONF_HEX,        /* char *      lower-case hex of min..max bytes */
	TF_CONF_STRINGS,    /* tf_conf_list of strings; min..max of them (max 0: 1000);
	                     *             in the environment separated by commas */
	TF_CONF_TABLE,      /* tf_conf_rows: array of objects, each checked against sub */
} tf_conf_type;

typedef enum tf_conf_need {
	TF_CONF_OPTIONAL = 0, /* absent and no fallback: NULL, 0, false, empty */
	TF_CONF_REQUIRED,
} tf_conf_need;

typedef struct tf_conf_addr {
	char *host;
	uint16_t port;
} tf_conf_addr;

typedef struct tf_conf_list {
	char **item;
	size_t n;
} tf_conf_list;

typedef struct tf_conf_rows {
	void *rows; /* n structs of sub_size bytes */
	size_t n;
} tf_conf_rows;

typedef struct tf_conf_key {
	const char *path;     /* "a.b.c" */
	tf_conf_type type;
	tf_conf_need need;
	int64_t min, max;
	const char *fallback; /* default as environment text; NULL: none */
	const char *words;    /* ENUM */
	size_t at;            /* offset of the field in the program's struct */
	const char *help;     /* one line for --help */
	const struct tf_conf_key *sub; /* TABLE */
	size_t sub_n;
	size_t sub_size;
} tf_conf_key;

/* What a program is, for the command line. */
typedef struct tf_conf_program {
	const char *name;          /* "trefoil-ra" */
	const char *summary;       /* one line */
	const char *default_file;  /* used without --config; NULL: --config is mandatory */
	const tf_conf_key *keys;
	size_t n;
	size_t size;               /* of the struct that the keys fill */
	const char *options;       /* "kernel|workers": keys that --NAME VALUE sets, too; or NULL */
	/* Rules between keys; print to err and return TF_E_ENCODING, NULL allowed. */
	tf_err (*check)(const void *values, const char *file, FILE *err);
} tf_conf_program;

/* Exit codes of every program (architecture 9). */
typedef enum tf_exit {
	TF_EXIT_FINE = 0,
	TF_EXIT_USAGE = 64,
	TF_EXIT_INPUT = 65,
	TF_EXIT_UNAVAILABLE = 69,
	TF_EXIT_BUG = 70,
	TF_EXIT_PERMISSION = 77,
	TF_EXIT_CONFIG = 78,
} tf_exit;

/* The exit code that an error deserves when it ends a program. */
tf_exit tf_exit_of(tf_err e);

/* Fills values (program->size bytes) from text. All errors are printed to err, one line each.
 * TF_E_ENCODING: something was wrong; TF_E_IO: cannot read. env: NULL-terminated "KEY=value"
 * list, or NULL for none. After failure values is zero. */
TF_MUST_USE tf_err tf_conf_parse(void *values, const tf_conf_program *program, const char *file,
                                 const char *text, size_t len, const char *const *env, FILE *err);
TF_MUST_USE tf_err tf_conf_load(void *values, const tf_conf_program *program, const char *file,
                                FILE *err);

/* Frees every field of values and zeroes it. */
void tf_conf_free(void *values, const tf_conf_program *program);

/* The command line of a daemon: --config FILE, --check-config, --version, --help, and the program's
 * options, which win over file and environment. True: go on with values filled (free them later).
 * False: exit with *code. */
TF_MUST_USE bool tf_conf_start(void *values, int *code, const tf_conf_program *program, int argc,
                               char **argv);

/* N of a SECRET's "fd:N", which tf_harden_early must keep; -1 for a path or NULL. */
int tf_conf_secret_fd(const char *source);

/* Reads the secret that a SECRET key names, without a trailing newline, into out (NUL-terminated,
 * *len bytes before that); a descriptor is read to its end and closed. TF_E_TRUST: permissions
 * are too wide or not our file. TF_E_IO, TF_E_CAPACITY. why names file and trouble. */
TF_MUST_USE tf_err tf_conf_secret(char *out, size_t cap, size_t *len, const char *source,
                                  char *why, size_t why_cap);

#endif
