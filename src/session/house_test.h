/* Three co-signers with their engines, the mail between them, and a coordinator: the cast of the
 * session tests.
 *
 *     house_init(h, seed);
 *     run = house_open(h, &spec);      every party of the run answers the OPEN
 *     house_start(h, run);             every party is given the START
 *     house_deliver(h);                mail goes to and fro until none is left
 *
 * Mail may be shuffled, duplicated and lost, by seed. What persists is noted; PERSIST and BURN are
 * counted before the mail that follows them is posted.
 */
#ifndef TF_HOUSE_TEST_H
#define TF_HOUSE_TEST_H

#include "harness/harness.h"
#include "harness/tape.h"
#include "session/sessions.h"

#define DEVICES 3u
#define SLOTS 6u
#define RUNS 24u
#define POOL 8u
#define HOUSE_MSG 128u
#define REMEMBERS 1u /* the device that remembers */

typedef struct device {
	char name[16];
	uint16_t slot;
	tf_signer signer;
	tf_tape tape;
	tf_rng rng;
	tf_self self;
	uint32_t least; /* instance that the roster accepts */
	tf_round0 versions;
	tf_moduli own;
	tf_aux aux[DEVICES];
	bool has_aux[DEVICES];
	tf_key key, frost_key;
	tf_key_memo memo, frost_memo;
	tf_ed_key keys[DEVICES]; /* tables of identities, and derivations: one device has them, and */
	tf_bip32_node node[16];  /* its runs must come to the same */
	tf_bip32_nodes nodes;
	tf_sessions engine;
	tf_session slots[SLOTS];
	tf_standing standings[8];
	tf_pool_entry pool[POOL], nonces[POOL];
	uint8_t used[64][32];
	uint8_t inbox[1 << 19];
	uint8_t scratch[TF_SESSIONS_SCRATCH];
	size_t kept[256]; /* records by low byte of their type */
	uint8_t burnt[32][32];
	size_t burns;
	bool down;        /* gets no mail */
} device;

typedef struct house_spec {
	tf_protocol protocol;
	unsigned n;
	unsigned seat[DEVICES]; /* devices, ascending by slot */
	uint32_t batch;
	uint8_t presig[32];
	uint32_t deadline;
	uint8_t digest[32]; /* of FROST the message, or its begin */
	size_t msg_len;     /* FROST: what is beyond the digest is zero; at most HOUSE_MSG */
	bool frost;         /* keygen: of a key of FROST */
} house_spec;

/* One run, as the coordinator sees it. */
typedef struct house_run {
	house_spec spec;
	tf_ctl_open open;
	uint8_t open_bytes[4096], start_bytes[4096];
	size_t open_len, start_len;
	uint8_t ready[DEVICES][TF_CTL_READY_MAX]; /* without type and version */
	size_t ready_len[DEVICES];
	tf_session *session[DEVICES]; /* by device */
	bool done[DEVICES], failed[DEVICES];
	tf_ecdsa_sig sig[DEVICES];
	tf_frost_sig frost_sig[DEVICES];
	uint8_t msg[HOUSE_MSG];
	tf_pt child[DEVICES];
	tf_session_report report[DEVICES]; /* evidence is not kept */
	uint8_t ids[POOL][32];
	uint32_t ids_n[DEVICES];
} house_run;

typedef struct house_mail {
	unsigned from, to; /* devices */
	size_t len;
	uint8_t *bytes;
} house_mail;

typedef struct house house;
struct house {
	const tf_group *g, *frost;
	device d[DEVICES];
	house_run run[RUNS];
	unsigned runs;
	house_mail mail[8192];
	size_t posted, delivered;
	uint64_t now;
	tf_tape dice_tape;
	tf_rng dice;
	bool shuffle;
	unsigned repeat; /* one mail in so many comes twice; 0: none */
	unsigned lose;   /* one mail in so many is lost; 0: none */
	unsigned slices; /* of judging */
	unsigned crash_at;    /* this device, in front of an effect; DEVICES: none will, or it has */
	unsigned crash_after; /* so many more of its effects */
	tf_err last;     /* what the last mail that was delivered came to */
	void *rooms[RUNS * DEVICES];
	size_t rooms_n;
	/* may change mail when it is posted, by the session that sends it */
	void (*rewrite)(house *h, house_mail *m, const tf_session *s);
	/* before a failed session is closed */
	void (*failed)(house *h, house_run *r, unsigned i, const tf_session *s);
};

house *house_new(uint64_t seed); /* secp256k1 */
house *house_new_on(uint64_t seed, tf_curve_id curve);
void house_free(house *h);

/* A machine is started anew: new boot id, next instance, empty engine. Keys and moduli stay. */
void house_restart(house *h, unsigned i);

/* The admins raise the least instance of a device above all that it has shown, and so does it. */
void house_pardon(house *h, unsigned i);

/* Another device in its slot, by another name and with an identity of its own, takes over all that
 * this one has: a machine with a stolen disk. */
void house_replace(house *h, unsigned i, const char *name);

/* Is it of a key of FROST? */
bool house_is_frost(const house_spec *spec);

/* Make the OPEN of a run, without giving it to anybody. */
house_run *house_plan(house *h, const house_spec *spec);
void house_encode_open(house_run *r);

/* What the caller of an engine does wrong; NULL: nothing. */
extern void (*house_mistake)(tf_session_args *args);

/* Where the memory of sessions and their effects comes from, in multiples of 64 bytes, aligned to
 * as many, and where it goes: the heap, until somebody says otherwise. */
extern void *(*house_room)(size_t len);
extern void (*house_room_back)(void *room);

/* Give the OPEN to one device. */
TF_MUST_USE tf_err house_open_at(house *h, house_run *r, unsigned i, tf_fault *fault);

/* Make the START of all READYs, and give it to one device (and begin). */
void house_plan_start(house_run *r);
TF_MUST_USE tf_err house_start_at(house *h, house_run *r, unsigned i, tf_fault *fault);

/* Give a device an envelope as if from another device. */
TF_MUST_USE tf_err house_hand(house *h, unsigned to, const char *from, const uint8_t *msg,
                              size_t len, tf_fault *fault);

house_run *house_open(house *h, const house_spec *spec);
void house_start(house *h, house_run *r);
void house_deliver(house *h);

/* Time passes at every device; sessions that end are closed. */
void house_tick(house *h, uint64_t ms);

/* Judge alerts to the end. */
void house_judge(house *h, tf_session *s);

/* The coordinator's ABORT at one device. */
void house_cancel(house *h, house_run *r, unsigned i);

/* Everything that presigning needs, made by the protocols. */
void house_introduce(house *h);
void house_make_key(house *h);
house_run *house_presign(house *h, uint32_t batch);
void house_make_frost_key(house *h);
house_run *house_prepare(house *h, uint32_t batch);

/* Everybody has the same signature, and it is good for the digest, or the message. */
void house_check_signed(house *h, const house_run *r);

bool house_all_done(const house_run *r);

extern const house_spec house_keygen, house_frost_keygen;
house_spec house_sign_spec(const uint8_t presig[static 32], uint8_t digest);
house_spec house_frost_spec(const uint8_t id[static 32], uint8_t first, size_t msg_len);

#endif
