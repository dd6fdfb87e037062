/* What a prover leaves on the stack: nothing of its nonces, nothing of its witness.
 *
 * The prover runs on a stack of our own; afterwards all of it is searched for every limb of the
 * secrets, in both byte orders. */
#include <string.h>
#include <ucontext.h>

#include "zk/kit_test.h"

#define STACK_BYTES (512u * 1024u)
#define SECRETS_MAX 1024u

static uint8_t stack[STACK_BYTES] __attribute__((aligned(64)));
static ucontext_t outside, inside;

static struct {
	zk_case *c;
	tf_batch *b;
	tf_zk_encelg_prover pv;
	tf_zk_affg_prover pv2;
	void (*run)(void);
} job;

static uint64_t secrets[SECRETS_MAX];
static unsigned secret_count;

static void remember(const uint64_t *limbs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (limbs[i] >> 32 == 0)
			continue; /* the top of a number may be anything's */
		CHECK(secret_count + 2 <= SECRETS_MAX);
		secrets[secret_count++] = limbs[i];
		secrets[secret_count++] = __builtin_bswap64(limbs[i]);
	}
}

static void remember_bn(const tf_bn *a)
{
	remember(a->d, a->n);
}

static unsigned found(void)
{
	unsigned n = 0;

	for (size_t at = 0; at + 8 <= STACK_BYTES; at++) {
		uint64_t here;

		memcpy(&here, stack + at, 8);
		for (unsigned i = 0; i < secret_count; i++)
			n += here == secrets[i];
	}
	return n;
}

static void enter(void)
{
	job.run();
}

/* Run on our stack, painted first; how many bytes of it were used. */
static size_t on_own_stack(void (*run)(void))
{
	size_t untouched = 0;

	memset(stack, 0xa5, sizeof(stack));
	job.run = run;
	CHECK(getcontext(&inside) == 0);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = sizeof(stack);
	inside.uc_link = &outside;
	makecontext(&inside, enter, 0);
	CHECK(swapcontext(&outside, &inside) == 0);
	while (untouched < sizeof(stack) && stack[untouched] == 0xa5)
		untouched++;
	return sizeof(stack) - untouched;
}

static tf_zk_encelg_st encelg_statement(void)
{
	zk_case *c = job.c;

	return (tf_zk_encelg_st){ c->ctx, &c->k->rp, &c->k->sk.pk, &c->C, &c->A, &c->B, &c->X };
}

static void encelg_start(void)
{
	zk_case *c = job.c;
	const tf_zk_encelg_st st = encelg_statement();
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };

	CHECK_OK(tf_zk_encelg_prove_start(&job.pv, &c->p.encelg, &c->k->env, &st, &wit,
	                                  &c->k->rng, job.b));
	CHECK_OK(tf_batch_run(job.b));
}

static void encelg_finish(void)
{
	zk_case *c = job.c;
	const tf_zk_encelg_st st = encelg_statement();
	const tf_zk_encelg_wit wit = { &c->x, &c->rho, &c->b };

	CHECK_OK(tf_zk_encelg_prove_finish(&job.pv, &c->p.encelg, &c->k->env, &st, &wit));
}

static void prepare(const zk_proof *z, size_t jobs)
{
#if defined(TF_SANITIZED) || defined(TF_CT_MSAN)
	tf_test_skip("sanitizers have stacks of their own");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	tf_test_skip("sanitizers have stacks of their own");
#endif
#endif
	job.c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	job.b = zk_batch(job.c->k, jobs);
	z->make(job.c);
}

/* The test itself can find something. */
static void careless(void)
{
	uint64_t copy[4];

	memcpy(copy, job.c->rho.d, sizeof(copy));
	__asm__ __volatile__("" : : "r"(copy) : "memory");
}

TEST(residue_of_a_careless_function_is_found)
{
	prepare(&zk_encelg, 8);
	remember(job.c->rho.d, 4);
	CHECK(on_own_stack(careless) > 0);
	CHECK(found() >= 4);
}

TEST(residue_of_encelg)
{
	prepare(&zk_encelg, 8);
	CHECK(on_own_stack(encelg_start) > 4096);
	remember_bn(&job.pv.alpha.mag);
	remember_bn(&job.pv.mu.mag);
	remember_bn(&job.pv.gamma.mag);
	remember_bn(&job.pv.r.r);
	remember(job.pv.beta.s.d, 4);
	remember_bn(&job.c->x.mag);
	remember_bn(&job.c->rho);
	remember(job.c->b.s.d, 4);
	CHECK(secret_count > 120);
	CHECK(found() == 0);
	CHECK(on_own_stack(encelg_finish) > 4096);
	CHECK(found() == 0);
}

static tf_zk_affg_st affg_statement(void)
{
	zk_case *c = job.c;
	zk_kit *k = c->k;

	return (tf_zk_affg_st){
		c->ctx, &k->rp, &k->verifier_pk, &k->sk.pk, &c->C, &c->D, &c->Yc, &c->X,
	};
}

static void affg_start(void)
{
	zk_case *c = job.c;
	const tf_zk_affg_st st = affg_statement();
	const tf_zk_affg_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };

	CHECK_OK(tf_zk_affg_prove_start(&job.pv2, &c->p.affg, &c->k->env, &st, &wit, &c->k->rng,
	                                job.b));
	CHECK_OK(tf_batch_run(job.b));
}

static void affg_finish(void)
{
	zk_case *c = job.c;
	const tf_zk_affg_st st = affg_statement();
	const tf_zk_affg_wit wit = { &c->x, &c->y, &c->rho, &c->rhoy };

	CHECK_OK(tf_zk_affg_prove_finish(&job.pv2, &c->p.affg, &c->k->env, &st, &wit));
}

TEST(residue_of_affg)
{
	prepare(&zk_affg, 8);
	CHECK(on_own_stack(affg_start) > 4096);
	remember_bn(&job.pv2.alpha.mag);
	remember_bn(&job.pv2.beta.mag);
	remember_bn(&job.pv2.gamma.mag);
	remember_bn(&job.pv2.delta.mag);
	remember_bn(&job.pv2.m.mag);
	remember_bn(&job.pv2.mu.mag);
	remember_bn(&job.pv2.r.r);
	remember_bn(&job.pv2.ry.r);
	remember_bn(&job.c->x.mag);
	remember_bn(&job.c->y.mag);
	remember_bn(&job.c->rho);
	remember_bn(&job.c->rhoy);
	CHECK(found() == 0);
	CHECK(on_own_stack(affg_finish) > 4096);
	CHECK(found() == 0);
}
