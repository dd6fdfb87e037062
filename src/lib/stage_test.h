/* Several devices that know nothing but the public headers, their disks, and the mail between them.
 *
 *     stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
 *     for each device i: begin a machine in s.m[i], with stage_lend(&s, i, room) and &s.clique[i]
 *     stage_run(&s);
 *
 * Devices are counted from 0, parties from 1.
 */
#ifndef TF_LIB_STAGE_TEST_H
#define TF_LIB_STAGE_TEST_H

#include "harness/harness.h"
#include "harness/tape.h"
#include "trefoil/trefoil.h"

#define STAGE_SMALL ((tf_level)0xf0) /* of test builds: 1280 bits, a toy */
#define STAGE_DEVICES 4u

typedef struct stage_record {
	uint16_t type;
	size_t key_len, len;
	uint8_t key[80];
	uint8_t bytes[0x8000];
} stage_record;

typedef struct stage_mail {
	unsigned from, to; /* from 0 */
	size_t len;
	uint8_t *bytes;
} stage_mail;

typedef struct stage stage;
struct stage {
	unsigned devices;
	unsigned n;                   /* parties of the present clique */
	unsigned now[STAGE_DEVICES];  /* which devices: [party index - 1] */
	tf_algorithm alg;
	char name[STAGE_DEVICES][20];
	uint8_t seed[STAGE_DEVICES][32];
	tf_tape tape[STAGE_DEVICES];
	tf_rng rng[STAGE_DEVICES];
	tf_participant party[STAGE_DEVICES]; /* [party index - 1] */
	uint8_t identity[STAGE_DEVICES][32];
	tf_clique clique[STAGE_DEVICES]; /* as each device sees it */
	tf_memo *memo[STAGE_DEVICES];    /* NULL: it has none */
	tf_machine *m[STAGE_DEVICES];
	tf_memory mem[STAGE_DEVICES];
	stage_record disk[STAGE_DEVICES][16];
	unsigned records[STAGE_DEVICES];
	uint8_t burnt[STAGE_DEVICES][32];
	uint32_t retired[STAGE_DEVICES]; /* epoch */
	unsigned done[STAGE_DEVICES];
	tf_err err[STAGE_DEVICES];
	tf_verdict verdict[STAGE_DEVICES];
	unsigned judged[STAGE_DEVICES]; /* proofs of alerts, each in a call of its own */
	stage_mail mail[1024];
	size_t posted, delivered;
	uint8_t sessions;
	bool deaf[STAGE_DEVICES];
	size_t deaf_after[STAGE_DEVICES]; /* messages; 0: never */
	void (*meddle)(stage *s, stage_mail *mail);
	uint8_t moduli[STAGE_DEVICES][0x2000];
	size_t moduli_len[STAGE_DEVICES];
	tf_presignature presig[STAGE_DEVICES][4];
	const tf_tables *tables[STAGE_DEVICES][STAGE_DEVICES]; /* [device][of whom]; NULL: none */
};

/* n devices with seats 1..n, all in the clique. */
void stage_init(stage *s, unsigned n, tf_algorithm alg);

/* From now on these n devices meet, in this order. */
void stage_meet(stage *s, unsigned n, const unsigned *devices);
void stage_free(stage *s);

/* Scratch for one call. */
tf_memory stage_scratch(void);

/* Memory for device i's next machine; the first party's begins a new session for all. */
tf_memory stage_lend(stage *s, unsigned i, size_t room);

/* Work off device i's effects. */
void stage_collect(stage *s, unsigned i);

/* Deliver until no mail is left. */
void stage_run(stage *s);

/* Everybody is done, and nothing has gone wrong. */
void stage_check_done(const stage *s);

/* A record on device i's disk: the newest of this type whose key begins with these bytes (NULL:
 * any); none: len 0. */
tf_bytes stage_record_find(const stage *s, unsigned i, uint16_t type, const void *key, size_t len);

/* All devices of the stage. */
tf_roster stage_roster(stage *s);

/* ---- whole steps, to their end ---- */

void stage_keygen(stage *s, uint16_t t);
void stage_introduce(stage *s);
void stage_presign(stage *s, uint32_t batch, bool confirm);

/* Does presigning begin on device i? */
tf_err stage_try_presign(stage *s, unsigned i);

/* Begin presigning, without running it. */
void stage_begin_presign(stage *s, uint32_t batch, bool confirm);

/* Begin signing digest by presignature b. */
void stage_begin_sign(stage *s, unsigned b, const char *path, const uint8_t digest[static 32]);

/* The newest key record of device i, and what it says. */
tf_bytes stage_key(const stage *s, unsigned i);
tf_key_facts stage_facts(const stage *s, unsigned i);

#endif
