#include "attest/cert.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ossl.h"
#include "attest/pki_test.h"
#include "harness/harness.h"

static const tf_check none = TF_CK_NONE;

static tf_check check_of(const tf_trust *t, const member *m, int64_t now, const tf_cert_want *want)
{
	const tf_cert_want any = pki_anybody();
	tf_fault fault = { 0 };
	tf_cert c;
	tf_err e = tf_cert_verify(&c, t, m->cert, m->cert_len, now, want ? want : &any, &fault);

	CHECK(e == TF_OK || e == TF_E_TRUST);
	CHECK((e == TF_OK) == (fault.check == TF_CK_NONE));
	return fault.check;
}

TEST(certificate_says_what_was_asked_for)
{
	static pki p;
	member m;
	tf_sans sans = { 0 };
	tf_cert_want any = pki_anybody();
	tf_cert c;

	pki_make(&p, "acme");
	CHECK_OK(tf_sans_add(&sans, "dns:api.example"));
	CHECK_OK(tf_sans_add(&sans, "ip:127.0.0.1"));
	CHECK_OK(tf_sans_add(&sans, "ip:2001:db8::1"));
	pki_enrol(&p, &m, TF_ROLE_COORDINATOR, 0, "coordinator-1", &sans);
	CHECK_OK(tf_cert_verify(&c, p.trust, m.cert, m.cert_len, PKI_NOW, &any, NULL));
	CHECK(tf_holder_eq(&c.id.holder, &m.holder));
	CHECK(memcmp(c.id.ed25519, m.keys.ed25519, 32) == 0);
	CHECK(memcmp(c.id.x25519, m.keys.x25519, 32) == 0);
	CHECK(memcmp(c.id.trust_root, p.trust_root, 32) == 0);
	CHECK(c.id.evidence == TF_EVIDENCE_NONE);
	CHECK(c.not_before == PKI_NOW - TF_CERT_BACKDATE);
	CHECK(c.not_after == c.not_before + TF_CERT_SECONDS);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(serials_differ)
{
	static pki p;
	tf_cert a, b;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK_OK(tf_cert_parse(&a, m.cert, m.cert_len));
	pki_member_free(&m);
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK_OK(tf_cert_parse(&b, m.cert, m.cert_len));
	CHECK(memcmp(a.serial, b.serial, 16) != 0);
	CHECK(memcmp(a.sha256, b.sha256, 32) != 0);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(verification_names_each_reason)
{
	static pki p, other;
	tf_cert_want want = pki_anybody();
	tf_trust *production, *admins;
	member m, stranger;

	pki_make(&p, "acme");
	pki_make(&other, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	pki_enrol(&other, &stranger, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK(check_of(p.trust, &m, PKI_NOW, NULL) == none);
	CHECK(check_of(p.trust, &stranger, PKI_NOW, NULL) == TF_CK_HOLDER_CHAIN);
	production = pki_new_trust(&p, false, 2);
	pki_set_crl(&p, production, 1, NULL, 0);
	CHECK(check_of(production, &m, PKI_NOW, NULL) == TF_CK_CERT_EVIDENCE);
	admins = pki_new_trust(&p, true, 1);
	pki_set_crl(&p, admins, 1, NULL, 0);
	CHECK(check_of(admins, &m, PKI_NOW, NULL) == TF_CK_CERT_TRUST_ROOT);
	want.roles = 1u << TF_ROLE_PRIMARY | 1u << TF_ROLE_COORDINATOR;
	CHECK(check_of(p.trust, &m, PKI_NOW, &want) == TF_CK_CERT_ROLE);
	want.roles = 0;
	CHECK(check_of(p.trust, &m, PKI_NOW, &want) == TF_CK_CERT_ROLE);
	want = (tf_cert_want){ 1u << TF_ROLE_GUARD, 2, NULL };
	CHECK(check_of(p.trust, &m, PKI_NOW, &want) == TF_CK_CERT_SET);
	want = (tf_cert_want){ 1u << TF_ROLE_GUARD, 1, "guard-2" };
	CHECK(check_of(p.trust, &m, PKI_NOW, &want) == TF_CK_CERT_DEVICE);
	want.device = "guard-1";
	CHECK(check_of(p.trust, &m, PKI_NOW, &want) == none);
	tf_trust_free(production);
	tf_trust_free(admins);
	pki_member_free(&m);
	pki_member_free(&stranger);
	pki_free(&p);
	pki_free(&other);
}

TEST(certificate_of_another_workspace_under_the_same_root_is_refused)
{
	static pki p;
	member m;
	tf_csr csr;

	pki_make(&p, "acme");
	memset(&m, 0, sizeof(m));
	m.holder = pki_holder(&p, TF_ROLE_GUARD, 1, "guard-1");
	strcpy(m.holder.workspace, "evil");
	CHECK_OK(tf_identity_keys_make(&m.keys, &p.rng));
	CHECK_OK(tf_tls_key_make(&m.tls));
	csr = pki_csr(&p, &m, NULL);
	pki_issue(&p, &m, &csr, PKI_NOW, TF_CERT_SECONDS);
	CHECK(check_of(p.trust, &m, PKI_NOW, NULL) == TF_CK_CERT_WORKSPACE);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(time_and_revocation_end_a_certificate)
{
	static pki p;
	tf_revoked line = { .when = PKI_NOW };
	tf_trust *fresh;
	int64_t next;
	tf_csr csr;
	tf_cert c;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	csr = pki_csr(&p, &m, NULL);
	pki_issue(&p, &m, &csr, PKI_NOW, 3600);
	CHECK_OK(tf_cert_parse(&c, m.cert, m.cert_len));
	CHECK(check_of(p.trust, &m, c.not_after - 1, NULL) == none);
	CHECK(check_of(p.trust, &m, c.not_after, NULL) == TF_CK_HOLDER_TIME);
	pki_issue(&p, &m, &csr, PKI_NOW + 3600, 3600);
	CHECK(check_of(p.trust, &m, PKI_NOW, NULL) == TF_CK_HOLDER_TIME);
	pki_issue(&p, &m, &csr, PKI_NOW, TF_CERT_SECONDS);
	CHECK(tf_trust_crl_number(p.trust, &next) == 1 && next == PKI_NOW + 86400);
	CHECK(check_of(p.trust, &m, next, NULL) == TF_CK_CRL_FRESH);
	fresh = pki_new_trust(&p, true, 2);
	CHECK(check_of(fresh, &m, PKI_NOW, NULL) == TF_CK_CRL_FRESH);
	CHECK_OK(tf_cert_parse(&c, m.cert, m.cert_len));
	memcpy(line.serial, c.serial, 16);
	pki_set_crl(&p, p.trust, 2, &line, 1);
	CHECK(check_of(p.trust, &m, PKI_NOW, NULL) == TF_CK_HOLDER_REVOKED);
	tf_trust_free(fresh);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(no_byte_of_a_certificate_can_be_changed)
{
	static pki p;
	member m, bad;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	for (size_t i = 0; i < m.cert_len; i++) {
		bad = m;
		bad.cert[i] ^= (uint8_t)(1u << i % 8);
		CHECK(check_of(p.trust, &bad, PKI_NOW, NULL) != none);
	}
	bad = m;
	bad.cert_len--;
	CHECK(check_of(p.trust, &bad, PKI_NOW, NULL) == TF_CK_CERT_FORM);
	bad = m;
	bad.cert[bad.cert_len++] = 0;
	CHECK(check_of(p.trust, &bad, PKI_NOW, NULL) == TF_CK_CERT_FORM);
	pki_member_free(&m);
	pki_free(&p);
}

/* ---- certificates that the right root signed, but of another form */

static EVP_PKEY *root_key(const pki *p)
{
	BIO *bio = BIO_new_mem_buf(p->key_pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL,
	                                        (void *)(uintptr_t)"a passphrase for tests only");

	BIO_free(bio);
	return key;
}

static void replace_ext(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int at = X509_get_ext_by_NID(x, nid, -1);

	if (at >= 0)
		X509_EXTENSION_free(X509_delete_ext(x, at));
	if (!value)
		return;
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&ctx);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(ext && X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

/* Our own extension with other bytes: cut or grown by `more`, one byte replaced, or critical. */
static void edit_ours(X509 *x, int more, int at_byte, int value, int critical)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(TF_OID_IDENTITY, 1);
	int at = X509_get_ext_by_OBJ(x, oid, -1);
	X509_EXTENSION *old = X509_delete_ext(x, at), *ext;
	const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(old);
	uint8_t bytes[512] = { 0 };
	int len = ASN1_STRING_length(data);
	ASN1_OCTET_STRING *fresh = ASN1_OCTET_STRING_new();

	memcpy(bytes, ASN1_STRING_get0_data(data), (size_t)len);
	if (at_byte >= 0)
		bytes[at_byte] = (uint8_t)value;
	CHECK(ASN1_OCTET_STRING_set(fresh, bytes, len + more) == 1);
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, critical, fresh);
	CHECK(ext && X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
	X509_EXTENSION_free(old);
	ASN1_OCTET_STRING_free(fresh);
	ASN1_OBJECT_free(oid);
}

static void set_names(X509 *x, const char *org, const char *common, const char *more)
{
	X509_NAME *name = X509_NAME_new();
	const uint8_t *o = (const uint8_t *)org, *c = (const uint8_t *)common;

	CHECK(!org || X509_NAME_add_entry_by_NID(name, NID_organizationName, V_ASN1_UTF8STRING, o,
	                                         -1, -1, 0) == 1);
	CHECK(!common || X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING, c, -1,
	                                            -1, 0) == 1);
	CHECK(!more || X509_NAME_add_entry_by_NID(name, NID_localityName, V_ASN1_UTF8STRING,
	                                          (const uint8_t *)more, -1, -1, 0) == 1);
	CHECK(X509_set_subject_name(x, name) == 1);
	X509_NAME_free(name);
}

static void set_other_key(X509 *x, const char *type, const char *group)
{
	EVP_PKEY *key = group ? EVP_PKEY_Q_keygen(NULL, NULL, type, group)
	                      : EVP_PKEY_Q_keygen(NULL, NULL, type, (size_t)2048);

	CHECK(key && X509_set_pubkey(x, key) == 1);
	EVP_PKEY_free(key);
}

#define URI "URI:trefoil://acme/guard/1/guard-1"
#define OTHER_URI "URI:trefoil://acme/guard/1/guard-2"

/* Mutation number n of a good certificate; false when there are no more. */
static bool mutate(X509 *x, unsigned n)
{
	static const uint8_t long_serial[17] = { 1 };
	BIGNUM *bn;

	switch (n) {
	case 0: replace_ext(x, NID_basic_constraints, NULL); return true;
	case 1: replace_ext(x, NID_key_usage, NULL); return true;
	case 2: replace_ext(x, NID_ext_key_usage, NULL); return true;
	case 3: replace_ext(x, NID_subject_alt_name, NULL); return true;
	case 4: replace_ext(x, NID_subject_key_identifier, NULL); return true;
	case 5: replace_ext(x, NID_authority_key_identifier, NULL); return true;
	case 6: replace_ext(x, NID_basic_constraints, "critical,CA:TRUE"); return true;
	case 7: replace_ext(x, NID_key_usage, "critical,digitalSignature,keyCertSign"); return true;
	case 8: replace_ext(x, NID_ext_key_usage, "clientAuth"); return true;
	case 9: replace_ext(x, NID_ext_key_usage, "clientAuth,serverAuth,codeSigning"); return true;
	case 10: replace_ext(x, NID_subject_alt_name, URI "," URI); return true;
	case 11: replace_ext(x, NID_subject_alt_name, URI ",DNS:a.example"); return true;
	case 12: replace_ext(x, NID_subject_alt_name, URI ",email:a@b.example"); return true;
	case 13: replace_ext(x, NID_subject_alt_name, "DNS:guard-1"); return true;
	case 14: replace_ext(x, NID_subject_alt_name, OTHER_URI); return true;
	case 15: replace_ext(x, NID_subject_alt_name, "URI:https://acme/g/1/g"); return true;
	case 16: replace_ext(x, NID_netscape_comment, "hello"); return true;
	case 17: edit_ours(x, 1, -1, 0, 0); return true;      /* a byte behind it */
	case 18: edit_ours(x, -1, -1, 0, 0); return true;     /* the last byte gone */
	case 19: edit_ours(x, 0, -1, 0, 1); return true;      /* critical */
	case 20: edit_ours(x, 0, 5, 2, 0); return true;       /* version 2 */
	case 21: edit_ours(x, 0, 76, 9, 0); return true;      /* evidence kind 9 */
	case 22: edit_ours(x, 0, 79, 1, 0); return true;      /* none, with a digest */
	case 23: edit_ours(x, 0, 7, 31, 0); return true;      /* a key of 31 bytes */
	case 24: set_names(x, "acme", "guard-2", NULL); return true;
	case 25: set_names(x, NULL, "guard-1", NULL); return true;
	case 26: set_names(x, "acme", "guard-1", "somewhere"); return true;
	case 27: set_names(x, "evil", "guard-1", NULL); return true;
	case 28: set_other_key(x, "EC", "P-384"); return true;
	case 29: set_other_key(x, "RSA", NULL); return true;
	case 30: ASN1_TIME_adj(X509_getm_notAfter(x), PKI_NOW, 1, -299); return true;
	case 31: ASN1_TIME_adj(X509_getm_notAfter(x), PKI_NOW, 0, -300); return true;
	case 32: ASN1_INTEGER_set(X509_get_serialNumber(x), 0); return true;
	case 33: ASN1_INTEGER_set(X509_get_serialNumber(x), -5); return true;
	case 34:
		bn = BN_bin2bn(long_serial, sizeof(long_serial), NULL);
		BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
		BN_free(bn);
		return true;
	case 35: X509_set_version(x, X509_VERSION_1); return true;
	}
	return false;
}

static bool make_mutant(member *out, const member *m, EVP_PKEY *key, unsigned n, bool untouched)
{
	const uint8_t *in = m->cert;
	uint8_t *p = out->cert;
	X509 *x = d2i_X509(NULL, &in, (long)m->cert_len);
	bool more = untouched || mutate(x, n);

	CHECK(X509_sign(x, key, EVP_sha256()) > 0);
	CHECK(i2d_X509(x, NULL) <= (int)sizeof(out->cert));
	out->cert_len = (size_t)i2d_X509(x, &p);
	X509_free(x);
	return more;
}

TEST(every_deviation_from_the_form_is_refused)
{
	static pki p;
	EVP_PKEY *key;
	member m, bad;
	tf_cert c;
	unsigned n;

	pki_make(&p, "acme");
	key = root_key(&p);
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	bad = m;
	CHECK(make_mutant(&bad, &m, key, 0, true));
	CHECK(check_of(p.trust, &bad, PKI_NOW, NULL) == none);
	for (n = 0; make_mutant(&bad, &m, key, n, false); n++) {
		if (tf_cert_parse(&c, bad.cert, bad.cert_len) != TF_E_ENCODING ||
		    check_of(p.trust, &bad, PKI_NOW, NULL) != TF_CK_CERT_FORM)
			tf_test_fail(__FILE__, __LINE__, "mutation %u was accepted", n);
	}
	CHECK(n == 36);
	EVP_PKEY_free(key);
	pki_member_free(&m);
	pki_free(&p);
}

/* A holder that plays CA: signed by a good certificate's key. */
TEST(a_leaf_cannot_issue)
{
	static pki p;
	member m, bad;
	X509 *x;
	const uint8_t *in;
	uint8_t *out;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	bad = m;
	in = m.cert;
	x = d2i_X509(NULL, &in, (long)m.cert_len);
	CHECK(X509_sign(x, m.tls, EVP_sha256()) > 0);
	out = bad.cert;
	bad.cert_len = (size_t)i2d_X509(x, &out);
	X509_free(x);
	CHECK(check_of(p.trust, &bad, PKI_NOW, NULL) == TF_CK_HOLDER_CHAIN);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(pem_of_one_certificate_only)
{
	static pki p;
	char pem[TF_CERT_PEM_MAX], text[3 * TF_CERT_PEM_MAX];
	uint8_t der[TF_CERT_MAX];
	size_t len;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK_OK(tf_cert_to_pem(pem, sizeof(pem), m.cert, m.cert_len));
	CHECK_OK(tf_cert_from_pem(der, sizeof(der), &len, pem, strlen(pem)));
	CHECK(len == m.cert_len && memcmp(der, m.cert, len) == 0);
	snprintf(text, sizeof(text), " \n%s\r\n ", pem);
	CHECK_OK(tf_cert_from_pem(der, sizeof(der), &len, text, strlen(text)));
	snprintf(text, sizeof(text), "%s%s", pem, pem);
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, text, strlen(text)), TF_E_ENCODING);
	snprintf(text, sizeof(text), "hello\n%s", pem);
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, text, strlen(text)), TF_E_ENCODING);
	snprintf(text, sizeof(text), "%shello", pem);
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, text, strlen(text)), TF_E_ENCODING);
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, "", 0), TF_E_ENCODING);
	pem[40] = '!';
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, pem, strlen(pem)), TF_E_ENCODING);
	CHECK_ERR(tf_cert_from_pem(der, sizeof(der), &len, text, sizeof(text)), TF_E_TOO_LARGE);
	CHECK_ERR(tf_cert_to_pem(pem, 100, m.cert, m.cert_len), TF_E_CAPACITY);
	pki_member_free(&m);
	pki_free(&p);
}

TEST(tls_key_survives_its_encoding)
{
	uint8_t der[TF_TLS_KEY_MAX + 1];
	EVP_PKEY *key, *back, *other;
	size_t len;

	CHECK_OK(tf_tls_key_make(&key));
	CHECK_OK(tf_tls_key_encode(der, TF_TLS_KEY_MAX, &len, key));
	CHECK_OK(tf_tls_key_decode(&back, der, len));
	CHECK(EVP_PKEY_eq(key, back) == 1);
	CHECK_ERR(tf_tls_key_decode(&other, der, len - 1), TF_E_ENCODING);
	CHECK_ERR(tf_tls_key_decode(&other, der, len + 1), TF_E_ENCODING);
	CHECK_ERR(tf_tls_key_encode(der, 16, &len, key), TF_E_CAPACITY);
	other = EVP_EC_gen("P-384");
	CHECK_OK(tf_tls_key_encode(der, TF_TLS_KEY_MAX, &len, other));
	EVP_PKEY_free(back);
	CHECK_ERR(tf_tls_key_decode(&back, der, len), TF_E_ENCODING);
	EVP_PKEY_free(other);
	EVP_PKEY_free(key);
}

TEST(trust_wants_a_root_of_its_workspace)
{
	static pki p;
	tf_trust_config c = { .workspace = "acme", .admin_threshold = 2, .n_admin_keys = 3 };
	tf_trust *t;
	member m;

	pki_make(&p, "acme");
	pki_enrol(&p, &m, TF_ROLE_GUARD, 1, "guard-1", NULL);
	c.admin_keys = p.admin_keys;
	c.root_der = p.root;
	c.root_len = p.root_len;
	c.workspace = "other";
	CHECK_ERR(tf_trust_new(&t, &c), TF_E_TRUST);
	c.workspace = "acme";
	c.admin_threshold = 4;
	CHECK_ERR(tf_trust_new(&t, &c), TF_E_USAGE);
	c.admin_threshold = 2;
	c.root_der = m.cert;
	c.root_len = m.cert_len;
	CHECK_ERR(tf_trust_new(&t, &c), TF_E_TRUST);
	c.root_len--;
	CHECK_ERR(tf_trust_new(&t, &c), TF_E_ENCODING);
	pki_member_free(&m);
	pki_free(&p);
}
