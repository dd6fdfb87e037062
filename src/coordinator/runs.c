#include "coordinator/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "base/rng.h"
#include "daemon/log.h"

struct tf_runs {
	const tf_rng *rng;
	tf_run_settle settle;
	tf_run_first first;
	tf_run_done done;
	void *ctx;
	tf_run *run[TF_RUNS_MAX];
};

static const char *const kinds[TF_RUN_KINDS] = { "", "keygen", "auxinfo", "presign", "sign", "",
                                                 "frost-prepare", "frost-sign" };
static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

tf_err tf_control_send(tf_device *d, const tf_wire_type *type, const void *m)
{
	size_t cap = type->length(&control_env, TF_WIRE_MOST) + 4, len;
	uint8_t *buf;
	tf_err e;

	if (!d->chan)
		return TF_E_STATE;
	if (cap > TF_CTL_FRAME_MAX)
		cap = TF_CTL_FRAME_MAX;
	buf = malloc(cap);
	if (!buf)
		return TF_E_RESOURCE;
	e = tf_wire_encode_framed(type, buf, cap, &len, &control_env, m);
	if (e == TF_OK)
		e = tf_chan_send(d->chan, buf, len);
	free(buf);
	return e;
}

static size_t party_of(const tf_run *r, const tf_device *d)
{
	size_t i = 0;

	while (i < r->spec.n && r->spec.party[i] != d)
		i++;
	return i;
}

static void drop(tf_runs *rs, tf_run *r)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] == r)
			rs->run[i] = NULL;
	free(r);
}

static void log_begun(const tf_run *r)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, "run_begun");
	tf_log_str(&l, "kind", kinds[r->spec.kind]);
	tf_log_hex(&l, "request", r->request, 8);
	tf_log_end(&l);
}

static void finish(tf_runs *rs, tf_run *r, bool ok)
{
	tf_log_line l;

	r->live = false;
	tf_log_begin(&l, ok ? TF_LOG_INFO : TF_LOG_WARN, ok ? "run_done" : "run_failed");
	tf_log_str(&l, "kind", kinds[r->spec.kind]);
	tf_log_hex(&l, "request", r->request, 8);
	if (!ok)
		tf_log_str(&l, "reason", r->reason);
	if (r->culprit[0])
		tf_log_str(&l, "culprit", r->culprit);
	tf_log_end(&l);
	rs->done(rs->ctx, r, ok);
	drop(rs, r);
}

/* Tell everybody, then end it. */
static void fail(tf_runs *rs, tf_run *r, const char *reason)
{
	tf_ctl_abort m = { .reason = reason };

	if (!r->reason[0])
		snprintf(r->reason, sizeof(r->reason), "%s", reason);
	memcpy(m.request, r->request, sizeof(m.request));
	m.reason = r->reason;
	for (size_t i = 0; i < r->spec.n; i++)
		if (r->spec.party[i]->chan && !r->have[i] &&
		    tf_control_send(r->spec.party[i], &tf_ctl_abort_wire, &m) != TF_OK)
			tf_chan_close(r->spec.party[i]->chan, "does not take control messages");
	finish(rs, r, false);
}

static tf_run *find(tf_runs *rs, const uint8_t request[static 32])
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] && rs->run[i]->live &&
		    memcmp(rs->run[i]->request, request, 32) == 0)
			return rs->run[i];
	return NULL;
}

tf_err tf_runs_new(tf_runs **out, const tf_rng *rng, tf_run_settle settle, tf_run_first first,
                   tf_run_done done, void *ctx)
{
	tf_runs *rs = calloc(1, sizeof(*rs));

	if (!rs)
		return TF_E_RESOURCE;
	*rs = (tf_runs){ .rng = rng, .settle = settle, .first = first, .done = done, .ctx = ctx };
	*out = rs;
	return TF_OK;
}

void tf_runs_free(tf_runs *rs)
{
	if (!rs)
		return;
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i])
			drop(rs, rs->run[i]);
	free(rs);
}

/* As it travels: an intent, or what is shown of a raw request. */
static tf_err encode_shown(uint8_t *buf, size_t *len, const tf_run *r, const tf_run_spec *spec)
{
	tf_ctl_intent intent;
	tf_ctl_raw raw;

	if (spec->raw) {
		raw = *spec->raw;
		memcpy(raw.request, r->request, sizeof(raw.request));
		return tf_wire_encode_framed(&tf_ctl_raw_wire, buf, TF_CTL_FRAME_MAX, len,
		                             &control_env, &raw);
	}
	intent = *spec->intent;
	memcpy(intent.request, r->request, sizeof(intent.request));
	return tf_wire_encode_framed(&tf_ctl_intent_wire, buf, TF_CTL_FRAME_MAX, len, &control_env,
	                             &intent);
}

/* What a co-signer is shown of a client's request; its hash goes into the open. */
static tf_err send_shown(const tf_run *r, const tf_run_spec *spec, uint8_t hash[static 32])
{
	size_t len = 0;
	uint8_t *buf = malloc(TF_CTL_FRAME_MAX);
	tf_err e;

	if (!buf)
		return TF_E_RESOURCE;
	e = encode_shown(buf, &len, r, spec);
	if (e == TF_OK)
		tf_shake256_hash(hash, buf, len);
	for (size_t i = 0; e == TF_OK && i < r->spec.n; i++)
		e = r->spec.party[i]->chan ? tf_chan_send(r->spec.party[i]->chan, buf, len)
		                           : TF_E_STATE;
	free(buf);
	return e;
}

static tf_err send_open(const tf_run *r, const uint8_t *intent_hash)
{
	tf_open_party parties[TF_RUN_PARTIES];
	tf_ctl_open m = {
		.kind = (uint8_t)r->spec.kind,
		.profile = r->spec.profile,
		.curve = (uint8_t)r->spec.curve,
		.t = r->spec.t,
		.epoch = r->spec.epoch,
		.batch = r->spec.batch,
		.deadline = r->spec.deadline_ms,
		.parties = parties,
		.parties_n = (uint32_t)r->spec.n,
		.intent = { intent_hash, intent_hash ? 32 : 0 },
	};

	memcpy(m.request, r->request, 32);
	memcpy(m.key_id, r->spec.key_id, 32);
	memcpy(m.sharing, r->spec.sharing, 32);
	memcpy(m.presig, r->spec.presig, 32);
	for (size_t i = 0; i < r->spec.n; i++) {
		const tf_device *d = r->spec.party[i];

		parties[i] = (tf_open_party){ d->name, TF_PART_HOLDER, d->slot, d->address };
	}
	for (size_t i = 0; i < r->spec.n; i++)
		TRY(tf_control_send(r->spec.party[i], &tf_ctl_open_wire, &m));
	return TF_OK;
}

tf_err tf_runs_start(tf_runs *rs, const tf_run_spec *spec, int64_t now)
{
	uint8_t hash[32];
	size_t at = 0;
	tf_run *r;
	tf_err e;

	while (at < TF_RUNS_MAX && rs->run[at])
		at++;
	if (at == TF_RUNS_MAX || spec->n > TF_RUN_PARTIES)
		return TF_E_BUSY;
	r = calloc(1, sizeof(*r));
	if (!r)
		return TF_E_RESOURCE;
	r->spec = *spec;
	r->spec.intent = NULL;
	r->spec.raw = NULL;
	r->live = true;
	/* The co-signers have the deadline; we wait a little longer for their word. */
	r->deadline = now + spec->deadline_ms + 5000;
	e = tf_rng_bytes(rs->rng, r->request, sizeof(r->request));
	if (e != TF_OK) {
		free(r);
		return e;
	}
	rs->run[at] = r;
	if (spec->intent || spec->raw)
		e = send_shown(r, spec, hash);
	if (e == TF_OK)
		e = send_open(r, spec->intent || spec->raw ? hash : NULL);
	if (e != TF_OK)
		fail(rs, r, "a co-signer could not be reached");
	return TF_OK;
}

void tf_runs_ready(tf_runs *rs, const tf_device *d, const tf_ctl_ready *m, const uint8_t *raw,
                   size_t len)
{
	tf_run *r = find(rs, m->request);
	tf_blob list[TF_RUN_PARTIES];
	tf_ctl_start start = { .ready = list };
	size_t i = r ? party_of(r, d) : 0;

	if (!r || r->started || r->refused || i == r->spec.n || r->ready_len[i] ||
	    len > TF_CTL_READY_MAX)
		return;
	memcpy(r->ready[i], raw, len);
	r->ready_len[i] = len;
	for (size_t k = 0; k < r->spec.n; k++) {
		if (!r->ready_len[k])
			return;
		list[k] = (tf_blob){ r->ready[k], r->ready_len[k] };
	}
	/* From here on co-signers bind themselves: what the books say of it comes first. */
	if (rs->settle(rs->ctx, r) != TF_OK) {
		r = find(rs, m->request); /* it may be gone with its group */
		if (r)
			fail(rs, r, "it ended meanwhile, or the books cannot be written");
		return;
	}
	r->started = true;
	log_begun(r);
	memcpy(start.request, r->request, sizeof(start.request));
	start.ready_n = (uint32_t)r->spec.n;
	for (size_t k = 0; k < r->spec.n; k++) {
		if (tf_control_send(r->spec.party[k], &tf_ctl_start_wire, &start) != TF_OK) {
			fail(rs, r, "a co-signer could not be reached");
			return;
		}
	}
}

static bool all_have(const tf_run *r)
{
	for (size_t i = 0; i < r->spec.n; i++)
		if (!r->have[i])
			return false;
	return true;
}

void tf_run_take(tf_run *r, size_t i, const tf_ctl_result *m, tf_run_first first, void *ctx)
{
	r->have[i] = true;
	if (!tf_run_signs(r->spec.kind) || r->taken)
		return;
	memcpy(r->r, m->r, sizeof(r->r));
	memcpy(r->s, m->s, sizeof(r->s));
	r->recid = m->recid;
	r->taken = first(ctx, r, r->spec.party[i]) == TF_OK;
}

void tf_runs_result(tf_runs *rs, const tf_device *d, const tf_ctl_result *m)
{
	tf_run *r = find(rs, m->request);
	size_t i = r ? party_of(r, d) : 0;

	if (!r || !r->started || i == r->spec.n || r->have[i] || m->kind != r->spec.kind)
		return;
	tf_run_take(r, i, m, rs->first, rs->ctx);
	if (!all_have(r))
		return;
	if (tf_run_signs(r->spec.kind) && !r->taken)
		fail(rs, r, "no result is a signature that can be used");
	else
		finish(rs, r, true);
}

void tf_runs_failed(tf_runs *rs, const tf_device *d, const tf_ctl_failed *m)
{
	tf_run *r = find(rs, m->request);
	size_t i = r ? party_of(r, d) : 0;

	if (!r || i == r->spec.n)
		return;
	snprintf(r->reason, sizeof(r->reason), "%s: %.400s", d->name, m->reason);
	snprintf(r->culprit, sizeof(r->culprit), "%s", m->culprit);
	r->check = m->check;
	fail(rs, r, r->reason);
}

tf_run *tf_runs_refused(tf_runs *rs, const tf_device *d, const tf_ctl_refusal *m)
{
	tf_run *r = find(rs, m->request);

	if (!r || !tf_run_signs(r->spec.kind) || party_of(r, d) == r->spec.n ||
	    strcmp(m->tx, r->spec.tx) != 0)
		return NULL;
	r->refused = true;
	snprintf(r->reason, sizeof(r->reason), "%s refuses: %.400s", d->name, m->reason);
	return r;
}

void tf_runs_lost(tf_runs *rs, const tf_device *d)
{
	char reason[128];

	snprintf(reason, sizeof(reason), "lost the connection to %s", d->name);
	for (size_t i = 0; i < TF_RUNS_MAX; i++) {
		tf_run *r = rs->run[i];

		if (r && r->live && party_of(r, d) < r->spec.n)
			fail(rs, r, reason);
	}
}

void tf_runs_tick(tf_runs *rs, int64_t now)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++) {
		tf_run *r = rs->run[i];

		if (r && r->live && r->refused)
			fail(rs, r, r->reason);
		else if (r && r->live && now > r->deadline)
			fail(rs, r, "deadline");
	}
}

void tf_runs_abort_group(tf_runs *rs, uint64_t group, const char *reason)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++) {
		tf_run *r = rs->run[i];

		if (r && r->live && !r->started && r->spec.group == group)
			fail(rs, r, reason);
	}
}

void tf_runs_abort_all(tf_runs *rs, const char *reason)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] && rs->run[i]->live)
			fail(rs, rs->run[i], reason);
}

bool tf_runs_busy(const tf_runs *rs, tf_run_kind kind, const tf_device *d)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++) {
		const tf_run *r = rs->run[i];

		if (r && r->live && r->spec.kind == kind && (!d || party_of(r, d) < r->spec.n))
			return true;
	}
	return false;
}

size_t tf_runs_count(const tf_runs *rs, tf_run_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		n += rs->run[i] && rs->run[i]->live && rs->run[i]->spec.kind == kind;
	return n;
}

uint32_t tf_runs_making(const tf_runs *rs, tf_run_kind kind)
{
	uint32_t n = 0;

	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] && rs->run[i]->live && rs->run[i]->spec.kind == kind)
			n += rs->run[i]->spec.batch;
	return n;
}

const tf_run_spec *tf_runs_spec(tf_runs *rs, const uint8_t request[static 32])
{
	const tf_run *r = find(rs, request);

	return r ? &r->spec : NULL;
}

bool tf_runs_has_tx(const tf_runs *rs, const char *tx, uint32_t item)
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] && rs->run[i]->live && tf_run_signs(rs->run[i]->spec.kind) &&
		    (item == TF_RUN_ANY_ITEM || rs->run[i]->spec.item == item) &&
		    strcmp(rs->run[i]->spec.tx, tx) == 0)
			return true;
	return false;
}

bool tf_runs_has_presig(const tf_runs *rs, const uint8_t id[static 32])
{
	for (size_t i = 0; i < TF_RUNS_MAX; i++)
		if (rs->run[i] && rs->run[i]->live && tf_run_signs(rs->run[i]->spec.kind) &&
		    memcmp(rs->run[i]->spec.presig, id, 32) == 0)
			return true;
	return false;
}

json_t *tf_runs_json(const tf_runs *rs)
{
	json_t *list = json_array();

	for (size_t i = 0; i < TF_RUNS_MAX; i++) {
		const tf_run *r = rs->run[i];
		json_t *parties;

		if (!r || !r->live)
			continue;
		parties = json_array();
		for (size_t k = 0; k < r->spec.n; k++)
			json_array_append_new(parties, json_string(r->spec.party[k]->name));
		json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:s}", "kind",
		                                      kinds[r->spec.kind], "started", r->started,
		                                      "parties", parties, "transaction", r->spec.tx));
	}
	return list;
}
