/* Tests of the proofs: a prover, a verifier and a statement for each proof, made from fixed primes
 * and a seeded tape.
 *
 * One kit at a time and per process (its memory is static). The prover owns N, the verifier N0 and
 * (Nhat, s, t); `own` says whether the verifier uses its factors or sees its own parameters as a
 * third party would. In ct builds everything secret of both is classified.
 */
#ifndef TF_ZK_KIT_TEST_H
#define TF_ZK_KIT_TEST_H

#include "harness/harness.h"
#include "harness/tape.h"
#include "zk/affg.h"
#include "zk/affgstar.h"
#include "zk/dec.h"
#include "zk/elog.h"
#include "zk/encelg.h"
#include "zk/fac.h"
#include "zk/mod.h"
#include "zk/prm.h"
#include "zk/sch.h"

typedef struct zk_kit {
	const tf_profile *pr;
	tf_arena arena;
	tf_tape tape;
	tf_rng rng;
	const tf_group *g;
	tf_zk_env env;
	tf_ctx ctx, other_ctx;

	tf_paillier_sk sk, verifier_sk;
	tf_rp_sec rp_sec;
	tf_paillier_pk pk, verifier_pk; /* as others see them */
	tf_rp rp;

	tf_paillier_pk other_pk; /* of an N above all others */
	tf_rp other_rp;          /* of that N, with rp's s and t */
	tf_bn nhat_factor, n_factor, n0_factor; /* a prime of each */
} zk_kit;

/* Everything a proof speaks of. Each proof uses its part. */
typedef struct zk_case {
	zk_kit *k;
	bool own;
	const tf_ctx *ctx;
	const tf_rp *rp;
	const tf_paillier_pk *pk, *verifier_pk;

	tf_bn C, D, Yc;
	tf_pt A, B, X, L, M, Y, h;
	uint32_t n;

	tf_int x, y;
	tf_bn rho, rhoy;
	tf_sc_sec a, b, xs, ys;

	union {
		tf_zk_sch_proof sch;
		tf_zk_elog_proof elog;
		tf_zk_encelg_proof encelg;
		tf_zk_affg_proof affg;
		tf_zk_prm_proof prm;
		tf_zk_mod_proof mod;
		tf_zk_fac_proof fac;
		tf_zk_dec_proof dec;
		tf_zk_affgstar_proof affgstar;
	} p;
	uint8_t challenge[32]; /* a digest of the last verification's challenge, if it shows one */
} zk_case;

/* A kit for a profile (small, p128), seeded by TREFOIL_SEED and seed, on secp256k1 or another
 * curve. */
zk_kit *zk_kit_new(const tf_profile *pr, unsigned seed);
zk_kit *zk_kit_new_on(const tf_profile *pr, unsigned seed, tf_curve_id curve);

/* The same without keys, for statements from files: env, g and rng only. */
zk_kit *zk_kit_bare(const tf_profile *pr);

/* In ct builds: mark the factors of all moduli, and lambda, as secret. */
void zk_kit_classify(zk_kit *k);

/* Mark a number as public. */
void zk_publish(const tf_bn *a);

/* A case over the kit: the verifier's own objects, or those that others see. Static memory. */
zk_case *zk_case_new(zk_kit *k, bool own);

/* A batch in the kit's arena; give back with tf_arena_release(&k->arena, mark). */
tf_batch *zk_batch(zk_kit *k, size_t jobs);

typedef struct zk_field zk_field; /* fields_test.h */

/* One of the nine. make fills statement and witness, prove the proof; verify checks `proof` under
 * the case's statement. */
typedef struct zk_proof {
	const char *name; /* as in docs/protocol.md: "enc-elg" */
	size_t size;
	void (*make)(zk_case *c);
	tf_err (*prove)(zk_case *c);
	tf_err (*verify)(zk_case *c, const void *proof, tf_fault *fault);
	const zk_field *statement;
	const zk_field *fields;
} zk_proof;

extern const zk_proof zk_sch, zk_elog, zk_encelg, zk_affg, zk_prm, zk_mod, zk_fac, zk_dec,
	zk_affgstar;
extern const zk_proof *const zk_proofs[9];

/* Make, prove, verify; everything must succeed. */
void zk_honest(const zk_proof *z, zk_case *c);

/* The case's proof must be refused by exactly this check; what names the attempt. */
void zk_refused(const zk_proof *z, zk_case *c, tf_check check, const char *what);

/* The same, and the challenge must not be the one that honest is the digest of. */
void zk_refused_anew(const zk_proof *z, zk_case *c, const uint8_t honest[static 32],
                     tf_check check, const char *what);

#endif
