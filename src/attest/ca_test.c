#include "attest/ca.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/pki_test.h"
#include "harness/harness.h"

static const uint8_t pass[] = "a passphrase for tests only";

static tf_err load(const pki *p, const char *workspace, const char *key_pem, const uint8_t *secret,
                   size_t len)
{
	tf_ca *ca;
	tf_err e = tf_ca_load(&ca, workspace, p->cert_pem, strlen(p->cert_pem), key_pem,
	                      strlen(key_pem), secret, len);

	if (e == TF_OK)
		tf_ca_free(ca);
	return e;
}

/* The key of p, written with other protection. */
static void rewrite(char *out, size_t cap, const pki *p, int iterations, int prf,
                    const EVP_CIPHER *cipher)
{
	BIO *in = BIO_new_mem_buf(p->key_pem, -1), *mem = BIO_new(BIO_s_mem());
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, (void *)(uintptr_t)pass);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_ALGOR *alg = PKCS5_pbe2_set_iv(cipher, iterations, NULL, 16, NULL, prf);
	X509_SIG *sealed = PKCS8_set0_pbe((const char *)pass, sizeof(pass), info, alg);
	char *text;
	long n;

	CHECK(sealed && PEM_write_bio_PKCS8(mem, sealed) == 1);
	n = BIO_get_mem_data(mem, &text);
	CHECK(n > 0 && (size_t)n < cap);
	memcpy(out, text, (size_t)n);
	out[n] = '\0';
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(key);
	BIO_free(in);
	BIO_free(mem);
}

TEST(root_key_opens_with_its_passphrase_only)
{
	static pki p, other;
	uint8_t wrong[sizeof(pass)];
	char key[4096];

	pki_make(&p, "acme");
	pki_make(&other, "acme");
	CHECK(strstr(p.key_pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----") == p.key_pem);
	CHECK_OK(load(&p, "acme", p.key_pem, pass, sizeof(pass)));
	memcpy(wrong, pass, sizeof(pass));
	wrong[3] ^= 1;
	CHECK_ERR(load(&p, "acme", p.key_pem, wrong, sizeof(wrong)), TF_E_SEAL);
	CHECK_ERR(load(&p, "acme", other.key_pem, pass, sizeof(pass)), TF_E_TRUST);
	CHECK_ERR(load(&p, "evil", p.key_pem, pass, sizeof(pass)), TF_E_TRUST);
	CHECK_ERR(load(&p, "acme", "", pass, sizeof(pass)), TF_E_ENCODING);
	CHECK_ERR(load(&p, "acme", p.cert_pem, pass, sizeof(pass)), TF_E_ENCODING);
	rewrite(key, sizeof(key), &p, TF_CA_ITERATIONS, NID_hmacWithSHA256, EVP_aes_256_cbc());
	CHECK_OK(load(&p, "acme", key, pass, sizeof(pass)));
	pki_free(&p);
	pki_free(&other);
}

TEST(weakly_kept_or_open_root_key_is_refused)
{
	static pki p;
	char key[4096], *text;
	BIO *in, *mem = BIO_new(BIO_s_mem());
	EVP_PKEY *pkey;

	pki_make(&p, "acme");
	rewrite(key, sizeof(key), &p, TF_CA_ITERATIONS - 1, NID_hmacWithSHA256,
	        EVP_aes_256_cbc());
	CHECK_ERR(load(&p, "acme", key, pass, sizeof(pass)), TF_E_ENCODING);
	rewrite(key, sizeof(key), &p, TF_CA_ITERATIONS, NID_hmacWithSHA1, EVP_aes_256_cbc());
	CHECK_ERR(load(&p, "acme", key, pass, sizeof(pass)), TF_E_ENCODING);
	rewrite(key, sizeof(key), &p, TF_CA_ITERATIONS, NID_hmacWithSHA256, EVP_des_ede3_cbc());
	CHECK_ERR(load(&p, "acme", key, pass, sizeof(pass)), TF_E_ENCODING);
	in = BIO_new_mem_buf(p.key_pem, -1);
	pkey = PEM_read_bio_PrivateKey(in, NULL, NULL, (void *)(uintptr_t)pass);
	CHECK(PEM_write_bio_PrivateKey(mem, pkey, NULL, NULL, 0, NULL, NULL) == 1);
	CHECK(BIO_write(mem, "", 1) == 1);
	CHECK(BIO_get_mem_data(mem, &text) > 0);
	CHECK_ERR(load(&p, "acme", text, pass, sizeof(pass)), TF_E_ENCODING);
	EVP_PKEY_free(pkey);
	BIO_free(in);
	BIO_free(mem);
	pki_free(&p);
}

TEST(root_is_made_with_a_good_name_and_passphrase_only)
{
	char cert[TF_CERT_PEM_MAX], key[4096];

	CHECK_ERR(tf_ca_create(cert, sizeof(cert), key, sizeof(key), "No Name", pass, sizeof(pass),
	                       PKI_NOW), TF_E_USAGE);
	CHECK_ERR(tf_ca_create(cert, sizeof(cert), key, sizeof(key), "acme", pass,
	                       TF_CA_PASSPHRASE_MIN - 1, PKI_NOW), TF_E_USAGE);
	CHECK_ERR(tf_ca_create(cert, 10, key, sizeof(key), "acme", pass, sizeof(pass), PKI_NOW),
	          TF_E_CAPACITY);
}

static tf_verified *verified_for(const pki *p, const tf_csr *csr)
{
	const tf_evidence nothing = { .kind = TF_EVIDENCE_NONE };
	tf_evidence_policy policy = { .dev_profile = true };
	tf_verified *v;

	CHECK_OK(tf_report_data(policy.report_data, csr, p->trust_root));
	CHECK_OK(tf_evidence_verify(&v, &nothing, NULL, &policy, PKI_NOW, NULL));
	return v;
}

TEST(nothing_is_issued_from_evidence_for_something_else)
{
	static pki p;
	uint8_t der[TF_CERT_MAX], other_root[32] = { 1 };
	tf_csr csr, changed;
	tf_verified *v;
	size_t len;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	csr = pki_csr(&p, &m, NULL);
	v = verified_for(&p, &csr);
	CHECK_OK(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, p.trust_root, PKI_NOW, 3600));
	for (unsigned i = 0; i < 7; i++) {
		changed = csr;
		switch (i) {
		case 0: changed.holder.set = 2; break;
		case 1: strcpy(changed.holder.device, "guard-2"); break;
		case 2: changed.holder.role = TF_ROLE_PRIMARY, changed.holder.set = 0; break;
		case 3: changed.ed25519[0] ^= 1; break;
		case 4: changed.x25519[31] ^= 1; break;
		case 5: changed.spki[80] ^= 1; break;
		case 6: changed.nonce[0] ^= 1; break;
		}
		CHECK_ERR(tf_ca_issue(der, sizeof(der), &len, p.ca, &changed, v, p.trust_root,
		                      PKI_NOW, 3600), TF_E_TRUST);
	}
	CHECK_ERR(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, other_root, PKI_NOW, 3600),
	          TF_E_TRUST);
	CHECK(tf_check_refusals(TF_CK_EVIDENCE_BINDING) == 8);
	tf_verified_free(v);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(lifetimes_have_their_limits)
{
	static pki p;
	uint8_t der[TF_CERT_MAX];
	const int64_t end = PKI_NOW + (int64_t)TF_CA_YEARS * 365 * 86400;
	tf_verified *v;
	tf_csr csr;
	tf_cert c;
	size_t len;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	csr = pki_csr(&p, &m, NULL);
	v = verified_for(&p, &csr);
	CHECK_ERR(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, p.trust_root, PKI_NOW,
	                      TF_CERT_SECONDS + 1), TF_E_USAGE);
	CHECK_ERR(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, p.trust_root, PKI_NOW,
	                      TF_CERT_BACKDATE), TF_E_USAGE);
	CHECK_OK(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, p.trust_root, end - 1000,
	                     TF_CERT_SECONDS));
	CHECK_OK(tf_cert_parse(&c, der, len));
	CHECK(c.not_after == end);
	CHECK_ERR(tf_ca_issue(der, sizeof(der), &len, p.ca, &csr, v, p.trust_root, end,
	                      TF_CERT_SECONDS), TF_E_EXPIRED);
	tf_verified_free(v);
	pki_member_free(&m);
	pki_free(&p);
}

/* Expected value made with Python's hashlib from the formula of attestation.md 3.3. */
TEST(report_data_agrees_with_an_independent_implementation)
{
	tf_csr csr = { .holder = { "acme", TF_ROLE_GUARD, 1, "guard-1" }, .spki_len = 91 };
	uint8_t out[TF_REPORT_DATA_LEN], trust_root[32];

	memset(csr.ed25519, 0xed, 32);
	memset(csr.x25519, 0x25, 32);
	memset(csr.nonce, 0x0c, 32);
	memset(trust_root, 0x77, 32);
	for (unsigned i = 0; i < 91; i++)
		csr.spki[i] = (uint8_t)i;
	CHECK_OK(tf_report_data(out, &csr, trust_root));
	CHECK_HEX(out, 64,
	          "02c4532881889c3aaaa06220bf12ad6bfcf2273fc2976a892e59c4a936aaac2f"
	          "8c7c784c4b1cb3b19dc964997287e6804baa2a54c580825daffdf9a46169274c");
}

TEST(evidence_of_kind_none_is_a_matter_of_the_profile)
{
	tf_evidence_policy policy = { .dev_profile = false };
	tf_evidence e = { .kind = TF_EVIDENCE_NONE };
	tf_fault fault = { 0 };
	tf_verified *v;

	CHECK_ERR(tf_evidence_verify(&v, &e, NULL, &policy, PKI_NOW, &fault), TF_E_TRUST);
	CHECK(fault.check == TF_CK_EVIDENCE_KIND);
	policy.dev_profile = true;
	CHECK_OK(tf_evidence_verify(&v, &e, NULL, &policy, PKI_NOW, &fault));
	CHECK(tf_verified_kind(v) == TF_EVIDENCE_NONE && tf_verified_expiry(v) == INT64_MAX);
	tf_verified_free(v);
	e.data = (const uint8_t *)"x";
	e.len = 1;
	CHECK_ERR(tf_evidence_verify(&v, &e, NULL, &policy, PKI_NOW, &fault), TF_E_TRUST);
	e.len = TF_EVIDENCE_MAX + 1;
	CHECK_ERR(tf_evidence_verify(&v, &e, NULL, &policy, PKI_NOW, &fault), TF_E_TOO_LARGE);
	e.len = 1;
	for (tf_evidence_kind k = TF_EVIDENCE_SGX; k <= TF_EVIDENCE_SNP; k++) {
		e.kind = k;
		CHECK_ERR(tf_evidence_verify(&v, &e, NULL, &policy, PKI_NOW, &fault),
		          TF_E_UNSUPPORTED);
	}
}

static tf_err take(tf_trust *t, const pki *p, uint64_t number, int64_t now, int64_t next,
                   int64_t when)
{
	uint8_t *der;
	size_t len;
	tf_err e;

	CHECK_OK(tf_ca_crl(&der, &len, p->ca, number, NULL, 0, now, next));
	e = tf_trust_set_crl(t, der, len, when);
	free(der);
	return e;
}

/* What was current once, and has expired, still says which numbers are over. */
TEST(no_list_goes_back_behind_an_outdated_one)
{
	static pki p, other;
	uint8_t *der;
	size_t len;
	tf_trust *t;

	pki_make(&p, "acme");
	pki_make(&other, "acme");
	t = pki_new_trust(&p, true, 2);
	CHECK_OK(tf_ca_crl(&der, &len, other.ca, 9, NULL, 0, PKI_NOW - 100, PKI_NOW - 1));
	CHECK_ERR(tf_trust_crl_floor(t, der, len), TF_E_TRUST);
	free(der);
	CHECK_OK(tf_ca_crl(&der, &len, p.ca, 9, NULL, 0, PKI_NOW - 100, PKI_NOW - 1));
	CHECK_ERR(tf_trust_set_crl(t, der, len, PKI_NOW), TF_E_EXPIRED);
	CHECK_OK(tf_trust_crl_floor(t, der, len));
	der[len - 1] ^= 1;
	CHECK(tf_trust_crl_floor(t, der, len) != TF_OK);
	free(der);
	CHECK(tf_trust_crl_number(t, NULL) == 0);
	CHECK_ERR(take(t, &p, 8, PKI_NOW, PKI_NOW + 100, PKI_NOW), TF_E_REPLAY);
	CHECK_OK(take(t, &p, 10, PKI_NOW, PKI_NOW + 100, PKI_NOW));
	CHECK_OK(tf_ca_crl(&der, &len, p.ca, 3, NULL, 0, PKI_NOW - 100, PKI_NOW - 1));
	CHECK_OK(tf_trust_crl_floor(t, der, len)); /* it only rises */
	free(der);
	CHECK_ERR(take(t, &p, 8, PKI_NOW, PKI_NOW + 100, PKI_NOW), TF_E_REPLAY);
	tf_trust_free(t);
	pki_free(&other);
	pki_free(&p);
}

TEST(lists_go_forward_and_die)
{
	static pki p, other;
	tf_revoked line = { .serial = { 1 }, .when = PKI_NOW };
	uint8_t *der;
	size_t len;
	int64_t next;

	pki_make(&p, "acme");
	pki_make(&other, "acme");
	CHECK_OK(take(p.trust, &p, 5, PKI_NOW, PKI_NOW + 100, PKI_NOW));
	CHECK(tf_trust_crl_number(p.trust, &next) == 5 && next == PKI_NOW + 100);
	CHECK_ERR(take(p.trust, &p, 4, PKI_NOW, PKI_NOW + 100, PKI_NOW), TF_E_REPLAY);
	CHECK_ERR(take(p.trust, &other, 6, PKI_NOW, PKI_NOW + 100, PKI_NOW), TF_E_TRUST);
	CHECK_ERR(take(p.trust, &p, 6, PKI_NOW, PKI_NOW + 100, PKI_NOW + 100), TF_E_EXPIRED);
	CHECK_ERR(take(p.trust, &p, 6, PKI_NOW + 1000, PKI_NOW + 2000, PKI_NOW), TF_E_EXPIRED);
	CHECK(tf_trust_crl_number(p.trust, &next) == 5);
	CHECK_OK(tf_ca_crl(&der, &len, p.ca, 5, &line, 1, PKI_NOW, PKI_NOW + 100));
	CHECK_ERR(tf_trust_set_crl(p.trust, der, len, PKI_NOW), TF_E_CONFLICT);
	CHECK_ERR(tf_trust_set_crl(p.trust, der, len - 1, PKI_NOW), TF_E_ENCODING);
	free(der);
	CHECK_OK(tf_ca_crl(&der, &len, p.ca, 6, &line, 1, PKI_NOW, PKI_NOW + 100));
	CHECK_OK(tf_trust_set_crl(p.trust, der, len, PKI_NOW));
	CHECK_OK(tf_trust_set_crl(p.trust, der, len, PKI_NOW + 1));
	for (size_t i = 0; i < len; i++) {
		der[i] ^= 1;
		CHECK(tf_trust_set_crl(p.trust, der, len, PKI_NOW) != TF_OK);
		der[i] ^= 1;
	}
	free(der);
	CHECK_ERR(tf_ca_crl(&der, &len, p.ca, 0, NULL, 0, PKI_NOW, PKI_NOW + 1), TF_E_USAGE);
	CHECK_ERR(tf_ca_crl(&der, &len, p.ca, 1, NULL, 0, PKI_NOW, PKI_NOW), TF_E_USAGE);
	pki_free(&p);
	pki_free(&other);
}

/* A list that speaks of a part only, or has no number, signed by the right key. */
static void make_odd_crl(uint8_t **der, size_t *len, const pki *p, int drop, int add,
                         const char *value)
{
	BIO *in = BIO_new_mem_buf(p->key_pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, NULL, (void *)(uintptr_t)pass);
	uint8_t *good;
	const uint8_t *cursor;
	X509_CRL *crl;
	int at;

	CHECK_OK(tf_ca_crl(&good, len, p->ca, 9, NULL, 0, PKI_NOW, PKI_NOW + 100));
	cursor = good;
	crl = d2i_X509_CRL(NULL, &cursor, (long)*len);
	at = drop ? X509_CRL_get_ext_by_NID(crl, drop, -1) : -1;
	if (at >= 0)
		X509_EXTENSION_free(X509_CRL_delete_ext(crl, at));
	if (add) {
		X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, add, value);

		CHECK(ext && X509_CRL_add_ext(crl, ext, -1) == 1);
		X509_EXTENSION_free(ext);
	}
	CHECK(X509_CRL_sign(crl, key, EVP_sha256()) > 0);
	*der = NULL;
	*len = (size_t)i2d_X509_CRL(crl, der);
	X509_CRL_free(crl);
	EVP_PKEY_free(key);
	BIO_free(in);
	free(good);
}

TEST(a_list_of_another_form_is_refused)
{
	static pki p;
	uint8_t *der;
	size_t len;

	pki_make(&p, "acme");
	make_odd_crl(&der, &len, &p, 0, 0, NULL);
	CHECK_OK(tf_trust_set_crl(p.trust, der, len, PKI_NOW));
	OPENSSL_free(der);
	make_odd_crl(&der, &len, &p, NID_crl_number, 0, NULL);
	CHECK_ERR(tf_trust_set_crl(p.trust, der, len, PKI_NOW), TF_E_ENCODING);
	OPENSSL_free(der);
	make_odd_crl(&der, &len, &p, NID_authority_key_identifier, 0, NULL);
	CHECK_ERR(tf_trust_set_crl(p.trust, der, len, PKI_NOW), TF_E_ENCODING);
	OPENSSL_free(der);
	make_odd_crl(&der, &len, &p, 0, NID_issuing_distribution_point,
	             "critical,onlysomereasons:keyCompromise");
	CHECK_ERR(tf_trust_set_crl(p.trust, der, len, PKI_NOW), TF_E_ENCODING);
	OPENSSL_free(der);
	pki_free(&p);
}
