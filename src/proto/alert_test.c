/* Presigning whose sums fail: the alerts name the cheat, all of them, and nobody else. */
#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "proto/stage_test.h"

static stage s;

static void add_G(const cast *k, tf_pt *p)
{
	CHECK_OK(tf_pt_add(k->g, p, p, tf_group_base(k->g)));
}

static void add_one(const cast *k, tf_sc *x)
{
	tf_sc one;

	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, x, x, &one);
}

/* ---- false shares: the cheat's own machine believes them, too ---- */

static unsigned cheats; /* bit i: party i + 1 */
static uint32_t from_item;

typedef void (*spoiler)(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own);
static spoiler spoil;

static void false_delta(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	(void)i;
	add_one(k, &m->delta);
	own->delta = m->delta;
}

static void false_S(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	(void)i;
	add_G(k, &m->S);
	own->S = m->S;
}

static void cancelled_delta(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	tf_sc_set_u64(k->g, &m->delta, 0);
	for (unsigned j = 0; j < k->n; j++)
		if (j != i)
			tf_sc_sub(k->g, &m->delta, &m->delta, &s.presign[j].st->item[0].delta);
	own->delta = m->delta;
}

static void unnoticed_delta(const cast *k, unsigned i, tf_presign_r3_item *m, tf_presign_own *own)
{
	(void)i;
	(void)own;
	add_one(k, &m->delta);
}

static void spoil_r3(const cast *k, void *m, void *ctx)
{
	unsigned i = *(const unsigned *)ctx;
	tf_msg_presign_r3 *r3 = m;

	for (uint32_t b = from_item; b < r3->items_n; b++)
		spoil(k, i, &r3->items[b], &s.presign[i].st->item[b]);
}

/* What party 3 does to its alerts, on top. */
static void (*alter)(const cast *k, tf_msg_presign_alert_proofs *m);
static void (*alter_said)(tf_msg_presign_alert *m);
static uint8_t fitting[32];
static bool fit;

static void alter_proofs(const cast *k, void *m, void *ctx)
{
	const tf_wire_type *type = &tf_msg_presign_alert_proofs_wire;
	static uint8_t buf[4u << 20];
	size_t len = 0;

	(void)ctx;
	alter(k, m);
	CHECK_OK(tf_wire_encode(type, buf, sizeof(buf), &len, &k->run[0]->wire, m));
	tf_shake256_hash(fitting, buf, len);
}

static void alter_broadcast(const cast *k, void *m, void *ctx)
{
	tf_msg_presign_alert *said = m;

	(void)k;
	(void)ctx;
	if (fit)
		memcpy(said->hash, fitting, 32);
	if (alter_said)
		alter_said(said);
}

static unsigned silent;          /* party that sends no alert */
static void (*watch)(cast *k, const cast_mail *mail);

static bool rewrite(cast *k, cast_mail *mail)
{
	unsigned i = mail->from - 1;
	bool alert = cast_is(mail, TF_MSG_PRESIGN_ALERT, NULL) ||
	             cast_is(mail, TF_MSG_PRESIGN_ALERT_PROOFS, NULL);

	if (watch)
		watch(k, mail);
	if (spoil && (cheats >> i & 1) && cast_is(mail, TF_MSG_PRESIGN_R3, NULL)) {
		/* for the second receiver the machine's values are the false ones already */
		bool again = mail->to != (i == 0 ? 2u : 1u);
		tf_presign_own keep[2];
		uint32_t n = s.presign[i].st->batch;

		memcpy(keep, s.presign[i].st->item, n * sizeof(keep[0]));
		cast_rewrite(k, mail, &tf_msg_presign_r3_wire, spoil_r3, &i);
		if (again)
			memcpy(s.presign[i].st->item, keep, n * sizeof(keep[0]));
	}
	if (i == 2 && alter && cast_is(mail, TF_MSG_PRESIGN_ALERT_PROOFS, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_alert_proofs_wire, alter_proofs, NULL);
	if (i == 2 && (fit || alter_said) && cast_is(mail, TF_MSG_PRESIGN_ALERT, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_alert_wire, alter_broadcast, NULL);
	return !(alert && mail->from == silent);
}

static void begin(uint32_t batch, bool confirm)
{
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = rewrite;
	stage_start_presign(&s, batch, confirm);
}

static void play(unsigned who, spoiler how, uint32_t batch, bool confirm)
{
	cheats = who;
	spoil = how;
	begin(batch, confirm);
	cast_run(&s.c);
}

static void reset(void)
{
	stage_free(&s);
	cheats = silent = 0;
	from_item = 0;
	spoil = NULL;
	alter = NULL;
	alter_said = NULL;
	fit = false;
	watch = NULL;
}

/* Nothing is left to sign with. */
static void check_destroyed(unsigned i)
{
	static const tf_sc_sec zero;
	const tf_presign_state *st = s.presign[i].st;
	tf_presig p;

	CHECK(tf_rounds_state(&s.presign[i].r) == TF_RUN_FAILED && s.c.done[i] == 0);
	for (uint32_t b = 0; b < st->batch; b++) {
		CHECK_ERR(tf_presign_take(&p, &s.presign[i], b), TF_E_STATE);
		CHECK(st->presig[b].ready == 0);
		CHECK(memcmp(&st->presig[b].k, &zero, sizeof(zero)) == 0);
		CHECK(memcmp(&st->item[b].k, &zero, sizeof(zero)) == 0);
		CHECK(memcmp(&st->item[b].gamma, &zero, sizeof(zero)) == 0);
		CHECK(memcmp(&st->item[b].chi, &zero, sizeof(zero)) == 0);
	}
	CHECK(memcmp(&st->w.w, &zero, sizeof(zero)) == 0);
}

/* Parties 1 and 2 have convicted 3, by this check, with its alert as evidence. */
static void check_named(tf_check check)
{
	cast_check_blame(&s.c, 3, check);
	for (unsigned i = 0; i < 2; i++) {
		tf_blob evidence[2];

		CHECK(s.c.fault[i].round == 4);
		CHECK(tf_presign_culprits(&s.presign[i]) == 1u << 2);
		CHECK(tf_rounds_evidence(evidence, &s.presign[i].r) >= 1);
		check_destroyed(i);
	}
}

/* A run takes seconds: those that repeat what another has shown are for make check-all. */
static bool all_runs(void)
{
	const char *e = getenv("TREFOIL_SIM");

	return e && strcmp(e, "all") == 0;
}

/* confirm: or a signature without a pool, which makes its presignature in the run. */
static void false_share(spoiler how, bool confirm, tf_check sum)
{
	play(1u << 2, how, 1, confirm);
	check_named(TF_CK_DEC_EQ_S);
	/* the cheat itself finds all others in order */
	CHECK(s.c.err[2] == TF_E_PROOF && s.c.fault[2].party == TF_PARTY_NONE);
	CHECK(s.c.fault[2].check == sum && tf_presign_culprits(&s.presign[2]) == 0);
	reset();
}

TEST_SLOW(alert_names_who_sent_a_false_delta, 300)
{
	false_share(false_delta, true, TF_CK_PRESIGN_NONCE);
	if (all_runs())
		false_share(false_delta, false, TF_CK_PRESIGN_NONCE);
}

TEST_SLOW(alert_names_who_sent_a_false_S, 300)
{
	false_share(false_S, false, TF_CK_PRESIGN_CHI);
	if (all_runs())
		false_share(false_S, true, TF_CK_PRESIGN_CHI);
}

TEST_SLOW(alert_names_who_makes_delta_zero, 300)
{
	false_share(cancelled_delta, true, TF_CK_PRESIGN_NONCE);
}

TEST_SLOW(alert_speaks_of_the_lowest_item_only, 300)
{
	from_item = 1;
	play(1u << 2, false_delta, 2, true);
	check_named(TF_CK_DEC_EQ_S);
	CHECK(s.presign[0].st->alert_item == 1);
	reset();
	if (!all_runs())
		return;
	play(1u << 2, false_S, 2, true);
	check_named(TF_CK_DEC_EQ_S);
	CHECK(s.presign[0].st->alert_item == 0 && s.presign[0].st->alert_which == TF_MTA_W);
	reset();
}

TEST_SLOW(alert_names_all_who_cheat, 300)
{
	play(7, false_delta, 1, true); /* each believes its own */
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == (i == 0 ? 2 : 1));
		CHECK(s.c.fault[i].check == TF_CK_DEC_EQ_S);
		CHECK(tf_presign_culprits(&s.presign[i]) == (7 & ~(1u << i)));
	}
	reset();
}

TEST_SLOW(alert_verdict_in_any_order_of_arrival, 300)
{
	for (uint64_t seed = 1; seed <= (all_runs() ? 6 : 1); seed++) {
		cheats = 1u << 2;
		spoil = false_delta;
		begin(1, seed % 2 == 0);
		s.c.shuffle = seed;
		cast_run(&s.c);
		check_named(TF_CK_DEC_EQ_S);
		reset();
	}
}

/* What party 1 needs of the cheat for round 3 comes when all alerts are there: it raises its own
 * and convicts in one step, and the others need that alert. */
static cast_mail *late;

static bool delay_one(cast *k, cast_mail *mail)
{
	if (!rewrite(k, mail))
		return false;
	if (late || mail->from != 3 || mail->to != 1 || !cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		return true;
	late = cast_copy(k, mail);
	return false;
}

TEST_SLOW(alert_goes_out_even_if_the_same_step_convicts, 300)
{
	cheats = 1u << 2;
	spoil = false_delta;
	begin(1, true);
	s.c.rewrite = delay_one;
	late = NULL;
	cast_run(&s.c);
	CHECK(late && s.c.err[0] == TF_OK && tf_rounds_awaits(&s.presign[1].r, 1));
	cast_post(&s.c, 3, 1, late->bytes, late->len);
	cast_run(&s.c);
	check_named(TF_CK_DEC_EQ_S);
	reset();
}

/* Its own machine has not noticed that its share is false, and confirms. */
TEST_SLOW(alert_names_who_does_not_raise_it, 300)
{
	play(1u << 2, unnoticed_delta, 1, true);
	check_named(TF_CK_ALERT_RAISED);
	CHECK(s.c.fault[2].check == TF_CK_ALERT_DUE); /* and thinks likewise */
	reset();
}

/* The false accuser: it raises an alert although everything adds up. */
static void see_another_key(cast *k, const cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		s.presign[2].st->w.Y = *tf_group_base(k->g);
}

TEST_SLOW(alert_without_a_cause_convicts_the_accuser, 300)
{
	watch = see_another_key;
	play(0, NULL, 1, true);
	cast_check_blame(&s.c, 3, TF_CK_ALERT_DUE);
	for (unsigned i = 0; i < 2; i++) {
		tf_presig p;

		CHECK_ERR(tf_presign_take(&p, &s.presign[i], 0), TF_E_STATE);
	}
	reset();
}

/* ---- alerts that are not what they should be ---- */

static void other_item(tf_msg_presign_alert *m) { m->item++; }
static void other_sum(tf_msg_presign_alert *m) { m->which = !m->which; }
static void other_hash(tf_msg_presign_alert *m) { m->hash[0] ^= 1; }

static void fewer_peers(const cast *k, tf_msg_presign_alert_proofs *m)
{
	(void)k;
	m->peers_n--;
}

static void other_mta(const cast *k, tf_msg_presign_alert_proofs *m)
{
	(void)k;
	m->peers[0].mta.D.d[0] ^= 1;
}

static void short_dec(const cast *k, tf_msg_presign_alert_proofs *m)
{
	(void)k;
	m->psi.len--;
}

static void short_star(const cast *k, tf_msg_presign_alert_proofs *m)
{
	(void)k;
	m->peers[1].psi.len--;
}

static void stars_swapped(const cast *k, tf_msg_presign_alert_proofs *m)
{
	tf_blob t = m->peers[0].psi;

	(void)k;
	m->peers[0].psi = m->peers[1].psi;
	m->peers[1].psi = t;
}

/* Party 3's alert to party 1 is held back, and 1's machine waits for it alone. */
static cast_mail held[2];

static void hold(cast *k, const cast_mail *mail)
{
	bool said = cast_is(mail, TF_MSG_PRESIGN_ALERT, NULL);

	(void)k;
	silent = 0;
	if (mail->from != 3 || mail->to != 1)
		return;
	if (!said && !cast_is(mail, TF_MSG_PRESIGN_ALERT_PROOFS, NULL))
		return;
	held[said] = *mail;
	held[said].bytes = malloc(mail->len);
	CHECK(held[said].bytes != NULL);
	memcpy(held[said].bytes, mail->bytes, mail->len);
	silent = 3;
}

/* Deliver what was held, altered. */
static void deliver(tf_check check)
{
	for (unsigned i = 0; i < 2; i++) {
		cast_mail m = held[i];

		m.bytes = malloc(m.len);
		CHECK(m.bytes != NULL);
		memcpy(m.bytes, held[i].bytes, m.len);
		if (i == 0 && alter)
			cast_rewrite(&s.c, &m, &tf_msg_presign_alert_proofs_wire, alter_proofs,
			             NULL);
		if (i == 1 && (fit || alter_said))
			cast_rewrite(&s.c, &m, &tf_msg_presign_alert_wire, alter_broadcast, NULL);
		if (cast_step(&s.c, 0, m.bytes, m.len) != TF_OK)
			CHECK(i == 1 || s.c.err[0] == TF_E_PROOF);
		free(m.bytes);
	}
	if (s.c.err[0] != TF_E_PROOF || s.c.fault[0].party != 3 || s.c.fault[0].check != check)
		tf_test_fail(__FILE__, __LINE__, "%s, party %u, %s; expected %s",
		             tf_err_name(s.c.err[0]), s.c.fault[0].party,
		             tf_check_name(s.c.fault[0].check), tf_check_name(check));
	CHECK(s.c.fault[0].round == 4 && tf_presign_culprits(&s.presign[0]) == 1u << 2);
	check_destroyed(0);
}

TEST_SLOW(alert_that_is_none_convicts_its_sender, 300)
{
	static const struct {
		void (*said)(tf_msg_presign_alert *m);
		void (*proofs)(const cast *k, tf_msg_presign_alert_proofs *m);
		bool fit; /* the hash in the broadcast is that of the altered proofs */
		tf_check check;
	} all[] = {
		{ other_item, NULL, false, TF_CK_ALERT_ITEM },
		{ other_sum, NULL, false, TF_CK_ALERT_SUM },
		{ other_hash, NULL, false, TF_CK_ALERT_HASH },
		{ NULL, other_mta, false, TF_CK_ALERT_HASH },
		{ NULL, fewer_peers, true, TF_CK_ALERT_PEERS },
		{ NULL, other_mta, true, TF_CK_ALERT_MTA },
		{ NULL, short_dec, true, TF_CK_ALERT_FORM },
		{ NULL, short_star, true, TF_CK_ALERT_FORM },
		{ NULL, stars_swapped, true, TF_CK_AFFGSTAR_EQ_ENC0 },
	};
	tf_presign machine;
	tf_arena mem;
	uint8_t *bytes;

	watch = hold;
	play(1u << 2, false_delta, 1, true);
	CHECK(s.c.err[0] == TF_OK && tf_rounds_awaits(&s.presign[0].r, 3));
	machine = s.presign[0];
	mem = s.c.mem[0];
	bytes = malloc(mem.cap);
	CHECK(bytes != NULL);
	memcpy(bytes, mem.base, mem.cap);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		s.presign[0] = machine;
		s.c.mem[0] = mem;
		memcpy(mem.base, bytes, mem.cap);
		s.c.err[0] = TF_OK;
		alter_said = all[k].said;
		alter = all[k].proofs;
		fit = all[k].fit;
		deliver(all[k].check);
	}
	free(bytes);
	free(held[0].bytes);
	free(held[1].bytes);
	reset();
}

/* ---- silence ---- */

TEST_SLOW(alert_silence_convicts_nobody, 300)
{
	silent = 3;
	play(1u << 2, false_delta, 1, true);
	for (unsigned i = 0; i < 2; i++) {
		tf_fault fault;

		CHECK(s.c.err[i] == TF_OK && tf_presign_alerting(&s.presign[i]));
		CHECK(tf_rounds_state(&s.presign[i].r) == TF_RUN_RUNNING);
		CHECK(tf_rounds_awaits(&s.presign[i].r, 3));
		CHECK(!tf_rounds_awaits(&s.presign[i].r, 2 - i));
		CHECK_ERR(tf_presign_judge(&s.presign[i], &fault), TF_E_EXPIRED);
		CHECK(fault.party == TF_PARTY_NONE && tf_presign_culprits(&s.presign[i]) == 0);
		check_destroyed(i);
		CHECK_ERR(tf_presign_judge(&s.presign[i], &fault), TF_E_STATE);
	}
	reset();
}

/* The deadline with one silent and one whose alert convicts it. */
static void hold_back(cast *k, const cast_mail *mail)
{
	(void)k;
	if (mail->from == 2)
		silent = 2;
}

TEST_SLOW(alert_deadline_judges_those_that_are_here, 300)
{
	tf_fault fault;

	watch = hold_back;
	alter = stars_swapped;
	fit = true;
	play(1u << 2, false_delta, 1, true);
	CHECK(s.c.err[0] == TF_OK && tf_rounds_awaits(&s.presign[0].r, 2));
	CHECK_ERR(tf_presign_judge(&s.presign[0], &fault), TF_E_PROOF);
	CHECK(fault.party == 3 && fault.check == TF_CK_AFFGSTAR_EQ_ENC0);
	CHECK(tf_presign_culprits(&s.presign[0]) == 1u << 2);
	check_destroyed(0);
	reset();
}

TEST(alert_nothing_to_judge)
{
	tf_fault fault;

	begin(1, true);
	CHECK(!tf_presign_alerting(&s.presign[0]));
	CHECK_ERR(tf_presign_judge(&s.presign[0], &fault), TF_E_STATE);
	CHECK(tf_rounds_state(&s.presign[0].r) == TF_RUN_RUNNING);
	reset();
}

/* ---- faults of our own ---- */

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0, len);
	return TF_E_ENTROPY;
}

/* When the alert is to be proved, party 1's randomness is gone. */
static void break_rng(cast *k, const cast_mail *mail)
{
	static const tf_rng broken = { no_entropy, NULL };

	if (mail->from == 1 && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		k->env[0].rng = &broken;
}

TEST_SLOW(alert_that_we_cannot_prove_names_nobody, 300)
{
	watch = break_rng;
	play(1u << 2, false_delta, 1, true);
	CHECK(s.c.err[0] == TF_E_ENTROPY && s.c.fault[0].party == TF_PARTY_NONE);
	CHECK(tf_rounds_state(&s.presign[0].r) == TF_RUN_FAILED);
	/* for the others it is silent */
	CHECK(s.c.err[1] == TF_OK && tf_rounds_awaits(&s.presign[1].r, 1));
	reset();
}

/* Its own decryption is broken: it convicts itself before the others, and accuses nobody. */
static void break_randomisers(cast *k, const cast_mail *mail)
{
	(void)k;
	if (mail->from == 3 && mail->to == 1 && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		s.presign[2].st->kept[0].rho[TF_MTA_GAMMA].d[0] ^= 1;
}

TEST_SLOW(alert_with_a_broken_store_accuses_no_peer, 300)
{
	watch = break_randomisers;
	play(1u << 2, false_delta, 1, true);
	check_named(TF_CK_AFFGSTAR_EQ_ENC0);
	CHECK(s.c.fault[2].party == TF_PARTY_NONE);
	reset();
}

/* Party 2 judges what 3 sent to 1: whoever was helped by its verifier (attack A12; the forgery and
 * the proof that refuses it: affgstar_test.c) does not get past the others. */
static void foreign_pair(const cast *k, tf_msg_presign_alert_proofs *m)
{
	(void)k;
	m->peers[0].psi = m->peers[1].psi; /* good for party 2, not for party 1 */
}

TEST_SLOW(alert_judges_pairs_of_others, 300)
{
	alter = foreign_pair;
	fit = true;
	play(1u << 2, false_S, 1, true);
	check_named(TF_CK_AFFGSTAR_EQ_ENC0);
	reset();
}

TEST_SLOW(alert_of_two_parties, 300)
{
	cheats = 1u << 1;
	spoil = false_delta;
	stage_init(&s, 2, &tf_profile_small);
	s.c.rewrite = rewrite;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	cast_check_blame(&s.c, 2, TF_CK_DEC_EQ_S);
	reset();
}
