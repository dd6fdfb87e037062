/* A co-signer that lies: the real one, but for what its sessions send. The linker leads its calls
 * of tf_session_begin, tf_session_step and tf_link_send here (--wrap).
 *
 * It stands in a folder in the place of trefoil-cosigner, beside the real one, which is called
 * trefoil-cosigner.real, and a file `lies`: the device that lies, and its lies, each of which is
 * told once, at the first occasion. For every other device it becomes the real one before anything
 * else happens.
 *
 *     two-faces   key generation, round 1: two signed commitments, one for the first party, the
 *                 other for everybody else
 *     mod         introduction, round 3: a proof about the modulus that does not hold
 *     range       presigning, round 1: a proof whose z1 is out of range, to everybody
 *     delta       presigning, round 3: a false share of the nonce's sum, believed by itself
 *     silent      the same, and no alert afterwards
 *     own-key     key generation: it leaves the run as soon as it has begun, with a result: the
 *                 certificate of a key of its own, under the id that was opened, which it alone
 *                 has signed
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cosigner/node.h"
#include "proto/presign_impl.h"
#include "session/session.h"

tf_err __real_tf_session_begin(tf_session *s, tf_outbox *out, tf_fault *fault);
tf_err __wrap_tf_session_begin(tf_session *s, tf_outbox *out, tf_fault *fault);
tf_err __real_tf_session_step(tf_session *s, const uint8_t *msg, size_t len, tf_outbox *out,
                              tf_fault *fault);
tf_err __wrap_tf_session_step(tf_session *s, const uint8_t *msg, size_t len, tf_outbox *out,
                              tf_fault *fault);
void __real_tf_link_send(tf_link *l, const uint8_t *p, size_t len);
void __wrap_tf_link_send(tf_link *l, const uint8_t *p, size_t len);

#define ROOM (8u << 20)

/* ---- who is it? ---- */

static char wanted[256]; /* lies */

static bool path_beside(char *out, size_t cap, const char *name)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	return snprintf(out, cap, "%s/%s", self, name) < (int)cap;
}

/* Before main. */
__attribute__((constructor)) static void choose(int argc, char **argv)
{
	char path[PATH_MAX + 64], device[64], place[80];
	FILE *f = path_beside(path, sizeof(path), "lies") ? fopen(path, "r") : NULL;
	bool read = f && fscanf(f, "%63s %255[^\n]", device, wanted) == 2;

	if (f)
		(void)fclose(f);
	if (!read) {
		fputs("no file of lies beside this program\n", stderr);
		_exit(1);
	}
	snprintf(place, sizeof(place), "/%s/", device);
	if (argc > 2 && strstr(argv[2], place))
		return;
	if (path_beside(path, sizeof(path), "trefoil-cosigner.real"))
		(void)execv(path, argv);
	perror(path);
	_exit(1);
}

/* ---- lies ---- */

static void add_one(const tf_session *s, tf_sc *x)
{
	tf_sc one;

	tf_sc_set_u64(s->env.g, &one, 1);
	tf_sc_add(s->env.g, x, x, &one);
}

static void other_commitment(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

static void false_root(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_r3 *)m)->mod.z[0].d[0] ^= 1;
}

static void out_of_range(void *m, tf_session *s)
{
	tf_zk_encelg_proof *psi = &((tf_msg_presign_psi *)m)->items[0].psi0;
	const tf_profile *pr = s->env.pr;

	tf_bn_set_u64(&psi->z1.mag, 1);
	if (tf_bn_shl(&psi->z1.mag, &psi->z1.mag, pr->ell + pr->eps) == TF_OK)
		psi->z1.mag.d[0] |= 1;
}

static void false_delta(void *m, tf_session *s)
{
	tf_presign_r3_item *it = &((tf_msg_presign_r3 *)m)->items[0];

	add_one(s, &it->delta);
	s->machine.presign.st->item[0].delta = it->delta;
}

typedef struct lie {
	const char *name;
	const tf_wire_type *type;
	void (*alter)(void *m, tf_session *s); /* NULL: it is not sent at all */
	const struct lie *after; /* only in the session where this one was told */
	bool two_faces; /* the first party gets what is true */
	unsigned told;  /* so many messages, all of the session of this request */
	uint8_t request[32];
} lie;

enum { SILENT = 4 };

static lie lies[] = {
	{ .name = "two-faces", .type = &tf_msg_keygen_r1_wire, .alter = other_commitment,
	  .two_faces = true },
	{ .name = "mod", .type = &tf_msg_aux_r3_wire, .alter = false_root },
	{ .name = "range", .type = &tf_msg_presign_psi_wire, .alter = out_of_range },
	{ .name = "delta", .type = &tf_msg_presign_r3_wire, .alter = false_delta },
	{ .name = "silent", .type = &tf_msg_presign_r3_wire, .alter = false_delta },
	{ .name = "silent", .type = &tf_msg_presign_alert_wire, .after = &lies[SILENT] },
	{ .name = "silent", .type = &tf_msg_presign_alert_proofs_wire, .after = &lies[SILENT] },
};

/* The lie to be told now, if any. */
static lie *lie_for(uint16_t type, const tf_session *s)
{
	const uint8_t *request = s->opening.open.request;

	for (size_t i = 0; i < TF_ARRAY_LEN(lies); i++) {
		lie *l = &lies[i];

		if (l->type->type != type || !strstr(wanted, l->name))
			continue;
		if (l->told && memcmp(l->request, request, 32) != 0)
			continue;
		if (l->after && (!l->after->told || memcmp(l->after->request, request, 32) != 0))
			continue;
		memcpy(l->request, request, 32);
		l->told++;
		return l;
	}
	return NULL;
}

/* ---- telling them ---- */

/* Who lies to everybody alike believes it. */
static void believe(const tf_session *s, const tf_envelope *e)
{
	const tf_rounds *r = &s->machine.rounds;
	uint8_t text[TF_ENVELOPE_SIGNED];

	tf_envelope_signed(text, e);
	tf_shake256_hash(r->slots[((e->round - 1u) * r->env->n + (e->from - 1u)) * 2].digest, text,
	                 sizeof(text));
}

/* The payload altered, signed again, in the outbox's memory. */
static tf_err tell(tf_blob *out_msg, const lie *l, tf_session *s, tf_outbox *out,
                   const tf_envelope *e)
{
	const tf_wire_env *wire = &s->machine.rounds.wire;
	size_t most = l->type->length(wire, TF_WIRE_MOST);
	uint8_t *room = aligned_alloc(64, ROOM), *payload = malloc(most);
	void *value = calloc(1, l->type->size);
	tf_envelope lying = *e;
	tf_err err = room && payload && value ? TF_OK : TF_E_RESOURCE;
	size_t len = TF_ENVELOPE_OVERHEAD + most;
	uint8_t *bytes = tf_outbox_room(out, len);
	tf_arena mem;

	if (err == TF_OK && !bytes)
		err = TF_E_CAPACITY;
	if (err == TF_OK) {
		tf_arena_init(&mem, room, ROOM);
		err = tf_wire_decode(l->type, value, wire, &mem, e->payload.p, e->payload.len);
	}
	if (err == TF_OK) {
		l->alter(value, s);
		err = tf_wire_encode(l->type, payload, most, &lying.payload.len, wire, value);
	}
	lying.payload.p = payload;
	if (err == TF_OK)
		err = tf_envelope_sign(&lying, s->env.signer);
	if (err == TF_OK)
		err = tf_envelope_encode(bytes, len, &len, NULL, &lying);
	if (err == TF_OK && e->to == 0 && !l->two_faces)
		believe(s, &lying);
	free(room);
	free(payload);
	free(value);
	*out_msg = (tf_blob){ bytes, len };
	return err;
}

static void drop(tf_outbox *out, size_t i)
{
	out->count--;
	memmove(&out->effect[i], &out->effect[i + 1], (out->count - i) * sizeof(out->effect[0]));
}

/* *gone: there is another effect in its place now, or none. */
static tf_err rewrite(tf_session *s, tf_outbox *out, size_t i, bool *gone)
{
	tf_effect *x = &out->effect[i];
	uint8_t none[64];
	tf_envelope e;
	tf_arena mem;
	tf_blob lying;
	const lie *l;

	tf_arena_init(&mem, none, sizeof(none));
	TRY(tf_envelope_decode(&e, NULL, &mem, x->data, x->len));
	l = lie_for(e.type, s);
	*gone = l && !l->alter;
	if (*gone)
		drop(out, i);
	if (!l || *gone)
		return TF_OK;
	TRY(tell(&lying, l, s, out, &e));
	if (!l->two_faces) {
		x->data = lying.p;
		x->len = lying.len;
		return TF_OK;
	}
	x->to = 1;
	for (uint16_t party = 2; party <= s->env.n; party++)
		if (party != s->env.self)
			TRY(tf_outbox_send(out, party, lying.p, lying.len));
	return TF_OK;
}

static void rewrite_all(tf_session *s, tf_outbox *out, size_t from)
{
	size_t n = out->count; /* what is sent once more comes after these */

	for (size_t i = from; i < n;) {
		bool gone = false;

		if (out->effect[i].kind == TF_EFFECT_SEND && rewrite(s, out, i, &gone) != TF_OK)
			abort();
		if (gone)
			n--;
		else
			i++;
	}
}

/* ---- a key of its own ---- */

/* The result that goes before the next failure, made in a worker while the loop waits for it. */
static uint8_t own_result[2 * TF_CERTIFICATE_MAX];
static size_t own_len;
static bool own_told;

static tf_err make_own(tf_sharing *f, const tf_session *s, tf_arena *mem)
{
	const tf_open_seat *seat = &s->opening.open.seat[s->env.self - 1];
	tf_sc_sec x;

	*f = (tf_sharing){ .curve = tf_group_id(s->env.g), .epoch = TF_EPOCH_FIRST, .t = 1, .n = 1 };
	TRY(tf_name_copy(f->workspace, sizeof(f->workspace), s->args.workspace));
	TRY(tf_name_copy(f->seat[0].device, sizeof(f->seat[0].device), seat->device));
	memcpy(f->key_id, s->opening.open.key_id, sizeof(f->key_id));
	memcpy(f->sharing, s->sid, sizeof(f->sharing));
	f->seat[0].index = seat->slot;
	TRY(tf_sc_random(s->env.g, &x, s->env.rng));
	TRY(tf_pt_mul_base(s->env.g, &f->Y, &x));
	f->seat[0].W = f->Y;
	return tf_sharing_attempt(f->attempt, f, s->env.g, mem);
}

static tf_err tell_own(const tf_session *s, tf_arena *mem)
{
	static uint8_t body[TF_CERTIFICATE_MAX], certificate[TF_CERTIFICATE_MAX];
	tf_ctl_result m = { .kind = TF_PROTOCOL_KEYGEN, .certificate = { certificate, 0 } };
	tf_sharing_sig sig;
	uint8_t hash[32];
	tf_sharing f;
	size_t len;

	TRY(make_own(&f, s, mem));
	TRY(tf_sharing_encode(body, &len, hash, &f, s->env.g, mem));
	sig.device = f.seat[0].device;
	TRY(tf_sign(sig.sig, s->env.signer, TF_SHARING_DOMAIN, hash, sizeof(hash)));
	TRY(tf_sharing_seal(certificate, sizeof(certificate), &m.certificate.len, body, len, &sig,
	                    1, mem));
	memcpy(m.request, s->opening.open.request, sizeof(m.request));
	memcpy(m.sid, s->sid, sizeof(m.sid));
	return tf_wire_encode_framed(&tf_ctl_result_wire, own_result, sizeof(own_result), &own_len,
	                             NULL, &m);
}

/* Its own run ends before anything has left. */
static tf_err leave(tf_session *s, tf_outbox *out, size_t from)
{
	uint8_t *room = aligned_alloc(64, ROOM);
	tf_arena mem;

	if (!room)
		abort();
	tf_arena_init(&mem, room, ROOM);
	if (tell_own(s, &mem) != TF_OK)
		abort();
	free(room);
	own_told = true;
	out->count = from;
	s->phase = TF_SESSION_FAILED;
	s->err = TF_E_CANCELLED;
	return s->err;
}

void __wrap_tf_link_send(tf_link *l, const uint8_t *p, size_t len)
{
	if (own_len && tf_wire_peek(p, len) == TF_CTL_FAILED) {
		__real_tf_link_send(l, own_result, own_len);
		own_len = 0;
	}
	__real_tf_link_send(l, p, len);
}

tf_err __wrap_tf_session_begin(tf_session *s, tf_outbox *out, tf_fault *fault)
{
	size_t from = out->count;
	tf_err err = __real_tf_session_begin(s, out, fault);

	if (err == TF_OK && s->opening.open.protocol == TF_KEYGEN && !own_told &&
	    strstr(wanted, "own-key"))
		return leave(s, out, from);
	if (err == TF_OK)
		rewrite_all(s, out, from);
	return err;
}

tf_err __wrap_tf_session_step(tf_session *s, const uint8_t *msg, size_t len, tf_outbox *out,
                              tf_fault *fault)
{
	size_t from = out->count;
	tf_err err = __real_tf_session_step(s, msg, len, out, fault);

	if (err == TF_OK)
		rewrite_all(s, out, from);
	return err;
}
