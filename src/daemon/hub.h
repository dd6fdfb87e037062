/* Framed connections between programs of one workspace: who is at the other end is known, always.
 *
 * A hub listens and dials with mutual TLS 1.3. A connection comes up only after the peer's
 * certificate has been believed (attest/cert.h: chain, time, revocation, workspace, trust root,
 * evidence, role, set, device) and its device found in the current roster, with the identity key
 * pinned there. Whoever fails is closed with one log line that says why. From then on frames
 * (net/frame.h) go both ways until the connection goes down; then it is gone.
 *
 * All calls and callbacks on the loop's thread.
 */
#ifndef TF_DAEMON_HUB_H
#define TF_DAEMON_HUB_H

#include "attest/cert.h"
#include "net/conn.h"

typedef struct tf_hub tf_hub;
typedef struct tf_chan tf_chan;

typedef struct tf_hub_options {
	const char *name;  /* for logs: "peers", "control" */
	tf_loop *loop;
	tf_tls *tls;       /* outlives the hub */
	/* Believe in a peer or not: certificate, then roster (tf_member_judge, enrol.h). */
	tf_err (*judge)(void *ctx, tf_cert *out, X509 *peer, const tf_cert_want *want, char *why,
	                size_t cap);
	void *judge_ctx;
	size_t frame_max;  /* longest frame body */
	size_t queue_max;  /* bytes that may wait to be sent on one connection */
	tf_cert_want accept; /* who may connect to us */
	uint64_t idle_ms;  /* silence after which a connection is given up; 0: 5 minutes */
	/* up: a connection is usable (accepted or dialled). down: it is not any more, or never
	 * became so; called exactly once per channel, the last thing that is heard of it. */
	void (*up)(void *ctx, tf_chan *c);
	void (*frame)(void *ctx, tf_chan *c, const uint8_t *p, size_t len);
	void (*down)(void *ctx, tf_chan *c, const char *reason);
	void *ctx;
} tf_hub_options;

/* A hub that listens and dials as the options say, until tf_hub_free. TF_E_IO if the address cannot
 * be bound; TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_hub_new(tf_hub **out, const tf_hub_options *options);

/* Judge every peer again that a channel is up with: the roster is a new one. Who fails is closed,
 * and down follows. NULL is allowed. */
void tf_hub_rejudge(tf_hub *h);

/* Closes everything; down is not called any more. NULL is allowed. */
void tf_hub_free(tf_hub *h);

/* At most one listener per hub. port receives the port bound (may be NULL). */
TF_MUST_USE tf_err tf_hub_listen(tf_hub *h, const char *host, uint16_t port, uint16_t *bound,
                                 char *why, size_t cap);

/* Begin a connection to somebody who must be `want`. */
TF_MUST_USE tf_err tf_hub_dial(tf_chan **out, tf_hub *h, const char *host, uint16_t port,
                               const tf_cert_want *want);

/* One frame. TF_E_BUSY: the queue is full; TF_E_STATE: not up. Nothing was sent then. */
TF_MUST_USE tf_err tf_chan_send(tf_chan *c, const void *p, size_t len);

/* Bytes that wait to be sent, of a channel that is up. */
size_t tf_chan_queued(const tf_chan *c);

/* The peer's certificate, once the channel is up; NULL before. */
const tf_cert *tf_chan_peer(const tf_chan *c);
bool tf_chan_is_up(const tf_chan *c);

/* Close; down follows. reason is for the log. */
void tf_chan_close(tf_chan *c, const char *reason);

/* Of the caller. */
void tf_chan_set_data(tf_chan *c, void *data);
void *tf_chan_data(const tf_chan *c);

#endif
