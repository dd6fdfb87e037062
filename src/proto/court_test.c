/* Honest runs in court: whatever a file of one claims, nobody is convicted by it. */
#include <stdlib.h>
#include <string.h>

#include "proto/frost_stage_test.h"
#include "proto/judged_test.h"
#include "proto/machines_test.h"
#include "proto/presign_impl.h"

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

/* ---- framing ---- */

static void other_delta(tf_msg_presign_r3 *m)
{
	tf_sc one;

	tf_sc_set_u64(s.c.g, &one, 1);
	tf_sc_add(s.c.g, &m->items[0].delta, &m->items[0].delta, &one);
}

static void other_S(tf_msg_presign_r3 *m)
{
	CHECK_OK(tf_pt_add(s.c.g, &m->items[0].S, &m->items[0].S, tf_group_base(s.c.g)));
}

/* Party 3's broadcast of round 3, with a sum that fails, signed by itself. */
static tf_blob retell(const tf_blob *true_one, void (*fn)(tf_msg_presign_r3 *m))
{
	static uint8_t room[1 << 16] __attribute__((aligned(64))), payload[1 << 14], out[1 << 14];
	const tf_wire_env *wire = &s.presign[2].r.wire;
	tf_msg_presign_r3 m;
	tf_envelope e;
	tf_arena mem;
	size_t len = 0;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_envelope_decode(&e, NULL, &mem, true_one->p, true_one->len));
	CHECK_OK(tf_wire_decode(&tf_msg_presign_r3_wire, &m, wire, &mem, e.payload.p,
	                        e.payload.len));
	fn(&m);
	CHECK_OK(tf_wire_encode(&tf_msg_presign_r3_wire, payload, sizeof(payload), &e.payload.len,
	                        wire, &m));
	e.payload.p = payload;
	CHECK_OK(tf_envelope_sign(&e, &s.c.signer[2]));
	CHECK_OK(tf_envelope_encode(out, sizeof(out), &len, NULL, &e));
	return (tf_blob){ out, len };
}

static void check_cannot_frame(void (*fn)(tf_msg_presign_r3 *m))
{
	static const tf_check all[] = { TF_CK_ALERT_RAISED, TF_CK_ALERT_ITEM, TF_CK_ALERT_SUM,
	                                TF_CK_ALERT_DUE, TF_CK_PRESIGN_CONFIRM };
	tf_blob have[TF_EVIDENCE_MESSAGES_MAX], told[TF_EVIDENCE_MESSAGES_MAX];
	size_t n = tf_rounds_messages(have, TF_ARRAY_LEN(have), &s.presign[2].r, 4), m = 0;
	tf_evidence_verdict v;

	for (size_t k = 0; k < n; k++) {
		uint8_t none[64];
		tf_envelope e;
		tf_arena mem;

		tf_arena_init(&mem, none, sizeof(none));
		CHECK_OK(tf_envelope_decode(&e, NULL, &mem, have[k].p, have[k].len));
		if (e.round == 4 && e.from != 1) /* so that the round is never complete */
			continue;
		told[m++] = e.round == 3 && e.from == 3 ? retell(&have[k], fn) : have[k];
	}
	CHECK(m == n - 2);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		const tf_fault claim = { .party = 1, .round = 4, .check = all[k] };

		CHECK_OK(judged(&v, judged_write_presign(&s, 3, 1, true, told, m, &claim)));
		CHECK(!v.convicts && v.culprits == 0);
	}
}

/* Party 3 has signed another share of a sum afterwards, and leaves out what does not fit to it: of
 * what party 1 has confirmed it says that it should have been an alert. */
TEST_SLOW(court_frames_nobody_by_a_share_that_nobody_was_sent, 300)
{
	presign(3, 1, true);
	check_cannot_frame(other_delta);
	check_cannot_frame(other_S);
	stage_free(&s);
}
