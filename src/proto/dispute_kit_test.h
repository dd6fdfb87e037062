/* What tests of disputes share: a key generation of three, of whom party 3 misbehaves, a false
 * echo, and a dispute that a test may spoil.
 *
 *     dispute_start(); dispute_cast.rewrite = ...; dispute_go();
 *     dispute_make(); change dispute_shown; dispute_send(i, &fault);
 */
#ifndef TF_DISPUTE_KIT_TEST_H
#define TF_DISPUTE_KIT_TEST_H

#include "proto/cast_test.h"
#include "proto/keygen.h"

/* A dispute by party 3. */
typedef struct dispute_sample {
	tf_msg_dispute m;
	tf_blob originals[3], echoes[3];
	uint8_t payload[65536];
	size_t cut; /* bytes at the end that are not sent */
	uint8_t of; /* round, as its envelope says */
} dispute_sample;

extern cast dispute_cast;
extern tf_keygen dispute_kg[3];
extern dispute_sample dispute_shown;

/* The cast; then its machines, whose first messages are posted. */
void dispute_start(void);
void dispute_go(void);

/* Deliver everything; no step may fail. */
void dispute_run(void);

/* The first waiting mail of this type from one party to another; it stays where it is. */
cast_mail *dispute_find(unsigned from, unsigned to, uint16_t type);

/* For cast.rewrite: the broadcast of type dispute_echo_in that 3 sends to dispute_echo_to (0: to
 * everybody) has a false echo; the same, and 3 shows nothing; 2 sends nothing but disputes to 1. */
extern unsigned dispute_echo_to;
extern uint16_t dispute_echo_in;
bool dispute_false_echo(cast *k, cast_mail *mail);
bool dispute_silent(cast *k, cast_mail *mail);
bool dispute_cut_off(cast *k, cast_mail *mail);

/* As party 3 would send it about round 1, or about another whose broadcasts are of this type. */
void dispute_make(void);
void dispute_make_of(uint8_t round, uint16_t type);

/* Step party i (0-based) with it. */
TF_MUST_USE tf_err dispute_send(unsigned i, tf_fault *f);

/* What party i (0-based) shows, decoded: the only effect in its outbox. */
tf_msg_dispute dispute_shown_by(unsigned i);

/* Party i's (0-based) verdict. */
void dispute_check_conflict(unsigned i, unsigned party, tf_check check);

#endif
