/* FROST's arithmetic: small groups through and through, nonces, keys, lists, constant time. */
#include "proto/frost.h"

#include <string.h>

#include "harness/tape.h"
#include "proto/frost_impl.h"
#include "proto/frost_kit_test.h"
#include "proto/frost_stage_test.h"

static const uint8_t msg[] = "m";

/* Two of two on a tiny group, where Y = (x1 + x2) G. */
typedef struct tiny {
	tf_frost_suite suite;
	const tf_group *g;
	tf_sc_sec w[2];
	tf_pt W[2], Y;
	tf_sc d[2], e[2];
	tf_frost_commitment list[2];
} tiny;

static void set(const tf_group *g, tf_sc *s, tf_pt *P, unsigned v)
{
	tf_sc_set_u64(g, s, v);
	CHECK_OK(tf_pt_mul_base_vt(g, P, s));
}

/* One signing; false if R or Q is O, which chance makes of a tiny group. */
static bool sign_tiny(const tiny *t, const tf_frost_key *key)
{
	tf_frost_bound b;
	tf_frost_sig sig;
	tf_sc z[2];
	bool holds;
	tf_err err = tf_frost_bind(&b, t->suite, t->g, key, t->list, 2, msg, 1);

	if (err != TF_OK) {
		CHECK(err == TF_E_UNSUPPORTED);
		return false;
	}
	for (unsigned i = 0; i < 2; i++) {
		tf_frost_nonce k = { .ready = 1, .d.s = t->d[i], .e.s = t->e[i] };

		CHECK_OK(tf_frost_share(&z[i], &b, i + 1, &k, &t->w[i]));
		CHECK_OK(tf_frost_share_holds(&holds, &b, i + 1, &t->W[i], &z[i]));
		CHECK(holds);
	}
	tf_frost_combine(&sig, &b, z, 2);
	CHECK_OK(tf_frost_verify_vt(&holds, t->suite, t->g, &sig, &b.Q, msg, 1));
	CHECK(holds);
	for (unsigned v = 0; v < 13; v++) { /* any other share falls, and only that one */
		tf_sc other;

		tf_sc_set_u64(t->g, &other, v);
		CHECK_OK(tf_frost_share_holds(&holds, &b, 2, &t->W[1], &other));
		CHECK(holds == (tf_sc_eq(&other, &z[1]) != 0));
	}
	return true;
}

static tiny tiny_of(tf_frost_suite suite)
{
	tiny t = { .suite = suite, .g = kit_group(TF_CURVE_TINY13) };

	t.list[0].id = 1;
	t.list[1].id = 2;
	return t;
}

/* Every pair of shares and every pair of first nonces; plain, with a tweak, and x-only. */
static void every_tiny_signature(tf_frost_suite suite)
{
	tiny t = tiny_of(suite);
	unsigned signatures = 0;

	for (unsigned v = 0; v < 12 * 12 * 12 * 12; v++) {
		tf_frost_key key;
		tf_sc tweak;

		set(t.g, &t.w[0].s, &t.W[0], 1 + v % 12);
		set(t.g, &t.w[1].s, &t.W[1], 1 + v / 12 % 12);
		set(t.g, &t.d[0], &t.list[0].D, 1 + v / 144 % 12);
		set(t.g, &t.d[1], &t.list[1].D, 1 + v / 1728);
		set(t.g, &t.e[0], &t.list[0].E, 1 + v % 11);
		set(t.g, &t.e[1], &t.list[1].E, 1 + v % 7);
		CHECK_OK(tf_pt_add(t.g, &t.Y, &t.W[0], &t.W[1]));
		if (tf_pt_is_identity(&t.Y))
			continue;
		tf_frost_key_init(&key, t.g, &t.Y);
		tf_sc_set_u64(t.g, &tweak, v % 13);
		if (v % 3 == 1 && tf_frost_key_add(&key, t.g, &tweak) != TF_OK)
			continue;
		if (v % 3 == 2 && tf_frost_key_add_xonly(&key, t.g, &tweak) != TF_OK)
			continue;
		signatures += sign_tiny(&t, &key);
	}
	CHECK(signatures > 12 * 12 * 12 * 12 * 3 / 4);
}

TEST(frost_every_signature_of_a_tiny_group)
{
	every_tiny_signature(TF_FROST_SECP256K1);
}

TEST(frost_every_xonly_signature_of_a_tiny_group)
{
	every_tiny_signature(TF_FROST_TAPROOT);
}

/* ---- nonces ---- */

TEST(frost_nonces_are_hedged)
{
	const tf_group *g = kit_group(TF_CURVE_BIP340);
	kit_random bytes = { .len = 128 };
	tf_rng rng = kit_rng(&bytes);
	tf_sc_sec x = { { { 1 } } }, y = { { { 2 } } };
	tf_frost_commitment c[4];
	tf_frost_nonce n[4];

	/* a dead source: the share still tells two signers apart, but d = e */
	CHECK_OK(tf_frost_nonce_make(&n[0], &c[0], TF_FROST_TAPROOT, g, &x, &rng));
	CHECK_OK(tf_frost_nonce_make(&n[1], &c[1], TF_FROST_TAPROOT, g, &y, &rng));
	CHECK(!tf_sc_eq(&n[0].d.s, &n[1].d.s) && tf_sc_eq(&n[0].d.s, &n[0].e.s));
	memset(&n[2], 0, sizeof(n[2]));
	memset(&c[2], 0, sizeof(c[2]));
	n[3] = n[2];
	c[3] = c[2];
	bytes.at = bytes.len - 32; /* enough for one of the two */
	CHECK_ERR(tf_frost_nonce_make(&n[2], &c[2], TF_FROST_TAPROOT, g, &x, &rng), TF_E_ENTROPY);
	CHECK(memcmp(&n[2], &n[3], sizeof(n[2])) == 0 && memcmp(&c[2], &c[3], sizeof(c[2])) == 0);
	/* the same share, other bytes; another suite, the same bytes */
	bytes.at = 0;
	memset(bytes.b + 32, 7, 32);
	CHECK_OK(tf_frost_nonce_make(&n[2], &c[2], TF_FROST_TAPROOT, g, &x, &rng));
	CHECK(tf_sc_eq(&n[2].d.s, &n[0].d.s) && !tf_sc_eq(&n[2].e.s, &n[0].e.s));
	bytes.at = 0;
	CHECK_OK(tf_frost_nonce_make(&n[3], &c[3], TF_FROST_BIP445, g, &x, &rng));
	CHECK(!tf_sc_eq(&n[3].d.s, &n[2].d.s));
	CHECK_ERR(tf_frost_nonce_make(&n[3], &c[3], TF_FROST_ED25519, g, &x, &rng), TF_E_USAGE);
}

/* ---- one binding ---- */

typedef struct two {
	const tf_group *g;
	tf_sc_sec w[2];
	tf_pt W[2], Y;
	tf_frost_nonce nonce[2][2]; /* [session][signer] */
	tf_frost_commitment list[2][2];
} two;

static two two_signers(tf_frost_suite suite)
{
	static tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 1);
	two t = { .g = kit_group(frost_curve(suite)) };

	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(tf_sc_random(t.g, &t.w[i], &rng));
		CHECK_OK(tf_pt_mul_base(t.g, &t.W[i], &t.w[i]));
		for (unsigned k = 0; k < 2; k++) {
			CHECK_OK(tf_frost_nonce_make(&t.nonce[k][i], &t.list[k][i], suite, t.g,
			                             &t.w[i], &rng));
			t.list[k][i].id = (uint16_t)(i + 1);
		}
	}
	CHECK_OK(tf_pt_add(t.g, &t.Y, &t.W[0], &t.W[1]));
	return t;
}

static tf_frost_bound bound_to(const two *t, tf_frost_suite suite, const tf_frost_commitment *list,
                               const char *m)
{
	tf_frost_bound b;
	tf_frost_key key;

	tf_frost_key_init(&key, t->g, &t->Y);
	CHECK_OK(tf_frost_bind(&b, suite, t->g, &key, list, 2, (const uint8_t *)m, strlen(m)));
	return b;
}

/* Row 39 of docs/protocol.md 11: a share of one session is nothing in another one, whichever
 * commitment of a parallel session is put into its list. */
TEST(frost_swapped_commitments_between_sessions)
{
	static const tf_frost_suite all[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		two t = two_signers(all[k]);
		tf_frost_bound honest = bound_to(&t, all[k], t.list[0], "pay");
		tf_sc z;
		bool holds;

		CHECK_OK(tf_frost_share(&z, &honest, 1, &t.nonce[0][0], &t.w[0]));
		CHECK_OK(tf_frost_share_holds(&holds, &honest, 1, &t.W[0], &z));
		CHECK(holds);
		for (unsigned swap = 1; swap < 8; swap++) {
			tf_frost_commitment list[2] = { t.list[0][0], t.list[0][1] };
			tf_frost_bound other;

			if (swap & 1)
				list[1].D = t.list[1][1].D;
			if (swap & 2)
				list[1].E = t.list[1][1].E;
			other = bound_to(&t, all[k], list, swap & 4 ? "PAY" : "pay");
			CHECK_OK(tf_frost_share_holds(&holds, &other, 1, &t.W[0], &z));
			CHECK(!holds);
			CHECK(!tf_sc_eq(&other.rho[0], &honest.rho[0]));
		}
	}
}

TEST(frost_binds_only_what_can_be)
{
	two t = two_signers(TF_FROST_TAPROOT);
	tf_frost_commitment list[TF_PARTIES_MAX + 1] = { t.list[0][0], t.list[0][1] };
	tf_sc_sec w = t.w[0];
	tf_frost_bound b;
	tf_frost_key key;
	tf_frost_nonce k;
	bool holds;
	tf_sc z;

	tf_frost_key_init(&key, t.g, &t.Y);
	for (unsigned i = 2; i <= TF_PARTIES_MAX; i++) {
		list[i] = list[0];
		list[i].id = (uint16_t)(i + 1);
	}
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 0, msg, 1), TF_E_USAGE);
	CHECK_OK(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, TF_PARTIES_MAX, msg, 1));
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, TF_PARTIES_MAX + 1, msg, 1),
	          TF_E_USAGE);
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_ED25519, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
	list[1].id = 1;
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
	list[1].id = 0;
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
	list[1].id = 2;
	list[1].D.identity = 1;
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
	list[1].D = list[0].D;
	list[1].E.identity = 1;
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
	list[1].E = list[0].E;
	CHECK_OK(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1));
	/* a stranger to the list; the nonces are gone all the same */
	k = t.nonce[0][0];
	CHECK_ERR(tf_frost_share(&z, &b, 3, &k, &w), TF_E_USAGE);
	CHECK_ERR(tf_frost_share(&z, &b, 1, &k, &w), TF_E_STATE);
	tf_sc_set_u64(t.g, &z, 1);
	CHECK_ERR(tf_frost_share_holds(&holds, &b, 3, &t.W[0], &z), TF_E_USAGE);
	key.Q.identity = 1;
	CHECK_ERR(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, list, 2, msg, 1), TF_E_USAGE);
}

TEST(frost_binds_messages_of_any_length_there_is)
{
	static uint8_t longest[TF_FROST_MESSAGE_MAX + 1];
	two t = two_signers(TF_FROST_TAPROOT);
	tf_frost_bound b, none = { .n = 0 };
	tf_frost_key key;

	tf_frost_key_init(&key, t.g, &t.Y);
	CHECK_OK(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, t.list[0], 2, NULL, 0));
	CHECK_OK(tf_frost_bind(&b, TF_FROST_TAPROOT, t.g, &key, t.list[0], 2, longest,
	                       TF_FROST_MESSAGE_MAX));
	CHECK_ERR(tf_frost_bind(&none, TF_FROST_TAPROOT, t.g, &key, t.list[0], 2, longest,
	                        TF_FROST_MESSAGE_MAX + 1), TF_E_TOO_LARGE);
	CHECK(none.n == 0);
}

/* A tweak that makes the key O changes nothing. */
TEST(frost_keys_are_never_the_identity)
{
	const tf_group *g = kit_group(TF_CURVE_BIP340);
	tf_frost_key key, before;
	tf_sc one, t;

	tf_sc_set_u64(g, &one, 1);
	tf_frost_key_init(&key, g, tf_group_base(g));
	before = key;
	tf_sc_neg(g, &t, &one);
	CHECK_ERR(tf_frost_key_add(&key, g, &t), TF_E_UNSUPPORTED);
	CHECK_ERR(tf_frost_key_add_xonly(&key, g, &t), TF_E_UNSUPPORTED); /* y(G) is even */
	CHECK(memcmp(&key, &before, sizeof(key)) == 0);
	CHECK_OK(tf_frost_key_add(&key, g, &one));
	CHECK(!tf_pt_eq(g, &key.Q, &before.Q));
}

/* ---- names and signatures ---- */

TEST(frost_suites_have_groups_of_their_own)
{
	static const tf_curve_id curves[] = { TF_CURVE_ED25519, TF_CURVE_SECP256K1,
	                                      TF_CURVE_BIP340, TF_CURVE_BIP340 };

	for (unsigned suite = 0; suite <= 5; suite++) {
		bool real = suite >= 1 && suite <= 4;

		CHECK((tf_frost_name((tf_frost_suite)suite) != NULL) == real);
		for (unsigned k = 0; k < TF_ARRAY_LEN(curves); k++)
			CHECK(tf_frost_fits((tf_frost_suite)suite, kit_group(curves[k])) ==
			      (real && curves[suite - 1] == curves[k]));
	}
}

/* Of RFC 9380, 5.3.3: at most 255 bytes, and here no more than fit. */
TEST(frost_hashes_have_names_that_fit)
{
	static const char name[] = "0123456789012345678901234567890123456789";
	size_t used = strlen(tf_frost_name(TF_FROST_SECP256K1)) + 1; /* and the length's byte */
	const tf_group *g = kit_group(TF_CURVE_SECP256K1);
	const char *fits = name + (sizeof(name) - 1) - (64 - used);
	const tf_piece none = { NULL, 0 };
	tf_sc a, b;

	CHECK_OK(tf_frost_to_scalar(&a, TF_FROST_SECP256K1, g, fits, &none, 0));
	CHECK_OK(tf_frost_to_scalar(&b, TF_FROST_SECP256K1, g, fits + 1, &none, 0));
	CHECK(!tf_sc_eq(&a, &b));
	CHECK_ERR(tf_frost_to_scalar(&b, TF_FROST_SECP256K1, g, fits - 1, &none, 0),
	          TF_E_CAPACITY);
}

TEST(frost_signatures_have_one_length)
{
	static const tf_frost_suite all[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		two t = two_signers(all[k]);
		tf_frost_bound b = bound_to(&t, all[k], t.list[0], "pay");
		tf_pt zero = { .identity = 1 };
		tf_frost_sig sig;
		bool valid;
		tf_sc z[2];

		for (unsigned i = 0; i < 2; i++)
			CHECK_OK(tf_frost_share(&z[i], &b, i + 1, &t.nonce[0][i], &t.w[i]));
		tf_frost_combine(&sig, &b, z, 2);
		for (uint8_t len = 63; len <= 65; len++) {
			sig.len = len;
			CHECK_OK(tf_frost_verify_vt(&valid, all[k], t.g, &sig, &b.Q,
			                            (const uint8_t *)"pay", 3));
			CHECK(valid == (len == 64));
		}
		CHECK_ERR(tf_frost_verify_vt(&valid, all[k], t.g, &sig, &zero, msg, 1),
		          TF_E_USAGE);
		CHECK_ERR(tf_frost_verify_vt(&valid, TF_FROST_SECP256K1, t.g, &sig, &b.Q, msg, 1),
		          TF_E_USAGE);
	}
}

/* ---- time ---- */

TEST_SLOW(constant_time_frost, 600)
{
	static const tf_frost_suite all[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };
	static const frost_job job = { .path = { .index = { 5 }, .len = 1 }, .msg = "pay",
	                               .len = 3 };
	static frost_stage s;

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		frost_init(&s, all[k], 2);
		frost_prepare(&s, 1, true);
		frost_start_sign(&s, 0, &job);
		cast_run(&s.c);
		frost_check_signature(&s, &job);
		frost_free(&s);
	}
}
