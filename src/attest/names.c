#include "attest/names.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <stdio.h>

static bool is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* RFC 1123 host name in lower case, no wildcard, no trailing dot, not a number (that is an
 * address to somebody's parser). */
static bool is_host(const char *s)
{
	size_t len = strlen(s), label = 0;
	bool digits = true;

	if (len < 1 || len > TF_SAN_TEXT)
		return false;
	for (size_t i = 0; i <= len; i++) {
		if (s[i] != '.' && s[i] != '\0') {
			digits = digits && s[i] >= '0' && s[i] <= '9';
			if (!is_label_byte(s[i]) || ++label > 63)
				return false;
			continue;
		}
		if (label < 1 || s[i - label] == '-' || s[i - 1] == '-' || (digits && !s[i]))
			return false;
		label = 0;
		digits = true;
	}
	return true;
}

/* Bytes of an address in its canonical text; 0 if it is none. */
static int address(uint8_t out[static 16], const char *s)
{
	static const int family[] = { AF_INET, AF_INET6 };
	char again[INET6_ADDRSTRLEN];

	for (unsigned i = 0; i < 2; i++)
		if (inet_pton(family[i], s, out) == 1)
			return inet_ntop(family[i], out, again, sizeof(again)) &&
			       strcmp(again, s) == 0 ? (i == 0 ? 4 : 16) : 0;
	return 0;
}

tf_err tf_sans_add(tf_sans *s, const char *text)
{
	uint8_t bytes[16];
	size_t len = strnlen(text, sizeof(s->text[0]));

	if (len >= sizeof(s->text[0]))
		return TF_E_ENCODING;
	if (!(strncmp(text, "dns:", 4) == 0 && is_host(text + 4)) &&
	    !(strncmp(text, "ip:", 3) == 0 && address(bytes, text + 3) != 0))
		return TF_E_ENCODING;
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->text[i], text) == 0)
			return TF_E_DUPLICATE;
	if (s->n == TF_SAN_MAX)
		return TF_E_TOO_LARGE;
	memcpy(s->text[s->n], text, len + 1);
	s->n++;
	return TF_OK;
}

bool tf_sans_eq(const tf_sans *a, const tf_sans *b)
{
	size_t found = 0;

	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			found += strcmp(a->text[i], b->text[j]) == 0;
	return a->n == b->n && found == a->n;
}

static bool may_have_names(tf_role role)
{
	return role == TF_ROLE_COORDINATOR || role == TF_ROLE_RA;
}

static bool push(GENERAL_NAMES *names, int type, ASN1_STRING *value, const void *bytes, int len)
{
	GENERAL_NAME *name = GENERAL_NAME_new();

	if (!name || !value || ASN1_STRING_set(value, bytes, len) != 1) {
		GENERAL_NAME_free(name);
		ASN1_STRING_free(value);
		return false;
	}
	GENERAL_NAME_set0_value(name, type, value);
	if (sk_GENERAL_NAME_push(names, name) > 0)
		return true;
	GENERAL_NAME_free(name);
	return false;
}

static bool push_san(GENERAL_NAMES *names, const char *text)
{
	uint8_t bytes[16];

	if (strncmp(text, "dns:", 4) == 0)
		return push(names, GEN_DNS, ASN1_IA5STRING_new(), text + 4, (int)strlen(text) - 4);
	return push(names, GEN_IPADD, ASN1_OCTET_STRING_new(), bytes, address(bytes, text + 3));
}

tf_err tf_names_make(names_ref *out, const tf_holder *holder, const tf_sans *sans)
{
	char uri[TF_URI_MAX + 1];
	bool ok;

	TRY(tf_holder_uri(uri, holder));
	if (sans->n > 0 && !may_have_names(holder->role))
		return TF_E_USAGE;
	out->p = GENERAL_NAMES_new();
	ok = out->p && push(out->p, GEN_URI, ASN1_IA5STRING_new(), uri, (int)strlen(uri));
	for (size_t i = 0; i < sans->n && ok; i++)
		ok = push_san(out->p, sans->text[i]);
	return ok ? TF_OK : TF_E_RESOURCE;
}

static tf_err read_san(tf_sans *sans, int type, const uint8_t *p, size_t len)
{
	char text[TF_SAN_TEXT + 5] = "dns:";

	if (type == GEN_DNS) {
		if (len > TF_SAN_TEXT || memchr(p, '\0', len))
			return TF_E_ENCODING;
		memcpy(text + 4, p, len);
		text[4 + len] = '\0';
	} else {
		if (len != 4 && len != 16)
			return TF_E_ENCODING;
		snprintf(text, sizeof(text), "ip:");
		if (!inet_ntop(len == 4 ? AF_INET : AF_INET6, p, text + 3, sizeof(text) - 3))
			return TF_E_ENCODING;
	}
	return tf_sans_add(sans, text);
}

static tf_err read_one(tf_holder *holder, tf_sans *sans, unsigned *uris, const GENERAL_NAME *name)
{
	int type;
	const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
	const uint8_t *p;
	size_t len;

	if (type != GEN_URI && type != GEN_DNS && type != GEN_IPADD)
		return TF_E_ENCODING;
	p = ASN1_STRING_get0_data(value);
	len = (size_t)ASN1_STRING_length(value);
	if (type == GEN_URI) {
		++*uris;
		return tf_holder_parse(holder, (const char *)p, len);
	}
	return read_san(sans, type, p, len) == TF_OK ? TF_OK : TF_E_ENCODING;
}

tf_err tf_names_read(tf_holder *holder, tf_sans *sans, const STACK_OF(X509_EXTENSION) *exts)
{
	int critical = -1;
	unsigned uris = 0;
	TF_AUTO(names_ref) names = { X509V3_get_d2i(exts, NID_subject_alt_name, &critical, NULL) };

	ERR_clear_error();
	sans->n = 0;
	if (!names.p)
		return TF_E_ENCODING;
	for (int i = 0; i < sk_GENERAL_NAME_num(names.p); i++)
		TRY(read_one(holder, sans, &uris, sk_GENERAL_NAME_value(names.p, i)));
	if (uris != 1 || (sans->n > 0 && !may_have_names(holder->role)))
		return TF_E_ENCODING;
	return TF_OK;
}
