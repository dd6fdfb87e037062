/* Made by tools/genwire from wire/raw.wire; do not edit. */
#include "wire_raw.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_0a714fe4a96ecca6735ce5e21e16861c == 1, "schema and version");

static void put_raw(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_raw *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_string(w, &m->tx, TF_CTL_NAME_MAX);
	tf_wr_u16(w, m->item);
	tf_wire_put_blob(w, &m->token, TF_CTL_TOKEN_MAX);
	tf_wire_put_blob(w, &m->target, TF_CTL_TARGET_MAX);
	tf_wire_put_blob(w, &m->body, TF_CTL_BODY_MAX);
}

static void get_raw(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_raw *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_string(r, mem, &m->tx, TF_CTL_NAME_MAX);
	m->item = tf_rd_u16(r);
	tf_wire_get_blob(r, &m->token, TF_CTL_TOKEN_MAX);
	tf_wire_get_blob(r, &m->target, TF_CTL_TARGET_MAX);
	tf_wire_get_blob(r, &m->body, TF_CTL_BODY_MAX);
}

static void print_raw(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_raw *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_string(t, "tx", &m->tx);
	tf_wire_say_uint(t, "item", m->item);
	tf_wire_say_blob(t, "token", &m->token);
	tf_wire_say_blob(t, "target", &m->target);
	tf_wire_say_blob(t, "body", &m->body);
}

static size_t length_raw(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TOKEN_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TARGET_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_BODY_MAX);
	return len;
}

const tf_wire_type tf_ctl_raw_wire = {
	.type = 0x080f, .version = TF_WIRE_RAW_VERSION, .name = "ctl_raw",
	.size = sizeof(tf_ctl_raw), .length = length_raw, .put = put_raw,
	.get = get_raw, .print = print_raw,
};

const tf_wire_type *const tf_wire_raw_types[TF_WIRE_RAW_TYPES] = {
	&tf_ctl_raw_wire,
};
