/* The properties every generated codec has, checked for every message of every schema. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "wire/make_test.h"
#include "wire_attempt.h"
#include "wire_alerts.h"
#include "wire_control.h"
#include "wire_evidence.h"
#include "wire_frost.h"
#include "wire_protocol.h"
#include "wire_records.h"
#include "wire_raw.h"
#include "wire_reshare.h"
#include "wire_settlement.h"
#include "wire_testimony.h"

#define ARENA (16u << 20)
#define PARTIES 3u
#define BATCH 2u

extern const tf_wire_maker *const tf_wire_proofs_makers[TF_WIRE_PROOFS_TYPES];
extern const tf_wire_maker *const tf_wire_protocol_makers[TF_WIRE_PROTOCOL_TYPES];
extern const tf_wire_maker *const tf_wire_alerts_makers[TF_WIRE_ALERTS_TYPES];
extern const tf_wire_maker *const tf_wire_evidence_makers[TF_WIRE_EVIDENCE_TYPES];
extern const tf_wire_maker *const tf_wire_testimony_makers[TF_WIRE_TESTIMONY_TYPES];
extern const tf_wire_maker *const tf_wire_settlement_makers[TF_WIRE_SETTLEMENT_TYPES];
extern const tf_wire_maker *const tf_wire_records_makers[TF_WIRE_RECORDS_TYPES];
extern const tf_wire_maker *const tf_wire_control_makers[TF_WIRE_CONTROL_TYPES];
extern const tf_wire_maker *const tf_wire_frost_makers[TF_WIRE_FROST_TYPES];
extern const tf_wire_maker *const tf_wire_raw_makers[TF_WIRE_RAW_TYPES];
extern const tf_wire_maker *const tf_wire_reshare_makers[TF_WIRE_RESHARE_TYPES];
extern const tf_wire_maker *const tf_wire_attempt_makers[TF_WIRE_ATTEMPT_TYPES];

static const struct {
	const char *name;
	const tf_wire_maker *const *makers;
	size_t n;
} schemas[] = {
	{ "proofs", tf_wire_proofs_makers, TF_WIRE_PROOFS_TYPES },
	{ "protocol", tf_wire_protocol_makers, TF_WIRE_PROTOCOL_TYPES },
	{ "alerts", tf_wire_alerts_makers, TF_WIRE_ALERTS_TYPES },
	{ "evidence", tf_wire_evidence_makers, TF_WIRE_EVIDENCE_TYPES },
	{ "testimony", tf_wire_testimony_makers, TF_WIRE_TESTIMONY_TYPES },
	{ "settlement", tf_wire_settlement_makers, TF_WIRE_SETTLEMENT_TYPES },
	{ "records", tf_wire_records_makers, TF_WIRE_RECORDS_TYPES },
	{ "control", tf_wire_control_makers, TF_WIRE_CONTROL_TYPES },
	{ "frost", tf_wire_frost_makers, TF_WIRE_FROST_TYPES },
	{ "raw", tf_wire_raw_makers, TF_WIRE_RAW_TYPES },
	{ "reshare", tf_wire_reshare_makers, TF_WIRE_RESHARE_TYPES },
	{ "attempt", tf_wire_attempt_makers, TF_WIRE_ATTEMPT_TYPES },
};

/* What a test of one message needs. */
typedef struct bench {
	tf_tape tape;
	tf_rng rng;
	tf_arena mem;      /* messages live here */
	tf_arena fixed;    /* the group */
	tf_wire_env env;
	uint8_t *buf, *again;
	size_t cap, len;
	void *m;
} bench;

static void bench_init(bench *b, const tf_profile *pr, uint64_t seed)
{
	b->rng = tf_tape_init(&b->tape, seed, 0);
	tf_arena_init(&b->mem, tf_test_alloc(ARENA), ARENA);
	tf_arena_init(&b->fixed, tf_test_alloc(65536), 65536);
	b->env = (tf_wire_env){ .pr = pr, .n = PARTIES, .batch = BATCH };
	CHECK_OK(tf_group_init(&b->env.g, TF_CURVE_SECP256K1, NULL, &b->fixed));
	b->cap = 1u << 20;
	b->buf = tf_test_alloc(b->cap);
	b->again = tf_test_alloc(b->cap);
}

/* A random message of this type, encoded in b->buf. */
static void bench_make(bench *b, const tf_wire_maker *maker)
{
	tf_arena_wipe(&b->mem);
	b->m = tf_arena_alloc(&b->mem, maker->type->size);
	CHECK(b->m != NULL);
	maker->make(&b->rng, b->m, &b->env, &b->mem);
	CHECK_OK(tf_wire_encode(maker->type, b->buf, b->cap, &b->len, &b->env, b->m));
}

/* Decode len bytes of buf; if that works, encoding the result must give the same bytes. */
static tf_err bench_decode(bench *b, const tf_wire_type *type, const uint8_t *buf, size_t len)
{
	size_t mark = tf_arena_mark(&b->mem), n = 0;
	void *m = tf_arena_alloc(&b->mem, type->size);
	size_t before = tf_arena_mark(&b->mem);
	tf_err err;

	CHECK(m != NULL);
	b->mem.peak = before;
	err = tf_wire_decode(type, m, &b->env, &b->mem, buf, len);
	CHECK(b->mem.peak - before <= 4096 + 64 * len); /* memory follows the input */
	if (err == TF_OK) {
		CHECK_OK(tf_wire_encode(type, b->again, b->cap, &n, &b->env, m));
		CHECK(n == len && memcmp(buf, b->again, n) == 0);
	} else {
		CHECK(tf_arena_mark(&b->mem) == before);
		CHECK(tf_err_get_kind(err) == TF_KIND_ENCODING);
		for (size_t i = 0; i < type->size; i++)
			CHECK(((const uint8_t *)m)[i] == 0);
	}
	tf_arena_release(&b->mem, mark);
	return err;
}

/* Run a property over every type. */
static void each_type_of(const tf_profile *pr, void (*property)(bench *, const tf_wire_maker *))
{
	bench b;

	bench_init(&b, pr, tf_test_seed());
	for (size_t s = 0; s < TF_ARRAY_LEN(schemas); s++)
		for (size_t i = 0; i < schemas[s].n; i++)
			property(&b, schemas[s].makers[i]);
}

static void each_type(void (*property)(bench *b, const tf_wire_maker *maker))
{
	each_type_of(&tf_profile_small, property);
}

static void comes_back(bench *b, const tf_wire_maker *maker)
{
	for (unsigned i = 0; i < 12; i++) {
		bench_make(b, maker);
		CHECK(b->len >= maker->type->length(&b->env, TF_WIRE_LEAST));
		CHECK(b->len <= maker->type->length(&b->env, TF_WIRE_MOST));
		CHECK_OK(bench_decode(b, maker->type, b->buf, b->len));
	}
}

TEST_SLOW(every_message_comes_back, 300)
{
	each_type_of(&tf_profile_small, comes_back);
	each_type_of(&tf_profile_p112, comes_back);
	each_type_of(&tf_profile_p128, comes_back);
}

static void mutate(bench *b, const tf_wire_maker *maker)
{
	for (unsigned i = 0; i < 400; i++) {
		size_t at;

		if (i % 40 == 0)
			bench_make(b, maker);
		at = tf_make_below(&b->rng, b->len);
		b->buf[at] ^= (uint8_t)(1u << tf_make_below(&b->rng, 8));
		(void)bench_decode(b, maker->type, b->buf, b->len);
	}
}

TEST_SLOW(mutated_bytes_fail_or_are_the_encoding_of_what_they_decode_to, 300)
{
	each_type(mutate);
}

static void truncate_everywhere(bench *b, const tf_wire_maker *maker)
{
	bench_make(b, maker);
	for (size_t len = 0; len < b->len; len += len < 512 || b->len - len < 64 ? 1 : 37)
		CHECK_ERR(bench_decode(b, maker->type, b->buf, len), TF_E_TRUNCATED);
}

TEST_SLOW(truncated_anywhere_fails, 300)
{
	each_type(truncate_everywhere);
}

static void trail(bench *b, const tf_wire_maker *maker)
{
	bench_make(b, maker);
	b->buf[b->len] = 0;
	CHECK_ERR(bench_decode(b, maker->type, b->buf, b->len + 1), TF_E_TRAILING);
	CHECK_ERR(tf_wire_encode(maker->type, b->again, b->len - 1, &b->len, &b->env, b->m),
	          TF_E_CAPACITY);
}

TEST_SLOW(a_byte_too_many_fails_and_a_byte_of_room_too_few, 300)
{
	each_type(trail);
}

static void huge(bench *b, const tf_wire_maker *maker)
{
	static const uint8_t counts[4][4] = {
		{ 255, 255, 255, 255 }, { 0, 0, 0, 200 }, { 0, 1, 0, 0 }, { 127, 255, 255, 255 },
	};
	uint8_t kept[4];

	bench_make(b, maker);
	for (size_t at = 0; at + 4 <= b->len; at += at < 256 ? 1 : 61) {
		memcpy(kept, b->buf + at, 4);
		for (unsigned c = 0; c < 4; c++) {
			memcpy(b->buf + at, counts[c], 4);
			(void)bench_decode(b, maker->type, b->buf, b->len);
		}
		memcpy(b->buf + at, kept, 4);
	}
}

TEST_SLOW(huge_counts_and_lengths_allocate_nothing, 300)
{
	each_type(huge);
}

static void describe(bench *b, const tf_wire_maker *maker)
{
	char text[4096], tiny[8];

	bench_make(b, maker);
	CHECK(tf_wire_describe(text, sizeof(text), maker->type, &b->env, b->m) == strlen(text));
	CHECK(strncmp(text, maker->type->name, strlen(maker->type->name)) == 0);
	CHECK(tf_wire_describe(tiny, sizeof(tiny), maker->type, &b->env, b->m) <= 7);
}

TEST(every_message_can_be_described_in_any_room)
{
	each_type(describe);
}

TEST(message_numbers_are_unique)
{
	for (size_t s = 0; s < TF_ARRAY_LEN(schemas); s++)
		for (size_t i = 0; i < schemas[s].n; i++)
			for (size_t k = 0; k < i; k++) {
				const tf_wire_type *a = schemas[s].makers[i]->type;
				const tf_wire_type *c = schemas[s].makers[k]->type;

				CHECK(strcmp(a->name, c->name) != 0);
				CHECK(a->type == 0 || a->type != c->type);
			}
}

/* A kept sample: "name version profile parties batch\n", then the message. The same files are the
 * seeds of the fuzz target. */
static void sample_path(char *path, size_t cap, const char *schema, const tf_wire_type *type,
                        unsigned version)
{
	CHECK(snprintf(path, cap, "%s/%s.%s.v%u", tf_test_path("tests/vectors/wire"), schema,
	               type->name, version) < (int)cap);
}

static void sample_write(const char *path, const char *head, const bench *b)
{
	FILE *f = fopen(path, "wb");

	CHECK(f != NULL);
	CHECK(fputs(head, f) >= 0 && fwrite(b->buf, 1, b->len, f) == b->len && fclose(f) == 0);
}

/* The longest of a few messages, so that lists are not empty. */
static void sample_make(bench *b, const tf_wire_maker *maker)
{
	uint64_t best = 0;
	size_t longest = 0;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		b->rng = tf_tape_init(&b->tape, seed, maker->type->type);
		bench_make(b, maker);
		if (b->len > longest) {
			longest = b->len;
			best = seed;
		}
	}
	b->rng = tf_tape_init(&b->tape, best, maker->type->type);
	bench_make(b, maker);
}

/* All versions so far have the same encodings (of protocol, 2 is another meaning of context). */
static void sample_check(bench *b, const char *schema, const tf_wire_maker *maker,
                         unsigned version)
{
	char path[512], head[128];
	size_t len, skip;
	char *file;

	sample_path(path, sizeof(path), schema, maker->type, version);
	skip = (size_t)snprintf(head, sizeof(head), "%s %u small %u %u\n", maker->type->name,
	                        version, PARTIES, BATCH);
	sample_make(b, maker);
	if (version == maker->type->version && getenv("TREFOIL_WRITE_SAMPLES"))
		sample_write(path, head, b);
	file = tf_test_read_file(path, &len);
	CHECK(len > skip && memcmp(file, head, skip) == 0);
	CHECK_OK(bench_decode(b, maker->type, (const uint8_t *)file + skip, len - skip));
	CHECK(len - skip == b->len && memcmp(file + skip, b->buf, b->len) == 0);
	free(file);
}

/* TREFOIL_WRITE_SAMPLES=1 test_wire kept_samples: writes those of a new version. */
TEST(kept_samples_of_every_message_still_decode)
{
	bench b;

	bench_init(&b, &tf_profile_small, 0);
	for (size_t s = 0; s < TF_ARRAY_LEN(schemas); s++)
		for (size_t i = 0; i < schemas[s].n; i++)
			for (unsigned v = 1; v <= schemas[s].makers[i]->type->version; v++)
				sample_check(&b, schemas[s].name, schemas[s].makers[i], v);
}
