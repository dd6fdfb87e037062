/* Records of version 1, as they were written once: tests/vectors/lib holds each in hexadecimal, and
 * below it what it says. They must be read forever, whatever version is written now.
 * TREFOIL_WRITE_SAMPLES=1 writes those that are missing (a new kind, or a new version); no file is
 * ever written again. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"
#include "lib/impl.h"
#include "lib/stage_test.h"

static stage s;
static uint8_t record[0x8000], room[4u << 20];
static char said[0x8000], file_text[0x18000], path[512];

/* ---- what a record says ---- */

static void say(const char *format, ...)
{
	size_t at = strlen(said);
	va_list args;

	va_start(args, format);
	vsnprintf(said + at, sizeof(said) - at, format, args);
	va_end(args);
}

static void say_hex(const char *what, const uint8_t *p, size_t len)
{
	say("%s ", what);
	for (size_t i = 0; i < len; i++)
		say("%02x", p[i]);
	say("\n");
}

static void say_facts(const tf_key_facts *f)
{
	say("algorithm %d\nworkspace %s\nepoch %u\nform %d\nt %u\nn %u\nown %u\ncommitted %d\n",
	    (int)f->algorithm, f->workspace, f->epoch, (int)f->form, f->t, f->n, f->own,
	    (int)f->committed);
	say_hex("public_key", f->public_key, sizeof(f->public_key));
	say_hex("chain_code", f->chain_code, sizeof(f->chain_code));
	say_hex("key_id", f->key_id, sizeof(f->key_id));
	say_hex("sharing", f->sharing, sizeof(f->sharing));
	say_hex("hash", f->hash, sizeof(f->hash));
	say_hex("previous", f->previous, sizeof(f->previous));
	for (unsigned i = 0; i < f->n; i++) {
		say("seat %u %s\n", f->seat[i].seat, f->seat[i].device);
		say_hex("public_share", f->seat[i].public_share, 33);
	}
}

static void say_key(tf_algorithm alg, tf_bytes r)
{
	tf_key_facts facts;
	tf_bytes certificate;
	tf_err err;

	CHECK_OK(tf_key_describe(&facts, alg, r, stage_scratch()));
	say_facts(&facts);
	CHECK_OK(tf_key_certificate(&certificate, alg, r, stage_scratch()));
	err = tf_certificate_open(&facts, alg, certificate, stage_roster(&s), stage_scratch());
	say("certificate %s\n", tf_err_name(err));
}

static void say_moduli(tf_level level, tf_bytes r)
{
	static tf_moduli m;
	uint8_t hash[32];
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_moduli_decode(&m, tf_level_profile(level), r.p, r.len, &mem));
	CHECK_OK(tf_moduli_hash(hash, &m, &mem));
	say("generation %u\ncreated %llu\n", m.generation, (unsigned long long)m.created);
	say_hex("hash", hash, sizeof(hash));
	tf_moduli_wipe(&m);
}

static void say_peer(tf_level level, tf_bytes r)
{
	static tf_aux aux;
	char device[TF_DEVICE_MAX + 1];
	uint8_t hash[32];
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_aux_decode(&aux, device, tf_level_profile(level), r.p, r.len, &mem));
	CHECK_OK(tf_aux_hash(hash, &aux, &mem));
	say("device %s\n", device);
	say_hex("hash", hash, sizeof(hash));
}

static void say_attempt(tf_algorithm alg, tf_bytes r)
{
	static tf_attempt a;
	const tf_group *g;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, (tf_curve_id)alg, NULL, &mem));
	CHECK_OK(tf_attempt_decode(&a, g, r.p, r.len, &mem));
	say("state %d\nepoch %u\nvoters %u\n", (int)a.state, a.sharing.epoch, a.n);
	say_hex("sharing", a.sharing.sharing, 32);
	say_hex("hash", a.hash, 32);
	for (unsigned i = 0; i < a.n; i++)
		say("voter %s %d\n", a.voter[i].device, (int)a.voter[i].agreed);
	say_hex("abort", a.abort, a.abort_len);
}

/* ---- making them ---- */

static tf_bytes keep(tf_bytes r)
{
	CHECK(r.len > 0 && r.len <= sizeof(record));
	memcpy(record, r.p, r.len);
	return (tf_bytes){ record, r.len };
}

static tf_bytes make_key(tf_algorithm alg, bool pending)
{
	tf_keygen_params p = { .t = 2, .workspace = "samples", .key_id = { 0x5a } };

	if (pending)
		s.deaf_after[0] = 8;
	for (unsigned i = 0; i < 3; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, tf_keygen_room(
		                         STAGE_SMALL, alg, 3)), &s.clique[i], &p));
	stage_run(&s);
	return keep(stage_key(&s, 0));
}

static void refresh(tf_key_form form)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = stage_key(&s, i),
		                        .seat = { { 1, 1 }, { 2, 2 }, { 3, 3 } },
		                        .form = form, .t = form == TF_FORM_ADDITIVE ? 3 : 2,
		                        .epoch = 2, .epoch_used = 1 };

		CHECK_OK(tf_reshare_begin(&s.m[i], stage_lend(&s, i, tf_reshare_room(
		                          STAGE_SMALL, s.alg, 3)), &s.clique[i], &p));
	}
	stage_run(&s);
}

static tf_bytes make_refreshed(void)
{
	stage_keygen(&s, 3);
	refresh(TF_FORM_ADDITIVE);
	stage_check_done(&s);
	return keep(stage_key(&s, 1));
}

static tf_bytes make_moduli(tf_level level)
{
	size_t len = tf_prime_bytes(level), out = 0;
	uint8_t primes[4 * 192];

	for (unsigned k = 0; k < 4; k++) {
		tf_bn p;

		tf_test_primes((uint32_t)len * 8, k, &p);
		tf_bn_to_bytes(primes + k * len, len, &p);
	}
	CHECK_OK(tf_moduli_create(record, sizeof(record), &out, level, primes, 1700000000,
	                          &s.clique[0].random, stage_scratch()));
	return (tf_bytes){ record, out };
}

static tf_bytes make_peer(tf_level level)
{
	const tf_profile *pr = tf_level_profile(level);
	static const uint8_t sid[32] = { 0x51 };
	tf_bytes own = make_moduli(level);
	static tf_moduli m;
	static tf_aux aux;
	size_t len = 0;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_moduli_decode(&m, pr, own.p, own.len, &mem));
	CHECK_OK(tf_paillier_pk_init(&aux.pk, pr, &m.sk.pk.n.m));
	CHECK_OK(tf_rp_init(&aux.rp, pr, &m.rp.pub.n.m, &m.rp.pub.s, &m.rp.pub.t));
	CHECK_OK(tf_aux_encode(record, sizeof(record), &len, &aux, "device-2", sid, 1700000001,
	                       pr, &mem));
	tf_moduli_wipe(&m);
	return (tf_bytes){ record, len };
}

/* Device 1 has acknowledged; the last device, which has not, aborts. */
static void abort_attempt(tf_settle_params *p, tf_memory mem)
{
	uint8_t abort[TF_ABORT_BYTES];
	tf_settle_params by = *p;
	tf_key_facts pending = stage_facts(&s, 0);
	size_t len;

	by.device = s.name[2];
	by.seed = s.seed[2];
	CHECK_OK(tf_settle_begin(&s.m[2], mem, &by));
	CHECK_OK(tf_settle_refuse(abort, sizeof(abort), &len, s.m[2], pending.sharing, 2,
	                          pending.hash));
	tf_machine_wipe(s.m[2]);
	s.m[2] = NULL;
	p->attempt = stage_record_find(&s, 0, TF_RECORD_ATTEMPT, NULL, 0);
	p->pending = stage_key(&s, 0);
	CHECK_OK(tf_settle_begin(&s.m[0], mem, p));
	CHECK_OK(tf_settle_abort(s.m[0], abort, len, NULL));
	stage_collect(&s, 0);
}

static tf_bytes make_attempt(tf_attempt_state state)
{
	static uint8_t settling[1 << 20];
	tf_settle_params p = { .algorithm = s.alg, .device = s.name[0], .seed = s.seed[0],
	                       .roster = stage_roster(&s), .committed = 1 };
	static const uint8_t sharing[32] = { 0x54 }, hash[32] = { 0x48 };
	uint8_t abort[TF_ABORT_BYTES];
	size_t len;

	if (state == TF_ATTEMPT_REFUSED) {
		CHECK_OK(tf_settle_begin(&s.m[0], (tf_memory){ settling, sizeof(settling) }, &p));
		CHECK_OK(tf_settle_refuse(abort, sizeof(abort), &len, s.m[0], sharing, 2, hash));
		stage_collect(&s, 0);
	} else {
		stage_keygen(&s, 2);
		if (state != TF_ATTEMPT_COMMITTED)
			s.deaf_after[0] = 8;
		if (state == TF_ATTEMPT_ABORTED)
			s.deaf_after[2] = 7; /* it has not heard the last proof */
		refresh(TF_FORM_THRESHOLD);
	}
	if (state == TF_ATTEMPT_ABORTED)
		abort_attempt(&p, (tf_memory){ settling, sizeof(settling) });
	return keep(stage_record_find(&s, 0, TF_RECORD_ATTEMPT, NULL, 0));
}

/* ---- files ---- */

static FILE *sample_open(const char *name, const char *mode)
{
	snprintf(path, sizeof(path), "tests/vectors/lib/%s", name);
	return fopen(tf_test_path(path), mode);
}

static bool sample_missing(const char *name)
{
	FILE *f = sample_open(name, "r");

	if (f)
		fclose(f);
	return !f && getenv("TREFOIL_WRITE_SAMPLES");
}

static void sample_write(const char *name, tf_bytes r)
{
	FILE *f = sample_open(name, "wx");

	CHECK(f != NULL);
	for (size_t i = 0; i < r.len; i++)
		fprintf(f, "%02x", r.p[i]);
	fprintf(f, "\n%s", said);
	CHECK(fclose(f) == 0);
}

/* The record of a file; what it should say is left in file_text. */
static tf_bytes sample_read(const char *name)
{
	FILE *f = sample_open(name, "r");
	size_t len, n = 0;
	unsigned byte;
	char *line;

	CHECK(f != NULL);
	len = fread(file_text, 1, sizeof(file_text) - 1, f);
	fclose(f);
	file_text[len] = 0;
	line = strchr(file_text, '\n');
	CHECK(line != NULL && (size_t)(line - file_text) / 2 <= sizeof(record));
	for (const char *p = file_text; p + 1 < line; p += 2, n++) {
		CHECK(sscanf(p, "%2x", &byte) == 1);
		record[n] = (uint8_t)byte;
	}
	memmove(file_text, line + 1, strlen(line + 1) + 1);
	return (tf_bytes){ record, n };
}

/* Make it if that was asked for, read it, and compare what it says. */
#define SAMPLE(NAME, MAKE, SAY) \
	do { \
		tf_bytes r_; \
		if (sample_missing(NAME)) { \
			r_ = (MAKE); \
			said[0] = 0; \
			SAY; \
			sample_write((NAME), r_); \
		} \
		r_ = sample_read(NAME); \
		said[0] = 0; \
		SAY; \
		CHECK(strcmp(said, file_text) == 0); \
	} while (0)
#define IT r_

static void key_sample(const char *name, tf_algorithm alg, bool pending)
{
	stage_init(&s, 3, alg);
	SAMPLE(name, make_key(alg, pending), say_key(alg, IT));
	stage_free(&s);
}

TEST(keys_of_version_1_are_read)
{
	key_sample("key-secp256k1-pending.v1", TF_ALG_ECDSA_SECP256K1, true);
	key_sample("key-secp256k1-committed.v1", TF_ALG_ECDSA_SECP256K1, false);
	key_sample("key-p256.v1", TF_ALG_ECDSA_P256, false);
	key_sample("key-stark.v1", TF_ALG_ECDSA_STARK, false);
	key_sample("key-ed25519.v1", TF_ALG_SCHNORR_ED25519, false);
	key_sample("key-bip340.v1", TF_ALG_SCHNORR_BIP340, false);
	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	SAMPLE("key-ed25519-additive-epoch-2.v1", make_refreshed(),
	       say_key(TF_ALG_SCHNORR_ED25519, IT));
	stage_free(&s);
}

TEST(moduli_of_version_1_are_read)
{
	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	SAMPLE("moduli-p128.v1", make_moduli(TF_LEVEL_P128), say_moduli(TF_LEVEL_P128, IT));
	SAMPLE("moduli-p112.v1", make_moduli(TF_LEVEL_P112), say_moduli(TF_LEVEL_P112, IT));
	SAMPLE("peer-p128.v1", make_peer(TF_LEVEL_P128), say_peer(TF_LEVEL_P128, IT));
	SAMPLE("peer-p112.v1", make_peer(TF_LEVEL_P112), say_peer(TF_LEVEL_P112, IT));
	stage_free(&s);
}

static void attempt_sample(const char *name, tf_attempt_state state)
{
	stage_init(&s, 3, TF_ALG_SCHNORR_ED25519);
	SAMPLE(name, make_attempt(state), say_attempt(TF_ALG_SCHNORR_ED25519, IT));
	stage_free(&s);
}

TEST(attempts_of_version_1_are_read)
{
	attempt_sample("attempt-acknowledged.v1", TF_ATTEMPT_ACKNOWLEDGED);
	attempt_sample("attempt-committed.v1", TF_ATTEMPT_COMMITTED);
	attempt_sample("attempt-refused.v1", TF_ATTEMPT_REFUSED);
	attempt_sample("attempt-aborted.v1", TF_ATTEMPT_ABORTED);
}

/* A presigning may still begin with them. */
TEST(records_of_version_1_still_begin_a_run)
{
	tf_presign_params p = { .batch = 1 };
	static uint8_t key[TF_KEY_RECORD_BYTES], own[0x4000], peer[0x4000];
	tf_machine *m = NULL;
	tf_bytes r;

	stage_init(&s, 3, TF_ALG_ECDSA_SECP256K1);
	stage_meet(&s, 2, (const unsigned[]){ 0, 1 });
	s.clique[0].level = TF_LEVEL_P112;
	r = sample_read("key-secp256k1-committed.v1");
	memcpy(key, r.p, r.len);
	p.key = (tf_bytes){ key, r.len };
	r = sample_read("moduli-p112.v1");
	memcpy(own, r.p, r.len);
	p.moduli = (tf_bytes){ own, r.len };
	r = sample_read("peer-p112.v1");
	memcpy(peer, r.p, r.len);
	p.peer[1] = (tf_bytes){ peer, r.len };
	CHECK_OK(tf_presign_begin(&m, stage_lend(&s, 0, tf_presign_room(TF_LEVEL_P112, s.alg, 2,
	                                                                1)), &s.clique[0], &p));
	CHECK(tf_machine_get_state(m) == TF_MACHINE_RUNNING);
	tf_machine_wipe(m);
	stage_free(&s);
}
