/* What a co-signer missed when it was away: the certificate that completes a pending key share, and
 * which of its presignatures are good for nothing any more. The coordinator brings both and is
 * believed in neither: a certificate proves itself, and a presignature less is only work lost. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/log.h"

#define SCRATCH (256u * 1024u)

static const tf_wire_env control_env = { .n = TF_PARTIES_MAX };

static const uint8_t *find_identity(void *ctx, const char *device)
{
	const tf_node *n = ctx;
	const tf_workspace *w = tf_member_workspace(n->member);
	const tf_roster_entry *r = w ? tf_roster_find(w, device) : NULL;

	return r && r->pinned ? r->identity : NULL;
}

/* The key that came last, in words. */
static tf_err log_key(tf_node *n)
{
	const tf_keyring_entry *key = tf_keeper_key_at(n->keeper, tf_keeper_keys(n->keeper) - 1);
	char sharing[65];

	sodium_bin2hex(sharing, sizeof(sharing), key->sharing, 32);
	return tf_node_audit(n, "key_completed", json_pack("{s:s}", "sharing", sharing));
}

static void complete(tf_node *n, const tf_blob *certificate)
{
	tf_fault fault = { 0 };
	tf_err e;

	/* A generation under way could commit the same key; it will be offered again. */
	if (tf_sessions_generates(&n->sessions, NULL))
		return;
	e = tf_keeper_complete(n->keeper, certificate->p, certificate->len, find_identity, n,
	                       &fault);
	if (e == TF_OK)
		e = log_key(n);
	if (e == TF_OK) {
		tf_log(TF_LOG_INFO, "key_completed", NULL);
		tf_link_beat(n->link);
	} else if (e == TF_E_DUPLICATE) {
		tf_link_beat(n->link);
	} else if (fault.check != TF_CK_NONE || e == TF_E_CONFLICT) {
		tf_log(TF_LOG_ALERT, "certificate_refused", "error", tf_err_name(e), "check",
		       tf_check_name(fault.check), "reason", tf_check_text(fault.check), NULL);
	} else if (e == TF_E_RESOURCE) {
		tf_log(TF_LOG_ERROR, "key_not_completed", "error", tf_err_name(e), "reason",
		       "no room for another key here", NULL);
	} else {
		tf_node_fatal(n, "completing a key share", e);
	}
}

void tf_mend_certificate(tf_node *n, const uint8_t *p, size_t len)
{
	void *room = malloc(SCRATCH);
	tf_ctl_certificate m;
	tf_arena mem;
	tf_err e = TF_E_RESOURCE;

	if (room) {
		tf_arena_init(&mem, room, SCRATCH);
		e = tf_wire_decode_framed(&tf_ctl_certificate_wire, &m, &control_env, &mem, p, len);
	}
	if (e != TF_OK)
		tf_log(TF_LOG_WARN, "bad_certificate", "error", tf_err_name(e), NULL);
	else if (!n->draining)
		complete(n, &m.certificate);
	free(room);
}

void tf_mend_forsake(tf_node *n, const uint8_t *p, size_t len)
{
	void *room = malloc(SCRATCH);
	tf_ctl_forsake m = { .ids_n = 0 };
	uint32_t gone = 0;
	tf_arena mem;

	if (!room)
		return;
	tf_arena_init(&mem, room, SCRATCH);
	if (tf_wire_decode_framed(&tf_ctl_forsake_wire, &m, &control_env, &mem, p, len) != TF_OK)
		tf_log(TF_LOG_WARN, "bad_forsake", NULL);
	else
		for (uint32_t i = 0; i < m.ids_n; i++)
			gone += tf_sessions_forsake(&n->sessions, m.ids[i].id);
	free(room);
	if (gone > 0) {
		tf_log(TF_LOG_INFO, "presignatures_destroyed", "why", "not held by all", NULL);
		tf_link_beat(n->link);
	}
}
