/* Effects: what a machine wants done, in order.
 *
 * A machine computes and touches nothing. One message in, a list of effects out:
 *
 *     SEND     these bytes (a signed envelope) to one party, or to all others
 *     PERSIST  these bytes (an encoded record) under this type and key, durably
 *     BURN     the presignature of this id is used up
 *     ERASE    the record under this type and key is destroyed, durably
 *     RETIRE   the presignatures of this sharing below this epoch are destroyed
 *     DONE     the run has its result
 *
 * Work the list off from first to last, and make PERSIST, BURN and ERASE durable before you do
 * anything that follows them. A crash between any two effects then loses at most a run.
 *
 * Work the list off after every step, whatever that returned. After an error that convicts somebody
 * it holds what the rounds have left that the step had completed before: messages that the others
 * need, and before them the records that these speak of, and then what shows why. In a key
 * generation or a resharing that may be the pending share, the attempt, and the acknowledgement:
 * who sends that without having kept those, or keeps nothing and gives evidence away, has signed
 * for a share that it does not have. After any other error nothing but a SEND can be left. There is
 * no DONE, BURN, ERASE or RETIRE after an error.
 *
 * What effects point to lives until the list is cleared.
 *
 * Records are what you keep, and hand in again. They are encoded, with type and version in front,
 * and every version that was ever written will be read. Key shares and own moduli are secret: seal
 * what you store. A record is filed under the key that its PERSIST has.
 */
#ifndef TREFOIL_EFFECT_H
#define TREFOIL_EFFECT_H

#include <stddef.h>
#include <stdint.h>

typedef enum tf_effect_kind {
	TF_EFFECT_SEND = 1,
	TF_EFFECT_PERSIST = 2,
	TF_EFFECT_BURN = 3,
	TF_EFFECT_DONE = 4,
	TF_EFFECT_ERASE = 5,
	TF_EFFECT_RETIRE = 6,
} tf_effect_kind;

/* Types of records. */
typedef enum tf_record_type {
	TF_RECORD_KEY = 0x0701,     /* own share of a key, with its certificate. Secret */
	TF_RECORD_MODULI = 0x0702,  /* own moduli (auxinfo.h). Secret */
	TF_RECORD_PEER = 0x0703,    /* moduli of a peer, verified; filed under its device id */
	TF_RECORD_ATTEMPT = 0x0706, /* an attempt to make a new sharing (reshare.h) */
} tf_record_type;

typedef struct tf_effect {
	tf_effect_kind kind;
	uint16_t to;         /* SEND: party index, 0 for all others */
	uint16_t type;       /* PERSIST, ERASE: type of the record */
	const uint8_t *key;  /* PERSIST, ERASE: what it is filed under; BURN: presignature id, RETIRE:
	                        the sharing's name, 32 bytes each */
	size_t key_len;
	uint32_t epoch;      /* RETIRE: the sharing's epoch from now on */
	const uint8_t *data; /* SEND: envelope; PERSIST: record. May be secret */
	size_t len;
} tf_effect;

#endif
