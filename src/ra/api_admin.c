#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "attest/admin.h"
#include "daemon/log.h"
#include "ra/api.h"

static bool take_header(char *out, size_t cap, const tf_http_req *req, const char *name)
{
	const char *value = tf_http_header_get(req, name, NULL);

	if (!value || strlen(value) >= cap)
		return false;
	memcpy(out, value, strlen(value) + 1);
	return true;
}

static tf_err verify(tf_ra *ra, uint8_t admin[static 32], const tf_http_req *req, tf_refusal *why)
{
	const tf_admin_request asked = {
		.workspace = ra->registry.name, .method = tf_http_method_name(req->method),
		.path = req->target.p, .body = req->body, .body_len = req->body_len,
	};
	size_t n;
	unsigned threshold;
	const uint8_t (*keys)[32] = tf_trust_admins(ra->registry.trust, &n, &threshold);
	tf_admin_headers h;
	uint8_t nonce[16];

	if (!take_header(h.key, sizeof(h.key), req, TF_ADMIN_HEADER_KEY) ||
	    !take_header(h.time, sizeof(h.time), req, TF_ADMIN_HEADER_TIME) ||
	    !take_header(h.nonce, sizeof(h.nonce), req, TF_ADMIN_HEADER_NONCE) ||
	    !take_header(h.signature, sizeof(h.signature), req, TF_ADMIN_HEADER_SIGNATURE))
		return TF_E_AUTH;
	TRY(tf_admin_verify(admin, nonce, &h, &asked, keys, n, tf_ra_now(ra), &why->fault));
	return tf_roll_use_admin_nonce(ra->registry.db, nonce, tf_ra_now(ra));
}

/* Which admin asks? False: answered already. Strangers learn nothing but no. */
static bool is_admin(tf_ra *ra, uint8_t admin[static 32], tf_http_call *call)
{
	tf_refusal why = { 0 };
	tf_err e = verify(ra, admin, tf_http_call_request(call), &why);

	if (e == TF_OK)
		return true;
	snprintf(why.reason.text, sizeof(why.reason.text), "%s",
	         e == TF_E_REPLAY ? "this request came before" : "not signed by an admin, now");
	tf_ra_refuse(ra, call, e == TF_E_REPLAY ? TF_E_AUTH : e, &why);
	return false;
}

static void log_admin(const uint8_t admin[static 32], const char *event, const char *device)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, event);
	tf_log_hex(&l, "admin", admin, 32);
	tf_log_str(&l, "device", device);
	tf_log_end(&l);
}

static bool read_names(tf_sans *out, const json_t *names)
{
	size_t i;
	const json_t *name;

	*out = (tf_sans){ 0 };
	json_array_foreach(names, i, name)
		if (!json_is_string(name) || tf_sans_add(out, json_string_value(name)) != TF_OK)
			return false;
	return json_is_array(names);
}

static bool read_holder(tf_holder *out, const tf_ra *ra, const char *device, const char *role,
                        json_int_t set)
{
	*out = (tf_holder){ 0 };
	if (strlen(device) > TF_NAME_MAX || set < 0 || set > TF_SET_MAX ||
	    tf_role_parse(&out->role, role) != TF_OK)
		return false;
	out->set = (uint16_t)set;
	snprintf(out->workspace, sizeof(out->workspace), "%s", ra->registry.name);
	snprintf(out->device, sizeof(out->device), "%s", device);
	return tf_holder_valid(out);
}

static void make_ticket(tf_ra *ra, tf_http_call *call, const uint8_t admin[static 32],
                        const tf_holder *holder, const tf_sans *sans, json_int_t seconds)
{
	char text[TF_TICKET_TEXT + 1];
	tf_refusal why;
	tf_err e = tf_registry_ticket(&ra->registry, text, admin, holder, sans, seconds,
	                              tf_ra_now(ra), &why);

	if (e != TF_OK) {
		tf_ra_refuse(ra, call, e, &why);
		return;
	}
	tf_metric_add(ra->tickets, 1);
	log_admin(admin, "ticket", holder->device);
	tf_http_call_json(call, 200, json_pack("{s:s,s:I}", "ticket", text, "expires",
	                                       (json_int_t)(tf_ra_now(ra) + seconds)));
	sodium_memzero(text, sizeof(text));
}

void tf_ra_admin_ticket(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	const char *device, *role;
	json_int_t set, seconds;
	uint8_t admin[32];
	json_t *body, *names;
	tf_holder holder;
	tf_sans sans;

	if (!is_admin(ra, admin, call))
		return;
	body = tf_ra_body(ra, call);
	if (!body)
		return;
	if (json_unpack(body, "{s:s,s:s,s:I,s:o,s:I!}", "device", &device, "role", &role, "set",
	                &set, "names", &names, "seconds", &seconds) != 0 ||
	    !read_names(&sans, names) || !read_holder(&holder, ra, device, role, set))
		tf_ra_malformed(ra, call, "expected exactly device, role, set, names (dns:... or "
		                "ip:...) and seconds");
	else
		make_ticket(ra, call, admin, &holder, &sans, seconds);
	json_decref(body);
}

void tf_ra_admin_workspace(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	const tf_http_req *req = tf_http_call_request(call);
	uint8_t admin[32];
	tf_refusal why;
	tf_err e;

	if (!is_admin(ra, admin, call))
		return;
	e = tf_registry_publish(&ra->registry, admin, (const char *)req->body, req->body_len,
	                        tf_ra_now(ra), &why);
	if (e != TF_OK && e != TF_E_DUPLICATE) {
		tf_ra_refuse(ra, call, e, &why);
		return;
	}
	log_admin(admin, "workspace", NULL);
	tf_http_call_json(call, 200, json_pack("{s:I}", "version",
	                                       (json_int_t)ra->registry.workspace->version));
}

static void revoke_now(tf_ra *ra, tf_http_call *call, const uint8_t admin[static 32],
                       const char *device, const uint8_t *serial)
{
	char why_not[192];
	int64_t n = 0;
	tf_refusal why;
	tf_err e = tf_registry_revoke(&ra->registry, admin, device, serial, tf_ra_now(ra), &n, &why);

	/* Also after an error: what was revoked before it shall hold. */
	if (tf_ra_reload(ra, why_not, sizeof(why_not)) != TF_OK)
		tf_log(TF_LOG_ERROR, "tls_reload_failed", "reason", why_not, NULL);
	if (e != TF_OK) {
		tf_ra_refuse(ra, call, e, &why);
		return;
	}
	ra->crl_due = tf_ra_now(ra) + ra->crl_period;
	tf_metric_add(ra->revoked, n);
	log_admin(admin, "revoked", device);
	tf_http_call_json(call, 200, json_pack("{s:I,s:I}", "certificates", (json_int_t)n,
	                                       "crlNumber",
	                                       (json_int_t)ra->registry.crl_number));
}

void tf_ra_admin_revoke(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	const char *device = NULL, *hex = NULL;
	uint8_t admin[32], serial[16];
	json_t *body;

	if (!is_admin(ra, admin, call))
		return;
	body = tf_ra_body(ra, call);
	if (!body)
		return;
	if (json_unpack(body, "{s:s!}", "device", &device) == 0)
		revoke_now(ra, call, admin, device, NULL);
	else if (json_unpack(body, "{s:s!}", "serial", &hex) == 0 && tf_ra_hex(serial, 16, hex))
		revoke_now(ra, call, admin, NULL, serial);
	else
		tf_ra_malformed(ra, call, "expected exactly device, or serial of 32 hex digits");
	json_decref(body);
}

/* ---- listing */

typedef struct listing {
	tf_ra *ra;
	json_t *devices;
	json_t *certs; /* of the device at hand */
} listing;

static json_t *hex_of(const uint8_t *p, size_t len)
{
	char hex[65];

	sodium_bin2hex(hex, sizeof(hex), p, len);
	return json_string(hex);
}

static tf_err list_cert(void *ctx, const tf_cert_row *row)
{
	listing *l = ctx;
	json_t *o = json_pack("{s:o,s:I,s:I,s:s,s:b}", "serial", hex_of(row->serial, 16),
	                      "notBefore", (json_int_t)row->not_before, "notAfter",
	                      (json_int_t)row->not_after, "evidence",
	                      tf_evidence_name(row->evidence), "revoked", row->revoked);

	return json_array_append_new(l->certs, o) == 0 ? TF_OK : TF_E_RESOURCE;
}

static tf_err list_device(void *ctx, const tf_device *d)
{
	listing *l = ctx;
	json_t *o;

	l->certs = json_array();
	o = json_pack("{s:s,s:s,s:i,s:o,s:o,s:b,s:o}", "device", d->holder.device, "role",
	              tf_role_name(d->holder.role), "set", (int)d->holder.set, "ed25519",
	              hex_of(d->ed25519, 32), "x25519", hex_of(d->x25519, 32), "revoked",
	              d->revoked, "certificates", l->certs);
	if (json_array_append_new(l->devices, o) != 0)
		return TF_E_RESOURCE;
	return tf_roll_each_cert(l->ra->registry.db, d->holder.device, tf_ra_now(l->ra), list_cert,
	                         l);
}

void tf_ra_admin_devices(void *ctx, tf_http_call *call)
{
	tf_ra *ra = ctx;
	const tf_workspace *w = ra->registry.workspace;
	listing l = { .ra = ra };
	uint8_t admin[32];
	tf_err e;

	if (!is_admin(ra, admin, call))
		return;
	l.devices = json_array();
	e = l.devices ? tf_roll_each_device(ra->registry.db, ra->registry.name, list_device, &l)
	              : TF_E_RESOURCE;
	if (e != TF_OK) {
		json_decref(l.devices);
		tf_ra_refuse(ra, call, e, &(tf_refusal){ 0 });
		return;
	}
	tf_http_call_json(call, 200, json_pack("{s:o,s:I,s:I}", "devices", l.devices, "crlNumber",
	                                       (json_int_t)ra->registry.crl_number,
	                                       "workspaceVersion",
	                                       (json_int_t)(w ? w->version : 0)));
}
