#include "num/fixed.h"

#include "num/kernel_impl.h"
#include "num/mont.h"

#define TEETH_SECRET 5u /* whole tables are read: 6 save a sixth of the products, and cost more */
#define TEETH_PUBLIC 6u
#define GAP 48u         /* squarings; fewer are hardly noticed */
#define ALIGN 64u

/* ---- elements as the portable kernel has them ---- */

typedef struct limbs {
	const tf_mod *m;
	mp_limb_t *t;
} limbs;

static void limbs_mul(void *ctx, uint64_t *out, const uint64_t *a, const uint64_t *b)
{
	const limbs *l = ctx;

	tf_mont_mul((mp_limb_t *)out, (const mp_limb_t *)a, (const mp_limb_t *)b, l->m, l->t);
}

static void limbs_enter(void *ctx, uint64_t *out, const tf_bn *a)
{
	const limbs *l = ctx;

	tf_mont_in((mp_limb_t *)out, a->d, l->m, l->t);
}

static tf_err limbs_form(tf_form *out, const tf_mod *m, tf_arena *mem)
{
	limbs *l = tf_arena_alloc(mem, sizeof(*l));

	if (!l)
		return TF_E_CAPACITY;
	l->m = m;
	l->t = tf_arena_alloc(mem, tf_mont_scratch(m->m.n) * sizeof(mp_limb_t));
	*out = (tf_form){ l, limbs_mul, limbs_enter };
	return l->t ? TF_OK : TF_E_CAPACITY;
}

/* ---- the table ---- */

/* Shape of the table, but for blocks and gap. */
static void form_of(tf_fixed *t, const tf_mod *m, const tf_fixed_plan *plan)
{
	const tf_kernel *k = plan->kernel;

	*t = (tf_fixed){ .m = m, .words = m->m.n };
	if (k && k->has_one && k->has_one(m)) {
		t->digits = true;
		t->words = k->words(m);
	}
	t->teeth = plan->secrecy == TF_SECRET ? TEETH_SECRET : TEETH_PUBLIC;
}

static size_t block_bytes(const tf_fixed *t)
{
	return (((size_t)1 << t->teeth) + 1) * t->words * sizeof(uint64_t);
}

static uint32_t divide_up(uint32_t a, uint32_t b)
{
	return (a + b - 1) / b;
}

size_t tf_fixed_bytes(const tf_mod *m, const tf_fixed_plan *plan)
{
	tf_fixed t;

	form_of(&t, m, plan);
	return divide_up(plan->bits, t.teeth * GAP) * block_bytes(&t) + ALIGN;
}

/* Digits of 52 bits, a multiple of 5 of them, fill 3, 4, 5 or 8 vectors of eight; limbs are fewer,
 * but a modulus that is too large for vectors has nothing else. */
size_t tf_fixed_bytes_most(uint32_t m_bits, uint32_t bits, tf_secrecy secrecy)
{
	size_t plain = tf_bn_limbs(m_bits);
	size_t digits = divide_up(tf_max_u32(m_bits + 2, tf_bn_limbs(m_bits) * 64), 5 * 52) * 5;
	tf_fixed t = { .teeth = secrecy == TF_SECRET ? TEETH_SECRET : TEETH_PUBLIC };

	t.words = digits <= 24 ? 24 : digits <= 40 ? (digits + 7) / 8 * 8 : plain > 64 ? plain : 64;
	return divide_up(bits, t.teeth * GAP) * block_bytes(&t) + ALIGN;
}

/* As many blocks as there is room for, and as are of use. */
static tf_err layout(tf_fixed *t, const tf_fixed_plan *plan, void *room, size_t len)
{
	size_t skew = (ALIGN - ((uintptr_t)room & (ALIGN - 1))) & (ALIGN - 1), fit;
	uint32_t useful = divide_up(plan->bits, t->teeth * GAP);

	fit = len < skew ? 0 : (len - skew) / block_bytes(t);
	t->blocks = fit < useful ? (uint32_t)fit : useful;
	if (t->blocks == 0 || plan->bits > TF_BN_BITS)
		return TF_E_CAPACITY;
	t->gap = divide_up(plan->bits, t->teeth * t->blocks);
	t->span = t->teeth * t->gap;
	t->blocks = tf_fixed_blocks(t, plan->bits);
	t->entries = (uint64_t *)(void *)((uint8_t *)room + skew);
	return t->span * t->blocks <= TF_BN_BITS - 64 ? TF_OK : TF_E_CAPACITY;
}

/* x = x^(2^n) */
static void raise(const tf_form *f, uint64_t *x, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		f->mul(f->ctx, x, x, x);
}

static void fill_block(const tf_fixed *t, const tf_form *f, uint32_t j)
{
	for (size_t i = 3; i < (size_t)1 << t->teeth; i++)
		if (i & (i - 1))
			f->mul(f->ctx, tf_fixed_entry(t, j, i), tf_fixed_entry(t, j, i & (i - 1)),
			       tf_fixed_entry(t, j, i & (0 - i)));
}

static void fill(const tf_fixed *t, const tf_form *f, const tf_bn *base, uint64_t *x)
{
	size_t bytes = t->words * sizeof(uint64_t);
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	f->enter(f->ctx, x, base);
	for (uint32_t j = 0; j < t->blocks; j++) {
		f->enter(f->ctx, tf_fixed_entry(t, j, 0), &one);
		for (uint32_t q = 0; q < t->teeth; q++) {
			memcpy(tf_fixed_entry(t, j, (size_t)1 << q), x, bytes);
			raise(f, x, t->gap);
		}
		fill_block(t, f, j);
	}
}

static void fill_undo(const tf_fixed *t, const tf_form *f, const tf_bn *inv, uint64_t *x)
{
	f->enter(f->ctx, x, inv);
	for (uint32_t j = 0; j < t->blocks; j++) {
		raise(f, x, t->span);
		memcpy(tf_fixed_undo(t, j), x, t->words * sizeof(uint64_t));
	}
}

static bool arguments_ok(const tf_mod *m, const tf_bn *base, const tf_bn *inv, uint32_t bits)
{
	if ((m->kind != TF_MOD_PLAIN && m->kind != TF_MOD_SQUARE) || bits == 0)
		return false;
	return tf_ct_reveal(tf_bn_lt(base, &m->m)) && (!inv || tf_ct_reveal(tf_bn_lt(inv, &m->m)));
}

static tf_err build(tf_fixed *t, const tf_bn *base, const tf_bn *inv, const tf_kernel *k,
                    tf_arena *mem)
{
	uint64_t *x = tf_arena_alloc(mem, t->words * sizeof(*x));
	tf_form f;

	if (!x)
		return TF_E_CAPACITY;
	TRY(t->digits ? k->form(&f, t->m, mem) : limbs_form(&f, t->m, mem));
	fill(t, &f, base, x);
	if (inv)
		fill_undo(t, &f, inv, x);
	t->has_undo = inv != NULL;
	return TF_OK;
}

tf_err tf_fixed_init(tf_fixed *out, const tf_mod *m, const tf_bn *base, const tf_bn *inv,
                     const tf_fixed_plan *plan, void *room, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	if (!arguments_ok(m, base, inv, plan->bits))
		return TF_E_USAGE;
	form_of(out, m, plan);
	err = layout(out, plan, room, len);
	if (err == TF_OK)
		err = build(out, base, inv, plan->kernel, mem);
	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_fixed_wipe(out);
	return err;
}
