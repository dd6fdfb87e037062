/* Feldman's verifiable secret sharing: a polynomial over the scalars, its coefficients times G, and
 * the share of an index x, which is the value at x (Feldman 1987; docs/protocol.md 6.1).
 */
#ifndef TF_PROTO_POLY_H
#define TF_PROTO_POLY_H

#include "proto/party.h"

/* f(x) of the t coefficients f. Constant time in f. */
void tf_poly_at(tf_sc_sec *out, const tf_group *g, const tf_sc_sec *f, unsigned t, unsigned x);

/* f(x) G of the points F, 1 <= t <= TF_PARTIES_MAX (TF_E_USAGE). Public. */
TF_MUST_USE tf_err tf_poly_at_public(tf_pt *out, const tf_group *g, const tf_pt *F, unsigned t,
                                     unsigned x);

#endif
