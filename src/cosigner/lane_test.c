/* What a session has besides: copies that outlive what they were made of; and how its evidence is
 * called. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
