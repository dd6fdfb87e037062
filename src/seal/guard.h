/* Guarded memory: for keys that live long, and for secrets that are worked on.
 *
 * A tf_guard is one secret on pages of its own: a no-access page before and behind, locked (best
 * effort: RLIMIT_MEMLOCK may be small), left out of core dumps, wiped in a forked child, and
 * without any access between uses. Open it, use it, close it; opens nest and may come from
 * several threads. The secret is written once, at creation.
 *
 * What is worked on all the time (shares, factors, presignatures, the arenas of running sessions)
 * comes from tf_guard_alloc instead: the same pages, but readable and writable as long as they
 * live.
 */
#ifndef TF_SEAL_GUARD_H
#define TF_SEAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_guard tf_guard;

/* Copy len secret bytes onto guarded pages; the caller wipes its own copy. TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_guard_new(tf_guard **out, const void *secret, size_t len);

/* Wipe and release; NULL is fine. */
void tf_guard_free(tf_guard *g);

/* Read access until the matching close. NULL in a forked child (the pages were wiped) or if the
 * kernel refuses. */
const uint8_t *tf_guard_open(tf_guard *g);
void tf_guard_close(tf_guard *g);

/* Length of the secret; whether its pages are locked into memory. */
size_t tf_guard_len(const tf_guard *g);
bool tf_guard_is_locked(const tf_guard *g);

/* Zeroed memory on guarded pages, aligned to 64 bytes, with a no-access page right behind it (to
 * within 63 bytes) and one before; locked, best effort, left out of core dumps, wiped in a forked
 * child. NULL: no memory. */
void *tf_guard_alloc(size_t len);

/* Wipe and unmap what tf_guard_alloc gave; NULL is fine. */
void tf_guard_release(void *p);

/* Keep up to so many bytes of released blocks, wiped and still guarded, for the next tf_guard_alloc
 * of as many pages, which then makes no system call; any thread. 0 is how a process begins, and
 * lets go of all that is kept. An access to a block that is kept is not caught. */
void tf_guard_keep(size_t bytes);

/* Was the memory at p (of tf_guard_alloc) locked? */
bool tf_guard_alloc_is_locked(const void *p);

#endif
