/* Blame as a value, and the one way to check a peer's data.
 *
 * A tf_fault is filled only when a named party's data fails a check. Every such check is written
 *
 *     if (!tf_holds(fault, TF_CK_AFFG_Z1_RANGE, tf_int_fits(&z1, bits)))
 *             return TF_E_PROOF;
 *
 * one condition, one id. The ids are the numbers of docs/protocol.md (checks.def is the list). The
 * caller that knows the party and the round sets them with tf_fault_at before it verifies.
 *
 * In a test build every check can be switched off by number, and counts how often it refused; a
 * release build has no such symbol.
 */
#ifndef TF_BASE_FAULT_H
#define TF_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef enum tf_check {
	TF_CK_NONE = 0,
#define TF_CHECK(number, id, text) TF_CK_##id = (number),
#include "base/checks.def"
#undef TF_CHECK
} tf_check;

/* No party: a fault that blames nobody has this in `party`. */
#define TF_PARTY_NONE 0xffffu

typedef struct tf_fault {
	uint16_t party;        /* party index 1..n in the run, or TF_PARTY_NONE */
	uint16_t round;        /* round of the message at fault, 1-based; 0 is the opening */
	tf_check check;        /* the check that failed, TF_CK_NONE if none did */
	uint8_t evidence[32];  /* SHAKE256-256 of the signed message(s) that convict; zero if none */
} tf_fault;

/* Name the party and round that the following checks speak of; clears check and evidence. */
void tf_fault_at(tf_fault *fault, unsigned party, unsigned round);

/* Name ("AFFG_Z1_RANGE") and one-line meaning of a check; "?" for an unknown number. */
const char *tf_check_name(tf_check check);
const char *tf_check_text(tf_check check);

/* All known check numbers in ascending order; *n receives how many. */
const tf_check *tf_check_list(unsigned *n);

/* True if the condition holds. If not, records the check id in fault (which may be NULL). */
TF_MUST_USE bool tf_holds(tf_fault *fault, tf_check check, bool condition);

#ifdef TF_TESTING
/* Test builds only: switch one check off (0: all on; also TREFOIL_CHECK_OFF=n in the environment
 * at start), and read how often a check refused something in this process. */
void tf_check_switch_off(tf_check check);
unsigned tf_check_refusals(tf_check check);
#endif

#endif
