/* r rho^e of many proofs at once. */
#include <string.h>

#include "num/mpz_test.h"
#include "zk/folds.h"
#include "zk/kit_test.h"

#define MOST 9u

typedef struct one {
	const tf_mod *m;
	tf_bn r, rho, out;
	tf_challenge e;
} one;

static one list[MOST];

/* N as its owner, as others, and the verifier's; e of either sign and short and long. */
static void make(zk_kit *k, size_t n)
{
	const tf_mod *m[] = { &k->pk.n, &k->sk.pk.n, &k->verifier_pk.n };

	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < n; i++) {
		one *x = &list[i];

		x->m = m[i % 3];
		CHECK_OK(tf_bn_random_unit(&x->r, &x->m->m, &k->rng));
		CHECK_OK(tf_bn_random_unit(&x->rho, &x->m->m, &k->rng));
		CHECK_OK(tf_bn_random_bits(&x->e.i.mag, i % 4 == 3 ? 0 : 255, &k->rng));
		x->e.i.neg = i & 1 ? ~(tf_ct)0 : 0;
		tf_ct_declassify(&x->e, sizeof(x->e));
	}
}

static tf_zk_folds *add(zk_kit *k, size_t n, const tf_rng *rng)
{
	tf_zk_folds *f;

	CHECK_OK(tf_zk_folds_open(&f, &k->env, n, rng));
	for (size_t i = 0; i < n; i++)
		CHECK_OK(tf_zk_fold(f, &list[i].out, list[i].m, &list[i].r, &list[i].rho,
		                    &list[i].e));
	return f;
}

static void check(size_t n)
{
	mpz_t m, want, rho, e;

	mpz_inits(m, want, rho, e, NULL);
	for (size_t i = 0; i < n; i++) {
		tf_ct_declassify(&list[i].r, sizeof(list[i].r));
		tf_ct_declassify(&list[i].rho, sizeof(list[i].rho));
		mpz_from_bn(m, &list[i].m->m);
		mpz_from_bn(rho, &list[i].rho);
		mpz_from_int(e, &list[i].e.i);
		mpz_powm(want, rho, e, m);
		mpz_from_bn(rho, &list[i].r);
		mpz_mul(want, want, rho);
		mpz_mod(want, want, m);
		CHECK(bn_is_mpz(&list[i].out, want));
	}
	mpz_clears(m, want, rho, e, NULL);
}

TEST(constant_time_folds)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 1);
	size_t used;

	zk_kit_classify(k);
	used = tf_arena_mark(&k->arena);
	for (size_t n = 0; n <= MOST; n++) {
		make(k, n);
		CHECK_OK(tf_zk_folds_run(add(k, n, n & 1 ? &k->rng : NULL)));
		check(n);
		CHECK(tf_arena_mark(&k->arena) == used);
	}
}

TEST(folds_beyond_their_number_are_refused)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 2);
	tf_zk_folds *f;

	make(k, 3);
	f = add(k, 2, NULL);
	CHECK_ERR(tf_zk_fold(f, &list[2].out, list[2].m, &list[2].r, &list[2].rho, &list[2].e),
	          TF_E_CAPACITY);
	CHECK_OK(tf_zk_folds_run(f));
	check(2);
}

/* A run that fails leaves nothing of any response, neither a power nor the nonce. */
static void check_nothing(size_t n)
{
	static const tf_bn zero;

	for (size_t i = 0; i < n; i++)
		CHECK(memcmp(&list[i].out, &zero, sizeof(zero)) == 0);
}

static tf_err broken(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(folds_without_randomness_end_with_nothing)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 3);
	const tf_rng none = { broken, NULL };
	size_t used = tf_arena_mark(&k->arena);

	make(k, MOST);
	for (size_t i = 0; i < MOST; i++)
		tf_bn_set_u64(&list[i].out, 7);
	CHECK_ERR(tf_zk_folds_run(add(k, MOST, &none)), TF_E_ENTROPY);
	check_nothing(MOST);
	CHECK(tf_arena_mark(&k->arena) == used);
}

TEST(folds_without_memory_end_with_nothing)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 4);
	static uint8_t mem[64 * 1024];
	tf_zk_folds *f;
	tf_arena small;

	tf_arena_init(&small, mem, 512);
	k->env.mem = &small;
	CHECK_ERR(tf_zk_folds_open(&f, &k->env, MOST, NULL), TF_E_CAPACITY);
	CHECK(tf_zk_folds_bytes(MOST) < sizeof(mem));
	tf_arena_init(&small, mem, tf_zk_folds_bytes(MOST)); /* but none for a run */
	make(k, MOST);
	CHECK_ERR(tf_zk_folds_run(add(k, MOST, NULL)), TF_E_CAPACITY);
	check_nothing(MOST);
}

/* A base without inverse: only whoever has chosen it for itself can have one. */
TEST(folds_of_a_nonunit_end_with_nothing)
{
	zk_kit *k = zk_kit_new(&tf_profile_small, 5);

	make(k, 4);
	list[1].rho = k->n_factor;
	list[1].m = &k->pk.n;
	list[1].e.i.neg = ~(tf_ct)0;
	CHECK_ERR(tf_zk_folds_run(add(k, 4, &k->rng)), TF_E_USAGE);
	check_nothing(4);
}
