/* The protocols, three parties in one process, through the public interface of libtrefoil.
 *
 *     setup          per run four safe primes, moduli and introductions for each party
 *     safe_prime     those of setup, one by one
 *     keygen         3 of 3, secp256k1
 *     presign_tables what runs are lent afterwards, once for each party's moduli, by all parties
 *     presign_batch  --batch presignatures in one run
 *     sign_cold      one presignature and one signature with it, under a derived key
 *     sign_warm      the signature alone
 *     refresh        the key's next epoch
 *     frost_sign     ed25519 under a derived key; the nonces, --batch in one run, count as offline
 *     verify         one ECDSA signature
 *
 * Presignings use tables, and say so; making them is no part of their figures, but an own line, and
 * cpu_ms_tables beside each figure that had them. --tables off: without.
 *
 * --primes: twelve of the profile in hexadecimal, for the moduli of all but setup. --runs: default
 * 20; of setup 9, which is 108 primes; of single signatures 100.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "parties.h"
#include "report.h"

static parties w;
static tf_kernel_choice kernel;

/* What tables took for the parties, and how large they are at each; empty without. */
static char with_tables[128];

static report begin(const char *name, const options *o, unsigned batch)
{
	return (report){ .name = name, .profile = options_profile(o),
	                 .kernel = tf_kernel_in_use(kernel), .parties = PARTIES, .batch = batch };
}

/* What the parties have spent since they met, for each of `per` operations, and extra[i] beside. */
static void note(report *r, double per, const double *extra)
{
	double total = 0;

	for (unsigned i = 0; i < PARTIES; i++) {
		double ms = w.p[i].ms / per + (extra ? extra[i] : 0);

		samples_add(&r->party, ms);
		total += ms;
	}
	samples_add(&r->total, total);
	r->bytes_sent = (uint64_t)((double)w.sent / per);
}

/* ---- set-up ---- */

static double find_primes(uint8_t *primes, report *each)
{
	size_t len = tf_prime_bytes(w.level);
	double spent = 0;

	for (unsigned k = 0; k < 4; k++) {
		double start = report_clock(), ms;

		must(tf_prime_find(primes + k * len, len, w.level, &parties_random, kernel,
		                   NULL, NULL, parties_scratch()), "primes");
		ms = report_clock() - start;
		samples_add(&each->total, ms);
		spent += ms;
	}
	return spent;
}

static void bench_setup(const options *o)
{
	report r = begin("setup", o, 1), each = begin("safe_prime", o, 1);
	uint8_t primes[4 * 192];

	each.parties = 1;
	for (unsigned k = 0; k < options_runs(o, 9); k++) {
		double offline[PARTIES];

		for (unsigned i = 0; i < PARTIES; i++) {
			offline[i] = find_primes(primes, &each);
			offline[i] += parties_moduli(&w, i, primes);
			samples_add(&r.offline, offline[i]);
		}
		parties_introduce(&w);
		note(&r, 1, offline);
	}
	report_print(&r);
	report_print(&each);
}

/* ---- ECDSA ---- */

static void bench_keygen(const options *o)
{
	report r = begin("keygen", o, 1);

	for (unsigned k = 0; k < options_runs(o, 20); k++) {
		parties_keygen(&w, TF_ALG_ECDSA_SECP256K1);
		note(&r, 1, NULL);
	}
	report_print(&r);
}

static void make_tables(const options *o, unsigned runs)
{
	report r = begin("presign_tables", o, 1);
	double ms[PARTIES];

	for (unsigned k = 0; k < runs; k++) {
		size_t bytes = parties_tables(&w, ms);
		double total = 0;

		for (unsigned i = 0; i < PARTIES; i++) {
			samples_add(&r.party, ms[i]);
			total += ms[i];
		}
		samples_add(&r.total, total);
		snprintf(with_tables, sizeof(with_tables), "\"cpu_ms_tables\": %.1f, "
		         "\"bytes_tables\": %zu, ", total, bytes);
	}
	r.more = with_tables;
	if (options_want(o, "presign_tables"))
		report_print(&r);
}

/* Once, for all that presign. */
static void want_tables(const options *o)
{
	if (!o->no_tables && !with_tables[0])
		make_tables(o, 1);
}

static void bench_tables(const options *o)
{
	if (!o->no_tables)
		make_tables(o, options_runs(o, 3));
}

static void bench_presign(const options *o)
{
	report r = begin("presign_batch", o, o->batch);

	want_tables(o);
	r.more = with_tables;
	for (unsigned k = 0; k < options_runs(o, 20); k++) {
		parties_presign(&w, o->batch);
		note(&r, o->batch, NULL);
	}
	report_print(&r);
}

/* Presignature b of all parties' machines. */
static void take(tf_presignature *out, uint32_t b)
{
	for (unsigned i = 0; i < PARTIES; i++)
		must(tf_presign_move(&out[i], w.p[i].machine, b), "presignature");
}

static void sign(tf_presignature *of)
{
	tf_presignature *each[PARTIES] = { &of[0], &of[1], &of[2] };

	parties_sign(&w, each);
}

static void bench_cold(const options *o)
{
	report r = begin("sign_cold", o, 1);
	tf_presignature presig[PARTIES];

	want_tables(o);
	r.more = with_tables;
	for (unsigned k = 0; k < options_runs(o, 20); k++) {
		double before[PARTIES];
		uint64_t sent;

		parties_presign(&w, 1);
		sent = w.sent;
		for (unsigned i = 0; i < PARTIES; i++)
			before[i] = w.p[i].ms;
		take(presig, 0);
		sign(presig);
		note(&r, 1, before);
		r.bytes_sent += sent;
	}
	report_print(&r);
}

static void bench_warm(const options *o)
{
	static tf_presignature presig[TF_PRESIGN_MOST][PARTIES];
	report r = begin("sign_warm", o, 1);
	unsigned left = options_runs(o, 100);

	while (left) {
		unsigned now = left < 16 ? left : 16;

		parties_presign(&w, now);
		for (unsigned b = 0; b < now; b++)
			take(presig[b], b);
		for (unsigned b = 0; b < now; b++) {
			sign(presig[b]);
			note(&r, 1, NULL);
		}
		left -= now;
	}
	report_print(&r);
}

static void bench_refresh(const options *o)
{
	report r = begin("refresh", o, 1);
	uint32_t epoch = 1;

	parties_keygen(&w, TF_ALG_ECDSA_SECP256K1);
	for (unsigned k = 0; k < options_runs(o, 20); k++) {
		parties_refresh(&w, ++epoch);
		note(&r, 1, NULL);
	}
	report_print(&r);
}

static void bench_verify(const options *o)
{
	report r = begin("verify", o, 1);
	tf_presignature presig[PARTIES];
	uint8_t key[TF_PUBLIC_KEY_BYTES];
	tf_signature sig;
	bool valid;

	r.parties = 1;
	parties_presign(&w, 1);
	take(presig, 0);
	sign(presig);
	must(tf_signing_signature(&sig, key, w.p[0].machine), "signature");
	for (unsigned k = 0; k < options_runs(o, 20); k++) {
		double start = report_clock();

		for (unsigned i = 0; i < 100; i++)
			must(tf_signature_verify(&valid, w.alg, &sig, key, key, parties_scratch()),
			     "verify");
		samples_add(&r.total, (report_clock() - start) / 100);
	}
	report_print(&r);
}

/* ---- FROST ---- */

static void frost_runs(report *r, unsigned now, unsigned batch)
{
	static tf_frost_nonces nonces[TF_FROST_MOST][PARTIES];
	double offline[PARTIES];
	uint64_t sent;

	parties_prepare(&w, batch);
	sent = w.sent / batch;
	for (unsigned i = 0; i < PARTIES; i++) {
		offline[i] = w.p[i].ms / batch;
		samples_add(&r->offline, offline[i]);
		for (unsigned b = 0; b < now; b++)
			must(tf_frost_prepare_move(&nonces[b][i], w.p[i].machine, b), "nonces");
	}
	for (unsigned b = 0; b < now; b++) {
		tf_frost_nonces *each[PARTIES] = { &nonces[b][0], &nonces[b][1], &nonces[b][2] };

		parties_frost(&w, each);
		note(r, 1, offline);
		r->bytes_sent += sent;
	}
}

static void bench_frost(const options *o)
{
	unsigned batch = o->batch < TF_FROST_MOST ? o->batch : TF_FROST_MOST;
	report r = begin("frost_sign", o, batch);
	unsigned left = options_runs(o, 100);

	parties_keygen(&w, TF_ALG_SCHNORR_ED25519);
	while (left) {
		unsigned now = left < batch ? left : batch;

		frost_runs(&r, now, batch);
		left -= now;
	}
	report_print(&r);
}

/* ---- which ---- */

typedef struct bench {
	const char *name;
	void (*run)(const options *o);
	bool introduced; /* needs a key and introductions */
} bench;

static const bench all[] = {
	{ "setup", bench_setup, false }, { "keygen", bench_keygen, false },
	{ "refresh", bench_refresh, false }, { "frost_sign", bench_frost, false },
	{ "presign_tables", bench_tables, true }, { "presign_batch", bench_presign, true },
	{ "sign_cold", bench_cold, true },
	{ "sign_warm", bench_warm, true }, { "verify", bench_verify, true },
};

/* Moduli for what needs them, and a key. */
static void introduce(const options *o)
{
	if (o->world && parties_load(&w, o->world)) {
		w.alg = TF_ALG_ECDSA_SECP256K1;
		return;
	}
	parties_moduli_read(&w, o->primes);
	parties_introduce(&w);
	parties_keygen(&w, TF_ALG_ECDSA_SECP256K1);
	if (o->world)
		parties_save(&w, o->world);
}

static tf_kernel_choice kernel_of(const options *o)
{
	static const char *const names[] = { "auto", "portable", "ifma" };

	for (unsigned i = 0; i < 3; i++)
		if (strcmp(o->kernel, names[i]) == 0 && tf_kernel_in_use((tf_kernel_choice)i))
			return (tf_kernel_choice)i;
	fprintf(stderr, "bench_protocol: this machine has no kernel %s\n", o->kernel);
	exit(69);
}

int main(int argc, char **argv)
{
	bool introduced = false;
	options o;

	options_read(&o, argc, argv);
	kernel = kernel_of(&o);
	parties_seed(o.seed);
	parties_init(&w, o.p112 ? TF_LEVEL_P112 : TF_LEVEL_P128, kernel);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!options_want(&o, all[i].name))
			continue;
		if (all[i].introduced && !introduced)
			introduce(&o);
		introduced = introduced || all[i].introduced;
		all[i].run(&o);
	}
	parties_free(&w);
	return 0;
}
