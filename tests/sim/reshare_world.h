/* A world for resharing: parties with disks, which a death leaves, and with memory, which it does
 * not; a run at sea, and a coordinator, whom nobody trusts, that carries between them what settles
 * the attempts which runs leave. There is one world at a time.
 */
#ifndef TF_RESHARE_WORLD_H
#define TF_RESHARE_WORLD_H

#include "proto/recast_test.h"

#define RW_N_MAX 4u
#define RW_FILES 64u
#define RW_NEVER 0xffffu

typedef struct rw_file {
	uint16_t type;
	size_t key_len, len;
	uint8_t key[TF_ATTEMPT_SHARE_KEY];
	uint8_t *bytes; /* NULL: the place is free */
} rw_file;

typedef struct rw_party {
	rw_file disk[RW_FILES];
	unsigned effects;   /* done so far in this life */
	unsigned dies_at;   /* before this effect; RW_NEVER */
	bool dead;          /* until the next restart */
	uint32_t pool;      /* epoch of the presignatures of the source in memory; 0: none */
} rw_party;

typedef struct reshare_world {
	recast x;
	unsigned n;
	tf_tape tape;
	tf_rng dice;
	rw_party p[RW_N_MAX];
	uint8_t source[32]; /* the sharing that is refreshed, or dealt from */
	uint32_t epoch;     /* of it, before the run */
	uint32_t used;      /* highest epoch that was ever attempted */
	unsigned deaths, runs, committed, aborted, lost;
} reshare_world;

extern reshare_world *rw;

/* Uniform below n, from the world's dice. */
uint64_t rw_below(uint64_t n);

/* Disks. */
rw_file *rw_find(unsigned i, uint16_t type, const uint8_t *key, size_t key_len);
void rw_erase(rw_file *f);
void rw_put(unsigned i, uint16_t type, const uint8_t *key, size_t key_len, const uint8_t *bytes,
            size_t len);

/* The committed share of a sharing, and its epoch; false, 0: none. */
bool rw_load_key(tf_key *out, tf_blob *certificate, unsigned i, const uint8_t *sharing);
uint32_t rw_committed(unsigned i, const uint8_t *sharing);

/* What is there of an attempt. */
bool rw_load_pending(tf_key *out, unsigned i, const tf_attempt *a);
bool rw_load_attempt(tf_attempt *out, unsigned i, const uint8_t hash[static 32]);

/* Party (0-based) with this device id. */
unsigned rw_device(const char *device);

/* What must hold after every effect of anybody (reshare_test.c lists it). */
void rw_check_disks(void);

/* An effect list, until it is done or the party dies in it. */
void rw_work_off(unsigned i, tf_outbox *out);

/* A session opens; a party starts; mail is delivered in any order, one in `lose` (0: none) is lost;
 * the session is over for everybody, and the dead come back with their disks. */
void rw_open(void);
void rw_start(unsigned i);
void rw_sail(unsigned lose);
void rw_restart(void);

/* All attempts, once: voters show each other what they have; one statement in `lose` (0: none) does
 * not arrive. */
void rw_settle(unsigned lose);

/* Nothing is pending, no attempt has two ends, and every sharing that is left is whole. */
void rw_check_settled(void);

#endif
