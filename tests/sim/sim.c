#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"

const sim_weather sim_calm = { .in_order = true };

tf_arena *sim_scratch(void)
{
	static uint8_t room[1 << 22];
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

uint64_t sim_below(sim *s, uint64_t n)
{
	uint64_t x;

	CHECK_OK(tf_rng_bytes(&s->dice, &x, sizeof(x)));
	tf_ct_declassify(&x, sizeof(x));
	return x % n;
}

sim *sim_new(uint64_t seed)
{
	sim *s = tf_test_alloc(sizeof(*s));

	cast_init(&s->c, SIM_N, &tf_profile_small, TF_CURVE_SECP256K1);
	s->batch = SIM_BATCH;
	s->dice = tf_tape_init(&s->dice_tape, seed, 99);
	CHECK_OK(tf_path_bip44(&s->path, TF_PATH_COIN_TESTNET, 0));
	for (unsigned i = 0; i < SIM_N; i++) {
		tf_bn p[4];

		s->c.rng[i] = tf_tape_init(&s->c.tape[i], seed, i + 1);
		for (unsigned k = 0; k < 4; k++)
			tf_test_primes(640, 4 * i + k, &p[k]);
		CHECK_OK(tf_moduli_make(&s->own[i], &tf_profile_small, &p[0], &p[1], &p[2], &p[3],
		                        &s->c.rng[i], sim_scratch()));
	}
	return s;
}

void sim_free(sim *s)
{
	cast_free(&s->c);
}

/* ---- disks ---- */

const cast_record *sim_disk(const sim *s, unsigned party, uint16_t type, const void *key,
                            size_t key_len)
{
	for (size_t k = s->c.records; k-- > 0;) {
		const cast_record *r = &s->c.record[k];

		if (r->by != party + 1 || r->type != type || r->len == 0)
			continue;
		if (key_len == 0 && (type != TF_REC_KEY_SHARE || r->key_len == 32))
			return r;
		if (key_len != 0 && r->key_len == key_len && memcmp(r->key, key, key_len) == 0)
			return r;
	}
	return NULL;
}

bool sim_load_key(sim *s, unsigned i)
{
	const cast_record *r = sim_disk(s, i, TF_REC_KEY_SHARE, NULL, 0);

	memset(&s->key[i], 0, sizeof(s->key[i]));
	if (!r)
		return false;
	CHECK_OK(tf_key_decode(&s->key[i], NULL, s->c.g, r->bytes, r->len, sim_scratch()));
	return s->key[i].state == TF_SHARE_COMMITTED;
}

bool sim_load_peers(sim *s, unsigned i)
{
	bool all = true;

	for (unsigned j = 0; j < SIM_N; j++) {
		const char *device = s->c.env[i].party[j].device;
		const cast_record *r = sim_disk(s, i, TF_REC_PEER_AUX, device, strlen(device));

		if (j == i)
			continue;
		memset(&s->peer[i][j], 0, sizeof(s->peer[i][j]));
		all = all && r;
		if (r)
			CHECK_OK(tf_aux_decode(&s->peer[i][j], NULL, s->c.env[i].pr, r->bytes,
			                       r->len, sim_scratch()));
	}
	return all;
}

/* ---- starting ---- */

static tf_run_sizes sizes(sim_phase phase, uint32_t batch)
{
	const tf_profile *pr = &tf_profile_small;

	switch (phase) {
	case SIM_KEYGEN: return tf_keygen_sizes(pr, SIM_N);
	case SIM_INTRODUCE: return tf_auxinfo_sizes(pr, SIM_N);
	case SIM_PRESIGN: return tf_presign_sizes(pr, SIM_N, batch);
	case SIM_REFRESH: return tf_reshare_sizes(pr, SIM_N);
	case SIM_SIGN: break;
	}
	return tf_signing_sizes(pr, SIM_N);
}

void sim_open(sim *s, sim_phase phase)
{
	s->phase = phase;
	s->sessions++;
	s->c.delivered = s->c.posted; /* what is under way belongs to no session any more */
	cast_rooms(&s->c, sizes(phase, s->batch));
	memset(s->c.fault, 0, sizeof(s->c.fault));
	memset(s->lost, 0, sizeof(s->lost));
	for (unsigned i = 0; i < SIM_N; i++) {
		memset(s->c.env[i].sid, 0x51, sizeof(s->c.env[i].sid));
		s->c.env[i].sid[0] = (uint8_t)s->sessions;
		s->c.env[i].sid[1] = (uint8_t)(s->sessions >> 8);
	}
}

static void start_presign(sim *s, unsigned i)
{
	tf_presign_args args = { .env = &s->c.env[i], .own = &s->own[i], .batch = s->batch,
	                         .confirm = true };
	tf_weights weights;

	CHECK_OK(tf_key_weigh(&weights, &s->key[i], &s->c.env[i]));
	args.weights = &weights;
	for (unsigned j = 0; j < SIM_N; j++)
		args.aux[j] = j == i ? NULL : &s->peer[i][j];
	CHECK_OK(tf_presign_start(&s->presign[i], &args, &s->c.mem[i], &s->c.out[i]));
}

static void start_sign(sim *s, unsigned i)
{
	tf_presig *p = &s->presig[i][s->presig_next];
	tf_weights weights;
	tf_signing_args args = { .env = &s->c.env[i], .weights = &weights, .presig = p,
	                         .path = s->path };
	sim_use *u = &s->use[s->uses++];

	CHECK(s->uses <= TF_ARRAY_LEN(s->use));
	*u = (sim_use){ .party = i };
	memcpy(u->presig, p->id, 32);
	memcpy(u->digest, s->digest[i], 32);
	memcpy(args.cc, s->key[i].sharing.cc, sizeof(args.cc));
	memcpy(args.digest, s->digest[i], sizeof(args.digest));
	CHECK_OK(tf_key_weigh(&weights, &s->key[i], &s->c.env[i]));
	CHECK_OK(tf_signing_start(&s->signing[i], &args, &s->c.mem[i], &s->c.out[i]));
	CHECK(p->ready == 0);
}

static void start_refresh(sim *s, unsigned i)
{
	tf_reshare_args args = { .env = &s->c.env[i], .kind = TF_REFRESH,
	                         .source = &s->key[i].sharing, .share = &s->key[i].x,
	                         .form = s->key[i].sharing.form, .t = s->key[i].sharing.t,
	                         .epoch = s->key[i].sharing.epoch + 1,
	                         .epoch_used = s->key[i].sharing.epoch };

	for (unsigned j = 0; j < SIM_N; j++)
		args.role[j].deals = args.role[j].receives = s->c.env[i].party[j].share_index;
	CHECK_OK(tf_reshare_start(&s->refresh[i], &args, &s->c.mem[i], &s->c.out[i]));
}

static sim_use *newest_use(sim *s, unsigned i)
{
	size_t u = s->uses;

	while (u > 0 && s->use[u - 1].party != i)
		u--;
	CHECK(u > 0);
	return &s->use[u - 1];
}

/* Hand what the party wants done to the world, effect by effect. */
static void work_off(sim *s, unsigned i)
{
	tf_outbox *out = &s->c.out[i];

	for (size_t k = 0; s->at_effect && k <= out->count; k++)
		s->at_effect(s, i, k);
	for (size_t k = 0; k < out->count; k++)
		if (s->phase == SIM_SIGN && out->effect[k].kind == TF_EFFECT_SEND)
			newest_use(s, i)->left = true;
	cast_collect(&s->c, i);
}

void sim_start(sim *s, unsigned i)
{
	switch (s->phase) {
	case SIM_KEYGEN: {
		tf_keygen_args args = { .env = &s->c.env[i], .t = SIM_T, .workspace = "sim",
		                        .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&s->keygen[i], &args, &s->c.mem[i], &s->c.out[i]));
		s->c.run[i] = &s->keygen[i].r;
		break;
	}
	case SIM_INTRODUCE: {
		tf_auxinfo_args args = { .env = &s->c.env[i], .own = &s->own[i],
		                         .now = 1700000000 };

		CHECK_OK(tf_auxinfo_start(&s->aux[i], &args, &s->c.mem[i], &s->c.out[i]));
		s->c.run[i] = &s->aux[i].r;
		break;
	}
	case SIM_PRESIGN:
		start_presign(s, i);
		s->c.run[i] = &s->presign[i].r;
		break;
	case SIM_SIGN:
		start_sign(s, i);
		s->c.run[i] = &s->signing[i].r;
		break;
	case SIM_REFRESH:
		start_refresh(s, i);
		s->c.run[i] = &s->refresh[i].r;
		break;
	}
	work_off(s, i);
}

void sim_begin(sim *s, sim_phase phase)
{
	sim_open(s, phase);
	for (unsigned i = 0; i < SIM_N; i++)
		sim_start(s, i);
}

/* ---- delivering ---- */

static tf_err step(sim *s, const cast_mail *m)
{
	cast *c = &s->c;
	unsigned i = m->to - 1;
	tf_fault fault;
	tf_err err = tf_rounds_step(c->run[i], m->bytes, m->len, &c->out[i], &fault);
	bool verdict = err == TF_E_PROOF || err == TF_E_CONFLICT;
	bool had_one = c->err[i] == TF_E_PROOF || c->err[i] == TF_E_CONFLICT;

	if (err != TF_OK && (c->err[i] == TF_OK || (verdict && !had_one))) {
		c->err[i] = err;
		c->fault[i] = fault;
	}
	work_off(s, i);
	return err;
}

bool sim_deliver(sim *s)
{
	const cast_mail *m;

	if (s->c.delivered >= s->c.posted)
		return false;
	m = &s->c.mail[s->c.delivered++];
	if (s->c.silent[m->to - 1] || !s->c.run[m->to - 1])
		return true;
	s->delivered++;
	if (step(s, m) != TF_OK)
		return true; /* c.err knows */
	return true;
}

/* A copy with a bit turned, cut short or made longer: refused, nobody named, the run as before. */
static void deliver_damaged(sim *s, const cast_mail *m)
{
	tf_rounds *r = s->c.run[m->to - 1];
	tf_run_state before = tf_rounds_state(r);
	tf_outbox *out = &s->c.out[m->to - 1];
	uint8_t *bytes = malloc(m->len + 1);
	cast_mail bad = { m->from, m->to, m->len, bytes };
	size_t at = sim_below(s, m->len);
	tf_fault fault;
	tf_err err;

	CHECK(bytes != NULL);
	memcpy(bytes, m->bytes, m->len);
	bytes[m->len] = 0;
	switch (sim_below(s, 8)) {
	case 0:
		bad.len = at;
		break;
	case 1:
		bad.len++;
		break;
	default:
		bytes[at] ^= (uint8_t)(1u << sim_below(s, 8));
		break;
	}
	err = tf_rounds_step(r, bad.bytes, bad.len, out, &fault);
	if (err == TF_OK || err == TF_E_PROOF || err == TF_E_CONFLICT ||
	    fault.party != TF_PARTY_NONE || tf_rounds_state(r) != before || out->count != 0)
		tf_test_fail(__FILE__, __LINE__, "byte %zu of %zu damaged: %s, party %u", at,
		             m->len, tf_err_name(err), fault.party);
	free(bytes);
	s->damaged++;
}

/* Put one of the waiting mails to the front, by the dice. */
static void choose(sim *s, const sim_weather *w)
{
	cast *c = &s->c;
	cast_mail *front = &c->mail[c->delivered], *m = front, swap = *front;

	for (unsigned tries = 0; tries < 16; tries++) {
		m = front + sim_below(s, c->posted - c->delivered);
		if (m->from != w->held)
			break;
	}
	*front = *m;
	*m = swap;
}

void sim_sail(sim *s, const sim_weather *w)
{
	cast *c = &s->c;

	while (c->delivered < c->posted) {
		const cast_mail *m = &c->mail[c->delivered];

		if (!w->in_order)
			choose(s, w);
		if (w->lose && sim_below(s, w->lose) == 0) {
			s->lost[m->to - 1]++;
			s->dropped++;
			c->delivered++;
			continue;
		}
		if (w->damage && sim_below(s, w->damage) == 0)
			deliver_damaged(s, m);
		if (w->repeat && sim_below(s, w->repeat) == 0) { /* it stays, and comes again */
			s->repeated++;
			s->delivered++;
			if (step(s, m) != TF_OK)
				continue; /* c.err knows */
			continue;
		}
		(void)sim_deliver(s);
	}
}

/* ---- results ---- */

void sim_check_nobody_named(const sim *s)
{
	for (unsigned i = 0; i < SIM_N; i++) {
		const tf_fault *f = &s->c.fault[i];
		bool fine = s->c.err[i] == TF_OK || tf_err_get_kind(s->c.err[i]) == TF_KIND_STATE;

		if (!fine || s->c.err[i] == TF_E_CONFLICT ||
		    (s->c.err[i] != TF_OK && f->party != TF_PARTY_NONE))
			tf_test_fail(__FILE__, __LINE__, "phase %u, party %u: %s, party %u, %s",
			             s->phase, i + 1, tf_err_name(s->c.err[i]), f->party,
			             tf_check_name(f->check));
		CHECK(s->c.run[i] == NULL || tf_rounds_state(s->c.run[i]) != TF_RUN_FAILED);
	}
}

static void check_key(sim *s, unsigned i)
{
	tf_pt W;

	CHECK(sim_load_key(s, i));
	CHECK_OK(tf_pt_mul_base(s->c.g, &W, &s->key[i].x));
	CHECK(tf_pt_eq(s->c.g, &W, &tf_sharing_seat(&s->key[i].sharing, s->key[i].index)->W));
	CHECK_OK(tf_sharing_check(&s->key[i].sharing, s->c.g, sim_scratch()));
}

/* The next epoch of the same key, another share, and presignatures of the old one retired. */
static void check_refresh(sim *s, unsigned i)
{
	tf_key old = s->key[i];
	bool retired = false;

	check_key(s, i);
	CHECK(s->key[i].sharing.epoch == old.sharing.epoch + 1);
	CHECK_OK(tf_sharing_follows(&s->key[i].sharing, &old.sharing, s->c.g, sim_scratch()));
	CHECK(!tf_ct_reveal(tf_sc_eq(&s->key[i].x.s, &old.x.s)));
	for (size_t k = 0; k < s->c.retires; k++)
		retired = retired || (s->c.retired[k].by == i + 1 &&
		                      s->c.retired[k].epoch == s->key[i].sharing.epoch &&
		                      memcmp(s->c.retired[k].sharing, old.sharing.sharing, 32) == 0);
	CHECK(retired);
	tf_key_wipe(&old);
}

static void check_peers(sim *s, unsigned i)
{
	uint8_t shown[32], made[32];

	CHECK(sim_load_peers(s, i));
	for (unsigned j = 0; j < SIM_N; j++) {
		if (j == i)
			continue;
		CHECK_OK(tf_aux_hash(shown, &s->peer[i][j], sim_scratch()));
		CHECK_OK(tf_moduli_hash(made, &s->own[j], sim_scratch()));
		CHECK(memcmp(shown, made, 32) == 0);
	}
}

static void check_signature(sim *s, unsigned i)
{
	tf_ecdsa_sig sig, low;
	tf_pt child, got;
	bool valid;
	tf_sc e;

	CHECK_OK(tf_bip32_derive(s->c.g, &e, &child, NULL, &s->key[i].sharing.Y,
	                         s->key[i].sharing.cc, &s->path));
	CHECK_OK(tf_signing_result(&sig, &got, &s->signing[i]));
	CHECK(tf_pt_eq(s->c.g, &got, &child));
	CHECK_OK(tf_ecdsa_verify_vt(s->c.g, &valid, &sig, s->digest[i], &child));
	CHECK(valid);
	low = sig;
	tf_ecdsa_low_s(s->c.g, &low);
	CHECK(memcmp(&low, &sig, sizeof(low)) == 0);
}

void sim_check_result(sim *s, unsigned i)
{
	CHECK(tf_rounds_state(s->c.run[i]) == TF_RUN_DONE && s->c.done[i] == 1);
	switch (s->phase) {
	case SIM_KEYGEN:
		check_key(s, i);
		break;
	case SIM_INTRODUCE:
		check_peers(s, i);
		break;
	case SIM_PRESIGN:
		for (uint32_t b = 0; b < s->batch; b++)
			CHECK_OK(tf_presign_take(&s->presig[i][b], &s->presign[i], b));
		break;
	case SIM_SIGN:
		check_signature(s, i);
		break;
	case SIM_REFRESH:
		check_refresh(s, i);
		break;
	}
}

void sim_take(sim *s)
{
	sim_check_nobody_named(s);
	for (unsigned i = 0; i < SIM_N; i++)
		sim_check_result(s, i);
	for (unsigned i = 1; i < SIM_N && (s->phase == SIM_KEYGEN || s->phase == SIM_REFRESH);
	     i++) {
		CHECK(tf_pt_eq(s->c.g, &s->key[i].sharing.Y, &s->key[0].sharing.Y));
		CHECK(memcmp(s->key[i].sharing.cc, s->key[0].sharing.cc, 32) == 0);
	}
	for (unsigned i = 1; i < SIM_N && s->phase == SIM_PRESIGN; i++)
		for (unsigned b = 0; b < s->batch; b++)
			CHECK(memcmp(s->presig[i][b].id, s->presig[0][b].id, 32) == 0);
	if (s->phase == SIM_PRESIGN)
		s->presig_next = 0;
	if (s->phase == SIM_SIGN)
		s->presig_next++;
}
