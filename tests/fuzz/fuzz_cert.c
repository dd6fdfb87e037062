/* Certificates (first byte 1) and requests (2): what is accepted names one valid place, in one way,
 * for at most a day; a request that nobody signed is never accepted. */
#include <string.h>

#include "attest/cert.h"
#include "attest/csr.h"
#include "fuzz.h"

static void check_cert(const uint8_t *p, size_t len)
{
	char uri[TF_URI_MAX + 1];
	tf_holder again;
	tf_cert c;

	if (tf_cert_parse(&c, p, len) != TF_OK)
		return;
	ALWAYS(tf_holder_uri(uri, &c.id.holder) == TF_OK);
	ALWAYS(tf_holder_parse(&again, uri, strlen(uri)) == TF_OK);
	ALWAYS(tf_holder_eq(&again, &c.id.holder));
	ALWAYS(c.not_after > c.not_before && c.not_after - c.not_before <= TF_CERT_SECONDS);
	ALWAYS(c.id.evidence >= TF_EVIDENCE_NONE && c.id.evidence <= TF_EVIDENCE_SNP);
}

static void check_request(const uint8_t *p, size_t len)
{
	static const tf_holder granted = { "acme", TF_ROLE_PRIMARY, 0, "primary-1" };
	static const uint8_t nonce[TF_NONCE_LEN], sig[64];
	static const tf_sans none;
	tf_fault fault = { 0 };
	tf_csr csr;
	tf_err e = tf_csr_check(&csr, p, len, &granted, &none, nonce, sig, &fault);

	ALWAYS(e != TF_OK && fault.check >= TF_CK_CSR_FORM && fault.check <= TF_CK_CSR_IDENTITY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0 && data[0] == 1)
		check_cert(data + 1, len - 1);
	if (len > 0 && data[0] == 2)
		check_request(data + 1, len - 1);
	return 0;
}
