/* Made by tools/genwire from wire/records.wire; do not edit. */
#include "wire_records.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_certificate_signature_maker;
extern const tf_wire_maker tf_rec_key_share_maker;
extern const tf_wire_maker tf_rec_own_moduli_maker;
extern const tf_wire_maker tf_rec_peer_aux_maker;
extern const tf_wire_maker tf_rec_standing_maker;
extern const tf_wire_maker tf_rec_used_sid_maker;
extern const tf_wire_maker tf_sharing_certificate_maker;
extern const tf_wire_maker tf_signed_certificate_maker;
extern const tf_wire_maker tf_slot_public_maker;

static void make_slot_public(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_slot_public *m = out;

	(void)env;
	(void)mem;
	tf_make_u16(rng, &m->index);
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
	tf_make_point(rng, env, &m->W);
}

const tf_wire_maker tf_slot_public_maker = { &tf_slot_public_wire, make_slot_public };

static void make_sharing_certificate(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_sharing_certificate *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->workspace, TF_WORKSPACE_MAX);
	tf_make_bytes(rng, m->key_id, 32);
	tf_make_u8(rng, &m->curve);
	tf_make_point(rng, env, &m->Y);
	tf_make_bytes(rng, m->cc, 32);
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_bytes(rng, m->attempt, 32);
	tf_make_u8(rng, &m->form);
	tf_make_u16(rng, &m->t);
	m->slots_n = tf_make_count(rng, tf_wire_max_n(env));
	m->slots = tf_make_list(mem, m->slots_n, sizeof(*m->slots));
	for (uint32_t i = 0; i < m->slots_n; i++) {
		tf_slot_public_maker.make(rng, &m->slots[i], env, mem);
	}
	tf_make_bytes(rng, m->previous, 32);
}

const tf_wire_maker tf_sharing_certificate_maker = { &tf_sharing_certificate_wire, make_sharing_certificate };

static void make_certificate_signature(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_certificate_signature *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_certificate_signature_maker = { &tf_certificate_signature_wire, make_certificate_signature };

static void make_signed_certificate(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_signed_certificate *m = out;

	(void)env;
	(void)mem;
	tf_make_blob(rng, mem, &m->body, TF_CERTIFICATE_MAX);
	m->signatures_n = tf_make_count(rng, 2*tf_wire_max_n(env));
	m->signatures = tf_make_list(mem, m->signatures_n, sizeof(*m->signatures));
	for (uint32_t i = 0; i < m->signatures_n; i++) {
		tf_certificate_signature_maker.make(rng, &m->signatures[i], env, mem);
	}
}

const tf_wire_maker tf_signed_certificate_maker = { &tf_signed_certificate_wire, make_signed_certificate };

static void make_key_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_key_share *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->key_id, 32);
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_u16(rng, &m->index);
	tf_make_u8(rng, &m->curve);
	tf_make_u8(rng, &m->form);
	tf_make_u8(rng, &m->state);
	tf_make_scalar(rng, env, &m->x.s);
	tf_make_blob(rng, mem, &m->certificate, TF_CERTIFICATE_MAX);
}

const tf_wire_maker tf_rec_key_share_maker = { &tf_rec_key_share_wire, make_key_share };

static void make_own_moduli(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_own_moduli *m = out;

	(void)env;
	(void)mem;
	tf_make_u32(rng, &m->generation);
	tf_make_u64(rng, &m->created);
	tf_make_nat(rng, &m->p, tf_wire_bits_prime(env));
	tf_make_nat(rng, &m->q, tf_wire_bits_prime(env));
	tf_make_nat(rng, &m->p_hat, tf_wire_bits_prime(env));
	tf_make_nat(rng, &m->q_hat, tf_wire_bits_prime(env));
	tf_make_nat(rng, &m->lambda, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->t, tf_wire_bits_Nhat(env));
}

const tf_wire_maker tf_rec_own_moduli_maker = { &tf_rec_own_moduli_wire, make_own_moduli };

static void make_peer_aux(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_peer_aux *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
	tf_make_bytes(rng, m->sid, 32);
	tf_make_u64(rng, &m->created);
	tf_make_nat(rng, &m->N, tf_wire_bits_N(env));
	tf_make_nat(rng, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->s, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->t, tf_wire_bits_Nhat(env));
}

const tf_wire_maker tf_rec_peer_aux_maker = { &tf_rec_peer_aux_wire, make_peer_aux };

static void make_used_sid(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_used_sid *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_u8(rng, &m->protocol);
	tf_make_u64(rng, &m->started);
}

const tf_wire_maker tf_rec_used_sid_maker = { &tf_rec_used_sid_wire, make_used_sid };

static void make_standing(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_standing *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
	tf_make_u32(rng, &m->instance);
	tf_make_bytes(rng, m->boot, 16);
	tf_make_u32(rng, &m->aborts);
	tf_make_u8(rng, &m->suspended);
}

const tf_wire_maker tf_rec_standing_maker = { &tf_rec_standing_wire, make_standing };

const tf_wire_maker *const tf_wire_records_makers[TF_WIRE_RECORDS_TYPES] = {
	&tf_slot_public_maker,
	&tf_sharing_certificate_maker,
	&tf_certificate_signature_maker,
	&tf_signed_certificate_maker,
	&tf_rec_key_share_maker,
	&tf_rec_own_moduli_maker,
	&tf_rec_peer_aux_maker,
	&tf_rec_used_sid_maker,
	&tf_rec_standing_maker,
};
