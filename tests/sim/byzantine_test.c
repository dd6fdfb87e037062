/* Up to all but one of the parties are driven by a script (byzantine.h). Whatever they do:
 *
 *     no honest party is named by an honest party
 *     who is named for a check has signed what fails it: it is one of the driven; and only echoes
 *     that differ, and sums whose alerts do not come, end a run without a name
 *     no honest party signs anything but what it was asked to, and no signature of anything else
 *     comes out
 *     no presignature contributes twice
 *     an honest party that is done has a right result, and the honest have the same
 *     an honest party that was told a signed lie in place of a message is not done: no lie passes
 *     an honest party that is not done has lost nothing: its old share is where it was
 *
 * TREFOIL_SIM=all: many more seeds; TREFOIL_BYZANTINE=number: this seed only (byzantine_seeds.h).
 */
#include <sodium.h>
#include <string.h>

#include "proto/frost_stage_test.h"
#include "sim/byzantine_seeds.h"
#include "sim/sim.h"

static sim *s;
static frost_stage *frost;

/* ---- the four protocols and the refresh ---- */

static void right_by_sim(unsigned i)
{
	sim_check_result(s, i);
}

static void session(sim_phase phase)
{
	sim_open(s, phase);
	byz_session(&byz_it);
	for (unsigned i = 0; i < SIM_N; i++)
		sim_start(s, i);
	byz_sail(&byz_it);
	byz_judge(&s->c, true, right_by_sim);
}

/* The keys of all honest parties that have one are shares of the same. */
static void same_keys(void)
{
	const tf_key *first = NULL;

	for (unsigned i = 0; i < SIM_N; i++) {
		if (byz_is(&byz_it, i + 1) || tf_rounds_state(s->c.run[i]) != TF_RUN_DONE)
			continue;
		if (!first)
			first = &s->key[i];
		CHECK(memcmp(first->sharing.attempt, s->key[i].sharing.attempt, 32) == 0);
		CHECK(tf_pt_eq(s->c.g, &first->sharing.Y, &s->key[i].sharing.Y));
	}
}

static void play_keygen(void)
{
	for (unsigned k = 0; k < 3; k++) {
		session(SIM_KEYGEN);
		same_keys();
	}
}

/* Whoever is not done has its old share, and nothing retired it. */
static void play_refresh(void)
{
	size_t from = s->c.records;

	for (unsigned k = 0; k < 2 && (k == 0 || byz_honest_done(&s->c) == 0); k++) {
		session(SIM_REFRESH);
		same_keys();
		for (unsigned i = 0; i < SIM_N; i++) {
			bool waits = !byz_is(&byz_it, i + 1) &&
			             tf_rounds_state(s->c.run[i]) != TF_RUN_DONE;

			for (size_t r = from; waits && r < s->c.records; r++)
				CHECK(s->c.record[r].by != i + 1 ||
				      (s->c.record[r].len > 0 &&
				       (s->c.record[r].type != TF_REC_KEY_SHARE ||
				        s->c.record[r].key_len == TF_ATTEMPT_SHARE_KEY)));
			for (size_t r = 0; waits && r < s->c.retires; r++)
				CHECK(s->c.retired[r].by != i + 1);
		}
	}
}

/* What everybody is told to sign: the honest the same, or two things by a coordinator that lies;
 * the driven that, or something else. */
static void tell_digests(unsigned k)
{
	uint8_t asked = (uint8_t)(0x10 + k);
	bool lies = byz_below(&byz_it, 8) == 0;

	for (unsigned i = 0; i < SIM_N; i++) {
		uint8_t told = lies ? (uint8_t)(asked + 0x40 * i) : asked;

		if (byz_is(&byz_it, i + 1) && byz_below(&byz_it, 6) == 0)
			told = 0xee;
		memset(s->digest[i], told, sizeof(s->digest[i]));
	}
}

/* The same presignature once more, for something else. */
static void try_again(unsigned i)
{
	static uint8_t out_room[1 << 16];
	static tf_signing again;
	static const tf_weights none;
	tf_signing_args args = { .env = &s->c.env[i], .weights = &none, .path = s->path,
	                         .digest = { 0xee }, .presig = &s->presig[i][s->presig_next] };
	tf_arena mem, out_mem;
	tf_outbox out;

	tf_arena_init(&mem, tf_test_alloc(1 << 20), 1 << 20);
	tf_arena_init(&out_mem, out_room, sizeof(out_room));
	tf_outbox_init(&out, &out_mem);
	CHECK_ERR(tf_signing_start(&again, &args, &mem, &out), TF_E_STATE);
	CHECK(out.count == 0);
}

/* Over all sessions: one share for a presignature, of what was asked. A signature takes everybody's
 * share, so a puppet that is done has signed what each honest party was asked. */
static void judge_uses(void)
{
	for (size_t u = 0; u < s->uses; u++)
		for (size_t v = 0; v < u; v++)
			CHECK(byz_is(&byz_it, s->use[u].party + 1) || s->use[u].party != s->use[v].party ||
			      !s->use[u].left || !s->use[v].left ||
			      memcmp(s->use[u].presig, s->use[v].presig, 32) != 0);
	for (unsigned i = 0; i < SIM_N; i++)
		for (unsigned j = 0; j < SIM_N; j++)
			if (tf_rounds_state(s->c.run[i]) == TF_RUN_DONE && !byz_is(&byz_it, j + 1))
				CHECK(memcmp(s->digest[i], s->digest[j], 32) == 0);
}

static void play_sign(void)
{
	byz_it.dose = 1 + byz_it.dose % 3; /* few messages: more of them lies */
	for (unsigned k = 0; k < SIM_BATCH; k++) {
		s->presig_next = k;
		tell_digests(k);
		session(SIM_SIGN);
		judge_uses();
		for (unsigned i = 0; i < SIM_N; i++)
			if (!byz_is(&byz_it, i + 1))
				try_again(i);
	}
}

/* ---- FROST ---- */

static const frost_job job = { .path = { .index = { 1 }, .len = 1 }, .msg = "pay", .len = 3 };

static void right_nonces(unsigned i)
{
	CHECK_OK(tf_frost_prepare_take(&frost->presig[i][0], &frost->prepare[i], 0));
}

static void right_frost(unsigned i)
{
	uint8_t raw[TF_PT_BYTES];
	tf_frost_sig sig;
	tf_pt Q;

	CHECK_OK(tf_frost_signing_result(&sig, &Q, &frost->signing[i]));
	tf_pt_encode(frost->c.g, raw, &Q);
	CHECK(crypto_sign_verify_detached(sig.b, job.msg, job.len, raw + 1) == 0);
}

static void play_frost(void)
{
	cast *c = &frost->c;

	for (unsigned k = 0; k < 2; k++) {
		unsigned ready = 0;

		byz_session(&byz_it);
		frost_start_prepare(frost, 1, true);
		memset(c->fault, 0, sizeof(c->fault));
		byz_sail(&byz_it);
		byz_judge(c, false, right_nonces);
		for (unsigned i = 0; i < c->n; i++) {
			bool done = tf_rounds_state(c->run[i]) == TF_RUN_DONE;

			if (done && byz_is(&byz_it, i + 1))
				right_nonces(i);
			ready += done;
		}
		if (ready < c->n)
			continue;
		byz_session(&byz_it);
		frost_start_sign(frost, 0, &job);
		memset(c->fault, 0, sizeof(c->fault));
		byz_sail(&byz_it);
		byz_judge(c, true, right_frost);
		for (unsigned i = 0; i < c->n; i++)
			if (!byz_is(&byz_it, i + 1)) {
				tf_outbox_reset(&c->out[i]);
				CHECK_ERR(frost_start_one(frost, i, 0, &job), TF_E_STATE);
				CHECK(c->out[i].count == 0);
			}
	}
}

/* ---- seeds ---- */

static void honest_past(sim_phase before)
{
	s = sim_new(tf_test_seed());
	for (sim_phase p = SIM_KEYGEN; p < before; p++) {
		sim_begin(s, p);
		sim_sail(s, &sim_calm);
		sim_take(s);
	}
}

TEST_SLOW(byzantine_key_generation, 3600)
{
	honest_past(SIM_KEYGEN);
	byz_run(&(byz_game){ "byzantine_key_generation", "key generation",
	                     800, 20000, play_keygen, &s->c });
}

TEST_SLOW(byzantine_signing, 3600)
{
	honest_past(SIM_SIGN);
	byz_run(&(byz_game){ "byzantine_signing", "signing", 800, 20000, play_sign, &s->c });
}

TEST_SLOW(byzantine_refresh, 3600)
{
	honest_past(SIM_INTRODUCE);
	byz_run(&(byz_game){ "byzantine_refresh", "refresh", 400, 10000, play_refresh, &s->c });
}

TEST_SLOW(byzantine_frost, 3600)
{
	frost = tf_test_alloc(sizeof(*frost));
	frost_init(frost, TF_FROST_ED25519, 3);
	byz_run(&(byz_game){ "byzantine_frost", "FROST", 200, 10000, play_frost, &frost->c });
}

/* ---- can it fail? ---- */

TEST_SLOW(the_byzantine_simulation_falls_without_a_check, 900)
{
	static const tf_check of_keygen[] = { TF_CK_KEYGEN_COMMITMENT, TF_CK_KEYGEN_SHARE,
	                                      TF_CK_SCH_EQUATION, TF_CK_KEYGEN_ACK };
	static const tf_check of_refresh[] = { TF_CK_RESHARE_SHARE, TF_CK_RESHARE_ACK };

	honest_past(SIM_KEYGEN);
	for (unsigned k = 0; k < TF_ARRAY_LEN(of_keygen); k++)
		byz_must_fall(of_keygen[k], &(byz_game){ .play = play_keygen, .c = &s->c });
	honest_past(SIM_INTRODUCE);
	for (unsigned k = 0; k < TF_ARRAY_LEN(of_refresh); k++)
		byz_must_fall(of_refresh[k], &(byz_game){ .play = play_refresh, .c = &s->c });
	honest_past(SIM_SIGN);
	byz_must_fall(TF_CK_SIGN_SHARE, &(byz_game){ .play = play_sign, .c = &s->c });
}
