/* Made by tools/genwire from wire/frost.wire; do not edit. */
#include "wire_frost.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_3aab591e13c4836c3e353cf94bdfba39 == 1, "schema and version");

static void put_frost_pair(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_frost_pair *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->D);
	tf_wire_put_point(w, env, &m->E);
}

static void get_frost_pair(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_frost_pair *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->D);
	tf_wire_get_point(r, env, &m->E);
}

static void print_frost_pair(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_frost_pair *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "D", env, &m->D);
	tf_wire_say_point(t, "E", env, &m->E);
}

static size_t length_frost_pair(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	return len;
}

const tf_wire_type tf_frost_pair_wire = {
	.type = 0x0000, .version = TF_WIRE_FROST_VERSION, .name = "frost_pair",
	.size = sizeof(tf_frost_pair), .length = length_frost_pair, .put = put_frost_pair,
	.get = get_frost_pair, .print = print_frost_pair,
};

static void put_frost_commit(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_commit *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_frost_pair_wire.put(w, env, &m->items[i]);
	}
}

static void get_frost_commit(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_commit *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_frost_pair_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	_Static_assert(sizeof(*m->items) == 2 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->items, (size_t)2 * m->items_n);
}

static void print_frost_commit(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_commit *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_frost_pair_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_frost_commit(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_frost_pair_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_frost_commit_wire = {
	.type = 0x0601, .version = TF_WIRE_FROST_VERSION, .name = "msg_frost_commit",
	.size = sizeof(tf_msg_frost_commit), .length = length_frost_commit, .put = put_frost_commit,
	.get = get_frost_commit, .print = print_frost_commit,
};

static void put_frost_confirm(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_confirm *m = in;

	(void)env;
	tf_wire_put_count(w, m->items_n, tf_wire_max_batch(env));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_wire.put(w, env, &m->items[i]);
	}
}

static void get_frost_confirm(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_confirm *m = out;

	(void)env;
	(void)mem;
	m->items = tf_wire_get_list(r, mem, &m->items_n, tf_wire_max_batch(env),
		tf_presign_id_wire.length(env, TF_WIRE_LEAST), sizeof(*m->items));
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_presign_id_wire.get(r, &m->items[i], env, mem);
	}
}

static void print_frost_confirm(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_confirm *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->items_n; i++) {
		tf_wire_say_open(t, "items");
		tf_presign_id_wire.print(t, env, &m->items[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_frost_confirm(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_batch(env)) * (tf_presign_id_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_msg_frost_confirm_wire = {
	.type = 0x0602, .version = TF_WIRE_FROST_VERSION, .name = "msg_frost_confirm",
	.size = sizeof(tf_msg_frost_confirm), .length = length_frost_confirm, .put = put_frost_confirm,
	.get = get_frost_confirm, .print = print_frost_confirm,
};

static void put_frost_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_share *m = in;

	(void)env;
	tf_wire_put_scalar(w, env, &m->z);
}

static void get_frost_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_msg_frost_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_scalar(r, env, &m->z);
}

static void print_frost_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_msg_frost_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_scalar(t, "z", env, &m->z);
}

static size_t length_frost_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_SC_BYTES;
	return len;
}

const tf_wire_type tf_msg_frost_share_wire = {
	.type = 0x0603, .version = TF_WIRE_FROST_VERSION, .name = "msg_frost_share",
	.size = sizeof(tf_msg_frost_share), .length = length_frost_share, .put = put_frost_share,
	.get = get_frost_share, .print = print_frost_share,
};

const tf_wire_type *const tf_wire_frost_types[TF_WIRE_FROST_TYPES] = {
	&tf_frost_pair_wire,
	&tf_msg_frost_commit_wire,
	&tf_msg_frost_confirm_wire,
	&tf_msg_frost_share_wire,
};
