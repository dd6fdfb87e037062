/* Made by tools/genwire from wire/proofs.wire; do not edit. */
#include "wire_proofs.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_zk_affg_proof_maker;
extern const tf_wire_maker tf_zk_elog_proof_maker;
extern const tf_wire_maker tf_zk_encelg_proof_maker;
extern const tf_wire_maker tf_zk_fac_proof_maker;
extern const tf_wire_maker tf_zk_mod_proof_maker;
extern const tf_wire_maker tf_zk_prm_proof_maker;
extern const tf_wire_maker tf_zk_sch_proof_maker;

static void make_zk_sch_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_sch_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->z);
}

const tf_wire_maker tf_zk_sch_proof_maker = { &tf_zk_sch_proof_wire, make_zk_sch_proof };

static void make_zk_prm_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_prm_proof *m = out;

	(void)env;
	(void)mem;
	m->count = tf_make_count(rng, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_make_nat(rng, &m->A[i], tf_wire_bits_Nhat(env));
		tf_make_nat(rng, &m->z[i], tf_wire_bits_Nhat(env));
	}
}

const tf_wire_maker tf_zk_prm_proof_maker = { &tf_zk_prm_proof_wire, make_zk_prm_proof };

static void make_zk_mod_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_mod_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->w, tf_wire_bits_N(env));
	m->count = tf_make_count(rng, tf_wire_max_m(env));
	for (uint32_t i = 0; i < m->count; i++) {
		tf_make_nat(rng, &m->x[i], tf_wire_bits_N(env));
		tf_make_u8(rng, &m->a[i]);
		tf_make_u8(rng, &m->b[i]);
		tf_make_nat(rng, &m->z[i], tf_wire_bits_N(env));
	}
}

const tf_wire_maker tf_zk_mod_proof_maker = { &tf_zk_mod_proof_wire, make_zk_mod_proof };

static void make_zk_fac_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_fac_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->P, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->Q, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->A, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->B, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->T, tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_make_int(rng, &m->z2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+tf_wire_bits_N(env)/2);
	tf_make_int(rng, &m->w1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->w2, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->v, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_N(env)+tf_wire_bits_Nhat(env));
}

const tf_wire_maker tf_zk_fac_proof_maker = { &tf_zk_fac_proof_wire, make_zk_fac_proof };

static void make_zk_encelg_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_encelg_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->S, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->D, 2*tf_wire_bits_N(env));
	tf_make_point(rng, env, &m->Y);
	tf_make_point(rng, env, &m->Z);
	tf_make_nat(rng, &m->T, tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_make_scalar(rng, env, &m->w);
	tf_make_nat(rng, &m->z2, tf_wire_bits_N(env));
	tf_make_int(rng, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
}

const tf_wire_maker tf_zk_encelg_proof_maker = { &tf_zk_encelg_proof_wire, make_zk_encelg_proof };

static void make_zk_affg_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_affg_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_nat(rng, &m->A, 2*tf_wire_bits_N(env));
	tf_make_point(rng, env, &m->Bx);
	tf_make_nat(rng, &m->By, 2*tf_wire_bits_N(env));
	tf_make_nat(rng, &m->E, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->S, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->F, tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->T, tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->z1, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1);
	tf_make_int(rng, &m->z2, tf_wire_bits_ellp(env)+tf_wire_bits_eps(env)+1);
	tf_make_int(rng, &m->z3, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_make_int(rng, &m->z4, tf_wire_bits_ell(env)+tf_wire_bits_eps(env)+1+tf_wire_bits_Nhat(env));
	tf_make_nat(rng, &m->w, tf_wire_bits_N(env));
	tf_make_nat(rng, &m->wy, tf_wire_bits_N(env));
}

const tf_wire_maker tf_zk_affg_proof_maker = { &tf_zk_affg_proof_wire, make_zk_affg_proof };

static void make_zk_elog_proof(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_zk_elog_proof *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->A);
	tf_make_point(rng, env, &m->N);
	tf_make_point(rng, env, &m->B);
	tf_make_scalar(rng, env, &m->z);
	tf_make_scalar(rng, env, &m->u);
}

const tf_wire_maker tf_zk_elog_proof_maker = { &tf_zk_elog_proof_wire, make_zk_elog_proof };

const tf_wire_maker *const tf_wire_proofs_makers[TF_WIRE_PROOFS_TYPES] = {
	&tf_zk_sch_proof_maker,
	&tf_zk_prm_proof_maker,
	&tf_zk_mod_proof_maker,
	&tf_zk_fac_proof_maker,
	&tf_zk_encelg_proof_maker,
	&tf_zk_affg_proof_maker,
	&tf_zk_elog_proof_maker,
};
