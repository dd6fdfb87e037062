/* Known answers (tests/vectors/make_num.py), by the public way and the owner's. */
#include <stdlib.h>

#include "paillier/fixture_test.h"
#include "paillier/paillier.h"
#include "paillier/pedersen.h"

#define FIELDS_MAX 10u

static fixture fx;

typedef struct line {
	const tf_profile *pr;
	tf_bn p, q, N;
	char *field[FIELDS_MAX];
} line;

static const tf_profile *profile_of(const char *bits)
{
	const tf_profile *all[] = { &tf_profile_small, &tf_profile_p112, &tf_profile_p128 };

	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++)
		if ((uint32_t)atoi(bits) == all[i]->prime_bits)
			return all[i];
	tf_test_fail(__FILE__, __LINE__, "no profile of %s bits", bits);
}

/* Call check for every line of that kind; at least 9 must be there. */
static void for_each(const char *kind, void (*check)(const line *l))
{
	char *text = tf_test_read_file(tf_test_path("tests/vectors/num/paillier.txt"), NULL);
	char *end_line, *end_field;
	unsigned found = 0;

	fixture_init(&fx, 1);
	for (char *s = strtok_r(text, "\n", &end_line); s; s = strtok_r(NULL, "\n", &end_line)) {
		unsigned n = 0;
		line l;

		memset(&l, 0, sizeof(l));
		for (char *w = s; n < FIELDS_MAX; w = NULL)
			l.field[n++] = strtok_r(w, " ", &end_field);
		if (strcmp(l.field[0], kind) != 0)
			continue;
		l.pr = profile_of(l.field[1]);
		tf_test_primes(l.pr->prime_bits, (unsigned)atoi(l.field[2]), &l.p);
		tf_test_primes(l.pr->prime_bits, (unsigned)atoi(l.field[3]), &l.q);
		CHECK_OK(tf_bn_mul(&l.N, &l.p, &l.q));
		check(&l);
		found++;
	}
	CHECK(found >= 3);
	free(text);
}

static tf_paillier_sk sk;
static tf_paillier_pk peer;

static void keys(const line *l)
{
	CHECK_OK(tf_paillier_pk_init(&peer, l->pr, &l->N));
	CHECK_OK(tf_paillier_sk_init(&sk, l->pr, &l->p, &l->q));
	CHECK(bn_same(&sk.pk.n.m, &peer.n.m) && bn_same(&sk.pk.n2.m, &peer.n2.m));
}

static void check_enc(const line *l)
{
	const tf_paillier_pk *pks[] = { &peer, &sk.pk };
	tf_int m, back;
	tf_bn r, want, c;
	tf_paillier_dec d;

	keys(l);
	int_of_hex(&m, l->field[4]);
	bn_of_hex(&r, l->field[5]);
	bn_of_hex(&want, l->field[6]);
	for (unsigned i = 0; i < 2; i++) {
		tf_paillier_enc_start(fx.b, &c, pks[i], &r);
		CHECK_OK(tf_batch_run(fx.b));
		CHECK_OK(tf_paillier_enc_finish(&c, pks[i], &m));
		CHECK(bn_same(&c, &want));
		CHECK(tf_paillier_ct_ok(pks[i], &c));
	}
	CHECK_OK(tf_paillier_dec_start(fx.b, &d, &sk, &c));
	CHECK_OK(tf_batch_run(fx.b));
	CHECK_OK(tf_paillier_dec_finish(&back, &d, &sk));
	CHECK_OK(tf_int_mod(&r, &m, &l->N));
	CHECK_OK(tf_int_centre(&m, &r, &l->N));
	CHECK(tf_ct_reveal(tf_int_eq(&m, &back)));
}

TEST(known_ciphertexts)
{
	for_each("enc", check_enc);
}

static void check_mul(const line *l)
{
	const tf_paillier_pk *pks[] = { &peer, &sk.pk };
	tf_bn c, want, out;
	tf_int k;

	keys(l);
	int_of_hex(&k, l->field[4]);
	bn_of_hex(&c, l->field[5]);
	bn_of_hex(&want, l->field[6]);
	for (unsigned i = 0; i < 4; i++) {
		tf_paillier_mul_start(fx.b, &out, pks[i & 1], &k, 768, &c,
		                      i & 2 ? TF_SECRET : TF_PUBLIC);
		CHECK_OK(tf_batch_run(fx.b));
		CHECK(bn_same(&out, &want));
	}
}

TEST(known_multiples)
{
	for_each("mul", check_mul);
}

static void check_add(const line *l)
{
	const tf_paillier_pk *pks[] = { &peer, &sk.pk };
	tf_bn a, b, sum, diff, out;

	keys(l);
	bn_of_hex(&a, l->field[4]);
	bn_of_hex(&b, l->field[5]);
	bn_of_hex(&sum, l->field[6]);
	bn_of_hex(&diff, l->field[7]);
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(tf_paillier_add(&out, pks[i], &a, &b));
		CHECK(bn_same(&out, &sum));
		CHECK_OK(tf_paillier_sub(&out, pks[i], &a, &b));
		CHECK(bn_same(&out, &diff));
	}
}

TEST(known_sums_and_differences)
{
	for_each("add", check_add);
}

static void check_com(const line *l)
{
	static tf_rp_sec sec;
	static tf_rp pub;
	const tf_rp *rps[] = { &pub, &sec.pub };
	tf_bn t, lambda, s, want, out;
	tf_int x, y;

	bn_of_hex(&t, l->field[4]);
	bn_of_hex(&lambda, l->field[5]);
	bn_of_hex(&s, l->field[6]);
	int_of_hex(&x, l->field[7]);
	int_of_hex(&y, l->field[8]);
	bn_of_hex(&want, l->field[9]);
	CHECK_OK(tf_rp_restore(&sec, l->pr, &l->p, &l->q, &t, &lambda, &fx.mem));
	CHECK(bn_same(&sec.pub.s, &s) && bn_same(&sec.pub.t, &t));
	CHECK_OK(tf_rp_init(&pub, l->pr, &l->N, &s, &t));
	for (unsigned i = 0; i < 4; i++) {
		tf_rp_commit_start(fx.b, &out, rps[i & 1], &x, 1024, &y,
		                   2 * l->pr->prime_bits + 256, i & 2 ? TF_SECRET : TF_PUBLIC);
		CHECK_OK(tf_batch_run(fx.b));
		CHECK(bn_same(&out, &want));
	}
	tf_rp_sec_wipe(&sec);
}

TEST(known_commitments)
{
	for_each("com", check_com);
}
