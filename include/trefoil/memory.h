/* What the caller lends: memory and randomness.
 *
 * The library allocates nothing, reads no clock, opens no file and has no globals. Whatever it
 * needs is in its arguments.
 *
 * Memory comes as an address and a length, without alignment. A machine (machine.h) lives in the
 * memory it was begun in, until it is wiped; each kind of machine has a function tf_..._room that
 * says how much. Everything else that needs memory needs it during the call only, and wipes it
 * before it returns: TF_SCRATCH_BYTES suffice, but for evidence (blame.h), which says how much. No
 * two buffers of one call may overlap, unless its comment says so.
 *
 * Stack is the one thing that is not lent: a thread that calls the library needs TF_STACK_BYTES, of
 * which each call that had secrets there wipes a good part before it returns.
 *
 * A tf_memory may hold secrets while it is lent. Lock it into RAM and keep it out of core dumps if
 * that matters.
 *
 * Randomness: fill writes len bytes nobody can predict, or fails. It must be a cryptographic source
 * seeded by the operating system, and must never repeat itself, not after a fork or after a virtual
 * machine was restored: keys leak otherwise. It is asked in the middle of computations. Whatever
 * error it returns, the call that asked ends with TF_E_ENTROPY, and a machine has failed then.
 */
#ifndef TREFOIL_MEMORY_H
#define TREFOIL_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <trefoil/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_SCRATCH_BYTES (2u << 20)
#define TF_STACK_BYTES (256u << 10)

typedef struct tf_memory {
	void *p;
	size_t len;
} tf_memory;

/* Bytes that somebody else owns; none: len 0. */
typedef struct tf_bytes {
	const uint8_t *p;
	size_t len;
} tf_bytes;

typedef struct tf_random {
	tf_err (*fill)(void *ctx, uint8_t *out, size_t len);
	void *ctx;
} tf_random;

/* Zero all of it, in a way no optimiser removes. */
void tf_memory_wipe(tf_memory mem);

#ifdef __cplusplus
}
#endif

#endif
