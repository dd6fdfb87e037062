/* What an alert computes of its secrets takes the same time whatever they are: the decryption of
 * the sum, its N-th root, the multiplier, and the proofs over them. Residues of it are searched for
 * in residue_test.c. */
#include "proto/alert_kit_test.h"

static stage s;

static void alarm_of(alert_spoiler how)
{
	stage_init(&s, 2, &tf_profile_small);
	stage_conceal(&s);
	alert_lie(&s, 1u << 1, how);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
	stage_free(&s);
}

TEST_SLOW(constant_time_alert_of_the_nonce, 1700)
{
	alarm_of(alert_false_delta);
}

TEST_SLOW(constant_time_alert_of_chi, 1700)
{
	alarm_of(alert_false_S);
}
