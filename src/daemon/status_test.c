#include <stdlib.h>
#include <string.h>

#include "daemon/status.h"
#include "harness/harness.h"
#include "net/conn.h"

typedef struct client {
	tf_loop *loop;
	bool closed;
	char got[8192];
	size_t len;
} client;

static void on_ready(void *ctx, tf_conn *c)
{
	static const char *const paths[] = { "health", "metrics", "secret" };
	client *k = ctx;
	char text[120];
	int n = snprintf(text, sizeof(text), "GET /%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	                 paths[k->len]);

	k->len = 0;
	CHECK_OK(tf_conn_write(c, text, (size_t)n));
}

static void on_data(void *ctx, tf_conn *c, const uint8_t *p, size_t len)
{
	client *k = ctx;

	(void)c;
	CHECK(len < sizeof(k->got) - k->len);
	memcpy(k->got + k->len, p, len);
	k->len += len;
	k->got[k->len] = 0;
}

static void on_closed(void *ctx, tf_conn *c, tf_err err, const char *reason)
{
	(void)c;
	(void)err;
	(void)reason;
	((client *)ctx)->closed = true;
}

/* GET of path number which (0 health, 1 metrics, 2 something else). */
static const char *get(client *k, uint16_t port, size_t which)
{
	tf_dial_options o = { .host = "127.0.0.1", .port = port,
	                      .events = { on_ready, on_data, NULL, on_closed }, .ctx = k };
	tf_conn *c;

	k->closed = false;
	k->len = which;
	CHECK_OK(tf_dial(&c, k->loop, &o));
	while (!k->closed)
		tf_loop_once(k->loop);
	return k->got;
}

static bool health(void *ctx, json_t *object)
{
	json_object_set_new(object, "peers", json_integer(2));
	return *(bool *)ctx;
}

TEST(health_and_metrics_are_served)
{
	bool fine = true;
	tf_status *s;
	uint16_t port, second;
	char why[160];
	client k = { 0 };

	CHECK_OK(tf_loop_new(&k.loop));
	CHECK_OK(tf_status_new(&s, k.loop, health, &fine));
	CHECK_OK(tf_status_listen(s, "127.0.0.1", 0, TF_STATUS_LOOPBACK, &port, why, sizeof(why)));
	CHECK_OK(tf_status_listen(s, "127.0.0.1", 0, TF_STATUS_LOOPBACK, &second, why, sizeof(why)));
	tf_metric_add(tf_counter(s, "signatures_total", "Signatures made.", NULL, NULL), 3);
	CHECK(strstr(get(&k, port, 0), "200 OK") && strstr(k.got, "\"status\":\"ok\""));
	CHECK(strstr(k.got, "\"peers\":2"));
	fine = false;
	CHECK(strstr(get(&k, second, 0), "503 ") && strstr(k.got, "\"status\":\"failing\""));
	CHECK(strstr(get(&k, port, 1), "200 OK") && strstr(k.got, "text/plain; version=0.0.4"));
	CHECK(strstr(k.got, "\nsignatures_total 3\n"));
	CHECK(strstr(get(&k, port, 2), "404 ") && strstr(k.got, "{\"message\""));
	tf_status_free(s);
	tf_loop_free(k.loop);
}

TEST(metrics_are_rendered_in_families)
{
	tf_metric *m;
	tf_loop *loop;
	tf_status *s;
	char *text;
	size_t len;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_OK(tf_status_new(&s, loop, NULL, NULL));
	m = tf_counter(s, "runs_total", "Runs\nof \\all\\ kinds.", "kind", "sign");
	tf_metric_add(m, 2);
	tf_metric_set(tf_gauge(s, "pool_depth", "Ready.", NULL, NULL), -4);
	tf_metric_add(tf_counter(s, "runs_total", "Runs", "kind", "key\"gen\\\n"), 1);
	CHECK(tf_counter(s, "runs_total", "", "kind", "sign") == m && tf_metric_get(m) == 2);
	CHECK_OK(tf_status_render(s, &text, &len));
	CHECK(strcmp(text, "# HELP runs_total Runs\\nof \\\\all\\\\ kinds.\n# TYPE runs_total counter\n"
	             "runs_total{kind=\"sign\"} 2\nruns_total{kind=\"key\\\"gen\\\\\\n\"} 1\n"
	             "# HELP pool_depth Ready.\n# TYPE pool_depth gauge\npool_depth -4\n") == 0);
	CHECK(len == strlen(text));
	free(text);
	CHECK(!tf_counter(s, "runs", "h", NULL, NULL) && !tf_counter(s, "_total", "h", "l", NULL));
	CHECK(!tf_gauge(s, "runs_total", "h", NULL, NULL) && !tf_gauge(s, "Bad", "h", NULL, NULL));
	CHECK(!tf_gauge(s, "0a", "h", NULL, NULL) && !tf_gauge(s, "", "h", NULL, NULL));
	tf_metric_add(NULL, 1);
	tf_metric_set(NULL, 1);
	CHECK(tf_metric_get(NULL) == 0);
	tf_status_free(s);
	tf_loop_free(loop);
}

TEST(the_listener_stays_on_loopback_unless_told)
{
	static const char *const outside[] = { "0.0.0.0", "::", "192.168.1.1", "128.0.0.1", "name" };
	char why[160];
	tf_loop *loop;
	tf_status *s;

	CHECK_OK(tf_loop_new(&loop));
	CHECK_OK(tf_status_new(&s, loop, NULL, NULL));
	for (size_t i = 0; i < TF_ARRAY_LEN(outside); i++)
		CHECK_ERR(tf_status_listen(s, outside[i], 0, TF_STATUS_LOOPBACK, NULL, why, sizeof(why)),
		          TF_E_POLICY);
	CHECK_OK(tf_status_listen(s, "127.9.9.9", 0, TF_STATUS_LOOPBACK, NULL, why, sizeof(why)));
	tf_status_free(s);
	tf_loop_free(loop);
}
