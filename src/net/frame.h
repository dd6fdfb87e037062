/* Frames on a stream: u32 length (big-endian), then that many bytes.
 *
 * Sans-IO and incremental: feed it whatever arrived, take out whole frames. The first error is
 * final; the stream cannot be trusted any more. A frame is at least one byte and at most max;
 * memory grows with the bytes that really arrived, not with the length that was announced.
 */
#ifndef TF_NET_FRAME_H
#define TF_NET_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TF_FRAME_HEAD 4

typedef struct tf_framer {
	uint8_t *buf;   /* owned */
	size_t cap;
	size_t max;     /* longest body in bytes */
	size_t have;    /* bytes of head and body collected so far */
	uint8_t head[TF_FRAME_HEAD];
	tf_err err;
} tf_framer;

/* max: longest body, 1..2^31. Owns no memory until bytes arrive. */
void tf_framer_init(tf_framer *f, size_t max);

/* Wipes and frees; init again before the next use. */
void tf_framer_wipe(tf_framer *f);

/* Takes bytes from *p, moving *p and *len, until a frame is whole or nothing is left. A whole frame
 * is returned in *body (valid until the next call) with *body_len > 0; otherwise *body is NULL.
 *
 *     while (len > 0) {
 *             TRY(tf_framer_feed(&f, &p, &len, &body, &body_len));
 *             if (body) ...
 *     }
 *
 * TF_E_TOO_LARGE, TF_E_ENCODING (empty frame), TF_E_RESOURCE; all sticky. */
TF_MUST_USE tf_err tf_framer_feed(tf_framer *f, const uint8_t **p, size_t *len,
                                  const uint8_t **body, size_t *body_len);

/* TF_E_TRUNCATED if the stream ends inside a frame: call it when the connection closed. */
TF_MUST_USE tf_err tf_framer_end(const tf_framer *f);

/* The head of a frame of len bytes; TF_E_USAGE if len is 0 or above max. */
TF_MUST_USE tf_err tf_frame_head(uint8_t out[static TF_FRAME_HEAD], size_t len, size_t max);

#endif
