/* After every start and every step of the ECDSA machines: no secret lies on the dead stack.
 *
 * Each machine runs twice, on the same randomness. The first run learns what the secrets are, those
 * of its end too: everything that was drawn and not broadcast, the shares that were sent to one
 * party alone, and what the machines keep. In the second every call has a painted stack of its own,
 * which is searched afterwards. */
#include <string.h>

#include "harness/residue.h"
#include "proto/alert_kit_test.h"
#include "proto/machines_test.h"
#include "proto/reshare_impl.h"

#define ABOVE 8192u /* frames that were not left when the stack was wiped */

static cast *c;
static stage *const s = &machine_stage;
static recast *const x = &machine_recast;
static bool searching;

typedef struct play {
	const machine *m;
	void (*learn)(void);  /* what everybody's state holds now */
	void (*meddle)(void); /* before the start; NULL: nobody does */
	void (*check)(void);  /* how it has ended; NULL: well */
} play;

static const play *now;

/* ---- randomness that is remembered ---- */

static tf_rng tape[4];

/* Numbers begin at the first byte or end at the last. */
static tf_err remember(void *ctx, uint8_t *out, size_t len)
{
	const tf_rng *rng = ctx;

	TRY(rng->fill(rng->ctx, out, len));
	if (!searching) {
		tf_residue_secret(out, len);
		tf_residue_secret(out + len % 8, len - len % 8);
	}
	return TF_OK;
}

static void listen(void)
{
	for (unsigned i = 0; i < c->n; i++) {
		tape[i] = c->rng[i];
		c->rng[i] = (tf_rng){ remember, &tape[i] };
	}
}

static void learn_sc(const tf_sc *a)
{
	tf_sc minus; /* what is centred may be this one */

	tf_sc_neg(c->g, &minus, a);
	tf_residue_secret(a->d, sizeof(a->d));
	tf_residue_secret(minus.d, sizeof(minus.d));
}

static void learn_bn(const tf_bn *a)
{
	tf_residue_secret(a->d, a->n * sizeof(a->d[0]));
}

static void learn_factors(const tf_mod_factors *f)
{
	const tf_bn *all[] = {
		&f->p, &f->q, &f->p_minus_1, &f->q_minus_1, &f->p2_order, &f->q2_order,
		&f->q_inv_p, &f->q2_inv_p2, &f->p1.m, &f->q1.m, &f->p2.m, &f->q2.m,
		&f->p1.r2, &f->q1.r2, &f->p2.r2, &f->q2.r2,
	};

	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++)
		learn_bn(all[i]);
}

static void learn_moduli(const tf_moduli *m)
{
	learn_factors(&m->sk.f);
	learn_factors(&m->rp.f);
	learn_bn(&m->sk.hp);
	learn_bn(&m->sk.hq);
	learn_bn(&m->sk.n_inv_phi);
	learn_bn(&m->rp.phi);
	learn_bn(&m->rp.lambda);
}

/* ---- mail ---- */

/* A share goes to one party alone; broadcasts, and proofs that do, tell nothing. */
static void learn_mail(void)
{
	for (size_t k = 0; k < c->posted; k++) {
		const cast_mail *m = &c->mail[k];
		tf_envelope e;

		if (cast_is(m, TF_MSG_KEYGEN_SHARE, &e) || cast_is(m, TF_MSG_RESHARE_SHARE, &e))
			tf_residue_secret(e.payload.p, e.payload.len);
	}
	for (size_t k = 0; k < c->posted; k++) {
		const cast_mail *m = &c->mail[k];

		if (!cast_is(m, TF_MSG_KEYGEN_SHARE, NULL) &&
		    !cast_is(m, TF_MSG_RESHARE_SHARE, NULL))
			tf_residue_public(m->bytes, m->len);
	}
}

/* ---- running ---- */

static void take_step(void *arg)
{
	machine_call *k = arg;

	k->err = tf_rounds_step(c->run[k->i], k->bytes, k->len, &c->out[k->i], k->fault);
}

/* Nothing was deeper than what is wiped. */
static void check_depth(void)
{
	CHECK(tf_residue_used() > TF_WIPE_STACK_DEEP);
#ifdef __OPTIMIZE__
	CHECK(tf_residue_used() < TF_WIPE_STACK_DEEP + ABOVE);
#endif
}

static void run(void (*what)(void *), machine_call *k)
{
	if (!searching) {
		what(k);
		now->learn();
		return;
	}
	tf_residue_run(what, k);
	if (tf_residue_found())
		tf_test_fail(__FILE__, __LINE__, "%s: %u words of secrets, party %u, round %u",
		             now->m->name, tf_residue_found(), k->i + 1, c->run[k->i]->round);
	check_depth();
}

static tf_err step(cast *of, unsigned i, const uint8_t *bytes, size_t len, tf_fault *fault)
{
	machine_call k = { i, bytes, len, fault, TF_OK };

	CHECK(of == c);
	run(take_step, &k);
	return k.err;
}

static void run_all(const play *p)
{
	now = p;
	c = p->m->set();
	if (p->meddle)
		p->meddle();
	listen();
	c->step = step;
	if (!searching)
		p->learn(); /* what is consumed by the start */
	for (unsigned i = 0; i < c->n; i++) {
		machine_call k = { .i = i };

		run(p->m->start, &k);
		CHECK_OK(k.err);
	}
	cast_run(c);
	if (p->check)
		p->check();
	else
		cast_check_done(c);
	if (!searching)
		learn_mail();
}

static void forget(void)
{
	cast_free(c);
	c = NULL;
}

static void leaves_nothing(const play *p, size_t secrets)
{
	tf_residue_prepare();
	tf_residue_reset();
	searching = false;
	run_all(p);
	CHECK(tf_residue_secrets() >= secrets);
	forget();
	searching = true;
	run_all(p);
	forget();
}

/* Can the search find anything? */
static void careless(void *arg)
{
	volatile uint64_t copy[8];
	machine_call *k = arg;

	for (unsigned i = 0; i < 4; i++)
		copy[2 + i] = machine_keygens[0].key.x.s.d[i];
	k->len = (size_t)copy[3];
}

/* ---- key generation ---- */

static void learn_keygen(void)
{
	for (unsigned i = 0; i < c->n; i++)
		learn_sc(&machine_keygens[i].key.x.s);
}

TEST(residue_of_keygen)
{
	static const play p = { &machine_keygen, learn_keygen, NULL, NULL };

	leaves_nothing(&p, 150);
	tf_residue_run(careless, &(machine_call){ 0 });
	CHECK(tf_residue_found() == 4);
}

/* ---- auxiliary information ---- */

static void learn_own_moduli(void)
{
	for (unsigned i = 0; i < c->n; i++)
		learn_moduli(&s->own[i]);
}

TEST(residue_of_auxinfo)
{
	static const play p = { &machine_auxinfo, learn_own_moduli, NULL, NULL };

	leaves_nothing(&p, 1000);
}

/* ---- presigning ---- */

static void learn_kept(const tf_presign_kept *k)
{
	for (unsigned which = 0; which < 2; which++) {
		learn_bn(&k->minus_beta[which].mag);
		learn_bn(&k->rho[which]);
		learn_bn(&k->rhoy[which]);
	}
}

static void learn_item(const tf_presign_state *st, uint32_t b)
{
	const tf_presign_own *it = &st->item[b];
	const tf_sc *all[] = { &it->k.s, &it->gamma.s, &it->y.s, &it->a.s, &it->b.s, &it->beta.s,
	                       &it->betahat.s, &it->chi.s, &st->presig[b].k.s,
	                       &st->presig[b].chi.s };
	tf_sc product;

	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++)
		learn_sc(all[i]);
	tf_sc_mul(c->g, &product, &it->gamma.s, &it->k.s);
	learn_sc(&product);
	tf_sc_mul(c->g, &product, &st->w.w.s, &it->k.s);
	learn_sc(&product);
	for (unsigned j = 0; j < c->n; j++)
		learn_kept(&st->kept[(size_t)b * c->n + j]);
}

static void learn_presign(void)
{
	learn_own_moduli();
	for (unsigned i = 0; i < c->n; i++) {
		learn_sc(&s->weights[i].w.s);
		for (uint32_t b = 0; s->presign[i].st && b < s->presign[i].st->batch; b++)
			learn_item(s->presign[i].st, b);
	}
}

TEST(residue_of_presign)
{
	static const play p = { &machine_presign, learn_presign, NULL, NULL };

	leaves_nothing(&p, 2000);
}

/* ---- alerts, of two ---- */

static cast *set_pair(void)
{
	stage_init(s, 2, &tf_profile_small);
	cast_rooms(&s->c, tf_presign_sizes(s->c.env[0].pr, 2, 1));
	return &s->c;
}

static void start_pair(void *arg)
{
	machine_call *k = arg;
	tf_presign_args args = { .env = &c->env[k->i], .own = &s->own[k->i],
	                         .weights = &s->weights[k->i], .batch = 1, .confirm = true };

	args.aux[1 - k->i] = &s->aux[1 - k->i];
	k->err = tf_presign_start(&s->presign[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &s->presign[k->i].r;
}

static tf_sc factor[2]; /* what each alert multiplies by, until it is wiped */

static void learn_factor(const tf_sc *by, unsigned i)
{
	static const tf_sc zero;

	if (memcmp(by, &zero, sizeof(zero)) != 0)
		factor[i] = *by;
}

static void learn_nonce_alert(void)
{
	learn_presign();
	for (unsigned i = 0; i < c->n; i++)
		if (s->presign[i].st)
			learn_factor(&s->presign[i].st->item[0].gamma.s, i);
}

static void learn_chi_alert(void)
{
	learn_presign();
	for (unsigned i = 0; i < c->n; i++)
		learn_factor(&s->weights[i].w.s, i);
}

/* Only on the stack: what party i decrypts, and its N-th root. */
static void learn_decryption(unsigned i)
{
	static uint8_t room[1 << 20];
	tf_presign *m = &s->presign[i];
	const tf_paillier_sk *sk = &s->own[i].sk;
	tf_paillier_dec dec;
	tf_alert_record rec;
	tf_alert_share sh;
	tf_bn full, low, rho;
	tf_int by, y;
	tf_batch *batch;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_sc_centre(c->g, &by, &factor[i]));
	CHECK_OK(tf_alert_load(&rec, m));
	CHECK_OK(tf_alert_state_share(&sh, &rec, m, i + 1));
	CHECK_OK(tf_batch_init_on(&batch, &mem, 3, c->env[i].kernel));
	tf_paillier_mul_start(batch, &full, &sk->pk, &by, c->env[i].pr->ell, sh.st.K, TF_SECRET);
	CHECK_OK(tf_batch_run(batch));
	CHECK_OK(tf_paillier_add(&full, &sk->pk, &full, sh.st.D));
	CHECK_OK(tf_bn_mod(&low, &full, &sk->pk.n.m));
	CHECK_OK(tf_paillier_dec_start(batch, &dec, sk, &full));
	tf_batch_power(batch, &rho, &sk->pk.n,
	               &(tf_power){ .base = &low, .nat = &sk->n_inv_phi, .bits = sk->pk.n.bits,
	                            .secrecy = TF_SECRET }, 1);
	CHECK_OK(tf_batch_run(batch));
	CHECK_OK(tf_paillier_dec_finish(&y, &dec, sk));
	learn_bn(&by.mag);
	learn_bn(&y.mag);
	learn_bn(&rho);
	learn_bn(&full);
}

static void check_alert(void)
{
	alert_check_verdicts(s, TF_CK_DEC_EQ_S);
	for (unsigned i = 0; !searching && i < c->n; i++)
		learn_decryption(i);
}

static void lie_about_delta(void)
{
	alert_lie(s, 1u << 1, alert_false_delta);
}

static void lie_about_S(void)
{
	alert_lie(s, 1u << 1, alert_false_S);
}

TEST_SLOW(residue_of_alert, 300)
{
	static const machine pair = { "alert", set_pair, start_pair, NULL };
	static const play nonce = { &pair, learn_nonce_alert, lie_about_delta, check_alert };
	static const play chi = { &pair, learn_chi_alert, lie_about_S, check_alert };

	leaves_nothing(&nonce, 500);
	leaves_nothing(&chi, 500);
}

/* ---- signing ---- */

/* k, chi, and what the share is made of: e k, chi + e k, k m */
static void learn_signing(void)
{
	tf_sc e, m, t;
	tf_pt child;

	CHECK_OK(tf_bip32_derive(c->g, &e, &child, NULL, &s->Y, s->cc, &machine_path));
	CHECK_OK(tf_sc_reduce_bytes(c->g, &m, machine_digest, sizeof(machine_digest)));
	for (unsigned i = 0; i < c->n; i++) {
		const tf_presig *p = &s->presig[i][0];

		learn_sc(&p->k.s);
		learn_sc(&p->chi.s);
		tf_sc_mul(c->g, &t, &m, &p->k.s);
		learn_sc(&t);
		tf_sc_mul(c->g, &t, &e, &p->k.s);
		learn_sc(&t);
		tf_sc_add(c->g, &t, &t, &p->chi.s);
		learn_sc(&t);
	}
}

TEST(residue_of_signing)
{
	static const play p = { &machine_signing, learn_signing, NULL, NULL };

	leaves_nothing(&p, 200);
}

/* ---- resharing and refresh ---- */

static void learn_reshare(void)
{
	for (unsigned i = 0; i < c->n; i++) {
		const tf_reshare_state *st = x->run[i].st;

		learn_sc(&x->run[i].key.x.s);
		learn_sc(&x->source[i].x.s);
		if (!st)
			continue;
		learn_sc(&st->a.s);
		learn_sc(&st->base.s);
		for (unsigned k = 0; k < st->t; k++)
			learn_sc(&st->f[k].s);
	}
}

TEST(residue_of_reshare)
{
	static const play p = { &machine_reshare, learn_reshare, NULL, NULL };

	leaves_nothing(&p, 150);
}

TEST(residue_of_refresh)
{
	static const play p = { &machine_refresh, learn_reshare, NULL, NULL };

	leaves_nothing(&p, 150);
}

/* ---- records and weights ---- */

static uint8_t scratch_room[1 << 20], record[1 << 16], certificate[TF_CERTIFICATE_MAX];
static tf_arena scratch;
static tf_key key;
static tf_moduli moduli;
static tf_weights weights;
static size_t len, certificate_len;

static void encode_key(void *arg)
{
	machine_call *k = arg;

	k->err = tf_key_encode(record, sizeof(record), &len, &x->source[0], certificate,
	                       certificate_len, x->c.g, &scratch);
}

static void decode_key(void *arg)
{
	machine_call *k = arg;

	k->err = tf_key_decode(&key, NULL, x->c.g, record, len, &scratch);
}

static void weigh(void *arg)
{
	machine_call *k = arg;

	k->err = tf_key_weigh(&weights, &key, &x->c.env[0]);
}

static void encode_moduli(void *arg)
{
	machine_call *k = arg;

	k->err = tf_moduli_encode(record, sizeof(record), &len, &s->own[0], &tf_profile_small,
	                          &scratch);
}

static void decode_moduli(void *arg)
{
	machine_call *k = arg;

	k->err = tf_moduli_decode(&moduli, &tf_profile_small, record, len, &scratch);
}

static void make_moduli(void *arg)
{
	const tf_moduli *m = &s->own[1];
	machine_call *k = arg;

	k->err = tf_moduli_make(&moduli, &tf_profile_small, &m->sk.f.p, &m->sk.f.q, &m->rp.f.p,
	                        &m->rp.f.q, &c->rng[0], &scratch);
}

static void search(void (*what)(void *))
{
	machine_call k = { 0 };

	tf_residue_run(what, &k);
	CHECK_OK(k.err);
	CHECK(tf_residue_found() == 0);
	check_depth();
}

TEST(residue_of_key_records)
{
	uint8_t body[TF_CERTIFICATE_MAX], hash[32];
	size_t body_len;

	tf_residue_prepare();
	tf_residue_reset();
	tf_arena_init(&scratch, scratch_room, sizeof(scratch_room));
	recast_init(x, 3, TF_CURVE_SECP256K1);
	recast_deal(x, 3, 3, TF_SHARE_FELDMAN);
	c = &x->c;
	CHECK_OK(tf_sharing_encode(body, &body_len, hash, x->args.source, x->c.g, &scratch));
	CHECK_OK(tf_sharing_seal(certificate, sizeof(certificate), &certificate_len, body,
	                         body_len, NULL, 0, &scratch));
	learn_sc(&x->source[0].x.s);
	CHECK_OK(tf_key_weigh(&weights, &x->source[0], &x->c.env[0]));
	learn_sc(&weights.w.s);
	search(encode_key);
	search(decode_key);
	CHECK(memcmp(&key.x, &x->source[0].x, sizeof(key.x)) == 0);
	search(weigh);
}

TEST(residue_of_moduli_and_their_records)
{
	tf_residue_prepare();
	tf_residue_reset();
	stage_init(s, 2, &tf_profile_small);
	c = &s->c;
	tf_arena_init(&scratch, scratch_room, sizeof(scratch_room));
	learn_own_moduli();
	search(encode_moduli);
	search(decode_moduli);
	CHECK(memcmp(moduli.rp.lambda.d, s->own[0].rp.lambda.d, 8) == 0);
	search(make_moduli);
	learn_moduli(&moduli); /* the same primes, another lambda */
	CHECK(tf_residue_found() == 0);
}
