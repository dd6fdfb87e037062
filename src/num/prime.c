#include "num/prime.h"

#include "num/kernel_impl.h"
#include "num/mont.h"
#include "num/sieve.h"

#define SURPLUS 128u /* bits */
#define SKEW 63u     /* bytes that an arena may lose to alignment */

/* Where the sieve ends, for primes of that many bits: where the next prime costs more than the
 * tests that it saves, as measured with lanes; and what fits the promised memory. */
#define SIEVE_LIMIT_MAX 5500000u

static uint32_t sieve_limit(uint64_t bits)
{
	uint64_t limit = 3 * bits * bits * bits / 2048;

	return limit < SIEVE_LIMIT_MAX ? (uint32_t)limit : SIEVE_LIMIT_MAX;
}

static mp_limb_t *limbs_alloc(tf_arena *mem, size_t n)
{
	return tf_arena_alloc(mem, n * sizeof(mp_limb_t));
}

/* Trailing zero bits of n - 1 for odd n, secret; 0 if there are tail or more. */
static uint64_t two_adic(const tf_bn *n, uint32_t tail)
{
	uint64_t s = 1;
	tf_ct seen = 0;

	for (uint32_t i = 1; i < tail; i++) {
		seen |= tf_ct_mask(n->d[i / 64] >> (i % 64));
		s += ~seen & 1;
	}
	return s & seen;
}

/* Mask: x / R = 1, or = -1, modulo m. y: n limbs. */
static void compare_ones(tf_ct *is_one, tf_ct *is_minus, const mp_limb_t *x, const tf_mod *m,
                         mp_limb_t *y, mp_limb_t *t)
{
	mp_limb_t one = 0, minus = 0;

	tf_mont_out(y, x, m, t);
	for (size_t i = 0; i < m->m.n; i++) {
		one |= y[i] ^ (i == 0);
		minus |= y[i] ^ m->m.d[i] ^ (i == 0);
	}
	*is_one = tf_ct_is_zero(tf_ct_barrier(one));
	*is_minus = tf_ct_is_zero(tf_ct_barrier(minus));
}

/* The end of a Miller-Rabin round: mask, n = m->m passes for this base, of which high is the power
 * (n - 1) >> tail. Constant time in all of them.
 *
 * With n - 1 = 2^s d, d odd, it passes if base^d is 1 or one of base^(2^i d), i < s, is -1. The
 * powers base^((n-1) >> i) are walked through from i = tail - 1 down to 1. An n with s >= tail
 * fails (the search's tail is 64: that costs it one prime in 2^63). */
static tf_err strong_end(tf_ct *pass, const tf_mod *m, const tf_bn *base, const tf_bn *high,
                         uint32_t tail, tf_arena *mem)
{
	size_t n = m->m.n;
	mp_limb_t *x = limbs_alloc(mem, n), *b = limbs_alloc(mem, n), *one = limbs_alloc(mem, n);
	mp_limb_t *by = limbs_alloc(mem, n), *y = limbs_alloc(mem, n);
	mp_limb_t *t = limbs_alloc(mem, tf_mont_scratch(n));
	uint64_t s = two_adic(&m->m, tail);

	if (!x || !b || !one || !by || !y || !t)
		return TF_E_CAPACITY;
	one[0] = 1;
	tf_mont_in(one, one, m, t);
	tf_mont_in(b, base->d, m, t);
	tf_mont_in(x, high->d, m, t);
	*pass = 0;
	for (uint32_t i = tail; i-- > 1;) {
		tf_ct last = tf_ct_barrier(tf_ct_eq(i, s)), is_one, is_minus;

		tf_mont_sqr(x, x, m, t);
		tf_limbs_select(by, tf_ct_mask(m->m.d[i / 64] >> (i % 64)), b, one, n);
		tf_mont_mul(x, x, by, m, t);
		compare_ones(&is_one, &is_minus, x, m, y, t);
		*pass |= (last & tf_ct_barrier(is_one)) |
		         (tf_ct_mask(tf_limb_borrow(s, i, 0) ^ 1) & tf_ct_barrier(is_minus));
	}
	return TF_OK;
}

/* A base in [2, n - 2] out of span = n - 3 and top = n - 2. Reduced from more bits than n has: how
 * often one of its length had to be thrown away would depend on n. (Where there is no room for
 * them, n is public: no secret is as long.) */
static tf_err draw_base(tf_bn *base, const tf_bn *span, const tf_bn *top, uint32_t bits,
                        const tf_rng *rng)
{
	TF_AUTO(tf_bn) wide;

	if (bits + SURPLUS > TF_BN_BITS) {
		TRY(tf_bn_random_below(base, span, rng));
	} else {
		TRY(tf_bn_random_bits(&wide, bits + SURPLUS, rng));
		TRY(tf_bn_mod(base, &wide, span));
	}
	(void)tf_bn_sub(base, top, base);
	return TF_OK;
}

/* Rounds of Miller-Rabin for one n, and what computes them. */
typedef struct trial {
	const tf_mod *m;
	uint32_t tail;
	const tf_rng *rng;
	tf_arena *mem;
	const tf_kernel *kernel;
	size_t at_once; /* rounds that may share its lanes */
	bool secret; /* n is */
} trial;

/* `rounds` <= at_once rounds with random bases, n >= 5. */
static tf_err rounds_at_once(bool *prime, const trial *t, unsigned rounds)
{
	tf_lane_count count = { 0 };
	tf_lane lane[TF_LANES];
	tf_bn *base = tf_arena_alloc(t->mem, rounds * sizeof(*base));
	tf_bn *high = tf_arena_alloc(t->mem, rounds * sizeof(*high));
	TF_AUTO(tf_bn) exp;
	TF_AUTO(tf_bn) span;
	TF_AUTO(tf_bn) top;
	tf_bn one, two;

	if (!base || !high)
		return TF_E_CAPACITY;
	tf_bn_set_u64(&one, 1);
	tf_bn_set_u64(&two, 2);
	(void)tf_bn_sub(&top, &t->m->m, &two);
	(void)tf_bn_sub(&span, &top, &one);
	tf_bn_shr(&exp, &t->m->m, t->tail);
	for (unsigned i = 0; i < rounds; i++) {
		TRY(draw_base(&base[i], &span, &top, t->m->bits, t->rng));
		lane[i] = (tf_lane){ .out = &high[i], .m = t->m, .n = 1, .secret = t->secret,
		                     .p = { { .base = &base[i], .exp = &exp,
		                              .bits = t->m->bits - t->tail } } };
	}
	TRY(tf_lanes_power(t->kernel, lane, rounds, t->mem, &count));
	*prime = true;
	for (unsigned i = 0; *prime && i < rounds; i++) {
		size_t mark = tf_arena_mark(t->mem);
		tf_ct pass = 0;

		TRY(strong_end(&pass, t->m, &base[i], &high[i], t->tail, t->mem));
		tf_arena_release(t->mem, mark);
		*prime = tf_ct_reveal(pass);
	}
	return TF_OK;
}

/* Stops after the first that fails. */
static tf_err confirm(bool *prime, const trial *t, unsigned rounds)
{
	size_t mark = tf_arena_mark(t->mem);

	*prime = true;
	while (*prime && rounds > 0) {
		unsigned some = rounds < t->at_once ? rounds : (unsigned)t->at_once;
		tf_err err = rounds_at_once(prime, t, some);

		tf_arena_release(t->mem, mark);
		TRY(err);
		rounds -= some;
	}
	return TF_OK;
}

tf_err tf_prime_test_vt(bool *probably_prime, const tf_bn *n, unsigned rounds, const tf_rng *rng,
                        tf_arena *mem)
{
	return tf_prime_test_vt_on(probably_prime, n, rounds, rng, mem, NULL);
}

tf_err tf_prime_test_vt_on(bool *probably_prime, const tf_bn *n, unsigned rounds,
                           const tf_rng *rng, tf_arena *mem, const tf_kernel *kernel)
{
	uint32_t bits = tf_bn_bits_vt(n), tail = 2;
	tf_mod m;

	if (rounds == 0)
		return TF_E_USAGE;
	*probably_prime = bits == 2;
	if (bits <= 2 || !(n->d[0] & 1))
		return TF_OK;
	while (!(n->d[(tail - 1) / 64] >> ((tail - 1) % 64) & 1))
		tail++;
	TRY(tf_mod_init(&m, n));
	return confirm(probably_prime,
	               &(trial){ .m = &m, .tail = tail < bits ? tail : bits, .rng = rng,
	                         .mem = mem, .kernel = kernel, .at_once = 1 },
	               rounds);
}

/* Mask: 2^(n-1) = 1 modulo n = m->m; constant time in n. */
static tf_err fermat_base_2(tf_ct *pass, const tf_mod *m, tf_arena *mem)
{
	size_t n = m->m.n;
	mp_limb_t *x = limbs_alloc(mem, n), *y = limbs_alloc(mem, n);
	mp_limb_t *t = limbs_alloc(mem, tf_mont_scratch(n));
	tf_ct is_minus;

	if (!x || !y || !t)
		return TF_E_CAPACITY;
	x[0] = 1;
	tf_mont_in(x, x, m, t);
	tf_limbs_reduce(x, 0, x, m->m.d, t, n);
	for (uint32_t i = m->bits; i-- > 0;) {
		mp_limb_t bit = i ? m->m.d[i / 64] >> (i % 64) & 1 : 0;
		mp_limb_t carry;

		tf_mont_sqr(x, x, m, t);
		tf_limbs_reduce(x, 0, x, m->m.d, t, n);
		carry = mpn_cnd_add_n(bit, x, x, x, (mp_size_t)n);
		tf_limbs_reduce(x, carry, x, m->m.d, t, n);
	}
	compare_ones(pass, &is_minus, x, m, y, t);
	return TF_OK;
}

typedef struct search {
	uint32_t bits;
	const tf_rng *rng;
	tf_arena *mem;
	tf_prime_progress progress;
	void *ctx;
	uint64_t candidates;
	tf_bn q_low, q_span; /* q in [q_low, q_low + q_span) = [(2^(bits-1/2) - 1) / 2, 2^(bits-1)) */
	tf_sieve sieve;
	const tf_kernel *kernel;
	size_t at_once; /* numbers that are tested together */
} search;

/* Candidates on their way: q of which nothing is known, and such as passed, where 2q + 1 comes
 * next. */
typedef struct herd {
	tf_bn q[TF_LANES], tested[TF_LANES];
	tf_ct pass[TF_LANES];
	size_t n, passed; /* the first of them passed */
	uint32_t k;       /* where the sieve is searched next */
	bool end;         /* of the window or of the range */
} herd;

static inline void herd_wipe(herd *h)
{
	tf_wipe(h, sizeof(*h));
}

/* Uniform start, moved up to 5 modulo 6. */
static tf_err draw_start(tf_bn *start, const search *s)
{
	TF_AUTO(tf_bn) residue;
	TF_AUTO(tf_bn) up;
	tf_bn six, five;

	tf_bn_set_u64(&six, 6);
	tf_bn_set_u64(&five, 5);
	TRY(tf_bn_random_below(start, &s->q_span, s->rng));
	TRY(tf_bn_add(start, start, &s->q_low));
	TRY(tf_bn_mod(&residue, start, &six));
	(void)tf_bn_sub(&up, &five, &residue);
	return tf_bn_add(start, start, &up);
}

/* Fill the herd up with what the sieve leaves from one start, in order. */
static tf_err gather(herd *h, search *s, const tf_bn *start)
{
	tf_bn step;

	for (; !h->end && h->n < s->at_once; h->k++) {
		tf_bn *q = &h->q[h->n];

		h->k = tf_sieve_next(&s->sieve, h->k);
		tf_bn_set_u64(&step, 6 * (uint64_t)h->k);
		TRY(tf_bn_add(q, start, &step));
		h->end = h->k >= TF_SIEVE_SPAN || !tf_ct_reveal(tf_bn_fits(q, s->bits - 1));
		if (h->end)
			return TF_OK;
		h->n++;
		s->candidates++;
		if (s->progress && !s->progress(s->ctx, s->candidates))
			return TF_E_CANCELLED;
	}
	return TF_OK;
}

static tf_err twice_plus_one(tf_bn *p, const tf_bn *q)
{
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_add(p, q, q));
	return tf_bn_add(p, p, &one);
}

/* Base-2 tests of all. */
static tf_err test_herd(herd *h, search *s)
{
	size_t mark = tf_arena_mark(s->mem);
	TF_AUTO(tf_mod) m;

	for (size_t i = 0; i < h->n; i++) {
		if (i < h->passed)
			TRY(twice_plus_one(&h->tested[i], &h->q[i]));
		else
			h->tested[i] = h->q[i];
	}
	if (s->at_once > 1) {
		TRY(s->kernel->fermat(h->pass, h->tested, h->n, s->bits, s->mem));
		tf_arena_release(s->mem, mark);
		return TF_OK;
	}
	for (size_t i = 0; i < h->n; i++) {
		TRY(tf_mod_init(&m, &h->tested[i]));
		TRY(fermat_base_2(&h->pass[i], &m, s->mem));
		tf_arena_release(s->mem, mark);
	}
	return TF_OK;
}

/* Is q a prime, of which it is known that 2^(2q) = 1 modulo 2q + 1? Then 2q + 1 is one, too
 * (Pocklington, 1914): a prime divisor r of it would have 2^(2q) = 1 and, unless it is 3, which the
 * sieve has excluded, 2^2 != 1, so that q divided r - 1; but two such divisors would be more than
 * 2q + 1. */
static tf_err confirm_pair(bool *prime, const search *s, const tf_bn *q)
{
	TF_AUTO(tf_mod) m;

	TRY(tf_mod_init(&m, q));
	return confirm(prime,
	               &(trial){ .m = &m, .tail = 64 < m.bits ? 64 : m.bits, .rng = s->rng,
	                         .mem = s->mem, .kernel = s->kernel, .at_once = s->at_once,
	                         .secret = true },
	               TF_PRIME_ROUNDS);
}

/* The same of what no sieve has seen. *q is odd, and p no multiple of 3. */
static tf_err halve(bool *fits, tf_bn *q, const tf_bn *p)
{
	TF_AUTO(tf_bn) rest;
	tf_bn three;

	tf_bn_set_u64(&three, 3);
	TRY(tf_bn_mod(&rest, p, &three));
	tf_bn_shr(q, p, 1);
	*fits = tf_ct_reveal(tf_ct_eq(p->d[0] & 3, 3) & ~tf_bn_is_zero(&rest));
	return TF_OK;
}

static tf_err safe_by_both(bool *safe, const tf_bn *p, unsigned rounds, const tf_rng *rng,
                           tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	TF_AUTO(tf_bn) q;
	TF_AUTO(tf_mod) m;
	tf_ct pass;

	TRY(halve(safe, &q, p));
	if (!*safe)
		return TF_OK;
	TRY(tf_mod_init(&m, p));
	TRY(fermat_base_2(&pass, &m, mem));
	tf_arena_release(mem, mark);
	*safe = tf_ct_reveal(pass);
	if (!*safe)
		return TF_OK;
	TRY(tf_mod_init(&m, &q));
	return confirm(safe,
	               &(trial){ .m = &m, .tail = 64 < m.bits ? 64 : m.bits, .rng = rng,
	                         .mem = mem, .at_once = 1, .secret = true },
	               rounds);
}

tf_err tf_prime_is_safe(bool *safe, const tf_bn *p, unsigned rounds, const tf_rng *rng,
                        tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	*safe = false;
	if (rounds == 0 || tf_ct_reveal(tf_bn_fits(p, TF_PRIME_BITS_MIN - 1)))
		return TF_E_USAGE;
	err = safe_by_both(safe, p, rounds, rng, mem);
	*safe &= err == TF_OK;
	tf_arena_release(mem, mark);
	return err;
}

/* Sort out: *found and *p if there is a pair; of the others, those stay that passed the first
 * time. */
static tf_err sort_out(bool *found, tf_bn *p, herd *h, const search *s)
{
	size_t stay = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (!tf_ct_reveal(h->pass[i]))
			continue;
		if (i >= h->passed) {
			h->q[stay++] = h->q[i];
			continue;
		}
		TRY(confirm_pair(found, s, &h->q[i]));
		if (!*found)
			continue;
		*p = h->tested[i];
		tf_bn_resize(p, tf_bn_limbs(s->bits));
		return TF_OK;
	}
	h->n = h->passed = stay;
	return TF_OK;
}

/* Walk through what the sieve leaves from one start. *found stays false at the end of the window or
 * of the range. */
static tf_err search_window(bool *found, tf_bn *p, search *s, const tf_bn *start)
{
	TF_AUTO(herd) h;

	h.n = h.passed = h.k = 0;
	h.end = false;
	while (!*found && (!h.end || h.n > 0)) {
		TRY(gather(&h, s, start));
		TRY(test_herd(&h, s));
		TRY(sort_out(found, p, &h, s));
	}
	return TF_OK;
}

/* The range of q: p >= 2^(bits - 1/2) iff p > s = floor(sqrt(2^(2 bits - 1))) (which is no square)
 * iff q >= s / 2. */
static tf_err set_range(search *s)
{
	tf_bn one, x;

	tf_bn_set_u64(&one, 1);
	TRY(tf_bn_shl(&x, &one, 2 * s->bits - 1));
	tf_bn_sqrt_vt(&x, &x);
	TRY(tf_bn_add(&x, &x, &one));
	tf_bn_shr(&s->q_low, &x, 1);
	TRY(tf_bn_shl(&x, &one, s->bits - 1));
	(void)tf_bn_sub(&s->q_span, &x, &s->q_low);
	return TF_OK;
}

static tf_err search_run(tf_bn *out, search *s)
{
	TF_AUTO(tf_bn) start;
	bool found = false;

	TRY(set_range(s));
	TRY(tf_sieve_init(&s->sieve, sieve_limit(s->bits), s->mem));
	while (!found) {
		TF_AUTO(tf_bn) residues;

		TRY(draw_start(&start, s));
		/* the sieve's addresses depend on the start: see the chapter in prime.h */
		residues = start;
		residues.n = tf_bn_limbs(s->bits);
		tf_ct_declassify(&residues, sizeof(residues));
		tf_sieve_run_vt(&s->sieve, &residues);
		TRY(search_window(&found, out, s, &start));
	}
	return TF_OK;
}

tf_err tf_prime_search_safe(tf_bn *out, uint32_t bits, const tf_rng *rng,
                            tf_prime_progress progress, void *progress_ctx, tf_arena *mem)
{
	return tf_prime_search_safe_on(out, bits, rng, progress, progress_ctx, mem, NULL);
}

tf_err tf_prime_search_safe_on(tf_bn *out, uint32_t bits, const tf_rng *rng,
                               tf_prime_progress progress, void *progress_ctx, tf_arena *mem,
                               const tf_kernel *kernel)
{
	size_t mark = tf_arena_mark(mem), room = mem->cap - mem->used;
	search *s;
	tf_err err;

	if (bits < TF_PRIME_BITS_MIN || bits > TF_PRIME_BITS_MAX)
		return TF_E_USAGE;
	s = tf_arena_alloc(mem, sizeof(*s));
	if (!s)
		return TF_E_CAPACITY;
	s->bits = bits;
	s->rng = rng;
	s->mem = mem;
	s->kernel = kernel;
	s->progress = progress;
	s->ctx = progress_ctx;
	s->at_once = 1;
	if (kernel && kernel->fermat && kernel->has_fermat(bits) &&
	    room >= TF_PRIME_LANES_SCRATCH - SKEW)
		s->at_once = TF_LANES;
	err = search_run(out, s);
	tf_arena_release(mem, mark);
	return err;
}
