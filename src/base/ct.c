#include "base/ct.h"

#include "base/secret.h"

tf_ct tf_ct_bytes_eq(const void *a, const void *b, size_t len)
{
	const uint8_t *x = a;
	const uint8_t *y = b;
	uint64_t diff = 0;

	for (size_t i = 0; i < len; i++)
		diff |= (uint64_t)(x[i] ^ y[i]);
	return tf_ct_is_zero(tf_ct_barrier(diff));
}

__attribute__((noinline)) void tf_wipe_stack(void)
{
	uint8_t below[TF_WIPE_STACK];

	tf_wipe(below, sizeof(below));
}

__attribute__((noinline)) void tf_wipe_stack_deep(void)
{
	uint8_t below[TF_WIPE_STACK_DEEP];

	tf_wipe(below, sizeof(below));
}
