/* What key generation leaves behind: a sharing of a key, and one's own share of it.
 *
 * The public half is the sharing certificate (docs/protocol.md 6.2): a record that all receivers
 * sign. Whoever comes later takes Y, the chain code and the public shares W from it alone, and
 * checks w G = W for the share it is handed. Two forms, and key generation makes the first,
 * resharing either, a refresh what it finds (reshare.h):
 *
 *     FELDMAN   x_i = f(i), f of degree t - 1 with f(0) the key: any t of the n make it
 *     ADDITIVE  the x_i sum to the key: all n make it, t = n, and every lambda is 1
 *
 * A signing set takes Lagrange-weighted, additive shares: w_i = lambda_i x_i, W_i = lambda_i X_i,
 * with the sum of all W_i = Y (docs/protocol.md 6.4).
 */
#ifndef TF_PROTO_KEY_H
#define TF_PROTO_KEY_H

#include "base/fault.h"
#include "proto/party.h"

#define TF_SHARES_MIN 2u /* that make a key: nobody has one alone */

typedef enum tf_share_form { TF_SHARE_FELDMAN = 0, TF_SHARE_ADDITIVE = 1 } tf_share_form;
typedef enum tf_share_state { TF_SHARE_PENDING = 0, TF_SHARE_COMMITTED = 1 } tf_share_state;

typedef struct tf_seat {
	uint16_t index; /* share index = slot number */
	char device[TF_DEVICE_MAX + 1]; /* who received the share */
	tf_pt W;        /* share times G */
} tf_seat;

/* A sharing, as its certificate says. */
typedef struct tf_sharing {
	char workspace[TF_WORKSPACE_MAX + 1];
	uint8_t key_id[32];
	tf_curve_id curve;
	tf_pt Y;
	uint8_t cc[32];
	uint8_t sharing[32];  /* its name: the sid of the run that made it */
	uint32_t epoch;
	uint8_t attempt[32];  /* hash of all (index, W) */
	tf_share_form form;
	uint16_t t;           /* how many shares make the key */
	uint16_t n;           /* seats, ascending by index */
	tf_seat seat[TF_PARTIES_MAX];
	uint8_t previous[32]; /* hash of the predecessor; zero after key generation */
} tf_sharing;

/* A sharing and the own share in it. Secret. */
typedef struct tf_key {
	tf_sharing sharing;
	uint16_t index;       /* own share index */
	tf_share_state state;
	tf_sc_sec x;
} tf_key;

static inline void tf_key_wipe(tf_key *k)
{
	tf_wipe(k, sizeof(*k));
}

/* The seat with this share index; NULL if there is none. Public. */
const tf_seat *tf_sharing_seat(const tf_sharing *s, unsigned index);

/* H("attempt", [[index, W], ...]): what names an attempt to make a sharing. mem is scratch. */
TF_MUST_USE tf_err tf_sharing_attempt(uint8_t out[static 32], const tf_sharing *s,
                                      const tf_group *g, tf_arena *mem);

/* Do the shares add up to the key? Feldman: every seat's W lies on the polynomial that the first t
 * seats fix, and that has Y at 0; additive: the W sum to Y. Also: 2 <= t <= n, indices ascending
 * and good modulo q, every seat another device's, no W and no Y that is O, attempt is its own hash.
 * TF_E_ENCODING if not. Public. */
TF_MUST_USE tf_err tf_sharing_check(const tf_sharing *s, const tf_group *g, tf_arena *mem);

/* The encoded body of the certificate into out, and its hash, which is what is signed (either may
 * be NULL). out must hold TF_CERTIFICATE_MAX bytes. */
TF_MUST_USE tf_err tf_sharing_encode(uint8_t *out, size_t *len, uint8_t hash[32],
                                     const tf_sharing *s, const tf_group *g, tf_arena *mem);

/* The body of a certificate, checked (tf_sharing_check), and its hash. What out holds after an
 * error is of no use. mem is scratch: the caller releases it. */
TF_MUST_USE tf_err tf_sharing_decode(tf_sharing *out, uint8_t hash[static 32], const tf_group *g,
                                     const tf_blob *body, tf_arena *mem);

/* Is next what may come after prev in the chain of certificates? Workspace, key, curve, Y and chain
 * code are carried over, and prev's hash is in it; a refresh (the same sharing) has a higher epoch,
 * the same seats of the same devices, the same t, and the same form unless all n shares become
 * additive; a resharing (another one) begins with the first epoch. Signatures are not looked at: a
 * resharing is prev's only if enough of prev's devices have signed it, too, and which they are is
 * for the caller to say. TF_E_TRUST if not. Public. */
TF_MUST_USE tf_err tf_sharing_follows(const tf_sharing *next, const tf_sharing *prev,
                                      const tf_group *g, tf_arena *mem);

/* One signature of a certificate. */
typedef struct tf_sharing_sig {
	const char *device;
	uint8_t sig[64]; /* Ed25519 over the hash, domain TF_SHARING_DOMAIN */
} tf_sharing_sig;
#define TF_SHARING_DOMAIN "trefoil/sharing/v1"
#define TF_EPOCH_FIRST 1u /* of every new sharing */

/* A body and its signatures (ascending by device id; sorted here) as one encoded
 * signed_certificate; out holds cap bytes. */
TF_MUST_USE tf_err tf_sharing_seal(uint8_t *out, size_t cap, size_t *len, const uint8_t *body,
                                   size_t body_len, const tf_sharing_sig *sig, size_t sigs,
                                   tf_arena *mem);

/* Open an encoded signed_certificate: decode, tf_sharing_check, and every seat's device must have
 * signed with the identity that `find` knows for it (the roster); signatures of devices without a
 * seat are verified too. Who has a seat is said by the certificate itself: devices that are one
 * short of being honest make a true certificate of a key of their own, for whatever workspace and
 * key id. So the caller compares workspace, key id, t, n, form, epoch and the device of every seat
 * with what it expects, or knows the sharing itself (tf_key_complete). TF_E_TRUST: a signature is
 * missing, does not hold, or find knows no such device; kind ENCODING: malformed. Public. */
typedef const uint8_t *(*tf_identity_find)(void *ctx, const char *device); /* 32 bytes or NULL */
TF_MUST_USE tf_err tf_sharing_open(tf_sharing *out, const tf_group *g, const uint8_t *in,
                                   size_t len, tf_identity_find find, void *ctx, tf_arena *mem);

/* The record of an own share (TF_REC_KEY_SHARE), with its signed certificate; out holds cap bytes.
 * Secret: the store seals it. */
TF_MUST_USE tf_err tf_key_encode(uint8_t *out, size_t cap, size_t *len, const tf_key *key,
                                 const uint8_t *certificate, size_t certificate_len,
                                 const tf_group *g, tf_arena *mem);

/* And back, from our own sealed store: the record must agree with its certificate, and x G with the
 * own seat's W (TF_E_ENCODING). certificate (may be NULL) points into in. Signatures are not
 * verified again: tf_sharing_open. Constant time in x. */
TF_MUST_USE tf_err tf_key_decode(tf_key *out, tf_blob *certificate, const tf_group *g,
                                 const uint8_t *in, size_t len, tf_arena *mem);

/* A pending share whose run ended before everybody's acknowledgement came (docs/protocol.md 6.1)
 * becomes a committed one when its holder is shown the complete certificate, by whomever: it proves
 * itself. shared is what tf_sharing_open made of certificate, with the identities of the holder's
 * own roster; record is the pending record. The certificate must be of exactly the sharing that the
 * holder has acknowledged (SHARING_SAME, TF_E_TRUST: another attempt, other shares, another chain
 * code, ..); that x G is the own seat's W follows, since the record was read back with its own. out
 * receives the committed record (cap bytes; TF_CERTIFICATE_MAX + 256 suffice). TF_E_STATE: the
 * record is not pending, or is of a resharing or refresh: tf_attempt_commit ends those, for which
 * voters without a seat have a word, too. Constant time in x. */
TF_MUST_USE tf_err tf_key_complete(uint8_t *out, size_t cap, size_t *len, const tf_sharing *shared,
                                   tf_blob certificate, tf_blob record, const tf_group *g,
                                   tf_arena *mem, tf_fault *fault);

/* Lagrange coefficient at 0 of index among the n distinct indices set[0..n), all good modulo q
 * (TF_E_USAGE otherwise). Public. */
TF_MUST_USE tf_err tf_lagrange(tf_sc *out, const tf_group *g, unsigned index,
                               const uint16_t *set, size_t n);

/* Additive shares of the key for one signing set. Secret. */
typedef struct tf_weights {
	tf_pt Y;
	tf_pt W[TF_PARTIES_MAX]; /* [party index - 1] */
	tf_sc_sec w;             /* own */
} tf_weights;

static inline void tf_weights_wipe(tf_weights *w)
{
	tf_wipe(w, sizeof(*w));
}

/* For the parties of env, whose share indices must be seats of the key, the own one among them, at
 * least t (Feldman) or all of them (additive); TF_E_USAGE otherwise, and if the W do not sum to Y.
 * Constant time in x. */
TF_MUST_USE tf_err tf_key_weigh(tf_weights *out, const tf_key *key, const tf_party_env *env);

/* What is public of a record that was read, and of its weights in one signing set: so that the same
 * record and the same set need no points decoded, and nothing multiplied, again. A record is known
 * by the hash of all its bytes, the share among them: if that is the same, then what was checked of
 * it (its certificate's form and sums, x G = W) holds. */
typedef struct tf_key_memo {
	uint64_t used;       /* its keeper's: when; 0: empty */
	uint8_t record[32];  /* tf_key_record_hash; its keeper's, too */
	bool read;           /* sharing is that of the record */
	tf_sharing sharing;
	uint16_t n, self;    /* of the set that was weighed; n = 0: none was */
	uint16_t set[TF_PARTIES_MAX]; /* share indices */
	tf_sc lambda;        /* own */
	tf_pt W[TF_PARTIES_MAX];
} tf_key_memo;

/* Constant time in the record's bytes. */
void tf_key_record_hash(uint8_t out[static 32], const uint8_t *in, size_t len);

/* tf_key_decode by the memo of this very record, which learns; NULL: none. */
TF_MUST_USE tf_err tf_key_decode_known(tf_key *out, tf_key_memo *memo, const tf_group *g,
                                       const uint8_t *in, size_t len, tf_arena *mem);

/* tf_key_weigh likewise, for a key that tf_key_decode_known has made by the same memo. */
TF_MUST_USE tf_err tf_key_weigh_known(tf_weights *out, tf_key_memo *memo, const tf_key *key,
                                      const tf_party_env *env);

#endif
