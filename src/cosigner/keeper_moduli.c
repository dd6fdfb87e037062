#include "cosigner/keeper_impl.h"

#include <stdlib.h>

#include "seal/guard.h"

#define TIME_BYTES 8u

static const char *const rows[4] = { "p", "q", "p_hat", "q_hat" };
static const tf_place since_moduli = { "prime", "own", "since" };

static tf_place prime_place(unsigned index)
{
	return (tf_place){ "prime", rows[index], "value" };
}

static tf_place since_place(unsigned index)
{
	return (tf_place){ "prime", rows[index], "since" };
}

/* ---- times ---- */

static void put_time(uint8_t out[static TIME_BYTES], uint64_t t)
{
	for (unsigned i = 0; i < TIME_BYTES; i++)
		out[i] = (uint8_t)(t >> (8 * (TIME_BYTES - 1 - i)));
}

/* 0: there is none. */
static tf_err get_time(uint64_t *t, tf_keeper *k, const tf_place *place)
{
	uint8_t bytes[TIME_BYTES];
	size_t len;
	tf_err e = tf_store_get(k->store, place, bytes, sizeof(bytes), &len);

	*t = 0;
	if (e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	if (len != sizeof(bytes))
		return TF_E_ENCODING;
	for (unsigned i = 0; i < TIME_BYTES; i++)
		*t = *t << 8 | bytes[i];
	return TF_OK;
}

tf_err tf_keeper_read_since(tf_keeper *k)
{
	return get_time(&k->since, k, &since_moduli);
}

uint64_t tf_keeper_moduli_since(const tf_keeper *k)
{
	if (!k->moduli)
		return 0;
	return k->since ? k->since : k->moduli->created;
}

/* ---- primes ---- */

tf_err tf_keeper_prime_put(tf_keeper *k, unsigned index, const tf_bn *prime, uint64_t since)
{
	size_t len = (k->pr->prime_bits + 7) / 8;
	uint8_t time[TIME_BYTES];
	tf_record records[2];
	tf_err e;

	if (index >= 4 || len > RECORD_MAX)
		return TF_E_USAGE;
	tf_bn_to_bytes(k->buf, len, prime);
	put_time(time, since);
	records[0] = (tf_record){ prime_place(index), k->buf, len };
	records[1] = (tf_record){ since_place(index), time, sizeof(time) };
	e = tf_store_put_all(k->store, records, TF_ARRAY_LEN(records));
	tf_wipe(k->buf, len);
	return e;
}

tf_err tf_keeper_primes(tf_keeper *k, tf_bn primes[static 4], uint64_t *since, unsigned *n)
{
	size_t len;
	tf_err e;

	*since = 0;
	for (*n = 0; *n < 4; ++*n) {
		tf_place place = prime_place(*n), time = since_place(*n);
		uint64_t t;

		e = tf_store_get(k->store, &place, k->buf, RECORD_MAX, &len);
		if (e == TF_E_NOT_FOUND)
			return TF_OK;
		TRY(e);
		e = tf_bn_from_bytes(&primes[*n], k->buf, len);
		tf_wipe(k->buf, len);
		TRY(e);
		TRY(get_time(&t, k, &time));
		if (*n == 0 || t < *since)
			*since = t;
	}
	return TF_OK;
}

tf_err tf_keeper_primes_drop(tf_keeper *k)
{
	tf_record records[8];

	for (unsigned i = 0; i < 4; i++) {
		records[2 * i] = (tf_record){ .place = prime_place(i) };
		records[2 * i + 1] = (tf_record){ .place = since_place(i) };
	}
	return tf_store_put_all(k->store, records, TF_ARRAY_LEN(records));
}

/* ---- moduli ---- */

/* The moduli instead of the primes and of all introductions. */
static tf_err store_moduli(tf_keeper *k, const tf_moduli *m, uint64_t since)
{
	uint8_t time[TIME_BYTES];
	const tf_place place = { tf_keeper_table(TF_REC_OWN_MODULI), "own", "record" };
	size_t len;
	tf_err e;

	TRY(tf_moduli_encode(k->buf, RECORD_MAX, &len, m, k->pr, &k->scratch));
	put_time(time, since);
	e = tf_store_begin(k->store);
	if (e == TF_OK) {
		e = tf_store_put(k->store, &place, k->buf, len);
		if (e == TF_OK)
			e = tf_store_put(k->store, &since_moduli, time, sizeof(time));
		if (e == TF_OK)
			e = tf_keeper_primes_drop(k);
		if (e == TF_OK)
			e = tf_keeper_delete_peers(k);
		if (e == TF_OK)
			e = tf_store_commit(k->store);
		else
			tf_store_abort(k->store);
	}
	tf_wipe(k->buf, len);
	return e;
}

static void replace(tf_keeper *k, tf_moduli *m, uint64_t since)
{
	k->since = since;
	tf_guard_release(k->moduli);
	k->moduli = m;
	while (k->n_peers > 0)
		free(k->peers[--k->n_peers]);
}

tf_err tf_keeper_moduli_make(tf_keeper *k, const tf_bn primes[static 4], uint64_t since,
                             uint64_t now_s, const tf_rng *rng)
{
	tf_moduli *m = tf_guard_alloc(sizeof(*m));
	tf_err e;

	if (!m)
		return TF_E_RESOURCE;
	e = tf_moduli_make(m, k->pr, &primes[0], &primes[1], &primes[2], &primes[3], rng,
	                   &k->scratch);
	if (e == TF_OK)
		e = tf_moduli_self_test(m, rng, &k->scratch);
	if (e == TF_OK) {
		m->generation = k->moduli ? k->moduli->generation + 1 : 1;
		m->created = now_s;
		e = store_moduli(k, m, since);
	}
	if (e == TF_OK)
		replace(k, m, since);
	else
		tf_guard_release(m);
	return e;
}
