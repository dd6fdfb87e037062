/* After every start and every step of the ECDSA machines: no secret lies on the dead stack.
 *
 * Each machine runs twice, on the same randomness. The first run learns what the secrets are, those
 * of its end too: everything that was drawn and not broadcast, the shares that were sent to one
 * party alone, and what the machines keep. In the second every call has a painted stack of its own,
 * which is searched afterwards. */
#include <string.h>

#include "harness/residue.h"
#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/presign_impl.h"
#include "proto/recast_test.h"
#include "proto/reshare_impl.h"
#include "proto/stage_test.h"

#define ABOVE 8192u /* frames that were not left when the stack was wiped */

static stage s; /* presigning and signing; its cast is everybody's */
static recast x;
static tf_keygen kg[3];
static tf_auxinfo aux[3];
static cast *c;
static bool searching;

/* A call of the library, and what it says. */
typedef struct call {
	unsigned i;
	const uint8_t *bytes;
	size_t len;
	tf_fault *fault;
	tf_err err;
} call;

typedef struct machine {
	const char *name;
	void (*set)(void);     /* the cast, before anything runs */
	void (*start)(void *); /* of a call's party */
	void (*learn)(void);   /* what everybody's state holds now */
} machine;

static const machine *now;

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
	call *k = arg;

	k->err = tf_rounds_step(c->run[k->i], k->bytes, k->len, &c->out[k->i], k->fault);
}

static void run(void (*what)(void *), call *k)
{
	if (!searching) {
		what(k);
		now->learn();
		return;
	}
	tf_residue_run(what, k);
	if (tf_residue_found())
		tf_test_fail(__FILE__, __LINE__, "%s: %u words of secrets, party %u, round %u",
		             now->name, tf_residue_found(), k->i + 1, c->run[k->i]->round);
	/* nothing was deeper than what is wiped */
	CHECK(tf_residue_used() > TF_WIPE_STACK_DEEP &&
	      tf_residue_used() < TF_WIPE_STACK_DEEP + ABOVE);
}

static tf_err step(cast *of, unsigned i, const uint8_t *bytes, size_t len, tf_fault *fault)
{
	call k = { i, bytes, len, fault, TF_OK };

	CHECK(of == c);
	run(take_step, &k);
	return k.err;
}

static void play(const machine *m)
{
	now = m;
	m->set();
	c->step = step;
	for (unsigned i = 0; i < c->n; i++) {
		call k = { .i = i };

		run(m->start, &k);
		CHECK_OK(k.err);
	}
	cast_run(c);
	cast_check_done(c);
	if (!searching)
		learn_mail();
}

static void forget(void)
{
	cast_free(c);
	c = NULL;
}

static void leaves_nothing(const machine *m, size_t secrets)
{
	tf_residue_prepare();
	tf_residue_reset();
	searching = false;
	play(m);
	CHECK(tf_residue_secrets() >= secrets);
	forget();
	searching = true;
	play(m);
	forget();
}

/* Can the search find anything? */
static void careless(void *arg)
{
	volatile uint64_t copy[8];
	call *k = arg;

	for (unsigned i = 0; i < 4; i++)
		copy[2 + i] = kg[0].key.x.s.d[i];
	k->len = (size_t)copy[3];
}

/* ---- key generation ---- */

static void set_keygen(void)
{
	c = &s.c;
	cast_init(c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	listen();
	cast_rooms(c, tf_keygen_sizes(c->env[0].pr, 3));
}

static void start_keygen(void *arg)
{
	call *k = arg;
	tf_keygen_args args = { .env = &c->env[k->i], .t = 2, .workspace = "test" };

	k->err = tf_keygen_start(&kg[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &kg[k->i].r;
}

static void learn_keygen(void)
{
	for (unsigned i = 0; i < c->n; i++)
		learn_sc(&kg[i].key.x.s);
}

TEST(residue_of_keygen)
{
	static const machine m = { "keygen", set_keygen, start_keygen, learn_keygen };

	leaves_nothing(&m, 150);
	tf_residue_run(careless, &(call){ 0 });
	CHECK(tf_residue_found() == 4);
}

/* ---- auxiliary information ---- */

static void set_auxinfo(void)
{
	stage_init(&s, 3, &tf_profile_small);
	c = &s.c;
	listen();
	cast_rooms(c, tf_auxinfo_sizes(c->env[0].pr, 3));
}

static void start_auxinfo(void *arg)
{
	call *k = arg;
	tf_auxinfo_args args = { .env = &c->env[k->i], .own = &s.own[k->i], .now = 1700000000 };

	k->err = tf_auxinfo_start(&aux[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &aux[k->i].r;
}

static void learn_own_moduli(void)
{
	for (unsigned i = 0; i < c->n; i++)
		learn_moduli(&s.own[i]);
}

TEST(residue_of_auxinfo)
{
	static const machine m = { "auxinfo", set_auxinfo, start_auxinfo, learn_own_moduli };

	leaves_nothing(&m, 1000);
}

/* ---- presigning ---- */

static void set_presign(void)
{
	stage_init(&s, 3, &tf_profile_small);
	c = &s.c;
	listen();
	cast_rooms(c, tf_presign_sizes(c->env[0].pr, 3, 2));
}

static void start_presign(void *arg)
{
	call *k = arg;
	tf_presign_args args = { .env = &c->env[k->i], .own = &s.own[k->i],
	                         .weights = &s.weights[k->i], .batch = 2, .confirm = true };

	for (unsigned j = 0; j < c->n; j++)
		args.aux[j] = j == k->i ? NULL : &s.aux[j];
	k->err = tf_presign_start(&s.presign[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &s.presign[k->i].r;
}

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
		learn_sc(&s.weights[i].w.s);
		for (uint32_t b = 0; s.presign[i].st && b < s.presign[i].st->batch; b++)
			learn_item(s.presign[i].st, b);
	}
}

TEST(residue_of_presign)
{
	static const machine m = { "presign", set_presign, start_presign, learn_presign };

	leaves_nothing(&m, 2000);
}

/* ---- signing ---- */

static const tf_path path = { .len = 2, .index = { 44, 7 } };

static void set_signing(void)
{
	stage_init(&s, 3, &tf_profile_small);
	c = &s.c;
	stage_presign(&s, 1, true);
	listen();
	for (unsigned i = 0; i < c->n; i++)
		c->env[i].sid[0] ^= 0x80;
	cast_rooms(c, tf_signing_sizes(c->env[0].pr, 3));
	if (!searching)
		now->learn();
}

static void start_signing(void *arg)
{
	call *k = arg;
	tf_signing_args args = { .env = &c->env[k->i], .presig = &s.presig[k->i][0], .path = path,
	                         .digest = { 0xd1, 0x9e, 0x57 } };

	memcpy(args.cc, s.cc, sizeof(args.cc));
	k->err = tf_signing_start(&s.signing[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &s.signing[k->i].r;
}

/* k, chi, and what the share is made of: e k, chi + e k, k m */
static void learn_signing(void)
{
	static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };
	tf_sc e, m, t;
	tf_pt child;

	CHECK_OK(tf_bip32_derive(c->g, &e, &child, NULL, &s.Y, s.cc, &path));
	CHECK_OK(tf_sc_reduce_bytes(c->g, &m, digest, sizeof(digest)));
	for (unsigned i = 0; i < c->n; i++) {
		const tf_presig *p = &s.presig[i][0];

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
	static const machine m = { "signing", set_signing, start_signing, learn_signing };

	leaves_nothing(&m, 200);
}

/* ---- resharing and refresh ---- */

static void set_recast(tf_reshare_kind kind)
{
	unsigned n = kind == TF_REFRESH ? 3 : 4;

	recast_init(&x, n, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	if (kind == TF_REFRESH)
		recast_plan_refresh(&x);
	else
		recast_plan_reshare(&x);
	c = &x.c;
	listen();
	cast_rooms(c, tf_reshare_sizes(c->env[0].pr, (uint16_t)n));
}

static void set_reshare(void)
{
	set_recast(TF_RESHARE);
}

static void set_refresh(void)
{
	set_recast(TF_REFRESH);
}

static void start_reshare(void *arg)
{
	call *k = arg;

	k->err = recast_start(&x, k->i);
	c->run[k->i] = &x.run[k->i].r;
}

static void learn_reshare(void)
{
	for (unsigned i = 0; i < c->n; i++) {
		const tf_reshare_state *st = x.run[i].st;

		learn_sc(&x.run[i].key.x.s);
		learn_sc(&x.source[i].x.s);
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
	static const machine m = { "reshare", set_reshare, start_reshare, learn_reshare };

	leaves_nothing(&m, 150);
}

TEST(residue_of_refresh)
{
	static const machine m = { "refresh", set_refresh, start_reshare, learn_reshare };

	leaves_nothing(&m, 150);
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
	call *k = arg;

	k->err = tf_key_encode(record, sizeof(record), &len, &x.source[0], certificate,
	                       certificate_len, x.c.g, &scratch);
}

static void decode_key(void *arg)
{
	call *k = arg;

	k->err = tf_key_decode(&key, NULL, x.c.g, record, len, &scratch);
}

static void weigh(void *arg)
{
	call *k = arg;

	k->err = tf_key_weigh(&weights, &key, &x.c.env[0]);
}

static void encode_moduli(void *arg)
{
	call *k = arg;

	k->err = tf_moduli_encode(record, sizeof(record), &len, &s.own[0], &tf_profile_small,
	                          &scratch);
}

static void decode_moduli(void *arg)
{
	call *k = arg;

	k->err = tf_moduli_decode(&moduli, &tf_profile_small, record, len, &scratch);
}

static void make_moduli(void *arg)
{
	const tf_moduli *m = &s.own[1];
	call *k = arg;

	k->err = tf_moduli_make(&moduli, &tf_profile_small, &m->sk.f.p, &m->sk.f.q, &m->rp.f.p,
	                        &m->rp.f.q, &c->rng[0], &scratch);
}

static void search(void (*what)(void *))
{
	call k = { 0 };

	tf_residue_run(what, &k);
	CHECK_OK(k.err);
	CHECK(tf_residue_found() == 0);
	CHECK(tf_residue_used() > TF_WIPE_STACK_DEEP &&
	      tf_residue_used() < TF_WIPE_STACK_DEEP + ABOVE);
}

TEST(residue_of_key_records)
{
	uint8_t body[TF_CERTIFICATE_MAX], hash[32];
	size_t body_len;

	tf_residue_prepare();
	tf_residue_reset();
	tf_arena_init(&scratch, scratch_room, sizeof(scratch_room));
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 3, TF_SHARE_FELDMAN);
	c = &x.c;
	CHECK_OK(tf_sharing_encode(body, &body_len, hash, x.args.source, x.c.g, &scratch));
	CHECK_OK(tf_sharing_seal(certificate, sizeof(certificate), &certificate_len, body,
	                         body_len, NULL, 0, &scratch));
	learn_sc(&x.source[0].x.s);
	CHECK_OK(tf_key_weigh(&weights, &x.source[0], &x.c.env[0]));
	learn_sc(&weights.w.s);
	search(encode_key);
	search(decode_key);
	CHECK(memcmp(&key.x, &x.source[0].x, sizeof(key.x)) == 0);
	search(weigh);
}

TEST(residue_of_moduli_and_their_records)
{
	tf_residue_prepare();
	tf_residue_reset();
	stage_init(&s, 2, &tf_profile_small);
	c = &s.c;
	tf_arena_init(&scratch, scratch_room, sizeof(scratch_room));
	learn_own_moduli();
	search(encode_moduli);
	search(decode_moduli);
	CHECK(memcmp(moduli.rp.lambda.d, s.own[0].rp.lambda.d, 8) == 0);
	search(make_moduli);
	learn_moduli(&moduli); /* the same primes, another lambda */
	CHECK(tf_residue_found() == 0);
}
