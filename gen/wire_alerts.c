/* Made by tools/genwire from wire/alerts.wire; do not edit. */
#include "wire_alerts.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_ae2a51d5f550330cedf23f9ed7c44e9c == 1, "schema and version");

static void put_zk_dec_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_dec_proof *m = in;

	(void)env;
	tf_wire_put_count(w, m->count, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_put_nat(w, &m->A[i], 2*tf_wire_bits_N(env));
		tf_wire_put_point(w, env, &m->B[i]);
		tf_wire_put_point(w, env, &m->C[i]);
		tf_wire_put_int(w, &m->z[i], tf_wire_bits_ell(env)+129);
		tf_wire_put_int(w, &m->w[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+134);
		tf_wire_put_nat(w, &m->nu[i], tf_wire_bits_N(env));
	}
}

static void get_zk_dec_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_dec_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_wire_get_count(r, tf_wire_max_m(env),
		tf_wire_bytes(2*tf_wire_bits_N(env)) + TF_PT_BYTES + TF_PT_BYTES + 1 + tf_wire_bytes(tf_wire_bits_ell(env)+129) + 1 + tf_wire_bytes(tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+134) + tf_wire_bytes(tf_wire_bits_N(env)));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_get_nat(r, &m->A[i], 2*tf_wire_bits_N(env));
		tf_wire_get_point(r, env, &m->B[i]);
		tf_wire_get_point(r, env, &m->C[i]);
		tf_wire_get_int(r, &m->z[i], tf_wire_bits_ell(env)+129);
		tf_wire_get_int(r, &m->w[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+134);
		tf_wire_get_nat(r, &m->nu[i], tf_wire_bits_N(env));
	}
}

static void print_zk_dec_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_dec_proof *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_say_nat(t, "A", &m->A[i]);
		tf_wire_say_point(t, "B", env, &m->B[i]);
		tf_wire_say_point(t, "C", env, &m->C[i]);
		tf_wire_say_int(t, "z", &m->z[i]);
		tf_wire_say_int(t, "w", &m->w[i]);
		tf_wire_say_nat(t, "nu", &m->nu[i]);
	}
}

static size_t length_zk_dec_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_m(env)) * (tf_wire_bytes(2*tf_wire_bits_N(env)) + TF_PT_BYTES + TF_PT_BYTES + 1 + tf_wire_bytes(tf_wire_bits_ell(env)+129) + 1 + tf_wire_bytes(tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+134) + tf_wire_bytes(tf_wire_bits_N(env)));
	return len;
}

const tf_wire_type tf_zk_dec_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_ALERTS_VERSION, .name = "zk_dec_proof",
	.size = sizeof(tf_zk_dec_proof), .length = length_zk_dec_proof, .put = put_zk_dec_proof,
	.get = get_zk_dec_proof, .print = print_zk_dec_proof,
};

static void put_zk_affgstar_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_affgstar_proof *m = in;

	(void)env;
	tf_wire_put_count(w, m->count, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_put_nat(w, &m->A[i], 2*tf_wire_bits_N(env));
		tf_wire_put_point(w, env, &m->Bx[i]);
		tf_wire_put_nat(w, &m->By[i], 2*tf_wire_bits_N(env));
		tf_wire_put_int(w, &m->z1[i], tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
		tf_wire_put_int(w, &m->z2[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
		tf_wire_put_nat(w, &m->w[i], tf_wire_bits_N(env));
		tf_wire_put_nat(w, &m->wy[i], tf_wire_bits_N(env));
	}
}

static void get_zk_affgstar_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_affgstar_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_wire_get_count(r, tf_wire_max_m(env),
		tf_wire_bytes(2*tf_wire_bits_N(env)) + TF_PT_BYTES + tf_wire_bytes(2*tf_wire_bits_N(env)) + 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1) + 1 + tf_wire_bytes(tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1) + tf_wire_bytes(tf_wire_bits_N(env)) + tf_wire_bytes(tf_wire_bits_N(env)));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_get_nat(r, &m->A[i], 2*tf_wire_bits_N(env));
		tf_wire_get_point(r, env, &m->Bx[i]);
		tf_wire_get_nat(r, &m->By[i], 2*tf_wire_bits_N(env));
		tf_wire_get_int(r, &m->z1[i], tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
		tf_wire_get_int(r, &m->z2[i], tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
		tf_wire_get_nat(r, &m->w[i], tf_wire_bits_N(env));
		tf_wire_get_nat(r, &m->wy[i], tf_wire_bits_N(env));
	}
}

static void print_zk_affgstar_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_affgstar_proof *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_say_nat(t, "A", &m->A[i]);
		tf_wire_say_point(t, "Bx", env, &m->Bx[i]);
		tf_wire_say_nat(t, "By", &m->By[i]);
		tf_wire_say_int(t, "z1", &m->z1[i]);
		tf_wire_say_int(t, "z2", &m->z2[i]);
		tf_wire_say_nat(t, "w", &m->w[i]);
		tf_wire_say_nat(t, "wy", &m->wy[i]);
	}
}

static size_t length_zk_affgstar_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_m(env)) * (tf_wire_bytes(2*tf_wire_bits_N(env)) + TF_PT_BYTES + tf_wire_bytes(2*tf_wire_bits_N(env)) + 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1) + 1 + tf_wire_bytes(tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1) + tf_wire_bytes(tf_wire_bits_N(env)) + tf_wire_bytes(tf_wire_bits_N(env)));
	return len;
}

const tf_wire_type tf_zk_affgstar_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_ALERTS_VERSION, .name = "zk_affgstar_proof",
	.size = sizeof(tf_zk_affgstar_proof), .length = length_zk_affgstar_proof, .put = put_zk_affgstar_proof,
	.get = get_zk_affgstar_proof, .print = print_zk_affgstar_proof,
};

static void put_presign_alert(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_alert *m = in;

	(void)env;
	tf_wr_u32(w, m->item);
	tf_wr_u8(w, m->which);
	tf_wire_put_bytes(w, m->hash, 32);
}

static void get_presign_alert(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_alert *m = out;

	(void)env;
	(void)mem;
	m->item = tf_rd_u32(r);
	m->which = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->hash, 32);
}

static void print_presign_alert(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_alert *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "item", m->item);
	tf_wire_say_uint(t, "which", m->which);
	tf_wire_say_bytes(t, "hash", m->hash, 32);
}

static size_t length_presign_alert(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 4;
	len += 1;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_presign_alert_wire = {
	.type = 0x0407, .version = TF_WIRE_ALERTS_VERSION, .name = "msg_presign_alert",
	.size = sizeof(tf_msg_presign_alert), .length = length_presign_alert, .put = put_presign_alert,
	.get = get_presign_alert, .print = print_presign_alert,
};

static void put_presign_alert_peer(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_alert_peer *m = in;

	(void)env;
	tf_presign_mta_item_wire.put(w, env, &m->mta);
	tf_wire_put_blob(w, &m->psi, TF_ALERT_STAR_MAX);
}

static void get_presign_alert_peer(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_alert_peer *m = out;

	(void)env;
	(void)mem;
	tf_presign_mta_item_wire.get(r, &m->mta, env, mem);
	tf_wire_get_blob(r, &m->psi, TF_ALERT_STAR_MAX);
}

static void print_presign_alert_peer(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_alert_peer *m = in;

	(void)env;
	(void)m;
	tf_wire_say_open(t, "mta");
	tf_presign_mta_item_wire.print(t, env, &m->mta);
	tf_wire_say_close(t);
	tf_wire_say_blob(t, "psi", &m->psi);
}

static size_t length_presign_alert_peer(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_presign_mta_item_wire.length(env, bound);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ALERT_STAR_MAX);
	return len;
}

const tf_wire_type tf_presign_alert_peer_wire = {
	.type = 0x0000, .version = TF_WIRE_ALERTS_VERSION, .name = "presign_alert_peer",
	.size = sizeof(tf_presign_alert_peer), .length = length_presign_alert_peer, .put = put_presign_alert_peer,
	.get = get_presign_alert_peer, .print = print_presign_alert_peer,
};

static void put_presign_alert_proofs(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_alert_proofs *m = in;

	(void)env;
	tf_wire_put_blob(w, &m->psi, TF_ALERT_DEC_MAX);
	tf_wire_put_count(w, m->peers_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_alert_peer_wire.put(w, env, &m->peers[i]);
	}
}

static void get_presign_alert_proofs(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_alert_proofs *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_blob(r, &m->psi, TF_ALERT_DEC_MAX);
	m->peers = tf_wire_get_list(r, mem, &m->peers_n, tf_wire_max_n(env),
		tf_presign_alert_peer_wire.length(env, TF_WIRE_LEAST), sizeof(*m->peers));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_alert_peer_wire.get(r, &m->peers[i], env, mem);
	}
}

static void print_presign_alert_proofs(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_alert_proofs *m = in;

	(void)env;
	(void)m;
	tf_wire_say_blob(t, "psi", &m->psi);
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_wire_say_open(t, "peers");
		tf_presign_alert_peer_wire.print(t, env, &m->peers[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_alert_proofs(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ALERT_DEC_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_presign_alert_peer_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_alert_proofs_wire = {
	.type = 0x0408, .version = TF_WIRE_ALERTS_VERSION, .name = "msg_presign_alert_proofs",
	.size = sizeof(tf_msg_presign_alert_proofs), .length = length_presign_alert_proofs, .put = put_presign_alert_proofs,
	.get = get_presign_alert_proofs, .print = print_presign_alert_proofs,
};

const tf_wire_type *const tf_wire_alerts_types[TF_WIRE_ALERTS_TYPES] = {
	&tf_zk_dec_proof_wire,
	&tf_zk_affgstar_proof_wire,
	&tf_msg_presign_alert_wire,
	&tf_presign_alert_peer_wire,
	&tf_msg_presign_alert_proofs_wire,
};
