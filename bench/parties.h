/* Three parties in one process that know nothing of each other but their messages, through the
 * public interface of libtrefoil; what each of them computes is timed by itself. Whatever fails
 * ends the program: a figure for something that did not work is worth nothing.
 */
#ifndef TF_BENCH_PARTIES_H
#define TF_BENCH_PARTIES_H

#include <stdint.h>

#include <trefoil/trefoil.h>

#define PARTIES 3u
#define RECORD 0x4100u
#define ALGORITHMS 5u

typedef struct record {
	uint8_t b[RECORD];
	size_t len;
} record;

typedef struct party {
	char name[16];
	uint8_t seed[32];
	record key, moduli, peer[PARTIES];
	tf_clique clique;
	tf_memo *memo[ALGORITHMS + 1]; /* by algorithm */
	tf_machine *machine;
	tf_memory memory;
	double ms; /* spent since parties_meet */
	tf_tables *tables[PARTIES]; /* for presigning: [party], ours among them; or NULL */
	tf_memory tables_memory[PARTIES];
} party;

typedef struct parties {
	tf_level level;
	tf_algorithm alg;
	party p[PARTIES];
	tf_participant who[PARTIES];
	uint64_t sent; /* bytes, to all receivers, since parties_meet */
} parties;

/* Ends the program unless err is TF_OK. */
void must(tf_err err, const char *what);

extern const tf_random parties_random;

/* From now on randomness is a stream that follows from the seed. */
void parties_seed(unsigned seed);

/* Scratch for one call. */
tf_memory parties_scratch(void);

void parties_init(parties *w, tf_level level, tf_kernel_choice kernel);
void parties_free(parties *w);

/* Moduli of party i from four safe primes; returns milliseconds. */
double parties_moduli(parties *w, unsigned i, const uint8_t *primes);

/* The same from a file with twelve primes in hexadecimal, one a line, for all parties. */
void parties_moduli_read(parties *w, const char *path);

/* Identities, keys, moduli and introductions of all, from a file that parties_save has written;
 * false if there is none. */
bool parties_load(parties *w, const char *path);
void parties_save(const parties *w, const char *path);

/* A new session of all for keys of this algorithm, in which nothing was spent or sent yet. */
void parties_meet(parties *w, tf_algorithm alg);

/* Memory for the next machine of party i. */
tf_memory parties_lend(parties *w, unsigned i, size_t room);

/* Deliver all messages of machines that have begun; all must get DONE. */
void parties_run(parties *w, const char *what);

/* Make tables of all moduli at all parties, for presignings from now on; ms[i]: what that took
 * party i. Returns the bytes that each party holds. */
size_t parties_tables(parties *w, double ms[static PARTIES]);

/* One protocol by all parties, from meeting to DONE. The presigning's and the preparation's
 * results are left in the machines. */
void parties_keygen(parties *w, tf_algorithm alg);
void parties_introduce(parties *w);
void parties_presign(parties *w, uint32_t batch);
void parties_sign(parties *w, tf_presignature *presig[static PARTIES]);
void parties_refresh(parties *w, uint32_t epoch);
void parties_prepare(parties *w, uint32_t batch);
void parties_frost(parties *w, tf_frost_nonces *nonces[static PARTIES]);

#endif
