/* The shelf: what it lends, what it makes and when, and what goes when memory is short. */
#include "cosigner/shelf.h"

#include <string.h>

#include "harness/harness.h"
#include "harness/primes.h"
#include "harness/tape.h"

#define PEERS 2u

static struct {
	tf_loop *loop;
	tf_shelf *shelf;
	tf_tape tape;
	tf_rng rng;
	tf_moduli moduli[1 + PEERS]; /* ours first */
	tf_aux aux[PEERS];
	bool busy;
	uint8_t scratch[256u * 1024u];
} w;

static bool is_idle(void *ctx)
{
	(void)ctx;
	return !w.busy;
}

static void make_moduli(unsigned i)
{
	tf_moduli *m = &w.moduli[i];
	tf_arena mem;
	tf_bn p[4];

	tf_arena_init(&mem, w.scratch, sizeof(w.scratch));
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(640, 4 * i + k, &p[k]);
	CHECK_OK(tf_moduli_make(m, &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &w.rng, &mem));
	if (i == 0)
		return;
	CHECK_OK(tf_paillier_pk_init(&w.aux[i - 1].pk, &tf_profile_small, &m->sk.pk.n.m));
	CHECK_OK(tf_rp_init(&w.aux[i - 1].rp, &tf_profile_small, &m->rp.pub.n.m, &m->rp.pub.s,
	                    &m->rp.pub.t));
}

static size_t size_of(tf_whose whose)
{
	return tf_party_tables_bytes(&tf_profile_small, whose) + 64 + sizeof(tf_party_tables);
}

static void open_shelf(size_t bytes_max)
{
	tf_shelf_options o = { .pr = &tf_profile_small, .rng = &w.rng, .bytes_max = bytes_max,
	                       .idle = is_idle };

	w.rng = tf_tape_init(&w.tape, tf_test_seed(), 60);
	for (unsigned i = 0; i <= PEERS; i++)
		make_moduli(i);
	CHECK_OK(tf_loop_new(&w.loop));
	o.loop = w.loop;
	CHECK_OK(tf_shelf_new(&w.shelf, &o));
}

static void close_shelf(void)
{
	tf_shelf_free(w.shelf);
	tf_loop_free(w.loop);
}

/* Make everything that it is time for. */
static void tick(void)
{
	for (unsigned i = 0; i < 6; i++) {
		tf_shelf_tick(w.shelf);
		while (tf_loop_jobs(w.loop))
			tf_loop_once(w.loop);
	}
}

enum { ANNA = 1, BERT = 2, BOTH = 3 };

/* A presigning of ours, first, with these. */
static tf_session_args lend(uint32_t batch, unsigned with)
{
	static const char *const name[PEERS] = { "anna", "bert" };
	tf_open open = { .protocol = TF_PRESIGN, .n = 1, .self = 1, .batch = batch };
	tf_session_args args = { .own = &w.moduli[0] };

	strcpy(open.seat[0].device, "we");
	for (unsigned i = 0; i < PEERS; i++) {
		if (!(with >> i & 1))
			continue;
		strcpy(open.seat[open.n].device, name[i]);
		args.aux[open.n++] = &w.aux[i];
	}
	tf_shelf_lend(w.shelf, &open, &args);
	return args;
}

static unsigned lent(const tf_session_args *args)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TF_PARTIES_MAX; i++)
		n += args->tables[i] != NULL;
	return n;
}

TEST_SLOW(what_is_asked_for_often_is_made_and_lent, 300)
{
	tf_session_args args;

	open_shelf(64u << 20);
	args = lend(TF_SHELF_HOT - 1, BOTH);
	CHECK(lent(&args) == 0);
	tick();
	CHECK(tf_shelf_count(w.shelf) == 0 && tf_shelf_bytes(w.shelf) == 0);
	args = lend(1, BOTH);
	w.busy = true;
	tick();
	CHECK(tf_shelf_count(w.shelf) == 0);
	w.busy = false;
	tick();
	CHECK(tf_shelf_count(w.shelf) == 3);
	CHECK(tf_shelf_bytes(w.shelf) == 2 * size_of(TF_PEERS) + size_of(TF_OURS));
	args = lend(1, BOTH);
	CHECK(lent(&args) == 3);
	CHECK(tf_party_tables_fit(args.tables[0], &w.moduli[0].sk.pk, &w.moduli[0].rp.pub, NULL));
	CHECK(tf_party_tables_fit(args.tables[1], &w.aux[0].pk, &w.aux[0].rp, NULL));
	CHECK(tf_party_tables_fit(args.tables[2], &w.aux[1].pk, &w.aux[1].rp, NULL));
	CHECK(!tf_party_tables_fit(args.tables[2], &w.aux[1].pk, &w.aux[0].rp, NULL));
	CHECK(!tf_kernel_ifma() || !tf_party_tables_fit(args.tables[2], &w.aux[1].pk,
	                                                &w.aux[1].rp, tf_kernel_ifma()));
	tf_shelf_return(w.shelf, args.tables);
	close_shelf();
}

TEST_SLOW(without_memory_nothing_is_made, 120)
{
	tf_session_args args;

	open_shelf(size_of(TF_PEERS) - 1);
	args = lend(100, BOTH);
	tick();
	CHECK(lent(&args) == 0 && tf_shelf_count(w.shelf) == 0);
	close_shelf();
}

/* With memory for two, a third that is asked for later takes the place of a peer's, unless that is
 * lent. */
TEST_SLOW(what_was_used_longest_ago_makes_room, 300)
{
	tf_session_args args, again;

	open_shelf(size_of(TF_PEERS) + size_of(TF_OURS));
	args = lend(100, ANNA);
	tick();
	CHECK(lent(&args) == 0 && tf_shelf_count(w.shelf) == 2);
	args = lend(100, ANNA);
	again = lend(100, BERT);
	tick();
	CHECK(lent(&args) == 2 && lent(&again) == 1); /* hers are in use */
	CHECK(tf_shelf_count(w.shelf) == 2);
	tf_shelf_return(w.shelf, args.tables);
	tick();
	tf_shelf_return(w.shelf, again.tables);
	again = lend(1, BERT);
	CHECK(lent(&again) == 2 && tf_shelf_count(w.shelf) == 2);
	tf_shelf_return(w.shelf, again.tables);
	args = lend(1, ANNA);
	CHECK(lent(&args) == 1);
	tf_shelf_return(w.shelf, args.tables);
	close_shelf();
}

/* Introduced again with other moduli: the old tables stay until their run is over. */
TEST_SLOW(moduli_that_have_changed_find_nothing, 300)
{
	tf_session_args args, later;
	size_t bytes;

	open_shelf(64u << 20);
	args = lend(100, ANNA);
	tick();
	args = lend(1, ANNA);
	CHECK(lent(&args) == 2 && tf_shelf_count(w.shelf) == 2);
	bytes = tf_shelf_bytes(w.shelf);
	w.aux[0] = w.aux[1];
	later = lend(100, ANNA);
	CHECK(lent(&later) == 1 && later.tables[0]);
	CHECK(tf_shelf_count(w.shelf) == 2);
	tf_shelf_return(w.shelf, args.tables);
	CHECK(tf_shelf_count(w.shelf) == 1 && tf_shelf_bytes(w.shelf) < bytes);
	tick();
	tf_shelf_return(w.shelf, later.tables);
	later = lend(1, ANNA);
	CHECK(lent(&later) == 2 && tf_shelf_bytes(w.shelf) == bytes);
	CHECK(tf_party_tables_fit(later.tables[1], &w.aux[1].pk, &w.aux[1].rp, NULL));
	tf_shelf_return(w.shelf, later.tables);
	close_shelf();
}

/* Ours go only when nobody has them; then other moduli may lie where they lay. */
TEST_SLOW(our_moduli_are_forgotten_when_nobody_uses_them, 300)
{
	tf_session_args args;
	tf_moduli old;

	open_shelf(64u << 20);
	args = lend(100, ANNA);
	tf_shelf_tick(w.shelf);
	tf_shelf_tick(w.shelf);
	while (tf_loop_jobs(w.loop))
		tf_loop_once(w.loop);
	tick();
	CHECK(tf_shelf_count(w.shelf) == 2);
	args = lend(1, ANNA);
	CHECK(lent(&args) == 2);
	CHECK(!tf_shelf_forget_own(w.shelf) && tf_shelf_count(w.shelf) == 2);
	tf_shelf_return(w.shelf, args.tables);
	CHECK(tf_shelf_forget_own(w.shelf) && tf_shelf_count(w.shelf) == 1);
	CHECK(tf_shelf_bytes(w.shelf) == size_of(TF_PEERS));
	CHECK(tf_shelf_forget_own(w.shelf) && tf_shelf_count(w.shelf) == 1);
	old = w.moduli[0];
	w.moduli[0] = w.moduli[2];
	args = lend(100, ANNA);
	CHECK(lent(&args) == 1);
	tf_shelf_return(w.shelf, args.tables);
	w.busy = false;
	tf_shelf_tick(w.shelf);
	CHECK(!tf_shelf_forget_own(w.shelf)); /* being made */
	tick();
	args = lend(1, ANNA);
	CHECK(lent(&args) == 2);
	CHECK(tf_party_tables_fit(args.tables[0], &w.moduli[2].sk.pk, &w.moduli[2].rp.pub, NULL));
	CHECK(!tf_party_tables_fit(args.tables[0], &old.sk.pk, &old.rp.pub, NULL));
	tf_shelf_return(w.shelf, args.tables);
	close_shelf();
}

/* More devices than the shelf has places: the one asked for longest ago gives up its own. */
TEST(devices_beyond_all_places_are_asked_for_in_turn)
{
	tf_open open = { .protocol = TF_PRESIGN, .n = 2, .self = 2, .batch = 1 };

	open_shelf(64u << 20);
	for (unsigned i = 0; i < 200; i++) {
		tf_session_args args = { .own = &w.moduli[0], .aux = { &w.aux[0] } };

		snprintf(open.seat[0].device, sizeof(open.seat[0].device), "device-%u", i);
		tf_shelf_lend(w.shelf, &open, &args);
		CHECK(lent(&args) == 0);
	}
	close_shelf();
}
