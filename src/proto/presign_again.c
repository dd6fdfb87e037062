/* Presigning, a verdict that is the same as without batches of equations (docs/adr/0015).
 *
 * A batch may hold although an equation in it is wrong by a factor of small order. That is harmless
 * to whoever has verified it, but in a file of evidence it is the first thing that a third party
 * finds. So when a check has failed, whatever batches have vouched for until then is verified
 * singly, from the first round on, and what that finds is the verdict: the run ends as it would
 * have ended without batches, and as everybody will see it who repeats it from its signed messages.
 */
#include "proto/presign_impl.h"

/* Round 1 or 2 once more. */
static tf_err repeat(tf_presign *s, uint8_t round, tf_fault *fault)
{
	if (round == 1) {
		TRY(tf_presign_load_r1(s));
		return tf_presign_take_r1(s, fault);
	}
	TRY(tf_presign_load_r2(s));
	return tf_presign_check_r2(s, fault);
}

static tf_err repeat_all(tf_presign *s, tf_fault *fault)
{
	uint8_t last = s->r.round;
	tf_err err = TF_OK;

	s->st->singly = true;
	for (uint8_t round = 1; err == TF_OK && round < TF_ARRAY_LEN(s->st->vouched); round++) {
		size_t mark = tf_arena_mark(s->r.mem);

		if (!s->st->vouched[round])
			continue;
		s->r.round = round;
		err = repeat(s, round, fault);
		tf_arena_release(s->r.mem, mark);
	}
	s->r.round = last;
	return err;
}

tf_err tf_presign_judge_singly(tf_presign *s, tf_err err, tf_fault *fault)
{
	tf_fault claim = *fault;
	tf_err found;

	if (err != TF_E_PROOF || s->st->singly)
		return err;
	found = repeat_all(s, fault);
	if (found == TF_OK)
		*fault = claim;
	else
		s->st->culprits = 0; /* alerts would not have come about */
	return found == TF_OK ? err : found;
}
