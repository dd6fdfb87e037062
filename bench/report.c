#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report.h"

double report_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void samples_add(samples *s, double ms)
{
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->ms = realloc(s->ms, s->room * sizeof(*s->ms));
		if (!s->ms) {
			fputs("bench: out of memory\n", stderr);
			exit(71);
		}
	}
	s->ms[s->n++] = ms;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The sample that a part of all in 1/100 does not exceed. */
static double percentile(const samples *s, size_t part)
{
	size_t at = (s->n * part + 99) / 100;

	return s->ms[at ? at - 1 : 0];
}

static void print_times(const char *name, samples *s)
{
	qsort(s->ms, s->n, sizeof(*s->ms), by_size);
	printf("\"%s\": {\"min\": %.4f, \"median\": %.4f, \"p95\": %.4f}, ", name, s->ms[0],
	       percentile(s, 50), percentile(s, 95));
}

/* The processor's name, without what JSON would have to escape. */
static void read_machine(char *out, size_t cap)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(out, cap, "unknown");
	while (f && fgets(line, sizeof(line), f)) {
		char *name = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || !name)
			continue;
		name[strcspn(name, "\n\"\\")] = 0;
		snprintf(out, cap, "%s", name + 2);
		break;
	}
	if (f)
		(void)fclose(f);
}

static void samples_free(samples *s)
{
	free(s->ms);
	*s = (samples){ NULL, 0, 0 };
}

void report_print(report *r)
{
	const char *commit = getenv("TREFOIL_COMMIT");
	samples *party = r->party.n ? &r->party : &r->total;
	char machine[128];

	read_machine(machine, sizeof(machine));
	printf("{\"name\": \"%s\", %s\"profile\": \"%s\", \"kernel\": \"%s\", \"parties\": %u, "
	       "\"batch\": %u, \"runs\": %zu, ", r->name, r->more ? r->more : "", r->profile,
	       r->kernel, r->parties, r->batch, r->total.n);
	print_times("cpu_ms_total", &r->total);
	print_times("cpu_ms_party", party);
	if (r->offline.n) {
		qsort(r->offline.ms, r->offline.n, sizeof(*r->offline.ms), by_size);
		printf("\"cpu_ms_offline\": %.4f, ", percentile(&r->offline, 50));
	}
	printf("\"bytes_sent\": %llu, \"machine\": \"%s\", \"commit\": \"%s\"}\n",
	       (unsigned long long)r->bytes_sent, machine, commit ? commit : "unknown");
	(void)fflush(stdout);
	samples_free(&r->total);
	samples_free(&r->party);
	samples_free(&r->offline);
}
