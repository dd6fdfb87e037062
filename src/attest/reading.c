#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "attest/workspace_impl.h"

void tf_reading_fail(tf_reading *r, tf_err err, const char *key, const char *text)
{
	if (r->err != TF_OK)
		return;
	r->err = err;
	if (r->reason)
		snprintf(r->reason->text, sizeof(r->reason->text), "%s%s: %s", r->where, key,
		         text);
}

void tf_reading_start(tf_reading *r, const char *text, size_t len, tf_reason *reason)
{
	char at[32];
	tf_err e;

	*r = (tf_reading){ .reason = reason };
	if (len > TF_JSON_TEXT_MAX) {
		tf_reading_fail(r, TF_E_TOO_LARGE, "file", "too large");
		return;
	}
	r->nodes = calloc(len / 2 + 2, sizeof(*r->nodes)); /* a value takes two bytes with its comma */
	if (!r->nodes) {
		tf_reading_fail(r, TF_E_RESOURCE, "file", "no memory");
		return;
	}
	e = tf_json_parse(&r->doc, r->nodes, len / 2 + 2, text, len);
	snprintf(at, sizeof(at), "at byte %zu", r->doc.at);
	if (e != TF_OK)
		tf_reading_fail(r, e, at, "not strict JSON");
}

void tf_reading_wipe(tf_reading *r)
{
	free(r->nodes);
	r->nodes = NULL;
}

static const tf_json_node *member(tf_reading *r, const tf_json_node *obj, const char *key,
                                  tf_json_type type, const char *expected)
{
	const tf_json_node *m = r->err == TF_OK && obj ? tf_json_member(&r->doc, obj, key) : NULL;

	if (m && m->type == type)
		return m;
	tf_reading_fail(r, TF_E_ENCODING, key, expected);
	return NULL;
}

const tf_json_node *tf_reading_array(tf_reading *r, const tf_json_node *obj, const char *key,
                                     size_t min, size_t max)
{
	const tf_json_node *m = member(r, obj, key, TF_JSON_ARRAY, "expected an array");

	if (!m)
		return NULL;
	if (m->count < min)
		tf_reading_fail(r, TF_E_ENCODING, key, "too few entries");
	if (m->count > max)
		tf_reading_fail(r, TF_E_TOO_LARGE, key, "too many entries");
	return r->err == TF_OK ? m : NULL;
}

const tf_json_node *tf_reading_first(const tf_reading *r, const tf_json_node *array)
{
	return r->err == TF_OK && array ? tf_json_first(&r->doc, array) : NULL;
}

const tf_json_node *tf_reading_next(const tf_reading *r, const tf_json_node *value)
{
	return r->err == TF_OK ? tf_json_next(&r->doc, value) : NULL;
}

void tf_reading_is_object(tf_reading *r, const tf_json_node *node, size_t members)
{
	if (r->err == TF_OK && (!node || node->type != TF_JSON_OBJECT || node->count != members))
		tf_reading_fail(r, TF_E_ENCODING, "", "expected an object with exactly its keys");
}

const tf_json_node *tf_reading_object(tf_reading *r, const tf_json_node *obj, const char *key,
                                      size_t members)
{
	const tf_json_node *m = member(r, obj, key, TF_JSON_OBJECT, "expected an object");

	if (m && m->count != members)
		tf_reading_fail(r, TF_E_ENCODING, key, "expected exactly its keys");
	return r->err == TF_OK ? m : NULL;
}

void tf_reading_text(tf_reading *r, char *out, size_t cap, const tf_json_node *obj,
                     const char *key, size_t min)
{
	const tf_json_node *m = member(r, obj, key, TF_JSON_STRING, "expected a string");
	size_t len = 0;
	tf_err e;

	out[0] = '\0';
	if (!m)
		return;
	e = tf_json_text(out, cap, &len, &r->doc, m);
	if (e != TF_OK)
		tf_reading_fail(r, e, key, "too long, or with a NUL");
	else if (len < min)
		tf_reading_fail(r, TF_E_ENCODING, key, "too short");
	if (r->err != TF_OK)
		out[0] = '\0';
}

uint64_t tf_reading_uint(tf_reading *r, const tf_json_node *obj, const char *key, uint64_t min,
                         uint64_t max)
{
	const tf_json_node *m = member(r, obj, key, TF_JSON_NUMBER, "expected a whole number");
	uint64_t v = 0;

	for (uint32_t i = 0; m && i < m->len; i++) {
		unsigned digit = (unsigned)r->doc.text[m->at + i] - '0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10) {
			tf_reading_fail(r, TF_E_ENCODING, key, "expected a whole number");
			return min;
		}
		v = 10 * v + digit;
	}
	if (!m || v < min || v > max) {
		tf_reading_fail(r, TF_E_ENCODING, key, "number out of range");
		return min;
	}
	return v;
}

bool tf_reading_bool(tf_reading *r, const tf_json_node *obj, const char *key)
{
	const tf_json_node *m = r->err == TF_OK && obj ? tf_json_member(&r->doc, obj, key) : NULL;

	if (m && (m->type == TF_JSON_TRUE || m->type == TF_JSON_FALSE))
		return m->type == TF_JSON_TRUE;
	tf_reading_fail(r, TF_E_ENCODING, key, "expected true or false");
	return false;
}

bool tf_hex_read(uint8_t *out, size_t len, const char *hex)
{
	size_t got = 0;

	for (const char *p = hex; *p; p++)
		if (*p >= 'A' && *p <= 'F')
			return false;
	return strlen(hex) == 2 * len &&
	       sodium_hex2bin(out, len, hex, 2 * len, NULL, &got, NULL) == 0 && got == len;
}

void tf_reading_hex(tf_reading *r, uint8_t *out, size_t len, const tf_json_node *obj,
                    const char *key)
{
	char text[2 * 64 + 1];

	tf_reading_text(r, text, sizeof(text), obj, key, 1);
	if (r->err == TF_OK && !tf_hex_read(out, len, text))
		tf_reading_fail(r, TF_E_ENCODING, key, "expected lower-case hex of its length");
}
