/* Introductions with up to all but one of the parties driven by a script, in one session or two,
 * between which everything is replayed, or by partners who share the factors of their moduli:
 *
 *     shared  a prime of the partner's N is in the cheat's, too
 *     same    N is the partner's
 *     hat     Nhat, s and t are the partner's, and are proved by its trapdoor
 *     stolen  a prime of an honest party's N is in the cheat's
 *
 * What holds for every session, holds here (byzantine_test.c). Besides: who has a result has
 * everybody's moduli as they say they are, and no two N that share a factor; whose prime was stolen
 * names the thief, and others, who cannot tell the thief from its victim, name nobody.
 */
#include <stdio.h>

#include "sim/byzantine_seeds.h"
#include "sim/guild.h"

typedef enum trick { TRICK_NONE, TRICK_SHARED, TRICK_SAME, TRICK_HAT, TRICK_STOLEN, TRICKS } trick;

static const char *const trick_name[TRICKS] = { "script", "shared", "same", "hat", "stolen" };

static guild first, second;
static byz other;
static guild *judged;
static const uint16_t all[GUILD_MAX] = { 1, 2, 3, 4, 5 };
static unsigned cheat, helper, victim; /* 1-based */

static unsigned ones(unsigned x)
{
	return (unsigned)__builtin_popcount(x);
}

static void right_peers(unsigned i)
{
	guild_check_peers(judged, i);
}

/* The k-th party that is driven, or is not; from 1. */
static unsigned nth(bool evil, unsigned k)
{
	for (unsigned i = 1; i <= first.c.n; i++)
		if (byz_is(&byz_it, i) == evil && k-- == 0)
			return i;
	tf_test_fail(__FILE__, __LINE__, "there is no such party");
}

static void found(unsigned m, unsigned evil)
{
	unsigned mask;

	guild_init(&first, TF_CURVE_SECP256K1, m, 2, all, m, byz_seed);
	do {
		mask = 1 + (unsigned)byz_below(&byz_it, (1u << m) - 2); /* some, and not all */
	} while (ones(mask) < evil);
	byz_init(&byz_it, &first.c, byz_it.dice, mask);
}

static void open_session(guild *w, unsigned sid)
{
	guild_open(w, tf_auxinfo_sizes(&guild_profile, (uint16_t)w->c.n), sid);
	byz_session(byz_of(&w->c));
	for (unsigned i = 0; i < w->c.n; i++)
		guild_start_introduce(w, i);
}

static void close_session(guild *w)
{
	judged = w;
	byz_judge(&w->c, true, right_peers);
}

/* ---- tricks ---- */

static void prepare(trick t)
{
	static tf_moduli made;
	unsigned of = t == TRICK_STOLEN ? victim - 1 : helper - 1;
	static uint8_t room[1 << 20] __attribute__((aligned(64)));
	tf_arena mem;
	tf_bn p[4];

	tf_arena_init(&mem, room, sizeof(room));
	for (unsigned k = 0; k < 4; k++)
		guild_prime(&p[k], cheat - 1, k);
	if (t != TRICK_HAT)
		guild_prime(&p[0], of, 0);
	if (t == TRICK_SAME)
		guild_prime(&p[1], of, 1);
	CHECK_OK(tf_moduli_make(&made, &guild_profile, &p[0], &p[1], &p[2], &p[3], byz_it.dice,
	                        &mem));
	if (t == TRICK_HAT)
		made.rp = guild_moduli(of)->rp;
	else
		byz_it.blind = TF_CK_AUX_APART_N_N; /* so that both go on */
	first.moduli[cheat - 1] = &made;
	byz_did(&byz_it, cheat);
	if (t != TRICK_STOLEN)
		byz_did(&byz_it, helper);
}

/* Who sees the factor in the step in which it would have sent its proofs does not send them. */
static bool awaits_a_failed_one(unsigned i)
{
	for (unsigned j = 1; j <= first.c.n; j++)
		if (tf_rounds_awaits(first.c.run[i], j) &&
		    first.c.fault[j - 1].check == TF_CK_AUX_APART_PEERS)
			return true;
	return false;
}

/* With nobody else's lies beside it. */
static void check_trick(trick t, unsigned i)
{
	const tf_fault *f = &first.c.fault[i];
	bool done = first.c.done[i] == 1;

	switch (t) {
	case TRICK_HAT:
		CHECK(done);
		break;
	case TRICK_SHARED:
	case TRICK_SAME:
		CHECK(!done);
		if (first.c.err[i] == TF_OK && awaits_a_failed_one(i))
			break;
		CHECK(first.c.err[i] == TF_E_PROOF && f->party == TF_PARTY_NONE);
		CHECK(f->check == TF_CK_AUX_APART_PEERS);
		break;
	case TRICK_STOLEN: /* the victim says no more, and the others wait for it */
		CHECK(!done);
		if (i + 1 == victim)
			CHECK(first.c.err[i] == TF_E_PROOF && f->party == cheat &&
			      f->check == TF_CK_AUX_APART_N_N);
		else
			CHECK(first.c.err[i] == TF_OK && tf_rounds_awaits(first.c.run[i], victim));
		break;
	case TRICK_NONE:
	case TRICKS:
		break;
	}
}

static void one_session(trick t)
{
	bool partners = t != TRICK_NONE && t != TRICK_STOLEN;
	bool pure = t != TRICK_NONE && byz_below(&byz_it, 4) != 0;

	found((partners ? 3 : 2) + (unsigned)byz_below(&byz_it, byz_below(&byz_it, 3) ? 2 : 3),
	      partners ? 2 : 1);
	cheat = nth(true, 0);
	helper = partners ? nth(true, 1) : 0;
	victim = nth(false, 0);
	byz_sum->plots[t]++;
	guild_open(&first, tf_auxinfo_sizes(&guild_profile, (uint16_t)first.c.n), 1);
	byz_session(&byz_it);
	if (t != TRICK_NONE)
		prepare(t);
	if (pure)
		byz_it.dose = 0;
	for (unsigned i = 0; i < first.c.n; i++)
		guild_start_introduce(&first, i);
	byz_sail(&byz_it);
	close_session(&first);
	for (unsigned i = 0; i < first.c.n && pure; i++)
		if (!byz_is(&byz_it, i + 1))
			check_trick(t, i);
}

static void two_sessions(bool at_once)
{
	found(2 + (unsigned)byz_below(&byz_it, 2), 1);
	guild_init(&second, TF_CURVE_SECP256K1, first.c.n, 2, all, first.c.n, byz_seed);
	for (unsigned i = 0; i < second.c.n; i++)
		second.c.rng[i] = tf_tape_init(&second.c.tape[i], byz_seed, 40 + i);
	byz_init(&other, &second.c, byz_it.dice, byz_it.evil);
	byz_it.beside = at_once ? &second.c : NULL;
	other.beside = &first.c;
	byz_it.fond = other.fond = BYZ_REPLAY;
	byz_sum->pairs++;
	open_session(&first, 1);
	if (at_once) {
		open_session(&second, 2);
		byz_sail_both(&byz_it, &other);
	} else {
		byz_sail(&byz_it);
		close_session(&first);
		open_session(&second, 2);
		byz_sail(&other);
	}
	if (at_once)
		close_session(&first);
	close_session(&second);
	byz_count(&other);
}

static void play_introduce(void)
{
	switch (byz_seed % 8) {
	case 0: one_session(TRICK_SHARED); break;
	case 1: one_session(TRICK_SAME); break;
	case 2: one_session(TRICK_HAT); break;
	case 3: one_session(TRICK_STOLEN); break;
	case 4: two_sessions(true); break;
	case 5: two_sessions(false); break;
	case 6:
	case 7: one_session(TRICK_NONE); break;
	}
}

TEST_SLOW(byzantine_introductions, 3600)
{
	static const byz_game game = { "byzantine_introductions", "introductions", 96, 4000,
	                               play_introduce, NULL };
	const unsigned *tricks;

	guild_make_moduli();
	if (!byz_run(&game))
		return;
	tricks = byz_sum->plots;
	printf("introductions: ");
	for (unsigned k = 0; k < TRICKS; k++)
		printf("%u %s, ", tricks[k], trick_name[k]);
	printf("%u of two sessions\n", byz_sum->pairs);
	for (unsigned k = 0; k < TRICKS; k++)
		CHECK(tricks[k] >= byz_sum->seeds / 8);
	CHECK(byz_sum->pairs >= byz_sum->seeds / 4 && byz_sum->nobody >= byz_sum->seeds / 8);
	CHECK(byz_sum->done >= byz_sum->seeds / 8 && byz_sum->named >= byz_sum->seeds / 4);
}

/* ---- can it fail? ---- */

static void play_shared(void)
{
	one_session(TRICK_SHARED);
}

static void play_stolen(void)
{
	one_session(TRICK_STOLEN);
}

TEST_SLOW(the_simulation_of_introductions_falls, 900)
{
	guild_make_moduli();
	byz_must_fall(TF_CK_AUX_APART_PEERS, &(byz_game){ .play = play_shared });
	byz_must_fall(TF_CK_AUX_APART_N_N, &(byz_game){ .play = play_stolen });
	byz_must_fall(TF_CK_AUX_COMMITMENT, &(byz_game){ .play = play_introduce });
}
