/* Made by tools/genwire from wire/reshare.wire; do not edit. */
#include "wire_reshare.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_6db100f7d78a90dd33d78401e995271b == 1, "schema and version");

static void put_complaint(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_complaint *m = in;

	(void)env;
	tf_wr_u16(w, m->accused);
	tf_wire_put_blob(w, &m->broadcast, TF_ENVELOPE_MAX);
	tf_wire_put_blob(w, &m->direct, TF_ENVELOPE_MAX);
}

static void get_complaint(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_complaint *m = out;

	(void)env;
	(void)mem;
	m->accused = tf_rd_u16(r);
	tf_wire_get_blob(r, &m->broadcast, TF_ENVELOPE_MAX);
	tf_wire_get_blob(r, &m->direct, TF_ENVELOPE_MAX);
}

static void print_complaint(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_complaint *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "accused", m->accused);
	tf_wire_say_blob(t, "broadcast", &m->broadcast);
	tf_wire_say_blob(t, "direct", &m->direct);
}

static size_t length_complaint(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ENVELOPE_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ENVELOPE_MAX);
	return len;
}

const tf_wire_type tf_msg_complaint_wire = {
	.type = 0x0102, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_complaint",
	.size = sizeof(tf_msg_complaint), .length = length_complaint, .put = put_complaint,
	.get = get_complaint, .print = print_complaint,
};

static void put_reshare_r1(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r1 *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->V, 32);
}

static void get_reshare_r1(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r1 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->V, 32);
}

static void print_reshare_r1(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r1 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "V", m->V, 32);
}

static size_t length_reshare_r1(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_reshare_r1_wire = {
	.type = 0x0211, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_reshare_r1",
	.size = sizeof(tf_msg_reshare_r1), .length = length_reshare_r1, .put = put_reshare_r1,
	.get = get_reshare_r1, .print = print_reshare_r1,
};

static void put_reshare_r2(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r2 *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->rid, 32);
	tf_wire_put_count(w, m->F_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_wire_put_point(w, env, &m->F[i]);
	}
	tf_wire_put_point(w, env, &m->A);
	tf_wire_put_bytes(w, m->u, 32);
}

static void get_reshare_r2(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r2 *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->rid, 32);
	m->F = tf_wire_get_list(r, mem, &m->F_n, tf_wire_max_n(env),
		TF_PT_BYTES, sizeof(*m->F));
	_Static_assert(sizeof(*m->F) == 1 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->F, (size_t)1 * m->F_n);
	tf_wire_get_point(r, env, &m->A);
	tf_wire_get_bytes(r, m->u, 32);
}

static void print_reshare_r2(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r2 *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "rid", m->rid, 32);
	for (uint32_t i = 0; i < m->F_n; i++) {
		tf_wire_say_point(t, "F", env, &m->F[i]);
	}
	tf_wire_say_point(t, "A", env, &m->A);
	tf_wire_say_bytes(t, "u", m->u, 32);
}

static size_t length_reshare_r2(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (TF_PT_BYTES);
	len += TF_PT_BYTES;
	len += 32;
	return len;
}

const tf_wire_type tf_msg_reshare_r2_wire = {
	.type = 0x0212, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_reshare_r2",
	.size = sizeof(tf_msg_reshare_r2), .length = length_reshare_r2, .put = put_reshare_r2,
	.get = get_reshare_r2, .print = print_reshare_r2,
};

static void put_reshare_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_share *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->f.s);
}

static void get_reshare_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->f.s);
}

static void print_reshare_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_secret(t, "f");
}

static size_t length_reshare_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_msg_reshare_share_wire = {
	.type = 0x0213, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_reshare_share",
	.size = sizeof(tf_msg_reshare_share), .length = length_reshare_share, .put = put_reshare_share,
	.get = get_reshare_share, .print = print_reshare_share,
};

static void put_reshare_r3(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r3 *m = in;

	(void)env;
	tf_wire_put_count(w, m->psi_n, 1);
	for (uint32_t i = 0; i < m->psi_n; i++) {
		tf_zk_sch_proof_wire.put(w, env, &m->psi[i]);
	}
}

static void get_reshare_r3(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_r3 *m = out;

	(void)env;
	(void)mem;
	m->psi = tf_wire_get_list(r, mem, &m->psi_n, 1,
		tf_zk_sch_proof_wire.length(env, TF_WIRE_LEAST), sizeof(*m->psi));
	for (uint32_t i = 0; i < m->psi_n; i++) {
		tf_zk_sch_proof_wire.get(r, &m->psi[i], env, mem);
	}
}

static void print_reshare_r3(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_r3 *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->psi_n; i++) {
		tf_wire_say_open(t, "psi");
		tf_zk_sch_proof_wire.print(t, env, &m->psi[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_reshare_r3(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(1) * (tf_zk_sch_proof_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_reshare_r3_wire = {
	.type = 0x0214, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_reshare_r3",
	.size = sizeof(tf_msg_reshare_r3), .length = length_reshare_r3, .put = put_reshare_r3,
	.get = get_reshare_r3, .print = print_reshare_r3,
};

static void put_reshare_ack(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_ack *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->certificate, 32);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_reshare_ack(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_reshare_ack *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->certificate, 32);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_reshare_ack(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_reshare_ack *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "certificate", m->certificate, 32);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_reshare_ack(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 64;
	return len;
}

const tf_wire_type tf_msg_reshare_ack_wire = {
	.type = 0x0215, .version = TF_WIRE_RESHARE_VERSION, .name = "msg_reshare_ack",
	.size = sizeof(tf_msg_reshare_ack), .length = length_reshare_ack, .put = put_reshare_ack,
	.get = get_reshare_ack, .print = print_reshare_ack,
};

const tf_wire_type *const tf_wire_reshare_types[TF_WIRE_RESHARE_TYPES] = {
	&tf_msg_complaint_wire,
	&tf_msg_reshare_r1_wire,
	&tf_msg_reshare_r2_wire,
	&tf_msg_reshare_share_wire,
	&tf_msg_reshare_r3_wire,
	&tf_msg_reshare_ack_wire,
};
