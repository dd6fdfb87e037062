/* Made by tools/genwire from wire/raw.wire; do not edit. */
#include "wire_raw.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_ctl_raw_maker;

static void make_raw(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_raw *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_string(rng, mem, &m->tx, TF_CTL_NAME_MAX);
	tf_make_u16(rng, &m->item);
	tf_make_blob(rng, mem, &m->token, TF_CTL_TOKEN_MAX);
	tf_make_blob(rng, mem, &m->target, TF_CTL_TARGET_MAX);
	tf_make_blob(rng, mem, &m->body, TF_CTL_BODY_MAX);
}

const tf_wire_maker tf_ctl_raw_maker = { &tf_ctl_raw_wire, make_raw };

const tf_wire_maker *const tf_wire_raw_makers[TF_WIRE_RAW_TYPES] = {
	&tf_ctl_raw_maker,
};
