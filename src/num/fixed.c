#include "num/fixed.h"

#include "num/elems.h"
#include "num/kernel_impl.h"
#include "num/limbs.h"

#define TEETH_LIMBS 5u /* whole tables are read: 6 save a sixth of the products, and cost more */
#define TEETH 6u       /* of digits, which permutations find; and public ones of limbs */
#define GAP 48u        /* squarings; fewer are hardly noticed */
#define ALIGN 64u

/* ---- elements as the portable kernel has them ---- */

static void limbs_mul(void *ctx, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
	if (a == b)
		tf_elem_sqr((mp_limb_t *)out, (const mp_limb_t *)a, ctx);
	else
		tf_elem_mul((mp_limb_t *)out, (const mp_limb_t *)a, (const mp_limb_t *)b, ctx);
}

static void limbs_enter(void *ctx, uint64_t *out, const tf_bn *a)
{
	tf_elem_enter((mp_limb_t *)out, a, ctx);
}

static void limbs_leave(void *ctx, tf_bn *out, const uint64_t *a)
{
	tf_elem_leave(out, (const mp_limb_t *)a, ctx);
}

static tf_err limbs_form(tf_form *out, const tf_mod *m, tf_arena *mem)
{
	tf_elems *e = tf_arena_alloc(mem, sizeof(*e));

	if (!e)
		return TF_E_CAPACITY;
	*out = (tf_form){ e, limbs_mul, limbs_enter, limbs_leave };
	return tf_elems_init(e, m, true, mem);
}

/* ---- the table ---- */

/* Form of the entries. */
static void form_of(tf_fixed *t, const tf_mod *m, const tf_kernel *k)
{
	*t = (tf_fixed){ .m = m, .words = m->m.n };
	if (k && k->has_one && k->has_one(m)) {
		t->digits = true;
		t->words = k->words(m);
		t->columns = k->columns(m);
	}
}

static void set_teeth(tf_fixed *t, uint32_t teeth)
{
	t->teeth = teeth;
	t->places = tf_max_u32(1u << teeth, TF_LANES);
}

static uint32_t teeth_for(const tf_fixed *t, tf_secrecy secrecy)
{
	return !t->digits && secrecy == TF_SECRET ? TEETH_LIMBS : TEETH;
}

/* Of one base: with what undoes a complement to it. */
static size_t block_bytes(const tf_fixed *t)
{
	return (tf_fixed_block_words(t) + t->words) * sizeof(uint64_t);
}

/* The row of 1, and what alignment may lose. */
static size_t rest_bytes(const tf_fixed *t)
{
	return t->words * sizeof(uint64_t) + ALIGN;
}

static uint32_t divide_up(uint32_t a, uint32_t b)
{
	return (a + b - 1) / b;
}

size_t tf_fixed_bytes(const tf_mod *m, const tf_fixed_plan *plan)
{
	tf_fixed t;

	form_of(&t, m, plan->kernel);
	set_teeth(&t, teeth_for(&t, plan->secrecy));
	return divide_up(plan->bits, t.teeth * GAP) * block_bytes(&t) + rest_bytes(&t);
}

/* Digits of 52 bits, a multiple of 5 of them, fill 3, 4, 5 or 8 vectors of eight; limbs are fewer,
 * but a modulus that is too large for vectors has nothing else. */
static size_t words_most(uint32_t m_bits)
{
	size_t plain = tf_bn_limbs(m_bits);
	size_t digits = divide_up(tf_max_u32(m_bits + 2, tf_bn_limbs(m_bits) * 64), 5 * 52) * 5;

	return digits <= 24 ? 24 : digits <= 40 ? (digits + 7) / 8 * 8 : plain > 64 ? plain : 64;
}

size_t tf_fixed_bytes_most(uint32_t m_bits, uint32_t bits)
{
	tf_fixed t = { .words = words_most(m_bits) };

	set_teeth(&t, TEETH);
	return divide_up(bits, t.teeth * GAP) * block_bytes(&t) + rest_bytes(&t);
}

static size_t bases_bytes(tf_fixed *t, const tf_bases_plan *plan)
{
	set_teeth(t, plan->teeth);
	return plan->blocks * tf_fixed_block_words(t) * sizeof(uint64_t) + ALIGN;
}

size_t tf_bases_bytes(const tf_mod *m, const tf_bases_plan *plan)
{
	tf_fixed t;

	form_of(&t, m, plan->kernel);
	return bases_bytes(&t, plan);
}

/* A square in digits is two numbers below its root. */
size_t tf_bases_bytes_most(uint32_t m_bits, const tf_bases_plan *plan)
{
	size_t square = 2 * words_most((m_bits + 1) / 2), plain = words_most(m_bits);
	tf_fixed t = { .columns = square > plain ? square : plain };

	return bases_bytes(&t, plan);
}

static uint64_t *aligned(void *room)
{
	return (uint64_t *)(((uintptr_t)room + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
}

/* As many blocks as there is room for, and as are of use. */
static tf_err layout(tf_fixed *t, const tf_fixed_plan *plan, void *room, size_t len)
{
	size_t rest = rest_bytes(t), fit = len < rest ? 0 : (len - rest) / block_bytes(t);
	uint32_t useful = divide_up(plan->bits, t->teeth * GAP);

	t->blocks = fit < useful ? (uint32_t)fit : useful;
	if (t->blocks == 0 || plan->bits > TF_BN_BITS)
		return TF_E_CAPACITY;
	t->gap = divide_up(plan->bits, t->teeth * t->blocks);
	t->span = t->teeth * t->gap;
	t->blocks = tf_fixed_blocks(t, plan->bits);
	t->entries = aligned(room);
	return t->span * t->blocks <= TF_BN_BITS - 64 ? TF_OK : TF_E_CAPACITY;
}

/* x = x^(2^n) */
static void raise(const tf_form *f, uint64_t *x, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		f->mul(f->ctx, x, x, x);
}

/* Where column c stands in a row: the second number of a square begins in the middle. */
static size_t place_in_row(const tf_fixed *t, size_t c)
{
	size_t half = t->columns / 2;

	if (t->m->kind != TF_MOD_SQUARE || c < half)
		return c;
	return t->words / 2 + c - half;
}

static void put(const tf_fixed *t, uint32_t j, size_t i, const uint64_t *row)
{
	if (!t->columns)
		memcpy(tf_fixed_entry(t, j, i), row, t->words * sizeof(*row));
	for (size_t c = 0; c < t->columns; c++)
		tf_fixed_block(t, j)[c * t->places + i] = row[place_in_row(t, c)];
}

static void get(uint64_t *row, const tf_fixed *t, uint32_t j, size_t i)
{
	memset(row, 0, t->words * sizeof(*row));
	if (!t->columns)
		memcpy(row, tf_fixed_entry(t, j, i), t->words * sizeof(*row));
	for (size_t c = 0; c < t->columns; c++)
		row[place_in_row(t, c)] = tf_fixed_block(t, j)[c * t->places + i];
}

/* Three rows to work with. */
typedef struct rows {
	uint64_t *x, *a, *b;
} rows;

static tf_err make_rows(rows *r, const tf_fixed *t, tf_arena *mem)
{
	size_t bytes = t->words * sizeof(uint64_t);

	r->x = tf_arena_alloc(mem, bytes);
	r->a = tf_arena_alloc(mem, bytes);
	r->b = tf_arena_alloc(mem, bytes);
	return r->x && r->a && r->b ? TF_OK : TF_E_CAPACITY;
}

static void enter_one(const tf_form *f, uint64_t *row)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	f->enter(f->ctx, row, &one);
}

/* Where the entries of single teeth stand, the others, and 1. */
static void fill_block(const tf_fixed *t, const tf_form *f, uint32_t j, const rows *r)
{
	enter_one(f, r->a);
	put(t, j, 0, r->a);
	for (size_t i = 3; i < (size_t)1 << t->teeth; i++) {
		if ((i & (i - 1)) == 0)
			continue;
		get(r->a, t, j, i & (i - 1));
		get(r->b, t, j, i & (0 - i));
		f->mul(f->ctx, r->a, r->a, r->b);
		put(t, j, i, r->a);
	}
}

/* A base, and what is known of it. */
typedef struct origin {
	const tf_bn *base;
	const tf_bn *inv; /* or NULL */
	bool is_public;
} origin;

/* Of a public base, by the power that the block after this one would begin with: x^-1. */
static tf_err invert_row(const tf_fixed *t, const tf_form *f, uint32_t j, const uint64_t *x)
{
	tf_bn power, inverse;

	f->leave(f->ctx, &power, x);
	TRY(tf_mod_inv_vt(&inverse, &power, t->m));
	f->enter(f->ctx, tf_fixed_undo(t, j), &inverse);
	return TF_OK;
}

static tf_err fill(const tf_fixed *t, const tf_form *f, const origin *o, const rows *r)
{
	f->enter(f->ctx, r->x, o->base);
	for (uint32_t j = 0; j < t->blocks; j++) {
		for (uint32_t q = 0; q < t->teeth; q++) {
			put(t, j, (size_t)1 << q, r->x);
			raise(f, r->x, t->gap);
		}
		fill_block(t, f, j, r);
		if (!o->inv && o->is_public)
			TRY(invert_row(t, f, j, r->x));
	}
	enter_one(f, tf_fixed_undo(t, t->blocks));
	return TF_OK;
}

static void fill_undo(const tf_fixed *t, const tf_form *f, const tf_bn *inv, uint64_t *x)
{
	f->enter(f->ctx, x, inv);
	for (uint32_t j = 0; j < t->blocks; j++) {
		raise(f, x, t->span);
		memcpy(tf_fixed_undo(t, j), x, t->words * sizeof(uint64_t));
	}
}

static void fill_bases(const tf_fixed *t, const tf_form *f, const tf_bn *base, const rows *r)
{
	for (uint32_t j = 0; j < t->blocks; j++) {
		for (uint32_t q = 0; q < t->teeth; q++) {
			f->enter(f->ctx, r->x, &base[(size_t)j * t->teeth + q]);
			put(t, j, (size_t)1 << q, r->x);
		}
		fill_block(t, f, j, r);
	}
}

static bool arguments_ok(const tf_mod *m, const tf_bn *base, const tf_bn *inv, uint32_t bits)
{
	if ((m->kind != TF_MOD_PLAIN && m->kind != TF_MOD_SQUARE) || bits == 0)
		return false;
	return tf_ct_reveal(tf_bn_lt(base, &m->m)) && (!inv || tf_ct_reveal(tf_bn_lt(inv, &m->m)));
}

static tf_err open_form(tf_form *f, const tf_fixed *t, const tf_kernel *k, tf_arena *mem)
{
	return t->digits ? k->form(f, t->m, mem) : limbs_form(f, t->m, mem);
}

static tf_err build(tf_fixed *t, const origin *of, const tf_kernel *k, tf_arena *mem)
{
	origin o = *of;
	tf_bn inverse;
	tf_form f;
	rows r;

	TRY(make_rows(&r, t, mem));
	TRY(open_form(&f, t, k, mem));
	if (o.is_public && !f.leave) {
		TRY(tf_mod_inv_vt(&inverse, o.base, t->m));
		o.inv = &inverse;
	}
	TRY(fill(t, &f, &o, &r));
	if (o.inv)
		fill_undo(t, &f, o.inv, r.x);
	t->has_undo = o.inv || o.is_public;
	return TF_OK;
}

static tf_err init(tf_fixed *out, const tf_mod *m, const origin *o, const tf_fixed_plan *plan,
                   void *room, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	if (!arguments_ok(m, o->base, o->inv, plan->bits))
		return TF_E_USAGE;
	form_of(out, m, plan->kernel);
	set_teeth(out, teeth_for(out, plan->secrecy));
	err = layout(out, plan, room, len);
	if (err == TF_OK)
		err = build(out, o, plan->kernel, mem);
	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_fixed_wipe(out);
	return err;
}

tf_err tf_fixed_init(tf_fixed *out, const tf_mod *m, const tf_bn *base, const tf_bn *inv,
                     const tf_fixed_plan *plan, void *room, size_t len, tf_arena *mem)
{
	return init(out, m, &(origin){ .base = base, .inv = inv }, plan, room, len, mem);
}

tf_err tf_fixed_init_public(tf_fixed *out, const tf_mod *m, const tf_bn *base,
                            const tf_fixed_plan *plan, void *room, size_t len, tf_arena *mem)
{
	return init(out, m, &(origin){ .base = base, .is_public = true }, plan, room, len, mem);
}

static bool plan_ok(const tf_mod *m, const tf_bases_plan *plan)
{
	return (m->kind == TF_MOD_PLAIN || m->kind == TF_MOD_SQUARE) && plan->teeth > 0 &&
	       plan->teeth <= TF_BASES_TEETH_MAX && plan->blocks > 0 && plan->gap > 0;
}

static bool bases_below(const tf_bn *base, size_t n, const tf_bn *m)
{
	tf_ct below = ~(tf_ct)0;

	for (size_t i = 0; i < n; i++)
		below &= tf_bn_lt(&base[i], m);
	return tf_ct_reveal(below);
}

static tf_err lay_bases(tf_fixed *t, const tf_bases_plan *plan, void *room, size_t len)
{
	uint64_t bits = (uint64_t)plan->teeth * plan->gap * plan->blocks;

	if (len < bases_bytes(t, plan) || bits > TF_BN_BITS - 64)
		return TF_E_CAPACITY;
	t->gap = plan->gap;
	t->span = plan->teeth * plan->gap;
	t->blocks = plan->blocks;
	t->many = true;
	t->entries = aligned(room);
	return TF_OK;
}

tf_err tf_fixed_init_bases(tf_fixed *out, const tf_mod *m, const tf_bn *base,
                           const tf_bases_plan *plan, void *room, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_form f;
	tf_err err;
	rows r;

	if (!plan_ok(m, plan) || !bases_below(base, (size_t)plan->teeth * plan->blocks, &m->m))
		return TF_E_USAGE;
	form_of(out, m, plan->kernel);
	err = lay_bases(out, plan, room, len);
	if (err == TF_OK)
		err = make_rows(&r, out, mem);
	if (err == TF_OK)
		err = open_form(&f, out, plan->kernel, mem);
	if (err == TF_OK)
		fill_bases(out, &f, base, &r);
	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_fixed_wipe(out);
	return err;
}
