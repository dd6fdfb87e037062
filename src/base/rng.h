/* Randomness is handed in: floors 0-4 have no entropy of their own.
 *
 * fill writes len random bytes or fails; a failure is final for the operation that asked. Whatever
 * fill returns, tf_rng_bytes says TF_E_ENTROPY: elsewhere errors mean something (that a peer
 * cheats, that a step has not ended), and it comes from a caller. The production source is os_rng.h
 * (floor 6); tests use a ChaCha20 tape keyed by (seed, party).
 * In ct builds everything that comes out is marked secret.
 */
#ifndef TF_BASE_RNG_H
#define TF_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/ct.h"
#include "base/err.h"

typedef struct tf_rng {
	tf_err (*fill)(void *ctx, uint8_t *out, size_t len);
	void *ctx;
} tf_rng;

TF_MUST_USE static inline tf_err tf_rng_bytes(const tf_rng *rng, void *out, size_t len)
{
	if (rng->fill(rng->ctx, out, len) != TF_OK)
		return TF_E_ENTROPY;
	tf_ct_classify(out, len);
	return TF_OK;
}

#endif
