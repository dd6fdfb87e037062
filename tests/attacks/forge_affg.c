#include "attacks/forge_affg.h"

#include <string.h>

#include "num/mpz_test.h"

#define LIMBS 20u

typedef struct numbers {
	mpz_t n0, n02, n1, n12, nhat, s, t, lambda, phi, C, D, Y, x, a;
	mpz_t y0, y1, rho, rhoy, al, be, ga, de, m, tau, r, ry, e, tmp, A, By;
} numbers;

#define COUNT (sizeof(numbers) / sizeof(mpz_t))

static void draw(mpz_t out, unsigned bits, const tf_rng *rng)
{
	uint8_t bytes[512];

	CHECK(bits / 8 <= sizeof(bytes));
	CHECK_OK(tf_rng_bytes(rng, bytes, bits / 8));
	mpz_import(out, bits / 8, 1, 1, 0, 0, bytes);
}

/* (1 + m N) r^N mod N^2 */
static void enc(mpz_t out, const mpz_t m, const mpz_t r, const mpz_t n, const mpz_t n2)
{
	mpz_t u;

	mpz_init(u);
	mpz_mul(u, m, n);
	mpz_add_ui(u, u, 1);
	mpz_powm(out, r, n, n2);
	mpz_mul(out, out, u);
	mpz_mod(out, out, n2);
	mpz_clear(u);
}

/* out = c^k out mod n2 */
static void times_power(mpz_t out, const mpz_t c, const mpz_t k, const mpz_t n2)
{
	mpz_t u;

	mpz_init(u);
	mpz_powm(u, c, k, n2);
	mpz_mul(out, out, u);
	mpz_mod(out, out, n2);
	mpz_clear(u);
}

/* s^x t^y */
static void commit(tf_bn *out, const numbers *v, const mpz_t x, const mpz_t y)
{
	mpz_t u;

	mpz_init(u);
	mpz_powm(u, v->s, x, v->nhat);
	times_power(u, v->t, y, v->nhat);
	bn_from_mpz(out, u, LIMBS);
	mpz_clear(u);
}

static void load(numbers *v, const zk_case *c)
{
	const zk_kit *k = c->k;

	for (size_t i = 0; i < COUNT; i++)
		mpz_init(((mpz_t *)v)[i]);
	mpz_from_bn(v->n0, &k->verifier_pk.n.m);
	mpz_from_bn(v->n1, &k->pk.n.m);
	mpz_mul(v->n02, v->n0, v->n0);
	mpz_mul(v->n12, v->n1, v->n1);
	mpz_from_bn(v->nhat, &k->rp.n.m);
	mpz_from_bn(v->s, &k->rp.s);
	mpz_from_bn(v->t, &k->rp.t);
	mpz_from_bn(v->lambda, &k->rp_sec.lambda);
	mpz_from_bn(v->phi, &k->rp_sec.phi);
	mpz_from_bn(v->C, &c->C);
	mpz_from_int(v->x, &c->x);
}

/* D and Y of y = a/2: an odd a makes it as large as the modulus. */
static void statement(numbers *v, zk_case *c)
{
	mpz_t half;

	draw(v->a, 248, &c->k->rng);
	mpz_setbit(v->a, 0);
	mpz_init_set_ui(half, 2);
	CHECK(mpz_invert(v->y0, half, v->n0) && mpz_invert(v->y1, half, v->n1));
	mpz_mul(v->y0, v->y0, v->a);
	mpz_mod(v->y0, v->y0, v->n0);
	mpz_mul(v->y1, v->y1, v->a);
	mpz_mod(v->y1, v->y1, v->n1);
	draw(v->rho, 1272, &c->k->rng);
	draw(v->rhoy, 1272, &c->k->rng);
	enc(v->D, v->y0, v->rho, v->n0, v->n02);
	times_power(v->D, v->C, v->x, v->n02);
	enc(v->Y, v->y1, v->rhoy, v->n1, v->n12);
	bn_from_mpz(&c->D, v->D, 2 * LIMBS);
	bn_from_mpz(&c->Yc, v->Y, 2 * LIMBS);
	bn_from_mpz(&c->rho, v->rho, LIMBS);
	bn_from_mpz(&c->rhoy, v->rhoy, LIMBS);
	mpz_fdiv_q_2exp(half, v->a, 1);
	int_from_mpz(&c->y, half, 13);
	mpz_clear(half);
}

static void challenge(mpz_t e, const zk_case *c)
{
	static uint8_t room[1 << 16];
	const tf_zk_affg_proof *p = &c->p.affg;
	const tf_rp *rp = &c->k->rp;
	tf_challenge ch;
	tf_tr t;

	tf_tr_init(&t, room, sizeof(room));
	tf_tr_raw(&t, c->ctx->b, c->ctx->len);
	tf_tr_open(&t);
	tf_tr_nat(&t, &rp->n.m);
	tf_tr_nat(&t, &rp->s);
	tf_tr_nat(&t, &rp->t);
	tf_tr_close(&t);
	tf_tr_nat(&t, &c->k->verifier_pk.n.m);
	tf_tr_nat(&t, &c->k->pk.n.m);
	tf_tr_nat(&t, &c->C);
	tf_tr_nat(&t, &c->D);
	tf_tr_nat(&t, &c->Yc);
	tf_tr_pt(&t, c->k->g, &c->X);
	tf_tr_open(&t);
	tf_tr_nat(&t, &p->A);
	tf_tr_pt(&t, c->k->g, &p->Bx);
	tf_tr_nat(&t, &p->By);
	tf_tr_nat(&t, &p->E);
	tf_tr_nat(&t, &p->S);
	tf_tr_nat(&t, &p->F);
	tf_tr_nat(&t, &p->T);
	tf_tr_close(&t);
	CHECK_OK(tf_tr_challenge(&ch, c->k->g, &t, "aff-g"));
	mpz_from_int(e, &ch.i);
}

/* Commitments; T hides nothing yet: t^tau. */
static void commitments(numbers *v, zk_case *c)
{
	tf_zk_affg_proof *p = &c->p.affg;
	tf_sc_sec alpha;
	tf_int al;

	draw(v->al, 536, &c->k->rng);
	draw(v->be, 1112, &c->k->rng);
	draw(v->ga, 1816, &c->k->rng);
	draw(v->de, 1816, &c->k->rng);
	draw(v->m, 1528, &c->k->rng);
	draw(v->tau, 1272, &c->k->rng);
	draw(v->r, 1272, &c->k->rng);
	draw(v->ry, 1272, &c->k->rng);
	enc(v->A, v->be, v->r, v->n0, v->n02);
	times_power(v->A, v->C, v->al, v->n02);
	enc(v->By, v->be, v->ry, v->n1, v->n12);
	bn_from_mpz(&p->A, v->A, 2 * LIMBS);
	bn_from_mpz(&p->By, v->By, 2 * LIMBS);
	int_from_mpz(&al, v->al, 9);
	CHECK_OK(tf_sc_from_int(c->k->g, &alpha.s, &al));
	CHECK_OK(tf_pt_mul_base(c->k->g, &p->Bx, &alpha));
	commit(&p->E, v, v->al, v->ga);
	commit(&p->S, v, v->x, v->m);
	commit(&p->F, v, v->be, v->de);
	mpz_set_ui(v->tmp, 0);
	commit(&p->T, v, v->tmp, v->tau);
	challenge(v->e, c);
}

static void put(tf_int *out, numbers *v, const mpz_t a, const mpz_t b)
{
	mpz_set(v->tmp, a);
	mpz_addmul(v->tmp, v->e, b);
	int_from_mpz(out, v->tmp, 30);
}

/* r rho^e mod n */
static void fold(tf_bn *out, numbers *v, const mpz_t r, const mpz_t rho, const mpz_t n)
{
	mpz_powm(v->tmp, rho, v->e, n);
	mpz_mul(v->tmp, v->tmp, r);
	mpz_mod(v->tmp, v->tmp, n);
	bn_from_mpz(out, v->tmp, LIMBS);
}

void forge_affg(zk_case *c)
{
	tf_zk_affg_proof *p = &c->p.affg;
	numbers v;
	mpz_t z2;

	load(&v, c);
	statement(&v, c);
	do
		commitments(&v, c);
	while (mpz_odd_p(v.e));
	mpz_init(z2); /* beta + (e/2) a: e y modulo N, and small */
	mpz_fdiv_q_2exp(z2, v.e, 1);
	mpz_mul(z2, z2, v.a);
	mpz_add(z2, z2, v.be);
	int_from_mpz(&p->z2, z2, 30);
	put(&p->z1, &v, v.al, v.x);
	put(&p->z3, &v, v.ga, v.m);
	mpz_sub(v.be, v.be, z2); /* lambda (beta - z2) + delta + e tau: what only the trapdoor tells */
	mpz_mul(v.tmp, v.lambda, v.be);
	mpz_add(v.tmp, v.tmp, v.de);
	mpz_addmul(v.tmp, v.e, v.tau);
	mpz_mod(v.tmp, v.tmp, v.phi);
	int_from_mpz(&p->z4, v.tmp, 30);
	fold(&p->w, &v, v.r, v.rho, v.n0);
	fold(&p->wy, &v, v.ry, v.rhoy, v.n1);
	mpz_clear(z2);
	for (size_t i = 0; i < COUNT; i++)
		mpz_clear(((mpz_t *)&v)[i]);
}
