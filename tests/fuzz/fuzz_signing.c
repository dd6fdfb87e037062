/* Signing by three, one party under fire (step.h). */
#include <string.h>

#include "base/keccak.h"
#include "proto/stage_test.h"
#include "step.h"

static stage s;
static step_scene scene;
static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };

static void check(uint8_t out[static 32])
{
	bool valid = false;
	tf_ecdsa_sig sig;
	tf_pt child;

	ALWAYS(tf_signing_result(&sig, &child, &s.signing[0]) == TF_OK);
	ALWAYS(tf_ecdsa_verify_vt(s.c.g, &valid, &sig, digest, &child) == TF_OK && valid);
	tf_shake256_hash(out, &sig, sizeof(sig));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	tf_path path;

	(void)argc;
	(void)argv;
	ALWAYS(tf_path_bip44(&path, TF_PATH_COIN_TESTNET, 0) == TF_OK);
	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, false);
	stage_start_sign(&s, 0, &path, digest);
	scene = (step_scene){ .c = &s.c, .machine_len = sizeof(s.signing[0]), .check = check };
	step_record(&scene);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	step_play(&scene, data, len);
	return 0;
}
