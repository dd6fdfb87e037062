#include "ra/ra.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/log.h"
#include "ra/api.h"

#define MAINTAIN_MS 60000

static int64_t system_clock(void)
{
	return (int64_t)time(NULL);
}

int64_t tf_ra_now(const tf_ra *ra)
{
	return ra->clock();
}

static tf_tls_config roots_only(const tf_ra *ra)
{
	return (tf_tls_config){ .roots = { .data = ra->root_pem, .len = strlen(ra->root_pem) } };
}

tf_err tf_ra_reload(tf_ra *ra, char *why, size_t cap)
{
	uint8_t key[TF_TLS_KEY_MAX];
	char pem[TF_CERT_PEM_MAX];
	tf_tls_config c = roots_only(ra);
	tf_err e;

	TRY(tf_cert_to_pem(pem, sizeof(pem), ra->own.der, ra->own.len));
	c.chain = (tf_tls_source){ .data = pem, .len = strlen(pem) };
	c.crl = (tf_tls_source){ .data = ra->registry.crl, .len = ra->registry.crl_len };
	c.key.data = key;
	TRY(tf_tls_key_encode(key, sizeof(key), &c.key.len, ra->key));
	e = tf_tls_reload(ra->tls, &c, why, cap);
	tf_wipe(key, sizeof(key));
	return e;
}

/* What went wrong before a handler saw it. */
static void trouble(void *ctx, const char *peer, const char *request_id, const char *reason)
{
	tf_ra *ra = ctx;

	tf_metric_add(ra->refused, 1);
	tf_log(TF_LOG_WARN, "peer_refused", "peer", peer, "request",
	       *request_id ? request_id : NULL, "reason", reason, NULL);
}

static void maintain_timer(void *ctx)
{
	tf_ra_maintain(ctx);
}

static void add_metrics(tf_ra *ra, tf_status *s)
{
	if (!s)
		return;
	ra->issued = tf_counter(s, "trefoil_ra_issued_total", "first certificates", NULL, NULL);
	ra->renewed = tf_counter(s, "trefoil_ra_renewed_total", "renewed certificates", NULL, NULL);
	ra->refused = tf_counter(s, "trefoil_ra_refused_total", "requests refused", NULL, NULL);
	ra->tickets = tf_counter(s, "trefoil_ra_tickets_total", "tickets made", NULL, NULL);
	ra->revoked = tf_counter(s, "trefoil_ra_revoked_total", "certificates revoked", NULL, NULL);
}

static tf_err listen_on(tf_ra *ra, const tf_ra_options *o, char *why, size_t cap)
{
	const tf_tls_config c = roots_only(ra);
	const tf_http_server_options http = {
		.listen = { .host = o->host, .port = o->port, .client_auth = TF_CLIENT_OPTIONAL },
		.limits = { .body_max = TF_WORKSPACE_FILE_MAX },
		.handle = tf_ra_handle, .trouble = trouble, .ctx = ra,
	};
	tf_http_server_options with_tls = http;

	TRY(tf_tls_new(&ra->tls, &c, why, cap));
	with_tls.listen.tls = ra->tls;
	TRY(tf_http_server_new(&ra->server, ra->loop, &with_tls, why, cap));
	return tf_timer_new(&ra->timer, ra->loop, maintain_timer, ra);
}

tf_err tf_ra_listen(tf_ra **out, tf_loop *l, const tf_ra_options *options, char *why, size_t cap)
{
	tf_ra *ra = calloc(1, sizeof(*ra));
	tf_err e;

	if (cap)
		why[0] = '\0';
	if (!ra)
		return TF_E_RESOURCE;
	ra->loop = l;
	ra->clock = options->clock ? options->clock : system_clock;
	ra->crl_period = options->crl_period;
	ra->root_pem = strdup(options->root_pem);
	add_metrics(ra, options->status);
	e = ra->root_pem ? listen_on(ra, options, why, cap) : TF_E_RESOURCE;
	if (e != TF_OK) {
		tf_ra_free(ra);
		return e;
	}
	*out = ra;
	return TF_OK;
}

static tf_err renew_own(tf_ra *ra, tf_refusal *why)
{
	EVP_PKEY *key;
	tf_issued own;

	TRY(tf_registry_own(&ra->registry, &key, &own, tf_ra_now(ra), why));
	EVP_PKEY_free(ra->key);
	ra->key = key;
	ra->own = own;
	return TF_OK;
}

tf_err tf_ra_start(tf_ra *ra, const tf_registry_config *config, char *why, size_t cap)
{
	tf_refusal refusal = { 0 };
	tf_err e = tf_registry_open(&ra->registry, config, tf_ra_now(ra), &refusal);

	if (cap)
		why[0] = '\0';
	if (e == TF_OK)
		e = renew_own(ra, &refusal);
	if (e != TF_OK) {
		snprintf(why, cap, "%s", refusal.reason.text[0] ? refusal.reason.text
		                                                : tf_err_name(e));
		return e;
	}
	TRY(tf_ra_reload(ra, why, cap));
	ra->crl_due = tf_ra_now(ra) + ra->crl_period;
	ra->open = true;
	tf_timer_start(ra->timer, MAINTAIN_MS, MAINTAIN_MS);
	return TF_OK;
}

uint16_t tf_ra_port(const tf_ra *ra)
{
	return tf_http_server_port(ra->server);
}

tf_registry *tf_ra_registry(tf_ra *ra)
{
	return &ra->registry;
}

static void complain(const char *event, tf_err e, const char *reason)
{
	tf_log(TF_LOG_ERROR, event, "error", tf_err_name(e), "reason", reason, NULL);
}

void tf_ra_maintain(tf_ra *ra)
{
	const tf_cert *own = &ra->own.cert;
	int64_t now = tf_ra_now(ra);
	tf_refusal why = { 0 };
	char text[192];
	bool news = false;
	tf_err e;

	if (!ra->open)
		return;
	if (now >= ra->crl_due) {
		e = tf_registry_list(&ra->registry, now);
		if (e == TF_OK)
			ra->crl_due = now + ra->crl_period;
		else
			complain("list_failed", e, "");
		news = e == TF_OK;
	}
	if (now >= own->not_before + (own->not_after - own->not_before) / 3 * 2) {
		e = renew_own(ra, &why);
		if (e != TF_OK)
			complain("own_certificate_failed", e, why.reason.text);
		news = news || e == TF_OK;
	}
	if (news) {
		e = tf_ra_reload(ra, text, sizeof(text));
		if (e != TF_OK)
			complain("tls_reload_failed", e, text);
	}
}

void tf_ra_drain(tf_ra *ra, tf_loop_fn done, void *ctx)
{
	tf_timer_stop(ra->timer);
	tf_http_server_drain(ra->server, done, ctx);
}

void tf_ra_free(tf_ra *ra)
{
	if (!ra)
		return;
	tf_timer_free(ra->timer);
	tf_http_server_free(ra->server);
	tf_tls_free(ra->tls);
	tf_registry_close(&ra->registry);
	EVP_PKEY_free(ra->key);
	free(ra->root_pem);
	free(ra);
}
