/* backup: the stores as they are at one moment.
 *
 * A program holds its databases exclusively, so it is stopped for the milliseconds of the copy
 * (SIGSTOP): database and write-ahead log together are then what a power cut would leave, which
 * SQLite recovers from by design. The copy is recovered, checked and folded into one file here. */
#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/run.h"

#define STOP_MS 2000

static bool ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending);

	return n > k && strcmp(name + n - k, ending) == 0;
}

/* Byte by byte: the source does not change meanwhile. */
static tf_err copy_file(const char *to, const char *from)
{
	static char buffer[1 << 16];
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "wxe") : NULL;
	tf_err e = in && out ? TF_OK : TF_E_IO;
	size_t n;

	while (e == TF_OK && (n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		if (fwrite(buffer, 1, n, out) != n)
			e = TF_E_IO;
	if (e == TF_OK && (ferror(in) || fflush(out) != 0 || fsync(fileno(out)) != 0))
		e = TF_E_IO;
	if (in)
		(void)fclose(in);
	if (out && fclose(out) != 0)
		e = TF_E_IO;
	return e;
}

static tf_err copy_folder(const tf_deploy *d, const tf_program *p, const char *target)
{
	char from[TF_CLI_PATH], to[TF_CLI_PATH];
	struct dirent *entry;
	tf_err e = TF_OK;
	DIR *dir;

	TRY(tf_deploy_path(from, sizeof(from), d, "%s/db", p->name));
	dir = opendir(from);
	if (!dir)
		return TF_E_IO;
	while (e == TF_OK && (entry = readdir(dir))) {
		if (entry->d_type != DT_REG || ends_with(entry->d_name, ".lock"))
			continue;
		e = tf_deploy_path(from, sizeof(from), d, "%s/db/%s", p->name, entry->d_name);
		if (e == TF_OK)
			e = tf_path_print(to, sizeof(to), "%s/%s/%s", target, p->name, entry->d_name);
		if (e == TF_OK)
			e = copy_file(to, from);
	}
	(void)closedir(dir);
	return e;
}

static bool is_stopped(pid_t pid)
{
	char path[64], line[512], *state;
	FILE *f;
	bool stopped = false;

	if (tf_path_print(path, sizeof(path), "/proc/%d/stat", (int)pid) != TF_OK)
		return false;
	f = fopen(path, "re");
	if (f && fgets(line, sizeof(line), f)) {
		state = strrchr(line, ')');
		stopped = state && state[1] == ' ' && state[2] == 'T';
	}
	if (f)
		(void)fclose(f);
	return stopped;
}

/* Nothing of it moves while it is copied; if it does not run, nothing moves anyway. */
static tf_err copy_still(const tf_deploy *d, const tf_program *p, const char *target)
{
	TF_AUTO(tf_running) r = { 0 };
	const long until = tf_run_now() + STOP_MS;
	tf_err e;

	if (tf_run_find(&r, d, p) != TF_OK)
		return copy_folder(d, p, target);
	e = tf_run_signal(&r, SIGSTOP);
	while (e == TF_OK && !is_stopped(r.pid) && tf_run_is_alive(&r)) {
		if (tf_run_now() > until)
			e = TF_E_BUSY;
		tf_run_pause(1);
	}
	if (e == TF_OK)
		e = copy_folder(d, p, target);
	if (tf_run_signal(&r, SIGCONT) != TF_OK && e == TF_OK)
		e = TF_E_IO;
	return e;
}

/* Recover, check, fold the write-ahead log in. */
static tf_err settle(const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	tf_err e = TF_E_IO;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "pragma journal_mode=delete", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "pragma integrity_check", -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0)
		e = TF_OK;
	(void)sqlite3_finalize(q);
	(void)sqlite3_close(db);
	return e;
}

static tf_err settle_all(const char *folder, size_t *n)
{
	char path[TF_CLI_PATH];
	struct dirent *entry;
	tf_err e = TF_OK;
	DIR *dir = opendir(folder);

	if (!dir)
		return TF_E_IO;
	while (e == TF_OK && (entry = readdir(dir))) {
		if (!ends_with(entry->d_name, ".db"))
			continue;
		e = tf_path_print(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (e == TF_OK)
			e = settle(path);
		(*n)++;
	}
	(void)closedir(dir);
	return e;
}

static tf_err copy_config(const tf_deploy *d, const tf_program *p, const char *target)
{
	char from[TF_CLI_PATH], to[TF_CLI_PATH];

	TRY(tf_deploy_path(from, sizeof(from), d, "%s/config.json", p->name));
	TRY(tf_path_print(to, sizeof(to), "%s/%s/config.json", target, p->name));
	return copy_file(to, from);
}

static tf_err copy_common(const tf_deploy *d, const char *target)
{
	static const char *const files[] = { "trefoil.json", "workspace.json", "ca.crt" };
	char from[TF_CLI_PATH], to[TF_CLI_PATH];

	for (size_t i = 0; i < TF_ARRAY_LEN(files); i++) {
		TRY(tf_deploy_path(from, sizeof(from), d, "%s", files[i]));
		TRY(tf_path_print(to, sizeof(to), "%s/%s", target, files[i]));
		TRY(copy_file(to, from));
	}
	return TF_OK;
}

static int copy_program(const tf_deploy *d, const tf_program *p, const char *target)
{
	char folder[TF_CLI_PATH];
	size_t n = 0;
	tf_err e = tf_path_print(folder, sizeof(folder), "%s/%s", target, p->name);

	if (e == TF_OK && mkdir(folder, 0700) != 0)
		e = TF_E_IO;
	if (e == TF_OK)
		e = copy_still(d, p, target);
	if (e == TF_OK)
		e = settle_all(folder, &n);
	if (e == TF_OK)
		e = copy_config(d, p, target);
	if (e == TF_OK && n == 0)
		return tf_cli_fail(TF_EXIT_INPUT, "%s has no store yet", p->name);
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "%s: no backup: %s", p->name, tf_err_name(e));
	printf("%-12s %zu store%s copied and checked\n", p->name, n, n == 1 ? "" : "s");
	return TF_EXIT_FINE;
}

static tf_err choose_target(char *target, size_t cap, const tf_deploy *d)
{
	char time_text[32];
	const time_t now = time(NULL);
	struct tm t;

	TRY(tf_deploy_path(target, cap, d, "backup"));
	TRY(tf_folder_make(target, 0700, TF_OWNER_OPERATOR));
	if (!gmtime_r(&now, &t) || strftime(time_text, sizeof(time_text), "%Y%m%dT%H%M%SZ", &t) == 0)
		return TF_E_RESOURCE;
	return tf_deploy_path(target, cap, d, "backup/%s", time_text);
}

int tf_cmd_backup(const tf_cli *cli, int argc, char **argv)
{
	char target[TF_CLI_PATH];
	tf_deploy d;
	int code;
	tf_err e;

	if (argc > 2)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil backup --help");
	code = tf_deploy_open(&d, cli);
	if (code != TF_EXIT_FINE)
		return code;
	e = argc == 2 ? tf_path_print(target, sizeof(target), "%s", argv[1])
	              : choose_target(target, sizeof(target), &d);
	if (e != TF_OK || mkdir(target, 0700) != 0)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: expected a folder that does not exist yet",
		                   e == TF_OK ? target : d.dir);
	e = copy_common(&d, target);
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "%s: no backup: %s", target, tf_err_name(e));
	for (size_t i = 0; code == TF_EXIT_FINE && i < d.n; i++)
		code = copy_program(&d, &d.program[i], target);
	if (code == TF_EXIT_FINE)
		printf("backup in %s; DB-KEYs and admin key are not in it\n", target);
	return code;
}
