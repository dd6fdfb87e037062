/* Evidence files, and who is convicted by them. Guard-4 (party 3) has committed some crimes, and
 * the two others have written of each what they can show. The first byte chooses a file, the second
 * what is done to it:
 *
 *     0  damaged  u8 how many bytes are cut off, then (u24 where, u8 xor)
 *     1  made up  the rest is the file
 *     2  retold   (u8 what, u8 which, u8 value, u8 more): fields, seats, context and messages of
 *                 the record altered, exchanged with those of other files, messages signed again
 *
 * Of each kind of run there is also a file of one that was honest, with everything that was signed
 * in it, and a claim that is not true. Files of runs without opening, and of a settlement, are the
 * kept samples (device 3 has lied to devices 1 and 2). That of a settlement, which has no messages,
 * is only damaged.
 *
 * In a retold file every party but guard-1 may have signed anything. Always: who is convicted has
 * lied, in the session that it says; a file that nothing was done to convicts, one of an honest run
 * never; what is taken for evidence has one encoding, and can be judged in the memory that was
 * asked for. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "harness/harness.h"
#include "proto/frost_stage_test.h"
#include "proto/judged_test.h"
#include "proto/machines_test.h"
#include "session/scene_test.h"
#include "wire_settlement.h"
#include "wire_testimony.h"

#define HONEST 1u     /* guard-1, party 2 */
#define LIAR 2u       /* guard-4, party 3 */
#define TELLINGS 12u  /* of one input */
#define FILES 56u
#define ROOM_MAX (96u << 20)

static struct {
	uint8_t *b;
	size_t len;
	tf_fault fault;
	uint8_t sid[32], identity[32];
	bool testimony, settlement, honest;
} file[FILES];
static unsigned files;

/* ---- crimes ---- */

static void other_rid(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r2 *)m)->rid[0] ^= 1;
}

static void other_proof(void *m, tf_session *s)
{
	tf_sc *z = &((tf_msg_keygen_r3 *)m)->psi.z;

	tf_sc_add(s->env.g, z, z, z);
}

static void other_share(void *m, tf_session *s)
{
	tf_sc *f = &((tf_msg_keygen_share *)m)->f.s;

	tf_sc_add(s->env.g, f, f, f);
}

static void other_V(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

static void false_echo(tf_envelope *e)
{
	e->echo[0] ^= 1;
}

static void other_u(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_r2 *)m)->u[0] ^= 1;
}

static void other_z(void *m, tf_session *s)
{
	(void)s;
	((tf_msg_aux_r3 *)m)->mod.z[0].d[0] ^= 1;
}

static void other_elog(void *m, tf_session *s)
{
	tf_sc *u = &((tf_msg_presign_r3 *)m)->items[0].psi.u;

	tf_sc_add(s->env.g, u, u, u);
}

static void other_sigma(void *m, tf_session *s)
{
	tf_sc *sigma = &((tf_msg_sign_share *)m)->sigma;

	tf_sc_add(s->env.g, sigma, sigma, sigma);
}

static bool is_of(uint16_t type, const uint8_t *bytes)
{
	return bytes[0] == type >> 8 && bytes[1] == (type & 0xff);
}

static void add_file(uint8_t *bytes, size_t len)
{
	tf_evidence_verdict v;

	ALWAYS(files < FILES && scene_judge(&v, bytes, len) == TF_OK && v.convicts);
	file[files].b = bytes;
	file[files].len = len;
	file[files].fault = v.fault;
	file[files].testimony = is_of(TF_REC_TESTIMONY, bytes);
	file[files].settlement = is_of(TF_REC_SETTLEMENT, bytes);
	memcpy(file[files].identity, v.identity, sizeof(v.identity));
	memcpy(file[files++].sid, v.sid, sizeof(v.sid));
}

static void add_sample(const char *name)
{
	char path[128], *bytes;
	size_t len;

	snprintf(path, sizeof(path), "tests/vectors/evidence/%s", name);
	bytes = tf_test_read_file(tf_test_path(path), &len);
	add_file((uint8_t *)bytes, len);
}

static void add_samples(void)
{
	static const char *const all[] = { "ed25519-share.v2", "reshare-share.v2",
	                                   "refresh-share.v2", "refresh-false-complaint.v2",
	                                   "frost-confirm.v2", "frost-share-ed25519.v2",
	                                   "frost-share-bip340.v2", "introduction.v2",
	                                   "presign-elog.v2", "ecdsa-share.v2" };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		add_sample(all[k]);
		ALWAYS(file[files - 1].testimony);
	}
}

/* ---- honest runs ---- */

static void add_honest(judged_file f)
{
	ALWAYS(files < FILES);
	file[files].b = f.bytes;
	file[files].len = f.len;
	file[files].testimony = true;
	file[files++].honest = true;
}

/* What party 2 would claim of party 1 after all of a run. */
static tf_fault false_claim(const tf_rounds *r)
{
	return (tf_fault){ .party = 1, .round = r->rounds, .check = TF_CK_PAYLOAD_FORM };
}

static void play(cast *c, const tf_rounds *r, tf_stage kind, const uint8_t *cc)
{
	tf_fault claim;

	cast_run(c);
	cast_check_done(c);
	claim = false_claim(r);
	add_honest(judged_write(r, kind, &claim, cc));
}

static void add_run(const machine *m, tf_stage kind, const uint8_t *cc)
{
	cast *c = m->set();

	for (unsigned i = 0; i < c->n; i++) {
		machine_call k = { .i = i };

		m->start(&k);
		ALWAYS(k.err == TF_OK);
	}
	play(c, c->run[1], kind, cc);
	cast_free(c);
}

static void add_presigning(bool confirm)
{
	tf_blob all[TF_EVIDENCE_MESSAGES_MAX];
	const tf_rounds *r = &machine_stage.presign[1].r;
	tf_fault claim;
	size_t n;

	stage_init(&machine_stage, 2, &tf_profile_small);
	stage_start_presign(&machine_stage, 1, confirm);
	cast_run(&machine_stage.c);
	cast_check_done(&machine_stage.c);
	claim = false_claim(r);
	n = tf_rounds_messages(all, TF_ARRAY_LEN(all), r, r->rounds);
	add_honest(judged_write_presign(&machine_stage, 2, 1, confirm, all, n, &claim));
	stage_free(&machine_stage);
}

static void add_frost(bool confirm)
{
	static frost_stage f;
	const frost_job job = { .msg = "abc", .len = 3 };

	frost_init(&f, TF_FROST_ED25519, 2);
	frost_start_prepare(&f, 1, confirm);
	play(&f.c, &f.prepare[1].r, TF_STAGE_FROST_PREPARE, NULL);
	frost_free(&f);
	frost_init(&f, TF_FROST_ED25519, 2);
	frost_prepare(&f, 1, confirm);
	frost_start_sign(&f, 0, &job);
	play(&f.c, &f.signing[1].r, TF_STAGE_FROST_SIGN, NULL);
	frost_free(&f);
}

static void add_honest_runs(void)
{
	add_run(&machine_keygen, TF_STAGE_KEYGEN, NULL);
	add_run(&machine_auxinfo, TF_STAGE_AUXINFO, NULL);
	add_run(&machine_signing, TF_STAGE_SIGN, machine_stage.cc);
	add_run(&machine_reshare, TF_STAGE_RESHARE, NULL);
	add_run(&machine_refresh, TF_STAGE_RESHARE, NULL);
	for (unsigned confirm = 0; confirm < 2; confirm++) {
		add_presigning(confirm);
		add_frost(confirm);
	}
}

/* ---- crimes in sessions ---- */

static void commit_crime(uint16_t type, void (*alter)(void *m, tf_session *s),
                         const house_spec *spec)
{
	unsigned before = files;

	scene_target = type;
	scene_alter = alter;
	scene_run(spec);
	for (unsigned i = 0; i < SCENE_WRITERS; i++) {
		if (!scene_file[i].bytes)
			continue;
		add_file(scene_file[i].bytes, scene_file[i].len);
		scene_file[i].bytes = NULL; /* ours now */
	}
	ALWAYS(files > before);
	scene_forget();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const house_spec introduce = { .protocol = TF_AUXINFO, .n = 3, .seat = { 0, 1, 2 } };
	static const house_spec presign = { .protocol = TF_PRESIGN, .n = 3, .seat = { 0, 1, 2 },
	                                    .batch = 1 };
	house_spec sign;

	(void)argc;
	(void)argv;
	scene = house_new(1);
	commit_crime(TF_MSG_KEYGEN_R2, other_rid, &house_keygen);
	commit_crime(TF_MSG_KEYGEN_R3, other_proof, &house_keygen);
	scene_only_to = 0;
	commit_crime(TF_MSG_KEYGEN_SHARE, other_share, &house_keygen);
	scene_only_to = 1;
	commit_crime(TF_MSG_KEYGEN_R1, other_V, &house_keygen);
	scene_alter_envelope = false_echo;
	commit_crime(TF_MSG_KEYGEN_R2, NULL, &house_keygen);
	commit_crime(TF_MSG_AUX_R2, other_u, &introduce);
	commit_crime(TF_MSG_AUX_R3, other_z, &introduce);
	house_introduce(scene);
	house_make_key(scene);
	commit_crime(TF_MSG_PRESIGN_R3, other_elog, &presign);
	sign = house_sign_spec(house_presign(scene, 1)->ids[0], 0x11);
	commit_crime(TF_MSG_SIGN_SHARE, other_sigma, &sign);
	add_samples();
	add_honest_runs();
	commit_crime(TF_MSG_PRESIGN_R3, scene_false_delta, &presign); /* takes longest */
	add_sample("settle-two-words.v1");
	ALWAYS(file[files - 1].settlement);
	return 0;
}

/* ---- judging ---- */

static void check_verdict(const tf_evidence_verdict *v, bool forged)
{
	bool ran = false, liar = false;

	if (!v->convicts)
		return;
	for (unsigned i = 0; i < files; i++) {
		ran = ran || memcmp(v->sid, file[i].sid, sizeof(v->sid)) == 0;
		liar = liar || memcmp(v->identity, file[i].identity, 32) == 0;
	}
	ALWAYS(ran && v->fault.check != TF_CK_NONE);
	if (!liar)
		ALWAYS(forged && memcmp(v->identity, scene->d[0].signer.pk, 32) == 0);
	/* where there was no opening, an index is the writer's word, and the identity counts */
	ALWAYS(v->culprits != 0);
	ALWAYS(v->stage > (tf_stage)TF_SIGN || sodium_is_zero(v->trust, sizeof(v->trust)) ||
	       (v->culprits & 1u << HONEST) == 0);
	ALWAYS((v->culprits & 1u << (v->fault.party - 1)) != 0);
}

/* What is taken for evidence is the one encoding of what it says. */
static void check_encoding(const uint8_t *p, size_t len)
{
	uint8_t room[32768], *again = malloc(len);
	const tf_wire_type *type = is_of(TF_REC_TESTIMONY, p)    ? &tf_rec_testimony_wire
	                           : is_of(TF_REC_SETTLEMENT, p) ? &tf_rec_settlement_wire
	                                                         : &tf_rec_evidence_wire;
	union {
		tf_rec_evidence evidence;
		tf_rec_testimony testimony;
		tf_rec_settlement settlement;
	} m;
	tf_arena mem;
	size_t n = 0;

	ALWAYS(again != NULL);
	tf_arena_init(&mem, room, sizeof(room));
	ALWAYS(tf_wire_decode_framed(type, &m, NULL, &mem, p, len) == TF_OK);
	ALWAYS(tf_wire_encode_framed(type, again, len, &n, NULL, &m) == TF_OK);
	ALWAYS(n == len && memcmp(again, p, n) == 0);
	free(again);
}

/* forged: party 1 has signed something new. True: somebody is convicted. */
static bool judge(const uint8_t *p, size_t len, bool forged)
{
	size_t need = tf_evidence_judge_mem(p, len);
	tf_evidence_verdict v;
	uint8_t *room;
	tf_arena mem;
	tf_err err;

	if (need == 0) {
		uint8_t little[65536];

		tf_arena_init(&mem, little, sizeof(little));
		ALWAYS(tf_evidence_judge(&v, p, len, &mem) != TF_OK && !v.convicts);
		return false;
	}
	check_encoding(p, len);
	if (need > ROOM_MAX)
		return false;
	room = aligned_alloc(64, (need + 63) & ~(size_t)63);
	ALWAYS(room != NULL);
	tf_arena_init(&mem, room, need);
	err = tf_evidence_judge(&v, p, len, &mem);
	free(room);
	ALWAYS(err == TF_OK || err == TF_E_UNSUPPORTED ||
	       tf_err_get_kind(err) == TF_KIND_ENCODING);
	ALWAYS(err == TF_OK || !v.convicts);
	check_verdict(&v, forged);
	return err == TF_OK && v.convicts;
}

/* ---- what is done to it ---- */

static void damaged(unsigned which, const uint8_t *data, size_t len)
{
	size_t n = file[which].len - (len ? data[0] : 0);
	uint8_t *copy = malloc(n);
	bool same, convicts;

	ALWAYS(copy != NULL);
	memcpy(copy, file[which].b, n);
	for (size_t k = 1; k + 4 <= len; k += 4)
		copy[(data[k] * 65536u + data[k + 1] * 256u + data[k + 2]) % n] ^= data[k + 3];
	same = n == file[which].len && memcmp(copy, file[which].b, n) == 0;
	convicts = judge(copy, n, false);
	ALWAYS(file[which].honest ? !convicts : convicts || !same);
	free(copy);
}

/* Everything that a telling needs. */
typedef struct story {
	tf_rec_evidence m, other; /* other: the file that parts are taken from */
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	tf_arena *mem;
	bool forged;
} story;

/* A message with its payload, echo, round or receiver changed. Party 1 or 3 says it, or says that
 * its sender has said it; and signs it. */
static void sign_again(story *s, tf_blob *b, uint8_t what, uint8_t value)
{
	uint8_t none[64], *bytes = tf_arena_alloc(s->mem, b->len);
	unsigned by = what & 0x80 ? 0 : LIAR;
	tf_envelope e;
	tf_arena mem;
	size_t len = 0;

	tf_arena_init(&mem, none, sizeof(none));
	if (!bytes || tf_envelope_decode(&e, NULL, &mem, b->p, b->len) != TF_OK)
		return;
	memcpy(bytes, e.payload.p, e.payload.len);
	e.payload.p = bytes;
	switch (what & 3) {
	case 0: bytes[(value * 257u) % (e.payload.len ? e.payload.len : 1)] ^= 1; break;
	case 1: e.echo[value % 32] ^= 1; break;
	case 2: e.round = value % 8; break;
	case 3: e.to = value % 4; break;
	}
	if (!(what & 0x40))
		e.from = (uint16_t)(by + 1);
	bytes = tf_arena_alloc(s->mem, b->len);
	if (!bytes)
		return;
	ALWAYS(tf_envelope_sign(&e, &scene->d[by].signer) == TF_OK);
	ALWAYS(tf_envelope_encode(bytes, b->len, &len, NULL, &e) == TF_OK);
	*b = (tf_blob){ bytes, len };
	s->forged = s->forged || by == 0;
}

static void tell_seat(story *s, uint8_t which, uint8_t value, uint8_t more)
{
	tf_evidence_party *a = &s->m.parties[which % s->m.parties_n], *b;

	b = more & 4 ? &s->other.parties[value % s->other.parties_n]
	             : &s->m.parties[value % s->m.parties_n];
	switch (more & 3) {
	case 0: a->slot = b->slot; break;
	case 1: a->device = b->device; break;
	case 2: memcpy(a->identity, b->identity, 32); break;
	case 3: a->ready = b->ready; break;
	}
}

static void tell_message(story *s, uint8_t which, uint8_t value, uint8_t more)
{
	uint32_t n = s->m.messages_n;
	tf_blob *a = &s->messages[which % (n ? n : 1)], kept = *a;

	if (n == 0)
		return;
	switch (more & 3) {
	case 0: /* exchanged */
		*a = s->messages[value % n];
		s->messages[value % n] = kept;
		break;
	case 1: /* left out */
		*a = s->messages[--s->m.messages_n];
		break;
	case 2: /* of another file */
		if (s->other.messages_n)
			*a = s->other.messages[value % s->other.messages_n];
		break;
	case 3: /* one more */
		if (n < TF_EVIDENCE_MESSAGES_MAX)
			s->messages[s->m.messages_n++] = s->messages[value % n];
		break;
	}
}

static void tell_claim(story *s, uint8_t which, uint8_t value)
{
	tf_rec_evidence *m = &s->m;

	switch (which % 12) {
	case 0: m->profile = value & 1 ? tf_profile_small.name : s->other.profile; break;
	case 1: m->curve = value % 8; break;
	case 2: m->protocol = value % 8; break;
	case 3: m->stage = value % 8; break;
	case 4: m->trust[value % 32] ^= 1; break;
	case 5: m->request[value % 32] ^= 1; break;
	case 6: m->open[value % 32] ^= 1; break;
	case 7: m->t = value; break;
	case 8: m->self = value % 5; break;
	case 9: m->party = value % 5; break;
	case 10: m->round = value % 8; break;
	case 11: m->batch = value; break;
	}
}

/* A byte of the context: key id and workspace, or whether there is an echo, for instance. */
static void tell_context(story *s, unsigned at, uint8_t change)
{
	size_t len = s->m.context.len;
	uint8_t *copy = tf_arena_alloc(s->mem, len + 1);

	if (!copy || len == 0)
		return;
	memcpy(copy, s->m.context.p, len);
	copy[at < len ? len - 1 - at : at % len] ^= change; /* names and flags are near the end */
	s->m.context.p = copy;
}

static void tell(story *s, const uint8_t *p)
{
	unsigned n;
	const tf_check *list = tf_check_list(&n);

	switch (p[0] % 7) {
	case 0: tell_claim(s, p[1], p[2]); break;
	case 1: s->m.check = (uint16_t)list[(p[1] * 256u + p[2]) % n]; break;
	case 2: tell_seat(s, p[1], p[2], p[3]); break;
	case 3: tell_message(s, p[1], p[2], p[3]); break;
	case 4:
		if (s->m.messages_n)
			sign_again(s, &s->messages[p[1] % s->m.messages_n], p[2], p[3]);
		break;
	case 5: s->m.context = s->other.context; break;
	case 6: tell_context(s, p[1] * 256u + p[2], p[3]); break;
	}
}

/* A file of either kind; a session that is given stands where a request does. */
static void read_file(tf_rec_evidence *m, unsigned which, tf_arena *mem)
{
	tf_rec_testimony t;

	if (!file[which].testimony) {
		ALWAYS(tf_wire_decode_framed(&tf_rec_evidence_wire, m, NULL, mem, file[which].b,
		                             file[which].len) == TF_OK);
		return;
	}
	ALWAYS(tf_wire_decode_framed(&tf_rec_testimony_wire, &t, NULL, mem, file[which].b,
	                             file[which].len) == TF_OK);
	*m = (tf_rec_evidence){ .profile = t.profile, .curve = t.curve, .stage = t.stage, .t = t.t,
	                        .parties_n = t.parties_n, .self = t.self, .party = t.party,
	                        .round = t.round, .check = t.check, .batch = t.batch,
	                        .context = t.context, .messages = t.messages,
	                        .messages_n = t.messages_n };
	memcpy(m->request, t.session, sizeof(m->request));
	m->parties = tf_arena_alloc(mem, t.parties_n * sizeof(*m->parties));
	ALWAYS(m->parties != NULL);
	for (uint32_t i = 0; i < t.parties_n; i++) {
		m->parties[i].device = t.parties[i].device;
		m->parties[i].slot = t.parties[i].slot;
		memcpy(m->parties[i].identity, t.parties[i].identity, 32);
	}
}

static tf_err write_file(uint8_t *out, size_t cap, size_t *len, const tf_rec_evidence *m,
                         bool testimony)
{
	tf_testimony_party party[TF_PARTIES_MAX] = { { .device = NULL } };
	tf_rec_testimony t = { .profile = m->profile, .curve = m->curve, .stage = m->stage,
	                       .t = m->t, .parties = party, .parties_n = m->parties_n,
	                       .self = m->self, .party = m->party, .round = m->round,
	                       .check = m->check, .batch = m->batch, .context = m->context,
	                       .messages = m->messages, .messages_n = m->messages_n };

	if (!testimony)
		return tf_wire_encode_framed(&tf_rec_evidence_wire, out, cap, len, NULL, m);
	memcpy(t.session, m->request, sizeof(t.session));
	for (uint32_t i = 0; i < m->parties_n; i++) {
		party[i].device = m->parties[i].device;
		party[i].slot = m->parties[i].slot;
		memcpy(party[i].identity, m->parties[i].identity, 32);
	}
	return tf_wire_encode_framed(&tf_rec_testimony_wire, out, cap, len, NULL, &t);
}

static void retold(unsigned which, const uint8_t *data, size_t len)
{
	static uint8_t room[8u << 20], bytes[4u << 20];
	static story s;
	tf_arena mem;
	size_t n = 0;
	unsigned other = len ? data[0] % (files - 1) : 0; /* all but the settlement */

	s.forged = false;
	s.mem = &mem;
	tf_arena_init(&mem, room, sizeof(room));
	read_file(&s.m, which, &mem);
	read_file(&s.other, other, &mem);
	memcpy(s.messages, s.m.messages, s.m.messages_n * sizeof(tf_blob));
	s.m.messages = s.messages;
	for (size_t k = 1; k + 4 <= len && k < 4 * TELLINGS; k += 4)
		tell(&s, data + k);
	if (write_file(bytes, sizeof(bytes), &n, &s.m, file[which].testimony) == TF_OK)
		(void)judge(bytes, n, s.forged);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned which;

	if (len < 2)
		return 0;
	which = data[0] % files;
	switch (data[1] % 3) {
	case 0: damaged(which, data + 2, len - 2); break;
	case 1: (void)judge(data + 2, len - 2, false); break;
	case 2:
		if (!file[which].settlement)
			retold(which, data + 2, len - 2);
		break;
	}
	return 0;
}
