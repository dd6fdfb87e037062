#include "coordinator/fleet.h"

#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

static void copy_text(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text);
}

tf_device *tf_fleet_find(tf_fleet *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->device[i].name, name) == 0)
			return &f->device[i];
	return NULL;
}

tf_device *tf_fleet_by_chan(tf_fleet *f, const tf_chan *c)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->device[i].chan == c)
			return &f->device[i];
	return NULL;
}

uint16_t tf_fleet_slot(const tf_roster_entry *r)
{
	if (r->role == TF_ROLE_PRIMARY)
		return 1;
	return r->role == TF_ROLE_GUARD ? (uint16_t)(r->set + 1) : 0;
}

void tf_fleet_roster(tf_fleet *f, const tf_workspace *w)
{
	for (size_t i = 0; i < f->n; i++)
		if (!tf_roster_find(w, f->device[i].name) && f->device[i].chan)
			tf_chan_close(f->device[i].chan, "no longer in the roster");
	for (size_t i = 0; i < w->n_roster; i++) {
		const tf_roster_entry *r = &w->roster[i];
		tf_device *d = tf_fleet_find(f, r->device);

		if (r->role != TF_ROLE_GUARD && r->role != TF_ROLE_PRIMARY)
			continue;
		if (!d && f->n == TF_FLEET_MAX)
			continue;
		if (!d) {
			d = &f->device[f->n++];
			copy_text(d->name, sizeof(d->name), r->device);
		}
		d->role = r->role;
		d->set = r->set;
		d->slot = tf_fleet_slot(r);
		d->pinned = r->pinned;
	}
}

tf_err tf_fleet_hello(tf_device *d, const tf_ctl_hello *m)
{
	if (strcmp(m->device, d->name) != 0)
		return TF_E_ENCODING;
	copy_text(d->address, sizeof(d->address), m->address);
	copy_text(d->software, sizeof(d->software), m->software);
	copy_text(d->kernel, sizeof(d->kernel), m->kernel);
	d->instance = m->instance;
	tf_idmap_clear(&d->keys);
	return TF_OK;
}

void tf_fleet_wipe(tf_fleet *f)
{
	for (size_t i = 0; i < f->n; i++)
		tf_idmap_wipe(&f->device[i].keys);
	memset(f, 0, sizeof(*f));
}

static void note_key(tf_device *d, const tf_key_state *k)
{
	tf_err e = k->state == 1 ? tf_idmap_add(&d->keys, k->key_id, TF_FLEET_KEYS) : TF_OK;

	if (e == TF_E_RESOURCE) /* one that there is no room for is one that we do not know of */
		tf_log(TF_LOG_WARN, "key_not_noted", "device", d->name, "error", tf_err_name(e),
		       NULL);
	if (k->state == 0 && d->n_pending < TF_FLEET_MAX) {
		tf_pending_share *p = &d->pending[d->n_pending++];

		memcpy(p->key_id, k->key_id, 32);
		memcpy(p->sharing, k->sharing, 32);
	}
}

/* Its place in the list; n_presigs: it is not there. */
static size_t find_presig(const tf_device *d, const uint8_t id[static 32])
{
	size_t i = 0;

	while (i < d->n_presigs && memcmp(d->presigs[i].id, id, 32) != 0)
		i++;
	return i;
}

/* The new list; what was in the old one keeps its time. */
static void note_presigs(tf_device *d, const tf_ctl_heartbeat *m, int64_t now)
{
	tf_presig_seen list[TF_FLEET_PRESIGS];
	size_t n = 0;

	for (uint32_t i = 0; i < m->pools_n; i++)
		for (uint32_t k = 0; k < m->pools[i].ids_n && n < TF_FLEET_PRESIGS; k++) {
			size_t old = find_presig(d, m->pools[i].ids[k].id);
			tf_presig_seen *p = &list[n++];

			memcpy(p->id, m->pools[i].ids[k].id, 32);
			memcpy(p->sharing, m->pools[i].sharing, 32);
			memcpy(p->clique, m->pools[i].clique, 32);
			p->since = old < d->n_presigs ? d->presigs[old].since : now;
		}
	memcpy(d->presigs, list, n * sizeof(list[0]));
	d->n_presigs = n;
}

void tf_fleet_heartbeat(tf_device *d, const tf_ctl_heartbeat *m, int64_t now)
{
	d->greeted = true;
	d->seen = now;
	d->workspace = m->workspace;
	d->crl = m->crl;
	d->not_after = m->not_after;
	d->evidence = (tf_evidence_kind)m->evidence;
	d->moduli = m->moduli;
	d->primes = m->primes;
	d->candidates = m->candidates;
	d->runs = m->runs;
	d->n_introduced = d->n_pending = 0;
	for (uint32_t i = 0; i < m->introduced_n && d->n_introduced < TF_FLEET_MAX; i++)
		copy_text(d->introduced[d->n_introduced++], TF_DEVICE_TEXT, m->introduced[i].device);
	for (uint32_t i = 0; i < m->keys_n; i++)
		note_key(d, &m->keys[i]);
	note_presigs(d, m, now);
}

static bool knows(const tf_device *d, const char *name)
{
	for (size_t i = 0; i < d->n_introduced; i++)
		if (strcmp(d->introduced[i], name) == 0)
			return true;
	return false;
}

static void add_name(tf_device *d, const char *name)
{
	if (!knows(d, name) && d->n_introduced < TF_FLEET_MAX)
		copy_text(d->introduced[d->n_introduced++], TF_DEVICE_TEXT, name);
}

static uint64_t bit_of(const tf_fleet *f, const tf_device *d)
{
	return (uint64_t)1 << (d - f->device);
}

bool tf_fleet_introduced(const tf_fleet *f, const tf_device *a, const tf_device *b)
{
	return knows(a, b->name) && knows(b, a->name) && !(a->estranged & bit_of(f, b));
}

void tf_fleet_estrange(tf_fleet *f, tf_device *const *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (i != k)
				d[i]->estranged |= bit_of(f, d[k]);
}

void tf_fleet_note_introduced(tf_fleet *f, tf_device *a, tf_device *b)
{
	a->estranged &= ~bit_of(f, b);
	b->estranged &= ~bit_of(f, a);
	add_name(a, b->name);
	add_name(b, a->name);
}

bool tf_device_has_key(const tf_device *d, const uint8_t key_id[static 32])
{
	return tf_idmap_find(&d->keys, key_id) < d->keys.n;
}

bool tf_device_has_pending_key(const tf_device *d, const uint8_t key_id[static 32])
{
	for (size_t i = 0; i < d->n_pending; i++)
		if (memcmp(d->pending[i].key_id, key_id, 32) == 0)
			return true;
	return false;
}

bool tf_device_has_pending(const tf_device *d, const uint8_t sharing[static 32])
{
	for (size_t i = 0; i < d->n_pending; i++)
		if (memcmp(d->pending[i].sharing, sharing, 32) == 0)
			return true;
	return false;
}

bool tf_device_has_presig(const tf_device *d, const uint8_t id[static 32])
{
	return find_presig(d, id) < d->n_presigs;
}

void tf_device_note_presig(tf_device *d, const uint8_t id[static 32],
                           const uint8_t sharing[static 32], const uint8_t clique[static 32],
                           int64_t now)
{
	tf_presig_seen *p = &d->presigs[d->n_presigs];

	if (d->n_presigs == TF_FLEET_PRESIGS || tf_device_has_presig(d, id))
		return;
	memcpy(p->id, id, 32);
	memcpy(p->sharing, sharing, 32);
	memcpy(p->clique, clique, 32);
	p->since = now;
	d->n_presigs++;
}

void tf_device_forget_presig(tf_device *d, const uint8_t id[static 32])
{
	size_t i = find_presig(d, id);

	if (i == d->n_presigs)
		return;
	d->n_presigs--;
	memmove(&d->presigs[i], &d->presigs[i + 1], (d->n_presigs - i) * sizeof(d->presigs[0]));
}

static bool all_have(tf_device *const *clique, size_t n, const uint8_t id[static 32])
{
	for (size_t i = 0; i < n; i++)
		if (!tf_device_has_presig(clique[i], id))
			return false;
	return true;
}

size_t tf_fleet_stale(const uint8_t *out[], size_t max, const tf_device *d,
                      tf_device *const *clique, size_t n, const uint8_t hash[static 32],
                      int64_t now, int64_t age)
{
	size_t found = 0;

	for (size_t i = 0; i < d->n_presigs && found < max; i++) {
		const tf_presig_seen *p = &d->presigs[i];

		if (memcmp(p->clique, hash, 32) == 0 && now - p->since > age &&
		    !all_have(clique, n, p->id))
			out[found++] = p->id;
	}
	return found;
}

/* The best device of a slot: one that is connected, else any. */
static tf_device *of_slot(tf_fleet *f, uint16_t slot)
{
	tf_device *any = NULL;

	for (size_t i = 0; i < f->n; i++) {
		tf_device *d = &f->device[i];

		if (d->slot != slot)
			continue;
		if (tf_device_is_up(d))
			return d;
		if (!any)
			any = d;
	}
	return any;
}

static void note_missing(char *missing, size_t cap, const char *format, const char *name)
{
	size_t len = missing ? strlen(missing) : 0;

	if (missing && len + 1 < cap) {
		snprintf(missing + len, cap - len, "%s", len ? ", " : "");
		len = strlen(missing);
		snprintf(missing + len, cap - len, format, name);
	}
}

size_t tf_fleet_clique(tf_fleet *f, const tf_workspace *w, tf_device *out[static TF_SETS_MAX + 1],
                       char *missing, size_t cap)
{
	size_t n = 0;

	if (missing && cap)
		missing[0] = '\0';
	for (size_t i = 0; i <= w->n_sets; i++) {
		uint16_t slot = i == 0 ? 1 : (uint16_t)(w->sets[i - 1] + 1);
		tf_device *d = of_slot(f, slot);
		char words[16];

		snprintf(words, sizeof(words), "set %u", slot - 1u);
		if (!d)
			note_missing(missing, cap, "no co-signer for %s", i == 0 ? "primary" : words);
		else if (!d->pinned)
			note_missing(missing, cap, "%s is not pinned in the workspace file", d->name);
		else if (!tf_device_is_up(d))
			note_missing(missing, cap, "%s is not connected", d->name);
		else
			out[n++] = d;
	}
	return n;
}

static json_t *device_json(const tf_device *d)
{
	json_t *introduced = json_array();
	static const char *const moduli[] = { "waiting", "searching", "ready", "renewing" };

	for (size_t i = 0; i < d->n_introduced; i++)
		json_array_append_new(introduced, json_string(d->introduced[i]));
	return json_pack("{s:s, s:s, s:i, s:b, s:b, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:i, s:I,"
	                 " s:o, s:i, s:i, s:I}",
	                 "device", d->name, "role", tf_role_name(d->role), "set", (int)d->set,
	                 "connected", tf_device_is_up(d), "pinned", d->pinned, "address", d->address,
	                 "software", d->software, "kernel", d->kernel, "workspaceVersion",
	                 (json_int_t)d->workspace, "crl", (json_int_t)d->crl, "certificateNotAfter",
	                 (json_int_t)d->not_after, "evidence",
	                 d->greeted ? tf_evidence_name(d->evidence) : "", "moduli",
	                 moduli[d->moduli < TF_ARRAY_LEN(moduli) ? d->moduli : 0], "primes",
	                 (int)d->primes,
	                 "candidates", (json_int_t)d->candidates, "introduced", introduced,
	                 "presignatures", (int)d->n_presigs, "runs", (int)d->runs, "lastSeen",
	                 (json_int_t)d->seen);
}

json_t *tf_fleet_json(const tf_fleet *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(list, device_json(&f->device[i]));
	return list;
}
