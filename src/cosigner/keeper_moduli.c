#include "cosigner/keeper_impl.h"

#include <stdlib.h>

#include "seal/guard.h"

static tf_place prime_place(unsigned index)
{
	static const char *const rows[4] = { "p", "q", "p_hat", "q_hat" };

	return (tf_place){ "prime", rows[index], "value" };
}

tf_err tf_keeper_prime_put(tf_keeper *k, unsigned index, const tf_bn *prime)
{
	size_t len = (k->pr->prime_bits + 7) / 8;
	tf_place place;
	tf_err e;

	if (index >= 4 || len > RECORD_MAX)
		return TF_E_USAGE;
	place = prime_place(index);
	tf_bn_to_bytes(k->buf, len, prime);
	e = tf_store_put(k->store, &place, k->buf, len);
	tf_wipe(k->buf, len);
	return e;
}

tf_err tf_keeper_primes(tf_keeper *k, tf_bn primes[static 4], unsigned *n)
{
	size_t len;
	tf_err e;

	for (*n = 0; *n < 4; ++*n) {
		tf_place place = prime_place(*n);

		e = tf_store_get(k->store, &place, k->buf, RECORD_MAX, &len);
		if (e == TF_E_NOT_FOUND)
			return TF_OK;
		TRY(e);
		e = tf_bn_from_bytes(&primes[*n], k->buf, len);
		tf_wipe(k->buf, len);
		TRY(e);
	}
	return TF_OK;
}

tf_err tf_keeper_primes_drop(tf_keeper *k)
{
	tf_record records[4];

	for (unsigned i = 0; i < 4; i++)
		records[i] = (tf_record){ .place = prime_place(i) };
	return tf_store_put_all(k->store, records, TF_ARRAY_LEN(records));
}

/* The moduli instead of the primes and of all introductions. */
static tf_err store_moduli(tf_keeper *k, const tf_moduli *m)
{
	const tf_place place = { tf_keeper_table(TF_REC_OWN_MODULI), "own", "record" };
	size_t len;
	tf_err e;

	TRY(tf_moduli_encode(k->buf, RECORD_MAX, &len, m, k->pr, &k->scratch));
	e = tf_store_begin(k->store);
	if (e == TF_OK) {
		e = tf_store_put(k->store, &place, k->buf, len);
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

static void replace(tf_keeper *k, tf_moduli *m)
{
	tf_guard_release(k->moduli);
	k->moduli = m;
	while (k->n_peers > 0)
		free(k->peers[--k->n_peers]);
}

tf_err tf_keeper_moduli_make(tf_keeper *k, const tf_bn primes[static 4], uint64_t now_s,
                             const tf_rng *rng)
{
	tf_moduli *m = tf_guard_alloc(sizeof(*m));
	tf_err e;

	if (!m)
		return TF_E_RESOURCE;
	e = tf_moduli_make(m, k->pr, &primes[0], &primes[1], &primes[2], &primes[3], rng,
	                   &k->scratch);
	if (e == TF_OK) {
		m->generation = k->moduli ? k->moduli->generation + 1 : 1;
		m->created = now_s;
		e = store_moduli(k, m);
	}
	if (e == TF_OK)
		replace(k, m);
	else
		tf_guard_release(m);
	return e;
}
