#include "harness/tape.h"

#include <sodium.h>
#include <string.h>

static tf_err tape_fill(void *ctx, uint8_t *out, size_t len)
{
	tf_tape *t = ctx;
	uint8_t nonce[8];

	for (unsigned i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(t->block >> (8 * i));
	t->block++;
	crypto_stream_chacha20(out, len, nonce, t->key);
	return TF_OK;
}

tf_rng tf_tape_init(tf_tape *t, uint64_t seed, unsigned party)
{
	uint8_t in[12];

	for (unsigned i = 0; i < 8; i++)
		in[i] = (uint8_t)(seed >> (8 * i));
	for (unsigned i = 0; i < 4; i++)
		in[8 + i] = (uint8_t)(party >> (8 * i));
	crypto_hash_sha256(t->key, in, sizeof(in));
	t->block = 0;
	return (tf_rng){ tape_fill, t };
}
