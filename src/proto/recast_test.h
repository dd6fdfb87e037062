/* A cast that reshares: the source sharing is dealt by the test, the rest is the machine's.
 *
 *     recast_init(&x, parties, curve); recast_deal(&x, n, t, form);
 *     x.args.kind = ..; x.args.role[..] = ..;
 *     recast_start_all(&x); cast_run(&x.c); recast_check(&x);
 */
#ifndef TF_RECAST_TEST_H
#define TF_RECAST_TEST_H

#include "proto/cast_test.h"
#include "proto/reshare.h"

typedef struct recast {
	cast c;
	tf_key source[TF_PARTIES_MAX]; /* by seat, seats have indices 1.. */
	tf_reshare_args args;          /* env and share are filled in for each */
	tf_reshare run[TF_PARTIES_MAX];
} recast;

void recast_init(recast *x, unsigned parties, tf_curve_id curve);
void recast_free(recast *x);

/* A sharing of a random key, epoch 4, of n seats; seat i belongs to device i. */
void recast_deal(recast *x, unsigned n, unsigned t, tf_share_form form);

/* Everybody of the run deals and receives in the seat of its number. */
void recast_plan_refresh(recast *x);

/* The usual: 2 of 3 seats (1 and 2) deal; party 2 stays in its seat, party 3 takes seat 1, party 4
 * seat 3; additive shares. Four parties. */
void recast_plan_reshare(recast *x);

/* args for party i (0-based), and its start. */
tf_reshare_args recast_args(const recast *x, unsigned i);
TF_MUST_USE tf_err recast_start(recast *x, unsigned i);
void recast_start_all(recast *x);

/* Is k a share of its sharing, and its sharing sound? */
void recast_check_key(const recast *x, const tf_key *k);

/* Everybody is done and has what it must have. */
void recast_check(recast *x);

/* The roster: 32 bytes of the device's identity; ctx is the recast. */
const uint8_t *recast_find(void *ctx, const char *device);

tf_arena *recast_scratch(void);

#endif
