/* What a session has besides: copies that outlive what they were made of; and how its evidence is
 * called; and that no run is opened for whose end there is no room. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cosigner/keeper_impl.h"
#include "cosigner/node.h"
#include "harness/harness.h"
#include "harness/tape.h"

static struct {
	char dir[64], file[96];
	tf_tape tape;
	tf_rng rng;
	tf_node n;
} w;

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

static void begin(void)
{
	static uint8_t room[16384];
	static const tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 7 } } };
	tf_store_config c = { .path = w.file, .cosigner = "guard-1", .schema = 1, .parts = &part,
	                      .n_parts = 1 };
	tf_shelf_options o = { .pr = &tf_profile_small, .rng = &w.rng, .idle = never };
	tf_arena mem;

	strcpy(w.dir, "/tmp/trefoil-lane-XXXXXX");
	CHECK(mkdtemp(w.dir) != NULL);
	snprintf(w.file, sizeof(w.file), "%s/db", w.dir);
	c.rng = w.rng = tf_tape_init(&w.tape, 5, 2);
	tf_arena_init(&mem, room, sizeof(room));
	w.n = (tf_node){ .pr = &tf_profile_small, .run_bytes_max = 1u << 30 };
	CHECK_OK(tf_group_init(&w.n.g, TF_CURVE_SECP256K1, NULL, &mem));
	CHECK_OK(tf_loop_new(&w.n.loop));
	o.loop = w.n.loop;
	CHECK_OK(tf_store_open(&w.n.store, &c, NULL));
	CHECK_OK(tf_keeper_new(&w.n.keeper, w.n.store, w.n.pr, w.n.g, NULL));
	CHECK_OK(tf_shelf_new(&w.n.shelf, &o));
	CHECK_OK(tf_recall_new(&w.n.recall, NULL, 4, 4));
}

static void end(void)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	char file[128];

	tf_recall_free(w.n.recall);
	tf_shelf_free(w.n.shelf);
	tf_keeper_free(w.n.keeper);
	tf_store_close(w.n.store);
	tf_loop_free(w.n.loop);
	for (size_t i = 0; i < TF_ARRAY_LEN(ends); i++) {
		snprintf(file, sizeof(file), "%s%s", w.file, ends[i]);
		(void)unlink(file);
	}
	CHECK(rmdir(w.dir) == 0);
}

/* The workspace file is replaced between OPEN and START; the certificate still has its name. */
TEST(a_key_generation_keeps_the_name_of_its_workspace)
{
	tf_open open = { .protocol = TF_KEYGEN, .t = 3, .n = 3, .self = 1 };
	char *name = malloc(16);
	tf_session_args args = { .workspace = name };
	tf_lane *lane = NULL;

	CHECK(name != NULL);
	strcpy(name, "acme");
	begin();
	open.g = w.n.g;
	CHECK_OK(tf_lane_new(&lane, &w.n, &open, &args));
	memset(name, 'x', 15);
	free(name);
	CHECK(args.workspace != NULL && strcmp(args.workspace, "acme") == 0);
	tf_lane_free(lane);
	CHECK(w.n.run_bytes == 0);
	name = malloc(TF_WORKSPACE_MAX + 2);
	CHECK(name != NULL);
	memset(name, 'x', TF_WORKSPACE_MAX + 1);
	name[TF_WORKSPACE_MAX + 1] = '\0';
	args.workspace = name;
	CHECK_ERR(tf_lane_new(&lane, &w.n, &open, &args), TF_E_TOO_LARGE);
	CHECK(w.n.run_bytes == 0);
	free(name);
	end();
}

/* A run that ends first must not take the name of one that ends after it. */
TEST(evidence_of_every_session_has_a_file_of_its_own)
{
	static const char name[] = "/var/db.evidence-"
	                           "0700000000000000000000000000000000000000000000000000000000000000";
	static char long_path[TF_TESTIFY_PATH], one[TF_TESTIFY_PATH], two[TF_TESTIFY_PATH];
	uint8_t sid[32] = { 7 };

	CHECK_OK(tf_testify_path(one, "/var/db", sid));
	CHECK(strcmp(one, name) == 0);
	for (unsigned i = 0; i < sizeof(sid); i++) {
		sid[i] ^= 1;
		CHECK_OK(tf_testify_path(two, "/var/db", sid));
		CHECK(strcmp(one, two) != 0);
		sid[i] ^= 1;
	}
	memset(long_path, 'x', sizeof(long_path) - 1);
	CHECK_ERR(tf_testify_path(two, long_path, sid), TF_E_TOO_LARGE);
	long_path[TF_TESTIFY_PATH - sizeof(".evidence-") - 64] = '\0';
	CHECK_OK(tf_testify_path(two, long_path, sid));
	long_path[TF_TESTIFY_PATH - sizeof(".evidence-") - 64] = 'x';
	long_path[TF_TESTIFY_PATH - sizeof(".evidence-") - 63] = '\0';
	CHECK_ERR(tf_testify_path(two, long_path, sid), TF_E_TOO_LARGE);
}

/* As if so many were known; their records are nowhere. */
static void know(size_t peers, size_t keys)
{
	tf_keeper *k = w.n.keeper;

	while (k->n_peers < peers) {
		peer *p = calloc(1, sizeof(*p));

		CHECK(p != NULL);
		snprintf(p->device, sizeof(p->device), "guard-%zu", k->n_peers);
		k->peers[k->n_peers++] = p;
	}
	for (uint32_t i = (uint32_t)tf_keeper_keys(k); i < keys; i++) {
		tf_keyring_entry entry = { .epoch = 1 };

		memcpy(entry.key_id, &i, sizeof(i));
		memcpy(entry.sharing, &i, sizeof(i));
		CHECK_OK(tf_keyring_add(k->keys, &entry));
	}
}

/* An introduction to two others, of these numbers. */
static tf_open meeting(unsigned one, unsigned other)
{
	tf_open o = { .protocol = TF_AUXINFO, .t = 3, .n = 3, .self = 2 };

	snprintf(o.seat[0].device, sizeof(o.seat[0].device), "guard-%u", one);
	snprintf(o.seat[1].device, sizeof(o.seat[1].device), "self");
	snprintf(o.seat[2].device, sizeof(o.seat[2].device), "guard-%u", other);
	return o;
}

TEST(nobody_is_introduced_for_whom_there_is_no_room)
{
	const tf_open strangers = meeting(700, 800), half = meeting(3, 800), known = meeting(3, 4);
	const tf_open sign = { .protocol = TF_SIGN };
	static tf_session slots[3];

	begin();
	memset(slots, 0, sizeof(slots));
	w.n.sessions.c.slots = slots;
	w.n.sessions.c.slots_n = TF_ARRAY_LEN(slots);
	CHECK(tf_keeper_room_for_peers(w.n.keeper) == TF_KEEPER_PEERS_MAX);
	know(TF_KEEPER_PEERS_MAX - 2, 0);
	CHECK(tf_keeper_room_for_peers(w.n.keeper) == 2);
	CHECK(!tf_room_lacks(&w.n, &strangers) && !tf_room_lacks(&w.n, &known));
	slots[1].phase = TF_SESSION_RUNNING; /* one of the two places is promised */
	slots[1].opening.open = half;
	CHECK(tf_room_lacks(&w.n, &strangers) != NULL);
	CHECK(!tf_room_lacks(&w.n, &half) && !tf_room_lacks(&w.n, &known));
	slots[1].phase = TF_SESSION_FREE;
	CHECK(!tf_room_lacks(&w.n, &strangers));
	know(TF_KEEPER_PEERS_MAX - 1, 0);
	CHECK(tf_room_lacks(&w.n, &strangers) != NULL && !tf_room_lacks(&w.n, &half));
	know(TF_KEEPER_PEERS_MAX, 0);
	CHECK(tf_keeper_room_for_peers(w.n.keeper) == 0);
	CHECK(tf_room_lacks(&w.n, &half) != NULL && !tf_room_lacks(&w.n, &known));
	CHECK(!tf_room_lacks(&w.n, &sign));
	end();
}

TEST(no_key_is_generated_for_which_there_is_no_room)
{
	const tf_open open = { .protocol = TF_KEYGEN }, known = meeting(3, 4);
	static tf_session slots[3];

	begin();
	memset(slots, 0, sizeof(slots));
	w.n.sessions.c.slots = slots;
	w.n.sessions.c.slots_n = TF_ARRAY_LEN(slots);
	know(5, TF_KEYRING_KEYS_MAX - 2);
	CHECK(tf_keeper_room_for_keys(w.n.keeper) == 2 && !tf_room_lacks(&w.n, &open));
	slots[2].phase = TF_SESSION_OPENED;
	slots[2].opening.open = open;
	CHECK(!tf_room_lacks(&w.n, &open));
	slots[0] = slots[2];
	CHECK(tf_room_lacks(&w.n, &open) != NULL && !tf_room_lacks(&w.n, &known));
	slots[0].opening.open = known;
	CHECK(!tf_room_lacks(&w.n, &open));
	w.n.keeper->n_pending = 1; /* who has a share waiting may be shown its certificate */
	CHECK(tf_keeper_room_for_keys(w.n.keeper) == 1 && tf_room_lacks(&w.n, &open) != NULL);
	w.n.keeper->n_pending = 3;
	CHECK(tf_keeper_room_for_keys(w.n.keeper) == 0);
	w.n.keeper->n_pending = 0;
	memset(slots, 0, sizeof(slots));
	know(5, TF_KEYRING_KEYS_MAX);
	CHECK(tf_keeper_room_for_keys(w.n.keeper) == 0 && tf_room_lacks(&w.n, &open) != NULL);
	end();
}
