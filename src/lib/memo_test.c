/* What a memo knows, whom it serves, and when it forgets. stage_test.c gives one to every other
 * device, so that all tests of this room compare runs with and without. */
#include <string.h>

#include "lib/impl.h"
#include "lib/stage_test.h"

static stage s;
static uint8_t seed[32] = { 5 };

static tf_err no_bytes(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0, len);
	return TF_E_ENTROPY;
}

static tf_err some_bytes(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	memset(out, 0x42, len);
	return TF_OK;
}

static tf_memo *memo_with(tf_algorithm alg, uint32_t peers, uint32_t keys)
{
	tf_memo_params p = { .algorithm = alg, .seed = seed, .random = { some_bytes, NULL },
	                     .peers = peers, .nodes = 8, .keys = keys };
	tf_memory mem = { NULL, tf_memo_room(&p) };
	tf_memo *m;

	mem.p = tf_test_alloc(mem.len);
	CHECK_OK(tf_memo_begin(&m, mem, &p));
	return m;
}

TEST(memos_that_cannot_be)
{
	const tf_memo_params good = { .algorithm = TF_ALG_SCHNORR_BIP340, .seed = seed,
	                              .random = { some_bytes, NULL }, .peers = 1, .nodes = 8,
	                              .keys = 1 };
	tf_memo_params p = good;
	tf_memory mem = { NULL, tf_memo_room(&p) };
	tf_memo *m = NULL;

	mem.p = tf_test_alloc(mem.len);
	CHECK_ERR(tf_memo_begin(NULL, mem, &p), TF_E_USAGE);
	CHECK_ERR(tf_memo_begin(&m, mem, NULL), TF_E_USAGE);
	CHECK_ERR(tf_memo_begin(&m, (tf_memory){ NULL, mem.len }, &p), TF_E_CAPACITY);
	CHECK_ERR(tf_memo_begin(&m, (tf_memory){ mem.p, mem.len - 1 }, &p), TF_E_CAPACITY);
	p.seed = NULL;
	CHECK(tf_memo_room(&p) == 0);
	CHECK_ERR(tf_memo_begin(&m, mem, &p), TF_E_USAGE);
	for (unsigned i = 0; i < 3; i++) {
		p = good;
		*(i == 0 ? &p.peers : i == 1 ? &p.nodes : &p.keys) = 65537;
		CHECK(tf_memo_room(&p) == 0);
		CHECK_ERR(tf_memo_begin(&m, mem, &p), TF_E_USAGE);
	}
	CHECK(tf_memo_room(NULL) == 0);
	p = good;
	p.random.fill = no_bytes;
	CHECK_ERR(tf_memo_begin(&m, mem, &p), TF_E_ENTROPY);
	p = good;
	p.algorithm = (tf_algorithm)77;
	CHECK_ERR(tf_memo_begin(&m, mem, &p), TF_E_UNSUPPORTED);
	CHECK(m == NULL);
	CHECK_OK(tf_memo_begin(&m, mem, &good));
	tf_memo_wipe(m);
	tf_memo_wipe(NULL);
	for (size_t i = 0; i < mem.len; i++)
		CHECK(((const uint8_t *)mem.p)[i] == 0);
}

TEST(a_memo_serves_its_own_seed_and_algorithm)
{
	uint8_t other[32] = { 6 };
	tf_memo *m = memo_with(TF_ALG_SCHNORR_BIP340, 1, 1);
	tf_clique c = { .algorithm = TF_ALG_SCHNORR_BIP340, .seed = seed };

	CHECK(tf_memo_fits(m, &c));
	CHECK(!tf_memo_fits(NULL, &c));
	c.seed = other;
	CHECK(!tf_memo_fits(m, &c));
	c.seed = seed;
	c.algorithm = TF_ALG_ECDSA_SECP256K1; /* the same curve */
	CHECK(!tf_memo_fits(m, &c));
	tf_memo_wipe(m);
}

TEST(a_memo_forgets_whom_it_has_not_met_for_longest)
{
	tf_memo *m = memo_with(TF_ALG_SCHNORR_ED25519, 2, 0);
	uint8_t id[3][32];
	const tf_ed_key *k[3];

	for (unsigned i = 0; i < 3; i++)
		tf_identity_public(id[i], (const uint8_t[32]){ (uint8_t)(i + 9) });
	k[0] = tf_memo_peer_key(m, id[0], NULL);
	k[1] = tf_memo_peer_key(m, id[1], NULL);
	CHECK(k[0] != k[1] && k[0]->good && memcmp(k[0]->pk, id[0], 32) == 0);
	CHECK(tf_memo_peer_key(m, id[0], NULL) == k[0]);
	k[2] = tf_memo_peer_key(m, id[2], NULL);
	CHECK(k[2] == k[1] && memcmp(k[2]->pk, id[2], 32) == 0);
	CHECK(tf_memo_peer_key(m, id[0], NULL) == k[0]);
	CHECK(tf_memo_key(m, id[0]) == NULL);
	if (tf_kernel_ifma()) { /* another kernel's table is another table */
		k[2] = tf_memo_peer_key(m, id[0], tf_kernel_ifma());
		CHECK(k[2] != k[0] && k[2]->kernel != k[0]->kernel);
		CHECK(tf_memo_peer_key(m, id[0], NULL) == k[0]);
	}
	tf_memo_wipe(m);
	CHECK(tf_memo_peer_key(memo_with(TF_ALG_SCHNORR_ED25519, 0, 0), id[0], NULL) == NULL);
}

TEST(a_memo_forgets_the_record_that_was_not_read_for_longest)
{
	tf_memo *m = memo_with(TF_ALG_SCHNORR_ED25519, 0, 2);
	const uint8_t hash[3][32] = { { 1 }, { 2 }, { 3 } };
	tf_key_memo *k[3];

	k[0] = tf_memo_key(m, hash[0]);
	k[1] = tf_memo_key(m, hash[1]);
	k[0]->read = k[1]->read = true;
	CHECK(tf_memo_key(m, hash[0]) == k[0] && k[0]->read);
	k[2] = tf_memo_key(m, hash[2]);
	CHECK(k[2] == k[1] && !k[2]->read && memcmp(k[2]->record, hash[2], 32) == 0);
	CHECK(tf_memo_key(m, hash[0]) == k[0] && k[0]->read);
	tf_memo_wipe(m);
}

/* ---- records ---- */

static tf_arena scratch(void)
{
	tf_memory room = stage_scratch();
	tf_arena a;

	tf_arena_init(&a, room.p, room.len);
	return a;
}

static void same_key(const tf_key *a, const tf_key *b)
{
	CHECK(a->index == b->index && a->state == b->state);
	CHECK(tf_ct_reveal(tf_sc_eq(&a->x.s, &b->x.s)));
	CHECK(memcmp(&a->sharing, &b->sharing, sizeof(a->sharing)) == 0);
}

/* Read as it is, learnt, and known: the same. What is known is not read again, so that a record
 * that is not what it was must be another one, and be read. */
TEST(a_known_record_is_what_it_was)
{
	static tf_key plain, first, second;
	static tf_key_memo memo;
	const tf_group *g;
	tf_bytes record;
	tf_arena mem = scratch();
	uint8_t *copy;

	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	stage_keygen(&s, 2);
	record = stage_key(&s, 1);
	CHECK_OK(tf_group_init(&g, TF_CURVE_ED25519, NULL, &mem));
	CHECK_OK(tf_key_decode(&plain, NULL, g, record.p, record.len, &mem));
	CHECK_OK(tf_key_decode_known(&second, NULL, g, record.p, record.len, &mem));
	same_key(&second, &plain);
	CHECK_OK(tf_key_decode_known(&first, &memo, g, record.p, record.len, &mem));
	CHECK(memo.read);
	same_key(&first, &plain);
	CHECK_OK(tf_key_decode_known(&second, &memo, g, record.p, record.len, &mem));
	same_key(&second, &plain);
	memo.sharing.epoch++;
	CHECK_OK(tf_key_decode_known(&second, &memo, g, record.p, record.len, &mem));
	CHECK(second.sharing.epoch == plain.sharing.epoch + 1);
	CHECK(tf_key_decode_known(&second, &memo, g, record.p, record.len - 1, &mem) != TF_OK);
	copy = tf_test_alloc(record.len);
	for (size_t i = 0; i < record.len; i += 7) {
		uint8_t a[32], b[32];

		memcpy(copy, record.p, record.len);
		copy[i] ^= 1;
		tf_key_record_hash(a, record.p, record.len);
		tf_key_record_hash(b, copy, record.len);
		CHECK(memcmp(a, b, 32) != 0);
	}
	stage_free(&s);
}

static void weigh_both(tf_key_memo *memo, const tf_key *key, const tf_party_env *env)
{
	static tf_weights want, got;

	memset(&want, 0, sizeof(want));
	memset(&got, 0xff, sizeof(got));
	CHECK_OK(tf_key_weigh(&want, key, env));
	CHECK_OK(tf_key_weigh_known(&got, memo, key, env));
	CHECK(tf_pt_eq(env->g, &got.Y, &want.Y));
	for (unsigned i = 0; i < env->n; i++)
		CHECK(tf_pt_eq(env->g, &got.W[i], &want.W[i]));
	CHECK(tf_ct_reveal(tf_sc_eq(&got.w.s, &want.w.s)));
}

/* By the first set, by it again, by others, in another order, and by none. */
TEST(weights_are_those_of_the_set_that_meets)
{
	static const unsigned sets[][3] = { { 0, 1, 2 }, { 0, 1, 2 }, { 1, 0, 2 }, { 0, 1, 3 },
	                                    { 3, 1, 0 }, { 0, 1, 2 } };
	static tf_key key;
	static tf_key_memo memo;
	tf_party_env env = { .pr = &tf_profile_p128 };
	tf_arena mem = scratch();
	tf_bytes record;
	tf_signer signer;
	tf_secret secret = { { 0 } };
	tf_rng rng;

	stage_init(&s, 4, TF_ALG_SCHNORR_BIP340);
	stage_keygen(&s, 2);
	record = stage_key(&s, 1);
	rng = s.rng[1];
	memcpy(secret.b, s.seed[1], 32);
	tf_signer_init(&signer, &secret);
	env.rng = &rng;
	env.signer = &signer;
	CHECK_OK(tf_group_init(&env.g, TF_CURVE_BIP340, NULL, &mem));
	CHECK_OK(tf_key_decode_known(&key, &memo, env.g, record.p, record.len, &mem));
	for (unsigned k = 0; k < 2 * TF_ARRAY_LEN(sets); k++) {
		env.n = k < TF_ARRAY_LEN(sets) ? 3 : 2;
		for (unsigned j = 0; j < env.n; j++) {
			unsigned i = sets[k % TF_ARRAY_LEN(sets)][j];

			env.party[j].device = s.name[i];
			env.party[j].share_index = (uint16_t)(i + 1);
			memcpy(env.party[j].identity, s.identity[i], 32);
			if (i == 1)
				env.self = (uint16_t)(j + 1);
		}
		weigh_both(&memo, &key, &env);
		weigh_both(NULL, &key, &env);
		CHECK(memo.n == env.n && memo.self == env.self);
	}
	env.self = env.self == 1 ? 2 : 1; /* somebody else's seat */
	CHECK_ERR(tf_key_weigh_known(&(tf_weights){ 0 }, &memo, &key, &env), TF_E_USAGE);
	stage_free(&s);
}
