#include "base/arena.h"

#include <string.h>

#include "base/secret.h"

#define ALIGN 64u

void tf_arena_init(tf_arena *a, void *mem, size_t cap)
{
	size_t skew = (ALIGN - ((uintptr_t)mem & (ALIGN - 1))) & (ALIGN - 1);

	a->base = mem && skew <= cap ? (uint8_t *)mem + skew : mem;
	a->cap = mem && skew <= cap ? cap - skew : 0;
	a->used = 0;
	a->peak = 0;
}

void *tf_arena_reserve(tf_arena *a, size_t len)
{
	size_t need;
	void *p;

	if (!a->base || len > SIZE_MAX - ALIGN)
		return NULL;
	need = (len + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (need > a->cap - a->used)
		return NULL;
	p = a->base + a->used;
	a->used += need;
	if (a->used > a->peak)
		a->peak = a->used;
	return p;
}

void *tf_arena_alloc(tf_arena *a, size_t len)
{
	void *p = tf_arena_reserve(a, len);

	if (p)
		memset(p, 0, (size_t)(a->base + a->used - (uint8_t *)p));
	return p;
}

void tf_arena_release(tf_arena *a, size_t mark)
{
	if (mark < a->used) {
		tf_wipe(a->base + mark, a->used - mark);
		a->used = mark;
	}
}

void tf_arena_wipe(tf_arena *a)
{
	tf_arena_release(a, 0);
}
