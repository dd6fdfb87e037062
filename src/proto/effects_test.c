/* What a step wants done: as much as there is room for, and its keys are copies. */
#include "proto/effects.h"

#include <string.h>

#include "harness/harness.h"

static uint8_t room[1 << 14] __attribute__((aligned(64)));
static tf_arena mem;
static tf_outbox out;

static void open_box(size_t len)
{
	tf_arena_init(&mem, room, len);
	tf_outbox_init(&out, &mem);
}

TEST(an_outbox_takes_so_many_effects_and_no_more)
{
	static const uint8_t data[1];

	open_box(sizeof(room));
	for (size_t i = 0; i < TF_EFFECTS_MAX; i++)
		CHECK_OK(tf_outbox_send(&out, 1, data, 1));
	CHECK(out.count == TF_EFFECTS_MAX);
	CHECK_ERR(tf_outbox_send(&out, 1, data, 1), TF_E_CAPACITY);
	CHECK_ERR(tf_outbox_done(&out), TF_E_CAPACITY);
	CHECK_ERR(tf_outbox_burn(&out, room), TF_E_CAPACITY);
	CHECK(out.count == TF_EFFECTS_MAX);
	tf_outbox_reset(&out);
	CHECK(out.count == 0);
	CHECK_OK(tf_outbox_done(&out));
	CHECK(out.count == 1 && out.effect[0].kind == TF_EFFECT_DONE);
}

TEST(a_key_without_room_is_no_effect)
{
	static const uint8_t key[32] = { 7 };

	open_box(64); /* one key */
	CHECK_OK(tf_outbox_burn(&out, key));
	CHECK_ERR(tf_outbox_burn(&out, key), TF_E_CAPACITY);
	CHECK_ERR(tf_outbox_erase(&out, 1, key, sizeof(key)), TF_E_CAPACITY);
	CHECK_ERR(tf_outbox_retire(&out, key, 2), TF_E_CAPACITY);
	CHECK_ERR(tf_outbox_persist(&out, 1, key, sizeof(key), key, 1), TF_E_CAPACITY);
	CHECK(out.count == 1 && tf_outbox_room(&out, 1) == NULL);
}

TEST(effects_keep_copies_of_their_keys)
{
	uint8_t key[32] = { 1, 2, 3 };

	open_box(sizeof(room));
	CHECK_OK(tf_outbox_retire(&out, key, 9));
	CHECK_OK(tf_outbox_erase(&out, 0x701, key, 3));
	memset(key, 0xff, sizeof(key));
	CHECK(out.effect[0].kind == TF_EFFECT_RETIRE && out.effect[0].epoch == 9);
	CHECK(out.effect[0].key_len == 32 && out.effect[0].key[2] == 3);
	CHECK(out.effect[1].kind == TF_EFFECT_ERASE && out.effect[1].type == 0x701);
	CHECK(out.effect[1].key_len == 3 && memcmp(out.effect[1].key, "\1\2\3", 3) == 0);
}
