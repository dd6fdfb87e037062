/* A party of a run that is fuzzed: everything between its messages and its round machine.
 *
 *     cast of three, everybody started          step_record(&scene)  the honest run, once
 *     bytes                                     step_play(&scene, data, len)
 *
 * step_record keeps, for each message that party 1 was given, the state in which it was given it:
 * machine, arena and randomness. step_play puts party 1 back into one of these states, hands it
 * what the bytes say, and then, if they say so, the rest of the honest messages. No process is
 * made and nothing is computed twice.
 *
 * The bytes: which state (u8), flags (u8: 1, the honest rest follows; 2, of liars, too, what they
 * have sent another version of), then orders, each a byte and what belongs to it (numbers are taken
 * modulo what there is):
 *
 *     0  raw      u16 length, bytes
 *     1  honest   u8 which message, as it was
 *     2  damaged  u8 which message, u8 n, n times (u16 where, u8 xor): its signature stays
 *     3  header   u8 which message, u8 which fields, a byte for each: signed again
 *     4  payload  u8 which message, u8 n, n times (u16 where, u8 xor): signed again
 *     5  own      u8 which message, u16 length, bytes: its payload is that; signed
 *     6  field    u8 which message, u16 field, u8 way: one field of it altered; signed
 *     7  swapped  u8 which message, u8 of which message the payload; signed
 *     8  dispute  u8 by whom, u8 round, u8 n, u8 m, n + m times u8: originals and echoes; signed
 *     9  complaint  u8 by whom, u8 accused, u8 round, u8 broadcast, u8 direct; signed
 *    10  deadline   where there is one
 *
 * "Which message" counts those to party 1 for orders 1 to 7, and for what is shown in 8 and 9
 * everybody's and then those that the orders have made.
 *
 * Whoever signs another message than the one it sent in the recorded run is a liar. Always:
 * only liars are named, with evidence that the liar has signed; without liars the run ends as the
 * recorded one did; what a machine that is DONE gives out is right; no error is about memory or our
 * own doing; a machine that has failed stays so.
 *
 * A scene may have a cheat, who has lied in the recorded run already, which then ends in its
 * conviction.
 */
#ifndef TF_FUZZ_STEP_H
#define TF_FUZZ_STEP_H

#include "fuzz.h"
#include "proto/cast_test.h"

#define STEP_MAILS 96u  /* of an honest run */
#define STEP_ORDERS 12u /* of one input */

typedef struct step_moment {
	uint8_t *machine, *mem; /* malloc'ed */
	size_t used;
	tf_tape tape;
} step_moment;

typedef struct step_scene {
	cast *c;             /* machine i is c->run[i] */
	size_t machine_len;
	/* party 1 is DONE: its result is right; out receives a hash of all of it */
	void (*check)(uint8_t out[static 32]);
	unsigned cheat;    /* party that is convicted in the recorded run; 0: it ends DONE */
	unsigned begins;   /* moments are those of messages from this round on */
	/* the caller's patience with party 1 is over; or NULL */
	tf_err (*deadline)(tf_fault *fault);
	uint8_t honest[32]; /* of the honest run */
	step_moment moment[STEP_MAILS];
	cast_mail mail[STEP_MAILS]; /* to party 1; the cast owns the bytes */
	unsigned mails;
	/* of the input that is played */
	cast_mail forged[STEP_ORDERS];
	unsigned forgeries;
	bool liar[TF_PARTIES_MAX];
	bool lied, late;    /* somebody in this input; its deadline has come */
	unsigned named;     /* by party 1, last; 0: nobody */
	uint8_t result[32]; /* once party 1 is DONE */
} step_scene;

/* Everybody of s->c is started. */
void step_record(step_scene *s);

void step_play(step_scene *s, const uint8_t *data, size_t len);

#endif
