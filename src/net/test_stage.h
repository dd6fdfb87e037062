/* A loop with one listener and one dialler, for tests of connections. */
#ifndef TF_NET_TEST_STAGE_H
#define TF_NET_TEST_STAGE_H

#include "net/conn.h"
#include "net/test_pki.h"

/* One listener and one dialler in one loop, and everything that happened. */
typedef struct stage {
	tf_loop *loop;
	tf_timer *pulse;
	tf_listener *listener;
	tf_conn *server, *client;
	int accepted, failed, server_closed, client_closed, ready;
	tf_err failed_err, server_err, client_err;
	char failed_why[200], server_why[200], client_why[200];
	uint8_t got[1 << 17];
	size_t got_len;
	bool pause_on_data;
	int drained;
} stage;

void stage_init(stage *s);

/* Zeros take loopback, any port, and the stage's own events. */
void stage_listen(stage *s, tf_listen_options o);
void stage_dial(stage *s, tf_dial_options o);

/* Closes everything; both ends must have been told. */
void stage_end(stage *s);

/* Peer checks; take_anybody counts in *(int *)ctx if there is one. */
TF_MUST_USE tf_err take_anybody(void *ctx, X509 *peer, char *why, size_t cap);
TF_MUST_USE tf_err take_nobody(void *ctx, X509 *peer, char *why, size_t cap);

/* Turn the loop until the condition holds; the harness's alarm ends a wait that never does. */
#define UNTIL(s, cond) \
	do { \
		while (!(cond)) \
			tf_loop_once((s)->loop); \
	} while (0)

/* A CA, a server and a client. */
typedef struct cast {
	pki_ca ca;
	pki_id server, client;
	tf_tls *server_tls, *client_tls;
} cast;

void cast_init(cast *c);
void cast_wipe(cast *c);

#endif
