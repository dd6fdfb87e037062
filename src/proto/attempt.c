#include "proto/attempt.h"

#include <string.h>

#define KEY_RECORD_MAX (TF_CERTIFICATE_MAX + 256u)

static tf_wire_env record_env(const tf_group *g)
{
	return (tf_wire_env){ .g = g, .n = TF_PARTIES_MAX };
}

void tf_attempt_share_key(uint8_t out[static TF_ATTEMPT_SHARE_KEY], const tf_attempt *a)
{
	memcpy(out, a->sharing.sharing, 32);
	memcpy(out + 32, a->hash, 32);
}

/* A voter's place, or a->n. */
static unsigned place_of(const tf_attempt *a, const char *device)
{
	unsigned i = 0;

	while (i < a->n && strcmp(a->voter[i].device, device) != 0)
		i++;
	return i;
}

static tf_voter *find_voter(tf_attempt *a, const char *device)
{
	unsigned i = place_of(a, device);

	return i < a->n ? &a->voter[i] : NULL;
}

static bool has_seat(const tf_sharing *s, const char *device)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->seat[i].device, device) == 0)
			return true;
	return false;
}

/* ---- record ---- */

tf_err tf_attempt_certificate(uint8_t *out, size_t cap, size_t *len, const tf_attempt *a,
                              const tf_group *g, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem), body_len = 0, sigs = 0;
	uint8_t *body = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	tf_sharing_sig sig[TF_PARTIES_MAX];
	tf_err err;

	if (!body)
		return TF_E_CAPACITY;
	if (a->n == 0) {
		tf_arena_release(mem, mark);
		return TF_E_STATE;
	}
	for (unsigned i = 0; i < a->n; i++) {
		if (!a->voter[i].agreed)
			continue;
		sig[sigs].device = a->voter[i].device;
		memcpy(sig[sigs++].sig, a->voter[i].sig, sizeof(sig[0].sig));
	}
	err = tf_sharing_encode(body, &body_len, NULL, &a->sharing, g, mem);
	if (err == TF_OK)
		err = tf_sharing_seal(out, cap, len, body, body_len, sig, sigs, mem);
	tf_arena_release(mem, mark);
	return err;
}

static tf_err encode(uint8_t *out, size_t cap, size_t *len, const tf_attempt *a,
                     const tf_group *g, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	uint8_t *certificate = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	tf_attempt_voter voter[TF_PARTIES_MAX];
	tf_rec_attempt rec = { .epoch = a->sharing.epoch, .state = (uint8_t)a->state,
	                       .voters = voter, .voters_n = a->n,
	                       .abort = { a->abort, a->abort_len } };

	if (!certificate)
		return TF_E_CAPACITY;
	memcpy(rec.sharing, a->sharing.sharing, sizeof(rec.sharing));
	memcpy(rec.hash, a->hash, sizeof(rec.hash));
	for (unsigned i = 0; i < a->n; i++)
		voter[i].device = a->voter[i].device;
	rec.certificate.p = certificate;
	if (a->n > 0)
		TRY(tf_attempt_certificate(certificate, TF_CERTIFICATE_MAX, &rec.certificate.len,
		                           a, g, mem));
	return tf_wire_encode_framed(&tf_rec_attempt_wire, out, cap, len, &env, &rec);
}

tf_err tf_attempt_encode(uint8_t *out, size_t cap, size_t *len, const tf_attempt *a,
                         const tf_group *g, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = encode(out, cap, len, a, g, mem);

	tf_arena_release(mem, mark);
	return err;
}

tf_err tf_attempt_persist(const tf_attempt *a, const tf_group *g, tf_arena *mem, tf_outbox *out)
{
	uint8_t *record = tf_outbox_room(out, TF_ATTEMPT_RECORD_MAX);
	size_t len = 0;

	if (!record)
		return TF_E_CAPACITY;
	TRY(tf_attempt_encode(record, TF_ATTEMPT_RECORD_MAX, &len, a, g, mem));
	return tf_outbox_persist(out, TF_REC_ATTEMPT, a->hash, sizeof(a->hash), record, len);
}

/* The signatures of a certificate go to their voters. */
static tf_err place(tf_attempt *a, const tf_signed_certificate *c)
{
	for (uint32_t i = 0; i < c->signatures_n; i++) {
		tf_voter *v = find_voter(a, c->signatures[i].device);

		if (!v || v->agreed)
			return TF_E_ENCODING;
		v->agreed = true;
		memcpy(v->sig, c->signatures[i].signature, sizeof(v->sig));
	}
	return TF_OK;
}

static tf_err decode_voters(tf_attempt *out, const tf_rec_attempt *rec, const tf_group *g,
                            tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	tf_signed_certificate c;

	out->n = 0;
	for (unsigned i = 0; i < rec->voters_n; i++) {
		if (find_voter(out, rec->voters[i].device))
			return TF_E_ENCODING;
		TRY(tf_name_copy(out->voter[i].device, sizeof(out->voter[i].device),
		                 rec->voters[i].device));
		out->n++;
	}
	TRY(tf_signed_certificate_decode(&c, &env, mem, rec->certificate.p, rec->certificate.len));
	TRY(tf_sharing_decode(&out->sharing, out->hash, g, &c.body, mem));
	if (memcmp(out->hash, rec->hash, sizeof(rec->hash)) != 0 ||
	    memcmp(out->sharing.sharing, rec->sharing, sizeof(rec->sharing)) != 0 ||
	    out->sharing.epoch != rec->epoch)
		return TF_E_ENCODING;
	return place(out, &c);
}

static tf_err decode(tf_attempt *out, const tf_group *g, const uint8_t *in, size_t len,
                     tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	tf_rec_attempt rec;
	bool refused, ended;

	memset(out, 0, sizeof(*out));
	TRY(tf_wire_decode_framed(&tf_rec_attempt_wire, &rec, &env, mem, in, len));
	if (rec.state > TF_ATTEMPT_ABORTED)
		return TF_E_ENCODING;
	out->state = (tf_attempt_state)rec.state;
	refused = out->state == TF_ATTEMPT_REFUSED;
	ended = refused || out->state == TF_ATTEMPT_ABORTED;
	if (refused != (rec.voters_n == 0) || refused != (rec.certificate.len == 0) ||
	    ended != (rec.abort.len > 0))
		return TF_E_ENCODING;
	memcpy(out->hash, rec.hash, sizeof(rec.hash));
	memcpy(out->sharing.sharing, rec.sharing, sizeof(rec.sharing));
	out->sharing.epoch = rec.epoch;
	if (!refused)
		TRY(decode_voters(out, &rec, g, mem));
	if (out->state == TF_ATTEMPT_COMMITTED && !tf_attempt_agreed(out))
		return TF_E_ENCODING;
	if (ended)
		memcpy(out->abort, rec.abort.p, rec.abort.len);
	out->abort_len = rec.abort.len;
	return TF_OK;
}

tf_err tf_attempt_decode(tf_attempt *out, const tf_group *g, const uint8_t *in, size_t len,
                         tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = decode(out, g, in, len, mem);

	tf_arena_release(mem, mark);
	if (err != TF_OK)
		memset(out, 0, sizeof(*out));
	return err;
}

/* ---- acknowledgements ---- */

bool tf_attempt_acknowledged(const tf_attempt *a, const char *device, bool has_pending)
{
	if (a->state == TF_ATTEMPT_REFUSED)
		return false;
	return a->state == TF_ATTEMPT_COMMITTED || has_pending || !has_seat(&a->sharing, device);
}

bool tf_attempt_agreed(const tf_attempt *a)
{
	for (unsigned i = 0; i < a->n; i++)
		if (!a->voter[i].agreed)
			return false;
	return a->n > 0;
}

/* What is shown comes over whatever relay, which may have forged it: its checks name nobody. */
static tf_err check_word(const tf_voter *voter, const tf_certificate_signature *sig,
                         const uint8_t *pk, const uint8_t hash[static 32])
{
	if (!tf_holds(NULL, TF_CK_ATTEMPT_VOTER, voter != NULL))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_ATTEMPT_SIGNER, pk != NULL))
		return TF_E_TRUST;
	if (!pk) /* not reached */
		return TF_OK;
	if (!tf_holds(NULL, TF_CK_ATTEMPT_SIGNATURE,
	              tf_sign_holds(sig->signature, pk, TF_SHARING_DOMAIN, hash, 32)))
		return TF_E_TRUST;
	return TF_OK;
}

static tf_err take(tf_attempt *a, const tf_signed_certificate *c, const tf_group *g,
                   tf_identity_find find, void *ctx, tf_arena *mem)
{
	uint8_t hash[32];
	tf_sharing s;

	TRY(tf_sharing_decode(&s, hash, g, &c->body, mem));
	if (memcmp(hash, a->hash, sizeof(hash)) != 0)
		return TF_E_SESSION;
	for (uint32_t i = 0; i < c->signatures_n; i++) {
		const tf_certificate_signature *sig = &c->signatures[i];

		TRY(check_word(find_voter(a, sig->device), sig, find(ctx, sig->device), hash));
	}
	for (uint32_t i = 0; i < c->signatures_n; i++) {
		tf_voter *v = find_voter(a, c->signatures[i].device);

		if (!v) /* not reached */
			continue;
		v->agreed = true;
		memcpy(v->sig, c->signatures[i].signature, sizeof(v->sig));
	}
	return TF_OK;
}

tf_err tf_attempt_take(tf_attempt *a, const uint8_t *in, size_t len, tf_identity_find find,
                       void *ctx, const tf_group *g, tf_arena *mem)
{
	tf_wire_env env = record_env(g);
	size_t mark = tf_arena_mark(mem);
	tf_signed_certificate c;
	tf_err err = tf_signed_certificate_decode(&c, &env, mem, in, len);

	if (err == TF_OK)
		err = take(a, &c, g, find, ctx, mem);
	tf_arena_release(mem, mark);
	return err;
}

/* ---- commit ---- */

/* The share of this attempt, in our own seat. */
static tf_err check_pending(const tf_attempt *a, const tf_key *pending, const tf_group *g,
                            tf_arena *mem)
{
	uint8_t hash[32];

	TRY(tf_sharing_encode(NULL, NULL, hash, &pending->sharing, g, mem));
	if (memcmp(hash, a->hash, sizeof(hash)) != 0 ||
	    !tf_sharing_seat(&pending->sharing, pending->index))
		return TF_E_USAGE;
	return TF_OK;
}

/* The share's record with the certificate as it is now. */
static tf_err persist_share(const tf_attempt *a, const tf_key *key, const uint8_t *name,
                            size_t name_len, const tf_group *g, tf_arena *mem, tf_outbox *out)
{
	size_t mark = tf_arena_mark(mem), cert_len = 0, len = 0;
	uint8_t *cert = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);
	uint8_t *record = tf_outbox_room(out, KEY_RECORD_MAX);
	tf_err err;

	if (!cert || !record)
		return TF_E_CAPACITY;
	err = tf_attempt_certificate(cert, TF_CERTIFICATE_MAX, &cert_len, a, g, mem);
	if (err == TF_OK)
		err = tf_key_encode(record, KEY_RECORD_MAX, &len, key, cert, cert_len, g, mem);
	tf_arena_release(mem, mark);
	TRY(err);
	return tf_outbox_persist(out, TF_REC_KEY_SHARE, name, name_len, record, len);
}

tf_err tf_attempt_acknowledge(const tf_attempt *a, const tf_key *pending, const tf_group *g,
                              tf_arena *mem, tf_outbox *out)
{
	uint8_t name[TF_ATTEMPT_SHARE_KEY];

	TRY(tf_attempt_persist(a, g, mem, out));
	if (!pending)
		return TF_OK;
	tf_attempt_share_key(name, a);
	return persist_share(a, pending, name, sizeof(name), g, mem, out);
}

static tf_err commit(tf_attempt *a, tf_key *pending, const tf_group *g, tf_arena *mem,
                     tf_outbox *out)
{
	uint8_t name[TF_ATTEMPT_SHARE_KEY];

	a->state = TF_ATTEMPT_COMMITTED;
	a->abort_len = 0;
	if (!pending)
		return tf_attempt_persist(a, g, mem, out);
	TRY(check_pending(a, pending, g, mem));
	pending->state = TF_SHARE_COMMITTED;
	TRY(persist_share(a, pending, a->sharing.sharing, sizeof(a->sharing.sharing), g, mem,
	                  out));
	TRY(tf_outbox_retire(out, a->sharing.sharing, a->sharing.epoch));
	TRY(tf_attempt_persist(a, g, mem, out));
	tf_attempt_share_key(name, a);
	return tf_outbox_erase(out, TF_REC_KEY_SHARE, name, sizeof(name));
}

tf_err tf_attempt_commit(tf_attempt *a, tf_key *pending, const char *device, uint32_t committed,
                         const tf_group *g, tf_arena *mem, tf_outbox *out)
{
	tf_attempt_state state = a->state;
	size_t before = out->count, abort_len = a->abort_len;
	tf_err err;

	if (state == TF_ATTEMPT_REFUSED || committed >= a->sharing.epoch || !tf_attempt_agreed(a))
		return TF_E_STATE;
	if (!pending && (state == TF_ATTEMPT_COMMITTED || has_seat(&a->sharing, device)))
		return TF_E_STATE;
	err = commit(a, pending, g, mem, out);
	if (err != TF_OK) {
		out->count = before;
		a->state = state;
		a->abort_len = abort_len;
		if (pending)
			pending->state = TF_SHARE_PENDING;
	}
	return err;
}

/* ---- abort ---- */

static tf_err abort_text(uint8_t *out, size_t *len, const tf_rec_attempt_abort *m)
{
	tf_rec_attempt_abort bare = *m;

	memset(bare.signature, 0, sizeof(bare.signature));
	return tf_rec_attempt_abort_encode(out, TF_ABORT_MAX, len, NULL, &bare);
}

static tf_err make_abort(uint8_t *abort, size_t cap, size_t *len, const tf_attempt_query *q,
                         const tf_signer *signer)
{
	tf_rec_attempt_abort m = { .epoch = q->epoch, .device = q->device };
	uint8_t text[TF_ABORT_MAX];
	size_t text_len = 0;

	memcpy(m.sharing, q->sharing, sizeof(m.sharing));
	memcpy(m.hash, q->hash, sizeof(m.hash));
	TRY(abort_text(text, &text_len, &m));
	TRY(tf_sign(m.signature, signer, TF_ABORT_DOMAIN, text, text_len));
	return tf_rec_attempt_abort_encode(abort, cap, len, NULL, &m);
}

tf_err tf_attempt_refuse(uint8_t *abort, size_t cap, size_t *len, const tf_attempt_query *q,
                         const tf_signer *signer, const tf_group *g, tf_arena *mem,
                         tf_outbox *out)
{
	tf_attempt a = { .state = TF_ATTEMPT_REFUSED };

	if (q->committed >= q->epoch || q->has_pending ||
	    (q->known && (q->known->state == TF_ATTEMPT_ABORTED ||
	                  tf_attempt_acknowledged(q->known, q->device, q->has_pending))))
		return TF_E_STATE;
	memcpy(a.sharing.sharing, q->sharing, sizeof(q->sharing));
	a.sharing.epoch = q->epoch;
	memcpy(a.hash, q->hash, sizeof(q->hash));
	TRY(make_abort(a.abort, sizeof(a.abort), &a.abort_len, q, signer));
	if (a.abort_len > cap)
		return TF_E_CAPACITY;
	TRY(tf_attempt_persist(&a, g, mem, out));
	memcpy(abort, a.abort, a.abort_len);
	*len = a.abort_len;
	return TF_OK;
}

static tf_err check_of_attempt(const tf_attempt *a, const tf_rec_attempt_abort *m)
{
	if (!tf_holds(NULL, TF_CK_ABORT_EPOCH, m->epoch == a->sharing.epoch))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_ABORT_SHARING,
	              memcmp(m->sharing, a->sharing.sharing, sizeof(m->sharing)) == 0))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_ABORT_ATTEMPT, memcmp(m->hash, a->hash, sizeof(m->hash)) == 0))
		return TF_E_TRUST;
	return TF_OK;
}

/* Of this attempt, and by a voter, whose place is *voter. */
static tf_err check_abort(unsigned *voter, const tf_attempt *a, const tf_rec_attempt_abort *m,
                          tf_identity_find find, void *ctx)
{
	const uint8_t *pk = find(ctx, m->device);
	uint8_t text[TF_ABORT_MAX];
	size_t len = 0;

	TRY(check_of_attempt(a, m));
	*voter = place_of(a, m->device);
	if (!tf_holds(NULL, TF_CK_ABORT_VOTER, *voter < a->n))
		return TF_E_TRUST;
	if (!tf_holds(NULL, TF_CK_ABORT_SIGNER, pk != NULL))
		return TF_E_TRUST;
	if (!pk) /* not reached */
		return TF_OK;
	TRY(abort_text(text, &len, m));
	if (!tf_holds(NULL, TF_CK_ABORT_SIGNATURE,
	              tf_sign_holds(m->signature, pk, TF_ABORT_DOMAIN, text, len)))
		return TF_E_TRUST;
	return TF_OK;
}

/* We remember why. The pending share stays: whoever aborts may have acknowledged it to others. */
static tf_err remember(tf_attempt *a, const uint8_t *abort, size_t len, const tf_group *g,
                       tf_arena *mem, tf_outbox *out)
{
	a->state = TF_ATTEMPT_ABORTED;
	memcpy(a->abort, abort, len);
	a->abort_len = len;
	return tf_attempt_persist(a, g, mem, out);
}

/* Who aborts has not acknowledged. */
static tf_err check_honest(const tf_attempt *a, unsigned voter, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_ABORT_HONEST, !a->voter[voter].agreed))
		return TF_E_CONFLICT;
	return TF_OK;
}

tf_err tf_attempt_abort(tf_attempt *a, tf_blob abort, uint32_t committed, tf_identity_find find,
                        void *ctx, const tf_group *g, tf_arena *mem, tf_outbox *out,
                        tf_fault *fault)
{
	size_t mark = tf_arena_mark(mem), before = out->count;
	tf_rec_attempt_abort m;
	unsigned voter = 0;
	tf_err err;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	if (a->state == TF_ATTEMPT_COMMITTED || committed >= a->sharing.epoch)
		return TF_E_STATE;
	if (a->state != TF_ATTEMPT_ACKNOWLEDGED)
		return TF_E_DUPLICATE;
	if (abort.len > TF_ABORT_MAX)
		return TF_E_TOO_LARGE;
	TRY(tf_rec_attempt_abort_decode(&m, NULL, mem, abort.p, abort.len));
	err = check_abort(&voter, a, &m, find, ctx);
	tf_arena_release(mem, mark);
	if (!tf_holds(fault, TF_CK_ABORT_SIGNED, err == TF_OK))
		return TF_E_TRUST;
	tf_fault_at(fault, voter + 1, 0);
	if (voter < a->n)
		TRY(check_honest(a, voter, fault));
	err = remember(a, abort.p, abort.len, g, mem, out);
	if (err != TF_OK) {
		out->count = before;
		a->state = TF_ATTEMPT_ACKNOWLEDGED;
		a->abort_len = 0;
	}
	return err;
}

unsigned tf_attempt_liar(const tf_attempt *a, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_rec_attempt_abort m;
	unsigned liar = 0;

	if (a->state != TF_ATTEMPT_ABORTED ||
	    tf_rec_attempt_abort_decode(&m, NULL, mem, a->abort, a->abort_len) != TF_OK)
		return 0;
	for (unsigned i = 0; i < a->n; i++)
		if (a->voter[i].agreed && strcmp(a->voter[i].device, m.device) == 0)
			liar = i + 1;
	tf_arena_release(mem, mark);
	return liar;
}

tf_err tf_attempt_sweep(const tf_attempt *a, uint32_t committed, bool has_pending, tf_outbox *out)
{
	uint8_t name[TF_ATTEMPT_SHARE_KEY];
	bool over = committed >= a->sharing.epoch || a->state == TF_ATTEMPT_REFUSED;

	tf_attempt_share_key(name, a);
	if (over && has_pending)
		TRY(tf_outbox_erase(out, TF_REC_KEY_SHARE, name, sizeof(name)));
	if (committed > a->sharing.epoch)
		TRY(tf_outbox_erase(out, TF_REC_ATTEMPT, a->hash, sizeof(a->hash)));
	return TF_OK;
}

tf_err tf_attempt_forget(const tf_attempt *a, tf_outbox *out)
{
	uint8_t name[TF_ATTEMPT_SHARE_KEY];

	if (a->state != TF_ATTEMPT_ABORTED)
		return TF_E_STATE;
	tf_attempt_share_key(name, a);
	return tf_outbox_erase(out, TF_REC_KEY_SHARE, name, sizeof(name));
}
