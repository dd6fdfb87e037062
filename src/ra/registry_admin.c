#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "ra/registry_impl.h"

static tf_err check_ticket_target(tf_registry *r, const tf_holder *h, tf_refusal *why)
{
	const tf_roster_entry *e = r->workspace ? tf_roster_find(r->workspace, h->device) : NULL;
	tf_device d;
	tf_err err;

	if (!e || e->role != h->role || e->set != h->set)
		return tf_refuse(why, TF_E_POLICY, "the roster does not have this device in this "
		                 "role and set");
	err = tf_roll_find_device(r->db, &d, r->name, h->device);
	if (err == TF_OK && d.revoked)
		return tf_refuse(why, TF_E_CONFLICT, "this device was revoked");
	return err == TF_E_NOT_FOUND ? TF_OK : err;
}

tf_err tf_registry_ticket(tf_registry *r, char text[static TF_TICKET_TEXT + 1],
                          const uint8_t admin[static 32], const tf_holder *holder,
                          const tf_sans *sans, int64_t seconds, int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_ticket t;
	tf_err e;

	*why = (tf_refusal){ 0 };
	TRY(check_ticket_target(r, holder, why));
	e = tf_ticket_make(&t, text, holder, sans, now, seconds, &r->rng);
	if (e == TF_E_USAGE)
		return tf_refuse(why, TF_E_ENCODING, "expected guard, primary or coordinator, at most "
		                 "3600 seconds, and names for a coordinator only");
	TRY(e);
	TRY(tf_registry_begin(r, &tx));
	TRY(tf_roll_add_ticket(r->db, &t, now));
	TRY(tf_registry_audit(r, now, "ticket",
	                      json_pack("{s:s,s:s,s:i,s:I,s:o,s:o}", "device", holder->device,
	                                "role", tf_role_name(holder->role), "set",
	                                (int)holder->set, "expires", (json_int_t)t.expires,
	                                "admin", tf_json_hex(admin, 32), "hash",
	                                tf_json_hex(t.hash, 32))));
	return tf_registry_commit(r, &tx);
}

/* Every device of the roster has the slot that it always had, and the key that it enrolled with. */
static tf_err check_history(tf_registry *r, const tf_workspace *w, tf_refusal *why)
{
	for (size_t i = 0; i < w->n_roster; i++) {
		const tf_roster_entry *e = &w->roster[i];
		tf_device d;
		tf_err err = tf_roll_claim_slot(r->db, e->device, e->role, e->set);

		if (err == TF_E_CONFLICT)
			return tf_refuse(why, err, "a device of the roster had another slot once");
		TRY(err);
		err = tf_roll_find_device(r->db, &d, r->name, e->device);
		if (err == TF_E_NOT_FOUND || (err == TF_OK && !e->pinned))
			continue;
		TRY(err);
		if (!tf_ct_reveal(tf_ct_bytes_eq(d.ed25519, e->identity, 32)))
			return tf_refuse(why, TF_E_CONFLICT, "a pinned key is not the one that the "
			                 "device enrolled with");
	}
	return TF_OK;
}

static tf_err record(tf_registry *r, const tf_workspace *w, const char *file, size_t len,
                     const uint8_t admin[static 32], int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_registry_begin(r, &tx));
	TRY(check_history(r, w, why));
	TRY(tf_roll_add_workspace(r->db, w->version, file, len, now));
	TRY(tf_registry_audit(r, now, "workspace",
	                      json_pack("{s:I,s:o,s:o}", "version", (json_int_t)w->version,
	                                "digest", tf_json_hex(w->digest, 32), "admin",
	                                tf_json_hex(admin, 32))));
	return tf_registry_commit(r, &tx);
}

tf_err tf_registry_publish(tf_registry *r, const uint8_t admin[static 32], const char *file,
                           size_t len, int64_t now, tf_refusal *why)
{
	tf_workspace *w = NULL;
	char *copy;
	tf_err e;

	*why = (tf_refusal){ 0 };
	e = tf_workspace_open(&w, r->trust, file, len, &why->fault, &why->reason);
	if (e == TF_E_TRUST)
		return tf_refuse(why, e, tf_check_text(why->fault.check));
	TRY(e);
	if (r->workspace)
		e = tf_workspace_succeeds(r->workspace, w, &why->reason);
	if (e == TF_OK)
		e = tf_workspace_fit(w, &why->reason);
	copy = malloc(len + 1);
	if (e == TF_OK && !copy)
		e = TF_E_RESOURCE;
	if (e == TF_OK)
		e = record(r, w, file, len, admin, now, why);
	if (e != TF_OK) {
		tf_workspace_free(w);
		free(copy);
		return e;
	}
	memcpy(copy, file, len);
	copy[len] = '\0';
	tf_workspace_free(r->workspace);
	free(r->workspace_file);
	r->workspace = w;
	r->workspace_file = copy;
	r->workspace_len = len;
	return TF_OK;
}

static tf_err revoke_device(tf_registry *r, const char *device, int64_t now, int64_t *n)
{
	tf_device d;

	TRY(tf_roll_find_device(r->db, &d, r->name, device));
	TRY(tf_roll_revoke_device(r->db, device, now));
	return tf_roll_revoke_certs(r->db, device, now, n);
}

/* The list is part of it: what no list can say is not revoked, and the admin hears so. */
static tf_err revoke(tf_registry *r, tf_next_list *list, const uint8_t admin[static 32],
                     const char *device, const uint8_t *serial, int64_t now, int64_t *n)
{
	TF_AUTO(tf_tx) tx = { 0 };
	json_t *row = json_pack("{s:o}", "admin", tf_json_hex(admin, 32));
	tf_err e;

	e = tf_registry_begin(r, &tx);
	if (e == TF_OK)
		e = serial ? tf_roll_revoke_cert(r->db, serial, now, n)
		           : revoke_device(r, device, now, n);
	if (e != TF_OK || !row ||
	    json_object_set_new(row, serial ? "serial" : "device",
	                        serial ? tf_json_hex(serial, 16) : json_string(device)) != 0 ||
	    json_object_set_new(row, "certificates", json_integer(*n)) != 0) {
		json_decref(row);
		return e != TF_OK ? e : TF_E_RESOURCE;
	}
	TRY(tf_registry_audit(r, now, "revoke", row));
	TRY(tf_registry_make_list(r, list, now));
	return tf_registry_commit(r, &tx);
}

tf_err tf_registry_revoke(tf_registry *r, const uint8_t admin[static 32], const char *device,
                          const uint8_t *serial, int64_t now, int64_t *n, tf_refusal *why)
{
	TF_AUTO(tf_next_list) list = { 0 };
	tf_err e;

	*why = (tf_refusal){ 0 };
	e = revoke(r, &list, admin, device, serial, now, n);
	if (e == TF_E_NOT_FOUND)
		return tf_refuse(why, e, serial ? "no such certificate" : "no such device");
	if (e == TF_E_TOO_LARGE)
		return tf_refuse(why, e, "the revocation list would be too large: nothing was revoked");
	TRY(e);
	return tf_registry_take_list(r, &list, now);
}
