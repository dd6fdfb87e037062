#include "session/house_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"

static void *new_room(size_t len)
{
	return aligned_alloc(64, len);
}

void *(*house_room)(size_t len) = new_room;
void (*house_room_back)(void *room) = free;

static const struct {
	const char *name;
	uint16_t slot;
} places[DEVICES] = { { "primary-1", 1 }, { "guard-1", 2 }, { "guard-4", 3 } };

static uint64_t below(house *h, uint64_t n)
{
	uint64_t x;

	CHECK_OK(tf_rng_bytes(&h->dice, &x, sizeof(x)));
	return x % n;
}

static bool find_member(void *ctx, const char *name, tf_roster_seat *out)
{
	house *h = ctx;

	for (unsigned i = 0; i < DEVICES; i++)
		if (strcmp(h->d[i].name, name) == 0) {
			memcpy(out->identity, h->d[i].signer.pk, 32);
			out->slot = h->d[i].slot;
			out->instance = h->d[i].least;
			return true;
		}
	return false;
}

static uint32_t count_slots(void *ctx)
{
	(void)ctx;
	return DEVICES;
}

static void engine_init(device *d)
{
	tf_sessions_config c = {
		.self = &d->self, .slots = d->slots, .slots_n = SLOTS, .standings = d->standings,
		.standings_n = TF_ARRAY_LEN(d->standings), .quarantine = 2, .pool = d->pool,
		.pool_n = POOL, .pool_depth = 4, .nonces = d->nonces, .nonces_n = POOL,
		.nonces_depth = 4, .pool_age_ms = 1000000, .used = d->used,
		.used_n = TF_ARRAY_LEN(d->used), .inbox = d->inbox,
		.inbox_len = sizeof(d->inbox), .inbox_ms = 5000, .scratch = d->scratch,
		.opening_ms = 5000, .run_ms = 60000,
	};

	tf_sessions_init(&d->engine, &c);
}

static void make_moduli(house *h, unsigned i)
{
	size_t len = 1 << 20;
	void *room = malloc(len);
	tf_arena mem;
	tf_bn p[4];

	CHECK(room != NULL);
	tf_arena_init(&mem, room, len);
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(tf_profile_small.prime_bits, 4 * i + k, &p[k]);
	CHECK_OK(tf_moduli_make(&h->d[i].own, &tf_profile_small, &p[0], &p[1], &p[2], &p[3],
	                        &h->d[i].rng, &mem));
	free(room);
}

house *house_new(uint64_t seed)
{
	return house_new_on(seed, TF_CURVE_SECP256K1);
}

house *house_new_on(uint64_t seed, tf_curve_id curve)
{
	static uint8_t group_room[1 << 16];
	house *h = calloc(1, sizeof(*h));
	tf_arena mem;

	CHECK(h != NULL);
	tf_arena_init(&mem, group_room, sizeof(group_room));
	CHECK_OK(tf_group_init(&h->g, curve, NULL, &mem));
	CHECK_OK(tf_group_init(&h->frost, TF_CURVE_ED25519, NULL, &mem));
	h->dice = tf_tape_init(&h->dice_tape, seed, 99);
	h->crash_at = DEVICES;
	h->now = 1000;
	for (unsigned i = 0; i < DEVICES; i++) {
		device *d = &h->d[i];
		tf_secret key = { { (uint8_t)(i + 1), 0x5e } };

		snprintf(d->name, sizeof(d->name), "%s", places[i].name);
		d->slot = places[i].slot;
		d->least = 1;
		d->rng = tf_tape_init(&d->tape, seed, i + 1);
		tf_signer_init(&d->signer, &key);
		d->versions = (tf_round0){ .roster = 7, .policy = 7, .crl = 3 };
		d->self = (tf_self){ .device = d->name, .signer = &d->signer, .instance = 1,
		                     .trust = { 0x77 }, .pr = &tf_profile_small, .g = h->g,
		                     .frost = h->frost, .rng = &d->rng,
		                     .find = find_member, .slots = count_slots,
		                     .find_ctx = h };
		CHECK_OK(tf_rng_bytes(&d->rng, d->self.boot, sizeof(d->self.boot)));
		make_moduli(h, i);
		engine_init(d);
	}
	for (unsigned i = 0; i < DEVICES; i++)
		tf_ed_key_init(&h->d[REMEMBERS].keys[i], h->d[i].signer.pk, NULL);
	tf_bip32_nodes_init(&h->d[REMEMBERS].nodes, h->d[REMEMBERS].node,
	                    TF_ARRAY_LEN(h->d[0].node));
	return h;
}

void house_free(house *h)
{
	for (unsigned i = 0; i < DEVICES; i++)
		tf_sessions_wipe(&h->d[i].engine);
	for (size_t k = 0; k < h->rooms_n; k++)
		house_room_back(h->rooms[k]);
	for (size_t k = 0; k < h->posted; k++)
		free(h->mail[k].bytes);
	free(h);
}

void house_restart(house *h, unsigned i)
{
	device *d = &h->d[i];

	tf_sessions_wipe(&d->engine);
	d->self.instance++;
	CHECK_OK(tf_rng_bytes(&d->rng, d->self.boot, sizeof(d->self.boot)));
	engine_init(d);
	for (unsigned k = 0; k < h->runs; k++)
		h->run[k].session[i] = NULL;
}

void house_pardon(house *h, unsigned i)
{
	h->d[i].least = h->d[i].self.instance += 10;
}

void house_replace(house *h, unsigned i, const char *name)
{
	device *d = &h->d[i];
	tf_secret key = { { (uint8_t)strlen(name), (uint8_t)name[strlen(name) - 1], 0x5e } };

	snprintf(d->name, sizeof(d->name), "%s", name);
	tf_signer_init(&d->signer, &key);
	tf_ed_key_init(&h->d[REMEMBERS].keys[i], d->signer.pk, NULL);
	house_restart(h, i);
}

void house_encode_open(house_run *r)
{
	tf_wire_env env = { .n = TF_PARTIES_MAX };

	CHECK_OK(tf_wire_encode_framed(&tf_ctl_open_wire, r->open_bytes, sizeof(r->open_bytes),
	                               &r->open_len, &env, &r->open));
}

bool house_is_frost(const house_spec *spec)
{
	return spec->frost || spec->protocol == TF_FROST_PREPARE ||
	       spec->protocol == TF_FROST_SIGN;
}

static bool signs(const house_spec *spec)
{
	return spec->protocol == TF_SIGN || spec->protocol == TF_FROST_SIGN;
}

static bool fills(const house_spec *spec)
{
	return spec->protocol == TF_PRESIGN || spec->protocol == TF_FROST_PREPARE;
}

/* Which key, and what is to be done with it. */
static void plan_use(house *h, house_run *r)
{
	const house_spec *spec = &r->spec;
	const tf_key *key = house_is_frost(spec) ? &h->d[0].frost_key : &h->d[0].key;

	if (spec->protocol != TF_AUXINFO)
		memset(r->open.key_id, 0x6b, 32);
	if (spec->protocol == TF_KEYGEN)
		r->open.key_id[0] = (uint8_t)h->runs;
	if (fills(spec) || signs(spec)) {
		memcpy(r->open.key_id, key->sharing.key_id, 32);
		memcpy(r->open.sharing, key->sharing.sharing, 32);
		r->open.epoch = key->sharing.epoch;
	}
	if (signs(spec)) {
		memcpy(r->open.presig, spec->presig, 32);
		r->open.intent = (tf_blob){ r->spec.digest, 32 };
	}
}

house_run *house_plan(house *h, const house_spec *spec)
{
	static tf_open_party parties[RUNS][DEVICES];
	house_run *r = &h->run[h->runs];
	tf_open_party *p = parties[h->runs];
	const tf_group *g = house_is_frost(spec) ? h->frost : h->g;

	CHECK(h->runs < RUNS);
	memset(r, 0, sizeof(*r));
	r->spec = *spec;
	memcpy(r->msg, spec->digest, sizeof(spec->digest));
	r->open = (tf_ctl_open){ .kind = (uint8_t)spec->protocol, .profile = "small",
	                         .curve = (uint8_t)tf_group_id(g), .t = (uint16_t)spec->n,
	                         .batch = spec->batch, .deadline = spec->deadline,
	                         .parties = p, .parties_n = spec->n };
	memset(r->open.request, 0x40 + (int)h->runs, 32);
	plan_use(h, r);
	for (unsigned k = 0; k < spec->n; k++)
		p[k] = (tf_open_party){ h->d[spec->seat[k]].name, TF_PART_HOLDER,
		                        h->d[spec->seat[k]].slot, "127.0.0.1:51971" };
	h->runs++;
	house_encode_open(r);
	return r;
}

static unsigned place_of(const house_run *r, unsigned i)
{
	for (unsigned k = 0; k < r->spec.n; k++)
		if (r->spec.seat[k] == i)
			return k;
	return DEVICES;
}

static tf_session_args args_for(house *h, const house_run *r, unsigned i, const tf_open *open)
{
	device *d = &h->d[i];
	tf_session_args a = { .round0 = d->versions, .workspace = "acme", .own = &d->own,
	                      .key = house_is_frost(&r->spec) ? &d->frost_key : &d->key,
	                      .msg = r->msg, .msg_len = r->spec.msg_len,
	                      .memo = house_is_frost(&r->spec) ? &d->frost_memo : &d->memo,
	                      .unix_now = 1700000000 };

	a.round0.epoch = fills(&r->spec) || signs(&r->spec) ? a.key->sharing.epoch : 0;
	for (unsigned k = 0; k < r->spec.n; k++) {
		unsigned other = r->spec.seat[k];

		a.aux[k] = d->has_aux[other] ? &d->aux[other] : NULL;
		a.keys[k] = i == REMEMBERS ? &d->keys[other] : NULL;
	}
	a.nodes = i == REMEMBERS ? &d->nodes : NULL;
	memcpy(a.digest, r->spec.digest, 32);
	a.path = (tf_path){ .index = { 44, 1, 0, 0, 0 }, .len = 5 };
	a.mem_len = tf_session_sizes(open, &tf_profile_small, a.msg_len).mem;
	a.mem = house_room((a.mem_len + 63) & ~(size_t)63);
	CHECK(a.mem != NULL && h->rooms_n < TF_ARRAY_LEN(h->rooms));
	h->rooms[h->rooms_n++] = a.mem;
	return a;
}

void (*house_mistake)(tf_session_args *args);

tf_err house_open_at(house *h, house_run *r, unsigned i, tf_fault *fault)
{
	device *d = &h->d[i];
	unsigned place = place_of(r, i);
	tf_session_args args;
	tf_session *s;
	tf_open open;

	TRY(tf_open_read(&open, &d->self, r->open_bytes, r->open_len, &d->engine.scratch, fault));
	args = args_for(h, r, i, &open);
	if (house_mistake)
		house_mistake(&args);
	TRY(tf_sessions_open(&d->engine, h->now, &open, &args, &s, fault));
	CHECK(s->phase == TF_SESSION_OPENED && place < DEVICES);
	r->session[i] = s;
	r->ready_len[place] = s->opening.ready_len - 4;
	memcpy(r->ready[place], s->opening.ready + 4, r->ready_len[place]);
	return TF_OK;
}

void house_plan_start(house_run *r)
{
	tf_blob list[DEVICES];
	tf_ctl_start m = { .ready = list, .ready_n = r->spec.n };
	tf_wire_env env = { .n = TF_PARTIES_MAX };

	memcpy(m.request, r->open.request, 32);
	for (unsigned k = 0; k < r->spec.n; k++)
		list[k] = (tf_blob){ r->ready[k], r->ready_len[k] };
	CHECK_OK(tf_wire_encode_framed(&tf_ctl_start_wire, r->start_bytes, sizeof(r->start_bytes),
	                               &r->start_len, &env, &m));
}

static void post(house *h, unsigned from, unsigned to, const uint8_t *bytes, size_t len,
                 const tf_session *s)
{
	uint8_t *copy = malloc(len);

	CHECK(copy != NULL && h->posted < TF_ARRAY_LEN(h->mail));
	memcpy(copy, bytes, len);
	h->mail[h->posted] = (house_mail){ from, to, len, copy };
	if (h->rewrite)
		h->rewrite(h, &h->mail[h->posted], s);
	h->posted++;
}

static unsigned device_of(const house *h, const tf_session *s, unsigned party)
{
	for (unsigned i = 0; i < DEVICES; i++)
		if (strcmp(h->d[i].name, s->env.party[party - 1].device) == 0)
			return i;
	tf_test_fail(__FILE__, __LINE__, "no such party");
}

/* Do what a device wants done. */
static void work_off(house *h, unsigned i, const tf_session *s, tf_outbox *out)
{
	device *d = &h->d[i];

	for (size_t k = 0; k < out->count; k++) {
		const tf_effect *e = &out->effect[k];

		if (h->crash_at == i && h->crash_after-- == 0) {
			h->crash_at = DEVICES;
			house_restart(h, i);
			return;
		}
		switch (e->kind) {
		case TF_EFFECT_SEND:
			CHECK(s != NULL);
			for (unsigned p = 1; p <= s->env.n; p++)
				if (p != s->env.self && (e->to == 0 || e->to == p))
					post(h, i, device_of(h, s, p), e->data, e->len, s);
			break;
		case TF_EFFECT_PERSIST:
			d->kept[e->type & 0xff]++;
			break;
		case TF_EFFECT_BURN:
			CHECK(d->burns < TF_ARRAY_LEN(d->burnt));
			for (size_t b = 0; b < d->burns; b++)
				CHECK(memcmp(d->burnt[b], e->key, 32) != 0);
			memcpy(d->burnt[d->burns++], e->key, 32);
			break;
		case TF_EFFECT_DONE:
			break;
		case TF_EFFECT_ERASE: /* of resharing, which no session runs yet */
		case TF_EFFECT_RETIRE:
			tf_test_fail(__FILE__, __LINE__, "effect %d", (int)e->kind);
		}
	}
}

static void outbox_new(tf_outbox *out, tf_arena *mem)
{
	size_t len = 8u << 20;
	void *room = house_room(len);

	CHECK(room != NULL);
	tf_arena_init(mem, room, len);
	tf_outbox_init(out, mem);
}

static void take_results(house *h, house_run *r, unsigned i, tf_session *s)
{
	device *d = &h->d[i];
	uint8_t buf[TF_SESSION_RESULT_MAX];
	size_t len;

	switch (r->spec.protocol) {
	case TF_KEYGEN:
		*(r->spec.frost ? &d->frost_key : &d->key) =
			*tf_keygen_key(&s->machine.keygen);
		CHECK(s->certificate_len > 0);
		break;
	case TF_AUXINFO:
		for (unsigned k = 0; k < r->spec.n; k++)
			if (r->spec.seat[k] != i) {
				d->aux[r->spec.seat[k]] =
					*tf_auxinfo_peer(&s->machine.auxinfo, k + 1);
				d->has_aux[r->spec.seat[k]] = true;
			}
		break;
	case TF_PRESIGN:
	case TF_FROST_PREPARE:
		tf_sessions_harvest(&d->engine, h->now, s);
		memcpy(r->ids, s->ids, sizeof(r->ids));
		r->ids_n[i] = s->ids_n;
		break;
	case TF_SIGN:
		CHECK_OK(tf_session_signature(&r->sig[i], &r->child[i], s));
		break;
	case TF_FROST_SIGN:
		CHECK_OK(tf_session_frost_signature(&r->frost_sig[i], &r->child[i], s));
		break;
	}
	CHECK_OK(tf_session_result(buf, sizeof(buf), &len, s));
	r->done[i] = true;
}

/* A session that has ended is closed. */
static void settle(house *h, house_run *r, unsigned i)
{
	tf_session *s = r->session[i];
	uint8_t buf[TF_SESSION_RESULT_MAX];
	tf_outbox out;
	tf_arena mem;
	size_t len;

	if (!s || (s->phase != TF_SESSION_DONE && s->phase != TF_SESSION_FAILED))
		return;
	if (s->phase == TF_SESSION_DONE) {
		take_results(h, r, i, s);
	} else {
		tf_session_report_make(&r->report[i], s);
		if (h->failed)
			h->failed(h, r, i, s);
		CHECK_OK(tf_session_failed(buf, sizeof(buf), &len, &r->report[i]));
		r->failed[i] = true;
	}
	outbox_new(&out, &mem);
	CHECK_OK(tf_sessions_close(&h->d[i].engine, s, &out));
	work_off(h, i, NULL, &out);
	house_room_back(mem.base);
	r->session[i] = NULL;
}

static house_run *run_of(house *h, unsigned i, const tf_session *s)
{
	for (unsigned k = 0; k < h->runs; k++)
		if (h->run[k].session[i] == s)
			return &h->run[k];
	tf_test_fail(__FILE__, __LINE__, "a session of no run");
}

/* One step, with its effects and its end. */
static tf_err step(house *h, unsigned i, tf_session *s, const uint8_t *msg, size_t len)
{
	house_run *r = run_of(h, i, s);
	tf_outbox out;
	tf_arena mem;
	tf_err err;

	outbox_new(&out, &mem);
	tf_sessions_take(s);
	err = tf_session_step(s, msg, len, &out, NULL);
	tf_sessions_give(s);
	work_off(h, i, s, &out);
	house_room_back(mem.base);
	house_judge(h, s);
	settle(h, r, i);
	return err;
}

tf_err house_start_at(house *h, house_run *r, unsigned i, tf_fault *fault)
{
	device *d = &h->d[i];
	size_t cap = 1 << 20, len;
	uint8_t *buf = malloc(cap);
	tf_session *s;
	tf_outbox out;
	tf_arena mem;
	tf_err err;

	CHECK(buf != NULL);
	outbox_new(&out, &mem);
	err = tf_sessions_start(&d->engine, h->now, r->start_bytes, r->start_len, &s, NULL, &out,
	                        fault);
	CHECK(err != TF_OK || s == r->session[i]);
	if (err == TF_OK) {
		CHECK(out.count >= 1 && out.effect[0].kind == TF_EFFECT_PERSIST &&
		      out.effect[0].type == TF_REC_USED_SID);
		err = tf_session_begin(s, &out, fault);
		work_off(h, i, s, &out);
	}
	house_room_back(mem.base);
	settle(h, r, i);
	while (err == TF_OK && r->session[i] &&
	       tf_sessions_pending(&d->engine, s, buf, cap, &len))
		step(h, i, s, buf, len);
	free(buf);
	return err;
}

tf_err house_hand(house *h, unsigned to, const char *from, const uint8_t *msg, size_t len,
                  tf_fault *fault)
{
	tf_session *s;

	TRY(tf_sessions_route(&h->d[to].engine, h->now, from, msg, len, &s, fault));
	return s ? step(h, to, s, msg, len) : TF_OK;
}

house_run *house_open(house *h, const house_spec *spec)
{
	house_run *r = house_plan(h, spec);

	for (unsigned k = 0; k < spec->n; k++)
		CHECK_OK(house_open_at(h, r, spec->seat[k], NULL));
	return r;
}

/* Everybody, in some order, with mail going on in between. */
void house_start(house *h, house_run *r)
{
	house_plan_start(r);
	for (unsigned k = 0; k < r->spec.n; k++) {
		CHECK_OK(house_start_at(h, r, r->spec.seat[k], NULL));
		if (h->shuffle && below(h, 2))
			house_deliver(h);
	}
}

static void deliver_one(house *h, house_mail m)
{
	if (h->d[m.to].down || (h->lose && below(h, h->lose) == 0))
		return;
	h->last = house_hand(h, m.to, h->d[m.from].name, m.bytes, m.len, NULL);
}

void house_deliver(house *h)
{
	while (h->delivered < h->posted) {
		if (h->shuffle) {
			size_t at = h->delivered + below(h, h->posted - h->delivered);
			house_mail swap = h->mail[at];

			h->mail[at] = h->mail[h->delivered];
			h->mail[h->delivered] = swap;
		}
		if (h->repeat && below(h, h->repeat) == 0)
			deliver_one(h, h->mail[h->delivered]);
		deliver_one(h, h->mail[h->delivered++]);
	}
}

void house_judge(house *h, tf_session *s)
{
	while (s->phase == TF_SESSION_JUDGING) {
		tf_err err;

		tf_sessions_take(s);
		err = tf_session_judge(s, NULL);
		tf_sessions_give(s);
		CHECK((err == TF_OK) == (s->phase == TF_SESSION_JUDGING));
		h->slices++;
	}
}

void house_tick(house *h, uint64_t ms)
{
	h->now += ms;
	for (unsigned i = 0; i < DEVICES; i++) {
		tf_session *s;

		while ((s = tf_sessions_tick(&h->d[i].engine, h->now)) != NULL) {
			house_judge(h, s);
			settle(h, run_of(h, i, s), i);
		}
	}
}

void house_cancel(house *h, house_run *r, unsigned i)
{
	CHECK(tf_sessions_cancel(&h->d[i].engine, r->open.request, TF_E_CANCELLED) ==
	      r->session[i]);
	settle(h, r, i);
}

bool house_all_done(const house_run *r)
{
	for (unsigned k = 0; k < r->spec.n; k++)
		if (!r->done[r->spec.seat[k]])
			return false;
	return true;
}
