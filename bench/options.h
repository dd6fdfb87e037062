/* The command line that all benchmarks share:
 *
 *     bench_X [NAME..] [--profile p112|p128] [--kernel auto|portable|ifma] [--batch N] [--runs N]
 *             [--primes FILE] [--seed N] [--world FILE] [--tables on|off]
 */
#ifndef TF_BENCH_OPTIONS_H
#define TF_BENCH_OPTIONS_H

#include <stdbool.h>

#define OPTION_NAMES 16u
#define OPTION_BATCH_MOST 128u

typedef struct options {
	const char *name[OPTION_NAMES]; /* which benchmarks; none: all */
	unsigned names;
	bool p112;                      /* default p128 */
	const char *kernel;             /* default "auto" */
	unsigned batch;                 /* default 32 */
	unsigned runs;                  /* 0: each benchmark's own number */
	const char *primes;             /* default: the profile's test primes in this tree */
	const char *world;              /* keys and introductions are read from here, or written */
	bool no_tables;                 /* presigning without tables kept from run to run */
	unsigned seed;                  /* of all randomness, for counts that repeat; 0: the system's */
} options;

/* Ends the program with its usage (64) if the command line is not that. */
void options_read(options *o, int argc, char **argv);

bool options_want(const options *o, const char *name);

static inline unsigned options_runs(const options *o, unsigned fallback)
{
	return o->runs ? o->runs : fallback;
}

static inline const char *options_profile(const options *o)
{
	return o->p112 ? "p112" : "p128";
}

#endif
