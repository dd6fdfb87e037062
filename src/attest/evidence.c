#include "attest/evidence.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rw.h"

#define TEXT_MAX 1024u

struct tf_verified {
	tf_evidence_kind kind;
	uint8_t digest[32];
	uint8_t report_data[TF_REPORT_DATA_LEN];
	int64_t expiry;
};

tf_err tf_report_data(uint8_t out[static TF_REPORT_DATA_LEN], const tf_csr *csr,
                      const uint8_t trust_root[static 32])
{
	uint8_t text[TEXT_MAX], keys[64];
	char set[8];
	size_t len;
	tf_wr w = tf_wr_init(text, sizeof(text));

	snprintf(set, sizeof(set), "%u", csr->holder.set);
	memcpy(keys, csr->ed25519, 32);
	memcpy(keys + 32, csr->x25519, 32);
	tf_wr_fixed(&w, "trefoil/enrol/v1", 17); /* with its 0x00 */
	tf_wr_u16(&w, (uint16_t)csr->holder.role);
	tf_wr_blob(&w, csr->holder.workspace, strlen(csr->holder.workspace));
	tf_wr_blob(&w, set, strlen(set));
	tf_wr_blob(&w, csr->holder.device, strlen(csr->holder.device));
	tf_wr_blob(&w, trust_root, 32);
	tf_wr_blob(&w, csr->spki, csr->spki_len);
	tf_wr_blob(&w, keys, sizeof(keys));
	tf_wr_fixed(&w, csr->nonce, sizeof(csr->nonce));
	TRY(tf_wr_end(&w, &len));
	crypto_hash_sha512(out, text, len);
	return TF_OK;
}

/* Nothing to verify: a decision of the profile, and visible in the certificate. */
static tf_err verify_none(tf_verified *v, const tf_evidence *evidence,
                          const tf_evidence_policy *policy, tf_fault *fault)
{
	bool allowed = policy->dev_profile && evidence->len == 0;

	if (!tf_holds(fault, TF_CK_EVIDENCE_KIND, allowed))
		return TF_E_TRUST;
	v->expiry = INT64_MAX;
	return TF_OK;
}

static tf_err verify_kind(tf_verified *v, const tf_evidence *evidence,
                          const tf_evidence_policy *policy, tf_fault *fault)
{
	switch (evidence->kind) {
	case TF_EVIDENCE_NONE:
		return verify_none(v, evidence, policy, fault);
	case TF_EVIDENCE_SGX:
	case TF_EVIDENCE_TDX:
	case TF_EVIDENCE_SNP:
		return TF_E_UNSUPPORTED;
	}
	return TF_E_UNSUPPORTED;
}

tf_err tf_evidence_verify(tf_verified **out, const tf_evidence *evidence,
                          const tf_collateral *collateral, const tf_evidence_policy *policy,
                          int64_t now, tf_fault *fault)
{
	tf_verified *v;
	tf_err e;

	(void)collateral, (void)now; /* the kinds that have verifiers use neither */
	if (evidence->len > TF_EVIDENCE_MAX)
		return TF_E_TOO_LARGE;
	v = calloc(1, sizeof(*v));
	if (!v)
		return TF_E_RESOURCE;
	v->kind = evidence->kind;
	memcpy(v->report_data, policy->report_data, sizeof(v->report_data));
	e = verify_kind(v, evidence, policy, fault);
	if (e != TF_OK) {
		tf_verified_free(v);
		return e;
	}
	*out = v;
	return TF_OK;
}

void tf_verified_free(tf_verified *v)
{
	free(v);
}

tf_evidence_kind tf_verified_kind(const tf_verified *v)
{
	return v->kind;
}

const uint8_t *tf_verified_digest(const tf_verified *v)
{
	return v->digest;
}

const uint8_t *tf_verified_report_data(const tf_verified *v)
{
	return v->report_data;
}

int64_t tf_verified_expiry(const tf_verified *v)
{
	return v->expiry;
}
