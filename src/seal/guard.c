#include "seal/guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/secret.h"

/* Stands before the secret on the same pages; gone when the kernel wiped them on fork. */
#define ALIVE 0x7472656661696c21u
#define LEAD 64u

struct tf_guard {
	pthread_mutex_t lock;
	uint8_t *map;      /* guard page, data pages, guard page */
	size_t map_len;
	uint8_t *data;
	size_t data_len;
	size_t len;
	unsigned opens;
	bool locked;
};

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* What all secrets' pages are told; best effort: RLIMIT_MEMLOCK may be small, and an enclave's
 * LibOS knows none of these. True if they are locked. */
static bool protect(void *p, size_t len)
{
	bool locked = mlock(p, len) == 0;

	(void)madvise(p, len, MADV_DONTDUMP);
	(void)madvise(p, len, MADV_WIPEONFORK);
	return locked;
}

static tf_err map_pages(tf_guard *g, size_t len)
{
	size_t page = page_size();
	void *p;

	if (len > SIZE_MAX - LEAD - 3 * page)
		return TF_E_RESOURCE;
	g->data_len = (LEAD + len + page - 1) / page * page;
	g->map_len = g->data_len + 2 * page;
	p = mmap(NULL, g->map_len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return TF_E_RESOURCE;
	g->map = p;
	g->data = g->map + page;
	if (mprotect(g->data, g->data_len, PROT_READ | PROT_WRITE) != 0)
		return TF_E_RESOURCE;
	g->locked = protect(g->data, g->data_len);
	return TF_OK;
}

tf_err tf_guard_new(tf_guard **out, const void *secret, size_t len)
{
	tf_guard *g = calloc(1, sizeof(*g));
	const uint64_t alive = ALIVE;

	if (!g)
		return TF_E_RESOURCE;
	if (pthread_mutex_init(&g->lock, NULL) != 0) {
		free(g);
		return TF_E_RESOURCE;
	}
	g->len = len;
	if (map_pages(g, len) != TF_OK) {
		tf_guard_free(g);
		return TF_E_RESOURCE;
	}
	memcpy(g->data, &alive, sizeof(alive));
	if (len)
		memcpy(g->data + LEAD, secret, len);
	if (mprotect(g->data, g->data_len, PROT_NONE) != 0) {
		tf_guard_free(g);
		return TF_E_RESOURCE;
	}
	*out = g;
	return TF_OK;
}

void tf_guard_free(tf_guard *g)
{
	if (!g)
		return;
	if (g->map) {
		if (mprotect(g->data, g->data_len, PROT_READ | PROT_WRITE) == 0)
			tf_wipe(g->data, g->data_len);
		(void)munmap(g->map, g->map_len);
	}
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static bool is_alive(const tf_guard *g)
{
	uint64_t word;

	memcpy(&word, g->data, sizeof(word));
	return word == ALIVE;
}

const uint8_t *tf_guard_open(tf_guard *g)
{
	const uint8_t *p = NULL;

	pthread_mutex_lock(&g->lock);
	if (g->opens > 0 || mprotect(g->data, g->data_len, PROT_READ) == 0) {
		if (is_alive(g)) {
			g->opens++;
			p = g->data + LEAD;
		} else {
			(void)mprotect(g->data, g->data_len, PROT_NONE);
		}
	}
	pthread_mutex_unlock(&g->lock);
	return p;
}

void tf_guard_close(tf_guard *g)
{
	pthread_mutex_lock(&g->lock);
	if (g->opens > 0 && --g->opens == 0)
		(void)mprotect(g->data, g->data_len, PROT_NONE);
	pthread_mutex_unlock(&g->lock);
}

size_t tf_guard_len(const tf_guard *g)
{
	return g->len;
}

bool tf_guard_is_locked(const tf_guard *g)
{
	return g->locked;
}

/* ---- memory that is worked on: a page that says how long it is (read only), a guard page, the
 * data, flush with the end of its pages, a guard page ---- */

#define ALIGN 64u

typedef struct about {
	size_t map_len;
	size_t data_len;
	bool locked;
} about;

/* The page in front of all: two before the one in which the data begins. */
static about *about_of(const void *p)
{
	size_t page = page_size();

	return (about *)(((uintptr_t)p & ~(uintptr_t)(page - 1)) - 2 * page);
}

/* ---- blocks that wait for their next owner ---- */

#define KEPT_MAX 256u

static struct {
	pthread_mutex_t lock;
	size_t bytes, bytes_max; /* mapped */
	about *block[KEPT_MAX];
	size_t n;
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The one that was released last of those that are as long. */
static about *take_kept(size_t data_len)
{
	about *found = NULL;

	pthread_mutex_lock(&kept.lock);
	for (size_t i = kept.n; i-- > 0 && !found;) {
		if (kept.block[i]->data_len != data_len)
			continue;
		found = kept.block[i];
		kept.bytes -= found->map_len;
		kept.n--;
		for (size_t k = i; k < kept.n; k++)
			kept.block[k] = kept.block[k + 1];
	}
	pthread_mutex_unlock(&kept.lock);
	return found;
}

static bool keep(about *a)
{
	bool fits;

	pthread_mutex_lock(&kept.lock);
	fits = kept.n < KEPT_MAX && a->map_len <= kept.bytes_max - kept.bytes;
	if (fits) {
		kept.block[kept.n++] = a;
		kept.bytes += a->map_len;
	}
	pthread_mutex_unlock(&kept.lock);
	return fits;
}

void tf_guard_keep(size_t bytes)
{
	pthread_mutex_lock(&kept.lock);
	kept.bytes_max = bytes;
	while (kept.bytes > bytes) {
		about *a = kept.block[--kept.n];

		kept.bytes -= a->map_len;
		(void)munmap(a, a->map_len);
	}
	pthread_mutex_unlock(&kept.lock);
}

void *tf_guard_alloc(size_t len)
{
	size_t page = page_size(), room;
	about *a;
	uint8_t *map, *data;

	if (len > SIZE_MAX - ALIGN - 5 * page)
		return NULL;
	len = len ? (len + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	room = (len + page - 1) / page * page;
	a = take_kept(room);
	if (a)
		return (uint8_t *)a + 2 * page + room - len;
	map = mmap(NULL, room + 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	data = map + 2 * page;
	if (mprotect(map, page, PROT_READ | PROT_WRITE) != 0 ||
	    mprotect(data, room, PROT_READ | PROT_WRITE) != 0) {
		(void)munmap(map, room + 3 * page);
		return NULL;
	}
	a = (about *)(void *)map;
	*a = (about){ .map_len = room + 3 * page, .data_len = room, .locked = protect(data, room) };
	(void)mprotect(map, page, PROT_READ);
	return data + room - len;
}

void tf_guard_release(void *p)
{
	about *a = p ? about_of(p) : NULL;
	size_t page = page_size();

	if (!a)
		return;
	tf_wipe((uint8_t *)a + 2 * page, a->data_len);
	if (!keep(a))
		(void)munmap(a, a->map_len);
}

bool tf_guard_alloc_is_locked(const void *p)
{
	return about_of(p)->locked;
}
