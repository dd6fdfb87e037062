#include "coordinator/engine_impl.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "proto/key.h"

#define ODD_MOST 8u /* rows of the audit log about one connection's certificates */

const uint8_t *tf_engine_identity(void *workspace, const char *device)
{
	const tf_roster_entry *r = tf_roster_find(workspace, device);

	return r && r->pinned ? r->identity : NULL;
}

/* ---- is it our key's? ---- */

static tf_err read_body(tf_sharing *s, uint8_t hash[static 32], const tf_group *g,
                        const uint8_t *certificate, size_t len, tf_arena *mem)
{
	tf_wire_env env = { .g = g, .n = TF_PARTIES_MAX };
	tf_signed_certificate c;

	TRY(tf_signed_certificate_decode(&c, &env, mem, certificate, len));
	return tf_sharing_decode(s, hash, g, &c.body, mem);
}

/* Which of our keys it says it is of; nothing else about it is believed yet. TF_E_NOT_FOUND: of
 * some other key, of which a co-signer may well have thousands. */
static tf_err find_key(tf_engine *e, tf_engine_key **out, tf_sharing *s, uint8_t hash[static 32],
                       const uint8_t *certificate, size_t len)
{
	tf_err err = TF_E_NOT_FOUND;

	*out = NULL;
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++) {
		tf_engine_key *k = &e->keys[i];
		uint8_t id[32];

		err = read_body(s, hash, tf_coordinator_group(e->c, k->curve), certificate, len,
		                &e->scratch);
		if (err != TF_OK)
			continue; /* points of one curve are none of the other */
		tf_engine_key_bytes(id, k->key.id);
		if (!k->has_key || memcmp(s->key_id, id, sizeof(id)) != 0)
			return TF_E_NOT_FOUND;
		*out = k;
		return TF_OK;
	}
	return err;
}

static size_t count_names(const char *names)
{
	size_t n = names[0] != '\0';

	for (const char *p = names; *p; p++)
		n += *p == ' ';
	return n;
}

bool tf_engine_names_device(const char *names, const char *device)
{
	size_t len = strlen(device);

	for (const char *p = names; len > 0 && (p = strstr(p, device)); p += len)
		if ((p == names || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

/* Exactly those who were to generate it, each in its own slot, and all of them are needed. Whose
 * signatures there are is said by the certificate itself: that they hold says nothing before this
 * does. No two seats are of one device (tf_sharing_check), so equal numbers are equal sets. */
static bool seats_fit(const tf_engine *e, const tf_engine_key *k, const tf_sharing *s)
{
	if (s->n != k->key.threshold || s->t != s->n || s->n != count_names(k->key.clique))
		return false;
	for (unsigned i = 0; i < s->n; i++) {
		const tf_seat *seat = &s->seat[i];
		const tf_roster_entry *r = tf_roster_find(e->c->workspace, seat->device);

		if (!r || !tf_engine_names_device(k->key.clique, seat->device) ||
		    seat->index != tf_fleet_slot(r))
			return false;
	}
	return true;
}

static bool is_new_key(const tf_sharing *s)
{
	static const uint8_t none[32];

	return s->form == TF_SHARE_FELDMAN && s->epoch == TF_EPOCH_FIRST &&
	       memcmp(s->previous, none, sizeof(none)) == 0;
}

/* Is it what the books have already? */
static bool is_kept(const tf_engine *e, const tf_engine_key *k, const tf_sharing *s)
{
	uint8_t y[33];

	tf_pt_encode(tf_coordinator_group(e->c, k->curve), y, &s->Y);
	return memcmp(y, k->key.public_key, sizeof(y)) == 0 &&
	       memcmp(s->cc, k->key.chain_code, sizeof(s->cc)) == 0 &&
	       memcmp(s->sharing, k->key.sharing, sizeof(s->sharing)) == 0 &&
	       s->epoch == k->key.epoch;
}

/* Is it of the key that we asked for, made by those whom we asked, and signed by all of them? */
static tf_err open_key(tf_engine *e, const tf_engine_key *k, tf_sharing *s,
                       const uint8_t *certificate, size_t len)
{
	uint8_t id[32];

	tf_engine_key_bytes(id, k->key.id);
	TRY(tf_sharing_open(s, tf_coordinator_group(e->c, k->curve), certificate, len,
	                    tf_engine_identity, (void *)(uintptr_t)e->c->workspace, &e->scratch));
	if (!k->has_key || memcmp(s->key_id, id, sizeof(id)) != 0 ||
	    s->curve != (uint32_t)k->curve || strcmp(s->workspace, e->c->workspace->name) != 0)
		return TF_E_MISMATCH;
	if (!seats_fit(e, k, s) || !is_new_key(s))
		return TF_E_MISMATCH;
	return k->key.state != TF_KEY_READY || is_kept(e, k, s) ? TF_OK : TF_E_MISMATCH;
}

/* ---- who has shown which ---- */

static void forget(tf_key_shown *w)
{
	free(w->certificate);
	*w = (tf_key_shown){ .certificate = NULL };
}

void tf_engine_forget_shown(tf_engine_key *k)
{
	for (size_t i = 0; i < TF_FLEET_MAX; i++)
		forget(&k->shown[i]);
}

/* What devices have shown of this very key; of an earlier one it is forgotten. */
static tf_key_shown *shown_of(tf_engine_key *k)
{
	if (strcmp(k->shown_id, k->key.id) != 0) {
		tf_engine_forget_shown(k);
		memcpy(k->shown_id, k->key.id, sizeof(k->shown_id));
	}
	return k->shown;
}

static bool has_shown(const tf_key_shown *w, const uint8_t hash[static 32])
{
	return w->certificate && memcmp(w->hash, hash, 32) == 0;
}

/* Somebody who has shown another certificate than this; NULL: nobody. */
static const tf_device *other_than(tf_engine *e, tf_engine_key *k, const uint8_t hash[static 32])
{
	const tf_key_shown *shown = shown_of(k);

	for (size_t i = 0; i < e->fleet.n; i++)
		if (shown[i].certificate && !has_shown(&shown[i], hash))
			return &e->fleet.device[i];
	return NULL;
}

/* One row of the audit log about what d has shown; of a connection that does not stop, a few. */
static tf_err audit_odd(tf_engine *e, tf_device *d, const char *event, json_t *fields)
{
	if (d->odd >= ODD_MOST) {
		json_decref(fields);
		return TF_OK;
	}
	d->odd++;
	return tf_coordinator_audit(e->c, event, fields);
}

static void log_failure(const char *what, tf_err err)
{
	tf_log(TF_LOG_ERROR, what, "error", tf_err_name(err), NULL);
}

/* Of a key that we have already, one that cannot be verified is no attack when somebody of its
 * clique has left the roster. */
static void refuse(tf_engine *e, tf_device *d, const tf_engine_key *k, tf_err err)
{
	bool known = k && k->key.state == TF_KEY_READY && err == TF_E_TRUST;
	tf_err row;

	tf_log(known ? TF_LOG_WARN : TF_LOG_ALERT, "key_refused", "device", d->name, "error",
	       tf_err_name(err), NULL);
	if (known)
		return;
	row = audit_odd(e, d, "key_refused", json_pack("{s:s, s:s, s:s}", "key", k ? k->key.id : "",
	                                               "device", d->name, "error", tf_err_name(err)));
	if (row != TF_OK)
		log_failure("audit_failed", row);
}

/* It is not only odd, but fits: two sharings of one key, both with everybody's signature. One of
 * those who have signed both keeps the other one back, or has. */
static tf_err note_torn(tf_engine *e, const tf_engine_key *k, tf_device *d, const tf_device *other)
{
	tf_log(TF_LOG_ALERT, "key_torn", "device", d->name, "other", other->name, NULL);
	return audit_odd(e, d, "key_torn", json_pack("{s:s, s:s, s:s}", "key", k->key.id, "device",
	                                             d->name, "other", other->name));
}

static tf_err note_shown(tf_engine *e, tf_engine_key *k, tf_device *d, const tf_sharing *s,
                         const uint8_t hash[static 32], const uint8_t *certificate, size_t len)
{
	tf_key_shown *w = &shown_of(k)[d - e->fleet.device];
	char text[65];
	uint8_t *copy;

	if (has_shown(w, hash))
		return TF_OK;
	sodium_bin2hex(text, sizeof(text), hash, 32);
	TRY(audit_odd(e, d, "key_shown", json_pack("{s:s, s:s, s:s}", "key", k->key.id, "device",
	                                           d->name, "certificate", text)));
	copy = malloc(len);
	if (!copy)
		return TF_E_RESOURCE;
	memcpy(copy, certificate, len);
	free(w->certificate);
	*w = (tf_key_shown){ .certificate = copy, .len = len };
	memcpy(w->hash, hash, sizeof(w->hash));
	memcpy(w->sharing, s->sharing, sizeof(w->sharing));
	return TF_OK;
}

/* ---- it is the key when everybody has shown it ---- */

static tf_err write_key(tf_engine *e, tf_engine_key *k, const tf_sharing *s)
{
	uint8_t y[33];

	tf_pt_encode(tf_coordinator_group(e->c, k->curve), y, &s->Y);
	TRY(tf_book_key_ready(e->c->book, k->key.id, y, s->cc, s->sharing, s->epoch));
	tf_engine_refresh_keys(e);
	return tf_coordinator_audit(e->c, "key_ready",
	                            json_pack("{s:s, s:s}", "key", k->key.id, "clique",
	                                      k->key.clique));
}

/* The first of its holders who has not shown this one; NULL: all have. */
static const char *who_lacks(tf_engine *e, tf_engine_key *k, const tf_sharing *s,
                             const uint8_t hash[static 32])
{
	for (unsigned i = 0; i < s->n; i++) {
		const tf_device *d = tf_fleet_find(&e->fleet, s->seat[i].device);

		if (!d || !has_shown(&shown_of(k)[d - e->fleet.device], hash))
			return s->seat[i].device;
	}
	return NULL;
}

/* It is judged again, by the roster of now. */
static tf_err settle(tf_engine *e, tf_engine_key *k, const tf_key_shown *w)
{
	tf_sharing *s = tf_arena_alloc(&e->scratch, sizeof(*s));
	const tf_device *other = other_than(e, k, w->hash);
	const char *lacks;

	if (!s)
		return TF_E_CAPACITY;
	TRY(open_key(e, k, s, w->certificate, w->len));
	lacks = who_lacks(e, k, s, w->hash);
	if (other)
		snprintf(e->missing, sizeof(e->missing), "%s shows another certificate of the key",
		         other->name);
	else if (lacks)
		snprintf(e->missing, sizeof(e->missing), "%s has not committed its share of the key",
		         lacks);
	return other || lacks ? TF_OK : write_key(e, k, s);
}

bool tf_engine_settle_key(tf_engine *e, tf_engine_key *k)
{
	size_t mark = tf_arena_mark(&e->scratch);
	tf_err err = TF_E_NOT_FOUND;

	for (size_t i = 0; i < e->fleet.n && k->has_key && err == TF_E_NOT_FOUND; i++) {
		tf_key_shown *w = &shown_of(k)[i];

		if (!w->certificate)
			continue;
		err = settle(e, k, w);
		if (err == TF_E_MISMATCH || err == TF_E_TRUST) /* the roster is another one now */
			forget(w);
	}
	tf_arena_release(&e->scratch, mark);
	if (err != TF_OK && err != TF_E_NOT_FOUND)
		log_failure("key_not_settled", err);
	return err == TF_OK;
}

/* Also its signatures, if it is one of those whom we asked. */
static tf_err judge(tf_engine *e, const tf_engine_key *k, const tf_device *d, tf_sharing *s,
                    const uint8_t *certificate, size_t len)
{
	if (!tf_engine_names_device(k->key.clique, d->name))
		return TF_E_MISMATCH;
	return open_key(e, k, s, certificate, len);
}

static tf_err hear(tf_engine *e, tf_device *d, const uint8_t *certificate, size_t len)
{
	tf_sharing *s = tf_arena_alloc(&e->scratch, sizeof(*s));
	const tf_device *other;
	tf_engine_key *k;
	uint8_t hash[32];
	tf_err err;

	if (!s)
		return TF_E_CAPACITY;
	err = find_key(e, &k, s, hash, certificate, len);
	if (err == TF_OK)
		err = judge(e, k, d, s, certificate, len);
	if (err != TF_OK) {
		if (err != TF_E_NOT_FOUND)
			refuse(e, d, k, err);
		return err;
	}
	other = other_than(e, k, hash);
	TRY(note_shown(e, k, d, s, hash, certificate, len));
	if (other && other != d) {
		TRY(note_torn(e, k, d, other));
		return TF_E_CONFLICT;
	}
	if (k->key.state != TF_KEY_READY)
		(void)tf_engine_settle_key(e, k);
	return TF_OK;
}

tf_err tf_engine_hear_of_key(tf_engine *e, tf_device *d, const uint8_t *certificate, size_t len)
{
	size_t mark = tf_arena_mark(&e->scratch);
	tf_err err = hear(e, d, certificate, len);

	tf_arena_release(&e->scratch, mark);
	return err;
}

/* ---- for those whose share is pending ---- */

static void complete(tf_engine *e, tf_engine_key *k, tf_device *d)
{
	const tf_key_shown *w = k->has_key ? shown_of(k) : NULL;
	tf_ctl_certificate m;
	size_t i = 0;

	while (w && i < e->fleet.n &&
	       !(w[i].certificate && tf_device_has_pending(d, w[i].sharing)))
		i++;
	if (!w || i == e->fleet.n || other_than(e, k, w[i].hash))
		return;
	m.certificate = (tf_blob){ w[i].certificate, w[i].len };
	tf_log(TF_LOG_INFO, "share_is_pending", "device", d->name, NULL);
	if (tf_control_send(d, &tf_ctl_certificate_wire, &m) != TF_OK)
		tf_chan_close(d->chan, "does not take control messages");
}

void tf_engine_complete(tf_engine *e, tf_device *d)
{
	for (size_t i = 0; i < TF_ENGINE_KEYS; i++)
		complete(e, &e->keys[i], d);
}
