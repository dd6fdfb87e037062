#include "attacks/forge_zk.h"

#include <string.h>

#include "num/mpz_test.h"

#define LIMBS 20u /* of N and Nhat */
#define WIDE 30u  /* of any response */

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

/* out = c^k out mod m */
static void times_power(mpz_t out, const mpz_t c, const mpz_t k, const mpz_t m)
{
	mpz_t u;

	mpz_init(u);
	mpz_powm(u, c, k, m);
	mpz_mul(out, out, u);
	mpz_mod(out, out, m);
	mpz_clear(u);
}

/* out = a / d modulo m; d = 1: a as it is. */
static void fraction(mpz_t out, const mpz_t a, unsigned d, const mpz_t m)
{
	mpz_t inverse;

	mpz_set(out, a);
	if (d == 1)
		return;
	mpz_init_set_ui(inverse, d);
	CHECK(mpz_invert(inverse, inverse, m));
	mpz_mul(out, out, inverse);
	mpz_mod(out, out, m);
	mpz_clear(inverse);
}

static void order(mpz_t q, const tf_group *g)
{
	uint8_t bytes[TF_SC_BYTES];
	tf_sc minus_one;

	tf_sc_set_u64(g, &minus_one, 1);
	tf_sc_neg(g, &minus_one, &minus_one);
	tf_sc_encode(bytes, &minus_one);
	mpz_import(q, sizeof(bytes), 1, 1, 0, 0, bytes);
	mpz_add_ui(q, q, 1);
}

static void point(tf_pt *out, const tf_group *g, const mpz_t x)
{
	tf_sc_sec k;
	tf_int n;

	int_from_mpz(&n, x, WIDE);
	CHECK_OK(tf_sc_from_int(g, &k.s, &n));
	CHECK_OK(tf_pt_mul_base(g, out, &k));
}

static bool fits(const mpz_t z, uint32_t bits)
{
	return bits == 0 || mpz_sizeinbase(z, 2) == bits;
}

/* ---- a verifier's commitments ---- */

typedef struct hat {
	mpz_t n, s, t, lambda, phi;
	bool open; /* lambda and phi are known */
} hat;

static void hat_init(hat *h, const tf_rp *rp, const tf_rp_sec *trapdoor)
{
	mpz_inits(h->n, h->s, h->t, h->lambda, h->phi, NULL);
	mpz_from_bn(h->n, &rp->n.m);
	mpz_from_bn(h->s, &rp->s);
	mpz_from_bn(h->t, &rp->t);
	h->open = trapdoor != NULL;
	if (h->open) {
		mpz_from_bn(h->lambda, &trapdoor->lambda);
		mpz_from_bn(h->phi, &trapdoor->phi);
	}
}

static void hat_clear(hat *h)
{
	mpz_clears(h->n, h->s, h->t, h->lambda, h->phi, NULL);
}

/* s^x t^y */
static void commit(tf_bn *out, const hat *h, const mpz_t x, const mpz_t y)
{
	mpz_t u;

	mpz_init(u);
	mpz_powm(u, h->s, x, h->n);
	times_power(u, h->t, y, h->n);
	bn_from_mpz(out, u, LIMBS);
	mpz_clear(u);
}

/* out = a + e b; if we can, less what makes s^z t^out right for any z: the commitments are t^a and
 * t^b then, and everything is modulo the order. */
static void respond(tf_int *out, const hat *h, const mpz_t a, const mpz_t e, const mpz_t b,
                    const mpz_t z)
{
	mpz_t u;

	mpz_init_set(u, a);
	mpz_addmul(u, e, b);
	if (z && h->open) {
		mpz_submul(u, h->lambda, z);
		mpz_mod(u, u, h->phi);
	}
	int_from_mpz(out, u, WIDE);
	mpz_clear(u);
}

/* r rho^e mod n */
static void fold(tf_bn *out, const mpz_t r, const mpz_t rho, const mpz_t e, const mpz_t n)
{
	mpz_t u;

	mpz_init_set(u, r);
	times_power(u, rho, e, n);
	bn_from_mpz(out, u, LIMBS);
	mpz_clear(u);
}

/* ---- transcripts ---- */

static void open_transcript(tf_tr *t, const tf_ctx *ctx, const tf_rp *rp)
{
	static uint8_t room[1 << 16];

	tf_tr_init(t, room, sizeof(room));
	tf_tr_raw(t, ctx->b, ctx->len);
	tf_tr_open(t);
	tf_tr_nat(t, &rp->n.m);
	tf_tr_nat(t, &rp->s);
	tf_tr_nat(t, &rp->t);
	tf_tr_close(t);
}

static void challenge_encelg(tf_challenge *e, const tf_zk_encelg_proof *p, const forged_encelg *f,
                             const tf_ctx *ctx, const tf_rp *rp)
{
	tf_pt B;
	tf_tr t;

	CHECK_OK(tf_pt_mul_base(f->g, &B, &f->b));
	open_transcript(&t, ctx, rp);
	tf_tr_nat(&t, &f->pk->n.m);
	tf_tr_nat(&t, &f->C);
	tf_tr_pt(&t, f->g, f->A);
	tf_tr_pt(&t, f->g, &B);
	tf_tr_pt(&t, f->g, &f->X);
	tf_tr_open(&t);
	tf_tr_nat(&t, &p->S);
	tf_tr_nat(&t, &p->D);
	tf_tr_pt(&t, f->g, &p->Y);
	tf_tr_pt(&t, f->g, &p->Z);
	tf_tr_nat(&t, &p->T);
	tf_tr_close(&t);
	CHECK_OK(tf_tr_challenge(e, f->g, &t, "enc-elg"));
}

static void challenge_affg(tf_challenge *e, const tf_zk_affg_proof *p, const forged_affg *f)
{
	tf_tr t;

	open_transcript(&t, f->st.ctx, f->st.rp);
	tf_tr_nat(&t, &f->st.pk0->n.m);
	tf_tr_nat(&t, &f->st.pk1->n.m);
	tf_tr_nat(&t, f->st.C);
	tf_tr_nat(&t, &f->D);
	tf_tr_nat(&t, &f->Y);
	tf_tr_pt(&t, f->g, f->st.X);
	tf_tr_open(&t);
	tf_tr_nat(&t, &p->A);
	tf_tr_pt(&t, f->g, &p->Bx);
	tf_tr_nat(&t, &p->By);
	tf_tr_nat(&t, &p->E);
	tf_tr_nat(&t, &p->S);
	tf_tr_nat(&t, &p->F);
	tf_tr_nat(&t, &p->T);
	tf_tr_close(&t);
	CHECK_OK(tf_tr_challenge(e, f->g, &t, "aff-g"));
}

/* ---- enc-elg ---- */

void forge_encelg_statement(forged_encelg *f)
{
	mpz_t n, n2, q, x, v, rho, c;
	tf_pt bA, xG;

	mpz_inits(n, n2, q, x, v, rho, c, NULL);
	mpz_from_bn(n, &f->pk->n.m);
	mpz_mul(n2, n, n);
	order(q, f->g);
	mpz_from_int(x, &f->x);
	draw(rho, 1272, f->rng);
	fraction(v, x, f->third ? 3 : 1, n);
	enc(c, v, rho, n, n2);
	bn_from_mpz(&f->C, c, 2 * LIMBS);
	bn_from_mpz(&f->rho, rho, LIMBS);
	fraction(v, x, f->third ? 3 : 1, q);
	point(&xG, f->g, v);
	CHECK_OK(tf_pt_mul(f->g, &bA, &f->b, f->A));
	CHECK_OK(tf_pt_add(f->g, &f->X, &bA, &xG));
	mpz_clears(n, n2, q, x, v, rho, c, NULL);
}

typedef struct encelg {
	hat h;
	mpz_t n, n2, x, rho, alpha, mu, r, gamma, e, z1, tmp;
	tf_sc_sec beta;
} encelg;

static void encelg_commit(tf_zk_encelg_proof *p, encelg *v, const forged_encelg *f)
{
	tf_pt aG;

	draw(v->alpha, 536, f->rng);
	draw(v->mu, 1528, f->rng);
	draw(v->r, 1272, f->rng);
	draw(v->gamma, 1272, f->rng);
	CHECK_OK(tf_sc_random(f->g, &v->beta, f->rng));
	enc(v->tmp, v->alpha, v->r, v->n, v->n2);
	bn_from_mpz(&p->D, v->tmp, 2 * LIMBS);
	point(&aG, f->g, v->alpha);
	CHECK_OK(tf_pt_mul(f->g, &p->Y, &v->beta, f->A));
	CHECK_OK(tf_pt_add(f->g, &p->Y, &p->Y, &aG));
	CHECK_OK(tf_pt_mul_base(f->g, &p->Z, &v->beta));
	mpz_set_ui(v->tmp, 0);
	commit(&p->S, &v->h, v->h.open ? v->tmp : v->x, v->mu);
	commit(&p->T, &v->h, v->h.open ? v->tmp : v->alpha, v->gamma);
}

/* z1 = alpha + e x, or e/3 x; is this challenge of use? */
static bool encelg_suits(encelg *v, const forged_encelg *f, const tf_challenge *e)
{
	mpz_from_int(v->e, &e->i);
	if (f->third && !mpz_divisible_ui_p(v->e, 3))
		return false;
	mpz_divexact_ui(v->tmp, v->e, f->third ? 3 : 1);
	mpz_mul(v->z1, v->tmp, v->x);
	mpz_add(v->z1, v->z1, v->alpha);
	return fits(v->z1, f->z1_bits);
}

void forge_encelg(tf_zk_encelg_proof *p, const forged_encelg *f, const tf_ctx *ctx,
                  const tf_rp *rp, const tf_rp_sec *trapdoor)
{
	tf_challenge e;
	encelg v;
	tf_sc eb;

	memset(p, 0, sizeof(*p));
	hat_init(&v.h, rp, trapdoor);
	mpz_inits(v.n, v.n2, v.x, v.rho, v.alpha, v.mu, v.r, v.gamma, v.e, v.z1, v.tmp, NULL);
	mpz_from_bn(v.n, &f->pk->n.m);
	mpz_mul(v.n2, v.n, v.n);
	mpz_from_int(v.x, &f->x);
	mpz_from_bn(v.rho, &f->rho);
	do {
		encelg_commit(p, &v, f);
		challenge_encelg(&e, p, f, ctx, rp);
	} while (!encelg_suits(&v, f, &e));
	int_from_mpz(&p->z1, v.z1, WIDE);
	tf_sc_mul(f->g, &eb, &e.sc, &f->b.s);
	tf_sc_add(f->g, &p->w, &v.beta.s, &eb);
	fold(&p->z2, v.r, v.rho, v.e, v.n);
	respond(&p->z3, &v.h, v.gamma, v.e, v.mu, v.z1);
	mpz_clears(v.n, v.n2, v.x, v.rho, v.alpha, v.mu, v.r, v.gamma, v.e, v.z1, v.tmp, NULL);
	hat_clear(&v.h);
}

/* ---- aff-g ---- */

typedef struct affg {
	hat h;
	mpz_t n0, n02, n1, n12, C, x, y, rho, rhoy;
	mpz_t alpha, beta, gamma, delta, m, mu, r, ry, e, z1, z2, tmp;
} affg;

static void affg_init(affg *v, const forged_affg *f)
{
	hat_init(&v->h, f->st.rp, f->trapdoor);
	mpz_inits(v->n0, v->n02, v->n1, v->n12, v->C, v->x, v->y, v->rho, v->rhoy, v->alpha, v->beta,
	          v->gamma, v->delta, v->m, v->mu, v->r, v->ry, v->e, v->z1, v->z2, v->tmp, NULL);
	mpz_from_bn(v->n0, &f->st.pk0->n.m);
	mpz_mul(v->n02, v->n0, v->n0);
	mpz_from_bn(v->n1, &f->st.pk1->n.m);
	mpz_mul(v->n12, v->n1, v->n1);
	mpz_from_bn(v->C, f->st.C);
	mpz_from_int(v->x, &f->x);
	mpz_from_int(v->y, &f->y);
}

static void affg_clear(affg *v)
{
	mpz_clears(v->n0, v->n02, v->n1, v->n12, v->C, v->x, v->y, v->rho, v->rhoy, v->alpha,
	           v->beta, v->gamma, v->delta, v->m, v->mu, v->r, v->ry, v->e, v->z1, v->z2,
	           v->tmp, NULL);
	hat_clear(&v->h);
}

static void affg_statement(affg *v, forged_affg *f)
{
	mpz_t c;

	mpz_init(c);
	draw(v->rho, 1272, f->rng);
	draw(v->rhoy, 1272, f->rng);
	fraction(v->tmp, v->y, f->half ? 2 : 1, v->n1);
	enc(c, v->tmp, v->rhoy, v->n1, v->n12);
	bn_from_mpz(&f->Y, c, 2 * LIMBS);
	mpz_add_ui(v->y, v->y, f->more);
	fraction(v->tmp, v->y, f->half ? 2 : 1, v->n0);
	enc(c, v->tmp, v->rho, v->n0, v->n02);
	times_power(c, v->C, v->x, v->n02);
	bn_from_mpz(&f->D, c, 2 * LIMBS);
	bn_from_mpz(&f->rho, v->rho, LIMBS);
	bn_from_mpz(&f->rhoy, v->rhoy, LIMBS);
	mpz_clear(c);
}

static void affg_commit(tf_zk_affg_proof *p, affg *v, const forged_affg *f)
{
	draw(v->alpha, 536, f->rng);
	draw(v->beta, 1112, f->rng);
	draw(v->gamma, 1816, f->rng);
	draw(v->delta, 1272, f->rng);
	draw(v->m, 1528, f->rng);
	draw(v->mu, 1272, f->rng);
	draw(v->r, 1272, f->rng);
	draw(v->ry, 1272, f->rng);
	enc(v->tmp, v->beta, v->r, v->n0, v->n02);
	times_power(v->tmp, v->C, v->alpha, v->n02);
	bn_from_mpz(&p->A, v->tmp, 2 * LIMBS);
	enc(v->tmp, v->beta, v->ry, v->n1, v->n12);
	bn_from_mpz(&p->By, v->tmp, 2 * LIMBS);
	point(&p->Bx, f->g, v->alpha);
	commit(&p->E, &v->h, v->alpha, v->gamma);
	commit(&p->S, &v->h, v->x, v->m);
	mpz_set_ui(v->tmp, 0);
	commit(&p->F, &v->h, v->h.open ? v->tmp : v->beta, v->delta);
	commit(&p->T, &v->h, v->h.open ? v->tmp : v->y, v->mu);
}

/* z1 = alpha + e x, z2 = beta + e y, or e/2 y: e times y/2 modulo N0 and N1, and small. */
static bool affg_suits(affg *v, const forged_affg *f, const tf_challenge *e)
{
	mpz_from_int(v->e, &e->i);
	if (f->half && mpz_odd_p(v->e))
		return false;
	mpz_divexact_ui(v->tmp, v->e, f->half ? 2 : 1);
	mpz_mul(v->z2, v->tmp, v->y);
	mpz_add(v->z2, v->z2, v->beta);
	mpz_mul(v->z1, v->e, v->x);
	mpz_add(v->z1, v->z1, v->alpha);
	return fits(v->z1, f->z1_bits) && fits(v->z2, f->z2_bits);
}

void forge_affg(tf_zk_affg_proof *p, forged_affg *f)
{
	tf_challenge e;
	affg v;

	memset(p, 0, sizeof(*p));
	affg_init(&v, f);
	affg_statement(&v, f);
	do {
		affg_commit(p, &v, f);
		challenge_affg(&e, p, f);
	} while (!affg_suits(&v, f, &e));
	int_from_mpz(&p->z1, v.z1, WIDE);
	int_from_mpz(&p->z2, v.z2, WIDE);
	mpz_set(v.tmp, v.gamma);
	mpz_addmul(v.tmp, v.e, v.m);
	int_from_mpz(&p->z3, v.tmp, WIDE);
	respond(&p->z4, &v.h, v.delta, v.e, v.mu, v.z2);
	fold(&p->w, v.r, v.rho, v.e, v.n0);
	fold(&p->wy, v.ry, v.rhoy, v.e, v.n1);
	affg_clear(&v);
}

void forge_far(tf_int *x, const tf_group *g, uint32_t k)
{
	mpz_t q, v;

	mpz_inits(q, v, NULL);
	order(q, g);
	mpz_mul_2exp(q, q, k);
	mpz_mul_ui(q, q, 3);
	mpz_from_int(v, x);
	mpz_add(v, v, q);
	int_from_mpz(x, v, WIDE);
	mpz_clears(q, v, NULL);
}
