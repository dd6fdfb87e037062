#include "lib/stage_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "harness/primes.h"

tf_memory stage_scratch(void)
{
	static uint8_t room[TF_SCRATCH_BYTES];

	return (tf_memory){ room, sizeof(room) };
}

/* Every other device remembers, though not much. */
static void give_memo(stage *s, unsigned i)
{
	tf_memo_params p = { .algorithm = s->alg, .seed = s->seed[i], .peers = 2, .nodes = 16,
	                     .keys = 1 };
	tf_memory mem;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 100 + i);

	if (i % 2)
		return;
	p.random = (tf_random){ rng.fill, rng.ctx };
	mem.len = tf_memo_room(&p);
	mem.p = tf_test_alloc(mem.len);
	CHECK_OK(tf_memo_begin(&s->memo[i], mem, &p));
}

void stage_init(stage *s, unsigned n, tf_algorithm alg)
{
	static const unsigned everybody[STAGE_DEVICES] = { 0, 1, 2, 3 };

	CHECK(n <= STAGE_DEVICES);
	memset(s, 0, sizeof(*s));
	s->devices = n;
	s->alg = alg;
	for (unsigned i = 0; i < n; i++) {
		snprintf(s->name[i], sizeof(s->name[i]), "device-%u", i + 1);
		memset(s->seed[i], (int)i + 1, sizeof(s->seed[i]));
		s->rng[i] = tf_tape_init(&s->tape[i], tf_test_seed(), i + 1);
		tf_identity_public(s->identity[i], s->seed[i]);
		give_memo(s, i);
	}
	stage_meet(s, n, everybody);
}

void stage_meet(stage *s, unsigned n, const unsigned *devices)
{
	s->n = n;
	for (unsigned k = 0; k < n; k++) {
		unsigned i = devices[k];

		s->now[k] = i;
		s->party[k] = (tf_participant){ .device = s->name[i], .seat = (uint16_t)(i + 1) };
		memcpy(s->party[k].identity, s->identity[i], sizeof(s->identity[i]));
		s->clique[i] = (tf_clique){ .level = STAGE_SMALL, .algorithm = s->alg,
		                            .n = (uint16_t)n, .self = (uint16_t)(k + 1),
		                            .party = s->party, .seed = s->seed[i],
		                            .random = { s->rng[i].fill, s->rng[i].ctx },
		                            .memo = s->memo[i] };
	}
}

void stage_free(stage *s)
{
	for (unsigned i = 0; i < s->devices; i++) {
		tf_machine_wipe(s->m[i]);
		free(s->mem[i].p);
	}
	for (size_t k = 0; k < s->posted; k++)
		free(s->mail[k].bytes);
	memset(s, 0, sizeof(*s));
}

tf_memory stage_lend(stage *s, unsigned i, size_t room)
{
	CHECK(room > 0);
	if (i == s->now[0])
		s->sessions++;
	memset(s->clique[i].session, s->sessions, sizeof(s->clique[i].session));
	tf_machine_wipe(s->m[i]);
	s->m[i] = NULL;
	free(s->mem[i].p);
	s->mem[i] = (tf_memory){ malloc(room), room };
	CHECK(s->mem[i].p != NULL);
	s->done[i] = 0;
	s->err[i] = TF_OK;
	return s->mem[i];
}

static stage_record *place(stage *s, unsigned i, const tf_effect *e)
{
	for (unsigned k = 0; k < s->records[i]; k++) {
		stage_record *r = &s->disk[i][k];

		if (r->type == e->type && r->key_len == e->key_len &&
		    memcmp(r->key, e->key, e->key_len) == 0)
			return r;
	}
	CHECK(s->records[i] < 16);
	return &s->disk[i][s->records[i]++];
}

static void write_record(stage *s, unsigned i, const tf_effect *e)
{
	stage_record *r = place(s, i, e);

	CHECK(e->key_len <= sizeof(r->key) && e->len <= sizeof(r->bytes));
	memset(r, 0, sizeof(*r));
	r->type = e->type;
	r->key_len = e->key_len;
	memcpy(r->key, e->key, e->key_len);
	r->len = e->len;
	if (e->len) /* an erased record is an empty one */
		memcpy(r->bytes, e->data, e->len);
	tf_ct_declassify(r->bytes, r->len); /* whoever reads it from a disk knows what is secret */
}

static void post(stage *s, unsigned from, const tf_effect *e)
{
	for (unsigned k = 0; k < s->n; k++) {
		stage_mail *m = &s->mail[s->posted];

		if (s->now[k] == from || (e->to && e->to != k + 1))
			continue;
		CHECK(s->posted < sizeof(s->mail) / sizeof(s->mail[0]));
		CHECK(e->len <= tf_machine_message_max(s->m[from]));
		*m = (stage_mail){ from, s->now[k], e->len, malloc(e->len) };
		CHECK(m->bytes != NULL);
		memcpy(m->bytes, e->data, e->len);
		tf_ct_declassify(m->bytes, m->len); /* the same */
		s->posted++;
		if (s->meddle)
			s->meddle(s, m);
	}
}

void stage_collect(stage *s, unsigned i)
{
	const tf_effect *e;
	size_t n = tf_machine_effects(&e, s->m[i]);

	for (; n; n--, e++) {
		switch (e->kind) {
		case TF_EFFECT_SEND: post(s, i, e); break;
		case TF_EFFECT_PERSIST: write_record(s, i, e); break;
		case TF_EFFECT_ERASE: write_record(s, i, e); break;
		case TF_EFFECT_BURN: memcpy(s->burnt[i], e->key, 32); break;
		case TF_EFFECT_RETIRE: s->retired[i] = e->epoch; break;
		case TF_EFFECT_DONE: s->done[i]++; break;
		}
	}
	tf_machine_clear(s->m[i]);
	CHECK(tf_machine_effects(&e, s->m[i]) == 0);
}

static void deliver(stage *s, const stage_mail *m)
{
	tf_verdict v;
	tf_err err;

	if (s->deaf[m->to])
		return;
	err = tf_machine_step(s->m[m->to], m->bytes, m->len, &v);
	while (err == TF_E_BUSY) {
		s->judged[m->to]++;
		err = tf_presign_expire(s->m[m->to], &v);
	}
	if (err != TF_OK && s->err[m->to] == TF_OK) {
		s->err[m->to] = err;
		s->verdict[m->to] = v;
	}
	stage_collect(s, m->to);
	if (s->deaf_after[m->to] && --s->deaf_after[m->to] == 0)
		s->deaf[m->to] = true;
}

void stage_run(stage *s)
{
	for (unsigned k = 0; k < s->n; k++)
		stage_collect(s, s->now[k]);
	while (s->delivered < s->posted) {
		stage_mail m = s->mail[s->delivered];

		s->mail[s->delivered++].bytes = NULL;
		deliver(s, &m);
		free(m.bytes);
	}
	s->posted = s->delivered = 0;
}

void stage_check_done(const stage *s)
{
	for (unsigned k = 0; k < s->n; k++) {
		unsigned i = s->now[k];

		if (s->err[i] != TF_OK)
			tf_test_fail(__FILE__, __LINE__, "device %u: %s, party %u, %s", i + 1,
			             tf_err_name(s->err[i]), s->verdict[i].party,
			             tf_verdict_check(&s->verdict[i]));
		CHECK(tf_machine_get_state(s->m[i]) == TF_MACHINE_DONE && s->done[i] == 1);
	}
}

tf_bytes stage_record_find(const stage *s, unsigned i, uint16_t type, const void *key, size_t len)
{
	for (unsigned k = s->records[i]; k > 0; k--) {
		const stage_record *r = &s->disk[i][k - 1];

		if (r->type == type && r->len &&
		    (!key || (len <= r->key_len && memcmp(r->key, key, len) == 0)))
			return (tf_bytes){ r->bytes, r->len };
	}
	return (tf_bytes){ NULL, 0 };
}

static const uint8_t *identity(void *ctx, const char *device)
{
	stage *s = ctx;

	for (unsigned i = 0; i < s->devices; i++)
		if (strcmp(s->name[i], device) == 0)
			return s->identity[i];
	return NULL;
}

tf_roster stage_roster(stage *s)
{
	return (tf_roster){ .find = identity, .ctx = s };
}

/* ---- whole steps ---- */

void stage_keygen(stage *s, uint16_t t)
{
	tf_keygen_params p = { .t = t, .workspace = "stage", .key_id = { 7 } };

	size_t room = tf_keygen_room(STAGE_SMALL, s->alg, (uint16_t)s->n);

	for (unsigned k = 0; k < s->n; k++) {
		unsigned i = s->now[k];

		CHECK_OK(tf_keygen_begin(&s->m[i], stage_lend(s, i, room), &s->clique[i], &p));
	}
	stage_run(s);
	stage_check_done(s);
}

static void make_moduli(stage *s, unsigned i)
{
	size_t len = tf_prime_bytes(STAGE_SMALL);
	uint8_t primes[4 * 80];

	CHECK(len == 80);
	for (unsigned k = 0; k < 4; k++) {
		tf_bn p;

		tf_test_primes(640, 4 * i + k, &p);
		tf_bn_to_bytes(primes + k * len, len, &p);
	}
	CHECK(tf_moduli_bytes(STAGE_SMALL) <= sizeof(s->moduli[i]));
	CHECK_OK(tf_moduli_create(s->moduli[i], sizeof(s->moduli[i]), &s->moduli_len[i],
	                          STAGE_SMALL, primes, 1700000000, &s->clique[i].random,
	                          stage_scratch()));
}

void stage_introduce(stage *s)
{
	size_t room = tf_auxinfo_room(STAGE_SMALL, s->alg, (uint16_t)s->n);

	for (unsigned k = 0; k < s->n; k++) {
		unsigned i = s->now[k];
		tf_auxinfo_params p = { .now = 1700000001 };

		make_moduli(s, i);
		p.moduli = (tf_bytes){ s->moduli[i], s->moduli_len[i] };
		CHECK_OK(tf_auxinfo_begin(&s->m[i], stage_lend(s, i, room), &s->clique[i], &p));
	}
	stage_run(s);
	stage_check_done(s);
}

static tf_err begin_presign(stage *s, unsigned i, uint32_t batch, bool confirm)
{
	size_t room = tf_presign_room(STAGE_SMALL, s->alg, (uint16_t)s->n, batch);
	tf_presign_params p = { .key = stage_key(s, i), .batch = batch, .confirm = confirm };

	p.moduli = (tf_bytes){ s->moduli[i], s->moduli_len[i] };
	for (unsigned j = 0; j < s->n; j++) {
		p.peer[j] = stage_record_find(s, i, TF_RECORD_PEER, s->party[j].device,
		                              strlen(s->party[j].device));
		p.tables[j] = s->tables[i][s->now[j]];
	}
	return tf_presign_begin(&s->m[i], stage_lend(s, i, room), &s->clique[i], &p);
}

tf_err stage_try_presign(stage *s, unsigned i)
{
	return begin_presign(s, i, 1, false);
}

void stage_begin_presign(stage *s, uint32_t batch, bool confirm)
{
	for (unsigned k = 0; k < s->n; k++)
		CHECK_OK(begin_presign(s, s->now[k], batch, confirm));
}

void stage_presign(stage *s, uint32_t batch, bool confirm)
{
	stage_begin_presign(s, batch, confirm);
	stage_run(s);
	stage_check_done(s);
	for (unsigned k = 0; k < s->n; k++)
		for (uint32_t b = 0; b < batch; b++)
			CHECK_OK(tf_presign_move(&s->presig[s->now[k]][b], s->m[s->now[k]], b));
}

void stage_begin_sign(stage *s, unsigned b, const char *path, const uint8_t digest[static 32])
{
	size_t room = tf_signing_room(STAGE_SMALL, s->alg, (uint16_t)s->n);

	for (unsigned k = 0; k < s->n; k++) {
		unsigned i = s->now[k];
		tf_signing_params p = { .key = stage_key(s, i), .presignature = &s->presig[i][b] };

		memcpy(p.digest, digest, sizeof(p.digest));
		CHECK_OK(tf_derivation_parse(&p.path, path));
		CHECK_OK(tf_signing_begin(&s->m[i], stage_lend(s, i, room), &s->clique[i], &p));
	}
}

tf_bytes stage_key(const stage *s, unsigned i)
{
	return stage_record_find(s, i, TF_RECORD_KEY, NULL, 0);
}

tf_key_facts stage_facts(const stage *s, unsigned i)
{
	tf_key_facts facts;

	CHECK_OK(tf_key_describe(&facts, s->alg, stage_key(s, i), stage_scratch()));
	return facts;
}
