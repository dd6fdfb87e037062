/* What is remembered of peers' devices: which instance they are, and how often a run ended naming
 * them (docs/protocol.md 6.7, 6.8).
 *
 * A device counts its starts. Peers accept only the highest instance they have seen; a device that
 * shows two boot ids for one instance runs twice, and is suspended. So is one that was named by too
 * many aborted runs (quarantine). Both outlive a restart: rows are records (TF_REC_STANDING) that
 * the daemon keeps. Nobody but the admins can pardon a device, by their signed roster: if the least
 * instance that it accepts is above all that were seen, what was held against those is past.
 */
#ifndef TF_SESSION_STANDING_H
#define TF_SESSION_STANDING_H

#include <stdbool.h>

#include "base/fault.h"
#include "proto/effects.h"
#include "wire_records.h"

typedef struct tf_standing {
	char device[TF_DEVICE_MAX + 1];
	uint32_t instance; /* highest shown; 0: none yet */
	uint8_t boot[16];
	uint32_t aborts;   /* runs that ended naming it */
	bool suspended;
	bool changed;      /* since it was last kept */
} tf_standing;

typedef struct tf_standings {
	tf_standing *row;
	size_t cap, n;
	uint32_t limit; /* aborts that mean quarantine; 0: never */
} tf_standings;

/* An empty table over cap rows; limit as in the struct. */
void tf_standings_init(tf_standings *s, tf_standing *rows, size_t cap, uint32_t limit);

/* Take over a kept record, at start. TF_E_CAPACITY; kind ENCODING. mem is scratch. */
TF_MUST_USE tf_err tf_standings_load(tf_standings *s, const uint8_t *record, size_t len,
                                     tf_arena *mem);

/* PERSIST effects for what has changed, filed under the device id. */
TF_MUST_USE tf_err tf_standings_keep(tf_standings *s, tf_outbox *out);

/* A device has shown, under its signature, that it is this instance with this boot id; least is the
 * roster's. Check READY_INSTANCE (TF_E_STATE): older than what we have seen, or than least. Check
 * READY_BOOT (TF_E_PROOF): another boot id for the same instance; the device is suspended. If least
 * is above what was shown so far, aborts are 0 now, and a suspension is lifted. */
TF_MUST_USE tf_err tf_standings_show(tf_standings *s, const char *device, uint32_t least,
                                     uint32_t instance, const uint8_t boot[static 16],
                                     tf_fault *fault);

/* A run ended naming this device. */
TF_MUST_USE tf_err tf_standings_blame(tf_standings *s, const char *device);

/* Neither suspended nor in quarantine, or pardoned by the roster's least instance. Unknown devices
 * are fine. */
bool tf_standings_fine(const tf_standings *s, const char *device, uint32_t least);

const tf_standing *tf_standings_find(const tf_standings *s, const char *device);

#endif
