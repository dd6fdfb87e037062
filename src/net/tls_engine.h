/* One TLS connection as a sans-IO engine: ciphertext in, ciphertext out, plaintext on the other
 * side. Private to this room; conn.h is the face of it.
 */
#ifndef TF_NET_TLS_ENGINE_H
#define TF_NET_TLS_ENGINE_H

#include "base/fault.h"
#include "net/conn.h"
#include "net/tls.h"

/* Somebody with an open connection of a tf_tls, told after a reload. */
typedef struct tf_tls_user {
	struct tf_tls_user *prev, *next;
	void (*recheck)(struct tf_tls_user *self);
} tf_tls_user;

/* Reference count and list of users. join takes a reference, leave drops it. */
void tf_tls_join(tf_tls *tls, tf_tls_user *user);
void tf_tls_leave(tf_tls *tls, tf_tls_user *user);
void tf_tls_hold(tf_tls *tls);
SSL_CTX *tf_tls_ctx(const tf_tls *tls);
const char *tf_tls_alpn(const tf_tls *tls);

#define TF_WHY_MAX 192

typedef enum tf_tls_side { TF_TLS_ACCEPTS = 1, TF_TLS_DIALS } tf_tls_side;

/* Makes every connection of ctx ask its engine about the peer; for tls.c. */
void tf_engine_prepare(SSL_CTX *ctx);

typedef struct tf_engine_options {
	tf_tls_side side;
	tf_client_auth client_auth; /* ACCEPTS */
	const char *check_host;     /* DIALS; NULL: not asked */
	tf_peer_fn check;
	void *check_ctx;
} tf_engine_options;

typedef struct tf_engine {
	SSL *ssl;
	BIO *in, *out; /* belong to ssl */
	tf_engine_options options; /* check_host is not kept */
	char why[TF_WHY_MAX]; /* reason of the last error */
} tf_engine;

TF_MUST_USE tf_err tf_engine_init(tf_engine *e, const tf_tls *tls,
                                  const tf_engine_options *options);
void tf_engine_wipe(tf_engine *e);

/* Ciphertext from the network. */
TF_MUST_USE tf_err tf_engine_feed(tf_engine *e, const void *p, size_t len);

/* TF_OK: done, and the peer is accepted. TF_E_BUSY: needs more bytes. Otherwise e->why. */
TF_MUST_USE tf_err tf_engine_handshake(tf_engine *e);

/* Plaintext. TF_E_BUSY: needs more bytes. TF_E_CANCELLED: peer said close_notify. */
TF_MUST_USE tf_err tf_engine_read(tf_engine *e, uint8_t *out, size_t cap, size_t *len);
TF_MUST_USE tf_err tf_engine_write(tf_engine *e, const void *p, size_t len);

/* close_notify into the output. */
void tf_engine_shutdown(tf_engine *e);

/* Ciphertext to send: how much there is, and the first len <= pending bytes of it. */
size_t tf_engine_pending(const tf_engine *e);
void tf_engine_take(tf_engine *e, uint8_t *out, size_t len);

/* True if tls was reloaded after the engine was made. */
bool tf_engine_is_stale(const tf_engine *e, const tf_tls *tls);

/* The peer's chain once more, against the roots and CRL of tls. */
TF_MUST_USE tf_err tf_engine_recheck(tf_engine *e, const tf_tls *tls);

/* Seconds until the first certificate of the peer's chain ends; INT64_MAX without one. */
int64_t tf_engine_peer_life(const tf_engine *e);

#endif
