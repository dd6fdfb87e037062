#include "cosigner/primes.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cosigner/node.h"
#include "daemon/log.h"
#include "num/prime.h"
#include "seal/guard.h"
#include "wire/heartbeat.h"

#define SCRATCH (4u << 20)

struct tf_primes {
	tf_node *node;
	tf_primes_plan plan;
	tf_bn prime[4];
	unsigned found;
	uint64_t since;    /* the earliest time when one of them was searched */
	uint64_t began;    /* the search */
	bool searching;    /* a worker does */
	bool spare;        /* what it searches nobody waits for */
	tf_renewal due;
	int64_t busy;      /* when something ran last, on the loop's clock */
	atomic_bool stop;  /* the search */
	atomic_uint_fast64_t candidates;
	tf_arena mem;
	void *mem_p;
	tf_bn next;
	tf_err err;
};

static void wipe(tf_primes *p)
{
	tf_wipe(p->prime, sizeof(p->prime));
	tf_bn_wipe(&p->next);
	p->found = 0;
	p->since = 0;
}

/* ---- moduli of four primes ---- */

static void log_generation(const tf_moduli *m)
{
	tf_log_line l;

	tf_log_begin(&l, TF_LOG_INFO, m->generation == 1 ? "moduli_ready" : "moduli_renewed");
	tf_log_u64(&l, "generation", m->generation);
	tf_log_end(&l);
}

/* The row stands before what it speaks of: no generation is without one. */
static void make_moduli(tf_primes *p)
{
	tf_node *n = p->node;
	const tf_moduli *m = tf_keeper_moduli(n->keeper);
	tf_err e = tf_node_audit(n, "moduli", json_pack("{s:I}", "generation",
	                                                (json_int_t)(m ? m->generation + 1 : 1)));

	if (e == TF_OK)
		e = tf_keeper_moduli_make(n->keeper, p->prime, p->since, (uint64_t)tf_node_now_s(),
		                          &n->rng);
	wipe(p);
	if (e != TF_OK) {
		tf_node_fatal(n, "making the moduli", e);
		return;
	}
	p->due = TF_RENEWAL_NONE;
	log_generation(tf_keeper_moduli(n->keeper));
	tf_link_beat(n->link);
}

/* ---- the search ---- */

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

static void take(tf_primes *p)
{
	tf_err e = tf_keeper_prime_put(p->node->keeper, p->found, &p->next, p->began);

	if (e != TF_OK) {
		tf_node_fatal(p->node, "the store", e);
		return;
	}
	if (p->found == 0 || p->began < p->since)
		p->since = p->began;
	p->prime[p->found++] = p->next;
	atomic_store(&p->candidates, 0);
	tf_link_beat(p->node->link);
}

static void searched(void *ctx, bool ran)
{
	tf_primes *p = ctx;
	tf_err e = p->err;

	p->searching = false;
	if (ran && e == TF_OK && !p->node->draining)
		take(p);
	tf_bn_wipe(&p->next); /* before the next search begins to write there */
	if (!ran || p->node->draining)
		return;
	if (e == TF_OK)
		tf_primes_tick(p);
	else if (e != TF_E_CANCELLED)
		tf_node_fatal(p->node, "the search for primes", e);
}

static void begin(tf_primes *p, bool spare)
{
	tf_err e;

	p->searching = true;
	p->spare = spare;
	p->began = (uint64_t)tf_node_now_s();
	atomic_store(&p->stop, p->node->draining);
	atomic_store(&p->candidates, 0);
	e = tf_loop_long_job(p->node->loop, search, searched, p);
	if (e != TF_OK) {
		p->searching = false;
		tf_node_fatal(p->node, "the search for primes", e);
	}
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

/* All four; false: fatal. */
static bool take_fixed(tf_primes *p)
{
	p->began = (uint64_t)tf_node_now_s();
	while (p->found < 4) {
		tf_err e = read_fixed(p);

		if (e != TF_OK) {
			tf_node_fatal(p->node, "the fixed primes", e);
			return false;
		}
		take(p);
		if (p->node->draining)
			return false;
	}
	return true;
}
#endif

/* The first moduli. */
static void set_up(tf_primes *p)
{
#ifdef TF_TESTING
	if (p->node->test_primes && !take_fixed(p))
		return;
#endif
	if (p->found == 4)
		make_moduli(p);
	else
		begin(p, false);
}

/* ---- renewal ---- */

bool tf_primes_banned(uint64_t since, uint64_t not_before, int64_t now_s)
{
	uint64_t now = now_s > 0 ? (uint64_t)now_s : 0;

	return not_before > 0 && not_before <= now && (since <= not_before || since > now);
}

tf_renewal tf_primes_due(uint64_t since, uint64_t created, uint64_t not_before, int64_t age_max_s,
                         int64_t now_s)
{
	uint64_t now = now_s > 0 ? (uint64_t)now_s : 0;

	if (tf_primes_banned(since, not_before, now_s))
		return TF_RENEWAL_ORDERED;
	if (age_max_s > 0 && created <= now && now - created >= (uint64_t)age_max_s)
		return TF_RENEWAL_AGED;
	return TF_RENEWAL_NONE;
}

/* What the admins say of us. */
static uint64_t not_before(const tf_primes *p)
{
	const tf_workspace *w = tf_member_workspace(p->node->member);
	const tf_roster_entry *r = w ? tf_roster_find(w, p->node->device) : NULL;

	return r ? r->moduli_not_before : 0;
}

/* Who may have seen the moduli may have seen the spare primes. */
static void drop_banned(tf_primes *p)
{
	tf_log_line l;
	tf_err e;

	if (p->found == 0 || !tf_primes_banned(p->since, not_before(p), tf_node_now_s()))
		return;
	tf_log_begin(&l, TF_LOG_INFO, "spare_primes_dropped");
	tf_log_u64(&l, "count", p->found);
	tf_log_end(&l);
	wipe(p);
	e = tf_keeper_primes_drop(p->node->keeper);
	if (e != TF_OK)
		tf_node_fatal(p->node, "the store", e);
}

static void look_at_moduli(tf_primes *p)
{
	const tf_keeper *k = p->node->keeper;
	tf_renewal due = tf_primes_due(tf_keeper_moduli_since(k), tf_keeper_moduli(k)->created,
	                               not_before(p), p->plan.age_max_s, tf_node_now_s());

	if (due != TF_RENEWAL_NONE && due != p->due)
		tf_log(TF_LOG_INFO, "moduli_due", "why",
		       due == TF_RENEWAL_ORDERED ? "ordered" : "age", NULL);
	p->due = due;
}

/* Has nothing run for a while? */
static bool rests(tf_primes *p)
{
	int64_t now = (int64_t)tf_loop_now_ms(p->node->loop);

	if (tf_work_running(p->node) > 0)
		p->busy = now;
	return p->plan.rest_s > 0 && now - p->busy >= 1000 * p->plan.rest_s;
}

void tf_primes_tick(tf_primes *p)
{
	tf_node *n = p->node;

	if (p->searching || n->draining)
		return;
	drop_banned(p);
	if (n->draining)
		return;
	if (!tf_keeper_moduli(n->keeper)) {
		set_up(p);
		return;
	}
	look_at_moduli(p);
	if (p->found < 4 && (p->due || rests(p)))
		begin(p, !p->due);
	else if (tf_primes_renewing(p) && n->moduli_lent == 0 && tf_shelf_forget_own(n->shelf))
		make_moduli(p);
}

void tf_primes_yield(tf_primes *p)
{
	p->busy = (int64_t)tf_loop_now_ms(p->node->loop);
	if (p->searching && p->spare)
		atomic_store(&p->stop, true);
}

bool tf_primes_renewing(const tf_primes *p)
{
	return p->due && p->found == 4;
}

uint8_t tf_primes_state(const tf_primes *p)
{
	if (!tf_keeper_moduli(p->node->keeper))
		return p->searching ? TF_MODULI_SEARCHING : TF_MODULI_WAITING;
	return tf_primes_renewing(p) ? TF_MODULI_RENEWING : TF_MODULI_READY;
}

/* ---- life ---- */

tf_err tf_primes_new(tf_primes **out, tf_node *n, const tf_primes_plan *plan)
{
	tf_primes *p = tf_guard_alloc(sizeof(*p));
	tf_err e = TF_OK;

	if (!p)
		return TF_E_RESOURCE;
	p->node = n;
	p->plan = *plan;
	p->busy = (int64_t)tf_loop_now_ms(n->loop);
	p->mem_p = tf_guard_alloc(SCRATCH);
	if (!p->mem_p)
		e = TF_E_RESOURCE;
	else
		tf_arena_init(&p->mem, p->mem_p, SCRATCH);
	if (e == TF_OK)
		e = tf_keeper_primes(n->keeper, p->prime, &p->since, &p->found);
	if (e != TF_OK) {
		tf_primes_free(p);
		return e;
	}
	*out = p;
	if (!tf_keeper_moduli(n->keeper))
		tf_primes_tick(p);
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
	return p->found;
}

uint64_t tf_primes_candidates(const tf_primes *p)
{
	return atomic_load(&p->candidates);
}
