/* Connections: TCP, with TLS 1.3 on top (or plain on loopback), as bytes in and bytes out.
 *
 * A listener hands over connections that are *ready*: connected, handshake done, peer accepted. A
 * connection that fails before that is reported once with a reason and never seen. From ready on,
 * the owner gets data, and exactly one closed, always last and always from the loop (never from
 * inside a call of the owner). After closed returns, the tf_conn is gone.
 *
 *     dial or accept ─→ handshake ─→ ready ─→ data* ─→ closed
 *                            └─→ failed / closed
 *
 * Memory is bounded: a write that would make the queue longer than write_max is refused as a
 * whole with TF_E_BUSY. Reading is paused with tf_conn_pause. Time is bounded: handshake_ms until
 * ready, idle_ms without a byte in either direction, stall_ms for a peer that does not take what
 * is queued, and the moment when the peer's certificate ends.
 *
 * Reasons are one line of ASCII, made for logs and shown to nobody else: "connection refused",
 * "peer presented no certificate", "certificate revoked", "certificate expired", "closed by peer".
 */
#ifndef TF_NET_CONN_H
#define TF_NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "net/tls.h"

typedef struct tf_conn tf_conn;
typedef struct tf_listener tf_listener;

/* Longest textual address with port: "[ipv6%scope]:65535". */
#define TF_ADDR_MAX 80

typedef struct tf_conn_events {
	void (*ready)(void *ctx, tf_conn *c);   /* dialled connections only; NULL allowed */
	void (*data)(void *ctx, tf_conn *c, const uint8_t *p, size_t len);
	void (*drained)(void *ctx, tf_conn *c); /* write queue is empty again; NULL allowed */
	/* err TF_OK: closed by us or cleanly by the peer (close_notify) */
	void (*closed)(void *ctx, tf_conn *c, tf_err err, const char *reason);
} tf_conn_events;

/* Limits; a zero takes the default given here. */
typedef struct tf_conn_limits {
	uint64_t handshake_ms; /* 10 000: TCP and TLS until ready */
	uint64_t idle_ms;      /* 300 000; UINT64_MAX: never */
	uint64_t stall_ms;     /* 30 000 */
	size_t write_max;      /* 1 MiB of plaintext not yet taken by the kernel */
} tf_conn_limits;

typedef enum tf_client_auth {
	TF_CLIENT_NONE = 0,  /* no certificate is asked for */
	TF_CLIENT_OPTIONAL,  /* asked for; verified and handed to the peer check if given */
	TF_CLIENT_REQUIRED,
} tf_client_auth;

typedef struct tf_listen_options {
	const char *host;        /* numeric address to bind; no default */
	uint16_t port;           /* 0: any, see tf_listener_port */
	tf_tls *tls;             /* NULL: plain; only for loopback health and metrics, and tests */
	tf_client_auth client_auth;
	tf_peer_fn check;        /* NULL: any verified certificate */
	void *check_ctx;
	unsigned max_conns;      /* 0: 256 */
	unsigned max_per_addr;   /* connections from one address; 0: 64 */
	tf_conn_limits limits;
	/* A connection is ready: set its events now, or it is closed. */
	void (*accepted)(void *ctx, tf_conn *c);
	/* A connection was refused before it was ready; NULL allowed. */
	void (*failed)(void *ctx, const char *peer, tf_err err, const char *reason);
	void *ctx;
} tf_listen_options;

/* Binds and listens at once. TF_E_IO: address in use, not ours, not permitted (why says which).
 * Strings are copied. */
TF_MUST_USE tf_err tf_listen(tf_listener **out, tf_loop *l, const tf_listen_options *options,
                             char *why, size_t cap);
uint16_t tf_listener_port(const tf_listener *li);

/* Connections that this listener holds, in any state. */
unsigned tf_listener_count(const tf_listener *li);

/* Stops accepting; connections that are ready live on, handshakes are dropped. NULL is allowed. */
void tf_listener_close(tf_listener *li);

typedef struct tf_dial_options {
	const char *host;       /* name or numeric address */
	uint16_t port;
	const char *local;      /* numeric address to dial from; NULL: any */
	tf_tls *tls;            /* NULL: plain */
	const char *check_host; /* server certificate must carry this DNS name or IP; NULL: - */
	tf_peer_fn check;       /* decides about the server's certificate; NULL: - */
	void *check_ctx;
	tf_conn_limits limits;
	tf_conn_events events;
	void *ctx;
} tf_dial_options;
/* With TLS, one of check and check_host is mandatory: a certificate of "somebody of our CA" is not
 * an answer to "whom did we reach". */

/* Starts a connection: name lookup, then each address in turn. Everything that goes wrong later
 * arrives as closed. TF_E_USAGE, TF_E_RESOURCE. Strings are copied. */
TF_MUST_USE tf_err tf_dial(tf_conn **out, tf_loop *l, const tf_dial_options *options);

/* Who gets the events of an accepted connection. May be changed later. */
void tf_conn_set_events(tf_conn *c, const tf_conn_events *events, void *ctx);

/* Queues a copy. TF_E_BUSY: would exceed write_max, nothing was queued. TF_E_STATE: not ready, or
 * closing. */
TF_MUST_USE tf_err tf_conn_write(tf_conn *c, const void *p, size_t len);
size_t tf_conn_queued(const tf_conn *c);

/* Stop and restart reading. While paused at most one network read is kept back; the idle clock
 * stands still. */
void tf_conn_pause(tf_conn *c);
void tf_conn_resume(tf_conn *c);

/* Flush what is queued (up to stall_ms), say close_notify, close; no more data arrives. */
void tf_conn_close(tf_conn *c);

/* Close at once with this error and reason. */
void tf_conn_abort(tf_conn *c, tf_err err, const char *reason);

/* The peer's verified certificate, valid until closed; NULL: none or plain. */
X509 *tf_conn_peer(const tf_conn *c);

/* "127.0.0.1:51971" and "127.0.0.1"; valid until closed. */
const char *tf_conn_peer_addr(const tf_conn *c);
const char *tf_conn_peer_host(const tf_conn *c);

/* 32 bytes of keying material that only the two ends of this connection know (RFC 8446 7.5), for
 * binding a statement to the channel. TF_E_STATE for a plain connection. */
TF_MUST_USE tf_err tf_conn_export(const tf_conn *c, const char *label, uint8_t out[static 32]);

#endif
