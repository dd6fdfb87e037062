/* Presignatures are of one key, one sharing and one epoch: with the record of any other nothing is
 * signed, and nobody is blamed. */
#include <string.h>

#include "lib/stage_test.h"

static stage s;
static tf_presignature older[STAGE_DEVICES][4];

/* A record that the disk will not have any more. */
typedef struct kept {
	uint8_t b[TF_KEY_RECORD_BYTES];
	size_t len;
} kept;
static kept old_key[STAGE_DEVICES];

static void keep_keys(void)
{
	for (unsigned i = 0; i < s.n; i++) {
		tf_bytes key = stage_key(&s, i);

		CHECK(key.len <= sizeof(old_key[i].b));
		memcpy(old_key[i].b, key.p, key.len);
		old_key[i].len = key.len;
	}
}

static tf_bytes old_record(unsigned i)
{
	return (tf_bytes){ old_key[i].b, old_key[i].len };
}

static void begin_refresh(uint32_t epoch)
{
	size_t room = tf_reshare_room(STAGE_SMALL, s.alg, (uint16_t)s.n);

	for (unsigned i = 0; i < s.n; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2, .epoch = epoch,
		                        .epoch_used = epoch - 1 };

		for (uint16_t j = 0; j < s.n; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

static tf_err begin_sign(unsigned i, tf_bytes key, tf_presignature *presig)
{
	tf_signing_params p = { .key = key, .presignature = presig, .digest = { 0x33 } };
	size_t room = tf_signing_room(STAGE_SMALL, s.alg, (uint16_t)s.n);

	return tf_signing_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p);
}

/* The presignature is gone, and there is no machine that could have said anything. */
static void refused(unsigned i, tf_bytes key, tf_presignature *presig, tf_err want)
{
	static const tf_presignature none;

	CHECK(memcmp(presig, &none, sizeof(none)) != 0);
	CHECK_ERR(begin_sign(i, key, presig), want);
	CHECK(s.m[i] == NULL && memcmp(presig, &none, sizeof(none)) == 0);
}

/* Everybody's signature, by what are now the signers. */
static void check_signature(const uint8_t public_key[static TF_PUBLIC_KEY_BYTES])
{
	static const uint8_t digest[32] = { 0x33 };
	uint8_t key[TF_PUBLIC_KEY_BYTES];
	tf_signature sig;
	bool valid;

	stage_run(&s);
	stage_check_done(&s);
	for (unsigned i = 0; i < s.n; i++) {
		CHECK_OK(tf_signing_signature(&sig, key, s.m[i]));
		CHECK(memcmp(key, public_key, sizeof(key)) == 0);
		CHECK_OK(tf_signature_verify(&valid, s.alg, &sig, digest, key, stage_scratch()));
		CHECK(valid);
	}
}

/* A key, presignatures of its first epoch in older, and its second epoch. */
static tf_key_facts two_epochs(void)
{
	tf_key_facts facts;

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	keep_keys();
	stage_introduce(&s);
	stage_presign(&s, 4, true);
	memcpy(older, s.presig, sizeof(older));
	begin_refresh(2);
	stage_run(&s);
	stage_check_done(&s);
	facts = stage_facts(&s, 0);
	CHECK(facts.epoch == 2 && facts.committed);
	return facts;
}

TEST_SLOW(a_presignature_of_an_older_epoch_signs_nothing, 240)
{
	tf_key_facts facts = two_epochs();

	for (unsigned i = 0; i < 3; i++)
		refused(i, stage_key(&s, i), &older[i][0], TF_E_USAGE);
	stage_presign(&s, 2, true);
	for (unsigned i = 0; i < 3; i++) /* nor does a new one with a disk that was put back */
		refused(i, old_record(i), &s.presig[i][0], TF_E_USAGE);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(begin_sign(i, stage_key(&s, i), &s.presig[i][1]));
	check_signature(facts.public_key);
	stage_free(&s);
}

/* Devices 1 and 2 have committed the new epoch, 3 has not yet. */
TEST_SLOW(who_signs_in_another_epoch_blames_nobody, 240)
{
	tf_key_facts facts = two_epochs();

	stage_presign(&s, 1, true);
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(begin_sign(i, i < 2 ? stage_key(&s, i) : old_record(i),
		                    i < 2 ? &s.presig[i][0] : &older[i][0]));
	stage_run(&s);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.err[i] == TF_E_SESSION && s.verdict[i].party == TF_PARTY_NONE);
		CHECK(s.done[i] == 0 && tf_blame_size(s.m[i]) == 0);
	}
	/* before anybody has committed, the old epoch signs as ever */
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(begin_sign(i, old_record(i), &older[i][1]));
	for (unsigned i = 0; i < 3; i++)
		s.err[i] = TF_OK;
	check_signature(facts.public_key);
	stage_free(&s);
}

/* Each hears two broadcasts a round of a refresh, and two shares in the second. */
#define UP_TO_PROOFS 8u

TEST_SLOW(a_presignature_of_another_key_signs_nothing, 240)
{
	tf_key_facts facts;

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	keep_keys();
	facts = stage_facts(&s, 0);
	stage_introduce(&s);
	stage_presign(&s, 4, true);
	stage_keygen(&s, 2);
	CHECK(memcmp(stage_facts(&s, 0).public_key, facts.public_key, 33) != 0);
	for (unsigned i = 0; i < 3; i++)
		refused(i, stage_key(&s, i), &s.presig[i][0], TF_E_USAGE);
	refused(0, old_record(1), &s.presig[0][1], TF_E_USAGE); /* another's share */
	for (unsigned i = 1; i < 3; i++) /* with a memo, and without */
		refused(i, (tf_bytes){ NULL, 0 }, &s.presig[i][1], TF_E_TRUNCATED);
	for (unsigned i = 0; i < 3; i++)
		s.deaf_after[i] = UP_TO_PROOFS;
	begin_refresh(2);
	stage_run(&s);
	CHECK(!stage_facts(&s, 0).committed);
	refused(0, stage_key(&s, 0), &s.presig[0][2], TF_E_STATE);
	memset(s.deaf, 0, sizeof(s.deaf));
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(begin_sign(i, old_record(i), &s.presig[i][3]));
	check_signature(facts.public_key);
	stage_free(&s);
}
