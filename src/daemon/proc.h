/* The life of a daemon: pid file, ready, signals, drain, exit.
 *
 *     TRY(tf_proc_new(&p, loop, &options, why, sizeof(why)));
 *     ... open, bind, drop, sandbox ...
 *     tf_proc_ready(p);
 *     return tf_proc_run(p);
 *
 * SIGTERM or SIGINT: drain is called once; when the program has finished what it had begun it calls
 * tf_proc_drained and the run ends with 0. A second one, or drain_ms, ends it at once with 69.
 * SIGHUP: reload (certificates, CRL, log file). SIGUSR1: selftest. SIGPIPE is ignored.
 */
#ifndef TF_DAEMON_PROC_H
#define TF_DAEMON_PROC_H

#include "net/loop.h"

typedef struct tf_proc tf_proc;

typedef struct tf_proc_options {
	const char *pid_file;   /* locked while we live; NULL: none */
	const char *ready_file; /* made (with the pid) when ready, removed at the end; NULL: - */
	uint64_t drain_ms;      /* 0: 30 000 */
	void (*drain)(void *ctx);    /* NULL: nothing to finish */
	void (*reload)(void *ctx);   /* NULL: SIGHUP is ignored */
	void (*selftest)(void *ctx); /* NULL: SIGUSR1 is ignored */
	void *ctx;
} tf_proc_options;

/* Takes the pid file. TF_E_BUSY: another one runs (why names its pid). TF_E_IO. */
TF_MUST_USE tf_err tf_proc_new(tf_proc **out, tf_loop *l, const tf_proc_options *options,
                               char *why, size_t cap);

/* Tells whoever started us: the ready file, and READY=1 to the socket in NOTIFY_SOCKET
 * (sd_notify(3)). TF_E_IO: the ready file cannot be written. */
TF_MUST_USE tf_err tf_proc_ready(tf_proc *p);

/* Runs the loop; returns the exit code. */
int tf_proc_run(tf_proc *p);

/* The drain is complete, or the program ends itself with this exit code. */
void tf_proc_drained(tf_proc *p);
void tf_proc_exit(tf_proc *p, int code);
bool tf_proc_draining(const tf_proc *p);

/* Removes the files that this process made. Call it after tf_loop_free: until then a signal may
 * still arrive. */
void tf_proc_free(tf_proc *p);

#endif
