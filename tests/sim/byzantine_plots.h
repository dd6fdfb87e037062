/* Plots against presigning: what a byzantine party does that no altered field is, alone or with a
 * partner whose secrets it has.
 *
 *     sum      delta_c + 1, or S_c + G: nothing shows it before the sums fail
 *     forge    D for a partner, with y as large as the modulus, and a Pi_aff-g forged by the
 *              partner's trapdoor, so that it verifies (docs/protocol.md 11, row 19); then one of
 *              both lies about its share of the sum
 *     muddle   D and F for a partner that are no ciphertexts at all, or made of the partner's
 *              primes, with hashes that fit: only the partner looks at them, and it accepts; then
 *              the same
 *     alarm    an alert although all sums hold
 *
 * When the alert is due, each of the two goes its own way (byz_way). A plot may have the dice's
 * script beside it; without, it tells who must be named (byz_plot_check).
 */
#ifndef TF_SIM_BYZANTINE_PLOTS_H
#define TF_SIM_BYZANTINE_PLOTS_H

#include "sim/byzantine.h"
#include "sim/guild.h"

typedef enum byz_plot_kind {
	PLOT_NONE,
	PLOT_SUM,
	PLOT_FORGE,
	PLOT_MUDDLE,
	PLOT_ALARM,
	BYZ_PLOTS,
} byz_plot_kind;

extern const char *const byz_plot_name[BYZ_PLOTS];

/* In round 4. */
typedef enum byz_way {
	WAY_PROVES,   /* the best alert that its machine can make */
	WAY_SILENT,
	WAY_CONFIRMS, /* as if the sums held */
	WAY_ALTERS,   /* an alert, altered */
	BYZ_WAYS,
} byz_way;

typedef struct byz_plotting {
	byz_plot_kind kind;
	guild *w;
	unsigned cheat, helper, liar; /* 1-based; helper 0: nobody */
	unsigned which;               /* TF_MTA_...: whose sum fails */
	byz_way way[GUILD_MAX];
	bool prove;     /* all go the first way, and keep the truth for it */
	bool pure;      /* no script beside it */
	bool forged;    /* a forged proof has verified */
	bool lied;      /* about a share */
	tf_bn F;        /* for the helper, in the broadcast to come */
	uint8_t hash[32];
	unsigned steps; /* mails of round 4 that went another way */
} byz_plotting;

/* The parties of b plot: draws everything from its dice. A kind that takes a partner becomes
 * PLOT_SUM where there is none. */
void byz_plot_begin(byz_plotting *p, byz *b, guild *w, byz_plot_kind kind);

/* At the end of a session: has everybody seen what it must? And after its deadline, whose verdict
 * was this, of party i (0-based). */
void byz_plot_check(const byz_plotting *p, const byz *b);
void byz_plot_check_late(const byz_plotting *p, const byz *b, unsigned i, tf_err verdict);

#endif
