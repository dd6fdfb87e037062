/* What the tests of the groups share: a group in memory of its own, and lines of hexadecimal. */
#ifndef TF_CURVE_KIT_TEST_H
#define TF_CURVE_KIT_TEST_H

#include "curve/group.h"
#include "harness/harness.h"
#include "harness/tape.h"
#include "num/kernel_test.h"

#define CURVE_FIELDS_MAX 8u

/* On the kernel of the tests (num/kernel_test.h). Its memory lasts until the test ends. */
const tf_group *curve_open(tf_curve_id id);

/* Every group that is not of test size. */
extern const tf_curve_id curve_all[];
extern const unsigned curve_count;

/* Exactly len bytes. */
void curve_unhex(uint8_t *out, size_t len, const char *hex);
void curve_sc(const tf_group *g, tf_sc *out, const char *hex);
void curve_pt(const tf_group *g, tf_pt *out, const char *hex);

/* Call check with the fields behind kind and curve of every such line of
 * tests/vectors/curve/groups.txt; returns their number. */
unsigned curve_lines(const tf_group *g, const char *kind,
                     void (*check)(const tf_group *g, char *const *field));

#endif
