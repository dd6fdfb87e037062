/* The device's moduli: made once from four safe primes, and renewed.
 *
 * They are renewed when they are older than the configuration allows, or when a prime of theirs was
 * searched before the time that the admins accept, since a theft is suspected (moduliNotBefore in
 * the workspace file). The primes for that are searched ahead of time, in a thread of their own,
 * whenever nothing has run for a while; such a search gives way to any run. Each prime is kept as
 * soon as it is found, so that a restart does not search it again, unless it is itself one that the
 * admins do not accept: who may have seen the moduli may have seen the spare primes.
 *
 * When a renewal is due and its four primes are there, no run begins that would use the moduli; as
 * soon as none uses them any more they are replaced, in one transaction, by those of the next
 * generation, and nobody is introduced to us any longer. The coordinator has the introductions made
 * again; until then presignatures that are there are used as ever. What it says has no part in
 * this.
 */
#ifndef TF_COSIGNER_PRIMES_H
#define TF_COSIGNER_PRIMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct tf_node;
typedef struct tf_primes tf_primes;

/* When moduli are renewed, and their primes searched. */
typedef struct tf_primes_plan {
	int64_t age_max_s;  /* of moduli; 0: any */
	int64_t rest_s;     /* without a run, before spare primes are searched; 0: they are not */
} tf_primes_plan;

/* Begins at once if there are no moduli. */
TF_MUST_USE tf_err tf_primes_new(tf_primes **out, struct tf_node *n, const tf_primes_plan *plan);
void tf_primes_free(tf_primes *p);

/* The process ends: the search does, too. */
void tf_primes_stop(tf_primes *p);

/* Why moduli are to be renewed. */
typedef enum tf_renewal {
	TF_RENEWAL_NONE,
	TF_RENEWAL_AGED,
	TF_RENEWAL_ORDERED, /* by the admins */
} tf_renewal;

/* Is what was searched since then not to be used any more? not_before: of the workspace file, 0: it
 * says nothing; what lies in the future does not count yet, and of what began in the very second
 * nobody knows. A time `since` in the future is one of a wrong clock, and tells nothing: then it is
 * not to be used. Unix seconds, all. */
bool tf_primes_banned(uint64_t since, uint64_t not_before, int64_t now_s);

/* Are moduli to be renewed now, made at `created` of primes searched since then? */
tf_renewal tf_primes_due(uint64_t since, uint64_t created, uint64_t not_before, int64_t age_max_s,
                         int64_t now_s);

/* Now and then: see whether a renewal is due, and whether it is time for a search. */
void tf_primes_tick(tf_primes *p);

/* A run begins: spare primes have time. */
void tf_primes_yield(tf_primes *p);

/* Does a renewal wait for the runs that use the moduli? Then no other may begin. */
bool tf_primes_renewing(const tf_primes *p);

/* As a heartbeat says it. */
uint8_t tf_primes_state(const tf_primes *p);

/* Found ones: of the first moduli while there are none, else spare ones. */
unsigned tf_primes_found(const tf_primes *p);
/* Candidates that were looked at for the next one. */
uint64_t tf_primes_candidates(const tf_primes *p);

#endif
