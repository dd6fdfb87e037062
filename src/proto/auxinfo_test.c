#include <string.h>

#include "base/secret.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/cast_test.h"

static cast c;
static tf_auxinfo aux[3];
static tf_moduli own[3];
static uint8_t scratch_room[1 << 22];

static tf_arena *scratch(void)
{
	static tf_arena a;

	tf_arena_init(&a, scratch_room, sizeof(scratch_room));
	return &a;
}

static void make_moduli(const tf_profile *pr, unsigned i)
{
	tf_bn p[4];

	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(pr->prime_bits, 4 * i + k, &p[k]);
	CHECK_OK(tf_moduli_make(&own[i], pr, &p[0], &p[1], &p[2], &p[3], &c.rng[i], scratch()));
}

static void start_all(const tf_profile *pr, unsigned n)
{
	cast_init(&c, n, pr, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_auxinfo_sizes(pr, (uint16_t)n));
	for (unsigned i = 0; i < n; i++) {
		tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i], .now = 1700000000 };

		make_moduli(pr, i);
		CHECK_OK(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &aux[i].r;
	}
}

static void check_outcome(const tf_profile *pr, unsigned n)
{
	cast_check_done(&c);
	for (unsigned i = 0; i < n; i++) {
		CHECK(tf_auxinfo_peer(&aux[i], i + 1) == NULL);
		for (unsigned j = 0; j < n; j++) {
			const tf_aux *a = tf_auxinfo_peer(&aux[i], j + 1);
			uint8_t x[32], y[32];

			if (i == j)
				continue;
			CHECK(a != NULL);
			CHECK_OK(tf_aux_hash(x, a, scratch()));
			CHECK_OK(tf_moduli_hash(y, &own[j], scratch()));
			CHECK(memcmp(x, y, 32) == 0);
		}
	}
	CHECK(c.records == n * (n - 1));
	for (size_t k = 0; k < c.records; k++) {
		char device[TF_DEVICE_MAX + 1];
		uint8_t x[32], y[32];
		tf_aux a;

		CHECK(c.record[k].type == TF_REC_PEER_AUX);
		CHECK_OK(tf_aux_decode(&a, device, pr, c.record[k].bytes, c.record[k].len,
		                       scratch()));
		CHECK(strlen(device) == c.record[k].key_len &&
		      memcmp(device, c.record[k].key, c.record[k].key_len) == 0);
		CHECK_OK(tf_aux_hash(x, &a, scratch()));
		CHECK_OK(tf_moduli_hash(y, &own[device[7] - '1'], scratch()));
		CHECK(memcmp(x, y, 32) == 0);
	}
	CHECK(c.longest <= tf_auxinfo_sizes(pr, (uint16_t)n).message);
}

TEST(auxinfo_introduces_two_and_three)
{
	for (unsigned n = 2; n <= 3; n++) {
		start_all(&tf_profile_small, n);
		cast_run(&c);
		check_outcome(&tf_profile_small, n);
		cast_free(&c);
	}
}

/* A fault in its own arithmetic: the party ends its run, its proof does not leave, and nobody is
 * named for it. */
TEST(auxinfo_does_not_send_a_proof_that_came_out_wrong)
{
	start_all(&tf_profile_small, 2);
	own[0].sk.n_inv_phi.d[0] ^= 2;
	cast_run(&c);
	CHECK(c.err[0] == TF_E_FAULT && tf_rounds_state(c.run[0]) == TF_RUN_FAILED);
	CHECK(c.fault[0].check == TF_CK_NONE && c.err[1] == TF_OK && c.records == 0);
	CHECK(tf_rounds_state(c.run[1]) == TF_RUN_RUNNING);
	for (size_t k = 0; k < c.posted; k++)
		CHECK(c.mail[k].from != 1 || (!cast_is(&c.mail[k], TF_MSG_AUX_R3, NULL) &&
		                              !cast_is(&c.mail[k], TF_MSG_AUX_FAC, NULL)));
	cast_free(&c);
}

/* Whether p and q are prime nobody looks at again; but some have a factor in common now. */
static void check_damaged_primes(uint8_t *record, size_t len)
{
	uint8_t *p = record + 4 + 12 + 80 - 1, *q = p + 80; /* their last bytes */
	static tf_moduli back;
	unsigned refused = 0;

	for (uint8_t k = 0; k < 64; k++) {
		uint8_t dp = (uint8_t)(2 * (k % 8) + 2), dq = (uint8_t)(2 * (k / 8) + 2);
		tf_err err;

		*p ^= dp;
		*q ^= dq;
		err = tf_moduli_decode(&back, &tf_profile_small, record, len, scratch());
		CHECK(err == TF_OK || err == TF_E_ENCODING);
		refused += err != TF_OK;
		*p ^= dp;
		*q ^= dq;
	}
	CHECK(refused > 0);
}

TEST(moduli_survive_their_record)
{
	static uint8_t record[8192];
	static tf_moduli back;
	size_t len, cap = tf_moduli_length(&tf_profile_small);
	uint8_t x[32], y[32];
	tf_bn p[4];

	cast_init(&c, 2, &tf_profile_small, TF_CURVE_SECP256K1);
	make_moduli(&tf_profile_small, 0);
	own[0].generation = 7;
	own[0].created = 1234567890123;
	CHECK_ERR(tf_moduli_encode(record, cap - 1, &len, &own[0], &tf_profile_small, scratch()),
	          TF_E_CAPACITY);
	CHECK_OK(tf_moduli_encode(record, cap, &len, &own[0], &tf_profile_small, scratch()));
	CHECK(len == cap);
	CHECK_OK(tf_moduli_decode(&back, &tf_profile_small, record, len, scratch()));
	CHECK(back.generation == 7 && back.created == 1234567890123);
	CHECK_OK(tf_moduli_hash(x, &own[0], scratch()));
	CHECK_OK(tf_moduli_hash(y, &back, scratch()));
	CHECK(memcmp(x, y, 32) == 0 && tf_ct_reveal(tf_bn_eq(&back.rp.lambda, &own[0].rp.lambda)));
	CHECK_ERR(tf_moduli_decode(&back, &tf_profile_small, record, len - 1, scratch()),
	          TF_E_TRUNCATED);
	check_damaged_primes(record, len);
	record[1] ^= 1; /* another type */
	CHECK_ERR(tf_moduli_decode(&back, &tf_profile_small, record, len, scratch()),
	          TF_E_UNSUPPORTED);
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, k, &p[k]);
	/* the same prime in N and Nhat; lengths of another profile */
	CHECK_ERR(tf_moduli_make(&back, &tf_profile_small, &p[0], &p[1], &p[2], &p[0], &c.rng[0],
	                         scratch()), TF_E_ENCODING);
	CHECK_ERR(tf_moduli_make(&back, &tf_profile_p128, &p[0], &p[1], &p[2], &p[3], &c.rng[0],
	                         scratch()), TF_E_ENCODING);
	cast_free(&c);
}
