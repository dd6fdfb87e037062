/* Runs a fuzz target over its corpus without libFuzzer: each file whole, each of its beginnings,
 * and each of its bytes changed in a few ways; with --whole (for targets whose inputs cost much)
 * only the files, and with TREFOIL_QUICK every eighth of them. One process per file, so that one
 * crash hides no other. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define FILE_MAX (64u * 1024u)
#define VARY_MAX 1024u /* longer files are run whole only */
#define SECONDS 120u

static uint8_t original[FILE_MAX];
static bool whole;

/* An exact copy on the heap, so that a sanitizer sees a read beyond its end. */
static void run(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void run_variants(size_t len)
{
	static const uint8_t flips[] = { 0x01, 0x20, 0x80, 0xff };

	run(original, len);
	if (whole || len > VARY_MAX)
		return;
	for (size_t n = 0; n < len; n++)
		run(original, n);
	for (size_t at = 0; at < len; at++)
		for (size_t f = 0; f < sizeof(flips); f++) {
			original[at] ^= flips[f];
			run(original, len);
			original[at] ^= flips[f];
		}
}

static bool run_file(const char *dir, const char *name)
{
	char path[4096];
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		FILE *f;
		size_t len;

		alarm(SECONDS);
		snprintf(path, sizeof(path), "%s/%s", dir, name);
		f = fopen(path, "rb");
		if (!f)
			_exit(1);
		len = fread(original, 1, sizeof(original), f);
		if (ferror(f) || !feof(f))
			_exit(1);
		fclose(f);
		run_variants(len);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "FAILED %s/%s\n", dir, name);
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	const char *quick = getenv("TREFOIL_QUICK");
	unsigned passed = 0, failed = 0, skipped = 0, files = 0;
	struct dirent **names = NULL;
	bool some;
	int n;

	whole = argc == 3 && strcmp(argv[2], "--whole") == 0;
	if (argc != 2 && !whole) {
		fprintf(stderr, "usage: %s CORPUS [--whole]\n", argv[0]);
		return 64;
	}
	if (LLVMFuzzerInitialize)
		(void)LLVMFuzzerInitialize(&argc, &argv);
	some = whole && quick && *quick;
	n = scandir(argv[1], &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			if (some && files++ % 8 != 0)
				skipped++;
			else if (run_file(argv[1], names[i]->d_name))
				passed++;
			else
				failed++;
		}
		free(names[i]);
	}
	free(names);
	printf("%u passed, %u failed", passed, failed);
	if (skipped)
		printf(", %u skipped", skipped);
	puts("");
	return failed || !passed;
}
