/* The programs of a deployment as processes: found, started, stopped, and no others.
 *
 * A process is ours if the pid file of its program names it, its command line is that program with
 * this deployment's configuration, and it runs as the user that we start programs as. It is held by
 * a pidfd from before that check to the signal, so a reused pid is never hit.
 */
#ifndef TF_CLI_RUN_H
#define TF_CLI_RUN_H

#include <sys/types.h>

#include "cli/deploy.h"

typedef struct tf_running {
	int fd; /* pidfd; 0: nothing */
	pid_t pid;
} tf_running;

void tf_running_wipe(tf_running *r);

/* TF_E_NOT_FOUND if it does not run. */
TF_MUST_USE tf_err tf_run_find(tf_running *out, const tf_deploy *d, const tf_program *p);

/* Start it in a session of its own, as TF_DAEMON_ID if we are root. Its standard error goes to
 * DIR/NAME/log/stderr.log. TF_E_NOT_FOUND: the program is not installed beside this one. */
TF_MUST_USE tf_err tf_run_start(tf_running *out, const tf_deploy *d, const tf_program *p, char *why,
                                size_t cap);

bool tf_run_is_alive(const tf_running *r);

/* Has it said that it is ready? */
bool tf_run_is_ready(const tf_running *r, const tf_deploy *d, const tf_program *p);

/* TF_E_IO if it cannot be sent. */
TF_MUST_USE tf_err tf_run_signal(const tf_running *r, int signum);

/* Wait for its end; false after ms. */
TF_MUST_USE bool tf_run_wait(const tf_running *r, int ms);

/* The last line of its standard error, for people; "" if there is none. */
void tf_run_last_words(char *out, size_t cap, const tf_deploy *d, const tf_program *p);

/* Sleep. */
void tf_run_pause(long ms);

/* Milliseconds of a monotonic clock. */
long tf_run_now(void);

#endif
