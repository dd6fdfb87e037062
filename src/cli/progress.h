/* Progress for people: bars that move on a terminal, plain lines elsewhere. */
#ifndef TF_CLI_PROGRESS_H
#define TF_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#define TF_PROGRESS_LINES 16u

typedef struct tf_progress_line {
	char label[48];
	long done, total;
	char note[128]; /* shown on terminals only: it may change all the time */
} tf_progress_line;

typedef struct tf_progress {
	bool terminal;
	size_t drawn;
	long said[TF_PROGRESS_LINES]; /* done + 1 of what was printed last; 0: nothing yet */
	long spin;
} tf_progress;

/* Progress goes to stderr. */
void tf_progress_init(tf_progress *p);

/* Show these lines in place of the last ones. Plain: only those of which `done` has changed. */
void tf_progress_show(tf_progress *p, const tf_progress_line line[], size_t n);

/* A remark that stays. */
__attribute__((format(printf, 2, 3))) void tf_progress_say(tf_progress *p, const char *format, ...);

/* Leave the last lines where they are. */
void tf_progress_end(tf_progress *p);

#endif
