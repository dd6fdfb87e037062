/* The test harness: tests register themselves, each runs in a process of its own with an alarm.
 *
 *     TEST(name) { ... CHECK(...); }
 *
 *     test_base             runs everything
 *     test_base blob        runs the tests whose name contains "blob" (none: exit 1)
 *     test_base --list      lists them
 *
 * TREFOIL_SEED changes the seed (printed when a test falls). TREFOIL_CHECK_OFF switches a check
 * off; TREFOIL_CHECK_REPORT names a file that is told which checks refused something in which test.
 * The last line is "N passed, N failed[, N skipped]". TEST_SLOW(name, seconds) has a longer alarm.
 *
 * With TREFOIL_QUICK=1 those are left out and counted as skipped.
 *
 * main.c is the program. Fuzz targets, which have a main of their own, do without it: there the
 * first check that falls ends everything.
 */
#ifndef TF_HARNESS_H
#define TF_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_test {
	const char *name;
	const char *file;
	void (*run)(void);
	unsigned seconds;
	struct tf_test *next;
} tf_test;

void tf_test_register(tf_test *t);

#define TEST_SLOW(NAME, SECONDS) \
	static void test_##NAME(void); \
	static tf_test record_##NAME = { #NAME, __FILE__, test_##NAME, (SECONDS), NULL }; \
	__attribute__((constructor)) static void register_##NAME(void) \
	{ \
		tf_test_register(&record_##NAME); \
	} \
	static void test_##NAME(void)
#define TF_TEST_SECONDS 60
#define TEST(NAME) TEST_SLOW(NAME, TF_TEST_SECONDS)

/* End this test as failed, saying where and what. */
__attribute__((noreturn, format(printf, 3, 4)))
void tf_test_fail(const char *file, int line, const char *fmt, ...);

/* End this test as skipped, saying why. */
#define TF_TEST_SKIPPED 77 /* its exit status */
__attribute__((noreturn, format(printf, 1, 2))) void tf_test_skip(const char *fmt, ...);

/* End a process that a test has forked, at once, with this exit status. */
__attribute__((noreturn)) void tf_test_leave(int code);

void tf_test_check_hex(const char *file, int line, const void *p, size_t len, const char *hex);

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			tf_test_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)
#define CHECK_ERR(call, want) \
	do { \
		tf_err got_ = (call); \
		if (got_ != (want)) \
			tf_test_fail(__FILE__, __LINE__, "%s: got %s, expected %s", #call, \
			             tf_err_name(got_), tf_err_name(want)); \
	} while (0)
#define CHECK_OK(call) CHECK_ERR(call, TF_OK)
#define CHECK_HEX(p, len, hex) tf_test_check_hex(__FILE__, __LINE__, (p), (len), (hex))

/* The seed of this run. */
uint64_t tf_test_seed(void);

/* A path below the source tree, from TREFOIL_SOURCE; valid until the next call. */
const char *tf_test_path(const char *relative);

/* A path below the third-party vectors (TREFOIL_VECTORS, default ../shared/vectors beside the
 * source tree); skips the test, saying so, if it is not there. */
const char *tf_test_vectors(const char *relative);

/* Zeroed memory that lasts until the test ends: nobody frees it, and no leak checker minds. Fails
 * the test if there is none. */
void *tf_test_alloc(size_t len);

/* Whole file into malloc'ed memory with a NUL after it; fails the test if it cannot be read. */
char *tf_test_read_file(const char *path, size_t *len);

#endif
