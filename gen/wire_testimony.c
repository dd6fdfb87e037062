/* Made by tools/genwire from wire/testimony.wire; do not edit. */
#include "wire_testimony.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_2e3b12310cbb29dbeb8e8302547229fe == 1, "schema and version");

static void put_testimony_party(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_testimony_party *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_EVIDENCE_NAME_MAX);
	tf_wr_u16(w, m->slot);
	tf_wire_put_bytes(w, m->identity, 32);
}

static void get_testimony_party(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_party *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_EVIDENCE_NAME_MAX);
	m->slot = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->identity, 32);
}

static void print_testimony_party(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_testimony_party *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_uint(t, "slot", m->slot);
	tf_wire_say_bytes(t, "identity", m->identity, 32);
}

static size_t length_testimony_party(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 2;
	len += 32;
	return len;
}

const tf_wire_type tf_testimony_party_wire = {
	.type = 0x0000, .version = TF_WIRE_TESTIMONY_VERSION, .name = "testimony_party",
	.size = sizeof(tf_testimony_party), .length = length_testimony_party, .put = put_testimony_party,
	.get = get_testimony_party, .print = print_testimony_party,
};

static void put_testimony(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_testimony *m = in;

	(void)env;
	tf_wire_put_string(w, &m->profile, TF_EVIDENCE_NAME_MAX);
	tf_wr_u8(w, m->curve);
	tf_wr_u8(w, m->stage);
	tf_wire_put_bytes(w, m->session, 32);
	tf_wr_u16(w, m->t);
	tf_wire_put_count(w, m->parties_n, TF_PARTIES_MAX);
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_testimony_party_wire.put(w, env, &m->parties[i]);
	}
	tf_wr_u16(w, m->self);
	tf_wr_u16(w, m->party);
	tf_wr_u8(w, m->round);
	tf_wr_u16(w, m->check);
	tf_wr_u32(w, m->batch);
	tf_wire_put_blob(w, &m->context, TF_EVIDENCE_CONTEXT_MAX);
	tf_wire_put_count(w, m->messages_n, TF_EVIDENCE_MESSAGES_MAX);
	for (uint32_t i = 0; i < m->messages_n; i++) {
		tf_wire_put_blob(w, &m->messages[i], TF_ENVELOPE_MAX);
	}
}

static void get_testimony(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_testimony *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->profile, TF_EVIDENCE_NAME_MAX);
	m->curve = tf_rd_u8(r);
	m->stage = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->session, 32);
	m->t = tf_rd_u16(r);
	m->parties = tf_wire_get_list(r, mem, &m->parties_n, TF_PARTIES_MAX,
		tf_testimony_party_wire.length(env, TF_WIRE_LEAST), sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_testimony_party_wire.get(r, &m->parties[i], env, mem);
	}
	m->self = tf_rd_u16(r);
	m->party = tf_rd_u16(r);
	m->round = tf_rd_u8(r);
	m->check = tf_rd_u16(r);
	m->batch = tf_rd_u32(r);
	tf_wire_get_blob(r, &m->context, TF_EVIDENCE_CONTEXT_MAX);
	m->messages = tf_wire_get_list(r, mem, &m->messages_n, TF_EVIDENCE_MESSAGES_MAX,
		4, sizeof(*m->messages));
	for (uint32_t i = 0; i < m->messages_n; i++) {
		tf_wire_get_blob(r, &m->messages[i], TF_ENVELOPE_MAX);
	}
}

static void print_testimony(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_testimony *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "profile", &m->profile);
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_uint(t, "stage", m->stage);
	tf_wire_say_bytes(t, "session", m->session, 32);
	tf_wire_say_uint(t, "t", m->t);
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_wire_say_open(t, "parties");
		tf_testimony_party_wire.print(t, env, &m->parties[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_uint(t, "self", m->self);
	tf_wire_say_uint(t, "party", m->party);
	tf_wire_say_uint(t, "round", m->round);
	tf_wire_say_uint(t, "check", m->check);
	tf_wire_say_uint(t, "batch", m->batch);
	tf_wire_say_blob(t, "context", &m->context);
	for (uint32_t i = 0; i < m->messages_n; i++) {
		tf_wire_say_blob(t, "messages", &m->messages[i]);
	}
}

static size_t length_testimony(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 1;
	len += 1;
	len += 32;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_PARTIES_MAX) * (tf_testimony_party_wire.length(env, TF_WIRE_MOST));
	len += 2;
	len += 2;
	len += 1;
	len += 2;
	len += 4;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_CONTEXT_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_MESSAGES_MAX) * (4 + (size_t)(TF_ENVELOPE_MAX));
	return len;
}

const tf_wire_type tf_rec_testimony_wire = {
	.type = 0x0b02, .version = TF_WIRE_TESTIMONY_VERSION, .name = "rec_testimony",
	.size = sizeof(tf_rec_testimony), .length = length_testimony, .put = put_testimony,
	.get = get_testimony, .print = print_testimony,
};

static void put_testimony_role(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_testimony_role *m = in;

	(void)env;
	tf_wr_u16(w, m->deals);
	tf_wr_u16(w, m->receives);
}

static void get_testimony_role(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_role *m = out;

	(void)env;
	(void)mem;
	m->deals = tf_rd_u16(r);
	m->receives = tf_rd_u16(r);
}

static void print_testimony_role(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_testimony_role *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "deals", m->deals);
	tf_wire_say_uint(t, "receives", m->receives);
}

static size_t length_testimony_role(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 2;
	len += 2;
	return len;
}

const tf_wire_type tf_testimony_role_wire = {
	.type = 0x0000, .version = TF_WIRE_TESTIMONY_VERSION, .name = "testimony_role",
	.size = sizeof(tf_testimony_role), .length = length_testimony_role, .put = put_testimony_role,
	.get = get_testimony_role, .print = print_testimony_role,
};

static void put_testimony_reshare(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_testimony_reshare *m = in;

	(void)env;
	tf_wr_u8(w, m->kind);
	tf_wr_u8(w, m->form);
	tf_wr_u16(w, m->t);
	tf_wr_u32(w, m->epoch);
	tf_wire_put_count(w, m->roles_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->roles_n; i++) {
		tf_testimony_role_wire.put(w, env, &m->roles[i]);
	}
	tf_wire_put_blob(w, &m->source, TF_CERTIFICATE_MAX);
}

static void get_testimony_reshare(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_reshare *m = out;

	(void)env;
	(void)mem;
	m->kind = tf_rd_u8(r);
	m->form = tf_rd_u8(r);
	m->t = tf_rd_u16(r);
	m->epoch = tf_rd_u32(r);
	m->roles = tf_wire_get_list(r, mem, &m->roles_n, tf_wire_max_n(env),
		tf_testimony_role_wire.length(env, TF_WIRE_LEAST), sizeof(*m->roles));
	for (uint32_t i = 0; i < m->roles_n; i++) {
		tf_testimony_role_wire.get(r, &m->roles[i], env, mem);
	}
	tf_wire_get_blob(r, &m->source, TF_CERTIFICATE_MAX);
}

static void print_testimony_reshare(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_testimony_reshare *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "kind", m->kind);
	tf_wire_say_uint(t, "form", m->form);
	tf_wire_say_uint(t, "t", m->t);
	tf_wire_say_uint(t, "epoch", m->epoch);
	for (uint32_t i = 0; i < m->roles_n; i++) {
		tf_wire_say_open(t, "roles");
		tf_testimony_role_wire.print(t, env, &m->roles[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_blob(t, "source", &m->source);
}

static size_t length_testimony_reshare(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 1;
	len += 1;
	len += 2;
	len += 4;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_testimony_role_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CERTIFICATE_MAX);
	return len;
}

const tf_wire_type tf_testimony_reshare_wire = {
	.type = 0x0000, .version = TF_WIRE_TESTIMONY_VERSION, .name = "testimony_reshare",
	.size = sizeof(tf_testimony_reshare), .length = length_testimony_reshare, .put = put_testimony_reshare,
	.get = get_testimony_reshare, .print = print_testimony_reshare,
};

static void put_testimony_frost_prepare(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_testimony_frost_prepare *m = in;

	(void)env;
	tf_wr_u8(w, m->suite);
	tf_wr_u8(w, m->confirm);
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_count(w, m->W_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_wire_put_point(w, env, &m->W[i]);
	}
}

static void get_testimony_frost_prepare(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_frost_prepare *m = out;

	(void)env;
	(void)mem;
	m->suite = tf_rd_u8(r);
	m->confirm = tf_rd_u8(r);
	tf_wire_get_point(r, env, &m->Y);
	m->W = tf_wire_get_list(r, mem, &m->W_n, tf_wire_max_n(env),
		TF_PT_BYTES, sizeof(*m->W));
	_Static_assert(sizeof(*m->W) == 1 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->W, (size_t)1 * m->W_n);
}

static void print_testimony_frost_prepare(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_testimony_frost_prepare *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "suite", m->suite);
	tf_wire_say_uint(t, "confirm", m->confirm);
	tf_wire_say_point(t, "Y", env, &m->Y);
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_wire_say_point(t, "W", env, &m->W[i]);
	}
}

static size_t length_testimony_frost_prepare(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 1;
	len += 1;
	len += TF_PT_BYTES;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (TF_PT_BYTES);
	return len;
}

const tf_wire_type tf_testimony_frost_prepare_wire = {
	.type = 0x0000, .version = TF_WIRE_TESTIMONY_VERSION, .name = "testimony_frost_prepare",
	.size = sizeof(tf_testimony_frost_prepare), .length = length_testimony_frost_prepare, .put = put_testimony_frost_prepare,
	.get = get_testimony_frost_prepare, .print = print_testimony_frost_prepare,
};

static void put_testimony_frost_sign(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_testimony_frost_sign *m = in;

	(void)env;
	tf_wr_u8(w, m->suite);
	tf_wire_put_bytes(w, m->prepared, 32);
	tf_wr_u32(w, m->item);
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_count(w, m->W_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_wire_put_point(w, env, &m->W[i]);
	}
	tf_wire_put_count(w, m->nonces_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->nonces_n; i++) {
		tf_frost_pair_wire.put(w, env, &m->nonces[i]);
	}
	tf_wr_u8(w, m->echoed);
	tf_wire_put_bytes(w, m->echo, 32);
	tf_wire_put_bytes(w, m->cc, 32);
	tf_wire_put_count(w, m->path_n, TF_EVIDENCE_NAME_MAX);
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_wire.put(w, env, &m->path[i]);
	}
	tf_wr_u8(w, m->output);
	tf_wire_put_bytes(w, m->root, 32);
	tf_wire_put_blob(w, &m->text, TF_TESTIMONY_TEXT_MAX);
}

static void get_testimony_frost_sign(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_testimony_frost_sign *m = out;

	(void)env;
	(void)mem;
	m->suite = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->prepared, 32);
	m->item = tf_rd_u32(r);
	tf_wire_get_point(r, env, &m->Y);
	m->W = tf_wire_get_list(r, mem, &m->W_n, tf_wire_max_n(env),
		TF_PT_BYTES, sizeof(*m->W));
	_Static_assert(sizeof(*m->W) == 1 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->W, (size_t)1 * m->W_n);
	m->nonces = tf_wire_get_list(r, mem, &m->nonces_n, tf_wire_max_n(env),
		tf_frost_pair_wire.length(env, TF_WIRE_LEAST), sizeof(*m->nonces));
	_Static_assert(sizeof(*m->nonces) == 2 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->nonces, (size_t)2 * m->nonces_n);
	m->echoed = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->echo, 32);
	tf_wire_get_bytes(r, m->cc, 32);
	m->path = tf_wire_get_list(r, mem, &m->path_n, TF_EVIDENCE_NAME_MAX,
		tf_evidence_step_wire.length(env, TF_WIRE_LEAST), sizeof(*m->path));
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_wire.get(r, &m->path[i], env, mem);
	}
	m->output = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->root, 32);
	tf_wire_get_blob(r, &m->text, TF_TESTIMONY_TEXT_MAX);
}

static void print_testimony_frost_sign(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_testimony_frost_sign *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "suite", m->suite);
	tf_wire_say_bytes(t, "prepared", m->prepared, 32);
	tf_wire_say_uint(t, "item", m->item);
	tf_wire_say_point(t, "Y", env, &m->Y);
	for (uint32_t i = 0; i < m->W_n; i++) {
		tf_wire_say_point(t, "W", env, &m->W[i]);
	}
	for (uint32_t i = 0; i < m->nonces_n; i++) {
		tf_wire_say_open(t, "nonces");
		tf_frost_pair_wire.print(t, env, &m->nonces[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_uint(t, "echoed", m->echoed);
	tf_wire_say_bytes(t, "echo", m->echo, 32);
	tf_wire_say_bytes(t, "cc", m->cc, 32);
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_wire_say_open(t, "path");
		tf_evidence_step_wire.print(t, env, &m->path[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_uint(t, "output", m->output);
	tf_wire_say_bytes(t, "root", m->root, 32);
	tf_wire_say_blob(t, "text", &m->text);
}

static size_t length_testimony_frost_sign(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 1;
	len += 32;
	len += 4;
	len += TF_PT_BYTES;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (TF_PT_BYTES);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_frost_pair_wire.length(env, TF_WIRE_MOST));
	len += 1;
	len += 32;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX) * (tf_evidence_step_wire.length(env, TF_WIRE_MOST));
	len += 1;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_TESTIMONY_TEXT_MAX);
	return len;
}

const tf_wire_type tf_testimony_frost_sign_wire = {
	.type = 0x0000, .version = TF_WIRE_TESTIMONY_VERSION, .name = "testimony_frost_sign",
	.size = sizeof(tf_testimony_frost_sign), .length = length_testimony_frost_sign, .put = put_testimony_frost_sign,
	.get = get_testimony_frost_sign, .print = print_testimony_frost_sign,
};

const tf_wire_type *const tf_wire_testimony_types[TF_WIRE_TESTIMONY_TYPES] = {
	&tf_testimony_party_wire,
	&tf_rec_testimony_wire,
	&tf_testimony_role_wire,
	&tf_testimony_reshare_wire,
	&tf_testimony_frost_prepare_wire,
	&tf_testimony_frost_sign_wire,
};
