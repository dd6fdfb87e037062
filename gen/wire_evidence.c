/* Made by tools/genwire from wire/evidence.wire; do not edit. */
#include "wire_evidence.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_b3a8b6b46e8f880b17fbc224d090bb9d == 1, "schema and version");

static void put_evidence_party(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_party *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_EVIDENCE_NAME_MAX);
	tf_wr_u16(w, m->slot);
	tf_wire_put_bytes(w, m->identity, 32);
	tf_wire_put_blob(w, &m->ready, TF_EVIDENCE_READY_MAX);
}

static void get_evidence_party(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_party *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_EVIDENCE_NAME_MAX);
	m->slot = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->identity, 32);
	tf_wire_get_blob(r, &m->ready, TF_EVIDENCE_READY_MAX);
}

static void print_evidence_party(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_party *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_uint(t, "slot", m->slot);
	tf_wire_say_bytes(t, "identity", m->identity, 32);
	tf_wire_say_blob(t, "ready", &m->ready);
}

static size_t length_evidence_party(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 2;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_READY_MAX);
	return len;
}

const tf_wire_type tf_evidence_party_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_party",
	.size = sizeof(tf_evidence_party), .length = length_evidence_party, .put = put_evidence_party,
	.get = get_evidence_party, .print = print_evidence_party,
};

static void put_evidence(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_evidence *m = in;

	(void)env;
	tf_wire_put_string(w, &m->profile, TF_EVIDENCE_NAME_MAX);
	tf_wr_u8(w, m->curve);
	tf_wr_u8(w, m->protocol);
	tf_wr_u8(w, m->stage);
	tf_wire_put_bytes(w, m->trust, 32);
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_bytes(w, m->open, 32);
	tf_wr_u16(w, m->t);
	tf_wire_put_count(w, m->parties_n, TF_PARTIES_MAX);
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_evidence_party_wire.put(w, env, &m->parties[i]);
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

static void get_evidence(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_evidence *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->profile, TF_EVIDENCE_NAME_MAX);
	m->curve = tf_rd_u8(r);
	m->protocol = tf_rd_u8(r);
	m->stage = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->trust, 32);
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_bytes(r, m->open, 32);
	m->t = tf_rd_u16(r);
	m->parties = tf_wire_get_list(r, mem, &m->parties_n, TF_PARTIES_MAX,
		tf_evidence_party_wire.length(env, TF_WIRE_LEAST), sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_evidence_party_wire.get(r, &m->parties[i], env, mem);
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

static void print_evidence(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_evidence *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "profile", &m->profile);
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_uint(t, "protocol", m->protocol);
	tf_wire_say_uint(t, "stage", m->stage);
	tf_wire_say_bytes(t, "trust", m->trust, 32);
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_bytes(t, "open", m->open, 32);
	tf_wire_say_uint(t, "t", m->t);
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_wire_say_open(t, "parties");
		tf_evidence_party_wire.print(t, env, &m->parties[i]);
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

static size_t length_evidence(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 1;
	len += 1;
	len += 1;
	len += 32;
	len += 32;
	len += 32;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_PARTIES_MAX) * (tf_evidence_party_wire.length(env, TF_WIRE_MOST));
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

const tf_wire_type tf_rec_evidence_wire = {
	.type = 0x0b01, .version = TF_WIRE_EVIDENCE_VERSION, .name = "rec_evidence",
	.size = sizeof(tf_rec_evidence), .length = length_evidence, .put = put_evidence,
	.get = get_evidence, .print = print_evidence,
};

static void put_evidence_keygen(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_keygen *m = in;

	(void)env;
	tf_wire_put_string(w, &m->workspace, TF_EVIDENCE_NAME_MAX);
	tf_wire_put_bytes(w, m->key_id, 32);
}

static void get_evidence_keygen(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_keygen *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->workspace, TF_EVIDENCE_NAME_MAX);
	tf_wire_get_bytes(r, m->key_id, 32);
}

static void print_evidence_keygen(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_keygen *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "workspace", &m->workspace);
	tf_wire_say_bytes(t, "key_id", m->key_id, 32);
}

static size_t length_evidence_keygen(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 32;
	return len;
}

const tf_wire_type tf_evidence_keygen_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_keygen",
	.size = sizeof(tf_evidence_keygen), .length = length_evidence_keygen, .put = put_evidence_keygen,
	.get = get_evidence_keygen, .print = print_evidence_keygen,
};

static void put_evidence_seat(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_seat *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->W);
	tf_wire_put_nat(w, &m->N, tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->t, tf_wire_bits_Nhat(env));
	tf_wire_put_blob(w, &m->sent, TF_EVIDENCE_CONTEXT_MAX);
}

static void get_evidence_seat(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_seat *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->W);
	tf_wire_get_nat(r, &m->N, tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->t, tf_wire_bits_Nhat(env));
	tf_wire_get_blob(r, &m->sent, TF_EVIDENCE_CONTEXT_MAX);
}

static void print_evidence_seat(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_seat *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "W", env, &m->W);
	tf_wire_say_nat(t, "N", &m->N);
	tf_wire_say_nat(t, "Nhat", &m->Nhat);
	tf_wire_say_nat(t, "s", &m->s);
	tf_wire_say_nat(t, "t", &m->t);
	tf_wire_say_blob(t, "sent", &m->sent);
}

static size_t length_evidence_seat(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_CONTEXT_MAX);
	return len;
}

const tf_wire_type tf_evidence_seat_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_seat",
	.size = sizeof(tf_evidence_seat), .length = length_evidence_seat, .put = put_evidence_seat,
	.get = get_evidence_seat, .print = print_evidence_seat,
};

static void put_evidence_presign(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_presign *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->Y);
	tf_wr_u8(w, m->confirm);
	tf_wire_put_count(w, m->seats_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->seats_n; i++) {
		tf_evidence_seat_wire.put(w, env, &m->seats[i]);
	}
}

static void get_evidence_presign(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_presign *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->Y);
	m->confirm = tf_rd_u8(r);
	m->seats = tf_wire_get_list(r, mem, &m->seats_n, tf_wire_max_n(env),
		tf_evidence_seat_wire.length(env, TF_WIRE_LEAST), sizeof(*m->seats));
	for (uint32_t i = 0; i < m->seats_n; i++) {
		tf_evidence_seat_wire.get(r, &m->seats[i], env, mem);
	}
}

static void print_evidence_presign(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_presign *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "Y", env, &m->Y);
	tf_wire_say_uint(t, "confirm", m->confirm);
	for (uint32_t i = 0; i < m->seats_n; i++) {
		tf_wire_say_open(t, "seats");
		tf_evidence_seat_wire.print(t, env, &m->seats[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_evidence_presign(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_evidence_seat_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_evidence_presign_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_presign",
	.size = sizeof(tf_evidence_presign), .length = length_evidence_presign, .put = put_evidence_presign,
	.get = get_evidence_presign, .print = print_evidence_presign,
};

static void put_evidence_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_share *m = in;

	(void)env;
	tf_wire_put_point(w, env, &m->Delta);
	tf_wire_put_point(w, env, &m->S);
}

static void get_evidence_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_point(r, env, &m->Delta);
	tf_wire_get_point(r, env, &m->S);
}

static void print_evidence_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_point(t, "Delta", env, &m->Delta);
	tf_wire_say_point(t, "S", env, &m->S);
}

static size_t length_evidence_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	return len;
}

const tf_wire_type tf_evidence_share_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_share",
	.size = sizeof(tf_evidence_share), .length = length_evidence_share, .put = put_evidence_share,
	.get = get_evidence_share, .print = print_evidence_share,
};

static void put_evidence_step(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_step *m = in;

	(void)env;
	tf_wr_u32(w, m->index);
}

static void get_evidence_step(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_step *m = out;

	(void)env;
	(void)mem;
	m->index = tf_rd_u32(r);
}

static void print_evidence_step(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_step *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "index", m->index);
}

static size_t length_evidence_step(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 4;
	return len;
}

const tf_wire_type tf_evidence_step_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_step",
	.size = sizeof(tf_evidence_step), .length = length_evidence_step, .put = put_evidence_step,
	.get = get_evidence_step, .print = print_evidence_step,
};

static void put_evidence_sign(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_evidence_sign *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->epid, 32);
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_point(w, env, &m->Gamma);
	tf_wire_put_scalar(w, env, &m->delta);
	tf_wire_put_count(w, m->shares_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->shares_n; i++) {
		tf_evidence_share_wire.put(w, env, &m->shares[i]);
	}
	tf_wr_u8(w, m->echoed);
	tf_wire_put_bytes(w, m->echo, 32);
	tf_wire_put_bytes(w, m->cc, 32);
	tf_wire_put_count(w, m->path_n, TF_EVIDENCE_NAME_MAX);
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_wire.put(w, env, &m->path[i]);
	}
	tf_wire_put_bytes(w, m->digest, 32);
}

static void get_evidence_sign(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_evidence_sign *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->epid, 32);
	tf_wire_get_point(r, env, &m->Y);
	tf_wire_get_point(r, env, &m->Gamma);
	tf_wire_get_scalar(r, env, &m->delta);
	m->shares = tf_wire_get_list(r, mem, &m->shares_n, tf_wire_max_n(env),
		tf_evidence_share_wire.length(env, TF_WIRE_LEAST), sizeof(*m->shares));
	_Static_assert(sizeof(*m->shares) == 2 * sizeof(tf_pt), "points");
	tf_wire_get_points(r, env, (tf_pt *)m->shares, (size_t)2 * m->shares_n);
	m->echoed = tf_rd_u8(r);
	tf_wire_get_bytes(r, m->echo, 32);
	tf_wire_get_bytes(r, m->cc, 32);
	m->path = tf_wire_get_list(r, mem, &m->path_n, TF_EVIDENCE_NAME_MAX,
		tf_evidence_step_wire.length(env, TF_WIRE_LEAST), sizeof(*m->path));
	for (uint32_t i = 0; i < m->path_n; i++) {
		tf_evidence_step_wire.get(r, &m->path[i], env, mem);
	}
	tf_wire_get_bytes(r, m->digest, 32);
}

static void print_evidence_sign(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_evidence_sign *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "epid", m->epid, 32);
	tf_wire_say_point(t, "Y", env, &m->Y);
	tf_wire_say_point(t, "Gamma", env, &m->Gamma);
	tf_wire_say_scalar(t, "delta", env, &m->delta);
	for (uint32_t i = 0; i < m->shares_n; i++) {
		tf_wire_say_open(t, "shares");
		tf_evidence_share_wire.print(t, env, &m->shares[i]);
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
	tf_wire_say_bytes(t, "digest", m->digest, 32);
}

static size_t length_evidence_sign(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += TF_PT_BYTES;
	len += TF_PT_BYTES;
	len += TF_SC_BYTES;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_evidence_share_wire.length(env, TF_WIRE_MOST));
	len += 1;
	len += 32;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX) * (tf_evidence_step_wire.length(env, TF_WIRE_MOST));
	len += 32;
	return len;
}

const tf_wire_type tf_evidence_sign_wire = {
	.type = 0x0000, .version = TF_WIRE_EVIDENCE_VERSION, .name = "evidence_sign",
	.size = sizeof(tf_evidence_sign), .length = length_evidence_sign, .put = put_evidence_sign,
	.get = get_evidence_sign, .print = print_evidence_sign,
};

const tf_wire_type *const tf_wire_evidence_types[TF_WIRE_EVIDENCE_TYPES] = {
	&tf_evidence_party_wire,
	&tf_rec_evidence_wire,
	&tf_evidence_keygen_wire,
	&tf_evidence_seat_wire,
	&tf_evidence_presign_wire,
	&tf_evidence_share_wire,
	&tf_evidence_step_wire,
	&tf_evidence_sign_wire,
};
