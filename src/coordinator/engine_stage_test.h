/* A coordinator's engine for tests of keys: real books, audit log and roster, nobody connected, and
 * the identity keys of everybody, so that any certificate can be signed by anybody.
 *
 * The workspace has the slots 1, 2 and 5: a primary, and guards of the sets 1 and 4. A key of ECDSA
 * has been begun, by the three of them.
 */
#ifndef TF_ENGINE_STAGE_TEST_H
#define TF_ENGINE_STAGE_TEST_H

#include "coordinator/engine_impl.h"
#include "harness/tape.h"
#include "proto/key.h"

/* Places in the roster; the spare is of the guard's set, the house no co-signer. */
enum { PRIMARY, GUARD, CHEAT, SPARE, HOUSE, ALL };
#define ENGINE_HOLDERS ((1u << PRIMARY) | (1u << GUARD) | (1u << CHEAT))
extern const unsigned engine_holders[3];

#define ENGINE_KEY "0b6d8f0e-1111-4222-8333-444455556666"

typedef struct engine_stage {
	tf_coordinator c;
	tf_engine *e;
	tf_engine_key *k; /* of ECDSA */
	tf_workspace w;
	tf_roster_entry roster[ALL];
	tf_signer signer[ALL];
	tf_tape tape;
	tf_rng rng;
	tf_arena groups, mem;
	uint8_t group_room[1 << 16], room[1 << 18];
} engine_stage;
extern engine_stage stage;

void engine_begin(void);
void engine_end(void);

/* The row of the books before the first attempt. */
void engine_begin_key(const char *id, uint32_t curve);

/* Rows of the audit log of this event about this device ("": any). */
size_t engine_rows(const char *event, const char *device);

/* The sharing that the three were asked for, without shares; new shares for the seats that f has,
 * which add up. */
tf_sharing engine_asked(void);
void engine_seat(tf_sharing *f, unsigned i, uint16_t index, const char *device);
tf_sc_sec engine_deal(tf_sharing *f); /* the key itself */

/* Its certificate, signed by everybody of whom there is a bit. */
typedef struct engine_paper {
	uint8_t b[2 * TF_CERTIFICATE_MAX];
	size_t len;
} engine_paper;
void engine_certify(engine_paper *out, const tf_sharing *f, unsigned by);

/* A device shows it; all holders do, and the last error. */
TF_MUST_USE tf_err engine_show(unsigned who, const engine_paper *p);
TF_MUST_USE tf_err engine_show_all(const engine_paper *p);

/* Is this the key from which addresses are derived? */
bool engine_serves(const tf_sharing *f);
bool engine_is_pending(void);

#endif
