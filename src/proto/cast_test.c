#include "proto/cast_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "num/kernel_test.h"

static uint8_t group_room[16][TF_GROUP_ROOM + 64]; /* of each curve */

/* Every other party has what a daemon keeps from run to run: tables of identities, and nodes. */
static void lend(tf_party_env *e)
{
	static tf_ed_key key[TF_PARTIES_MAX];
	static tf_bip32_node node[TF_PARTIES_MAX][2 * TF_BIP32_WAYS];
	static tf_bip32_nodes nodes[TF_PARTIES_MAX];

	if (e->self % 2 == 0)
		return;
	tf_bip32_nodes_init(&nodes[e->self - 1], node[e->self - 1], TF_ARRAY_LEN(node[0]));
	e->nodes = &nodes[e->self - 1];
	for (unsigned j = 0; j < e->n; j++) {
		if (memcmp(key[j].pk, e->party[j].identity, sizeof(key[j].pk)) != 0)
			tf_ed_key_init(&key[j], e->party[j].identity, NULL);
		e->party[j].key = &key[j];
	}
}

void cast_init(cast *c, unsigned n, const tf_profile *pr, tf_curve_id curve)
{
	static char name[TF_PARTIES_MAX][20];
	static tf_arena group_mem;

	memset(c, 0, sizeof(*c));
	c->n = n;
	tf_arena_init(&group_mem, group_room[(curve ^ (curve >> 4)) & 15], sizeof(group_room[0]));
	CHECK_OK(tf_group_init(&c->g, curve, NULL, &group_mem));
	for (unsigned i = 0; i < n; i++) {
		tf_secret seed = { { (uint8_t)(i + 1), 0x5e } };

		c->rng[i] = tf_tape_init(&c->tape[i], tf_test_seed(), i + 1);
		tf_signer_init(&c->signer[i], &seed);
		snprintf(name[i], sizeof(name[i]), "device-%u", i + 1);
	}
	for (unsigned i = 0; i < n; i++) {
		tf_party_env *e = &c->env[i];

		*e = (tf_party_env){ .pr = pr, .g = c->g, .rng = &c->rng[i],
		                     .kernel = test_kernel(), .signer = &c->signer[i], .n = (uint16_t)n,
		                     .self = (uint16_t)(i + 1) };
		memset(e->sid, 0x51, sizeof(e->sid));
		for (unsigned j = 0; j < n; j++) {
			e->party[j].device = name[j];
			e->party[j].share_index = (uint16_t)(j + 1);
			memcpy(e->party[j].identity, c->signer[j].pk, 32);
		}
		lend(e);
	}
}

static void room(tf_arena *a, size_t len)
{
	void *p = aligned_alloc(64, (len + 63) & ~(size_t)63);

	CHECK(p != NULL);
	free(a->base);
	tf_arena_init(a, p, len);
}

void cast_rooms(cast *c, tf_run_sizes sizes)
{
	for (unsigned i = 0; i < c->n; i++) {
		room(&c->mem[i], sizes.mem);
		room(&c->out_mem[i], sizes.out);
		tf_outbox_init(&c->out[i], &c->out_mem[i]);
		c->run[i] = NULL;
		c->err[i] = TF_OK;
		c->done[i] = 0;
		c->silent[i] = false;
	}
	c->longest = 0;
}

void cast_free(cast *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		free(c->mem[i].base);
		free(c->out_mem[i].base);
	}
	for (size_t k = 0; k < c->posted; k++)
		free(c->mail[k].bytes);
	for (size_t k = 0; k < c->copies; k++)
		free(c->loose[k].bytes);
	for (size_t k = 0; k < c->records; k++)
		free(c->record[k].bytes);
	memset(c, 0, sizeof(*c));
}

static uint8_t *copy(const uint8_t *p, size_t len)
{
	uint8_t *out = malloc(len ? len : 1);

	CHECK(out != NULL);
	if (len)
		memcpy(out, p, len);
	return out;
}

void cast_post(cast *c, unsigned from, unsigned to, const uint8_t *bytes, size_t len)
{
	CHECK(c->posted < TF_ARRAY_LEN(c->mail));
	c->mail[c->posted++] = (cast_mail){ from, to, len, copy(bytes, len) };
	/* whoever takes it knows what in it is secret */
	tf_ct_declassify(c->mail[c->posted - 1].bytes, len);
	c->longest = c->longest > len ? c->longest : len;
}

cast_mail *cast_copy(cast *c, const cast_mail *m)
{
	CHECK(c->copies < TF_ARRAY_LEN(c->loose));
	c->loose[c->copies] = (cast_mail){ m->from, m->to, m->len, copy(m->bytes, m->len) };
	return &c->loose[c->copies++];
}

static void keep(cast *c, unsigned i, const tf_effect *e)
{
	cast_record *r = &c->record[c->records];

	CHECK(c->records < TF_ARRAY_LEN(c->record) && e->key_len <= sizeof(r->key));
	*r = (cast_record){ .by = i + 1, .type = e->type, .key_len = e->key_len, .len = e->len,
	                    .bytes = copy(e->data, e->len), .sent = c->posted };
	memcpy(r->key, e->key, e->key_len);
	c->records++;
}

static void send(cast *c, unsigned from, unsigned to, const tf_effect *e)
{
	cast_mail *m = &c->mail[c->posted];

	cast_post(c, from, to, e->data, e->len);
	if (c->rewrite && !c->rewrite(c, m)) {
		free(m->bytes);
		c->posted--;
	}
}

void cast_collect(cast *c, unsigned i)
{
	for (size_t k = 0; k < c->out[i].count; k++) {
		const tf_effect *e = &c->out[i].effect[k];

		switch (e->kind) {
		case TF_EFFECT_SEND:
			for (unsigned j = 1; j <= c->n; j++)
				if (j != i + 1 && (e->to == 0 || e->to == j))
					send(c, i + 1, j, e);
			break;
		case TF_EFFECT_PERSIST:
			keep(c, i, e);
			break;
		case TF_EFFECT_BURN:
			CHECK(c->burns < TF_ARRAY_LEN(c->burnt) && e->key_len == 32);
			memcpy(c->burnt[c->burns++], e->key, 32);
			break;
		case TF_EFFECT_DONE:
			c->done[i]++;
			break;
		case TF_EFFECT_ERASE:
			keep(c, i, e); /* an empty record: what was there is gone */
			break;
		case TF_EFFECT_RETIRE:
			CHECK(c->retires < TF_ARRAY_LEN(c->retired) && e->key_len == 32);
			c->retired[c->retires].by = i + 1;
			c->retired[c->retires].epoch = e->epoch;
			memcpy(c->retired[c->retires++].sharing, e->key, 32);
			break;
		}
	}
	tf_outbox_reset(&c->out[i]);
}

tf_err cast_step(cast *c, unsigned i, const uint8_t *bytes, size_t len)
{
	tf_fault fault;
	tf_err err = c->step ? c->step(c, i, bytes, len, &fault)
	                     : tf_rounds_step(c->run[i], bytes, len, &c->out[i], &fault);
	bool verdict = err == TF_E_PROOF || err == TF_E_CONFLICT;
	bool had_one = c->err[i] == TF_E_PROOF || c->err[i] == TF_E_CONFLICT;

	if (err != TF_OK && (c->err[i] == TF_OK || (verdict && !had_one))) {
		c->err[i] = err;
		c->fault[i] = fault;
	}
	cast_collect(c, i);
	return err;
}

/* Put one of the waiting mails to the front, at random. */
static void shuffle(cast *c)
{
	size_t waiting = c->posted - c->delivered;
	cast_mail *a = &c->mail[c->delivered], *b;
	cast_mail swap = *a;

	c->shuffle = c->shuffle * 6364136223846793005u + 1442695040888963407u;
	b = a + (c->shuffle >> 33) % waiting;
	*a = *b;
	*b = swap;
}

void cast_run(cast *c)
{
	for (unsigned i = 0; i < c->n; i++)
		cast_collect(c, i);
	while (c->delivered < c->posted) {
		cast_mail *m;

		if (c->shuffle)
			shuffle(c);
		m = &c->mail[c->delivered++];
		if (!c->silent[m->to - 1] &&
		    cast_step(c, m->to - 1, m->bytes, m->len) != TF_OK)
			continue; /* c->err knows */
	}
}

bool cast_is(const cast_mail *mail, uint16_t type, tf_envelope *e)
{
	uint8_t none[64];
	tf_envelope local;
	tf_arena mem;

	tf_arena_init(&mem, none, sizeof(none));
	CHECK_OK(tf_envelope_decode(e ? e : &local, NULL, &mem, mail->bytes, mail->len));
	return (e ? e : &local)->type == type;
}

void cast_forge(cast *c, cast_mail *mail, tf_envelope *e, unsigned from)
{
	size_t len = TF_ENVELOPE_OVERHEAD + e->payload.len;
	uint8_t *bytes = malloc(len);

	CHECK(bytes != NULL);
	e->from = (uint16_t)from;
	CHECK_OK(tf_envelope_sign(e, &c->signer[from - 1]));
	CHECK_OK(tf_envelope_encode(bytes, len, &len, NULL, e));
	free(mail->bytes);
	mail->bytes = bytes;
	mail->len = len;
}

void cast_rewrite(cast *c, cast_mail *mail, const tf_wire_type *type,
                  void (*fn)(const cast *c, void *m, void *ctx), void *ctx)
{
	size_t room_len = 16u << 20, most = 8u << 20;
	uint8_t *memory = aligned_alloc(64, room_len), *payload = malloc(most);
	const tf_rounds *r = c->run[mail->from - 1];
	void *m = calloc(1, type->size);
	tf_envelope e;
	tf_arena mem;

	CHECK(memory && payload && m);
	tf_arena_init(&mem, memory, room_len);
	CHECK(cast_is(mail, type->type, &e));
	CHECK_OK(tf_wire_decode(type, m, &r->wire, &mem, e.payload.p, e.payload.len));
	fn(c, m, ctx);
	CHECK_OK(tf_wire_encode(type, payload, most, &e.payload.len, &r->wire, m));
	e.payload.p = payload;
	cast_forge(c, mail, &e, mail->from);
	if (e.to == 0 && !c->two_faced) {
		uint8_t text[TF_ENVELOPE_SIGNED];

		tf_envelope_signed(text, &e);
		tf_shake256_hash(r->slots[((e.round - 1u) * c->n + (e.from - 1u)) * 2].digest,
		                 text, sizeof(text));
	}
	free(m);
	free(payload);
	free(memory);
}

void cast_check_blame(const cast *c, unsigned cheat, tf_check check)
{
	for (unsigned i = 0; i < c->n; i++) {
		const tf_fault *f = &c->fault[i];

		if (i + 1 == cheat)
			continue;
		if (c->err[i] != TF_E_PROOF || f->party != cheat || f->check != check)
			tf_test_fail(__FILE__, __LINE__,
			             "party %u: %s, party %u, round %u, %s; expected %u, %s", i + 1,
			             tf_err_name(c->err[i]), f->party, f->round,
			             tf_check_name(f->check), cheat, tf_check_name(check));
		CHECK(tf_rounds_state(c->run[i]) == TF_RUN_FAILED && c->done[i] == 0);
	}
}

void cast_check_done(const cast *c)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (c->err[i] != TF_OK)
			tf_test_fail(__FILE__, __LINE__, "party %u: %s, party %u, %s", i + 1,
			             tf_err_name(c->err[i]), c->fault[i].party,
			             tf_check_name(c->fault[i].check));
		CHECK(tf_rounds_state(c->run[i]) == TF_RUN_DONE && c->done[i] == 1);
	}
}

void cast_check_evidence(const tf_fault *f, const tf_blob *ev, size_t n)
{
	uint8_t hash[32];
	tf_keccak k;

	tf_shake256_init(&k);
	for (size_t i = 0; i < n; i++) {
		uint8_t len[4] = { (uint8_t)(ev[i].len >> 24), (uint8_t)(ev[i].len >> 16),
		                   (uint8_t)(ev[i].len >> 8), (uint8_t)ev[i].len };

		tf_keccak_absorb(&k, len, 4);
		tf_keccak_absorb(&k, ev[i].p, ev[i].len);
	}
	tf_keccak_squeeze(&k, hash, 32);
	CHECK(memcmp(hash, f->evidence, 32) == 0);
}
