/* The cast of a test: parties with identities, memory and randomness, and the mail between them.
 *
 *     cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
 *     for each i: start machine i with c.env[i], c.mem[i], &c.out[i]; c.run[i] = &machine.r;
 *     cast_run(&c);
 *
 * Mail is delivered in the order in which it was posted, unless c.shuffle is set. What a step
 * returned first besides TF_OK, or better the first verdict, is in c.err[i] and c.fault[i].
 * c.rewrite may change a message when it is posted.
 */
#ifndef TF_CAST_TEST_H
#define TF_CAST_TEST_H

#include "harness/harness.h"
#include "harness/tape.h"
#include "proto/rounds.h"

typedef struct cast_mail {
	unsigned from, to;
	size_t len;
	uint8_t *bytes; /* malloc'ed */
} cast_mail;

typedef struct cast_record {
	unsigned by;
	uint16_t type;
	size_t key_len, len;
	uint8_t key[80];
	uint8_t *bytes;  /* malloc'ed; len 0: the record was erased */
	size_t sent;     /* mails posted before it */
} cast_record;

typedef struct cast cast;
struct cast {
	unsigned n;
	const tf_group *g;
	tf_party_env env[TF_PARTIES_MAX];
	tf_signer signer[TF_PARTIES_MAX];
	tf_tape tape[TF_PARTIES_MAX];
	tf_rng rng[TF_PARTIES_MAX];
	tf_arena mem[TF_PARTIES_MAX], out_mem[TF_PARTIES_MAX];
	tf_outbox out[TF_PARTIES_MAX];
	tf_rounds *run[TF_PARTIES_MAX];
	tf_err err[TF_PARTIES_MAX];
	tf_fault fault[TF_PARTIES_MAX];
	unsigned done[TF_PARTIES_MAX];
	bool silent[TF_PARTIES_MAX]; /* takes no more mail */
	cast_mail mail[4096];
	size_t posted, delivered;
	cast_mail loose[16]; /* copies, not to be delivered by themselves */
	size_t copies;
	cast_record record[128];
	size_t records;
	uint8_t burnt[16][32];
	size_t burns;
	struct {
		unsigned by;
		uint32_t epoch;
		uint8_t sharing[32];
	} retired[64];
	size_t retires;
	size_t longest;   /* mail */
	uint64_t shuffle; /* seed; 0: in order */
	/* called when mail is posted; may replace its bytes; false: drop it */
	bool (*rewrite)(cast *c, cast_mail *mail);
	bool two_faced;
	/* instead of tf_rounds_step */
	tf_err (*step)(cast *c, unsigned i, const uint8_t *bytes, size_t len, tf_fault *fault);
};

/* n parties, share indices 1..n, devices "device-1".. ; sid from the harness's seed. */
void cast_init(cast *c, unsigned n, const tf_profile *pr, tf_curve_id curve);

/* Memory for everybody of what a run says it needs. */
void cast_rooms(cast *c, tf_run_sizes sizes);
void cast_free(cast *c);

/* Take what party i (0-based) wants done. */
void cast_collect(cast *c, unsigned i);

/* Post bytes to party `to` (1-based) as if from `from`. */
void cast_post(cast *c, unsigned from, unsigned to, const uint8_t *bytes, size_t len);

/* A copy of a mail, to change and to hand to somebody; the cast frees it. */
cast_mail *cast_copy(cast *c, const cast_mail *m);

/* Deliver until no mail is left. */
void cast_run(cast *c);

/* Deliver one mail to party i (0-based) and say what its step returned. */
TF_MUST_USE tf_err cast_step(cast *c, unsigned i, const uint8_t *bytes, size_t len);

/* The payload of mail decoded as `type`, changed by fn, encoded and signed again by its sender,
 * replacing the mail. Unless c.two_faced, a broadcast's sender takes the new one for its own, so
 * that its echoes are those of somebody who lies to everybody alike. */
void cast_rewrite(cast *c, cast_mail *mail, const tf_wire_type *type,
                  void (*fn)(const cast *c, void *m, void *ctx), void *ctx);

/* Sign e (payload, round, to, type, echo filled in) as party `from` and make mail of it. */
void cast_forge(cast *c, cast_mail *mail, tf_envelope *e, unsigned from);

/* Is this the mail of this type? e (may be NULL) receives the envelope. */
bool cast_is(const cast_mail *mail, uint16_t type, tf_envelope *e);

/* Everybody but `cheat` (1-based) has failed with this check, naming it. */
void cast_check_blame(const cast *c, unsigned cheat, tf_check check);

/* Everybody is DONE without an error. */
void cast_check_done(const cast *c);

/* Is the hash in the fault that of these messages? */
void cast_check_evidence(const tf_fault *f, const tf_blob *ev, size_t n);

#endif
