/* Secrets: wiped on every exit, never printed, never compared with memcmp.
 *
 *     TF_AUTO(tf_secret) k;          wiped when k goes out of scope, whichever way
 *
 * TF_AUTO works for every type T that has T_wipe(T *); wiping is idempotent and accepted on
 * zeroed memory.
 */
#ifndef TF_BASE_SECRET_H
#define TF_BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

#define TF_AUTO(T) __attribute__((cleanup(T##_wipe), unused)) T

/* memset that no optimiser removes. */
static inline void tf_wipe(void *p, size_t len)
{
	if (len) {
		memset(p, 0, len);
		__asm__ __volatile__("" : : "r"(p) : "memory");
	}
}

/* Wipe what functions that have returned left below the caller's frame: compilers keep operands of
 * long arithmetic on the stack, where no name reaches them. To be called after the last use of a
 * long-lived secret or a nonce. */
void tf_wipe_stack(void);
#define TF_WIPE_STACK 8192u /* bytes */

/* The same as deep as a whole step of a protocol goes, which takes some microseconds. */
void tf_wipe_stack_deep(void);
#define TF_WIPE_STACK_DEEP 65536u

/* 32 secret bytes: a key, a seed, a nonce. */
typedef struct tf_secret {
	uint8_t b[32];
} tf_secret;

static inline void tf_secret_wipe(tf_secret *s)
{
	tf_wipe(s, sizeof(*s));
}

#endif
