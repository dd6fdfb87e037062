#include "daemon/conf_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STRING_MAX 4096
#define LIST_MAX 1000

static int64_t string_max(const tf_conf_key *key)
{
	return key->max > 0 ? key->max : STRING_MAX;
}

static int64_t list_max(const tf_conf_key *key)
{
	return key->max > 0 ? key->max : LIST_MAX;
}

static void describe_int(char *out, size_t cap, const tf_conf_key *key)
{
	if (key->min == 0 && key->max == 0)
		snprintf(out, cap, "an integer");
	else
		snprintf(out, cap, "an integer from %" PRId64 " to %" PRId64, key->min, key->max);
}

void tf_conf_describe(char *out, size_t cap, const tf_conf_key *key)
{
	switch (key->type) {
	case TF_CONF_STRING:
		snprintf(out, cap, "a string of %" PRId64 " to %" PRId64 " bytes", key->min,
		         string_max(key));
		return;
	case TF_CONF_PATH:
		snprintf(out, cap, "an absolute path");
		return;
	case TF_CONF_SECRET:
		snprintf(out, cap, "the absolute path of a file that only we can read, or \"fd:N\"");
		return;
	case TF_CONF_INT:
		describe_int(out, cap, key);
		return;
	case TF_CONF_BOOL:
		snprintf(out, cap, "true or false");
		return;
	case TF_CONF_ENUM:
		snprintf(out, cap, "one of %s", key->words);
		return;
	case TF_CONF_ADDR:
		snprintf(out, cap, "an address like \"127.0.0.1:8443\" or \"[::1]:8443\"");
		return;
	case TF_CONF_HEX:
		snprintf(out, cap, "lower-case hex of %" PRId64 " to %" PRId64 " bytes", key->min,
		         key->max);
		return;
	case TF_CONF_STRINGS:
		snprintf(out, cap, "a list of %" PRId64 " to %" PRId64 " strings", key->min, list_max(key));
		return;
	case TF_CONF_TABLE:
		snprintf(out, cap, "a list of %" PRId64 " to %" PRId64 " objects", key->min, list_max(key));
		return;
	}
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static bool copy_text(void *field, const char *text)
{
	char *copy = strdup(text);

	if (copy)
		memcpy(field, &copy, sizeof(copy));
	return copy != NULL;
}

static bool set_string(void *field, const tf_conf_key *key, const char *text)
{
	int64_t len = (int64_t)strlen(text);

	return len >= key->min && len <= string_max(key) && is_clean(text) && copy_text(field, text);
}

static bool is_path(const char *text)
{
	return text[0] == '/' && strlen(text) < STRING_MAX && is_clean(text);
}

/* Digits only, and nothing after them. */
static bool read_number(int64_t *out, const char *text)
{
	char *end;
	long long v;

	if (!*text || strspn(text + (*text == '-'), "0123456789") != strlen(text + (*text == '-')))
		return false;
	errno = 0;
	v = strtoll(text, &end, 10);
	*out = v;
	return errno == 0 && *end == 0 && end != text;
}

static bool set_secret(void *field, const char *text)
{
	int64_t fd;

	if (strncmp(text, "fd:", 3) == 0)
		return read_number(&fd, text + 3) && fd >= 3 && fd < 1024 && copy_text(field, text);
	return is_path(text) && copy_text(field, text);
}

static bool set_int(void *field, const tf_conf_key *key, int64_t v)
{
	if ((key->min != 0 || key->max != 0) && (v < key->min || v > key->max))
		return false;
	memcpy(field, &v, sizeof(v));
	return true;
}

static bool set_bool(void *field, bool v)
{
	memcpy(field, &v, sizeof(v));
	return true;
}

static bool set_enum(void *field, const tf_conf_key *key, const char *text)
{
	size_t len = strlen(text);
	const char *word = key->words;

	for (int i = 0; ; i++) {
		size_t n = strcspn(word, "|");

		if (n == len && strncmp(word, text, n) == 0) {
			memcpy(field, &i, sizeof(i));
			return true;
		}
		if (!word[n])
			return false;
		word += n + 1;
	}
}

/* What stands in brackets: an IPv6 address, perhaps with a zone. */
static bool is_ipv6_like(const char *text, size_t len)
{
	const char *zone = memchr(text, '%', len);
	size_t n = zone ? (size_t)(zone - text) : len;

	if (zone && n + 1 == len)
		return false;
	for (size_t i = n; i < len; i++)
		if (text[i] == '[' || text[i] == ']' || text[i] == ':')
			return false;
	return memchr(text, ':', n) && strspn(text, "0123456789abcdefABCDEF:.") >= n;
}

/* "host:port"; an IPv6 host stands in brackets. */
static bool set_addr(void *field, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	tf_conf_addr *addr = field;
	int64_t port;

	if (!colon || !read_number(&port, colon + 1) || port < 0 || port > 65535 || !is_clean(text))
		return false;
	if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
		if (!is_ipv6_like(text, len))
			return false;
	} else if (memchr(text, ':', len) || memchr(text, '[', len) || memchr(text, ']', len)) {
		return false;
	}
	if (len == 0 || len > 255 || memchr(text, ' ', len))
		return false;
	addr->host = strndup(text, len);
	if (addr->host)
		addr->port = (uint16_t)port;
	return addr->host != NULL;
}

static bool set_hex(void *field, const tf_conf_key *key, const char *text)
{
	size_t len = strlen(text);

	return len % 2 == 0 && strspn(text, "0123456789abcdef") == len &&
	       (int64_t)len / 2 >= key->min && (int64_t)len / 2 <= key->max && copy_text(field, text);
}

static void list_free(tf_conf_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->item[i]);
	free(list->item);
	list->item = NULL;
	list->n = 0;
}

/* Room for n items, or n == 0. */
static bool list_make(tf_conf_list *list, size_t n)
{
	list->item = calloc(n ? n : 1, sizeof(*list->item));
	return list->item != NULL;
}

static bool list_add(tf_conf_list *list, const char *text, size_t len)
{
	char *copy = strndup(text, len);

	if (!copy)
		return false;
	list->item[list->n++] = copy;
	return len > 0 && is_clean(copy) && strlen(copy) == len;
}

/* Takes the list over, or frees it. */
static bool keep_list(void *field, const tf_conf_key *key, tf_conf_list *list, bool fine)
{
	if (fine && (int64_t)list->n >= key->min && (int64_t)list->n <= list_max(key)) {
		memcpy(field, list, sizeof(*list));
		return true;
	}
	list_free(list);
	return false;
}

static bool set_list_text(void *field, const tf_conf_key *key, const char *text)
{
	tf_conf_list list = { 0 };
	bool fine = list_make(&list, strlen(text));

	while (fine && *text) {
		size_t len = strcspn(text, ",");

		fine = list_add(&list, text, len);
		text += len;
		if (*text == ',')
			fine = *++text != 0 && fine;
	}
	return keep_list(field, key, &list, fine);
}

static bool set_list_json(void *field, const tf_conf_key *key, const json_t *value)
{
	tf_conf_list list = { 0 };
	bool fine = json_is_array(value) && list_make(&list, json_array_size(value));

	for (size_t i = 0; fine && i < json_array_size(value); i++) {
		const char *text = json_string_value(json_array_get(value, i));

		fine = text && list_add(&list, text, strlen(text));
	}
	return keep_list(field, key, &list, fine);
}

bool tf_conf_set_text(void *field, const tf_conf_key *key, const char *text)
{
	int64_t v;

	switch (key->type) {
	case TF_CONF_STRING:
		return set_string(field, key, text);
	case TF_CONF_PATH:
		return is_path(text) && copy_text(field, text);
	case TF_CONF_SECRET:
		return set_secret(field, text);
	case TF_CONF_INT:
		return read_number(&v, text) && set_int(field, key, v);
	case TF_CONF_BOOL:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return false;
		return set_bool(field, *text == 't');
	case TF_CONF_ENUM:
		return set_enum(field, key, text);
	case TF_CONF_ADDR:
		return set_addr(field, text);
	case TF_CONF_HEX:
		return set_hex(field, key, text);
	case TF_CONF_STRINGS:
		return set_list_text(field, key, text);
	case TF_CONF_TABLE:
		return false;
	}
	return false;
}

bool tf_conf_set_json(void *field, const tf_conf_key *key, const json_t *value)
{
	if (key->type == TF_CONF_INT)
		return json_is_integer(value) && set_int(field, key, json_integer_value(value));
	if (key->type == TF_CONF_BOOL)
		return json_is_boolean(value) && set_bool(field, json_is_true(value));
	if (key->type == TF_CONF_STRINGS)
		return set_list_json(field, key, value);
	return json_is_string(value) && tf_conf_set_text(field, key, json_string_value(value));
}

static void clear_rows(void *field, const tf_conf_key *key)
{
	tf_conf_rows rows;

	memcpy(&rows, field, sizeof(rows));
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < key->sub_n; k++)
			tf_conf_clear((char *)rows.rows + i * key->sub_size + key->sub[k].at, &key->sub[k]);
	free(rows.rows);
	memset(field, 0, sizeof(rows));
}

void tf_conf_clear(void *field, const tf_conf_key *key)
{
	tf_conf_list list;
	char *text;

	switch (key->type) {
	case TF_CONF_STRING:
	case TF_CONF_PATH:
	case TF_CONF_SECRET:
	case TF_CONF_HEX:
	case TF_CONF_ADDR: /* host comes first */
		memcpy(&text, field, sizeof(text));
		free(text);
		memset(field, 0, key->type == TF_CONF_ADDR ? sizeof(tf_conf_addr) : sizeof(text));
		return;
	case TF_CONF_INT:
		memset(field, 0, sizeof(int64_t));
		return;
	case TF_CONF_BOOL:
		memset(field, 0, sizeof(bool));
		return;
	case TF_CONF_ENUM:
		memset(field, 0, sizeof(int));
		return;
	case TF_CONF_STRINGS:
		memcpy(&list, field, sizeof(list));
		list_free(&list);
		memcpy(field, &list, sizeof(list));
		return;
	case TF_CONF_TABLE:
		clear_rows(field, key);
		return;
	}
}
