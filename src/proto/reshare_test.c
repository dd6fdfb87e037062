/* Resharing and refresh as they should go, and runs that cannot be. */
#include <string.h>

#include "proto/recast_test.h"

static recast x;
static tf_curve_id curve = TF_CURVE_SECP256K1;
static const tf_curve_id others[] = { TF_CURVE_P256, TF_CURVE_STARK, TF_CURVE_BIP340,
                                      TF_CURVE_ED25519 };

static void run(uint64_t shuffle)
{
	tf_run_sizes sizes = tf_reshare_sizes(&tf_profile_small, (uint16_t)x.c.n);

	x.c.shuffle = shuffle;
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	for (unsigned i = 0; i < x.c.n; i++)
		CHECK(x.c.mem[i].peak < sizes.mem && x.c.out_mem[i].peak < sizes.out);
	CHECK(x.c.longest <= sizes.message);
}

static void refresh(unsigned n, unsigned t, tf_share_form from, tf_share_form to, uint64_t shuffle)
{
	recast_init(&x, n, curve);
	recast_deal(&x, n, t, from);
	recast_plan_refresh(&x);
	x.args.form = to;
	run(shuffle);
	for (unsigned i = 0; i < n; i++) { /* nothing of the old share is left in the new one */
		const tf_key *k = tf_reshare_key(&x.run[i]);

		CHECK(!tf_ct_reveal(tf_sc_eq(&k->x.s, &x.source[i].x.s)));
		CHECK(!tf_pt_eq(x.c.g, &k->sharing.seat[i].W, &x.source[0].sharing.seat[i].W));
		CHECK(memcmp(k->sharing.sharing, x.source[i].sharing.sharing, 32) == 0);
	}
	recast_free(&x);
}

TEST(refresh_keeps_the_key_and_renews_every_share)
{
	for (unsigned n = 2; n <= 5; n++)
		for (unsigned t = 2; t <= n; t++)
			refresh(n, t, TF_SHARE_FELDMAN, TF_SHARE_FELDMAN, 0);
	for (unsigned n = 2; n <= 4; n++) {
		refresh(n, n, TF_SHARE_ADDITIVE, TF_SHARE_ADDITIVE, 0);
		refresh(n, n, TF_SHARE_FELDMAN, TF_SHARE_ADDITIVE, 0);
	}
}

TEST(refresh_on_every_curve)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(others); k++) {
		curve = others[k];
		refresh(3, 2, TF_SHARE_FELDMAN, TF_SHARE_FELDMAN, 1 + k);
		refresh(3, 3, TF_SHARE_ADDITIVE, TF_SHARE_ADDITIVE, 0);
		refresh(4, 4, TF_SHARE_FELDMAN, TF_SHARE_ADDITIVE, 0);
	}
}

TEST(refresh_in_any_order_of_arrival)
{
	for (uint64_t seed = 1; seed <= 12; seed++)
		refresh(3, 2, TF_SHARE_FELDMAN, TF_SHARE_FELDMAN, seed);
}

TEST(refresh_of_sixteen)
{
	refresh(16, 16, TF_SHARE_FELDMAN, TF_SHARE_ADDITIVE, 0);
	refresh(16, 2, TF_SHARE_FELDMAN, TF_SHARE_FELDMAN, 0);
}

/* Device i holds the i-th seat from the end. */
static void hold_from_the_end(unsigned n)
{
	tf_sharing s = x.source[0].sharing;

	for (unsigned i = 0; i < n; i++)
		memcpy(s.seat[n - 1 - i].device, x.source[0].sharing.seat[i].device,
		       sizeof(s.seat[0].device));
	for (unsigned i = 0; i < n; i++)
		x.source[i].sharing = s;
}

/* From n seats, t of them needed, the first k deal; receivers take seats of their own. stay: how
 * many dealers are receivers, too. */
static void reshare(unsigned n, unsigned t, tf_share_form from, unsigned k, unsigned stay,
                    unsigned to_n, unsigned to_t, tf_share_form to)
{
	unsigned parties = k + to_n - stay;

	recast_init(&x, parties, curve);
	recast_deal(&x, n, t, from);
	hold_from_the_end(n);
	x.args.kind = TF_RESHARE;
	x.args.form = to;
	x.args.t = (uint16_t)to_t;
	x.args.epoch = TF_EPOCH_FIRST;
	for (unsigned i = 0; i < parties; i++) {
		unsigned seat = parties - i; /* descending: the certificate sorts */

		x.args.role[i].deals = (uint16_t)(i < k ? n - i : 0);
		x.args.role[i].receives = (uint16_t)(i >= k - stay ? 3 * seat : 0);
	}
	run(n + t);
	for (unsigned i = 0; i < parties; i++) {
		const tf_key *key = tf_reshare_key(&x.run[i]);

		CHECK(!key || memcmp(key->sharing.sharing, x.c.env[0].sid, 32) == 0);
		CHECK(!key || key->sharing.epoch == 1);
	}
	recast_free(&x);
}

TEST(reshare_between_forms_sizes_and_devices)
{
	static const tf_share_form F = TF_SHARE_FELDMAN, A = TF_SHARE_ADDITIVE;

	reshare(3, 3, F, 3, 0, 3, 3, A);
	reshare(3, 3, F, 3, 2, 3, 3, A);
	reshare(3, 2, F, 2, 2, 2, 2, A);
	reshare(3, 2, F, 3, 1, 5, 2, F);
	reshare(5, 3, F, 3, 0, 2, 2, F);
	reshare(5, 3, F, 4, 4, 4, 3, F);
	reshare(3, 3, A, 3, 3, 3, 3, A);
	reshare(3, 3, A, 3, 0, 4, 2, F);
	reshare(2, 2, A, 2, 1, 3, 3, A);
	reshare(8, 8, F, 8, 0, 8, 8, A);
}

TEST(reshare_between_forms_on_every_curve)
{
	static const tf_share_form F = TF_SHARE_FELDMAN, A = TF_SHARE_ADDITIVE;

	for (unsigned k = 0; k < TF_ARRAY_LEN(others); k++) {
		curve = others[k];
		reshare(3, 2, F, 2, 1, 3, 3, A);
		reshare(3, 3, A, 3, 0, 4, 2, F);
		reshare(5, 3, F, 4, 4, 4, 3, F);
		reshare(2, 2, A, 2, 1, 3, 3, A);
	}
}

TEST(reshare_of_the_usual_kind_in_any_order_of_arrival)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		recast_init(&x, 4, TF_CURVE_SECP256K1);
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		recast_plan_reshare(&x);
		run(seed);
		recast_free(&x);
	}
}

/* ---- what is written down, and when ---- */

static unsigned effects_of(unsigned party, unsigned *acked, cast_record *found[static 8])
{
	unsigned n = 0;

	*acked = 0;
	for (size_t k = 0; k < x.c.records; k++) {
		cast_record *r = &x.c.record[k];

		if (r->by != party)
			continue;
		CHECK(n < 8);
		found[n++] = r;
		for (size_t at = 0; at < r->sent; at++)
			CHECK(k >= 1 || !(x.c.mail[at].from == party &&
			                  cast_is(&x.c.mail[at], TF_MSG_RESHARE_ACK, NULL)));
	}
	for (size_t at = 0; at < x.c.posted; at++)
		if (x.c.mail[at].from == party && cast_is(&x.c.mail[at], TF_MSG_RESHARE_ACK, NULL)) {
			*acked = (unsigned)at;
			break;
		}
	return n;
}

static void check_share_record(const cast_record *r, const tf_key *want, tf_share_state state)
{
	tf_sharing sharing;
	tf_blob cert;
	tf_key key;

	CHECK(r->type == TF_REC_KEY_SHARE);
	CHECK_OK(tf_key_decode(&key, &cert, x.c.g, r->bytes, r->len, recast_scratch()));
	CHECK(key.state == state && key.index == want->index);
	CHECK(tf_ct_reveal(tf_sc_eq(&key.x.s, &want->x.s)));
	CHECK(memcmp(r->key, key.sharing.sharing, 32) == 0);
	CHECK(r->key_len == (state == TF_SHARE_PENDING ? TF_ATTEMPT_SHARE_KEY : 32u));
	/* a pending record has one signature only; nobody else may trust it */
	CHECK_ERR(tf_sharing_open(&sharing, x.c.g, cert.p, cert.len, recast_find, &x,
	                          recast_scratch()),
	          state == TF_SHARE_PENDING ? TF_E_TRUST : TF_OK);
}

static void check_attempt_record(const cast_record *r, unsigned party, tf_attempt_state state)
{
	tf_attempt a;

	CHECK(r->type == TF_REC_ATTEMPT && r->key_len == 32);
	CHECK_OK(tf_attempt_decode(&a, x.c.g, r->bytes, r->len, recast_scratch()));
	CHECK(a.state == state && memcmp(a.hash, r->key, 32) == 0 && a.n == x.c.n);
	for (unsigned i = 0; i < a.n; i++)
		CHECK(a.voter[i].agreed == (state == TF_ATTEMPT_COMMITTED || i + 1 == party));
}

TEST(reshare_writes_down_attempt_and_share_before_it_acknowledges_and_commits_before_it_is_done)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		recast_init(&x, turn ? 4 : 3, TF_CURVE_SECP256K1);
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		if (turn)
			recast_plan_reshare(&x);
		else
			recast_plan_refresh(&x);
		run(0);
		for (unsigned p = 1; p <= x.c.n; p++) {
			const tf_key *k = tf_reshare_key(&x.run[p - 1]);
			cast_record *r[8];
			unsigned acked, n = effects_of(p, &acked, r);

			check_attempt_record(r[0], p, TF_ATTEMPT_ACKNOWLEDGED);
			CHECK(r[0]->sent <= acked);
			if (!k) { /* a dealer only */
				CHECK(n == 2 && r[1]->sent > acked);
				check_attempt_record(r[1], p, TF_ATTEMPT_COMMITTED);
				continue;
			}
			CHECK(n == 5 && r[1]->sent <= acked && r[2]->sent > acked);
			check_share_record(r[1], k, TF_SHARE_PENDING);
			check_share_record(r[2], k, TF_SHARE_COMMITTED);
			check_attempt_record(r[3], p, TF_ATTEMPT_COMMITTED);
			CHECK(r[4]->len == 0 && r[4]->type == TF_REC_KEY_SHARE);
			CHECK(r[4]->key_len == 64 && memcmp(r[4]->key, r[1]->key, 64) == 0);
		}
		CHECK(x.c.retires == 3);
		for (size_t k = 0; k < x.c.retires; k++) {
			const uint8_t *name = turn ? x.c.env[0].sid : x.args.source->sharing;

			CHECK(memcmp(x.c.retired[k].sharing, name, 32) == 0);
			CHECK(x.c.retired[k].epoch == x.args.epoch);
		}
		recast_free(&x);
	}
}

/* ---- runs that cannot be ---- */

static void fresh(bool reshare_plan)
{
	recast_init(&x, reshare_plan ? 4 : 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	if (reshare_plan)
		recast_plan_reshare(&x);
	else
		recast_plan_refresh(&x);
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, (uint16_t)x.c.n));
}

static void refuses(unsigned i, tf_err err)
{
	CHECK_ERR(recast_start(&x, i), err);
	CHECK(x.c.out[i].count == 0 && !tf_reshare_attempt(&x.run[i]));
	recast_free(&x);
}

TEST(refresh_refuses_runs_that_cannot_be)
{
	fresh(false);
	x.args.t = 3;
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.form = TF_SHARE_ADDITIVE; /* two of three would not be enough any more */
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.epoch = 4; /* the source's own */
	x.args.epoch_used = 0;
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.epoch_used = 5; /* attempted before */
	refuses(0, TF_E_STATE);
	fresh(false);
	x.args.epoch_used = 7;
	x.args.epoch = 8; /* numbers may be left out */
	CHECK_OK(recast_start(&x, 0));
	recast_free(&x);
	fresh(false);
	x.args.role[2].receives = 0; /* somebody keeps an old share */
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.role[1] = (tf_reshare_role){ 3, 3 };
	refuses(0, TF_E_USAGE); /* seat 3 twice */
	fresh(false);
	x.args.role[1] = (tf_reshare_role){ 3, 2 };
	x.args.role[2] = (tf_reshare_role){ 2, 3 };
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.role[2] = (tf_reshare_role){ 4, 4 };
	refuses(0, TF_E_USAGE); /* no such seat */
	fresh(false);
	x.args.kind = (tf_reshare_kind)2;
	refuses(0, TF_E_USAGE);
	fresh(false);
	x.args.form = (tf_share_form)2;
	refuses(0, TF_E_USAGE);
	recast_init(&x, 2, TF_CURVE_SECP256K1); /* a seat is missing */
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 2));
	refuses(0, TF_E_USAGE);
	recast_init(&x, 2, TF_CURVE_SECP256K1); /* additive stays additive */
	recast_deal(&x, 2, 2, TF_SHARE_ADDITIVE);
	recast_plan_refresh(&x);
	x.args.form = TF_SHARE_FELDMAN;
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 2));
	refuses(0, TF_E_USAGE);
	recast_init(&x, 2, TF_CURVE_SECP256K1); /* there is nothing to refresh */
	recast_deal(&x, 2, 2, TF_SHARE_FELDMAN);
	x.source[0].sharing.t = 1; /* everybody has the key */
	recast_plan_refresh(&x);
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 2));
	refuses(0, TF_E_USAGE);
}

TEST(reshare_refuses_runs_that_cannot_be)
{
	fresh(true);
	x.args.role[1].deals = 0; /* one dealer of two that are needed */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.role[2].receives = 0; /* nothing to do */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.role[2].receives = 2; /* twice */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.role[1].deals = 1; /* twice */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.role[1].deals = 9;
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.t = 2; /* additive shares are all needed */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.form = TF_SHARE_FELDMAN;
	x.args.t = 1;
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.form = TF_SHARE_FELDMAN;
	x.args.t = 4;
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.epoch = 2;
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.epoch_used = 1;
	refuses(0, TF_E_STATE);
	fresh(true);
	x.c.env[0].self = 2; /* not our key */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.c.env[0].party[3].device = x.c.env[0].party[2].device;
	refuses(0, TF_E_USAGE);
	fresh(true);
	memcpy(x.c.env[0].party[3].identity, x.c.env[0].party[2].identity, 32);
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.source[0].sharing.seat[2].W = *tf_group_base(x.c.g); /* no sharing at all */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.source[0].x = x.source[1].x; /* not the share of our seat */
	refuses(0, TF_E_USAGE);
	recast_init(&x, 4, TF_CURVE_SECP256K1); /* two of three additive shares make nothing */
	recast_deal(&x, 3, 3, TF_SHARE_ADDITIVE);
	recast_plan_reshare(&x);
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 4));
	refuses(0, TF_E_USAGE);
}

/* In the place of party 3, or 1, is a device that has come by its share. */
static void thief(bool reshare_plan, unsigned holder)
{
	unsigned before = tf_check_refusals(TF_CK_SHARING_HOLDER);

	for (unsigned i = 0; i < (reshare_plan ? 4u : 3u); i++) {
		fresh(reshare_plan);
		x.c.env[i].party[holder].device = "thief";
		refuses(i, TF_E_USAGE);
		CHECK(tf_check_refusals(TF_CK_SHARING_HOLDER) == before + i + 1);
	}
}

TEST(a_share_in_another_device_is_dealt_by_nobody)
{
	thief(false, 2);
	thief(false, 0);
	thief(true, 0);
	thief(true, 1);
	fresh(true);
	x.c.env[0].party[2].device = "newcomer"; /* receives, and deals nothing */
	CHECK_OK(recast_start(&x, 0));
	recast_free(&x);
	fresh(false); /* everybody has a seat, and deals from it, but from another's */
	x.args.role[1] = (tf_reshare_role){ 3, 3 };
	x.args.role[2] = (tf_reshare_role){ 2, 2 };
	refuses(0, TF_E_USAGE);
}

/* What would not follow its source is not acknowledged, whatever let the run come so far. */
TEST(what_does_not_follow_its_source_is_not_acknowledged)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		fresh(turn);
		recast_start_all(&x);
		for (unsigned i = 0; i < x.c.n; i++) {
			if (turn)
				x.run[i].key.sharing.cc[0] ^= 1;
			else
				x.run[i].key.sharing.seat[1].device[0] ^= 1;
		}
		cast_run(&x.c);
		for (unsigned i = 0; i < x.c.n; i++) {
			CHECK(x.c.err[i] == TF_E_USAGE && x.c.fault[i].party == TF_PARTY_NONE);
			CHECK(!tf_reshare_attempt(&x.run[i]) && !tf_reshare_key(&x.run[i]));
		}
		CHECK(x.c.records == 0 && x.c.retires == 0);
		recast_free(&x);
	}
}

TEST(reshare_refuses_kinds_forms_and_thresholds_that_are_none)
{
	fresh(true);
	x.source[0].sharing.t = 3; /* of degree 1 in truth: two would do */
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.kind = (tf_reshare_kind)2;
	refuses(0, TF_E_USAGE);
	fresh(true);
	x.args.form = (tf_share_form)2;
	refuses(0, TF_E_USAGE);
}

TEST(reshare_wants_a_share_from_whoever_deals_and_from_nobody_else)
{
	tf_reshare_args a;

	fresh(true);
	a = recast_args(&x, 0);
	a.share = NULL;
	CHECK_ERR(tf_reshare_start(&x.run[0], &a, &x.c.mem[0], &x.c.out[0]), TF_E_USAGE);
	a = recast_args(&x, 2);
	a.share = &x.source[0].x;
	CHECK_ERR(tf_reshare_start(&x.run[2], &a, &x.c.mem[2], &x.c.out[2]), TF_E_USAGE);
	recast_free(&x);
}

/* Share indices that are 0 or equal modulo the order: 13, and 14 beside 1. */
TEST(reshare_refuses_share_indices_that_are_bad_modulo_the_order)
{
	static const uint16_t bad[] = { 13, 26, 15, 28 };

	for (unsigned k = 0; k <= TF_ARRAY_LEN(bad); k++) {
		recast_init(&x, 4, TF_CURVE_TINY13);
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		recast_plan_reshare(&x);
		x.args.role[3].receives = k < TF_ARRAY_LEN(bad) ? bad[k] : 16;
		cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 4));
		CHECK_ERR(recast_start(&x, 0), k < TF_ARRAY_LEN(bad) ? TF_E_USAGE : TF_OK);
		recast_free(&x);
	}
}

TEST(reshare_without_memory_or_randomness_blames_nobody)
{
	tf_run_sizes sizes = tf_reshare_sizes(&tf_profile_small, 4);

	for (size_t mem = 0; mem < sizes.mem; mem += 1 + sizes.mem / 97) {
		bool started = true;

		fresh(true);
		tf_arena_init(&x.c.mem[1], x.c.mem[1].base, mem);
		for (unsigned i = 0; i < 4; i++) {
			started = recast_start(&x, i) == TF_OK && started;
			x.c.run[i] = &x.run[i].r;
		}
		if (started) {
			cast_run(&x.c);
			for (unsigned i = 0; i < 4; i++)
				CHECK(x.c.err[i] == TF_OK ||
				      (x.c.fault[i].party == TF_PARTY_NONE &&
				       (x.c.err[i] == TF_E_CAPACITY || x.c.err[i] == TF_E_STATE)));
		}
		recast_free(&x);
	}
}

TEST(reshare_leaves_nothing_in_memory)
{
	fresh(false);
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	for (unsigned i = 0; i < 3; i++) {
		uint8_t share[32], *mem = x.c.mem[i].base;
		size_t cap = x.c.mem[i].cap;
		const tf_key *k = tf_reshare_key(&x.run[i]);

		memcpy(share, &k->x, sizeof(share));
		tf_ct_declassify(share, sizeof(share));
		tf_reshare_wipe(&x.run[i]);
		tf_ct_declassify(mem, cap);
		for (size_t at = 0; at < cap; at++)
			CHECK(mem[at] == 0);
		tf_ct_declassify(&x.run[i], sizeof(x.run[i]));
		for (size_t at = 0; at + 32 <= sizeof(x.run[i]); at++)
			CHECK(memcmp((const uint8_t *)&x.run[i] + at, share, 32) != 0);
	}
	recast_free(&x);
}
