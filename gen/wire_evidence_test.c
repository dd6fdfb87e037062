/* Made by tools/genwire from wire/evidence.wire; do not edit. */
#include "wire_evidence.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_evidence_keygen_maker;
extern const tf_wire_maker tf_evidence_party_maker;
extern const tf_wire_maker tf_evidence_presign_maker;
extern const tf_wire_maker tf_evidence_seat_maker;
extern const tf_wire_maker tf_evidence_share_maker;
extern const tf_wire_maker tf_evidence_sign_maker;
extern const tf_wire_maker tf_evidence_step_maker;
extern const tf_wire_maker tf_rec_evidence_maker;

static void make_evidence_party(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_party *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_EVIDENCE_NAME_MAX);
	tf_make_u16(rng, &m->slot);
	tf_make_bytes(rng, m->identity, 32);
	tf_make_blob(rng, mem, &m->ready, TF_EVIDENCE_READY_MAX);
}

const tf_wire_maker tf_evidence_party_maker = { &tf_evidence_party_wire, make_evidence_party };

static void make_evidence(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_evidence *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->profile, TF_EVIDENCE_NAME_MAX);
	tf_make_u8(rng, &m->curve);
	tf_make_u8(rng, &m->protocol);
	tf_make_u8(rng, &m->stage);
	tf_make_bytes(rng, m->trust, 32);
	tf_make_bytes(rng, m->request, 32);
	tf_make_bytes(rng, m->open, 32);
	tf_make_u16(rng, &m->t);
	m->parties_n = tf_make_count(rng, TF_PARTIES_MAX);
	m->parties = tf_make_list(mem, m->parties_n, sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_evidence_party_maker.make(rng, &m->parties[i], env, mem);
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

const tf_wire_maker tf_rec_evidence_maker = { &tf_rec_evidence_wire, make_evidence };

static void make_evidence_keygen(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_keygen *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->workspace, TF_EVIDENCE_NAME_MAX);
	tf_make_bytes(rng, m->key_id, 32);
}

const tf_wire_maker tf_evidence_keygen_maker = { &tf_evidence_keygen_wire, make_evidence_keygen };

static void make_evidence_seat(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_seat *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->W);
	tf_make_nat(rng, &m->N, tf_wire_bits_N(env));
	tf_make_nat(rng, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->s, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->t, tf_wire_bits_Nhat(env));
	tf_make_blob(rng, mem, &m->sent, TF_EVIDENCE_CONTEXT_MAX);
}

const tf_wire_maker tf_evidence_seat_maker = { &tf_evidence_seat_wire, make_evidence_seat };

static void make_evidence_presign(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_presign *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->Y);
	tf_make_u8(rng, &m->confirm);
	m->seats_n = tf_make_count(rng, tf_wire_max_n(env));
	m->seats = tf_make_list(mem, m->seats_n, sizeof(*m->seats));
	for (uint32_t i = 0; i < m->seats_n; i++) {
		tf_evidence_seat_maker.make(rng, &m->seats[i], env, mem);
	}
}

const tf_wire_maker tf_evidence_presign_maker = { &tf_evidence_presign_wire, make_evidence_presign };

static void make_evidence_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_share *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->Delta);
	tf_make_point(rng, env, &m->S);
}

const tf_wire_maker tf_evidence_share_maker = { &tf_evidence_share_wire, make_evidence_share };

static void make_evidence_step(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_step *m = out;

	(void)env;
	(void)mem;
	tf_make_u32(rng, &m->index);
}

const tf_wire_maker tf_evidence_step_maker = { &tf_evidence_step_wire, make_evidence_step };

static void make_evidence_sign(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_sign *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->epid, 32);
	tf_make_point(rng, env, &m->Y);
	tf_make_point(rng, env, &m->Gamma);
	tf_make_scalar(rng, env, &m->delta);
	m->shares_n = tf_make_count(rng, tf_wire_max_n(env));
	m->shares = tf_make_list(mem, m->shares_n, sizeof(*m->shares));
	for (uint32_t i = 0; i < m->shares_n; i++) {
		tf_evidence_share_maker.make(rng, &m->shares[i], env, mem);
	}
	tf_make_u8(rng, &m->echoed);
	tf_make_bytes(rng, m->echo, 32);
	tf_make_bytes(rng, m->cc, 32);
	m->path_n = tf_make_count(rng, TF_EVIDENCE_NAME_MAX);
	m->path = tf_make_list(mem, m->path_n, sizeof(*m->path));
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_maker.make(rng, &m->path[i], env, mem);
	}
	tf_make_bytes(rng, m->digest, 32);
}

const tf_wire_maker tf_evidence_sign_maker = { &tf_evidence_sign_wire, make_evidence_sign };

const tf_wire_maker *const tf_wire_evidence_makers[TF_WIRE_EVIDENCE_TYPES] = {
	&tf_evidence_party_maker,
	&tf_rec_evidence_maker,
	&tf_evidence_keygen_maker,
	&tf_evidence_seat_maker,
	&tf_evidence_presign_maker,
	&tf_evidence_share_maker,
	&tf_evidence_step_maker,
	&tf_evidence_sign_maker,
};
