/* One exchange with the RA server: private to the two files of enrol.h.
 *
 * Everything it needs is copied in and everything it finds lies in it, so it can run in a worker.
 * What it brings is not believed here, but by the member (enrol.c).
 */
#ifndef TF_DAEMON_ENROL_EXCHANGE_H
#define TF_DAEMON_ENROL_EXCHANGE_H

#include <openssl/evp.h>

#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/ticket.h"
#include "base/rng.h"

#define TF_KEY_PEM_MAX 512u
#define TF_WHY_LINE 256u

typedef enum tf_exchange_cert {
	TF_EXCHANGE_NO_CERT = 0,
	TF_EXCHANGE_ENROL, /* with the ticket */
	TF_EXCHANGE_RENEW, /* with the old certificate */
} tf_exchange_cert;

typedef struct tf_exchange {
	/* in */
	char *url;
	char *root_pem;
	tf_holder holder;
	tf_sans sans;
	uint8_t trust_root[32];
	uint8_t *known_crl; /* malloc'ed DER that the member believes; NULL: none yet */
	size_t known_crl_len;
	tf_identity_keys keys;
	tf_rng rng;
	tf_exchange_cert what;
	char ticket[TF_TICKET_TEXT + 1];
	char cert_pem[TF_CERT_PEM_MAX];
	char key_pem[TF_KEY_PEM_MAX];
	/* out: each thing with its own verdict, and one line about the last trouble */
	tf_err crl_err, workspace_err, cert_err;
	char why[TF_WHY_LINE];
	uint8_t *crl; /* malloc'ed DER */
	size_t crl_len;
	char *workspace; /* malloc'ed file; NULL: none has been published */
	size_t workspace_len;
	EVP_PKEY *tls_key;
	uint8_t cert[TF_CERT_MAX];
	size_t cert_len;
} tf_exchange;

/* Do it; blocks. */
void tf_exchange_run(tf_exchange *x);

void tf_exchange_wipe(tf_exchange *x);

/* What the server's answers say, len bytes each that nobody has looked at; x->why has the words if
 * it is an error: the nonce, and the certificate into x->cert (TF_E_ENCODING, TF_E_TOO_LARGE); a
 * refusal with this HTTP status, whose words become printable ASCII (never TF_OK). */
TF_MUST_USE tf_err tf_exchange_read_nonce(tf_exchange *x, uint8_t nonce[static TF_NONCE_LEN],
                                          const char *p, size_t len);
TF_MUST_USE tf_err tf_exchange_read_cert(tf_exchange *x, const char *p, size_t len);
TF_MUST_USE tf_err tf_exchange_read_refusal(tf_exchange *x, int status, const char *p, size_t len);

#endif
