/* The device's moduli: four safe primes, searched once, in a worker, one after the other. Each is
 * kept as soon as it is found, so that a restart does not search it again. */
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/log.h"
#include "num/prime.h"
#include "seal/guard.h"

#define SCRATCH (4u << 20)

struct tf_primes {
	tf_node *node;
	tf_bn prime[4];
	unsigned found;
	bool searching;
	atomic_bool stop;
	atomic_uint_fast64_t candidates;
	tf_arena mem;
	void *mem_p;
	tf_bn next;
	tf_err err;
};

static bool on_progress(void *ctx, uint64_t candidates)
{
	tf_primes *p = ctx;

	atomic_store(&p->candidates, candidates);
	return !atomic_load(&p->stop);
}

static void search(void *ctx)
{
	tf_primes *p = ctx;

	tf_arena_wipe(&p->mem);
	p->err = tf_prime_search_safe_on(&p->next, p->node->pr->prime_bits, &p->node->rng,
	                                 on_progress, p, &p->mem, p->node->self.kernel);
	tf_arena_wipe(&p->mem);
}

static void begin(tf_primes *p);

static void wipe(tf_primes *p)
{
	tf_wipe(p->prime, sizeof(p->prime));
	tf_bn_wipe(&p->next);
}

static void make_moduli(tf_primes *p)
{
	tf_node *n = p->node;
	tf_err e = tf_keeper_moduli_make(n->keeper, p->prime, (uint64_t)tf_node_now_s(), &n->rng);

	wipe(p);
	if (e != TF_OK) {
		tf_node_fatal(n, "making the moduli", e);
		return;
	}
	tf_log(TF_LOG_INFO, "moduli_ready", NULL);
	tf_link_beat(n->link);
}

static void take(tf_primes *p)
{
	tf_err e = tf_keeper_prime_put(p->node->keeper, p->found, &p->next);

	if (e != TF_OK) {
		tf_node_fatal(p->node, "the store", e);
		return;
	}
	p->prime[p->found++] = p->next;
	atomic_store(&p->candidates, 0);
	tf_link_beat(p->node->link);
}

static void searched(void *ctx, bool ran)
{
	tf_primes *p = ctx;

	p->searching = false;
	if (!ran || p->err == TF_E_CANCELLED || atomic_load(&p->stop))
		return;
	if (p->err != TF_OK) {
		tf_node_fatal(p->node, "the search for primes", p->err);
		return;
	}
	take(p);
	begin(p);
}

#ifdef TF_TESTING
/* Tests bring fixed primes: line number at + found of the file, in hex. */
static tf_err read_fixed(tf_primes *p)
{
	FILE *f = fopen(p->node->test_primes, "r");
	uint8_t bytes[TF_BN_BYTES];
	char line[4096];
	int64_t at = -1;
	size_t len;
	tf_err e = TF_E_NOT_FOUND;

	if (!f)
		return TF_E_IO;
	while (e == TF_E_NOT_FOUND && fgets(line, sizeof(line), f)) {
		len = strcspn(line, " \r\n");
		if (len == 0 || line[0] == '#' ||
		    ++at != p->node->test_primes_at + (int64_t)p->found)
			continue;
		e = sodium_hex2bin(bytes, sizeof(bytes), line, len, NULL, &len, NULL) == 0 ?
		            tf_bn_from_bytes(&p->next, bytes, len) :
		            TF_E_ENCODING;
	}
	fclose(f);
	return e;
}
#endif

static void begin(tf_primes *p)
{
	tf_err e;

	if (p->found == 4) {
		make_moduli(p);
		return;
	}
#ifdef TF_TESTING
	while (p->node->test_primes && p->found < 4) {
		e = read_fixed(p);
		if (e != TF_OK) {
			tf_node_fatal(p->node, "the fixed primes", e);
			return;
		}
		take(p);
	}
	if (p->found == 4) {
		make_moduli(p);
		return;
	}
#endif
	p->searching = true;
	e = tf_loop_job(p->node->loop, search, searched, p);
	if (e != TF_OK) {
		p->searching = false;
		tf_node_fatal(p->node, "the search for primes", e);
	}
}

tf_err tf_primes_new(tf_primes **out, tf_node *n)
{
	tf_primes *p = tf_guard_alloc(sizeof(*p));
	tf_err e = TF_OK;

	if (!p)
		return TF_E_RESOURCE;
	p->node = n;
	p->mem_p = tf_guard_alloc(SCRATCH);
	if (!p->mem_p)
		e = TF_E_RESOURCE;
	else
		tf_arena_init(&p->mem, p->mem_p, SCRATCH);
	if (e == TF_OK && !tf_keeper_moduli(n->keeper))
		e = tf_keeper_primes(n->keeper, p->prime, &p->found);
	if (e != TF_OK) {
		tf_primes_free(p);
		return e;
	}
	*out = p;
	if (!tf_keeper_moduli(n->keeper))
		begin(p);
	return TF_OK;
}

void tf_primes_stop(tf_primes *p)
{
	atomic_store(&p->stop, true);
}

void tf_primes_free(tf_primes *p)
{
	if (!p)
		return;
	wipe(p);
	tf_guard_release(p->mem_p);
	tf_guard_release(p);
}

unsigned tf_primes_found(const tf_primes *p)
{
	return tf_keeper_moduli(p->node->keeper) ? 4 : p->found;
}

uint64_t tf_primes_candidates(const tf_primes *p)
{
	return atomic_load(&p->candidates);
}

bool tf_primes_searching(const tf_primes *p)
{
	return p->searching;
}
