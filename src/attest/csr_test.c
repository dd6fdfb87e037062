#include "attest/csr.h"

#include <openssl/x509v3.h>
#include <string.h>

#include "attest/ossl.h"
#include "attest/pki_test.h"
#include "harness/harness.h"

static const tf_holder guard = { "acme", TF_ROLE_GUARD, 1, "guard-1" };
static const tf_holder coordinator = { "acme", TF_ROLE_COORDINATOR, 0, "co" };
static const tf_sans none;

struct request {
	tf_tape tape;
	tf_rng rng;
	tf_identity_keys keys;
	EVP_PKEY *tls;
	uint8_t der[TF_CSR_MAX + 1];
	size_t len;
	uint8_t nonce[TF_NONCE_LEN];
	uint8_t sig[64];
};

static void make(struct request *r, const tf_holder *holder, const tf_sans *sans)
{
	memset(r, 0, sizeof(*r));
	r->rng = tf_tape_init(&r->tape, tf_test_seed(), 0);
	CHECK_OK(tf_identity_keys_make(&r->keys, &r->rng));
	CHECK_OK(tf_tls_key_make(&r->tls));
	CHECK_OK(tf_rng_bytes(&r->rng, r->nonce, sizeof(r->nonce)));
	CHECK_OK(tf_csr_make(r->der, sizeof(r->der), &r->len, holder, &r->keys, sans, r->tls));
	CHECK_OK(tf_csr_sign(r->sig, &r->keys, r->der, r->len, r->nonce));
}

static tf_check judge(const struct request *r, const tf_holder *granted, const tf_sans *sans)
{
	tf_fault fault = { 0 };
	tf_csr csr;
	tf_err e = tf_csr_check(&csr, r->der, r->len, granted, sans, r->nonce, r->sig, &fault);

	CHECK(e == TF_OK || e == TF_E_TRUST);
	CHECK((e == TF_OK) == (fault.check == TF_CK_NONE));
	return fault.check;
}

TEST(good_request_is_read_back)
{
	struct request r;
	tf_sans sans = { 0 }, turned = { 0 };
	tf_csr csr;

	CHECK_OK(tf_sans_add(&sans, "dns:a.example"));
	CHECK_OK(tf_sans_add(&sans, "ip:10.0.0.1"));
	CHECK_OK(tf_sans_add(&turned, "ip:10.0.0.1"));
	CHECK_OK(tf_sans_add(&turned, "dns:a.example"));
	make(&r, &coordinator, &sans);
	CHECK_OK(tf_csr_check(&csr, r.der, r.len, &coordinator, &turned, r.nonce, r.sig, NULL));
	CHECK(tf_holder_eq(&csr.holder, &coordinator) && tf_sans_eq(&csr.sans, &sans));
	CHECK(memcmp(csr.ed25519, r.keys.ed25519, 32) == 0);
	CHECK(memcmp(csr.x25519, r.keys.x25519, 32) == 0);
	CHECK(memcmp(csr.nonce, r.nonce, 32) == 0);
	EVP_PKEY_free(r.tls);
}

TEST(request_for_another_place_is_refused)
{
	struct request r;
	tf_holder other;

	make(&r, &guard, &none);
	CHECK(judge(&r, &guard, &none) == TF_CK_NONE);
	for (unsigned i = 0; i < 4; i++) {
		other = guard;
		switch (i) {
		case 0: strcpy(other.workspace, "evil"); break;
		case 1: strcpy(other.device, "guard-2"); break;
		case 2: other.set = 2; break;
		case 3: other.role = TF_ROLE_PRIMARY, other.set = 0; break;
		}
		CHECK(judge(&r, &other, &none) == TF_CK_CSR_SUBJECT);
	}
	EVP_PKEY_free(r.tls);
}

TEST(names_are_exactly_those_granted)
{
	struct request r;
	tf_sans one = { 0 }, two = { 0 };

	CHECK_OK(tf_sans_add(&one, "ip:10.0.0.1"));
	CHECK_OK(tf_sans_add(&two, "ip:10.0.0.1"));
	CHECK_OK(tf_sans_add(&two, "ip:10.0.0.2"));
	make(&r, &coordinator, &one);
	CHECK(judge(&r, &coordinator, &one) == TF_CK_NONE);
	CHECK(judge(&r, &coordinator, &two) == TF_CK_CSR_NAMES);
	CHECK(judge(&r, &coordinator, &none) == TF_CK_CSR_NAMES);
	CHECK_ERR(tf_csr_make(r.der, sizeof(r.der), &r.len, &guard, &r.keys, &one, r.tls),
	          TF_E_USAGE);
	EVP_PKEY_free(r.tls);
}

TEST(identity_key_must_have_signed_this_request_and_this_nonce)
{
	struct request r, other;

	make(&r, &guard, &none);
	r.sig[0] ^= 1;
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_IDENTITY);
	r.sig[0] ^= 1;
	r.nonce[31] ^= 1;
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_IDENTITY);
	r.nonce[31] ^= 1;
	CHECK(judge(&r, &guard, &none) == TF_CK_NONE);
	make(&other, &guard, &none); /* same keys, same nonce, another TLS key */
	memcpy(other.sig, r.sig, 64);
	CHECK(judge(&other, &guard, &none) == TF_CK_CSR_IDENTITY);
	EVP_PKEY_free(r.tls);
	EVP_PKEY_free(other.tls);
}

/* Change a request and sign it anew with the identity key: only its own signature is wrong. */
TEST(request_must_be_signed_by_its_own_key)
{
	struct request r;

	make(&r, &guard, &none);
	r.der[r.len - 1] ^= 1;
	CHECK_OK(tf_csr_sign(r.sig, &r.keys, r.der, r.len, r.nonce));
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_SIGNATURE);
	EVP_PKEY_free(r.tls);
}

TEST(no_bit_of_a_request_can_be_changed)
{
	struct request r;

	make(&r, &guard, &none);
	for (size_t i = 0; i < r.len; i++) {
		r.der[i] ^= (uint8_t)(1u << i % 8);
		CHECK(judge(&r, &guard, &none) != TF_CK_NONE);
		r.der[i] ^= (uint8_t)(1u << i % 8);
	}
	r.len--;
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_FORM);
	r.len += 2;
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_FORM);
	r.len = 0;
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_FORM);
	EVP_PKEY_free(r.tls);
}

/* Build a request by hand, deviation n; false when there are no more. */
static bool odd_request(struct request *r, unsigned n)
{
	const uint8_t *in = r->der;
	X509_REQ *good = d2i_X509_REQ(NULL, &in, (long)r->len), *req = X509_REQ_new();
	STACK_OF(X509_EXTENSION) *exts = X509_REQ_get_extensions(good);
	EVP_PKEY *key = n == 0 ? EVP_EC_gen("P-384") : n == 1 ? EVP_RSA_gen(2048) : NULL;
	X509_EXTENSION *more = NULL;
	uint8_t *out = r->der;

	CHECK(X509_REQ_set_subject_name(req, X509_REQ_get_subject_name(good)) == 1);
	CHECK(X509_REQ_set_pubkey(req, key ? key : r->tls) == 1);
	if (n == 2) /* no key of ours */
		X509_EXTENSION_free(sk_X509_EXTENSION_pop(exts));
	if (n == 3) { /* an extension that nobody granted */
		more = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "CA:TRUE");
		CHECK(sk_X509_EXTENSION_push(exts, more) > 0);
	}
	if (n == 4) /* no place */
		X509_EXTENSION_free(sk_X509_EXTENSION_shift(exts));
	if (n != 5)
		CHECK(X509_REQ_add_extensions(req, exts) == 1);
	if (n == 6)
		CHECK(X509_REQ_add1_attr_by_NID(req, NID_pkcs9_challengePassword, V_ASN1_UTF8STRING,
		                                (const uint8_t *)"x", 1) == 1);
	CHECK(X509_REQ_sign(req, key ? key : r->tls, n == 7 ? EVP_sha384() : EVP_sha256()) > 0);
	r->len = (size_t)i2d_X509_REQ(req, &out);
	CHECK_OK(tf_csr_sign(r->sig, &r->keys, r->der, r->len, r->nonce));
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
	EVP_PKEY_free(key);
	X509_REQ_free(req);
	X509_REQ_free(good);
	return n < 8;
}

TEST(request_of_another_form_is_refused)
{
	struct request r;

	for (unsigned n = 0;; n++) {
		make(&r, &guard, &none);
		bool odd = odd_request(&r, n);

		CHECK(judge(&r, &guard, &none) == (odd ? TF_CK_CSR_FORM : TF_CK_NONE));
		EVP_PKEY_free(r.tls);
		if (!odd)
			break;
	}
}

TEST(subject_must_agree_with_the_place)
{
	struct request r;
	const uint8_t *in;
	uint8_t *out;
	X509_NAME *name = tf_subject_make("acme", "guard-2");
	X509_REQ *req;

	make(&r, &guard, &none);
	in = r.der;
	out = r.der;
	req = d2i_X509_REQ(NULL, &in, (long)r.len);
	CHECK(name && X509_REQ_set_subject_name(req, name) == 1);
	CHECK(X509_REQ_sign(req, r.tls, EVP_sha256()) > 0);
	r.len = (size_t)i2d_X509_REQ(req, &out);
	CHECK_OK(tf_csr_sign(r.sig, &r.keys, r.der, r.len, r.nonce));
	CHECK(judge(&r, &guard, &none) == TF_CK_CSR_SUBJECT);
	X509_REQ_free(req);
	X509_NAME_free(name);
	EVP_PKEY_free(r.tls);
}

TEST(names_have_one_form)
{
	static const char *const good[] = {
		"dns:a", "dns:api.example", "dns:a-b.c1", "ip:127.0.0.1", "ip:::1",
		"ip:2001:db8::1", "dns:1a",
	};
	static const char *const bad[] = {
		"", "dns:", "ip:", "a.example", "dns:*.example", "dns:A.example", "dns:a..b",
		"dns:.a", "dns:a.", "dns:-a", "dns:a-", "dns:a-.b", "dns:127.0.0.1", "dns:12",
		"ip:127.1", "ip:127.0.0.01", "ip:0x7f000001", "ip:2001:DB8::1", "ip:2001:db8:0::1",
		"ip:::ffff:1.2.3", "uri:trefoil://a", "dns:a b", "dns:a\n",
	};
	tf_sans s = { 0 };

	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++)
		CHECK_OK(tf_sans_add(&s, good[i]));
	CHECK_ERR(tf_sans_add(&s, good[0]), TF_E_DUPLICATE);
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(tf_sans_add(&s, bad[i]), TF_E_ENCODING);
	CHECK_OK(tf_sans_add(&s, "dns:last"));
	CHECK_ERR(tf_sans_add(&s, "dns:too-many"), TF_E_TOO_LARGE);
}
