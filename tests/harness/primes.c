#include "harness/primes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

static unsigned hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void tf_test_primes(uint32_t bits, unsigned i, tf_bn *out)
{
	char name[64];
	char *text, *line;
	size_t len;

	snprintf(name, sizeof(name), "tests/vectors/primes%u.txt", bits);
	text = tf_test_read_file(tf_test_path(name), NULL);
	line = text;
	for (unsigned k = 0; k < i && line; k++) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	len = line ? strspn(line, "0123456789abcdef") : 0;
	if (len == 0 || len > 16 * (size_t)TF_BN_LIMBS || line[len] != '\n')
		tf_test_fail(name, (int)i + 1, "no prime on this line");
	memset(out, 0, sizeof(*out));
	out->n = (uint32_t)((len + 15) / 16);
	for (size_t k = 0; k < len; k++)
		out->d[k / 16] |= (mp_limb_t)hex_digit(line[len - 1 - k]) << (4 * (k % 16));
	free(text);
}
