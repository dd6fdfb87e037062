/* How much stack calls of the library take: each step in a thread of TF_STACK_BYTES, whose stack is
 * painted before. What a call needs depends on no level: numbers have room for the largest. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/evidence_kit_test.h"

#define PAINT 0xa5
#define GUARD 65536u

static uint8_t *ground;

static void *call(void *fn)
{
	(*(void (**)(void))fn)();
	return NULL;
}

/* Bytes of stack that fn has touched; it dies if they are more than TF_STACK_BYTES. */
static size_t used_by(void (*fn)(void))
{
	pthread_attr_t attr;
	pthread_t thread;
	size_t untouched = 0;

	memset(ground + GUARD, PAINT, TF_STACK_BYTES);
	CHECK(pthread_attr_init(&attr) == 0);
	CHECK(pthread_attr_setstack(&attr, ground + GUARD, TF_STACK_BYTES) == 0);
	CHECK(pthread_create(&thread, &attr, call, &fn) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	pthread_attr_destroy(&attr);
	while (untouched < TF_STACK_BYTES && ground[GUARD + untouched] == PAINT)
		untouched++;
	return TF_STACK_BYTES - untouched;
}

static void make_key(void)
{
	stage_keygen(&s, 2);
}

static void introduce(void)
{
	stage_introduce(&s);
}

static void presign(void)
{
	stage_presign(&s, 2, true);
}

static void sign(void)
{
	static const uint8_t digest[32] = { 1 };

	stage_begin_sign(&s, 0, "m/44/60/0/0/7", digest);
	stage_run(&s);
	stage_check_done(&s);
}

static void refresh(void)
{
	size_t room = tf_reshare_room(STAGE_SMALL, s.alg, (uint16_t)s.n);

	for (unsigned i = 0; i < s.n; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2, .epoch = 2,
		                        .epoch_used = 1 };

		for (uint16_t j = 0; j < s.n; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
	stage_run(&s);
	stage_check_done(&s);
}

static void open_certificate(void)
{
	tf_bytes certificate;
	tf_key_facts facts;

	CHECK_OK(tf_key_certificate(&certificate, s.alg, stage_key(&s, 0), stage_scratch()));
	CHECK_OK(tf_certificate_open(&facts, s.alg, certificate, stage_roster(&s),
	                             stage_scratch()));
}

/* Not to the end: how deep it goes does not depend on luck. */
static bool soon_enough(void *ctx, uint64_t candidates)
{
	(void)ctx;
	return candidates < 2000;
}

static void find_prime(void)
{
	static uint8_t prime[256];
	tf_err err = tf_prime_find(prime, sizeof(prime), TF_LEVEL_P128, &s.clique[0].random,
	                           TF_USE_FASTEST, soon_enough, NULL, stage_scratch());

	CHECK(err == TF_OK || err == TF_E_CANCELLED);
}

static void judge(void)
{
	static const char sample[] = "tests/vectors/evidence/presign-alert.v2";
	size_t len;
	char *file = tf_test_read_file(tf_test_path(sample), &len);
	tf_blame b;

	CHECK_OK(kit_judge(&b, (const uint8_t *)file, len));
	free(file);
}

TEST_SLOW(no_call_takes_more_stack_than_is_said, 300)
{
	static const struct {
		const char *what;
		void (*fn)(void);
	} all[] = {
		{ "key generation", make_key }, { "introductions", introduce },
		{ "presigning", presign }, { "signing", sign }, { "refresh", refresh },
		{ "certificate", open_certificate }, { "prime", find_prime }, { "judging", judge },
	};
	size_t most = 0;

#if defined(TF_SANITIZED) || defined(TF_CT_MSAN)
	tf_test_skip("sanitizers have stack frames of their own size");
#endif
	ground = mmap(NULL, GUARD + TF_STACK_BYTES, PROT_READ | PROT_WRITE,
	              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(ground != MAP_FAILED && mprotect(ground, GUARD, PROT_NONE) == 0);
	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	for (size_t k = 0; k < TF_ARRAY_LEN(all); k++) {
		size_t used = used_by(all[k].fn);

		printf("%s: %zu bytes of stack\n", all[k].what, used);
		most = used > most ? used : most;
	}
	CHECK(most > 65536 && most <= TF_STACK_BYTES); /* what was below is wiped by each call */
	stage_free(&s);
	munmap(ground, GUARD + TF_STACK_BYTES);
}
