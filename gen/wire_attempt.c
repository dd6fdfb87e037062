/* Made by tools/genwire from wire/attempt.wire; do not edit. */
#include "wire_attempt.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_7da08ea9340740e2fa357e7e704e6d96 == 1, "schema and version");

static void put_attempt_voter(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_attempt_voter *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
}

static void get_attempt_voter(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_attempt_voter *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
}

static void print_attempt_voter(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_attempt_voter *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
}

static size_t length_attempt_voter(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	return len;
}

const tf_wire_type tf_attempt_voter_wire = {
	.type = 0x0000, .version = TF_WIRE_ATTEMPT_VERSION, .name = "attempt_voter",
	.size = sizeof(tf_attempt_voter), .length = length_attempt_voter, .put = put_attempt_voter,
	.get = get_attempt_voter, .print = print_attempt_voter,
};

static void put_attempt(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_attempt *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wire_put_bytes(w, m->hash, 32);
	tf_wr_u8(w, m->state);
	tf_wire_put_count(w, m->voters_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->voters_n; i++) {
		tf_attempt_voter_wire.put(w, env, &m->voters[i]);
	}
	tf_wire_put_blob(w, &m->certificate, TF_CERTIFICATE_MAX);
	tf_wire_put_blob(w, &m->abort, TF_ABORT_MAX);
}

static void get_attempt(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_attempt *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->hash, 32);
	m->state = tf_rd_u8(r);
	m->voters = tf_wire_get_list(r, mem, &m->voters_n, tf_wire_max_n(env),
		tf_attempt_voter_wire.length(env, TF_WIRE_LEAST), sizeof(*m->voters));
	for (uint32_t i = 0; i < m->voters_n; i++) {
		tf_attempt_voter_wire.get(r, &m->voters[i], env, mem);
	}
	tf_wire_get_blob(r, &m->certificate, TF_CERTIFICATE_MAX);
	tf_wire_get_blob(r, &m->abort, TF_ABORT_MAX);
}

static void print_attempt(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_attempt *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_bytes(t, "hash", m->hash, 32);
	tf_wire_say_uint(t, "state", m->state);
	for (uint32_t i = 0; i < m->voters_n; i++) {
		tf_wire_say_open(t, "voters");
		tf_attempt_voter_wire.print(t, env, &m->voters[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_blob(t, "certificate", &m->certificate);
	tf_wire_say_blob(t, "abort", &m->abort);
}

static size_t length_attempt(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 4;
	len += 32;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_attempt_voter_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CERTIFICATE_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ABORT_MAX);
	return len;
}

const tf_wire_type tf_rec_attempt_wire = {
	.type = 0x0706, .version = TF_WIRE_ATTEMPT_VERSION, .name = "rec_attempt",
	.size = sizeof(tf_rec_attempt), .length = length_attempt, .put = put_attempt,
	.get = get_attempt, .print = print_attempt,
};

static void put_attempt_abort(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_attempt_abort *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wire_put_bytes(w, m->hash, 32);
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_attempt_abort(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_attempt_abort *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->hash, 32);
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_attempt_abort(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_attempt_abort *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_bytes(t, "hash", m->hash, 32);
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_attempt_abort(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 4;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	len += 64;
	return len;
}

const tf_wire_type tf_rec_attempt_abort_wire = {
	.type = 0x0707, .version = TF_WIRE_ATTEMPT_VERSION, .name = "rec_attempt_abort",
	.size = sizeof(tf_rec_attempt_abort), .length = length_attempt_abort, .put = put_attempt_abort,
	.get = get_attempt_abort, .print = print_attempt_abort,
};

const tf_wire_type *const tf_wire_attempt_types[TF_WIRE_ATTEMPT_TYPES] = {
	&tf_attempt_voter_wire,
	&tf_rec_attempt_wire,
	&tf_rec_attempt_abort_wire,
};
