#include "coordinator/engine_impl.h"

#include <string.h>

#include "coordinator/signer.h"
#include "daemon/log.h"

static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

static void on_refusal(tf_engine *e, tf_device *d, const tf_ctl_refusal *m, const uint8_t *raw,
                       size_t len)
{
	tf_run *run = tf_runs_refused(e->runs, d, m);
	tf_err err = tf_signer_refused(e->c, d, run, m, raw, len);

	tf_log(TF_LOG_ALERT, "refusal", "device", d->name, "transaction", m->tx, "reason", m->reason,
	       NULL);
	if (err != TF_OK)
		tf_log(TF_LOG_ERROR, "book_failed", "error", tf_err_name(err), NULL);
	if (run)
		tf_engine_wake(e);
}

static void note_presigs(tf_engine *e, tf_device *d, const tf_ctl_result *m)
{
	const tf_run_spec *spec = tf_runs_spec(e->runs, m->request);
	uint8_t hash[32];

	if (!spec || !tf_run_fills(spec->kind) ||
	    tf_engine_clique_hash(hash, e, spec->party, spec->n) != TF_OK)
		return;
	for (uint32_t i = 0; i < m->presigs_n; i++)
		tf_device_note_presig(d, m->presigs[i].id, spec->sharing, hash,
		                      tf_coordinator_now());
}

static const char *odd_result(tf_err err)
{
	if (err == TF_E_CONFLICT)
		return "the parties show different certificates of the key";
	return tf_err_get_kind(err) == TF_KIND_RESOURCE
	               ? "the certificate could not be kept"
	               : "the certificate is not of the key that was asked for";
}

/* A key counts whoever has it and whenever it comes: results without a request are what a co-signer
 * has from before, and those of a run that has failed here are of a key all the same. A run whose
 * party shows something else has failed. */
static void on_key(tf_engine *e, tf_device *d, const tf_ctl_result *m)
{
	tf_err err = tf_engine_hear_of_key(e, d, m->certificate.p, m->certificate.len);
	bool lies = err != TF_E_CONFLICT && tf_err_get_kind(err) != TF_KIND_RESOURCE;
	tf_ctl_failed odd = { .error = (uint16_t)err, .culprit = lies ? d->name : "",
	                      .reason = odd_result(err) };

	if (err == TF_OK) {
		tf_runs_result(e->runs, d, m);
		return;
	}
	memcpy(odd.request, m->request, sizeof(odd.request));
	tf_runs_failed(e->runs, d, &odd);
}

static void on_result(tf_engine *e, tf_device *d, const tf_ctl_result *m)
{
	if (m->kind == TF_RUN_KEYGEN) {
		on_key(e, d, m);
		return;
	}
	if (tf_run_fills((tf_run_kind)m->kind))
		note_presigs(e, d, m);
	tf_runs_result(e->runs, d, m);
}

static tf_err dispatch(tf_engine *e, tf_device *d, const uint8_t *p, size_t len)
{
	tf_arena *mem = &e->scratch;
	union {
		tf_ctl_hello hello;
		tf_ctl_heartbeat heartbeat;
		tf_ctl_ready ready;
		tf_ctl_result result;
		tf_ctl_failed failed;
		tf_ctl_refusal refusal;
	} m;

	switch ((tf_wire_control_type)tf_wire_peek(p, len)) {
	case TF_CTL_HELLO:
		TRY(tf_wire_decode_framed(&tf_ctl_hello_wire, &m, &control_env, mem, p, len));
		return tf_fleet_hello(d, &m.hello);
	case TF_CTL_HEARTBEAT:
		TRY(tf_wire_decode_framed(&tf_ctl_heartbeat_wire, &m, &control_env, mem, p, len));
		tf_fleet_heartbeat(d, &m.heartbeat, tf_coordinator_now());
		tf_engine_complete(e, d);
		tf_engine_wake(e);
		return TF_OK;
	case TF_CTL_READY:
		TRY(tf_wire_decode_framed(&tf_ctl_ready_wire, &m, &control_env, mem, p, len));
		tf_runs_ready(e->runs, d, &m.ready, p + 4, len - 4);
		return TF_OK;
	case TF_CTL_RESULT:
		TRY(tf_wire_decode_framed(&tf_ctl_result_wire, &m, &control_env, mem, p, len));
		on_result(e, d, &m.result);
		return TF_OK;
	case TF_CTL_FAILED:
		TRY(tf_wire_decode_framed(&tf_ctl_failed_wire, &m, &control_env, mem, p, len));
		tf_runs_failed(e->runs, d, &m.failed);
		return TF_OK;
	case TF_CTL_REFUSAL:
		TRY(tf_wire_decode_framed(&tf_ctl_refusal_wire, &m, &control_env, mem, p, len));
		on_refusal(e, d, &m.refusal, p + 4, len - 4);
		return TF_OK;
	case TF_CTL_OPEN:
	case TF_CTL_INTENT:
	case TF_CTL_START:
	case TF_CTL_ABORT:
	case TF_CTL_NOTICE:
	case TF_CTL_CERTIFICATE:
	case TF_CTL_FORSAKE:
		break; /* only we send these */
	}
	return TF_E_UNSUPPORTED;
}

void tf_engine_frame(tf_engine *e, tf_chan *c, const uint8_t *p, size_t len)
{
	tf_device *d = tf_fleet_by_chan(&e->fleet, c);
	size_t mark = tf_arena_mark(&e->scratch);
	tf_err err;

	if (!d)
		return;
	err = dispatch(e, d, p, len);
	tf_arena_release(&e->scratch, mark);
	if (err != TF_OK) {
		tf_log(TF_LOG_WARN, "bad_control_message", "device", d->name, "error",
		       tf_err_name(err), NULL);
		tf_chan_close(c, "bad control message");
	}
}

void tf_engine_up(tf_engine *e, tf_chan *c)
{
	const tf_cert *cert = tf_chan_peer(c);
	tf_device *d = cert ? tf_fleet_find(&e->fleet, cert->id.holder.device) : NULL;

	if (!d) {
		tf_chan_close(c, "no co-signer of the roster");
		return;
	}
	/* The newer connection of a device stands; the older one is a leftover. */
	if (d->chan) {
		tf_chan *old = d->chan;

		tf_runs_lost(e->runs, d);
		d->chan = NULL;
		tf_chan_close(old, "replaced by a newer connection");
	}
	d->chan = c;
	d->greeted = false;
	d->odd = 0;
}

void tf_engine_down(tf_engine *e, tf_chan *c)
{
	tf_device *d = tf_fleet_by_chan(&e->fleet, c);

	if (!d)
		return;
	d->chan = NULL;
	d->greeted = false;
	d->n_presigs = 0;
	tf_runs_lost(e->runs, d);
	tf_engine_wake(e);
}

void tf_engine_roster(tf_engine *e)
{
	const tf_ctl_notice notice = { .workspace = e->c->workspace->version };

	tf_fleet_roster(&e->fleet, e->c->workspace);
	for (size_t i = 0; i < e->fleet.n; i++) {
		tf_device *d = &e->fleet.device[i];

		if (d->chan && tf_control_send(d, &tf_ctl_notice_wire, &notice) != TF_OK)
			tf_chan_close(d->chan, "does not take control messages");
	}
	tf_engine_wake(e);
}
