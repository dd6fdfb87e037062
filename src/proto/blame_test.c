/* What a file of evidence may claim. That it convicts whom a run convicts is tested with whole
 * sessions (src/session/evidence_test.c). */
#include "proto/blame.h"

#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "proto/frost_prepare.h"
#include "proto/presign.h"
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
