/* Honest runs in court: whatever a file of one claims, nobody is convicted by it. */
#include <stdlib.h>
#include <string.h>

#include "proto/frost_stage_test.h"
#include "proto/judged_test.h"
#include "proto/machines_test.h"

/* Of everybody, to everybody: all that was signed, up to each round. */
static void check_acquits(const tf_rounds *r, tf_stage kind, const uint8_t *cc)
{
	for (unsigned round = 1; round <= r->rounds; round++) {
		tf_evidence_verdict v;
		tf_fault claim;

		tf_fault_at(&claim, r->env->self % r->env->n + 1u, round);
		claim.check = TF_CK_PAYLOAD_FORM;
		CHECK_OK(judged(&v, judged_write(r, kind, &claim, cc)));
		if (v.err != TF_OK || v.convicts || v.culprits)
			tf_test_fail(__FILE__, __LINE__, "%s, round %u: %s", tf_stage_name(kind),
			             round, tf_err_name(v.err));
	}
}

static void play(const machine *m, tf_stage kind, const uint8_t *cc)
{
	cast *c = m->set();

	for (unsigned i = 0; i < c->n; i++) {
		machine_call k = { .i = i };

		m->start(&k);
		CHECK_OK(k.err);
	}
	cast_run(c);
	cast_check_done(c);
	for (unsigned i = 0; i < c->n; i++)
		check_acquits(c->run[i], kind, cc);
	cast_free(c);
}

TEST_SLOW(court_acquits_all_of_an_honest_run, 300)
{
	play(&machine_keygen, TF_STAGE_KEYGEN, NULL);
	play(&machine_auxinfo, TF_STAGE_AUXINFO, NULL);
	play(&machine_signing, TF_STAGE_SIGN, machine_stage.cc);
	play(&machine_reshare, TF_STAGE_RESHARE, NULL);
	play(&machine_refresh, TF_STAGE_RESHARE, NULL);
}

TEST_SLOW(court_acquits_all_of_an_honest_frost_run, 300)
{
	static frost_stage f;
	const frost_job job = { .msg = "abc", .len = 3 };

	for (unsigned confirm = 0; confirm < 2; confirm++) {
		frost_init(&f, confirm ? TF_FROST_ED25519 : TF_FROST_TAPROOT, 3);
		frost_start_prepare(&f, 2, confirm);
		cast_run(&f.c);
		cast_check_done(&f.c);
		for (unsigned i = 0; i < 3; i++)
			check_acquits(&f.prepare[i].r, TF_STAGE_FROST_PREPARE, NULL);
		frost_free(&f);
		frost_init(&f, TF_FROST_ED25519, 3);
		frost_prepare(&f, 1, confirm);
		frost_start_sign(&f, 0, &job);
		cast_run(&f.c);
		cast_check_done(&f.c);
		for (unsigned i = 0; i < 3; i++)
			check_acquits(&f.signing[i].r, TF_STAGE_FROST_SIGN, NULL);
		frost_free(&f);
	}
}

/* ---- presigning ---- */

static stage s;

static void presign(unsigned n, uint32_t batch, bool confirm)
{
	stage_init(&s, n, &tf_profile_small);
	stage_start_presign(&s, batch, confirm);
	cast_run(&s.c);
	cast_check_done(&s.c);
}

TEST_SLOW(court_acquits_all_of_an_honest_presigning, 300)
{
	for (unsigned confirm = 0; confirm < 2; confirm++) {
		tf_blob all[TF_EVIDENCE_MESSAGES_MAX];
		tf_evidence_verdict v;

		presign(2, 2, confirm);
		for (unsigned round = 1; round <= 3u + confirm; round++) {
			const tf_fault claim = { .party = 1, .round = (uint16_t)round,
			                         .check = TF_CK_PRESIGN_CONFIRM };
			size_t n = tf_rounds_messages(all, TF_ARRAY_LEN(all), &s.presign[1].r,
			                              round);

			CHECK_OK(judged(&v, judged_write_presign(&s, 2, 2, confirm, all, n,
			                                         &claim)));
			CHECK(v.err == TF_OK && !v.convicts && v.culprits == 0);
		}
		stage_free(&s);
	}
}
