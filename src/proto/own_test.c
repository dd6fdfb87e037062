/* What an accuser says of itself: messages of its own, and what it has sent in private. That are
 * other ones than its run has seen, or no such messages at all: nobody is convicted by them, and
 * the judge says that it is no evidence of this run. */
#include <stdlib.h>
#include <string.h>

#include "proto/alert_kit_test.h"
#include "proto/audit.h"
#include "proto/frost_stage_test.h"
#include "proto/judged_test.h"
#include "proto/recast_test.h"

static uint8_t room[4u << 20] __attribute__((aligned(64)));

static tf_arena *fresh(void)
{
	static tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	return &mem;
}

typedef void (*change)(void *m);

/* Party `self`'s broadcast of this round among the messages is changed, and signed by it. */
static void retell(tf_blob *messages, size_t n, const cast *c, const tf_rounds *r, uint8_t round,
                   change fn)
{
	static uint8_t scratch[1 << 20] __attribute__((aligned(64))), payload[1 << 18], out[1 << 18];
	static union {
		tf_msg_keygen_r2 keygen;
		tf_msg_reshare_r2 reshare;
		tf_msg_frost_commit frost;
		tf_msg_presign_r1 r1;
		tf_msg_presign_r2 r2;
		tf_msg_presign_r3 r3;
	} m;
	const tf_wire_type *type = r->table[round - 1].broadcast;
	unsigned self = r->env->self, found = 0;

	for (size_t k = 0; k < n; k++) {
		tf_envelope e;
		tf_arena mem;
		size_t len;

		tf_arena_init(&mem, scratch, sizeof(scratch));
		CHECK_OK(tf_envelope_decode(&e, NULL, &mem, messages[k].p, messages[k].len));
		if (e.round != round || e.from != self || e.to != 0)
			continue;
		CHECK(type->size <= sizeof(m));
		CHECK_OK(tf_wire_decode(type, &m, &r->wire, &mem, e.payload.p, e.payload.len));
		fn(&m);
		CHECK_OK(tf_wire_encode(type, payload, sizeof(payload), &e.payload.len, &r->wire,
		                        &m));
		e.payload.p = payload;
		CHECK_OK(tf_envelope_sign(&e, &c->signer[self - 1]));
		CHECK_OK(tf_envelope_encode(out, sizeof(out), &len, NULL, &e));
		messages[k] = (tf_blob){ out, len };
		found++;
	}
	CHECK(found == 1);
}

/* What the machine that is set up to judge says of all that party 1 has seen up to this round, as
 * it is, and with its own message of this round changed. */
static void check_own(tf_rounds *court, const cast *c, const tf_rounds *r, uint8_t round, change fn)
{
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	size_t n = tf_rounds_messages(messages, TF_ARRAY_LEN(messages), r, round);
	tf_fault fault;

	if (fn)
		retell(messages, n, c, r, round, fn);
	CHECK_ERR(tf_rounds_audit(court, messages, n, &fault), fn ? TF_E_ENCODING : TF_OK);
	CHECK(fault.party == TF_PARTY_NONE && fault.check == TF_CK_NONE);
}

/* ---- key generation, resharing, FROST ---- */

static void keygen_one_less(void *m)
{
	((tf_msg_keygen_r2 *)m)->F_n--;
}

TEST(own_polynomials_of_key_generation_have_t_coefficients)
{
	static tf_keygen runs[3], court;
	static cast c;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "acme" };

		CHECK_OK(tf_keygen_start(&runs[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &runs[i].r;
	}
	cast_run(&c);
	cast_check_done(&c);
	for (unsigned bad = 0; bad < 2; bad++) {
		tf_keygen_args args = { .env = &c.env[0], .t = 2, .workspace = "acme" };

		CHECK_OK(tf_keygen_audit(&court, &args, fresh()));
		check_own(&court.r, &c, &runs[0].r, 2, bad ? keygen_one_less : NULL);
	}
	cast_free(&c);
}

static void reshare_one_less(void *m)
{
	((tf_msg_reshare_r2 *)m)->F_n--;
}

static void reshare_none(void *m)
{
	((tf_msg_reshare_r2 *)m)->F_n = 0;
}

static tf_pt reshare_point;

static void reshare_one(void *m)
{
	tf_msg_reshare_r2 *r2 = m;

	CHECK(r2->F_n == 0);
	r2->F = &reshare_point;
	r2->F_n = 1;
}

/* Who deals has t coefficients, who only receives has none. */
TEST(own_polynomials_of_resharing_have_as_many_coefficients_as_are_dealt)
{
	static recast x;

	recast_init(&x, 4, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x);
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	reshare_point = *tf_group_base(x.c.g);
	for (unsigned i = 0; i < 4; i++) {
		bool deals = x.args.role[i].deals;
		const change all[] = { NULL, deals ? reshare_one_less : reshare_one, reshare_none };

		for (unsigned k = 0; k < (deals ? 3u : 2u); k++) {
			static uint8_t told[1 << 18];
			tf_testimony_reshare m;
			tf_reshare court;
			tf_arena kept;

			tf_arena_init(&kept, told, sizeof(told));
			CHECK_OK(tf_reshare_testify(&m, &x.run[i], &kept));
			CHECK_OK(tf_reshare_audit(&court, &x.c.env[i], &m, fresh()));
			check_own(&court.r, &x.c, &x.run[i].r, 2, all[k]);
		}
	}
	recast_free(&x);
}

static void frost_one_less(void *m)
{
	((tf_msg_frost_commit *)m)->items_n--;
}

TEST(own_commitments_of_frost_are_as_many_as_the_batch)
{
	static frost_stage f;
	static uint8_t told[1 << 16];

	frost_init(&f, TF_FROST_ED25519, 3);
	frost_start_prepare(&f, 2, true);
	cast_run(&f.c);
	cast_check_done(&f.c);
	for (unsigned bad = 0; bad < 2; bad++) {
		tf_testimony_frost_prepare m;
		tf_frost_prepare court;
		tf_arena kept;

		tf_arena_init(&kept, told, sizeof(told));
		CHECK_OK(tf_frost_prepare_testify(&m, &f.prepare[0], &kept));
		CHECK_OK(tf_frost_prepare_audit(&court, &f.c.env[0], 2, &m, fresh()));
		check_own(&court.r, &f.c, &f.prepare[0].r, 1, bad ? frost_one_less : NULL);
	}
	frost_free(&f);
}

/* ---- presigning ---- */

static stage s;

/* The verdict on what party 3 says about party 1, with its own message of this round changed. */
static tf_err own_presign(uint8_t round, bool confirm, change fn)
{
	const tf_fault claim = { .party = 1, .round = round, .check = TF_CK_PAYLOAD_FORM };
	tf_blob all[TF_EVIDENCE_MESSAGES_MAX];
	size_t n = tf_rounds_messages(all, TF_ARRAY_LEN(all), &s.presign[2].r, round);
	tf_evidence_verdict v;

	if (fn)
		retell(all, n, &s.c, &s.presign[2].r, round, fn);
	CHECK_OK(judged(&v, judged_write_presign(&s, 3, 2, confirm, all, n, &claim)));
	CHECK(!v.convicts && v.culprits == 0);
	return v.err;
}

static void r1_one_less(void *m)
{
	((tf_msg_presign_r1 *)m)->items_n--;
}

static void r2_one_less(void *m)
{
	((tf_msg_presign_r2 *)m)->items_n--;
}

static void r2_a_peer_less(void *m)
{
	((tf_msg_presign_r2 *)m)->items[1].peers_n--;
}

static void r3_one_less(void *m)
{
	((tf_msg_presign_r3 *)m)->items_n--;
}

TEST_SLOW(own_messages_of_presigning_have_the_batchs_items, 300)
{
	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 2, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	for (uint8_t round = 1; round <= 3; round++)
		CHECK_OK(own_presign(round, true, NULL));
	CHECK_ERR(own_presign(1, true, r1_one_less), TF_E_ENCODING);
	CHECK_ERR(own_presign(2, true, r2_one_less), TF_E_ENCODING);
	CHECK_ERR(own_presign(2, true, r2_a_peer_less), TF_E_ENCODING);
	CHECK_ERR(own_presign(3, true, r3_one_less), TF_E_ENCODING);
	stage_free(&s);
}

static void sent_one_less(const cast *c, void *m, void *ctx)
{
	(void)c;
	(void)ctx;
	((tf_msg_presign_mta *)m)->items_n--;
}

static void sent_another(const cast *c, void *m, void *ctx)
{
	tf_presign_mta_item *it = &((tf_msg_presign_mta *)m)->items[0];

	(void)c;
	(void)ctx;
	it->D = it->Dhat;
}

/* An alert: party 3 has lied, and party 1 says what it has sent party 2, which no envelope shows.
 * It has to be what its broadcast in round 2 has the hash of, and all of it. */
TEST_SLOW(own_private_messages_are_those_that_were_sent, 300)
{
	void (*const all[])(const cast *c, void *m, void *ctx) = { NULL, sent_one_less,
	                                                          sent_another };
	cast_mail *sent = NULL;

	stage_init(&s, 3, &tf_profile_small);
	alert_lie(&s, 1u << 2, alert_false_S);
	stage_start_presign(&s, 2, false);
	cast_run(&s.c);
	CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 3);
	for (size_t i = 0; i < s.c.posted; i++)
		if (s.c.mail[i].from == 1 && s.c.mail[i].to == 2 &&
		    cast_is(&s.c.mail[i], TF_MSG_PRESIGN_MTA, NULL))
			sent = &s.c.mail[i];
	CHECK(sent != NULL);
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
		size_t n = tf_rounds_messages(messages, TF_ARRAY_LEN(messages), &s.presign[0].r, 4);
		cast_mail *kept = cast_copy(&s.c, sent), told;
		tf_evidence_verdict v;

		if (all[k])
			cast_rewrite(&s.c, sent, &tf_msg_presign_mta_wire, all[k], NULL);
		CHECK_OK(judged(&v, judged_write_presign(&s, 1, 2, false, messages, n,
		                                         &s.c.fault[0])));
		CHECK(v.convicts == (k == 0) && v.culprits == (k == 0 ? 1u << 2 : 0));
		CHECK(v.err == (k == 0 ? TF_E_PROOF : TF_E_ENCODING));
		told = *sent; /* and as it was */
		*sent = *kept;
		*kept = told;
	}
	stage_free(&s);
}
