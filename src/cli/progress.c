#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR 24

void tf_progress_init(tf_progress *p)
{
	*p = (tf_progress){ .terminal = isatty(STDERR_FILENO) == 1 };
}

static void rewind_lines(tf_progress *p)
{
	if (p->terminal && p->drawn > 0)
		fprintf(stderr, "\033[%zuA\033[J", p->drawn);
	p->drawn = 0;
}

static void draw(tf_progress *p, const tf_progress_line *l)
{
	char bar[BAR + 1];
	long full = l->total > 0 ? l->done * BAR / l->total : 0;

	for (long i = 0; i < BAR; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "%c %-22s [%s] %ld/%ld %s\n", l->done >= l->total ? ' ' : "|/-\\"[p->spin % 4],
	        l->label, bar, l->done, l->total, l->done >= l->total ? "" : l->note);
}

void tf_progress_show(tf_progress *p, const tf_progress_line line[], size_t n)
{
	rewind_lines(p);
	p->spin++;
	for (size_t i = 0; i < n && i < TF_PROGRESS_LINES; i++) {
		if (p->terminal) {
			draw(p, &line[i]);
			p->drawn++;
		} else if (p->said[i] != line[i].done + 1) {
			fprintf(stderr, "%s: %ld of %ld\n", line[i].label, line[i].done,
			        line[i].total);
			p->said[i] = line[i].done + 1;
		}
	}
	fflush(stderr);
}

void tf_progress_say(tf_progress *p, const char *format, ...)
{
	va_list args;

	rewind_lines(p);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void tf_progress_end(tf_progress *p)
{
	p->drawn = 0;
}
