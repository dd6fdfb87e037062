/* What a file of evidence may claim. That it convicts whom a run convicts is tested with whole
 * sessions (src/session/evidence_test.c). */
#include "proto/blame.h"

#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "proto/blame_impl.h"
#include "wire_evidence.h"

#define SAMPLE "tests/vectors/evidence/keygen-commitment.v2"

static tf_rec_evidence m;
static uint8_t *file;
static size_t file_len;

static void open_sample(void)
{
	static uint8_t room[1 << 16] __attribute__((aligned(64)));
	tf_arena mem;

	free(file);
	file = (uint8_t *)tf_test_read_file(tf_test_path(SAMPLE), &file_len);
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode_framed(&tf_rec_evidence_wire, &m, NULL, &mem, file, file_len));
	CHECK(m.parties_n == 3 && m.stage == TF_KEYGEN && m.protocol == TF_KEYGEN);
}

/* Is what m says a claim that can be judged? */
static bool can_be(void)
{
	static uint8_t bytes[1 << 18];
	size_t len;

	CHECK_OK(tf_wire_encode_framed(&tf_rec_evidence_wire, bytes, sizeof(bytes), &len, NULL, &m));
	return tf_evidence_judge_mem(bytes, len) != 0;
}

TEST(evidence_claims_something_of_parties_that_are)
{
	for (uint32_t n = 1; n <= 3; n++)
		for (uint16_t self = 0; self <= 4; self++)
			for (uint16_t party = 0; party <= 4; party++) {
				open_sample();
				m.parties_n = n;
				m.self = self;
				m.party = party;
				CHECK(can_be() == (n >= 2 && self >= 1 && self <= n && party >= 1 &&
				                   party <= n));
			}
}

TEST(evidence_claims_something_of_protocols_that_are)
{
	for (unsigned protocol = 0; protocol <= TF_FROST_SIGN + 1u; protocol++)
		for (unsigned stage = 0; stage <= TF_FROST_SIGN + 1u; stage++) {
			bool inside = protocol == TF_SIGN && stage == TF_PRESIGN;
			bool run = stage >= TF_KEYGEN && stage <= TF_FROST_SIGN &&
			           stage != TF_STAGE_RESHARE;

			open_sample();
			m.protocol = (uint8_t)protocol;
			m.stage = (uint8_t)stage;
			CHECK(can_be() == (run && (stage == protocol || inside)));
		}
}

TEST(evidence_claims_something_of_as_many_items_as_can_be)
{
	static const tf_protocol all[] = { TF_KEYGEN, TF_AUXINFO, TF_PRESIGN, TF_SIGN,
	                                   TF_FROST_PREPARE, TF_FROST_SIGN };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		for (uint32_t batch = 0; batch <= TF_PRESIGN_BATCH_MAX + 1; batch++) {
			uint32_t most = all[k] == TF_PRESIGN         ? TF_PRESIGN_BATCH_MAX
			                : all[k] == TF_FROST_PREPARE ? TF_FROST_BATCH_MAX : 1;

			open_sample();
			m.protocol = m.stage = (uint8_t)all[k];
			m.batch = batch;
			CHECK(can_be() == (batch >= 1 && batch <= most));
		}
}

/* No presigning begins whose messages fit into no envelope: of such a one there is no evidence, and
 * nobody asks for gigabytes to judge a file of some hundred bytes. */
TEST(evidence_speaks_of_runs_that_can_be)
{
	for (uint32_t n = 2; n <= TF_PARTIES_MAX; n += 7)
		for (uint32_t batch = 1; batch <= TF_PRESIGN_BATCH_MAX; batch++) {
			static uint8_t bytes[4096], little[1 << 16];
			tf_testimony_party party[TF_PARTIES_MAX];
			tf_rec_testimony t = { .profile = tf_profile_p128.name,
			                       .curve = TF_CURVE_SECP256K1,
			                       .stage = TF_STAGE_PRESIGN, .parties = party,
			                       .parties_n = n, .self = 1, .party = 2, .round = 4,
			                       .check = TF_CK_ALERT_DUE, .batch = batch };
			tf_run_sizes run = tf_presign_sizes(&tf_profile_p128, (uint16_t)n, batch);
			bool fits = run.message <= TF_ENVELOPE_MAX;
			tf_evidence_verdict v;
			tf_arena mem;
			size_t len;

			for (uint32_t i = 0; i < n; i++)
				party[i] = (tf_testimony_party){ .device = "d", .slot = (uint16_t)i };
			CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, bytes, sizeof(bytes),
			                               &len, NULL, &t));
			CHECK((tf_evidence_judge_mem(bytes, len) != 0) == fits);
			CHECK(tf_evidence_judge_mem(bytes, len) < (size_t)512 << 20);
			tf_arena_init(&mem, little, sizeof(little));
			if (!fits)
				CHECK_ERR(tf_evidence_judge(&v, bytes, len, &mem), TF_E_ENCODING);
		}
}

/* The first bytes that the judge of this file draws. */
static void draw(uint8_t out[static 2 * 32])
{
	static uint8_t bytes[1 << 18], room[1 << 20] __attribute__((aligned(64)));
	static tf_court court;
	tf_arena mem;
	size_t len;

	CHECK_OK(tf_wire_encode_framed(&tf_rec_evidence_wire, bytes, sizeof(bytes), &len, NULL, &m));
	tf_arena_init(&mem, room, sizeof(room));
	court = (tf_court){ .mem = &mem };
	CHECK_OK(tf_court_open(&court, bytes, len, &mem));
	for (unsigned k = 0; k < 2; k++)
		CHECK_OK(court.rng.fill(court.rng.ctx, out + 32 * k, 32));
}

/* It hangs on all that the file says, the accuser's own messages for instance: whoever is accused
 * has chosen its numbers before. Everybody who judges the file draws the same. */
TEST(judges_draw_what_nobody_knew_before)
{
	uint8_t first[64], again[64];

	open_sample();
	draw(first);
	draw(again);
	CHECK(memcmp(first, again, sizeof(first)) == 0);
	CHECK(memcmp(first, first + 32, 32) != 0);
	m.messages[0] = m.messages[1];
	draw(again);
	CHECK(memcmp(first, again, 32) != 0 && memcmp(first + 32, again + 32, 32) != 0);
	open_sample();
	m.round ^= 1;
	draw(again);
	CHECK(memcmp(first, again, 32) != 0);
}
