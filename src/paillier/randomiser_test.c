/* Random units by tables: that they are what they say, uniform, and secret. */
#include "paillier/randomiser.h"

#include "paillier/fixture_test.h"

#define DRAWS 8u
#define SCRATCH (TF_RANDOMISER_SCRATCH + DRAWS * TF_RANDOMISER_JOBS * 1024u)

typedef struct scene {
	tf_arena mem;
	tf_tape tape;
	tf_rng rng;
	tf_paillier_sk sk;
	tf_paillier_pk peer; /* the same key, seen from outside */
	tf_randomiser_tables tables[2];
	tf_randomiser r[DRAWS];
	uint8_t *room[2], *memory;
	size_t len[2];
	const tf_kernel *kernel;
} scene;

static scene *open_scene(unsigned party, const tf_kernel *kernel)
{
	scene *s = tf_test_alloc(sizeof(*s));
	const tf_profile *pr = &tf_profile_small;

	s->kernel = kernel;
	s->len[0] = tf_randomiser_bytes(pr);
	s->len[1] = tf_randomiser_bytes_own(pr);
	s->memory = tf_test_alloc(SCRATCH);
	for (unsigned i = 0; i < 2; i++)
		s->room[i] = tf_test_alloc(s->len[i]);
	s->rng = tf_tape_init(&s->tape, tf_test_seed(), party);
	tf_arena_init(&s->mem, s->memory, SCRATCH);
	return s;
}

static void key(scene *s, const tf_bn *p, const tf_bn *q)
{
	CHECK_OK(tf_paillier_sk_init_any(&s->sk, p, q));
	CHECK_OK(tf_paillier_pk_init_any(&s->peer, &s->sk.pk.n.m));
}

static void tables(scene *s)
{
	CHECK_OK(tf_randomiser_tables_init(&s->tables[0], &s->peer, s->kernel, &s->rng,
	                                   s->room[0], s->len[0], &s->mem));
	CHECK_OK(tf_randomiser_tables_init_own(&s->tables[1], &s->sk.pk, s->kernel, &s->rng,
	                                       s->room[1], s->len[1], &s->mem));
	CHECK(s->mem.used == 0);
	s->peer.tables = &s->tables[0];
	s->sk.pk.tables = &s->tables[1];
}

static void draw(scene *s, const tf_paillier_pk *pk, unsigned n)
{
	size_t mark = tf_arena_mark(&s->mem);
	tf_batch *b;

	CHECK_OK(tf_batch_init_on(&b, &s->mem, n * TF_RANDOMISER_JOBS, s->kernel));
	for (unsigned i = 0; i < n; i++)
		CHECK_OK(tf_randomiser_start(&s->r[i], pk, &s->rng, b));
	CHECK_OK(tf_batch_run(b));
	for (unsigned i = 0; i < n; i++)
		CHECK_OK(tf_randomiser_finish(&s->r[i], pk));
	tf_arena_release(&s->mem, mark);
}

/* r is a unit, and rn is r^N: by the portable kernel, without tables. */
static void check_draws(scene *s, const tf_paillier_pk *pk, unsigned n)
{
	tf_bn rn[DRAWS];
	tf_batch *b;

	CHECK_OK(tf_batch_init(&b, &s->mem, n));
	for (unsigned i = 0; i < n; i++)
		tf_paillier_enc_start(b, &rn[i], &s->peer, &s->r[i].r);
	CHECK_OK(tf_batch_run(b));
	for (unsigned i = 0; i < n; i++) {
		static const tf_bn none[2];

		CHECK(bn_same(&rn[i], &s->r[i].rn));
		CHECK(s->r[i].r.n == pk->n.m.n && s->r[i].rn.n == pk->n2.m.n);
		CHECK(tf_ct_reveal(tf_ct_bytes_eq(s->r[i].x, none, sizeof(none))));
		CHECK(tf_ct_reveal(tf_ct_bytes_eq(s->r[i].half, none, sizeof(none))));
		tf_ct_declassify(&s->r[i].r, sizeof(tf_bn));
		CHECK(tf_bn_coprime_vt(&s->r[i].r, &pk->n.m));
		for (unsigned k = 0; k < i; k++)
			CHECK(!bn_same(&s->r[i].r, &s->r[k].r));
	}
	tf_arena_wipe(&s->mem);
}

TEST_SLOW(randomisers_of_every_kernel, 120)
{
	const tf_kernel *kernel[] = { tf_kernel_portable(), tf_kernel_ifma() };

	for (unsigned k = 0; k < 2 && kernel[k]; k++) {
		scene *s = open_scene(20 + k, kernel[k]);
		tf_bn p, q;

		tf_test_primes(640, 0, &p);
		tf_test_primes(640, 1, &q);
		key(s, &p, &q);
		draw(s, &s->peer, 3); /* without tables */
		check_draws(s, &s->peer, 3);
		draw(s, &s->sk.pk, 3);
		check_draws(s, &s->sk.pk, 3);
		tables(s);
		for (unsigned n = 1; n <= DRAWS; n += 7) {
			draw(s, &s->peer, n);
			check_draws(s, &s->peer, n);
			draw(s, &s->sk.pk, n);
			check_draws(s, &s->sk.pk, n);
		}
	}
}

/* The bases are the entries of one tooth alone. */
static const uint64_t *base_of(const tf_fixed *t, uint32_t i)
{
	return tf_fixed_entry(t, i / t->teeth, (size_t)1 << i % t->teeth);
}

TEST(bases_are_different_from_each_other)
{
	scene *s = open_scene(22, NULL);
	tf_bn p, q;

	tf_test_primes(640, 2, &p);
	tf_test_primes(640, 3, &q);
	key(s, &p, &q);
	tables(s);
	CHECK(tf_fixed_entry(&s->tables[0].rn[0], s->tables[0].rn[0].blocks, 0) <=
	      (uint64_t *)(void *)(s->room[0] + s->len[0]));
	for (unsigned own = 0; own < 2; own++)
		for (unsigned half = 0; half <= own; half++) {
			const tf_fixed *r = &s->tables[own].r[half];
			const tf_fixed *rn = &s->tables[own].rn[half];
			uint32_t n = r->teeth * r->blocks;

			CHECK(n >= 162 && n * r->gap >= r->m->bits + 324);
			CHECK(n * r->gap == s->tables[own].bits && rn->teeth * rn->blocks == n);
			for (uint32_t i = 0; i < n; i++)
				for (uint32_t j = 0; j < i; j++) {
					CHECK(!tf_ct_reveal(tf_ct_bytes_eq(
						base_of(r, i), base_of(r, j), 8 * r->words)));
					CHECK(!tf_ct_reveal(tf_ct_bytes_eq(
						base_of(rn, i), base_of(rn, j), 8 * rn->words)));
				}
		}
}

/* Chi squared over all units of a tiny modulus. With 395 degrees of freedom the figure is above
 * 600 once in 10^10 times. */
static double unevenness(scene *s, const tf_paillier_pk *pk, uint64_t p, uint64_t q)
{
	static unsigned seen[512];
	uint64_t n = p * q, units = (p - 1) * (q - 1), draws = 60 * units;
	double sum = 0;

	memset(seen, 0, sizeof(seen));
	CHECK(n <= TF_ARRAY_LEN(seen) && draws % DRAWS == 0);
	for (uint64_t i = 0; i < draws; i += DRAWS) {
		draw(s, pk, DRAWS);
		for (unsigned k = 0; k < DRAWS; k++) {
			tf_ct_declassify(&s->r[k].r, sizeof(tf_bn));
			CHECK(s->r[k].r.d[0] < n);
			seen[s->r[k].r.d[0]]++;
		}
	}
	for (uint64_t v = 0; v < n; v++) {
		if (v % p == 0 || v % q == 0) {
			CHECK(seen[v] == 0);
			continue;
		}
		sum += ((double)seen[v] - 60.0) * ((double)seen[v] - 60.0) / 60.0;
	}
	return sum;
}

TEST_SLOW(all_units_of_a_tiny_modulus_come_equally_often, 60)
{
	scene *s = open_scene(23, NULL);
	tf_bn p, q;

	tf_bn_set_u64(&p, 19);
	tf_bn_set_u64(&q, 23);
	key(s, &p, &q);
	tables(s);
	CHECK(unevenness(s, &s->peer, 19, 23) < 600);
	CHECK(unevenness(s, &s->sk.pk, 19, 23) < 600);
	CHECK(unevenness(s, &s->peer, 19, 23) > 200); /* a draw that counts would be 0 */
}

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	unsigned *left = ctx;

	if (*left == 0)
		return TF_E_ENTROPY;
	--*left;
	memset(out, 0x5a, len);
	return TF_OK;
}

static bool all_zero(const uint8_t *p, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= p[i];
	return any == 0;
}

TEST(randomisers_refuse_what_they_cannot)
{
	scene *s = open_scene(24, NULL);
	unsigned left = 0;
	const tf_rng dry = { no_entropy, &left };
	size_t mark;
	tf_bn p, q;
	tf_batch *b;

	tf_test_primes(640, 4, &p);
	tf_test_primes(640, 5, &q);
	key(s, &p, &q);
	CHECK_ERR(tf_randomiser_tables_init(&s->tables[0], &s->sk.pk, NULL, &s->rng, s->room[0],
	                                    s->len[0], &s->mem), TF_E_USAGE);
	CHECK_ERR(tf_randomiser_tables_init_own(&s->tables[1], &s->peer, NULL, &s->rng, s->room[1],
	                                        s->len[1], &s->mem), TF_E_USAGE);
	CHECK_ERR(tf_randomiser_tables_init(&s->tables[0], &s->peer, NULL, &dry, s->room[0],
	                                    s->len[0], &s->mem), TF_E_ENTROPY);
	memset(s->room[0], 1, s->len[0]);
	CHECK_ERR(tf_randomiser_tables_init(&s->tables[0], &s->peer, NULL, &s->rng, s->room[0],
	                                    s->len[0] / 3, &s->mem), TF_E_CAPACITY);
	CHECK(all_zero(s->room[0], s->len[0] / 3));
	CHECK_ERR(tf_randomiser_tables_init(&s->tables[0], &s->peer, NULL, &s->rng, s->room[0],
	                                    64, &s->mem), TF_E_CAPACITY);
	s->mem.cap = 200u * 1024u;
	CHECK_ERR(tf_randomiser_tables_init_own(&s->tables[1], &s->sk.pk, NULL, &s->rng,
	                                        s->room[1], s->len[1], &s->mem), TF_E_CAPACITY);
	CHECK(all_zero((uint8_t *)&s->tables[1], sizeof(s->tables[1])));
	s->mem.cap = SCRATCH;
	tables(s);
	mark = tf_arena_mark(&s->mem);
	CHECK_OK(tf_batch_init(&b, &s->mem, 2 * TF_RANDOMISER_JOBS));
	CHECK_ERR(tf_randomiser_start(&s->r[0], &s->peer, &dry, b), TF_E_ENTROPY);
	left = 1;
	CHECK_ERR(tf_randomiser_start(&s->r[0], &s->sk.pk, &dry, b), TF_E_ENTROPY);
	tf_arena_release(&s->mem, mark);
}

/* Everything secret: the primes, the bases, the exponents, and which entries they choose. */
TEST(constant_time_randomisers)
{
	scene *s = open_scene(26, NULL);
	tf_bn p, q;

	tf_bn_set_u64(&p, 65267);
	tf_bn_set_u64(&q, 65423);
	tf_ct_classify(p.d, sizeof(p.d));
	tf_ct_classify(q.d, sizeof(q.d));
	key(s, &p, &q);
	tables(s);
	for (unsigned own = 0; own < 2; own++) {
		const tf_paillier_pk *pk = own ? &s->sk.pk : &s->peer;

		draw(s, pk, 2);
		check_draws(s, pk, 2);
	}
}

/* Tables of digits, and a batch whose kernel has limbs. */
TEST_SLOW(tables_of_another_kernel_are_an_error, 60)
{
	scene *s = open_scene(25, tf_kernel_ifma());
	tf_bn p, q;
	tf_batch *b;

	if (!s->kernel)
		tf_test_skip("this CPU has no kernel ifma");
	tf_test_primes(640, 4, &p);
	tf_test_primes(640, 5, &q);
	key(s, &p, &q);
	tables(s);
	CHECK_OK(tf_batch_init(&b, &s->mem, TF_RANDOMISER_JOBS));
	CHECK_OK(tf_randomiser_start(&s->r[0], &s->peer, &s->rng, b));
	CHECK_ERR(tf_batch_run(b), TF_E_USAGE);
}
