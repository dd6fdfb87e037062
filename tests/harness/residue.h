/* What a call leaves behind on the dead stack below it.
 *
 *     tf_residue_reset();
 *     tf_residue_secret(key, sizeof(key));        what must not be found ...
 *     tf_residue_public(message, len);            ... unless it was published
 *     tf_residue_run(call, arg);                  call(arg), on a painted stack of its own
 *     CHECK(tf_residue_found() == 0);
 *
 * Words of 8 bytes are searched for, in both byte orders and at every offset; words with an empty
 * half are left out, because anything may look like them.
 */
#ifndef TF_HARNESS_RESIDUE_H
#define TF_HARNESS_RESIDUE_H

#include <stdbool.h>
#include <stddef.h>

/* Sanitizers and valgrind have ideas of their own about stacks: ends the test as skipped there. */
void tf_residue_prepare(void);

/* Forget all secrets. */
void tf_residue_reset(void);

/* The words that begin at p + 0, 8, 16 ..; and how many are known. */
void tf_residue_secret(const void *p, size_t len);
size_t tf_residue_secrets(void);

/* Words that stand anywhere in these bytes are no secrets. */
void tf_residue_public(const void *p, size_t len);

void tf_residue_run(void (*call)(void *), void *arg);

/* Of the last run: bytes of stack that were used; bytes below the top of the stack down to the
 * lowest that is not zero; how many secret words lie there. */
size_t tf_residue_used(void);
size_t tf_residue_dirty(void);
unsigned tf_residue_found(void);

#endif
