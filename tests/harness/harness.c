#include "harness/harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(TF_SANITIZED)
/* Programs that allocate a million times, in OpenSSL above all, take a third less time. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "malloc_context_size=6:quarantine_size_mb=32";
}
#endif

void tf_test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void tf_test_skip(const char *fmt, ...)
{
	va_list ap;

	fputs("skipped: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(TF_TEST_SKIPPED);
}

void tf_test_check_hex(const char *file, int line, const void *p, size_t len, const char *hex)
{
	const uint8_t *b = p;
	char two[3];

	if (strlen(hex) != 2 * len)
		tf_test_fail(file, line, "expected %zu bytes, got %zu", strlen(hex) / 2, len);
	for (size_t i = 0; i < len; i++) {
		snprintf(two, sizeof(two), "%02x", b[i]);
		if (strncmp(two, hex + 2 * i, 2) != 0)
			tf_test_fail(file, line, "byte %zu is %s, expected %.2s", i, two, hex + 2 * i);
	}
}

uint64_t tf_test_seed(void)
{
	const char *s = getenv("TREFOIL_SEED");

	return s ? strtoull(s, NULL, 0) : 1;
}

static const char *source_dir(void)
{
	const char *s = getenv("TREFOIL_SOURCE");

	return s && *s ? s : ".";
}

const char *tf_test_path(const char *relative)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", source_dir(), relative);
	return path;
}

const char *tf_test_vectors(const char *relative)
{
	static char path[4096];
	const char *s = getenv("TREFOIL_VECTORS");

	if (s && *s)
		snprintf(path, sizeof(path), "%s/%s", s, relative);
	else
		snprintf(path, sizeof(path), "%s/../shared/vectors/%s", source_dir(), relative);
	if (access(path, R_OK) != 0)
		tf_test_skip("no third-party vectors at %s (set TREFOIL_VECTORS)", path);
	return path;
}

void *tf_test_alloc(size_t len)
{
	static struct kept {
		struct kept *next;
		max_align_t memory[];
	} *all;
	struct kept *k = calloc(1, sizeof(*k) + len);

	if (!k)
		tf_test_fail(__FILE__, __LINE__, "no memory for %zu bytes", len);
	k->next = all;
	all = k;
	return k->memory;
}

char *tf_test_read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	size_t cap = 4096, used = 0, got;
	char *buf = malloc(cap + 1);

	if (!f || !buf)
		tf_test_fail(__FILE__, __LINE__, "cannot read %s", path);
	while ((got = fread(buf + used, 1, cap - used, f)) > 0) {
		used += got;
		if (used == cap) {
			cap *= 2;
			buf = realloc(buf, cap + 1);
			if (!buf)
				abort();
		}
	}
	fclose(f);
	buf[used] = '\0';
	if (len)
		*len = used;
	return buf;
}
