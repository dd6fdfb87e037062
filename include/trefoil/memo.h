/* Memos: what a party would compute anew in every run.
 *
 * A signature takes so little that its surroundings are most of it: the own identity's public half,
 * tables of groups, keys that have been derived before, the record of the key. A memo keeps them
 * from run to run:
 *
 *   the group of an algorithm, with the blinding of its secret multiplications, and the kernel
 *   the own identity
 *   for each of some peers a table, by which its signatures are verified at half the price
 *   derived keys: whole paths, and their beginnings, of any number of keys
 *   certificates of some keys, decoded and checked. Of a record it keeps a hash and what is public,
 *   not the share: the record is given in every time, and is what it was or is read anew
 *
 * What is not known is computed, and the rest is forgotten in the order of last use; results are
 * the same with a memo and without. Give it as tf_clique.memo, with the same seed and algorithm
 * (others find nothing in it).
 *
 * A memo is secret: it has the seed of the identity, and chain codes. It lives in the memory it was
 * begun in, is not moved, outlives the machines that it was given to, and serves one thread at a
 * time.
 */
#ifndef TREFOIL_MEMO_H
#define TREFOIL_MEMO_H

#include <trefoil/clique.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tf_memo_params {
	tf_algorithm algorithm;
	const uint8_t *seed; /* 32 bytes, of the own identity */
	tf_random random;    /* asked when the memo is begun only */
	uint32_t peers;      /* tables, 21 KiB each; 0..65536 */
	uint32_t nodes;      /* derived keys, 304 bytes each; 64 are plenty for one key; 0..65536 */
	uint32_t keys;       /* certificates, 3.5 KiB each; 0..65536 */
} tf_memo_params;

/* Bytes of memory; 0 for parameters that cannot be. */
size_t tf_memo_room(const tf_memo_params *p);

/* A memo that knows nothing but group and identity. TF_E_CAPACITY: mem; TF_E_UNSUPPORTED:
 * algorithm; TF_E_USAGE; TF_E_ENTROPY. Constant time in the seed. */
TF_MUST_USE tf_err tf_memo_begin(tf_memo **out, tf_memory mem, const tf_memo_params *p);

/* Zero all of it. NULL is fine. */
void tf_memo_wipe(tf_memo *m);

#ifdef __cplusplus
}
#endif

#endif
