#include "daemon/status.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_server.h"

#define LISTENERS_MAX 4
#define NAME_MAX_BYTES 120

typedef enum metric_type { METRIC_COUNTER = 1, METRIC_GAUGE } metric_type;

struct tf_metric {
	tf_metric *next;
	metric_type type;
	char *name, *help, *label, *value;
	_Atomic int64_t n;
};

struct tf_status {
	tf_loop *loop;
	tf_health_fn health;
	void *ctx;
	tf_http_server *servers[LISTENERS_MAX];
	unsigned server_count;
	tf_metric *metrics; /* in the order of registration */
};

tf_err tf_status_new(tf_status **out, tf_loop *l, tf_health_fn health, void *ctx)
{
	tf_status *s = calloc(1, sizeof(*s));

	if (!s)
		return TF_E_RESOURCE;
	s->loop = l;
	s->health = health;
	s->ctx = ctx;
	*out = s;
	return TF_OK;
}

static void metric_free(tf_metric *m)
{
	free(m->name);
	free(m->help);
	free(m->label);
	free(m->value);
	free(m);
}

void tf_status_free(tf_status *s)
{
	tf_metric *m, *next;

	if (!s)
		return;
	for (unsigned i = 0; i < s->server_count; i++)
		tf_http_server_free(s->servers[i]);
	for (m = s->metrics; m; m = next) {
		next = m->next;
		metric_free(m);
	}
	free(s);
}

/* ---- metrics --------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && !strchr("0123456789", name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static tf_metric *make(metric_type type, const char *name, const char *help, const char *label,
                       const char *value)
{
	tf_metric *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->type = type;
	m->name = strdup(name);
	m->help = strdup(help);
	m->label = label ? strdup(label) : NULL;
	m->value = value ? strdup(value) : NULL;
	if (m->name && m->help && !m->label == !label && !m->value == !value)
		return m;
	metric_free(m);
	return NULL;
}

static tf_metric *enter(tf_status *s, metric_type type, const char *name, const char *help,
                        const char *label, const char *value)
{
	tf_metric **end = &s->metrics;

	if (!is_name(name) || (label && !is_name(label)) || !label != !value)
		return NULL;
	for (; *end; end = &(*end)->next) {
		if (!same((*end)->name, name))
			continue;
		if ((*end)->type != type)
			return NULL;
		if (same((*end)->label, label) && same((*end)->value, value))
			return *end;
	}
	*end = make(type, name, help, label, value);
	return *end;
}

tf_metric *tf_counter(tf_status *s, const char *name, const char *help, const char *label,
                      const char *value)
{
	size_t len = strlen(name);

	if (len < 6 || strcmp(name + len - 6, "_total") != 0)
		return NULL;
	return enter(s, METRIC_COUNTER, name, help, label, value);
}

tf_metric *tf_gauge(tf_status *s, const char *name, const char *help, const char *label,
                    const char *value)
{
	return enter(s, METRIC_GAUGE, name, help, label, value);
}

void tf_metric_add(tf_metric *m, int64_t n)
{
	if (m)
		atomic_fetch_add_explicit(&m->n, n, memory_order_relaxed);
}

void tf_metric_set(tf_metric *m, int64_t n)
{
	if (m)
		atomic_store_explicit(&m->n, n, memory_order_relaxed);
}

int64_t tf_metric_get(const tf_metric *m)
{
	return m ? atomic_load_explicit(&m->n, memory_order_relaxed) : 0;
}

/* Escapes of the text format: backslash and line feed, and the quote inside a label's value. */
static void put_escaped(FILE *f, const char *text, bool in_label)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", f);
		else if (*text == '\\' || (in_label && *text == '"'))
			fprintf(f, "\\%c", *text);
		else
			fputc(*text, f);
	}
}

static void put_sample(FILE *f, const tf_metric *m)
{
	fputs(m->name, f);
	if (m->label) {
		fprintf(f, "{%s=\"", m->label);
		put_escaped(f, m->value, true);
		fputs("\"}", f);
	}
	fprintf(f, " %" PRId64 "\n", tf_metric_get(m));
}

/* All samples of one name stand together under one heading. */
static void put_family(FILE *f, const tf_status *s, const tf_metric *first)
{
	for (const tf_metric *m = s->metrics; m != first; m = m->next)
		if (same(m->name, first->name))
			return;
	fprintf(f, "# HELP %s ", first->name);
	put_escaped(f, first->help, false);
	fprintf(f, "\n# TYPE %s %s\n", first->name,
	        first->type == METRIC_COUNTER ? "counter" : "gauge");
	for (const tf_metric *m = first; m; m = m->next)
		if (same(m->name, first->name))
			put_sample(f, m);
}

tf_err tf_status_render(const tf_status *s, char **text, size_t *len)
{
	FILE *f = open_memstream(text, len);
	bool fine;

	if (!f)
		return TF_E_RESOURCE;
	for (const tf_metric *m = s->metrics; m; m = m->next)
		put_family(f, s, m);
	fine = !ferror(f);
	if (fclose(f) == 0 && fine)
		return TF_OK;
	free(*text);
	return TF_E_RESOURCE;
}

/* ---- the listener -----------------------------------------------------------------------------
 * */

static void get_health(void *ctx, tf_http_call *call)
{
	tf_status *s = ctx;
	json_t *o = json_object();
	bool fine = o && (!s->health || s->health(s->ctx, o));

	if (o)
		json_object_set_new(o, "status", json_string(fine ? "ok" : "failing"));
	tf_http_call_json(call, fine ? 200 : 503, o);
}

static void get_metrics(void *ctx, tf_http_call *call)
{
	size_t len = 0;
	char *text;

	if (tf_status_render(ctx, &text, &len) != TF_OK) {
		tf_http_call_error(call, 500, 500, "out of memory");
		return;
	}
	tf_http_call_reply(call, 200, "text/plain; version=0.0.4; charset=utf-8", text, len);
	free(text);
}

static void handle(void *ctx, tf_http_call *call)
{
	static const tf_http_route routes[] = {
		{ TF_HTTP_GET, "/health", get_health },
		{ TF_HTTP_GET, "/metrics", get_metrics },
	};

	tf_http_dispatch(routes, TF_ARRAY_LEN(routes), ctx, call);
}

static bool is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return (ntohl(four.s_addr) >> 24) == 127;
	return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

tf_err tf_status_listen(tf_status *s, const char *host, uint16_t port, tf_status_scope scope,
                        uint16_t *bound, char *why, size_t cap)
{
	tf_http_server_options o = {
		.listen = { .host = host, .port = port, .max_conns = 32, .max_per_addr = 16 },
		.limits = { .body_max = 1024 },
		.head_ms = 5000,
		.body_ms = 5000,
		.handle = handle,
		.ctx = s,
	};

	if (scope == TF_STATUS_LOOPBACK && !is_loopback(host)) {
		snprintf(why, cap, "%s is not a loopback address", host);
		return TF_E_POLICY;
	}
	if (s->server_count == LISTENERS_MAX) {
		snprintf(why, cap, "too many listeners");
		return TF_E_CAPACITY;
	}
	TRY(tf_http_server_new(&s->servers[s->server_count], s->loop, &o, why, cap));
	if (bound)
		*bound = tf_http_server_port(s->servers[s->server_count]);
	s->server_count++;
	return TF_OK;
}
