/* Made by tools/genwire from wire/records.wire; do not edit. */
#include "wire_records.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_eb8c51efe5a73fa0f6316865c078347b == 1, "schema and version");

static void put_slot_public(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_slot_public *m = in;

	(void)env;
	tf_wr_u16(w, m->index);
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
	tf_wire_put_point(w, env, &m->W);
}

static void get_slot_public(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_slot_public *m = out;

	(void)env;
	(void)mem;
	m->index = tf_rd_u16(r);
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
	tf_wire_get_point(r, env, &m->W);
}

static void print_slot_public(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_slot_public *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "index", m->index);
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_point(t, "W", env, &m->W);
}

static size_t length_slot_public(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	len += TF_PT_BYTES;
	return len;
}

const tf_wire_type tf_slot_public_wire = {
	.type = 0x0000, .version = TF_WIRE_RECORDS_VERSION, .name = "slot_public",
	.size = sizeof(tf_slot_public), .length = length_slot_public, .put = put_slot_public,
	.get = get_slot_public, .print = print_slot_public,
};

static void put_sharing_certificate(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_sharing_certificate *m = in;

	(void)env;
	tf_wire_put_string(w, &m->workspace, TF_WORKSPACE_MAX);
	tf_wire_put_bytes(w, m->key_id, 32);
	tf_wr_u8(w, m->curve);
	tf_wire_put_point(w, env, &m->Y);
	tf_wire_put_bytes(w, m->cc, 32);
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wire_put_bytes(w, m->attempt, 32);
	tf_wr_u8(w, m->form);
	tf_wr_u16(w, m->t);
	tf_wire_put_count(w, m->slots_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->slots_n; i++) {
		tf_slot_public_wire.put(w, env, &m->slots[i]);
	}
	tf_wire_put_bytes(w, m->previous, 32);
}

static void get_sharing_certificate(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_sharing_certificate *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->workspace, TF_WORKSPACE_MAX);
	tf_wire_get_bytes(r, m->key_id, 32);
	m->curve = tf_rd_u8(r);
	tf_wire_get_point(r, env, &m->Y);
	tf_wire_get_bytes(r, m->cc, 32);
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->attempt, 32);
	m->form = tf_rd_u8(r);
	m->t = tf_rd_u16(r);
	m->slots = tf_wire_get_list(r, mem, &m->slots_n, tf_wire_max_n(env),
		tf_slot_public_wire.length(env, TF_WIRE_LEAST), sizeof(*m->slots));
	for (uint32_t i = 0; i < m->slots_n; i++) {
		tf_slot_public_wire.get(r, &m->slots[i], env, mem);
	}
	tf_wire_get_bytes(r, m->previous, 32);
}

static void print_sharing_certificate(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_sharing_certificate *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "workspace", &m->workspace);
	tf_wire_say_bytes(t, "key_id", m->key_id, 32);
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_point(t, "Y", env, &m->Y);
	tf_wire_say_bytes(t, "cc", m->cc, 32);
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_bytes(t, "attempt", m->attempt, 32);
	tf_wire_say_uint(t, "form", m->form);
	tf_wire_say_uint(t, "t", m->t);
	for (uint32_t i = 0; i < m->slots_n; i++) {
		tf_wire_say_open(t, "slots");
		tf_slot_public_wire.print(t, env, &m->slots[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_bytes(t, "previous", m->previous, 32);
}

static size_t length_sharing_certificate(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_WORKSPACE_MAX);
	len += 32;
	len += 1;
	len += TF_PT_BYTES;
	len += 32;
	len += 32;
	len += 4;
	len += 32;
	len += 1;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_slot_public_wire.length(env, TF_WIRE_MOST));
	len += 32;
	return len;
}

const tf_wire_type tf_sharing_certificate_wire = {
	.type = 0x0000, .version = TF_WIRE_RECORDS_VERSION, .name = "sharing_certificate",
	.size = sizeof(tf_sharing_certificate), .length = length_sharing_certificate, .put = put_sharing_certificate,
	.get = get_sharing_certificate, .print = print_sharing_certificate,
};

static void put_certificate_signature(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_certificate_signature *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_certificate_signature(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_certificate_signature *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_certificate_signature(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_certificate_signature *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_certificate_signature(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	len += 64;
	return len;
}

const tf_wire_type tf_certificate_signature_wire = {
	.type = 0x0000, .version = TF_WIRE_RECORDS_VERSION, .name = "certificate_signature",
	.size = sizeof(tf_certificate_signature), .length = length_certificate_signature, .put = put_certificate_signature,
	.get = get_certificate_signature, .print = print_certificate_signature,
};

static void put_signed_certificate(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_signed_certificate *m = in;

	(void)env;
	tf_wire_put_blob(w, &m->body, TF_CERTIFICATE_MAX);
	tf_wire_put_count(w, m->signatures_n, 2*tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->signatures_n; i++) {
		tf_certificate_signature_wire.put(w, env, &m->signatures[i]);
	}
}

static void get_signed_certificate(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_signed_certificate *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_blob(r, &m->body, TF_CERTIFICATE_MAX);
	m->signatures = tf_wire_get_list(r, mem, &m->signatures_n, 2*tf_wire_max_n(env),
		tf_certificate_signature_wire.length(env, TF_WIRE_LEAST), sizeof(*m->signatures));
	for (uint32_t i = 0; i < m->signatures_n; i++) {
		tf_certificate_signature_wire.get(r, &m->signatures[i], env, mem);
	}
}

static void print_signed_certificate(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_signed_certificate *m = in;

	(void)env;
	(void)m;
	tf_wire_say_blob(t, "body", &m->body);
	for (uint32_t i = 0; i < m->signatures_n; i++) {
		tf_wire_say_open(t, "signatures");
		tf_certificate_signature_wire.print(t, env, &m->signatures[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_signed_certificate(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CERTIFICATE_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(2*tf_wire_max_n(env)) * (tf_certificate_signature_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_signed_certificate_wire = {
	.type = 0x0000, .version = TF_WIRE_RECORDS_VERSION, .name = "signed_certificate",
	.size = sizeof(tf_signed_certificate), .length = length_signed_certificate, .put = put_signed_certificate,
	.get = get_signed_certificate, .print = print_signed_certificate,
};

static void put_key_share(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_key_share *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->key_id, 32);
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wr_u16(w, m->index);
	tf_wr_u8(w, m->curve);
	tf_wr_u8(w, m->form);
	tf_wr_u8(w, m->state);
	tf_wire_put_scalar(w, env, &m->x.s);
	tf_wire_put_blob(w, &m->certificate, TF_CERTIFICATE_MAX);
}

static void get_key_share(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_key_share *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->key_id, 32);
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	m->index = tf_rd_u16(r);
	m->curve = tf_rd_u8(r);
	m->form = tf_rd_u8(r);
	m->state = tf_rd_u8(r);
	tf_wire_get_scalar(r, env, &m->x.s);
	tf_wire_get_blob(r, &m->certificate, TF_CERTIFICATE_MAX);
}

static void print_key_share(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_key_share *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "key_id", m->key_id, 32);
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_uint(t, "index", m->index);
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_uint(t, "form", m->form);
	tf_wire_say_uint(t, "state", m->state);
	tf_wire_say_secret(t, "x");
	tf_wire_say_blob(t, "certificate", &m->certificate);
}

static size_t length_key_share(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 32;
	len += 4;
	len += 2;
	len += 1;
	len += 1;
	len += 1;
	len += TF_SC_BYTES;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CERTIFICATE_MAX);
	return len;
}

const tf_wire_type tf_rec_key_share_wire = {
	.type = 0x0701, .version = TF_WIRE_RECORDS_VERSION, .name = "rec_key_share",
	.size = sizeof(tf_rec_key_share), .length = length_key_share, .put = put_key_share,
	.get = get_key_share, .print = print_key_share,
};

static void put_own_moduli(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_own_moduli *m = in;

	(void)env;
	tf_wr_u32(w, m->generation);
	tf_wr_u64(w, m->created);
	tf_wire_put_nat(w, &m->p, tf_wire_bits_prime(env));
	tf_wire_put_nat(w, &m->q, tf_wire_bits_prime(env));
	tf_wire_put_nat(w, &m->p_hat, tf_wire_bits_prime(env));
	tf_wire_put_nat(w, &m->q_hat, tf_wire_bits_prime(env));
	tf_wire_put_nat(w, &m->lambda, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->t, tf_wire_bits_Nhat(env));
}

static void get_own_moduli(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_own_moduli *m = out;

	(void)env;
	(void)mem;
	m->generation = tf_rd_u32(r);
	m->created = tf_rd_u64(r);
	tf_wire_get_nat(r, &m->p, tf_wire_bits_prime(env));
	tf_wire_get_nat(r, &m->q, tf_wire_bits_prime(env));
	tf_wire_get_nat(r, &m->p_hat, tf_wire_bits_prime(env));
	tf_wire_get_nat(r, &m->q_hat, tf_wire_bits_prime(env));
	tf_wire_get_nat(r, &m->lambda, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->t, tf_wire_bits_Nhat(env));
}

static void print_own_moduli(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_own_moduli *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "generation", m->generation);
	tf_wire_say_uint(t, "created", m->created);
	tf_wire_say_secret(t, "p");
	tf_wire_say_secret(t, "q");
	tf_wire_say_secret(t, "p_hat");
	tf_wire_say_secret(t, "q_hat");
	tf_wire_say_secret(t, "lambda");
	tf_wire_say_nat(t, "t", &m->t);
}

static size_t length_own_moduli(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 4;
	len += 8;
	len += tf_wire_bytes(tf_wire_bits_prime(env));
	len += tf_wire_bytes(tf_wire_bits_prime(env));
	len += tf_wire_bytes(tf_wire_bits_prime(env));
	len += tf_wire_bytes(tf_wire_bits_prime(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	return len;
}

const tf_wire_type tf_rec_own_moduli_wire = {
	.type = 0x0702, .version = TF_WIRE_RECORDS_VERSION, .name = "rec_own_moduli",
	.size = sizeof(tf_rec_own_moduli), .length = length_own_moduli, .put = put_own_moduli,
	.get = get_own_moduli, .print = print_own_moduli,
};

static void put_peer_aux(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_peer_aux *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
	tf_wire_put_bytes(w, m->sid, 32);
	tf_wr_u64(w, m->created);
	tf_wire_put_nat(w, &m->N, tf_wire_bits_N(env));
	tf_wire_put_nat(w, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_put_nat(w, &m->t, tf_wire_bits_Nhat(env));
}

static void get_peer_aux(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_peer_aux *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
	tf_wire_get_bytes(r, m->sid, 32);
	m->created = tf_rd_u64(r);
	tf_wire_get_nat(r, &m->N, tf_wire_bits_N(env));
	tf_wire_get_nat(r, &m->Nhat, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->s, tf_wire_bits_Nhat(env));
	tf_wire_get_nat(r, &m->t, tf_wire_bits_Nhat(env));
}

static void print_peer_aux(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_peer_aux *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_bytes(t, "sid", m->sid, 32);
	tf_wire_say_uint(t, "created", m->created);
	tf_wire_say_nat(t, "N", &m->N);
	tf_wire_say_nat(t, "Nhat", &m->Nhat);
	tf_wire_say_nat(t, "s", &m->s);
	tf_wire_say_nat(t, "t", &m->t);
}

static size_t length_peer_aux(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	len += 32;
	len += 8;
	len += tf_wire_bytes(tf_wire_bits_N(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	len += tf_wire_bytes(tf_wire_bits_Nhat(env));
	return len;
}

const tf_wire_type tf_rec_peer_aux_wire = {
	.type = 0x0703, .version = TF_WIRE_RECORDS_VERSION, .name = "rec_peer_aux",
	.size = sizeof(tf_rec_peer_aux), .length = length_peer_aux, .put = put_peer_aux,
	.get = get_peer_aux, .print = print_peer_aux,
};

static void put_used_sid(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_used_sid *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wr_u8(w, m->protocol);
	tf_wr_u64(w, m->started);
}

static void get_used_sid(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_used_sid *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	m->protocol = tf_rd_u8(r);
	m->started = tf_rd_u64(r);
}

static void print_used_sid(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_used_sid *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_uint(t, "protocol", m->protocol);
	tf_wire_say_uint(t, "started", m->started);
}

static size_t length_used_sid(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 1;
	len += 8;
	return len;
}

const tf_wire_type tf_rec_used_sid_wire = {
	.type = 0x0704, .version = TF_WIRE_RECORDS_VERSION, .name = "rec_used_sid",
	.size = sizeof(tf_rec_used_sid), .length = length_used_sid, .put = put_used_sid,
	.get = get_used_sid, .print = print_used_sid,
};

static void put_standing(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_standing *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_DEVICE_MAX);
	tf_wr_u32(w, m->instance);
	tf_wire_put_bytes(w, m->boot, 16);
	tf_wr_u32(w, m->aborts);
	tf_wr_u8(w, m->suspended);
}

static void get_standing(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_standing *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_DEVICE_MAX);
	m->instance = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->boot, 16);
	m->aborts = tf_rd_u32(r);
	m->suspended = tf_rd_u8(r);
}

static void print_standing(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_standing *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_uint(t, "instance", m->instance);
	tf_wire_say_bytes(t, "boot", m->boot, 16);
	tf_wire_say_uint(t, "aborts", m->aborts);
	tf_wire_say_uint(t, "suspended", m->suspended);
}

static size_t length_standing(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_DEVICE_MAX);
	len += 4;
	len += 16;
	len += 4;
	len += 1;
	return len;
}

const tf_wire_type tf_rec_standing_wire = {
	.type = 0x0705, .version = TF_WIRE_RECORDS_VERSION, .name = "rec_standing",
	.size = sizeof(tf_rec_standing), .length = length_standing, .put = put_standing,
	.get = get_standing, .print = print_standing,
};

const tf_wire_type *const tf_wire_records_types[TF_WIRE_RECORDS_TYPES] = {
	&tf_slot_public_wire,
	&tf_sharing_certificate_wire,
	&tf_certificate_signature_wire,
	&tf_signed_certificate_wire,
	&tf_rec_key_share_wire,
	&tf_rec_own_moduli_wire,
	&tf_rec_peer_aux_wire,
	&tf_rec_used_sid_wire,
	&tf_rec_standing_wire,
};
