/* Ids of 32 bytes, numbered in the order in which they came: a list that is searched by hash. What
 * does not fit is refused, nothing makes room. Ids are public; whoever chooses them to collide
 * makes searches longer, at most as long as the list.
 */
#ifndef TF_DAEMON_IDMAP_H
#define TF_DAEMON_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_idmap {
	uint8_t (*id)[32]; /* n of them; room for cap */
	size_t n, cap;
	uint32_t *slot;    /* number of an id and one; 0: free. A power of two, or none */
	size_t slots;
} tf_idmap;

/* Give it the number n. TF_E_DUPLICATE: it is there; TF_E_CAPACITY: max are; TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_idmap_add(tf_idmap *m, const uint8_t id[static 32], size_t max);

/* Its number; n: it is not there. */
size_t tf_idmap_find(const tf_idmap *m, const uint8_t id[static 32]);

/* None are there any more; clear keeps the memory for others. */
void tf_idmap_clear(tf_idmap *m);
void tf_idmap_wipe(tf_idmap *m);

#endif
