/* Internal to the kernel ifma: jobs that are computed side by side, or one alone. */
#ifndef TF_NUM_IFMA_GROUP_H
#define TF_NUM_IFMA_GROUP_H

#include "num/ifma.h"
#include "num/ifma_ring.h"

/* Jobs of the same shape; lanes beyond `used` repeat the first. */
typedef struct group {
	const tf_lane *lane[TF_LANES];
	size_t used, powers;
	uint32_t bits[TF_POWERS_MAX], longest; /* longest: squarings */
	bool has_rows;                         /* tables of fixed bases */
	uint32_t blocks[TF_POWERS_MAX][TF_LANES]; /* of such a table that an exponent takes */
	vec *exps[TF_POWERS_MAX];                 /* limbs of exponents for such, one a lane */
	unsigned window;
	size_t len; /* vectors of an element */
	ring r;
	vec *r2;    /* R^2 */
	vec *enter; /* what brings a base into Montgomery form: R^2, for squares R^3 */
	vec *tab;   /* [power][2^window][len] */
	vec *acc, *pick;
	size_t row; /* vectors of a number in rows */
	vec *rows;  /* [lanes][row, twice for squares]; of one: [digits] */
} group;

/* A zeroed group for n jobs in so many lanes: shape, memory, moduli. */
TF_MUST_USE tf_err tf_ifma_open(group *g, const tf_lane *lane, size_t n, size_t lanes,
                                tf_arena *mem);

/* out = 1 in all lanes, not in Montgomery form. */
void tf_ifma_one(vec *out, const group *g);

/* out = the bases of power k in Montgomery form; 1 where a lane has no such power. Uses g->pick. */
void tf_ifma_bases(vec *out, const group *g, size_t k);

/* The outputs of the used lanes = g->acc, which leaves Montgomery form. Uses g->pick. */
void tf_ifma_results(group *g);

#endif
