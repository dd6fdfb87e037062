#include "proto/blame.h"

#include <string.h>

#include "base/keccak.h"
#include "proto/audit.h"
#include "zk/transcript.h"

#define SLACK 8192u /* fixed fields, lists' headers, alignment */

const char *tf_protocol_name(tf_protocol p)
{
	switch (p) {
	case TF_KEYGEN: return "keygen";
	case TF_AUXINFO: return "auxinfo";
	case TF_PRESIGN: return "presign";
	case TF_SIGN: return "sign";
	}
	return "?";
}

tf_err tf_sid_make(uint8_t sid[static 32], const tf_sid_parts *p, const tf_profile *pr,
                   const tf_group *g, tf_arena *mem)
{
	size_t cap = 4096 + TF_PARTIES_MAX * (TF_CTL_READY_MAX + 256);
	uint8_t *buf = tf_arena_alloc(mem, cap);
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_u64(&t, TF_WIRE_PROTOCOL_VERSION);
	tf_tr_u64(&t, p->protocol);
	tf_tr_str(&t, pr->text);
	tf_tr_str(&t, tf_group_name(g));
	tf_tr_u64(&t, p->n);
	tf_tr_u64(&t, p->t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_str(&t, p->party[i].device);
		tf_tr_u64(&t, p->party[i].share_index);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++)
		tf_tr_bytes(&t, p->party[i].identity, 32);
	tf_tr_close(&t);
	tf_tr_bytes(&t, p->trust, 32);
	tf_tr_bytes(&t, p->request, 32);
	tf_tr_bytes(&t, p->open, 32);
	tf_tr_open(&t);
	for (unsigned i = 0; i < p->n; i++)
		tf_tr_bytes(&t, p->ready[i].p, p->ready[i].len);
	tf_tr_close(&t);
	return tf_tr_hash(sid, &t, "sid");
}

/* Nothing that an audit draws is secret, or need be random. */
static tf_err no_randomness(void *ctx, uint8_t *out, size_t len)
{
	uint64_t *count = ctx;
	tf_keccak k;

	++*count;
	tf_shake256_init(&k);
	tf_keccak_absorb(&k, count, sizeof(*count));
	tf_keccak_squeeze(&k, out, len);
	return TF_OK;
}

/* Everything that judging needs beside the machine. */
typedef struct court {
	tf_rec_evidence m;
	const tf_profile *pr;
	const tf_group *g;
	uint64_t count;
	tf_rng rng;
	tf_signer signer; /* the accuser's public key, and no secret */
	tf_party_env env;
	tf_wire_env wire;
	tf_arena *mem;
	union {
		tf_rounds rounds;
		tf_keygen keygen;
		tf_auxinfo auxinfo;
		tf_presign presign;
		tf_signing signing;
	} machine;
} court;

static bool claim_ok(const tf_rec_evidence *m)
{
	bool known = m->protocol == m->stage ||
	             (m->protocol == TF_SIGN && m->stage == TF_PRESIGN);

	return known && m->stage >= TF_KEYGEN && m->stage <= TF_SIGN && m->parties_n >= 2 &&
	       m->self >= 1 && m->self <= m->parties_n && m->party >= 1 &&
	       m->party <= m->parties_n && m->batch >= 1 &&
	       m->batch <= (m->stage == TF_PRESIGN ? TF_PRESIGN_BATCH_MAX : 1u);
}

static tf_err read_evidence(tf_rec_evidence *m, const tf_profile **pr, const uint8_t *in,
                            size_t len, tf_arena *mem)
{
	TRY(tf_wire_decode_framed(&tf_rec_evidence_wire, m, NULL, mem, in, len));
	*pr = tf_profile_find(m->profile);
	if (!*pr || !claim_ok(m))
		return TF_E_ENCODING;
	return TF_OK;
}

static tf_run_sizes sizes_of(const tf_rec_evidence *m, const tf_profile *pr)
{
	uint16_t n = (uint16_t)m->parties_n;

	switch ((tf_protocol)m->stage) {
	case TF_KEYGEN: return tf_keygen_sizes(pr, n);
	case TF_PRESIGN: return tf_presign_sizes(pr, n, m->batch);
	case TF_SIGN: return tf_signing_sizes(pr, n);
	case TF_AUXINFO: return tf_auxinfo_sizes(pr, n);
	}
	return (tf_run_sizes){ .mem = SLACK };
}

size_t tf_evidence_judge_mem(const uint8_t *in, size_t len)
{
	uint8_t room[32768];
	tf_rec_evidence m;
	const tf_profile *pr;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	if (read_evidence(&m, &pr, in, len, &mem) != TF_OK)
		return 0;
	return sizes_of(&m, pr).mem + TF_PRESIGN_AUDIT_MEM + sizeof(room) + sizeof(court) +
	       m.parties_n * (sizeof(tf_aux) + sizeof(tf_evidence_seat) + 1024u) +
	       TF_PARTIES_MAX * (TF_CTL_READY_MAX + 512u) + sizeof(tf_weights) + (256u << 10);
}

static tf_err seat_parties(court *c)
{
	tf_blob ready[TF_PARTIES_MAX];
	tf_sid_parts parts = { .protocol = (tf_protocol)c->m.protocol, .t = c->m.t,
	                       .n = (uint16_t)c->m.parties_n, .party = c->env.party,
	                       .request = c->m.request, .open = c->m.open, .trust = c->m.trust,
	                       .ready = ready };

	c->env = (tf_party_env){ .pr = c->pr, .g = c->g, .rng = &c->rng, .signer = &c->signer,
	                         .n = parts.n, .self = c->m.self };
	for (unsigned i = 0; i < parts.n; i++) {
		const tf_evidence_party *p = &c->m.parties[i];

		ready[i] = p->ready;
		c->env.party[i] = (tf_party){ .device = p->device, .share_index = p->slot };
		memcpy(c->env.party[i].identity, p->identity, 32);
	}
	memcpy(c->signer.pk, c->env.party[c->m.self - 1].identity, 32);
	return tf_sid_make(c->env.sid, &parts, c->pr, c->g, c->mem);
}

static tf_err set_up_keygen(court *c)
{
	tf_keygen_args args = { .env = &c->env, .t = c->m.t };
	tf_evidence_keygen m;

	TRY(tf_wire_decode(&tf_evidence_keygen_wire, &m, &c->wire, c->mem, c->m.context.p,
	                   c->m.context.len));
	args.workspace = m.workspace;
	memcpy(args.key_id, m.key_id, sizeof(args.key_id));
	return tf_keygen_audit(&c->machine.keygen, &args, c->mem);
}

static tf_err set_up_presign(court *c)
{
	tf_weights *w = tf_arena_alloc(c->mem, sizeof(*w));
	tf_aux *aux = tf_arena_alloc(c->mem, c->env.n * sizeof(*aux));
	tf_presign_audit_args args = { .env = &c->env, .weights = w, .batch = c->m.batch };
	tf_evidence_presign m;

	if (!w || !aux)
		return TF_E_CAPACITY;
	TRY(tf_wire_decode(&tf_evidence_presign_wire, &m, &c->wire, c->mem, c->m.context.p,
	                   c->m.context.len));
	if (m.seats_n != c->env.n || m.confirm > 1)
		return TF_E_ENCODING;
	args.confirm = m.confirm;
	w->Y = m.Y;
	for (unsigned i = 0; i < m.seats_n; i++) {
		const tf_evidence_seat *seat = &m.seats[i];

		w->W[i] = seat->W;
		TRY(tf_paillier_pk_init(&aux[i].pk, c->pr, &seat->N));
		TRY(tf_rp_init(&aux[i].rp, c->pr, &seat->Nhat, &seat->s, &seat->t));
		args.aux[i] = &aux[i];
		args.sent[i] = seat->sent;
	}
	return tf_presign_audit(&c->machine.presign, &args, c->mem);
}

static tf_err set_up_signing(court *c)
{
	tf_evidence_sign m;

	TRY(tf_wire_decode(&tf_evidence_sign_wire, &m, &c->wire, c->mem, c->m.context.p,
	                   c->m.context.len));
	return tf_signing_audit(&c->machine.signing, &c->env, &m, c->mem);
}

static tf_err set_up(court *c)
{
	switch ((tf_protocol)c->m.stage) {
	case TF_KEYGEN: return set_up_keygen(c);
	case TF_PRESIGN: return set_up_presign(c);
	case TF_SIGN: return set_up_signing(c);
	case TF_AUXINFO:
		if (c->m.context.len != 0)
			return TF_E_TRAILING;
		return tf_auxinfo_audit(&c->machine.auxinfo, &c->env, c->mem);
	}
	return TF_E_UNSUPPORTED;
}

static tf_err try_run(tf_evidence_verdict *out, court *c)
{
	tf_err err;

	err = tf_rounds_audit(&c->machine.rounds, c->m.messages, c->m.messages_n, &out->fault);
	if (err == TF_OK && c->m.stage == TF_PRESIGN)
		err = tf_presign_audit_end(&c->machine.presign, &out->fault);
	if (c->m.stage == TF_PRESIGN)
		out->culprits = tf_presign_culprits(&c->machine.presign);
	return err;
}

/* The check code's answer to the messages. */
static tf_err judge(tf_evidence_verdict *out, court *c)
{
	TRY(set_up(c));
	if (c->m.check != TF_CK_EQUIVOCATION)
		return try_run(out, c);
	if (c->m.messages_n != 2)
		return TF_E_ENCODING;
	return tf_audit_pair(&c->machine.rounds, &c->m.messages[0], &c->m.messages[1], &out->fault);
}

static tf_err open_court(court *c, const uint8_t *in, size_t len, tf_arena *mem)
{
	*c = (court){ .mem = mem };
	TRY(read_evidence(&c->m, &c->pr, in, len, mem));
	if (tf_group_init(&c->g, (tf_curve_id)c->m.curve, NULL, mem) != TF_OK)
		return TF_E_UNSUPPORTED;
	c->rng = (tf_rng){ no_randomness, &c->count };
	TRY(seat_parties(c));
	c->wire = (tf_wire_env){ .pr = c->pr, .g = c->g, .n = c->env.n, .batch = c->m.batch };
	return TF_OK;
}

tf_err tf_evidence_judge(tf_evidence_verdict *out, const uint8_t *in, size_t len, tf_arena *mem)
{
	court *c = tf_arena_alloc(mem, sizeof(*c));
	tf_fault claim;

	memset(out, 0, sizeof(*out));
	if (!c)
		return TF_E_CAPACITY;
	TRY(open_court(c, in, len, mem));
	out->stage = (tf_protocol)c->m.stage;
	memcpy(out->sid, c->env.sid, sizeof(out->sid));
	memcpy(out->trust, c->m.trust, sizeof(out->trust));
	memcpy(out->identity, c->env.party[c->m.party - 1].identity, sizeof(out->identity));
	TRY(tf_name_copy(out->device, sizeof(out->device), c->env.party[c->m.party - 1].device));
	TRY(tf_name_copy(out->accuser, sizeof(out->accuser),
	                 c->env.party[c->m.self - 1].device));
	tf_fault_at(&claim, c->m.party, c->m.round);
	claim.check = (tf_check)c->m.check;
	tf_fault_at(&out->fault, TF_PARTY_NONE, 0);
	out->err = judge(out, c);
	if (out->err == TF_E_CAPACITY)
		return TF_E_CAPACITY;
	out->convicts = (out->err == TF_E_PROOF || out->err == TF_E_CONFLICT) &&
	                out->fault.party == claim.party && out->fault.round == claim.round &&
	                out->fault.check == claim.check;
	if (!out->convicts) {
		out->fault = claim;
		out->culprits = 0;
	} else if (!out->culprits) {
		out->culprits = 1u << (claim.party - 1);
	}
	return TF_OK;
}
