/* Made by tools/genwire from wire/protocol.wire; do not edit. */
#include "wire_protocol.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_c94f53f28fc546d69db4a331d8c1b914 == 2, "schema and version");

static void put_envelope(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_envelope *m = in;

	(void)env;
	tf_wr_u16(w, m->type);
	tf_wr_u16(w, m->version);
	tf_wire_put_bytes(w, m->sid, 32);
	tf_wire_put_bytes(w, m->context, 32);
	tf_wr_u8(w, m->round);
	tf_wr_u16(w, m->from);
	tf_wr_u16(w, m->to);
	tf_wire_put_bytes(w, m->echo, 32);
	tf_wire_put_blob(w, &m->payload, TF_PAYLOAD_MAX);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_envelope(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_envelope *m = out;

	(void)env;
	(void)mem;
	m->type = tf_rd_u16(r);
	m->version = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->sid, 32);
	tf_wire_get_bytes(r, m->context, 32);
	m->round = tf_rd_u8(r);
	m->from = tf_rd_u16(r);
	m->to = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->echo, 32);
	tf_wire_get_blob(r, &m->payload, TF_PAYLOAD_MAX);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_envelope(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_envelope *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "type", m->type);
	tf_wire_say_uint(t, "version", m->version);
	tf_wire_say_bytes(t, "sid", m->sid, 32);
	tf_wire_say_bytes(t, "context", m->context, 32);
	tf_wire_say_uint(t, "round", m->round);
	tf_wire_say_uint(t, "from", m->from);
	tf_wire_say_uint(t, "to", m->to);
	tf_wire_say_bytes(t, "echo", m->echo, 32);
	tf_wire_say_blob(t, "payload", &m->payload);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_envelope(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 2;
	len += 2;
	len += 32;
	len += 32;
	len += 1;
	len += 2;
	len += 2;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_PAYLOAD_MAX);
	len += 64;
	return len;
}

const tf_wire_type tf_envelope_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "envelope",
	.size = sizeof(tf_envelope), .length = length_envelope, .put = put_envelope,
	.get = get_envelope, .print = print_envelope,
};

static void put_dispute(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_dispute *m = in;

	(void)env;
	tf_wr_u8(w, m->round);
	tf_wire_put_count(w, m->originals_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->originals_n; i++) {
		tf_wire_put_blob(w, &m->originals[i], TF_ENVELOPE_MAX);
	}
	tf_wire_put_count(w, m->echoes_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->echoes_n; i++) {
		tf_wire_put_blob(w, &m->echoes[i], TF_ENVELOPE_MAX);
	}
}

static void get_dispute(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_dispute *m = out;

	(void)env;
	(void)mem;
	m->round = tf_rd_u8(r);
	m->originals = tf_wire_get_list(r, mem, &m->originals_n, tf_wire_max_n(env),
		4, sizeof(*m->originals));
	for (uint32_t i = 0; i < m->originals_n; i++) {
		tf_wire_get_blob(r, &m->originals[i], TF_ENVELOPE_MAX);
	}
	m->echoes = tf_wire_get_list(r, mem, &m->echoes_n, tf_wire_max_n(env),
		4, sizeof(*m->echoes));
	for (uint32_t i = 0; i < m->echoes_n; i++) {
		tf_wire_get_blob(r, &m->echoes[i], TF_ENVELOPE_MAX);
	}
}

static void print_dispute(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_dispute *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "round", m->round);
	for (uint32_t i = 0; i < m->originals_n; i++) {
		tf_wire_say_blob(t, "originals", &m->originals[i]);
	}
	for (uint32_t i = 0; i < m->echoes_n; i++) {
		tf_wire_say_blob(t, "echoes", &m->echoes[i]);
	}
}

static size_t length_dispute(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (4 + (size_t)(TF_ENVELOPE_MAX));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (4 + (size_t)(TF_ENVELOPE_MAX));
	return len;
}

const tf_wire_type tf_msg_dispute_wire = {
	.type = 0x0101, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_dispute",
	.size = sizeof(tf_msg_dispute), .length = length_dispute, .put = put_dispute,
	.get = get_dispute, .print = print_dispute,
};

static void put_keygen_r1(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r1 *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->V, 32);
}

static void get_keygen_r1(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r1 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->V, 32);
}

static void print_keygen_r1(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r1 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "V", m->V, 32);
}

static size_t length_keygen_r1(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_keygen_r1_wire = {
	.type = 0x0201, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_keygen_r1",
	.size = sizeof(tf_msg_keygen_r1), .length = length_keygen_r1, .put = put_keygen_r1,
	.get = get_keygen_r1, .print = print_keygen_r1,
};

static void put_keygen_r2(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r2 *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->rid, 32);
	tf_wire_put_bytes(w, m->cc, 32);
	tf_wire_put_count(w, m->F_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_wire_put_point(w, env, &m->F[i]);
	}
	tf_wire_put_point(w, env, &m->A);
	tf_wire_put_bytes(w, m->u, 32);
}

static void get_keygen_r2(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r2 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->rid, 32);
	tf_wire_get_bytes(r, m->cc, 32);
	m->F = tf_wire_get_list(r, mem, &m->F_n, tf_wire_max_n(env),
		TF_PT_BYTES, sizeof(*m->F));
	_Static_assert(sizeof(*m->F) == 1 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->F, (size_t)1 * m->F_n);
	tf_wire_get_point(r, env, &m->A);
	tf_wire_get_bytes(r, m->u, 32);
}

static void print_keygen_r2(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r2 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "rid", m->rid, 32);
	tf_wire_say_bytes(t, "cc", m->cc, 32);
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_wire_say_point(t, "F", env, &m->F[i]);
	}
	tf_wire_say_point(t, "A", env, &m->A);
	tf_wire_say_bytes(t, "u", m->u, 32);
}

static size_t length_keygen_r2(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (TF_PT_BYTES);
	len += TF_PT_BYTES;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_keygen_r2_wire = {
	.type = 0x0202, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_keygen_r2",
	.size = sizeof(tf_msg_keygen_r2), .length = length_keygen_r2, .put = put_keygen_r2,
	.get = get_keygen_r2, .print = print_keygen_r2,
};

static void put_keygen_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_share *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->f.s);
}

static void get_keygen_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->f.s);
}

static void print_keygen_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_secret(t, "f");
}

static size_t length_keygen_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_msg_keygen_share_wire = {
	.type = 0x0203, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_keygen_share",
	.size = sizeof(tf_msg_keygen_share), .length = length_keygen_share, .put = put_keygen_share,
	.get = get_keygen_share, .print = print_keygen_share,
};

static void put_keygen_r3(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r3 *m = in;

	(void)env;
	tf_zk_sch_proof_wire.put(w, env, &m->psi);
}

static void get_keygen_r3(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_r3 *m = out;

	(void)env;
	(void)mem;
	tf_zk_sch_proof_wire.get(r, &m->psi, env, mem);
}

static void print_keygen_r3(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_r3 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_open(t, "psi");
	tf_zk_sch_proof_wire.print(t, env, &m->psi);
	tf_wire_say_close(t);
}

static size_t length_keygen_r3(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_zk_sch_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_msg_keygen_r3_wire = {
	.type = 0x0204, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_keygen_r3",
	.size = sizeof(tf_msg_keygen_r3), .length = length_keygen_r3, .put = put_keygen_r3,
	.get = get_keygen_r3, .print = print_keygen_r3,
};

static void put_keygen_ack(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_ack *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->certificate, 32);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_keygen_ack(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_keygen_ack *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->certificate, 32);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_keygen_ack(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_keygen_ack *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "certificate", m->certificate, 32);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_keygen_ack(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 64;
	return len;
}

const tf_wire_type tf_msg_keygen_ack_wire = {
	.type = 0x0205, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_keygen_ack",
	.size = sizeof(tf_msg_keygen_ack), .length = length_keygen_ack, .put = put_keygen_ack,
	.get = get_keygen_ack, .print = print_keygen_ack,
};

static void put_aux_r1(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r1 *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->V, 32);
}

static void get_aux_r1(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r1 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->V, 32);
}

static void print_aux_r1(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r1 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "V", m->V, 32);
}

static size_t length_aux_r1(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_aux_r1_wire = {
	.type = 0x0301, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_aux_r1",
	.size = sizeof(tf_msg_aux_r1), .length = length_aux_r1, .put = put_aux_r1,
	.get = get_aux_r1, .print = print_aux_r1,
};

static void put_aux_r2(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r2 *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->N, tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->t, tf_wire_bits_Nhat(env));
	tf_zk_prm_proof_wire.put(w, env, &m->prm);
	tf_wire_put_bytes(w, m->rho, 32);
	tf_wire_put_bytes(w, m->u, 32);
}

static void get_aux_r2(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r2 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->N, tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->t, tf_wire_bits_Nhat(env));
	tf_zk_prm_proof_wire.get(r, &m->prm, env, mem);
	tf_wire_get_bytes(r, m->rho, 32);
	tf_wire_get_bytes(r, m->u, 32);
}

static void print_aux_r2(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r2 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "N", &m->N);
	tf_wire_say_nat(t, "Nhat", &m->Nhat);
	tf_wire_say_nat(t, "s", &m->s);
	tf_wire_say_nat(t, "t", &m->t);
	tf_wire_say_open(t, "prm");
	tf_zk_prm_proof_wire.print(t, env, &m->prm);
	tf_wire_say_close(t);
	tf_wire_say_bytes(t, "rho", m->rho, 32);
	tf_wire_say_bytes(t, "u", m->u, 32);
}

static size_t length_aux_r2(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_zk_prm_proof_wire.length(env, bound);
	len += 32;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_aux_r2_wire = {
	.type = 0x0302, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_aux_r2",
	.size = sizeof(tf_msg_aux_r2), .length = length_aux_r2, .put = put_aux_r2,
	.get = get_aux_r2, .print = print_aux_r2,
};

static void put_aux_r3(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r3 *m = in;

	(void)env;
	tf_zk_mod_proof_wire.put(w, env, &m->mod);
}

static void get_aux_r3(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_r3 *m = out;

	(void)env;
	(void)mem;
	tf_zk_mod_proof_wire.get(r, &m->mod, env, mem);
}

static void print_aux_r3(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_r3 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_open(t, "mod");
	tf_zk_mod_proof_wire.print(t, env, &m->mod);
	tf_wire_say_close(t);
}

static size_t length_aux_r3(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_zk_mod_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_msg_aux_r3_wire = {
	.type = 0x0303, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_aux_r3",
	.size = sizeof(tf_msg_aux_r3), .length = length_aux_r3, .put = put_aux_r3,
	.get = get_aux_r3, .print = print_aux_r3,
};

static void put_aux_fac(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_fac *m = in;

	(void)env;
	tf_zk_fac_proof_wire.put(w, env, &m->fac);
}

static void get_aux_fac(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_fac *m = out;

	(void)env;
	(void)mem;
	tf_zk_fac_proof_wire.get(r, &m->fac, env, mem);
}

static void print_aux_fac(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_fac *m = in;

	(void)env;
	(void)m;
	tf_wire_say_open(t, "fac");
	tf_zk_fac_proof_wire.print(t, env, &m->fac);
	tf_wire_say_close(t);
}

static size_t length_aux_fac(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_zk_fac_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_msg_aux_fac_wire = {
	.type = 0x0304, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_aux_fac",
	.size = sizeof(tf_msg_aux_fac), .length = length_aux_fac, .put = put_aux_fac,
	.get = get_aux_fac, .print = print_aux_fac,
};

static void put_aux_confirm(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_confirm *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->output, 32);
}

static void get_aux_confirm(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_aux_confirm *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->output, 32);
}

static void print_aux_confirm(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_aux_confirm *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "output", m->output, 32);
}

static size_t length_aux_confirm(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_aux_confirm_wire = {
	.type = 0x0305, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_aux_confirm",
	.size = sizeof(tf_msg_aux_confirm), .length = length_aux_confirm, .put = put_aux_confirm,
	.get = get_aux_confirm, .print = print_aux_confirm,
};

static void put_presign_r1_item(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_r1_item *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->K, 2*tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->G, 2*tf_wire_bits_N(env));
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_point(w, env, &m->A1);
	tf_wire_put_point(w, env, &m->A2);
	tf_wire_put_point(w, env, &m->B1);
	tf_wire_put_point(w, env, &m->B2);
}

static void get_presign_r1_item(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r1_item *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->K, 2*tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->G, 2*tf_wire_bits_N(env));
	tf_wire_get_point(r, env, &m->Y);
	tf_wire_get_point(r, env, &m->A1);
	tf_wire_get_point(r, env, &m->A2);
	tf_wire_get_point(r, env, &m->B1);
	tf_wire_get_point(r, env, &m->B2);
}

static void print_presign_r1_item(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_r1_item *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "K", &m->K);
	tf_wire_say_nat(t, "G", &m->G);
	tf_wire_say_point(t, "Y", env, &m->Y);
	tf_wire_say_point(t, "A1", env, &m->A1);
	tf_wire_say_point(t, "A2", env, &m->A2);
	tf_wire_say_point(t, "B1", env, &m->B1);
	tf_wire_say_point(t, "B2", env, &m->B2);
}

static size_t length_presign_r1_item(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	return len;
}

const tf_wire_type tf_presign_r1_item_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_r1_item",
	.size = sizeof(tf_presign_r1_item), .length = length_presign_r1_item, .put = put_presign_r1_item,
	.get = get_presign_r1_item, .print = print_presign_r1_item,
};

static void put_presign_r1(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r1 *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r1_item_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_r1(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r1 *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_r1_item_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r1_item_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_r1(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r1 *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_r1_item_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_r1(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_r1_item_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_r1_wire = {
	.type = 0x0401, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_r1",
	.size = sizeof(tf_msg_presign_r1), .length = length_presign_r1, .put = put_presign_r1,
	.get = get_presign_r1, .print = print_presign_r1,
};

static void put_presign_psi_item(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_psi_item *m = in;

	(void)env;
	tf_zk_encelg_proof_wire.put(w, env, &m->psi0);
	tf_zk_encelg_proof_wire.put(w, env, &m->psi1);
}

static void get_presign_psi_item(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_psi_item *m = out;

	(void)env;
	(void)mem;
	tf_zk_encelg_proof_wire.get(r, &m->psi0, env, mem);
	tf_zk_encelg_proof_wire.get(r, &m->psi1, env, mem);
}

static void print_presign_psi_item(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_psi_item *m = in;

	(void)env;
	(void)m;
	tf_wire_say_open(t, "psi0");
	tf_zk_encelg_proof_wire.print(t, env, &m->psi0);
	tf_wire_say_close(t);
	tf_wire_say_open(t, "psi1");
	tf_zk_encelg_proof_wire.print(t, env, &m->psi1);
	tf_wire_say_close(t);
}

static size_t length_presign_psi_item(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_zk_encelg_proof_wire.length(env, bound);
	len += tf_zk_encelg_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_presign_psi_item_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_psi_item",
	.size = sizeof(tf_presign_psi_item), .length = length_presign_psi_item, .put = put_presign_psi_item,
	.get = get_presign_psi_item, .print = print_presign_psi_item,
};

static void put_presign_psi(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_psi *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_psi_item_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_psi(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_psi *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_psi_item_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_psi_item_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_psi(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_psi *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_psi_item_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_psi(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_psi_item_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_psi_wire = {
	.type = 0x0402, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_psi",
	.size = sizeof(tf_msg_presign_psi), .length = length_presign_psi, .put = put_presign_psi,
	.get = get_presign_psi, .print = print_presign_psi,
};

static void put_presign_r2_peer(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_r2_peer *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->F, 2*tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->Fhat, 2*tf_wire_bits_N(env));
	tf_wire_put_bytes(w, m->hash, 32);
}

static void get_presign_r2_peer(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r2_peer *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->F, 2*tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->Fhat, 2*tf_wire_bits_N(env));
	tf_wire_get_bytes(r, m->hash, 32);
}

static void print_presign_r2_peer(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_r2_peer *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "F", &m->F);
	tf_wire_say_nat(t, "Fhat", &m->Fhat);
	tf_wire_say_bytes(t, "hash", m->hash, 32);
}

static size_t length_presign_r2_peer(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += 32;
	return len;
}

const tf_wire_type tf_presign_r2_peer_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_r2_peer",
	.size = sizeof(tf_presign_r2_peer), .length = length_presign_r2_peer, .put = put_presign_r2_peer,
	.get = get_presign_r2_peer, .print = print_presign_r2_peer,
};

static void put_presign_r2_item(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_r2_item *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->Gamma);
	tf_zk_elog_proof_wire.put(w, env, &m->psi);
	tf_wire_put_count(w, m->peers_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_r2_peer_wire.put(w, env, &m->peers[i]);
	}
}

static void get_presign_r2_item(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r2_item *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->Gamma);
	tf_zk_elog_proof_wire.get(r, &m->psi, env, mem);
	m->peers = tf_wire_get_list(r, mem, &m->peers_n, tf_wire_max_n(env),
		tf_presign_r2_peer_wire.length(env, TF_WIRE_LEAST), sizeof(*m->peers));
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_presign_r2_peer_wire.get(r, &m->peers[i], env, mem);
	}
}

static void print_presign_r2_item(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_r2_item *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "Gamma", env, &m->Gamma);
	tf_wire_say_open(t, "psi");
	tf_zk_elog_proof_wire.print(t, env, &m->psi);
	tf_wire_say_close(t);
	for (uint32_t i = 0; i < m->peers_n; i++) {
		tf_wire_say_open(t, "peers");
		tf_presign_r2_peer_wire.print(t, env, &m->peers[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_r2_item(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += tf_zk_elog_proof_wire.length(env, bound);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_presign_r2_peer_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_presign_r2_item_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_r2_item",
	.size = sizeof(tf_presign_r2_item), .length = length_presign_r2_item, .put = put_presign_r2_item,
	.get = get_presign_r2_item, .print = print_presign_r2_item,
};

static void put_presign_r2(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r2 *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r2_item_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_r2(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r2 *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_r2_item_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r2_item_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_r2(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r2 *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_r2_item_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_r2(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_r2_item_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_r2_wire = {
	.type = 0x0403, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_r2",
	.size = sizeof(tf_msg_presign_r2), .length = length_presign_r2, .put = put_presign_r2,
	.get = get_presign_r2, .print = print_presign_r2,
};

static void put_presign_mta_item(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_mta_item *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->D, 2*tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->Dhat, 2*tf_wire_bits_N(env));
	tf_zk_affg_proof_wire.put(w, env, &m->psi);
	tf_zk_affg_proof_wire.put(w, env, &m->psihat);
}

static void get_presign_mta_item(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_mta_item *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->D, 2*tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->Dhat, 2*tf_wire_bits_N(env));
	tf_zk_affg_proof_wire.get(r, &m->psi, env, mem);
	tf_zk_affg_proof_wire.get(r, &m->psihat, env, mem);
}

static void print_presign_mta_item(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_mta_item *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "D", &m->D);
	tf_wire_say_nat(t, "Dhat", &m->Dhat);
	tf_wire_say_open(t, "psi");
	tf_zk_affg_proof_wire.print(t, env, &m->psi);
	tf_wire_say_close(t);
	tf_wire_say_open(t, "psihat");
	tf_zk_affg_proof_wire.print(t, env, &m->psihat);
	tf_wire_say_close(t);
}

static size_t length_presign_mta_item(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += tf_zk_affg_proof_wire.length(env, bound);
	len += tf_zk_affg_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_presign_mta_item_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_mta_item",
	.size = sizeof(tf_presign_mta_item), .length = length_presign_mta_item, .put = put_presign_mta_item,
	.get = get_presign_mta_item, .print = print_presign_mta_item,
};

static void put_presign_mta(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_mta *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_mta_item_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_mta(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_mta *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_mta_item_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_mta_item_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_mta(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_mta *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_mta_item_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_mta(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_mta_item_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_mta_wire = {
	.type = 0x0404, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_mta",
	.size = sizeof(tf_msg_presign_mta), .length = length_presign_mta, .put = put_presign_mta,
	.get = get_presign_mta, .print = print_presign_mta,
};

static void put_presign_r3_item(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_r3_item *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->delta);
	tf_wire_put_point(w, env, &m->Delta);
	tf_wire_put_point(w, env, &m->S);
	tf_zk_elog_proof_wire.put(w, env, &m->psi);
}

static void get_presign_r3_item(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_r3_item *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->delta);
	tf_wire_get_point(r, env, &m->Delta);
	tf_wire_get_point(r, env, &m->S);
	tf_zk_elog_proof_wire.get(r, &m->psi, env, mem);
}

static void print_presign_r3_item(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_r3_item *m = in;

	(void)env;
	(void)m;
	tf_wire_say_scalar(t, "delta", env, &m->delta);
	tf_wire_say_point(t, "Delta", env, &m->Delta);
	tf_wire_say_point(t, "S", env, &m->S);
	tf_wire_say_open(t, "psi");
	tf_zk_elog_proof_wire.print(t, env, &m->psi);
	tf_wire_say_close(t);
}

static size_t length_presign_r3_item(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += tf_zk_elog_proof_wire.length(env, bound);
	return len;
}

const tf_wire_type tf_presign_r3_item_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_r3_item",
	.size = sizeof(tf_presign_r3_item), .length = length_presign_r3_item, .put = put_presign_r3_item,
	.get = get_presign_r3_item, .print = print_presign_r3_item,
};

static void put_presign_r3(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r3 *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r3_item_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_r3(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_r3 *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_r3_item_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_r3_item_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_r3(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_r3 *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_r3_item_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_r3(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_r3_item_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_r3_wire = {
	.type = 0x0405, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_r3",
	.size = sizeof(tf_msg_presign_r3), .length = length_presign_r3, .put = put_presign_r3,
	.get = get_presign_r3, .print = print_presign_r3,
};

static void put_presign_id(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presign_id *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->id, 32);
}

static void get_presign_id(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presign_id *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->id, 32);
}

static void print_presign_id(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presign_id *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "id", m->id, 32);
}

static size_t length_presign_id(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_presign_id_wire = {
	.type = 0x0000, .version = TF_WIRE_PROTOCOL_VERSION, .name = "presign_id",
	.size = sizeof(tf_presign_id), .length = length_presign_id, .put = put_presign_id,
	.get = get_presign_id, .print = print_presign_id,
};

static void put_presign_confirm(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_confirm *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_wire.put(w, env, &m->items[i]);
	}
}

static void get_presign_confirm(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_presign_confirm *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_id_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_presign_confirm(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_presign_confirm *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_id_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_presign_confirm(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_id_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_presign_confirm_wire = {
	.type = 0x0406, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_presign_confirm",
	.size = sizeof(tf_msg_presign_confirm), .length = length_presign_confirm, .put = put_presign_confirm,
	.get = get_presign_confirm, .print = print_presign_confirm,
};

static void put_sign_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_sign_share *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->sigma);
}

static void get_sign_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_sign_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->sigma);
}

static void print_sign_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_sign_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_scalar(t, "sigma", env, &m->sigma);
}

static size_t length_sign_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_msg_sign_share_wire = {
	.type = 0x0501, .version = TF_WIRE_PROTOCOL_VERSION, .name = "msg_sign_share",
	.size = sizeof(tf_msg_sign_share), .length = length_sign_share, .put = put_sign_share,
	.get = get_sign_share, .print = print_sign_share,
};

const tf_wire_type *const tf_wire_protocol_types[TF_WIRE_PROTOCOL_TYPES] = {
	&tf_envelope_wire,
	&tf_msg_dispute_wire,
	&tf_msg_keygen_r1_wire,
	&tf_msg_keygen_r2_wire,
	&tf_msg_keygen_share_wire,
	&tf_msg_keygen_r3_wire,
	&tf_msg_keygen_ack_wire,
	&tf_msg_aux_r1_wire,
	&tf_msg_aux_r2_wire,
	&tf_msg_aux_r3_wire,
	&tf_msg_aux_fac_wire,
	&tf_msg_aux_confirm_wire,
	&tf_presign_r1_item_wire,
	&tf_msg_presign_r1_wire,
	&tf_presign_psi_item_wire,
	&tf_msg_presign_psi_wire,
	&tf_presign_r2_peer_wire,
	&tf_presign_r2_item_wire,
	&tf_msg_presign_r2_wire,
	&tf_presign_mta_item_wire,
	&tf_msg_presign_mta_wire,
	&tf_presign_r3_item_wire,
	&tf_msg_presign_r3_wire,
	&tf_presign_id_wire,
	&tf_msg_presign_confirm_wire,
	&tf_msg_sign_share_wire,
};
