/* Honest parties on every sea: reordering, duplicates, delays, losses and damage in transit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

/* How many seeds: more in make check-all (TREFOIL_SIM=all). */
static unsigned seeds(unsigned few, unsigned many)
{
	const char *s = getenv("TREFOIL_SIM");

	return s && strcmp(s, "all") == 0 ? many : few;
}

static void set_digests(sim *s, uint8_t first)
{
	memset(s->digest, first, sizeof(s->digest));
}

static void through(sim *s, sim_phase phase, const sim_weather *w)
{
	sim_begin(s, phase);
	sim_sail(s, w);
	sim_take(s);
}

static void whole_life(sim *s, const sim_weather *w)
{
	through(s, SIM_KEYGEN, w);
	through(s, SIM_INTRODUCE, w);
	through(s, SIM_PRESIGN, w);
	for (unsigned b = 0; b < SIM_BATCH; b++) {
		set_digests(s, (uint8_t)(0x20 + b));
		through(s, SIM_SIGN, w);
	}
	through(s, SIM_REFRESH, w);
	through(s, SIM_REFRESH, w);
	through(s, SIM_PRESIGN, w);
	set_digests(s, 0x2f);
	through(s, SIM_SIGN, w);
}

TEST_SLOW(a_key_lives_through_every_order_of_arrival, 900)
{
	unsigned n = seeds(5, 60), sessions = 0, mails = 0, repeated = 0, damaged = 0;

	for (unsigned k = 0; k < n; k++) {
		sim *s = sim_new(tf_test_seed() * 1000 + k);
		sim_weather w = { .repeat = 3, .damage = 2, .held = k % (SIM_N + 1) };

		whole_life(s, &w);
		sessions += s->sessions;
		mails += s->delivered;
		repeated += s->repeated;
		damaged += s->damaged;
		sim_free(s);
	}
	CHECK(sessions == 9 * n && repeated > n && damaged > n);
	printf("honest: %u seeds, %u sessions, %u mails, %u of them again, %u damaged copies\n", n,
	       sessions, mails, repeated, damaged);
}

/* Who has lost mail waits; nobody is named; the next run succeeds. */
static unsigned lose_some(sim *s, sim_phase phase)
{
	sim_weather w = { .lose = 12 };
	unsigned waiting = 0;

	sim_begin(s, phase);
	sim_sail(s, &w);
	sim_check_nobody_named(s);
	for (unsigned i = 0; i < SIM_N; i++) {
		bool done = tf_rounds_state(s->c.run[i]) == TF_RUN_DONE;

		CHECK(!done || s->lost[i] == 0);
		CHECK(s->c.done[i] == done);
		waiting += !done;
		if (!done)
			CHECK(tf_rounds_state(s->c.run[i]) == TF_RUN_RUNNING);
	}
	return waiting;
}

TEST_SLOW(lost_mail_stops_a_run_and_names_nobody, 900)
{
	unsigned n = seeds(3, 40), stopped = 0, dropped = 0, sessions = 0;

	for (unsigned k = 0; k < n; k++) {
		sim *s = sim_new(tf_test_seed() * 2000 + k);

		for (sim_phase phase = SIM_KEYGEN; phase <= SIM_SIGN; phase++) {
			set_digests(s, 0x31);
			s->dropped = 0;
			if (lose_some(s, phase) > 0)
				stopped++;
			else
				CHECK(s->dropped == 0);
			dropped += s->dropped;
			if (phase == SIM_SIGN)
				s->presig_next++;
			through(s, phase, &sim_calm);
		}
		sessions += s->sessions;
		sim_free(s);
	}
	CHECK(stopped > n && dropped > n);
	printf("lost mail: %u seeds, %u sessions, %u lost, %u runs stopped\n", n, sessions,
	       dropped, stopped);
}

/* One party is told of another digest: it is in another session, and nobody is blamed. */
TEST(who_signs_another_digest_is_in_another_session)
{
	for (unsigned odd = 0; odd < SIM_N; odd++) {
		sim *s = sim_new(tf_test_seed() + odd);

		through(s, SIM_KEYGEN, &sim_calm);
		through(s, SIM_INTRODUCE, &sim_calm);
		through(s, SIM_PRESIGN, &sim_calm);
		set_digests(s, 0x41);
		memset(s->digest[odd], 0x42, 32);
		sim_begin(s, SIM_SIGN);
		sim_sail(s, &sim_calm);
		for (unsigned i = 0; i < SIM_N; i++) {
			CHECK(s->c.err[i] == TF_E_SESSION);
			CHECK(s->c.done[i] == 0);
			CHECK(tf_rounds_state(s->c.run[i]) == TF_RUN_RUNNING);
		}
		sim_check_nobody_named(s);
		sim_free(s);
	}
}
