#include "coordinator/coordinator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coordinator/api.h"
#include "coordinator/engine.h"
#include "daemon/log.h"

int64_t tf_coordinator_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

tf_err tf_uuid_make(char out[static TF_UUID_TEXT], const tf_rng *rng)
{
	uint8_t b[16];

	TRY(tf_rng_bytes(rng, b, sizeof(b)));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* RFC 9562, version 4 */
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	snprintf(out, TF_UUID_TEXT,
	         "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
	         b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
	         b[15]);
	return TF_OK;
}

tf_err tf_coordinator_audit(tf_coordinator *c, const char *event, json_t *fields)
{
	json_t *row = json_pack("{s:s}", "event", event);
	char *text = NULL;
	tf_err e = TF_E_RESOURCE;

	if (row && (!fields || json_object_update_missing(row, fields) == 0))
		text = json_dumps(row, JSON_COMPACT);
	if (text)
		e = tf_audit_add(c->audit, (uint64_t)tf_coordinator_now(), text, strlen(text));
	free(text);
	json_decref(row);
	json_decref(fields);
	if (e != TF_OK) {
		tf_log(TF_LOG_ERROR, "audit_failed", "error", tf_err_name(e), "what", event, NULL);
		tf_coordinator_fatal(c, "the audit log", e);
	}
	return e;
}

void tf_coordinator_fatal(tf_coordinator *c, const char *what, tf_err e)
{
	if (c->failed != TF_OK)
		return;
	tf_log(TF_LOG_ALERT, "fatal", "what", what, "error", tf_err_name(e), NULL);
	c->failed = e;
	if (c->end)
		c->end(c->end_ctx, e);
}

/* ---- what a turn writes ---- */

/* Whoever waits when it fails hears of it, also if nothing was written. */
static tf_turn_waits book_waits(void *ctx)
{
	const tf_coordinator *c = ctx;

	return c->failed != TF_OK || tf_book_has_deferred(c->book, true) ? TF_TURN_NOW
	       : tf_book_has_deferred(c->book, false)                    ? TF_TURN_SOON
	                                                                 : TF_TURN_NOTHING;
}

static tf_err settle_book(void *ctx)
{
	const tf_coordinator *c = ctx;

	if (c->failed == TF_OK)
		return tf_book_settle(c->book);
	tf_book_lose(c->book);
	return c->failed;
}

static void lose_book(void *ctx, tf_err e)
{
	tf_coordinator *c = ctx;

	tf_book_lose(c->book);
	tf_coordinator_fatal(c, "the audit log", e);
}

static void settled(void *ctx, tf_err e)
{
	tf_coordinator *c = ctx;

	if (e != TF_OK)
		tf_log(TF_LOG_ERROR, "books_failed", "error", tf_err_name(e), NULL);
	if (e != TF_OK && c->engine)
		tf_engine_books_failed(c->engine);
	if (c->api)
		tf_api_settled(c->api, e);
}

tf_err tf_coordinator_start_turn(tf_coordinator *c)
{
	const tf_turn_options o = {
		.loop = c->loop, .audit = c->audit, .waits = book_waits, .settle = settle_book,
		.lose = lose_book, .settled = settled, .ctx = c,
	};

	return tf_turn_new(&c->turn, &o);
}

const tf_group *tf_coordinator_group(const tf_coordinator *c, tf_curve_id curve)
{
	if (curve == TF_CURVE_SECP256K1)
		return c->secp256k1;
	return curve == TF_CURVE_ED25519 ? c->ed25519 : NULL;
}

tf_err tf_coordinator_derive(tf_coordinator *c, tf_curve_id curve, const tf_path *path,
                             tf_pt *child, tf_key_row *key)
{
	const tf_group *g = tf_coordinator_group(c, curve);
	tf_pt parent;
	tf_sc tweak;
	tf_err e = tf_book_key_find(c->book, (uint32_t)curve, key);

	if (!g || e == TF_E_NOT_FOUND || (e == TF_OK && key->state != TF_KEY_READY))
		return TF_E_STATE;
	TRY(e);
	TRY(tf_pt_decode(g, &parent, key->public_key));
	return tf_bip32_derive_from(&c->nodes, g, &tweak, child, NULL, &parent, key->chain_code,
	                            path);
}
