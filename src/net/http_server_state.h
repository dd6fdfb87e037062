/* What http_server.c (connections) and http_call.c (requests and answers) share. Private. */
#ifndef TF_NET_HTTP_SERVER_STATE_H
#define TF_NET_HTTP_SERVER_STATE_H

#include "net/http_server.h"

#define TF_CALL_EXTRA_MAX 16
#define TF_CALL_EXTRA_CAP 8192

typedef enum phase {
	PHASE_HEAD = 0, /* awaiting or reading a head */
	PHASE_BODY,
	PHASE_HANDLING, /* a call is out */
	PHASE_REPLYING, /* the response is on its way */
	PHASE_CLOSING,
} phase;

/* One connection. */
typedef struct tf_http_session {
	struct tf_http_session *prev, *next;
	tf_http_server *server;
	tf_conn *conn;
	tf_timer *timer;
	tf_http_reader *reader; /* NULL while a call has it */
	tf_http_call *call;
	phase phase;
	bool last;              /* close after this response */
	uint8_t *rest;          /* what arrived after the current request */
	size_t rest_len;
} session;

struct tf_http_call {
	tf_http_call *prev, *next;
	tf_http_server *server; /* NULL: freed meanwhile */
	session *session;       /* NULL: client gone */
	tf_http_reader *reader;
	X509 *peer;
	char addr[TF_ADDR_MAX];
	char host[TF_ADDR_MAX];
	char id[TF_REQUEST_ID_LEN + 1];
	char extra[TF_CALL_EXTRA_CAP]; /* header lines of the handler */
	size_t extra_len;
	unsigned extra_n;
	bool no_store;         /* the handler said nothing about caching */
};

struct tf_http_server {
	tf_loop *loop;
	tf_http_server_options options;
	tf_listener *listener;
	session sessions;    /* ring */
	tf_http_call calls;  /* ring */
	unsigned count;
	bool draining;
	tf_loop_fn drained;
	void *drained_ctx;
	tf_timer *nobody;    /* tells that the drain found nobody */
};

typedef struct response {
	int status;
	const char *type;
	const void *body;
	size_t len;
	const char *id;
	const char *extra; /* lines with CRLF, or "" */
	bool no_store;
	bool head_only;
} response;

/* A random UUID. TF_E_ENTROPY. */
TF_MUST_USE tf_err tf_http_make_id(char id[static TF_REQUEST_ID_LEN + 1]);

/* One response as one write. Errors of tf_conn_write and tf_http_head_end. */
TF_MUST_USE tf_err tf_http_send(session *s, const response *r);

/* The session's whole request becomes a call, which takes the reader. NULL: no memory, no
 * entropy. */
tf_http_call *tf_http_call_new(session *s);

/* The client is gone for this call. */
void tf_http_call_detach(tf_http_call *c);

/* One line for the owner's log. */
void tf_http_trouble(tf_http_server *server, const char *peer, const char *id, const char *reason);

/* Flush and close. */
void tf_http_session_close(session *s);

#endif
