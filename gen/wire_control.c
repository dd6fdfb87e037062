/* Made by tools/genwire from wire/control.wire; do not edit. */
#include "wire_control.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_2e6938831924242f3f6879bba86acae5 == 1, "schema and version");

static void put_hello(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_hello *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_CTL_NAME_MAX);
	tf_wr_u8(w, m->role);
	tf_wr_u16(w, m->set);
	tf_wire_put_bytes(w, m->boot, 16);
	tf_wr_u32(w, m->instance);
	tf_wire_put_string(w, &m->software, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->kernel, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->profile, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->address, TF_CTL_ADDRESS_MAX);
}

static void get_hello(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_hello *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_CTL_NAME_MAX);
	m->role = tf_rd_u8(r);
	m->set = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->boot, 16);
	m->instance = tf_rd_u32(r);
	tf_wire_get_string(r, mem, &m->software, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->kernel, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->profile, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->address, TF_CTL_ADDRESS_MAX);
}

static void print_hello(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_hello *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_uint(t, "role", m->role);
	tf_wire_say_uint(t, "set", m->set);
	tf_wire_say_bytes(t, "boot", m->boot, 16);
	tf_wire_say_uint(t, "instance", m->instance);
	tf_wire_say_string(t, "software", &m->software);
	tf_wire_say_string(t, "kernel", &m->kernel);
	tf_wire_say_string(t, "profile", &m->profile);
	tf_wire_say_string(t, "address", &m->address);
}

static size_t length_hello(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 1;
	len += 2;
	len += 16;
	len += 4;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_ADDRESS_MAX);
	return len;
}

const tf_wire_type tf_ctl_hello_wire = {
	.type = 0x0801, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_hello",
	.size = sizeof(tf_ctl_hello), .length = length_hello, .put = put_hello,
	.get = get_hello, .print = print_hello,
};

static void put_device_ref(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_device_ref *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_CTL_NAME_MAX);
}

static void get_device_ref(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_device_ref *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_CTL_NAME_MAX);
}

static void print_device_ref(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_device_ref *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
}

static size_t length_device_ref(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	return len;
}

const tf_wire_type tf_device_ref_wire = {
	.type = 0x0000, .version = TF_WIRE_CONTROL_VERSION, .name = "device_ref",
	.size = sizeof(tf_device_ref), .length = length_device_ref, .put = put_device_ref,
	.get = get_device_ref, .print = print_device_ref,
};

static void put_key_state(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_key_state *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->key_id, 32);
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wr_u8(w, m->state);
}

static void get_key_state(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_key_state *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->key_id, 32);
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	m->state = tf_rd_u8(r);
}

static void print_key_state(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_key_state *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "key_id", m->key_id, 32);
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_uint(t, "state", m->state);
}

static size_t length_key_state(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 32;
	len += 4;
	len += 1;
	return len;
}

const tf_wire_type tf_key_state_wire = {
	.type = 0x0000, .version = TF_WIRE_CONTROL_VERSION, .name = "key_state",
	.size = sizeof(tf_key_state), .length = length_key_state, .put = put_key_state,
	.get = get_key_state, .print = print_key_state,
};

static void put_presig_ref(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_presig_ref *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->id, 32);
}

static void get_presig_ref(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presig_ref *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->id, 32);
}

static void print_presig_ref(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_presig_ref *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "id", m->id, 32);
}

static size_t length_presig_ref(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	return len;
}

const tf_wire_type tf_presig_ref_wire = {
	.type = 0x0000, .version = TF_WIRE_CONTROL_VERSION, .name = "presig_ref",
	.size = sizeof(tf_presig_ref), .length = length_presig_ref, .put = put_presig_ref,
	.get = get_presig_ref, .print = print_presig_ref,
};

static void put_pool_state(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_pool_state *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wire_put_bytes(w, m->clique, 32);
	tf_wire_put_count(w, m->ids_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_wire.put(w, env, &m->ids[i]);
	}
}

static void get_pool_state(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_pool_state *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->clique, 32);
	m->ids = tf_wire_get_list(r, mem, &m->ids_n, TF_CTL_DEVICES_MAX,
		tf_presig_ref_wire.length(env, TF_WIRE_LEAST), sizeof(*m->ids));
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_wire.get(r, &m->ids[i], env, mem);
	}
}

static void print_pool_state(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_pool_state *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_bytes(t, "clique", m->clique, 32);
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_wire_say_open(t, "ids");
		tf_presig_ref_wire.print(t, env, &m->ids[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_pool_state(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 4;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_presig_ref_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_pool_state_wire = {
	.type = 0x0000, .version = TF_WIRE_CONTROL_VERSION, .name = "pool_state",
	.size = sizeof(tf_pool_state), .length = length_pool_state, .put = put_pool_state,
	.get = get_pool_state, .print = print_pool_state,
};

static void put_heartbeat(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_heartbeat *m = in;

	(void)env;
	tf_wr_u64(w, m->workspace);
	tf_wr_u64(w, m->crl);
	tf_wr_u64(w, m->not_after);
	tf_wr_u8(w, m->evidence);
	tf_wr_u8(w, m->moduli);
	tf_wr_u8(w, m->primes);
	tf_wr_u64(w, m->candidates);
	tf_wire_put_count(w, m->introduced_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->introduced_n; i++) {
		tf_device_ref_wire.put(w, env, &m->introduced[i]);
	}
	tf_wire_put_count(w, m->keys_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->keys_n; i++) {
		tf_key_state_wire.put(w, env, &m->keys[i]);
	}
	tf_wire_put_count(w, m->pools_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->pools_n; i++) {
		tf_pool_state_wire.put(w, env, &m->pools[i]);
	}
	tf_wire_put_count(w, m->reachable_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->reachable_n; i++) {
		tf_device_ref_wire.put(w, env, &m->reachable[i]);
	}
	tf_wr_u32(w, m->runs);
}

static void get_heartbeat(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_heartbeat *m = out;

	(void)env;
	(void)mem;
	m->workspace = tf_rd_u64(r);
	m->crl = tf_rd_u64(r);
	m->not_after = tf_rd_u64(r);
	m->evidence = tf_rd_u8(r);
	m->moduli = tf_rd_u8(r);
	m->primes = tf_rd_u8(r);
	m->candidates = tf_rd_u64(r);
	m->introduced = tf_wire_get_list(r, mem, &m->introduced_n, TF_CTL_DEVICES_MAX,
		tf_device_ref_wire.length(env, TF_WIRE_LEAST), sizeof(*m->introduced));
	for (uint32_t i = 0; i < m->introduced_n; i++) {
		tf_device_ref_wire.get(r, &m->introduced[i], env, mem);
	}
	m->keys = tf_wire_get_list(r, mem, &m->keys_n, TF_CTL_DEVICES_MAX,
		tf_key_state_wire.length(env, TF_WIRE_LEAST), sizeof(*m->keys));
	for (uint32_t i = 0; i < m->keys_n; i++) {
		tf_key_state_wire.get(r, &m->keys[i], env, mem);
	}
	m->pools = tf_wire_get_list(r, mem, &m->pools_n, TF_CTL_DEVICES_MAX,
		tf_pool_state_wire.length(env, TF_WIRE_LEAST), sizeof(*m->pools));
	for (uint32_t i = 0; i < m->pools_n; i++) {
		tf_pool_state_wire.get(r, &m->pools[i], env, mem);
	}
	m->reachable = tf_wire_get_list(r, mem, &m->reachable_n, TF_CTL_DEVICES_MAX,
		tf_device_ref_wire.length(env, TF_WIRE_LEAST), sizeof(*m->reachable));
	for (uint32_t i = 0; i < m->reachable_n; i++) {
		tf_device_ref_wire.get(r, &m->reachable[i], env, mem);
	}
	m->runs = tf_rd_u32(r);
}

static void print_heartbeat(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_heartbeat *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "workspace", m->workspace);
	tf_wire_say_uint(t, "crl", m->crl);
	tf_wire_say_uint(t, "not_after", m->not_after);
	tf_wire_say_uint(t, "evidence", m->evidence);
	tf_wire_say_uint(t, "moduli", m->moduli);
	tf_wire_say_uint(t, "primes", m->primes);
	tf_wire_say_uint(t, "candidates", m->candidates);
	for (uint32_t i = 0; i < m->introduced_n; i++) {
		tf_wire_say_open(t, "introduced");
		tf_device_ref_wire.print(t, env, &m->introduced[i]);
		tf_wire_say_close(t);
	}
	for (uint32_t i = 0; i < m->keys_n; i++) {
		tf_wire_say_open(t, "keys");
		tf_key_state_wire.print(t, env, &m->keys[i]);
		tf_wire_say_close(t);
	}
	for (uint32_t i = 0; i < m->pools_n; i++) {
		tf_wire_say_open(t, "pools");
		tf_pool_state_wire.print(t, env, &m->pools[i]);
		tf_wire_say_close(t);
	}
	for (uint32_t i = 0; i < m->reachable_n; i++) {
		tf_wire_say_open(t, "reachable");
		tf_device_ref_wire.print(t, env, &m->reachable[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_uint(t, "runs", m->runs);
}

static size_t length_heartbeat(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 8;
	len += 8;
	len += 8;
	len += 1;
	len += 1;
	len += 1;
	len += 8;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_device_ref_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_key_state_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_pool_state_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_device_ref_wire.length(env, TF_WIRE_MOST));
	len += 4;
	return len;
}

const tf_wire_type tf_ctl_heartbeat_wire = {
	.type = 0x0802, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_heartbeat",
	.size = sizeof(tf_ctl_heartbeat), .length = length_heartbeat, .put = put_heartbeat,
	.get = get_heartbeat, .print = print_heartbeat,
};

static void put_open_party(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_open_party *m = in;

	(void)env;
	tf_wire_put_string(w, &m->device, TF_CTL_NAME_MAX);
	tf_wr_u8(w, m->role);
	tf_wr_u16(w, m->slot);
	tf_wire_put_string(w, &m->address, TF_CTL_ADDRESS_MAX);
}

static void get_open_party(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_open_party *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_string(r, mem, &m->device, TF_CTL_NAME_MAX);
	m->role = tf_rd_u8(r);
	m->slot = tf_rd_u16(r);
	tf_wire_get_string(r, mem, &m->address, TF_CTL_ADDRESS_MAX);
}

static void print_open_party(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_open_party *m = in;

	(void)env;
	(void)m;
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_uint(t, "role", m->role);
	tf_wire_say_uint(t, "slot", m->slot);
	tf_wire_say_string(t, "address", &m->address);
}

static size_t length_open_party(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 1;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_ADDRESS_MAX);
	return len;
}

const tf_wire_type tf_open_party_wire = {
	.type = 0x0000, .version = TF_WIRE_CONTROL_VERSION, .name = "open_party",
	.size = sizeof(tf_open_party), .length = length_open_party, .put = put_open_party,
	.get = get_open_party, .print = print_open_party,
};

static void put_open(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_open *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wr_u8(w, m->kind);
	tf_wire_put_string(w, &m->profile, TF_CTL_NAME_MAX);
	tf_wr_u8(w, m->curve);
	tf_wr_u16(w, m->t);
	tf_wire_put_bytes(w, m->key_id, 32);
	tf_wire_put_bytes(w, m->sharing, 32);
	tf_wr_u32(w, m->epoch);
	tf_wr_u32(w, m->batch);
	tf_wire_put_bytes(w, m->presig, 32);
	tf_wr_u32(w, m->deadline);
	tf_wire_put_count(w, m->parties_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_open_party_wire.put(w, env, &m->parties[i]);
	}
	tf_wire_put_blob(w, &m->intent, TF_CTL_BODY_MAX);
}

static void get_open(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_open *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	m->kind = tf_rd_u8(r);
	tf_wire_get_string(r, mem, &m->profile, TF_CTL_NAME_MAX);
	m->curve = tf_rd_u8(r);
	m->t = tf_rd_u16(r);
	tf_wire_get_bytes(r, m->key_id, 32);
	tf_wire_get_bytes(r, m->sharing, 32);
	m->epoch = tf_rd_u32(r);
	m->batch = tf_rd_u32(r);
	tf_wire_get_bytes(r, m->presig, 32);
	m->deadline = tf_rd_u32(r);
	m->parties = tf_wire_get_list(r, mem, &m->parties_n, tf_wire_max_n(env),
		tf_open_party_wire.length(env, TF_WIRE_LEAST), sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_open_party_wire.get(r, &m->parties[i], env, mem);
	}
	tf_wire_get_blob(r, &m->intent, TF_CTL_BODY_MAX);
}

static void print_open(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_open *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_uint(t, "kind", m->kind);
	tf_wire_say_string(t, "profile", &m->profile);
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_uint(t, "t", m->t);
	tf_wire_say_bytes(t, "key_id", m->key_id, 32);
	tf_wire_say_bytes(t, "sharing", m->sharing, 32);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_uint(t, "batch", m->batch);
	tf_wire_say_bytes(t, "presig", m->presig, 32);
	tf_wire_say_uint(t, "deadline", m->deadline);
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_wire_say_open(t, "parties");
		tf_open_party_wire.print(t, env, &m->parties[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_blob(t, "intent", &m->intent);
}

static size_t length_open(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 1;
	len += 2;
	len += 32;
	len += 32;
	len += 4;
	len += 4;
	len += 32;
	len += 4;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (tf_open_party_wire.length(env, TF_WIRE_MOST));
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_BODY_MAX);
	return len;
}

const tf_wire_type tf_ctl_open_wire = {
	.type = 0x0803, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_open",
	.size = sizeof(tf_ctl_open), .length = length_open, .put = put_open,
	.get = get_open, .print = print_open,
};

static void put_intent(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_intent *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_string(w, &m->tx, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->asset, TF_CTL_NAME_MAX);
	tf_wire_put_blob(w, &m->token, TF_CTL_TOKEN_MAX);
	tf_wire_put_blob(w, &m->target, TF_CTL_TARGET_MAX);
	tf_wire_put_blob(w, &m->body, TF_CTL_BODY_MAX);
	tf_wire_put_blob(w, &m->payload, TF_CTL_BODY_MAX);
	tf_wire_put_string(w, &m->path, TF_CTL_NAME_MAX);
}

static void get_intent(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_intent *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_string(r, mem, &m->tx, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->asset, TF_CTL_NAME_MAX);
	tf_wire_get_blob(r, &m->token, TF_CTL_TOKEN_MAX);
	tf_wire_get_blob(r, &m->target, TF_CTL_TARGET_MAX);
	tf_wire_get_blob(r, &m->body, TF_CTL_BODY_MAX);
	tf_wire_get_blob(r, &m->payload, TF_CTL_BODY_MAX);
	tf_wire_get_string(r, mem, &m->path, TF_CTL_NAME_MAX);
}

static void print_intent(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_intent *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_string(t, "tx", &m->tx);
	tf_wire_say_string(t, "asset", &m->asset);
	tf_wire_say_blob(t, "token", &m->token);
	tf_wire_say_blob(t, "target", &m->target);
	tf_wire_say_blob(t, "body", &m->body);
	tf_wire_say_blob(t, "payload", &m->payload);
	tf_wire_say_string(t, "path", &m->path);
}

static size_t length_intent(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TOKEN_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TARGET_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_BODY_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_BODY_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	return len;
}

const tf_wire_type tf_ctl_intent_wire = {
	.type = 0x0804, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_intent",
	.size = sizeof(tf_ctl_intent), .length = length_intent, .put = put_intent,
	.get = get_intent, .print = print_intent,
};

static void put_ready(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_ready *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_bytes(w, m->opening, 32);
	tf_wire_put_string(w, &m->device, TF_CTL_NAME_MAX);
	tf_wire_put_bytes(w, m->nonce, 32);
	tf_wire_put_bytes(w, m->boot, 16);
	tf_wr_u32(w, m->instance);
	tf_wr_u32(w, m->epoch);
	tf_wr_u64(w, m->roster);
	tf_wr_u64(w, m->policy);
	tf_wr_u64(w, m->crl);
	tf_wire_put_bytes(w, m->aux, 32);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_ready(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_ready *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_bytes(r, m->opening, 32);
	tf_wire_get_string(r, mem, &m->device, TF_CTL_NAME_MAX);
	tf_wire_get_bytes(r, m->nonce, 32);
	tf_wire_get_bytes(r, m->boot, 16);
	m->instance = tf_rd_u32(r);
	m->epoch = tf_rd_u32(r);
	m->roster = tf_rd_u64(r);
	m->policy = tf_rd_u64(r);
	m->crl = tf_rd_u64(r);
	tf_wire_get_bytes(r, m->aux, 32);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_ready(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_ready *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_bytes(t, "opening", m->opening, 32);
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_bytes(t, "nonce", m->nonce, 32);
	tf_wire_say_bytes(t, "boot", m->boot, 16);
	tf_wire_say_uint(t, "instance", m->instance);
	tf_wire_say_uint(t, "epoch", m->epoch);
	tf_wire_say_uint(t, "roster", m->roster);
	tf_wire_say_uint(t, "policy", m->policy);
	tf_wire_say_uint(t, "crl", m->crl);
	tf_wire_say_bytes(t, "aux", m->aux, 32);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_ready(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 32;
	len += 16;
	len += 4;
	len += 4;
	len += 8;
	len += 8;
	len += 8;
	len += 32;
	len += 64;
	return len;
}

const tf_wire_type tf_ctl_ready_wire = {
	.type = 0x0805, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_ready",
	.size = sizeof(tf_ctl_ready), .length = length_ready, .put = put_ready,
	.get = get_ready, .print = print_ready,
};

static void put_start(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_start *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_count(w, m->ready_n, tf_wire_max_n(env));
	for (uint32_t i = 0; i < m->ready_n; i++) {
		tf_wire_put_blob(w, &m->ready[i], TF_CTL_READY_MAX);
	}
}

static void get_start(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_start *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	m->ready = tf_wire_get_list(r, mem, &m->ready_n, tf_wire_max_n(env),
		4, sizeof(*m->ready));
	for (uint32_t i = 0; i < m->ready_n; i++) {
		tf_wire_get_blob(r, &m->ready[i], TF_CTL_READY_MAX);
	}
}

static void print_start(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_start *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	for (uint32_t i = 0; i < m->ready_n; i++) {
		tf_wire_say_blob(t, "ready", &m->ready[i]);
	}
}

static size_t length_start(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(tf_wire_max_n(env)) * (4 + (size_t)(TF_CTL_READY_MAX));
	return len;
}

const tf_wire_type tf_ctl_start_wire = {
	.type = 0x0807, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_start",
	.size = sizeof(tf_ctl_start), .length = length_start, .put = put_start,
	.get = get_start, .print = print_start,
};

static void put_abort(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_abort *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_string(w, &m->reason, TF_CTL_TEXT_MAX);
}

static void get_abort(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_abort *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_string(r, mem, &m->reason, TF_CTL_TEXT_MAX);
}

static void print_abort(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_abort *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_string(t, "reason", &m->reason);
}

static size_t length_abort(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TEXT_MAX);
	return len;
}

const tf_wire_type tf_ctl_abort_wire = {
	.type = 0x0808, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_abort",
	.size = sizeof(tf_ctl_abort), .length = length_abort, .put = put_abort,
	.get = get_abort, .print = print_abort,
};

static void put_result(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_result *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_bytes(w, m->sid, 32);
	tf_wr_u8(w, m->kind);
	tf_wire_put_blob(w, &m->certificate, TF_CTL_RESULT_MAX);
	tf_wire_put_count(w, m->presigs_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->presigs_n; i++) {
		tf_presig_ref_wire.put(w, env, &m->presigs[i]);
	}
	tf_wire_put_bytes(w, m->r, 32);
	tf_wire_put_bytes(w, m->s, 32);
	tf_wr_u8(w, m->recid);
}

static void get_result(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_result *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_bytes(r, m->sid, 32);
	m->kind = tf_rd_u8(r);
	tf_wire_get_blob(r, &m->certificate, TF_CTL_RESULT_MAX);
	m->presigs = tf_wire_get_list(r, mem, &m->presigs_n, TF_CTL_DEVICES_MAX,
		tf_presig_ref_wire.length(env, TF_WIRE_LEAST), sizeof(*m->presigs));
	for (uint32_t i = 0; i < m->presigs_n; i++) {
		tf_presig_ref_wire.get(r, &m->presigs[i], env, mem);
	}
	tf_wire_get_bytes(r, m->r, 32);
	tf_wire_get_bytes(r, m->s, 32);
	m->recid = tf_rd_u8(r);
}

static void print_result(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_result *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_bytes(t, "sid", m->sid, 32);
	tf_wire_say_uint(t, "kind", m->kind);
	tf_wire_say_blob(t, "certificate", &m->certificate);
	for (uint32_t i = 0; i < m->presigs_n; i++) {
		tf_wire_say_open(t, "presigs");
		tf_presig_ref_wire.print(t, env, &m->presigs[i]);
		tf_wire_say_close(t);
	}
	tf_wire_say_bytes(t, "r", m->r, 32);
	tf_wire_say_bytes(t, "s", m->s, 32);
	tf_wire_say_uint(t, "recid", m->recid);
}

static size_t length_result(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 32;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_RESULT_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_presig_ref_wire.length(env, TF_WIRE_MOST));
	len += 32;
	len += 32;
	len += 1;
	return len;
}

const tf_wire_type tf_ctl_result_wire = {
	.type = 0x0809, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_result",
	.size = sizeof(tf_ctl_result), .length = length_result, .put = put_result,
	.get = get_result, .print = print_result,
};

static void put_failed(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_failed *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wr_u16(w, m->error);
	tf_wr_u16(w, m->check);
	tf_wr_u16(w, m->round);
	tf_wire_put_string(w, &m->culprit, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->reason, TF_CTL_TEXT_MAX);
	tf_wire_put_bytes(w, m->evidence, 32);
}

static void get_failed(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_failed *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	m->error = tf_rd_u16(r);
	m->check = tf_rd_u16(r);
	m->round = tf_rd_u16(r);
	tf_wire_get_string(r, mem, &m->culprit, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->reason, TF_CTL_TEXT_MAX);
	tf_wire_get_bytes(r, m->evidence, 32);
}

static void print_failed(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_failed *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_uint(t, "error", m->error);
	tf_wire_say_uint(t, "check", m->check);
	tf_wire_say_uint(t, "round", m->round);
	tf_wire_say_string(t, "culprit", &m->culprit);
	tf_wire_say_string(t, "reason", &m->reason);
	tf_wire_say_bytes(t, "evidence", m->evidence, 32);
}

static size_t length_failed(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += 2;
	len += 2;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TEXT_MAX);
	len += 32;
	return len;
}

const tf_wire_type tf_ctl_failed_wire = {
	.type = 0x080a, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_failed",
	.size = sizeof(tf_ctl_failed), .length = length_failed, .put = put_failed,
	.get = get_failed, .print = print_failed,
};

static void put_refusal(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_refusal *m = in;

	(void)env;
	tf_wire_put_bytes(w, m->request, 32);
	tf_wire_put_string(w, &m->tx, TF_CTL_NAME_MAX);
	tf_wire_put_string(w, &m->device, TF_CTL_NAME_MAX);
	tf_wire_put_bytes(w, m->payload, 32);
	tf_wr_u16(w, m->error);
	tf_wr_u16(w, m->check);
	tf_wire_put_string(w, &m->reason, TF_CTL_TEXT_MAX);
	tf_wr_u64(w, m->time);
	tf_wire_put_bytes(w, m->signature, 64);
}

static void get_refusal(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_refusal *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_bytes(r, m->request, 32);
	tf_wire_get_string(r, mem, &m->tx, TF_CTL_NAME_MAX);
	tf_wire_get_string(r, mem, &m->device, TF_CTL_NAME_MAX);
	tf_wire_get_bytes(r, m->payload, 32);
	m->error = tf_rd_u16(r);
	m->check = tf_rd_u16(r);
	tf_wire_get_string(r, mem, &m->reason, TF_CTL_TEXT_MAX);
	m->time = tf_rd_u64(r);
	tf_wire_get_bytes(r, m->signature, 64);
}

static void print_refusal(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_refusal *m = in;

	(void)env;
	(void)m;
	tf_wire_say_bytes(t, "request", m->request, 32);
	tf_wire_say_string(t, "tx", &m->tx);
	tf_wire_say_string(t, "device", &m->device);
	tf_wire_say_bytes(t, "payload", m->payload, 32);
	tf_wire_say_uint(t, "error", m->error);
	tf_wire_say_uint(t, "check", m->check);
	tf_wire_say_string(t, "reason", &m->reason);
	tf_wire_say_uint(t, "time", m->time);
	tf_wire_say_bytes(t, "signature", m->signature, 64);
}

static size_t length_refusal(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_NAME_MAX);
	len += 32;
	len += 2;
	len += 2;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_TEXT_MAX);
	len += 8;
	len += 64;
	return len;
}

const tf_wire_type tf_ctl_refusal_wire = {
	.type = 0x080b, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_refusal",
	.size = sizeof(tf_ctl_refusal), .length = length_refusal, .put = put_refusal,
	.get = get_refusal, .print = print_refusal,
};

static void put_notice(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_notice *m = in;

	(void)env;
	tf_wr_u64(w, m->workspace);
	tf_wr_u64(w, m->crl);
}

static void get_notice(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_notice *m = out;

	(void)env;
	(void)mem;
	m->workspace = tf_rd_u64(r);
	m->crl = tf_rd_u64(r);
}

static void print_notice(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_notice *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "workspace", m->workspace);
	tf_wire_say_uint(t, "crl", m->crl);
}

static size_t length_notice(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 8;
	len += 8;
	return len;
}

const tf_wire_type tf_ctl_notice_wire = {
	.type = 0x080c, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_notice",
	.size = sizeof(tf_ctl_notice), .length = length_notice, .put = put_notice,
	.get = get_notice, .print = print_notice,
};

static void put_certificate(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_certificate *m = in;

	(void)env;
	tf_wire_put_blob(w, &m->certificate, TF_CTL_RESULT_MAX);
}

static void get_certificate(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_certificate *m = out;

	(void)env;
	(void)mem;
	tf_wire_get_blob(r, &m->certificate, TF_CTL_RESULT_MAX);
}

static void print_certificate(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_certificate *m = in;

	(void)env;
	(void)m;
	tf_wire_say_blob(t, "certificate", &m->certificate);
}

static size_t length_certificate(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_RESULT_MAX);
	return len;
}

const tf_wire_type tf_ctl_certificate_wire = {
	.type = 0x080d, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_certificate",
	.size = sizeof(tf_ctl_certificate), .length = length_certificate, .put = put_certificate,
	.get = get_certificate, .print = print_certificate,
};

static void put_forsake(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_ctl_forsake *m = in;

	(void)env;
	tf_wire_put_count(w, m->ids_n, TF_CTL_DEVICES_MAX);
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_wire.put(w, env, &m->ids[i]);
	}
}

static void get_forsake(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_forsake *m = out;

	(void)env;
	(void)mem;
	m->ids = tf_wire_get_list(r, mem, &m->ids_n, TF_CTL_DEVICES_MAX,
		tf_presig_ref_wire.length(env, TF_WIRE_LEAST), sizeof(*m->ids));
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_wire.get(r, &m->ids[i], env, mem);
	}
}

static void print_forsake(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_ctl_forsake *m = in;

	(void)env;
	(void)m;
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_wire_say_open(t, "ids");
		tf_presig_ref_wire.print(t, env, &m->ids[i]);
		tf_wire_say_close(t);
	}
}

static size_t length_forsake(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CTL_DEVICES_MAX) * (tf_presig_ref_wire.length(env, TF_WIRE_MOST));
	return len;
}

const tf_wire_type tf_ctl_forsake_wire = {
	.type = 0x080e, .version = TF_WIRE_CONTROL_VERSION, .name = "ctl_forsake",
	.size = sizeof(tf_ctl_forsake), .length = length_forsake, .put = put_forsake,
	.get = get_forsake, .print = print_forsake,
};

const tf_wire_type *const tf_wire_control_types[TF_WIRE_CONTROL_TYPES] = {
	&tf_ctl_hello_wire,
	&tf_device_ref_wire,
	&tf_key_state_wire,
	&tf_presig_ref_wire,
	&tf_pool_state_wire,
	&tf_ctl_heartbeat_wire,
	&tf_open_party_wire,
	&tf_ctl_open_wire,
	&tf_ctl_intent_wire,
	&tf_ctl_ready_wire,
	&tf_ctl_start_wire,
	&tf_ctl_abort_wire,
	&tf_ctl_result_wire,
	&tf_ctl_failed_wire,
	&tf_ctl_refusal_wire,
	&tf_ctl_notice_wire,
	&tf_ctl_certificate_wire,
	&tf_ctl_forsake_wire,
};
