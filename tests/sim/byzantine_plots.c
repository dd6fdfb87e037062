#include "sim/byzantine_plots.h"

#include <string.h>

#include "attacks/forge_zk.h"
#include "proto/presign_impl.h"

const char *const byz_plot_name[BYZ_PLOTS] = { "script", "sum", "forge", "muddle", "alarm" };

static byz_plotting *now;

static tf_arena *scratch(void)
{
	static uint8_t room[1 << 22] __attribute__((aligned(64)));
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

static const tf_wire_env *wire_of(const byz *b, unsigned party)
{
	return &b->c->run[party - 1]->wire;
}

/* ---- changing a mail ---- */

/* The payload in memory that stays. */
static tf_blob encode(const byz *b, unsigned party, const tf_wire_type *type, const void *m)
{
	const tf_wire_env *env = wire_of(b, party);
	size_t most = type->length(env, TF_WIRE_MOST), len = 0;
	uint8_t *payload = tf_test_alloc(most);

	CHECK_OK(tf_wire_encode(type, payload, most, &len, env, m));
	return (tf_blob){ payload, len };
}

/* In memory that stays, too: what is changed is encoded later. */
static void decode(void *m, const byz *b, const tf_wire_type *type, const tf_envelope *e)
{
	size_t len = 1u << 19;
	tf_arena mem;

	tf_arena_init(&mem, tf_test_alloc(len), len);
	CHECK_OK(tf_wire_decode(type, m, wire_of(b, e->from), &mem, e->payload.p,
	                        e->payload.len));
}

/* ---- what goes to the partner ---- */

/* y / 2 of an odd y: as large as the modulus. */
static void odd(tf_int *y, byz *b)
{
	*y = (tf_int){ .mag = { .n = 4 } };
	for (unsigned k = 0; k < 4; k++)
		y->mag.d[k] = byz_below(b, UINT64_MAX);
	y->mag.d[0] |= 1;
	y->mag.d[3] >>= 8;
}

/* What anybody would say of it who trusts the helper's parameters. */
static void check_forged(const tf_zk_affg_proof *proof, const forged_affg *f, const byz *b)
{
	tf_zk_env zk = { .pr = &guild_profile, .g = b->c->g, .mem = scratch(),
	                 .kernel = b->c->env[0].kernel };
	tf_zk_affg_st st = f->st;
	static tf_zk_affg_verifier vf;
	tf_batch *batch;
	tf_fault fault;

	st.D = &f->D;
	st.Y = &f->Y;
	CHECK_OK(tf_batch_init_on(&batch, zk.mem, TF_ZK_AFFG_VERIFY_JOBS, zk.kernel));
	CHECK_OK(tf_zk_affg_verify_start(&vf, &zk, &st, proof, batch, &fault));
	CHECK_OK(tf_batch_run(batch));
	CHECK_OK(tf_zk_affg_verify_finish(&vf, &zk, &st, proof, &fault));
}

static void forge(byz_plotting *p, byz *b, tf_presign_mta_item *m)
{
	const tf_presign *cheat = &p->w->presign[p->cheat - 1];
	const tf_presign_own *it = &cheat->st->item[0];
	bool nonce = p->which == TF_MTA_GAMMA;
	tf_zk_affg_proof *proof = nonce ? &m->psi : &m->psihat;
	static forged_affg f;
	static tf_ctx ctx;

	CHECK_OK(tf_presign_ctx_affg(&ctx, it->epid, p->cheat, p->helper, p->which));
	f = (forged_affg){ .g = b->c->g, .rng = b->dice, .half = true,
	                   .trapdoor = &guild_moduli(p->helper - 1)->rp };
	f.st = (tf_zk_affg_st){ .ctx = &ctx, .rp = &cheat->st->aux[p->helper - 1]->rp,
	                        .pk0 = &cheat->st->aux[p->helper - 1]->pk,
	                        .pk1 = &cheat->st->own->sk.pk,
	                        .C = &tf_presign_other_at(cheat, 0, p->helper)->K,
	                        .X = nonce ? &it->Gamma : &cheat->st->w.W[p->cheat - 1] };
	CHECK_OK(tf_sc_centre(b->c->g, &f.x, nonce ? &it->gamma.s : &cheat->st->w.w.s));
	odd(&f.y, b);
	forge_affg(proof, &f);
	check_forged(proof, &f, b);
	*(nonce ? &m->D : &m->Dhat) = f.D;
	p->F = f.Y;
	p->forged = true;
}

static void no_ciphertext(tf_bn *out, byz *b, const tf_moduli *of)
{
	switch (byz_below(b, 5)) {
	case 0:
		tf_bn_set_u64(out, 0);
		break;
	case 1:
		*out = of->sk.pk.n.m;
		break;
	case 2: /* below N^2, and nothing that has an inverse */
		CHECK_OK(tf_bn_mul(out, &of->sk.f.p, &of->sk.f.p));
		break;
	case 3:
		*out = of->sk.f.q;
		break;
	default: /* a ciphertext of another plaintext */
		tf_bn_set_u64(out, 2 + byz_below(b, 1u << 20));
		break;
	}
	tf_bn_resize(out, of->sk.pk.n2.m.n);
}

static void muddle(byz_plotting *p, byz *b, tf_presign_mta_item *m)
{
	no_ciphertext(p->which == TF_MTA_GAMMA ? &m->D : &m->Dhat, b, guild_moduli(p->helper - 1));
	no_ciphertext(&p->F, b, guild_moduli(p->cheat - 1));
}

/* The direct message of round 2; what it says has its hash in the broadcast that follows. */
static byz_word tell_partner(byz_plotting *p, byz *b, cast_mail *mail, tf_envelope *e)
{
	tf_presign *cheat = &p->w->presign[p->cheat - 1];
	tf_blob *sent = &cheat->st->sent[p->helper - 1], made;
	tf_msg_presign_mta m;

	decode(&m, b, &tf_msg_presign_mta_wire, e);
	if (p->kind == PLOT_FORGE)
		forge(p, b, &m.items[0]);
	else
		muddle(p, b, &m.items[0]);
	CHECK_OK(tf_presign_mta_hash(p->hash, cheat, &m.items[0]));
	made = encode(b, p->cheat, &tf_msg_presign_mta_wire, &m);
	*sent = made; /* what its alert will show */
	byz_tell(b, mail, e, made.p, made.len);
	b->show = true;
	return BYZ_TOLD;
}

/* The broadcast of round 2: to all alike, though only the partner looks at this part. */
static byz_word tell_masks(byz_plotting *p, byz *b, cast_mail *mail, tf_envelope *e)
{
	tf_presign_r2_peer *peer;
	tf_msg_presign_r2 m;
	tf_blob made;

	decode(&m, b, &tf_msg_presign_r2_wire, e);
	peer = &m.items[0].peers[tf_presign_peer_at(p->cheat, p->helper)];
	*(p->which == TF_MTA_GAMMA ? &peer->F : &peer->Fhat) = p->F;
	memcpy(peer->hash, p->hash, sizeof(peer->hash));
	made = encode(b, p->cheat, &tf_msg_presign_r2_wire, &m);
	b->alike = b->show = true;
	byz_tell(b, mail, e, made.p, made.len);
	return BYZ_TOLD;
}

/* ---- a share of a sum ---- */

static void shift_share(const byz_plotting *p, const byz *b, tf_sc *delta, tf_pt *S)
{
	tf_sc one;

	tf_sc_set_u64(b->c->g, &one, 1);
	if (p->which == TF_MTA_GAMMA)
		tf_sc_add(b->c->g, delta, delta, &one);
	else
		CHECK_OK(tf_pt_add(b->c->g, S, S, tf_group_base(b->c->g)));
}

/* The share is told and believed; of an alarm, only believed. A machine that has seen everybody's
 * share already has summed up the truth. */
static byz_word tell_share(byz_plotting *p, byz *b, cast_mail *mail, tf_envelope *e)
{
	tf_presign *liar = &p->w->presign[p->liar - 1];
	tf_msg_presign_r3 m;
	tf_blob made;

	p->lied = true;
	if (tf_rounds_state(&liar->r) == TF_RUN_RUNNING && liar->r.round == 3)
		shift_share(p, b, &liar->st->item[0].delta, &liar->st->item[0].S);
	else
		p->prove = false;
	if (p->kind == PLOT_ALARM)
		return BYZ_TOLD;
	decode(&m, b, &tf_msg_presign_r3_wire, e);
	shift_share(p, b, &m.items[0].delta, &m.items[0].S);
	made = encode(b, p->liar, &tf_msg_presign_r3_wire, &m);
	b->alike = true;
	byz_tell(b, mail, e, made.p, made.len);
	return BYZ_TOLD;
}

/* ---- round 4 ---- */

static byz_word confirm(byz_plotting *p, byz *b, cast_mail *mail, tf_envelope *e)
{
	tf_presign_id id[GUILD_BATCH] = { { { 0 } } };
	tf_msg_presign_confirm m = { .items = id, .items_n = p->w->batch };
	tf_blob made = encode(b, e->from, &tf_msg_presign_confirm_wire, &m);

	e->type = TF_MSG_PRESIGN_CONFIRM;
	b->alike = true;
	byz_tell(b, mail, e, made.p, made.len);
	return BYZ_TOLD;
}

static byz_word go_on(byz_plotting *p, byz *b, cast_mail *mail, tf_envelope *e)
{
	byz_way way = p->way[e->from - 1];

	if (e->type == TF_MSG_PRESIGN_CONFIRM) /* it has seen no alert */
		return p->pure ? BYZ_TOLD : BYZ_PASS;
	byz_did(b, e->from);
	p->steps += way != WAY_PROVES;
	switch (way) {
	case WAY_PROVES:
		return p->pure ? BYZ_TOLD : BYZ_PASS;
	case WAY_SILENT:
		b->alike = true;
		return BYZ_KEPT;
	case WAY_CONFIRMS:
		if (e->to != 0)
			return BYZ_KEPT;
		return confirm(p, b, mail, e);
	case WAY_ALTERS:
		b->dose = 1;
		return BYZ_PASS;
	case BYZ_WAYS:
		break;
	}
	return BYZ_PASS;
}

static byz_word plot(byz *b, cast_mail *mail)
{
	byz_plotting *p = now;
	bool lies_to_partner = p->kind == PLOT_FORGE || p->kind == PLOT_MUDDLE;
	byz_word word = p->pure ? BYZ_TOLD : BYZ_PASS;
	tf_envelope e;

	(void)cast_is(mail, 0, &e); /* no message has the number 0 */
	if (b->c != &p->w->c || e.type == TF_MSG_DISPUTE)
		return word;
	if (lies_to_partner && mail->from == p->cheat && e.type == TF_MSG_PRESIGN_MTA &&
	    mail->to == p->helper)
		word = tell_partner(p, b, mail, &e);
	else if (lies_to_partner && mail->from == p->cheat && e.type == TF_MSG_PRESIGN_R2)
		word = tell_masks(p, b, mail, &e);
	else if (mail->from == p->liar && e.type == TF_MSG_PRESIGN_R3)
		word = tell_share(p, b, mail, &e);
	else if (e.type == TF_MSG_PRESIGN_CONFIRM || e.type == TF_MSG_PRESIGN_ALERT ||
	         e.type == TF_MSG_PRESIGN_ALERT_PROOFS)
		return go_on(p, b, mail, &e);
	else
		return word;
	byz_did(b, mail->from);
	return word;
}

/* ---- before and after ---- */

/* The k-th of the driven; 0: there is none. */
static unsigned driven(const byz *b, unsigned k)
{
	for (unsigned i = 1; i <= b->c->n; i++)
		if (byz_is(b, i) && k-- == 0)
			return i;
	return 0;
}

void byz_plot_begin(byz_plotting *p, byz *b, guild *w, byz_plot_kind kind)
{
	unsigned many = 0, first;

	while (driven(b, many))
		many++;
	*p = (byz_plotting){ .kind = kind, .w = w, .which = (unsigned)byz_below(b, 2) };
	first = (unsigned)byz_below(b, many);
	p->cheat = driven(b, first);
	p->helper = many > 1 ? driven(b, (first + 1 + (unsigned)byz_below(b, many - 1)) % many) : 0;
	if (!p->helper && (kind == PLOT_FORGE || kind == PLOT_MUDDLE))
		p->kind = PLOT_SUM;
	p->liar = p->helper && p->kind != PLOT_ALARM && byz_below(b, 2) ? p->helper : p->cheat;
	p->prove = p->kind == PLOT_ALARM || byz_below(b, 2);
	for (unsigned i = 0; i < b->c->n; i++)
		p->way[i] = p->prove ? WAY_PROVES : (byz_way)byz_below(b, BYZ_WAYS);
	p->pure = p->kind != PLOT_NONE && byz_below(b, 3) != 0;
	if (p->kind == PLOT_NONE)
		return;
	b->dose = p->pure ? 0 : 6 + (unsigned)byz_below(b, 20);
	b->collude = true;
	b->keep_truth = p->prove;
	b->plot = plot;
	now = p;
}

/* ---- what must have come of it ---- */

static bool is_honest(const byz *b, unsigned i)
{
	return !byz_is(b, i + 1);
}

static void wrong(const byz_plotting *p, const byz *b, unsigned i)
{
	const tf_fault *f = &b->c->fault[i];

	tf_test_fail(__FILE__, __LINE__, "a plot of %s by %u with %u: party %u is done %u times,"
	             " %s, names %u, %s; the cheat: %s, round %u", byz_plot_name[p->kind], p->cheat,
	             p->helper, i + 1, b->c->done[i], tf_err_name(b->c->err[i]), f->party,
	             tf_check_name(f->check), tf_err_name(b->c->err[p->cheat - 1]),
	             b->c->run[p->cheat - 1]->round);
}

/* A party that convicts in the very step in which it would have confirmed does not confirm. */
static bool awaits_a_failed_one(const byz_plotting *p, const byz *b, unsigned i)
{
	for (unsigned j = 1; j <= b->c->n; j++)
		if (tf_rounds_awaits(&p->w->presign[i].r, j) && b->c->err[j - 1] == TF_E_PROOF &&
		    b->c->fault[j - 1].party == p->cheat)
			return true;
	return false;
}

/* An alarm that was raised names whoever has raised it; where there is no confirmation it is over
 * before. */
static void check_alarm(const byz_plotting *p, const byz *b, unsigned i)
{
	const tf_fault *f = &b->c->fault[i];

	bool raised = p->w->confirm && tf_presign_alerting(&p->w->presign[p->cheat - 1]);

	if (b->c->done[i] == raised)
		wrong(p, b, i);
	if (raised && b->c->err[i] == TF_OK && awaits_a_failed_one(p, b, i))
		return;
	if (raised && (b->c->err[i] != TF_E_PROOF || f->party != p->cheat ||
	               f->check != TF_CK_ALERT_DUE))
		wrong(p, b, i);
}

/* The liar of a sum that is alone is convicted by its Pi_dec; whoever lied to a partner, by what it
 * sent there, and by nothing else, since nobody's sum is known then. */
static void check_verdict(const byz_plotting *p, const byz *b, const tf_fault *f)
{
	if (!p->prove)
		return;
	CHECK(f->party == (p->kind == PLOT_SUM ? p->liar : p->cheat));
	CHECK(p->kind != PLOT_SUM || f->check == TF_CK_DEC_EQ_S);
	CHECK(p->kind == PLOT_SUM || (f->check >= TF_CK_AFFGSTAR_COUNT &&
	                              f->check <= TF_CK_AFFGSTAR_EQ_X));
	CHECK(byz_is(b, f->party));
}

void byz_plot_check(const byz_plotting *p, const byz *b)
{
	if (!p->pure)
		return;
	CHECK(p->lied && p->forged == (p->kind == PLOT_FORGE));
	for (unsigned i = 0; i < b->c->n; i++) {
		bool named = b->c->err[i] == TF_E_PROOF;

		if (!is_honest(b, i))
			continue;
		if (p->kind == PLOT_ALARM) {
			check_alarm(p, b, i);
			continue;
		}
		if (!tf_presign_alerting(&p->w->presign[i]) || b->c->done[i] != 0)
			wrong(p, b, i);
		if (!named && p->prove) /* everybody has answered */
			wrong(p, b, i);
		if (named)
			check_verdict(p, b, &b->c->fault[i]);
	}
}

void byz_plot_check_late(const byz_plotting *p, const byz *b, unsigned i, tf_err verdict)
{
	unsigned awaited = 0;

	if (!p->pure)
		return;
	CHECK(p->kind != PLOT_ALARM);
	for (unsigned j = 1; j <= b->c->n; j++)
		awaited |= (unsigned)tf_rounds_awaits(&p->w->presign[i].r, j) << (j - 1);
	CHECK((awaited & ~b->guilty) == 0);
	CHECK(verdict == TF_E_PROOF || awaited != 0);
}
