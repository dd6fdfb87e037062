/* Memory that the caller hands in. Floors 0-4 allocate nowhere else.
 *
 * An arena is a bump allocator over one buffer. Take a mark, work, release back to it; releasing
 * wipes what was above. Pointers stay valid until the release below them.
 */
#ifndef TF_BASE_ARENA_H
#define TF_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct tf_arena {
	uint8_t *base;
	size_t cap;
	size_t used;
	size_t peak; /* highest use so far, for sizing */
} tf_arena;

/* Use cap bytes at mem, which must outlive the arena; up to 63 bytes are lost to alignment. */
void tf_arena_init(tf_arena *a, void *mem, size_t cap);

/* Zeroed memory aligned to 64 bytes, or NULL when the arena is full (TF_E_CAPACITY for callers). */
void *tf_arena_alloc(tf_arena *a, size_t len);

/* The same as it is, for another arena to begin in. */
void *tf_arena_reserve(tf_arena *a, size_t len);

static inline size_t tf_arena_mark(const tf_arena *a)
{
	return a->used;
}

/* Wipe everything above mark and make it available again. */
void tf_arena_release(tf_arena *a, size_t mark);

/* Wipe all of it. */
void tf_arena_wipe(tf_arena *a);

#endif
