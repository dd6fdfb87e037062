/* Presigning of three in which a sum has failed: the alerts, one honest party under fire (step.h).
 * The first byte chooses: even, the nonce's sum by party 2, on P-256; odd, chi's by party 3, on the
 * STARK curve. */
#include "proto/presign_impl.h"
#include "proto/stage_test.h"
#include "step.h"

static stage s[2];
static step_scene scene[2];
static unsigned which; /* while they are recorded */

/* The cheat believes its false share, too. */
static void spoil(const cast *c, void *m, void *ctx)
{
	tf_presign_own *own = &s[which].presign[scene[which].cheat - 1].st->item[0];
	tf_msg_presign_r3 *r3 = m;
	tf_sc one;

	(void)ctx;
	if (which == 0) {
		tf_sc_set_u64(c->g, &one, 1);
		tf_sc_add(c->g, &r3->items[0].delta, &r3->items[0].delta, &one);
		own->delta = r3->items[0].delta;
	} else {
		ALWAYS(tf_pt_add(c->g, &r3->items[0].S, &r3->items[0].S, tf_group_base(c->g)) ==
		       TF_OK);
		own->S = r3->items[0].S;
	}
}

static bool rewrite(cast *c, cast_mail *mail)
{
	if (mail->from == scene[which].cheat && cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
		cast_rewrite(c, mail, &tf_msg_presign_r3_wire, spoil, NULL);
	return true;
}

static tf_err late_0(tf_fault *fault)
{
	return tf_presign_judge(&s[0].presign[0], fault);
}

static tf_err late_1(tf_fault *fault)
{
	return tf_presign_judge(&s[1].presign[0], fault);
}

/* Nothing comes of such a run. */
static void check(uint8_t out[static 32])
{
	(void)out;
	ALWAYS(false);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (which = 0; which < 2; which++) {
		stage *x = &s[which];

		scene[which] = (step_scene){ .c = &x->c, .machine_len = sizeof(x->presign[0]),
		                             .check = check, .cheat = 2 + which, .begins = 3,
		                             .deadline = which ? late_1 : late_0 };
		stage_init_on(x, 3, &tf_profile_small, which ? TF_CURVE_STARK : TF_CURVE_P256);
		x->c.rewrite = rewrite;
		stage_start_presign(x, 1, true);
		step_record(&scene[which]);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0)
		step_play(&scene[data[0] & 1], data + 1, len - 1);
	return 0;
}
