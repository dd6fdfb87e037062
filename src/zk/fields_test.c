#include "zk/fields_test.h"

#include <stdlib.h>
#include <string.h>

#define PROOF(TYPE, FIELD) .at = offsetof(TYPE, FIELD)
#define CASE(FIELD) .at = offsetof(zk_case, FIELD)
#define NO_CHECK TF_CK_NONE

const zk_field zk_sch_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "X", ZK_POINT, CASE(X) },
	{ "A", ZK_POINT, CASE(A) },
	{ .name = NULL },
};

const zk_field zk_sch_fields[] = {
	{ "z", ZK_SCALAR, PROOF(tf_zk_sch_proof, z), .member = TF_CK_SCH_Z,
	  .other = TF_CK_SCH_EQUATION },
	{ .name = NULL },
};

const zk_field zk_elog_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "L", ZK_POINT, CASE(L) },
	{ "M", ZK_POINT, CASE(M) },
	{ "X", ZK_POINT, CASE(X) },
	{ "Y", ZK_POINT, CASE(Y) },
	{ "h", ZK_POINT, CASE(h) },
	{ .name = NULL },
};

#define ELOG(NAME, KIND, MEMBER, OTHER) \
	{ #NAME, KIND, PROOF(tf_zk_elog_proof, NAME), .member = MEMBER, .other = OTHER }

const zk_field zk_elog_fields[] = {
	ELOG(A, ZK_POINT, NO_CHECK, TF_CK_ELOG_EQ_L),
	ELOG(N, ZK_POINT, NO_CHECK, TF_CK_ELOG_EQ_L),
	ELOG(B, ZK_POINT, NO_CHECK, TF_CK_ELOG_EQ_L),
	ELOG(z, ZK_SCALAR, TF_CK_ELOG_Z, TF_CK_ELOG_EQ_L),
	ELOG(u, ZK_SCALAR, TF_CK_ELOG_U, TF_CK_ELOG_EQ_M),
	{ .name = NULL },
};

const zk_field zk_encelg_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "rp", ZK_RP, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ "C", ZK_CIPHER_N, CASE(C) },
	{ "A", ZK_POINT, CASE(A) },
	{ "B", ZK_POINT, CASE(B) },
	{ "X", ZK_POINT, CASE(X) },
	{ .name = NULL },
};

#define ENCELG(NAME, KIND, MEMBER, OTHER) \
	{ #NAME, KIND, PROOF(tf_zk_encelg_proof, NAME), .member = MEMBER, .other = OTHER }

const zk_field zk_encelg_fields[] = {
	ENCELG(S, ZK_UNIT_NHAT, TF_CK_ENCELG_S, TF_CK_ENCELG_EQ_ENC),
	ENCELG(D, ZK_CIPHER_N, TF_CK_ENCELG_D, TF_CK_ENCELG_EQ_ENC),
	ENCELG(Y, ZK_POINT, NO_CHECK, TF_CK_ENCELG_EQ_ENC),
	ENCELG(Z, ZK_POINT, NO_CHECK, TF_CK_ENCELG_EQ_ENC),
	ENCELG(T, ZK_UNIT_NHAT, TF_CK_ENCELG_T, TF_CK_ENCELG_EQ_ENC),
	ENCELG(z1, ZK_INT_Z, TF_CK_ENCELG_Z1_RANGE, TF_CK_ENCELG_EQ_ENC),
	ENCELG(w, ZK_SCALAR, TF_CK_ENCELG_W, TF_CK_ENCELG_EQ_Y),
	ENCELG(z2, ZK_UNIT_N, TF_CK_ENCELG_Z2, TF_CK_ENCELG_EQ_ENC),
	ENCELG(z3, ZK_INT_NHAT, TF_CK_ENCELG_Z3_SIZE, TF_CK_ENCELG_EQ_COM),
	{ .name = NULL },
};

const zk_field zk_affg_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "rp", ZK_RP, .at = 0 },
	{ "N0", ZK_N0, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ "C", ZK_CIPHER_N0, CASE(C) },
	{ "D", ZK_CIPHER_N0, CASE(D) },
	{ "Y", ZK_CIPHER_N, CASE(Yc) },
	{ "X", ZK_POINT, CASE(X) },
	{ .name = NULL },
};

#define AFFG(NAME, KIND, MEMBER, OTHER) \
	{ #NAME, KIND, PROOF(tf_zk_affg_proof, NAME), .member = MEMBER, .other = OTHER }

const zk_field zk_affg_fields[] = {
	AFFG(A, ZK_CIPHER_N0, TF_CK_AFFG_A, TF_CK_AFFG_EQ_ENC0),
	AFFG(Bx, ZK_POINT, NO_CHECK, TF_CK_AFFG_EQ_ENC0),
	AFFG(By, ZK_CIPHER_N, TF_CK_AFFG_BY, TF_CK_AFFG_EQ_ENC0),
	AFFG(E, ZK_UNIT_NHAT, TF_CK_AFFG_E, TF_CK_AFFG_EQ_ENC0),
	AFFG(S, ZK_UNIT_NHAT, TF_CK_AFFG_S, TF_CK_AFFG_EQ_ENC0),
	AFFG(F, ZK_UNIT_NHAT, TF_CK_AFFG_F, TF_CK_AFFG_EQ_ENC0),
	AFFG(T, ZK_UNIT_NHAT, TF_CK_AFFG_T, TF_CK_AFFG_EQ_ENC0),
	AFFG(z1, ZK_INT_Z, TF_CK_AFFG_Z1_RANGE, TF_CK_AFFG_EQ_ENC0),
	AFFG(z2, ZK_INT_Z_MASK, TF_CK_AFFG_Z2_RANGE, TF_CK_AFFG_EQ_ENC0),
	AFFG(z3, ZK_INT_NHAT, TF_CK_AFFG_Z3_SIZE, TF_CK_AFFG_EQ_COM1),
	AFFG(z4, ZK_INT_NHAT, TF_CK_AFFG_Z4_SIZE, TF_CK_AFFG_EQ_COM2),
	AFFG(w, ZK_UNIT_N0, TF_CK_AFFG_W, TF_CK_AFFG_EQ_ENC0),
	AFFG(wy, ZK_UNIT_N, TF_CK_AFFG_WY, TF_CK_AFFG_EQ_ENC1),
	{ .name = NULL },
};

const zk_field zk_prm_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "rp", ZK_RP, .at = 0 },
	{ .name = NULL },
};

const zk_field zk_prm_fields[] = {
	{ "A", ZK_UNIT_NHAT, .list = true, PROOF(tf_zk_prm_proof, A), .member = TF_CK_PRM_A,
	  .other = TF_CK_PRM_EQUATION },
	{ "z", ZK_BELOW_NHAT, .list = true, PROOF(tf_zk_prm_proof, z), .member = TF_CK_PRM_Z,
	  .other = TF_CK_PRM_EQUATION },
	{ .name = NULL },
};

const zk_field zk_mod_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ .name = NULL },
};

/* Another w may have another Jacobi symbol: mod_test.c mutates it. */
const zk_field zk_mod_fields[] = {
	{ "w", ZK_UNIT_N, .by_hand = true, PROOF(tf_zk_mod_proof, w) },
	{ "x", ZK_UNIT_N, .list = true, .even = true, PROOF(tf_zk_mod_proof, x),
	  .member = TF_CK_MOD_X, .other = TF_CK_MOD_EQ_X },
	{ "a", ZK_BIT, .list = true, PROOF(tf_zk_mod_proof, a), .member = TF_CK_MOD_A_BIT,
	  .other = TF_CK_MOD_EQ_X },
	{ "b", ZK_BIT, .list = true, PROOF(tf_zk_mod_proof, b), .member = TF_CK_MOD_B_BIT,
	  .other = TF_CK_MOD_EQ_X },
	{ "z", ZK_UNIT_N, .list = true, PROOF(tf_zk_mod_proof, z), .member = TF_CK_MOD_Z,
	  .other = TF_CK_MOD_EQ_Z },
	{ .name = NULL },
};

bool zk_all(void)
{
	const char *s = getenv("TREFOIL_ZK");

	return s && strcmp(s, "all") == 0;
}

size_t zk_stride(const zk_field *f)
{
	switch (f->kind) {
	case ZK_INT_Z:
	case ZK_INT_DEC_Z:
	case ZK_INT_DEC_W:
	case ZK_INT_Z_MASK:
	case ZK_INT_NHAT:
	case ZK_INT_ROOT:
	case ZK_INT_BOTH: return sizeof(tf_int);
	case ZK_POINT: return sizeof(tf_pt);
	case ZK_SCALAR: return sizeof(tf_sc);
	case ZK_BIT: return 1;
	case ZK_UNIT_NHAT:
	case ZK_UNIT_N:
	case ZK_UNIT_N0:
	case ZK_CIPHER_N:
	case ZK_CIPHER_N0:
	case ZK_BELOW_NHAT: return sizeof(tf_bn);
	case ZK_NUMBER:
	case ZK_CTX:
	case ZK_RP:
	case ZK_N:
	case ZK_N0:
	case ZK_END: break;
	}
	return 0;
}

const zk_field zk_fac_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "rp", ZK_RP, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ .name = NULL },
};

#define FAC(NAME, KIND, MEMBER, OTHER) \
	{ #NAME, KIND, PROOF(tf_zk_fac_proof, NAME), .member = MEMBER, .other = OTHER }

const zk_field zk_fac_fields[] = {
	FAC(P, ZK_UNIT_NHAT, TF_CK_FAC_P, TF_CK_FAC_EQ_P),
	FAC(Q, ZK_UNIT_NHAT, TF_CK_FAC_Q, TF_CK_FAC_EQ_P),
	FAC(A, ZK_UNIT_NHAT, TF_CK_FAC_A, TF_CK_FAC_EQ_P),
	FAC(B, ZK_UNIT_NHAT, TF_CK_FAC_B, TF_CK_FAC_EQ_P),
	FAC(T, ZK_UNIT_NHAT, TF_CK_FAC_T, TF_CK_FAC_EQ_P),
	FAC(z1, ZK_INT_ROOT, TF_CK_FAC_Z1_RANGE, TF_CK_FAC_EQ_P),
	FAC(z2, ZK_INT_ROOT, TF_CK_FAC_Z2_RANGE, TF_CK_FAC_EQ_Q),
	FAC(w1, ZK_INT_NHAT, TF_CK_FAC_W1_SIZE, TF_CK_FAC_EQ_P),
	FAC(w2, ZK_INT_NHAT, TF_CK_FAC_W2_SIZE, TF_CK_FAC_EQ_Q),
	FAC(v, ZK_INT_BOTH, TF_CK_FAC_V_SIZE, TF_CK_FAC_EQ_N),
	{ .name = NULL },
};

const zk_field zk_dec_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ "K", ZK_CIPHER_N, CASE(C) },
	{ "X", ZK_POINT, CASE(X) },
	{ "D", ZK_CIPHER_N, CASE(D) },
	{ "S", ZK_POINT, CASE(Y) },
	{ "base", ZK_POINT, CASE(h) },
	{ "n", ZK_NUMBER, CASE(n) },
	{ .name = NULL },
};

#define DEC(NAME, KIND, MEMBER) \
	{ #NAME, KIND, .list = true, PROOF(tf_zk_dec_proof, NAME), .member = MEMBER, \
	  .other = TF_CK_DEC_EQ_ENC }

const zk_field zk_dec_fields[] = {
	DEC(A, ZK_CIPHER_N, TF_CK_DEC_A),
	DEC(B, ZK_POINT, NO_CHECK),
	DEC(C, ZK_POINT, NO_CHECK),
	DEC(z, ZK_INT_DEC_Z, TF_CK_DEC_Z_RANGE),
	DEC(w, ZK_INT_DEC_W, TF_CK_DEC_W_RANGE),
	DEC(nu, ZK_UNIT_N, TF_CK_DEC_NU),
	{ .name = NULL },
};

const zk_field zk_affgstar_statement[] = {
	{ "ctx", ZK_CTX, .at = 0 },
	{ "N0", ZK_N0, .at = 0 },
	{ "N", ZK_N, .at = 0 },
	{ "C", ZK_CIPHER_N0, CASE(C) },
	{ "D", ZK_CIPHER_N0, CASE(D) },
	{ "Y", ZK_CIPHER_N, CASE(Yc) },
	{ "X", ZK_POINT, CASE(X) },
	{ .name = NULL },
};

#define AFFGSTAR(NAME, KIND, MEMBER, OTHER) \
	{ #NAME, KIND, .list = true, PROOF(tf_zk_affgstar_proof, NAME), .member = MEMBER, \
	  .other = OTHER }

const zk_field zk_affgstar_fields[] = {
	AFFGSTAR(A, ZK_CIPHER_N0, TF_CK_AFFGSTAR_A, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(Bx, ZK_POINT, NO_CHECK, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(By, ZK_CIPHER_N, TF_CK_AFFGSTAR_BY, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(z1, ZK_INT_Z, TF_CK_AFFGSTAR_Z1_RANGE, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(z2, ZK_INT_Z_MASK, TF_CK_AFFGSTAR_Z2_RANGE, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(w, ZK_UNIT_N0, TF_CK_AFFGSTAR_W, TF_CK_AFFGSTAR_EQ_ENC0),
	AFFGSTAR(wy, ZK_UNIT_N, TF_CK_AFFGSTAR_WY, TF_CK_AFFGSTAR_EQ_ENC1),
	{ .name = NULL },
};
