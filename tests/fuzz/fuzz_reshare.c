/* Resharing and refresh, one party under fire (step.h). The first byte chooses: even, a refresh of
 * three; odd, resharing of four, in which party 1 deals and receives. */
#include <string.h>

#include "base/keccak.h"
#include "proto/recast_test.h"
#include "step.h"

static recast x[2];
static step_scene scene[2];

static void check(unsigned which, uint8_t out[static 32])
{
	const tf_attempt *a = tf_reshare_attempt(&x[which].run[0]);
	const tf_key *k = tf_reshare_key(&x[which].run[0]);
	uint8_t all[32 + TF_SC_BYTES];

	ALWAYS(k && k->state == TF_SHARE_COMMITTED && a && a->state == TF_ATTEMPT_COMMITTED);
	ALWAYS(tf_attempt_agreed(a));
	recast_check_key(&x[which], k);
	ALWAYS(tf_sharing_encode(NULL, NULL, all, &k->sharing, x[which].c.g, recast_scratch()) ==
	       TF_OK);
	ALWAYS(memcmp(all, a->hash, 32) == 0);
	tf_sc_encode(all + 32, &k->x.s);
	tf_shake256_hash(out, all, sizeof(all));
}

static void check_refresh(uint8_t out[static 32])
{
	check(0, out);
}

static void check_reshare(uint8_t out[static 32])
{
	check(1, out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const tf_reshare_role dealer = { 1, 1 }, leaver = { 2, 0 };

	(void)argc;
	(void)argv;
	recast_init(&x[0], 3, TF_CURVE_SECP256K1);
	recast_deal(&x[0], 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x[0]);
	recast_init(&x[1], 4, TF_CURVE_SECP256K1);
	recast_deal(&x[1], 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x[1]);
	x[1].args.role[0] = dealer;
	x[1].args.role[1] = leaver;
	x[1].args.role[2].receives = 2;
	for (unsigned k = 0; k < 2; k++) {
		recast_start_all(&x[k]);
		scene[k] = (step_scene){ .c = &x[k].c, .machine_len = sizeof(x[k].run[0]),
		                         .check = k ? check_reshare : check_refresh };
		step_record(&scene[k]);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0)
		step_play(&scene[data[0] & 1], data + 1, len - 1);
	return 0;
}
