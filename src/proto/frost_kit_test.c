#include "proto/frost_kit_test.h"

#include <stdlib.h>
#include <string.h>

#include "proto/frost_impl.h"
#include "proto/key.h"

const tf_group *kit_group(tf_curve_id id)
{
	tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, tf_test_alloc(1 << 16), 1 << 16);
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	return g;
}

json_t *kit_load(const char *relative)
{
	const char *path = tf_test_vectors(relative);
	json_error_t why;
	json_t *o = json_load_file(path, JSON_REJECT_DUPLICATES, &why);

	if (!o)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", path, why.text);
	return o;
}

json_t *kit_get(json_t *o, const char *path)
{
	char name[64];

	for (;;) {
		size_t len = strcspn(path, ".");

		CHECK(len < sizeof(name));
		memcpy(name, path, len);
		name[len] = 0;
		o = json_object_get(o, name);
		if (!o)
			tf_test_fail(__FILE__, __LINE__, "no %s", name);
		if (!path[len])
			return o;
		path += len + 1;
	}
}

size_t kit_bytes(uint8_t *out, size_t cap, json_t *hex)
{
	const char *s = json_string_value(hex);
	size_t len;

	CHECK(s != NULL);
	len = strlen(s) / 2;
	CHECK(len <= cap && strspn(s, "0123456789abcdefABCDEF") == 2 * len && s[2 * len] == 0);
	for (size_t i = 0; i < len; i++) {
		const char two[3] = { s[2 * i], s[2 * i + 1], 0 };

		out[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	return len;
}

tf_sc kit_scalar(tf_frost_suite suite, const tf_group *g, json_t *hex)
{
	uint8_t b[32], be[32];
	tf_sc out;

	CHECK(kit_bytes(b, sizeof(b), hex) == 32);
	for (unsigned i = 0; i < 32; i++)
		be[i] = suite == TF_FROST_ED25519 ? b[31 - i] : b[i];
	CHECK_OK(tf_sc_decode(g, &out, be));
	return out;
}

tf_pt kit_point(tf_frost_suite suite, const tf_group *g, json_t *hex)
{
	uint8_t b[TF_PT_BYTES] = { 0xed };
	size_t skip = suite == TF_FROST_ED25519 ? 1 : 0;
	tf_pt out;

	CHECK(kit_bytes(b + skip, sizeof(b) - skip, hex) == sizeof(b) - skip);
	CHECK_OK(tf_pt_decode(g, &out, b));
	return out;
}

void kit_is_scalar(tf_frost_suite suite, const tf_sc *a, json_t *hex)
{
	uint8_t got[TF_FROST_SCALAR], want[TF_FROST_SCALAR];

	CHECK(kit_bytes(want, sizeof(want), hex) == sizeof(want));
	tf_frost_put_scalar(got, suite, a);
	CHECK(memcmp(got, want, sizeof(got)) == 0);
}

void kit_is_point(tf_frost_suite suite, const tf_group *g, const tf_pt *p, json_t *hex)
{
	uint8_t got[TF_FROST_POINT_MAX], want[TF_FROST_POINT_MAX];
	size_t len = tf_frost_put_point(got, suite, g, p);

	CHECK(kit_bytes(want, sizeof(want), hex) == len && memcmp(got, want, len) == 0);
}

void kit_weigh(tf_sc_sec *w, tf_pt *W, const tf_group *g, unsigned id, const uint16_t *ids,
               size_t n, const tf_sc *x)
{
	tf_sc lambda;

	CHECK_OK(tf_lagrange(&lambda, g, id, ids, n));
	tf_sc_mul(g, &w->s, &lambda, x);
	CHECK_OK(tf_pt_mul_base(g, W, w));
}

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	kit_random *r = ctx;

	if (r->len - r->at < len)
		return TF_E_ENTROPY;
	memcpy(out, r->b + r->at, len);
	r->at += len;
	return TF_OK;
}

tf_rng kit_rng(kit_random *r)
{
	return (tf_rng){ .fill = fill, .ctx = r };
}
