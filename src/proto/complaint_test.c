/* Complaints in key generation and in resharing: a bad share convicts its dealer everywhere, a
 * false accusation its author. */
#include <stdlib.h>
#include <string.h>

#include "proto/keygen.h"
#include "proto/recast_test.h"

static recast x;
static tf_keygen kg[3];

/* The two protocols that have a court, and their messages. */
typedef struct world {
	void (*start)(void);
	const tf_wire_type *opening, *share, *proof;
	tf_check check;
} world;

static void start_keygen(void)
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	cast_rooms(&x.c, tf_keygen_sizes(x.c.env[0].pr, 3));
}

static void go_keygen(void)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &x.c.env[i], .t = 2, .workspace = "test" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &x.c.mem[i], &x.c.out[i]));
		x.c.run[i] = &kg[i].r;
	}
}

static void start_refresh(void)
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
}

static const world worlds[] = {
	{ start_keygen, &tf_msg_keygen_r2_wire, &tf_msg_keygen_share_wire, &tf_msg_keygen_r3_wire,
	  TF_CK_KEYGEN_SHARE },
	{ start_refresh, &tf_msg_reshare_r2_wire, &tf_msg_reshare_share_wire,
	  &tf_msg_reshare_r3_wire, TF_CK_RESHARE_SHARE },
};
static const world *w;

static void begin(const world *in, bool (*rewrite)(cast *c, cast_mail *mail))
{
	w = in;
	w->start();
	x.c.rewrite = rewrite;
	if (w->start == start_keygen)
		go_keygen();
	else
		recast_start_all(&x);
}

static void run(const world *in, bool (*rewrite)(cast *c, cast_mail *mail))
{
	begin(in, rewrite);
	cast_run(&x.c);
}

/* ---- true complaints ---- */

static uint32_t offence; /* 0: a wrong share; 1: no share at all; 2: a share of one byte more */

static void wrong(const cast *k, void *m, void *ctx)
{
	tf_sc *f = w->start == start_keygen ? &((tf_msg_keygen_share *)m)->f.s
	                                    : &((tf_msg_reshare_share *)m)->f.s;
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, f, f, &one);
}

/* Dealer 3 sends party 1 a bad share, and party 2 a good one. */
static bool bad_for_one(cast *k, cast_mail *mail)
{
	uint8_t payload[TF_SC_BYTES + 1] = { 0 };
	tf_envelope e;

	if (mail->from != 3 || mail->to != 1 || !cast_is(mail, w->share->type, &e))
		return true;
	if (offence == 0) {
		cast_rewrite(k, mail, w->share, wrong, NULL);
		return true;
	}
	e.payload = (tf_blob){ payload, offence == 1 ? 0 : sizeof(payload) };
	cast_forge(k, mail, &e, 3);
	return true;
}

TEST(a_bad_share_for_one_convicts_its_dealer_everywhere)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++)
		for (offence = 0; offence < 2; offence++) {
			tf_check check = offence ? TF_CK_PAYLOAD_FORM : worlds[k].check;

			run(&worlds[k], bad_for_one);
			cast_check_blame(&x.c, 3, check);
			for (unsigned i = 0; i < 2; i++) {
				tf_blob evidence[2];
				tf_envelope e;

				CHECK(tf_rounds_evidence(evidence, x.c.run[i]) == 2);
				CHECK_OK(tf_envelope_decode(&e, NULL, recast_scratch(),
				                            evidence[1].p, evidence[1].len));
				CHECK(e.from == 3 && e.to == 1 && e.type == w->share->type);
			}
			CHECK(x.c.records == 0 && x.c.retires == 0);
			recast_free(&x);
		}
}

/* The share that was received is shown to all, and no other secret. */
TEST_SLOW(constant_time_complaint, 1700)
{
	offence = 0;
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		run(&worlds[k], bad_for_one);
		cast_check_blame(&x.c, 3, worlds[k].check);
		recast_free(&x);
	}
}

static bool bad_from_the_first(cast *k, cast_mail *mail)
{
	if (mail->from == 1 && mail->to == 2 && cast_is(mail, w->share->type, NULL))
		cast_rewrite(k, mail, w->share, wrong, NULL);
	return true;
}

/* Party 2 has not even seen what the dealer has shown to all. */
static bool bad_for_one_and_late_for_another(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && mail->to == 2 && cast_is(mail, w->opening->type, NULL))
		return false;
	return bad_for_one(k, mail);
}

TEST(a_complaint_convicts_any_dealer_and_wherever_its_share_has_come)
{
	offence = 0;
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		run(&worlds[k], bad_from_the_first);
		cast_check_blame(&x.c, 1, worlds[k].check);
		recast_free(&x);
		run(&worlds[k], bad_for_one_and_late_for_another);
		cast_check_blame(&x.c, 3, worlds[k].check);
		CHECK(x.c.run[1]->round == 2 && x.c.run[1]->court == 2);
		recast_free(&x);
	}
}

/* Party 2 hears of a bad share, and its memory ends at some moment of that. Returns its error. */
static tf_err starved_of(const world *in, size_t bytes, size_t *peak)
{
	tf_err err;

	begin(in, bad_for_one);
	if (bytes < x.c.mem[1].cap)
		x.c.mem[1].cap = bytes > x.c.mem[1].used ? bytes : x.c.mem[1].used;
	cast_run(&x.c);
	err = x.c.err[1];
	*peak = x.c.mem[1].peak;
	if (err == TF_E_CAPACITY)
		CHECK(x.c.fault[1].party == TF_PARTY_NONE && x.c.run[1]->state == TF_RUN_FAILED);
	else
		CHECK(err == TF_E_PROOF && x.c.fault[1].party == 3);
	CHECK(x.c.err[0] == TF_OK || (x.c.err[0] == TF_E_PROOF && x.c.fault[0].party == 3));
	recast_free(&x);
	return err;
}

TEST_SLOW(a_complaint_without_memory_convicts_nobody_else, 120)
{
	offence = 0;
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		unsigned short_of = 0;
		size_t peak, unused;

		CHECK_ERR(starved_of(&worlds[k], SIZE_MAX, &peak), TF_E_PROOF);
		for (size_t bytes = 0; bytes < peak; bytes += peak / 128)
			short_of += starved_of(&worlds[k], bytes, &unused) == TF_E_CAPACITY;
		CHECK(short_of > 20);
	}
}

/* Too long for any share: dropped unread, and the dealer is waited for. */
TEST(what_is_no_message_at_all_is_no_ground_for_a_complaint)
{
	offence = 2;
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		run(&worlds[k], bad_for_one);
		CHECK(x.c.err[0] == TF_E_TOO_LARGE && tf_rounds_awaits(x.c.run[0], 3));
		CHECK(tf_rounds_state(x.c.run[1]) == TF_RUN_RUNNING);
		recast_free(&x);
	}
}

/* ---- false ones ---- */

typedef enum lie {
	LIE_NONE,        /* everything is as it was sent: the share is good */
	LIE_NOBODY,      /* accuses party 0 */
	LIE_BEYOND,      /* or one that is not there */
	LIE_ITSELF,
	LIE_SECOND,      /* shows the share of party 2 (a colluding dealer's) */
	LIE_OWN_SHARE,   /* signed by the accuser, in the dealer's name */
	LIE_OTHER_ALL,   /* the broadcast of party 2 */
	LIE_OTHER_ROUND, /* the dealer's broadcast of round 1 */
	LIE_FORGED_ROUND, LIE_FORGED_TYPE, /* signed by the dealer for that purpose */
	LIE_SWAPPED,
	LIE_NOTHING,
	LIE_GARBAGE,
	LIES,
} lie;

static lie told;

static const cast_mail *find(unsigned from, unsigned to, uint16_t type)
{
	for (size_t k = 0; k < x.c.posted; k++)
		if (x.c.mail[k].from == from && (to == 0 || x.c.mail[k].to == to) &&
		    cast_is(&x.c.mail[k], type, NULL))
			return &x.c.mail[k];
	tf_test_fail(__FILE__, __LINE__, "no such mail");
}

static cast_mail copy_of(const cast_mail *m)
{
	cast_mail copy = *m;

	copy.bytes = malloc(m->len); /* cast_forge frees it */
	CHECK(copy.bytes != NULL);
	memcpy(copy.bytes, m->bytes, m->len);
	return copy;
}

static tf_blob bytes_of(const cast_mail *m)
{
	return (tf_blob){ m->bytes, m->len };
}

/* The bytes of a mail, moved to another round or type (0: as it was), and signed by this one. */
static tf_blob resigned(const cast_mail *m, uint8_t round, uint16_t type, unsigned signer)
{
	static uint8_t buf[1024];
	tf_envelope e;
	size_t len;

	CHECK_OK(tf_envelope_decode(&e, NULL, recast_scratch(), m->bytes, m->len));
	e.round = round ? round : e.round;
	e.type = type ? type : e.type;
	CHECK_OK(tf_envelope_sign(&e, &x.c.signer[signer - 1]));
	CHECK_OK(tf_envelope_encode(buf, sizeof(buf), &len, NULL, &e));
	return (tf_blob){ buf, len };
}

static void tell(tf_msg_complaint *m)
{
	m->accused = 3;
	m->broadcast = bytes_of(find(3, 0, w->opening->type));
	m->direct = bytes_of(find(3, 1, w->share->type));
	switch (told) {
	case LIE_NONE:
	case LIE_GARBAGE:
	case LIES:
		break;
	case LIE_NOBODY:
		m->accused = 0;
		break;
	case LIE_BEYOND:
		m->accused = 4;
		break;
	case LIE_ITSELF:
		m->accused = 1;
		m->broadcast = bytes_of(find(1, 0, w->opening->type));
		m->direct = bytes_of(find(1, 2, w->share->type));
		break;
	case LIE_SECOND:
		m->direct = bytes_of(find(3, 2, w->share->type));
		break;
	case LIE_OWN_SHARE:
		m->direct = resigned(find(3, 1, w->share->type), 0, 0, 1);
		break;
	case LIE_FORGED_ROUND:
		m->broadcast = resigned(find(3, 0, w->opening->type), 3, 0, 3);
		break;
	case LIE_FORGED_TYPE:
		m->broadcast = resigned(find(3, 0, w->opening->type), 0, w->proof->type, 3);
		break;
	case LIE_OTHER_ALL:
		m->broadcast = bytes_of(find(2, 0, w->opening->type));
		break;
	case LIE_OTHER_ROUND:
		m->broadcast = bytes_of(find(3, 0, w->start == start_keygen
		                                   ? TF_MSG_KEYGEN_R1 : TF_MSG_RESHARE_R1));
		break;
	case LIE_SWAPPED:
		m->broadcast = m->direct;
		m->direct = bytes_of(find(3, 0, w->opening->type));
		break;
	case LIE_NOTHING:
		m->broadcast.len = m->direct.len = 0;
		break;
	}
}

static void forge_complaint(cast_mail *mail, const tf_msg_complaint *m, unsigned round)
{
	static uint8_t payload[8192];
	tf_envelope e;
	size_t len;

	CHECK(!cast_is(mail, 0, &e));
	CHECK_OK(tf_msg_complaint_encode(payload, sizeof(payload), &len, NULL, m));
	if (told == LIE_GARBAGE)
		len--;
	memset(e.echo, 0, sizeof(e.echo));
	e.type = TF_MSG_COMPLAINT;
	e.round = (uint8_t)round;
	e.to = 0;
	e.payload = (tf_blob){ payload, len };
	cast_forge(&x.c, mail, &e, 1);
}

/* Party 1 complains instead of proving. */
static bool complain(cast *k, cast_mail *mail)
{
	tf_msg_complaint m;

	(void)k;
	if (mail->from != 1 || !cast_is(mail, w->proof->type, NULL))
		return true;
	tell(&m);
	forge_complaint(mail, &m, 2);
	return true;
}

static const tf_check against[LIES] = {
	[LIE_NONE] = TF_CK_COMPLAINT_FALSE, [LIE_NOBODY] = TF_CK_COMPLAINT_ACCUSED,
	[LIE_BEYOND] = TF_CK_COMPLAINT_ACCUSED, [LIE_ITSELF] = TF_CK_COMPLAINT_ACCUSED,
	[LIE_SECOND] = TF_CK_COMPLAINT_DIRECT, [LIE_OWN_SHARE] = TF_CK_COMPLAINT_DIRECT,
	[LIE_OTHER_ALL] = TF_CK_COMPLAINT_FORM, [LIE_OTHER_ROUND] = TF_CK_COMPLAINT_FORM,
	[LIE_FORGED_ROUND] = TF_CK_COMPLAINT_FORM, [LIE_FORGED_TYPE] = TF_CK_COMPLAINT_FORM,
	[LIE_SWAPPED] = TF_CK_COMPLAINT_FORM, [LIE_NOTHING] = TF_CK_COMPLAINT_FORM,
	[LIE_GARBAGE] = TF_CK_COMPLAINT_ACCUSED,
};

/* What of the check it is that a lie fails, where it has parts. */
static const tf_check part[LIES] = {
	[LIE_NOBODY] = TF_CK_COMPLAINT_PARTY, [LIE_BEYOND] = TF_CK_COMPLAINT_PARTY,
	[LIE_ITSELF] = TF_CK_COMPLAINT_OTHER, [LIE_SECOND] = TF_CK_COMPLAINT_ADDRESSEE,
	[LIE_OTHER_ALL] = TF_CK_COMPLAINT_SIGNER, [LIE_OTHER_ROUND] = TF_CK_COMPLAINT_ROUND,
	[LIE_FORGED_ROUND] = TF_CK_COMPLAINT_ROUND, [LIE_FORGED_TYPE] = TF_CK_COMPLAINT_TYPE,
	[LIE_SWAPPED] = TF_CK_COMPLAINT_ADDRESSEE, [LIE_GARBAGE] = TF_CK_COMPLAINT_PARTY,
};

TEST(a_false_complaint_convicts_its_author)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++)
		for (told = LIE_NONE; told < LIES; told++) {
			unsigned before = tf_check_refusals(part[told]);
			tf_blob evidence[2];

			run(&worlds[k], complain);
			cast_check_blame(&x.c, 1, against[told]);
			CHECK(!part[told] || tf_check_refusals(part[told]) > before);
			for (unsigned i = 1; i < 3; i++) {
				tf_envelope e;

				CHECK(tf_rounds_evidence(evidence, x.c.run[i]) == 1);
				CHECK_OK(tf_envelope_decode(&e, NULL, recast_scratch(),
				                            evidence[0].p, evidence[0].len));
				CHECK(e.from == 1 && e.type == TF_MSG_COMPLAINT);
			}
			for (size_t r = 0; r < x.c.records; r++)
				CHECK(x.c.record[r].by == 1);
			recast_free(&x);
		}
	told = LIE_NONE;
}

/* One check is all that a lie fails. Without it nothing else convicts whom it accuses. */
TEST_SLOW(a_false_complaint_that_is_not_checked_convicts_nobody, 120)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++)
		for (told = LIE_NONE; told < LIES; told++) {
			tf_check_switch_off(against[told]);
			run(&worlds[k], complain);
			for (unsigned i = 1; i < 3; i++) {
				/* two of the lies fail another one, too */
				CHECK(x.c.err[i] == TF_OK || x.c.fault[i].party == 1);
				CHECK(x.c.done[i] == 0);
			}
			tf_check_switch_off(TF_CK_NONE);
			recast_free(&x);
		}
	told = LIE_NONE;
}

/* The dealer has shown the accuser another polynomial than us: both are signed. */
static void other_F(const cast *k, void *m, void *ctx)
{
	tf_pt *F = w->start == start_keygen ? ((tf_msg_keygen_r2 *)m)->F
	                                    : ((tf_msg_reshare_r2 *)m)->F;

	(void)ctx;
	CHECK_OK(tf_pt_add(k->g, &F[1], &F[1], tf_group_base(k->g)));
}

static bool complain_with_other_polynomial(cast *k, cast_mail *mail)
{
	tf_msg_complaint m;
	cast_mail other;

	if (mail->from != 1 || !cast_is(mail, w->proof->type, NULL))
		return true;
	tell(&m);
	other = copy_of(find(3, 0, w->opening->type));
	k->two_faced = true;
	cast_rewrite(k, &other, w->opening, other_F, NULL);
	m.broadcast = bytes_of(&other);
	forge_complaint(mail, &m, 2);
	free(other.bytes);
	return true;
}

TEST(a_complaint_that_shows_another_polynomial_convicts_the_dealer_of_two)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		tf_blob evidence[2];

		run(&worlds[k], complain_with_other_polynomial);
		for (unsigned i = 1; i < 2; i++) {
			CHECK(x.c.err[i] == TF_E_CONFLICT && x.c.fault[i].party == 3);
			CHECK(x.c.fault[i].check == TF_CK_EQUIVOCATION);
			CHECK(tf_rounds_evidence(evidence, x.c.run[i]) == 2);
		}
		recast_free(&x);
	}
}

/* ---- at other times ---- */

static bool too_early(cast *k, cast_mail *mail)
{
	tf_msg_complaint m = { .accused = 3 };

	(void)k;
	if (mail->from == 1 && mail->to == 2 &&
	    (cast_is(mail, TF_MSG_KEYGEN_R1, NULL) || cast_is(mail, TF_MSG_RESHARE_R1, NULL)))
		forge_complaint(mail, &m, 2);
	return true;
}

static bool of_another_round(cast *k, cast_mail *mail)
{
	tf_msg_complaint m = { .accused = 3 };

	(void)k;
	if (mail->from == 1 && mail->to == 2 && cast_is(mail, w->proof->type, NULL))
		forge_complaint(mail, &m, 1);
	return true;
}

static bool for_one_alone(cast *k, cast_mail *mail)
{
	tf_msg_complaint m;
	tf_envelope e;

	(void)k;
	if (mail->from == 1 && mail->to == 2 && cast_is(mail, w->proof->type, NULL)) {
		tell(&m);
		forge_complaint(mail, &m, 2);
		CHECK(!cast_is(mail, 0, &e));
		e.to = 2;
		cast_forge(&x.c, mail, &e, 1);
	}
	return true;
}

TEST(a_complaint_out_of_its_time_is_dropped)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++)
		for (unsigned turn = 0; turn < 3; turn++) {
			run(&worlds[k], turn == 0 ? too_early
			                : turn == 1 ? of_another_round : for_one_alone);
			CHECK(x.c.err[1] == TF_E_STATE && x.c.fault[1].party == TF_PARTY_NONE);
			CHECK(tf_rounds_state(x.c.run[1]) == TF_RUN_RUNNING);
			recast_free(&x);
		}
}

TEST(a_complaint_after_the_end_may_convict_and_changes_nothing)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(worlds); k++) {
		tf_msg_complaint m;
		cast_mail late;
		tf_fault fault;

		run(&worlds[k], NULL);
		cast_check_done(&x.c);
		tell(&m);
		late = copy_of(find(1, 2, w->proof->type));
		forge_complaint(&late, &m, 2);
		CHECK_ERR(tf_rounds_step(x.c.run[1], late.bytes, late.len, &x.c.out[1], &fault),
		          TF_E_PROOF);
		CHECK(fault.party == 1 && fault.check == TF_CK_COMPLAINT_FALSE);
		CHECK(tf_rounds_state(x.c.run[1]) == TF_RUN_DONE && x.c.out[1].count == 0);
		CHECK_ERR(tf_rounds_step(x.c.run[1], late.bytes, late.len, &x.c.out[1], &fault),
		          TF_E_DUPLICATE);
		free(late.bytes);
		recast_free(&x);
	}
}

/* ---- memory ---- */

static bool bad_for_one_of_many(cast *k, cast_mail *mail)
{
	if (mail->from == 16 && mail->to == 1 && cast_is(mail, w->share->type, NULL))
		cast_rewrite(k, mail, w->share, wrong, NULL);
	return true;
}

TEST(there_is_room_for_the_longest_complaint)
{
	tf_run_sizes sizes = tf_reshare_sizes(&tf_profile_small, 16);

	w = &worlds[1];
	recast_init(&x, 16, TF_CURVE_SECP256K1);
	recast_deal(&x, 16, 16, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	x.c.rewrite = bad_for_one_of_many;
	recast_start_all(&x);
	cast_run(&x.c);
	cast_check_blame(&x.c, 16, w->check);
	CHECK(x.c.longest <= sizes.message);
	for (unsigned i = 0; i < 15; i++) {
		tf_blob evidence[2];

		CHECK(tf_rounds_evidence(evidence, x.c.run[i]) == 2);
	}
	recast_free(&x);
}

/* ---- collusion ---- */

/* Party 3 deals nothing, and signs a share nevertheless; party 4 complains about it. */
static bool complain_about_no_dealer(cast *k, cast_mail *mail)
{
	static cast_mail all, one;
	uint8_t payload[TF_SC_BYTES] = { 0 };
	tf_msg_complaint m = { .accused = 3 };
	tf_envelope e;

	(void)k;
	if (mail->from != 4 || !cast_is(mail, TF_MSG_RESHARE_R3, &e))
		return true;
	payload[31] = 1;
	all = copy_of(find(3, 0, TF_MSG_RESHARE_R2));
	one = copy_of(&all);
	CHECK(cast_is(&one, TF_MSG_RESHARE_R2, &e));
	memset(e.echo, 0, sizeof(e.echo));
	e.type = TF_MSG_RESHARE_SHARE;
	e.to = 4;
	e.payload = (tf_blob){ payload, sizeof(payload) };
	cast_forge(&x.c, &one, &e, 3);
	m.broadcast = bytes_of(&all);
	m.direct = bytes_of(&one);
	forge_complaint(mail, &m, 2);
	CHECK(!cast_is(mail, 0, &e));
	cast_forge(&x.c, mail, &e, 4);
	free(all.bytes);
	free(one.bytes);
	return true;
}

TEST(a_complaint_about_a_share_that_nobody_owed_convicts_its_author)
{
	told = LIE_NONE;
	recast_init(&x, 4, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x);
	x.c.rewrite = complain_about_no_dealer;
	recast_start_all(&x);
	cast_run(&x.c);
	cast_check_blame(&x.c, 4, TF_CK_COMPLAINT_ACCUSED);
	CHECK(tf_check_refusals(TF_CK_COMPLAINT_OWED) > 0);
	recast_free(&x);
}
