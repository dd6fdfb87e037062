/* FROST, three of three, one party under fire (step.h). The first byte chooses: odd, a signature,
 * even, the preparation of two; the next bit Ed25519 or Taproot. */
#include <string.h>

#include "base/keccak.h"
#include "proto/frost_stage_test.h"
#include "step.h"

static const tf_frost_suite suites[2] = { TF_FROST_ED25519, TF_FROST_TAPROOT };
static frost_stage prepared[2], signing[2];
static step_scene scene[4];
static const frost_job job = { .path = { .index = { 44, 1, 0, 0, 7 }, .len = 5 },
                               .msg = "what is signed", .len = 14 };

/* Both are there, once, and are not the same. */
static void check_prepare(unsigned suite, uint8_t out[static 32])
{
	tf_frost_prepare *run = &prepared[suite].prepare[0];
	uint8_t ids[2][32];
	tf_frost_presig p;

	for (uint32_t b = 0; b < 2; b++) {
		ALWAYS(tf_frost_prepare_take(&p, run, b) == TF_OK);
		ALWAYS(tf_frost_prepare_take(&p, run, b) == TF_E_STATE);
		ALWAYS(p.ready == 1 && p.confirmed == 1 && p.n == 3 && p.self == 1);
		memcpy(ids[b], p.id, 32);
	}
	ALWAYS(memcmp(ids[0], ids[1], 32) != 0);
	tf_shake256_hash(out, ids, sizeof(ids));
}

static void check_sign(unsigned suite, uint8_t out[static 32])
{
	const frost_stage *s = &signing[suite];
	bool valid = false;
	tf_frost_sig sig;
	tf_pt Q;

	ALWAYS(tf_frost_signing_result(&sig, &Q, &s->signing[0]) == TF_OK);
	ALWAYS(tf_frost_verify_vt(&valid, s->suite, s->c.g, &sig, &Q, job.msg, job.len) == TF_OK);
	ALWAYS(valid);
	tf_shake256_hash(out, sig.b, sig.len);
}

static void check_ed25519_prepare(uint8_t out[static 32])
{
	check_prepare(0, out);
}

static void check_ed25519_sign(uint8_t out[static 32])
{
	check_sign(0, out);
}

static void check_taproot_prepare(uint8_t out[static 32])
{
	check_prepare(1, out);
}

static void check_taproot_sign(uint8_t out[static 32])
{
	check_sign(1, out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static void (*const check[4])(uint8_t out[static 32]) = {
		check_ed25519_prepare, check_ed25519_sign, check_taproot_prepare,
		check_taproot_sign,
	};

	(void)argc;
	(void)argv;
	for (unsigned k = 0; k < 2; k++) {
		frost_init(&prepared[k], suites[k], 3);
		frost_start_prepare(&prepared[k], 2, true);
		scene[2 * k] = (step_scene){ .c = &prepared[k].c, .check = check[2 * k],
		                             .machine_len = sizeof(prepared[k].prepare[0]) };
		step_record(&scene[2 * k]);
		frost_init(&signing[k], suites[k], 3);
		frost_prepare(&signing[k], 1, false);
		frost_start_sign(&signing[k], 0, &job);
		scene[2 * k + 1] = (step_scene){ .c = &signing[k].c, .check = check[2 * k + 1],
		                                 .machine_len = sizeof(signing[k].signing[0]) };
		step_record(&scene[2 * k + 1]);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0)
		step_play(&scene[data[0] & 3], data + 1, len - 1);
	return 0;
}
