#include <stdlib.h>
#include <string.h>

#include "zk/fields_test.h"

/* One field, or element of a list, under attack. */
typedef struct target {
	const zk_proof *z;
	zk_case *c;
	const zk_field *f;
	uint32_t index;
	void *at; /* in c->p */
} target;

/* The case's proof, changed already, must fall by this check. */
static void falls(const target *t, tf_check check, const char *how)
{
	char what[64];

	snprintf(what, sizeof(what), "%s.%u %s", t->f->name, (unsigned)t->index, how);
	zk_refused(t->z, t->c, check, what);
}

static void try_bn(const target *t, const tf_bn *value, tf_check check, const char *how)
{
	tf_bn *field = t->at, keep = *field;

	*field = *value;
	falls(t, check, how);
	*field = keep;
}

static tf_bn plus(const tf_bn *a, const tf_bn *b)
{
	tf_bn sum;

	CHECK_OK(tf_bn_add(&sum, a, b));
	return sum;
}

static tf_bn minus(const tf_bn *a, const tf_bn *b)
{
	tf_bn difference;

	CHECK(!tf_ct_reveal(tf_bn_sub(&difference, a, b)));
	return difference;
}

static tf_bn small(uint64_t v)
{
	tf_bn a;

	tf_bn_set_u64(&a, v);
	return a;
}

/* A multiple of a prime factor of m, below m, that keeps something of x. */
static tf_bn not_a_unit(const tf_bn *x, const tf_bn *factor, const tf_bn *m)
{
	tf_bn low, product, out;

	low = *x;
	tf_bn_resize(&low, 4);
	CHECK_OK(tf_bn_mul(&product, &low, factor));
	CHECK_OK(tf_bn_mod(&out, &product, m));
	return out;
}

static tf_bn random_unit(const target *t, const tf_bn *m)
{
	tf_bn out;

	CHECK_OK(tf_bn_random_unit(&out, m, &t->c->k->rng));
	zk_publish(&out);
	return out;
}

static void mutate_below(const target *t, const tf_bn *m)
{
	const tf_check member = t->f->member, other = t->f->other;
	const tf_bn x = *(const tf_bn *)t->at, one = small(1), zero = small(0);
	const tf_bn more = plus(&x, &one), beyond = plus(&x, m), other_unit = random_unit(t, m);

	try_bn(t, m, member, "= modulus");
	try_bn(t, &beyond, member, "+ modulus");
	try_bn(t, &more, other, "+ 1");
	try_bn(t, &other_unit, other, "random");
	if (member == TF_CK_PRM_Z)
		try_bn(t, &zero, other, "= 0");
}

static void mutate_unit(const target *t, const tf_bn *m, const tf_bn *factor)
{
	const tf_check member = t->f->member;
	const tf_bn x = *(const tf_bn *)t->at, zero = small(0), negative = minus(m, &x);
	const tf_bn inside = not_a_unit(&x, factor, m);

	mutate_below(t, m);
	try_bn(t, &zero, member, "= 0");
	try_bn(t, &inside, member, "times a factor");
	try_bn(t, factor, member, "= a factor");
	if (!t->f->even) {
		try_bn(t, &negative, t->f->other, "negated");
	} else {
		tf_fault fault;

		*(tf_bn *)t->at = negative;
		CHECK_OK(t->z->verify(t->c, &t->c->p, &fault));
		*(tf_bn *)t->at = x;
	}
}

static void try_int(const target *t, const tf_bn *mag, bool negative, tf_check check,
                    const char *how)
{
	tf_int *field = t->at, keep = *field;

	tf_int_set(field, mag, negative ? ~(tf_ct)0 : 0);
	falls(t, check, how);
	*field = keep;
}

/* 2^bits * scale */
static void mutate_int(const target *t, uint32_t bits, const tf_bn *scale)
{
	const tf_check range = t->f->member, other = t->f->other;
	const tf_int *x = t->at, keep = *x;
	const tf_bn one = small(1), zero = small(0);
	tf_int random, more, unity;
	tf_bn bound, beyond;

	CHECK_OK(tf_bn_shl(&bound, scale, bits));
	beyond = plus(&bound, &one);
	tf_int_set(&unity, &one, 0);
	CHECK_OK(tf_int_add(&more, x, &unity));
	CHECK_OK(tf_int_random(&random, bits, scale, &t->c->k->rng));
	tf_ct_declassify(&random, sizeof(random));
	try_int(t, &bound, false, other, "= bound");
	try_int(t, &bound, true, other, "= -bound");
	try_int(t, &beyond, false, range, "= bound + 1");
	try_int(t, &beyond, true, range, "= -bound - 1");
	try_int(t, &zero, false, other, "= 0");
	try_int(t, &more.mag, more.neg != 0, other, "+ 1");
	try_int(t, &random.mag, random.neg != 0, other, "random");
	try_int(t, &keep.mag, keep.neg == 0, other, "negated");
}

static void try_scalar(const target *t, const tf_sc *value, tf_check check, const char *how)
{
	tf_sc *field = t->at, keep = *field;

	*field = *value;
	falls(t, check, how);
	*field = keep;
}

static void mutate_scalar(const target *t)
{
	const tf_group *g = t->c->k->g;
	const tf_sc x = *(const tf_sc *)t->at, zero = { { 0 } };
	const tf_sc most = { { ~0ull, ~0ull, ~0ull, ~0ull } };
	const tf_bn *q = tf_group_order(g);
	tf_sc one, more, order, negative;
	tf_sc_sec random;

	tf_sc_set_u64(g, &one, 1);
	tf_sc_add(g, &more, &x, &one);
	tf_sc_neg(g, &negative, &x);
	CHECK_OK(tf_sc_random(g, &random, &t->c->k->rng));
	tf_ct_declassify(&random, sizeof(random));
	for (unsigned i = 0; i < 4; i++)
		order.d[i] = q->d[i];
	try_scalar(t, &order, t->f->member, "= q");
	try_scalar(t, &most, t->f->member, "= 2^256 - 1");
	try_scalar(t, &zero, t->f->other, "= 0");
	try_scalar(t, &more, t->f->other, "+ 1");
	try_scalar(t, &random.s, t->f->other, "random");
	try_scalar(t, &negative, t->f->other, "negated");
}

static void try_point(const target *t, const tf_pt *value, const char *how)
{
	tf_pt *field = t->at, keep = *field;

	*field = *value;
	falls(t, t->f->other, how);
	*field = keep;
}

static void mutate_point(const target *t)
{
	const tf_group *g = t->c->k->g;
	const tf_pt P = *(const tf_pt *)t->at, O = { .identity = 1 };
	tf_pt more, negative;

	CHECK_OK(tf_pt_add(g, &more, &P, tf_group_base(g)));
	CHECK_OK(tf_pt_neg(g, &negative, &P));
	try_point(t, &O, "= O");
	try_point(t, &more, "+ G");
	try_point(t, &negative, "negated");
	try_point(t, tf_group_base(g), "= G");
}

static void mutate_bit(const target *t)
{
	uint8_t *bit = t->at, keep = *bit;

	*bit = !keep;
	falls(t, t->f->other, "flipped");
	*bit = 2;
	falls(t, t->f->member, "= 2");
	*bit = 255;
	falls(t, t->f->member, "= 255");
	*bit = keep;
}

static tf_bn root_of_n(const zk_case *c)
{
	tf_bn root;

	tf_bn_sqrt_vt(&root, &c->pk->n.m);
	return root;
}

static tf_bn both(const zk_case *c)
{
	tf_bn product;

	CHECK_OK(tf_bn_mul(&product, &c->pk->n.m, &c->rp->n.m));
	return product;
}

/* ell' + eps + 1 + log2(n) + 128 */
static uint32_t dec_bound(const zk_case *c)
{
	const tf_profile *pr = c->k->pr;

	CHECK(c->n == 3);
	return pr->ell_prime + pr->eps + 1 + 2 + 128;
}

static void mutate(const target *t)
{
	const zk_kit *k = t->c->k;
	const tf_profile *pr = k->pr;
	const tf_bn one = small(1), root = root_of_n(t->c), product = both(t->c);
	uint32_t wide = pr->ell + pr->eps;

	switch (t->f->kind) {
	case ZK_UNIT_NHAT: mutate_unit(t, &k->rp.n.m, &k->nhat_factor); break;
	case ZK_UNIT_N: mutate_unit(t, &k->pk.n.m, &k->n_factor); break;
	case ZK_UNIT_N0: mutate_unit(t, &k->verifier_pk.n.m, &k->n0_factor); break;
	case ZK_CIPHER_N:
		mutate_unit(t, &k->pk.n2.m, &k->n_factor);
		try_bn(t, &k->pk.n.m, t->f->member, "= N");
		break;
	case ZK_CIPHER_N0:
		mutate_unit(t, &k->verifier_pk.n2.m, &k->n0_factor);
		try_bn(t, &k->verifier_pk.n.m, t->f->member, "= N0");
		break;
	case ZK_BELOW_NHAT: mutate_below(t, &k->rp.n.m); break;
	case ZK_INT_Z: mutate_int(t, wide, &one); break;
	case ZK_INT_DEC_Z: mutate_int(t, pr->ell + 128, &one); break;
	case ZK_INT_DEC_W: mutate_int(t, dec_bound(t->c), &one); break;
	case ZK_INT_Z_MASK: mutate_int(t, pr->ell_prime + pr->eps, &one); break;
	case ZK_INT_NHAT: mutate_int(t, wide + 1, &k->rp.n.m); break;
	case ZK_INT_ROOT: mutate_int(t, wide, &root); break;
	case ZK_INT_BOTH: mutate_int(t, wide + 1, &product); break;
	case ZK_POINT: mutate_point(t); break;
	case ZK_SCALAR: mutate_scalar(t); break;
	case ZK_BIT: mutate_bit(t); break;
	case ZK_NUMBER:
	case ZK_CTX:
	case ZK_RP:
	case ZK_N:
	case ZK_N0:
	case ZK_END:
		tf_test_fail(__FILE__, __LINE__, "%s is no field of a proof", t->f->name);
	}
}

void zk_mutate_all(const zk_proof *z, zk_case *c)
{
	const uint32_t m = c->k->pr->m, places[] = { m / 2, 0, m - 1 };
	const bool costly = z == &zk_dec || z == &zk_affgstar;
	const unsigned some = costly && !zk_all() ? 1 : TF_ARRAY_LEN(places);
	tf_fault fault;

	for (const zk_field *f = z->fields; f->name; f++) {
		size_t stride = zk_stride(f);
		unsigned n = f->list ? some : 1;

		for (unsigned i = 0; i < n && !f->by_hand; i++) {
			uint8_t *at = (uint8_t *)&c->p + f->at + (f->list ? places[i] * stride : 0);
			const target t = { z, c, f, places[i], at };

			mutate(&t);
		}
	}
	CHECK_OK(z->verify(c, &c->p, &fault)); /* every field was put back */
}
