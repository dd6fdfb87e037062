#include "proto/frost_stage_test.h"

#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>
#include <sodium.h>
#include <string.h>

tf_curve_id frost_curve(tf_frost_suite suite)
{
	return suite == TF_FROST_ED25519 ? TF_CURVE_ED25519 : TF_CURVE_BIP340;
}

void frost_keys(frost_stage *s, tf_frost_suite suite, unsigned n, unsigned t)
{
	tf_keygen *kg = tf_test_alloc(n * sizeof(*kg));

	memset(s, 0, sizeof(*s));
	s->suite = suite;
	cast_init(&s->c, n, &tf_profile_small, frost_curve(suite));
	cast_rooms(&s->c, tf_keygen_sizes(&tf_profile_small, (uint16_t)n));
	for (unsigned i = 0; i < n; i++) {
		tf_keygen_args args = { .env = &s->c.env[i], .t = (uint16_t)t,
		                        .workspace = "test", .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &s->c.mem[i], &s->c.out[i]));
		s->c.run[i] = &kg[i].r;
	}
	cast_run(&s->c);
	cast_check_done(&s->c);
	for (unsigned i = 0; i < n; i++)
		s->key[i] = *tf_keygen_key(&kg[i]);
}

void frost_clique(frost_stage *s, const unsigned *who, unsigned m)
{
	cast_free(&s->c);
	cast_init(&s->c, m, &tf_profile_small, frost_curve(s->suite));
	for (unsigned i = 0; i < m; i++) {
		s->mine[i] = s->key[who[i]];
		for (unsigned j = 0; j < m; j++)
			s->c.env[i].party[j].share_index = s->key[who[j]].index;
	}
	for (unsigned i = 0; i < m; i++)
		CHECK_OK(tf_key_weigh(&s->weights[i], &s->mine[i], &s->c.env[i]));
}

void frost_init(frost_stage *s, tf_frost_suite suite, unsigned n)
{
	unsigned all[TF_PARTIES_MAX];

	for (unsigned i = 0; i < n; i++)
		all[i] = i;
	frost_keys(s, suite, n, n);
	frost_clique(s, all, n);
}

void frost_free(frost_stage *s)
{
	cast_free(&s->c);
}

void frost_start_prepare(frost_stage *s, uint32_t batch, bool confirm)
{
	for (unsigned i = 0; i < s->c.n; i++)
		s->c.env[i].sid[1]++; /* another session */
	cast_rooms(&s->c, tf_frost_prepare_sizes(s->c.env[0].pr, (uint16_t)s->c.n, batch));
	for (unsigned i = 0; i < s->c.n; i++) {
		tf_frost_prepare_args args = { .env = &s->c.env[i], .weights = &s->weights[i],
		                               .suite = s->suite, .batch = batch,
		                               .confirm = confirm };

		CHECK_OK(tf_frost_prepare_start(&s->prepare[i], &args, &s->c.mem[i],
		                                &s->c.out[i]));
		s->c.run[i] = &s->prepare[i].r;
	}
}

void frost_prepare(frost_stage *s, uint32_t batch, bool confirm)
{
	frost_start_prepare(s, batch, confirm);
	cast_run(&s->c);
	cast_check_done(&s->c);
	for (unsigned i = 0; i < s->c.n; i++) {
		CHECK(s->c.mem[i].peak < s->c.mem[i].cap);
		for (uint32_t b = 0; b < batch; b++) {
			CHECK_OK(tf_frost_prepare_take(&s->presig[i][b], &s->prepare[i], b));
			CHECK_ERR(tf_frost_prepare_take(&s->presig[i][b], &s->prepare[i], b),
			          TF_E_STATE);
			CHECK(memcmp(s->presig[i][b].id, s->presig[0][b].id, 32) == 0);
		}
	}
}

tf_err frost_start_one(frost_stage *s, unsigned i, uint32_t b, const frost_job *job)
{
	tf_frost_signing_args args = { .env = &s->c.env[i], .weights = &s->weights[i],
	                               .presig = &s->presig[i][b], .path = job->path,
	                               .output = job->output, .msg = job->msg,
	                               .msg_len = job->len };

	memcpy(args.cc, s->mine[i].sharing.cc, sizeof(args.cc));
	memcpy(args.root, job->root, sizeof(args.root));
	return tf_frost_signing_start(&s->signing[i], &args, &s->c.mem[i], &s->c.out[i]);
}

void frost_start_sign(frost_stage *s, uint32_t b, const frost_job *job)
{
	for (unsigned i = 0; i < s->c.n; i++)
		s->c.env[i].sid[1]++;
	cast_rooms(&s->c, tf_frost_signing_sizes(s->c.env[0].pr, (uint16_t)s->c.n, job->len));
	for (unsigned i = 0; i < s->c.n; i++) {
		CHECK_OK(frost_start_one(s, i, b, job));
		s->c.run[i] = &s->signing[i].r;
	}
}

/* x(Q) for the child key Y' by libsecp256k1, which must agree. */
static void output_key(uint8_t x[static 32], const frost_stage *s, const frost_job *job,
                       const tf_pt *child)
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	uint8_t raw[TF_PT_BYTES], t[32], tag[32];
	crypto_hash_sha256_state st;
	secp256k1_xonly_pubkey key;
	secp256k1_pubkey Q;

	tf_pt_encode(s->c.g, raw, child);
	memcpy(x, raw + 1, 32);
	CHECK(secp256k1_xonly_pubkey_parse(ctx, &key, x));
	if (job->output != TF_FROST_KEY) {
		crypto_hash_sha256(tag, (const uint8_t *)"TapTweak", 8);
		crypto_hash_sha256_init(&st);
		crypto_hash_sha256_update(&st, tag, 32);
		crypto_hash_sha256_update(&st, tag, 32);
		crypto_hash_sha256_update(&st, x, 32);
		if (job->output == TF_FROST_SCRIPT_TREE)
			crypto_hash_sha256_update(&st, job->root, 32);
		crypto_hash_sha256_final(&st, t);
		CHECK(secp256k1_xonly_pubkey_tweak_add(ctx, &Q, &key, t));
		CHECK(secp256k1_xonly_pubkey_from_pubkey(ctx, &key, NULL, &Q));
		CHECK(secp256k1_xonly_pubkey_serialize(ctx, x, &key));
	}
	secp256k1_context_destroy(ctx);
}

static bool schnorr_holds(const uint8_t x[static 32], const tf_frost_sig *sig, const frost_job *job)
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	secp256k1_xonly_pubkey key;
	bool ok = secp256k1_xonly_pubkey_parse(ctx, &key, x) &&
	          secp256k1_schnorrsig_verify(ctx, sig->b, job->msg, job->len, &key);

	secp256k1_context_destroy(ctx);
	return ok;
}

void frost_check_signature(frost_stage *s, const frost_job *job)
{
	uint8_t raw[TF_PT_BYTES], x[32];
	tf_frost_sig sig, first;
	tf_pt child, Q;
	tf_sc e;

	cast_check_done(&s->c);
	CHECK_OK(tf_bip32_derive(s->c.g, &e, &child, NULL, &s->mine[0].sharing.Y,
	                         s->mine[0].sharing.cc, &job->path));
	CHECK_OK(tf_frost_signing_result(&first, &Q, &s->signing[0]));
	CHECK(first.len == 64);
	for (unsigned i = 0; i < s->c.n; i++) {
		CHECK(s->c.mem[i].peak < s->c.mem[i].cap);
		CHECK_OK(tf_frost_signing_result(&sig, NULL, &s->signing[i]));
		CHECK(memcmp(&sig, &first, sizeof(sig)) == 0);
	}
	tf_pt_encode(s->c.g, raw, &Q);
	if (s->suite == TF_FROST_ED25519) {
		CHECK(tf_pt_eq(s->c.g, &Q, &child));
		CHECK(crypto_sign_verify_detached(sig.b, job->msg, job->len, raw + 1) == 0);
		return;
	}
	output_key(x, s, job, &child);
	CHECK(memcmp(x, raw + 1, 32) == 0 && raw[0] == 2);
	CHECK(schnorr_holds(x, &sig, job));
}
