#include "coordinator/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "chain/evm.h"
#include "curve/ecdsa.h"
#include "curve/ed25519_sig.h"
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

void tf_signer_raw(tf_ctl_raw *out, const tf_txn *t, uint32_t item)
{
	*out = (tf_ctl_raw){
		.tx = t->id,
		.item = (uint16_t)item,
		.token = { (const uint8_t *)t->token, strlen(t->token) },
		.target = { (const uint8_t *)t->target, strlen(t->target) },
		.body = { t->body.p, t->body.len },
	};
}

/* Numbers that are none of the group are a device's doing, too: TF_E_MISMATCH. */
static tf_err decode(tf_ecdsa_sig *sig, const tf_group *g, const tf_run *run)
{
	*sig = (tf_ecdsa_sig){ .recid = run->recid };
	return tf_sc_decode(g, &sig->r, run->r) == TF_OK && tf_sc_decode(g, &sig->s, run->s) == TF_OK
	               ? TF_OK : TF_E_MISMATCH;
}

/* With its recovery id: a device may send another's signature with the id of another signer. */
static tf_err check_ecdsa(const tf_coordinator *c, const tf_run *run, const tf_pt *key,
                          const uint8_t digest[static 32])
{
	tf_ecdsa_sig sig;
	bool valid = false;

	TRY(decode(&sig, c->secp256k1, run));
	TRY(tf_ecdsa_verify_recid_vt(c->secp256k1, &valid, &sig, digest, key));
	return valid ? TF_OK : TF_E_MISMATCH;
}

/* The signature, if it is one of this digest under the account's key. */
static tf_err check_signature(tf_coordinator *c, const tf_txn *t, const tf_run *run)
{
	const tf_chain_rule *chain = tf_chain_find(c->workspace, t->asset);
	tf_key_row key;
	tf_path path;
	tf_pt child;

	if (!chain)
		return TF_E_NOT_FOUND;
	TRY(tf_path_bip44(&path, chain->coin_type, (uint32_t)t->account));
	TRY(tf_coordinator_derive(c, TF_CURVE_SECP256K1, &path, &child, &key));
	return check_ecdsa(c, run, &child, t->digest);
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

static tf_err complete_transfer(tf_coordinator *c, const tf_txn *t, const tf_run *run)
{
	uint8_t raw[RAW_MAX], hash[32];
	char text[67] = "0x";
	size_t len;

	TRY(check_signature(c, t, run));
	TRY(assemble(raw, &len, t, run));
	tf_evm_hash(hash, raw, len);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(text + 2 + 2 * i, 3, "%02x", hash[i]);
	TRY(tf_txn_complete(c->book, t->id, raw, len, text, tf_coordinator_now()));
	return tf_coordinator_audit(c, "transaction_completed",
	                            json_pack("{s:s, s:s, s:s}", "id", t->id, "hash", text, "clique",
	                                      t->clique));
}

/* ---- raw requests ---- */

/* The record of one message, if the signature is one of it by its key. */
static tf_err make_record(uint8_t out[static TF_TXN_RAW_SIGNATURE], tf_coordinator *c,
                          const tf_txn *t, const tf_run *run)
{
	tf_raw_request r;
	tf_curve_id curve = t->algorithm == TF_RAW_EDDSA_ED25519 ? TF_CURVE_ED25519
	                                                         : TF_CURVE_SECP256K1;
	const tf_workspace *w = c->workspace;
	const uint8_t *content;
	tf_key_row key;
	tf_pt child;
	size_t len;

	TRY(tf_raw_parse(&r, NULL, w->chains, w->n_chains, (const char *)t->body.p, t->body.len));
	if (run->spec.item >= r.n || r.n != t->messages || run->spec.curve != (uint32_t)curve)
		return TF_E_STATE; /* ours: nobody else has chosen them */
	TRY(tf_coordinator_derive(c, curve, &r.message[run->spec.item].path, &child, &key));
	content = tf_raw_content(&r, run->spec.item, &len);
	out[0] = 1;
	memcpy(out + 1, run->r, 32);
	memcpy(out + 33, run->s, 32);
	out[65] = run->recid;
	tf_pt_encode(tf_coordinator_group(c, curve), out + 66, &child);
	if (curve == TF_CURVE_ED25519)
		return tf_ed_point_holds(c->ed25519, &child, out + 1, content, len) ? TF_OK
		                                                                    : TF_E_MISMATCH;
	return len == 32 ? check_ecdsa(c, run, &child, content) : TF_E_STATE;
}

/* All that there are, with this one. */
static tf_err merge(tf_coordinator *c, const tf_txn *t, uint32_t item,
                    const uint8_t record[static TF_TXN_RAW_SIGNATURE], uint8_t *all, size_t len)
{
	uint32_t have = 0;

	if (t->raw.len == len)
		memcpy(all, t->raw.p, len);
	memcpy(all + item * TF_TXN_RAW_SIGNATURE, record, TF_TXN_RAW_SIGNATURE);
	for (uint32_t i = 0; i < t->messages; i++)
		have += all[i * TF_TXN_RAW_SIGNATURE] != 0;
	if (have < t->messages)
		return tf_txn_keep_raw(c->book, t->id, all, len, tf_coordinator_now());
	TRY(tf_txn_complete(c->book, t->id, all, len, "", tf_coordinator_now()));
	return tf_coordinator_audit(c, "transaction_completed",
	                            json_pack("{s:s, s:s, s:I, s:s}", "id", t->id, "operation", "RAW",
	                                      "messages", (json_int_t)t->messages, "clique",
	                                      t->clique));
}

static tf_err complete_raw(tf_coordinator *c, const tf_txn *t, const tf_run *run)
{
	uint8_t record[TF_TXN_RAW_SIGNATURE];
	size_t len = t->messages * sizeof(record);
	uint8_t *all;
	tf_err e;

	TRY(make_record(record, c, t, run));
	all = calloc(t->messages, sizeof(record));
	if (!all)
		return TF_E_RESOURCE;
	e = merge(c, t, run->spec.item, record, all, len);
	free(all);
	return e;
}

tf_err tf_signer_complete(tf_coordinator *c, const tf_run *run)
{
	TF_AUTO(tf_txn) t = { 0 };

	TRY(tf_txn_get(c->book, run->spec.tx, &t));
	switch (t.operation) {
	case TF_TXN_TRANSFER: return complete_transfer(c, &t, run);
	case TF_TXN_RAW: return complete_raw(c, &t, run);
	}
	return TF_E_UNSUPPORTED;
}

tf_err tf_signer_refused(tf_coordinator *c, const tf_device *d, const tf_run *run,
                         const tf_ctl_refusal *m, const uint8_t *raw, size_t len)
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
	if (!run || run->started)
		return TF_OK;
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
