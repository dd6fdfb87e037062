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
 * Every seed is a process of its own, which begins where an honest past has led. TREFOIL_SIM=all:
 * many more seeds; TREFOIL_BYZANTINE=number: this seed only.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frost_stage_test.h"
#include "sim/byzantine.h"
#include "sim/sim.h"

typedef struct tally {
	unsigned seeds, sessions, mails, deeds[BYZ_DEEDS];
	unsigned done, named, nobody, waiting; /* honest parties, at the end of a session */
} tally;

static tally *sum; /* shared with the processes of all seeds */
static sim *s;
static frost_stage *frost;
static byz b;

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *e = getenv(name);

	return e && *e ? (unsigned)strtoul(e, NULL, 10) : otherwise;
}

static bool all(void)
{
	const char *e = getenv("TREFOIL_SIM");

	return e && strcmp(e, "all") == 0;
}

/* ---- the end of a session ---- */

/* Views that differ and convict nobody; sums that fail where an alert does not come. */
static bool may_name_nobody(tf_check check)
{
	switch ((int)check) {
	case TF_CK_ECHO_AGREES:
	case TF_CK_PRESIGN_NONCE:
	case TF_CK_PRESIGN_CHI:
	case TF_CK_PRESIGN_DELTA_ZERO:
		return true;
	}
	return false;
}

static void judge_fault(const cast *c, unsigned i)
{
	const tf_fault *f = &c->fault[i];
	bool verdict = c->err[i] == TF_E_PROOF || c->err[i] == TF_E_CONFLICT;
	bool failed = tf_rounds_state(c->run[i]) == TF_RUN_FAILED;
	tf_blob evidence[2];

	if (verdict && f->party != TF_PARTY_NONE && !byz_is(&b, f->party))
		tf_test_fail(__FILE__, __LINE__, "party %u names %u, which is honest: %s", i + 1,
		             f->party, tf_check_name(f->check));
	if (!failed)
		return;
	if (!verdict)
		tf_test_fail(__FILE__, __LINE__, "party %u failed by itself: %s", i + 1,
		             tf_err_name(c->err[i]));
	if (f->party == TF_PARTY_NONE && !may_name_nobody(f->check))
		tf_test_fail(__FILE__, __LINE__, "party %u names nobody: %s", i + 1,
		             tf_check_name(f->check));
	if (f->party != TF_PARTY_NONE)
		CHECK(tf_rounds_evidence(evidence, c->run[i]) >= 1);
	sum->named += f->party != TF_PARTY_NONE;
	sum->nobody += f->party == TF_PARTY_NONE;
}

/* Every honest party, and `right` for those that are done. strict: nothing but the truth can have
 * led there (FROST's commitments are what their sender says). */
static void judge(const cast *c, bool strict, void (*right)(unsigned i))
{
	for (unsigned i = 0; i < c->n; i++) {
		tf_run_state state = tf_rounds_state(c->run[i]);

		if (byz_is(&b, i + 1))
			continue;
		judge_fault(c, i);
		if (state == TF_RUN_DONE) {
			CHECK(c->done[i] == 1);
			if (strict && (b.told >> i & 1))
				tf_test_fail(__FILE__, __LINE__, "party %u believes a lie", i + 1);
			right(i);
			sum->done++;
		} else {
			CHECK(c->done[i] == 0);
			sum->waiting += state != TF_RUN_FAILED;
		}
	}
	sum->sessions++;
}

static unsigned honest_done(const cast *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->n; i++)
		n += !byz_is(&b, i + 1) && tf_rounds_state(c->run[i]) == TF_RUN_DONE;
	return n;
}

/* ---- the four protocols and the refresh ---- */

static void right_by_sim(unsigned i)
{
	sim_check_result(s, i);
}

static void session(sim_phase phase)
{
	sim_open(s, phase);
	byz_session(&b);
	for (unsigned i = 0; i < SIM_N; i++)
		sim_start(s, i);
	byz_sail(&b);
	judge(&s->c, true, right_by_sim);
}

/* The keys of all honest parties that have one are shares of the same. */
static void same_keys(void)
{
	const tf_key *first = NULL;

	for (unsigned i = 0; i < SIM_N; i++) {
		if (byz_is(&b, i + 1) || tf_rounds_state(s->c.run[i]) != TF_RUN_DONE)
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

	for (unsigned k = 0; k < 2 && (k == 0 || honest_done(&s->c) == 0); k++) {
		session(SIM_REFRESH);
		same_keys();
		for (unsigned i = 0; i < SIM_N; i++) {
			bool waits = !byz_is(&b, i + 1) &&
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

static void play_introduce(void)
{
	session(SIM_INTRODUCE);
}

static void play_presign(void)
{
	s->batch = 1;
	session(SIM_PRESIGN);
}

/* What everybody is told to sign: the honest the same, or two things by a coordinator that lies;
 * the driven that, or something else. */
static void tell_digests(unsigned k)
{
	uint8_t asked = (uint8_t)(0x10 + k);
	bool lies = byz_below(&b, 8) == 0;

	for (unsigned i = 0; i < SIM_N; i++) {
		uint8_t told = lies ? (uint8_t)(asked + 0x40 * i) : asked;

		if (byz_is(&b, i + 1) && byz_below(&b, 6) == 0)
			told = 0xee;
		memset(s->digest[i], told, sizeof(s->digest[i]));
	}
}

/* The same presignature once more, for something else. */
static void try_again(unsigned i)
{
	static uint8_t out_room[1 << 16];
	static tf_signing again;
	tf_signing_args args = { .env = &s->c.env[i], .path = s->path, .digest = { 0xee },
	                         .presig = &s->presig[i][s->presig_next] };
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
			CHECK(byz_is(&b, s->use[u].party + 1) || s->use[u].party != s->use[v].party ||
			      !s->use[u].left || !s->use[v].left ||
			      memcmp(s->use[u].presig, s->use[v].presig, 32) != 0);
	for (unsigned i = 0; i < SIM_N; i++)
		for (unsigned j = 0; j < SIM_N; j++)
			if (tf_rounds_state(s->c.run[i]) == TF_RUN_DONE && !byz_is(&b, j + 1))
				CHECK(memcmp(s->digest[i], s->digest[j], 32) == 0);
}

static void play_sign(void)
{
	b.dose = 1 + b.dose % 3; /* few messages: more of them lies */
	for (unsigned k = 0; k < SIM_BATCH; k++) {
		s->presig_next = k;
		tell_digests(k);
		session(SIM_SIGN);
		judge_uses();
		for (unsigned i = 0; i < SIM_N; i++)
			if (!byz_is(&b, i + 1))
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

		byz_session(&b);
		frost_start_prepare(frost, 1, true);
		memset(c->fault, 0, sizeof(c->fault));
		byz_sail(&b);
		judge(c, false, right_nonces);
		for (unsigned i = 0; i < c->n; i++) {
			bool done = tf_rounds_state(c->run[i]) == TF_RUN_DONE;

			if (done && byz_is(&b, i + 1))
				right_nonces(i);
			ready += done;
		}
		if (ready < c->n)
			continue;
		byz_session(&b);
		frost_start_sign(frost, 0, &job);
		memset(c->fault, 0, sizeof(c->fault));
		byz_sail(&b);
		judge(c, true, right_frost);
		for (unsigned i = 0; i < c->n; i++)
			if (!byz_is(&b, i + 1)) {
				tf_outbox_reset(&c->out[i]);
				CHECK_ERR(frost_start_one(frost, i, 0, &job), TF_E_STATE);
				CHECK(c->out[i].count == 0);
			}
	}
}

/* ---- seeds ---- */

/* A seed's own dice and randomness, over what the honest past has left. */
static void begin(cast *c, uint64_t seed)
{
	static tf_tape dice_tape;
	static tf_rng dice;
	unsigned evil;

	dice = tf_tape_init(&dice_tape, seed, 99);
	for (unsigned i = 0; i < c->n; i++)
		c->rng[i] = tf_tape_init(&c->tape[i], seed, i + 1);
	b.c = c;
	b.dice = &dice;
	evil = 1 + (unsigned)byz_below(&b, (1u << c->n) - 2); /* some, and not all */
	byz_init(&b, c, &dice, evil);
}

static int one_seed(uint64_t seed, void (*play)(void))
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		begin(s ? &s->c : &frost->c, seed);
		play();
		sum->mails += b.delivered;
		for (unsigned k = 0; k < BYZ_DEEDS; k++)
			sum->deeds[k] += b.done[k];
		tf_test_leave(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	sum->seeds++;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void share_tally(void)
{
	sum = mmap(NULL, sizeof(*sum), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(sum != MAP_FAILED);
}

static void say(const char *what)
{
	printf("%s: %u seeds, %u sessions, %u mails;", what, sum->seeds, sum->sessions, sum->mails);
	for (unsigned k = 0; k < BYZ_DEEDS; k++)
		printf(" %u %s%s", sum->deeds[k], byz_deed_name[k], k + 1 < BYZ_DEEDS ? "," : ";");
	printf(" honest parties: %u done, %u name a cheat, %u nobody, %u wait\n", sum->done,
	       sum->named, sum->nobody, sum->waiting);
}

static void run_seeds(const char *test, const char *what, unsigned few, unsigned many,
                      void (*play)(void))
{
	unsigned only = number_of("TREFOIL_BYZANTINE", 0);
	unsigned n = all() ? many : few;
	uint64_t first = tf_test_seed() * 100000;

	share_tally();
	for (unsigned k = 1; k <= n; k++) {
		uint64_t seed = only ? only : first + k;

		if (one_seed(seed, play) != 0)
			tf_test_fail(__FILE__, __LINE__, "seed %llu; again by TREFOIL_BYZANTINE=%llu"
			             " sim_byzantine %s", (unsigned long long)seed,
			             (unsigned long long)seed, test);
		if (only)
			break;
	}
	say(what);
	CHECK(only || (sum->named > 0 && sum->done > 0 && sum->seeds == n));
}

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
	run_seeds("byzantine_key_generation", "key generation", 800, 20000, play_keygen);
}

TEST_SLOW(byzantine_introductions, 3600)
{
	honest_past(SIM_INTRODUCE);
	run_seeds("byzantine_introductions", "introductions", 16, 400, play_introduce);
}

TEST_SLOW(byzantine_presigning, 7200)
{
	honest_past(SIM_PRESIGN);
	run_seeds("byzantine_presigning", "presigning", 32, 600, play_presign);
}

TEST_SLOW(byzantine_signing, 3600)
{
	honest_past(SIM_SIGN);
	run_seeds("byzantine_signing", "signing", 800, 20000, play_sign);
}

TEST_SLOW(byzantine_refresh, 3600)
{
	honest_past(SIM_INTRODUCE);
	run_seeds("byzantine_refresh", "refresh", 400, 10000, play_refresh);
}

TEST_SLOW(byzantine_frost, 3600)
{
	frost = tf_test_alloc(sizeof(*frost));
	frost_init(frost, TF_FROST_ED25519, 3);
	run_seeds("byzantine_frost", "FROST", 200, 10000, play_frost);
}

/* ---- can it fail? ---- */

/* With a check off, some seed falls. */
static unsigned falls_without(tf_check check, void (*play)(void))
{
	unsigned fallen = 0;

	fflush(NULL);
	tf_check_switch_off(check);
	for (unsigned k = 1; k <= 300 && fallen == 0; k++)
		fallen += one_seed(700000 + k, play) != 0;
	tf_check_switch_off(TF_CK_NONE);
	return fallen;
}

static void judge_fall(tf_check check, void (*play)(void))
{
	unsigned fallen = falls_without(check, play);

	if (!fallen)
		printf("nothing falls without %s\n", tf_check_name(check));
	CHECK(fallen > 0);
}

TEST_SLOW(the_byzantine_simulation_falls_without_a_check, 900)
{
	static const tf_check of_keygen[] = { TF_CK_KEYGEN_COMMITMENT, TF_CK_KEYGEN_SHARE,
	                                      TF_CK_SCH_EQUATION, TF_CK_KEYGEN_ACK };
	static const tf_check of_refresh[] = { TF_CK_RESHARE_SHARE, TF_CK_RESHARE_ACK };

	share_tally();
	CHECK(freopen("/dev/null", "w", stderr)); /* what falls need not be read */
	honest_past(SIM_KEYGEN);
	for (unsigned k = 0; k < TF_ARRAY_LEN(of_keygen); k++)
		judge_fall(of_keygen[k], play_keygen);
	honest_past(SIM_INTRODUCE);
	for (unsigned k = 0; k < TF_ARRAY_LEN(of_refresh); k++)
		judge_fall(of_refresh[k], play_refresh);
	honest_past(SIM_SIGN);
	judge_fall(TF_CK_SIGN_SHARE, play_sign);
}
