#include "sim/walk.h"

#include <string.h>

#include "harness/harness.h"
#include "wire_alerts.h"
#include "wire_frost.h"
#include "wire_protocol.h"
#include "wire_reshare.h"

extern const tf_wire_maker *const tf_wire_protocol_makers[TF_WIRE_PROTOCOL_TYPES];
extern const tf_wire_maker *const tf_wire_reshare_makers[TF_WIRE_RESHARE_TYPES];
extern const tf_wire_maker *const tf_wire_alerts_makers[TF_WIRE_ALERTS_TYPES];
extern const tf_wire_maker *const tf_wire_frost_makers[TF_WIRE_FROST_TYPES];

static walk *walk_of(const tf_rng *rng)
{
	return rng->ctx;
}

/* The field that begins where the reader stands. */
static void note(walk *w, walk_kind kind, size_t len)
{
	CHECK(w->n < WALK_FIELDS_MAX);
	w->field[w->n++] = (walk_field){ kind, (size_t)(w->rd.p - w->start), len };
}

const tf_wire_maker *walk_maker(uint16_t type)
{
	static const struct {
		const tf_wire_maker *const *list;
		size_t n;
	} all[] = {
		{ tf_wire_protocol_makers, TF_WIRE_PROTOCOL_TYPES },
		{ tf_wire_reshare_makers, TF_WIRE_RESHARE_TYPES },
		{ tf_wire_alerts_makers, TF_WIRE_ALERTS_TYPES },
		{ tf_wire_frost_makers, TF_WIRE_FROST_TYPES },
	};

	for (size_t k = 0; k < TF_ARRAY_LEN(all); k++)
		for (size_t i = 0; i < all[k].n; i++)
			if (all[k].list[i]->type->type == type && type != 0)
				return all[k].list[i];
	tf_test_fail(__FILE__, __LINE__, "no maker for message %04x", type);
}

/* ---- what the generated makers call ---- */

void tf_make_bytes(const tf_rng *rng, uint8_t *x, size_t len)
{
	walk *w = walk_of(rng);

	note(w, WALK_BYTES, len);
	tf_wire_get_bytes(&w->rd, x, len);
}

void tf_make_u8(const tf_rng *rng, uint8_t *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_UINT, 1);
	*x = tf_rd_u8(&w->rd);
}

void tf_make_u16(const tf_rng *rng, uint16_t *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_UINT, 2);
	*x = tf_rd_u16(&w->rd);
}

void tf_make_u32(const tf_rng *rng, uint32_t *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_UINT, 4);
	*x = tf_rd_u32(&w->rd);
}

void tf_make_u64(const tf_rng *rng, uint64_t *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_UINT, 8);
	*x = tf_rd_u64(&w->rd);
}

void tf_make_blob(const tf_rng *rng, tf_arena *mem, tf_blob *x, size_t max)
{
	walk *w = walk_of(rng);
	size_t at = w->n;

	(void)mem;
	note(w, WALK_BLOB, 0);
	tf_wire_get_blob(&w->rd, x, max);
	w->field[at].len = 4 + x->len;
}

void tf_make_string(const tf_rng *rng, tf_arena *mem, const char **x, size_t max)
{
	walk *w = walk_of(rng);
	size_t at = w->n;

	note(w, WALK_BLOB, 0);
	tf_wire_get_string(&w->rd, mem, x, max);
	w->field[at].len = 4 + strlen(*x);
}

void tf_make_nat(const tf_rng *rng, tf_bn *x, uint32_t bits)
{
	walk *w = walk_of(rng);

	note(w, WALK_NAT, tf_wire_bytes(bits));
	tf_wire_get_nat(&w->rd, x, bits);
}

void tf_make_int(const tf_rng *rng, tf_int *x, uint32_t bits)
{
	walk *w = walk_of(rng);

	note(w, WALK_INT, 1 + tf_wire_bytes(bits));
	tf_wire_get_int(&w->rd, x, bits);
}

void tf_make_scalar(const tf_rng *rng, const tf_wire_env *env, tf_sc *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_SCALAR, TF_SC_BYTES);
	tf_wire_get_scalar(&w->rd, env, x);
}

void tf_make_point(const tf_rng *rng, const tf_wire_env *env, tf_pt *x)
{
	walk *w = walk_of(rng);

	note(w, WALK_POINT, TF_PT_BYTES);
	tf_wire_get_point(&w->rd, env, x);
}

uint32_t tf_make_count(const tf_rng *rng, size_t max)
{
	walk *w = walk_of(rng);

	note(w, WALK_COUNT, 4);
	return tf_wire_get_count(&w->rd, max, 0);
}

void *tf_make_list(tf_arena *mem, uint32_t n, size_t size)
{
	void *p = n ? tf_arena_alloc(mem, n * size) : NULL;

	CHECK(p || n == 0);
	return p;
}

/* ---- altering ---- */

static tf_arena *scratch(void)
{
	static uint8_t room[1 << 22];
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

void walk_fields(walk *w, const tf_wire_maker *maker, const tf_wire_env *env, const uint8_t *in,
                 size_t len)
{
	tf_rng rng = { NULL, w };
	tf_arena *mem = scratch();
	void *m = tf_arena_alloc(mem, maker->type->size);

	CHECK(m != NULL);
	*w = (walk){ .rd = tf_rd_init(in, len), .start = in, .env = env };
	maker->make(&rng, m, env, mem);
	CHECK_OK(tf_rd_end(&w->rd));
}

const char *walk_kind_name(walk_kind kind)
{
	static const char *const names[] = { "number", "bytes", "blob", "natural", "integer",
	                                     "scalar", "point", "count" };

	return names[kind];
}

unsigned walk_ways(walk_kind kind)
{
	static const uint8_t ways[] = { 2, 3, 2, 4, 4, 4, 4, 3 };

	return ways[kind];
}

static void alter_scalar(uint8_t *p, const tf_group *g, unsigned way)
{
	tf_sc x, one;

	if (way == 3) { /* not canonical */
		memset(p, 0xff, TF_SC_BYTES);
		return;
	}
	CHECK_OK(tf_sc_decode(g, &x, p));
	tf_sc_set_u64(g, &one, 1);
	if (way == 0)
		tf_sc_add(g, &x, &x, &one);
	else if (way == 1)
		tf_sc_neg(g, &x, &x);
	else
		tf_sc_set_u64(g, &x, 0);
	tf_sc_encode(p, &x);
}

static void alter_point(uint8_t *p, const tf_group *g, unsigned way)
{
	tf_sc one;
	tf_pt x, G;

	if (way == 3) { /* no point */
		memset(p + 1, 0xff, TF_PT_BYTES - 1);
		return;
	}
	if (way == 2) {
		memset(p, 0, TF_PT_BYTES);
		return;
	}
	CHECK_OK(tf_pt_decode(g, &x, p));
	tf_sc_set_u64(g, &one, 1);
	CHECK_OK(tf_pt_mul_base_vt(g, &G, &one));
	if (way == 0)
		CHECK_OK(tf_pt_add(g, &x, &x, &G));
	else
		CHECK_OK(tf_pt_neg(g, &x, &x));
	tf_pt_encode(g, p, &x);
}

/* Integers, and bytes that are not looked into: sizes stay. */
static void alter_bytes(uint8_t *p, size_t len, unsigned way)
{
	switch (way) {
	case 0:
		p[len - 1] ^= 1;
		break;
	case 1:
		p[0] ^= 1;
		break;
	case 2:
		memset(p, 0, len);
		break;
	case 3:
		memset(p + 1, 0xff, len - 1);
		break;
	}
}

/* Lists: one item less or more, by leaving out or doubling the first stretch of fields that makes
 * an encoding of it. 0 if there is none. */
static size_t alter_list(uint8_t *out, const walk *w, const tf_wire_type *type, size_t field,
                         bool more, const uint8_t *in, size_t len)
{
	const walk_field *f = &w->field[field];
	void *m = tf_test_alloc(type->size);
	uint8_t last = in[f->at + 3];

	for (size_t k = field + 2; k <= w->n; k++) {
		size_t from = f->at + 4, to = k < w->n ? w->field[k].at : len;
		size_t rest = more ? from : to, got = from + len - rest + (more ? to - from : 0);

		if (last == 0)
			break;
		memcpy(out, in, from);
		memcpy(out + from, in + from, to - from);
		memcpy(out + (more ? to : from), in + rest, len - rest);
		out[f->at + 3] = (uint8_t)(more ? last + 1 : last - 1);
		if (tf_wire_decode(type, m, w->env, scratch(), out, got) == TF_OK)
			return got;
	}
	return 0;
}

size_t walk_alter(uint8_t *out, const walk *w, const tf_wire_maker *maker, size_t field,
                  unsigned way, const uint8_t *in, size_t len)
{
	const walk_field *f = &w->field[field];

	memcpy(out, in, len);
	switch (f->kind) {
	case WALK_UINT:
	case WALK_BYTES:
	case WALK_NAT:
	case WALK_INT:
		alter_bytes(out + f->at, f->len, way);
		break;
	case WALK_SCALAR:
		alter_scalar(out + f->at, w->env->g, way);
		break;
	case WALK_POINT:
		alter_point(out + f->at, w->env->g, way);
		break;
	case WALK_BLOB:
		if (f->len == 4)
			return 0;
		alter_bytes(out + f->at + 4, f->len - 4, way);
		break;
	case WALK_COUNT:
		if (way < 2)
			return alter_list(out, w, maker->type, field, way == 1, in, len);
		out[f->at + 3] ^= 1;
		break;
	}
	return memcmp(out, in, len) == 0 ? 0 : len;
}
