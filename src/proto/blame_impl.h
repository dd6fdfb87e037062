/* Inside of blame: a court, and how each kind of run is set up in it. Not for other files. */
#ifndef TF_PROTO_BLAME_IMPL_H
#define TF_PROTO_BLAME_IMPL_H

#include "proto/audit.h"
#include "proto/blame.h"

/* What either record says; the session id is given where there was no opening. */
typedef struct tf_case {
	tf_rec_evidence m;
	bool given;
	uint8_t sid[32];
} tf_case;

/* What the judge draws, the same for everybody: out of the hash of the whole file. */
typedef struct tf_court_coins {
	uint8_t file[32];
	uint64_t count;
} tf_court_coins;

/* Everything that judging needs beside the machine. */
typedef struct tf_court {
	tf_case file;
	const tf_rec_evidence *m; /* what it says */
	const tf_profile *pr;
	const tf_group *g;
	tf_court_coins coins;
	tf_rng rng;
	tf_signer signer; /* the accuser's public key, and no secret */
	tf_party_env env;
	tf_wire_env wire;
	tf_arena *mem;
	union {
		tf_rounds rounds;
		tf_keygen keygen;
		tf_auxinfo auxinfo;
		tf_presign presign;
		tf_signing signing;
		tf_reshare reshare;
		tf_frost_prepare prepare;
		tf_frost_signing frost;
	} machine;
} tf_court;

/* What a run that this may be evidence of takes, as its machine says. */
tf_run_sizes tf_court_sizes(const tf_rec_evidence *m, const tf_profile *pr);

/* How many items a run of this kind may have. */
uint32_t tf_court_batch_most(tf_stage stage);

/* What the file says, and who sits where; c points into it, and stays where it is. Kind ENCODING:
 * it is no evidence. */
TF_MUST_USE tf_err tf_court_open(tf_court *c, const uint8_t *in, size_t len, tf_arena *mem);

/* The machine, out of the context that the evidence gives. */
TF_MUST_USE tf_err tf_court_set_up(tf_court *c);

#endif
