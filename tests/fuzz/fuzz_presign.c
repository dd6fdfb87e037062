/* Presigning of three, one presignature, one party under fire (step.h). */
#include "base/keccak.h"
#include "proto/stage_test.h"
#include "step.h"

static stage s;
static step_scene scene;

/* k Gamma and chi Gamma are what it has of itself; everybody's sum to G and to Y. */
static void check(uint8_t out[static 32])
{
	const tf_group *g = s.c.g;
	const tf_pt *D[3], *S[3];
	tf_presig p;
	tf_pt x;

	ALWAYS(tf_presign_take(&p, &s.presign[0], 0) == TF_OK);
	ALWAYS(p.ready == 1 && p.confirmed == 1 && p.n == 3 && p.self == 1);
	for (unsigned i = 0; i < 3; i++) {
		D[i] = &p.Delta[i];
		S[i] = &p.S[i];
	}
	ALWAYS(tf_pt_sum(g, &x, D, 3) == TF_OK && tf_pt_eq(g, &x, tf_group_base(g)));
	ALWAYS(tf_pt_sum(g, &x, S, 3) == TF_OK && tf_pt_eq(g, &x, &s.Y));
	ALWAYS(tf_pt_mul(g, &x, &p.k, &p.Gamma) == TF_OK && tf_pt_eq(g, &x, D[0]));
	ALWAYS(tf_pt_mul(g, &x, &p.chi, &p.Gamma) == TF_OK && tf_pt_eq(g, &x, S[0]));
	tf_shake256_hash(out, p.id, sizeof(p.id));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	scene = (step_scene){ .c = &s.c, .machine_len = sizeof(s.presign[0]), .check = check };
	step_record(&scene);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	step_play(&scene, data, len);
	return 0;
}
