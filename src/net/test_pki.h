/* A small CA for tests: keys, certificates and revocation lists made in memory by OpenSSL. */
#ifndef TF_NET_TEST_PKI_H
#define TF_NET_TEST_PKI_H

#include <openssl/x509.h>

#include "net/tls.h"

typedef struct pki_ca {
	EVP_PKEY *key;
	X509 *cert;
	char *pem;      /* the CA certificate */
	long serial;    /* last one given */
	long revoked[8];
	int revoked_n;
} pki_ca;

typedef struct pki_id {
	long serial;
	char *cert_pem;
	char *key_pem;
} pki_id;

/* Validity of a certificate, seconds from now. */
typedef struct pki_span {
	long from, to;
} pki_span;

#define PKI_DAY ((pki_span){ -3600, 86400 })

void pki_ca_init(pki_ca *ca, const char *name);
void pki_ca_wipe(pki_ca *ca);

/* A P-256 certificate for both directions; san like "URI:trefoil://w/guard/1/7,DNS:localhost",
 * may be NULL. eku: "clientAuth,serverAuth" when NULL. */
void pki_issue(pki_id *id, pki_ca *ca, const char *name, const char *san, const char *eku,
               pki_span span);
void pki_id_wipe(pki_id *id);
void pki_revoke(pki_ca *ca, long serial);

/* PEM of the current list, ending in next_s seconds; free it. */
char *pki_crl(pki_ca *ca, long next_s);

/* A context with this identity (NULL: none) and CA; crl NULL: none. Fails the test if it cannot. */
tf_tls *pki_tls(const pki_ca *ca, const pki_id *id, const char *crl, const char *alpn);
tf_tls_config pki_config(const pki_ca *ca, const pki_id *id, const char *crl, const char *alpn);

/* PEM texts of a fresh RSA key of that many bits; free both. */
void pki_rsa(char **private_pem, char **public_pem, int bits);

#endif
