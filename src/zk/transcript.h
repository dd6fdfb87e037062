/* The transcript: an injective encoding (TLV) of everything a challenge must depend on, hashed by
 * SHAKE256 (docs/protocol.md, section 2).
 *
 * A transcript collects a list of items, nested lists included, in memory that the caller hands
 * in, and is sticky: a full buffer is reported once, when a challenge is taken. Injectivity is what
 * stops one statement from being read as another (TSSHOCK, CVE-2022-47931).
 */
#ifndef TF_ZK_TRANSCRIPT_H
#define TF_ZK_TRANSCRIPT_H

#include "base/arena.h"
#include "base/keccak.h"
#include "curve/group.h"
#include "num/int.h"

#define TF_TR_DEPTH 6u

typedef struct tf_tr {
	uint8_t *buf;
	size_t cap, len;
	tf_err err;
	uint32_t depth;
	struct {
		size_t at;      /* where the list's header lies */
		uint32_t count; /* items so far */
	} open[TF_TR_DEPTH];
} tf_tr;

/* A list under construction in buf. Items added now are items of the outermost list. */
void tf_tr_init(tf_tr *t, uint8_t *buf, size_t cap);

void tf_tr_nat(tf_tr *t, const tf_bn *x);
void tf_tr_int(tf_tr *t, const tf_int *x);
void tf_tr_u64(tf_tr *t, uint64_t x);
void tf_tr_bytes(tf_tr *t, const void *p, size_t len);
void tf_tr_str(tf_tr *t, const char *s);
void tf_tr_pt(tf_tr *t, const tf_group *g, const tf_pt *p);
void tf_tr_sc(tf_tr *t, const tf_sc *x); /* as a natural number */
/* One item that is encoded already (a context). */
void tf_tr_raw(tf_tr *t, const uint8_t *tlv, size_t len);
void tf_tr_open(tf_tr *t);  /* begin a nested list */
void tf_tr_close(tf_tr *t);

/* X(tag, items): the hash state from which output is squeezed. */
TF_MUST_USE tf_err tf_tr_xof(tf_keccak *out, const tf_tr *t, const char *tag);

/* H(tag, items): 32 bytes. */
TF_MUST_USE tf_err tf_tr_hash(uint8_t out[static 32], const tf_tr *t, const char *tag);

/* Full challenge e = sg(BE(48 bytes) mod q), as scalar and as signed integer; public. */
typedef struct tf_challenge {
	tf_sc sc;
	tf_int i;
} tf_challenge;
TF_MUST_USE tf_err tf_tr_challenge(tf_challenge *out, const tf_group *g, const tf_tr *t,
                                   const char *tag);

/* n <= 128 challenge bits, one per byte of out. */
TF_MUST_USE tf_err tf_tr_bits(uint8_t *out, uint32_t n, const tf_tr *t, const char *tag);

/* A context: one encoded item that a proof's challenge starts with (session, prover, verifier,
 * round, purpose). Build it as a list with a tf_tr and seal it. */
#define TF_CTX_MAX 1024u
typedef struct tf_ctx {
	uint16_t len;
	uint8_t b[TF_CTX_MAX];
} tf_ctx;

/* The items of t become one list item. */
TF_MUST_USE tf_err tf_ctx_seal(tf_ctx *out, const tf_tr *t);

#endif
