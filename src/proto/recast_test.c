#include "proto/recast_test.h"

#include <stdio.h>
#include <string.h>

#include "proto/poly.h"

static uint8_t scratch_room[1 << 18];

tf_arena *recast_scratch(void)
{
	static tf_arena a;

	tf_arena_init(&a, scratch_room, sizeof(scratch_room));
	return &a;
}

void recast_init(recast *x, unsigned parties, tf_curve_id curve)
{
	memset(x, 0, sizeof(*x));
	cast_init(&x->c, parties, &tf_profile_small, curve);
}

void recast_free(recast *x)
{
	cast_free(&x->c);
}

/* In a tiny group a share, or the key, may be 0: then it is done again. */
static bool deal(recast *x, tf_sharing *s)
{
	const tf_group *g = x->c.g;
	tf_sc_sec f[TF_PARTIES_MAX], sum = { { { 0 } } };

	for (unsigned k = 0; k < s->n; k++)
		CHECK_OK(tf_sc_random(g, &f[k], &x->c.rng[0]));
	for (unsigned i = 0; i < s->n; i++) {
		tf_key *key = &x->source[i];

		key->index = (uint16_t)(i + 1);
		key->state = TF_SHARE_COMMITTED;
		tf_poly_at(&key->x, g, f, s->t, i + 1);
		if (s->form == TF_SHARE_ADDITIVE)
			key->x = f[i];
		tf_sc_add(g, &sum.s, &sum.s, &key->x.s);
		s->seat[i].index = key->index;
		snprintf(s->seat[i].device, sizeof(s->seat[i].device), "away-%u", i);
		if (i < x->c.n)
			CHECK_OK(tf_name_copy(s->seat[i].device, sizeof(s->seat[i].device),
			                      x->c.env[0].party[i].device));
		CHECK_OK(tf_pt_mul_base(g, &s->seat[i].W, &key->x));
	}
	CHECK_OK(tf_pt_mul_base(g, &s->Y, s->form == TF_SHARE_ADDITIVE ? &sum : &f[0]));
	CHECK_OK(tf_sharing_attempt(s->attempt, s, g, recast_scratch()));
	return tf_sharing_check(s, g, recast_scratch()) == TF_OK;
}

void recast_deal(recast *x, unsigned n, unsigned t, tf_share_form form)
{
	tf_sharing s = { .workspace = "test", .key_id = { 0x6b }, .curve = tf_group_id(x->c.g),
	                 .cc = { 0xcc, 1 }, .sharing = { 0x77 }, .epoch = 4, .form = form,
	                 .t = (uint16_t)t, .n = (uint16_t)n, .previous = { 9 } };
	unsigned tries = 0;

	while (!deal(x, &s))
		CHECK(++tries < 100);
	for (unsigned i = 0; i < n; i++)
		x->source[i].sharing = s;
	x->args.source = &x->source[0].sharing;
}

void recast_plan_refresh(recast *x)
{
	const tf_sharing *s = x->args.source;

	x->args.kind = TF_REFRESH;
	x->args.form = s->form;
	x->args.t = s->t;
	x->args.epoch = s->epoch + 1;
	x->args.epoch_used = s->epoch;
	for (unsigned i = 0; i < x->c.n; i++)
		x->args.role[i] = (tf_reshare_role){ (uint16_t)(i + 1), (uint16_t)(i + 1) };
}

void recast_plan_reshare(recast *x)
{
	static const tf_reshare_role role[4] = { { 1, 0 }, { 2, 2 }, { 0, 1 }, { 0, 3 } };

	x->args.kind = TF_RESHARE;
	x->args.form = TF_SHARE_ADDITIVE;
	x->args.t = 3;
	x->args.epoch = TF_EPOCH_FIRST;
	x->args.epoch_used = 0;
	memcpy(x->args.role, role, sizeof(role));
}

tf_reshare_args recast_args(const recast *x, unsigned i)
{
	tf_reshare_args a = x->args;

	a.env = &x->c.env[i];
	a.share = a.role[i].deals ? &x->source[a.role[i].deals - 1].x : NULL;
	return a;
}

tf_err recast_start(recast *x, unsigned i)
{
	tf_reshare_args a = recast_args(x, i);

	return tf_reshare_start(&x->run[i], &a, &x->c.mem[i], &x->c.out[i]);
}

void recast_start_all(recast *x)
{
	cast_rooms(&x->c, tf_reshare_sizes(x->c.env[0].pr, (uint16_t)x->c.n));
	for (unsigned i = 0; i < x->c.n; i++) {
		CHECK_OK(recast_start(x, i));
		x->c.run[i] = &x->run[i].r;
	}
}

void recast_check_key(const recast *x, const tf_key *k)
{
	const tf_seat *seat = tf_sharing_seat(&k->sharing, k->index);
	tf_pt W;

	CHECK(seat != NULL);
	CHECK_OK(tf_pt_mul_base(x->c.g, &W, &k->x));
	CHECK(tf_pt_eq(x->c.g, &W, &seat->W));
	CHECK_OK(tf_sharing_check(&k->sharing, x->c.g, recast_scratch()));
	CHECK_OK(tf_sharing_follows(&k->sharing, x->args.source, x->c.g, recast_scratch()));
}

/* Everybody's certificate is the same, and signed by all. */
static void check_attempt(recast *x, unsigned i, const uint8_t hash[static 32])
{
	const tf_attempt *a = tf_reshare_attempt(&x->run[i]);
	static uint8_t cert[TF_CERTIFICATE_MAX];
	tf_sharing s;
	size_t len;

	CHECK(a && a->state == TF_ATTEMPT_COMMITTED && tf_attempt_agreed(a));
	CHECK(a->n == x->c.n && memcmp(a->hash, hash, 32) == 0);
	CHECK_OK(tf_attempt_certificate(cert, sizeof(cert), &len, a, x->c.g, recast_scratch()));
	CHECK_OK(tf_sharing_open(&s, x->c.g, cert, len, recast_find, x, recast_scratch()));
	CHECK(s.epoch == x->args.epoch && s.form == x->args.form && s.t == x->args.t);
}

void recast_check(recast *x)
{
	const uint8_t *hash = tf_reshare_attempt(&x->run[0])->hash;
	tf_sc_sec sum = { { { 0 } } };
	uint16_t set[TF_PARTIES_MAX];
	unsigned n = 0, wanted = 0;
	tf_pt Y;

	cast_check_done(&x->c);
	for (unsigned i = 0; i < x->c.n; i++) {
		const tf_key *k = tf_reshare_key(&x->run[i]);

		check_attempt(x, i, hash);
		CHECK((k != NULL) == (x->args.role[i].receives != 0));
		wanted += k != NULL;
		if (!k)
			continue;
		CHECK(k->state == TF_SHARE_COMMITTED && k->index == x->args.role[i].receives);
		CHECK(k->sharing.n >= wanted);
		recast_check_key(x, k);
		if (n < k->sharing.t)
			set[n++] = k->index;
	}
	for (unsigned i = 0; i < x->c.n; i++) { /* the first t make the key */
		const tf_key *k = tf_reshare_key(&x->run[i]);
		tf_sc l;

		if (!k || tf_lagrange(&l, x->c.g, k->index, set, n) != TF_OK)
			continue;
		if (x->args.form == TF_SHARE_ADDITIVE)
			tf_sc_set_u64(x->c.g, &l, 1);
		tf_sc_mul(x->c.g, &l, &l, &k->x.s);
		tf_sc_add(x->c.g, &sum.s, &sum.s, &l);
	}
	CHECK_OK(tf_pt_mul_base(x->c.g, &Y, &sum));
	CHECK(tf_pt_eq(x->c.g, &Y, &x->args.source->Y));
}

const uint8_t *recast_find(void *ctx, const char *device)
{
	const recast *x = ctx;

	for (unsigned i = 0; i < x->c.n; i++)
		if (strcmp(x->c.env[0].party[i].device, device) == 0)
			return x->c.env[0].party[i].identity;
	return NULL;
}
