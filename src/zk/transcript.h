/* The transcript: an injective encoding of everything a challenge must depend on, hashed.
 *
 * Every item is tlv(x) = type (1 byte) | length (4 bytes, big-endian) | body, with these types:
 *
 *     I  integer: sign byte 00 or 01, then the minimal big-endian magnitude (zero: empty)
 *     P  point, compressed, 33 bytes (O: 33 zero bytes)
 *     B  bytes            S  string
 *     L  list: count (4 bytes, big-endian), then the items' encodings
 *
 * and X(tag, items) = SHAKE256("HMPC-CGGMP24-v1" | tlv(tag) | tlv(list of the items)). Each body
 * is as long as its header says, so distinct tuples have distinct encodings: no statement can be
 * read as another one (TSSHOCK, CVE-2022-47931). Source: docs/protocol.md, section 2.
 *
 * A tf_tr collects the items in memory that the caller hands in and is sticky: a buffer that is
 * full, or a list that is closed once too often, is reported when a hash or challenge is taken.
 * Transcripts speak of public values. Integers leak their length through time; bytes, strings and
 * points leak theirs only.
 */
#ifndef TF_ZK_TRANSCRIPT_H
#define TF_ZK_TRANSCRIPT_H

#include "base/arena.h"
#include "base/keccak.h"
#include "curve/group.h"
#include "num/int.h"

/* Lists open at a time, the outermost included. */
#define TF_TR_DEPTH 6u

/* Bytes of one item before its body. */
#define TF_TR_HEAD 5u

typedef struct tf_tr {
	uint8_t *buf;
	size_t cap, len;
	tf_err err;     /* the first thing that went wrong */
	uint32_t depth; /* lists open; the outermost is open[0] */
	struct {
		size_t at;      /* where the list's header lies */
		uint32_t count; /* items so far */
	} open[TF_TR_DEPTH];
} tf_tr;

/* Begin. Items added now are items of the outermost list, whose own header is not stored: cap
 * bytes of buf hold the items alone. buf stays the caller's and must outlive t. */
void tf_tr_init(tf_tr *t, uint8_t *buf, size_t cap);

/* Type I: a natural number, a signed integer, a machine word, a scalar as the number below q that
 * it is. The bit length leaks. Minus zero is written as zero. */
void tf_tr_nat(tf_tr *t, const tf_bn *x);
void tf_tr_int(tf_tr *t, const tf_int *x);
void tf_tr_u64(tf_tr *t, uint64_t x);
void tf_tr_sc(tf_tr *t, const tf_sc *x);

/* Type B: len bytes. p may be NULL if len is 0. */
void tf_tr_bytes(tf_tr *t, const void *p, size_t len);

/* Type S: a NUL-terminated string, without its NUL. */
void tf_tr_str(tf_tr *t, const char *s);

/* Type P: a point of g. */
void tf_tr_pt(tf_tr *t, const tf_group *g, const tf_pt *p);

/* One item that is encoded already, len bytes in all (a sealed context). TF_E_USAGE (sticky) unless
 * its header is there and its length agrees with len. */
void tf_tr_raw(tf_tr *t, const uint8_t *tlv, size_t len);

/* Type L: begin a nested list, and end the innermost one. TF_E_USAGE (sticky) below the outermost
 * or above TF_TR_DEPTH. */
void tf_tr_open(tf_tr *t);
void tf_tr_close(tf_tr *t);

/* X(tag, items): out is ready to be squeezed. tag: a short string, the first thing hashed.
 * Errors: the sticky one (TF_E_CAPACITY: buffer full), TF_E_USAGE if a nested list is open. */
TF_MUST_USE tf_err tf_tr_xof(tf_keccak *out, const tf_tr *t, const char *tag);

/* H(tag, items): the first 32 bytes of X. Errors as tf_tr_xof. */
TF_MUST_USE tf_err tf_tr_hash(uint8_t out[static 32], const tf_tr *t, const char *tag);

/* A full challenge e, |e| <= (q-1)/2: as scalar, for equations on the curve, and as the signed
 * integer, for those modulo N. Public. */
typedef struct tf_challenge {
	tf_sc sc;
	tf_int i;
} tf_challenge;

/* e = sg(BE(first 48 bytes of X) mod q), q the order of g. Errors as tf_tr_xof. */
TF_MUST_USE tf_err tf_tr_challenge(tf_challenge *out, const tf_group *g, const tf_tr *t,
                                   const char *tag);

/* n <= 128 challenge bits from the first ceil(n/8) bytes of X: bit i is bit i mod 8 of byte i/8.
 * out receives n bytes that are 0 or 1. Only for proofs that docs/protocol.md gives bits: in a
 * group with elements of small order a large challenge proves less (row 5 of its section 11).
 * Errors as tf_tr_xof, and TF_E_USAGE for n above 128. */
TF_MUST_USE tf_err tf_tr_bits(uint8_t *out, uint32_t n, const tf_tr *t, const char *tag);

/* A context: one encoded list that a proof's challenge starts with (session, prover, verifier,
 * round, purpose), so that a proof is worth nothing anywhere else. Build it with a tf_tr, seal it,
 * and hand it to as many proofs as it is true for. */
#define TF_CTX_MAX 1024u
typedef struct tf_ctx {
	uint16_t len;
	uint8_t b[TF_CTX_MAX];
} tf_ctx;

/* out = tlv(list of the items of t). Errors: the sticky one, TF_E_USAGE if a nested list is open,
 * TF_E_CAPACITY if the list is longer than TF_CTX_MAX. */
TF_MUST_USE tf_err tf_ctx_seal(tf_ctx *out, const tf_tr *t);

#endif
