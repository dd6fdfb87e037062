/* The keeper with as many keys as an institution has: records written through the store, and what
 * they cost in memory. */
#include "cosigner/keeper_impl.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/harness.h"
#include "harness/primes.h"
#include "harness/tape.h"

#define RECORD (TF_CERTIFICATE_MAX + 512u)
#define SEATS 3u
#define MIB (1024.0 * 1024.0)

static struct {
	char dir[64];
	tf_tape tape;
	tf_rng rng;
	tf_store *store;
	const tf_group *g;
	tf_key key; /* of seat 2; the next one differs in its ids */
	tf_arena mem;
	uint8_t group_room[16384], room[1 << 18], cert[TF_CERTIFICATE_MAX], record[RECORD];
	size_t cert_len, record_len;
	bool sign; /* certificates that hold; others are not looked at */
	tf_signer signer[SEATS];
} w;

static const char *path(const char *name)
{
	static char out[128];

	snprintf(out, sizeof(out), "%s/%s", w.dir, name);
	return out;
}

static void clear(void)
{
	static const char *const names[] = { "db", "db-wal", "db-shm", "db.lock" };

	tf_store_close(w.store);
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		(void)unlink(path(names[i]));
	CHECK(rmdir(w.dir) == 0);
}

static void open_store(void)
{
	static const tf_key_part part = { .source = TF_SOURCE_FILE, .key = { { 7 } } };
	const tf_store_config c = { .path = path("db"), .cosigner = "guard-1", .schema = 1,
	                            .parts = &part, .n_parts = 1,
	                            .required_sources = TF_SOURCE_FILE, .rng = w.rng };

	CHECK_OK(tf_store_open(&w.store, &c, NULL));
}

static void make_sharing(void)
{
	static const char *const devices[SEATS] = { "guard-1", "guard-4", "primary-1" };
	tf_sharing *s = &w.key.sharing;

	*s = (tf_sharing){ .workspace = "acme", .curve = TF_CURVE_SECP256K1, .epoch = 1,
	                   .form = TF_SHARE_ADDITIVE, .t = SEATS, .n = SEATS };
	for (unsigned i = 0; i < SEATS; i++) {
		tf_seat *seat = &s->seat[i];
		tf_sc_sec x;

		CHECK_OK(tf_sc_random(w.g, &x, &w.rng));
		CHECK_OK(tf_pt_mul_base(w.g, &seat->W, &x));
		seat->index = (uint16_t)(i + 1);
		snprintf(seat->device, sizeof(seat->device), "%s", devices[i]);
		if (i == 0)
			s->Y = seat->W;
		else
			CHECK_OK(tf_pt_add(w.g, &s->Y, &s->Y, &seat->W));
		if (i == 1)
			w.key.x = x;
	}
	CHECK_OK(tf_sharing_attempt(s->attempt, s, w.g, &w.mem));
	w.key.index = 2;
}

static void begin(void)
{
	tf_arena mem;

	memset(&w, 0, sizeof(w));
	strcpy(w.dir, "/tmp/trefoil-keeper-XXXXXX");
	CHECK(mkdtemp(w.dir) != NULL);
	w.rng = tf_tape_init(&w.tape, 5, 1);
	tf_arena_init(&mem, w.group_room, sizeof(w.group_room));
	CHECK_OK(tf_group_init(&w.g, TF_CURVE_SECP256K1, NULL, &mem));
	tf_arena_init(&w.mem, w.room, sizeof(w.room));
	open_store();
	make_sharing();
}

/* The record of key n; its sharing is named `sharing`. */
static void make_record(uint32_t n, uint32_t sharing, tf_share_state state)
{
	static uint8_t body[TF_CERTIFICATE_MAX];
	static const tf_sharing_sig made[SEATS] = { { .device = "guard-1" }, { .device = "guard-4" },
	                                            { .device = "primary-1" } };
	size_t body_len, mark = tf_arena_mark(&w.mem);
	tf_sharing_sig sigs[SEATS];
	uint8_t hash[32];

	memcpy(w.key.sharing.key_id, &n, sizeof(n));
	memcpy(w.key.sharing.sharing, &sharing, sizeof(sharing));
	w.key.state = state;
	memcpy(sigs, made, sizeof(sigs));
	CHECK_OK(tf_sharing_encode(body, &body_len, hash, &w.key.sharing, w.g, &w.mem));
	for (unsigned i = 0; w.sign && i < SEATS; i++)
		CHECK_OK(tf_sign(sigs[i].sig, &w.signer[i], TF_SHARING_DOMAIN, hash, sizeof(hash)));
	CHECK_OK(tf_sharing_seal(w.cert, sizeof(w.cert), &w.cert_len, body, body_len, sigs, SEATS,
	                         &w.mem));
	CHECK_OK(tf_key_encode(w.record, sizeof(w.record), &w.record_len, &w.key, w.cert,
	                       w.cert_len, w.g, &w.mem));
	tf_arena_release(&w.mem, mark);
}

static void write_record(uint32_t n, uint32_t sharing, tf_share_state state)
{
	char row[65];
	const tf_place place = { "key", row, "record" };

	make_record(n, sharing, state);
	for (unsigned i = 0; i < 32; i++)
		snprintf(row + 2 * i, 3, "%02x", w.key.sharing.sharing[i]);
	CHECK_OK(tf_store_put(w.store, &place, w.record, w.record_len));
}

static void write_keys(uint32_t count)
{
	CHECK_OK(tf_store_begin(w.store));
	for (uint32_t i = 0; i < count; i++)
		write_record(i, i + 1000000, TF_SHARE_COMMITTED);
	CHECK_OK(tf_store_commit(w.store));
}

static tf_keeper *keeper(void)
{
	tf_keeper *k = NULL;

	CHECK_OK(tf_keeper_new(&k, w.store, &tf_profile_small, w.g, NULL));
	return k;
}

/* Lend key n, compare it with what was written, and give it back. */
static void check_key(tf_keeper *k, uint32_t n)
{
	uint8_t id[32] = { 0 };
	const tf_key *key;

	make_record(n, n + 1000000, TF_SHARE_COMMITTED);
	memcpy(id, &n, sizeof(n));
	CHECK_OK(tf_keeper_lend(k, &key, id));
	CHECK(memcmp(key->sharing.sharing, w.key.sharing.sharing, 32) == 0);
	CHECK(key->index == 2 && key->state == TF_SHARE_COMMITTED);
	CHECK(tf_ct_reveal(tf_sc_eq(&key->x.s, &w.key.x.s)));
	tf_keeper_return(k, key);
}

static double resident(void)
{
	unsigned long pages = 0, ignored;
	FILE *f = fopen("/proc/self/statm", "r");

	CHECK(f && fscanf(f, "%lu %lu", &ignored, &pages) == 2);
	fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / MIB;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

TEST(ten_thousand_keys_cost_little_memory)
{
	const uint32_t count = 10000;
	double before, opened, began;
	tf_keeper *k;

	begin();
	write_keys(count);
	tf_store_close(w.store);
	before = resident();
	began = seconds();
	open_store();
	k = keeper();
	began = seconds() - began;
	opened = resident();
	CHECK(tf_keeper_keys(k) == count);
	for (uint32_t i = 0; i < 300; i++)
		check_key(k, (uint32_t)((uint64_t)i * 7919 % count));
	printf("%u keys: %.1f MiB when open, %.1f after 300 were used; open in %.2f s\n", count,
	       opened - before, resident() - before, began);
	CHECK(resident() - before < 50);
	tf_keeper_free(k);
	clear();
}

TEST(a_key_is_read_when_it_is_needed_and_checked_then)
{
	static uint8_t cert[TF_CERTIFICATE_MAX];
	const tf_key *key = NULL;
	size_t len = 0;
	char row[65];
	const tf_place place = { "key", row, "record" };
	tf_keeper *k;

	begin();
	write_keys(3);
	w.key.x.s.d[0] ^= 1; /* not the seat's share */
	write_record(3, 3 + 1000000, TF_SHARE_COMMITTED);
	for (unsigned i = 0; i < 32; i++)
		snprintf(row + 2 * i, 3, "%02x", w.key.sharing.sharing[i]);
	w.key.x.s.d[0] ^= 1;
	k = keeper();
	CHECK(tf_keeper_keys(k) == 4 && tf_keeper_key_at(k, 4) == NULL);
	check_key(k, 1);
	CHECK(tf_err_get_kind(tf_keeper_lend(k, &key, (const uint8_t[32]){ 3 })) ==
	      TF_KIND_ENCODING);
	CHECK_ERR(tf_keeper_lend(k, &key, (const uint8_t[32]){ 9 }), TF_E_NOT_FOUND);
	for (size_t i = 0; i < 3; i++) {
		const tf_keyring_entry *e = tf_keeper_key_at(k, i);
		uint32_t n;

		memcpy(&n, e->key_id, sizeof(n));
		make_record(n, n + 1000000, TF_SHARE_COMMITTED);
		CHECK_OK(tf_keeper_certificate(k, cert, sizeof(cert), &len, i));
		CHECK(len == w.cert_len && memcmp(cert, w.cert, len) == 0);
	}
	CHECK_ERR(tf_keeper_certificate(k, cert, 10, &len, 0), TF_E_CAPACITY);
	CHECK_ERR(tf_keeper_certificate(k, cert, sizeof(cert), &len, 4), TF_E_NOT_FOUND);
	CHECK_OK(tf_store_delete(w.store, &place));
	CHECK_ERR(tf_keeper_lend(k, &key, (const uint8_t[32]){ 3 }), TF_E_IO);
	tf_keeper_free(k);
	clear();
}

static const uint8_t *identity_of(void *ctx, const char *device)
{
	(void)ctx;
	for (unsigned i = 0; i < SEATS; i++)
		if (strcmp(w.key.sharing.seat[i].device, device) == 0)
			return w.signer[i].pk;
	return NULL;
}

TEST(a_pending_share_waits_where_there_is_no_room)
{
	tf_fault fault;
	tf_keeper *k;

	begin();
	w.sign = true;
	for (unsigned i = 0; i < SEATS; i++)
		tf_signer_init(&w.signer[i], &(tf_secret){ { (uint8_t)(i + 1), 0x5e } });
	write_record(1, 1000001, TF_SHARE_PENDING);
	k = keeper();
	for (uint32_t i = 0; i < TF_KEYRING_KEYS_MAX; i++) {
		tf_keyring_entry entry = { .epoch = 1, .key_id = { 0, 0, 0, 0, 1 } };

		memcpy(entry.key_id, &i, sizeof(i));
		CHECK_OK(tf_keyring_add(k->keys, &entry));
	}
	CHECK_ERR(tf_keeper_complete(k, w.cert, w.cert_len, identity_of, NULL, &fault),
	          TF_E_RESOURCE);
	CHECK(fault.check == TF_CK_NONE && tf_keeper_keys(k) == TF_KEYRING_KEYS_MAX);
	CHECK(tf_keeper_is_pending(k, w.key.sharing.sharing));
	tf_keeper_free(k);
	k = keeper();
	CHECK(tf_keeper_keys(k) == 0 && tf_keeper_is_pending(k, w.key.sharing.sharing));
	CHECK_OK(tf_keeper_complete(k, w.cert, w.cert_len, identity_of, NULL, &fault));
	CHECK(tf_keeper_keys(k) == 1 && !tf_keeper_is_pending(k, w.key.sharing.sharing));
	tf_keeper_free(k);
	clear();
}

/* The record of a device's moduli, as an introduction persists it. */
static void introduce(tf_keeper *k, const char *device, const tf_moduli *of)
{
	static tf_aux aux;
	static uint8_t record[4096];
	const uint8_t sid[32] = { 1 };
	size_t mark = tf_arena_mark(&w.mem), len;

	CHECK_OK(tf_paillier_pk_init(&aux.pk, &tf_profile_small, &of->sk.pk.n.m));
	CHECK_OK(tf_rp_init(&aux.rp, &tf_profile_small, &of->rp.pub.n.m, &of->rp.pub.s,
	                    &of->rp.pub.t));
	CHECK_OK(tf_aux_encode(record, sizeof(record), &len, &aux, device, sid, 7,
	                       &tf_profile_small, &w.mem));
	CHECK_OK(tf_keeper_persist(k, TF_REC_PEER_AUX, (const uint8_t *)device, strlen(device),
	                           record, len));
	tf_arena_release(&w.mem, mark);
}

/* Searched one after the other, the second first. */
static void put_primes(tf_keeper *k, tf_bn out[static 4], unsigned at, uint64_t since)
{
	for (unsigned i = 0; i < 4; i++) {
		tf_test_primes(640, at + i, &out[i]);
		CHECK_OK(tf_keeper_prime_put(k, i, &out[i], since + (i ^ 1)));
	}
}

static bool same(const tf_bn *a, const tf_bn *b)
{
	return tf_ct_reveal(tf_bn_eq(a, b));
}

static bool is_prime_product(const tf_keeper *k, const tf_bn prime[static 4])
{
	tf_bn rest;

	return tf_bn_mod(&rest, &tf_keeper_moduli(k)->sk.pk.n.m, &prime[0]) == TF_OK &&
	       tf_ct_reveal(tf_bn_is_zero(&rest));
}

TEST(renewed_moduli_take_introductions_with_them)
{
	const char *who[TF_KEEPER_PEERS_MAX];
	tf_bn prime[4], next[4], kept[4];
	uint64_t since;
	tf_keeper *k;
	unsigned n;

	begin();
	write_keys(1);
	k = keeper();
	CHECK(!tf_keeper_moduli(k));
	CHECK(tf_keeper_moduli_since(k) == 0);
	put_primes(k, prime, 0, 400);
	CHECK_OK(tf_keeper_moduli_make(k, prime, 400, 500, &w.rng));
	CHECK(tf_keeper_moduli_since(k) == 400);
	CHECK(tf_keeper_moduli(k)->generation == 1 && tf_keeper_moduli(k)->created == 500);
	CHECK(is_prime_product(k, prime));
	introduce(k, "guard-4", tf_keeper_moduli(k)); /* anybody's will do here */
	introduce(k, "primary-1", tf_keeper_moduli(k));
	CHECK(tf_keeper_introduced(k, who) == 2 && tf_keeper_aux(k, "guard-4"));
	put_primes(k, next, 4, 600); /* spare ones, which a restart finds again */
	tf_keeper_free(k);
	k = keeper();
	CHECK_OK(tf_keeper_primes(k, kept, &since, &n));
	CHECK(n == 4 && since == 600 && tf_keeper_moduli_since(k) == 400);
	CHECK(same(&kept[0], &next[0]) && same(&kept[3], &next[3]));
	CHECK(tf_keeper_introduced(k, who) == 2 && tf_keeper_moduli(k)->generation == 1);
	kept[2].d[0] ^= 16; /* no prime: nothing is made of it, and nothing lost */
	CHECK_ERR(tf_keeper_moduli_make(k, kept, since, 900, &w.rng), TF_E_ENCODING);
	CHECK(tf_keeper_moduli(k)->generation == 1 && tf_keeper_introduced(k, who) == 2);
	kept[2].d[0] ^= 16;
	CHECK_OK(tf_keeper_moduli_make(k, kept, since, 900, &w.rng));
	for (unsigned i = 0; i < 2; i++) {
		CHECK(tf_keeper_moduli(k)->generation == 2 && tf_keeper_moduli(k)->created == 900);
		CHECK(is_prime_product(k, next) && !is_prime_product(k, prime));
		CHECK(tf_keeper_introduced(k, who) == 0 && !tf_keeper_aux(k, "guard-4"));
		CHECK_OK(tf_keeper_primes(k, kept, &since, &n));
		CHECK(n == 0 && since == 0 && tf_keeper_keys(k) == 1);
		CHECK(tf_keeper_moduli_since(k) == 600);
		tf_keeper_free(k);
		k = keeper(); /* and the same from the disk */
	}
	put_primes(k, next, 0, 1000);
	CHECK_OK(tf_keeper_primes_drop(k));
	CHECK_OK(tf_keeper_primes(k, kept, &since, &n));
	CHECK(n == 0 && since == 0);
	CHECK_OK(tf_keeper_prime_put(k, 0, &prime[0], 70));
	CHECK_OK(tf_store_delete(w.store, &(tf_place){ "prime", "p", "since" }));
	CHECK_OK(tf_keeper_primes(k, kept, &since, &n));
	CHECK(n == 1 && since == 0); /* of a version that wrote no times */
	CHECK_OK(tf_store_delete(w.store, &(tf_place){ "prime", "own", "since" }));
	tf_keeper_free(k);
	k = keeper();
	CHECK(tf_keeper_moduli_since(k) == 900);
	tf_keeper_free(k);
	clear();
}

/* From now on the database refuses to delete what is in this table. */
static void keep_table(tf_keeper **k, const char *table)
{
	char words[256];
	sqlite3 *db;

	tf_keeper_free(*k);
	tf_store_close(w.store); /* which alone may have it open */
	snprintf(words, sizeof(words), "create trigger keep before delete on record when old.tbl = '%s'"
	         " begin select raise(abort, 'kept'); end", table);
	CHECK(sqlite3_open(path("db"), &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, words, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
	open_store();
	*k = keeper();
}

/* Neither half of a renewal stands without the other, whatever of it fails. */
TEST(a_renewal_that_fails_leaves_all_as_it_was)
{
	static const char *const tables[] = { "", "prime", "aux" };
	const char *who[TF_KEEPER_PEERS_MAX];
	tf_bn prime[4], next[4], kept[4];
	uint64_t since;
	tf_keeper *k;
	unsigned n;

	for (size_t i = 0; i < TF_ARRAY_LEN(tables); i++) {
		begin();
		k = keeper();
		put_primes(k, prime, 0, 400);
		CHECK_OK(tf_keeper_moduli_make(k, prime, 400, 500, &w.rng));
		introduce(k, "guard-4", tf_keeper_moduli(k));
		put_primes(k, next, 4, 600);
		if (i == 0)
			next[1] = next[2]; /* no moduli can be made of these */
		else
			keep_table(&k, tables[i]);
		CHECK(tf_keeper_moduli_make(k, next, 600, 900, &w.rng) != TF_OK);
		for (unsigned again = 0; again < 2; again++) {
			CHECK(tf_keeper_moduli(k)->generation == 1 && is_prime_product(k, prime));
			CHECK(tf_keeper_introduced(k, who) == 1 && tf_keeper_moduli_since(k) == 400);
			CHECK_OK(tf_keeper_primes(k, kept, &since, &n));
			CHECK(n == 4 && since == 600);
			tf_keeper_free(k);
			tf_store_close(w.store);
			open_store();
			k = keeper();
		}
		tf_keeper_free(k);
		clear();
	}
}

/* A pending share of a key that another sharing has made goes, at start and when it is committed;
 * of others it stays. */
TEST(pending_shares_that_are_stale_go)
{
	uint8_t other[32] = { 0 }, kept[32] = { 0 }, later[32] = { 0 };
	const uint32_t names[3] = { 50, 60, 70 };
	tf_keeper *k;

	memcpy(other, &names[0], 4);
	memcpy(kept, &names[1], 4);
	memcpy(later, &names[2], 4);
	begin();
	write_keys(2);
	write_record(0, names[0], TF_SHARE_PENDING);
	write_record(8, names[1], TF_SHARE_PENDING);
	write_record(9, names[2], TF_SHARE_PENDING);
	k = keeper();
	CHECK(tf_keeper_keys(k) == 2);
	CHECK(!tf_keeper_is_pending(k, other) && tf_keeper_is_pending(k, kept));
	make_record(9, 71, TF_SHARE_COMMITTED);
	CHECK_OK(tf_keeper_persist(k, TF_REC_KEY_SHARE, w.key.sharing.sharing, 32, w.record,
	                           w.record_len));
	CHECK(tf_keeper_keys(k) == 3 && !tf_keeper_is_pending(k, later));
	CHECK(tf_keeper_is_pending(k, kept));
	CHECK_ERR(tf_keeper_persist(k, TF_REC_KEY_SHARE, w.key.sharing.sharing, 32, w.record,
	                            w.record_len), TF_E_CONFLICT);
	tf_keeper_free(k);
	k = keeper();
	CHECK(tf_keeper_keys(k) == 3 && tf_keeper_is_pending(k, kept));
	CHECK(!tf_keeper_is_pending(k, other) && !tf_keeper_is_pending(k, later));
	tf_keeper_free(k);
	clear();
}
