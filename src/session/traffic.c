/* Sessions at work: routing, deadlines, the end. */
#include <string.h>

#include "session/sessions.h"

static tf_session *by_sid(tf_sessions *a, const uint8_t sid[static 32])
{
	for (size_t i = 0; i < a->c.slots_n; i++) {
		tf_session *s = &a->c.slots[i];

		if ((s->phase == TF_SESSION_STARTED || s->phase == TF_SESSION_RUNNING ||
		     s->phase == TF_SESSION_DONE || s->phase == TF_SESSION_JUDGING) &&
		    memcmp(s->sid, sid, 32) == 0)
			return s;
	}
	return NULL;
}

/* Party index of a device; TF_PARTY_NONE if it takes no part. */
unsigned tf_session_party(const tf_session *s, const char *device)
{
	for (unsigned i = 0; i < s->env.n; i++)
		if (strcmp(s->env.party[i].device, device) == 0)
			return i + 1;
	return TF_PARTY_NONE;
}

/* Does the envelope name the party whose device it came from? */
static bool sender_is(const tf_session *s, const tf_envelope *e, const char *device,
                      tf_fault *fault)
{
	unsigned party = tf_session_party(s, device);

	tf_fault_at(fault, party, e->round);
	return tf_holds(fault, TF_CK_ENVELOPE_SENDER, e->from == party);
}

static tf_err route(tf_sessions *a, uint64_t now, const char *device, const uint8_t *msg,
                    size_t len, tf_session **s, tf_fault *fault)
{
	tf_envelope e;
	tf_session *found;

	TRY(tf_envelope_decode(&e, NULL, &a->scratch, msg, len));
	found = by_sid(a, e.sid);
	if (found && !sender_is(found, &e, device, fault))
		return TF_E_TRUST;
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (found && found->phase == TF_SESSION_RUNNING) {
		*s = found;
		return TF_OK;
	}
	if (found ? found->phase != TF_SESSION_STARTED : tf_sessions_was_used(a, e.sid))
		return TF_E_SESSION;
	return tf_inbox_put(&a->inbox, now, e.sid, device, msg, len);
}

tf_err tf_sessions_route(tf_sessions *a, uint64_t now, const char *device, const uint8_t *msg,
                         size_t len, tf_session **s, tf_fault *fault)
{
	tf_err err;

	*s = NULL;
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	err = route(a, now, device, msg, len, s, fault);
	if (err != TF_OK)
		a->dropped++;
	return err;
}

bool tf_sessions_pending(tf_sessions *a, const tf_session *s, uint8_t *buf, size_t cap,
                         size_t *len)
{
	tf_inbox_item item;

	while (s->phase == TF_SESSION_RUNNING && tf_inbox_next(&item, &a->inbox, s->sid)) {
		tf_envelope e;
		bool fits = item.len <= cap &&
		            tf_envelope_decode(&e, NULL, &a->scratch, item.msg, item.len) == TF_OK &&
		            sender_is(s, &e, item.device, NULL);

		if (fits) {
			memcpy(buf, item.msg, item.len);
			*len = item.len;
		} else {
			a->dropped++;
		}
		tf_inbox_drop(&a->inbox, &item);
		if (fits)
			return true;
	}
	return false;
}

static bool may_end(const tf_session *s)
{
	return s->phase == TF_SESSION_OPENED || s->phase == TF_SESSION_STARTED ||
	       s->phase == TF_SESSION_RUNNING;
}

/* Are parties about to show who lied? */
static bool is_in_court(const tf_session *s)
{
	return tf_session_is_alerted(s) ||
	       (s->phase == TF_SESSION_RUNNING &&
	        tf_rounds_state(&s->machine.rounds) == TF_RUN_DISPUTED);
}

/* End a session from outside: now, or when it is given back. */
static void stop(tf_session *s, tf_err err)
{
	if (s->busy) {
		s->stop = err;
		return;
	}
	if (err != TF_E_EXPIRED && is_in_court(s))
		return;
	if (tf_session_is_alerted(s)) {
		s->phase = TF_SESSION_JUDGING;
		return;
	}
	s->err = err;
	tf_fault_at(&s->fault, TF_PARTY_NONE, 0);
	s->phase = TF_SESSION_FAILED;
}

tf_session *tf_sessions_tick(tf_sessions *a, uint64_t now)
{
	tf_inbox_expire(&a->inbox, now);
	tf_pool_expire(&a->pool, now);
	tf_pool_expire(&a->nonces, now);
	for (size_t i = 0; i < a->c.slots_n; i++) {
		tf_session *s = &a->c.slots[i];

		if (!may_end(s) || now < s->deadline || s->stop != TF_OK)
			continue;
		stop(s, TF_E_EXPIRED);
		if (!s->busy)
			return s;
	}
	return NULL;
}

tf_session *tf_sessions_cancel(tf_sessions *a, const uint8_t request[static 32], tf_err err)
{
	tf_session *s = tf_sessions_find(a, request);

	if (s && may_end(s) && s->stop == TF_OK)
		stop(s, err);
	return s;
}

void tf_sessions_abandon(tf_session *s, tf_err err)
{
	if (s->busy || (!may_end(s) && s->phase != TF_SESSION_JUDGING))
		return;
	s->err = err;
	tf_fault_at(&s->fault, TF_PARTY_NONE, 0);
	s->phase = TF_SESSION_FAILED;
}

void tf_sessions_take(tf_session *s)
{
	s->busy = true;
}

void tf_sessions_give(tf_session *s)
{
	tf_err why = s->stop;

	s->busy = false;
	if (why == TF_OK || !may_end(s))
		return;
	stop(s, why);
	if (s->phase != TF_SESSION_FAILED) /* in court the deadline alone counts, if it comes */
		s->stop = TF_OK;
}

static tf_err owner_of(tf_pool_owner *out, const tf_session *s)
{
	const tf_open *open = &s->opening.open;

	memset(out, 0, sizeof(*out));
	memcpy(out->key_id, open->key_id, sizeof(out->key_id));
	memcpy(out->sharing, open->sharing, sizeof(out->sharing));
	out->epoch = open->epoch;
	out->n = open->n;
	for (unsigned i = 0; i < open->n; i++) {
		memcpy(out->party[i].device, open->seat[i].device, sizeof(out->party[i].device));
		memcpy(out->party[i].boot, s->opening.boot[i], sizeof(out->party[i].boot));
	}
	return tf_party_env_hash(out->clique, &s->env);
}

static tf_err pool_presig(tf_sessions *a, uint64_t now, const tf_pool_owner *owner,
                          tf_session *s, uint32_t b, uint8_t id[static 32])
{
	TF_AUTO(tf_presig) p;

	memset(&p, 0, sizeof(p));
	TRY(tf_presign_take(&p, &s->machine.presign, b));
	memcpy(id, p.id, sizeof(p.id));
	return tf_pool_put(&a->pool, now, owner, &p);
}

static tf_err pool_nonces(tf_sessions *a, uint64_t now, const tf_pool_owner *owner,
                          tf_session *s, uint32_t b, uint8_t id[static 32])
{
	TF_AUTO(tf_frost_presig) p;

	memset(&p, 0, sizeof(p));
	TRY(tf_frost_prepare_take(&p, &s->machine.prepare, b));
	memcpy(id, p.id, sizeof(p.id));
	return tf_pool_put_frost(&a->nonces, now, owner, &p);
}

void tf_sessions_harvest(tf_sessions *a, uint64_t now, tf_session *s)
{
	const tf_open *open = &s->opening.open;
	tf_pool_owner owner;

	if (s->phase != TF_SESSION_DONE || !tf_open_fills_pool(open) ||
	    owner_of(&owner, s) != TF_OK)
		return;
	for (uint32_t b = 0; b < open->batch; b++) {
		uint8_t id[32];
		tf_err err = tf_open_is_frost(open) ? pool_nonces(a, now, &owner, s, b, id)
		                                    : pool_presig(a, now, &owner, s, b, id);

		if (err == TF_OK)
			memcpy(s->ids[s->ids_n++], id, sizeof(id));
	}
}

/* Alerts may convict more than the one whom the verdict names. */
static tf_err blame(tf_sessions *a, const tf_session *s)
{
	uint32_t all = 1u << (s->fault.party - 1);

	if (s->stage == TF_PRESIGN)
		all |= tf_presign_culprits(&s->machine.presign);
	for (unsigned i = 0; i < s->opening.open.n; i++)
		if (all >> i & 1)
			TRY(tf_standings_blame(&a->standings, s->opening.open.seat[i].device));
	return TF_OK;
}

/* Who is to blame, or what: a conviction counts against a device; a failure that neither a peer nor
 * the clock explains counts as an alarm. */
static tf_err account(tf_sessions *a, const tf_session *s)
{
	const tf_open *open = &s->opening.open;
	bool convicts = s->err == TF_E_PROOF || s->err == TF_E_CONFLICT;

	if (convicts && s->fault.party >= 1 && s->fault.party <= open->n)
		return blame(a, s);
	switch (tf_err_get_kind(s->err)) {
	case TF_KIND_PROOF:
	case TF_KIND_USAGE:
	case TF_KIND_ENCODING:
		a->alarms++;
		break;
	case TF_KIND_STATE:
		a->alarms += s->err == TF_E_CONFLICT;
		break;
	case TF_KIND_NONE:
	case TF_KIND_POLICY:
	case TF_KIND_RESOURCE:
	case TF_KIND_TRUST:
		break;
	}
	return TF_OK;
}

tf_err tf_sessions_close(tf_sessions *a, tf_session *s, tf_outbox *out)
{
	tf_err err = TF_OK;

	if (s->busy || (s->phase != TF_SESSION_DONE && s->phase != TF_SESSION_FAILED))
		return TF_E_STATE;
	if (s->phase == TF_SESSION_FAILED)
		err = account(a, s);
	if (tf_open_signs(&s->opening.open))
		(void)tf_pool_destroy(tf_sessions_pool(a, &s->opening.open),
		                      s->opening.open.presig);
	tf_inbox_forget(&a->inbox, s->sid);
	tf_session_wipe(s);
	return err == TF_OK ? tf_standings_keep(&a->standings, out) : err;
}
