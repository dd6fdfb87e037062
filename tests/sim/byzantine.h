/* Parties that do what they like. Each has an honest machine as its puppet, which keeps it in the
 * run; what the puppet sends is changed by a script that the dice write:
 *
 *     alter    any field of any message, signed again; to everybody alike, or to one (two faces)
 *     replay   the payload of any other message of this type, of another session, another party, or
 *              a partner, signed as its own
 *     old      besides, a message of another session as it was, or again, whoever sent it
 *     drop     nothing
 *     twice    the honest message and an altered one
 *     spoof    the message in the name of another party
 *     garbage  bytes
 *     accuse   besides, a complaint or a dispute made of messages that went by
 *
 * Mail comes in any order, the cheats' before or after everybody else's as the dice will. Partners
 * who collude show each other what their puppets made, so that lies to others do not stop them.
 */
#ifndef TF_SIM_BYZANTINE_H
#define TF_SIM_BYZANTINE_H

#include "proto/cast_test.h"

typedef enum byz_deed {
	BYZ_ALTER,
	BYZ_REPLAY,
	BYZ_OLD,
	BYZ_DROP,
	BYZ_TWICE,
	BYZ_SPOOF,
	BYZ_GARBAGE,
	BYZ_ACCUSE,
	BYZ_DEEDS,
} byz_deed;

extern const char *const byz_deed_name[BYZ_DEEDS];

typedef struct byz {
	cast *c;
	const tf_rng *dice;
	unsigned evil;     /* bit i: party i + 1 */
	unsigned dose;     /* one message in so many is tampered with */
	bool collude;
	unsigned done[BYZ_DEEDS];
	unsigned delivered;
	unsigned told; /* bit i: party i + 1 got a signed lie in place of the message, this session */
	size_t session_at; /* where this session's mail begins */
	/* the message whose copies go out now */
	unsigned from;
	uint8_t *original, *made;
	size_t original_len, made_len;
	bool alike, lie;
	/* what partners are shown instead */
	struct {
		const uint8_t *altered;
		uint8_t *bytes;
		size_t len;
		bool lie;
	} shown[256];
	size_t shown_n;
	cast_mail besides[64];
	size_t besides_n;
} byz;

/* The parties of `evil` are driven from now on, as dice (which outlive it) say. */
void byz_init(byz *b, cast *c, const tf_rng *dice, unsigned evil);

/* A session begins: before its first message is made. */
void byz_session(byz *b);

/* Deliver until no mail is left. */
void byz_sail(byz *b);

uint64_t byz_below(byz *b, uint64_t n);

/* Is this party (1-based) one of them? */
bool byz_is(const byz *b, unsigned party);

#endif
