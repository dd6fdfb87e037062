/* Made by tools/genwire from wire/testimony.wire; do not edit. */
#include "wire_testimony.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_evidence_step_maker;
extern const tf_wire_maker tf_frost_pair_maker;
extern const tf_wire_maker tf_rec_testimony_maker;
extern const tf_wire_maker tf_testimony_frost_prepare_maker;
extern const tf_wire_maker tf_testimony_frost_sign_maker;
extern const tf_wire_maker tf_testimony_party_maker;
extern const tf_wire_maker tf_testimony_reshare_maker;
extern const tf_wire_maker tf_testimony_role_maker;

static void make_testimony_party(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_party *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_EVIDENCE_NAME_MAX);
	tf_make_u16(rng, &m->slot);
	tf_make_bytes(rng, m->identity, 32);
}

const tf_wire_maker tf_testimony_party_maker = { &tf_testimony_party_wire, make_testimony_party };

static void make_testimony(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_testimony *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->profile, TF_EVIDENCE_NAME_MAX);
	tf_make_u8(rng, &m->curve);
	tf_make_u8(rng, &m->stage);
	tf_make_bytes(rng, m->session, 32);
	tf_make_u16(rng, &m->t);
	m->parties_n = tf_make_count(rng, TF_PARTIES_MAX);
	m->parties = tf_make_list(mem, m->parties_n, sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_testimony_party_maker.make(rng, &m->parties[i], env, mem);
	}
	tf_make_u16(rng, &m->self);
	tf_make_u16(rng, &m->party);
	tf_make_u8(rng, &m->round);
	tf_make_u16(rng, &m->check);
	tf_make_u32(rng, &m->batch);
	tf_make_blob(rng, mem, &m->context, TF_EVIDENCE_CONTEXT_MAX);
	m->messages_n = tf_make_count(rng, TF_EVIDENCE_MESSAGES_MAX);
	m->messages = tf_make_list(mem, m->messages_n, sizeof(*m->messages));
	for (uint32_t i = 0; i < m->messages_n; i++) {
		tf_make_blob(rng, mem, &m->messages[i], TF_ENVELOPE_MAX);
	}
}

const tf_wire_maker tf_rec_testimony_maker = { &tf_rec_testimony_wire, make_testimony };

static void make_testimony_role(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_role *m = out;

	(void)env;
	(void)mem;
	tf_make_u16(rng, &m->deals);
	tf_make_u16(rng, &m->receives);
}

const tf_wire_maker tf_testimony_role_maker = { &tf_testimony_role_wire, make_testimony_role };

static void make_testimony_reshare(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_reshare *m = out;

	(void)env;
	(void)mem;
	tf_make_u8(rng, &m->kind);
	tf_make_u8(rng, &m->form);
	tf_make_u16(rng, &m->t);
	tf_make_u32(rng, &m->epoch);
	m->roles_n = tf_make_count(rng, tf_wire_max_n(env));
	m->roles = tf_make_list(mem, m->roles_n, sizeof(*m->roles));
	for (uint32_t i = 0; i < m->roles_n; i++) {
		tf_testimony_role_maker.make(rng, &m->roles[i], env, mem);
	}
	tf_make_blob(rng, mem, &m->source, TF_CERTIFICATE_MAX);
}

const tf_wire_maker tf_testimony_reshare_maker = { &tf_testimony_reshare_wire, make_testimony_reshare };

static void make_testimony_frost_prepare(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_frost_prepare *m = out;

	(void)env;
	(void)mem;
	tf_make_u8(rng, &m->suite);
	tf_make_u8(rng, &m->confirm);
	tf_make_point(rng, env, &m->Y);
	m->W_n = tf_make_count(rng, tf_wire_max_n(env));
	m->W = tf_make_list(mem, m->W_n, sizeof(*m->W));
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_make_point(rng, env, &m->W[i]);
	}
}

const tf_wire_maker tf_testimony_frost_prepare_maker = { &tf_testimony_frost_prepare_wire, make_testimony_frost_prepare };

static void make_testimony_frost_sign(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_frost_sign *m = out;

	(void)env;
	(void)mem;
	tf_make_u8(rng, &m->suite);
	tf_make_bytes(rng, m->prepared, 32);
	tf_make_u32(rng, &m->item);
	tf_make_point(rng, env, &m->Y);
	m->W_n = tf_make_count(rng, tf_wire_max_n(env));
	m->W = tf_make_list(mem, m->W_n, sizeof(*m->W));
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_make_point(rng, env, &m->W[i]);
	}
	m->nonces_n = tf_make_count(rng, tf_wire_max_n(env));
	m->nonces = tf_make_list(mem, m->nonces_n, sizeof(*m->nonces));
	for (uint32_t i = 0; i < m->nonces_n; i++) {
		tf_frost_pair_maker.make(rng, &m->nonces[i], env, mem);
	}
	tf_make_u8(rng, &m->echoed);
	tf_make_bytes(rng, m->echo, 32);
	tf_make_bytes(rng, m->cc, 32);
	m->path_n = tf_make_count(rng, TF_EVIDENCE_NAME_MAX);
	m->path = tf_make_list(mem, m->path_n, sizeof(*m->path));
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_maker.make(rng, &m->path[i], env, mem);
	}
	tf_make_u8(rng, &m->output);
	tf_make_bytes(rng, m->root, 32);
	tf_make_blob(rng, mem, &m->text, TF_TESTIMONY_TEXT_MAX);
}

const tf_wire_maker tf_testimony_frost_sign_maker = { &tf_testimony_frost_sign_wire, make_testimony_frost_sign };

const tf_wire_maker *const tf_wire_testimony_makers[TF_WIRE_TESTIMONY_TYPES] = {
	&tf_testimony_party_maker,
	&tf_rec_testimony_maker,
	&tf_testimony_role_maker,
	&tf_testimony_reshare_maker,
	&tf_testimony_frost_prepare_maker,
	&tf_testimony_frost_sign_maker,
};
