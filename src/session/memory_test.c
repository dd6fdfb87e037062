/* What is remembered: standings of devices, and mail that came early. */
#include <string.h>

#include "harness/harness.h"
#include "session/inbox.h"
#include "session/standing.h"

static tf_standing rows[3];
static uint8_t room[1 << 14];

static tf_standings standings_new(uint32_t limit)
{
	tf_standings s;

	memset(rows, 0, sizeof(rows));
	tf_standings_init(&s, rows, TF_ARRAY_LEN(rows), limit);
	return s;
}

#define LEAST 2u

static tf_err show_to(tf_standings *s, const char *device, uint32_t least, uint32_t instance,
                      uint8_t boot, tf_check *check)
{
	tf_fault f;
	tf_err err;

	tf_fault_at(&f, 1, 0);
	err = tf_standings_show(s, device, least, instance, (uint8_t[16]){ boot }, &f);
	*check = f.check;
	return err;
}

static tf_err show(tf_standings *s, const char *device, uint32_t instance, uint8_t boot,
                   tf_check *check)
{
	return show_to(s, device, LEAST, instance, boot, check);
}

static bool fine(const tf_standings *s, const char *device)
{
	return tf_standings_fine(s, device, LEAST);
}

TEST(instances_only_rise_and_have_one_boot_id)
{
	tf_standings s = standings_new(0);
	tf_check check;

	CHECK_ERR(show(&s, "a", 1, 1, &check), TF_E_STATE); /* below what the roster accepts */
	CHECK(check == TF_CK_READY_INSTANCE);
	CHECK_OK(show(&s, "a", 5, 1, &check));
	CHECK_OK(show(&s, "a", 5, 1, &check));
	CHECK_ERR(show(&s, "a", 4, 1, &check), TF_E_STATE);
	CHECK(check == TF_CK_READY_INSTANCE && fine(&s, "a"));
	CHECK_OK(show(&s, "a", 6, 2, &check));
	CHECK_ERR(show(&s, "a", 6, 3, &check), TF_E_PROOF);
	CHECK(check == TF_CK_READY_BOOT && !fine(&s, "a") && fine(&s, "b"));
}

TEST(the_roster_pardons_and_nobody_else)
{
	tf_standings s = standings_new(2);
	tf_check check;

	CHECK_OK(show(&s, "a", 6, 2, &check));
	CHECK_OK(tf_standings_blame(&s, "a"));
	CHECK_ERR(show(&s, "a", 6, 3, &check), TF_E_PROOF);
	CHECK_OK(show(&s, "a", 7, 4, &check)); /* a restart is no pardon */
	CHECK(!fine(&s, "a") && !tf_standings_fine(&s, "a", 7));
	CHECK_OK(show_to(&s, "a", 7, 7, 4, &check)); /* nor is what has been shown */
	CHECK(!tf_standings_fine(&s, "a", 7));
	CHECK(tf_standings_fine(&s, "a", 8)); /* it may open, but must show that instance */
	CHECK_ERR(show_to(&s, "a", 8, 7, 4, &check), TF_E_STATE);
	CHECK(check == TF_CK_READY_INSTANCE && !fine(&s, "a"));
	CHECK_OK(show_to(&s, "a", 8, 9, 5, &check));
	CHECK(tf_standings_fine(&s, "a", 8) && fine(&s, "a"));
	CHECK(s.row[0].instance == 9 && s.row[0].aborts == 0 && s.row[0].changed);
	CHECK_ERR(show_to(&s, "a", 8, 9, 6, &check), TF_E_PROOF); /* for once */
	CHECK(!tf_standings_fine(&s, "a", 8));
}

TEST(convictions_lead_to_quarantine)
{
	tf_standings s = standings_new(2), never = standings_new(0);
	tf_check check;

	CHECK_OK(show(&s, "a", 4, 1, &check));
	CHECK_OK(tf_standings_blame(&s, "a"));
	CHECK(fine(&s, "a"));
	CHECK_OK(tf_standings_blame(&s, "a"));
	CHECK(!fine(&s, "a"));
	CHECK(!tf_standings_fine(&s, "a", 4) && tf_standings_fine(&s, "a", 5));
	CHECK_OK(show_to(&s, "a", 5, 5, 2, &check));
	CHECK(fine(&s, "a"));
	s = never;
	memset(rows, 0, sizeof(rows));
	for (unsigned i = 0; i < 100; i++)
		CHECK_OK(tf_standings_blame(&s, "a"));
	CHECK(fine(&s, "a"));
}

TEST(the_table_of_standings_is_bounded)
{
	tf_standings s = standings_new(2);
	tf_check check;

	CHECK_OK(tf_standings_blame(&s, "a"));
	CHECK_OK(tf_standings_blame(&s, "b"));
	CHECK_OK(tf_standings_blame(&s, "c"));
	CHECK_ERR(tf_standings_blame(&s, "d"), TF_E_CAPACITY);
	CHECK_ERR(show(&s, "d", 5, 1, &check), TF_E_CAPACITY);
	CHECK(tf_standings_find(&s, "d") == NULL);
}

TEST(standings_outlive_a_restart)
{
	tf_standings s = standings_new(2);
	uint8_t kept[2][256];
	size_t len[2];
	tf_outbox out;
	tf_arena mem, scratch;
	tf_check check;

	tf_arena_init(&mem, room, sizeof(room) / 2);
	tf_arena_init(&scratch, room + sizeof(room) / 2, sizeof(room) / 2);
	tf_outbox_init(&out, &mem);
	CHECK_OK(show(&s, "a", 5, 1, &check));
	CHECK_ERR(show(&s, "a", 5, 2, &check), TF_E_PROOF);
	CHECK_OK(tf_standings_blame(&s, "b"));
	CHECK_OK(tf_standings_keep(&s, &out));
	CHECK(out.count == 2);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(out.effect[i].kind == TF_EFFECT_PERSIST &&
		      out.effect[i].type == TF_REC_STANDING && out.effect[i].key_len == 1 &&
		      out.effect[i].key[0] == 'a' + i);
		len[i] = out.effect[i].len;
		memcpy(kept[i], out.effect[i].data, len[i]);
	}
	CHECK_OK(tf_standings_keep(&s, &out));
	CHECK(out.count == 2); /* nothing has changed since */
	s = standings_new(2);
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_standings_load(&s, kept[i], len[i], &scratch));
	CHECK(!fine(&s, "a") && tf_standings_find(&s, "a")->instance == 5);
	CHECK(tf_standings_find(&s, "b")->aborts == 1);
	CHECK_ERR(tf_standings_load(&s, kept[0], len[0] - 1, &scratch), TF_E_TRUNCATED);
	kept[0][len[0] - 1] = 2; /* suspended is 0 or 1 */
	CHECK_ERR(tf_standings_load(&s, kept[0], len[0], &scratch), TF_E_ENCODING);
}

static const uint8_t sid1[32] = { 1 }, sid2[32] = { 2 };

TEST(mail_is_kept_in_order_by_session)
{
	tf_inbox b;
	tf_inbox_item item;

	tf_inbox_init(&b, room, 1000, 1000, 9, 100);
	CHECK_OK(tf_inbox_put(&b, 0, sid1, "a", (const uint8_t *)"one", 3));
	CHECK_OK(tf_inbox_put(&b, 0, sid2, "b", (const uint8_t *)"two", 3));
	CHECK_OK(tf_inbox_put(&b, 0, sid1, "c", (const uint8_t *)"three", 5));
	CHECK(tf_inbox_next(&item, &b, sid1) && item.len == 3 && !memcmp(item.msg, "one", 3));
	CHECK(strcmp(item.device, "a") == 0);
	tf_inbox_drop(&b, &item);
	CHECK(tf_inbox_next(&item, &b, sid1) && item.len == 5 && !memcmp(item.msg, "three", 5));
	tf_inbox_drop(&b, &item);
	CHECK(!tf_inbox_next(&item, &b, sid1));
	CHECK(tf_inbox_next(&item, &b, sid2) && strcmp(item.device, "b") == 0);
	tf_inbox_forget(&b, sid2);
	CHECK(!tf_inbox_next(&item, &b, sid2) && b.used == 0);
}

TEST(the_inbox_is_bounded_in_bytes_time_and_for_each_device)
{
	uint8_t big[600] = { 0 };
	tf_inbox_item item;
	tf_inbox b;

	tf_inbox_init(&b, room, 2000, 800, 9, 100);
	CHECK_OK(tf_inbox_put(&b, 0, sid1, "a", big, 600));
	CHECK_ERR(tf_inbox_put(&b, 0, sid1, "a", big, 100), TF_E_CAPACITY);
	CHECK_OK(tf_inbox_put(&b, 50, sid1, "b", big, 600));
	CHECK_ERR(tf_inbox_put(&b, 0, sid1, "c", big, 600), TF_E_CAPACITY);
	CHECK_ERR(tf_inbox_put(&b, 0, sid1, "d", big, SIZE_MAX), TF_E_CAPACITY);
	tf_inbox_expire(&b, 100);
	CHECK(tf_inbox_next(&item, &b, sid1) && strcmp(item.device, "a") == 0);
	tf_inbox_expire(&b, 101);
	CHECK(tf_inbox_next(&item, &b, sid1) && strcmp(item.device, "b") == 0);
	CHECK_OK(tf_inbox_put(&b, 101, sid1, "c", big, 600));
	tf_inbox_expire(&b, 1000);
	CHECK(b.used == 0);
}

/* What one device sends is few enough to be looked at each time, and costs nobody else. */
TEST(the_inbox_takes_so_many_messages_of_each_device)
{
	const uint8_t *byte = (const uint8_t *)"x";
	tf_inbox_item item;
	tf_inbox b;

	tf_inbox_init(&b, room, 2000, 2000, 3, 100);
	for (unsigned k = 0; k < 3; k++)
		CHECK_OK(tf_inbox_put(&b, 10 * k, k == 1 ? sid2 : sid1, "a", byte, 1));
	CHECK_ERR(tf_inbox_put(&b, 30, sid1, "a", byte, 1), TF_E_CAPACITY);
	CHECK_OK(tf_inbox_put(&b, 30, sid1, "b", byte, 1));
	tf_inbox_expire(&b, 105);
	CHECK_OK(tf_inbox_put(&b, 105, sid2, "a", byte, 1));
	CHECK_ERR(tf_inbox_put(&b, 105, sid2, "a", byte, 1), TF_E_CAPACITY);
	tf_inbox_forget(&b, sid2);
	CHECK(tf_inbox_next(&item, &b, sid1) && strcmp(item.device, "a") == 0);
	tf_inbox_drop(&b, &item);
	CHECK(tf_inbox_next(&item, &b, sid1) && strcmp(item.device, "b") == 0);
	tf_inbox_drop(&b, &item);
	CHECK(b.used == 0);
}
