/* Resharing with one liar: every field, every check, and who is named. */
#include <string.h>

#include "proto/poly.h"
#include "proto/recast_test.h"
#include "proto/reshare_impl.h"

static recast x;
static tf_curve_id curve = TF_CURVE_SECP256K1;

typedef struct cheat {
	const tf_wire_type *type;
	void (*fn)(const cast *c, void *m, void *ctx);
	tf_check check;
} cheat;

static const cheat *now;
static unsigned liar; /* 1-based */

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == liar && cast_is(mail, now->type->type, NULL))
		cast_rewrite(k, mail, now->type, now->fn, NULL);
	return true;
}

static void other_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_r1 *)m)->V[0] ^= 1;
}

static void other_rid(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_r2 *)m)->rid[31] ^= 1;
}

static void other_u(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_r2 *)m)->u[7] ^= 1;
}

static void add_G(const cast *k, tf_pt *p)
{
	CHECK_OK(tf_pt_add(k->g, p, p, tf_group_base(k->g)));
}

static void other_A(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_G(k, &((tf_msg_reshare_r2 *)m)->A);
}

static void other_F(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_G(k, &((tf_msg_reshare_r2 *)m)->F[1]);
}

static void shorter(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_r2 *)m)->F_n--;
}

static void longer(const cast *k, void *m, void *ctx)
{
	static tf_pt F[TF_PARTIES_MAX];
	tf_msg_reshare_r2 *r = m;

	(void)ctx;
	for (unsigned i = 0; i < r->F_n; i++)
		F[i] = r->F[i];
	F[r->F_n++] = *tf_group_base(k->g);
	r->F = F;
}

static void add_one(const cast *k, tf_sc *s)
{
	tf_sc one;

	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, s, s, &one);
}

static void wrong_share(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_one(k, &((tf_msg_reshare_share *)m)->f.s);
}

static void wrong_proof(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_one(k, &((tf_msg_reshare_r3 *)m)->psi[0].z);
}

static void no_proof(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_r3 *)m)->psi_n = 0;
}

static void some_proof(const cast *k, void *m, void *ctx)
{
	static tf_zk_sch_proof psi;

	(void)ctx;
	tf_sc_set_u64(k->g, &psi.z, 7);
	((tf_msg_reshare_r3 *)m)->psi = &psi;
	((tf_msg_reshare_r3 *)m)->psi_n = 1;
}

static void other_result(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_ack *)m)->certificate[3] ^= 1;
}

static void other_signature(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_reshare_ack *)m)->signature[9] ^= 1;
}

static void plan(bool reshare_plan)
{
	recast_init(&x, reshare_plan ? 4 : 3, curve);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	if (reshare_plan)
		recast_plan_reshare(&x);
	else
		recast_plan_refresh(&x);
}

/* Nothing was written that ends the old epoch; before acknowledgements, nothing at all. */
static void check_old_epoch_intact(bool acknowledged)
{
	for (size_t k = 0; k < x.c.retires; k++)
		CHECK(x.c.retired[k].by == liar);
	for (size_t k = 0; k < x.c.records; k++) {
		const cast_record *r = &x.c.record[k];

		if (r->by == liar)
			continue;
		CHECK(acknowledged && r->len > 0 && (r->type != TF_REC_KEY_SHARE || r->key_len == 64));
	}
}

static void run_cheat(const cheat *ch, unsigned by, bool reshare_plan)
{
	tf_blob evidence[2];

	now = ch;
	liar = by;
	plan(reshare_plan);
	x.c.rewrite = rewrite;
	recast_start_all(&x);
	cast_run(&x.c);
	cast_check_blame(&x.c, by, ch->check);
	for (unsigned i = 0; i < x.c.n; i++)
		if (i + 1 != by)
			CHECK(tf_rounds_evidence(evidence, x.c.run[i]) >= 1);
	check_old_epoch_intact(ch->type == &tf_msg_reshare_ack_wire);
	recast_free(&x);
}

static const cheat of_anybody[] = {
	{ &tf_msg_reshare_r1_wire, other_V, TF_CK_RESHARE_COMMITMENT },
	{ &tf_msg_reshare_r2_wire, other_rid, TF_CK_RESHARE_COMMITMENT },
	{ &tf_msg_reshare_r2_wire, other_u, TF_CK_RESHARE_COMMITMENT },
	{ &tf_msg_reshare_r2_wire, other_A, TF_CK_RESHARE_COMMITMENT },
	{ &tf_msg_reshare_r2_wire, longer, TF_CK_RESHARE_DEGREE },
	{ &tf_msg_reshare_ack_wire, other_result, TF_CK_RESHARE_RESULT },
	{ &tf_msg_reshare_ack_wire, other_signature, TF_CK_RESHARE_ACK },
};
static const cheat of_dealers[] = {
	{ &tf_msg_reshare_r2_wire, other_F, TF_CK_RESHARE_COMMITMENT },
	{ &tf_msg_reshare_r2_wire, shorter, TF_CK_RESHARE_DEGREE },
	{ &tf_msg_reshare_share_wire, wrong_share, TF_CK_RESHARE_SHARE },
};
static const cheat of_receivers[] = {
	{ &tf_msg_reshare_r3_wire, wrong_proof, TF_CK_SCH_EQUATION },
	{ &tf_msg_reshare_r3_wire, no_proof, TF_CK_RESHARE_PROOF },
};
static const cheat of_dealers_only[] = {
	{ &tf_msg_reshare_r3_wire, some_proof, TF_CK_RESHARE_PROOF },
};

static void run_cheats(const cheat *list, size_t n, unsigned by, bool reshare_plan)
{
	for (size_t k = 0; k < n; k++)
		run_cheat(&list[k], by, reshare_plan);
}

TEST(refresh_names_the_cheat_and_the_check_and_leaves_the_old_epoch)
{
	run_cheats(of_anybody, TF_ARRAY_LEN(of_anybody), 3, false);
	run_cheats(of_dealers, TF_ARRAY_LEN(of_dealers), 2, false);
	run_cheats(of_receivers, TF_ARRAY_LEN(of_receivers), 1, false);
}

TEST(reshare_names_the_cheat_and_the_check_and_leaves_the_source)
{
	for (unsigned by = 1; by <= 4; by++)
		run_cheats(of_anybody, TF_ARRAY_LEN(of_anybody), by, true);
	for (unsigned by = 1; by <= 2; by++)
		run_cheats(of_dealers, TF_ARRAY_LEN(of_dealers), by, true);
	for (unsigned by = 2; by <= 4; by++)
		run_cheats(of_receivers, TF_ARRAY_LEN(of_receivers), by, true);
	run_cheats(of_dealers_only, TF_ARRAY_LEN(of_dealers_only), 1, true);
}

TEST(a_cheat_in_refresh_or_resharing_is_named_on_every_curve)
{
	static const tf_curve_id others[] = { TF_CURVE_P256, TF_CURVE_STARK, TF_CURVE_BIP340,
	                                      TF_CURVE_ED25519 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(others); k++) {
		curve = others[k];
		for (unsigned anew = 0; anew < 2; anew++) {
			run_cheats(of_anybody, TF_ARRAY_LEN(of_anybody), 2, anew);
			run_cheats(of_dealers, TF_ARRAY_LEN(of_dealers), 2, anew);
			run_cheats(of_receivers, TF_ARRAY_LEN(of_receivers), 3, anew);
		}
	}
}

/* ---- lies that the commitment and all shares fit ---- */

typedef struct fitting {
	void (*fn)(const cast *c, tf_msg_reshare_r2 *m);
	tf_check check;
	bool constant;  /* every share is one more */
	bool flat;      /* every share is the constant coefficient */
} fitting;

static const fitting *fit;
static tf_msg_reshare_r2 told;
static tf_pt told_F[TF_PARTIES_MAX];

static void more(const cast *k, tf_msg_reshare_r2 *m)
{
	add_G(k, &m->F[0]);
}

static void level(const cast *k, tf_msg_reshare_r2 *m)
{
	CHECK_OK(tf_pt_sub(k->g, &m->F[m->F_n - 1], tf_group_base(k->g), tf_group_base(k->g)));
}

static void no_nonce(const cast *k, tf_msg_reshare_r2 *m)
{
	CHECK_OK(tf_pt_sub(k->g, &m->A, tf_group_base(k->g), tf_group_base(k->g)));
}

static void a_nonce(const cast *k, tf_msg_reshare_r2 *m)
{
	m->A = *tf_group_base(k->g);
}

static void less(const cast *k, tf_msg_reshare_r2 *m)
{
	(void)k;
	m->F_n--;
}

static void a_dealer(const cast *k, tf_msg_reshare_r2 *m)
{
	for (m->F_n = 0; m->F_n < 3; m->F_n++)
		m->F[m->F_n] = *tf_group_base(k->g);
}

static void fitting_V(const cast *k, void *m, void *ctx)
{
	const tf_reshare_state *st = x.run[liar - 1].st;
	const tf_reshare_peer *own = &st->peer[liar - 1];
	uint8_t buf[4096];
	tf_tr t;

	(void)ctx;
	told = (tf_msg_reshare_r2){ .F = told_F, .F_n = own->role.deals ? st->t : 0, .A = own->A };
	memcpy(told_F, own->F, sizeof(own->F));
	memcpy(told.rid, own->rid, 32);
	memcpy(told.u, st->u, 32);
	fit->fn(k, &told);
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_raw(&t, st->ctx.b, st->ctx.len);
	tf_tr_u64(&t, liar);
	tf_tr_bytes(&t, told.rid, 32);
	tf_tr_open(&t);
	for (unsigned i = 0; i < told.F_n; i++)
		tf_tr_pt(&t, k->g, &told.F[i]);
	tf_tr_close(&t);
	tf_tr_pt(&t, k->g, &told.A);
	tf_tr_bytes(&t, told.u, 32);
	CHECK_OK(tf_tr_hash(((tf_msg_reshare_r1 *)m)->V, &t, "reshare-commit"));
}

static void fitting_opening(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	*(tf_msg_reshare_r2 *)m = told;
}

static void fitting_share(const cast *k, void *m, void *ctx)
{
	tf_msg_reshare_share *share = m;

	(void)ctx;
	if (fit->constant)
		add_one(k, &share->f.s);
	if (fit->flat)
		share->f = x.run[liar - 1].st->f[0];
}

static bool rewrite_fitting(cast *k, cast_mail *mail)
{
	if (mail->from != liar)
		return true;
	if (cast_is(mail, TF_MSG_RESHARE_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_reshare_r1_wire, fitting_V, NULL);
	if (cast_is(mail, TF_MSG_RESHARE_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_reshare_r2_wire, fitting_opening, NULL);
	if (cast_is(mail, TF_MSG_RESHARE_SHARE, NULL))
		cast_rewrite(k, mail, &tf_msg_reshare_share_wire, fitting_share, NULL);
	return true;
}

static void run_fitting(const fitting *f, unsigned by, bool reshare_plan)
{
	fit = f;
	liar = by;
	plan(reshare_plan);
	if (reshare_plan) { /* t = 2, so that a flat line is simple */
		x.args.form = TF_SHARE_FELDMAN;
		x.args.t = 2;
	}
	x.c.rewrite = rewrite_fitting;
	recast_start_all(&x);
	cast_run(&x.c);
	cast_check_blame(&x.c, by, f->check);
	check_old_epoch_intact(false);
	recast_free(&x);
}

TEST(a_dealer_deals_what_it_has_and_in_a_refresh_nothing)
{
	static const fitting all[] = {
		{ more, TF_CK_RESHARE_ZERO, true, false },
		{ more, TF_CK_RESHARE_CONSTANT, true, false },
		{ level, TF_CK_RESHARE_LEADING, false, true },
		{ less, TF_CK_RESHARE_DEGREE, false, true },
		{ no_nonce, TF_CK_RESHARE_NONCE, false, false },
	};

	run_fitting(&all[0], 1, false);
	run_fitting(&all[1], 1, true);
	run_fitting(&all[1], 2, true);
	run_fitting(&all[2], 3, false);
	run_fitting(&all[2], 2, true);
	run_fitting(&all[3], 2, false);
	run_fitting(&all[4], 2, false);
	run_fitting(&all[4], 3, true);
}

TEST(who_receives_nothing_has_no_nonce_and_who_deals_nothing_has_no_polynomial)
{
	static const fitting nonce = { a_nonce, TF_CK_RESHARE_NONCE, false, false };
	static const fitting dealer = { a_dealer, TF_CK_RESHARE_DEGREE, false, false };

	run_fitting(&nonce, 1, true);
	run_fitting(&dealer, 3, true);
}

/* A share from somebody who is no dealer has no place. */
static bool send_unasked(cast *k, cast_mail *mail)
{
	uint8_t payload[TF_SC_BYTES] = { 0 };
	tf_envelope e;

	payload[31] = 1;
	if (mail->from == 3 && mail->to == 4 && cast_is(mail, TF_MSG_RESHARE_R2, &e)) {
		memset(e.echo, 0, sizeof(e.echo));
		e.type = TF_MSG_RESHARE_SHARE;
		e.to = 4;
		e.payload = (tf_blob){ payload, sizeof(payload) };
		cast_forge(k, mail, &e, 3);
	}
	return true;
}

TEST(a_share_of_somebody_who_does_not_deal_is_refused)
{
	plan(true);
	x.c.rewrite = send_unasked;
	recast_start_all(&x);
	cast_run(&x.c);
	CHECK(x.c.err[3] == TF_E_PROOF && x.c.fault[3].party == 3);
	CHECK(x.c.fault[3].check == TF_CK_ENVELOPE_TYPE);
	recast_free(&x);
}

/* ---- runs about other things are other runs ---- */

static void swapped(void (*fn)(tf_reshare_args *a))
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 3, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_reshare_args a = recast_args(&x, i);

		if (i == 2)
			fn(&a);
		CHECK_OK(tf_reshare_start(&x.run[i], &a, &x.c.mem[i], &x.c.out[i]));
		x.c.run[i] = &x.run[i].r;
	}
	cast_run(&x.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(x.c.err[i] == TF_E_SESSION && x.c.fault[i].party == TF_PARTY_NONE);
		CHECK(tf_rounds_state(x.c.run[i]) == TF_RUN_RUNNING && x.c.done[i] == 0);
	}
	CHECK(x.c.records == 0);
	recast_free(&x);
}

static void other_epoch(tf_reshare_args *a)
{
	a->epoch++;
}

static void other_form(tf_reshare_args *a)
{
	a->form = TF_SHARE_ADDITIVE;
}

static void other_source(tf_reshare_args *a)
{
	static tf_sharing s;

	s = *a->source;
	s.previous[0] ^= 1; /* the same shares, another history */
	a->source = &s;
}

static void other_kind(tf_reshare_args *a)
{
	a->kind = TF_RESHARE;
	a->epoch = TF_EPOCH_FIRST;
	a->epoch_used = 0;
}

static void other_cc(tf_reshare_args *a)
{
	static tf_sharing s;

	s = *a->source;
	s.cc[5] ^= 1;
	a->source = &s;
}

TEST(who_was_told_something_else_is_in_another_run_and_nobody_is_blamed)
{
	swapped(other_epoch);
	swapped(other_form);
	swapped(other_source);
	swapped(other_kind);
	swapped(other_cc);
}

static void other_roles(tf_reshare_args *a)
{
	a->role[0].receives = 5;
}

static void other_t(tf_reshare_args *a)
{
	a->t = 2;
	a->form = TF_SHARE_FELDMAN;
}

TEST(roles_and_threshold_are_bound_too)
{
	void (*const fn[])(tf_reshare_args *) = { other_roles, other_t };

	for (unsigned k = 0; k < TF_ARRAY_LEN(fn); k++) {
		recast_init(&x, 3, TF_CURVE_SECP256K1);
		recast_deal(&x, 3, 3, TF_SHARE_FELDMAN);
		recast_plan_refresh(&x);
		x.args.kind = TF_RESHARE;
		x.args.epoch = TF_EPOCH_FIRST;
		x.args.epoch_used = 0;
		cast_rooms(&x.c, tf_reshare_sizes(&tf_profile_small, 3));
		for (unsigned i = 0; i < 3; i++) {
			tf_reshare_args a = recast_args(&x, i);

			if (i == 2)
				fn[k](&a);
			CHECK_OK(tf_reshare_start(&x.run[i], &a, &x.c.mem[i], &x.c.out[i]));
			x.c.run[i] = &x.run[i].r;
		}
		cast_run(&x.c);
		for (unsigned i = 0; i < 3; i++)
			CHECK(x.c.err[i] == TF_E_SESSION && x.c.done[i] == 0);
		recast_free(&x);
	}
}

/* ---- a share that is zero ---- */

/* Never in a large group; in one of order 13 it comes. Nobody is to blame. */
TEST(a_new_share_of_zero_ends_the_run_and_names_nobody)
{
	unsigned zero = 0, fine = 0;

	for (unsigned seed = 1; seed <= 60; seed++) {
		recast_init(&x, 3, TF_CURVE_TINY13);
		for (unsigned i = 0; i < 3; i++)
			x.c.rng[i] = tf_tape_init(&x.c.tape[i], 1000 + seed, i);
		recast_deal(&x, 3, 3, TF_SHARE_ADDITIVE);
		recast_plan_refresh(&x);
		recast_start_all(&x);
		cast_run(&x.c);
		for (unsigned i = 0; i < 3; i++) {
			if (x.c.err[i] == TF_OK) {
				fine++;
				continue;
			}
			CHECK(x.c.err[i] == TF_E_PROOF &&
			      x.c.fault[i].check == TF_CK_RESHARE_OUTCOME);
			CHECK(x.c.fault[i].party == TF_PARTY_NONE && x.c.done[i] == 0);
			zero++;
		}
		recast_free(&x);
	}
	CHECK(zero > 0 && fine > 0 && zero % 3 == 0 && fine % 3 == 0);
}
