/* Hubs: who is judged again when the roster is a new one. */
#include "daemon/hub.h"

#include <stdio.h>
#include <string.h>

#include "harness/harness.h"
#include "net/test_pki.h"

typedef struct world {
	tf_loop *loop;
	tf_timer *pulse;
	tf_hub *server, *client;
	const char *dropped; /* of the roster; NULL: nobody */
	unsigned up, down;
	char last_down[64];
	char last_frame[64];
} world;

/* The roster is the names of certificates but for the one that was dropped. */
static tf_err judge(void *ctx, tf_cert *out, X509 *peer, const tf_cert_want *want, char *why,
                    size_t cap)
{
	const world *w = ctx;
	tf_cert c = { 0 };

	(void)want;
	CHECK(X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName,
	                                c.id.holder.device, sizeof(c.id.holder.device)) > 0);
	if (w->dropped && strcmp(w->dropped, c.id.holder.device) == 0) {
		snprintf(why, cap, "device is not in the roster");
		return TF_E_TRUST;
	}
	*out = c;
	return TF_OK;
}

static void on_up(void *ctx, tf_chan *c)
{
	(void)c;
	((world *)ctx)->up++;
}

static void on_frame(void *ctx, tf_chan *c, const uint8_t *p, size_t len)
{
	world *w = ctx;

	CHECK(len < sizeof(w->last_frame));
	memcpy(w->last_frame, p, len);
	w->last_frame[len] = '\0';
	CHECK(strcmp(tf_chan_peer(c)->id.holder.device, "guard-4") == 0);
}

static void on_down(void *ctx, tf_chan *c, const char *reason)
{
	world *w = ctx;

	(void)c;
	w->down++;
	snprintf(w->last_down, sizeof(w->last_down), "%.63s", reason);
}

static void none_up(void *ctx, tf_chan *c)
{
	(void)ctx;
	(void)c;
}

static void none_frame(void *ctx, tf_chan *c, const uint8_t *p, size_t len)
{
	(void)ctx;
	(void)c;
	(void)p;
	(void)len;
}

static void none_down(void *ctx, tf_chan *c, const char *reason)
{
	(void)ctx;
	(void)c;
	(void)reason;
}

static tf_err anybody(void *ctx, tf_cert *out, X509 *peer, const tf_cert_want *want, char *why,
                      size_t cap)
{
	(void)ctx;
	(void)peer;
	(void)want;
	(void)why;
	(void)cap;
	*out = (tf_cert){ 0 };
	return TF_OK;
}

static void nothing(void *ctx)
{
	(void)ctx;
}

static tf_hub *hub(world *w, tf_tls *tls, bool server)
{
	const tf_hub_options o = {
		.name = server ? "server" : "client", .loop = w->loop, .tls = tls,
		.judge = server ? judge : anybody, .judge_ctx = w, .frame_max = 64,
		.queue_max = 4096, .accept = { ~0u, TF_ANY_SET, NULL },
		.up = server ? on_up : none_up, .frame = server ? on_frame : none_frame,
		.down = server ? on_down : none_down, .ctx = w,
	};
	tf_hub *h;

	CHECK_OK(tf_hub_new(&h, &o));
	return h;
}

#define UNTIL(W, COND) \
	do { \
		tf_loop_once((W)->loop); \
	} while (!(COND))

TEST(who_leaves_the_roster_is_closed_and_the_others_stay)
{
	static const char *const names[] = { "guard-1", "guard-4" };
	const tf_cert_want want = { ~0u, TF_ANY_SET, NULL };
	world w = { 0 };
	pki_id id[2], own;
	tf_tls *tls[2], *own_tls;
	tf_hub *from[2];
	tf_chan *c[2];
	char why[160];
	uint16_t port;
	pki_ca ca;

	pki_ca_init(&ca, "test CA");
	pki_issue(&own, &ca, "primary-1", "IP:127.0.0.1", NULL, PKI_DAY);
	own_tls = pki_tls(&ca, &own, NULL, NULL);
	CHECK_OK(tf_loop_new(&w.loop));
	CHECK_OK(tf_timer_new(&w.pulse, w.loop, nothing, NULL));
	tf_timer_start(w.pulse, 10, 10);
	w.server = hub(&w, own_tls, true);
	CHECK_OK(tf_hub_listen(w.server, "127.0.0.1", 0, &port, why, sizeof(why)));
	for (unsigned i = 0; i < 2; i++) {
		pki_issue(&id[i], &ca, names[i], NULL, NULL, PKI_DAY);
		tls[i] = pki_tls(&ca, &id[i], NULL, NULL);
		from[i] = hub(&w, tls[i], false);
		CHECK_OK(tf_hub_dial(&c[i], from[i], "127.0.0.1", port, &want));
	}
	UNTIL(&w, w.up == 2 && tf_chan_is_up(c[0]) && tf_chan_is_up(c[1]));
	tf_hub_rejudge(NULL);
	tf_hub_rejudge(w.server); /* a new roster with both of them */
	for (unsigned i = 0; i < 3; i++)
		tf_loop_once(w.loop);
	CHECK(w.down == 0);

	w.dropped = "guard-1";
	CHECK_OK(tf_chan_send(c[0], "too late", 8)); /* on_frame would not stand it */
	tf_hub_rejudge(w.server);
	UNTIL(&w, w.down == 1);
	CHECK(strcmp(w.last_down, "device is not in the roster") == 0);
	CHECK_OK(tf_chan_send(c[1], "still here", 10));
	UNTIL(&w, w.last_frame[0]);
	CHECK(strcmp(w.last_frame, "still here") == 0 && w.down == 1);

	tf_hub_free(w.server);
	tf_hub_free(from[0]);
	tf_hub_free(from[1]);
	tf_timer_free(w.pulse);
	tf_loop_free(w.loop);
	for (unsigned i = 0; i < 2; i++) {
		tf_tls_free(tls[i]);
		pki_id_wipe(&id[i]);
	}
	tf_tls_free(own_tls);
	pki_id_wipe(&own);
	pki_ca_wipe(&ca);
}
