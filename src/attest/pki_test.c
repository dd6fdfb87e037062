#include "attest/pki_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

static const uint8_t passphrase[] = PKI_PASSPHRASE;

tf_trust *pki_new_trust(const pki *p, bool dev, unsigned threshold)
{
	const tf_trust_config config = {
		.workspace = p->workspace, .root_der = p->root, .root_len = p->root_len,
		.admin_threshold = threshold, .admin_keys = p->admin_keys,
		.n_admin_keys = PKI_ADMINS, .dev_profile = dev,
	};
	tf_trust *t;

	CHECK_OK(tf_trust_new(&t, &config));
	return t;
}

void pki_set_crl(pki *p, tf_trust *trust, uint64_t number, const tf_revoked *revoked, size_t n)
{
	uint8_t *der;
	size_t len;

	CHECK_OK(tf_ca_crl(&der, &len, p->ca, number, revoked, n, PKI_NOW, PKI_NOW + 86400));
	CHECK_OK(tf_trust_set_crl(trust, der, len, PKI_NOW));
	free(der);
}

void pki_make(pki *p, const char *workspace)
{
	memset(p, 0, sizeof(*p));
	snprintf(p->workspace, sizeof(p->workspace), "%s", workspace);
	p->rng = tf_tape_init(&p->tape, tf_test_seed(), 0);
	CHECK_OK(tf_ca_create(p->cert_pem, sizeof(p->cert_pem), p->key_pem, sizeof(p->key_pem),
	                      workspace, passphrase, sizeof(passphrase), PKI_NOW));
	CHECK_OK(tf_ca_load(&p->ca, workspace, p->cert_pem, strlen(p->cert_pem), p->key_pem,
	                    strlen(p->key_pem), passphrase, sizeof(passphrase)));
	p->root = tf_ca_root(p->ca, &p->root_len);
	for (unsigned i = 0; i < PKI_ADMINS; i++) {
		CHECK_OK(tf_identity_keys_make(&p->admin[i], &p->rng));
		memcpy(p->admin_keys[i], p->admin[i].ed25519, 32);
	}
	p->trust = pki_new_trust(p, true, 2);
	memcpy(p->trust_root, tf_trust_hash(p->trust), 32);
	pki_set_crl(p, p->trust, 1, NULL, 0);
}

void pki_free(pki *p)
{
	tf_trust_free(p->trust);
	tf_ca_free(p->ca);
}

tf_holder pki_holder(const pki *p, tf_role role, unsigned set, const char *device)
{
	tf_holder h = { .role = role, .set = (uint16_t)set };

	snprintf(h.workspace, sizeof(h.workspace), "%s", p->workspace);
	snprintf(h.device, sizeof(h.device), "%s", device);
	return h;
}

tf_csr pki_csr(pki *p, member *m, const tf_sans *sans)
{
	static const tf_sans none;
	uint8_t der[TF_CSR_MAX], nonce[TF_NONCE_LEN], sig[64];
	tf_csr csr;
	size_t len;

	if (!sans)
		sans = &none;
	CHECK_OK(tf_rng_bytes(&p->rng, nonce, sizeof(nonce)));
	CHECK_OK(tf_csr_make(der, sizeof(der), &len, &m->holder, &m->keys, sans, m->tls));
	CHECK_OK(tf_csr_sign(sig, &m->keys, der, len, nonce));
	CHECK_OK(tf_csr_check(&csr, der, len, &m->holder, sans, nonce, sig, NULL));
	return csr;
}

void pki_issue(const pki *p, member *m, const tf_csr *csr, int64_t now, int64_t seconds)
{
	const tf_evidence none = { .kind = TF_EVIDENCE_NONE };
	tf_evidence_policy policy = { .dev_profile = true };
	tf_verified *verified;

	CHECK_OK(tf_report_data(policy.report_data, csr, p->trust_root));
	CHECK_OK(tf_evidence_verify(&verified, &none, NULL, &policy, now, NULL));
	CHECK_OK(tf_ca_issue(m->cert, sizeof(m->cert), &m->cert_len, p->ca, csr, verified,
	                     p->trust_root, now, seconds));
	tf_verified_free(verified);
}

void pki_enrol(pki *p, member *m, tf_role role, unsigned set, const char *device,
               const tf_sans *sans)
{
	tf_csr csr;

	memset(m, 0, sizeof(*m));
	m->holder = pki_holder(p, role, set, device);
	CHECK_OK(tf_identity_keys_make(&m->keys, &p->rng));
	CHECK_OK(tf_tls_key_make(&m->tls));
	csr = pki_csr(p, m, sans);
	pki_issue(p, m, &csr, PKI_NOW, TF_CERT_SECONDS);
}

void pki_member_free(member *m)
{
	EVP_PKEY_free(m->tls);
	m->tls = NULL;
}

tf_cert_want pki_anybody(void)
{
	return (tf_cert_want){ .roles = ~0u, .set = TF_ANY_SET };
}
