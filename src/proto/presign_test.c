/* Presigning as it should go; signing with what it made is in signing_test.c. */
#include <string.h>

#include "base/secret.h"
#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/presign_impl.h"
#include "proto/stage_test.h"

static stage s;

static void honest(unsigned n, uint32_t batch, bool confirm, uint64_t shuffle)
{
	tf_run_sizes sizes = tf_presign_sizes(&tf_profile_small, (uint16_t)n, batch);

	stage_init(&s, n, &tf_profile_small);
	s.c.shuffle = shuffle;
	stage_presign(&s, batch, confirm);
	for (unsigned i = 0; i < n; i++) {
		CHECK(s.c.mem[i].peak <= sizes.mem && s.c.out_mem[i].peak <= sizes.out);
		for (uint32_t b = 0; b < batch; b++) {
			const tf_presig *p = &s.presig[i][b];

			CHECK(p->ready == 1 && p->confirmed == confirm && p->n == n);
			for (uint32_t other = 0; other < b; other++)
				CHECK(memcmp(p->id, s.presig[i][other].id, 32) != 0);
		}
		CHECK_ERR(tf_presign_take(&(tf_presig){ 0 }, &s.presign[i], batch), TF_E_STATE);
	}
	CHECK(s.c.longest <= sizes.message && s.c.records == 0 && s.c.burns == 0);
}

/* What the shares must be: sum of k Gamma = G, sum of chi = x sum of k. */
static void check_shares(uint32_t b)
{
	tf_sc_sec k = { { { 0 } } }, chi = { { { 0 } } }, x = { { { 0 } } };
	tf_pt P;

	for (unsigned i = 0; i < s.c.n; i++) {
		const tf_presig *p = &s.presig[i][b];
		tf_pt want;

		tf_sc_add(s.c.g, &k.s, &k.s, &p->k.s);
		tf_sc_add(s.c.g, &chi.s, &chi.s, &p->chi.s);
		tf_sc_add(s.c.g, &x.s, &x.s, &s.weights[i].w.s);
		CHECK_OK(tf_pt_mul(s.c.g, &want, &p->k, &p->Gamma));
		CHECK(tf_pt_eq(s.c.g, &want, &p->Delta[i]));
		CHECK_OK(tf_pt_mul(s.c.g, &want, &p->chi, &p->Gamma));
		CHECK(tf_pt_eq(s.c.g, &want, &p->S[i]));
	}
	CHECK_OK(tf_pt_mul(s.c.g, &P, &k, &s.presig[0][b].Gamma));
	CHECK(tf_pt_eq(s.c.g, &P, tf_group_base(s.c.g)));
	tf_sc_mul(s.c.g, &x.s, &x.s, &k.s);
	CHECK(tf_ct_reveal(tf_sc_eq(&x.s, &chi.s)));
}

/* Tables that party i keeps of party j. */
static const tf_party_tables *tables_of(unsigned i, unsigned j)
{
	static uint8_t scratch[TF_PARTY_TABLES_SCRATCH + 64];
	size_t len = tf_party_tables_bytes(&tf_profile_small, i == j ? TF_OURS : TF_PEERS);
	tf_party_tables *t = tf_test_alloc(sizeof(*t));
	const tf_kernel *kernel = s.c.env[i].kernel;
	uint8_t *room = tf_test_alloc(len);
	tf_arena mem;

	tf_arena_init(&mem, scratch, sizeof(scratch));
	if (i == j)
		CHECK_OK(tf_party_tables_init_own(t, &tf_profile_small, &s.own[i], kernel,
		                                  &s.c.rng[i], room, len, &mem));
	else
		CHECK_OK(tf_party_tables_init(t, &tf_profile_small, &s.aux[j], kernel, &s.c.rng[i],
		                              room, len, &mem));
	CHECK(mem.used == 0);
	return t;
}

/* The first party has all tables, the second those of its own and of one peer, the third none. */
TEST_SLOW(presign_with_tables_that_are_lent, 300)
{
	stage_init(&s, 3, &tf_profile_small);
	for (unsigned j = 0; j < 3; j++)
		s.tables[0][j] = tables_of(0, j);
	s.tables[1][1] = tables_of(1, 1);
	s.tables[1][2] = tables_of(1, 2);
	for (unsigned again = 0; again < 2; again++) {
		stage_presign(&s, 2, true);
		check_shares(0);
		check_shares(1);
	}
	for (unsigned j = 0; j < 3; j++) /* a run that is done lets go of them */
		CHECK(s.presign[0].st->lent[j] == NULL);
	stage_free(&s);
}

TEST_SLOW(presign_refuses_tables_of_other_moduli, 300)
{
	tf_presign_args args = { .own = &s.own[0], .weights = &s.weights[0], .batch = 1 };
	const tf_party_tables *t;
	tf_party_tables other;

	stage_init(&s, 3, &tf_profile_small);
	cast_rooms(&s.c, tf_presign_sizes(&tf_profile_small, 3, 1));
	t = tables_of(0, 1);
	args.env = &s.c.env[0];
	args.aux[1] = &s.aux[1];
	args.aux[2] = &s.aux[2];
	for (unsigned k = 0; k < 6; k++) {
		other = *t;
		if (k == 1)
			other.kernel = NULL;
		if (k >= 2)
			(k == 2 ? &other.pk.n.m : k == 3 ? &other.rp.n.m : k == 4 ? &other.rp.s
			                                                          : &other.rp.t)->d[0] ^= 2;
		memset(args.tables, 0, sizeof(args.tables));
		args.tables[k == 0 ? 2 : 1] = &other;
		CHECK_ERR(tf_presign_start(&s.presign[0], &args, &s.c.mem[0], &s.c.out[0]),
		          TF_E_USAGE);
	}
	memset(args.tables, 0, sizeof(args.tables));
	args.tables[0] = t; /* another's in the own place */
	CHECK_ERR(tf_presign_start(&s.presign[0], &args, &s.c.mem[0], &s.c.out[0]), TF_E_USAGE);
	args.tables[0] = NULL;
	args.tables[1] = t;
	CHECK_OK(tf_presign_start(&s.presign[0], &args, &s.c.mem[0], &s.c.out[0]));
	stage_free(&s);
}

TEST(tables_of_a_party_want_their_room)
{
	static uint8_t scratch[TF_PARTY_TABLES_SCRATCH + 64], room[4096];
	tf_party_tables t;
	tf_arena mem;

	stage_init(&s, 2, &tf_profile_small);
	tf_arena_init(&mem, scratch, sizeof(scratch));
	memset(room, 1, sizeof(room));
	CHECK_ERR(tf_party_tables_init(&t, &tf_profile_small, &s.aux[1], NULL, &s.c.rng[0], room,
	                               sizeof(room), &mem), TF_E_CAPACITY);
	CHECK(!t.kernel && !t.pk.tables && room[0] == 0 && room[sizeof(room) - 1] == 0);
	CHECK_ERR(tf_party_tables_init_own(&t, &tf_profile_small, &s.own[0], NULL, &s.c.rng[0],
	                                   room, sizeof(room), &mem), TF_E_CAPACITY);
	stage_free(&s);
}

TEST(presign_makes_shares_of_one_nonce)
{
	honest(3, 1, true, 0);
	check_shares(0);
	stage_free(&s);
	honest(2, 1, false, 0);
	check_shares(0);
	stage_free(&s);
}

/* A decryption that is right modulo one prime only: the party ends its run before anything that
 * depends on it has left, and nobody is named. */
TEST(presign_does_not_send_what_a_fault_has_made)
{
	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	s.own[1].sk.hq.d[0] ^= 64;
	cast_run(&s.c);
	CHECK(s.c.err[1] == TF_E_FAULT && tf_rounds_state(s.c.run[1]) == TF_RUN_FAILED);
	CHECK(s.c.fault[1].check == TF_CK_NONE);
	for (size_t k = 0; k < s.c.posted; k++)
		CHECK(s.c.mail[k].from != 2 || !cast_is(&s.c.mail[k], TF_MSG_PRESIGN_R3, NULL));
	CHECK(s.c.err[0] == TF_OK && tf_rounds_state(s.c.run[0]) == TF_RUN_RUNNING);
	stage_free(&s);
}

TEST(presign_makes_a_batch_in_one_run)
{
	honest(3, 3, true, 0);
	for (uint32_t b = 0; b < 3; b++)
		check_shares(b);
	CHECK(s.c.posted == 3 * 2 * (2 + 2 + 1 + 1)); /* as many messages as for one */
	stage_free(&s);
}

TEST(presign_hands_out_what_it_has_made_and_each_once)
{
	tf_presig out;
	tf_presign *of;

	stage_init(&s, 2, &tf_profile_small);
	stage_start_presign(&s, 2, true);
	of = &s.presign[1];
	CHECK_ERR(tf_presign_take(&out, of, 0), TF_E_STATE); /* not yet */
	cast_run(&s.c);
	cast_check_done(&s.c);
	memset(&of->st->presig[2], 1, sizeof(out)); /* what lies behind is none */
	CHECK_ERR(tf_presign_take(&out, of, 2), TF_E_STATE);
	for (uint32_t b = 0; b < 2; b++) {
		CHECK_OK(tf_presign_take(&out, of, b));
		CHECK(out.ready == 1 && out.confirmed);
		CHECK_ERR(tf_presign_take(&out, of, b), TF_E_STATE);
	}
	stage_free(&s);
}

TEST(presign_in_any_order_of_arrival)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		honest(3, 1, seed % 2, seed);
		stage_free(&s);
	}
}

/* ---- the four protocols, one after the other ---- */

static tf_keygen kg[3];
static tf_auxinfo ax[3];

static void generate_key(unsigned t)
{
	cast_rooms(&s.c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &s.c.env[i], .t = (uint16_t)t, .workspace = "w" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &s.c.mem[i], &s.c.out[i]));
		s.c.run[i] = &kg[i].r;
	}
	cast_run(&s.c);
	cast_check_done(&s.c);
}

/* A key as a store would give it back: its last record. */
static void load_key(tf_key *out, unsigned who)
{
	static uint8_t room[1 << 16];
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	for (size_t k = s.c.records; k-- > 0;)
		if (s.c.record[k].by == who + 1) {
			CHECK_OK(tf_key_decode(out, NULL, s.c.g, s.c.record[k].bytes,
			                       s.c.record[k].len, &mem));
			CHECK(out->state == TF_SHARE_COMMITTED);
			return;
		}
	CHECK(false);
}

/* The cast becomes those of the signing set, in the order of their share indices. */
static void choose(const unsigned *who, unsigned n, tf_key *keys)
{
	tf_party party[3];

	s.c.n = n;
	for (unsigned i = 0; i < n; i++) {
		party[i] = s.c.env[0].party[who[i]];
		load_key(&keys[i], who[i]);
	}
	stage_conceal(&s);
	for (unsigned i = 0; i < n; i++) {
		s.c.env[i].n = (uint16_t)n;
		s.c.env[i].signer = &s.c.signer[who[i]];
		memcpy(s.c.env[i].party, party, sizeof(party));
		s.c.env[i].sid[1] ^= 1;
	}
}

static void introduce(void)
{
	cast_rooms(&s.c, tf_auxinfo_sizes(&tf_profile_small, (uint16_t)s.c.n));
	for (unsigned i = 0; i < s.c.n; i++) {
		tf_auxinfo_args args = { .env = &s.c.env[i], .own = &s.own[i] };

		CHECK_OK(tf_auxinfo_start(&ax[i], &args, &s.c.mem[i], &s.c.out[i]));
		s.c.run[i] = &ax[i].r;
	}
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (unsigned i = 0; i < s.c.n; i++)
		s.aux[i] = *tf_auxinfo_peer(&ax[(i + 1) % s.c.n], i + 1);
}

static void all_four(tf_curve_id curve, unsigned t, const unsigned *who, unsigned n)
{
	static const tf_path path = { .index = { 44, 1, 7, 0, 0 }, .len = 5 };
	static const uint8_t digest[32] = { 0x05, 1, 2, 3 };
	static tf_key keys[3];

	stage_init_on(&s, 3, &tf_profile_small, curve);
	generate_key(t);
	memcpy(s.cc, tf_keygen_key(&kg[0])->sharing.cc, sizeof(s.cc));
	s.Y = tf_keygen_key(&kg[0])->sharing.Y;
	choose(who, n, keys);
	introduce();
	for (unsigned i = 0; i < n; i++)
		CHECK_OK(tf_key_weigh(&s.weights[i], &keys[i], &s.c.env[i]));
	stage_presign(&s, 1, true);
	stage_start_sign(&s, 0, &path, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &path, digest);
	s.c.n = 3;
	stage_free(&s);
}

/* Keys and moduli come back from their records on the way, and are secret again. */
TEST_SLOW(constant_time_all_four_protocols, 1700)
{
	static const unsigned pair[2] = { 0, 2 };

	all_four(TF_CURVE_SECP256K1, 2, pair, 2);
}

TEST_SLOW(constant_time_all_four_protocols_on_p256, 1700)
{
	static const unsigned pair[2] = { 0, 1 };

	all_four(TF_CURVE_P256, 2, pair, 2);
}

TEST_SLOW(constant_time_all_four_protocols_on_stark, 1700)
{
	static const unsigned pair[2] = { 1, 2 };

	all_four(TF_CURVE_STARK, 2, pair, 2);
}

TEST_SLOW(all_four_protocols_on_p256_and_stark, 180)
{
	static const tf_curve_id curves[2] = { TF_CURVE_P256, TF_CURVE_STARK };
	static const unsigned all[3] = { 0, 1, 2 }, pair[2] = { 1, 2 };

	for (unsigned i = 0; i < 2; i++) {
		all_four(curves[i], 3, all, 3);
		all_four(curves[i], 2, pair, 2);
	}
}

TEST_SLOW(all_four_protocols_three_of_three_and_two_of_three, 180)
{
	static const unsigned all[3] = { 0, 1, 2 };
	static const unsigned pairs[3][2] = { { 0, 1 }, { 0, 2 }, { 1, 2 } };

	all_four(TF_CURVE_SECP256K1, 3, all, 3);
	all_four(TF_CURVE_SECP256K1, 2, all, 3); /* more than needed */
	for (unsigned k = 0; k < 3; k++)
		all_four(TF_CURVE_SECP256K1, 2, pairs[k], 2);
}
