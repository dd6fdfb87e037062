/* The engine's edges: runs and messages of its own machine that cannot be. */
#include <string.h>

#include "proto/cast_test.h"
#include "proto/keygen.h"
#include "proto/rounds_impl.h"

static cast c;
static tf_keygen kg[3];
static const uint8_t context[32] = { 0xc0 };

static tf_err no_advance(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	(void)r;
	(void)out;
	(void)fault;
	return TF_E_USAGE;
}

static void start(void)
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "test" };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
		cast_collect(&c, i);
	}
}

TEST(rounds_are_at_least_one_and_not_too_many)
{
	static tf_round table[TF_ROUNDS_MAX + 1];
	static uint8_t room[1 << 18] __attribute__((aligned(64)));
	tf_rounds r;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	for (unsigned k = 0; k <= TF_ROUNDS_MAX; k++)
		table[k] = (tf_round){ "some", &tf_msg_keygen_r1_wire, NULL };
	for (unsigned rounds = 0; rounds <= TF_ROUNDS_MAX + 1; rounds++) {
		bool some = rounds >= 1 && rounds <= TF_ROUNDS_MAX;
		tf_arena mem;

		tf_arena_init(&mem, room, sizeof(room));
		CHECK_ERR(tf_rounds_init(&r, &c.env[0], table, (uint8_t)rounds, no_advance, context,
		                         NULL, 1, &mem), some ? TF_OK : TF_E_USAGE);
		CHECK(r.rounds == (some ? rounds : 0));
	}
}

/* What a machine sends is what its table says, to whom it says. */
TEST(rounds_send_only_what_the_table_has)
{
	static const tf_round table[] = {
		{ "all", &tf_msg_keygen_r1_wire, NULL },
		{ "each", &tf_msg_keygen_r1_wire, &tf_msg_keygen_share_wire },
		{ "behind", &tf_msg_keygen_r1_wire, NULL },
	};
	static const tf_msg_keygen_r1 all = { .V = { 1 } };
	static const tf_msg_keygen_share one = { .f = { { { 1 } } } };
	tf_outbox *out;
	tf_rounds r;

	start();
	out = &c.out[0];
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	CHECK_OK(tf_rounds_init(&r, &c.env[0], table, 2, no_advance, context, NULL, 1, &c.mem[0]));
	CHECK_ERR(tf_rounds_send(&r, out, 2, &tf_msg_keygen_share_wire, &one), TF_E_USAGE);
	CHECK_ERR(tf_rounds_send(&r, out, 0, &tf_msg_keygen_share_wire, &one), TF_E_USAGE);
	CHECK_OK(tf_rounds_send(&r, out, 0, &tf_msg_keygen_r1_wire, &all));
	tf_rounds_begin(&r);
	CHECK_ERR(tf_rounds_send(&r, out, 1, &tf_msg_keygen_share_wire, &one), TF_E_USAGE);
	CHECK_ERR(tf_rounds_send(&r, out, 4, &tf_msg_keygen_share_wire, &one), TF_E_USAGE);
	CHECK_ERR(tf_rounds_send(&r, out, 3, &tf_msg_keygen_r1_wire, &all), TF_E_USAGE);
	CHECK_OK(tf_rounds_send(&r, out, 3, &tf_msg_keygen_share_wire, &one));
	CHECK_OK(tf_rounds_send(&r, out, 0, &tf_msg_keygen_r1_wire, &all));
	CHECK(out->count == 3);
	r.round = 2; /* the last */
	CHECK_ERR(tf_rounds_send(&r, out, 0, &tf_msg_keygen_r1_wire, &all), TF_E_USAGE);
	CHECK(out->count == 3);
	cast_free(&c);
}

TEST(rounds_file_their_own_broadcast_in_the_room_that_was_kept_for_it)
{
	static const tf_msg_keygen_r1 all = { .V = { 1 } };
	static const tf_round table[] = { { "all", &tf_msg_keygen_r1_wire, NULL } };
	tf_slot *own;
	tf_rounds r;

	for (unsigned less = 0; less < 2; less++) {
		start();
		cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
		CHECK_OK(tf_rounds_init(&r, &c.env[0], table, 1, no_advance, context, NULL, 1,
		                        &c.mem[0]));
		own = tf_slot_at(&r, 1, 1, TF_BROADCAST);
		own->len -= less;
		CHECK_ERR(tf_rounds_send(&r, &c.out[0], 0, &tf_msg_keygen_r1_wire, &all),
		          less ? TF_E_USAGE : TF_OK);
		CHECK((own->payload.p != NULL) == !less);
		cast_free(&c);
	}
}

/* All that may be shown up to a round, or as many as there is room for. */
TEST(rounds_list_their_messages)
{
	tf_blob list[64];
	size_t all, n;

	start();
	cast_run(&c);
	cast_check_done(&c);
	all = tf_rounds_messages(list, TF_ARRAY_LEN(list), c.run[0], 4);
	CHECK(all == 4 * 3); /* broadcasts, and no share that is in order */
	CHECK(tf_rounds_messages(list, TF_ARRAY_LEN(list), c.run[0], 5) == all);
	CHECK(tf_rounds_messages(list, TF_ARRAY_LEN(list), c.run[0], 1) == 3);
	for (size_t cap = 0; cap <= all + 1; cap++) {
		memset(list, 0, sizeof(list));
		n = tf_rounds_messages(list, cap, c.run[0], 4);
		CHECK(n == (cap < all ? cap : all));
		for (size_t i = 0; i < TF_ARRAY_LEN(list); i++)
			CHECK((list[i].p != NULL) == (i < n));
	}
	cast_free(&c);
}

TEST(rounds_that_never_began_await_nobody)
{
	static const tf_rounds none;

	for (unsigned party = 0; party < 3; party++)
		CHECK(!tf_rounds_awaits(&none, party));
}

/* Whose broadcast is here, and carries our echo, but who owes us its direct message, is not. */
TEST(rounds_see_the_same_with_whom_they_have_everything_of)
{
	static const tf_round row = { "shares", &tf_msg_keygen_r2_wire, &tf_msg_keygen_share_wire };
	static const uint8_t some[1];
	static tf_slot slots[2 * 3];
	static tf_rounds r;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	r = (tf_rounds){ .env = &c.env[0], .table = &row, .rounds = 1, .round = 1, .slots = slots };
	slots[2].type = TF_MSG_KEYGEN_R2;
	CHECK(!tf_rounds_same_view(&r, 2));
	slots[2].payload.p = some;
	CHECK(!tf_rounds_same_view(&r, 2));
	slots[3].payload.p = some;
	CHECK(tf_rounds_same_view(&r, 2));
	slots[2].echo[0] = 1;
	CHECK(!tf_rounds_same_view(&r, 2));
	cast_free(&c);
}

/* Signed messages show what a party has done in a round; of nobody, and of no round, there are
 * none, whatever lies around them in memory. */
TEST(rounds_have_evidence_of_parties_and_rounds_that_are)
{
	static const uint8_t nowhere[1];
	static tf_slot slots[2 * 3 * 4];
	static tf_rounds r;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	for (size_t i = 0; i < TF_ARRAY_LEN(slots); i++)
		slots[i] = (tf_slot){ .raw = nowhere, .len = 1 };
	for (unsigned round = 0; round <= 3; round++)
		for (unsigned party = 0; party <= 4; party++) {
			bool some = party >= 1 && party <= 3, shown = some && round >= 1 && round <= 2;
			tf_fault f = { .check = TF_CK_PAYLOAD_FORM };
			tf_blob evidence[2];

			f.party = (uint16_t)party;
			f.round = (uint16_t)round;
			r = (tf_rounds){ .env = &c.env[0], .rounds = 2, .slots = &slots[2 * 3],
			                 .state = TF_RUN_RUNNING };
			CHECK_ERR(tf_rounds_fail(&r, TF_E_PROOF, &f), TF_E_PROOF);
			CHECK(f.party == (some ? party : TF_PARTY_NONE));
			CHECK(tf_rounds_evidence(evidence, &r) == (shown ? 2 : 0));
			CHECK(tf_rounds_state(&r) == TF_RUN_FAILED);
		}
}
