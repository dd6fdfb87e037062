/* Round 0: how a session opens (docs/protocol.md 2, "Opening").
 *
 *     coordinator -> all    OPEN    request, protocol, key, parameters, parties
 *     each -> coordinator   READY   fresh nonce, boot id, instance, versions, H(aux); signed
 *     coordinator -> all    START   everybody's READY
 *
 * The coordinator is trusted for none of it. Every party checks that its own READY is inside,
 * unchanged, that all are signed by the identities of its own roster and answer the same OPEN, and
 * that versions, epoch and moduli agree. What all of them then know is hashed into
 *
 *     sid = H("sid", version, profile, curve, n, t, [[i, device, share index], ...],
 *             [identity, ...], trust root, request, H(OPEN), [READY, ...])
 *
 * so that whoever was told something else is in another session. Since everybody's nonce is
 * inside, no session begins twice. Nothing that the coordinator relays convicts a party, but for a
 * device's own signature under two boot ids for one instance (a clone).
 *
 * Messages go in and come out as they travel, with type and version in front; the hash of an OPEN
 * is of exactly these bytes. The READYs inside a START are without.
 */
#ifndef TF_SESSION_OPENING_H
#define TF_SESSION_OPENING_H

#include "base/fault.h"
#include "proto/blame.h"
#include "session/standing.h"
#include "wire_control.h"

#define TF_READY_DOMAIN "trefoil/ready/v1"
#define TF_BOOT_BYTES 16u

/* A device as the roster has it. */
typedef struct tf_roster_seat {
	uint8_t identity[32]; /* Ed25519, pinned */
	uint16_t slot;        /* its share index: primary 1, guard of set k: k + 1 */
	uint32_t instance;    /* the lowest that is accepted */
} tf_roster_seat;

/* The roster: false if the device is not in it, or its identity is not pinned. */
typedef bool (*tf_roster_seat_find)(void *ctx, const char *device, tf_roster_seat *out);

/* Who we are, for as long as the process lives. */
typedef struct tf_self {
	const char *device;
	const tf_signer *signer;
	uint8_t boot[TF_BOOT_BYTES]; /* random, new at each start */
	uint32_t instance;           /* counts starts, durably; from 1 */
	uint8_t trust[32];           /* tf_trust_root_hash */
	const tf_profile *pr;
	const tf_group *g;           /* of ECDSA keys */
	const tf_group *frost;       /* of FROST's, ed25519; NULL: runs of FROST are refused */
	const tf_rng *rng;
	const tf_kernel *kernel;     /* of exponentiations; NULL: portable */
	tf_roster_seat_find find;
	void *find_ctx;
} tf_self;

typedef struct tf_open_seat {
	char device[TF_CTL_NAME_MAX + 1];
	char address[TF_CTL_ADDRESS_MAX + 1]; /* as the coordinator says */
	uint16_t slot;
	uint8_t identity[32];
	uint32_t least_instance;
} tf_open_seat;

/* An OPEN that has passed its checks; plain values. */
typedef struct tf_open {
	uint8_t hash[32]; /* of the message as received */
	uint8_t request[32];
	tf_protocol protocol;
	const tf_group *g;  /* of the run */
	uint16_t t;
	uint32_t batch;
	uint8_t key_id[32], sharing[32];
	uint32_t epoch;
	uint8_t presig[32]; /* sign, of either kind; of ECDSA zero if one is to be made */
	uint8_t intent[32]; /* sign: hash of the framed INTENT or RAW */
	uint32_t deadline;  /* milliseconds, at most; the session has its own limit */
	uint16_t n, self;   /* own party index */
	tf_open_seat seat[TF_PARTIES_MAX]; /* [party index - 1] */
} tf_open;

/* Does this signing make its own presignature? */
bool tf_open_is_fresh(const tf_open *o);

/* Does this run use the moduli of all parties? */
bool tf_open_needs_aux(const tf_open *o);

/* Does it use a key that is there? Does it make presignatures, and does it use one up? Is what it
 * uses or makes of FROST? */
bool tf_open_needs_key(const tf_open *o);
bool tf_open_fills_pool(const tf_open *o);
bool tf_open_signs(const tf_open *o);
bool tf_open_is_frost(const tf_open *o);

/* Read and check an OPEN, checks 501 to 508. Kinds ENCODING, POLICY, TRUST. mem is scratch. */
TF_MUST_USE tf_err tf_open_read(tf_open *out, const tf_self *self, const uint8_t *in, size_t len,
                                tf_arena *mem, tf_fault *fault);

/* What we bring to a run: versions of the signed files that we hold, the epoch of the sharing, and
 * the hash over the moduli that we will use (zero where the run uses none). */
typedef struct tf_round0 {
	uint64_t roster, policy, crl;
	uint32_t epoch;
	uint8_t aux[32];
} tf_round0;

/* H("aux-all", [H(aux) of party 1, ...]): what READY carries. aux: n times 32 bytes. */
TF_MUST_USE tf_err tf_round0_aux(uint8_t out[static 32], const uint8_t *aux, size_t n);

/* One opening, from READY to START. Everything in it is public. */
typedef struct tf_opening {
	tf_open open;
	tf_round0 mine;
	uint8_t ready[TF_CTL_READY_MAX + 4]; /* own READY as sent */
	size_t ready_len;
	uint8_t boot[TF_PARTIES_MAX][TF_BOOT_BYTES]; /* after START: everybody's */
	uint16_t all_len[TF_PARTIES_MAX];            /* after START: everybody's READY, for evidence */
	uint8_t all[TF_PARTIES_MAX][TF_CTL_READY_MAX];
	const tf_ed_key *key[TF_PARTIES_MAX]; /* tables of identities, for the session; or NULL */
} tf_opening;

/* Answer an OPEN: a fresh nonce, signed. The message is o->ready. TF_E_ENTROPY. Tables of
 * identities may be put into o->key afterwards. */
TF_MUST_USE tf_err tf_opening_answer(tf_opening *o, const tf_self *self, const tf_open *open,
                                     const tf_round0 *mine);

/* What a START leads to. */
typedef struct tf_opened {
	uint8_t sid[32];
	bool behind; /* TF_E_STATE: it is we who must synchronise first */
} tf_opened;

/* Check a START, 521 to 539, and compute the sid. Devices' instances and boot ids are noted in
 * seen. TF_E_STATE: out of step; TF_E_SESSION: the coordinator told parties different things;
 * TF_E_TRUST: a signature does not hold; TF_E_PROOF: a party is convicted (a clone); kind ENCODING.
 * mem is scratch. */
TF_MUST_USE tf_err tf_opening_close(tf_opened *out, tf_opening *o, tf_standings *seen,
                                    const tf_self *self, const uint8_t *in, size_t len,
                                    tf_arena *mem, tf_fault *fault);

/* tf_sid_make of an OPEN: of `open` group, protocol, t, request, hash, n, and of the seats device,
 * slot and identity; ready: n READYs as in a START. mem is scratch. */
TF_MUST_USE tf_err tf_opening_sid(uint8_t sid[static 32], const tf_open *open,
                                  const tf_profile *pr, const uint8_t trust[static 32],
                                  const tf_blob *ready, tf_arena *mem);

/* The run's environment; points into o and self, which must outlive it. */
void tf_opening_env(tf_party_env *env, const tf_opening *o, const tf_self *self,
                    const uint8_t sid[static 32]);

/* Sign a READY, and check the signature of one. */
TF_MUST_USE tf_err tf_ready_sign(tf_ctl_ready *m, const tf_signer *signer);
bool tf_ready_holds(const tf_ctl_ready *m, const uint8_t identity[static 32]);
/* The same by a table (wire/sign.h); NULL: none. */
bool tf_ready_holds_by(const tf_ed_key *key, const tf_ctl_ready *m,
                       const uint8_t identity[static 32]);

#endif
