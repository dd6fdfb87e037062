/* Evidence: what stands behind a device, verified once per certificate.
 *
 * One call, tf_evidence_verify, turns evidence into a tf_verified, an opaque object that
 * tf_ca_issue demands and compares with the request: nothing is issued from unverified evidence,
 * and evidence for one request issues nothing for another.
 *
 * report_data is what the hardware signs, so that evidence speaks of this request, this nonce and
 * this trust root and of nothing else (docs/attestation.md 3.3):
 *
 *   SHA-512("trefoil/enrol/v1" || 0x00 || u16 role || LV(workspace) || LV(set in decimal)
 *           || LV(device) || LV(trust root hash) || LV(SPKI DER) || LV(Ed25519 || X25519)
 *           || nonce[32])                        LV(x) = u32 big-endian length || x
 *
 * Kind none proves nothing and is accepted in the dev profile only. Kinds sgx, tdx and snp are
 * refused as unsupported until their verifiers exist.
 */
#ifndef TF_ATTEST_EVIDENCE_H
#define TF_ATTEST_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attest/csr.h"
#include "attest/identity.h"
#include "base/err.h"
#include "base/fault.h"

#define TF_EVIDENCE_MAX 65536u
#define TF_REPORT_DATA_LEN 64u

typedef struct tf_evidence {
	tf_evidence_kind kind;
	const uint8_t *data; /* the quote or report; NULL for none */
	size_t len;
} tf_evidence;

/* Vendor collateral (TCB info, identities, CRLs); unused by kind none. */
typedef struct tf_collateral {
	const uint8_t *data;
	size_t len;
} tf_collateral;

typedef struct tf_evidence_policy {
	bool dev_profile;                                 /* kind none is allowed */
	uint8_t report_data[TF_REPORT_DATA_LEN];          /* what the evidence must bind */
} tf_evidence_policy;

typedef struct tf_verified tf_verified;

/* report_data for a request, see above. */
TF_MUST_USE tf_err tf_report_data(uint8_t out[static TF_REPORT_DATA_LEN], const tf_csr *csr,
                                  const uint8_t trust_root[static 32]);

/* Verify evidence at time now. TF_E_TRUST with the check in fault: kind none outside the dev
 * profile, or none with data; TF_E_UNSUPPORTED for a kind that has no verifier here. */
TF_MUST_USE tf_err tf_evidence_verify(tf_verified **out, const tf_evidence *evidence,
                                      const tf_collateral *collateral,
                                      const tf_evidence_policy *policy, int64_t now,
                                      tf_fault *fault);

void tf_verified_free(tf_verified *v);

/* What was verified. */
tf_evidence_kind tf_verified_kind(const tf_verified *v);
const uint8_t *tf_verified_digest(const tf_verified *v);      /* 32 bytes */
const uint8_t *tf_verified_report_data(const tf_verified *v); /* 64 bytes */
int64_t tf_verified_expiry(const tf_verified *v);             /* INT64_MAX: does not expire */

#endif
