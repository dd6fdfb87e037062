#include "session/scene_test.h"

#include <stdlib.h>
#include <string.h>

#include "proto/presign_impl.h"
#include "wire_alerts.h"
#include "wire_frost.h"

house *scene;

/* ---- what device 2 does ---- */

uint16_t scene_target;
void (*scene_alter)(void *m, tf_session *s);
void (*scene_alter_envelope)(tf_envelope *e);
bool (*scene_lose)(const house_mail *m, const tf_envelope *e);
unsigned scene_only_to = DEVICES;

static const tf_wire_type *type_of(uint16_t type)
{
	const tf_wire_type *t = tf_wire_find(tf_wire_protocol_types, TF_WIRE_PROTOCOL_TYPES, type);

	if (!t)
		t = tf_wire_find(tf_wire_alerts_types, TF_WIRE_ALERTS_TYPES, type);
	return t ? t : tf_wire_find(tf_wire_frost_types, TF_WIRE_FROST_TYPES, type);
}

/* Replace the mail by an envelope that `from` has signed. */
static void sign_again(house_mail *m, tf_envelope *e, unsigned from)
{
	size_t len = TF_ENVELOPE_OVERHEAD + e->payload.len;
	uint8_t *bytes = malloc(len);

	CHECK(bytes != NULL);
	CHECK_OK(tf_envelope_sign(e, &scene->d[from].signer));
	CHECK_OK(tf_envelope_encode(bytes, len, &len, NULL, e));
	free(m->bytes);
	m->bytes = bytes;
	m->len = len;
}

static void change_payload(house_mail *m, tf_envelope *e, const tf_session *s)
{
	const tf_wire_env *wire = &s->machine.rounds.wire;
	const tf_wire_type *type = type_of(e->type);
	size_t most = type->length(wire, TF_WIRE_MOST), room = 8u << 20;
	uint8_t *memory = aligned_alloc(64, room), *payload = malloc(most);
	void *value = calloc(1, type->size);
	tf_arena mem;

	CHECK(memory && payload && value);
	tf_arena_init(&mem, memory, room);
	CHECK_OK(tf_wire_decode(type, value, wire, &mem, e->payload.p, e->payload.len));
	scene_alter(value, (tf_session *)(uintptr_t)s);
	CHECK_OK(tf_wire_encode(type, payload, most, &e->payload.len, wire, value));
	e->payload.p = payload;
	sign_again(m, e, m->from);
	if (e->to == 0 && scene_only_to == DEVICES) { /* who lies to everybody alike believes it */
		const tf_rounds *r = &s->machine.rounds;
		uint8_t text[TF_ENVELOPE_SIGNED];

		tf_envelope_signed(text, e);
		tf_shake256_hash(r->slots[((e->round - 1u) * r->env->n + (e->from - 1u)) * 2].digest,
		                 text, sizeof(text));
	}
	free(value);
	free(payload);
	free(memory);
}

static void rewrite(house *of, house_mail *m, const tf_session *s)
{
	uint8_t none[64];
	tf_envelope e;
	tf_arena mem;

	(void)of;
	tf_arena_init(&mem, none, sizeof(none));
	CHECK_OK(tf_envelope_decode(&e, NULL, &mem, m->bytes, m->len));
	if (scene_lose && scene_lose(m, &e))
		m->len = 0;
	if (m->from != 2 || e.type != scene_target ||
	    (scene_only_to < DEVICES && m->to != scene_only_to))
		return;
	if (scene_alter) {
		change_payload(m, &e, s);
	} else {
		scene_alter_envelope(&e);
		sign_again(m, &e, 2);
	}
}

void scene_false_delta(void *m, tf_session *s)
{
	tf_presign_r3_item *it = &((tf_msg_presign_r3 *)m)->items[0];
	tf_sc *own = &s->machine.presign.st->item[0].delta, one;

	tf_sc_set_u64(s->env.g, &one, 1);
	if (tf_sc_eq(own, &it->delta)) /* and not for the receivers after the first */
		tf_sc_add(s->env.g, own, own, &one);
	it->delta = *own;
}

/* ---- what the others write ---- */

scene_file_of scene_file[DEVICES];

static void write_evidence(house *of, house_run *r, unsigned i, const tf_session *s)
{
	size_t size = tf_evidence_size(s);
	uint8_t *room;
	tf_arena mem;

	(void)of;
	(void)r;
	if (i >= SCENE_WRITERS || size == 0)
		return;
	CHECK(scene_file[i].bytes == NULL);
	room = aligned_alloc(64, (size + 63) & ~(size_t)63);
	scene_file[i].bytes = malloc(size);
	CHECK(room && scene_file[i].bytes);
	tf_arena_init(&mem, room, size);
	CHECK_OK(tf_evidence_write(scene_file[i].bytes, size, &scene_file[i].len, s,
	                           scene->d[i].self.trust, &mem));
	scene_file[i].fault = s->fault;
	free(room);
}

tf_err scene_judge(tf_evidence_verdict *v, const uint8_t *bytes, size_t len)
{
	size_t need = tf_evidence_judge_mem(bytes, len);
	uint8_t *room;
	tf_arena mem;
	tf_err err;

	if (need == 0)
		return TF_E_ENCODING;
	room = aligned_alloc(64, (need + 63) & ~(size_t)63);
	CHECK(room != NULL);
	tf_arena_init(&mem, room, need);
	err = tf_evidence_judge(v, bytes, len, &mem);
	free(room);
	CHECK(err == TF_OK || err == TF_E_UNSUPPORTED || tf_err_get_kind(err) == TF_KIND_ENCODING);
	return err;
}

bool scene_convicts(const uint8_t *bytes, size_t len)
{
	tf_evidence_verdict v;

	return scene_judge(&v, bytes, len) == TF_OK && v.convicts;
}

void scene_forget(void)
{
	for (unsigned i = 0; i < DEVICES; i++) {
		free(scene_file[i].bytes);
		memset(&scene_file[i], 0, sizeof(scene_file[i]));
	}
	house_pardon(scene, 2); /* no quarantine: the next cheat is to be seen, too */
	scene_target = 0;
	scene_alter = NULL;
	scene_alter_envelope = NULL;
	scene_lose = NULL;
	scene_only_to = DEVICES;
}

house_run *scene_play(const house_spec *spec)
{
	house_run *r = house_open(scene, spec);

	scene->rewrite = rewrite;
	scene->failed = write_evidence;
	house_start(scene, r);
	house_deliver(scene);
	return r;
}

void scene_run(const house_spec *spec)
{
	(void)scene_play(spec);
	scene->rewrite = NULL;
	house_tick(scene, 600000); /* whoever still waits for the cheat */
	scene->failed = NULL;
}

void scene_check_files(tf_check check, unsigned round, unsigned writers)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SCENE_WRITERS; i++) {
		tf_evidence_verdict v;

		if (!scene_file[i].bytes)
			continue;
		n++;
		CHECK_OK(scene_judge(&v, scene_file[i].bytes, scene_file[i].len));
		if (!v.convicts || v.fault.check != check || v.fault.round != round)
			tf_test_fail(__FILE__, __LINE__, "writer %u: %s, party %u, round %u, %s",
			             i, tf_err_name(v.err), v.fault.party, v.fault.round,
			             tf_check_name(v.fault.check));
		CHECK(v.fault.party == 3 && v.culprits == 4);
		CHECK(strcmp(v.device, scene->d[2].name) == 0);
		CHECK(strcmp(v.accuser, scene->d[i].name) == 0);
		CHECK(memcmp(v.identity, scene->d[2].signer.pk, 32) == 0);
		CHECK(memcmp(v.trust, scene->d[i].self.trust, 32) == 0);
	}
	CHECK(n == writers);
}
