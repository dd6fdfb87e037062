/* Requests ('q'), revocation lists ('l') and certificates ('c') of a workspace that is there. The
 * second byte: 1, the rest is the DER; else an honest one is altered (u8 what, u16 where, u8 n, u8
 * value), and 2, signed again by the TLS key or the root; 4, signed again by the identity key.
 * What: 0 xor, 1 n bytes more, 2 n bytes less, 3 n bytes twice; and 4, lengths around it are not
 * mended.
 *
 * Always: what is accepted has one encoding, is signed, and says what was granted; what is refused
 * changes nothing; who is on the list in force is not believed. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/pki_test.h"
#include "fuzz.h"

#define DER_MAX 8192u
#define NUMBER 5u /* of the list in force before each input */

typedef struct der {
	uint8_t b[DER_MAX];
	size_t len;
} der;

static pki p;
static member device;
static tf_sans names;
static EVP_PKEY *root;
static der request, list, certificate;
static uint8_t nonce[TF_NONCE_LEN], request_sig[64];

/* ---- DER ---- */

/* Length of the header at b, and of what follows it; false if that is not all there. */
static bool header(size_t *head, size_t *body, const uint8_t *b, size_t len)
{
	size_t n;

	if (len < 2)
		return false;
	n = b[1] & 0x80 ? b[1] & 0x7f : 0;
	if (n > 2 || len < 2 + n)
		return false;
	*head = 2 + n;
	*body = n == 0 ? b[1] : n == 1 ? b[2] : b[2] * 256u + b[3];
	return *body <= len - *head;
}

static size_t put_header(uint8_t *out, uint8_t tag, size_t body)
{
	out[0] = tag;
	if (body < 128) {
		out[1] = (uint8_t)body;
		return 2;
	}
	out[1] = body < 256 ? 0x81 : 0x82;
	if (body < 256) {
		out[2] = (uint8_t)body;
		return 3;
	}
	out[2] = (uint8_t)(body >> 8);
	out[3] = (uint8_t)body;
	return 4;
}

/* What is signed of it. */
static void get_signed(der *out, const der *whole)
{
	size_t outer, head, body, all;

	ALWAYS(header(&outer, &all, whole->b, whole->len));
	ALWAYS(header(&head, &body, whole->b + outer, all));
	out->len = head + body;
	memcpy(out->b, whole->b + outer, out->len);
}

/* Text, algorithm, signature. */
static void seal(der *out, const der *text, EVP_PKEY *key)
{
	static const uint8_t alg[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48,
		                       0xce, 0x3d, 0x04, 0x03, 0x02 };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[80];
	size_t len = sizeof(sig), at;

	ALWAYS(ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1);
	ALWAYS(EVP_DigestSign(ctx, sig, &len, text->b, text->len) == 1);
	EVP_MD_CTX_free(ctx);
	ALWAYS(text->len + 128 < sizeof(out->b));
	at = put_header(out->b, 0x30, text->len + sizeof(alg) + 3 + len);
	memcpy(out->b + at, text->b, text->len);
	memcpy(out->b + at + text->len, alg, sizeof(alg));
	at += text->len + sizeof(alg);
	at += put_header(out->b + at, 0x03, len + 1);
	out->b[at] = 0;
	memcpy(out->b + at + 1, sig, len);
	out->len = at + 1 + len;
}

/* Headers around a place know of its growth, if they have room for that. */
static void mend(uint8_t *b, size_t len, size_t place, long growth)
{
	size_t at = 0, head, body;

	while (at < len && header(&head, &body, b + at, len - at)) {
		if (place < at + head)
			return;
		if (place >= at + head + body) {
			at += head + body;
			continue;
		}
		mend(b + at + head, body, place - at - head, growth);
		body += (size_t)growth;
		if (head == 2 && body < 128)
			b[at + 1] = (uint8_t)body;
		if (head == 3 && body < 256)
			b[at + 2] = (uint8_t)body;
		if (head == 4 && body < 65536) {
			b[at + 2] = (uint8_t)(body >> 8);
			b[at + 3] = (uint8_t)body;
		}
		return;
	}
}

static void alter(der *d, const uint8_t *o)
{
	size_t at = (o[1] * 256u + o[2]) % d->len, n = o[3] % 64u;

	if ((o[0] & 3) == 0) {
		d->b[at] ^= o[4];
		return;
	}
	n = n < d->len - at ? n : d->len - at;
	if ((o[0] & 3) == 2 ? n == d->len : d->len + n + 256 > sizeof(d->b))
		return;
	if (!(o[0] & 4))
		mend(d->b, d->len, at, (o[0] & 3) == 2 ? -(long)n : (long)n);
	if ((o[0] & 3) == 2) {
		memmove(d->b + at, d->b + at + n, d->len - at - n);
		d->len -= n;
		return;
	}
	memmove(d->b + at + n, d->b + at, d->len - at);
	d->len += n;
	if ((o[0] & 3) == 1)
		memset(d->b + at, o[4], n);
}

/* ---- the workspace ---- */

static int tell_passphrase(char *out, int cap, int writing, void *ctx)
{
	(void)writing;
	(void)ctx;
	ALWAYS((size_t)cap >= sizeof(PKI_PASSPHRASE));
	memcpy(out, PKI_PASSPHRASE, sizeof(PKI_PASSPHRASE));
	return (int)sizeof(PKI_PASSPHRASE);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	tf_revoked other = { { 0x51, 0x52 }, PKI_NOW };
	uint8_t *crl;
	BIO *bio;

	(void)argc;
	(void)argv;
	pki_make(&p, "acme");
	ALWAYS(tf_sans_add(&names, "dns:host.example") == TF_OK);
	pki_enrol(&p, &device, TF_ROLE_COORDINATOR, 0, "main", &names);
	bio = BIO_new_mem_buf(p.key_pem, -1);
	root = PEM_read_bio_PrivateKey(bio, NULL, tell_passphrase, NULL);
	BIO_free(bio);
	ALWAYS(root != NULL);
	memset(nonce, 0x77, sizeof(nonce));
	ALWAYS(tf_csr_make(request.b, sizeof(request.b), &request.len, &device.holder,
	                   &device.keys, &names, device.tls) == TF_OK);
	ALWAYS(tf_csr_sign(request_sig, &device.keys, request.b, request.len, nonce) == TF_OK);
	ALWAYS(tf_ca_crl(&crl, &list.len, p.ca, NUMBER, &other, 1, PKI_NOW, PKI_NOW + 86400) ==
	       TF_OK);
	ALWAYS(list.len <= sizeof(list.b));
	memcpy(list.b, crl, list.len);
	free(crl);
	memcpy(certificate.b, device.cert, device.cert_len);
	certificate.len = device.cert_len;
	return 0;
}

/* ---- what holds ---- */

static bool same_bytes(const der *a, const der *b)
{
	return a->len == b->len && memcmp(a->b, b->b, a->len) == 0;
}

static void try_request(const der *d, bool signed_again)
{
	static tf_csr csr, before;
	static uint8_t sig[64];
	tf_fault fault = { 0 };
	X509_REQ *again, *first;
	uint8_t *text = NULL;
	der tbs;
	tf_err e;

	memcpy(sig, request_sig, sizeof(sig));
	if (signed_again && tf_csr_sign(sig, &device.keys, d->b, d->len, nonce) != TF_OK)
		return;
	memset(&csr, 0xee, sizeof(csr));
	before = csr;
	e = tf_csr_check(&csr, d->b, d->len, &device.holder, &names, nonce, sig, &fault);
	ALWAYS(e == TF_OK || !same_bytes(d, &request));
	if (e != TF_OK) {
		ALWAYS(e == TF_E_TRUST && memcmp(&csr, &before, sizeof(csr)) == 0);
		ALWAYS(fault.check >= TF_CK_CSR_FORM && fault.check <= TF_CK_CSR_IDENTITY);
		return;
	}
	ALWAYS(tf_holder_eq(&csr.holder, &device.holder) && tf_sans_eq(&csr.sans, &names));
	ALWAYS(memcmp(csr.ed25519, device.keys.ed25519, 32) == 0);
	ALWAYS(memcmp(csr.nonce, nonce, sizeof(nonce)) == 0);
	ALWAYS(signed_again || same_bytes(d, &request));
	again = d2i_X509_REQ(NULL, &(const uint8_t *){ d->b }, (long)d->len);
	first = d2i_X509_REQ(NULL, &(const uint8_t *){ request.b }, (long)request.len);
	get_signed(&tbs, d);
	ALWAYS(again && first && X509_REQ_verify(again, device.tls) == 1);
	ALWAYS(X509_NAME_cmp(X509_REQ_get_subject_name(again),
	                     X509_REQ_get_subject_name(first)) == 0);
	ALWAYS(i2d_re_X509_REQ_tbs(again, &text) == (int)tbs.len);
	ALWAYS(memcmp(text, tbs.b, tbs.len) == 0);
	OPENSSL_free(text);
	X509_REQ_free(again);
	X509_REQ_free(first);
}

static bool believes(const tf_trust *t, tf_cert *out, const der *d)
{
	tf_cert_want want = pki_anybody();
	tf_fault fault = { 0 };
	tf_err e = tf_cert_verify(out, t, d->b, d->len, PKI_NOW, &want, &fault);

	ALWAYS(e == TF_OK || tf_err_get_kind(e) == TF_KIND_TRUST ||
	       tf_err_get_kind(e) == TF_KIND_ENCODING);
	return e == TF_OK;
}

static tf_trust *trust_with_list(void)
{
	tf_trust *t = pki_new_trust(&p, true, 2);

	ALWAYS(tf_trust_set_crl(t, list.b, list.len, PKI_NOW) == TF_OK);
	return t;
}

/* Is our device on it, as OpenSSL finds it? The list is the root's. */
static bool lists_device(const der *d)
{
	X509_CRL *crl = d2i_X509_CRL(NULL, &(const uint8_t *){ d->b }, (long)d->len);
	X509 *x = d2i_X509(NULL, &(const uint8_t *){ certificate.b }, (long)certificate.len);
	X509_REVOKED *entry = NULL;
	bool listed;

	ALWAYS(crl && x && X509_CRL_verify(crl, root) == 1);
	listed = X509_CRL_get0_by_cert(crl, &entry, x) == 1;
	X509_CRL_free(crl);
	X509_free(x);
	return listed;
}

static void try_list(const der *d)
{
	tf_trust *t = trust_with_list();
	int64_t next;
	uint64_t number;
	tf_cert c;
	tf_err e = tf_trust_set_crl(t, d->b, d->len, PKI_NOW);

	number = tf_trust_crl_number(t, &next);
	ALWAYS(e == TF_OK || !same_bytes(d, &list));
	if (e == TF_OK) {
		ALWAYS(number >= NUMBER && next > PKI_NOW);
		ALWAYS(number != NUMBER || same_bytes(d, &list));
		ALWAYS(!lists_device(d) || !believes(t, &c, &certificate));
		ALWAYS(number == NUMBER ||
		       tf_trust_set_crl(t, list.b, list.len, PKI_NOW) == TF_E_REPLAY);
	} else {
		ALWAYS(e != TF_E_USAGE && e != TF_E_CAPACITY && e != TF_E_RESOURCE);
		ALWAYS(number == NUMBER && next == PKI_NOW + 86400);
		ALWAYS(believes(t, &c, &certificate));
	}
	tf_trust_free(t);
}

static void try_certificate(const der *d)
{
	tf_trust *t = trust_with_list();
	tf_cert c, before;
	X509 *x;
	uint8_t *again = NULL;

	memset(&c, 0xee, sizeof(c));
	before = c;
	if (believes(t, &c, d)) {
		ALWAYS(strcmp(c.id.holder.workspace, "acme") == 0);
		ALWAYS(memcmp(c.id.trust_root, p.trust_root, 32) == 0);
		ALWAYS(c.not_before <= PKI_NOW && PKI_NOW < c.not_after);
		ALWAYS(c.not_after - c.not_before <= TF_CERT_SECONDS);
		x = d2i_X509(NULL, &(const uint8_t *){ d->b }, (long)d->len);
		ALWAYS(x && X509_verify(x, root) == 1 && i2d_re_X509_tbs(x, &again) > 0);
		OPENSSL_free(again);
		again = NULL;
		ALWAYS(i2d_X509(x, &again) == (int)d->len && memcmp(again, d->b, d->len) == 0);
		OPENSSL_free(again);
		X509_free(x);
	} else {
		ALWAYS(!same_bytes(d, &certificate) && memcmp(&c, &before, sizeof(c)) == 0);
	}
	tf_trust_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static der d, text;
	uint8_t kind = len ? data[0] : 0, flags;

	if (len < 2 || len > sizeof(d.b) || (kind != 'q' && kind != 'l' && kind != 'c'))
		return 0;
	flags = data[1];
	d = kind == 'q' ? request : kind == 'l' ? list : certificate;
	if (flags & 1) {
		memcpy(d.b, data + 2, len - 2);
		d.len = len - 2;
	} else if (flags & 2) {
		get_signed(&text, &d);
		for (size_t k = 2; k + 5 <= len && k < 42; k += 5)
			alter(&text, data + k);
		seal(&d, &text, kind == 'q' ? device.tls : root);
	} else {
		for (size_t k = 2; k + 5 <= len && k < 42; k += 5)
			alter(&d, data + k);
	}
	if (kind == 'q')
		try_request(&d, (flags & 4) != 0);
	if (kind == 'l')
		try_list(&d);
	if (kind == 'c')
		try_certificate(&d);
	ERR_clear_error();
	return 0;
}
