#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "wire/envelope.h"

static const uint8_t payload[] = { 1, 2, 3, 4 };

static tf_envelope sample(tf_signer *signer)
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, 7, 1);
	tf_secret seed;
	tf_envelope e = { .type = TF_MSG_KEYGEN_R1, .version = 1, .round = 1, .from = 2, .to = 0,
	                  .payload = { payload, sizeof(payload) } };

	CHECK_OK(tf_rng_bytes(&rng, seed.b, sizeof(seed.b)));
	CHECK_OK(tf_rng_bytes(&rng, e.sid, sizeof(e.sid)));
	tf_ct_declassify(e.sid, sizeof(e.sid));
	tf_signer_init(signer, &seed);
	CHECK_OK(tf_envelope_sign(&e, signer));
	return e;
}

TEST(a_signed_envelope_survives_the_wire)
{
	tf_signer s;
	tf_envelope e = sample(&s), back;
	uint8_t buf[256];
	size_t len;
	tf_arena none;
	tf_fault f;

	tf_arena_init(&none, NULL, 0);
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	CHECK(len == TF_ENVELOPE_OVERHEAD + sizeof(payload));
	CHECK_OK(tf_envelope_decode(&back, NULL, &none, buf, len));
	tf_fault_at(&f, back.from, back.round);
	CHECK_OK(tf_envelope_verify(&back, s.pk, &f));
	CHECK(f.check == TF_CK_NONE);
}

/* With and without the table of the signer's key. */
static void notice(const tf_envelope *e, const tf_signer *s, const tf_ed_key *key)
{
	uint8_t text[TF_ENVELOPE_SIGNED];
	tf_fault f;

	tf_fault_at(&f, 2, 1);
	CHECK_ERR(tf_envelope_verify_by(text, e, key, s->pk, &f), TF_E_PROOF);
	CHECK(f.check == TF_CK_ENVELOPE_SIGNATURE && f.party == 2 && f.round == 1);
}

TEST(any_changed_byte_of_an_envelope_is_noticed)
{
	tf_signer s;
	tf_envelope e = sample(&s), back;
	uint8_t buf[256];
	tf_ed_key key;
	size_t len;
	tf_arena none;

	tf_arena_init(&none, NULL, 0);
	tf_ed_key_init(&key, s.pk, NULL);
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	for (size_t i = 0; i < len * 8; i++) {
		buf[i / 8] ^= (uint8_t)(1u << i % 8);
		if (tf_envelope_decode(&back, NULL, &none, buf, len) == TF_OK) {
			notice(&back, &s, NULL);
			notice(&back, &s, &key);
		}
		buf[i / 8] ^= (uint8_t)(1u << i % 8);
	}
}

TEST(two_headers_differ_by_the_payloads_hash)
{
	static const uint8_t other[] = { 1, 2, 3, 5 };
	tf_signer s;
	tf_envelope e = sample(&s);
	uint8_t one[TF_ENVELOPE_SIGNED], two[TF_ENVELOPE_SIGNED];

	tf_envelope_signed(one, &e);
	e.payload.p = other;
	tf_envelope_signed(two, &e);
	CHECK(memcmp(one, two, TF_ENVELOPE_SIGNED - 32) == 0);
	CHECK(memcmp(one, two, TF_ENVELOPE_SIGNED) != 0);
}

TEST(a_signature_is_good_for_its_domain_and_message_only)
{
	tf_signer s;
	uint8_t sig[64], big[TF_SIGN_MESSAGE_MAX + 1] = { 0 };

	(void)sample(&s);
	CHECK_OK(tf_sign(sig, &s, "a/v1", (const uint8_t *)"xyz", 3));
	CHECK(tf_sign_holds(sig, s.pk, "a/v1", (const uint8_t *)"xyz", 3));
	CHECK(!tf_sign_holds(sig, s.pk, "a/v2", (const uint8_t *)"xyz", 3));
	CHECK(!tf_sign_holds(sig, s.pk, "a/v1", (const uint8_t *)"xyy", 3));
	CHECK(!tf_sign_holds(sig, s.pk, "a/v1", (const uint8_t *)"xy", 2));
	CHECK_ERR(tf_sign(sig, &s, "a/v1", big, sizeof(big)), TF_E_USAGE);
	CHECK(!tf_sign_holds(sig, s.pk, "a/v1", big, sizeof(big)));
}

/* Another key's table is not asked, one of this key is; both say what libsodium says. */
TEST(an_envelope_is_verified_by_the_table_of_its_signer)
{
	uint8_t text[TF_ENVELOPE_SIGNED], want[TF_ENVELOPE_SIGNED];
	tf_signer s, other;
	tf_envelope e = sample(&s);
	tf_secret seed = { { 1 } };
	tf_ed_key key;

	tf_signer_init(&other, &seed);
	tf_envelope_signed(want, &e);
	tf_ed_key_init(&key, other.pk, NULL);
	CHECK_OK(tf_envelope_verify_by(text, &e, &key, s.pk, NULL));
	CHECK(memcmp(text, want, sizeof(want)) == 0);
	CHECK_ERR(tf_envelope_verify_by(text, &e, &key, other.pk, NULL), TF_E_PROOF);
	tf_ed_key_init(&key, s.pk, NULL);
	CHECK_OK(tf_envelope_verify_by(text, &e, &key, s.pk, NULL));
	CHECK_ERR(tf_envelope_verify_by(text, &e, &key, other.pk, NULL), TF_E_PROOF);
	key.good = false; /* this one it is that was asked */
	CHECK_ERR(tf_envelope_verify_by(text, &e, &key, s.pk, NULL), TF_E_PROOF);
}
