#include <string.h>

#include "harness/harness.h"
#include "harness/primes.h"
#include "harness/tape.h"
#include "paillier/paillier.h"

static uint8_t memory[1u << 20];

/* A tiny key under which every plaintext and every randomness can be tried. */
TEST(every_plaintext_and_randomness_of_a_tiny_key)
{
	static tf_paillier_sk sk;
	tf_arena mem;
	tf_batch *b;
	tf_bn p, q;

	tf_bn_set_u64(&p, 19);
	tf_bn_set_u64(&q, 23);
	CHECK_OK(tf_paillier_sk_init_any(&sk, &p, &q));
	tf_arena_init(&mem, memory, sizeof(memory));
	CHECK_OK(tf_batch_init(&b, &mem, 2));
	for (uint64_t r = 1; r < 437; r++) {
		tf_bn rb, rn;

		if (r % 19 == 0 || r % 23 == 0)
			continue;
		tf_bn_set_u64(&rb, r);
		tf_paillier_enc_start(b, &rn, &sk.pk, &rb);
		CHECK_OK(tf_batch_run(b));
		for (int64_t m = -218; m <= 218; m++) {
			tf_paillier_dec d;
			tf_bn mag, c = rn;
			tf_int in, out;

			tf_bn_set_u64(&mag, (uint64_t)(m < 0 ? -m : m));
			tf_int_set(&in, &mag, m < 0 ? ~(tf_ct)0 : 0);
			CHECK_OK(tf_paillier_enc_finish(&c, &sk.pk, &in));
			CHECK(tf_paillier_ct_ok(&sk.pk, &c));
			CHECK_OK(tf_paillier_dec_start(b, &d, &sk, &c));
			CHECK_OK(tf_batch_run(b));
			CHECK_OK(tf_paillier_dec_finish(&out, &d, &sk));
			CHECK(tf_ct_reveal(tf_int_eq(&in, &out)));
		}
	}
}
