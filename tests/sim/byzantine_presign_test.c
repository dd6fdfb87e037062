/* Presigning with up to all but one of the members driven by a script, or by a
 * plot of theirs (byzantine_plots.h); what comes of presignatures is signed with. Each seed has its
 * own curve, key (3 to 5 seats, any threshold) and signing set, one session or two, one after the
 * other or both at once, of one key or of two, between which everything is replayed. Whatever
 * happens:
 *
 *     who is named has done something
 *     where sums fail there is an alert, and at its deadline those that are here are judged; who is
 *     silent is waited for, and then the run ends and names nobody; no presignature is left of it
 *     honest members that are done have the same presignatures, which no other session has
 *     no member signs anything but what it was asked to, and no presignature contributes twice
 */
#include <stdio.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "sim/byzantine_plots.h"
#include "sim/byzantine_seeds.h"
#include "sim/guild.h"

static guild first, second;
static byz other;
static byz_plotting plotting;

/* ---- a key and a signing set ---- */

typedef struct shape {
	tf_curve_id curve;
	unsigned n, t, m, evil;
	uint16_t members[GUILD_MAX];
} shape;

static unsigned ones(unsigned x)
{
	return (unsigned)__builtin_popcount(x);
}

/* at_least: members, and those of them that are driven. Large sets are rare: they are slow. */
static shape draw_shape(unsigned at_least, unsigned evil)
{
	static const tf_curve_id curves[] = { TF_CURVE_SECP256K1, TF_CURVE_P256, TF_CURVE_STARK };
	shape s = { .curve = curves[byz_below(&byz_it, 3)] };
	unsigned seats;

	s.n = 3 + (unsigned)byz_below(&byz_it, 3);
	do {
		s.m = 2 + (unsigned)byz_below(&byz_it, byz_below(&byz_it, 4) ? 2 : s.n - 1);
	} while (s.m < at_least);
	s.t = 2 + (unsigned)byz_below(&byz_it, s.m - 1);
	do {
		seats = (unsigned)byz_below(&byz_it, 1u << s.n);
	} while (ones(seats) != s.m);
	for (unsigned k = 0, i = 0; k < s.n; k++)
		if (seats >> k & 1)
			s.members[i++] = (uint16_t)(k + 1);
	do {
		s.evil = 1 + (unsigned)byz_below(&byz_it, (1u << s.m) - 2); /* some, and not all */
	} while (ones(s.evil) < evil);
	return s;
}

static void found(guild *w, const shape *s, uint64_t seed)
{
	guild_init(w, s->curve, s->n, s->t, s->members, s->m, seed);
	w->batch = 1 + (byz_below(&byz_it, 4) == 0);
	w->confirm = byz_below(&byz_it, 4) != 0;
	w->patient = byz_below(&byz_it, 3) == 0;
}

/* ---- a session of presigning ---- */

static void open_presign(guild *w, unsigned sid)
{
	guild_open(w, tf_presign_sizes(&guild_profile, (uint16_t)w->c.n, w->batch), sid);
	byz_session(byz_of(&w->c));
	for (unsigned i = 0; i < w->c.n; i++)
		guild_start_presign(w, i);
}

/* Alerts are all here, and who is patient takes its time. */
static void try_patiently(guild *w, unsigned i)
{
	bool more = tf_presign_on_trial(&w->presign[i]);
	tf_err err = TF_OK;
	tf_fault f;

	if (!more)
		return;
	while (more) {
		err = tf_presign_judge_some(&w->presign[i], 1, &more, &f);
		CHECK(err == TF_OK || !more);
	}
	CHECK_ERR(err, TF_E_PROOF);
	w->c.err[i] = err;
	w->c.fault[i] = f;
}

/* The deadline is over. */
static void judge_late(guild *w, unsigned i)
{
	const byz *b = byz_of(&w->c);
	tf_presign *p = &w->presign[i];
	tf_run_state before = tf_rounds_state(&p->r);
	bool open = before == TF_RUN_RUNNING || before == TF_RUN_DISPUTED;
	tf_blob evidence[2];
	tf_fault f;
	tf_err err = tf_presign_judge(p, &f);

	if (!open || !tf_presign_alerting(p)) {
		CHECK_ERR(err, TF_E_STATE);
		CHECK(tf_rounds_state(&p->r) == before && f.party == TF_PARTY_NONE);
		return;
	}
	CHECK(tf_rounds_state(&p->r) == TF_RUN_FAILED);
	if (err == TF_E_PROOF) {
		byz_check_named(b, i + 1, &f);
		CHECK(tf_rounds_evidence(evidence, &p->r) >= 1);
		CHECK(tf_presign_culprits(p) >> (f.party - 1) & 1);
		byz_sum->late++;
	} else {
		CHECK_ERR(err, TF_E_EXPIRED);
		CHECK(f.party == TF_PARTY_NONE && tf_presign_culprits(p) == 0);
		byz_sum->expired++;
	}
	byz_plot_check_late(&plotting, b, i, err);
}

/* Who raised an alert and what came of it; nothing is left of a run that is not done. */
static void judge_alerts(guild *w)
{
	const byz *b = byz_of(&w->c);

	for (unsigned i = 0; i < w->c.n; i++) {
		tf_presign *p = &w->presign[i];
		bool alert = tf_presign_alerting(p);
		tf_presig none;

		if (byz_is(b, i + 1))
			continue;
		byz_sum->alerts += alert;
		byz_sum->judged += alert && w->c.err[i] == TF_E_PROOF && w->c.fault[i].round == 4;
		judge_late(w, i);
		CHECK((tf_presign_culprits(p) & ~b->guilty) == 0);
		CHECK(!alert || w->c.done[i] == 0);
		for (uint32_t k = 0; k < w->batch && w->c.done[i] == 0; k++)
			CHECK_ERR(tf_presign_take(&none, p, k), TF_E_STATE);
	}
}

static guild *judged; /* whose results these are */

static void right_presigning(unsigned i)
{
	guild_take(judged, i);
	for (unsigned j = 0; j < i; j++)
		for (uint32_t k = 0; k < judged->batch; k++)
			CHECK(byz_is(byz_of(&judged->c), j + 1) || !judged->has[j] ||
			      memcmp(judged->presig[i][k].id, judged->presig[j][k].id, 32) == 0);
}

static void close_presign(guild *w)
{
	const byz *b = byz_of(&w->c);

	judged = w;
	for (unsigned i = 0; i < w->c.n; i++)
		try_patiently(w, i);
	byz_judge(&w->c, true, right_presigning);
	if (w == &first)
		byz_plot_check(&plotting, b);
	judge_alerts(w);
	for (unsigned i = 0; i < w->c.n; i++)
		if (byz_is(b, i + 1) && tf_rounds_state(w->c.run[i]) == TF_RUN_DONE)
			guild_take(w, i);
}

/* ---- signing ---- */

static void right_signature(unsigned i)
{
	guild_check_signature(judged, i);
}

/* The honest are asked for the same, or each for something else by a coordinator that lies; the
 * driven for that, or for what they like. */
static void ask(guild *w, const byz *b, uint8_t what)
{
	bool lies = byz_below(&byz_it, 8) == 0;

	for (unsigned i = 0; i < w->c.n; i++) {
		uint8_t told = lies ? (uint8_t)(what + 0x40 * i) : what;

		if (byz_is(b, i + 1) && byz_below(&byz_it, 6) == 0)
			told = 0xee;
		memset(w->digest[i], told, sizeof(w->digest[i]));
		w->digest[i][0] = 1; /* a field element on STARK, too */
	}
}

/* One share for a presignature. */
static void judge_uses(const guild *w, const byz *b)
{
	for (size_t u = 0; u < w->uses; u++)
		for (size_t v = 0; v < u; v++)
			CHECK(byz_is(b, w->use[u].member + 1) ||
			      w->use[u].member != w->use[v].member || !w->use[u].left ||
			      !w->use[v].left ||
			      memcmp(w->use[u].presig, w->use[v].presig, 32) != 0);
}

/* Who is done has a signature, which took everybody's share: of what all honest were asked. */
static void judge_signed(const guild *w, const byz *b)
{
	for (unsigned i = 0; i < w->c.n; i++)
		for (unsigned j = 0; j < w->c.n; j++)
			if (w->c.run[i] && tf_rounds_state(w->c.run[i]) == TF_RUN_DONE &&
			    !byz_is(b, j + 1))
				CHECK(memcmp(w->digest[i], w->digest[j], 32) == 0);
}

static void sign(guild *w, unsigned sid)
{
	byz *b = byz_of(&w->c);

	b->plot = NULL;
	b->dose = 1 + (unsigned)byz_below(b, 3);
	for (uint32_t k = 0; k < w->batch; k++) {
		guild_open(w, tf_signing_sizes(&guild_profile, (uint16_t)w->c.n), sid + k);
		byz_session(b);
		ask(w, b, (uint8_t)(0x10 + k));
		for (unsigned i = 0; i < w->c.n; i++)
			if (w->has[i])
				guild_start_sign(w, i, k);
		byz_sail(b);
		judged = w;
		byz_judge(&w->c, true, right_signature);
		judge_signed(w, b);
		for (unsigned i = 0; i < w->c.n; i++)
			if (w->has[i] && !byz_is(b, i + 1)) { /* once more, for something else */
				tf_outbox_reset(&w->c.out[i]);
				memset(w->digest[i] + 1, 0xdd, sizeof(w->digest[i]) - 1);
				guild_start_sign(w, i, k);
			}
		judge_uses(w, b);
	}
}

/* ---- plays ---- */

static void one_session(byz_plot_kind kind, bool careless)
{
	bool partners = kind == PLOT_FORGE || kind == PLOT_MUDDLE;
	shape s = draw_shape(partners ? 3 : 2, partners ? 2 : 1);

	found(&first, &s, byz_seed);
	first.careless = careless;
	byz_init(&byz_it, &first.c, byz_it.dice, s.evil);
	byz_plot_begin(&plotting, &byz_it, &first, kind);
	byz_sum->plots[plotting.kind]++;
	open_presign(&first, 1);
	byz_sail(&byz_it);
	close_presign(&first);
	sign(&first, 2);
}

/* What the two have made is not the same. */
static void compare(void)
{
	for (unsigned i = 0; i < first.c.n; i++)
		for (unsigned j = 0; j < second.c.n; j++)
			CHECK(!first.has[i] || !second.has[j] ||
			      memcmp(first.presig[i][0].id, second.presig[j][0].id, 32) != 0);
}

static void two_sessions(bool same_key, bool at_once)
{
	shape s = draw_shape(2, 1), of_second = s;

	byz_sum->pairs++;
	if (!same_key && byz_below(&byz_it, 2)) {
		of_second.curve = byz_below(&byz_it, 2) ? TF_CURVE_SECP256K1 : TF_CURVE_P256;
		of_second.t = 2;
	}
	found(&first, &s, byz_seed);
	found(&second, &of_second, same_key ? byz_seed : byz_seed + 500000);
	for (unsigned i = 0; i < second.c.n; i++)
		second.c.rng[i] = tf_tape_init(&second.c.tape[i], byz_seed, 40 + i);
	byz_init(&byz_it, &first.c, byz_it.dice, s.evil);
	byz_init(&other, &second.c, byz_it.dice, s.evil);
	plotting = (byz_plotting){ .kind = PLOT_NONE, .w = &first };
	byz_it.beside = at_once ? &second.c : NULL;
	other.beside = &first.c;
	byz_it.fond = other.fond = BYZ_REPLAY;
	open_presign(&first, 1);
	if (at_once) {
		open_presign(&second, 2);
		byz_sail_both(&byz_it, &other);
	} else {
		byz_sail(&byz_it);
	}
	close_presign(&first);
	if (!at_once) {
		sign(&first, 3);
		open_presign(&second, 2);
		byz_sail(&other);
	}
	close_presign(&second);
	compare();
	if (at_once)
		sign(&first, 3);
	sign(&second, 5);
	byz_count(&other);
}

static void play_presign(void)
{
	switch (byz_seed % 8) {
	case 0:
		one_session(PLOT_SUM, false);
		break;
	case 1:
	case 2:
		one_session(PLOT_FORGE, false);
		break;
	case 3:
		one_session(PLOT_MUDDLE, false);
		break;
	case 4:
		one_session(PLOT_ALARM, false);
		break;
	case 5:
		two_sessions(true, byz_below(&byz_it, 2));
		break;
	case 6:
		two_sessions(false, byz_below(&byz_it, 2));
		break;
	case 7:
		one_session(PLOT_NONE, false);
		break;
	}
}

static void play_sum(void)
{
	one_session(PLOT_SUM, false);
}

static void play_alarm(void)
{
	one_session(PLOT_ALARM, false);
}

static void play_carelessly(void)
{
	one_session(PLOT_NONE, true);
}

static const byz_game presigning = { "byzantine_presigning", "presigning", 320, 6000, play_presign,
                                     NULL };

static void say_alerts(void)
{
	printf("presigning: ");
	for (unsigned k = 0; k < BYZ_PLOTS; k++)
		printf("%u %s, ", byz_sum->plots[k], byz_plot_name[k]);
	printf("%u of two sessions; honest parties: %u alerts, %u judged, %u judged at the deadline,"
	       " %u expired\n", byz_sum->pairs, byz_sum->alerts, byz_sum->judged, byz_sum->late,
	       byz_sum->expired);
}

/* The seeds are no random hope: every kind is an eighth of them, or a quarter, and of those that
 * make sums fail most come to an alert, in time, at the deadline, or without an end. */
static void check_reach(const byz_tally *t)
{
	unsigned part = t->seeds / 8;

	CHECK(t->plots[PLOT_FORGE] >= 2 * part && t->plots[PLOT_MUDDLE] >= part);
	CHECK(t->plots[PLOT_SUM] >= part && t->plots[PLOT_ALARM] >= part && t->pairs >= 2 * part);
	CHECK(t->alerts >= 3 * part && t->judged >= part);
	CHECK(t->late >= part / 2 && t->expired >= part / 4);
	CHECK(t->done >= 2 * part && t->named >= 4 * part);
}

TEST_SLOW(byzantine_presigning, 7200)
{
	guild_make_moduli();
	if (!byz_run(&presigning))
		return;
	say_alerts();
	check_reach(byz_sum);
}

/* ---- can it fail? ---- */

TEST_SLOW(the_simulation_of_presigning_falls, 900)
{
	static const tf_check of_sums[] = { TF_CK_PRESIGN_NONCE, TF_CK_PRESIGN_CHI, TF_CK_DEC_EQ_S };

	guild_make_moduli();
	for (unsigned k = 0; k < TF_ARRAY_LEN(of_sums); k++)
		byz_must_fall(of_sums[k], &(byz_game){ .play = play_sum });
	byz_must_fall(TF_CK_ALERT_DUE, &(byz_game){ .play = play_alarm });
	byz_must_fall(TF_CK_NONE, &(byz_game){ .play = play_carelessly });
}
