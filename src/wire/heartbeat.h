/* What a heartbeat's numbers mean (wire/control.wire).
 *
 * They are no part of the schema: a number that is new changes no encoding, and who does not know
 * it takes it for "not ready".
 */
#ifndef TF_WIRE_HEARTBEAT_H
#define TF_WIRE_HEARTBEAT_H

/* heartbeat.moduli: how far the own moduli are. */
typedef enum tf_moduli_state {
	TF_MODULI_WAITING = 0,
	TF_MODULI_SEARCHING = 1, /* for primes */
	TF_MODULI_READY = 2,
	TF_MODULI_RENEWING = 3,  /* there, but no run that uses them begins */
} tf_moduli_state;

#endif
