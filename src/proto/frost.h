/* FROST: threshold Schnorr signatures in one online round (RFC 9591, docs/protocol.md 14).
 *
 * Every signer i prepares two nonces d_i, e_i and publishes D_i = d_i G, E_i = e_i G. With the list
 * of all (i, D_i, E_i), a message m and the key Q,
 *
 *     rho_i = H1(enc(Q) | H4(m) | H5(list) | enc(i))          the binding factors
 *     R     = sum of D_i + rho_i E_i,   c = H2(R, Q, m)
 *     z_i   = d_i + rho_i e_i + c lambda_i x_i                the share
 *     z_i G = D_i + rho_i E_i + c lambda_i X_i                its check: culprit i
 *
 * and (R, sum of z_i) is an ordinary Schnorr signature. The binding factors tie each nonce to this
 * message, this key and this list, which is what defeats attacks over parallel sessions (ROS). Two
 * shares by one pair of nonces give the key share away: a tf_frost_nonce is for one tf_frost_share,
 * which wipes it before it computes.
 *
 * Shares are additive here: w_i = lambda_i x_i and W_i = w_i G as tf_key_weigh makes them. What is
 * signed under is Q = sY + tG, s = 1 or -1, for the sum Y of all W_i: children add to t, an x-only
 * tweak may flip s. t enters once, when shares are combined. Where a signature has x coordinates
 * only, points with an odd y are replaced by their negatives: of Q, and with it of all w_i and t,
 * and of R, and with it of all nonces.
 *
 * Suites, and what they hash with:
 *
 *   ED25519     FROST-ED25519-SHA512-v1; signatures of RFC 8032
 *   SECP256K1   FROST-secp256k1-SHA256-v1, RFC 9380's XMD; for RFC 9591's own vectors
 *   TAPROOT     FROST-secp256k1-SHA256-TR-v1: H1, H3, H4, H5 as SECP256K1; signatures of BIP-340
 *   BIP445      BIP 445 (draft, before its 0.8.0): one binding factor for all signers, out of their
 *               ids and the sums of D and of E; nonces as above
 *
 * A group must be the suite's: TF_CURVE_BIP340 for the last two, never the group of ECDSA keys.
 */
#ifndef TF_PROTO_FROST_H
#define TF_PROTO_FROST_H

#include "curve/bip340.h"
#include "proto/party.h"

typedef enum tf_frost_suite {
	TF_FROST_ED25519 = 1,
	TF_FROST_SECP256K1 = 2,
	TF_FROST_TAPROOT = 3,
	TF_FROST_BIP445 = 4,
} tf_frost_suite;

/* "FROST-ED25519-SHA512-v1"; NULL if there is no such suite. */
const char *tf_frost_name(tf_frost_suite suite);

/* Is g the group of this suite's keys? */
bool tf_frost_fits(tf_frost_suite suite, const tf_group *g);

/* ---- nonces ---- */

/* d_i and e_i. Secret, and for one share only. */
typedef struct tf_frost_nonce {
	uint32_t ready; /* 1; 0 once used, or never made */
	tf_sc_sec d, e;
} tf_frost_nonce;

static inline void tf_frost_nonce_wipe(tf_frost_nonce *n)
{
	tf_wipe(n, sizeof(*n));
}

/* What a signer publishes. */
typedef struct tf_frost_commitment {
	uint16_t id; /* share index, not 0 */
	tf_pt D, E;
} tf_frost_commitment;

/* d = H3(32 random bytes | enc(share)), e likewise; out->id is left alone. The share hedges against
 * a bad source of randomness; a good one needs none. TF_E_ENTROPY; TF_E_USAGE if the suite does not
 * fit the group. Constant time in everything but D and E, which are public from here on. */
TF_MUST_USE tf_err tf_frost_nonce_make(tf_frost_nonce *n, tf_frost_commitment *out,
                                       tf_frost_suite suite, const tf_group *g,
                                       const tf_sc_sec *share, const tf_rng *rng);

/* ---- keys ---- */

/* Q = sY + tG. Public. */
typedef struct tf_frost_key {
	tf_pt Q;
	tf_sc s; /* 1 or q - 1 */
	tf_sc t;
} tf_frost_key;

void tf_frost_key_init(tf_frost_key *key, const tf_group *g, const tf_pt *Y);

/* Q := Q + tG (children). TF_E_UNSUPPORTED if that is O; key is then unchanged. */
TF_MUST_USE tf_err tf_frost_key_add(tf_frost_key *key, const tf_group *g, const tf_sc *t);

/* Q := Q' + tG for Q' = Q or -Q, whichever has the even y (outputs of Taproot). */
TF_MUST_USE tf_err tf_frost_key_add_xonly(tf_frost_key *key, const tf_group *g, const tf_sc *t);

/* ---- one signature ---- */

/* All that is public about one signature before there are shares. */
typedef struct tf_frost_bound {
	tf_frost_suite suite;
	const tf_group *g;
	uint16_t n;
	tf_frost_commitment list[TF_PARTIES_MAX]; /* ascending by id */
	tf_sc rho[TF_PARTIES_MAX];                /* in the same order */
	tf_pt R;
	tf_sc sign;   /* of the nonces: q - 1 where R had an odd y that does not count, else 1 */
	tf_sc c;      /* challenge */
	tf_sc weight; /* what a W_i, and a w_i, is multiplied by: c, with the signs of Q and key */
	tf_sc offset; /* what the sum of shares lacks: c times the tweaks, likewise */
	tf_pt Q;
} tf_frost_bound;

#define TF_FROST_MESSAGE_MAX 65536u

/* Bind key, message (len bytes) and the commitments of n signers, in any order. TF_E_USAGE: n is
 * not 1..TF_PARTIES_MAX, an id is 0 or comes twice, a D or E is O, the suite does not fit;
 * TF_E_TOO_LARGE: the message; TF_E_UNSUPPORTED: R is O (chance, no more; BIP445 goes on with R = G
 * and fails at the end, as its text says). */
TF_MUST_USE tf_err tf_frost_bind(tf_frost_bound *out, tf_frost_suite suite, const tf_group *g,
                                 const tf_frost_key *key, const tf_frost_commitment *list,
                                 size_t n, const uint8_t *msg, size_t len);

/* The share of signer id by its nonces, which are wiped whatever the outcome, and its w.
 * TF_E_STATE: nonces used or never made; TF_E_USAGE: no such signer. Constant time in nonces and
 * w; z is about to be published. */
TF_MUST_USE tf_err tf_frost_share(tf_sc *z, const tf_frost_bound *b, unsigned id,
                                  tf_frost_nonce *nonce, const tf_sc_sec *w);

/* Is z the share of signer id, whose public share is W? TF_E_USAGE: no such signer. */
TF_MUST_USE tf_err tf_frost_share_holds(bool *holds, const tf_frost_bound *b, unsigned id,
                                        const tf_pt *W, const tf_sc *z);

/* A signature: R as the suite encodes it (32 bytes; SECP256K1: 33), then z. */
typedef struct tf_frost_sig {
	uint8_t b[65];
	uint8_t len;
} tf_frost_sig;

/* From everybody's shares, in any order. It is not verified. */
void tf_frost_combine(tf_frost_sig *out, const tf_frost_bound *b, const tf_sc *z, size_t n);

/* Is it a signature of msg under Q? By the suite's own verification: RFC 8032 (libsodium's rules),
 * BIP-340, or RFC 9591's prime-order one. Public. */
TF_MUST_USE tf_err tf_frost_verify_vt(bool *valid, tf_frost_suite suite, const tf_group *g,
                                      const tf_frost_sig *sig, const tf_pt *Q, const uint8_t *msg,
                                      size_t len);

#endif
