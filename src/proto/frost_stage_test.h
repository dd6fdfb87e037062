/* Keys of key generation, presignatures and signatures for tests of FROST's machines. */
#ifndef TF_FROST_STAGE_TEST_H
#define TF_FROST_STAGE_TEST_H

#include "proto/cast_test.h"
#include "proto/frost_signing.h"
#include "proto/keygen.h"

#define FROST_B 3u /* presignatures of a run, at most */

typedef struct frost_stage {
	cast c;
	tf_frost_suite suite;
	tf_key key[TF_PARTIES_MAX];     /* of everybody */
	tf_key mine[TF_PARTIES_MAX];    /* of the signers */
	tf_weights weights[TF_PARTIES_MAX];
	tf_frost_prepare prepare[TF_PARTIES_MAX];
	tf_frost_signing signing[TF_PARTIES_MAX];
	tf_frost_presig presig[TF_PARTIES_MAX][FROST_B];
} frost_stage;

/* What is signed. */
typedef struct frost_job {
	tf_path path;
	tf_frost_output output;
	uint8_t root[32];
	const void *msg;
	size_t len;
} frost_job;

tf_curve_id frost_curve(tf_frost_suite suite);

/* t of n keys by key generation. */
void frost_keys(frost_stage *s, tf_frost_suite suite, unsigned n, unsigned t);

/* The cast becomes these m holders (places in 0..n-1), with their weights. */
void frost_clique(frost_stage *s, const unsigned *who, unsigned m);

/* Keys for n of n, everybody in the clique. */
void frost_init(frost_stage *s, tf_frost_suite suite, unsigned n);
void frost_free(frost_stage *s);

/* Everybody's preparation is started; c.rewrite is kept. */
void frost_start_prepare(frost_stage *s, uint32_t batch, bool confirm);

/* Prepare to the end and take everybody's presignatures. */
void frost_prepare(frost_stage *s, uint32_t batch, bool confirm);

/* Party i (0-based) alone, or everybody, begins to sign by presignature b in a new session. */
TF_MUST_USE tf_err frost_start_one(frost_stage *s, unsigned i, uint32_t b, const frost_job *job);
void frost_start_sign(frost_stage *s, uint32_t b, const frost_job *job);

/* Everybody has the same signature, and another library accepts it under the key that the job
 * asks for, which is derived once more here. */
void frost_check_signature(frost_stage *s, const frost_job *job);

#endif
