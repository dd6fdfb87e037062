/* Files of who has acknowledged a refresh, and aborted it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/evidence_kit_test.h"
#include "proto/settlement.h"
#include "wire_settlement.h"

static uint8_t settle_room[STAGE_DEVICES][1 << 20];
static uint8_t shown[TF_KEY_RECORD_BYTES], both[TF_KEY_RECORD_BYTES], aborted[TF_ABORT_BYTES];
static size_t shown_len, both_len, aborted_len;

static void settle(unsigned i, bool knows)
{
	tf_settle_params p = { .algorithm = s.alg, .device = s.name[i], .seed = s.seed[i],
	                       .roster = stage_roster(&s), .committed = 1 };

	if (knows) {
		p.attempt = stage_record_find(&s, i, TF_RECORD_ATTEMPT, NULL, 0);
		p.pending = stage_record_find(&s, i, TF_RECORD_KEY, NULL, 0);
	}
	tf_machine_wipe(s.m[i]);
	s.m[i] = NULL;
	CHECK(tf_settle_room() <= sizeof(settle_room[i]));
	CHECK_OK(tf_settle_begin(&s.m[i], (tf_memory){ settle_room[i], sizeof(settle_room[i]) },
	                         &p));
}

/* All have acknowledged; device 2 shows that, and then says of the attempt that it never has. */
static void two_words(tf_algorithm alg)
{
	size_t room = tf_reshare_room(STAGE_SMALL, alg, 3);
	tf_key_facts pending;

	stage_init(&s, 3, alg);
	stage_keygen(&s, 2);
	for (unsigned i = 0; i < 3; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .form = TF_FORM_THRESHOLD, .t = 2, .epoch = 2,
		                        .epoch_used = 1 };

		for (uint16_t j = 0; j < 3; j++)
			p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
		s.deaf_after[i] = 8; /* up to the proofs, and no acknowledgement */
	}
	stage_run(&s);
	pending = stage_facts(&s, 2);
	CHECK(!pending.committed && pending.epoch == 2);
	settle(2, true);
	CHECK_OK(tf_settle_show(shown, sizeof(shown), &shown_len, s.m[2]));
	settle(2, false); /* its records are gone, or it says so */
	CHECK_OK(tf_settle_refuse(aborted, sizeof(aborted), &aborted_len, s.m[2], pending.sharing, 2,
	                          pending.hash));
}

/* Devices 0 and 1 hear both words, in this order, and write. */
static void write_files(void)
{
	for (unsigned i = 0; i < 2; i++) {
		uint8_t *scratch;
		tf_verdict v;
		size_t size, n;

		settle(i, true);
		CHECK(tf_blame_size(s.m[i]) == 0);
		CHECK_OK(tf_settle_take(s.m[i], shown, shown_len));
		CHECK_OK(tf_settle_show(both, sizeof(both), &both_len, s.m[i]));
		CHECK_ERR(tf_blame_write(both, 1, &n, s.m[i], stage_scratch()), TF_E_STATE);
		CHECK_ERR(tf_settle_abort(s.m[i], aborted, aborted_len, &v), TF_E_CONFLICT);
		CHECK(v.party == 3 && v.check == TF_CK_ABORT_HONEST);
		size = tf_blame_size(s.m[i]);
		scratch = malloc(size);
		kit_written[i].bytes = malloc(size);
		CHECK(size > 0 && scratch && kit_written[i].bytes);
		CHECK_OK(tf_blame_write(kit_written[i].bytes, size, &kit_written[i].len, s.m[i],
		                        (tf_memory){ scratch, size }));
		CHECK_ERR(tf_blame_write(kit_written[i].bytes, kit_written[i].len - 1, &n,
		                         s.m[i], (tf_memory){ scratch, size }), TF_E_CAPACITY);
		CHECK_ERR(tf_blame_write(kit_written[i].bytes, size, &n, s.m[i],
		                         (tf_memory){ scratch, 64 }), TF_E_CAPACITY);
		CHECK_OK(tf_blame_write(kit_written[i].bytes, size, &kit_written[i].len, s.m[i],
		                        (tf_memory){ scratch, size }));
		free(scratch);
	}
}

/* ---- what is done to them ---- */

static void same(tf_rec_settlement *m) { (void)m; }
static void other_key(tf_rec_settlement *m) { memcpy(m->identity, s.identity[1], 32); }
static void no_abort(tf_rec_settlement *m) { m->abort.len = 0; }
static void no_certificate(tf_rec_settlement *m) { m->certificate.len = 0; }
static void no_curve(tf_rec_settlement *m) { m->curve = 0; }

static void other_curve(tf_rec_settlement *m)
{
	m->curve = m->curve == TF_CURVE_P256 ? TF_CURVE_STARK : TF_CURVE_P256;
}

/* What nobody has signed like this. */
static void alter_abort(tf_rec_settlement *m, void (*fn)(tf_rec_attempt_abort *a), unsigned signer)
{
	static uint8_t bytes[TF_ABORT_MAX], text[TF_ABORT_MAX], room[256];
	tf_rec_attempt_abort a;
	size_t len = 0;
	tf_signer by;
	tf_secret seed;
	tf_arena mem;

	memcpy(seed.b, s.seed[signer], sizeof(seed.b));
	tf_signer_init(&by, &seed);
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_rec_attempt_abort_decode(&a, NULL, &mem, m->abort.p, m->abort.len));
	fn(&a);
	memset(a.signature, 0, sizeof(a.signature));
	CHECK_OK(tf_rec_attempt_abort_encode(text, sizeof(text), &len, NULL, &a));
	CHECK_OK(tf_sign(a.signature, &by, TF_ABORT_DOMAIN, text, len));
	CHECK_OK(tf_rec_attempt_abort_encode(bytes, sizeof(bytes), &len, NULL, &a));
	m->abort = (tf_blob){ bytes, len };
}

static void as_it_is(tf_rec_attempt_abort *a) { (void)a; }
static void of_other_epoch(tf_rec_attempt_abort *a) { a->epoch++; }
static void of_other_sharing(tf_rec_attempt_abort *a) { a->sharing[0] ^= 1; }
static void of_other_hash(tf_rec_attempt_abort *a) { a->hash[0] ^= 1; }
static void by_other_name(tf_rec_attempt_abort *a) { a->device = s.name[1]; }
static void by_no_name(tf_rec_attempt_abort *a) { a->device = ""; }

/* It has signed these: but they are aborts of something else. */
static void other_epoch(tf_rec_settlement *m) { alter_abort(m, of_other_epoch, 2); }
static void other_sharing(tf_rec_settlement *m) { alter_abort(m, of_other_sharing, 2); }
static void other_hash(tf_rec_settlement *m) { alter_abort(m, of_other_hash, 2); }
static void other_name(tf_rec_settlement *m) { alter_abort(m, by_other_name, 2); }
static void no_name(tf_rec_settlement *m) { alter_abort(m, by_no_name, 2); }
static void signed_again(tf_rec_settlement *m) { alter_abort(m, as_it_is, 2); }
static void signed_by_accuser(tf_rec_settlement *m) { alter_abort(m, as_it_is, 0); }

/* The accuser's acknowledgement, too: whose key that needs the file does not say. */
static void both_words(tf_rec_settlement *m) { m->certificate = (tf_blob){ both, both_len }; }

static bool convicts(const kit_file *f, void (*fn)(tf_rec_settlement *m))
{
	static uint8_t bytes[TF_SETTLEMENT_MAX], room[1024];
	tf_rec_settlement m;
	size_t len = 0;
	tf_arena mem;
	tf_blame b;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode_framed(&tf_rec_settlement_wire, &m, NULL, &mem, f->bytes, f->len));
	fn(&m);
	CHECK_OK(tf_wire_encode_framed(&tf_rec_settlement_wire, bytes, sizeof(bytes), &len, NULL, &m));
	if (kit_judge(&b, bytes, len) == TF_OK && !b.convicts)
		CHECK(b.parties == 0 && b.verdict.check == TF_CK_ABORT_HONEST);
	return b.convicts;
}

static void check_changes(const kit_file *f)
{
	static void (*const all[])(tf_rec_settlement *m) = {
		other_key, no_abort, no_certificate, no_curve,
		other_curve, other_epoch, other_sharing, other_hash, other_name, no_name,
		signed_by_accuser, both_words,
	};

	CHECK(convicts(f, same) && convicts(f, signed_again));
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		if (convicts(f, all[k]))
			tf_test_fail(__FILE__, __LINE__, "change %u convicts", k);
}

TEST_SLOW(evidence_of_an_acknowledgement_and_an_abort, 300)
{
	static const tf_algorithm algs[] = { TF_ALG_SCHNORR_ED25519, TF_ALG_ECDSA_P256 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(algs); k++) {
		two_words(algs[k]);
		write_files();
		for (unsigned i = 0; i < 2; i++) {
			tf_blame b;

			CHECK_OK(kit_judge(&b, kit_written[i].bytes, kit_written[i].len));
			CHECK(b.convicts && kit_is_cheat(&b) && strcmp(b.protocol, "settle") == 0);
			CHECK(b.verdict.check == TF_CK_ABORT_HONEST && b.verdict.round == 0);
			CHECK(strcmp(b.device, s.name[2]) == 0 && strcmp(b.accuser, s.name[i]) == 0);
			check_changes(&kit_written[i]);
			kit_check_damage(&kit_written[i]);
		}
		if (k == 0)
			kit_keep("settle-two-words.v1");
		kit_forget();
		stage_free(&s);
	}
}

/* Whose acknowledgement is not here is not accused by any file. */
TEST(evidence_of_a_settlement_needs_both_words)
{
	static uint8_t bytes[TF_SETTLEMENT_MAX], room[TF_SETTLEMENT_MEM];
	tf_settlement words = { .party = 3, .accuser = "device" };
	tf_verdict v;
	tf_arena mem;
	size_t len = 0;

	two_words(TF_ALG_SCHNORR_ED25519);
	settle(0, true);
	words.attempt = &s.m[0]->as.settle.attempt;
	words.identity = s.identity[2];
	words.abort = (tf_blob){ aborted, aborted_len };
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_ERR(tf_settlement_write(bytes, sizeof(bytes), &len, &words, s.m[0]->g, &mem),
	          TF_E_USAGE);
	for (words.party = 0; words.party < 5; words.party += 4)
		CHECK_ERR(tf_settlement_write(bytes, sizeof(bytes), &len, &words, s.m[0]->g, &mem),
		          TF_E_USAGE);
	words.party = 1; /* the first there is: its own acknowledgement is here */
	words.identity = s.identity[0];
	CHECK_OK(tf_settle_show(both, sizeof(both), &both_len, s.m[0]));
	CHECK_OK(tf_settlement_write(bytes, sizeof(bytes), &len, &words, s.m[0]->g, &mem));
	CHECK_OK(tf_settle_abort(s.m[0], aborted, aborted_len, &v)); /* then it is an honest abort */
	CHECK(tf_blame_size(s.m[0]) == 0);
	stage_free(&s);
}

/* The abort is heard first. */
TEST(evidence_of_an_abort_and_an_acknowledgement)
{
	static uint8_t bytes[TF_SETTLEMENT_MAX], scratch[2 * TF_SETTLEMENT_MEM];
	tf_blame b;
	size_t len;

	two_words(TF_ALG_SCHNORR_ED25519);
	settle(0, true);
	CHECK_OK(tf_settle_abort(s.m[0], aborted, aborted_len, NULL));
	CHECK(tf_blame_size(s.m[0]) == 0);
	CHECK_OK(tf_settle_take(s.m[0], shown, shown_len));
	CHECK(tf_blame_size(s.m[0]) > 0 && tf_blame_size(s.m[0]) <= sizeof(scratch));
	CHECK_OK(tf_blame_write(bytes, sizeof(bytes), &len, s.m[0],
	                        (tf_memory){ scratch, sizeof(scratch) }));
	CHECK_OK(kit_judge(&b, bytes, len));
	CHECK(b.convicts && memcmp(b.identity, s.identity[2], 32) == 0);
	stage_free(&s);
}

/* Device 1 has acknowledged a key generation, which nobody ever refuses; and it does. */
static void refuse_a_generation(tf_bytes *certificate)
{
	tf_settle_params p = { .algorithm = s.alg, .device = s.name[1], .seed = s.seed[1],
	                       .roster = stage_roster(&s) };
	static const tf_keygen_params keygen = { .t = 2, .workspace = "acme" };
	size_t room = tf_keygen_room(STAGE_SMALL, s.alg, 2);
	tf_key_facts facts;

	s.deaf_after[1] = 4; /* no acknowledgement of another */
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &keygen));
	stage_run(&s);
	facts = stage_facts(&s, 1);
	CHECK(!facts.committed);
	CHECK_OK(tf_key_certificate(certificate, s.alg, stage_key(&s, 1), stage_scratch()));
	tf_machine_wipe(s.m[1]);
	CHECK_OK(tf_settle_begin(&s.m[1], (tf_memory){ settle_room[1], sizeof(settle_room[1]) }, &p));
	CHECK_OK(tf_settle_refuse(aborted, sizeof(aborted), &aborted_len, s.m[1], facts.sharing, 1,
	                          facts.hash));
}

TEST(evidence_of_a_settlement_is_of_attempts_only)
{
	static uint8_t bytes[TF_SETTLEMENT_MAX];
	tf_rec_settlement m = { .curve = TF_CURVE_P256, .accuser = "device-1" };
	tf_bytes certificate;
	tf_blame b;
	size_t len = 0;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	refuse_a_generation(&certificate);
	memcpy(m.identity, s.identity[1], sizeof(m.identity));
	m.certificate = (tf_blob){ certificate.p, certificate.len };
	m.abort = (tf_blob){ aborted, aborted_len };
	CHECK_OK(tf_wire_encode_framed(&tf_rec_settlement_wire, bytes, sizeof(bytes), &len, NULL, &m));
	CHECK_ERR(kit_judge(&b, bytes, len), TF_E_ENCODING);
	CHECK(!b.convicts);
	stage_free(&s);
}
