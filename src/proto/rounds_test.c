/* The engine, driven by key generation of three. Party 3 is the one that misbehaves. */
#include "proto/rounds.h"

#include <string.h>

#include "proto/cast_test.h"
#include "proto/keygen.h"

static cast c;
static tf_keygen kg[3];

static void start(void)
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
}

static void go(void)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "test" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
		cast_collect(&c, i);
	}
}

/* The first waiting mail of this type from one party to another; it stays where it is. */
static cast_mail *find(unsigned from, unsigned to, uint16_t type)
{
	for (size_t k = 0; k < c.posted; k++)
		if (c.mail[k].from == from && c.mail[k].to == to && cast_is(&c.mail[k], type, NULL))
			return &c.mail[k];
	tf_test_fail(__FILE__, __LINE__, "no mail 0x%04x from %u to %u", type, from, to);
}

/* ---- what is dropped ---- */

/* The honest first message of 3 to 1, changed as an envelope and signed by 3 again. */
typedef void (*edit)(tf_envelope *e);

static tf_err deliver_edited(edit fn, tf_fault *fault)
{
	cast_mail *m = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	static uint8_t long_payload[4096];
	tf_envelope e;
	tf_err err;

	CHECK(cast_is(m, TF_MSG_KEYGEN_R1, &e));
	memcpy(long_payload, e.payload.p, e.payload.len);
	e.payload.p = long_payload;
	fn(&e);
	CHECK_OK(tf_envelope_sign(&e, &c.signer[2]));
	{
		static uint8_t bytes[8192];
		size_t len;

		CHECK_OK(tf_envelope_encode(bytes, sizeof(bytes), &len, NULL, &e));
		err = tf_rounds_step(c.run[0], bytes, len, &c.out[0], fault);
	}
	return err;
}

static void other_sid(tf_envelope *e) { e->sid[5] ^= 1; }
static void other_context(tf_envelope *e) { e->context[5] ^= 1; }
static void other_version(tf_envelope *e) { e->version++; }
static void from_nobody(tf_envelope *e) { e->from = 0; }
static void from_nobody_to_us(tf_envelope *e)
{
	e->from = 0;
	e->to = 1;
}
static void from_too_far(tf_envelope *e) { e->from = 4; }
static void to_too_far(tf_envelope *e) { e->to = 4; }
static void to_itself(tf_envelope *e) { e->to = 3; }
static void to_another(tf_envelope *e) { e->to = 2; }
static void round_zero(tf_envelope *e) { e->round = 0; }
static void round_five(tf_envelope *e) { e->round = 5; }
static void round_three(tf_envelope *e) { e->round = 3; }
static void longer(tf_envelope *e) { e->payload.len = 33; }
static void from_us(tf_envelope *e) { e->from = 1; }
static void from_another(tf_envelope *e) { e->from = 2; }
static void dispute_ahead(tf_envelope *e)
{
	e->type = TF_MSG_DISPUTE;
	e->round = 2;
}

TEST(rounds_drop_what_is_not_theirs_and_blame_nobody)
{
	static const struct {
		edit fn;
		tf_err err;
	} all[] = {
		{ other_sid, TF_E_SESSION }, { other_context, TF_E_SESSION },
		{ other_version, TF_E_UNSUPPORTED }, { from_nobody, TF_E_ENCODING },
		{ from_nobody_to_us, TF_E_ENCODING }, { from_too_far, TF_E_ENCODING },
		{ to_too_far, TF_E_ENCODING },
		{ to_itself, TF_E_ENCODING }, { to_another, TF_E_STATE },
		{ round_zero, TF_E_ENCODING }, { round_five, TF_E_ENCODING },
		{ round_three, TF_E_STATE }, { longer, TF_E_TOO_LARGE },
		{ from_us, TF_E_STATE }, { from_another, TF_E_TRUST },
		{ dispute_ahead, TF_E_STATE },
	};

	start();
	go();
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_fault f;

		CHECK_ERR(deliver_edited(all[k].fn, &f), all[k].err);
		CHECK(f.party == TF_PARTY_NONE && c.out[0].count == 0);
		CHECK(f.check == (all[k].err == TF_E_TRUST ? TF_CK_ENVELOPE_SIGNATURE
		                                           : TF_CK_NONE));
		CHECK(tf_rounds_state(c.run[0]) == TF_RUN_RUNNING);
	}
	cast_run(&c);
	cast_check_done(&c);
	cast_free(&c);
}

TEST(rounds_drop_every_damaged_byte_of_an_envelope)
{
	cast_mail *m;

	start();
	go();
	m = find(3, 1, TF_MSG_KEYGEN_R1);
	for (size_t at = 0; at < m->len; at++)
		for (unsigned bit = 0; bit < 8; bit += 3) {
			tf_fault f;
			tf_err err;

			m->bytes[at] ^= (uint8_t)(1u << bit);
			err = tf_rounds_step(c.run[0], m->bytes, m->len, &c.out[0], &f);
			CHECK(err != TF_OK && err != TF_E_PROOF && err != TF_E_CONFLICT &&
			      f.party == TF_PARTY_NONE);
			m->bytes[at] ^= (uint8_t)(1u << bit);
		}
	for (size_t len = 0; len < m->len; len++) {
		tf_err err = tf_rounds_step(c.run[0], m->bytes, len, &c.out[0], NULL);

		CHECK(tf_err_get_kind(err) == TF_KIND_ENCODING);
	}
	cast_run(&c);
	cast_check_done(&c);
	cast_free(&c);
}

/* ---- duplicates, order ---- */

TEST(rounds_take_everything_twice_harmlessly)
{
	start();
	go();
	while (c.delivered < c.posted) {
		cast_mail *m = &c.mail[c.delivered++];

		CHECK_OK(cast_step(&c, m->to - 1, m->bytes, m->len));
		m = &c.mail[c.delivered - 1];
		CHECK_ERR(tf_rounds_step(c.run[m->to - 1], m->bytes, m->len, &c.out[m->to - 1],
		                         NULL), TF_E_DUPLICATE);
	}
	cast_check_done(&c);
	for (size_t k = 0; k < c.posted; k++) { /* and long after, too */
		cast_mail *m = &c.mail[k];

		CHECK_ERR(tf_rounds_step(c.run[m->to - 1], m->bytes, m->len, &c.out[m->to - 1],
		                         NULL), TF_E_DUPLICATE);
	}
	cast_free(&c);
}

TEST(rounds_keep_what_is_one_round_ahead)
{
	cast_mail *held;

	start();
	go();
	held = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	find(3, 1, TF_MSG_KEYGEN_R1)->bytes[0] ^= 0xff; /* lost */
	CHECK(tf_rounds_awaits(c.run[0], 3) && !tf_rounds_awaits(c.run[0], 1));
	CHECK(!tf_rounds_awaits(c.run[0], 0) && !tf_rounds_awaits(c.run[0], 4));
	while (c.delivered < c.posted) {
		cast_mail *m = &c.mail[c.delivered++];
		tf_err err = tf_rounds_step(c.run[m->to - 1], m->bytes, m->len,
		                            &c.out[m->to - 1], NULL);

		CHECK(err == TF_OK || m->bytes[0] == (TF_MSG_KEYGEN_R1 >> 8 ^ 0xff));
		cast_collect(&c, m->to - 1);
	}
	/* the others are in round 2; we have their messages of it and stay in round 1 */
	CHECK(c.run[0]->round == 1 && c.run[1]->round == 2 && c.run[2]->round == 2);
	CHECK(!tf_rounds_awaits(c.run[0], 2) && tf_rounds_awaits(c.run[1], 1));
	CHECK(strcmp(tf_rounds_name(c.run[0]), "commitment") == 0);
	CHECK_OK(cast_step(&c, 0, held->bytes, held->len));
	CHECK(c.run[0]->round == 3); /* both at once */
	cast_run(&c);
	cast_check_done(&c);
	CHECK(strcmp(tf_rounds_name(c.run[0]), "") == 0 && !tf_rounds_awaits(c.run[0], 2));
	cast_free(&c);
}

TEST(rounds_in_two_hundred_orders)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		start();
		c.shuffle = seed;
		go();
		cast_run(&c);
		cast_check_done(&c);
		cast_free(&c);
	}
}

/* ---- signed nonsense ---- */

static void other_type(tf_envelope *e) { e->type = TF_MSG_KEYGEN_ACK; }
static void direct_where_none_is(tf_envelope *e)
{
	e->to = 1;
	e->payload.len = 0;
}
static void early_echo(tf_envelope *e) { e->echo[31] = 1; }
static void shorter(tf_envelope *e) { e->payload.len = 31; }

TEST(rounds_convict_who_signs_nonsense)
{
	static const struct {
		edit fn;
		tf_check check;
	} all[] = {
		{ other_type, TF_CK_ENVELOPE_TYPE },
		{ direct_where_none_is, TF_CK_ENVELOPE_TYPE },
		{ early_echo, TF_CK_ENVELOPE_ECHO },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blob evidence[2];
		cast_mail *m;
		tf_envelope e;
		tf_fault f;

		start();
		go();
		CHECK_ERR(deliver_edited(all[k].fn, &f), TF_E_PROOF);
		CHECK(f.party == 3 && f.round == 1 && f.check == all[k].check);
		CHECK(tf_rounds_evidence(evidence, c.run[0]) == 1); /* what it has signed */
		CHECK_OK(tf_envelope_decode(&e, NULL, &c.mem[0], evidence[0].p, evidence[0].len));
		CHECK(e.from == 3);
		CHECK_OK(tf_envelope_verify(&e, c.signer[2].pk, &f));
		CHECK(tf_rounds_state(c.run[0]) == TF_RUN_FAILED && c.out[0].count == 0);
		m = find(2, 1, TF_MSG_KEYGEN_R1); /* failed stays failed */
		CHECK_ERR(tf_rounds_step(c.run[0], m->bytes, m->len, &c.out[0], &f), TF_E_STATE);
		CHECK(f.party == TF_PARTY_NONE);
		cast_free(&c);
	}
}

TEST(rounds_convict_who_signs_a_malformed_payload)
{
	tf_blob evidence[2];
	cast_mail *m;
	tf_fault f;

	start();
	go();
	CHECK_OK(deliver_edited(shorter, &f));
	m = find(2, 1, TF_MSG_KEYGEN_R1);
	CHECK_ERR(cast_step(&c, 0, m->bytes, m->len), TF_E_PROOF);
	CHECK(c.fault[0].party == 3 && c.fault[0].round == 1);
	CHECK(c.fault[0].check == TF_CK_PAYLOAD_FORM);
	CHECK(tf_rounds_evidence(evidence, c.run[0]) == 1);
	cast_free(&c);
}

static bool echo_in_direct(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_SHARE, &e)) {
		e.echo[0] = 1;
		cast_forge(k, mail, &e, 3);
	}
	return true;
}

TEST(rounds_convict_an_echo_in_a_direct_message)
{
	start();
	c.rewrite = echo_in_direct;
	go();
	cast_run(&c);
	cast_check_blame(&c, 3, TF_CK_ENVELOPE_ECHO);
	cast_free(&c);
}

/* ---- equivocation ---- */

static void change_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

/* Do both really carry valid signatures of that party for one slot, and say different things? */
static void check_equivocation(const tf_blob ev[static 2], unsigned party)
{
	uint8_t room[64], text[2][TF_ENVELOPE_SIGNED];
	tf_envelope e[2];

	for (unsigned k = 0; k < 2; k++) {
		tf_arena mem;

		tf_arena_init(&mem, room, sizeof(room));
		CHECK_OK(tf_envelope_decode(&e[k], NULL, &mem, ev[k].p, ev[k].len));
		CHECK_OK(tf_envelope_verify(&e[k], c.signer[party - 1].pk, NULL));
		tf_envelope_signed(text[k], &e[k]);
	}
	CHECK(e[0].from == party && e[1].from == party && e[0].round == e[1].round);
	CHECK(e[0].to == e[1].to && memcmp(text[0], text[1], sizeof(text[0])) != 0);
}

static void second_message(bool after_the_end)
{
	cast_mail *other;
	tf_blob ev[2];
	tf_fault f;

	start();
	go();
	other = cast_copy(&c, find(3, 1, TF_MSG_KEYGEN_R1));
	c.two_faced = true;
	cast_rewrite(&c, other, &tf_msg_keygen_r1_wire, change_V, NULL);
	if (after_the_end)
		cast_run(&c);
	else
		CHECK_OK(cast_step(&c, 0, find(3, 1, TF_MSG_KEYGEN_R1)->bytes,
		                   find(3, 1, TF_MSG_KEYGEN_R1)->len));
	CHECK_ERR(tf_rounds_step(c.run[0], other->bytes, other->len, &c.out[0], &f), TF_E_CONFLICT);
	CHECK(f.party == 3 && f.round == 1 && f.check == TF_CK_EQUIVOCATION);
	CHECK(tf_rounds_evidence(ev, c.run[0]) == 2);
	check_equivocation(ev, 3);
	cast_check_evidence(&f, ev, 2);
	CHECK(tf_rounds_state(c.run[0]) == (after_the_end ? TF_RUN_DONE : TF_RUN_FAILED));
	CHECK((tf_keygen_key(&kg[0]) != NULL) == after_the_end);
	cast_free(&c);
}

static void another_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	((tf_msg_keygen_r1 *)m)->V[1] = *(uint8_t *)ctx;
}

/* Its memory is for others' disputes. */
TEST(rounds_that_are_over_keep_one_contradiction)
{
	cast_mail *first;
	tf_fault f;
	size_t used = 0;

	start();
	go();
	first = find(3, 1, TF_MSG_KEYGEN_R1);
	c.two_faced = true;
	cast_run(&c);
	for (uint8_t k = 0; k < 8; k++) {
		cast_mail *other = cast_copy(&c, first);

		cast_rewrite(&c, other, &tf_msg_keygen_r1_wire, another_V, &k);
		CHECK_ERR(tf_rounds_step(c.run[0], other->bytes, other->len, &c.out[0], &f),
		          k == 0 ? TF_E_CONFLICT : TF_E_STATE);
		CHECK(f.party == (k == 0 ? 3 : TF_PARTY_NONE) && c.out[0].count == 0);
		if (k > 0)
			CHECK(used == tf_arena_mark(&c.mem[0]));
		used = tf_arena_mark(&c.mem[0]);
	}
	CHECK_ERR(tf_rounds_step(c.run[0], first->bytes, first->len, &c.out[0], &f),
	          TF_E_DUPLICATE);
	CHECK(tf_rounds_state(c.run[0]) == TF_RUN_DONE && tf_keygen_key(&kg[0]) != NULL);
	cast_free(&c);
}

TEST(rounds_convict_who_signs_two_messages_for_one_slot)
{
	second_message(false);
	second_message(true);
}

static void another_signature(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_ack *)m)->signature[7] ^= 1;
}

static bool bad_ack(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_ACK, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_ack_wire, another_signature, NULL);
	return true;
}

/* Party 1 gets 2's message of round 3 last, and in that one step takes two rounds: it sends its
 * acknowledgement, and convicts 3 by 3's. Without the former 2 would wait, and not convict. */
TEST(rounds_that_convict_owe_what_was_sent_before)
{
	const cast_mail *held = NULL;

	start();
	c.rewrite = bad_ack;
	go();
	while (c.delivered < c.posted) {
		const cast_mail *m = &c.mail[c.delivered++];

		if (m->from == 2 && m->to == 1 && cast_is(m, TF_MSG_KEYGEN_R3, NULL))
			held = m;
		else
			CHECK_OK(cast_step(&c, m->to - 1, m->bytes, m->len));
	}
	CHECK(held && c.run[0]->round == 3 && c.run[1]->round == 4);
	CHECK_ERR(cast_step(&c, 0, held->bytes, held->len), TF_E_PROOF);
	CHECK(tf_rounds_state(c.run[1]) == TF_RUN_RUNNING && tf_rounds_awaits(c.run[1], 1));
	cast_run(&c);
	cast_check_blame(&c, 3, TF_CK_KEYGEN_ACK);
	cast_free(&c);
}
