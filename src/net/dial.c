#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/conn_state.h"

/* What a connection needs until it stands. */
struct conn_dial {
	uv_getaddrinfo_t lookup;
	uv_connect_t connect;
	struct addrinfo *found, *next;
	char *check_host;
	tf_peer_fn check;
	void *check_ctx;
	struct sockaddr_storage local;
	bool bound;
	int last;   /* uv error of the last address */
};

static void dial_free(struct conn_dial *d)
{
	uv_freeaddrinfo(d->found);
	free(d->check_host);
	free(d);
}

void tf_dial_forget(tf_conn *c)
{
	if (c->dial)
		dial_free(c->dial);
	c->dial = NULL;
}

static void try_next(tf_conn *c);

static void attempt_gone(uv_handle_t *h)
{
	tf_conn *c = h->data;

	if (c->state == CONN_CONNECTING)
		try_next(c);
	tf_conn_release(c);
}

/* This address is no good; the handle must be closed before the next one is tried. */
static void give_up(tf_conn *c, int ret)
{
	c->dial->last = ret;
	c->tcp_open = false;
	uv_close((uv_handle_t *)&c->tcp, attempt_gone);
}

static void connected(uv_connect_t *req, int status)
{
	tf_conn *c = req->data;
	tf_engine_options options = {
		.side = TF_TLS_DIALS,
		.check_host = c->dial->check_host,
		.check = c->dial->check,
		.check_ctx = c->dial->check_ctx,
	};

	if (c->state == CONN_DEAD)
		return;
	if (status != 0)
		give_up(c, status);
	else
		tf_conn_connected(c, &options);
}

static void try_next(tf_conn *c)
{
	struct conn_dial *d = c->dial;
	struct addrinfo *a;
	int ret = 0;

	while ((a = d->next) && d->bound && a->ai_family != d->local.ss_family)
		d->next = a->ai_next;
	if (!a) {
		tf_conn_die(c, TF_E_IO, "%s", d->last ? uv_strerror(d->last) : "no address to dial from");
		return;
	}
	d->next = a->ai_next;
	tf_conn_name(c, a->ai_addr);
	uv_tcp_init(tf_loop_uv(c->loop), &c->tcp);
	c->tcp.data = c;
	c->tcp_open = true;
	c->handles++;
	d->connect.data = c;
	if (d->bound)
		ret = uv_tcp_bind(&c->tcp, (const struct sockaddr *)&d->local, 0);
	if (ret == 0)
		ret = uv_tcp_connect(&d->connect, &c->tcp, a->ai_addr, connected);
	if (ret != 0)
		give_up(c, ret);
}

static void looked_up(uv_getaddrinfo_t *req, int status, struct addrinfo *found)
{
	tf_conn *c = req->data;

	c->dial->found = c->dial->next = found;
	if (c->state == CONN_CONNECTING && status != 0)
		tf_conn_die(c, TF_E_IO, "name cannot be resolved: %s", uv_strerror(status));
	else if (c->state == CONN_CONNECTING)
		try_next(c);
	tf_conn_release(c);
}

static tf_err prepare(struct conn_dial *d, const tf_dial_options *o)
{
	d->check = o->check;
	d->check_ctx = o->check_ctx;
	d->check_host = o->check_host ? strdup(o->check_host) : NULL;
	if (o->check_host && !d->check_host)
		return TF_E_RESOURCE;
	if (!o->local)
		return TF_OK;
	d->bound = true;
	if (uv_ip4_addr(o->local, 0, (struct sockaddr_in *)&d->local) == 0 ||
	    uv_ip6_addr(o->local, 0, (struct sockaddr_in6 *)&d->local) == 0)
		return TF_OK;
	return TF_E_USAGE;
}

/* Everything that is known before the first address is. */
static tf_err dial_new(struct conn_dial **out, const tf_dial_options *options)
{
	struct conn_dial *d;
	tf_err err;

	if (options->tls && !options->check && !options->check_host)
		return TF_E_USAGE;
	d = calloc(1, sizeof(*d));
	if (!d)
		return TF_E_RESOURCE;
	err = prepare(d, options);
	if (err != TF_OK) {
		dial_free(d);
		return err;
	}
	*out = d;
	return TF_OK;
}

static void never(void *ctx, tf_conn *c, tf_err err, const char *reason)
{
	(void)ctx;
	(void)c;
	(void)err;
	(void)reason;
}

tf_err tf_dial(tf_conn **out, tf_loop *l, const tf_dial_options *options)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct conn_dial *d;
	char port[8];
	tf_conn *c;
	tf_err err;

	TRY(dial_new(&d, options));
	err = tf_conn_make(&c, l, options->tls, &options->limits);
	if (err != TF_OK) {
		dial_free(d);
		return err;
	}
	c->events.closed = never;
	c->dial = d;
	snprintf(c->addr, sizeof(c->addr), "%.60s:%u", options->host, options->port);
	snprintf(c->host, sizeof(c->host), "%.60s", options->host);
	snprintf(port, sizeof(port), "%u", options->port);
	c->dial->lookup.data = c;
	if (uv_getaddrinfo(tf_loop_uv(l), &c->dial->lookup, looked_up, options->host, port,
	                   &hints) != 0) {
		tf_conn_die(c, TF_E_RESOURCE, "cannot dial");
		return TF_E_RESOURCE;
	}
	c->handles++;
	tf_conn_set_events(c, &options->events, options->ctx);
	tf_conn_rearm(c);
	*out = c;
	return TF_OK;
}
