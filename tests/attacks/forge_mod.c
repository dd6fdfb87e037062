#include "attacks/forge_mod.h"

#include <string.h>

#include "num/mpz_test.h"

#define LIMBS 20u
#define WIDTH 1183u /* of z1 and z2: ell + eps + |N|/2 - 1 */

static uint8_t room[1 << 18];

/* The next prime from z on that is 3 modulo 4 (or, residue 1, 1 modulo 3). */
static void next_prime(mpz_t z, unsigned modulus, unsigned residue)
{
	do
		mpz_nextprime(z, z);
	while (mpz_fdiv_ui(z, modulus) != residue);
}

static void phi_of(mpz_t phi, const forge_modulus *f)
{
	mpz_t p;

	mpz_init(p);
	mpz_set_ui(phi, 1);
	for (unsigned i = 0; i < f->primes; i++) {
		mpz_from_bn(p, &f->prime[i]);
		mpz_sub_ui(p, p, 1);
		mpz_mul(phi, phi, p);
	}
	mpz_clear(p);
}

static void right_w(forge_modulus *f, const mpz_t N)
{
	mpz_t w;

	mpz_init_set_ui(w, 2);
	while (mpz_jacobi(w, N) != -1)
		mpz_add_ui(w, w, 1);
	bn_from_mpz(&f->w, w, LIMBS);
	mpz_clear(w);
}

/* One try: the large prime begins at 2^(bits - 1/2) / the product of the others. */
static bool make(forge_modulus *out, unsigned bits, unsigned small, unsigned small_bits,
                 unsigned attempt)
{
	mpz_t N, p, phi, product;
	bool good;

	memset(out, 0, sizeof(*out));
	mpz_inits(N, p, phi, product, NULL);
	mpz_set_ui(product, 1);
	mpz_set_ui(p, 1);
	mpz_mul_2exp(p, p, small_bits - 1);
	mpz_add_ui(p, p, 1000 * attempt);
	for (unsigned i = 0; i < small; i++) {
		next_prime(p, 4, 3);
		bn_from_mpz(&out->prime[i], p, LIMBS);
		mpz_mul(product, product, p);
	}
	mpz_set_ui(N, 3); /* 1.5 2^(bits-1) */
	mpz_mul_2exp(N, N, bits - 2);
	mpz_fdiv_q(p, N, product);
	next_prime(p, 4, 3);
	bn_from_mpz(&out->prime[small], p, LIMBS);
	mpz_mul(N, product, p);
	bn_from_mpz(&out->N, N, LIMBS);
	out->primes = small + 1;
	phi_of(phi, out);
	mpz_gcd(p, N, phi);
	good = mpz_cmp_ui(p, 1) == 0 && mpz_sizeinbase(N, 2) == bits;
	right_w(out, N);
	mpz_clears(N, p, phi, product, NULL);
	return good;
}

void forge_modulus_make(forge_modulus *out, unsigned bits, unsigned small, unsigned small_bits,
                        bool blum)
{
	unsigned attempt = 0;

	CHECK(small + 1 <= FORGE_PRIMES && (!blum || small == 1));
	while (!make(out, bits, small, small_bits, attempt))
		CHECK(++attempt < 100);
}

void forge_w_of_zeros(forge_modulus *f)
{
	mpz_t N, P, rest, w;

	mpz_inits(N, P, rest, w, NULL);
	mpz_from_bn(N, &f->N);
	mpz_from_bn(P, &f->prime[f->primes - 1]);
	mpz_divexact(rest, N, P);
	CHECK(mpz_invert(w, rest, P));
	mpz_mul(w, w, rest);
	bn_from_mpz(&f->w, w, LIMBS);
	mpz_clears(N, P, rest, w, NULL);
}

/* ---- one row ---- */

typedef struct row {
	mpz_t N, phi, root, y, w, x, z, u;
} row;

/* x of u modulo the i-th prime, put together with what x is already; is it a fourth root? */
static bool root_at(row *r, const forge_modulus *f, unsigned i, const mpz_t u, mpz_t done)
{
	mpz_t p, e, x, d;
	bool is;

	mpz_inits(p, e, x, d, NULL);
	mpz_from_bn(p, &f->prime[i]);
	mpz_add_ui(e, p, 1);
	mpz_fdiv_q_2exp(e, e, 2);
	mpz_powm(x, u, e, p);
	mpz_powm(x, x, e, p);
	mpz_powm_ui(d, x, 4, p);
	mpz_sub(e, d, u);
	is = mpz_divisible_p(e, p);
	mpz_sub(x, x, r->x); /* r->x + done ((x - r->x) / done mod p) */
	CHECK(mpz_invert(d, done, p));
	mpz_mul(x, x, d);
	mpz_mod(x, x, p);
	mpz_addmul(r->x, x, done);
	mpz_mul(done, done, p);
	mpz_clears(p, e, x, d, NULL);
	return is;
}

/* With these a and b: at how many primes is there a root? r->x is made of all of them. */
static unsigned roots(row *r, const forge_modulus *f, unsigned a, unsigned b)
{
	unsigned found = 0;
	mpz_t done;

	mpz_set(r->u, r->y);
	if (b)
		mpz_mul(r->u, r->u, r->w);
	if (a)
		mpz_neg(r->u, r->u);
	mpz_mod(r->u, r->u, r->N);
	mpz_init_set_ui(done, 1);
	mpz_set_ui(r->x, 0);
	for (unsigned i = 0; i < f->primes; i++)
		found += root_at(r, f, i, r->u, done);
	mpz_clear(done);
	return found;
}

static bool solve(tf_zk_mod_proof *out, uint32_t i, row *r, const forge_modulus *f)
{
	unsigned best = 0, a = 0, b = 0;

	for (unsigned k = 0; k < 4; k++) {
		unsigned found = roots(r, f, k & 1, k >> 1);

		if (found >= best) {
			best = found;
			a = k & 1;
			b = k >> 1;
		}
	}
	CHECK(roots(r, f, a, b) == best);
	mpz_powm(r->z, r->y, r->root, r->N);
	bn_from_mpz(&out->x[i], r->x, LIMBS);
	bn_from_mpz(&out->z[i], r->z, LIMBS);
	out->a[i] = (uint8_t)a;
	out->b[i] = (uint8_t)b;
	return best == f->primes;
}

/* y_1 .. y_m are consecutive output of the transcript. */
static void begin_challenge(tf_keccak *x, const forge_modulus *f, const tf_ctx *ctx)
{
	tf_tr t;

	tf_tr_init(&t, room, sizeof(room));
	tf_tr_raw(&t, ctx->b, ctx->len);
	tf_tr_nat(&t, &f->N);
	tf_tr_nat(&t, &f->w);
	CHECK_OK(tf_tr_xof(x, &t, "mod"));
}

unsigned forge_mod(tf_zk_mod_proof *out, const forge_modulus *f, const tf_ctx *ctx, uint32_t m)
{
	uint8_t bytes[8 * LIMBS + 16];
	unsigned good = 0;
	tf_keccak x;
	row r;

	memset(out, 0, sizeof(*out));
	out->w = f->w;
	out->count = m;
	mpz_inits(r.N, r.phi, r.root, r.y, r.w, r.x, r.z, r.u, NULL);
	mpz_from_bn(r.N, &f->N);
	mpz_from_bn(r.w, &f->w);
	phi_of(r.phi, f);
	CHECK(mpz_invert(r.root, r.N, r.phi));
	begin_challenge(&x, f, ctx);
	for (uint32_t i = 0; i < m; i++) {
		tf_keccak_squeeze(&x, bytes, sizeof(bytes));
		mpz_import(r.y, sizeof(bytes), 1, 1, 0, 0, bytes);
		mpz_mod(r.y, r.y, r.N);
		good += solve(out, i, &r, f);
	}
	mpz_clears(r.N, r.phi, r.root, r.y, r.w, r.x, r.z, r.u, NULL);
	return good;
}

/* ---- fac ---- */

static void draw(mpz_t out, unsigned bits, const tf_rng *rng)
{
	uint8_t bytes[512];

	CHECK(bits / 8 <= sizeof(bytes));
	CHECK_OK(tf_rng_bytes(rng, bytes, bits / 8));
	mpz_import(out, bits / 8, 1, 1, 0, 0, bytes);
}

/* s^x t^y, or base^x t^y, modulo Nhat */
static void commit(tf_bn *out, const tf_rp *rp, const tf_bn *base, const mpz_t x, const mpz_t y)
{
	mpz_t n, s, t;

	mpz_inits(n, s, t, NULL);
	mpz_from_bn(n, &rp->n.m);
	mpz_from_bn(s, base);
	mpz_from_bn(t, &rp->t);
	mpz_powm(s, s, x, n);
	mpz_powm(t, t, y, n);
	mpz_mul(s, s, t);
	mpz_mod(s, s, n);
	bn_from_mpz(out, s, LIMBS);
	mpz_clears(n, s, t, NULL);
}

static void fac_challenge(mpz_t e, const tf_zk_fac_proof *p, const forge_modulus *f,
                          const tf_ctx *ctx, const tf_group *g, const tf_rp *rp)
{
	const tf_bn *commitments[] = { &p->P, &p->Q, &p->A, &p->B, &p->T };
	tf_challenge c;
	tf_tr t;

	tf_tr_init(&t, room, sizeof(room));
	tf_tr_raw(&t, ctx->b, ctx->len);
	tf_tr_open(&t);
	tf_tr_nat(&t, &rp->n.m);
	tf_tr_nat(&t, &rp->s);
	tf_tr_nat(&t, &rp->t);
	tf_tr_close(&t);
	tf_tr_nat(&t, &f->N);
	tf_tr_open(&t);
	for (size_t i = 0; i < TF_ARRAY_LEN(commitments); i++)
		tf_tr_nat(&t, commitments[i]);
	tf_tr_close(&t);
	CHECK_OK(tf_tr_challenge(&c, g, &t, "fac"));
	mpz_from_int(e, &c.i);
}

/* out = a + e b, cut to so many bits */
static void respond(tf_int *out, const mpz_t a, const mpz_t e, const mpz_t b, unsigned bits)
{
	mpz_t z;

	mpz_init_set(z, a);
	mpz_addmul(z, e, b);
	mpz_tdiv_r_2exp(z, z, bits);
	int_from_mpz(out, z, (bits + 63) / 64);
	mpz_clear(z);
}

void forge_fac(tf_zk_fac_proof *out, const forge_modulus *f, const tf_ctx *ctx, const tf_group *g,
               const tf_rp *rp, const tf_rng *rng)
{
	mpz_t p, q, alpha, beta, mu, nu, r, x, y, e;

	mpz_inits(p, q, alpha, beta, mu, nu, r, x, y, e, NULL);
	memset(out, 0, sizeof(*out));
	mpz_from_bn(q, &f->N);
	mpz_from_bn(p, &f->prime[0]);
	mpz_divexact(q, q, p);
	draw(alpha, 1176, rng);
	draw(beta, 1176, rng);
	draw(mu, 1536, rng);
	draw(nu, 1536, rng);
	draw(x, 1816, rng);
	draw(y, 1816, rng);
	draw(r, 3096, rng);
	commit(&out->P, rp, &rp->s, p, mu);
	commit(&out->Q, rp, &rp->s, q, nu);
	commit(&out->A, rp, &rp->s, alpha, x);
	commit(&out->B, rp, &rp->s, beta, y);
	commit(&out->T, rp, &out->Q, alpha, r);
	fac_challenge(e, out, f, ctx, g, rp);
	respond(&out->z1, alpha, e, p, WIDTH);
	respond(&out->z2, beta, e, q, WIDTH);
	respond(&out->w1, x, e, mu, 1824);
	respond(&out->w2, y, e, nu, 1824);
	mpz_mul(nu, nu, p);
	mpz_neg(nu, nu);
	respond(&out->v, r, e, nu, 3104);
	mpz_clears(p, q, alpha, beta, mu, nu, r, x, y, e, NULL);
}

/* ---- ring-Pedersen ---- */

void forge_rp_with_cubes(forge_rp *out, unsigned bits)
{
	mpz_t p, q, n, t, s, phi, e;

	memset(out, 0, sizeof(*out));
	mpz_inits(p, q, n, t, s, phi, e, NULL);
	mpz_set_ui(p, 3); /* 1.5 2^(bits/2 - 1): the product has exactly the bits */
	mpz_mul_2exp(p, p, bits / 2 - 2);
	next_prime(p, 3, 1);
	mpz_set(q, p);
	next_prime(q, 3, 1);
	mpz_mul(n, p, q);
	mpz_sub_ui(p, p, 1);
	mpz_sub_ui(q, q, 1);
	mpz_mul(phi, p, q);
	mpz_set_ui(t, 17 * 17);
	mpz_set_ui(e, 1);
	mpz_mul_2exp(e, e, 700);
	mpz_add_ui(e, e, 12345); /* lambda */
	bn_from_mpz(&out->Nhat, n, LIMBS);
	bn_from_mpz(&out->t, t, LIMBS);
	bn_from_mpz(&out->phi, phi, LIMBS);
	bn_from_mpz(&out->lambda, e, LIMBS);
	mpz_powm(s, t, e, n);
	mpz_add_ui(t, p, 1); /* omega: b^((p-1)/3) modulo p for the first b where that is not 1, */
	mpz_divexact_ui(p, p, 3);
	mpz_set_ui(e, 2);
	do {
		mpz_powm(phi, e, p, t);
		mpz_add_ui(e, e, 1);
	} while (mpz_cmp_ui(phi, 1) == 0);
	mpz_add_ui(q, q, 1); /* and 1 modulo q */
	CHECK(mpz_invert(e, q, t));
	mpz_sub_ui(phi, phi, 1);
	mpz_mul(phi, phi, e);
	mpz_mod(phi, phi, t);
	mpz_mul(t, phi, q);
	mpz_add_ui(t, t, 1);
	mpz_mul(s, s, t);
	mpz_mod(s, s, n);
	bn_from_mpz(&out->s, s, LIMBS);
	mpz_powm_ui(t, t, 3, n);
	CHECK(mpz_cmp_ui(t, 1) == 0);
	mpz_clears(p, q, n, t, s, phi, e, NULL);
}

void forge_prm(tf_zk_prm_proof *out, const forge_rp *f, uint32_t m, const tf_rng *rng)
{
	uint8_t e[TF_PROFILE_M_MAX];
	mpz_t a[TF_PROFILE_M_MAX], n, t, x, phi, lambda;
	tf_tr tr;

	memset(out, 0, sizeof(*out));
	mpz_inits(n, t, x, phi, lambda, NULL);
	mpz_from_bn(n, &f->Nhat);
	mpz_from_bn(t, &f->t);
	mpz_from_bn(phi, &f->phi);
	mpz_from_bn(lambda, &f->lambda);
	tf_tr_init(&tr, room, sizeof(room));
	tf_tr_raw(&tr, f->ctx.b, f->ctx.len);
	tf_tr_nat(&tr, &f->Nhat);
	tf_tr_nat(&tr, &f->s);
	tf_tr_nat(&tr, &f->t);
	tf_tr_open(&tr);
	for (uint32_t i = 0; i < m; i++) {
		mpz_init(a[i]);
		draw(a[i], 1272, rng);
		mpz_mod(a[i], a[i], phi);
		mpz_powm(x, t, a[i], n);
		bn_from_mpz(&out->A[i], x, LIMBS);
		tf_tr_nat(&tr, &out->A[i]);
	}
	tf_tr_close(&tr);
	CHECK_OK(tf_tr_bits(e, m, &tr, "prm"));
	for (uint32_t i = 0; i < m; i++) {
		mpz_addmul_ui(a[i], lambda, e[i]);
		mpz_mod(a[i], a[i], phi);
		bn_from_mpz(&out->z[i], a[i], LIMBS);
		mpz_clear(a[i]);
	}
	out->count = m;
	mpz_clears(n, t, x, phi, lambda, NULL);
}
