#include <string.h>

#include "lib/impl.h"
#include "num/prime.h"

/* ---- primes and moduli ---- */

size_t tf_prime_bytes(tf_level level)
{
	const tf_profile *pr = tf_level_profile(level);

	return pr ? pr->prime_bits / 8 : 0;
}

tf_err tf_prime_find(uint8_t *out, size_t cap, tf_level level, const tf_random *random,
                     tf_kernel_choice kernel, tf_prime_watch watch, void *ctx, tf_memory scratch)
{
	size_t len = tf_prime_bytes(level);
	TF_AUTO(tf_bn) p;
	const tf_kernel *k;
	tf_arena mem;
	tf_rng rng;
	tf_err err;

	if (!out || !len || !random || !random->fill)
		return TF_E_USAGE;
	if (cap < len)
		return TF_E_CAPACITY;
	TRY(tf_kernel_choose(&k, kernel));
	TRY(tf_scratch_open(&mem, NULL, TF_ALG_ECDSA_SECP256K1, scratch));
	rng = (tf_rng){ random->fill, random->ctx };
	memset(&p, 0, sizeof(p));
	err = tf_prime_search_safe_on(&p, (uint32_t)len * 8, &rng, watch, ctx, &mem, k);
	if (err == TF_OK)
		tf_bn_to_bytes(out, len, &p);
	tf_arena_wipe(&mem);
	return err;
}

size_t tf_moduli_bytes(tf_level level)
{
	const tf_profile *pr = tf_level_profile(level);

	return pr ? tf_moduli_length(pr) : 0;
}

static tf_err make(tf_moduli *m, const tf_profile *pr, const uint8_t *primes, const tf_rng *rng,
                   tf_arena *mem)
{
	size_t len = pr->prime_bits / 8;
	tf_bn *p = tf_arena_alloc(mem, 4 * sizeof(*p));

	if (!p)
		return TF_E_CAPACITY;
	for (unsigned k = 0; k < 4; k++) {
		TRY(tf_bn_from_bytes(&p[k], primes + k * len, len));
		tf_ct_classify(p[k].d, sizeof(p[k].d));
	}
	TRY(tf_moduli_make(m, pr, &p[0], &p[1], &p[2], &p[3], rng, mem));
	return tf_moduli_self_test(m, rng, mem);
}

tf_err tf_moduli_create(uint8_t *out, size_t cap, size_t *len, tf_level level,
                        const uint8_t *primes, uint64_t created, const tf_random *random,
                        tf_memory scratch)
{
	const tf_profile *pr = tf_level_profile(level);
	tf_moduli *m;
	tf_arena mem;
	tf_rng rng;
	tf_err err;

	if (!out || !len || !pr || !primes || !random || !random->fill)
		return TF_E_USAGE;
	TRY(tf_scratch_open(&mem, NULL, TF_ALG_ECDSA_SECP256K1, scratch));
	rng = (tf_rng){ random->fill, random->ctx };
	m = tf_arena_alloc(&mem, sizeof(*m));
	err = m ? make(m, pr, primes, &rng, &mem) : TF_E_CAPACITY;
	if (err == TF_OK) {
		m->created = created;
		err = tf_moduli_encode(out, cap, len, m, pr, &mem);
	}
	tf_arena_wipe(&mem);
	return err;
}

/* ---- introductions ---- */

static tf_run_sizes sizes(tf_level level, uint16_t n)
{
	const tf_profile *pr = tf_level_profile(level);

	return pr && tf_clique_fits(n) ? tf_auxinfo_sizes(pr, n) : (tf_run_sizes){ 0 };
}

size_t tf_auxinfo_room(tf_level level, tf_algorithm algorithm, uint16_t n)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sizes(level, n), sizeof(tf_moduli) + TF_MODULI_READING);
}

tf_err tf_moduli_read(tf_moduli **out, tf_machine *m, tf_bytes record)
{
	tf_moduli *own = tf_arena_alloc(&m->all, sizeof(*own));
	size_t mark = tf_arena_mark(&m->all);
	tf_err err;

	if (!own)
		return TF_E_CAPACITY;
	err = tf_moduli_decode(own, m->env.pr, record.p, record.len, &m->all);
	tf_arena_release(&m->all, mark);
	*out = own;
	return err;
}

static tf_err start(tf_machine *m, const tf_auxinfo_params *p)
{
	tf_auxinfo_args args = { .env = &m->env, .now = p->now };
	tf_moduli *own;

	TRY(tf_moduli_read(&own, m, p->moduli));
	args.own = own;
	return tf_auxinfo_start(&m->as.auxinfo, &args, &m->mem, &m->out);
}

tf_err tf_auxinfo_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                        const tf_auxinfo_params *p)
{
	tf_machine *m;

	if (!out || !c || !p)
		return TF_E_USAGE;
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_AUXINFO, sizes(c->level, c->n),
	                   sizeof(tf_moduli) + TF_MODULI_READING));
	return tf_machine_begun(out, m, &m->as.auxinfo.r, start(m, p));
}
