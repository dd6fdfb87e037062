/* What a benchmark prints: one JSON object a line, the same fields for all.
 *
 *     name profile kernel parties batch runs cpu_ms_total cpu_ms_party cpu_ms_offline bytes_sent
 *     machine commit, and before them what a benchmark adds of its own
 *
 * Times are CPU time of the process in milliseconds, per operation: minimum, median and the 95th
 * percentile of all runs. cpu_ms_total is of all parties together, cpu_ms_party of one;
 * cpu_ms_offline, the median of what can be prepared in idle time, is part of both.
 */
#ifndef TF_BENCH_REPORT_H
#define TF_BENCH_REPORT_H

#include <stdint.h>
#include <stddef.h>

typedef struct samples {
	double *ms;
	size_t n, room;
} samples;

typedef struct report {
	const char *name;
	const char *profile; /* "p128", "p112" */
	const char *kernel;
	const char *more;    /* own fields, "\"modulus\": \"N\", " or NULL */
	unsigned parties, batch;
	samples total, party, offline;
	uint64_t bytes_sent; /* of all parties, per operation */
} report;

/* CPU time of the process, in milliseconds. */
double report_clock(void);

/* Ends the program if memory is out. */
void samples_add(samples *s, double ms);

/* Print it, and free its samples. party may be empty: then it is what total is. */
void report_print(report *r);

#endif
