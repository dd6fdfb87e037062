#include "session/opening.h"

#include <string.h>

#include "base/keccak.h"
#include "proto/frost_prepare.h"
#include "proto/presign.h"
#include "zk/transcript.h"

#define HEADER 4u /* type and version in front of a message */

static const uint8_t zero[32];
static const tf_wire_env widest = { .n = TF_PARTIES_MAX };

bool tf_open_is_fresh(const tf_open *o)
{
	return o->protocol == TF_SIGN && memcmp(o->presig, zero, sizeof(zero)) == 0;
}

bool tf_open_needs_aux(const tf_open *o)
{
	return o->protocol == TF_PRESIGN || tf_open_is_fresh(o);
}

bool tf_open_is_frost(const tf_open *o)
{
	return o->protocol == TF_FROST_PREPARE || o->protocol == TF_FROST_SIGN;
}

bool tf_open_fills_pool(const tf_open *o)
{
	return o->protocol == TF_PRESIGN || o->protocol == TF_FROST_PREPARE;
}

bool tf_open_signs(const tf_open *o)
{
	return o->protocol == TF_SIGN || o->protocol == TF_FROST_SIGN;
}

bool tf_open_needs_key(const tf_open *o)
{
	return tf_open_fills_pool(o) || tf_open_signs(o);
}

static bool known_protocol(uint8_t kind)
{
	switch ((tf_protocol)kind) {
	case TF_KEYGEN:
	case TF_AUXINFO:
	case TF_PRESIGN:
	case TF_SIGN:
	case TF_FROST_PREPARE:
	case TF_FROST_SIGN: return true;
	}
	return false;
}

static const tf_group *if_named(const tf_group *g, uint8_t curve)
{
	return g && curve == tf_group_id(g) ? g : NULL;
}

/* The group that is named, if we have it and the protocol runs over it; NULL if not. */
static const tf_group *group_of(const tf_self *self, const tf_ctl_open *m)
{
	const tf_group *ecdsa = if_named(self->g, m->curve);
	const tf_group *frost = if_named(self->frost, m->curve);

	switch ((tf_protocol)m->kind) {
	case TF_KEYGEN: return ecdsa ? ecdsa : frost;
	case TF_AUXINFO:
	case TF_PRESIGN:
	case TF_SIGN: return ecdsa;
	case TF_FROST_PREPARE:
	case TF_FROST_SIGN: return frost;
	}
	return NULL;
}

/* Strictly ascending by role, slot and device; one device per slot, no device twice. */
static bool parties_in_order(const tf_ctl_open *m)
{
	for (uint32_t i = 0; i < m->parties_n; i++) {
		const tf_open_party *p = &m->parties[i];

		if (p->role != TF_PART_HOLDER || p->slot == 0 || p->device[0] == 0)
			return false;
		if (i && m->parties[i - 1].slot >= p->slot)
			return false;
		for (uint32_t j = 0; j < i; j++)
			if (strcmp(m->parties[j].device, p->device) == 0)
				return false;
	}
	return m->parties_n >= 2 && m->parties_n <= TF_PARTIES_MAX;
}

/* Own place among the parties, from 1; 0 if there is none. */
static uint16_t own_place(const tf_ctl_open *m, const tf_self *self)
{
	for (uint32_t i = 0; i < m->parties_n; i++)
		if (strcmp(m->parties[i].device, self->device) == 0)
			return (uint16_t)(i + 1);
	return 0;
}

/* Is every field that the protocol needs there, and no other? */
static bool shape_fits(const tf_ctl_open *m, tf_protocol protocol)
{
	bool key = memcmp(m->key_id, zero, 32) != 0;
	bool sharing = memcmp(m->sharing, zero, 32) != 0;
	bool presig = memcmp(m->presig, zero, 32) != 0;
	bool plain = m->batch == 0 && !presig && m->intent.len == 0;

	switch (protocol) {
	case TF_KEYGEN:
		return plain && key && !sharing && m->epoch == 0 && m->t == m->parties_n;
	case TF_AUXINFO:
		return plain && !key && !sharing && m->epoch == 0 && m->t <= m->parties_n;
	case TF_PRESIGN:
		return key && sharing && !presig && m->intent.len == 0 && m->batch >= 1 &&
		       m->batch <= TF_PRESIGN_BATCH_MAX && m->t <= m->parties_n;
	case TF_SIGN:
		return key && sharing && m->intent.len == 32 && m->batch == 0 &&
		       m->t <= m->parties_n;
	case TF_FROST_PREPARE:
		return key && sharing && !presig && m->intent.len == 0 && m->batch >= 1 &&
		       m->batch <= TF_FROST_BATCH_MAX && m->t <= m->parties_n;
	case TF_FROST_SIGN:
		return key && sharing && presig && m->intent.len == 32 && m->batch == 0 &&
		       m->t <= m->parties_n;
	}
	return false;
}

/* The seats as the roster has them: every device a pinned member in its own slot. */
static bool seats_are_members(tf_open *out, const tf_ctl_open *m, const tf_self *self)
{
	for (uint32_t i = 0; i < m->parties_n; i++) {
		const tf_open_party *p = &m->parties[i];
		tf_open_seat *seat = &out->seat[i];
		tf_roster_seat member;

		if (!self->find(self->find_ctx, p->device, &member) || member.slot != p->slot)
			return false;
		memcpy(seat->device, p->device, strlen(p->device) + 1);
		memcpy(seat->address, p->address, strlen(p->address) + 1);
		memcpy(seat->identity, member.identity, sizeof(seat->identity));
		seat->slot = p->slot;
		seat->least_instance = member.instance;
	}
	return memcmp(out->seat[out->self - 1].identity, self->signer->pk, 32) == 0;
}

/* Whose key is left to the coordinator to say, but not who guards it: each in a slot of its own, so
 * it is enough to count them. */
static bool every_slot_is_there(const tf_ctl_open *m, const tf_self *self)
{
	return m->kind != TF_KEYGEN || m->parties_n == self->slots(self->find_ctx);
}

static void copy_fields(tf_open *out, const tf_ctl_open *m)
{
	out->protocol = (tf_protocol)m->kind;
	out->t = m->t;
	out->batch = m->batch;
	out->epoch = m->epoch;
	out->deadline = m->deadline;
	out->n = (uint16_t)m->parties_n;
	memcpy(out->request, m->request, 32);
	memcpy(out->key_id, m->key_id, 32);
	memcpy(out->sharing, m->sharing, 32);
	memcpy(out->presig, m->presig, 32);
	if (m->intent.len)
		memcpy(out->intent, m->intent.p, 32);
}

static tf_err check_open(tf_open *out, const tf_self *self, const tf_ctl_open *m, tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_OPEN_PROTOCOL, known_protocol(m->kind)))
		return TF_E_UNSUPPORTED;
	if (!tf_holds(fault, TF_CK_OPEN_PROFILE, strcmp(m->profile, self->pr->name) == 0))
		return TF_E_POLICY;
	out->g = group_of(self, m);
	if (!tf_holds(fault, TF_CK_OPEN_CURVE, out->g != NULL))
		return TF_E_UNSUPPORTED;
	if (!tf_holds(fault, TF_CK_OPEN_PARTIES, parties_in_order(m)))
		return TF_E_ENCODING;
	out->self = own_place(m, self);
	if (!tf_holds(fault, TF_CK_OPEN_SELF, out->self != 0))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_OPEN_SHAPE, shape_fits(m, (tf_protocol)m->kind)))
		return TF_E_ENCODING;
	if (!tf_holds(fault, TF_CK_OPEN_ROSTER, seats_are_members(out, m, self)))
		return TF_E_TRUST;
	if (!tf_holds(fault, TF_CK_OPEN_CLIQUE, every_slot_is_there(m, self)))
		return TF_E_POLICY;
	copy_fields(out, m);
	return TF_OK;
}

tf_err tf_open_read(tf_open *out, const tf_self *self, const uint8_t *in, size_t len,
                    tf_arena *mem, tf_fault *fault)
{
	size_t mark = tf_arena_mark(mem);
	tf_ctl_open m;
	tf_err err;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	memset(out, 0, sizeof(*out));
	err = tf_wire_decode_framed(&tf_ctl_open_wire, &m, &widest, mem, in, len);
	if (!tf_holds(fault, TF_CK_OPEN_FORM, err == TF_OK))
		return err;
	tf_shake256_hash(out->hash, in, len);
	err = check_open(out, self, &m, fault);
	tf_arena_release(mem, mark);
	return err;
}

tf_err tf_round0_aux(uint8_t out[static 32], const uint8_t *aux, size_t n)
{
	uint8_t buf[64 * TF_PARTIES_MAX];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	for (size_t i = 0; i < n; i++)
		tf_tr_bytes(&t, aux + 32 * i, 32);
	return tf_tr_hash(out, &t, "aux-all");
}

/* The hash that a READY's signature covers: of its encoding with no signature. */
static tf_err ready_hash(uint8_t out[static 32], const tf_ctl_ready *m)
{
	uint8_t buf[TF_CTL_READY_MAX];
	tf_ctl_ready bare = *m;
	size_t len;

	memset(bare.signature, 0, sizeof(bare.signature));
	TRY(tf_ctl_ready_encode(buf, sizeof(buf), &len, NULL, &bare));
	tf_shake256_hash(out, buf, len);
	return TF_OK;
}

tf_err tf_ready_sign(tf_ctl_ready *m, const tf_signer *signer)
{
	uint8_t hash[32];

	TRY(ready_hash(hash, m));
	return tf_sign(m->signature, signer, TF_READY_DOMAIN, hash, sizeof(hash));
}

bool tf_ready_holds_by(const tf_ed_key *key, const tf_ctl_ready *m,
                       const uint8_t identity[static 32])
{
	uint8_t hash[32];

	return ready_hash(hash, m) == TF_OK &&
	       tf_sign_holds_by(key, m->signature, identity, TF_READY_DOMAIN, hash, sizeof(hash));
}

bool tf_ready_holds(const tf_ctl_ready *m, const uint8_t identity[static 32])
{
	return tf_ready_holds_by(NULL, m, identity);
}

tf_err tf_opening_answer(tf_opening *o, const tf_self *self, const tf_open *open,
                         const tf_round0 *mine)
{
	tf_ctl_ready m = { .device = self->device, .instance = self->instance,
	                   .epoch = mine->epoch, .roster = mine->roster,
	                   .policy = mine->policy, .crl = mine->crl };

	memset(o, 0, sizeof(*o));
	o->open = *open;
	o->mine = *mine;
	memcpy(m.request, open->request, 32);
	memcpy(m.opening, open->hash, 32);
	memcpy(m.boot, self->boot, sizeof(m.boot));
	memcpy(m.aux, mine->aux, 32);
	TRY(tf_rng_bytes(self->rng, m.nonce, sizeof(m.nonce)));
	tf_ct_declassify(m.nonce, sizeof(m.nonce));
	TRY(tf_ready_sign(&m, self->signer));
	return tf_wire_encode_framed(&tf_ctl_ready_wire, o->ready, sizeof(o->ready), &o->ready_len,
	                             NULL, &m);
}

/* One party's READY, against its seat and against ours. */
static tf_err check_ready(tf_opened *out, tf_opening *o, tf_standings *seen, unsigned party,
                          const tf_ctl_ready *m, tf_fault *fault)
{
	const tf_open_seat *seat = &o->open.seat[party - 1];
	const tf_round0 *mine = &o->mine;

	if (!tf_holds(fault, TF_CK_READY_DEVICE, strcmp(m->device, seat->device) == 0))
		return TF_E_SESSION;
	if (!tf_holds(fault, TF_CK_READY_REQUEST, memcmp(m->request, o->open.request, 32) == 0))
		return TF_E_SESSION;
	if (!tf_holds(fault, TF_CK_READY_OPENING, memcmp(m->opening, o->open.hash, 32) == 0))
		return TF_E_SESSION;
	/* Ours is the one that we have signed: START_OWN. */
	if (party != o->open.self &&
	    !tf_holds(fault, TF_CK_READY_SIGNATURE,
	              tf_ready_holds_by(o->key[party - 1], m, seat->identity)))
		return TF_E_TRUST;
	tf_fault_at(fault, party, 0);
	TRY(tf_standings_show(seen, m->device, seat->least_instance, m->instance, m->boot,
	                      fault));
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	memcpy(o->boot[party - 1], m->boot, TF_BOOT_BYTES);
	out->behind |= m->roster > mine->roster || m->policy > mine->policy ||
	               m->crl > mine->crl || m->epoch > mine->epoch;
	if (!tf_holds(fault, TF_CK_READY_ROSTER, m->roster == mine->roster))
		return TF_E_STATE;
	if (!tf_holds(fault, TF_CK_READY_POLICY, m->policy == mine->policy))
		return TF_E_STATE;
	if (!tf_holds(fault, TF_CK_READY_CRL, m->crl == mine->crl))
		return TF_E_STATE;
	if (!tf_holds(fault, TF_CK_READY_EPOCH, m->epoch == mine->epoch))
		return TF_E_STATE;
	if (!tf_holds(fault, TF_CK_READY_AUX, memcmp(m->aux, mine->aux, 32) == 0))
		return TF_E_SESSION;
	return TF_OK;
}

/* Everybody's. The first complaint stays, but all are read, so that it is known who is behind, and
 * a clone is found. */
static tf_err check_readies(tf_opened *out, tf_opening *o, tf_standings *seen,
                            const tf_ctl_start *m, tf_arena *mem, tf_fault *fault)
{
	tf_err first = TF_OK;

	for (unsigned party = 1; party <= o->open.n; party++) {
		const tf_blob *raw = &m->ready[party - 1];
		tf_ctl_ready r;
		tf_fault f;
		tf_err err;

		tf_fault_at(&f, TF_PARTY_NONE, 0);
		err = tf_ctl_ready_decode(&r, NULL, mem, raw->p, raw->len);
		if (!tf_holds(&f, TF_CK_READY_FORM, err == TF_OK))
			err = TF_E_SESSION;
		else
			err = check_ready(out, o, seen, party, &r, &f);
		if (err != TF_OK && (first == TF_OK || (err == TF_E_PROOF && first != TF_E_PROOF))) {
			first = err;
			if (fault)
				*fault = f;
		}
	}
	return first;
}

tf_err tf_opening_sid(uint8_t sid[static 32], const tf_open *open, const tf_profile *pr,
                      const uint8_t trust[static 32], const tf_blob *ready, tf_arena *mem)
{
	tf_party party[TF_PARTIES_MAX];
	tf_sid_parts parts = { .protocol = open->protocol, .t = open->t, .n = open->n,
	                       .party = party, .request = open->request, .open = open->hash,
	                       .trust = trust, .ready = ready };

	for (unsigned i = 0; i < open->n; i++) {
		party[i] = (tf_party){ .device = open->seat[i].device,
		                       .share_index = open->seat[i].slot };
		memcpy(party[i].identity, open->seat[i].identity, 32);
	}
	return tf_sid_make(sid, &parts, pr, open->g, mem);
}

/* Evidence will need them. */
static void keep_readies(tf_opening *o, const tf_ctl_start *m)
{
	for (unsigned i = 0; i < o->open.n; i++) {
		o->all_len[i] = (uint16_t)m->ready[i].len;
		memcpy(o->all[i], m->ready[i].p, m->ready[i].len);
	}
}

static bool own_is_inside(const tf_opening *o, const tf_ctl_start *m)
{
	const tf_blob *own = &m->ready[o->open.self - 1];

	return own->len == o->ready_len - HEADER &&
	       memcmp(own->p, o->ready + HEADER, own->len) == 0;
}

static tf_err close_opening(tf_opened *out, tf_opening *o, tf_standings *seen,
                            const tf_self *self, const tf_ctl_start *m, tf_arena *mem,
                            tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_START_REQUEST, memcmp(m->request, o->open.request, 32) == 0))
		return TF_E_SESSION;
	if (!tf_holds(fault, TF_CK_START_COUNT, m->ready_n == o->open.n))
		return TF_E_ENCODING;
	if (!tf_holds(fault, TF_CK_START_OWN, own_is_inside(o, m)))
		return TF_E_SESSION;
	TRY(check_readies(out, o, seen, m, mem, fault));
	keep_readies(o, m);
	return tf_opening_sid(out->sid, &o->open, self->pr, self->trust, m->ready, mem);
}

tf_err tf_opening_close(tf_opened *out, tf_opening *o, tf_standings *seen, const tf_self *self,
                        const uint8_t *in, size_t len, tf_arena *mem, tf_fault *fault)
{
	size_t mark = tf_arena_mark(mem);
	tf_ctl_start m;
	tf_err err;

	tf_fault_at(fault, TF_PARTY_NONE, 0);
	*out = (tf_opened){ .behind = false };
	err = tf_wire_decode_framed(&tf_ctl_start_wire, &m, &widest, mem, in, len);
	if (!tf_holds(fault, TF_CK_START_FORM, err == TF_OK))
		return err;
	err = close_opening(out, o, seen, self, &m, mem, fault);
	tf_arena_release(mem, mark);
	return err;
}

void tf_opening_env(tf_party_env *env, const tf_opening *o, const tf_self *self,
                    const uint8_t sid[static 32])
{
	memset(env, 0, sizeof(*env));
	env->pr = self->pr;
	env->g = o->open.g;
	env->rng = self->rng;
	env->kernel = self->kernel;
	env->signer = self->signer;
	memcpy(env->sid, sid, 32);
	env->n = o->open.n;
	env->self = o->open.self;
	for (unsigned i = 0; i < o->open.n; i++) {
		env->party[i].device = o->open.seat[i].device;
		env->party[i].share_index = o->open.seat[i].slot;
		memcpy(env->party[i].identity, o->open.seat[i].identity, 32);
		env->party[i].key = o->key[i];
	}
}
