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
 * who collude accept each other's lies: they file what everybody was sent, so that their echoes are
 * those of all, and compute with what the other's puppet made.
 *
 * What takes more than a changed field is a plot (byzantine_plots.h), which has the first word on
 * every message of the driven. Two sessions at once are two casts; each may be replayed to the
 * other.
 */
#ifndef TF_SIM_BYZANTINE_H
#define TF_SIM_BYZANTINE_H

#include "proto/cast_test.h"
#include "proto/rounds_impl.h"

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

typedef struct byz byz;

/* What a plot has made of a mail. */
typedef enum byz_word {
	BYZ_PASS, /* nothing: the script goes on */
	BYZ_TOLD, /* this is sent, and no deed is done to it */
	BYZ_KEPT, /* nothing is sent */
} byz_word;

struct byz {
	cast *c;
	const tf_rng *dice;
	unsigned evil;     /* bit i: party i + 1 */
	unsigned dose;     /* one message in so many is tampered with; 0: none */
	bool collude;
	byz_deed fond;     /* a deed that it does half of the time; BYZ_ALTER usually */
	bool keep_truth;   /* partners do not forget it when they have computed with it */
	unsigned guilty;   /* bit i: party i + 1 has done something, or has helped */
	const cast *beside; /* another session, whose mail is replayed here, too; NULL: none */
	byz_word (*plot)(byz *b, cast_mail *mail); /* NULL: none */
	tf_check blind;    /* the driven do not make this check; NONE: they make all */
	bool show;         /* by the plot: partners accept this one */
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
	} shown[512];
	size_t shown_n;
	/* payloads that partners have filed, but not yet computed without */
	struct {
		tf_slot *slot;
		tf_rounds *run;
		unsigned round;
		tf_blob told;
	} accepted[512];
	size_t accepted_n;
	cast_mail besides[64];
	size_t besides_n;
};

/* The parties of `evil` are driven from now on, as dice (which outlive it) say. Two at a time. */
void byz_init(byz *b, cast *c, const tf_rng *dice, unsigned evil);

/* A session begins: before its first message is made. */
void byz_session(byz *b);

/* Deliver until no mail is left: of one session, or of two at once. */
void byz_sail(byz *b);
void byz_sail_both(byz *a, byz *b);

/* The check that nobody makes at all, which who is blind must not bring back. */
extern tf_check byz_without;

/* Of this cast. */
byz *byz_of(const cast *c);

/* For plots: the mail with this payload (of any type), signed again; if it is told alike, the
 * puppet takes it for its own. */
void byz_tell(byz *b, cast_mail *mail, tf_envelope *e, const uint8_t *payload, size_t len);

/* This party has done something. */
void byz_did(byz *b, unsigned party);

uint64_t byz_below(byz *b, uint64_t n);

/* Is this party (1-based) one of them? */
bool byz_is(const byz *b, unsigned party);

#endif
