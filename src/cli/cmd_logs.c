/* logs: the last lines of the programs' logs, and what comes after them. */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/run.h"

#define TAIL_MAX (1 << 20)
#define FOLLOW_MS 250

/* A program's own log, and what it wrote to standard error. */
typedef struct follow {
	char path[TF_CLI_PATH];
	const char *name;
	off_t at;
} follow;

typedef struct logs {
	follow *f;
	size_t n;
	bool named; /* lines begin with the program's name */
} logs;

static void print_line(const logs *l, const follow *f, const char *line, size_t len)
{
	if (l->named)
		printf("%-12s ", f->name);
	fwrite(line, 1, len, stdout);
	putchar('\n');
}

/* Whole lines in text, the last `lines` of them (negative: all); returns how many bytes they and
 * what is before them take. */
static size_t print_lines(const logs *l, const follow *f, const char *text, size_t len, long lines)
{
	size_t end = len, begin;

	while (end > 0 && text[end - 1] != '\n')
		end--;
	begin = lines < 0 ? 0 : end;
	for (long i = 0; i < lines && begin > 0; i++)
		do
			begin--;
		while (begin > 0 && text[begin - 1] != '\n');
	while (begin < end) {
		const char *stop = memchr(text + begin, '\n', end - begin);

		print_line(l, f, text + begin, (size_t)(stop - (text + begin)));
		begin = (size_t)(stop - text) + 1;
	}
	return end;
}

static void print_new(const logs *l, follow *f, long lines)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *text = fd >= 0 ? malloc(TAIL_MAX) : NULL;
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n;

	if (text && size > 0) {
		if (size < f->at)
			f->at = 0; /* rotated */
		if (lines >= 0 && size > TAIL_MAX)
			f->at = size - TAIL_MAX;
		n = pread(fd, text, TAIL_MAX, f->at);
		if (n > 0)
			f->at += (off_t)print_lines(l, f, text, (size_t)n, lines);
	}
	free(text);
	if (fd >= 0)
		(void)close(fd);
}

static tf_err add_files(logs *l, const tf_deploy *d, const char *only)
{
	for (size_t i = 0; i < d->n; i++) {
		const char *name = d->program[i].name;

		if (only && strcmp(only, name) != 0)
			continue;
		l->f[l->n].name = name;
		TRY(tf_deploy_path(l->f[l->n++].path, TF_CLI_PATH, d, "%s/log/stderr.log", name));
		l->f[l->n].name = name;
		TRY(tf_deploy_path(l->f[l->n++].path, TF_CLI_PATH, d, "%s/log/%s.log", name, name));
	}
	return TF_OK;
}

static int show(const tf_deploy *d, const char *only, long lines, bool go_on)
{
	logs l = { .f = calloc(2 * d->n, sizeof(follow)), .named = !only };

	if (!l.f || add_files(&l, d, only) != TF_OK) {
		free(l.f);
		return tf_cli_fail(TF_EXIT_BUG, "no memory");
	}
	for (size_t i = 0; i < l.n; i++)
		print_new(&l, &l.f[i], lines);
	while (go_on && fflush(stdout) == 0) {
		tf_run_pause(FOLLOW_MS);
		for (size_t i = 0; i < l.n; i++)
			print_new(&l, &l.f[i], -1);
	}
	free(l.f);
	return TF_EXIT_FINE;
}

int tf_cmd_logs(const tf_cli *cli, int argc, char **argv)
{
	tf_deploy d;
	long lines = 20;
	bool go_on = false;
	int c, code;

	while ((c = getopt(argc, argv, "n:f")) != -1) {
		if (c == 'f')
			go_on = true;
		else if (c != 'n' || !tf_cli_number(&lines, "-n", optarg, 0, 1000000))
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil logs --help");
	}
	if (argc - optind > 1)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil logs --help");
	code = tf_deploy_open(&d, cli);
	if (code != TF_EXIT_FINE)
		return code;
	if (optind < argc && !tf_deploy_find(&d, argv[optind]))
		return tf_cli_fail(TF_EXIT_USAGE, "no program \"%.64s\"; trefoil status lists them",
		                   argv[optind]);
	return show(&d, optind < argc ? argv[optind] : NULL, lines, go_on);
}
