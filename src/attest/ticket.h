/* Enrolment tickets: 256 random bits that let one device enrol once.
 *
 * The admin makes one at the RA server and carries it to the device (a 0600 file). The server
 * keeps its hash only. A ticket names workspace, role, set, device and names granted; it dies
 * with its time, its first success, or TF_TICKET_ATTEMPTS failures. The record below is what the
 * server stores; the rules are here, so that they can be tested without a server.
 */
#ifndef TF_ATTEST_TICKET_H
#define TF_ATTEST_TICKET_H

#include <stdbool.h>
#include <stdint.h>

#include "attest/csr.h"
#include "attest/identity.h"
#include "base/err.h"
#include "base/rng.h"

#define TF_TICKET_TEXT 64 /* lower-case hex */
#define TF_TICKET_SECONDS 3600
#define TF_TICKET_ATTEMPTS 5

typedef struct tf_ticket {
	uint8_t hash[32];
	tf_holder holder;
	tf_sans sans;
	int64_t expires;
	unsigned attempts; /* failures so far */
	bool used;
} tf_ticket;

/* Make a ticket: its text (with NUL; a secret) and its record. TF_E_USAGE for a holder that is not
 * valid or a role that does not enrol (ra, admin), or seconds outside 1..TF_TICKET_SECONDS. */
TF_MUST_USE tf_err tf_ticket_make(tf_ticket *out, char text[static TF_TICKET_TEXT + 1],
                                  const tf_holder *holder, const tf_sans *sans, int64_t now,
                                  int64_t seconds, const tf_rng *rng);

/* The hash under which a ticket text is found: SHA-256("trefoil/ticket/v1" 0x00 || 32 bytes).
 * TF_E_ENCODING if it is not 64 lower-case hex digits. */
TF_MUST_USE tf_err tf_ticket_hash(uint8_t out[static 32], const char *text);

/* May this ticket be used now by somebody who showed a text with this hash? Constant-time compare;
 * TF_E_AUTH (another hash), TF_E_REPLAY (used), TF_E_EXPIRED, TF_E_STATE (too many failures). */
TF_MUST_USE tf_err tf_ticket_check(const tf_ticket *t, const uint8_t hash[static 32],
                                   int64_t now);

#endif
