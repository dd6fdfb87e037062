#include "harness/residue.h"

#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include "harness/harness.h"

#define STACK_BYTES (1024u * 1024u)
#define PAINT 0xa5
#define SLOTS (1u << 18)

static uint8_t stack[STACK_BYTES] __attribute__((aligned(64)));
static ucontext_t outside, inside;
static struct {
	void (*call)(void *);
	void *arg;
} job;

static uint64_t table[SLOTS]; /* open addressing; 0: free */
static size_t known;

void tf_residue_prepare(void)
{
#if defined(TF_SANITIZED) || defined(TF_CT_MSAN) || defined(TF_CT_VALGRIND)
	tf_test_skip("sanitizers and valgrind have stacks of their own");
#endif
}

/* ---- words ---- */

static uint64_t *slot_of(uint64_t word)
{
	size_t at = (size_t)(word * 0x9e3779b97f4a7c15u >> 46) % SLOTS;

	while (table[at] && table[at] != word)
		at = (at + 1) % SLOTS;
	return &table[at];
}

/* A word that was published stays in its slot, marked, so that the chain holds. */
static uint8_t published[SLOTS];

static void add(uint64_t word)
{
	uint64_t *slot = slot_of(word);

	CHECK(known < SLOTS / 2);
	known += *slot == 0;
	*slot = word;
}

static uint64_t word_at(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

void tf_residue_reset(void)
{
	memset(table, 0, sizeof(table));
	memset(published, 0, sizeof(published));
	known = 0;
}

void tf_residue_secret(const void *p, size_t len)
{
	for (size_t i = 0; i + 8 <= len; i += 8) {
		uint64_t w = word_at((const uint8_t *)p + i);

		if (w >> 32 == 0 || (uint32_t)w == 0)
			continue;
		add(w);
		add(__builtin_bswap64(w));
	}
}

size_t tf_residue_secrets(void)
{
	return known;
}

void tf_residue_public(const void *p, size_t len)
{
	for (size_t i = 0; i + 8 <= len; i++) {
		uint64_t w = word_at((const uint8_t *)p + i);
		uint64_t *slot = slot_of(w), *other = slot_of(__builtin_bswap64(w));

		if (*slot)
			published[slot - table] = 1;
		if (*other)
			published[other - table] = 1;
	}
}

/* ---- the stack ---- */

static void enter(void)
{
	job.call(job.arg);
}

void tf_residue_run(void (*call)(void *), void *arg)
{
	memset(stack, PAINT, sizeof(stack));
	job.call = call;
	job.arg = arg;
	CHECK(getcontext(&inside) == 0);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = sizeof(stack);
	inside.uc_link = &outside;
	makecontext(&inside, enter, 0);
	CHECK(swapcontext(&outside, &inside) == 0);
}

size_t tf_residue_used(void)
{
	size_t at = 0;

	while (at < sizeof(stack) && stack[at] == PAINT)
		at++;
	return sizeof(stack) - at;
}

size_t tf_residue_dirty(void)
{
	size_t at = sizeof(stack) - tf_residue_used();

	while (at < sizeof(stack) && stack[at] == 0)
		at++;
	return sizeof(stack) - at;
}

unsigned tf_residue_found(void)
{
	unsigned found = 0;

	for (size_t at = sizeof(stack) - tf_residue_used(); at + 8 <= sizeof(stack); at++) {
		uint64_t w = word_at(stack + at);
		const uint64_t *slot = w ? slot_of(w) : NULL;

		found += slot && *slot && !published[slot - table];
	}
	return found;
}
