/* Made by tools/genwire from wire/control.wire; do not edit. */
#include "wire_control.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_ctl_abort_maker;
extern const tf_wire_maker tf_ctl_certificate_maker;
extern const tf_wire_maker tf_ctl_failed_maker;
extern const tf_wire_maker tf_ctl_forsake_maker;
extern const tf_wire_maker tf_ctl_heartbeat_maker;
extern const tf_wire_maker tf_ctl_hello_maker;
extern const tf_wire_maker tf_ctl_intent_maker;
extern const tf_wire_maker tf_ctl_notice_maker;
extern const tf_wire_maker tf_ctl_open_maker;
extern const tf_wire_maker tf_ctl_ready_maker;
extern const tf_wire_maker tf_ctl_refusal_maker;
extern const tf_wire_maker tf_ctl_result_maker;
extern const tf_wire_maker tf_ctl_start_maker;
extern const tf_wire_maker tf_device_ref_maker;
extern const tf_wire_maker tf_key_state_maker;
extern const tf_wire_maker tf_open_party_maker;
extern const tf_wire_maker tf_pool_state_maker;
extern const tf_wire_maker tf_presig_ref_maker;

static void make_hello(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_hello *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_CTL_NAME_MAX);
	tf_make_u8(rng, &m->role);
	tf_make_u16(rng, &m->set);
	tf_make_bytes(rng, m->boot, 16);
	tf_make_u32(rng, &m->instance);
	tf_make_string(rng, mem, &m->software, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->kernel, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->profile, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->address, TF_CTL_ADDRESS_MAX);
}

const tf_wire_maker tf_ctl_hello_maker = { &tf_ctl_hello_wire, make_hello };

static void make_device_ref(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_device_ref *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_CTL_NAME_MAX);
}

const tf_wire_maker tf_device_ref_maker = { &tf_device_ref_wire, make_device_ref };

static void make_key_state(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_key_state *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->key_id, 32);
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_u8(rng, &m->state);
}

const tf_wire_maker tf_key_state_maker = { &tf_key_state_wire, make_key_state };

static void make_presig_ref(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_presig_ref *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->id, 32);
}

const tf_wire_maker tf_presig_ref_maker = { &tf_presig_ref_wire, make_presig_ref };

static void make_pool_state(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_pool_state *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_bytes(rng, m->clique, 32);
	m->ids_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->ids = tf_make_list(mem, m->ids_n, sizeof(*m->ids));
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_maker.make(rng, &m->ids[i], env, mem);
	}
}

const tf_wire_maker tf_pool_state_maker = { &tf_pool_state_wire, make_pool_state };

static void make_heartbeat(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_heartbeat *m = out;

	(void)env;
	(void)mem;
	tf_make_u64(rng, &m->workspace);
	tf_make_u64(rng, &m->crl);
	tf_make_u64(rng, &m->not_after);
	tf_make_u8(rng, &m->evidence);
	tf_make_u8(rng, &m->moduli);
	tf_make_u8(rng, &m->primes);
	tf_make_u64(rng, &m->candidates);
	m->introduced_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->introduced = tf_make_list(mem, m->introduced_n, sizeof(*m->introduced));
	for (uint32_t i = 0; i < m->introduced_n; i++) {
		tf_device_ref_maker.make(rng, &m->introduced[i], env, mem);
	}
	m->keys_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->keys = tf_make_list(mem, m->keys_n, sizeof(*m->keys));
	for (uint32_t i = 0; i < m->keys_n; i++) {
		tf_key_state_maker.make(rng, &m->keys[i], env, mem);
	}
	m->pools_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->pools = tf_make_list(mem, m->pools_n, sizeof(*m->pools));
	for (uint32_t i = 0; i < m->pools_n; i++) {
		tf_pool_state_maker.make(rng, &m->pools[i], env, mem);
	}
	m->reachable_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->reachable = tf_make_list(mem, m->reachable_n, sizeof(*m->reachable));
	for (uint32_t i = 0; i < m->reachable_n; i++) {
		tf_device_ref_maker.make(rng, &m->reachable[i], env, mem);
	}
	tf_make_u32(rng, &m->runs);
}

const tf_wire_maker tf_ctl_heartbeat_maker = { &tf_ctl_heartbeat_wire, make_heartbeat };

static void make_open_party(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_open_party *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_CTL_NAME_MAX);
	tf_make_u8(rng, &m->role);
	tf_make_u16(rng, &m->slot);
	tf_make_string(rng, mem, &m->address, TF_CTL_ADDRESS_MAX);
}

const tf_wire_maker tf_open_party_maker = { &tf_open_party_wire, make_open_party };

static void make_open(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_open *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_u8(rng, &m->kind);
	tf_make_string(rng, mem, &m->profile, TF_CTL_NAME_MAX);
	tf_make_u8(rng, &m->curve);
	tf_make_u16(rng, &m->t);
	tf_make_bytes(rng, m->key_id, 32);
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_u32(rng, &m->batch);
	tf_make_bytes(rng, m->presig, 32);
	tf_make_u32(rng, &m->deadline);
	m->parties_n = tf_make_count(rng, tf_wire_max_n(env));
	m->parties = tf_make_list(mem, m->parties_n, sizeof(*m->parties));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		tf_open_party_maker.make(rng, &m->parties[i], env, mem);
	}
	tf_make_blob(rng, mem, &m->intent, TF_CTL_BODY_MAX);
}

const tf_wire_maker tf_ctl_open_maker = { &tf_ctl_open_wire, make_open };

static void make_intent(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_intent *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_string(rng, mem, &m->tx, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->asset, TF_CTL_NAME_MAX);
	tf_make_blob(rng, mem, &m->token, TF_CTL_TOKEN_MAX);
	tf_make_blob(rng, mem, &m->target, TF_CTL_TARGET_MAX);
	tf_make_blob(rng, mem, &m->body, TF_CTL_BODY_MAX);
	tf_make_blob(rng, mem, &m->payload, TF_CTL_BODY_MAX);
	tf_make_string(rng, mem, &m->path, TF_CTL_NAME_MAX);
}

const tf_wire_maker tf_ctl_intent_maker = { &tf_ctl_intent_wire, make_intent };

static void make_ready(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_ready *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_bytes(rng, m->opening, 32);
	tf_make_string(rng, mem, &m->device, TF_CTL_NAME_MAX);
	tf_make_bytes(rng, m->nonce, 32);
	tf_make_bytes(rng, m->boot, 16);
	tf_make_u32(rng, &m->instance);
	tf_make_u32(rng, &m->epoch);
	tf_make_u64(rng, &m->roster);
	tf_make_u64(rng, &m->policy);
	tf_make_u64(rng, &m->crl);
	tf_make_bytes(rng, m->aux, 32);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_ctl_ready_maker = { &tf_ctl_ready_wire, make_ready };

static void make_start(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_start *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	m->ready_n = tf_make_count(rng, tf_wire_max_n(env));
	m->ready = tf_make_list(mem, m->ready_n, sizeof(*m->ready));
	for (uint32_t i = 0; i < m->ready_n; i++) {
		tf_make_blob(rng, mem, &m->ready[i], TF_CTL_READY_MAX);
	}
}

const tf_wire_maker tf_ctl_start_maker = { &tf_ctl_start_wire, make_start };

static void make_abort(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_abort *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_string(rng, mem, &m->reason, TF_CTL_TEXT_MAX);
}

const tf_wire_maker tf_ctl_abort_maker = { &tf_ctl_abort_wire, make_abort };

static void make_result(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_result *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_bytes(rng, m->sid, 32);
	tf_make_u8(rng, &m->kind);
	tf_make_blob(rng, mem, &m->certificate, TF_CTL_RESULT_MAX);
	m->presigs_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->presigs = tf_make_list(mem, m->presigs_n, sizeof(*m->presigs));
	for (uint32_t i = 0; i < m->presigs_n; i++) {
		tf_presig_ref_maker.make(rng, &m->presigs[i], env, mem);
	}
	tf_make_bytes(rng, m->r, 32);
	tf_make_bytes(rng, m->s, 32);
	tf_make_u8(rng, &m->recid);
}

const tf_wire_maker tf_ctl_result_maker = { &tf_ctl_result_wire, make_result };

static void make_failed(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_failed *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_u16(rng, &m->error);
	tf_make_u16(rng, &m->check);
	tf_make_u16(rng, &m->round);
	tf_make_string(rng, mem, &m->culprit, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->reason, TF_CTL_TEXT_MAX);
	tf_make_bytes(rng, m->evidence, 32);
}

const tf_wire_maker tf_ctl_failed_maker = { &tf_ctl_failed_wire, make_failed };

static void make_refusal(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_refusal *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->request, 32);
	tf_make_string(rng, mem, &m->tx, TF_CTL_NAME_MAX);
	tf_make_string(rng, mem, &m->device, TF_CTL_NAME_MAX);
	tf_make_bytes(rng, m->payload, 32);
	tf_make_u16(rng, &m->error);
	tf_make_u16(rng, &m->check);
	tf_make_string(rng, mem, &m->reason, TF_CTL_TEXT_MAX);
	tf_make_u64(rng, &m->time);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_ctl_refusal_maker = { &tf_ctl_refusal_wire, make_refusal };

static void make_notice(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_notice *m = out;

	(void)env;
	(void)mem;
	tf_make_u64(rng, &m->workspace);
	tf_make_u64(rng, &m->crl);
}

const tf_wire_maker tf_ctl_notice_maker = { &tf_ctl_notice_wire, make_notice };

static void make_certificate(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_certificate *m = out;

	(void)env;
	(void)mem;
	tf_make_blob(rng, mem, &m->certificate, TF_CTL_RESULT_MAX);
}

const tf_wire_maker tf_ctl_certificate_maker = { &tf_ctl_certificate_wire, make_certificate };

static void make_forsake(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_ctl_forsake *m = out;

	(void)env;
	(void)mem;
	m->ids_n = tf_make_count(rng, TF_CTL_DEVICES_MAX);
	m->ids = tf_make_list(mem, m->ids_n, sizeof(*m->ids));
	for (uint32_t i = 0; i < m->ids_n; i++) {
		tf_presig_ref_maker.make(rng, &m->ids[i], env, mem);
	}
}

const tf_wire_maker tf_ctl_forsake_maker = { &tf_ctl_forsake_wire, make_forsake };

const tf_wire_maker *const tf_wire_control_makers[TF_WIRE_CONTROL_TYPES] = {
	&tf_ctl_hello_maker,
	&tf_device_ref_maker,
	&tf_key_state_maker,
	&tf_presig_ref_maker,
	&tf_pool_state_maker,
	&tf_ctl_heartbeat_maker,
	&tf_open_party_maker,
	&tf_ctl_open_maker,
	&tf_ctl_intent_maker,
	&tf_ctl_ready_maker,
	&tf_ctl_start_maker,
	&tf_ctl_abort_maker,
	&tf_ctl_result_maker,
	&tf_ctl_failed_maker,
	&tf_ctl_refusal_maker,
	&tf_ctl_notice_maker,
	&tf_ctl_certificate_maker,
	&tf_ctl_forsake_maker,
};
