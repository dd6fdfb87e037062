/* Made by tools/genwire from wire/protocol.wire; do not edit. */
#include "wire_protocol.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_envelope_maker;
extern const tf_wire_maker tf_msg_aux_confirm_maker;
extern const tf_wire_maker tf_msg_aux_fac_maker;
extern const tf_wire_maker tf_msg_aux_r1_maker;
extern const tf_wire_maker tf_msg_aux_r2_maker;
extern const tf_wire_maker tf_msg_aux_r3_maker;
extern const tf_wire_maker tf_msg_dispute_maker;
extern const tf_wire_maker tf_msg_keygen_ack_maker;
extern const tf_wire_maker tf_msg_keygen_r1_maker;
extern const tf_wire_maker tf_msg_keygen_r2_maker;
extern const tf_wire_maker tf_msg_keygen_r3_maker;
extern const tf_wire_maker tf_msg_keygen_share_maker;
extern const tf_wire_maker tf_msg_presign_confirm_maker;
extern const tf_wire_maker tf_msg_presign_mta_maker;
extern const tf_wire_maker tf_msg_presign_psi_maker;
extern const tf_wire_maker tf_msg_presign_r1_maker;
extern const tf_wire_maker tf_msg_presign_r2_maker;
extern const tf_wire_maker tf_msg_presign_r3_maker;
extern const tf_wire_maker tf_msg_sign_share_maker;
extern const tf_wire_maker tf_presign_id_maker;
extern const tf_wire_maker tf_presign_mta_item_maker;
extern const tf_wire_maker tf_presign_psi_item_maker;
extern const tf_wire_maker tf_presign_r1_item_maker;
extern const tf_wire_maker tf_presign_r2_item_maker;
extern const tf_wire_maker tf_presign_r2_peer_maker;
extern const tf_wire_maker tf_presign_r3_item_maker;
extern const tf_wire_maker tf_zk_affg_proof_maker;
extern const tf_wire_maker tf_zk_elog_proof_maker;
extern const tf_wire_maker tf_zk_encelg_proof_maker;
extern const tf_wire_maker tf_zk_fac_proof_maker;
extern const tf_wire_maker tf_zk_mod_proof_maker;
extern const tf_wire_maker tf_zk_prm_proof_maker;
extern const tf_wire_maker tf_zk_sch_proof_maker;

static void make_envelope(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_envelope *m = out;

	(void)env;
	(void)mem;
	tf_make_u16(rng, &m->type);
	tf_make_u16(rng, &m->version);
	tf_make_bytes(rng, m->sid, 32);
	tf_make_bytes(rng, m->context, 32);
	tf_make_u8(rng, &m->round);
	tf_make_u16(rng, &m->from);
	tf_make_u16(rng, &m->to);
	tf_make_bytes(rng, m->echo, 32);
	tf_make_blob(rng, mem, &m->payload, TF_PAYLOAD_MAX);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_envelope_maker = { &tf_envelope_wire, make_envelope };

static void make_dispute(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_dispute *m = out;

	(void)env;
	(void)mem;
	tf_make_u8(rng, &m->round);
	m->originals_n = tf_make_count(rng, tf_wire_max_n(env));
	m->originals = tf_make_list(mem, m->originals_n, sizeof(*m->originals));
	for (uint32_t i = 0; i < m->originals_n; i++) {
		tf_make_blob(rng, mem, &m->originals[i], TF_ENVELOPE_MAX);
	}
	m->echoes_n = tf_make_count(rng, tf_wire_max_n(env));
	m->echoes = tf_make_list(mem, m->echoes_n, sizeof(*m->echoes));
	for (uint32_t i = 0; i < m->echoes_n; i++) {
		tf_make_blob(rng, mem, &m->echoes[i], TF_ENVELOPE_MAX);
	}
}

const tf_wire_maker tf_msg_dispute_maker = { &tf_msg_dispute_wire, make_dispute };

static void make_keygen_r1(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r1 *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->V, 32);
}

const tf_wire_maker tf_msg_keygen_r1_maker = { &tf_msg_keygen_r1_wire, make_keygen_r1 };

static void make_keygen_r2(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r2 *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->rid, 32);
	tf_make_bytes(rng, m->cc, 32);
	m->F_n = tf_make_count(rng, tf_wire_max_n(env));
	m->F = tf_make_list(mem, m->F_n, sizeof(*m->F));
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_make_point(rng, env, &m->F[i]);
	}
	tf_make_point(rng, env, &m->A);
	tf_make_bytes(rng, m->u, 32);
}

const tf_wire_maker tf_msg_keygen_r2_maker = { &tf_msg_keygen_r2_wire, make_keygen_r2 };

static void make_keygen_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_share *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->f.s);
}

const tf_wire_maker tf_msg_keygen_share_maker = { &tf_msg_keygen_share_wire, make_keygen_share };

static void make_keygen_r3(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r3 *m = out;

	(void)env;
	(void)mem;
	tf_zk_sch_proof_maker.make(rng, &m->psi, env, mem);
}

const tf_wire_maker tf_msg_keygen_r3_maker = { &tf_msg_keygen_r3_wire, make_keygen_r3 };

static void make_keygen_ack(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_ack *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->certificate, 32);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_msg_keygen_ack_maker = { &tf_msg_keygen_ack_wire, make_keygen_ack };

static void make_aux_r1(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r1 *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->V, 32);
}

const tf_wire_maker tf_msg_aux_r1_maker = { &tf_msg_aux_r1_wire, make_aux_r1 };

static void make_aux_r2(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r2 *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->N, tf_wire_bits_N(env));
	tf_make_nat(rng, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->s, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->t, tf_wire_bits_Nhat(env));
	tf_zk_prm_proof_maker.make(rng, &m->prm, env, mem);
	tf_make_bytes(rng, m->rho, 32);
	tf_make_bytes(rng, m->u, 32);
}

const tf_wire_maker tf_msg_aux_r2_maker = { &tf_msg_aux_r2_wire, make_aux_r2 };

static void make_aux_r3(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r3 *m = out;

	(void)env;
	(void)mem;
	tf_zk_mod_proof_maker.make(rng, &m->mod, env, mem);
}

const tf_wire_maker tf_msg_aux_r3_maker = { &tf_msg_aux_r3_wire, make_aux_r3 };

static void make_aux_fac(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_fac *m = out;

	(void)env;
	(void)mem;
	tf_zk_fac_proof_maker.make(rng, &m->fac, env, mem);
}

const tf_wire_maker tf_msg_aux_fac_maker = { &tf_msg_aux_fac_wire, make_aux_fac };

static void make_aux_confirm(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_confirm *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->output, 32);
}

const tf_wire_maker tf_msg_aux_confirm_maker = { &tf_msg_aux_confirm_wire, make_aux_confirm };

static void make_presign_r1_item(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r1_item *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->K, 2*tf_wire_bits_N(env));
	tf_make_nat(rng, &m->G, 2*tf_wire_bits_N(env));
	tf_make_point(rng, env, &m->Y);
	tf_make_point(rng, env, &m->A1);
	tf_make_point(rng, env, &m->A2);
	tf_make_point(rng, env, &m->B1);
	tf_make_point(rng, env, &m->B2);
}

const tf_wire_maker tf_presign_r1_item_maker = { &tf_presign_r1_item_wire, make_presign_r1_item };

static void make_presign_r1(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r1 *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r1_item_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_r1_maker = { &tf_msg_presign_r1_wire, make_presign_r1 };

static void make_presign_psi_item(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_psi_item *m = out;

	(void)env;
	(void)mem;
	tf_zk_encelg_proof_maker.make(rng, &m->psi0, env, mem);
	tf_zk_encelg_proof_maker.make(rng, &m->psi1, env, mem);
}

const tf_wire_maker tf_presign_psi_item_maker = { &tf_presign_psi_item_wire, make_presign_psi_item };

static void make_presign_psi(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_psi *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_psi_item_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_psi_maker = { &tf_msg_presign_psi_wire, make_presign_psi };

static void make_presign_r2_peer(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r2_peer *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->F, 2*tf_wire_bits_N(env));
	tf_make_nat(rng, &m->Fhat, 2*tf_wire_bits_N(env));
	tf_make_bytes(rng, m->hash, 32);
}

const tf_wire_maker tf_presign_r2_peer_maker = { &tf_presign_r2_peer_wire, make_presign_r2_peer };

static void make_presign_r2_item(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r2_item *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->Gamma);
	tf_zk_elog_proof_maker.make(rng, &m->psi, env, mem);
	m->peers_n = tf_make_count(rng, tf_wire_max_n(env));
	m->peers = tf_make_list(mem, m->peers_n, sizeof(*m->peers));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_r2_peer_maker.make(rng, &m->peers[i], env, mem);
	}
}

const tf_wire_maker tf_presign_r2_item_maker = { &tf_presign_r2_item_wire, make_presign_r2_item };

static void make_presign_r2(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r2 *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r2_item_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_r2_maker = { &tf_msg_presign_r2_wire, make_presign_r2 };

static void make_presign_mta_item(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_mta_item *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->D, 2*tf_wire_bits_N(env));
	tf_make_nat(rng, &m->Dhat, 2*tf_wire_bits_N(env));
	tf_zk_affg_proof_maker.make(rng, &m->psi, env, mem);
	tf_zk_affg_proof_maker.make(rng, &m->psihat, env, mem);
}

const tf_wire_maker tf_presign_mta_item_maker = { &tf_presign_mta_item_wire, make_presign_mta_item };

static void make_presign_mta(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_mta *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_mta_item_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_mta_maker = { &tf_msg_presign_mta_wire, make_presign_mta };

static void make_presign_r3_item(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r3_item *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->delta);
	tf_make_point(rng, env, &m->Delta);
	tf_make_point(rng, env, &m->S);
	tf_zk_elog_proof_maker.make(rng, &m->psi, env, mem);
}

const tf_wire_maker tf_presign_r3_item_maker = { &tf_presign_r3_item_wire, make_presign_r3_item };

static void make_presign_r3(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r3 *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r3_item_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_r3_maker = { &tf_msg_presign_r3_wire, make_presign_r3 };

static void make_presign_id(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_id *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->id, 32);
}

const tf_wire_maker tf_presign_id_maker = { &tf_presign_id_wire, make_presign_id };

static void make_presign_confirm(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_confirm *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_confirm_maker = { &tf_msg_presign_confirm_wire, make_presign_confirm };

static void make_sign_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_sign_share *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->sigma);
}

const tf_wire_maker tf_msg_sign_share_maker = { &tf_msg_sign_share_wire, make_sign_share };

const tf_wire_maker *const tf_wire_protocol_makers[TF_WIRE_PROTOCOL_TYPES] = {
	&tf_envelope_maker,
	&tf_msg_dispute_maker,
	&tf_msg_keygen_r1_maker,
	&tf_msg_keygen_r2_maker,
	&tf_msg_keygen_share_maker,
	&tf_msg_keygen_r3_maker,
	&tf_msg_keygen_ack_maker,
	&tf_msg_aux_r1_maker,
	&tf_msg_aux_r2_maker,
	&tf_msg_aux_r3_maker,
	&tf_msg_aux_fac_maker,
	&tf_msg_aux_confirm_maker,
	&tf_presign_r1_item_maker,
	&tf_msg_presign_r1_maker,
	&tf_presign_psi_item_maker,
	&tf_msg_presign_psi_maker,
	&tf_presign_r2_peer_maker,
	&tf_presign_r2_item_maker,
	&tf_msg_presign_r2_maker,
	&tf_presign_mta_item_maker,
	&tf_msg_presign_mta_maker,
	&tf_presign_r3_item_maker,
	&tf_msg_presign_r3_maker,
	&tf_presign_id_maker,
	&tf_msg_presign_confirm_maker,
	&tf_msg_sign_share_maker,
};
