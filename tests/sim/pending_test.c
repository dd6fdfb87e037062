/* Key generation over the keepers and stores that co-signers have, with a death at each effect.
 *
 * Every party's PERSISTs go through its real keeper into its real, sealed store. One of them dies
 * before or after an effect; it comes back with its disk. What must hold, wherever it died:
 *
 *   if anybody has committed, everybody else holds the same sharing, pending at least, and the
 *       certificate of the one makes all shares committed, without another run
 *   if nobody has, another run for the same key succeeds, and removes what was left pending
 *   a certificate that is not exactly the one that was acknowledged completes nothing
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "cosigner/keeper.h"
#include "proto/cast_test.h"
#include "proto/keygen.h"

#define N 3u
#define NEVER 1000u

typedef struct house {
	char dir[64];
	tf_store *store[N];
	tf_keeper *keeper[N];
	bool dead[N];
	unsigned dies;   /* who; N: nobody */
	unsigned at;     /* after so many points of its life */
	unsigned points; /* that it has passed */
	unsigned first;  /* the point of its first PERSIST */
} house;

static cast c;
static tf_keygen kg[N];
static house h;

static tf_arena *scratch(void)
{
	static uint8_t room[1 << 20];
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

static const uint8_t *identity(void *ctx, const char *device)
{
	const cast *all = ctx;

	for (unsigned i = 0; i < N; i++)
		if (strcmp(device, all->env[0].party[i].device) == 0)
			return all->env[0].party[i].identity;
	return NULL;
}

/* ---- disks ---- */

static void path_of(char out[static 96], unsigned i)
{
	snprintf(out, 96, "%s/%u", h.dir, i);
}

static void start_keeper(unsigned i)
{
	static tf_tape tape[N];
	static unsigned starts;
	tf_key_part part = { .source = TF_SOURCE_FILE };
	char path[96];
	tf_db_reason why;
	tf_store_config config = { .path = path, .cosigner = c.env[0].party[i].device, .schema = 1,
	                           .parts = &part, .n_parts = 1 };

	path_of(path, i);
	memset(part.key.b, (int)i + 1, sizeof(part.key.b));
	config.rng = tf_tape_init(&tape[i], tf_test_seed() + ++starts, 70 + i);
	CHECK_OK(tf_store_open(&h.store[i], &config, &why));
	CHECK_OK(tf_keeper_new(&h.keeper[i], h.store[i], &tf_profile_small, c.g, NULL));
}

static void stop_keeper(unsigned i)
{
	tf_keeper_free(h.keeper[i]);
	tf_store_close(h.store[i]);
	h.keeper[i] = NULL;
	h.store[i] = NULL;
}

static void open_house(unsigned dies, unsigned at)
{
	cast_init(&c, N, &tf_profile_small, TF_CURVE_SECP256K1);
	memset(&h, 0, sizeof(h));
	h.dies = dies;
	h.at = at;
	h.first = NEVER;
	strcpy(h.dir, "/tmp/trefoil-pending-XXXXXX");
	CHECK(mkdtemp(h.dir) != NULL);
	for (unsigned i = 0; i < N; i++)
		start_keeper(i);
}

static void close_house(void)
{
	static const char *const ends[] = { "", "-wal", ".lock" };

	for (unsigned i = 0; i < N; i++) {
		stop_keeper(i);
		for (size_t k = 0; k < TF_ARRAY_LEN(ends); k++) {
			char path[96], name[112];

			path_of(path, i);
			snprintf(name, sizeof(name), "%s%s", path, ends[k]);
			(void)unlink(name);
		}
	}
	CHECK(rmdir(h.dir) == 0);
	for (unsigned i = 0; i < N; i++)
		tf_keygen_wipe(&kg[i]);
	cast_free(&c);
}

/* ---- a run ---- */

/* A point at which party i may die. */
static bool dies_here(unsigned i)
{
	if (h.dead[i])
		return true;
	if (i == h.dies && h.points++ == h.at)
		h.dead[i] = true;
	return h.dead[i];
}

static size_t persists(unsigned i)
{
	size_t count = 0;

	for (size_t k = 0; k < c.out[i].count; k++)
		count += c.out[i].effect[k].kind == TF_EFFECT_PERSIST;
	return count;
}

/* What the co-signer does: all that is to be kept in one transaction, then the messages. */
static void keep(unsigned i)
{
	if (i == h.dies && h.first == NEVER)
		h.first = h.points;
	if (dies_here(i))
		return;
	CHECK_OK(tf_store_begin(h.store[i]));
	for (size_t k = 0; k < c.out[i].count; k++) {
		const tf_effect *e = &c.out[i].effect[k];

		if (e->kind == TF_EFFECT_PERSIST)
			CHECK_OK(tf_keeper_persist(h.keeper[i], e->type, e->key, e->key_len,
			                           e->data, e->len));
	}
	CHECK_OK(tf_store_commit(h.store[i]));
}

static void carry_out(unsigned i)
{
	if (persists(i) > 0)
		keep(i);
	for (size_t k = 0; k < c.out[i].count; k++) {
		const tf_effect *e = &c.out[i].effect[k];

		for (unsigned to = 1; e->kind == TF_EFFECT_SEND && to <= N; to++)
			if (to != i + 1 && (e->to == 0 || e->to == to) && !dies_here(i))
				cast_post(&c, i + 1, to, e->data, e->len);
	}
	tf_outbox_reset(&c.out[i]);
}

/* One attempt to generate the key of this id; deaf: a mask of parties who get no
 * acknowledgements. */
static void attempt(uint8_t sid, uint8_t key, unsigned deaf)
{
	c.delivered = c.posted;
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, N));
	for (unsigned i = 0; i < N; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = N, .workspace = "acme" };

		tf_keygen_wipe(&kg[i]);
		memset(c.env[i].sid, sid, sizeof(c.env[i].sid));
		memset(args.key_id, key, sizeof(args.key_id));
		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
		carry_out(i);
	}
	for (; c.delivered < c.posted; c.delivered++) {
		cast_mail *m = &c.mail[c.delivered];
		unsigned i = m->to - 1;
		tf_fault fault;

		if (h.dead[i] || ((deaf >> i & 1) && cast_is(m, TF_MSG_KEYGEN_ACK, NULL)))
			continue;
		CHECK_OK(tf_rounds_step(c.run[i], m->bytes, m->len, &c.out[i], &fault));
		carry_out(i);
	}
}

/* ---- afterwards ---- */

static bool has_pending(unsigned i, uint8_t sid)
{
	uint8_t sharing[32];

	memset(sharing, sid, sizeof(sharing));
	return tf_keeper_is_pending(h.keeper[i], sharing);
}

/* All parties have one key, as committed, in memory and on disk, and nothing is pending. */
static void check_whole(uint8_t sid)
{
	for (unsigned again = 0; again < 2; again++) {
		const tf_key *key[N];

		for (unsigned i = 0; i < N; i++) {
			CHECK(tf_keeper_keys(h.keeper[i]) == 1);
			CHECK_OK(tf_keeper_lend(h.keeper[i], &key[i],
			                        tf_keeper_key_at(h.keeper[i], 0)->key_id));
			CHECK(key[i]->state == TF_SHARE_COMMITTED && key[i]->index == i + 1);
			CHECK(key[i]->sharing.sharing[0] == sid);
			CHECK(!tf_keeper_pending_at(h.keeper[i], 0));
			CHECK_OK(tf_sharing_check(&key[i]->sharing, c.g, scratch()));
			CHECK(memcmp(key[i]->sharing.attempt, key[0]->sharing.attempt, 32) == 0);
		}
		for (unsigned i = 0; i < N; i++) {
			stop_keeper(i);
			start_keeper(i);
		}
	}
}

/* Somebody who has committed; N: nobody. */
static unsigned who_has(void)
{
	unsigned i = 0;

	while (i < N && tf_keeper_keys(h.keeper[i]) == 0)
		i++;
	return i;
}

static void certificate_of(unsigned i, const uint8_t **p, size_t *len)
{
	static uint8_t cert[TF_CERTIFICATE_MAX];

	CHECK_OK(tf_keeper_certificate(h.keeper[i], cert, sizeof(cert), len, 0));
	*p = cert;
}

/* What the coordinator does with who is there. True: somebody had committed. */
static bool settle(void)
{
	unsigned has;

	for (unsigned i = 0; i < N; i++) {
		if (!h.dead[i])
			continue;
		stop_keeper(i);
		start_keeper(i);
		h.dead[i] = false;
	}
	h.dies = N;
	has = who_has();
	for (unsigned i = 0; i < N && has < N; i++) {
		tf_fault fault;
		const uint8_t *p;
		size_t len;

		certificate_of(has, &p, &len);
		if (tf_keeper_keys(h.keeper[i]) == 0) {
			CHECK(has_pending(i, 0x51));
			CHECK_OK(tf_keeper_complete(h.keeper[i], p, len, identity, &c, &fault));
		}
	}
	if (has == N)
		attempt(0x52, 0x6b, 0);
	check_whole(has == N ? 0x52 : 0x51);
	return has < N;
}

static bool all(void)
{
	const char *s = getenv("TREFOIL_SIM");

	return s && strcmp(s, "all") == 0;
}

TEST_SLOW(a_death_at_each_effect_over_keeper_and_store, 600)
{
	unsigned lives = 0, completed = 0, anew = 0;

	for (unsigned who = 0; who < N; who++) {
		unsigned first = 0;

		for (unsigned at = 0;; at++) {
			bool died;

			if (!all() && at + 2 < first) /* nothing is on disk yet: all alike */
				at = first - 2;
			open_house(who, at);
			attempt(0x51, 0x6b, 0);
			died = h.dead[who];
			first = h.first != NEVER ? h.first : first;
			if (died && settle())
				completed++;
			else if (died)
				anew++;
			else
				check_whole(0x51);
			close_house();
			if (!died)
				break;
			if (at == 0 && !all()) {
				open_house(who, NEVER);
				attempt(0x51, 0x6b, 0);
				first = h.first;
				close_house();
			}
			lives++;
		}
	}
	printf("deaths: %u, completed by certificate %u, made anew %u\n", lives, completed, anew);
	CHECK(completed >= N && anew >= N && lives == completed + anew);
}

TEST_SLOW(one_certificate_completes_all_the_others, 120)
{
	open_house(N, NEVER);
	attempt(0x51, 0x6b, 2); /* party 2 never hears the acknowledgements */
	CHECK(tf_keeper_keys(h.keeper[0]) == 1 && tf_keeper_keys(h.keeper[1]) == 0);
	CHECK(has_pending(1, 0x51));
	stop_keeper(1);
	start_keeper(1); /* and knows of its share after a restart, too */
	CHECK(has_pending(1, 0x51));
	CHECK(settle());
	close_house();
}

TEST_SLOW(pending_shares_of_dead_runs_go_when_their_key_is_committed, 120)
{
	open_house(N, NEVER);
	attempt(0x60, 0x6b, 7); /* nobody gets all acknowledgements */
	attempt(0x61, 0x6b, 7);
	attempt(0x62, 0x70, 7); /* another key */
	CHECK(who_has() == N);
	for (unsigned i = 0; i < N; i++)
		CHECK(has_pending(i, 0x60) && has_pending(i, 0x61) && has_pending(i, 0x62));
	attempt(0x52, 0x6b, 0);
	for (unsigned again = 0; again < 2; again++)
		for (unsigned i = 0; i < N; i++) {
			CHECK(tf_keeper_keys(h.keeper[i]) == 1);
			CHECK(!has_pending(i, 0x60) && !has_pending(i, 0x61) && has_pending(i, 0x62));
			stop_keeper(i);
			start_keeper(i);
		}
	close_house();
}

/* A share of party 1 in a sharing with somebody else in place of party 3. */
static void leave_pending(uint8_t sid, const char *third)
{
	static uint8_t body[TF_CERTIFICATE_MAX], cert[TF_CERTIFICATE_MAX];
	static uint8_t record[TF_CERTIFICATE_MAX + 256];
	tf_key key = kg[0].key;
	tf_sharing_sig sig = { .device = c.env[0].party[0].device };
	size_t body_len, cert_len, len;

	memset(key.sharing.sharing, sid, sizeof(key.sharing.sharing));
	strcpy(key.sharing.seat[2].device, third);
	key.state = TF_SHARE_PENDING;
	CHECK_OK(tf_sharing_encode(body, &body_len, NULL, &key.sharing, c.g, scratch()));
	CHECK_OK(tf_sharing_seal(cert, sizeof(cert), &cert_len, body, body_len, &sig, 1, scratch()));
	CHECK_OK(tf_key_encode(record, sizeof(record), &len, &key, cert, cert_len, c.g, scratch()));
	CHECK_OK(tf_keeper_persist(h.keeper[0], TF_REC_KEY_SHARE, key.sharing.sharing, 32, record,
	                           len));
	tf_key_wipe(&key);
}

/* Somebody who was not in the run that committed may have committed the other one. */
TEST_SLOW(a_pending_share_with_another_receiver_stays, 120)
{
	open_house(N, NEVER);
	attempt(0x60, 0x6b, 7);
	leave_pending(0x63, "device-9");
	CHECK(has_pending(0, 0x60) && has_pending(0, 0x63));
	attempt(0x52, 0x6b, 0);
	CHECK(tf_keeper_keys(h.keeper[0]) == 1);
	CHECK(!has_pending(0, 0x60) && has_pending(0, 0x63));
	close_house();
}

TEST_SLOW(more_pending_shares_than_are_listed_do_no_harm, 120)
{
	const tf_sharing *s;

	open_house(N, NEVER);
	attempt(0x51, 0x6b, 7);
	for (unsigned i = 0; i < TF_KEEPER_PENDING_MAX; i++)
		leave_pending((uint8_t)(0x80 + i), "device-9");
	CHECK(!has_pending(0, 0x51) && has_pending(0, 0x80));
	for (unsigned i = 0; i < TF_KEEPER_PENDING_MAX; i++)
		CHECK((s = tf_keeper_pending_at(h.keeper[0], i)) && s->sharing[0] == 0x80 + i);
	CHECK(!tf_keeper_pending_at(h.keeper[0], TF_KEEPER_PENDING_MAX));
	close_house();
}

/* ---- certificates that are not it ---- */

/* The certificate of s, signed by everybody. */
static size_t sign_all(uint8_t *out, const tf_sharing *s)
{
	static uint8_t body[TF_CERTIFICATE_MAX];
	tf_sharing_sig sig[N];
	uint8_t hash[32];
	size_t body_len, len;

	CHECK_OK(tf_sharing_encode(body, &body_len, hash, s, c.g, scratch()));
	for (unsigned i = 0; i < N; i++) {
		sig[i].device = c.env[0].party[i].device;
		CHECK_OK(tf_sign(sig[i].sig, &c.signer[i], TF_SHARING_DOMAIN, hash, sizeof(hash)));
	}
	CHECK_OK(tf_sharing_seal(out, TF_CERTIFICATE_MAX, &len, body, body_len, sig, N, scratch()));
	return len;
}

static void refused(const uint8_t *p, size_t len, tf_identity_find find, tf_err err, tf_check check)
{
	tf_fault f;

	CHECK_ERR(tf_keeper_complete(h.keeper[1], p, len, find, &c, &f), err);
	CHECK(f.check == check && f.party == TF_PARTY_NONE);
	CHECK(tf_keeper_keys(h.keeper[1]) == 0 && has_pending(1, 0x51));
}

static const uint8_t *nobody(void *ctx, const char *device)
{
	(void)ctx;
	(void)device;
	return NULL;
}

static const uint8_t *shifted(void *ctx, const char *device)
{
	const cast *all = ctx;

	return strcmp(device, all->env[0].party[1].device) == 0 ? all->env[0].party[2].identity
	                                                          : identity(ctx, device);
}

TEST_SLOW(only_the_certificate_that_was_acknowledged_completes, 120)
{
	static uint8_t copy[TF_CERTIFICATE_MAX], other[TF_CERTIFICATE_MAX];
	static tf_sharing s, changed;
	const uint8_t *p;
	tf_fault f;
	size_t len, other_len;

	open_house(N, NEVER);
	attempt(0x51, 0x6b, 2);
	certificate_of(0, &p, &len);
	CHECK_OK(tf_sharing_open(&s, c.g, p, len, identity, &c, scratch()));
	memcpy(copy, p, len);
	/* forged */
	copy[len - 1] ^= 1;
	refused(copy, len, identity, TF_E_TRUST, TF_CK_SHARING_CERTIFICATE);
	copy[len - 1] ^= 1;
	refused(copy, len - 1, identity, TF_E_TRUNCATED, TF_CK_SHARING_CERTIFICATE);
	refused(copy, len, nobody, TF_E_TRUST, TF_CK_SHARING_CERTIFICATE);
	refused(copy, len, shifted, TF_E_TRUST, TF_CK_SHARING_CERTIFICATE);
	/* of another run */
	changed = s;
	memset(changed.sharing, 0x77, sizeof(changed.sharing));
	other_len = sign_all(other, &changed);
	refused(other, other_len, identity, TF_E_NOT_FOUND, TF_CK_SHARING_PENDING);
	/* of the same run with something else in it, and everybody's signature */
	changed = s;
	changed.cc[0] ^= 1;
	other_len = sign_all(other, &changed);
	refused(other, other_len, identity, TF_E_TRUST, TF_CK_SHARING_SAME);
	changed = s;
	changed.epoch++;
	other_len = sign_all(other, &changed);
	refused(other, other_len, identity, TF_E_TRUST, TF_CK_SHARING_SAME);
	changed = s;
	CHECK_OK(tf_pt_neg(c.g, &changed.Y, &s.Y));
	for (unsigned i = 0; i < N; i++)
		CHECK_OK(tf_pt_neg(c.g, &changed.seat[i].W, &s.seat[i].W));
	CHECK_OK(tf_sharing_attempt(changed.attempt, &changed, c.g, scratch()));
	other_len = sign_all(other, &changed);
	refused(other, other_len, identity, TF_E_TRUST, TF_CK_SHARING_SAME);
	/* it */
	CHECK_OK(tf_keeper_complete(h.keeper[1], copy, len, identity, &c, &f));
	CHECK_ERR(tf_keeper_complete(h.keeper[1], copy, len, identity, &c, &f), TF_E_DUPLICATE);
	check_whole(0x51);
	close_house();
}
