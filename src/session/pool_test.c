#include <string.h>

#include "harness/harness.h"
#include "session/pool.h"

#define ENTRIES 6u

static tf_pool_entry entries[ENTRIES];

static tf_pool pool_new(size_t depth)
{
	tf_pool p;

	tf_pool_init(&p, entries, ENTRIES, depth, 1000);
	return p;
}

static tf_pool_owner owner_of(uint8_t clique, uint32_t epoch)
{
	tf_pool_owner o = { .sharing = { 9 }, .epoch = epoch, .clique = { clique }, .n = 2,
	                    .party = { { "a", { 1 } }, { "b", { 2 } } } };

	return o;
}

static tf_presig presig_of(uint8_t clique, uint8_t id)
{
	return (tf_presig){ .ready = 1, .confirmed = 1, .n = 2, .self = 1, .id = { id },
	                    .clique = { clique }, .k = { { { 0xdead, id } } } };
}

static tf_err put(tf_pool *p, uint64_t now, uint8_t clique, uint32_t epoch, uint8_t id)
{
	tf_pool_owner o = owner_of(clique, epoch);
	tf_presig s = presig_of(clique, id);
	tf_err err = tf_pool_put(p, now, &o, &s);
	tf_presig zero;

	memset(&zero, 0, sizeof(zero));
	CHECK(memcmp(&s, &zero, sizeof(s)) == 0); /* wiped, whatever came of it */
	return err;
}

static bool has(const tf_pool *p, uint8_t id)
{
	return tf_pool_find(p, (uint8_t[32]){ id }) != NULL;
}

TEST(a_presignature_moves_in_and_out_once)
{
	tf_pool p = pool_new(4);
	tf_presig out;

	CHECK_OK(put(&p, 0, 1, 1, 5));
	CHECK(has(&p, 5));
	CHECK_OK(tf_pool_take(&out, &p, (uint8_t[32]){ 5 }));
	CHECK(out.id[0] == 5 && out.k.s.d[0] == 0xdead && out.ready);
	CHECK(!has(&p, 5));
	for (size_t i = 0; i < sizeof(entries); i++)
		CHECK(((const uint8_t *)entries)[i] == 0);
	CHECK_ERR(tf_pool_take(&out, &p, (uint8_t[32]){ 5 }), TF_E_NOT_FOUND);
}

TEST(taking_one_destroys_the_older_of_its_clique_only)
{
	tf_pool p = pool_new(4);
	tf_presig out;

	CHECK_OK(put(&p, 0, 1, 1, 1));
	CHECK_OK(put(&p, 0, 2, 1, 2));
	CHECK_OK(put(&p, 0, 1, 1, 3));
	CHECK_OK(put(&p, 0, 1, 1, 4));
	CHECK_OK(tf_pool_take(&out, &p, (uint8_t[32]){ 3 }));
	CHECK(!has(&p, 1) && has(&p, 2) && !has(&p, 3) && has(&p, 4));
}

TEST(depth_and_room_are_limited)
{
	tf_pool p = pool_new(2);

	CHECK_OK(put(&p, 0, 1, 1, 1));
	CHECK_OK(put(&p, 0, 1, 1, 2));
	CHECK_ERR(put(&p, 0, 1, 1, 3), TF_E_CAPACITY);
	CHECK_OK(put(&p, 0, 2, 1, 4));
	CHECK_OK(put(&p, 0, 2, 1, 5));
	CHECK_OK(put(&p, 0, 3, 1, 6));
	CHECK_OK(put(&p, 0, 3, 1, 7));
	CHECK_ERR(put(&p, 0, 4, 1, 8), TF_E_CAPACITY);
}

TEST(only_what_is_ready_confirmed_and_of_its_clique_moves_in)
{
	tf_pool p = pool_new(4);
	tf_pool_owner o = owner_of(1, 1);
	tf_presig s = presig_of(1, 1);

	s.ready = 0;
	CHECK_ERR(tf_pool_put(&p, 0, &o, &s), TF_E_USAGE);
	s = presig_of(1, 1);
	s.confirmed = 0;
	CHECK_ERR(tf_pool_put(&p, 0, &o, &s), TF_E_USAGE);
	s = presig_of(2, 1);
	CHECK_ERR(tf_pool_put(&p, 0, &o, &s), TF_E_USAGE);
	s = presig_of(1, 1);
	s.n = 3;
	CHECK_ERR(tf_pool_put(&p, 0, &o, &s), TF_E_USAGE);
	CHECK_OK(put(&p, 0, 1, 1, 1));
	CHECK_ERR(put(&p, 0, 1, 1, 1), TF_E_USAGE); /* the same id again */
}

TEST(age_epoch_and_restarts_destroy)
{
	tf_pool p = pool_new(4);

	CHECK_OK(put(&p, 0, 1, 1, 1));
	CHECK_OK(put(&p, 500, 1, 2, 2));
	tf_pool_expire(&p, 1000);
	CHECK(has(&p, 1));
	tf_pool_expire(&p, 1001);
	CHECK(!has(&p, 1) && has(&p, 2));
	tf_pool_drop_epoch(&p, (uint8_t[32]){ 9 }, 2);
	tf_pool_drop_epoch(&p, (uint8_t[32]){ 8 }, 9);
	CHECK(has(&p, 2));
	tf_pool_drop_epoch(&p, (uint8_t[32]){ 9 }, 3);
	CHECK(!has(&p, 2));
	CHECK_OK(put(&p, 0, 1, 1, 3));
	tf_pool_drop_device(&p, "c", NULL);
	tf_pool_drop_device(&p, "b", (uint8_t[16]){ 2 });
	CHECK(has(&p, 3));
	tf_pool_drop_device(&p, "b", (uint8_t[16]){ 3 });
	CHECK(!has(&p, 3));
	CHECK_OK(put(&p, 0, 1, 1, 4));
	tf_pool_drop_device(&p, "a", NULL);
	CHECK(!has(&p, 4));
	CHECK_OK(put(&p, 0, 1, 1, 5));
	CHECK(tf_pool_destroy(&p, (uint8_t[32]){ 5 }) && !has(&p, 5));
	CHECK(!tf_pool_destroy(&p, (uint8_t[32]){ 5 }));
}

TEST(the_list_is_in_the_order_of_making)
{
	tf_pool p = pool_new(4);
	const tf_pool_entry *list[4];
	uint64_t at = 0;

	for (uint8_t id = 1; id <= 4; id++)
		CHECK_OK(put(&p, 0, 1, 1, id));
	CHECK(tf_pool_destroy(&p, (uint8_t[32]){ 1 }));
	CHECK_OK(put(&p, 0, 1, 1, 9)); /* lies where 1 lay */
	CHECK(tf_pool_next(&p, &at)->presig.id[0] == 2);
	CHECK(tf_pool_next(&p, &at)->presig.id[0] == 3);
	CHECK(tf_pool_next(&p, &at)->presig.id[0] == 4);
	CHECK(tf_pool_next(&p, &at)->presig.id[0] == 9);
	CHECK(tf_pool_next(&p, &at) == NULL && tf_pool_next(&p, &at) == NULL);
	CHECK(tf_pool_list(&p, list, 4) == 4);
	CHECK(list[0]->id[0] == 2 && list[1]->id[0] == 3 && list[2]->id[0] == 4 &&
	      list[3]->id[0] == 9);
	CHECK(tf_pool_destroy(&p, (uint8_t[32]){ 3 }));
	CHECK(tf_pool_list(&p, list, 4) == 3 && list[1]->id[0] == 4);
	CHECK(tf_pool_list(&p, list, 1) == 1);
}

TEST(a_wiped_pool_holds_nothing)
{
	tf_pool p = pool_new(4), never = { 0 };

	CHECK_OK(put(&p, 0, 1, 1, 1));
	tf_pool_wipe(&p);
	tf_pool_wipe(&p);
	tf_pool_wipe(&never);
	for (size_t i = 0; i < sizeof(entries); i++)
		CHECK(((const uint8_t *)entries)[i] == 0);
}
