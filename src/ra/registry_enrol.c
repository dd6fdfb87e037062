#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "ra/registry_impl.h"

static bool same(const uint8_t *a, const uint8_t *b, size_t len)
{
	return tf_ct_reveal(tf_ct_bytes_eq(a, b, len));
}

/* ---- tickets and nonces */

static tf_err find_ticket(tf_registry *r, tf_ticket *out, const char *text, int64_t now,
                          tf_refusal *why)
{
	uint8_t hash[32];
	tf_err e = tf_ticket_hash(hash, text);

	if (e == TF_OK)
		e = tf_roll_find_ticket(r->db, out, r->name, hash);
	if (e == TF_E_NOT_FOUND || e == TF_E_ENCODING)
		return tf_refuse(why, TF_E_AUTH, "no such ticket");
	TRY(e);
	switch ((int)tf_ticket_check(out, hash, now)) {
	case TF_OK: return TF_OK;
	case TF_E_REPLAY: return tf_refuse(why, TF_E_REPLAY, "this ticket is used up");
	case TF_E_EXPIRED: return tf_refuse(why, TF_E_EXPIRED, "this ticket has expired");
	case TF_E_STATE: return tf_refuse(why, TF_E_STATE, "this ticket had too many failures");
	}
	return tf_refuse(why, TF_E_AUTH, "no such ticket");
}

static tf_err give_nonce(tf_registry *r, uint8_t nonce[static TF_NONCE_LEN],
                         const uint8_t owner[static 32], int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_err e;

	TRY(tf_rng_bytes(&r->rng, nonce, TF_NONCE_LEN));
	tf_ct_declassify(nonce, TF_NONCE_LEN);
	TRY(tf_tx_begin(&tx, r->db));
	e = tf_roll_add_nonce(r->db, nonce, owner, now);
	if (e == TF_E_BUSY)
		return tf_refuse(why, e, "too many nonces are open; wait five minutes");
	TRY(e);
	return tf_tx_commit(&tx);
}

static tf_err take_nonce(tf_registry *r, const uint8_t nonce[static TF_NONCE_LEN],
                         const uint8_t owner[static 32], int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_err e;

	TRY(tf_tx_begin(&tx, r->db));
	e = tf_roll_use_nonce(r->db, nonce, owner, now);
	if (e == TF_E_AUTH)
		return tf_refuse(why, e, "nonce is unknown, used or expired");
	TRY(e);
	return tf_tx_commit(&tx);
}

tf_err tf_registry_nonce(tf_registry *r, uint8_t nonce[static TF_NONCE_LEN], const char *ticket,
                         int64_t now, tf_refusal *why)
{
	tf_ticket t;

	*why = (tf_refusal){ 0 };
	TRY(find_ticket(r, &t, ticket, now, why));
	return give_nonce(r, nonce, t.hash, now, why);
}

static tf_err may_renew(tf_registry *r, const tf_cert *old, int64_t now, tf_refusal *why)
{
	tf_err e = tf_roll_may_renew(r->db, old->id.holder.device, now);

	if (e == TF_E_BUSY)
		return tf_refuse(why, e, "this device's renewal was refused too often; wait an hour");
	TRY(e);
	return tf_registry_room(r, &old->id.holder, now, why);
}

tf_err tf_registry_renew_nonce(tf_registry *r, uint8_t nonce[static TF_NONCE_LEN],
                               const tf_cert *old, int64_t now, tf_refusal *why)
{
	*why = (tf_refusal){ 0 };
	TRY(may_renew(r, old, now, why));
	return give_nonce(r, nonce, old->sha256, now, why);
}

/* ---- may this device have a certificate? */

static tf_err check_roster(tf_registry *r, const tf_csr *csr, tf_refusal *why)
{
	tf_cert probe = { .id.holder = csr->holder };

	memcpy(probe.id.ed25519, csr->ed25519, 32);
	if (!r->workspace)
		return tf_refuse(why, TF_E_POLICY, "no workspace file has been published yet");
	if (tf_roster_check(r->workspace, &probe, &why->fault) != TF_OK)
		return tf_refuse(why, TF_E_POLICY, tf_check_text(why->fault.check));
	for (size_t i = 0; i < r->workspace->n_roster; i++) {
		const tf_roster_entry *e = &r->workspace->roster[i];

		if (e->pinned && strcmp(e->device, csr->holder.device) != 0 &&
		    same(e->identity, csr->ed25519, 32))
			return tf_refuse(why, TF_E_CONFLICT, "the roster has this identity key "
			                 "under another device");
	}
	return TF_OK;
}

static tf_err check_device(tf_registry *r, const tf_csr *csr, tf_refusal *why)
{
	char owner[TF_NAME_MAX + 1];
	tf_device d;
	tf_err e = tf_roll_find_identity(r->db, owner, csr->ed25519);

	if (e == TF_OK && strcmp(owner, csr->holder.device) != 0)
		return tf_refuse(why, TF_E_CONFLICT, "this identity key is another device's");
	if (e != TF_OK && e != TF_E_NOT_FOUND)
		return e;
	e = tf_roll_find_device(r->db, &d, r->name, csr->holder.device);
	if (e == TF_OK && d.revoked)
		return tf_refuse(why, TF_E_POLICY, "this device was revoked");
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

static tf_err check_request(tf_registry *r, tf_csr *csr, const tf_enrol_request *req,
                            const tf_holder *granted, const tf_sans *sans, tf_refusal *why)
{
	tf_err e = tf_csr_check(csr, req->csr, req->csr_len, granted, sans, req->nonce,
	                        req->signature, &why->fault);

	if (e == TF_E_TRUST)
		return tf_refuse(why, e, tf_check_text(why->fault.check));
	TRY(e);
	TRY(check_roster(r, csr, why));
	return check_device(r, csr, why);
}

/* ---- enrolment */

static tf_err enrol(tf_registry *r, tf_issued *out, const tf_ticket *t,
                    const tf_enrol_request *req, int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_csr csr;

	TRY(take_nonce(r, req->nonce, t->hash, now, why));
	TRY(check_request(r, &csr, req, &t->holder, &t->sans, why));
	TRY(tf_registry_begin(r, &tx));
	TRY(tf_roll_use_ticket(r->db, t->hash, now));
	TRY(tf_registry_issue(r, out, &csr, &req->evidence, now, "issue", why));
	return tf_registry_commit(r, &tx);
}

static tf_err count_failure(tf_registry *r, const tf_ticket *t, int64_t now, const tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_registry_begin(r, &tx));
	TRY(tf_roll_fail_ticket(r->db, t->hash));
	TRY(tf_registry_audit(r, now, "enrolment-refused",
	                      json_pack("{s:s,s:s,s:i}", "device", t->holder.device, "reason",
	                                why->reason.text, "check", (int)why->fault.check)));
	return tf_registry_commit(r, &tx);
}

/* Ours, not the device's. */
static bool is_our_trouble(tf_err e)
{
	return tf_err_get_kind(e) == TF_KIND_RESOURCE || tf_err_get_kind(e) == TF_KIND_USAGE;
}

tf_err tf_registry_enrol(tf_registry *r, tf_issued *out, const char *ticket,
                         const tf_enrol_request *req, int64_t now, tf_refusal *why)
{
	tf_ticket t;
	tf_err e;

	*why = (tf_refusal){ 0 };
	TRY(find_ticket(r, &t, ticket, now, why));
	e = enrol(r, out, &t, req, now, why);
	if (e != TF_OK && !is_our_trouble(e))
		TRY(count_failure(r, &t, now, why));
	return e;
}

/* ---- renewal */

static tf_err renew(tf_registry *r, tf_issued *out, const tf_cert *old,
                    const tf_enrol_request *req, int64_t now, tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_device d;
	tf_csr csr;
	tf_err e;

	TRY(take_nonce(r, req->nonce, old->sha256, now, why));
	e = tf_roll_find_device(r->db, &d, r->name, old->id.holder.device);
	if (e == TF_E_NOT_FOUND || (e == TF_OK && !tf_holder_eq(&d.holder, &old->id.holder)))
		return tf_refuse(why, TF_E_POLICY, "this certificate is of no device that enrolled");
	TRY(e);
	TRY(check_request(r, &csr, req, &old->id.holder, &d.sans, why));
	if (!same(csr.ed25519, old->id.ed25519, 32) || !same(csr.x25519, old->id.x25519, 32))
		return tf_refuse(why, TF_E_CONFLICT, "a renewal keeps the identity keys");
	TRY(tf_registry_begin(r, &tx));
	TRY(tf_registry_issue(r, out, &csr, &req->evidence, now, "renew", why));
	return tf_registry_commit(r, &tx);
}

static tf_err count_refused(tf_registry *r, const tf_cert *old, int64_t now, const tf_refusal *why)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_registry_begin(r, &tx));
	TRY(tf_roll_count_refused(r->db, old->id.holder.device, now));
	TRY(tf_registry_audit(r, now, "renewal-refused",
	                      json_pack("{s:s,s:s,s:i}", "device", old->id.holder.device, "reason",
	                                why->reason.text, "check", (int)why->fault.check)));
	return tf_registry_commit(r, &tx);
}

tf_err tf_registry_renew(tf_registry *r, tf_issued *out, const tf_cert *old,
                         const tf_enrol_request *req, int64_t now, tf_refusal *why)
{
	tf_err e;

	*why = (tf_refusal){ 0 };
	TRY(may_renew(r, old, now, why));
	e = renew(r, out, old, req, now, why);
	if (e != TF_OK && !is_our_trouble(e))
		TRY(count_refused(r, old, now, why));
	return e;
}
