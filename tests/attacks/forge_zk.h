/* Pi_enc-elg and Pi_aff-g of statements that are not true, as well as they can be proved
 * (docs/protocol.md 11, rows 11, 13, 19): by a prover of its own, with its own transcript, that
 * takes any witness and tries until the challenge suits it. Every equation that can hold does, and
 * a true statement has a true proof. Small profile only.
 */
#ifndef TF_FORGE_ZK_H
#define TF_FORGE_ZK_H

#include "zk/affg.h"
#include "zk/encelg.h"

/* C encrypts x, and (B, X) commits to it. */
typedef struct forged_encelg {
	const tf_group *g;
	const tf_rng *rng;
	const tf_paillier_pk *pk;
	const tf_pt *A;
	tf_sc_sec b;      /* B = bG */
	tf_int x;
	bool third;       /* x / 3, modulo N and modulo q: no small number */
	uint32_t z1_bits; /* bits that the response is to have; 0: as they come */
	tf_bn C;
	tf_pt X;
	tf_bn rho;
} forged_encelg;

/* C, X and rho from all others. */
void forge_encelg_statement(forged_encelg *f);

/* The proof for a verifier; trapdoor: what it has told us of its parameters, or NULL. */
void forge_encelg(tf_zk_encelg_proof *out, const forged_encelg *f, const tf_ctx *ctx,
                  const tf_rp *rp, const tf_rp_sec *trapdoor);

/* D = x (.) C (+) enc0(y), Y = enc1(y). */
typedef struct forged_affg {
	const tf_group *g;
	const tf_rng *rng;
	tf_zk_affg_st st; /* but for D and Y; X is as it has to be, whatever x is */
	tf_int x, y;
	bool half;        /* y / 2, modulo N0 and modulo N1: no small number, if y is odd */
	uint32_t more;    /* the plaintext of D has so much more, and this is what is proved */
	uint32_t z1_bits, z2_bits;
	const tf_rp_sec *trapdoor;
	tf_bn D, Y, rho, rhoy;
} forged_affg;

/* D, Y, rho and rhoy, and the proof. */
void forge_affg(tf_zk_affg_proof *out, forged_affg *f);

/* x += 3 2^k q: the same number on the curve. */
void forge_far(tf_int *x, const tf_group *g, uint32_t k);

#endif
