/* Made by tools/genwire from wire/reshare.wire; do not edit. */
#include "wire_reshare.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_msg_complaint_maker;
extern const tf_wire_maker tf_msg_reshare_ack_maker;
extern const tf_wire_maker tf_msg_reshare_r1_maker;
extern const tf_wire_maker tf_msg_reshare_r2_maker;
extern const tf_wire_maker tf_msg_reshare_r3_maker;
extern const tf_wire_maker tf_msg_reshare_share_maker;
extern const tf_wire_maker tf_zk_sch_proof_maker;

static void make_complaint(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_complaint *m = out;

	(void)env;
	(void)mem;
	tf_make_u16(rng, &m->accused);
	tf_make_blob(rng, mem, &m->broadcast, TF_ENVELOPE_MAX);
	tf_make_blob(rng, mem, &m->direct, TF_ENVELOPE_MAX);
}

const tf_wire_maker tf_msg_complaint_maker = { &tf_msg_complaint_wire, make_complaint };

static void make_reshare_r1(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r1 *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->V, 32);
}

const tf_wire_maker tf_msg_reshare_r1_maker = { &tf_msg_reshare_r1_wire, make_reshare_r1 };

static void make_reshare_r2(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r2 *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->rid, 32);
	m->F_n = tf_make_count(rng, tf_wire_max_n(env));
	m->F = tf_make_list(mem, m->F_n, sizeof(*m->F));
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_make_point(rng, env, &m->F[i]);
	}
	tf_make_point(rng, env, &m->A);
	tf_make_bytes(rng, m->u, 32);
}

const tf_wire_maker tf_msg_reshare_r2_maker = { &tf_msg_reshare_r2_wire, make_reshare_r2 };

static void make_reshare_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_share *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->f.s);
}

const tf_wire_maker tf_msg_reshare_share_maker = { &tf_msg_reshare_share_wire, make_reshare_share };

static void make_reshare_r3(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r3 *m = out;

	(void)env;
	(void)mem;
	m->psi_n = tf_make_count(rng, 1);
	m->psi = tf_make_list(mem, m->psi_n, sizeof(*m->psi));
	for (uint32_t i = 0; i < m->psi_n; i++) {
		tf_zk_sch_proof_maker.make(rng, &m->psi[i], env, mem);
	}
}

const tf_wire_maker tf_msg_reshare_r3_maker = { &tf_msg_reshare_r3_wire, make_reshare_r3 };

static void make_reshare_ack(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_ack *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->certificate, 32);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_msg_reshare_ack_maker = { &tf_msg_reshare_ack_wire, make_reshare_ack };

const tf_wire_maker *const tf_wire_reshare_makers[TF_WIRE_RESHARE_TYPES] = {
	&tf_msg_complaint_maker,
	&tf_msg_reshare_r1_maker,
	&tf_msg_reshare_r2_maker,
	&tf_msg_reshare_share_maker,
	&tf_msg_reshare_r3_maker,
	&tf_msg_reshare_ack_maker,
};
