/* Inside of FROST: hashes and encodings of the suites. Not for other modules.
 *
 * H1 = to_scalar "rho", H3 = to_scalar "nonce", H4 = digest "msg", H5 = digest "com" (RFC 9591,
 * section 6), H2 is tf_frost_challenge.
 */
#ifndef TF_PROTO_FROST_IMPL_H
#define TF_PROTO_FROST_IMPL_H

#include "proto/frost_prepare.h"

/* Longest output of tf_frost_digest, encoded point, encoded scalar. */
#define TF_FROST_DIGEST_MAX 64u
#define TF_FROST_POINT_MAX 33u
#define TF_FROST_SCALAR 32u

/* A scalar out of label and pieces under the suite's context string. The pieces may be secret. */
TF_MUST_USE tf_err tf_frost_to_scalar(tf_sc *out, tf_frost_suite suite, const tf_group *g,
                                      const char *label, const tf_piece *piece, size_t n);

/* Plain hash of context string, label and len bytes at p, by a suite that has a name; returns its
 * length. */
size_t tf_frost_digest(uint8_t out[static TF_FROST_DIGEST_MAX], tf_frost_suite suite,
                       const char *label, const void *p, size_t len);

/* c for the nonce R and the key Q. */
TF_MUST_USE tf_err tf_frost_challenge(tf_sc *c, tf_frost_suite suite, const tf_group *g,
                                      const tf_pt *R, const tf_pt *Q, const uint8_t *msg,
                                      size_t len);

/* Encodings as the suite hashes them; a point's length is returned (32 or 33). */
size_t tf_frost_put_point(uint8_t out[static TF_FROST_POINT_MAX], tf_frost_suite suite,
                          const tf_group *g, const tf_pt *p);
void tf_frost_put_scalar(uint8_t out[static TF_FROST_SCALAR], tf_frost_suite suite,
                         const tf_sc *a);

/* Is the sign of a point's y lost in this suite's signatures? */
static inline bool tf_frost_xonly(tf_frost_suite suite)
{
	return suite == TF_FROST_TAPROOT || suite == TF_FROST_BIP445;
}

/* ---- for the machines ---- */

/* May these parties sign by this suite, and do the weights fit them? TF_E_USAGE if not. */
TF_MUST_USE tf_err tf_frost_check_env(tf_frost_suite suite, const tf_party_env *env,
                                      const tf_weights *w);

/* The public half of it: suite, group, and that the W sum to Y. */
TF_MUST_USE tf_err tf_frost_check_public(tf_frost_suite suite, const tf_party_env *env,
                                         const tf_weights *w);

/* H("frost-id", sid, b, sharing, [[i, D_i, E_i], ...]): name of a list of n commitments. */
TF_MUST_USE tf_err tf_frost_list_id(uint8_t id[static 32], const tf_frost_presig *p,
                                    const tf_group *g);

/* H("frost-sharing", suite, group, Y, [[share index, W], ...]): what nonces are made for. */
TF_MUST_USE tf_err tf_frost_sharing_hash(uint8_t out[static 32], tf_frost_suite suite,
                                         const tf_party_env *env, const tf_weights *w);

#endif
