#include "paillier/fixture_test.h"
#include "paillier/paillier.h"

static fixture fx;
static tf_paillier_sk sk;

static void decrypt(tf_int *m, const tf_bn *c)
{
	tf_paillier_dec d;

	CHECK_OK(tf_paillier_dec_start(fx.b, &d, &sk, c));
	CHECK_OK(tf_batch_run(fx.b));
	CHECK_OK(tf_paillier_dec_finish(m, &d, &sk));
}

static void encrypt(tf_bn *c, const tf_paillier_pk *pk, const tf_int *m, const tf_bn *r)
{
	tf_paillier_enc_start(fx.b, c, pk, r);
	CHECK_OK(tf_batch_run(fx.b));
	CHECK_OK(tf_paillier_enc_finish(c, pk, m));
}

static void keys(unsigned i, unsigned j)
{
	tf_bn p, q;

	tf_test_primes(640, i, &p);
	tf_test_primes(640, j, &q);
	CHECK_OK(tf_paillier_sk_init(&sk, &tf_profile_small, &p, &q));
}

/* (1 + m N) r^N mod N^2 by the schoolbook. */
static uint64_t textbook(uint64_t m, uint64_t r, uint64_t n)
{
	uint64_t c = 1 + m * n;

	for (uint64_t i = 0; i < n; i++)
		c = c * r % (n * n);
	return c;
}

/* A tiny key under which every plaintext and every randomness can be tried. */
TEST(every_plaintext_and_randomness_of_a_tiny_key)
{
	uint8_t seen[437 * 437] = { 0 };
	tf_bn p, q;

	fixture_init(&fx, 1);
	tf_bn_set_u64(&p, 19);
	tf_bn_set_u64(&q, 23);
	CHECK_OK(tf_paillier_sk_init_any(&sk, &p, &q));
	for (uint64_t r = 1; r < 437; r++) {
		tf_bn rb, rn;

		if (r % 19 == 0 || r % 23 == 0)
			continue;
		tf_bn_set_u64(&rb, r);
		tf_paillier_enc_start(fx.b, &rn, &sk.pk, &rb);
		CHECK_OK(tf_batch_run(fx.b));
		CHECK(rn.d[0] == textbook(0, r, 437));
		for (int64_t m = -218; m <= 218; m++) {
			tf_bn c = rn;
			tf_int in, out;

			int_of_i64(&in, m);
			CHECK_OK(tf_paillier_enc_finish(&c, &sk.pk, &in));
			CHECK(tf_paillier_ct_ok(&sk.pk, &c));
			CHECK(c.d[0] < sizeof(seen) && !seen[c.d[0]]);
			seen[c.d[0]] = 1;
			decrypt(&out, &c);
			CHECK(tf_ct_reveal(tf_int_eq(&in, &out)));
		}
	}
	/* encryption reached every valid ciphertext, and nothing else is valid */
	for (uint64_t v = 0; v < 2 * sizeof(seen); v++) {
		tf_bn c;

		tf_bn_set_u64(&c, v);
		CHECK(tf_paillier_ct_ok(&sk.pk, &c) == (v < sizeof(seen) && seen[v]));
	}
}

/* Every plaintext of a key of two 8-bit primes, and samples of one of two 16-bit primes. */
TEST(plaintexts_of_small_keys)
{
	const uint64_t primes[][2] = { { 239, 251 }, { 65267, 65423 } };

	fixture_init(&fx, 2);
	for (unsigned k = 0; k < 2; k++) {
		uint64_t n = primes[k][0] * primes[k][1];
		int64_t half = (int64_t)(n / 2), step = k ? 100003 : 1;
		tf_bn p, q;

		tf_bn_set_u64(&p, primes[k][0]);
		tf_bn_set_u64(&q, primes[k][1]);
		CHECK_OK(tf_paillier_sk_init_any(&sk, &p, &q));
		for (int64_t m = -half; m <= half; m += step) {
			tf_int in, out;
			tf_bn r, c;

			CHECK_OK(tf_bn_random_unit(&r, &sk.pk.n.m, &fx.rng));
			int_of_i64(&in, m);
			encrypt(&c, &sk.pk, &in, &r);
			decrypt(&out, &c);
			CHECK(tf_ct_reveal(tf_int_eq(&in, &out)));
		}
	}
}

/* The edges of (-N/2, N/2), and what lies beyond: m and m - N are the same plaintext. */
TEST(decryption_is_centred)
{
	tf_bn half, one, r, c;
	tf_int top, bottom, over, out;

	fixture_init(&fx, 3);
	keys(0, 1);
	tf_bn_set_u64(&one, 1);
	tf_bn_shr(&half, &sk.pk.n.m, 1);
	tf_int_set(&top, &half, 0);
	tf_int_neg(&bottom, &top);
	CHECK_OK(tf_bn_add(&half, &half, &one));
	tf_int_set(&over, &half, 0);
	CHECK_OK(tf_bn_random_unit(&r, &sk.pk.n.m, &fx.rng));
	encrypt(&c, &sk.pk, &top, &r);
	decrypt(&out, &c);
	CHECK(tf_ct_reveal(tf_int_eq(&out, &top)));
	encrypt(&c, &sk.pk, &bottom, &r);
	decrypt(&out, &c);
	CHECK(tf_ct_reveal(tf_int_eq(&out, &bottom)));
	encrypt(&c, &sk.pk, &over, &r);
	decrypt(&out, &c);
	CHECK(tf_ct_reveal(tf_int_eq(&out, &bottom)));
}

/* dec(k (.) enc(a) (+) enc(b) (-) enc(d)) = k a + b - d, signs included. */
TEST(homomorphisms)
{
	static tf_paillier_pk peer;

	fixture_init(&fx, 4);
	keys(2, 3);
	CHECK_OK(tf_paillier_pk_init(&peer, &tf_profile_small, &sk.pk.n.m));
	for (unsigned i = 0; i < 12; i++) {
		const tf_paillier_pk *pk = i & 1 ? &peer : &sk.pk;
		tf_int a, b, d, k, want, got;
		tf_bn r, ca, cb, cd, c;

		CHECK_OK(tf_int_random(&a, 256, NULL, &fx.rng));
		CHECK_OK(tf_int_random(&b, 832, NULL, &fx.rng));
		CHECK_OK(tf_int_random(&d, 500, NULL, &fx.rng));
		CHECK_OK(tf_int_random(&k, 256, NULL, &fx.rng));
		CHECK_OK(tf_bn_random_unit(&r, &pk->n.m, &fx.rng));
		encrypt(&ca, pk, &a, &r);
		encrypt(&cb, pk, &b, &r);
		encrypt(&cd, pk, &d, &r);
		if (i % 4 >= 2) {
			tf_ct_declassify(&k, sizeof(k));
			tf_ct_declassify(&ca, sizeof(ca));
		}
		tf_paillier_mul_start(fx.b, &c, pk, &k, 257, &ca, i % 4 < 2 ? TF_SECRET : TF_PUBLIC);
		CHECK_OK(tf_batch_run(fx.b));
		CHECK_OK(tf_paillier_add(&c, pk, &c, &cb));
		CHECK_OK(tf_paillier_sub(&c, pk, &c, &cd));
		CHECK_OK(tf_int_muladd(&want, &k, &a, &b));
		CHECK_OK(tf_int_sub(&want, &want, &d));
		decrypt(&got, &c);
		CHECK(tf_ct_reveal(tf_int_eq(&got, &want)));
	}
}

TEST(nth_root_exponent_undoes_the_nth_power)
{
	tf_bn r, c, root;

	fixture_init(&fx, 5);
	keys(4, 5);
	CHECK_OK(tf_bn_random_unit(&r, &sk.pk.n.m, &fx.rng));
	tf_batch_power(fx.b, &c, &sk.pk.n,
	               &(tf_power){ .base = &r, .nat = &sk.pk.n.m, .bits = 1280,
	                            .secrecy = TF_SECRET },
	               1);
	CHECK_OK(tf_batch_run(fx.b));
	tf_batch_power(fx.b, &root, &sk.pk.n,
	               &(tf_power){ .base = &c, .nat = &sk.n_inv_phi, .bits = 1280,
	                            .secrecy = TF_SECRET },
	               1);
	CHECK_OK(tf_batch_run(fx.b));
	CHECK(bn_same(&root, &r));
	CHECK(!bn_same(&c, &r));
}

TEST(invalid_ciphertexts)
{
	tf_bn c, one;

	fixture_init(&fx, 6);
	keys(0, 1);
	tf_bn_set_u64(&one, 1);
	CHECK(tf_paillier_ct_ok(&sk.pk, &one));
	tf_bn_set_u64(&c, 0);
	CHECK(!tf_paillier_ct_ok(&sk.pk, &c));
	CHECK(!tf_paillier_ct_ok(&sk.pk, &sk.pk.n.m));
	CHECK(!tf_paillier_ct_ok(&sk.pk, &sk.pk.n2.m));
	CHECK(!tf_paillier_ct_ok(&sk.pk, &sk.f.p));
	CHECK(!tf_paillier_ct_ok(&sk.pk, &sk.f.q2.m));
	CHECK_OK(tf_bn_add(&c, &sk.pk.n2.m, &one));
	CHECK(!tf_paillier_ct_ok(&sk.pk, &c));
	(void)tf_bn_sub(&c, &sk.pk.n2.m, &one);
	CHECK(tf_paillier_ct_ok(&sk.pk, &c));
	CHECK_ERR(tf_paillier_sub(&c, &sk.pk, &one, &sk.f.p), TF_E_USAGE);
}

/* A prime at distance d from p need not be prime to be refused. */
TEST(keys_that_cannot_be_are_refused)
{
	const tf_profile *pr = &tf_profile_small;
	static tf_paillier_pk pk;
	tf_bn p, q, x, d;

	tf_test_primes(640, 0, &p);
	tf_test_primes(640, 1, &q);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &p), TF_E_ENCODING);
	CHECK_ERR(tf_paillier_sk_init(&sk, &tf_profile_p112, &p, &q), TF_E_ENCODING);
	for (size_t i = 0; i < sizeof(sk); i++)
		CHECK(((const uint8_t *)&sk)[i] == 0);
	tf_test_primes(1024, 0, &x);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &x), TF_E_ENCODING);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &x, &q), TF_E_ENCODING);

	/* 1 modulo 4 */
	x = q;
	x.d[0] ^= 2;
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &x), TF_E_ENCODING);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &x, &p), TF_E_ENCODING);

	/* too near: 2^540 is allowed, the next smaller multiple of 4 is not */
	tf_bn_set_u64(&d, 4);
	(void)tf_bn_sub(&x, &p, &d);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &x), TF_E_ENCODING);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &x, &p), TF_E_ENCODING);
	tf_bn_set_u64(&d, 1);
	CHECK_OK(tf_bn_shl(&d, &d, 540));
	(void)tf_bn_sub(&x, &p, &d);
	CHECK_OK(tf_paillier_sk_init(&sk, pr, &p, &x));
	CHECK_OK(tf_paillier_sk_init(&sk, pr, &x, &p));
	tf_bn_set_u64(&d, 4);
	CHECK_OK(tf_bn_add(&x, &x, &d));
	tf_bn_resize(&x, 10);
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &x), TF_E_ENCODING);

	/* both long enough, their product is not */
	tf_bn_set_u64(&x, 3);
	tf_bn_resize(&x, 10);
	x.d[9] = (mp_limb_t)1 << 63;
	CHECK_ERR(tf_paillier_sk_init(&sk, pr, &p, &x), TF_E_ENCODING);

	CHECK_OK(tf_bn_mul(&x, &p, &q));
	CHECK_OK(tf_paillier_pk_init(&pk, pr, &x));
	x.d[0] ^= 1;
	CHECK_ERR(tf_paillier_pk_init(&pk, pr, &x), TF_E_ENCODING);
	x.d[0] ^= 1;
	x.d[19] >>= 1;
	CHECK_ERR(tf_paillier_pk_init(&pk, pr, &x), TF_E_ENCODING);
	x.d[19] = 1;
	tf_bn_resize(&x, 21);
	x.d[20] = 1;
	CHECK_ERR(tf_paillier_pk_init(&pk, pr, &x), TF_E_ENCODING);
}

/* Key, randomness and plaintext are classified all the way (see num/ct_test.c). */
TEST_SLOW(constant_time_paillier, 300)
{
	static tf_paillier_pk peer;
	tf_bn p, q, N, r, c, sum;
	tf_int m, k, want, got;

	fixture_init(&fx, 7);
	tf_test_primes(640, 6, &p);
	tf_test_primes(640, 7, &q);
	CHECK_OK(tf_bn_mul(&N, &p, &q));
	tf_ct_classify(p.d, sizeof(p.d));
	tf_ct_classify(q.d, sizeof(q.d));
	CHECK_OK(tf_paillier_sk_init(&sk, &tf_profile_small, &p, &q));
	CHECK_OK(tf_paillier_pk_init(&peer, &tf_profile_small, &N));
	CHECK_OK(tf_bn_random_unit(&r, &N, &fx.rng));
	CHECK_OK(tf_int_random(&m, 832, NULL, &fx.rng));
	CHECK_OK(tf_int_random(&k, 256, NULL, &fx.rng));
	encrypt(&c, &peer, &m, &r);
	encrypt(&sum, &sk.pk, &m, &r);
	CHECK(bn_same(&c, &sum));
	tf_ct_declassify(&c, sizeof(c));
	CHECK(tf_paillier_ct_ok(&peer, &c) && tf_paillier_ct_ok(&sk.pk, &c));
	tf_paillier_mul_start(fx.b, &sum, &peer, &k, 257, &c, TF_SECRET);
	CHECK_OK(tf_batch_run(fx.b));
	CHECK_OK(tf_paillier_add(&c, &peer, &c, &sum));
	CHECK_OK(tf_int_muladd(&want, &k, &m, &m));
	decrypt(&got, &c);
	CHECK(tf_ct_reveal(tf_int_eq(&got, &want)));
	tf_paillier_sk_wipe(&sk);
}
