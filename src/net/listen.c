#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/conn_state.h"

#define BACKLOG 128

void tf_listener_release(tf_listener *li)
{
	if (--li->refs > 0)
		return;
	free(li->bind_host);
	free(li);
}

static void listener_gone(uv_handle_t *h)
{
	tf_listener *li = h->data;

	tf_loop_leave(&li->guest);
	tf_listener_release(li);
}

static void stop(tf_listener *li)
{
	tf_conn *c, *next;

	if (li->closed)
		return;
	li->closed = true;
	for (c = li->conns.next; c != &li->conns; c = next) {
		next = c->next;
		if (!c->was_ready)
			tf_conn_die(c, TF_E_CANCELLED, "listener closed");
	}
	tf_tls_free(li->options.tls);
	uv_close((uv_handle_t *)&li->tcp, listener_gone);
}

void tf_listener_close(tf_listener *li)
{
	if (!li || li->released)
		return;
	li->released = true;
	stop(li);
	tf_listener_release(li);
}

/* The loop goes first: the owner still holds the listener and will close it. */
static void evict(tf_loop_guest *g)
{
	stop((tf_listener *)(void *)g);
}

static unsigned count_host(const tf_listener *li, const char *host)
{
	unsigned n = 0;

	for (const tf_conn *c = li->conns.next; c != &li->conns; c = c->next)
		n += strcmp(c->host, host) == 0;
	return n;
}

static void enlist(tf_listener *li, tf_conn *c)
{
	c->listener = li;
	li->refs++;
	li->count++;
	c->prev = li->conns.prev;
	c->next = &li->conns;
	c->prev->next = c->next->prev = c;
}

static void admit(tf_listener *li, tf_conn *c)
{
	tf_engine_options options = {
		.side = TF_TLS_ACCEPTS,
		.client_auth = li->options.client_auth,
		.check = li->options.check,
		.check_ctx = li->options.check_ctx,
	};
	struct sockaddr_storage sa;
	int len = sizeof(sa);

	if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&sa, &len) != 0) {
		tf_conn_die(c, TF_E_IO, "closed by peer at once");
		return;
	}
	tf_conn_name(c, (const struct sockaddr *)&sa);
	if (li->count > li->options.max_conns)
		tf_conn_die(c, TF_E_BUSY, "too many connections");
	else if (count_host(li, c->host) > li->options.max_per_addr)
		tf_conn_die(c, TF_E_BUSY, "too many connections from this address");
	else
		tf_conn_connected(c, &options);
}

static void turn_away(tf_listener *li);

static void spare_gone(uv_handle_t *h)
{
	tf_listener *li = h->data;

	li->spare_closing = false;
	if (li->spare_wanted && !li->closed)
		turn_away(li);
	tf_listener_release(li);
}

/* Whoever came must be accepted, or libuv tells of nobody who comes later. */
static void turn_away(tf_listener *li)
{
	struct sockaddr_storage sa;
	char addr[TF_ADDR_MAX] = "", host[TF_ADDR_MAX];
	int len = sizeof(sa);

	li->spare_wanted = li->spare_closing;
	if (li->spare_closing)
		return;
	uv_tcp_init(tf_loop_uv(li->loop), &li->spare);
	li->spare.data = li;
	li->spare_closing = true;
	li->refs++;
	if (uv_accept((uv_stream_t *)&li->tcp, (uv_stream_t *)&li->spare) == 0 &&
	    uv_tcp_getpeername(&li->spare, (struct sockaddr *)&sa, &len) == 0)
		tf_addr_name(addr, host, (const struct sockaddr *)&sa);
	uv_close((uv_handle_t *)&li->spare, spare_gone);
	if (li->options.failed)
		li->options.failed(li->options.ctx, addr, TF_E_RESOURCE, "out of memory");
}

static void incoming(uv_stream_t *server, int status)
{
	tf_listener *li = server->data;
	tf_conn *c;

	if (status != 0 || li->closed)
		return;
	if (tf_conn_make(&c, li->loop, li->options.tls, &li->options.limits) != TF_OK) {
		turn_away(li);
		return;
	}
	enlist(li, c);
	uv_tcp_init(tf_loop_uv(li->loop), &c->tcp);
	c->tcp.data = c;
	c->tcp_open = true;
	c->handles++;
	if (uv_accept(server, (uv_stream_t *)&c->tcp) != 0)
		tf_conn_die(c, TF_E_IO, "cannot accept");
	else
		admit(li, c);
}

static int bind_and_listen(tf_listener *li)
{
	const tf_listen_options *o = &li->options;
	struct sockaddr_storage sa;
	int len = sizeof(sa);
	int ret;

	if (uv_ip4_addr(o->host, o->port, (struct sockaddr_in *)&sa) != 0 &&
	    uv_ip6_addr(o->host, o->port, (struct sockaddr_in6 *)&sa) != 0)
		return UV_EINVAL;
	ret = uv_tcp_bind(&li->tcp, (const struct sockaddr *)&sa, 0);
	if (ret == 0)
		ret = uv_listen((uv_stream_t *)&li->tcp, BACKLOG, incoming);
	if (ret == 0)
		ret = uv_tcp_getsockname(&li->tcp, (struct sockaddr *)&sa, &len);
	if (ret != 0)
		return ret;
	li->port = ntohs(sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port
	                                          : ((struct sockaddr_in *)&sa)->sin_port);
	return 0;
}

tf_err tf_listen(tf_listener **out, tf_loop *l, const tf_listen_options *options, char *why,
                 size_t cap)
{
	tf_listener *li = calloc(1, sizeof(*li));
	int ret;

	if (!li)
		return TF_E_RESOURCE;
	li->options = *options;
	li->options.max_conns = options->max_conns ? options->max_conns : 256;
	li->options.max_per_addr = options->max_per_addr ? options->max_per_addr : 64;
	li->bind_host = strdup(options->host);
	if (!li->bind_host) {
		free(li);
		return TF_E_RESOURCE;
	}
	li->options.host = li->bind_host;
	li->loop = l;
	li->refs = 2;
	li->conns.prev = li->conns.next = &li->conns;
	if (li->options.tls)
		tf_tls_hold(li->options.tls);
	uv_tcp_init(tf_loop_uv(l), &li->tcp);
	li->tcp.data = li;
	li->guest.evict = evict;
	tf_loop_join(l, &li->guest);
	ret = bind_and_listen(li);
	if (ret != 0) {
		snprintf(why, cap, "%s port %u: %s", options->host, options->port, uv_strerror(ret));
		tf_listener_close(li);
		return TF_E_IO;
	}
	*out = li;
	return TF_OK;
}

uint16_t tf_listener_port(const tf_listener *li)
{
	return li->port;
}

unsigned tf_listener_count(const tf_listener *li)
{
	return li->count;
}
