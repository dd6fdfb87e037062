#include "daemon/osrng.h"

#include <errno.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/random.h>

#include "base/secret.h"

#define BLOCK 256

static tf_err kernel_bytes(uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(out, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return TF_E_ENTROPY;
		out += n;
		len -= (size_t)n;
	}
	return TF_OK;
}

static tf_err drbg_bytes(uint8_t *out, size_t len)
{
	return RAND_priv_bytes(out, (int)len) == 1 ? TF_OK : TF_E_ENTROPY;
}

static tf_err mix_block(uint8_t *out, size_t len)
{
	uint8_t drbg[BLOCK];

	TRY(kernel_bytes(out, len));
	TRY(drbg_bytes(drbg, len));
	for (size_t i = 0; i < len; i++)
		out[i] ^= drbg[i];
	tf_wipe(drbg, sizeof(drbg));
	return TF_OK;
}

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	uint8_t *start = out;
	size_t whole = len;

	(void)ctx;
	while (len > 0) {
		size_t n = len < BLOCK ? len : BLOCK;

		if (mix_block(out, n) != TF_OK) {
			tf_wipe(start, whole);
			return TF_E_ENTROPY;
		}
		out += n;
		len -= n;
	}
	return TF_OK;
}

static int is_constant(const uint8_t *p, size_t len)
{
	uint8_t differ = 0;

	for (size_t i = 1; i < len; i++)
		differ |= p[i] ^ p[0];
	return differ == 0;
}

/* Two draws differ, and neither is one byte over and over. */
static tf_err test_source(tf_err (*draw)(uint8_t *out, size_t len))
{
	uint8_t a[32], b[32];
	int broken;

	TRY(draw(a, sizeof(a)));
	TRY(draw(b, sizeof(b)));
	broken = tf_ct_reveal(tf_ct_bytes_eq(a, b, sizeof(a))) || is_constant(a, sizeof(a)) ||
	         is_constant(b, sizeof(b));
	tf_wipe(a, sizeof(a));
	tf_wipe(b, sizeof(b));
	return broken ? TF_E_ENTROPY : TF_OK;
}

tf_err tf_osrng_init(tf_rng *rng)
{
	TRY(test_source(kernel_bytes));
	TRY(test_source(drbg_bytes));
	TRY(test_source(mix_block));
	*rng = (tf_rng){ .fill = fill };
	return TF_OK;
}
