/* The whole life of a key in one process: three parties, all protocols on their round
 * machines, the mail between them, and for each party a disk that survives what its memory does
 * not.
 *
 *     sim_init(s, seed);
 *     for each phase: sim_begin(s, phase); sim_sail(s, &weather); sim_take(s);
 *
 * The seed decides the order of arrival, what comes twice, what is lost, what is damaged, and all
 * randomness of the parties. What a later phase uses comes from the records that an earlier one
 * persisted, but for presignatures, which exist in memory only.
 */
#ifndef TF_SIM_H
#define TF_SIM_H

#include "proto/auxinfo.h"
#include "proto/cast_test.h"
#include "proto/keygen.h"
#include "proto/presign.h"
#include "proto/reshare.h"
#include "proto/signing.h"

#define SIM_N 3u
#define SIM_BATCH 2u
#define SIM_T 2u

typedef enum sim_phase {
	SIM_KEYGEN,
	SIM_INTRODUCE,
	SIM_PRESIGN,
	SIM_SIGN,
	SIM_REFRESH, /* the next epoch of the key */
} sim_phase;
#define SIM_PHASES 5u

/* A signature share that a party was about to compute. */
typedef struct sim_use {
	unsigned party; /* 0-based */
	uint8_t presig[32];
	uint8_t digest[32];
	bool left;      /* the share was sent */
} sim_use;

typedef struct sim sim;
struct sim {
	cast c;
	sim_phase phase;
	unsigned sessions;
	uint32_t batch; /* presignatures a run makes; SIM_BATCH */
	tf_moduli own[SIM_N];
	tf_aux peer[SIM_N][SIM_N];
	tf_key key[SIM_N];
	tf_presig presig[SIM_N][SIM_BATCH];
	unsigned presig_next;
	tf_keygen keygen[SIM_N];
	tf_auxinfo aux[SIM_N];
	tf_presign presign[SIM_N];
	tf_signing signing[SIM_N];
	tf_reshare refresh[SIM_N];
	uint8_t digest[SIM_N][32]; /* what each party is asked to sign */
	tf_path path;
	tf_tape dice_tape;
	tf_rng dice;
	unsigned lost[SIM_N];  /* mails to a party that never came, this phase */
	unsigned delivered, repeated, damaged, dropped;
	sim_use use[32];
	size_t uses;
	/* called before each effect of a step, and after the last (k = count); NULL: never */
	void (*at_effect)(sim *s, unsigned party, size_t k);
};

typedef struct sim_weather {
	unsigned repeat; /* one mail in so many comes again; 0: none */
	unsigned lose;   /* one mail in so many is lost; 0: none */
	unsigned damage; /* before one mail in so many, a damaged copy comes; 0: none */
	unsigned held;   /* this party's mail (1-based) comes last; 0: nobody's */
	bool in_order;
} sim_weather;

extern const sim_weather sim_calm;

/* A world of its own memory, zeroed; fixed primes of the small profile. */
sim *sim_new(uint64_t seed);
void sim_free(sim *s);

/* Uniform below n, from the world's dice. */
uint64_t sim_below(sim *s, uint64_t n);

/* Everybody starts the machine of this phase in a new session. For SIM_SIGN the next presignature
 * is used. */
void sim_begin(sim *s, sim_phase phase);

/* The two halves of it: a new session, and one party (0-based) that starts. */
void sim_open(sim *s, sim_phase phase);
void sim_start(sim *s, unsigned i);

/* Deliver until no mail is left. */
void sim_sail(sim *s, const sim_weather *w);

/* Deliver the next mail in order of posting; false: none is left. */
bool sim_deliver(sim *s);

/* Everybody is DONE and nobody was named: take the results, and check them against each other. */
void sim_take(sim *s);

/* Party i has a result; it is right: shares of one key, moduli of their owners, a signature that is
 * good under the child key. */
void sim_check_result(sim *s, unsigned i);

/* Nobody was named by anybody. */
void sim_check_nobody_named(const sim *s);

/* The newest record of a party that is not erased; key_len 0: any key (a key share's: the name of
 * its sharing, so not one that waits for its commit beside another epoch). NULL: none. */
const cast_record *sim_disk(const sim *s, unsigned party, uint16_t type, const void *key,
                            size_t key_len);

/* Read back from disk what a restart needs: the key, if it is committed, and peers' moduli. */
bool sim_load_key(sim *s, unsigned i);
bool sim_load_peers(sim *s, unsigned i);

tf_arena *sim_scratch(void);

#endif
