/* RLP, the encoding of Ethereum: byte strings and lists of them (Yellow Paper, appendix B).
 *
 * One value has one encoding, and the reader accepts no other:
 *   - a single byte below 0x80 stands for itself, never with a length before it;
 *   - lengths take the shortest form and have no leading zero;
 *   - integers have no leading zero byte, zero is the empty string (appendix B, "BE");
 *   - nothing may be left over, in a list or after the outermost item.
 *
 * The reader is sticky like base/rw.h: after the first error everything yields zeros, and the
 * verdict is read once. It never recurses; the depth is the caller's own nesting of readers:
 *
 *     tf_rlp r = tf_rlp_init(buf, len), list = tf_rlp_list(&r);
 *     uint64_t nonce = tf_rlp_u64(&list);
 *     tf_rlp_leave(&r, &list);             the list is used up, or r fails
 *     TRY(tf_rlp_end(&r));
 *
 * Errors: TF_E_ENCODING not canonical, or the other kind of item; TF_E_TRUNCATED; TF_E_TRAILING;
 * TF_E_TOO_LARGE an integer wider than asked for. Data are public.
 */
#ifndef TF_CHAIN_RLP_H
#define TF_CHAIN_RLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rw.h"
#include "chain/u256.h"

typedef struct tf_rlp {
	const uint8_t *p;
	size_t left;
	tf_err err;
} tf_rlp;

static inline tf_rlp tf_rlp_init(const uint8_t *buf, size_t len)
{
	return (tf_rlp){ .p = buf, .left = len, .err = TF_OK };
}

/* Is there another item, and is it a list? Both are false after an error. */
bool tf_rlp_has_more(const tf_rlp *r);
bool tf_rlp_is_list(const tf_rlp *r);

/* The next item, a string: a view of its bytes; NULL and *len 0 after an error. */
const uint8_t *tf_rlp_bytes(tf_rlp *r, size_t *len);

/* A string of exactly len bytes into out (zeros after an error); any other length is
 * TF_E_ENCODING. */
void tf_rlp_fixed(tf_rlp *r, uint8_t *out, size_t len);

/* A string that is a canonical integer. */
uint64_t tf_rlp_u64(tf_rlp *r);
tf_u256 tf_rlp_u256(tf_rlp *r);

/* The next item, a list: a reader of its items. If r has failed, the inner reader has, too. */
tf_rlp tf_rlp_list(tf_rlp *r);

/* Hand the verdict of a list's reader to the outer one: its error, or TF_E_TRAILING. */
void tf_rlp_leave(tf_rlp *r, const tf_rlp *list);

/* Record an error found by the caller; the first one stays. */
void tf_rlp_fail(tf_rlp *r, tf_err err);

/* TF_OK only if nothing failed and nothing is left over. */
TF_MUST_USE tf_err tf_rlp_end(const tf_rlp *r);

/* Append an item. */
void tf_rlp_put_bytes(tf_wr *w, const uint8_t *p, size_t len);
void tf_rlp_put_u64(tf_wr *w, uint64_t v);
void tf_rlp_put_u256(tf_wr *w, const tf_u256 *v);

/* Append a list: what is written between the two calls becomes its items. */
TF_MUST_USE size_t tf_rlp_open(const tf_wr *w);
void tf_rlp_close(tf_wr *w, size_t opened);

#endif
