/* t of n: keys of every threshold, and signatures by some of their holders, before and after the
 * shares were renewed or dealt anew. */
#include <stdlib.h>
#include <string.h>

#include "proto/keygen.h"
#include "proto/recast_test.h"
#include "proto/stage_test.h"

static const tf_path path = { .index = { 44, 1, 7, 0, 0 }, .len = 5 };
static const uint8_t digest[32] = { 0x06, 5, 0x10, 1 }; /* STARK's, too */

static stage s;
static recast x;
static tf_keygen kg[TF_PARTIES_MAX];
static tf_key key[TF_PARTIES_MAX];

static void generate(unsigned n, unsigned t)
{
	recast_init(&x, n, TF_CURVE_SECP256K1);
	cast_rooms(&x.c, tf_keygen_sizes(&tf_profile_small, (uint16_t)n));
	for (unsigned i = 0; i < n; i++) {
		tf_keygen_args args = { .env = &x.c.env[i], .t = (uint16_t)t,
		                        .workspace = "test", .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &x.c.mem[i], &x.c.out[i]));
		x.c.run[i] = &kg[i].r;
	}
	cast_run(&x.c);
	cast_check_done(&x.c);
	for (unsigned i = 0; i < n; i++)
		key[i] = *tf_keygen_key(&kg[i]);
}

/* What the machines say they need is enough for so many. */
static void check_sizes(tf_run_sizes sizes)
{
	for (unsigned i = 0; i < s.c.n; i++)
		CHECK(s.c.mem[i].peak < sizes.mem && s.c.out_mem[i].peak < sizes.out);
	CHECK(s.c.longest > 0 && s.c.longest <= sizes.message);
}

/* These holders sign; who[] counts from 0, ascending by share index. */
static void sign(const unsigned *who, unsigned n)
{
	stage_init_on(&s, n, &tf_profile_small, tf_group_id(x.c.g));
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < n; j++)
			s.c.env[i].party[j].share_index = key[who[j]].index;
	for (unsigned i = 0; i < n; i++)
		CHECK_OK(tf_key_weigh(&s.weights[i], &key[who[i]], &s.c.env[i]));
	s.Y = key[0].sharing.Y;
	memcpy(s.cc, key[0].sharing.cc, sizeof(s.cc));
	stage_presign(&s, 1, true);
	check_sizes(tf_presign_sizes(&tf_profile_small, (uint16_t)n, 1));
	stage_start_sign(&s, 0, &path, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &path, digest);
	check_sizes(tf_signing_sizes(&tf_profile_small, (uint16_t)n));
	stage_free(&s);
}

/* Fewer than t, or a stranger's seat among them, sign nothing. */
static void cannot(const unsigned *who, unsigned n)
{
	tf_weights w;

	stage_init(&s, n, &tf_profile_small);
	for (unsigned j = 0; j < n; j++)
		s.c.env[0].party[j].share_index = key[who[j]].index;
	CHECK_ERR(tf_key_weigh(&w, &key[who[0]], &s.c.env[0]), TF_E_USAGE);
	s.c.env[0].party[1].share_index = 77;
	CHECK_ERR(tf_key_weigh(&w, &key[who[0]], &s.c.env[0]), TF_E_USAGE);
	stage_free(&s);
}

TEST_SLOW(every_three_of_five_sign, 600)
{
	static const unsigned sets[4][3] = { { 0, 1, 2 }, { 2, 3, 4 }, { 0, 2, 4 }, { 1, 3, 4 } };

	generate(5, 3);
	for (unsigned k = 0; k < TF_ARRAY_LEN(sets); k++)
		sign(sets[k], 3);
	cannot(sets[0], 2);
	recast_free(&x);
}

TEST_SLOW(nine_of_sixteen_sign, 600)
{
	static const unsigned some[9] = { 0, 2, 3, 5, 8, 9, 12, 13, 15 };

	generate(16, 9);
	sign(some, 9);
	cannot(some, 8);
	recast_free(&x);
}

TEST_SLOW(sixteen_of_sixteen_sign, 600)
{
	unsigned all[16];

	for (unsigned i = 0; i < 16; i++)
		all[i] = i;
	generate(16, 16);
	sign(all, 16);
	cannot(all, 15);
	recast_free(&x);
}

/* Secrets of any t of the n make the key, and those of t - 1 do not. */
static void interpolate(unsigned n, unsigned t, unsigned first)
{
	uint16_t set[TF_PARTIES_MAX];
	tf_sc_sec sum = { { { 0 } } };
	unsigned step = n % 3 ? 3 : n % 2 ? 2 : 5; /* coprime to n, up to 16 */
	tf_pt Y;

	for (unsigned i = 0; i < t; i++)
		set[i] = key[(first + step * i) % n].index;
	for (unsigned drop = 0; drop < 2; drop++) {
		memset(&sum, 0, sizeof(sum));
		for (unsigned i = drop; i < t; i++) {
			tf_sc l;

			CHECK_OK(tf_lagrange(&l, x.c.g, set[i], set + drop, t - drop));
			tf_sc_mul(x.c.g, &l, &l, &key[(first + step * i) % n].x.s);
			tf_sc_add(x.c.g, &sum.s, &sum.s, &l);
		}
		CHECK_OK(tf_pt_mul_base(x.c.g, &Y, &sum));
		CHECK(tf_pt_eq(x.c.g, &Y, &key[0].sharing.Y) == (drop == 0));
	}
}

static void key_of(unsigned n, unsigned t)
{
	generate(n, t);
	for (unsigned first = 0; first < n; first++)
		interpolate(n, t, first);
	recast_free(&x);
}

/* All 120 shapes in make check-all; in make check every n, and both ends of the largest. */
TEST_SLOW(keys_of_every_threshold, 3000)
{
	static const unsigned shape[][2] = { { 2, 2 }, { 3, 2 }, { 4, 3 }, { 5, 2 }, { 6, 4 },
	                                     { 7, 7 }, { 8, 5 }, { 9, 6 }, { 10, 3 }, { 11, 10 },
	                                     { 12, 7 }, { 13, 13 }, { 14, 2 }, { 15, 8 },
	                                     { 16, 2 }, { 16, 9 }, { 16, 15 }, { 16, 16 } };
	const char *e = getenv("TREFOIL_SIM");
	unsigned shapes = 0;

	for (unsigned k = 0; k < TF_ARRAY_LEN(shape); k++)
		key_of(shape[k][0], shape[k][1]);
	if (!e || strcmp(e, "all") != 0)
		return;
	for (unsigned n = 2; n <= TF_PARTIES_MAX; n++)
		for (unsigned t = 2; t <= n; t++, shapes++)
			key_of(n, t);
	CHECK(shapes == 120);
}

/* ---- after a refresh, after a resharing ---- */

static void rerun(void)
{
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	for (unsigned i = 0; i < x.c.n; i++)
		if (tf_reshare_key(&x.run[i]))
			key[x.args.role[i].receives - 1] = *tf_reshare_key(&x.run[i]);
}

TEST_SLOW(signatures_go_on_after_refresh_and_resharing, 600)
{
	static const unsigned pair[2] = { 0, 2 }, three[3] = { 0, 1, 2 };
	static tf_key old;

	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	memcpy(key, x.source, sizeof(key));
	sign(pair, 2);
	recast_plan_refresh(&x);
	rerun();
	sign(pair, 2);
	old = x.source[2]; /* one epoch for all: an old share and a new one are two keys' */
	for (unsigned i = 0; i < 2; i++) {
		stage_init(&s, 2, &tf_profile_small);
		for (unsigned j = 0; j < 2; j++)
			s.c.env[j].party[1].share_index = 3;
		CHECK_OK(tf_key_weigh(&s.weights[0], &key[0], &s.c.env[0]));
		CHECK_OK(tf_key_weigh(&s.weights[1], i ? &key[2] : &old, &s.c.env[1]));
		s.Y = key[0].sharing.Y;
		stage_start_presign(&s, 1, true);
		cast_run(&s.c);
		CHECK(s.c.err[0] == (i ? TF_OK : TF_E_SESSION) && s.c.done[0] == i);
		CHECK(s.c.fault[0].party == (i ? 0 : TF_PARTY_NONE));
		stage_free(&s);
	}
	recast_free(&x);
	recast_init(&x, 4, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x);
	rerun();
	sign(three, 3);
	cannot(three, 2);
	memcpy(key, x.source, sizeof(key)); /* the source still signs */
	sign(pair, 2);
	recast_free(&x);
}

/* Refreshed, dealt anew from each form to the other, and signed with after each. */
static void go_on_with(tf_curve_id curve)
{
	static const unsigned pair[2] = { 1, 2 }, three[3] = { 0, 1, 2 };
	static const tf_share_form form[2] = { TF_SHARE_ADDITIVE, TF_SHARE_FELDMAN };

	recast_init(&x, 3, curve);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	rerun();
	sign(pair, 2);
	recast_free(&x);
	for (unsigned k = 0; k < 2; k++) {
		recast_init(&x, 3, curve);
		recast_deal(&x, 3, 3, form[1 - k]);
		recast_plan_refresh(&x); /* everybody deals and receives; then what it becomes */
		x.args.kind = TF_RESHARE;
		x.args.form = form[k];
		x.args.t = k ? 2 : 3;
		x.args.epoch = TF_EPOCH_FIRST;
		x.args.epoch_used = 0;
		rerun();
		CHECK(key[0].sharing.form == form[k] && key[0].sharing.t == x.args.t);
		sign(k ? pair : three, k ? 2 : 3);
		recast_free(&x);
	}
}

TEST_SLOW(signatures_go_on_after_refresh_and_resharing_on_p256, 600)
{
	go_on_with(TF_CURVE_P256);
}

TEST_SLOW(signatures_go_on_after_refresh_and_resharing_on_stark, 600)
{
	go_on_with(TF_CURVE_STARK);
}

TEST_SLOW(constant_time_resharing, 1700)
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	rerun();
	recast_free(&x);
	recast_init(&x, 4, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x);
	rerun();
	recast_free(&x);
}
