/* Made by tools/genwire from wire/proofs.wire; do not edit. */
#include "wire_proofs.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_c246240665fbf7c44aaac17f748c9776 == 1, "schema and version");

static void put_zk_sch_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_sch_proof *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->z);
}

static void get_zk_sch_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_sch_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->z);
}

static void print_zk_sch_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_sch_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_scalar(t, "z", env, &m->z);
}

static size_t length_zk_sch_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_zk_sch_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_sch_proof",
	.size = sizeof(tf_zk_sch_proof), .length = length_zk_sch_proof, .put = put_zk_sch_proof,
	.get = get_zk_sch_proof, .print = print_zk_sch_proof,
};

static void put_zk_prm_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_prm_proof *m = in;

	(void)env;
	tf_wire_put_count(w, m->count, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_put_nat(w, &m->A[i], tf_wire_bits_Nhat(env));
		tf_wire_put_nat(w, &m->z[i], tf_wire_bits_Nhat(env));
	}
}

static void get_zk_prm_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_prm_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_wire_get_count(r, tf_wire_max_m(env),
		tf_wire_bytes(tf_wire_bits_Nhat(env)) + tf_wire_bytes(tf_wire_bits_Nhat(env)));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_get_nat(r, &m->A[i], tf_wire_bits_Nhat(env));
		tf_wire_get_nat(r, &m->z[i], tf_wire_bits_Nhat(env));
	}
}

static void print_zk_prm_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_prm_proof *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_say_nat(t, "A", &m->A[i]);
		tf_wire_say_nat(t, "z", &m->z[i]);
	}
}

static size_t length_zk_prm_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_m(env)) * (tf_wire_bytes(tf_wire_bits_Nhat(env)) + tf_wire_bytes(tf_wire_bits_Nhat(env)));
	return len;
}

const tf_wire_type tf_zk_prm_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_prm_proof",
	.size = sizeof(tf_zk_prm_proof), .length = length_zk_prm_proof, .put = put_zk_prm_proof,
	.get = get_zk_prm_proof, .print = print_zk_prm_proof,
};

static void put_zk_mod_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_mod_proof *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->w, tf_wire_bits_N(env));
	tf_wire_put_count(w, m->count, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_put_nat(w, &m->x[i], tf_wire_bits_N(env));
		tf_wr_u8(w, m->a[i]);
		tf_wr_u8(w, m->b[i]);
		tf_wire_put_nat(w, &m->z[i], tf_wire_bits_N(env));
	}
}

static void get_zk_mod_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_mod_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->w, tf_wire_bits_N(env));
	m->count = tf_wire_get_count(r, tf_wire_max_m(env),
		tf_wire_bytes(tf_wire_bits_N(env)) + 1 + 1 + tf_wire_bytes(tf_wire_bits_N(env)));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_get_nat(r, &m->x[i], tf_wire_bits_N(env));
		m->a[i] = tf_rd_u8(r);
		m->b[i] = tf_rd_u8(r);
		tf_wire_get_nat(r, &m->z[i], tf_wire_bits_N(env));
	}
}

static void print_zk_mod_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_mod_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "w", &m->w);
	for (uint32_t i = 0; i < m->count; i++) {
		tf_wire_say_nat(t, "x", &m->x[i]);
		tf_wire_say_uint(t, "a", m->a[i]);
		tf_wire_say_uint(t, "b", m->b[i]);
		tf_wire_say_nat(t, "z", &m->z[i]);
	}
}

static size_t length_zk_mod_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_m(env)) * (tf_wire_bytes(tf_wire_bits_N(env)) + 1 + 1 + tf_wire_bytes(tf_wire_bits_N(env)));
	return len;
}

const tf_wire_type tf_zk_mod_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_mod_proof",
	.size = sizeof(tf_zk_mod_proof), .length = length_zk_mod_proof, .put = put_zk_mod_proof,
	.get = get_zk_mod_proof, .print = print_zk_mod_proof,
};

static void put_zk_fac_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_fac_proof *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->P, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->Q, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->A, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->B, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_wire_put_int(w, &m->z2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_wire_put_int(w, &m->w1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->w2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->v, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_N(env)+tf_wire_bits_Nhat(env));
}

static void get_zk_fac_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_fac_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->P, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->Q, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->A, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->B, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_wire_get_int(r, &m->z2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_wire_get_int(r, &m->w1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->w2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->v, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_N(env)+tf_wire_bits_Nhat(env));
}

static void print_zk_fac_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_fac_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "P", &m->P);
	tf_wire_say_nat(t, "Q", &m->Q);
	tf_wire_say_nat(t, "A", &m->A);
	tf_wire_say_nat(t, "B", &m->B);
	tf_wire_say_nat(t, "T", &m->T);
	tf_wire_say_int(t, "z1", &m->z1);
	tf_wire_say_int(t, "z2", &m->z2);
	tf_wire_say_int(t, "w1", &m->w1);
	tf_wire_say_int(t, "w2", &m->w2);
	tf_wire_say_int(t, "v", &m->v);
}

static size_t length_zk_fac_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_N(env)+tf_wire_bits_Nhat(env));
	return len;
}

const tf_wire_type tf_zk_fac_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_fac_proof",
	.size = sizeof(tf_zk_fac_proof), .length = length_zk_fac_proof, .put = put_zk_fac_proof,
	.get = get_zk_fac_proof, .print = print_zk_fac_proof,
};

static void put_zk_encelg_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_encelg_proof *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->S, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->D, 2*tf_wire_bits_N(env));
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_point(w, env, &m->Z);
	tf_wire_put_nat(w, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_wire_put_scalar(w, env, &m->w);
	tf_wire_put_nat(w, &m->z2, tf_wire_bits_N(env));
	tf_wire_put_int(w, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
}

static void get_zk_encelg_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_encelg_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->S, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->D, 2*tf_wire_bits_N(env));
	tf_wire_get_point(r, env, &m->Y);
	tf_wire_get_point(r, env, &m->Z);
	tf_wire_get_nat(r, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_wire_get_scalar(r, env, &m->w);
	tf_wire_get_nat(r, &m->z2, tf_wire_bits_N(env));
	tf_wire_get_int(r, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
}

static void print_zk_encelg_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_encelg_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "S", &m->S);
	tf_wire_say_nat(t, "D", &m->D);
	tf_wire_say_point(t, "Y", env, &m->Y);
	tf_wire_say_point(t, "Z", env, &m->Z);
	tf_wire_say_nat(t, "T", &m->T);
	tf_wire_say_int(t, "z1", &m->z1);
	tf_wire_say_scalar(t, "w", env, &m->w);
	tf_wire_say_nat(t, "z2", &m->z2);
	tf_wire_say_int(t, "z3", &m->z3);
}

static size_t length_zk_encelg_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	len += TF_SC_BYTES;
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	return len;
}

const tf_wire_type tf_zk_encelg_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_encelg_proof",
	.size = sizeof(tf_zk_encelg_proof), .length = length_zk_encelg_proof, .put = put_zk_encelg_proof,
	.get = get_zk_encelg_proof, .print = print_zk_encelg_proof,
};

static void put_zk_affg_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_affg_proof *m = in;

	(void)env;
	tf_wire_put_nat(w, &m->A, 2*tf_wire_bits_N(env));
	tf_wire_put_point(w, env, &m->Bx);
	tf_wire_put_nat(w, &m->By, 2*tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->E, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->S, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->F, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_wire_put_int(w, &m->z2, tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
	tf_wire_put_int(w, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_put_int(w, &m->z4, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->w, tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->wy, tf_wire_bits_N(env));
}

static void get_zk_affg_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_affg_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_nat(r, &m->A, 2*tf_wire_bits_N(env));
	tf_wire_get_point(r, env, &m->Bx);
	tf_wire_get_nat(r, &m->By, 2*tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->E, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->S, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->F, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->T, tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_wire_get_int(r, &m->z2, tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
	tf_wire_get_int(r, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_get_int(r, &m->z4, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->w, tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->wy, tf_wire_bits_N(env));
}

static void print_zk_affg_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_affg_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_nat(t, "A", &m->A);
	tf_wire_say_point(t, "Bx", env, &m->Bx);
	tf_wire_say_nat(t, "By", &m->By);
	tf_wire_say_nat(t, "E", &m->E);
	tf_wire_say_nat(t, "S", &m->S);
	tf_wire_say_nat(t, "F", &m->F);
	tf_wire_say_nat(t, "T", &m->T);
	tf_wire_say_int(t, "z1", &m->z1);
	tf_wire_say_int(t, "z2", &m->z2);
	tf_wire_say_int(t, "z3", &m->z3);
	tf_wire_say_int(t, "z4", &m->z4);
	tf_wire_say_nat(t, "w", &m->w);
	tf_wire_say_nat(t, "wy", &m->wy);
}

static size_t length_zk_affg_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += TF_PT_BYTES;
	len += tf_wire_bytes(2*tf_wire_bits_N(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	len += 1 + tf_wire_bytes(tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	len += 1 + tf_wire_bytes(tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += tf_wire_bytes(tf_wire_bits_N(env));
	return len;
}

const tf_wire_type tf_zk_affg_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_affg_proof",
	.size = sizeof(tf_zk_affg_proof), .length = length_zk_affg_proof, .put = put_zk_affg_proof,
	.get = get_zk_affg_proof, .print = print_zk_affg_proof,
};

static void put_zk_elog_proof(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_zk_elog_proof *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->A);
	tf_wire_put_point(w, env, &m->N);
	tf_wire_put_point(w, env, &m->B);
	tf_wire_put_scalar(w, env, &m->z);
	tf_wire_put_scalar(w, env, &m->u);
}

static void get_zk_elog_proof(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_elog_proof *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->A);
	tf_wire_get_point(r, env, &m->N);
	tf_wire_get_point(r, env, &m->B);
	tf_wire_get_scalar(r, env, &m->z);
	tf_wire_get_scalar(r, env, &m->u);
}

static void print_zk_elog_proof(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_zk_elog_proof *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "A", env, &m->A);
	tf_wire_say_point(t, "N", env, &m->N);
	tf_wire_say_point(t, "B", env, &m->B);
	tf_wire_say_scalar(t, "z", env, &m->z);
	tf_wire_say_scalar(t, "u", env, &m->u);
}

static size_t length_zk_elog_proof(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_SC_BYTES;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_zk_elog_proof_wire = {
	.type = 0x0000, .version = TF_WIRE_PROOFS_VERSION, .name = "zk_elog_proof",
	.size = sizeof(tf_zk_elog_proof), .length = length_zk_elog_proof, .put = put_zk_elog_proof,
	.get = get_zk_elog_proof, .print = print_zk_elog_proof,
};

const tf_wire_type *const tf_wire_proofs_types[TF_WIRE_PROOFS_TYPES] = {
	&tf_zk_sch_proof_wire,
	&tf_zk_prm_proof_wire,
	&tf_zk_mod_proof_wire,
	&tf_zk_fac_proof_wire,
	&tf_zk_encelg_proof_wire,
	&tf_zk_affg_proof_wire,
	&tf_zk_elog_proof_wire,
};
