/* Codecs of secrets, and signatures, under the tools of the ct presets: what came from the rng is
 * marked secret, and time depends on lengths alone. */
#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "wire/envelope.h"
#include "wire_records.h"

static uint8_t memory[1 << 16], group_memory[1 << 16];
static tf_tape tape;

static tf_wire_env environment(tf_rng *rng, tf_arena *mem)
{
	tf_wire_env env = { .pr = &tf_profile_small, .n = 3, .batch = 1 };
	tf_arena fixed;

	*rng = tf_tape_init(&tape, tf_test_seed(), 1);
	tf_arena_init(mem, memory, sizeof(memory));
	tf_arena_init(&fixed, group_memory, sizeof(group_memory));
	CHECK_OK(tf_group_init(&env.g, TF_CURVE_SECP256K1, NULL, &fixed));
	return env;
}

TEST(constant_time_share_records)
{
	static const uint8_t certificate[40] = { 7 };
	tf_rec_key_share m = { .index = 2, .certificate = { certificate, sizeof(certificate) } };
	tf_rec_key_share back;
	tf_msg_keygen_share share, got;
	uint8_t buf[512], again[512];
	size_t len, n;
	tf_arena mem;
	tf_rng rng;
	tf_wire_env env = environment(&rng, &mem);

	CHECK_OK(tf_sc_random(env.g, &m.x, &rng));
	CHECK_OK(tf_rec_key_share_encode(buf, sizeof(buf), &len, &env, &m));
	CHECK_OK(tf_rec_key_share_decode(&back, &env, &mem, buf, len));
	CHECK_OK(tf_rec_key_share_encode(again, sizeof(again), &n, &env, &back));
	CHECK(n == len && tf_ct_reveal(tf_ct_bytes_eq(buf, again, len)));
	share.f = m.x;
	CHECK_OK(tf_msg_keygen_share_encode(buf, sizeof(buf), &len, &env, &share));
	CHECK_OK(tf_msg_keygen_share_decode(&got, &env, &mem, buf, len));
	CHECK(tf_ct_reveal(tf_sc_eq(&got.f.s, &share.f.s)));
}

TEST(constant_time_moduli_records)
{
	uint8_t buf[2048], again[2048];
	tf_rec_own_moduli m = { .generation = 1 }, back;
	size_t len, n;
	tf_arena mem;
	tf_rng rng;
	tf_wire_env env = environment(&rng, &mem);
	tf_bn *const primes[] = { &m.p, &m.q, &m.p_hat, &m.q_hat };

	for (unsigned i = 0; i < TF_ARRAY_LEN(primes); i++)
		CHECK_OK(tf_bn_random_bits(primes[i], env.pr->prime_bits, &rng));
	CHECK_OK(tf_bn_random_bits(&m.lambda, 2 * env.pr->prime_bits, &rng));
	tf_bn_set_u64(&m.t, 9);
	CHECK_OK(tf_rec_own_moduli_encode(buf, sizeof(buf), &len, &env, &m));
	CHECK_OK(tf_rec_own_moduli_decode(&back, &env, &mem, buf, len));
	CHECK_OK(tf_rec_own_moduli_encode(again, sizeof(again), &n, &env, &back));
	CHECK(n == len && tf_ct_reveal(tf_ct_bytes_eq(buf, again, len)));
}

TEST(constant_time_signatures)
{
	tf_envelope e = { .type = TF_MSG_KEYGEN_R1, .version = 1, .from = 1 };
	tf_signer signer;
	tf_secret seed;
	tf_arena mem;
	tf_rng rng;

	(void)environment(&rng, &mem);
	CHECK_OK(tf_rng_bytes(&rng, seed.b, sizeof(seed.b)));
	tf_signer_init(&signer, &seed);
	CHECK_OK(tf_envelope_sign(&e, &signer));
	CHECK_OK(tf_envelope_verify(&e, signer.pk, NULL));
	tf_signer_on(&signer, tf_kernel_ifma()); /* NULL, that is libsodium, where there is none */
	CHECK((signer.kernel != NULL) == (tf_kernel_ifma() != NULL));
	CHECK_OK(tf_envelope_sign(&e, &signer));
	CHECK_OK(tf_envelope_verify(&e, signer.pk, NULL));
	tf_signer_on(&signer, NULL);
	CHECK(!signer.kernel);
}
