#include "curve/kit_test.h"

#include <string.h>

const tf_curve_id curve_all[] = {
	TF_CURVE_SECP256K1, TF_CURVE_ED25519, TF_CURVE_P256, TF_CURVE_STARK,
};
const unsigned curve_count = TF_ARRAY_LEN(curve_all);

const tf_group *curve_open(tf_curve_id id)
{
	const size_t len = TF_GROUP_ROOM + 64;
	tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, tf_test_alloc(len), len);
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	CHECK_OK(tf_group_on(&g, g, test_kernel(), &mem));
	return g;
}

static unsigned digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *d = c ? strchr(digits, c) : NULL;

	CHECK(d != NULL);
	return (unsigned)(d - digits);
}

void curve_unhex(uint8_t *out, size_t len, const char *hex)
{
	CHECK(strlen(hex) == 2 * len);
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

void curve_sc(const tf_group *g, tf_sc *out, const char *hex)
{
	uint8_t b[TF_SC_BYTES];

	curve_unhex(b, sizeof(b), hex);
	CHECK_OK(tf_sc_decode(g, out, b));
}

void curve_pt(const tf_group *g, tf_pt *out, const char *hex)
{
	uint8_t b[TF_PT_BYTES];

	curve_unhex(b, sizeof(b), hex);
	CHECK_OK(tf_pt_decode(g, out, b));
}

unsigned curve_lines(const tf_group *g, const char *kind,
                     void (*check)(const tf_group *g, char *const *field))
{
	char *text = tf_test_read_file(tf_test_path("tests/vectors/curve/groups.txt"), NULL);
	char *end_line, *end_field;
	unsigned found = 0;

	for (char *s = strtok_r(text, "\n", &end_line); s; s = strtok_r(NULL, "\n", &end_line)) {
		char *field[CURVE_FIELDS_MAX + 2] = { NULL };
		unsigned n = 0;

		for (char *w = strtok_r(s, " ", &end_field); w; w = strtok_r(NULL, " ", &end_field)) {
			CHECK(n < TF_ARRAY_LEN(field));
			field[n++] = w;
		}
		if (n < 3 || strcmp(field[0], kind) != 0 || strcmp(field[1], tf_group_name(g)) != 0)
			continue;
		check(g, field + 2);
		found++;
	}
	free(text);
	return found;
}
