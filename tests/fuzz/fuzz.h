/* Fuzz targets: one function that takes any bytes and must survive them.
 *
 * A target states what holds for every input with ALWAYS, so it finds wrong answers, not only
 * crashes. In the fuzz preset it is a libFuzzer program; in every other build replay.c runs it over
 * its corpus (tests/fuzz/corpus/NAME), every beginning of each file and every byte changed, as an
 * ordinary test.
 */
#ifndef TF_FUZZ_H
#define TF_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Once, before anything else; only targets that begin with work of their own have it. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

#define ALWAYS(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

#endif
