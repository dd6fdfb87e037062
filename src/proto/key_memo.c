/* Records and weights that are known (key.h). */
#include <string.h>

#include "base/keccak.h"
#include "proto/key.h"

void tf_key_record_hash(uint8_t out[static 32], const uint8_t *in, size_t len)
{
	tf_shake256_hash(out, in, len);
	tf_ct_declassify(out, 32); /* a name, of more entropy than can be guessed */
}

/* The record without what its certificate says. */
static tf_err decode_own(tf_key *out, const tf_key_memo *memo, const tf_group *g,
                         const uint8_t *in, size_t len, tf_arena *mem)
{
	tf_wire_env env = { .g = g, .n = TF_PARTIES_MAX };
	TF_AUTO(tf_rec_key_share) rec;

	memset(&rec, 0, sizeof(rec));
	TRY(tf_wire_decode_framed(&tf_rec_key_share_wire, &rec, &env, mem, in, len));
	tf_ct_classify(&rec.x, sizeof(rec.x));
	out->sharing = memo->sharing;
	out->index = rec.index;
	out->state = (tf_share_state)rec.state;
	out->x = rec.x;
	return TF_OK;
}

tf_err tf_key_decode_known(tf_key *out, tf_key_memo *memo, const tf_group *g, const uint8_t *in,
                           size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	if (!memo || !memo->read || memo->sharing.curve != tf_group_id(g)) {
		TRY(tf_key_decode(out, NULL, g, in, len, mem));
		if (!memo)
			return TF_OK;
		memo->sharing = out->sharing;
		memo->n = 0;
		memo->read = true;
		return TF_OK;
	}
	err = decode_own(out, memo, g, in, len, mem);
	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_key_wipe(out);
	tf_wipe_stack();
	return err;
}

static bool same_set(const tf_key_memo *memo, const tf_party_env *env)
{
	if (memo->n != env->n || memo->self != env->self)
		return false;
	for (unsigned i = 0; i < env->n; i++)
		if (memo->set[i] != env->party[i].share_index)
			return false;
	return true;
}

static tf_err learn(tf_key_memo *memo, const tf_weights *weights, const tf_key *key,
                    const tf_party_env *env)
{
	for (unsigned i = 0; i < env->n; i++)
		memo->set[i] = env->party[i].share_index;
	tf_sc_set_u64(env->g, &memo->lambda, 1);
	if (key->sharing.form == TF_SHARE_FELDMAN)
		TRY(tf_lagrange(&memo->lambda, env->g, key->index, memo->set, env->n));
	memcpy(memo->W, weights->W, sizeof(memo->W));
	memo->self = env->self;
	memo->n = env->n;
	return TF_OK;
}

tf_err tf_key_weigh_known(tf_weights *out, tf_key_memo *memo, const tf_key *key,
                          const tf_party_env *env)
{
	if (!memo || !same_set(memo, env)) {
		TRY(tf_key_weigh(out, key, env));
		return memo ? learn(memo, out, key, env) : TF_OK;
	}
	TRY(tf_party_env_check(env));
	out->Y = key->sharing.Y;
	memcpy(out->W, memo->W, sizeof(out->W));
	tf_sc_mul(env->g, &out->w.s, &memo->lambda, &key->x.s);
	tf_wipe_stack();
	return TF_OK;
}
