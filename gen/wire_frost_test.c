/* Made by tools/genwire from wire/frost.wire; do not edit. */
#include "wire_frost.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_frost_pair_maker;
extern const tf_wire_maker tf_msg_frost_commit_maker;
extern const tf_wire_maker tf_msg_frost_confirm_maker;
extern const tf_wire_maker tf_msg_frost_share_maker;
extern const tf_wire_maker tf_presign_id_maker;

static void make_frost_pair(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_frost_pair *m = out;

	(void)env;
	(void)mem;
	tf_make_point(rng, env, &m->D);
	tf_make_point(rng, env, &m->E);
}

const tf_wire_maker tf_frost_pair_maker = { &tf_frost_pair_wire, make_frost_pair };

static void make_frost_commit(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_commit *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_frost_pair_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_frost_commit_maker = { &tf_msg_frost_commit_wire, make_frost_commit };

static void make_frost_confirm(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_confirm *m = out;

	(void)env;
	(void)mem;
	m->items_n = tf_make_count(rng, tf_wire_max_batch(env));
	m->items = tf_make_list(mem, m->items_n, sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_maker.make(rng, &m->items[i], env, mem);
	}
}

const tf_wire_maker tf_msg_frost_confirm_maker = { &tf_msg_frost_confirm_wire, make_frost_confirm };

static void make_frost_share(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_share *m = out;

	(void)env;
	(void)mem;
	tf_make_scalar(rng, env, &m->z);
}

const tf_wire_maker tf_msg_frost_share_maker = { &tf_msg_frost_share_wire, make_frost_share };

const tf_wire_maker *const tf_wire_frost_makers[TF_WIRE_FROST_TYPES] = {
	&tf_frost_pair_maker,
	&tf_msg_frost_commit_maker,
	&tf_msg_frost_confirm_maker,
	&tf_msg_frost_share_maker,
};
