/* A party that runs out of memory or randomness in the middle: it fails, says which, and names
 * nobody; nobody else convicts anybody. */
#include <stdlib.h>
#include <string.h>

#include "proto/machines_test.h"

static cast *c;

/* Party 1's source ends after so many requests. */
static struct {
	tf_rng rng;
	unsigned left, asked;
} luck;

static tf_err run_dry(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	luck.asked++;
	if (luck.left == 0)
		return TF_E_ENTROPY;
	luck.left--;
	return luck.rng.fill(luck.rng.ctx, out, len);
}

/* Everybody starts and goes as far as it gets. What party 1 said first. */
static tf_err play(const machine *m)
{
	tf_err first = TF_OK;

	for (unsigned i = 0; i < c->n; i++) {
		machine_call k = { .i = i };

		m->start(&k);
		if (i == 0)
			first = k.err;
		else
			CHECK_OK(k.err);
		c->silent[i] = k.err != TF_OK;
	}
	cast_run(c);
	return first == TF_OK ? c->err[0] : first;
}

static void nobody_is_named(const machine *m)
{
	for (unsigned i = 0; i < c->n; i++) {
		CHECK(tf_err_get_kind(c->err[i]) != TF_KIND_PROOF);
		CHECK(c->err[i] == TF_OK || c->fault[i].party == TF_PARTY_NONE);
		CHECK(i == 0 || c->err[i] == TF_OK);
		m->wipe(i);
		for (size_t k = 0; k < c->mem[i].peak; k++)
			CHECK(c->mem[i].base[k] == 0);
	}
}

/* Returns how often party 1 asks when all goes well. */
static unsigned without_luck_after(const machine *m, unsigned requests)
{
	tf_err err;

	c = m->set();
	luck.rng = c->rng[0];
	luck.left = requests;
	luck.asked = 0;
	c->rng[0] = (tf_rng){ run_dry, NULL };
	err = play(m);
	if (requests < luck.asked)
		CHECK_ERR(err, TF_E_ENTROPY);
	else
		CHECK_OK(err);
	CHECK(c->done[0] == (requests >= luck.asked));
	nobody_is_named(m);
	cast_free(c);
	return luck.asked;
}

static void starve_of_randomness(const machine *m, unsigned tries)
{
	unsigned most = without_luck_after(m, 1u << 20);

	CHECK(most > 0);
	for (unsigned i = 0; i < tries && i < most; i++)
		(void)without_luck_after(m, most <= tries ? i : (unsigned)((uint64_t)i * most / tries));
	(void)without_luck_after(m, most - 1);
}

/* Party 1's arena has so many bytes. Returns how many it has taken. */
static size_t with_memory(const machine *m, size_t bytes)
{
	size_t all, peak;
	tf_err err;

	c = m->set();
	all = c->mem[0].cap;
	if (bytes < all)
		c->mem[0].cap = bytes;
	err = play(m);
	peak = c->mem[0].peak;
	if (err != TF_OK)
		CHECK_ERR(err, TF_E_CAPACITY);
	CHECK(bytes < all || err == TF_OK);
	CHECK(c->done[0] == (err == TF_OK));
	nobody_is_named(m);
	cast_free(c);
	return peak;
}

/* Batches take less when there is less, so that a run may succeed below its peak. */
static void starve_of_memory(const machine *m, unsigned tries)
{
	size_t peak = with_memory(m, SIZE_MAX);

	CHECK(peak > 0);
	for (unsigned i = 0; i < tries; i++)
		(void)with_memory(m, peak * i / tries);
}

TEST(starved_keygen)
{
	starve_of_randomness(&machine_keygen, 20);
	starve_of_memory(&machine_keygen, 60);
}

TEST_SLOW(starved_auxinfo, 300)
{
	starve_of_randomness(&machine_auxinfo, 6);
	starve_of_memory(&machine_auxinfo, 16);
}

TEST_SLOW(starved_presign, 300)
{
	starve_of_randomness(&machine_presign, 6);
	starve_of_memory(&machine_presign, 20);
}

TEST_SLOW(starved_signing, 300)
{
	starve_of_memory(&machine_signing, 10);
}

TEST(starved_reshare)
{
	starve_of_randomness(&machine_reshare, 20);
	starve_of_memory(&machine_reshare, 60);
}

TEST(starved_refresh)
{
	starve_of_randomness(&machine_refresh, 20);
	starve_of_memory(&machine_refresh, 60);
}
