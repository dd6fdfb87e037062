#include "wire/make_test.h"

#include "harness/harness.h"

uint64_t tf_make_below(const tf_rng *rng, uint64_t n)
{
	uint64_t x;

	CHECK_OK(tf_rng_bytes(rng, &x, sizeof(x)));
	tf_ct_declassify(&x, sizeof(x));
	return x % n;
}

void tf_make_bytes(const tf_rng *rng, uint8_t *x, size_t len)
{
	CHECK_OK(tf_rng_bytes(rng, x, len));
	tf_ct_declassify(x, len);
}

void tf_make_u8(const tf_rng *rng, uint8_t *x)
{
	*x = (uint8_t)tf_make_below(rng, 256);
}

void tf_make_u16(const tf_rng *rng, uint16_t *x)
{
	*x = (uint16_t)tf_make_below(rng, 65536);
}

void tf_make_u32(const tf_rng *rng, uint32_t *x)
{
	*x = (uint32_t)tf_make_below(rng, UINT64_C(1) << 32);
}

void tf_make_u64(const tf_rng *rng, uint64_t *x)
{
	*x = tf_make_below(rng, UINT64_MAX);
}

void tf_make_blob(const tf_rng *rng, tf_arena *mem, tf_blob *x, size_t max)
{
	size_t len = tf_make_below(rng, (max < 40 ? max : 40) + 1);
	uint8_t *p = len ? tf_arena_alloc(mem, len) : NULL;

	CHECK(p || len == 0);
	if (len)
		tf_make_bytes(rng, p, len);
	*x = (tf_blob){ p, len };
}

void tf_make_string(const tf_rng *rng, tf_arena *mem, const char **x, size_t max)
{
	static const char *const bits[] = { "a", "Z", " ", "\"", "\xc3\xa9", "\xe2\x82\xac",
	                                    "\xf0\x9f\x8d\x80", "\\" };
	size_t len = 0, parts = tf_make_below(rng, 8);
	char *p = tf_arena_alloc(mem, 40);

	CHECK(p != NULL);
	for (size_t i = 0; i < parts; i++) {
		const char *bit = bits[tf_make_below(rng, TF_ARRAY_LEN(bits))];

		if (len + strlen(bit) > max)
			break;
		memcpy(p + len, bit, strlen(bit));
		len += strlen(bit);
	}
	*x = p;
}

void tf_make_nat(const tf_rng *rng, tf_bn *x, uint32_t bits)
{
	uint8_t b[TF_BN_BYTES];
	size_t len = (bits + 7) / 8;

	CHECK(len > 0 && len <= sizeof(b));
	tf_make_bytes(rng, b, len);
	switch (tf_make_below(rng, 8)) {
	case 0:
		memset(b, 0, len);
		break;
	case 1:
		memset(b, 0xff, len);
		break;
	}
	if (bits % 8)
		b[0] &= (uint8_t)((1u << bits % 8) - 1);
	CHECK_OK(tf_bn_from_bytes(x, b, len));
}

void tf_make_int(const tf_rng *rng, tf_int *x, uint32_t bits)
{
	tf_bn mag;

	tf_make_nat(rng, &mag, bits);
	tf_int_set(x, &mag, tf_ct_mask(tf_make_below(rng, 2)));
}

void tf_make_scalar(const tf_rng *rng, const tf_wire_env *env, tf_sc *x)
{
	uint8_t b[32];

	tf_make_bytes(rng, b, sizeof(b));
	CHECK_OK(tf_sc_reduce_bytes(env->g, x, b, sizeof(b)));
}

void tf_make_point(const tf_rng *rng, const tf_wire_env *env, tf_pt *x)
{
	tf_sc k;

	tf_make_scalar(rng, env, &k);
	if (tf_make_below(rng, 8) == 0)
		tf_sc_set_u64(env->g, &k, 0);
	CHECK_OK(tf_pt_mul_base_vt(env->g, x, &k));
}

uint32_t tf_make_count(const tf_rng *rng, size_t max)
{
	return (uint32_t)tf_make_below(rng, (max < 2 ? max : 2) + 1);
}

void *tf_make_list(tf_arena *mem, uint32_t n, size_t size)
{
	void *p = n ? tf_arena_alloc(mem, n * size) : NULL;

	CHECK(p || n == 0);
	return p;
}
