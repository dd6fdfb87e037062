/* The ECDSA machines behind one interface, for tests that play every one of them.
 *
 *     c = machine_presign.set();                a cast with memory; may be changed
 *     machine_call k = { .i = i };
 *     machine_presign.start(&k); k.err          for every party; sets c->run[i]
 *     cast_run(c); cast_free(c);
 */
#ifndef TF_MACHINES_TEST_H
#define TF_MACHINES_TEST_H

#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/recast_test.h"
#include "proto/stage_test.h"

typedef struct machine_call {
	unsigned i;
	const uint8_t *bytes;
	size_t len;
	tf_fault *fault;
	tf_err err;
} machine_call;

typedef struct machine {
	const char *name;
	cast *(*set)(void);
	void (*start)(void *call);
	void (*wipe)(unsigned i);
} machine;

/* Small profile, secp256k1; three parties, four to reshare; presigning makes two. */
extern const machine machine_keygen, machine_auxinfo, machine_presign, machine_signing,
                     machine_reshare, machine_refresh;

/* What they run on. */
extern stage machine_stage;
extern recast machine_recast;
extern tf_keygen machine_keygens[3];
extern tf_auxinfo machine_auxinfos[3];
extern const tf_path machine_path;
extern const uint8_t machine_digest[32];

#endif
