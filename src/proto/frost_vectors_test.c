/* RFC 9591, appendix E, and ZcashFoundation/frost's vectors: every value on the way. */
#include <stdlib.h>
#include <string.h>

#include "proto/frost_impl.h"
#include "proto/frost_kit_test.h"
#include "proto/key.h"

#define SIGNERS_MAX 3u

/* One signing of one file. */
typedef struct run {
	tf_frost_suite suite;
	const tf_group *g;
	json_t *v;
	const char *key_name;
	tf_pt Y;
	uint8_t msg[64];
	size_t msg_len, n;
	uint16_t ids[SIGNERS_MAX];
	tf_sc_sec x[SIGNERS_MAX], w[SIGNERS_MAX];
	tf_pt W[SIGNERS_MAX];
	tf_frost_nonce nonce[SIGNERS_MAX];
	tf_frost_commitment list[SIGNERS_MAX];
	tf_frost_bound b;
} run;

static json_t *entry(json_t *list, unsigned id)
{
	json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
		if (json_integer_value(kit_get(e, "identifier")) == id)
			return e;
	tf_test_fail(__FILE__, __LINE__, "no participant %u", id);
}

/* The dealer's polynomial gives the shares, and the secret the key. */
static void take_shares(run *r)
{
	json_t *shares = kit_get(r->v, "inputs.participant_shares");
	json_t *list = kit_get(r->v, "inputs.participant_list"), *e;
	tf_sc secret = kit_scalar(r->suite, r->g, kit_get(r->v, "inputs.group_secret_key"));
	tf_sc slope = kit_scalar(r->suite, r->g,
	                         json_array_get(kit_get(r->v, "inputs.share_polynomial_coefficients"),
	                                        0));
	tf_pt Y;
	size_t i;

	r->Y = kit_point(r->suite, r->g, kit_get(kit_get(r->v, "inputs"), r->key_name));
	CHECK_OK(tf_pt_mul_base_vt(r->g, &Y, &secret));
	CHECK(tf_pt_eq(r->g, &Y, &r->Y));
	json_array_foreach(shares, i, e) {
		tf_sc at;

		tf_sc_set_u64(r->g, &at, (uint64_t)json_integer_value(kit_get(e, "identifier")));
		tf_sc_mul(r->g, &at, &at, &slope);
		tf_sc_add(r->g, &at, &at, &secret);
		kit_is_scalar(r->suite, &at, kit_get(e, "participant_share"));
	}
	json_array_foreach(list, i, e) {
		CHECK(i < SIGNERS_MAX);
		r->ids[i] = (uint16_t)json_integer_value(e);
		r->x[i].s = kit_scalar(r->suite, r->g, kit_get(entry(shares, r->ids[i]),
		                                               "participant_share"));
		r->n = i + 1;
	}
	for (i = 0; i < r->n; i++)
		kit_weigh(&r->w[i], &r->W[i], r->g, r->ids[i], r->ids, r->n, &r->x[i].s);
}

static void take_nonces(run *r, json_t *round1)
{
	for (size_t i = 0; i < r->n; i++) {
		json_t *o = entry(round1, r->ids[i]);
		kit_random random = { .len = 64 };
		tf_rng rng = kit_rng(&random);

		CHECK(kit_bytes(random.b, 32, kit_get(o, "hiding_nonce_randomness")) == 32);
		CHECK(kit_bytes(random.b + 32, 32, kit_get(o, "binding_nonce_randomness")) == 32);
		CHECK_OK(tf_frost_nonce_make(&r->nonce[i], &r->list[i], r->suite, r->g, &r->x[i],
		                             &rng));
		r->list[i].id = r->ids[i];
		kit_is_scalar(r->suite, &r->nonce[i].d.s, kit_get(o, "hiding_nonce"));
		kit_is_scalar(r->suite, &r->nonce[i].e.s, kit_get(o, "binding_nonce"));
		kit_is_point(r->suite, r->g, &r->list[i].D, kit_get(o, "hiding_nonce_commitment"));
		kit_is_point(r->suite, r->g, &r->list[i].E, kit_get(o, "binding_nonce_commitment"));
	}
}

/* enc(Y) | H4(msg) | H5(list) | enc(i), put together here once more. */
static void check_input(const run *r, unsigned id, json_t *want)
{
	uint8_t list[512], in[256];
	size_t used = 0, len;
	tf_sc i;

	for (size_t k = 0; k < r->n; k++) {
		tf_sc_set_u64(r->g, &i, r->ids[k]);
		tf_frost_put_scalar(list + used, r->suite, &i);
		used += 32;
		used += tf_frost_put_point(list + used, r->suite, r->g, &r->list[k].D);
		used += tf_frost_put_point(list + used, r->suite, r->g, &r->list[k].E);
	}
	len = tf_frost_put_point(in, r->suite, r->g, &r->Y);
	len += tf_frost_digest(in + len, r->suite, "msg", r->msg, r->msg_len);
	len += tf_frost_digest(in + len, r->suite, "com", list, used);
	tf_sc_set_u64(r->g, &i, id);
	tf_frost_put_scalar(in + len, r->suite, &i);
	CHECK_HEX(in, len + 32, json_string_value(want));
}

static void bind(run *r, json_t *round1)
{
	tf_frost_commitment back[SIGNERS_MAX];
	tf_frost_bound again;
	tf_frost_key key;

	tf_frost_key_init(&key, r->g, &r->Y);
	CHECK_OK(tf_frost_bind(&r->b, r->suite, r->g, &key, r->list, r->n, r->msg, r->msg_len));
	for (size_t i = 0; i < r->n; i++) {
		check_input(r, r->ids[i], kit_get(entry(round1, r->ids[i]),
		                                  "binding_factor_input"));
		kit_is_scalar(r->suite, &r->b.rho[i],
		              kit_get(entry(round1, r->ids[i]), "binding_factor"));
		back[r->n - 1 - i] = r->list[i];
	}
	CHECK_OK(tf_frost_bind(&again, r->suite, r->g, &key, back, r->n, r->msg, r->msg_len));
	CHECK(tf_sc_eq(&again.c, &r->b.c)); /* order is irrelevant */
}

static void sign(run *r)
{
	json_t *round2 = kit_get(r->v, "round_two_outputs.outputs");
	tf_sc z[SIGNERS_MAX];
	tf_frost_sig sig;
	bool valid;

	for (size_t i = 0; i < r->n; i++) {
		CHECK_OK(tf_frost_share(&z[i], &r->b, r->ids[i], &r->nonce[i], &r->w[i]));
		kit_is_scalar(r->suite, &z[i], kit_get(entry(round2, r->ids[i]), "sig_share"));
		CHECK_OK(tf_frost_share_holds(&valid, &r->b, r->ids[i], &r->W[i], &z[i]));
		CHECK(valid);
	}
	tf_frost_combine(&sig, &r->b, z, r->n);
	CHECK_HEX(sig.b, sig.len, json_string_value(kit_get(r->v, "final_output.sig")));
	CHECK_OK(tf_frost_verify_vt(&valid, r->suite, r->g, &sig, &r->Y, r->msg, r->msg_len));
	CHECK(valid);
	for (unsigned i = 0; i < sig.len; i++) {
		sig.b[i] ^= 4;
		CHECK_OK(tf_frost_verify_vt(&valid, r->suite, r->g, &sig, &r->Y, r->msg,
		                            r->msg_len));
		CHECK(!valid);
		sig.b[i] ^= 4;
	}
}

static void whole(const char *file, tf_frost_suite suite, tf_curve_id curve, const char *key_name)
{
	run r = { .suite = suite, .v = kit_load(file), .key_name = key_name };
	json_t *round1;

	r.g = kit_group(curve);
	round1 = kit_get(r.v, "round_one_outputs.outputs");
	r.msg_len = kit_bytes(r.msg, sizeof(r.msg), kit_get(r.v, "inputs.message"));
	take_shares(&r);
	take_nonces(&r, round1);
	bind(&r, round1);
	sign(&r);
	json_decref(r.v);
}

TEST(frost_vectors_of_ed25519)
{
	whole("frost/frost-ed25519-sha512.json", TF_FROST_ED25519, TF_CURVE_ED25519,
	      "group_public_key");
}

TEST(frost_vectors_of_secp256k1)
{
	whole("frost/frost-secp256k1-sha256.json", TF_FROST_SECP256K1, TF_CURVE_SECP256K1,
	      "group_public_key");
}

TEST(frost_vectors_of_taproot)
{
	whole("frost/secp256k1-tr-vectors.json", TF_FROST_TAPROOT, TF_CURVE_BIP340,
	      "verifying_key_key");
	whole("frost/secp256k1-tr-vectors-big-identifier.json", TF_FROST_TAPROOT, TF_CURVE_BIP340,
	      "verifying_key_key");
}

/* ---- key generation ---- */

/* frost-core's proof of knowledge of a dealer's secret: mu G = R + c F0, c = HDKG(id, F0, R). */
static void check_proof(const tf_group *g, unsigned id, const tf_pt *F0, json_t *proof)
{
	uint8_t raw[64], i[TF_FROST_SCALAR], f[TF_PT_BYTES], r[TF_PT_BYTES] = { 2 };
	const tf_piece piece[] = { { i, sizeof(i) }, { f, sizeof(f) }, { r, sizeof(r) } };
	tf_pt R, left, right;
	tf_sc c, mu;

	CHECK(kit_bytes(raw, sizeof(raw), proof) == sizeof(raw));
	CHECK_OK(tf_bip340_lift(g, &R, raw));
	CHECK_OK(tf_sc_decode(g, &mu, raw + 32));
	tf_sc_set_u64(g, &c, id);
	tf_frost_put_scalar(i, TF_FROST_TAPROOT, &c);
	tf_pt_encode(g, f, F0);
	memcpy(r + 1, raw, 32);
	CHECK_OK(tf_frost_to_scalar(&c, TF_FROST_TAPROOT, g, "dkg", piece, TF_ARRAY_LEN(piece)));
	CHECK_OK(tf_pt_mul_base_vt(g, &left, &mu));
	CHECK_OK(tf_pt_mul_vt(g, &right, &c, F0));
	CHECK_OK(tf_pt_add(g, &right, &right, &R));
	CHECK(tf_pt_eq(g, &left, &right));
}

/* One dealer of the DKG vectors: commitments and shares follow from its polynomial, its proof of
 * knowledge holds. Adds its share for `to`. */
static void deal(const tf_group *g, json_t *in, unsigned from, unsigned to, tf_sc *x, tf_pt *Y)
{
	char name[2] = { (char)('0' + from), 0 }, other[2] = { (char)('0' + to), 0 };
	json_t *o = kit_get(in, name), *vss = kit_get(o, "vss_commitments");
	tf_sc a0 = kit_scalar(TF_FROST_TAPROOT, g, kit_get(o, "signing_key"));
	tf_sc a1 = kit_scalar(TF_FROST_TAPROOT, g, kit_get(o, "coefficient"));
	tf_pt F0, F1;
	tf_sc at;

	CHECK_OK(tf_pt_mul_base_vt(g, &F0, &a0));
	CHECK_OK(tf_pt_mul_base_vt(g, &F1, &a1));
	kit_is_point(TF_FROST_TAPROOT, g, &F0, json_array_get(vss, 0));
	kit_is_point(TF_FROST_TAPROOT, g, &F1, json_array_get(vss, 1));
	check_proof(g, from, &F0, kit_get(o, "proof_of_knowledge"));
	tf_sc_set_u64(g, &at, to);
	tf_sc_mul(g, &at, &at, &a1);
	tf_sc_add(g, &at, &at, &a0);
	if (from != to)
		kit_is_scalar(TF_FROST_TAPROOT, &at,
		              kit_get(kit_get(kit_get(in, other), "signing_shares"), name));
	tf_sc_add(g, x, x, &at);
	CHECK_OK(tf_pt_add(g, Y, Y, &F0));
}

/* ZF's DKG ends by committing the key to an unspendable script path. */
TEST(frost_vectors_of_taproot_key_generation)
{
	json_t *v = kit_load("frost/secp256k1-tr-vectors_dkg.json"), *in = kit_get(v, "inputs");
	const tf_group *g = kit_group(TF_CURVE_BIP340);
	uint16_t ids[3] = { 1, 2, 3 };
	tf_pt sum = { .identity = 1 };

	for (unsigned i = 1; i <= 3; i++) {
		char name[2] = { (char)('0' + i), 0 };
		tf_sc x = { { 0 } }, t, lambda;
		tf_pt Y = { .identity = 1 }, X;
		tf_frost_key key;

		for (unsigned j = 1; j <= 3; j++)
			deal(g, in, j, i, &x, &Y);
		tf_frost_key_init(&key, g, &Y);
		CHECK_OK(tf_bip341_tweak(g, &t, &Y, NULL, 0));
		CHECK_OK(tf_frost_key_add_xonly(&key, g, &t));
		kit_is_point(TF_FROST_TAPROOT, g, &key.Q, kit_get(in, "verifying_key"));
		/* every share of f(x) s + t is a share of Q */
		tf_sc_mul(g, &x, &x, &key.s);
		tf_sc_add(g, &x, &x, &key.t);
		kit_is_scalar(TF_FROST_TAPROOT, &x, kit_get(kit_get(in, name), "signing_share"));
		CHECK_OK(tf_pt_mul_base_vt(g, &X, &x));
		kit_is_point(TF_FROST_TAPROOT, g, &X, kit_get(kit_get(in, name),
		                                              "verifying_share"));
		CHECK_OK(tf_lagrange(&lambda, g, i, ids, 3));
		CHECK_OK(tf_pt_mul_vt(g, &X, &lambda, &X));
		CHECK_OK(tf_pt_add(g, &sum, &sum, &X));
		if (i == 3)
			CHECK(tf_pt_eq(g, &sum, &key.Q));
	}
	json_decref(v);
}
