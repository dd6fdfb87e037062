/* What heartbeats say, and which presignatures are good for nothing. */
#include "coordinator/fleet.h"

#include <string.h>

#include "harness/harness.h"

#define AGE 5000

static tf_device d[3];
static tf_device *const clique[3] = { &d[0], &d[1], &d[2] };
static const uint8_t ours[32] = { 0xaa }, theirs[32] = { 0xbb };

/* A heartbeat with these presignatures (one letter each), capital letters for the other clique. */
static void beat(tf_device *x, const char *ids, int64_t now)
{
	tf_pool_state pools[16];
	tf_presig_ref refs[16];
	tf_ctl_heartbeat m = { .pools = pools };

	memset(pools, 0, sizeof(pools));
	for (; *ids; ids++) {
		uint32_t i = m.pools_n++;

		memset(refs[i].id, *ids, 32);
		memcpy(pools[i].clique, *ids < 'a' ? theirs : ours, 32);
		pools[i].ids = &refs[i];
		pools[i].ids_n = 1;
	}
	tf_fleet_heartbeat(x, &m, now);
}

static size_t stale(const tf_device *x, int64_t now, char *letters)
{
	const uint8_t *out[16];
	size_t n = tf_fleet_stale(out, 16, x, clique, 3, ours, now, AGE);

	for (size_t i = 0; i < n; i++)
		letters[i] = (char)out[i][0];
	letters[n] = '\0';
	return n;
}

TEST(a_presignature_that_somebody_lacks_is_stale_after_a_while)
{
	char found[17];

	memset(d, 0, sizeof(d));
	beat(&d[0], "abc", 1000);
	beat(&d[1], "abc", 1000);
	beat(&d[2], "ab", 1000);
	CHECK(stale(&d[0], 2000, found) == 0); /* may be on its way */
	beat(&d[0], "abcd", 4000);
	CHECK(stale(&d[0], 6001, found) == 1 && strcmp(found, "c") == 0);
	CHECK(stale(&d[1], 6001, found) == 1 && strcmp(found, "c") == 0);
	CHECK(stale(&d[2], 6001, found) == 0);
	beat(&d[0], "abcd", 8000); /* seen since 4000 */
	CHECK(stale(&d[0], 9001, found) == 2 && strcmp(found, "cd") == 0);
	tf_device_forget_presig(&d[0], d[0].presigs[2].id);
	CHECK(d[0].n_presigs == 3 && d[0].presigs[2].id[0] == 'd');
	CHECK(stale(&d[0], 9001, found) == 1 && strcmp(found, "d") == 0);
	beat(&d[0], "abcd", 10000); /* said again: its time begins anew */
	CHECK(stale(&d[0], 10001, found) == 1 && strcmp(found, "d") == 0);
	beat(&d[2], "", 11000); /* restarted: has none */
	CHECK(stale(&d[0], 11001, found) == 3 && strcmp(found, "abd") == 0);
}

TEST(presignatures_of_another_clique_are_not_ours_to_judge)
{
	char found[17];

	memset(d, 0, sizeof(d));
	beat(&d[0], "aX", 1000);
	beat(&d[1], "a", 1000);
	beat(&d[2], "", 1000);
	CHECK(stale(&d[0], 20000, found) == 1 && strcmp(found, "a") == 0);
	CHECK(tf_fleet_stale((const uint8_t *[1]){ NULL }, 0, &d[0], clique, 3, ours, 20000,
	                     AGE) == 0);
}

TEST(pending_shares_are_not_keys)
{
	tf_key_state keys[3] = { { .key_id = { 1 }, .sharing = { 2 }, .state = 0 },
	                         { .key_id = { 3 }, .sharing = { 4 }, .state = 1 },
	                         { .key_id = { 5 }, .sharing = { 6 }, .state = 2 } };
	tf_ctl_heartbeat m = { .keys = keys, .keys_n = 3 };
	const tf_ctl_hello hello = { .device = "", .address = "", .software = "", .kernel = "" };

	memset(d, 0, sizeof(d));
	tf_fleet_heartbeat(&d[0], &m, 1);
	CHECK(!tf_device_has_key(&d[0], keys[0].key_id));
	CHECK(tf_device_has_pending_key(&d[0], keys[0].key_id));
	CHECK(tf_device_has_pending(&d[0], keys[0].sharing));
	CHECK(tf_device_has_key(&d[0], keys[1].key_id));
	CHECK(!tf_device_has_pending_key(&d[0], keys[1].key_id));
	CHECK(!tf_device_has_pending(&d[0], keys[1].sharing));
	CHECK(!tf_device_has_key(&d[0], keys[2].key_id));
	CHECK(!tf_device_has_pending_key(&d[0], keys[2].key_id));
	m.keys_n = 0; /* the next one replaces pending ones, and lists no others */
	tf_fleet_heartbeat(&d[0], &m, 2);
	CHECK(d[0].keys.n == 1 && d[0].n_pending == 0);
	CHECK(tf_device_has_key(&d[0], keys[1].key_id));
	CHECK_OK(tf_fleet_hello(&d[0], &hello));
	CHECK(d[0].keys.n == 0 && !tf_device_has_key(&d[0], keys[1].key_id));
	tf_idmap_wipe(&d[0].keys);
}

/* Page by page, and no more than there is room for. */
static void names(tf_device *x, const char *first, const char *second)
{
	tf_device_ref refs[2] = { { first }, { second } };
	tf_ctl_heartbeat m = { .introduced = refs, .introduced_n = second ? 2 : first ? 1 : 0 };

	tf_fleet_heartbeat(x, &m, 1);
}

/* They name each other, a run among them shows that they do not know the same: until each pair has
 * been introduced again nobody is introduced, whatever they name. */
TEST(a_run_can_show_that_introductions_are_of_old)
{
	static tf_fleet f;
	tf_device *const a = &f.device[0], *const b = &f.device[1], *const c = &f.device[63];
	tf_device *const all[3] = { a, b, c };

	f.n = TF_FLEET_MAX;
	strcpy(a->name, "a");
	strcpy(b->name, "b");
	strcpy(c->name, "c");
	names(a, "b", "c");
	names(b, "a", NULL);
	names(c, "a", "b");
	CHECK(tf_fleet_introduced(&f, a, b) && tf_fleet_introduced(&f, b, a));
	CHECK(tf_fleet_introduced(&f, a, c) && !tf_fleet_introduced(&f, b, c));
	tf_fleet_note_introduced(&f, c, b);
	CHECK(tf_fleet_introduced(&f, b, c));
	names(b, "a", NULL);
	CHECK(!tf_fleet_introduced(&f, b, c));
	names(b, "a", "c");
	CHECK(tf_fleet_introduced(&f, b, c));
	tf_fleet_estrange(&f, all, 3);
	names(a, "b", "c");
	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < 3; k++)
			CHECK(i == k || !tf_fleet_introduced(&f, all[i], all[k]));
	tf_fleet_note_introduced(&f, c, a);
	CHECK(tf_fleet_introduced(&f, a, c) && tf_fleet_introduced(&f, c, a));
	CHECK(!tf_fleet_introduced(&f, a, b) && !tf_fleet_introduced(&f, c, b));
	tf_fleet_note_introduced(&f, a, b);
	tf_fleet_note_introduced(&f, b, c);
	CHECK(tf_fleet_introduced(&f, a, b) && tf_fleet_introduced(&f, c, b));
	tf_fleet_estrange(&f, all, 2);
	CHECK(!tf_fleet_introduced(&f, b, a) && tf_fleet_introduced(&f, c, b));
}

TEST(thousands_of_keys_are_listed_a_few_at_a_time)
{
	static tf_fleet fleet;
	tf_device *one = &fleet.device[0];
	tf_key_state keys[32] = { { .state = 1 } };
	tf_ctl_heartbeat m = { .keys = keys, .keys_n = TF_ARRAY_LEN(keys) };

	fleet.n = 1;
	for (uint32_t i = 0; i < TF_FLEET_KEYS + 64; i++) {
		tf_key_state *k = &keys[i % TF_ARRAY_LEN(keys)];

		k->state = 1;
		memcpy(k->key_id, &i, sizeof(i));
		if (i % TF_ARRAY_LEN(keys) == TF_ARRAY_LEN(keys) - 1)
			tf_fleet_heartbeat(one, &m, i);
	}
	CHECK(one->keys.n == TF_FLEET_KEYS);
	for (uint32_t i = 0; i < TF_FLEET_KEYS + 64; i++) {
		uint8_t id[32] = { 0 };

		memcpy(id, &i, sizeof(i));
		CHECK(tf_device_has_key(one, id) == (i < TF_FLEET_KEYS));
	}
	tf_fleet_wipe(&fleet);
	CHECK(one->keys.n == 0 && one->keys.id == NULL);
}
