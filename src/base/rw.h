/* Reader and writer: a parser is a list of fields, and one verdict at the end.
 *
 * Both are sticky: after the first error every further call is harmless and yields zeros; the
 * error is read once, by tf_rd_end or tf_wr_end. All integers are big-endian. A reader never
 * reads past its buffer, a writer never past its capacity.
 */
#ifndef TF_BASE_RW_H
#define TF_BASE_RW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct tf_rd {
	const uint8_t *p;
	size_t left;
	tf_err err;
} tf_rd;

typedef struct tf_wr {
	uint8_t *buf;
	size_t cap;
	size_t len;
	tf_err err;
} tf_wr;

static inline tf_rd tf_rd_init(const void *buf, size_t len)
{
	return (tf_rd){ .p = buf, .left = len, .err = TF_OK };
}

/* The next 1, 2, 4 or 8 bytes as an unsigned integer, big-endian; 0 after an error. */
uint8_t tf_rd_u8(tf_rd *r);
uint16_t tf_rd_u16(tf_rd *r);
uint32_t tf_rd_u32(tf_rd *r);
uint64_t tf_rd_u64(tf_rd *r);

/* Exactly len bytes into out (zeros after an error). */
void tf_rd_fixed(tf_rd *r, void *out, size_t len);

/* A view of exactly len bytes; NULL after an error. */
const uint8_t *tf_rd_view(tf_rd *r, size_t len);

/* u32 length, then that many bytes: a view; *len is 0 after an error. Longer than max is
 * TF_E_TOO_LARGE. */
const uint8_t *tf_rd_blob(tf_rd *r, size_t max, size_t *len);

/* Record an error found by the caller in the middle of parsing; the first one stays. */
void tf_rd_fail(tf_rd *r, tf_err err);

/* The verdict: TF_OK only if nothing failed and nothing is left over (TF_E_TRAILING). */
TF_MUST_USE tf_err tf_rd_end(const tf_rd *r);

static inline tf_wr tf_wr_init(void *buf, size_t cap)
{
	return (tf_wr){ .buf = buf, .cap = cap, .len = 0, .err = TF_OK };
}

/* Append 1, 2, 4 or 8 bytes, big-endian. */
void tf_wr_u8(tf_wr *w, uint8_t v);
void tf_wr_u16(tf_wr *w, uint16_t v);
void tf_wr_u32(tf_wr *w, uint32_t v);
void tf_wr_u64(tf_wr *w, uint64_t v);

/* Append len bytes as they are; p may be NULL if len is 0. */
void tf_wr_fixed(tf_wr *w, const void *p, size_t len);

/* u32 length, then the bytes. */
void tf_wr_blob(tf_wr *w, const void *p, size_t len);

/* Room for len bytes to be filled by the caller; NULL when full. */
uint8_t *tf_wr_room(tf_wr *w, size_t len);

/* Record an error found by the caller in the middle of writing; the first one stays. */
void tf_wr_fail(tf_wr *w, tf_err err);

/* The verdict; *len receives the bytes written (untouched on error). len may be NULL. */
TF_MUST_USE tf_err tf_wr_end(const tf_wr *w, size_t *len);

#endif
