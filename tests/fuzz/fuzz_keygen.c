/* Key generation, 2 of 3, one party under fire (step.h). */
#include "base/keccak.h"
#include "proto/keygen.h"
#include "step.h"

static cast c;
static tf_keygen kg[3];
static step_scene scene;

static void check(uint8_t out[static 32])
{
	static uint8_t room[1 << 18];
	const tf_key *key = tf_keygen_key(&kg[0]);
	const tf_seat *seat;
	uint8_t all[32 + TF_SC_BYTES];
	tf_arena mem;
	tf_pt W;

	tf_arena_init(&mem, room, sizeof(room));
	ALWAYS(key && key->state == TF_SHARE_COMMITTED && key->sharing.n == 3);
	seat = tf_sharing_seat(&key->sharing, key->index);
	ALWAYS(seat && tf_pt_mul_base(c.g, &W, &key->x) == TF_OK);
	ALWAYS(tf_pt_eq(c.g, &W, &seat->W));
	ALWAYS(tf_sharing_check(&key->sharing, c.g, &mem) == TF_OK);
	ALWAYS(tf_sharing_encode(NULL, NULL, all, &key->sharing, c.g, &mem) == TF_OK);
	tf_sc_encode(all + 32, &key->x.s);
	tf_shake256_hash(out, all, sizeof(all));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "test",
		                        .key_id = { 0x6b } };

		ALWAYS(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]) == TF_OK);
		c.run[i] = &kg[i].r;
	}
	scene = (step_scene){ .c = &c, .machine_len = sizeof(kg[0]), .check = check };
	step_record(&scene);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	step_play(&scene, data, len);
	return 0;
}
