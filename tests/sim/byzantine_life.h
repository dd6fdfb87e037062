/* The life of a key among devices of which some are driven by a script (byzantine.h): its making,
 * its epochs and other sharings of it, and what it signs by FROST. n, t, curve and roles are the
 * seed's.
 *
 * Each device has a disk; what a later session uses comes from there. Parties of a session are the
 * first devices, so that a party's number and its puppet's guilt stay the same, and mail of earlier
 * sessions can be replayed in later ones. Besides the deeds of the driven, acknowledgements of
 * honest parties may come never, and one honest party may die before or after any effect of any of
 * its steps, with its disk as it is then. What a run leaves is settled (life_settle): again the
 * driven say what they like to whom they like.
 */
#ifndef TF_SIM_BYZANTINE_LIFE_H
#define TF_SIM_BYZANTINE_LIFE_H

#include "proto/frost_signing.h"
#include "proto/keygen.h"
#include "proto/recast_test.h"
#include "sim/byzantine_seeds.h"

#define LIFE_N 7u
#define LIFE_FILES 32u

/* Honest parties that are not what they should be: the simulation must see it. */
typedef enum life_flaw {
	LIFE_SOUND,
	LIFE_FORGETS,     /* an abort destroys the pending share */
	LIFE_TAKES_BACK,  /* an abort of what was acknowledged is signed */
	LIFE_HASTY,       /* what it sends leaves before its records are durable */
	LIFE_NONCE_TWICE, /* nonces are kept, and used for another message */
} life_flaw;
extern life_flaw life_is;

typedef struct life_file {
	uint16_t type;
	size_t key_len, len;
	uint8_t key[TF_ATTEMPT_SHARE_KEY];
	uint8_t *bytes; /* NULL: the place is free */
	bool read;      /* a committed share: its epoch and its certificate's hash are here */
	uint32_t epoch;
	uint8_t hash[32];
} life_file;

typedef struct life {
	recast x; /* x.c: all devices, of which the first x.c.n are in a session */
	unsigned n, sessions;
	life_file disk[LIFE_N][LIFE_FILES];
	tf_keygen keygen[LIFE_N];
	uint16_t t;          /* of the key that is made */
	uint8_t sharing[32]; /* the source of what follows */
	uint32_t used;       /* highest epoch of it that was attempted */
	bool late;           /* the driven are honest until they acknowledge */
	unsigned lose;       /* an honest acknowledgement in so many never comes; 0: all do */
	unsigned dies;       /* this party (1-based; 0: nobody) */
	unsigned dies_in;    /* after so many steps */
	/* said by honest parties, of attempts */
	struct {
		unsigned by;
		bool no;
		uint8_t hash[32];
	} said[256];
	size_t said_n;
} life;

extern life *lf;

/* Up to n devices, all in the first session. */
void life_init(tf_curve_id curve, unsigned n);

/* The first n of them meet from now on. */
void life_crowd(unsigned n);

/* A session: rooms and name; then each party starts its machine; then mail until none is left.
 * calm: everybody is honest in it, nobody dies, nothing is lost. */
void life_open(tf_run_sizes sizes);
void life_sail(bool calm);

/* Disks. */
life_file *life_find(unsigned i, uint16_t type, const uint8_t *key, size_t key_len);
void life_put(unsigned i, uint16_t type, const uint8_t *key, size_t key_len, const uint8_t *bytes,
              size_t len);
void life_erase(life_file *f);

/* The committed share of a sharing and its certificate; the pending one, and the record, of an
 * attempt. false: there is none. */
bool life_key(tf_key *out, tf_blob *certificate, unsigned i, const uint8_t *sharing);
bool life_pending(tf_key *out, unsigned i, const tf_attempt *a);
const life_file *life_pending_file(unsigned i, const tf_attempt *a);
bool life_attempt(tf_attempt *out, unsigned i, const uint8_t hash[static 32]);

/* Of the committed share alone: its epoch (0: there is none), its certificate's hash. */
uint32_t life_epoch(unsigned i, const uint8_t *sharing);
const uint8_t *life_hash(unsigned i, const uint8_t *sharing);

/* Device (0-based) of this name. */
unsigned life_device(const char *name);

/* Is device i (0-based) driven? */
bool life_driven(unsigned i);

/* The share that is on i's disk fits its certificate, which everybody in it has signed, unless it
 * is the dealt one. */
void life_right_key(unsigned i, const uint8_t *sharing);

/* All honest parties of the session have the same certificate, as far as they have one; is there
 * one, and does everybody have it, the driven, too? */
void life_same_keys(const uint8_t *sharing);
bool life_everybody_has(const uint8_t *sharing);

/* An honest party has signed that it acknowledges an attempt, or that it never will: never both. */
void life_says(unsigned i, const uint8_t hash[static 32], bool no);

/* ---- use (byzantine_life_frost.c) ---- */

/* As many holders of lf->sharing as the dice say, one of them honest, prepare and sign. */
void life_use_key(tf_frost_suite suite);

/* ---- settling (byzantine_settle.c) ---- */

/* What runs have left: whoever is driven shows what it likes to whom it likes; then the honest hear
 * each other out, and are of one mind. */
void life_settle(void);

/* All hear each other out, the driven as their puppets would. */
void life_settle_calmly(void);

typedef struct life_settled {
	unsigned committed, aborted, convicted, refused, shown, false_shown;
	unsigned signatures, later; /* by anybody; under an epoch after the first */
} life_settled;
extern life_settled *life_sum; /* of all seeds */

#endif
