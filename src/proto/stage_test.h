/* Keys and moduli for tests of presigning and signing, made without the protocols for them. */
#ifndef TF_STAGE_TEST_H
#define TF_STAGE_TEST_H

#include "proto/cast_test.h"
#include "proto/presign.h"
#include "proto/signing.h"

#define STAGE_PARTIES TF_PARTIES_MAX

typedef struct stage {
	cast c;
	tf_moduli own[STAGE_PARTIES];
	tf_aux aux[STAGE_PARTIES];
	tf_weights weights[STAGE_PARTIES];
	uint8_t cc[32];
	tf_pt Y;
	tf_presign presign[STAGE_PARTIES];
	tf_signing signing[STAGE_PARTIES];
	tf_presig presig[STAGE_PARTIES][4]; /* [party][b] */
	/* [party][of whom]: what presignings are lent, or NULL */
	const tf_party_tables *tables[STAGE_PARTIES][STAGE_PARTIES];
} stage;

/* n parties (2 to 16, 2 to 4 if the profile is not the small one) with fixed primes of the profile
 * and fresh additive shares of a key. */
void stage_init(stage *s, unsigned n, const tf_profile *pr); /* secp256k1 */
void stage_init_on(stage *s, unsigned n, const tf_profile *pr, tf_curve_id curve);
void stage_free(stage *s);

/* Everybody's moduli come back from their records: constant-time builds take them for secret from
 * now on, as the weights are from the beginning. */
void stage_conceal(stage *s);

/* Everybody's presigning is started; c.rewrite is kept. */
void stage_start_presign(stage *s, uint32_t batch, bool confirm);

/* Presign to the end and take everybody's presignatures. */
void stage_presign(stage *s, uint32_t batch, bool confirm);

/* Everybody's signing of digest by presignature b is started. */
void stage_start_sign(stage *s, uint32_t b, const tf_path *path, const uint8_t digest[static 32]);

/* Everybody has the same signature, and it is good under the child key. */
void stage_check_signature(stage *s, const tf_path *path, const uint8_t digest[static 32]);

#endif
