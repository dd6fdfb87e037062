/* Introductions of three, one party under fire (step.h). */
#include <string.h>

#include "base/keccak.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "step.h"

static cast c;
static tf_auxinfo aux[3];
static tf_moduli own[3];
static step_scene scene;
static uint8_t room[1 << 22];

/* What it has of its peers is what they have. */
static void check(uint8_t out[static 32])
{
	uint8_t all[2][32];
	tf_arena mem;

	for (unsigned j = 1; j < 3; j++) {
		const tf_aux *a = tf_auxinfo_peer(&aux[0], j + 1);
		uint8_t theirs[32];

		tf_arena_init(&mem, room, sizeof(room));
		ALWAYS(a != NULL);
		ALWAYS(tf_aux_hash(all[j - 1], a, &mem) == TF_OK);
		ALWAYS(tf_moduli_hash(theirs, &own[j], &mem) == TF_OK);
		ALWAYS(memcmp(all[j - 1], theirs, sizeof(theirs)) == 0);
	}
	tf_shake256_hash(out, all, sizeof(all));
}

static void start(unsigned i)
{
	tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i], .now = 1700000000 };
	tf_arena mem;
	tf_bn p[4];

	tf_arena_init(&mem, room, sizeof(room));
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(tf_profile_small.prime_bits, 4 * i + k, &p[k]);
	ALWAYS(tf_moduli_make(&own[i], &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &c.rng[i],
	                      &mem) == TF_OK);
	ALWAYS(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]) == TF_OK);
	c.run[i] = &aux[i].r;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_auxinfo_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++)
		start(i);
	scene = (step_scene){ .c = &c, .machine_len = sizeof(aux[0]), .check = check };
	step_record(&scene);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	step_play(&scene, data, len);
	return 0;
}
