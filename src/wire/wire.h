/* What the generated codecs stand on.
 *
 * A message is defined in one place, its schema in wire; tools/genwire turns each schema into
 * gen/wire_<schema>.h and .c: a struct per message, its codec, its printer. The encoding has a
 * fixed layout and is canonical: fields in order, big-endian, fixed sizes or a u32 length or count
 * with a maximum; integers have a fixed width that the session's profile gives; decoding consumes
 * everything or fails; there is exactly one encoding of every message. So decode(encode(m)) = m,
 * and encode(decode(b)) = b for every b that is accepted.
 *
 *     tf_msg_presign_r1 m;
 *     TRY(tf_msg_presign_r1_decode(&m, &env, arena, in, len));
 *
 * A decoded message points into the input (tf_blob) and into the arena (lists, strings): both must
 * outlive it. Memory is bounded: a count is compared with its maximum and with what the input can
 * hold before anything is allocated. A failed decode leaves the message zero and the arena as it
 * was. What a codec does not check: integers below their modulus, ranges, membership (zk does).
 *
 * Time depends on lengths alone, except that points are decompressed in variable time (they are
 * public) and that failure is revealed.
 */
#ifndef TF_WIRE_WIRE_H
#define TF_WIRE_WIRE_H

#include "base/arena.h"
#include "base/rw.h"
#include "curve/group.h"
#include "num/profile.h"

/* What fixes symbolic widths and maxima. A message that has none of them, nor points or scalars,
 * may be coded with a NULL environment. */
typedef struct tf_wire_env {
	const tf_profile *pr;
	const tf_group *g;
	uint32_t n;     /* parties of the run: maximum of lists over parties */
	uint32_t batch; /* presignatures made by the run: maximum of lists over them */
} tf_wire_env;

/* Bytes that somebody else owns. */
typedef struct tf_blob {
	const uint8_t *p;
	size_t len;
} tf_blob;

/* Text for logs: "name: value" lines. Fields marked secret in the schema, and long values unless
 * `full`, are never written out. Sticky: what does not fit is cut, and `wr.err` says so. */
typedef struct tf_wire_text {
	tf_wr wr;
	uint32_t depth;
	bool full;
} tf_wire_text;

typedef enum tf_wire_bound { TF_WIRE_LEAST, TF_WIRE_MOST } tf_wire_bound;

/* A generated type: what is generic about it. */
typedef struct tf_wire_type {
	uint16_t type;    /* message number; 0 for a part of others */
	uint16_t version; /* version of its schema */
	const char *name;
	size_t size;      /* of the struct */
	size_t (*length)(const tf_wire_env *env, tf_wire_bound bound); /* bounds of the encoding */
	void (*put)(tf_wr *w, const tf_wire_env *env, const void *m);
	void (*get)(tf_rd *r, void *m, const tf_wire_env *env, tf_arena *mem);
	void (*print)(tf_wire_text *t, const tf_wire_env *env, const void *m);
} tf_wire_type;

/* Encode m; *len receives the length. TF_E_USAGE: a value does not fit its field; TF_E_CAPACITY:
 * cap is too small (tf_wire_length(.., TF_WIRE_MOST) always suffices). */
TF_MUST_USE tf_err tf_wire_encode(const tf_wire_type *type, uint8_t *out, size_t cap, size_t *len,
                                  const tf_wire_env *env, const void *m);

/* Decode all of in[0..len). Errors of kind ENCODING, and TF_E_CAPACITY when the arena is full. */
TF_MUST_USE tf_err tf_wire_decode(const tf_wire_type *type, void *out, const tf_wire_env *env,
                                  tf_arena *mem, const uint8_t *in, size_t len);

/* The same with a header in front: u16 type, u16 version. How a message goes where no envelope
 * says what it is. Decoding refuses another type or version (TF_E_UNSUPPORTED). */
TF_MUST_USE tf_err tf_wire_encode_framed(const tf_wire_type *type, uint8_t *out, size_t cap,
                                         size_t *len, const tf_wire_env *env, const void *m);
TF_MUST_USE tf_err tf_wire_decode_framed(const tf_wire_type *type, void *out,
                                         const tf_wire_env *env, tf_arena *mem, const uint8_t *in,
                                         size_t len);

/* The type in a header; 0 if there is none. */
uint16_t tf_wire_peek(const uint8_t *in, size_t len);

/* The entry with this number in a generated table; NULL if there is none. */
const tf_wire_type *tf_wire_find(const tf_wire_type *const *table, size_t n, uint16_t type);

/* Text of a message into buf (always ends in NUL, cap >= 1); returns the length without it. */
size_t tf_wire_describe(char *buf, size_t cap, const tf_wire_type *type, const tf_wire_env *env,
                        const void *m);

/* ---- called by generated code ---- */

/* Widths in bits; 0 without a profile, which makes every integer refuse. */
static inline uint32_t tf_wire_bits_prime(const tf_wire_env *env)
{
	return env && env->pr ? env->pr->prime_bits : 0;
}
static inline uint32_t tf_wire_bits_N(const tf_wire_env *env)
{
	return 2 * tf_wire_bits_prime(env);
}
static inline uint32_t tf_wire_bits_Nhat(const tf_wire_env *env)
{
	return 2 * tf_wire_bits_prime(env);
}
static inline uint32_t tf_wire_bits_ell(const tf_wire_env *env)
{
	return env && env->pr ? env->pr->ell : 0;
}
static inline uint32_t tf_wire_bits_eps(const tf_wire_env *env)
{
	return env && env->pr ? env->pr->eps : 0;
}
static inline uint32_t tf_wire_bits_ellp(const tf_wire_env *env)
{
	return env && env->pr ? env->pr->ell_prime : 0;
}
static inline uint32_t tf_wire_max_m(const tf_wire_env *env)
{
	return env && env->pr ? env->pr->m : 0;
}
static inline uint32_t tf_wire_max_n(const tf_wire_env *env)
{
	return env ? env->n : 0;
}
static inline uint32_t tf_wire_max_batch(const tf_wire_env *env)
{
	return env ? env->batch : 0;
}
static inline size_t tf_wire_bytes(uint32_t bits)
{
	return (bits + 7) / 8;
}

static inline void tf_wire_put_bytes(tf_wr *w, const uint8_t *x, size_t len)
{
	tf_wr_fixed(w, x, len);
}
void tf_wire_put_nat(tf_wr *w, const tf_bn *x, uint32_t bits);
void tf_wire_put_int(tf_wr *w, const tf_int *x, uint32_t bits);
void tf_wire_put_point(tf_wr *w, const tf_wire_env *env, const tf_pt *x);
void tf_wire_put_scalar(tf_wr *w, const tf_wire_env *env, const tf_sc *x);
void tf_wire_put_blob(tf_wr *w, const tf_blob *x, size_t max);
/* Can text be a string of messages: well-formed UTF-8 (Unicode 15, table 3-7) without control
 * characters? */
bool tf_wire_printable(const char *text, size_t len);

void tf_wire_put_string(tf_wr *w, const char *const *x, size_t max);
void tf_wire_put_count(tf_wr *w, uint32_t n, size_t max);

static inline void tf_wire_get_bytes(tf_rd *r, uint8_t *x, size_t len)
{
	tf_rd_fixed(r, x, len);
}
void tf_wire_get_nat(tf_rd *r, tf_bn *x, uint32_t bits);
void tf_wire_get_int(tf_rd *r, tf_int *x, uint32_t bits);
void tf_wire_get_point(tf_rd *r, const tf_wire_env *env, tf_pt *x);
void tf_wire_get_points(tf_rd *r, const tf_wire_env *env, tf_pt *x, size_t n);
void tf_wire_get_scalar(tf_rd *r, const tf_wire_env *env, tf_sc *x);
void tf_wire_get_blob(tf_rd *r, tf_blob *x, size_t max);
/* NUL-terminated copy in the arena; UTF-8 without control characters. "" after an error. */
void tf_wire_get_string(tf_rd *r, tf_arena *mem, const char **x, size_t max);
/* A count, at most max, of items that take at least `least` bytes each. */
uint32_t tf_wire_get_count(tf_rd *r, size_t max, size_t least);
/* A count, and zeroed memory for so many items of `size` bytes; NULL if none. */
void *tf_wire_get_list(tf_rd *r, tf_arena *mem, uint32_t *n, size_t max, size_t least,
                       size_t size);

void tf_wire_say_open(tf_wire_text *t, const char *name);
void tf_wire_say_close(tf_wire_text *t);
void tf_wire_say_uint(tf_wire_text *t, const char *name, uint64_t x);
void tf_wire_say_bytes(tf_wire_text *t, const char *name, const uint8_t *p, size_t len);
void tf_wire_say_blob(tf_wire_text *t, const char *name, const tf_blob *x);
void tf_wire_say_string(tf_wire_text *t, const char *name, const char *const *x);
void tf_wire_say_nat(tf_wire_text *t, const char *name, const tf_bn *x);
void tf_wire_say_int(tf_wire_text *t, const char *name, const tf_int *x);
void tf_wire_say_point(tf_wire_text *t, const char *name, const tf_wire_env *env, const tf_pt *x);
void tf_wire_say_scalar(tf_wire_text *t, const char *name, const tf_wire_env *env, const tf_sc *x);
void tf_wire_say_secret(tf_wire_text *t, const char *name);

#endif
