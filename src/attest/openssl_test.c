/* Another program's opinion: openssl(1) reads and verifies what we make. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attest/pki_test.h"
#include "harness/harness.h"

static char dir[64];

static void write_text(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void write_cert(const char *name, const member *m)
{
	char pem[TF_CERT_PEM_MAX];

	CHECK_OK(tf_cert_to_pem(pem, sizeof(pem), m->cert, m->cert_len));
	write_text(name, pem);
}

static void write_crl(const char *name, const pki *p, uint64_t number, const tf_revoked *r,
                      size_t n)
{
	uint8_t *der;
	char *pem;
	size_t len;

	CHECK_OK(tf_ca_crl(&der, &len, p->ca, number, r, n, PKI_NOW, PKI_NOW + 86400));
	CHECK_OK(tf_crl_to_pem(&pem, der, len));
	write_text(name, pem);
	free(pem);
	free(der);
}

/* Exit status of a command line in the directory; its output, up to a limit, in out. */
static int run(char *out, size_t cap, const char *args)
{
	char cmd[600];
	size_t n;
	FILE *f;

	snprintf(cmd, sizeof(cmd), "cd %s && %s 2>&1", dir, args);
	f = popen(cmd, "r");
	CHECK(f);
	n = fread(out, 1, cap - 1, f);
	out[n] = '\0';
	return pclose(f);
}

#define VERIFY "openssl verify -x509_strict -no-CApath -no-CAstore -crl_check -CAfile root.pem " \
	"-attime 1800000000 "

TEST(openssl_verifies_chain_names_and_list)
{
	static pki p;
	tf_revoked line = { .when = PKI_NOW };
	tf_sans sans = { 0 };
	char out[8192];
	member good, bad;
	tf_cert c;

	if (system("command -v openssl >/dev/null") != 0)
		tf_test_skip("no openssl(1)");
	strcpy(dir, "/tmp/trefoil-pki-XXXXXX");
	CHECK(mkdtemp(dir));
	pki_make(&p, "acme");
	CHECK_OK(tf_sans_add(&sans, "ip:127.0.0.1"));
	CHECK_OK(tf_sans_add(&sans, "dns:api.example"));
	pki_enrol(&p, &good, TF_ROLE_COORDINATOR, 0, "co", &sans);
	pki_enrol(&p, &bad, TF_ROLE_GUARD, 1, "guard-1", NULL);
	CHECK_OK(tf_cert_parse(&c, bad.cert, bad.cert_len));
	memcpy(line.serial, c.serial, 16);
	write_text("root.pem", p.cert_pem);
	write_cert("good.pem", &good);
	write_cert("bad.pem", &bad);
	write_crl("crl.pem", &p, 7, &line, 1);
	write_crl("empty.pem", &p, 6, NULL, 0);
	CHECK(run(out, sizeof(out), VERIFY "-CRLfile crl.pem -purpose sslserver -verify_ip "
	          "127.0.0.1 good.pem") == 0);
	CHECK(run(out, sizeof(out), VERIFY "-CRLfile crl.pem -purpose sslserver -verify_hostname "
	          "api.example good.pem") == 0);
	CHECK(run(out, sizeof(out), VERIFY "-CRLfile crl.pem -purpose sslserver -verify_ip "
	          "127.0.0.2 good.pem") != 0);
	CHECK(run(out, sizeof(out), VERIFY "-CRLfile empty.pem -purpose sslclient bad.pem") == 0);
	CHECK(run(out, sizeof(out), VERIFY "-CRLfile crl.pem -purpose sslclient bad.pem") != 0);
	CHECK(strstr(out, "certificate revoked"));
	CHECK(run(out, sizeof(out), "openssl crl -in crl.pem -CAfile root.pem -noout -text") == 0);
	CHECK(strstr(out, "verify OK") && strstr(out, "X509v3 CRL Number: \n                7"));
	CHECK(run(out, sizeof(out), "openssl x509 -in bad.pem -noout -text") == 0);
	CHECK(strstr(out, "URI:trefoil://acme/guard/1/guard-1"));
	CHECK(strstr(out, "TLS Web Server Authentication, TLS Web Client Authentication"));
	CHECK(strstr(out, "1.3.6.1.3.51971.1"));
	CHECK(run(out, sizeof(out), "openssl x509 -in root.pem -noout -text") == 0);
	CHECK(strstr(out, "CA:TRUE, pathlen:0"));
	CHECK(run(out, sizeof(out), "rm -r root.pem good.pem bad.pem crl.pem empty.pem") == 0);
	CHECK(rmdir(dir) == 0);
	pki_member_free(&good);
	pki_member_free(&bad);
	pki_free(&p);
}

TEST(openssl_verifies_requests)
{
	uint8_t der[TF_CSR_MAX];
	const tf_holder h = { "acme", TF_ROLE_PRIMARY, 0, "primary-1" };
	const tf_sans none = { 0 };
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);
	TF_AUTO(tf_identity_keys) keys = { 0 };
	char path[128], out[8192];
	EVP_PKEY *tls;
	size_t len;
	FILE *f;

	if (system("command -v openssl >/dev/null") != 0)
		tf_test_skip("no openssl(1)");
	strcpy(dir, "/tmp/trefoil-csr-XXXXXX");
	CHECK(mkdtemp(dir));
	CHECK_OK(tf_identity_keys_make(&keys, &rng));
	CHECK_OK(tf_tls_key_make(&tls));
	CHECK_OK(tf_csr_make(der, sizeof(der), &len, &h, &keys, &none, tls));
	snprintf(path, sizeof(path), "%s/csr.der", dir);
	f = fopen(path, "w");
	CHECK(f && fwrite(der, 1, len, f) == len && fclose(f) == 0);
	CHECK(run(out, sizeof(out), "openssl req -inform DER -in csr.der -verify -noout -text") == 0);
	CHECK(strstr(out, "verify OK") && strstr(out, "URI:trefoil://acme/primary/0/primary-1"));
	CHECK(unlink(path) == 0 && rmdir(dir) == 0);
	EVP_PKEY_free(tls);
}
