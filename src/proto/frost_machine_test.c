/* FROST's machines among honest parties; what is used once, refused, or another session. */
#include <string.h>

#include "proto/frost_stage_test.h"
#include "proto/presign.h"

static frost_stage s;
static const tf_frost_suite suites[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };
static const frost_job job = { .path = { .index = { 44, 501, 7 }, .len = 3 },
                               .msg = "pay", .len = 3 };
static const frost_job root = { .msg = "pay", .len = 3 };
static const uint8_t zero[sizeof(tf_frost_presig)];

static void sign(uint32_t b, const frost_job *j)
{
	uint8_t id[32];

	memcpy(id, s.presig[0][b].id, 32);
	s.c.burns = 0;
	frost_start_sign(&s, b, j);
	for (unsigned i = 0; i < s.c.n; i++) { /* gone, and burnt before anything is sent */
		CHECK(memcmp(&s.presig[i][b], zero, sizeof(zero)) == 0);
		CHECK(s.c.out[i].count == 2 && s.c.out[i].effect[0].kind == TF_EFFECT_BURN);
		CHECK(s.c.out[i].effect[1].kind == TF_EFFECT_SEND);
		CHECK(memcmp(s.c.out[i].effect[0].key, id, 32) == 0);
	}
	cast_run(&s.c);
	frost_check_signature(&s, j);
	for (unsigned i = 0; i < s.c.n; i++)
		CHECK(s.c.out_mem[i].peak < s.c.out_mem[i].cap);
	CHECK(s.c.burns == s.c.n);
	CHECK(s.c.longest <= tf_frost_signing_sizes(s.c.env[0].pr, (uint16_t)s.c.n, j->len).message);
}

/* ---- honest runs ---- */

/* Keys, nonces and outputs of either parity come up: every suite signs a dozen times. */
static void paths_and_outputs(tf_frost_suite suite)
{
	static const tf_path paths[3] = {
		{ .len = 0 }, { .index = { 0 }, .len = 1 },
		{ .index = { 44, 501, 0x7fffffff, 1, 12 }, .len = 5 },
	};
	static uint8_t long_message[5000];

	frost_init(&s, suite, 3);
	for (unsigned k = 0; k < 12; k++) {
		frost_job j = { .path = paths[k % 3], .root = { (uint8_t)k }, .msg = long_message,
		                .len = k == 0 ? 0 : k == 1 ? sizeof(long_message) : 32 };

		if (suite != TF_FROST_ED25519)
			j.output = (tf_frost_output)(k / 3 % 3);
		if (k % FROST_B == 0)
			frost_prepare(&s, FROST_B, k % 2 == 0);
		long_message[0] = (uint8_t)k;
		sign(k % FROST_B, &j);
	}
	frost_free(&s);
}

TEST(frost_signs_as_ed25519)
{
	paths_and_outputs(TF_FROST_ED25519);
}

TEST(frost_signs_as_taproot)
{
	paths_and_outputs(TF_FROST_TAPROOT);
}

TEST(frost_signs_as_bip445)
{
	paths_and_outputs(TF_FROST_BIP445);
}

TEST(frost_signs_with_every_set_of_signers)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++)
		for (unsigned mask = 0; mask < 16; mask++) {
			unsigned who[4], m = 0;

			for (unsigned i = 0; i < 4; i++)
				if (mask >> i & 1)
					who[m++] = i;
			if (m < 2)
				continue;
			frost_keys(&s, suites[k], 4, 2);
			frost_clique(&s, who, m);
			s.c.shuffle = mask;
			frost_prepare(&s, 1, mask % 2);
			sign(0, &job);
			frost_free(&s);
		}
}

TEST(frost_of_sixteen)
{
	unsigned who[11] = { 0, 1, 2, 4, 5, 7, 8, 10, 12, 14, 15 };

	frost_keys(&s, TF_FROST_TAPROOT, 16, 11);
	frost_clique(&s, who, 11);
	frost_prepare(&s, 1, true);
	sign(0, &root);
	frost_free(&s);
}

/* The largest batch fits what its sizes promise, on the wire, too. */
TEST(frost_prepares_large_batches)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		tf_run_sizes sizes = tf_frost_prepare_sizes(&tf_profile_small, 3,
		                                            TF_FROST_BATCH_MAX);

		frost_init(&s, suites[k], 3);
		frost_start_prepare(&s, TF_FROST_BATCH_MAX, true);
		cast_run(&s.c);
		cast_check_done(&s.c);
		for (unsigned i = 0; i < 3; i++) {
			CHECK(s.c.mem[i].peak < s.c.mem[i].cap);
			CHECK(s.c.out_mem[i].peak < s.c.out_mem[i].cap);
			CHECK_OK(tf_frost_prepare_take(&s.presig[i][0], &s.prepare[i],
			                               TF_FROST_BATCH_MAX - 1));
			CHECK_ERR(tf_frost_prepare_take(&s.presig[i][0], &s.prepare[i],
			                                TF_FROST_BATCH_MAX), TF_E_STATE);
		}
		CHECK(s.c.longest <= sizes.message);
		sign(0, &job);
		frost_free(&s);
	}
}

/* Parties are sorted by role first: their share indices need not ascend. */
TEST(frost_in_any_order_of_indices)
{
	unsigned who[3] = { 2, 0, 1 };

	frost_keys(&s, TF_FROST_ED25519, 3, 3);
	frost_clique(&s, who, 3);
	frost_prepare(&s, 1, true);
	sign(0, &job);
	frost_free(&s);
}

/* ---- once ---- */

TEST(frost_signs_the_longest_message)
{
	static uint8_t longest[TF_FROST_MESSAGE_MAX] = { 1 };
	static const frost_job all_of_it = { .msg = longest, .len = sizeof(longest) };

	frost_init(&s, TF_FROST_TAPROOT, 2);
	frost_prepare(&s, 1, true);
	sign(0, &all_of_it);
	frost_free(&s);
}

TEST(a_frost_presignature_is_used_once)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		frost_init(&s, suites[k], 2);
		frost_prepare(&s, 1, true);
		sign(0, &root);
		cast_rooms(&s.c, tf_frost_signing_sizes(&tf_profile_small, 2, root.len));
		CHECK_ERR(frost_start_one(&s, 0, 0, &root), TF_E_STATE);
		CHECK(s.c.out[0].count == 0);
		frost_free(&s);
	}
}

static void refused(unsigned i, uint32_t b, const frost_job *j, tf_err why)
{
	CHECK(s.presig[i][b].ready == 1);
	CHECK_ERR(frost_start_one(&s, i, b, j), why);
	CHECK(memcmp(&s.presig[i][b], zero, sizeof(zero)) == 0 && s.c.out[i].count == 0);
}

static void ready(uint32_t batch)
{
	frost_prepare(&s, batch, true);
	cast_rooms(&s.c, tf_frost_signing_sizes(&tf_profile_small, (uint16_t)s.c.n, 64));
}

TEST(a_frost_presignature_is_gone_even_if_signing_cannot_start)
{
	static const frost_job hardened = { .path = { .index = { 0x80000000 }, .len = 1 } };
	static const frost_job tweaked = { .output = TF_FROST_KEY_PATH };
	static const frost_job strange = { .output = (tf_frost_output)3 };
	static const frost_job huge = { .len = TF_FROST_MESSAGE_MAX + 1 };

	frost_init(&s, TF_FROST_ED25519, 3);
	ready(3);
	refused(0, 0, &hardened, TF_E_ENCODING);
	refused(0, 1, &tweaked, TF_E_USAGE);
	refused(0, 2, &strange, TF_E_USAGE);
	refused(1, 0, &huge, TF_E_TOO_LARGE);
	/* a share that memory has spoilt never leaves */
	s.presig[1][1].nonce.e.s.d[1] ^= 1;
	refused(1, 1, &root, TF_E_FAULT);
	s.presig[1][2].self = 1;
	refused(1, 2, &root, TF_E_USAGE);
	/* no memory */
	tf_arena_init(&s.c.mem[2], s.c.mem[2].base, 64);
	refused(2, 0, &root, TF_E_CAPACITY);
	frost_free(&s);
}

/* Other people, another order of the same people, another share, another sharing. */
TEST(a_frost_presignature_serves_one_clique_and_one_sharing)
{
	tf_party swap;

	frost_init(&s, TF_FROST_TAPROOT, 3);
	ready(3);
	swap = s.c.env[0].party[1];
	s.c.env[0].party[1] = s.c.env[0].party[2];
	s.c.env[0].party[2] = swap;
	refused(0, 0, &root, TF_E_USAGE);
	/* its own w or W alone */
	s.weights[1].w.s.d[0] ^= 2;
	refused(1, 0, &root, TF_E_USAGE);
	s.weights[1].w.s.d[0] ^= 2;
	s.weights[1].W[2] = s.weights[1].W[0];
	refused(1, 1, &root, TF_E_USAGE);
	/* a refreshed sharing of the same key */
	CHECK_OK(tf_pt_add(s.c.g, &s.weights[2].W[0], &s.weights[2].W[0], tf_group_base(s.c.g)));
	CHECK_OK(tf_pt_sub(s.c.g, &s.weights[2].W[1], &s.weights[2].W[1], tf_group_base(s.c.g)));
	refused(2, 0, &root, TF_E_USAGE);
	frost_free(&s);
}

/* ---- conflict is not guilt ---- */

/* Party 3 signs `theirs` by presignature b, the others `job` by 0. */
static void other_session(const frost_job *theirs, uint32_t b)
{
	tf_frost_presig keep;

	frost_init(&s, TF_FROST_TAPROOT, 3);
	frost_prepare(&s, 2, true);
	keep = s.presig[2][0];
	frost_start_sign(&s, 0, &job);
	tf_outbox_reset(&s.c.out[2]);
	tf_frost_signing_wipe(&s.signing[2]);
	s.presig[2][0] = keep; /* what no caller may do */
	CHECK_OK(frost_start_one(&s, 2, b, theirs));
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(tf_rounds_state(s.c.run[i]) == TF_RUN_RUNNING);
	}
	CHECK(tf_rounds_awaits(s.c.run[0], 3) && !tf_rounds_awaits(s.c.run[0], 2));
	frost_free(&s);
}

TEST(who_was_told_something_else_by_frost_is_in_another_session)
{
	frost_job j = job;

	other_session(&j, 1); /* another presignature: row 39 of docs/protocol.md 11 */
	j.msg = "PAY";
	other_session(&j, 0);
	j.msg = job.msg;
	j.len = 2;
	other_session(&j, 0);
	j.len = job.len;
	j.path.index[2]++;
	other_session(&j, 0);
	j.path = job.path;
	j.output = TF_FROST_KEY_PATH;
	other_session(&j, 0);
	j.output = TF_FROST_SCRIPT_TREE;
	other_session(&j, 0);
}

/* Another suite for the same key is another session, from the first message on. */
TEST(frost_suites_do_not_mix)
{
	tf_frost_prepare_args args = { .weights = &s.weights[2], .suite = TF_FROST_BIP445,
	                               .batch = 1, .confirm = true };

	frost_init(&s, TF_FROST_TAPROOT, 3);
	frost_start_prepare(&s, 1, true);
	tf_outbox_reset(&s.c.out[2]);
	tf_frost_prepare_wipe(&s.prepare[2]);
	args.env = &s.c.env[2];
	CHECK_OK(tf_frost_prepare_start(&s.prepare[2], &args, &s.c.mem[2], &s.c.out[2]));
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++)
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.fault[i].party == TF_PARTY_NONE);
	frost_free(&s);
}

/* The root of a tree is bound, and is nothing to outputs without a tree. */
TEST(frost_binds_the_root_of_a_script_tree)
{
	frost_job a = job, b = job;

	b.root[31] = 1;
	frost_init(&s, TF_FROST_TAPROOT, 2);
	for (unsigned with = 0; with < 2; with++) {
		a.output = b.output = with ? TF_FROST_SCRIPT_TREE : TF_FROST_KEY_PATH;
		ready(1);
		CHECK_OK(frost_start_one(&s, 0, 0, &a));
		CHECK_OK(frost_start_one(&s, 1, 0, &b));
		for (unsigned i = 0; i < 2; i++)
			s.c.run[i] = &s.signing[i].r;
		cast_run(&s.c);
		for (unsigned i = 0; i < 2; i++)
			CHECK(s.c.err[i] == (with ? TF_E_SESSION : TF_OK));
	}
	frost_free(&s);
}

/* ---- the echo of the commitments ---- */

TEST(an_unconfirmed_frost_presignature_carries_its_echo_into_the_share)
{
	frost_init(&s, TF_FROST_ED25519, 3);
	frost_prepare(&s, 2, false);
	sign(0, &job);
	/* one party has seen other broadcasts: nobody is to blame, nothing is signed */
	s.presig[2][1].echo[4] ^= 1;
	frost_start_sign(&s, 1, &job);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(s.c.fault[i].check == TF_CK_ECHO_AGREES && s.c.done[i] == 0);
	}
	frost_free(&s);
}

/* ---- purposes ---- */

static tf_err prepare_with(tf_frost_suite suite, uint32_t batch)
{
	tf_frost_prepare_args args = { .env = &s.c.env[0], .weights = &s.weights[0],
	                               .suite = suite, .batch = batch };

	tf_outbox_reset(&s.c.out[0]);
	return tf_frost_prepare_start(&s.prepare[0], &args, &s.c.mem[0], &s.c.out[0]);
}

TEST(frost_refuses_preparations_that_cannot_be)
{
	frost_init(&s, TF_FROST_TAPROOT, 2);
	cast_rooms(&s.c, tf_frost_prepare_sizes(&tf_profile_small, 2, TF_FROST_BATCH_MAX));
	CHECK_ERR(prepare_with(TF_FROST_ED25519, 1), TF_E_USAGE);
	CHECK_ERR(prepare_with(TF_FROST_SECP256K1, 1), TF_E_USAGE);
	CHECK_ERR(prepare_with((tf_frost_suite)0, 1), TF_E_USAGE);
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, 0), TF_E_USAGE);
	CHECK_ERR(tf_frost_prepare_take(&s.presig[0][0], &s.prepare[0], 0), TF_E_STATE);
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, TF_FROST_BATCH_MAX + 1), TF_E_USAGE);
	CHECK_OK(prepare_with(TF_FROST_TAPROOT, TF_FROST_BATCH_MAX));
	CHECK_ERR(tf_frost_prepare_take(&s.presig[0][0], &s.prepare[0], 0), TF_E_STATE);
	s.weights[0].Y.identity = 1;
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, 1), TF_E_USAGE);
	frost_free(&s);
}

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(frost_without_memory_or_randomness)
{
	frost_init(&s, TF_FROST_TAPROOT, 2);
	cast_rooms(&s.c, tf_frost_prepare_sizes(&tf_profile_small, 2, 1));
	tf_arena_init(&s.c.mem[0], s.c.mem[0].base, 64);
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, 1), TF_E_CAPACITY);
	cast_rooms(&s.c, tf_frost_prepare_sizes(&tf_profile_small, 2, 1));
	s.c.rng[0].fill = no_entropy;
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, 1), TF_E_ENTROPY);
	CHECK(s.c.out[0].count == 0);
	frost_free(&s);
}

/* Row 37 of docs/protocol.md 11: a key is for ECDSA or for Schnorr signatures. */
TEST(a_key_has_one_purpose)
{
	static uint8_t more[1 << 16];
	uint8_t *record = tf_test_alloc(1 << 16), *cert = tf_test_alloc(1 << 16);
	tf_presign_args args = { .weights = &s.weights[0], .batch = 1 };
	tf_presign presign;
	size_t len, cert_len;
	const tf_group *ecdsa;
	tf_arena mem, scratch;
	tf_key back;

	tf_arena_init(&mem, more, sizeof(more));
	tf_arena_init(&scratch, tf_test_alloc(1 << 18), 1 << 18);
	CHECK_OK(tf_group_init(&ecdsa, TF_CURVE_SECP256K1, NULL, &mem));
	frost_init(&s, TF_FROST_TAPROOT, 2);
	/* a record of one is not read as one of the other */
	CHECK_OK(tf_sharing_encode(record, &len, NULL, &s.key[0].sharing, s.c.g, &scratch));
	CHECK_OK(tf_sharing_seal(cert, 1 << 16, &cert_len, record, len, NULL, 0, &scratch));
	CHECK_OK(tf_key_encode(record, 1 << 16, &len, &s.key[0], cert, cert_len, s.c.g, &scratch));
	CHECK_OK(tf_key_decode(&back, NULL, s.c.g, record, len, &scratch));
	CHECK_ERR(tf_key_decode(&back, NULL, ecdsa, record, len, &scratch), TF_E_UNSUPPORTED);
	/* presigning takes no Schnorr key */
	cast_rooms(&s.c, tf_presign_sizes(&tf_profile_small, 2, 1));
	args.env = &s.c.env[0];
	CHECK_ERR(tf_presign_start(&presign, &args, &s.c.mem[0], &s.c.out[0]), TF_E_USAGE);
	/* FROST takes no key for ECDSA */
	cast_rooms(&s.c, tf_frost_prepare_sizes(&tf_profile_small, 2, 1));
	s.c.env[0].g = ecdsa;
	CHECK_ERR(prepare_with(TF_FROST_TAPROOT, 1), TF_E_USAGE);
	CHECK_ERR(tf_key_weigh(&s.weights[0], &s.mine[0], &s.c.env[0]), TF_E_USAGE);
	frost_free(&s);
}
