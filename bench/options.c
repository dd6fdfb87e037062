#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

_Noreturn static void usage(const char *program)
{
	fprintf(stderr, "usage: %s [NAME..] [--profile p112|p128] [--kernel auto|portable|ifma]\n"
	                "       [--batch N] [--runs N] [--primes FILE] [--seed N]\n"
	                "       [--world FILE] [--tables on|off]\n", program);
	exit(64);
}

static bool number(unsigned *out, const char *text, unsigned most)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = (unsigned)n;
	return end != text && !*end && n >= 1 && n <= most;
}

static bool option(options *o, const char *name, const char *value)
{
	if (strcmp(name, "--batch") == 0)
		return number(&o->batch, value, OPTION_BATCH_MOST);
	if (strcmp(name, "--runs") == 0)
		return number(&o->runs, value, 1000000);
	if (strcmp(name, "--seed") == 0)
		return number(&o->seed, value, 1000000);
	if (strcmp(name, "--primes") == 0) {
		o->primes = value;
		return true;
	}
	if (strcmp(name, "--world") == 0) {
		o->world = value;
		return true;
	}
	if (strcmp(name, "--kernel") == 0) {
		o->kernel = value;
		return true;
	}
	if (strcmp(name, "--tables") == 0) {
		o->no_tables = strcmp(value, "off") == 0;
		return o->no_tables || strcmp(value, "on") == 0;
	}
	o->p112 = strcmp(value, "p112") == 0;
	return strcmp(name, "--profile") == 0 && (o->p112 || strcmp(value, "p128") == 0);
}

void options_read(options *o, int argc, char **argv)
{
	*o = (options){ .kernel = "auto", .batch = 32 };
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-') {
			if (o->names == OPTION_NAMES)
				usage(argv[0]);
			o->name[o->names++] = argv[i];
			continue;
		}
		if (i + 1 == argc || !option(o, argv[i], argv[i + 1]))
			usage(argv[0]);
		i++;
	}
	if (!o->primes)
		o->primes = o->p112 ? "tests/vectors/primes1024.txt" : "tests/vectors/primes1536.txt";
}

bool options_want(const options *o, const char *name)
{
	for (unsigned i = 0; i < o->names; i++)
		if (strcmp(o->name[i], name) == 0)
			return true;
	return o->names == 0;
}
