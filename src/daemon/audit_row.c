#include "daemon/audit_row.h"

#include <inttypes.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/rw.h"

static const char domain[] = "trefoil/audit/v1";
#define DOMAIN_LEN (sizeof(domain) - 1)
#define HASHED_MAX (DOMAIN_LEN + 8 + 8 + 4 + TF_AUDIT_TEXT_MAX + 32)
#define NAME_MAX_BYTES 1024

tf_err tf_audit_origin(uint8_t out[static 32], const char *name)
{
	uint8_t buf[DOMAIN_LEN + 4 + NAME_MAX_BYTES];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	size_t len;

	tf_wr_fixed(&w, domain, DOMAIN_LEN);
	tf_wr_blob(&w, name, strlen(name));
	TRY(tf_wr_end(&w, &len));
	SHA256(buf, len, out);
	return TF_OK;
}

tf_err tf_audit_hash(uint8_t out[static 32], const tf_audit_row *row,
                     const uint8_t prev[static 32])
{
	uint8_t buf[HASHED_MAX];
	tf_wr w = tf_wr_init(buf, sizeof(buf));
	size_t len;

	tf_wr_fixed(&w, domain, DOMAIN_LEN);
	tf_wr_u64(&w, row->seq);
	tf_wr_u64(&w, row->time_ms);
	tf_wr_blob(&w, row->text, row->text_len);
	tf_wr_fixed(&w, prev, 32);
	TRY(tf_wr_end(&w, &len));
	SHA256(buf, len, out);
	return TF_OK;
}

bool tf_audit_is_text(const char *text, size_t len)
{
	json_t *s = memchr(text, 0, len) ? NULL : json_stringn(text, len);
	bool is = s != NULL;

	json_decref(s);
	return is;
}

static void put_text(tf_wr *w, const char *text, size_t len)
{
	char escaped[8];

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\') {
			tf_wr_u8(w, '\\');
			tf_wr_u8(w, c);
		} else if (c < 0x20 || c == 0x7f) {
			snprintf(escaped, sizeof(escaped), "\\u%04x", c);
			tf_wr_fixed(w, escaped, 6);
		} else {
			tf_wr_u8(w, c);
		}
	}
}

static void put_string(tf_wr *w, const char *s)
{
	tf_wr_fixed(w, s, strlen(s));
}

static void put_hex(tf_wr *w, const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		tf_wr_u8(w, (uint8_t)digits[p[i] >> 4]);
		tf_wr_u8(w, (uint8_t)digits[p[i] & 15]);
	}
}

tf_err tf_audit_write(char *line, size_t cap, size_t *len, const tf_audit_row *row,
                      const uint8_t prev[static 32])
{
	tf_wr w = tf_wr_init(line, cap);
	char start[80];

	snprintf(start, sizeof(start), "{\"seq\":%" PRIu64 ",\"time\":%" PRIu64 ",\"text\":\"",
	         row->seq, row->time_ms);
	put_string(&w, start);
	put_text(&w, row->text, row->text_len);
	put_string(&w, "\",\"prev\":\"");
	put_hex(&w, prev, 32);
	put_string(&w, "\",\"hash\":\"");
	put_hex(&w, row->hash, 32);
	put_string(&w, "\",\"sig\":\"");
	put_hex(&w, row->sig, row->is_signed ? 64 : 0);
	put_string(&w, "\"}\n");
	return tf_wr_end(&w, len);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(uint8_t *out, size_t len, const char *text)
{
	if (!text || strlen(text) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool signature_holds(const tf_audit_row *row, const uint8_t *public_key)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, 32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t msg[sizeof(TF_AUDIT_DOMAIN) + 32] = TF_AUDIT_DOMAIN;
	bool holds;

	memcpy(msg + sizeof(TF_AUDIT_DOMAIN), row->hash, 32);
	holds = key && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	        EVP_DigestVerify(ctx, row->sig, 64, msg, sizeof(msg)) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return holds;
}

/* Fields of the object, without judging them. */
static bool take_fields(tf_audit_row *row, char **text, uint8_t prev[static 32], const json_t *o)
{
	const json_t *seq = json_object_get(o, "seq"), *time = json_object_get(o, "time");
	const json_t *body = json_object_get(o, "text");
	const char *sig = json_string_value(json_object_get(o, "sig"));

	if (!json_is_integer(seq) || !json_is_integer(time) || !json_is_string(body) || !sig ||
	    json_integer_value(seq) < 1 || json_integer_value(time) < 0)
		return false;
	row->seq = (uint64_t)json_integer_value(seq);
	row->time_ms = (uint64_t)json_integer_value(time);
	row->text_len = json_string_length(body);
	row->is_signed = *sig != 0;
	*text = strdup(json_string_value(body));
	row->text = *text;
	return *text && row->text_len <= TF_AUDIT_TEXT_MAX &&
	       read_hex(prev, 32, json_string_value(json_object_get(o, "prev"))) &&
	       read_hex(row->hash, 32, json_string_value(json_object_get(o, "hash"))) &&
	       (!row->is_signed || read_hex(row->sig, 64, sig));
}

/* There is one way to write a row: this line must be it. */
static bool is_canonical(const tf_audit_row *row, const uint8_t prev[static 32], const char *line,
                         size_t len)
{
	char *again = malloc(TF_AUDIT_LINE_MAX);
	size_t again_len = 0;
	bool same = again &&
	            tf_audit_write(again, TF_AUDIT_LINE_MAX, &again_len, row, prev) == TF_OK &&
	            again_len == len && strncmp(again, line, len) == 0;

	free(again);
	return same;
}

static bool equal(const uint8_t a[static 32], const uint8_t b[static 32])
{
	return tf_ct_reveal(tf_ct_bytes_eq(a, b, 32));
}

tf_err tf_audit_read(tf_audit_row *row, char **text, const char *line, size_t len,
                     const tf_audit_head *before, const uint8_t *public_key)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	uint8_t prev[32], hash[32];
	bool fields;

	memset(row, 0, sizeof(*row));
	*text = NULL;
	fields = take_fields(row, text, prev, o);
	json_decref(o);
	if (!fields || !is_canonical(row, prev, line, len))
		return TF_E_ENCODING;
	TRY(tf_audit_hash(hash, row, prev));
	if (row->seq != before->seq + 1 || row->time_ms < before->time_ms ||
	    !equal(prev, before->hash) || !equal(hash, row->hash))
		return TF_E_TRUST;
	if (public_key && (!row->is_signed || !signature_holds(row, public_key)))
		return TF_E_TRUST;
	return TF_OK;
}
