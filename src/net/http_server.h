/* An HTTP/1.1 server over conn.h and http.h: one handler, answers whenever they are ready.
 *
 * Each whole request becomes a tf_http_call and goes to the handler. The handler answers now or
 * later, exactly once, by one of the reply functions; these consume the call. A call owns its
 * request and lives on when the client has gone: the reply then goes nowhere, harmlessly. Calls
 * belong to the loop's thread; a worker computes and answers from its done callback.
 *
 * The server answers by itself what never reaches the handler: malformed requests (http.h), too
 * large ones, 408 for a request that does not become whole in time, 503 when the handler took
 * longer than reply_ms. Every response carries X-Request-ID; every error body is a JSON object
 * {"message": string, "code": number}. A connection reads nothing while its request is answered,
 * so one client holds at most one request and one read buffer. HEAD is answered without a body.
 */
#ifndef TF_NET_HTTP_SERVER_H
#define TF_NET_HTTP_SERVER_H

#include <jansson.h>

#include "net/conn.h"
#include "net/http.h"

typedef struct tf_http_server tf_http_server;
typedef struct tf_http_call tf_http_call;

/* Length of a request id (a random UUID) without NUL. */
#define TF_REQUEST_ID_LEN 36

typedef struct tf_http_server_options {
	tf_listen_options listen; /* accepted, failed and ctx inside are the server's: leave zero.
	                           * idle_ms is how long a kept-alive connection may rest (60 000)
	                           * */
	tf_http_limits limits;
	uint64_t head_ms;         /* 0: 10 000, first byte to end of head */
	uint64_t body_ms;         /* 0: 30 000, end of head to end of body */
	uint64_t reply_ms;        /* 0: 120 000, handler's time; UINT64_MAX: forever */
	void (*handle)(void *ctx, tf_http_call *call);
	/* One line per trouble that no handler sees, for the log; NULL allowed. request_id is ""
	 * when there was no request. */
	void (*trouble)(void *ctx, const char *peer, const char *request_id, const char *reason);
	/* Every answered request, for the access log and metrics; NULL allowed. */
	void (*answered)(void *ctx, const tf_http_call *call, int status, size_t body_len);
	void *ctx;
} tf_http_server_options;

TF_MUST_USE tf_err tf_http_server_new(tf_http_server **out, tf_loop *l,
                                      const tf_http_server_options *options, char *why,
                                      size_t cap);
uint16_t tf_http_server_port(const tf_http_server *s);
unsigned tf_http_server_conns(const tf_http_server *s);

/* Stop listening, close idle connections, let running calls finish; done(ctx) when no connection is
 * left. */
void tf_http_server_drain(tf_http_server *s, tf_loop_fn done, void *ctx);

/* Closes everything; calls that are still out stay valid and answer into nothing. */
void tf_http_server_free(tf_http_server *s);

/* What was asked; valid until the reply. */
const tf_http_req *tf_http_call_request(const tf_http_call *c);

/* The client's verified certificate; NULL: none. */
X509 *tf_http_call_peer(const tf_http_call *c);
const char *tf_http_call_peer_addr(const tf_http_call *c);
const char *tf_http_call_peer_host(const tf_http_call *c);
const char *tf_http_call_id(const tf_http_call *c);

/* False once the client has gone. */
bool tf_http_call_alive(const tf_http_call *c);

/* Adds a response header (up to 16, copied). Content-Length, Content-Type, Connection and
 * X-Request-ID are the server's own. TF_E_USAGE: control bytes; TF_E_CAPACITY. */
TF_MUST_USE tf_err tf_http_call_header(tf_http_call *c, const char *name, const char *value);

/* Answer; body is copied, type may be NULL with an empty body. Consumes the call. */
void tf_http_call_reply(tf_http_call *c, int status, const char *type, const void *body,
                        size_t len);

/* Answer with JSON; takes the reference to body. NULL body: 500. */
void tf_http_call_json(tf_http_call *c, int status, json_t *body);

/* {"message": message, "code": code} */
void tf_http_call_error(tf_http_call *c, int status, int code, const char *message);

/* 405 with Allow: methods ("GET, POST"). */
void tf_http_call_not_allowed(tf_http_call *c, const char *methods);

/* Optional: a table of routes. A pattern is "/v1/vault/accounts/{}/{}": {} is exactly one segment
 * that is not empty; the rest is literal. GET also answers HEAD. First match wins. */
typedef struct tf_http_route {
	tf_http_method method;
	const char *pattern;
	void (*handle)(void *ctx, tf_http_call *call);
} tf_http_route;

/* Calls the route's handler; 404 or 405 (with Allow) if there is none. */
void tf_http_dispatch(const tf_http_route *routes, size_t n, void *ctx, tf_http_call *call);

#endif
