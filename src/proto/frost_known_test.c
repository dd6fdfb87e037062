/* Known answers: whole runs against textbook formulas (tests/vectors/make_frost.py). */
#include <string.h>

#include "proto/frost_kit_test.h"
#include "proto/frost_stage_test.h"

#define N 3u

static frost_stage s;
static kit_random draws[N];
static json_t *head, *answers;
static uint16_t seen; /* the message type to look at */
static const char *field;

static void bytes32(uint8_t out[static 32], json_t *hex)
{
	CHECK(kit_bytes(out, 32, hex) == 32);
}

/* The context of everybody's envelopes, and the shares in them. */
static bool look(cast *k, cast_mail *mail)
{
	tf_envelope e;
	uint8_t z[32];

	(void)k;
	CHECK(cast_is(mail, seen, &e) || seen == TF_MSG_FROST_COMMIT);
	CHECK_HEX(e.context, 32, json_string_value(kit_get(answers, field)));
	if (seen != TF_MSG_FROST_SHARE)
		return true;
	bytes32(z, json_array_get(kit_get(answers, "shares"), mail->from - 1));
	CHECK(e.payload.len == 32 && memcmp(e.payload.p, z, 32) == 0);
	return true;
}

static void take_weights(void)
{
	const tf_group *g = s.c.g;
	tf_weights *first = &s.weights[0];

	first->Y = (tf_pt){ .identity = 1 };
	for (unsigned i = 0; i < N; i++) {
		s.weights[i].w.s = kit_scalar(TF_FROST_TAPROOT, g, /* big-endian for all suites */
		                              json_array_get(kit_get(answers, "weights"), i));
		CHECK_OK(tf_pt_mul_base(g, &first->W[i], &s.weights[i].w));
		CHECK_OK(tf_pt_add(g, &first->Y, &first->Y, &first->W[i]));
	}
	for (unsigned i = 1; i < N; i++) {
		memcpy(s.weights[i].W, first->W, sizeof(first->W));
		s.weights[i].Y = first->Y;
	}
}

static void set_up(void)
{
	memset(&s, 0, sizeof(s));
	s.suite = (tf_frost_suite)json_integer_value(kit_get(answers, "suite"));
	cast_init(&s.c, N, &tf_profile_small, frost_curve(s.suite));
	take_weights();
	for (unsigned i = 0; i < N; i++) {
		tf_party_env *env = &s.c.env[i];

		bytes32(env->sid, kit_get(head, "sid"));
		env->sid[1]--; /* the stage counts sessions there */
		for (unsigned j = 0; j < N; j++)
			env->party[j].share_index = (uint16_t)json_integer_value(
				json_array_get(kit_get(head, "ids"), j));
		draws[i] = (kit_random){ 0 };
		draws[i].len = kit_bytes(draws[i].b, sizeof(draws[i].b),
		                         json_array_get(kit_get(answers, "random"), i));
		s.c.rng[i] = kit_rng(&draws[i]);
		bytes32(s.mine[i].sharing.cc, kit_get(head, "chain_code"));
		s.mine[i].sharing.Y = s.weights[0].Y;
	}
	s.c.rewrite = look;
}

static frost_job read_job(uint8_t *message)
{
	json_t *path = kit_get(answers, "path"), *step;
	frost_job job = { .msg = message };
	size_t i;

	json_array_foreach(path, i, step)
		job.path.index[i] = (uint32_t)json_integer_value(step);
	job.path.len = (uint32_t)json_array_size(path);
	job.output = (tf_frost_output)json_integer_value(kit_get(answers, "output"));
	(void)kit_bytes(job.root, sizeof(job.root), kit_get(answers, "root"));
	job.len = kit_bytes(message, 64, kit_get(answers, "message"));
	return job;
}

static void one_run(void)
{
	uint32_t batch = (uint32_t)json_integer_value(kit_get(head, "batch"));
	uint32_t place = (uint32_t)json_integer_value(kit_get(head, "place"));
	uint8_t message[64], key[TF_PT_BYTES];
	frost_job job = read_job(message);
	tf_frost_sig sig;
	tf_pt Q;

	set_up();
	seen = TF_MSG_FROST_COMMIT;
	field = "prepare_context";
	frost_prepare(&s, batch, true);
	CHECK(draws[0].at == draws[0].len);
	CHECK_HEX(s.presig[0][place].id, 32, json_string_value(kit_get(answers, "id")));
	seen = TF_MSG_FROST_SHARE;
	field = "sign_context";
	frost_start_sign(&s, place, &job);
	cast_run(&s.c);
	frost_check_signature(&s, &job);
	CHECK_OK(tf_frost_signing_result(&sig, &Q, &s.signing[0]));
	CHECK_HEX(sig.b, sig.len, json_string_value(kit_get(answers, "signature")));
	tf_pt_encode(s.c.g, key, &Q);
	CHECK_HEX(key, sizeof(key), json_string_value(kit_get(answers, "key")));
	frost_free(&s);
}

static void known(const char *file)
{
	json_error_t why;
	size_t i;

	head = json_load_file(tf_test_path(file), JSON_REJECT_DUPLICATES, &why);
	if (!head)
		tf_test_fail(__FILE__, __LINE__, "%s: %s", file, why.text);
	CHECK(json_array_size(kit_get(head, "runs")) == 6);
	json_array_foreach(kit_get(head, "runs"), i, answers)
		one_run();
	json_decref(head);
}

TEST(frost_known_answers_of_ed25519)
{
	known("tests/vectors/frost/ed25519.json");
}

TEST(frost_known_answers_of_taproot)
{
	known("tests/vectors/frost/taproot.json");
}

TEST(frost_known_answers_of_bip445)
{
	known("tests/vectors/frost/bip445.json");
}
