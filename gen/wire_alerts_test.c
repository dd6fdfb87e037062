/* Made by tools/genwire from wire/alerts.wire; do not edit. */
#include "wire_alerts.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_msg_presign_alert_maker;
extern const tf_wire_maker tf_msg_presign_alert_proofs_maker;
extern const tf_wire_maker tf_presign_alert_peer_maker;
extern const tf_wire_maker tf_presign_mta_item_maker;
extern const tf_wire_maker tf_zk_affgstar_proof_maker;
extern const tf_wire_maker tf_zk_dec_proof_maker;

static void make_zk_dec_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_dec_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_make_count(rng, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_make_nat(rng, &m->A[i], 2*tf_wire_bits_N(env));
		tf_make_point(rng, env, &m->B[i]);
		tf_make_point(rng, env, &m->C[i]);
		tf_make_int(rng, &m->z[i], tf_wire_bits_ell(env)+129);
		tf_make_int(rng, &m->w[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+134);
		tf_make_nat(rng, &m->nu[i], tf_wire_bits_N(env));
	}
}

const tf_wire_maker tf_zk_dec_proof_maker = { &tf_zk_dec_proof_wire, make_zk_dec_proof };

static void make_zk_affgstar_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_affgstar_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_make_count(rng, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_make_nat(rng, &m->A[i], 2*tf_wire_bits_N(env));
		tf_make_point(rng, env, &m->Bx[i]);
		tf_make_nat(rng, &m->By[i], 2*tf_wire_bits_N(env));
		tf_make_int(rng, &m->z1[i], tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
		tf_make_int(rng, &m->z2[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
		tf_make_nat(rng, &m->w[i], tf_wire_bits_N(env));
		tf_make_nat(rng, &m->wy[i], tf_wire_bits_N(env));
	}
}

const tf_wire_maker tf_zk_affgstar_proof_maker = { &tf_zk_affgstar_proof_wire, make_zk_affgstar_proof };

static void make_presign_alert(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_alert *m = out;

	(void)env;
	(void)mem;
	tf_make_u32(rng, &m->item);
	tf_make_u8(rng, &m->which);
	tf_make_bytes(rng, m->hash, 32);
}

const tf_wire_maker tf_msg_presign_alert_maker = { &tf_msg_presign_alert_wire, make_presign_alert };

static void make_presign_alert_peer(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_alert_peer *m = out;

	(void)env;
	(void)mem;
	tf_presign_mta_item_maker.make(rng, &m->mta, env, mem);
	tf_make_blob(rng, mem, &m->psi, TF_ALERT_STAR_MAX);
}

const tf_wire_maker tf_presign_alert_peer_maker = { &tf_presign_alert_peer_wire, make_presign_alert_peer };

static void make_presign_alert_proofs(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_alert_proofs *m = out;

	(void)env;
	(void)mem;
	tf_make_blob(rng, mem, &m->psi, TF_ALERT_DEC_MAX);
	m->peers_n = tf_make_count(rng, tf_wire_max_n(env));
	m->peers = tf_make_list(mem, m->peers_n, sizeof(*m->peers));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_alert_peer_maker.make(rng, &m->peers[i], env, mem);
	}
}

const tf_wire_maker tf_msg_presign_alert_proofs_maker = { &tf_msg_presign_alert_proofs_wire, make_presign_alert_proofs };

const tf_wire_maker *const tf_wire_alerts_makers[TF_WIRE_ALERTS_TYPES] = {
	&tf_zk_dec_proof_maker,
	&tf_zk_affgstar_proof_maker,
	&tf_msg_presign_alert_maker,
	&tf_presign_alert_peer_maker,
	&tf_msg_presign_alert_proofs_maker,
};
