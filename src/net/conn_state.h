/* What conn.c, listen.c and dial.c share. Private to this room. */
#ifndef TF_NET_CONN_STATE_H
#define TF_NET_CONN_STATE_H

#include "net/conn.h"
#include "net/tls_engine.h"

typedef enum conn_state {
	CONN_CONNECTING = 0, /* dialling: name, then addresses */
	CONN_HANDSHAKE,
	CONN_READY,
	CONN_FLUSHING,       /* closing: what is queued goes out, nothing comes in */
	CONN_LINGERING,      /* we said goodbye; discarding until the peer has, too */
	CONN_DEAD,           /* handles are being closed */
} conn_state;

struct tf_conn {
	tf_loop_guest guest;
	tf_tls_user tls_user;
	struct tf_conn *prev, *next; /* in the listener's ring */
	tf_loop *loop;
	tf_listener *listener;       /* NULL: dialled */
	tf_tls *tls;                 /* NULL: plain */
	uv_tcp_t tcp;
	uv_timer_t timer;
	unsigned handles;            /* uv handles and lookups that must end before we can be freed */
	bool tcp_open;
	conn_state state;
	bool was_ready;
	bool paused;
	bool reading;
	bool peer_done;              /* no more bytes will come */
	bool kicked;                 /* resume: deliver from the loop */
	tf_loop_last last;           /* what the engine has to say goes out at the end of the turn */
	tf_engine engine;
	tf_conn_events events;
	void *ctx;
	tf_conn_limits limits;
	uint64_t born_ms, active_ms, stall_since_ms, close_ms;
	uint64_t cert_end_ms;        /* UINT64_MAX: none */
	size_t inflight;             /* bytes handed to the kernel's queue and not yet taken */
	size_t stall_seen;
	size_t discarded;
	tf_err err;
	char why[TF_WHY_MAX];
	char addr[TF_ADDR_MAX];
	char host[TF_ADDR_MAX];
	struct conn_dial *dial;      /* NULL: accepted */
};

struct tf_listener {
	tf_loop_guest guest;
	tf_loop *loop;
	uv_tcp_t tcp;
	tf_listen_options options;
	char *bind_host;
	uint16_t port;
	uv_tcp_t spare;              /* takes whom no memory is left for, and closes */
	bool spare_closing;
	bool spare_wanted;           /* one more waits for it */
	unsigned refs;               /* owner, handles, connections */
	unsigned count;
	bool closed;                 /* accepts no more, reports nothing */
	bool released;               /* by its owner */
	struct tf_conn conns;        /* ring; only prev and next are used */
};

/* A zeroed connection with loop handles; the tcp handle is not connected. */
TF_MUST_USE tf_err tf_conn_make(tf_conn **out, tf_loop *l, tf_tls *tls,
                                const tf_conn_limits *limits);

/* TCP stands: name the peer, start TLS (or be ready at once). */
void tf_conn_connected(tf_conn *c, const tf_engine_options *options);

/* The end, from any state; the first reason counts. */
__attribute__((format(printf, 3, 4)))
void tf_conn_die(tf_conn *c, tf_err err, const char *fmt, ...);

/* Set the timer to the earliest deadline. */
void tf_conn_rearm(tf_conn *c);

/* One handle or lookup of c has ended; frees c after the last. */
void tf_conn_release(tf_conn *c);

/* "127.0.0.1:8444" and "127.0.0.1". */
void tf_addr_name(char addr[static TF_ADDR_MAX], char host[static TF_ADDR_MAX],
                  const struct sockaddr *sa);
void tf_conn_name(tf_conn *c, const struct sockaddr *sa);

/* When does the peer's certificate end, by the loop's clock? Asked for at each tick: that clock may
 * stand still while the machine is suspended. */
void tf_conn_note_cert_end(tf_conn *c);
void tf_listener_release(tf_listener *li);
void tf_dial_forget(tf_conn *c);

#endif
