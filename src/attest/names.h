/* The subjectAltName of certificates and requests: for the files of the attest room only.
 *
 * Exactly one URI (the place), then any "dns:" and "ip:" names of a tf_sans.
 */
#ifndef TF_ATTEST_NAMES_H
#define TF_ATTEST_NAMES_H

#include "attest/csr.h"
#include "attest/ossl.h"

/* The extension's value; TF_E_USAGE for an invalid holder, or names where the role has none. */
TF_MUST_USE tf_err tf_names_make(names_ref *out, const tf_holder *holder, const tf_sans *sans);

/* Read it from a list of extensions: present once, the place valid, every other name in the form
 * of a tf_sans and of a role that may have names. TF_E_ENCODING. */
TF_MUST_USE tf_err tf_names_read(tf_holder *holder, tf_sans *sans,
                                 const STACK_OF(X509_EXTENSION) *exts);

#endif
