/* What the challenges hash: row 8. Everything of a statement, its session, prover and verifier,
 * each modulus and each commitment is changed alone. */
#include <string.h>

#include "attacks/attacks.h"
#include "harness/primes.h"
#include "zk/fields_test.h"

/* With fewer bits, where a challenge is bits: as many prove as much about the transcript. */
#define BITS 32u

/* ---- one change ---- */

typedef struct varied {
	const zk_proof *z;
	zk_case *c;
	uint8_t honest[32]; /* the challenge */
	unsigned n;         /* changes so far */
} varied;

/* The proof is refused, after a challenge was computed, which is another one. */
static void refused_anew(varied *v, const char *what)
{
	static const uint8_t none[32];
	tf_fault fault;

	memset(v->c->challenge, 0, sizeof(v->c->challenge));
	tf_fault_at(&fault, 2, 1);
	if (v->z->verify(v->c, &v->c->p, &fault) != TF_E_PROOF || fault.party != 2)
		tf_test_fail(__FILE__, __LINE__, "%s: another %s holds", v->z->name, what);
	if (memcmp(v->c->challenge, none, 32) == 0)
		tf_test_fail(__FILE__, __LINE__, "%s: another %s is refused before: %s", v->z->name,
		             what, tf_check_name(fault.check));
	if (memcmp(v->c->challenge, v->honest, 32) == 0)
		tf_test_fail(__FILE__, __LINE__, "%s: the challenge does not hash %s", v->z->name,
		             what);
	v->n++;
}

static void change_number(varied *v, tf_bn *x, const char *what)
{
	x->d[0] ^= 2;
	refused_anew(v, what);
	x->d[0] ^= 2;
}

static void change_point(varied *v, tf_pt *X, const char *what)
{
	const tf_group *g = v->c->k->g;
	const tf_pt keep = *X;

	CHECK_OK(tf_pt_add(g, X, X, tf_group_base(g)));
	refused_anew(v, what);
	*X = keep;
}

/* The kit's context is "session", 1, 2. */
static void change_context(varied *v)
{
	static const struct {
		const char *session, *what;
		unsigned prover, verifier;
	} others[] = {
		{ "sessiom", "session", 1, 2 },
		{ "session", "prover", 3, 2 },
		{ "session", "verifier", 1, 3 },
	};
	const tf_ctx *keep = v->c->ctx;
	uint8_t buf[256];
	tf_ctx ctx;
	tf_tr t;

	for (unsigned i = 0; i < TF_ARRAY_LEN(others); i++) {
		tf_tr_init(&t, buf, sizeof(buf));
		tf_tr_bytes(&t, others[i].session, 7);
		tf_tr_u64(&t, others[i].prover);
		tf_tr_u64(&t, others[i].verifier);
		CHECK_OK(tf_ctx_seal(&ctx, &t));
		v->c->ctx = &ctx;
		refused_anew(v, others[i].what);
	}
	v->c->ctx = keep;
}

static void change_rp(varied *v)
{
	const tf_rp *keep = v->c->rp;
	tf_rp other = *keep;

	v->c->rp = &v->c->k->other_rp; /* s and t are the same */
	refused_anew(v, "Nhat");
	v->c->rp = &other;
	change_number(v, &other.s, "s");
	change_number(v, &other.t, "t");
	v->c->rp = keep;
}

static void change_modulus(varied *v, const tf_paillier_pk **pk, const char *what)
{
	const tf_paillier_pk *keep = *pk;

	*pk = &v->c->k->other_pk; /* above all others */
	refused_anew(v, what);
	*pk = keep;
}

/* ---- each field ---- */

static void vary_statement(varied *v)
{
	for (const zk_field *f = v->z->statement; f->name; f++) {
		void *at = (uint8_t *)v->c + f->at;

		switch (f->kind) {
		case ZK_CTX: change_context(v); break;
		case ZK_RP: change_rp(v); break;
		case ZK_N: change_modulus(v, &v->c->pk, f->name); break;
		case ZK_N0: change_modulus(v, &v->c->verifier_pk, f->name); break;
		case ZK_POINT: change_point(v, at, f->name); break;
		case ZK_CIPHER_N:
		case ZK_CIPHER_N0: change_number(v, at, f->name); break;
		case ZK_NUMBER:
			++*(uint32_t *)at;
			refused_anew(v, f->name);
			--*(uint32_t *)at;
			break;
		case ZK_UNIT_NHAT:
		case ZK_UNIT_N:
		case ZK_UNIT_N0:
		case ZK_BELOW_NHAT:
		case ZK_INT_Z:
		case ZK_INT_DEC_Z:
		case ZK_INT_DEC_W:
		case ZK_INT_Z_MASK:
		case ZK_INT_NHAT:
		case ZK_INT_ROOT:
		case ZK_INT_BOTH:
		case ZK_SCALAR:
		case ZK_BIT:
		case ZK_END: tf_test_fail(__FILE__, __LINE__, "%s is no statement", f->name);
		}
	}
}

/* Is this name a word of the list? */
static bool listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = strstr(list, name); p; p = strstr(p + 1, name))
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || p[len] == 0))
			return true;
	return false;
}

static void vary_commitments(varied *v, const char *commitments)
{
	static const unsigned places[] = { BITS / 2, 0, BITS - 1 };
	const unsigned some = zk_all() ? TF_ARRAY_LEN(places) : 1;

	for (const zk_field *f = v->z->fields; f->name; f++)
		for (unsigned i = 0; listed(commitments, f->name) && i < (f->list ? some : 1); i++) {
			uint8_t *at = (uint8_t *)&v->c->p + f->at +
			              (f->list ? places[i] * zk_stride(f) : 0);

			if (f->kind == ZK_POINT)
				change_point(v, (tf_pt *)(void *)at, f->name);
			else
				change_number(v, (tf_bn *)(void *)at, f->name);
		}
}

static zk_case *kit_of_few(void)
{
	static tf_profile few;

	few = tf_profile_small;
	few.m = BITS;
	return zk_case_new(zk_kit_new(&few, 3), false);
}

static unsigned vary(const zk_proof *z, const char *commitments)
{
	varied v = { .z = z, .c = kit_of_few() };

	zk_honest(z, v.c);
	memcpy(v.honest, v.c->challenge, sizeof(v.honest));
	vary_statement(&v);
	vary_commitments(&v, commitments);
	CHECK_OK(z->verify(v.c, &v.c->p, NULL)); /* everything was put back */
	return v.n;
}

/* Pi_mod begins with w's Jacobi symbol, -1 modulo N: another w has it, and another N is one that w
 * has it for. */
static unsigned vary_mod(void)
{
	varied v = { .z = &zk_mod, .c = kit_of_few() };
	const tf_paillier_pk *pk;
	tf_paillier_pk other;
	tf_bn p[2], N, *w;

	zk_honest(&zk_mod, v.c);
	memcpy(v.honest, v.c->challenge, sizeof(v.honest));
	change_context(&v);
	w = &v.c->p.mod.w;
	pk = v.c->pk;
	for (unsigned i = 0; v.n == 3; i++) {
		CHECK(i < 11);
		tf_test_primes(640, i, &p[0]);
		tf_test_primes(640, i + 1, &p[1]);
		CHECK_OK(tf_bn_mul(&N, &p[0], &p[1]));
		if (tf_ct_reveal(tf_bn_eq(&N, &pk->n.m)) || tf_bn_jacobi_vt(w, &N) != -1 ||
		    !tf_ct_reveal(tf_bn_lt(w, &N)))
			continue;
		CHECK_OK(tf_paillier_pk_init(&other, v.c->k->pr, &N));
		v.c->pk = &other;
		refused_anew(&v, "N");
		v.c->pk = pk;
	}
	do
		w->d[0] += 2;
	while (tf_bn_jacobi_vt(w, &pk->n.m) != -1);
	refused_anew(&v, "w");
	return v.n;
}

/* ---- proofs whose verifier shows no challenge ---- */

/* Then a prover does that hashes all fields but one: what it proves is true, and only the challenge
 * is another one. */
typedef struct weak {
	const tf_pt *field[8];
	const char *name[8];
	unsigned statement, n; /* the first of them, and all */
	const char *tag;
} weak;

/* omit: a field, or n: the context, or beyond: nothing. */
static void weak_challenge(tf_challenge *e, const zk_case *c, const weak *w, unsigned omit)
{
	static uint8_t room[4096];
	tf_tr t;

	tf_tr_init(&t, room, sizeof(room));
	if (omit != w->n)
		tf_tr_raw(&t, c->ctx->b, c->ctx->len);
	for (unsigned i = 0; i < w->n; i++) {
		if (i == w->statement)
			tf_tr_open(&t);
		if (i != omit)
			tf_tr_pt(&t, c->k->g, w->field[i]);
	}
	if (w->statement < w->n)
		tf_tr_close(&t);
	CHECK_OK(tf_tr_challenge(e, c->k->g, &t, w->tag));
}

/* z = a + e x */
static void answer(const tf_group *g, tf_sc *z, const tf_sc_sec *a, const tf_challenge *e,
                   const tf_sc_sec *x)
{
	tf_sc_mul(g, z, &e->sc, &x->s);
	tf_sc_add(g, z, z, &a->s);
}

static void prove_sch(zk_case *c, const weak *w, unsigned omit)
{
	tf_challenge e;
	tf_sc_sec a;

	CHECK_OK(tf_zk_sch_commit(&a, &c->A, c->k->g, &c->k->rng));
	weak_challenge(&e, c, w, omit);
	answer(c->k->g, &c->p.sch.z, &a, &e, &c->xs);
}

static void prove_elog(zk_case *c, const weak *w, unsigned omit)
{
	tf_zk_elog_proof *p = &c->p.elog;
	const tf_group *g = c->k->g;
	tf_sc_sec alpha, m;
	tf_challenge e;
	tf_pt aX;

	CHECK_OK(tf_sc_random(g, &alpha, &c->k->rng));
	CHECK_OK(tf_sc_random(g, &m, &c->k->rng));
	CHECK_OK(tf_pt_mul_base(g, &p->A, &alpha));
	CHECK_OK(tf_pt_mul_base(g, &p->N, &m));
	CHECK_OK(tf_pt_mul(g, &aX, &alpha, &c->X));
	CHECK_OK(tf_pt_add(g, &p->N, &p->N, &aX));
	CHECK_OK(tf_pt_mul(g, &p->B, &m, &c->h));
	weak_challenge(&e, c, w, omit);
	answer(g, &p->z, &alpha, &e, &c->xs);
	answer(g, &p->u, &m, &e, &c->ys);
}

static unsigned vary_weak(const zk_proof *z, zk_case *c, const weak *w,
                          void (*prove)(zk_case *c, const weak *w, unsigned omit), tf_check check)
{
	unsigned k;

	z->make(c);
	prove(c, w, w->n + 1);
	CHECK_OK(z->verify(c, &c->p, NULL)); /* all of them, and nothing else */
	for (k = 0; k <= w->n; k++) {
		prove(c, w, k);
		zk_refused(z, c, check, k < w->n ? w->name[k] : "the context");
	}
	c->ctx = &c->k->other_ctx;
	prove(c, w, w->n + 1);
	c->ctx = &c->k->ctx;
	zk_refused(z, c, check, "another prover");
	return k + 1;
}

ATTACK(08, "weak-fiat-shamir",
       "in each of the nine proofs: session, prover, verifier, each modulus, each value of the"
       " statement and each commitment changed alone; for those on the curve alone, true proofs by"
       " a prover that does not hash the one",
       "refused by a challenge that is another one each time, in 98 changes (make check-all: 112):"
       " no value is left out")
{
	zk_case *c = kit_of_few();
	const weak sch = { { &c->X, &c->A }, { "X", "A" }, 2, 2, "sch" };
	const tf_zk_elog_proof *p = &c->p.elog;
	const weak elog = { { &c->L, &c->M, &c->X, &c->Y, &c->h, &p->A, &p->N, &p->B },
		            { "L", "M", "X", "Y", "h", "A", "N", "B" }, 5, 8, "elog" };
	unsigned n = 0;

	n += vary_weak(&zk_sch, c, &sch, prove_sch, TF_CK_SCH_EQUATION);
	n += vary_weak(&zk_elog, c, &elog, prove_elog, TF_CK_ELOG_EQ_L);
	n += vary(&zk_encelg, "S D Y Z T");
	n += vary(&zk_affg, "A Bx By E S F T");
	n += vary(&zk_prm, "A");
	n += vary(&zk_fac, "P Q A B T");
	n += vary(&zk_dec, "A B C");
	n += vary(&zk_affgstar, "A Bx By");
	n += vary_mod();
	CHECK(n == (zk_all() ? 112 : 98));
}
