/* A workspace for tests: root, three admins (two must sign), trust, and whatever is issued. */
#ifndef TF_ATTEST_PKI_TEST_H
#define TF_ATTEST_PKI_TEST_H

#include "attest/ca.h"
#include "attest/cert.h"
#include "attest/csr.h"
#include "attest/evidence.h"
#include "attest/workspace.h"
#include "harness/tape.h"

#define PKI_NOW 1800000000
#define PKI_ADMINS 3
#define PKI_PASSPHRASE "a passphrase for tests only" /* with its NUL; of the root's key */

typedef struct pki {
	tf_tape tape;
	tf_rng rng;
	char workspace[TF_NAME_MAX + 1];
	char cert_pem[TF_CERT_PEM_MAX];
	char key_pem[4096];
	tf_ca *ca;
	const uint8_t *root;
	size_t root_len;
	tf_identity_keys admin[PKI_ADMINS];
	uint8_t admin_keys[PKI_ADMINS][32];
	uint8_t trust_root[32];
	tf_trust *trust; /* dev profile, with CRL number 1 */
} pki;

/* Somebody with a certificate. */
typedef struct member {
	tf_holder holder;
	tf_identity_keys keys;
	EVP_PKEY *tls;
	uint8_t cert[TF_CERT_MAX];
	size_t cert_len;
} member;

void pki_make(pki *p, const char *workspace);
void pki_free(pki *p);
tf_trust *pki_new_trust(const pki *p, bool dev, unsigned threshold);

/* Give trust a CRL of that number with these serials, valid at PKI_NOW. */
void pki_set_crl(pki *p, tf_trust *trust, uint64_t number, const tf_revoked *revoked, size_t n);

tf_holder pki_holder(const pki *p, tf_role role, unsigned set, const char *device);

/* Make keys, request and certificate. sans may be NULL. */
void pki_enrol(pki *p, member *m, tf_role role, unsigned set, const char *device,
               const tf_sans *sans);

/* A certificate for what was checked, whatever is in it. */
void pki_issue(const pki *p, member *m, const tf_csr *csr, int64_t now, int64_t seconds);
tf_csr pki_csr(pki *p, member *m, const tf_sans *sans);
void pki_member_free(member *m);

tf_cert_want pki_anybody(void);

#endif
