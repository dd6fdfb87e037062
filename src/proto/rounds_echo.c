/* Echoes: has everybody received the same broadcasts? (rounds.h, "Echo") */
#include <string.h>

#include "proto/rounds_impl.h"
#include "zk/transcript.h"

tf_err tf_rounds_echo(uint8_t out[static 32], const tf_rounds *r, unsigned round,
                      const uint8_t *digests)
{
	uint8_t buf[128 + TF_PARTIES_MAX * 64];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, r->env->sid, sizeof(r->env->sid));
	tf_tr_u64(&t, round);
	tf_tr_open(&t);
	for (unsigned i = 0; i < r->env->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_bytes(&t, digests + 32 * i, 32);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_hash(out, &t, "echo");
}

tf_err tf_rounds_echo_of(uint8_t out[static 32], const tf_rounds *r, unsigned round)
{
	uint8_t digest[TF_PARTIES_MAX][32];

	for (unsigned i = 1; i <= r->env->n; i++)
		memcpy(digest[i - 1], tf_slot_at(r, round, i, TF_BROADCAST)->digest, 32);
	return tf_rounds_echo(out, r, round, digest[0]);
}

bool tf_rounds_echo_agrees(const tf_rounds *r, unsigned party, tf_fault *fault)
{
	const tf_slot *s = tf_slot_at(r, r->round, party, TF_BROADCAST);

	return tf_holds(fault, TF_CK_ECHO_AGREES, memcmp(s->echo, r->echo[r->round - 1], 32) == 0);
}

bool tf_rounds_echoes_agree(const tf_rounds *r, tf_fault *fault)
{
	for (unsigned i = 1; i <= r->env->n; i++)
		if (tf_slot_at(r, r->round, i, TF_BROADCAST)->payload.p &&
		    !tf_rounds_echo_agrees(r, i, fault))
			return false;
	return true;
}
