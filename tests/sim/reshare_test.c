/* Resharing and refresh on every sea, with a death at every effect of every party, while the run
 * lasts and while what it left is settled.
 *
 * Each party has a disk, which a death leaves, and memory, which it does not: the machine, and a
 * pool of presignatures of the epoch that it signs with. A run is sailed in a seeded order of
 * arrival; parties die before or after any of their effects, mail gets lost. Then the session is
 * over for everybody, and a coordinator, whom nobody trusts, carries what the voters show to each
 * other: signed certificates, signed aborts, in any order, some of it lost, with more deaths. What
 * must hold:
 *
 *   at any time    some epoch of which every seat's share is on a disk, so nothing is ever lost
 *                  once anybody has committed, everybody that receives has its new share on disk
 *                  who has committed has no presignature of an older epoch
 *   at no time     an attempt that is committed by one and aborted or refused by another
 *                  anybody named
 *   in the end     all receivers have committed the same attempt, or none has and all old shares
 *                  are there; nothing is pending; all can sign with one epoch
 *                  and the next refresh succeeds
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reshare_world.h"

static bool all(void)
{
	const char *s = getenv("TREFOIL_SIM");

	return s && strcmp(s, "all") == 0;
}

/* Every other world is on another curve; in make check, since libsecp256k1 is the fastest, one of
 * sixteen. */
static tf_curve_id next_curve(void)
{
	static const tf_curve_id others[] = { TF_CURVE_P256, TF_CURVE_STARK, TF_CURVE_BIP340,
	                                      TF_CURVE_ED25519 };
	static unsigned worlds;
	unsigned every = all() ? 2 : 16, k = worlds++;

	return k % every == 1 ? others[k / every % TF_ARRAY_LEN(others)] : TF_CURVE_SECP256K1;
}

static void new_world(bool reshare_plan, uint64_t seed)
{
	rw = tf_test_alloc(sizeof(*rw));
	rw->n = reshare_plan ? 4 : 3;
	rw->dice = tf_tape_init(&rw->tape, seed, 77);
	recast_init(&rw->x, rw->n, next_curve());
	for (unsigned i = 0; i < rw->n; i++)
		rw->x.c.rng[i] = tf_tape_init(&rw->x.c.tape[i], seed, i + 1);
	recast_deal(&rw->x, reshare_plan ? 2 : 3, 2, TF_SHARE_FELDMAN);
	memcpy(rw->source, rw->x.args.source->sharing, 32);
	rw->epoch = rw->used = rw->x.args.source->epoch;
	for (unsigned i = 0; i < rw->x.args.source->n; i++) {
		static uint8_t body[TF_CERTIFICATE_MAX], cert[TF_CERTIFICATE_MAX], rec[1 << 15];
		size_t body_len, cert_len, len;

		CHECK_OK(tf_sharing_encode(body, &body_len, NULL, rw->x.args.source, rw->x.c.g,
		                           recast_scratch()));
		CHECK_OK(tf_sharing_seal(cert, sizeof(cert), &cert_len, body, body_len,
		                         &(tf_sharing_sig){ "nobody", { 0 } }, 1,
		                         recast_scratch()));
		CHECK_OK(tf_key_encode(rec, sizeof(rec), &len, &rw->x.source[i], cert, cert_len,
		                       rw->x.c.g, recast_scratch()));
		rw_put(i, TF_REC_KEY_SHARE, rw->source, 32, rec, len);
	}
	if (reshare_plan)
		recast_plan_reshare(&rw->x);
	else
		recast_plan_refresh(&rw->x);
	rw_restart();
}

static void end_world(void)
{
	for (unsigned i = 0; i < rw->n; i++)
		for (unsigned f = 0; f < RW_FILES; f++)
			if (rw->p[i].disk[f].bytes)
				rw_erase(&rw->p[i].disk[f]);
	recast_free(&rw->x);
}

static void one_run(unsigned lose)
{
	rw_open();
	for (unsigned i = 0; i < rw->n; i++)
		if (!rw->p[i].dead)
			rw_start(i);
	rw_sail(lose);
}

/* A run without deaths goes through, whatever happened before it. */
static void next_refresh(void)
{
	static tf_key k;
	uint32_t before;

	CHECK(rw_load_key(&k, NULL, 0, rw->source));
	rw->x.args.source = &k.sharing;
	rw->epoch = before = k.sharing.epoch;
	if (rw->x.args.kind == TF_REFRESH) {
		rw->x.args.epoch = ++rw->used;
		rw->x.args.epoch_used = rw->used - 1;
	}
	one_run(0);
	for (unsigned i = 0; i < rw->n; i++)
		CHECK(rw->x.c.done[i] == 1);
	if (rw->x.args.kind == TF_REFRESH)
		for (unsigned i = 0; i < rw->n; i++)
			CHECK(rw_committed(i, rw->source) > before);
	rw_restart();
	rw_settle(0);
	rw_check_settled();
}

/* One attempt with these deaths, and what becomes of it; passes: how many lossy rounds of settling
 * there are before a calm one. */
static void one_life(bool reshare_plan, uint64_t seed, const unsigned *dies_at, unsigned lose,
                     unsigned passes)
{
	new_world(reshare_plan, seed);
	rw->used++;
	for (unsigned i = 0; i < rw->n; i++)
		rw->p[i].dies_at = dies_at[i];
	one_run(lose);
	rw_restart();
	for (unsigned k = 0; k < passes; k++) {
		for (unsigned i = 0; i < rw->n; i++)
			rw->p[i].dies_at = rw_below(2) ? (unsigned)rw_below(6) : RW_NEVER;
		rw_settle(3);
		rw_restart();
	}
	rw_settle(0);
	rw_settle(0);
	rw_check_disks();
	rw_check_settled();
}

/* Effects of one party in a calm run: points to die at, the last one after all of them. */
static unsigned effects_of(bool reshare_plan, unsigned i)
{
	unsigned never[RW_N_MAX] = { RW_NEVER, RW_NEVER, RW_NEVER, RW_NEVER }, n;

	new_world(reshare_plan, 1);
	rw->used++;
	for (unsigned k = 0; k < rw->n; k++)
		rw->p[k].dies_at = never[k];
	one_run(0);
	n = rw->p[i].effects;
	end_world();
	return n;
}

typedef struct tally {
	unsigned lives, deaths, committed, aborted, lost, nothing;
} tally;

static void count(tally *t)
{
	t->lives++;
	t->deaths += rw->deaths;
	t->committed += rw->committed > 0;
	t->aborted += rw->committed == 0 && rw->aborted > 0;
	t->nothing += rw->committed == 0 && rw->aborted == 0;
	t->lost += rw->lost;
	next_refresh();
	end_world();
}

static void say(const char *what, const tally *t)
{
	printf("%s: %u lives, %u deaths, %u mails lost; %u committed, %u aborted, %u before any "
	       "acknowledgement\n", what, t->lives, t->deaths, t->lost, t->committed, t->aborted,
	       t->nothing);
	CHECK(t->committed > 0 && t->aborted > 0 && t->nothing > 0);
}

/* One party dies, at each of its effects, in several orders of arrival. */
static void every_death(bool reshare_plan, unsigned orders)
{
	unsigned parties = reshare_plan ? 4 : 3;
	tally t = { 0 };

	for (unsigned i = 0; i < parties; i++) {
		unsigned points = effects_of(reshare_plan, i);

		CHECK(points >= 6);
		for (unsigned point = 0; point <= points; point++)
			for (unsigned order = 0; order < orders; order++) {
				unsigned at[RW_N_MAX] = { RW_NEVER, RW_NEVER, RW_NEVER, RW_NEVER };

				at[i] = point;
				one_life(reshare_plan, tf_test_seed() + order, at, 0, order % 2);
				count(&t);
			}
	}
	say(reshare_plan ? "resharing, one death" : "refresh, one death", &t);
}

TEST_SLOW(a_death_at_every_effect_of_a_refresh, 1800)
{
	every_death(false, all() ? 12 : 1);
}

TEST_SLOW(a_death_at_every_effect_of_a_resharing, 1800)
{
	every_death(true, all() ? 12 : 1);
}

/* Any of them die, at any effects, and while it is settled; mail is lost. */
static void many_deaths(bool reshare_plan, unsigned seeds)
{
	tally t = { 0 };

	for (unsigned k = 0; k < seeds; k++) {
		unsigned at[RW_N_MAX];
		unsigned lose = k % 4 == 3 ? 20 : 0;

		for (unsigned i = 0; i < RW_N_MAX; i++) /* late deaths are the interesting ones */
			at[i] = (k + i) % 3 == 0 ? RW_NEVER : 4 + (k * 7 + i * 5 + k / 11) % 9;
		one_life(reshare_plan, tf_test_seed() * 1000 + k, at, lose, 1 + k % 3);
		count(&t);
	}
	say(reshare_plan ? "resharing, many deaths" : "refresh, many deaths", &t);
}

TEST_SLOW(deaths_of_many_at_any_effects_of_a_refresh, 1800)
{
	many_deaths(false, all() ? 1000 : 40);
}

TEST_SLOW(deaths_of_many_at_any_effects_of_a_resharing, 1800)
{
	many_deaths(true, all() ? 1000 : 20);
}

/* Attempts that nobody has settled, and then the next one, which ends them, too. */
TEST_SLOW(a_later_epoch_ends_earlier_attempts, 1800)
{
	unsigned seeds = all() ? 300 : 12, ended = 0;

	for (unsigned k = 0; k < seeds; k++) {
		unsigned stay = (unsigned)(k % 3);

		new_world(false, tf_test_seed() * 77 + k);
		for (unsigned turn = 0; turn < 3; turn++) {
			bool moved = false;

			rw->x.args.epoch = ++rw->used;
			rw->x.args.epoch_used = rw->used - 1;
			for (unsigned i = 0; i < 3; i++)
				rw->p[i].dies_at = turn == 2 ? RW_NEVER : 6 + (unsigned)rw_below(3);
			one_run(turn == 2 && stay ? 25 : 0);
			rw_restart();
			for (unsigned i = 0; i < 3; i++)
				moved = moved || rw_committed(i, rw->source) != 4;
			if (moved)
				break; /* another source: settle first */
			ended += turn > 0;
		}
		for (unsigned pass = 0; pass < 3; pass++)
			rw_settle(pass == 0 ? 3 : 0);
		rw_check_settled();
		next_refresh();
		end_world();
	}
	CHECK(ended > 0);
	printf("refresh, attempts upon attempts: %u lives, %u with unsettled ones\n", seeds, ended);
}
