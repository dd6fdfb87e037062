#include "coordinator/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "chain/evm.h"
#include "curve/ecdsa.h"
#include "wire/statement.h"

#define RAW_MAX 2048u

tf_err tf_signer_intent(tf_ctl_intent *out, char path[static TF_PATH_TEXT],
                        const tf_coordinator *c, const tf_txn *t)
{
	const tf_chain_rule *chain = tf_chain_find(c->workspace, t->asset);
	tf_path steps;

	if (!chain)
		return TF_E_NOT_FOUND;
	TRY(tf_path_bip44(&steps, chain->coin_type, (uint32_t)t->account));
	TRY(tf_path_format(path, &steps));
	*out = (tf_ctl_intent){
		.tx = t->id,
		.asset = t->asset,
		.token = { (const uint8_t *)t->token, strlen(t->token) },
		.target = { (const uint8_t *)t->target, strlen(t->target) },
		.body = { t->body.p, t->body.len },
		.payload = { t->payload.p, t->payload.len },
		.path = path,
	};
	return TF_OK;
}

/* The signature, if it is one of this digest under the account's key. */
static tf_err check_signature(tf_coordinator *c, const tf_txn *t, const tf_run *run)
{
	const tf_chain_rule *chain = tf_chain_find(c->workspace, t->asset);
	tf_ecdsa_sig sig = { .recid = run->recid };
	tf_key_row key;
	tf_path path;
	tf_pt child;
	bool valid = false;

	if (!chain)
		return TF_E_NOT_FOUND;
	TRY(tf_path_bip44(&path, chain->coin_type, (uint32_t)t->account));
	TRY(tf_coordinator_derive(c, &path, &child, &key));
	TRY(tf_sc_decode(c->secp256k1, &sig.r, run->r));
	TRY(tf_sc_decode(c->secp256k1, &sig.s, run->s));
	TRY(tf_ecdsa_verify_vt(c->secp256k1, &valid, &sig, t->digest, &child));
	return valid ? TF_OK : TF_E_MISMATCH;
}

static tf_err assemble(uint8_t raw[static RAW_MAX], size_t *len, const tf_txn *t,
                       const tf_run *run)
{
	tf_evm_signature sig = { .y_odd = run->recid & 1 };
	tf_evm_tx tx;

	memcpy(sig.r, run->r, 32);
	memcpy(sig.s, run->s, 32);
	TRY(tf_evm_parse(&tx, t->payload.p, t->payload.len));
	return tf_evm_assemble(raw, RAW_MAX, len, &tx, &sig);
}

tf_err tf_signer_complete(tf_coordinator *c, const tf_run *run)
{
	TF_AUTO(tf_txn) t = { 0 };
	uint8_t raw[RAW_MAX], hash[32];
	char text[67] = "0x";
	size_t len;

	TRY(tf_txn_get(c->book, run->spec.tx, &t));
	TRY(check_signature(c, &t, run));
	TRY(assemble(raw, &len, &t, run));
	tf_evm_hash(hash, raw, len);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(text + 2 + 2 * i, 3, "%02x", hash[i]);
	TRY(tf_txn_complete(c->book, t.id, raw, len, text, tf_coordinator_now()));
	return tf_coordinator_audit(c, "transaction_completed",
	                            json_pack("{s:s, s:s, s:s}", "id", t.id, "hash", text, "clique",
	                                      t.clique));
}

tf_err tf_signer_refused(tf_coordinator *c, const tf_device *d, const tf_ctl_refusal *m,
                         const uint8_t *raw, size_t len)
{
	const tf_roster_entry *r = tf_roster_find(c->workspace, d->name);
	TF_AUTO(tf_txn) t = { 0 };
	tf_refusal row = { .check_number = m->check, .created = tf_coordinator_now() };
	bool policy = tf_err_get_kind((tf_err)m->error) != TF_KIND_STATE &&
	              tf_err_get_kind((tf_err)m->error) != TF_KIND_RESOURCE;
	tf_err e;

	if (!r || strcmp(m->device, d->name) != 0 || !tf_refusal_holds(m, r->identity))
		return TF_E_TRUST;
	TRY(tf_txn_get(c->book, m->tx, &t));
	row.attempt = t.attempts;
	row.statement = (tf_bytes){ (uint8_t *)(uintptr_t)raw, len };
	snprintf(row.device, sizeof(row.device), "%s", d->name);
	snprintf(row.reason, sizeof(row.reason), "%.500s", m->reason);
	TRY(tf_txn_refusal_add(c->book, t.id, &row));
	e = tf_txn_set_status(c->book, t.id, TF_TXN_BLOCKED,
	                      policy ? "BLOCKED_BY_POLICY" : "SIGNING_ERROR", row.created);
	if (e == TF_E_STATE)
		return TF_OK; /* it has ended already: the second refusal of one attempt */
	TRY(e);
	return tf_coordinator_audit(c, "transaction_refused",
	                            json_pack("{s:s, s:s, s:i, s:s}", "id", t.id, "device", d->name,
	                                      "check", (int)m->check, "reason", row.reason));
}

void tf_signer_forget(tf_fleet *f, const uint8_t id[static 32])
{
	for (size_t i = 0; i < f->n; i++)
		tf_device_forget_presig(&f->device[i], id);
}
