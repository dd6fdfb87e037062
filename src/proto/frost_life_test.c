/* A Schnorr key through its epochs, and what its use leaves on the stack. */
#include <string.h>
#include <ucontext.h>

#include "proto/frost_stage_test.h"
#include "proto/recast_test.h"

static const tf_frost_suite suites[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };
static const frost_job job = { .path = { .index = { 44, 1 }, .len = 2 }, .msg = "pay", .len = 3 };

static frost_stage s;
static recast x;

static void sign(uint32_t b)
{
	frost_start_sign(&s, b, &job);
	cast_run(&s.c);
	frost_check_signature(&s, &job);
}

/* ---- epochs ---- */

/* Three seats, two of which make the key; then the next epoch of the same key. */
TEST(frost_signs_before_and_after_a_refresh)
{
	static const unsigned who[2] = { 0, 2 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		tf_frost_presig old[2];

		memset(&s, 0, sizeof(s));
		s.suite = suites[k];
		recast_init(&x, 3, frost_curve(suites[k]));
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		memcpy(s.key, x.source, 3 * sizeof(s.key[0]));
		frost_clique(&s, who, 2);
		frost_prepare(&s, 2, true);
		sign(0);
		old[0] = s.presig[0][1];
		old[1] = s.presig[1][1];
		cast_free(&s.c);
		recast_plan_refresh(&x);
		recast_start_all(&x);
		cast_run(&x.c);
		recast_check(&x);
		for (unsigned i = 0; i < 3; i++)
			s.key[i] = *tf_reshare_key(&x.run[i]);
		CHECK(tf_pt_eq(x.c.g, &s.key[0].sharing.Y, &x.source[0].sharing.Y));
		frost_clique(&s, who, 2);
		/* presignatures of the old epoch serve no more */
		cast_rooms(&s.c, tf_frost_signing_sizes(&tf_profile_small, 2, job.len));
		s.presig[0][0] = old[0];
		CHECK_ERR(frost_start_one(&s, 0, 0, &job), TF_E_USAGE);
		CHECK(s.presig[0][0].ready == 0);
		frost_prepare(&s, 1, false);
		sign(0);
		frost_free(&s);
		recast_free(&x);
	}
}

/* Another sharing beside the source: additive shares, other holders. */
TEST(frost_signs_after_resharing)
{
	static const unsigned who[3] = { 0, 1, 2 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		memset(&s, 0, sizeof(s));
		s.suite = suites[k];
		recast_init(&x, 4, frost_curve(suites[k]));
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		recast_plan_reshare(&x);
		recast_start_all(&x);
		cast_run(&x.c);
		recast_check(&x);
		for (unsigned i = 0, n = 0; i < 4; i++)
			if (tf_reshare_key(&x.run[i]))
				s.key[n++] = *tf_reshare_key(&x.run[i]);
		CHECK(s.key[0].sharing.form == TF_SHARE_ADDITIVE && s.key[0].sharing.n == 3);
		frost_clique(&s, who, 3);
		frost_prepare(&s, 1, true);
		sign(0);
		frost_free(&s);
		recast_free(&x);
	}
}

/* ---- residue ---- */

#define STACK_BYTES (512u * 1024u)

static uint8_t stack[STACK_BYTES] __attribute__((aligned(64)));
static ucontext_t outside, inside;
static void (*run_inside)(void);
static uint64_t secrets[64];
static unsigned secret_count;
static tf_frost_nonce nonce, copy;
static tf_frost_commitment commitment;
static tf_frost_bound bound;

/* Limbs of a scalar and pieces of its encodings, in both byte orders. */
static void remember(const tf_sc *a)
{
	for (unsigned i = 0; i < 4; i++) {
		if (a->d[i] >> 32 == 0)
			continue;
		CHECK(secret_count + 2 <= TF_ARRAY_LEN(secrets));
		secrets[secret_count++] = a->d[i];
		secrets[secret_count++] = __builtin_bswap64(a->d[i]);
	}
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
	run_inside();
}

/* Run on a stack of our own, painted first; how many bytes of it were used. */
static size_t on_own_stack(void (*run)(void))
{
	size_t untouched = 0;

	memset(stack, 0xa5, sizeof(stack));
	run_inside = run;
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

static void careless(void)
{
	uint64_t leak[64];

	memcpy(leak + 8, nonce.d.s.d, sizeof(nonce.d.s.d));
	__asm__ __volatile__("" : : "r"(leak) : "memory");
}

static void make_nonce(void)
{
	CHECK_OK(tf_frost_nonce_make(&nonce, &commitment, s.suite, s.c.g, &s.weights[0].w,
	                             &s.c.rng[0]));
}

static void make_share(void)
{
	tf_sc z;

	CHECK_OK(tf_frost_share(&z, &bound, 1, &copy, &s.weights[0].w));
}

static void start_signing(void)
{
	CHECK_OK(frost_start_one(&s, 0, 0, &job));
}

static void leaves_nothing(tf_frost_suite suite)
{
	tf_frost_key key;

	secret_count = 0;
	frost_init(&s, suite, 2);
	CHECK(on_own_stack(make_nonce) > 512);
	remember(&nonce.d.s);
	remember(&nonce.e.s);
	remember(&s.weights[0].w.s);
	CHECK(secret_count >= 16 && found() == 0);
	CHECK(on_own_stack(careless) > 0); /* the search can find something */
	CHECK(found() >= 3);
	commitment.id = 1;
	copy = nonce;
	tf_frost_key_init(&key, s.c.g, &s.weights[0].Y);
	CHECK_OK(tf_frost_bind(&bound, suite, s.c.g, &key, &commitment, 1, NULL, 0));
	CHECK(on_own_stack(make_share) > 512);
	CHECK(found() == 0 && copy.ready == 0);
	frost_prepare(&s, 1, true);
	remember(&s.presig[0][0].nonce.d.s);
	remember(&s.presig[0][0].nonce.e.s);
	cast_rooms(&s.c, tf_frost_signing_sizes(&tf_profile_small, 2, job.len));
	CHECK(on_own_stack(start_signing) > 4096);
	CHECK(found() == 0);
	frost_free(&s);
}

TEST(residue_of_frost)
{
#if defined(TF_SANITIZED) || defined(TF_CT_MSAN)
	tf_test_skip("sanitizers have stacks of their own");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	tf_test_skip("sanitizers have stacks of their own");
#endif
#endif
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++)
		leaves_nothing(suites[k]);
}
