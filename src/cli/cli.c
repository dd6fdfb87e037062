#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int tf_cli_fail(tf_exit code, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("trefoil: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return (int)code;
}

bool tf_cli_number(long *out, const char *option, const char *text, long lowest, long highest)
{
	char *end = NULL;
	long v;

	errno = 0;
	v = strtol(text, &end, 10);
	if (errno == 0 && *text && *end == '\0' && v >= lowest && v <= highest) {
		*out = v;
		return true;
	}
	(void)tf_cli_fail(TF_EXIT_USAGE, "%s: expected a number from %ld to %ld, not \"%.32s\"",
	                  option, lowest, highest, text);
	return false;
}
