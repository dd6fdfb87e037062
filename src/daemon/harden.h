/* Process hardening: what a daemon gives up before it touches a stranger's byte.
 *
 * In this order (docs/attestation.md 6): tf_harden_early first thing in main; open files and
 * sockets, load keys; tf_harden_drop; tf_harden_sandbox last. Each step is reported by name; a step
 * that fails is an error, not a warning. Inside an enclave the LibOS has no such calls (they are
 * skipped, and the report says so), and a sanitizer build skips the filter, because its runtime
 * makes calls of its own.
 *
 * The filter is an allow-list per role. What a compromised daemon would want first (exec, ptrace,
 * another process's memory, kernel modules, mounts, namespaces, bpf, io_uring, userfaultfd) kills
 * the process; everything else that is not listed fails with EPERM. No page is ever made
 * executable.
 */
#ifndef TF_DAEMON_HARDEN_H
#define TF_DAEMON_HARDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* UID and GID of every daemon that was started as root. */
#define TF_DAEMON_ID 2000

typedef enum tf_harden_where {
	TF_WHERE_HOST = 0,
	TF_WHERE_ENCLAVE,
} tf_harden_where;

typedef enum tf_harden_role {
	TF_HARDEN_COSIGNER = 1,
	TF_HARDEN_COORDINATOR,
	TF_HARDEN_RA,
} tf_harden_role;

typedef enum tf_harden_state { TF_STEP_DONE = 1, TF_STEP_SKIPPED, TF_STEP_FAILED } tf_harden_state;

typedef struct tf_harden_step {
	const char *name;     /* umask, core_limit, dumpable, fds, uid, no_new_privs, filter */
	tf_harden_state state;
	char note[80];        /* why skipped or failed */
} tf_harden_step;

typedef struct tf_harden_report {
	tf_harden_step step[16];
	size_t n;
} tf_harden_report;

/* Very first in main: see that the loader binds all symbols of all libraries before main, by
 * starting the program again with LD_BIND_NOW if it is not set. Our own programs say so themselves
 * (-z now); libraries that do not (libgmp) would be bound call by call, and the loader's trampoline
 * would leave the registers of whatever is computing on the stack. Returns if there is nothing to
 * do, or if it cannot be done: TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_harden_bind(char *const *argv);

/* umask 077, no core, not dumpable, every descriptor above 2 closed except those in keep (secrets
 * by descriptor: tf_conf_secret_fd; negative ones are skipped); 0 to 2 are there for certain. */
TF_MUST_USE tf_err tf_harden_early(tf_harden_report *report, tf_harden_where where,
                                   const int *keep, size_t keep_n);

/* Started as root: supplementary groups dropped, UID and GID 2000 for good (that it cannot be
 * undone is tried). Not root: done already. Then not dumpable, again: the kernel resets it.
 * TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_harden_drop(tf_harden_report *report, tf_harden_where where);

/* no_new_privs, then the filter of the role, for all threads. After it no thread may need what is
 * not listed: load providers, resolve names once, start the worker pool before if in doubt. */
TF_MUST_USE tf_err tf_harden_sandbox(tf_harden_report *report, tf_harden_where where,
                                     tf_harden_role role);

/* Gives a path (and, for a folder, what lies directly in it) to UID and GID 2000; nothing if we are
 * not root. For state folders, before the drop. Symbolic links are not followed. */
TF_MUST_USE tf_err tf_harden_chown(const char *path);

/* TF_OK if the file is regular, ours or root's, and neither group nor others have any right on it.
 * TF_E_TRUST otherwise, TF_E_IO if it cannot be looked at. */
TF_MUST_USE tf_err tf_harden_secret_file(const char *path, char *why, size_t cap);

/* The same for a descriptor; path is only for the message. */
TF_MUST_USE tf_err tf_harden_secret_fd(int fd, const char *path, char *why, size_t cap);

#endif
