#include "net/test_stage.h"

#include <stdio.h>
#include <string.h>

#include "harness/harness.h"

static void server_data(void *ctx, tf_conn *c, const uint8_t *p, size_t len)
{
	stage *s = ctx;

	CHECK(len <= sizeof(s->got) - s->got_len);
	memcpy(s->got + s->got_len, p, len);
	s->got_len += len;
	if (s->pause_on_data)
		tf_conn_pause(c);
}

static void server_closed(void *ctx, tf_conn *c, tf_err err, const char *reason)
{
	stage *s = ctx;

	if (c == s->server)
		s->server = NULL;
	s->server_closed++;
	s->server_err = err;
	snprintf(s->server_why, sizeof(s->server_why), "%s", reason);
}

static void accepted(void *ctx, tf_conn *c)
{
	static const tf_conn_events events = { .data = server_data, .closed = server_closed };
	stage *s = ctx;

	s->accepted++;
	s->server = c;
	tf_conn_set_events(c, &events, s);
}

static void failed(void *ctx, const char *peer, tf_err err, const char *reason)
{
	stage *s = ctx;

	CHECK(strncmp(peer, "127.", 4) == 0);
	s->failed++;
	s->failed_err = err;
	snprintf(s->failed_why, sizeof(s->failed_why), "%s", reason);
}

static void client_ready(void *ctx, tf_conn *c)
{
	stage *s = ctx;

	s->ready++;
	CHECK(c == s->client);
}

static void client_data(void *ctx, tf_conn *c, const uint8_t *p, size_t len)
{
	server_data(ctx, c, p, len);
}

static void client_drained(void *ctx, tf_conn *c)
{
	(void)c;
	((stage *)ctx)->drained++;
}

static void client_closed(void *ctx, tf_conn *c, tf_err err, const char *reason)
{
	stage *s = ctx;

	CHECK(c == s->client);
	s->client = NULL;
	s->client_closed++;
	s->client_err = err;
	snprintf(s->client_why, sizeof(s->client_why), "%s", reason);
}

tf_err take_anybody(void *ctx, X509 *peer, char *why, size_t cap)
{
	(void)why;
	(void)cap;
	CHECK(peer);
	if (ctx)
		++*(int *)ctx;
	return TF_OK;
}

tf_err take_nobody(void *ctx, X509 *peer, char *why, size_t cap)
{
	(void)ctx;
	(void)peer;
	snprintf(why, cap, "wrong workspace");
	return TF_E_TRUST;
}

static void nothing(void *ctx)
{
	(void)ctx;
}

/* The pulse ends a round of the loop in which the awaited thing has already happened. */
void stage_init(stage *s)
{
	memset(s, 0, sizeof(*s));
	CHECK_OK(tf_loop_new(&s->loop));
	CHECK_OK(tf_timer_new(&s->pulse, s->loop, nothing, NULL));
	tf_timer_start(s->pulse, 10, 10);
}

void stage_listen(stage *s, tf_listen_options o)
{
	char why[160] = "";

	o.host = o.host ? o.host : "127.0.0.1";
	o.accepted = accepted;
	o.failed = failed;
	o.ctx = s;
	CHECK_OK(tf_listen(&s->listener, s->loop, &o, why, sizeof(why)));
}

void stage_dial(stage *s, tf_dial_options o)
{
	o.host = o.host ? o.host : "127.0.0.1";
	o.port = o.port ? o.port : tf_listener_port(s->listener);
	o.events = (tf_conn_events){ client_ready, client_data, client_drained, client_closed };
	o.ctx = s;
	CHECK_OK(tf_dial(&s->client, s->loop, &o));
}

void stage_end(stage *s)
{
	tf_listener_close(s->listener);
	tf_timer_free(s->pulse);
	tf_loop_free(s->loop);
	CHECK(!s->client && !s->server);
}

void cast_init(cast *c)
{
	pki_ca_init(&c->ca, "test CA");
	pki_issue(&c->server, &c->ca, "server", "DNS:localhost,IP:127.0.0.1", NULL, PKI_DAY);
	pki_issue(&c->client, &c->ca, "client", "URI:trefoil://w/guard/1/g1", NULL, PKI_DAY);
	c->server_tls = pki_tls(&c->ca, &c->server, NULL, NULL);
	c->client_tls = pki_tls(&c->ca, &c->client, NULL, NULL);
}

void cast_wipe(cast *c)
{
	tf_tls_free(c->server_tls);
	tf_tls_free(c->client_tls);
	pki_id_wipe(&c->server);
	pki_id_wipe(&c->client);
	pki_ca_wipe(&c->ca);
}
