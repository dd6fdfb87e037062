/* /health and /metrics: a registry of numbers and a plain-HTTP listener on loopback.
 *
 * GET /health answers 200 {"status":"ok",...} or 503 {"status":"failing",...} with what the
 * program's own callback says; GET /metrics answers in the Prometheus text format 0.0.4. Both go
 * through the same strict HTTP reader as the API. A listener on an address that is not loopback
 * is refused unless the configuration says so. Counters and gauges may be touched from any
 * thread.
 */
#ifndef TF_DAEMON_STATUS_H
#define TF_DAEMON_STATUS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/loop.h"

typedef struct tf_status tf_status;
typedef struct tf_metric tf_metric;

/* Adds members to the health object; false: failing. Runs on the loop. */
typedef bool (*tf_health_fn)(void *ctx, json_t *object);

TF_MUST_USE tf_err tf_status_new(tf_status **out, tf_loop *l, tf_health_fn health, void *ctx);

/* Stops the listeners. The metrics live until here. NULL is allowed. */
void tf_status_free(tf_status *s);

typedef enum tf_status_scope { TF_STATUS_LOOPBACK = 0, TF_STATUS_ANYWHERE } tf_status_scope;

/* May be called several times (8080 for health, 9090 for metrics); every listener serves both.
 * TF_E_POLICY: not a loopback address. *port receives the port (may be NULL). */
TF_MUST_USE tf_err tf_status_listen(tf_status *s, const char *host, uint16_t port,
                                    tf_status_scope scope, uint16_t *bound, char *why,
                                    size_t cap);

/* A metric, zero, registered for ever. name: [a-z_][a-z0-9_]*, counters end in _total. label and
 * value: one label pair, or NULL. The same name and label again gives the same metric. NULL when
 * out of memory or misnamed; all functions below accept NULL. */
tf_metric *tf_counter(tf_status *s, const char *name, const char *help, const char *label,
                      const char *value);
tf_metric *tf_gauge(tf_status *s, const char *name, const char *help, const char *label,
                    const char *value);
void tf_metric_add(tf_metric *m, int64_t n);
void tf_metric_set(tf_metric *m, int64_t n);
int64_t tf_metric_get(const tf_metric *m);

/* What /metrics would answer; malloc'ed. */
TF_MUST_USE tf_err tf_status_render(const tf_status *s, char **text, size_t *len);

#endif
