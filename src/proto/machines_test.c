#include "proto/machines_test.h"

#include <string.h>

stage machine_stage;
recast machine_recast;
tf_keygen machine_keygens[3];
tf_auxinfo machine_auxinfos[3];
const tf_path machine_path = { .len = 2, .index = { 44, 7 } };
const uint8_t machine_digest[32] = { 0xd1, 0x9e, 0x57 };

static stage *const s = &machine_stage;
static recast *const x = &machine_recast;
static cast *const c = &machine_stage.c;

/* ---- key generation ---- */

static cast *set_keygen(void)
{
	cast_init(c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(c, tf_keygen_sizes(c->env[0].pr, 3));
	return c;
}

static void start_keygen(void *arg)
{
	machine_call *k = arg;
	tf_keygen *m = &machine_keygens[k->i];
	tf_keygen_args args = { .env = &c->env[k->i], .t = 2, .workspace = "test" };

	k->err = tf_keygen_start(m, &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &m->r;
}

static void wipe_keygen(unsigned i)
{
	tf_keygen_wipe(&machine_keygens[i]);
}

const machine machine_keygen = { "keygen", set_keygen, start_keygen, wipe_keygen };

/* ---- auxiliary information ---- */

static cast *set_auxinfo(void)
{
	stage_init(s, 3, &tf_profile_small);
	cast_rooms(c, tf_auxinfo_sizes(c->env[0].pr, 3));
	return c;
}

static void start_auxinfo(void *arg)
{
	machine_call *k = arg;
	tf_auxinfo *m = &machine_auxinfos[k->i];
	tf_auxinfo_args args = { .env = &c->env[k->i], .own = &s->own[k->i], .now = 1700000000 };

	k->err = tf_auxinfo_start(m, &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &m->r;
}

static void wipe_auxinfo(unsigned i)
{
	tf_auxinfo_wipe(&machine_auxinfos[i]);
}

const machine machine_auxinfo = { "auxinfo", set_auxinfo, start_auxinfo, wipe_auxinfo };

/* ---- presigning ---- */

static cast *set_presign(void)
{
	stage_init(s, 3, &tf_profile_small);
	cast_rooms(c, tf_presign_sizes(c->env[0].pr, 3, 2));
	return c;
}

static void start_presign(void *arg)
{
	machine_call *k = arg;
	tf_presign_args args = { .env = &c->env[k->i], .own = &s->own[k->i],
	                         .weights = &s->weights[k->i], .batch = 2, .confirm = true };

	for (unsigned j = 0; j < c->n; j++)
		args.aux[j] = j == k->i ? NULL : &s->aux[j];
	k->err = tf_presign_start(&s->presign[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &s->presign[k->i].r;
}

static void wipe_presign(unsigned i)
{
	tf_presign_wipe(&s->presign[i]);
}

const machine machine_presign = { "presign", set_presign, start_presign, wipe_presign };

/* ---- signing ---- */

static cast *set_signing(void)
{
	stage_init(s, 3, &tf_profile_small);
	stage_presign(s, 1, true);
	for (unsigned i = 0; i < c->n; i++)
		c->env[i].sid[0] ^= 0x80;
	cast_rooms(c, tf_signing_sizes(c->env[0].pr, 3));
	return c;
}

static void start_signing(void *arg)
{
	machine_call *k = arg;
	tf_signing_args args = { .env = &c->env[k->i], .weights = &s->weights[k->i],
	                         .presig = &s->presig[k->i][0], .path = machine_path };

	memcpy(args.digest, machine_digest, sizeof(args.digest));
	memcpy(args.cc, s->cc, sizeof(args.cc));
	k->err = tf_signing_start(&s->signing[k->i], &args, &c->mem[k->i], &c->out[k->i]);
	c->run[k->i] = &s->signing[k->i].r;
}

static void wipe_signing(unsigned i)
{
	tf_signing_wipe(&s->signing[i]);
}

const machine machine_signing = { "signing", set_signing, start_signing, wipe_signing };

/* ---- resharing and refresh ---- */

static cast *set_recast(tf_reshare_kind kind)
{
	unsigned n = kind == TF_REFRESH ? 3 : 4;

	recast_init(x, n, TF_CURVE_SECP256K1);
	recast_deal(x, 3, 2, TF_SHARE_FELDMAN);
	if (kind == TF_REFRESH)
		recast_plan_refresh(x);
	else
		recast_plan_reshare(x);
	cast_rooms(&x->c, tf_reshare_sizes(x->c.env[0].pr, (uint16_t)n));
	return &x->c;
}

static cast *set_reshare(void)
{
	return set_recast(TF_RESHARE);
}

static cast *set_refresh(void)
{
	return set_recast(TF_REFRESH);
}

static void start_reshare(void *arg)
{
	machine_call *k = arg;

	k->err = recast_start(x, k->i);
	x->c.run[k->i] = &x->run[k->i].r;
}

static void wipe_reshare(unsigned i)
{
	tf_reshare_wipe(&x->run[i]);
}

const machine machine_reshare = { "reshare", set_reshare, start_reshare, wipe_reshare };
const machine machine_refresh = { "refresh", set_refresh, start_reshare, wipe_reshare };
