/* Constant time: masks instead of branches, and the marks that the constant-time builds check.
 *
 * A tf_ct is all ones (true) or all zeros (false). The only way to branch on one is
 * tf_ct_reveal, so every place where something derived from a secret becomes public can be found
 * by searching for that word.
 *
 * In a ct build (valgrind memcheck or clang's MemorySanitizer) a secret is marked uninitialised by
 * tf_ct_classify; a branch or an index that depends on it is then an error of the tool.
 */
#ifndef TF_BASE_CT_H
#define TF_BASE_CT_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef TF_CT_VALGRIND
#include <valgrind/memcheck.h>
#define TF_CT_POISON(p, n) ((void)VALGRIND_MAKE_MEM_UNDEFINED((p), (n)))
#define TF_CT_UNPOISON(p, n) ((void)VALGRIND_MAKE_MEM_DEFINED((p), (n)))
#elif defined(TF_CT_MSAN)
#include <sanitizer/msan_interface.h>
#define TF_CT_POISON(p, n) __msan_poison((p), (n))
#define TF_CT_UNPOISON(p, n) __msan_unpoison((p), (n))
#else
#define TF_CT_POISON(p, n) ((void)(p), (void)(n))
#define TF_CT_UNPOISON(p, n) ((void)(p), (void)(n))
#endif

typedef uint64_t tf_ct;

/* Mark memory as secret (ct builds only; otherwise nothing). */
static inline void tf_ct_classify(const void *p, size_t len)
{
	TF_CT_POISON(p, len);
}

/* Mark memory as public: a value that the protocol is about to publish. */
static inline void tf_ct_declassify(const void *p, size_t len)
{
	TF_CT_UNPOISON(p, len);
}

/* Hide a value from the optimiser, so that it cannot turn a mask back into a branch.
 * (MemorySanitizer takes every operand of an asm statement for used; there it must do without.) */
static inline uint64_t tf_ct_barrier(uint64_t x)
{
#ifndef TF_CT_MSAN
	__asm__("" : "+r"(x));
#endif
	return x;
}

static inline tf_ct tf_ct_is_zero(uint64_t x)
{
	return (tf_ct)0 - (((~x & (x - 1)) >> 63) & 1);
}

static inline tf_ct tf_ct_eq(uint64_t a, uint64_t b)
{
	return tf_ct_is_zero(a ^ b);
}

/* From the lowest bit. */
static inline tf_ct tf_ct_mask(uint64_t bit)
{
	return (tf_ct)0 - (tf_ct_barrier(bit) & 1);
}

static inline uint64_t tf_ct_select(tf_ct c, uint64_t yes, uint64_t no)
{
	return no ^ (tf_ct_barrier(c) & (yes ^ no)); /* clang -O3 made a branch of it */
}

/* The verdict becomes public here. */
static inline bool tf_ct_reveal(tf_ct c)
{
	TF_CT_UNPOISON(&c, sizeof(c));
	return c != 0;
}

/* Equality of two byte strings of the same public length. */
tf_ct tf_ct_bytes_eq(const void *a, const void *b, size_t len);

#endif
