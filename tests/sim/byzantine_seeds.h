/* Seeds of the byzantine simulation: every one is a process of its own, which begins where an
 * honest past has led, plays, and judges each session at its end.
 *
 *     byz_run(&(byz_game){ "byzantine_signing", "signing", 800, 20000, play, &s->c });
 *
 * TREFOIL_SIM=all: many more seeds; TREFOIL_BYZANTINE=number: this seed only.
 */
#ifndef TF_SIM_BYZANTINE_SEEDS_H
#define TF_SIM_BYZANTINE_SEEDS_H

#include "sim/byzantine.h"

/* What came of all seeds; shared with their processes. */
typedef struct byz_tally {
	unsigned seeds, sessions, mails, deeds[BYZ_DEEDS];
	unsigned done, named, nobody, waiting; /* honest parties, at the end of a session */
	/* of presigning: honest parties that raised an alert, those that had a verdict in time, and
	 * at the deadline, and those that had none; and which plots there were, and seeds of two
	 * sessions */
	unsigned alerts, judged, late, expired, plots[8], pairs;
} byz_tally;

extern byz_tally *byz_sum;
extern byz byz_it;        /* the seed's own, once it plays */
extern uint64_t byz_seed; /* and its number */

typedef struct byz_game {
	const char *test, *what;
	unsigned few, many; /* seeds: of a usual run, and of TREFOIL_SIM=all */
	void (*play)(void);
	cast *c;            /* whose parties are driven; NULL: play makes them, and calls byz_cast */
} byz_game;

/* All seeds hold, some end with a result, and some with a name. Closing figures are printed. false:
 * it was one seed only, and the figures are to be compared with nothing. */
bool byz_run(const byz_game *game);

/* After byz_run: so many honest parties in a hundred sessions came to it at least. What never gets
 * anywhere, or never meets a cheat, shows nothing. */
void byz_at_least(unsigned done, unsigned named, unsigned waiting);

/* Some of these parties, and not all, are driven from now on, with randomness of this seed. */
void byz_cast(cast *c);

/* With this check off some seed must fall: they are made for it. */
void byz_must_fall(tf_check check, const byz_game *game);

/* The end of a session: no honest party has named one that has done nothing, or failed without a
 * reason, and the results of those that are done are right. strict: nothing but the truth can have
 * led there. Parties that run nothing are not looked at, and of who is silent (the dead) no result
 * is asked. */
void byz_judge(const cast *c, bool strict, void (*right)(unsigned i));

/* An honest party names this one: it must have done something. */
void byz_check_named(const byz *b, unsigned by, const tf_fault *f);

/* Add the mails and deeds of a session's driver to the figures; byz_it's are added anyway. */
void byz_count(const byz *b);

/* Honest parties that are done. */
unsigned byz_honest_done(const cast *c);

#endif
