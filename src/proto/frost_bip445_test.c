/* BIP 445's draft vectors: shares, their verification, aggregation with tweaks. What its functions
 * refuse and ours never see (there is no aggregator, keys come from certificates) is left out; the
 * tests say how many cases they took. */
#include <string.h>

#include "proto/frost_kit_test.h"
#include "proto/key.h"

#define SUITE TF_FROST_BIP445
#define SIGNERS_MAX 5u

/* One case: its signers, share indices from 1. */
typedef struct signers {
	const tf_group *g;
	uint16_t ids[SIGNERS_MAX];
	size_t n;
	tf_pt Y;
	tf_frost_commitment list[SIGNERS_MAX];
	uint8_t msg[64];
	size_t msg_len;
} signers;

static unsigned number(json_t *o)
{
	return (unsigned)json_integer_value(o);
}

static json_t *at(json_t *group, const char *list, json_t *index)
{
	return json_array_get(kit_get(group, list), number(index));
}

/* Two points, one after the other. */
static tf_err pair(const tf_group *g, tf_frost_commitment *out, json_t *hex)
{
	uint8_t b[2 * TF_PT_BYTES];

	CHECK(kit_bytes(b, sizeof(b), hex) == sizeof(b));
	TRY(tf_pt_decode(g, &out->D, b));
	return tf_pt_decode(g, &out->E, b + TF_PT_BYTES);
}

static signers read_signers(const tf_group *g, json_t *group, json_t *c)
{
	signers s = { .g = g };
	json_t *id;
	size_t i;

	json_array_foreach(kit_get(c, "ids"), i, id) {
		CHECK(i < SIGNERS_MAX);
		s.ids[i] = (uint16_t)(number(id) + 1u);
		s.list[i].id = s.ids[i];
		s.n = i + 1;
	}
	s.Y = kit_point(SUITE, g, kit_get(group, "thresh_pk"));
	s.msg_len = kit_bytes(s.msg, sizeof(s.msg), kit_get(c, "msg"));
	return s;
}

static void read_commitments(signers *s, json_t *group, json_t *c)
{
	json_t *index;
	size_t i;

	json_array_foreach(kit_get(c, "pubnonce_indices"), i, index)
		CHECK_OK(pair(s->g, &s->list[i], at(group, "pubnonces", index)));
}

static tf_err bind(tf_frost_bound *b, const signers *s)
{
	tf_frost_key key;

	tf_frost_key_init(&key, s->g, &s->Y);
	return tf_frost_bind(b, SUITE, s->g, &key, s->list, s->n, s->msg, s->msg_len);
}

static tf_pt weighted(const signers *s, unsigned i, json_t *group, json_t *c)
{
	tf_pt W = kit_point(SUITE, s->g,
	                    at(group, "pubshares",
	                       json_array_get(kit_get(c, "pubshare_indices"), i)));
	tf_sc lambda;

	CHECK_OK(tf_lagrange(&lambda, s->g, s->ids[i], s->ids, s->n));
	CHECK_OK(tf_pt_mul_vt(s->g, &W, &lambda, &W));
	return W;
}

static tf_frost_nonce read_nonce(const tf_group *g, json_t *hex)
{
	tf_frost_nonce k = { .ready = 1 };
	uint8_t b[64];

	CHECK(kit_bytes(b, sizeof(b), hex) == sizeof(b));
	CHECK_OK(tf_sc_decode(g, &k.d.s, b));
	CHECK_OK(tf_sc_decode(g, &k.e.s, b + 32));
	k.ready = !tf_sc_is_zero(&k.d.s); /* a used one is zeros in BIP 445, too */
	return k;
}

static void valid(const tf_group *g, json_t *group, json_t *c)
{
	signers s = read_signers(g, group, c);
	unsigned me = number(kit_get(c, "my_id")) + 1u, place = 0;
	tf_sc x = kit_scalar(SUITE, g, at(group, "secshares", kit_get(c, "secshare_index")));
	tf_frost_nonce k = read_nonce(g, at(group, "secnonces", kit_get(c, "secnonce_index")));
	tf_frost_bound b;
	tf_sc_sec w;
	bool holds;
	tf_pt W;
	tf_sc z;

	read_commitments(&s, group, c);
	CHECK_OK(bind(&b, &s));
	kit_weigh(&w, &W, g, me, s.ids, s.n, &x);
	CHECK_OK(tf_frost_share(&z, &b, me, &k, &w));
	kit_is_scalar(SUITE, &z, kit_get(c, "expected"));
	while (s.ids[place] != me)
		place++;
	W = weighted(&s, place, group, c);
	CHECK_OK(tf_frost_share_holds(&holds, &b, me, &W, &z));
	CHECK(holds);
	CHECK_ERR(tf_frost_share(&z, &b, me, &k, &w), TF_E_STATE);
}

/* The commitments of these signers are not given; any will do. */
static void refused(const tf_group *g, json_t *group, json_t *c, unsigned *taken)
{
	const char *why = json_string_value(json_object_get(kit_get(c, "error"), "message"));
	bool duplicate = why && strstr(why, "duplicate"), absent = why && strstr(why, "present");
	bool spent = why && strstr(why, "first secnonce");
	unsigned me = number(kit_get(c, "my_id")) + 1u;
	tf_frost_nonce k = read_nonce(g, at(group, "secnonces", kit_get(c, "secnonce_index")));
	signers s = read_signers(g, group, c);
	tf_frost_commitment sums;
	tf_sc_sec w = { { { 7 } } };
	tf_frost_bound b;
	tf_sc z;

	if (!why) { /* the aggregate is no pair of points */
		CHECK_ERR(pair(g, &sums, kit_get(c, "aggnonce")), TF_E_ENCODING);
		++*taken;
		return;
	}
	if (!duplicate && !absent && !spent)
		return;
	for (size_t i = 0; i < s.n; i++)
		CHECK_OK(pair(g, &s.list[i], json_array_get(kit_get(group, "pubnonces"), i)));
	CHECK_ERR(bind(&b, &s), duplicate ? TF_E_USAGE : TF_OK);
	if (!duplicate)
		CHECK_ERR(tf_frost_share(&z, &b, me, &k, &w), absent ? TF_E_USAGE : TF_E_STATE);
	++*taken;
}

static void fails(const tf_group *g, json_t *group, json_t *c)
{
	signers s = read_signers(g, group, c);
	unsigned i = number(kit_get(c, "signer_index"));
	tf_frost_bound b;
	uint8_t raw[32];
	bool holds;
	tf_pt W;
	tf_sc z;

	read_commitments(&s, group, c);
	CHECK_OK(bind(&b, &s));
	CHECK(kit_bytes(raw, sizeof(raw), kit_get(c, "psig")) == sizeof(raw));
	if (tf_sc_decode(g, &z, raw) != TF_OK)
		return; /* the order itself */
	W = weighted(&s, i, group, c);
	CHECK_OK(tf_frost_share_holds(&holds, &b, s.ids[i], &W, &z));
	CHECK(!holds);
}

/* A public nonce, or a public share, that is no point. */
static void malformed(const tf_group *g, json_t *group, json_t *c)
{
	unsigned bad = 0;
	json_t *index;
	size_t i;

	json_array_foreach(kit_get(c, "pubnonce_indices"), i, index) {
		tf_frost_commitment p;

		bad += pair(g, &p, at(group, "pubnonces", index)) == TF_E_ENCODING;
	}
	json_array_foreach(kit_get(c, "pubshare_indices"), i, index) {
		uint8_t raw[TF_PT_BYTES];
		tf_pt p;

		CHECK(kit_bytes(raw, sizeof(raw), at(group, "pubshares", index)) == sizeof(raw));
		bad += tf_pt_decode(g, &p, raw) == TF_E_ENCODING;
	}
	CHECK(bad == 1);
}

TEST(bip445_shares)
{
	json_t *v = kit_load("frost/bip445/sign_verify_vectors.json"), *group, *c;
	const tf_group *g = kit_group(TF_CURVE_BIP340);
	unsigned good = 0, wrong = 0, no = 0;
	size_t i, k;

	json_array_foreach(kit_get(v, "test_groups"), i, group) {
		json_array_foreach(kit_get(group, "valid_tests"), k, c) {
			valid(g, group, c);
			good++;
		}
		json_array_foreach(kit_get(group, "sign_error_tests"), k, c)
			refused(g, group, c, &wrong);
		json_array_foreach(kit_get(group, "verify_fail_tests"), k, c) {
			fails(g, group, c);
			no++;
		}
		json_array_foreach(kit_get(group, "verify_error_tests"), k, c)
			malformed(g, group, c);
	}
	CHECK(good == 25 && wrong == 23 && no == 12);
	json_decref(v);
}

/* ---- aggregation ---- */

/* Commitments whose sums are the aggregate nonce: its parts count for nothing else here. */
static void spread(signers *s, json_t *aggregate)
{
	tf_frost_commitment sums;

	CHECK_OK(pair(s->g, &sums, aggregate));
	s->list[0].D = sums.D;
	s->list[0].E = sums.E;
	for (size_t i = 1; i < s->n; i++) {
		s->list[i].D = s->list[i].E = *tf_group_base(s->g);
		CHECK_OK(tf_pt_sub(s->g, &s->list[0].D, &s->list[0].D, &s->list[i].D));
		CHECK_OK(tf_pt_sub(s->g, &s->list[0].E, &s->list[0].E, &s->list[i].E));
	}
}

static tf_frost_key tweaked(const signers *s, json_t *group, json_t *c)
{
	json_t *index;
	tf_frost_key key;
	size_t i;

	tf_frost_key_init(&key, s->g, &s->Y);
	json_array_foreach(kit_get(c, "tweak_indices"), i, index) {
		tf_sc t = kit_scalar(SUITE, s->g, at(group, "tweaks", index));

		if (json_is_true(json_array_get(kit_get(c, "is_xonly"), i)))
			CHECK_OK(tf_frost_key_add_xonly(&key, s->g, &t));
		else
			CHECK_OK(tf_frost_key_add(&key, s->g, &t));
	}
	return key;
}

static void aggregate(const tf_group *g, json_t *group, json_t *c)
{
	signers s = read_signers(g, group, c);
	tf_frost_key key = tweaked(&s, group, c);
	tf_sc z[SIGNERS_MAX];
	tf_frost_bound b;
	tf_frost_sig sig;
	json_t *hex;
	bool holds;
	size_t i;

	spread(&s, kit_get(c, "aggnonce"));
	CHECK_OK(tf_frost_bind(&b, SUITE, g, &key, s.list, s.n, s.msg, s.msg_len));
	json_array_foreach(kit_get(c, "psigs"), i, hex)
		z[i] = kit_scalar(SUITE, g, hex);
	CHECK(i == s.n);
	tf_frost_combine(&sig, &b, z, s.n);
	{
		uint8_t want[64];

		CHECK(kit_bytes(want, sizeof(want), kit_get(c, "expected")) == sizeof(want));
		CHECK(sig.len == 64 && memcmp(sig.b, want, 64) == 0);
	}
	CHECK_OK(tf_frost_verify_vt(&holds, SUITE, g, &sig, &b.Q, s.msg, s.msg_len));
	CHECK(holds);
}

TEST(bip445_aggregation_with_tweaks)
{
	json_t *v = kit_load("frost/bip445/sig_agg_vectors.json"), *group, *c;
	const tf_group *g = kit_group(TF_CURVE_BIP340);
	unsigned taken = 0;
	size_t i, k;

	json_array_foreach(kit_get(v, "test_groups"), i, group)
		json_array_foreach(kit_get(group, "valid_tests"), k, c) {
			aggregate(g, group, c);
			taken++;
		}
	CHECK(taken == 14);
	json_decref(v);
}
