/* Configuration files: of the RA server ('r'), and of a program with a key of every type ('d'; with
 * 'e' lines of its environment come first, up to an empty one).
 *
 * Always: what is accepted keeps every promise of its table, and written down again says the same
 * (what is in the environment need not be UTF-8, as a file must);
 * what is refused leaves nothing, and says why in lines that a terminal can bear. */
#include <jansson.h>
#include <string.h>

#include "daemon/conf_keys_test.h"
#include "fuzz.h"
#include "ra/conf.h"

#define ENV_MAX 16u
#define STRING_MAX 4096

static const tf_conf_program program = {
	.name = "fuzz", .summary = "a test", .keys = demo_keys, .n = TF_ARRAY_LEN(demo_keys),
	.size = sizeof(demo),
};

/* ---- what was promised ---- */

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static bool in_range(int64_t n, const tf_conf_key *key, int64_t most)
{
	return n >= key->min && n <= (key->max > 0 ? key->max : most);
}

static json_t *write_keys(const void *values, const tf_conf_key *keys, size_t n);

static json_t *write_text(const char *text, const tf_conf_key *key)
{
	size_t len;

	if (!text) {
		ALWAYS(key->need != TF_CONF_REQUIRED && !key->fallback);
		return NULL;
	}
	len = strlen(text);
	if (key->type == TF_CONF_STRING)
		ALWAYS(is_clean(text) && in_range((int64_t)len, key, STRING_MAX));
	if (key->type == TF_CONF_PATH)
		ALWAYS(is_clean(text) && *text == '/' && len < STRING_MAX);
	if (key->type == TF_CONF_SECRET)
		ALWAYS(*text == '/' ? tf_conf_secret_fd(text) == -1 : tf_conf_secret_fd(text) >= 3);
	if (key->type == TF_CONF_HEX)
		ALWAYS(len % 2 == 0 && strspn(text, "0123456789abcdef") == len &&
		       in_range((int64_t)len / 2, key, 0));
	return json_string(text);
}

static json_t *write_int(const void *field, const tf_conf_key *key)
{
	int64_t v;

	memcpy(&v, field, sizeof(v));
	ALWAYS((key->min == 0 && key->max == 0) || (v >= key->min && v <= key->max));
	return json_integer(v);
}

static json_t *write_word(const void *field, const tf_conf_key *key)
{
	const char *word = key->words;
	int v;

	memcpy(&v, field, sizeof(v));
	ALWAYS(v >= 0);
	for (; v > 0; v--) {
		word += strcspn(word, "|");
		ALWAYS(*word == '|');
		word++;
	}
	return json_stringn(word, strcspn(word, "|"));
}

static json_t *write_addr(const void *field, const tf_conf_key *key)
{
	const tf_conf_addr *a = field;

	if (!a->host) {
		ALWAYS(key->need != TF_CONF_REQUIRED && !key->fallback && a->port == 0);
		return NULL;
	}
	ALWAYS(*a->host && strlen(a->host) <= 255 && is_clean(a->host));
	return json_sprintf(strchr(a->host, ':') ? "[%s]:%d" : "%s:%d", a->host, a->port);
}

static json_t *write_list(const void *field, const tf_conf_key *key)
{
	const tf_conf_list *list = field;
	json_t *array = json_array();

	if (!list->item) { /* was not there */
		ALWAYS(list->n == 0 && key->need != TF_CONF_REQUIRED);
		json_decref(array);
		return NULL;
	}
	ALWAYS(in_range((int64_t)list->n, key, 1000));
	for (size_t i = 0; i < list->n; i++) {
		ALWAYS(*list->item[i] && is_clean(list->item[i]));
		ALWAYS(json_array_append_new(array, json_string(list->item[i])) == 0);
	}
	return array;
}

static json_t *write_rows(const void *field, const tf_conf_key *key)
{
	const tf_conf_rows *rows = field;
	json_t *array = json_array();

	ALWAYS(in_range((int64_t)rows->n, key, 1000));
	for (size_t i = 0; i < rows->n; i++) {
		const char *row = (const char *)rows->rows + i * key->sub_size;

		ALWAYS(json_array_append_new(array, write_keys(row, key->sub, key->sub_n)) == 0);
	}
	return array;
}

static json_t *write_key(const void *field, const tf_conf_key *key)
{
	const char *text;
	bool truth;

	switch (key->type) {
	case TF_CONF_STRING:
	case TF_CONF_PATH:
	case TF_CONF_SECRET:
	case TF_CONF_HEX: memcpy(&text, field, sizeof(text)); return write_text(text, key);
	case TF_CONF_INT: return write_int(field, key);
	case TF_CONF_BOOL: memcpy(&truth, field, sizeof(truth)); return json_boolean(truth);
	case TF_CONF_ENUM: return write_word(field, key);
	case TF_CONF_ADDR: return write_addr(field, key);
	case TF_CONF_STRINGS: return write_list(field, key);
	case TF_CONF_TABLE: return write_rows(field, key);
	}
	return NULL;
}

/* Takes value over. */
static void put(json_t *object, const char *path, json_t *value)
{
	const char *dot = strchr(path, '.');
	json_t *inner;
	char part[64];

	if (!dot) {
		ALWAYS(json_object_set_new(object, path, value) == 0);
		return;
	}
	snprintf(part, sizeof(part), "%.*s", (int)(dot - path), path);
	inner = json_object_get(object, part);
	if (!inner) {
		inner = json_object();
		ALWAYS(json_object_set_new(object, part, inner) == 0);
	}
	put(inner, dot + 1, value);
}

static json_t *write_keys(const void *values, const tf_conf_key *keys, size_t n)
{
	json_t *object = json_object();

	for (size_t i = 0; i < n; i++) {
		json_t *value = write_key((const char *)values + keys[i].at, &keys[i]);

		if (value)
			put(object, keys[i].path, value);
	}
	return object;
}

static char *write_down(const void *values, const tf_conf_program *p)
{
	json_t *object = write_keys(values, p->keys, p->n);
	char *text = json_dumps(object, JSON_SORT_KEYS);

	ALWAYS(text != NULL);
	json_decref(object);
	return text;
}

/* ---- reading ---- */

static void check_complaints(const char *said, size_t len)
{
	ALWAYS(len > 0 && said[len - 1] == '\n');
	for (size_t i = 0; i < len; i++)
		ALWAYS(said[i] == '\n' || (said[i] >= 0x20 && said[i] < 0x7f));
}

static tf_err parse(void *values, const tf_conf_program *p, const char *text, size_t len,
                    const char *const *env)
{
	size_t said_len = 0;
	char *said = NULL;
	FILE *err = open_memstream(&said, &said_len);
	tf_err e;

	ALWAYS(err != NULL);
	memset(values, 0xee, p->size);
	e = tf_conf_parse(values, p, "fuzz.json", text, len, env, err);
	fclose(err);
	if (e == TF_OK)
		ALWAYS(said_len == 0);
	else
		check_complaints(said, said_len);
	for (size_t i = 0; e != TF_OK && i < p->size; i++)
		ALWAYS(((const char *)values)[i] == 0);
	ALWAYS(e == TF_OK || e == TF_E_ENCODING);
	free(said);
	return e;
}

static bool is_utf8(const char *const *env)
{
	for (; env && *env; env++) {
		json_t *s = json_string(*env);

		if (!s)
			return false;
		json_decref(s);
	}
	return true;
}

static void check(const tf_conf_program *p, const char *text, size_t len, const char *const *env)
{
	void *values = malloc(p->size);
	char *once, *twice;

	ALWAYS(values != NULL);
	if (!is_utf8(env)) {
		if (parse(values, p, text, len, env) == TF_OK)
			tf_conf_free(values, p);
	} else if (parse(values, p, text, len, env) == TF_OK) {
		once = write_down(values, p);
		tf_conf_free(values, p);
		ALWAYS(parse(values, p, once, strlen(once), NULL) == TF_OK);
		twice = write_down(values, p);
		ALWAYS(strcmp(once, twice) == 0);
		tf_conf_free(values, p);
		free(once);
		free(twice);
	}
	free(values);
}

static void check_with_environment(char *text, size_t len)
{
	const char *env[ENV_MAX + 1] = { NULL };

	for (unsigned n = 0; n < ENV_MAX && len > 0; n++) {
		char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : 0;

		if (!end)
			return;
		*end = '\0';
		len -= line + 1;
		if (line == 0) {
			check(&program, end + 1, len, env);
			return;
		}
		env[n] = text;
		text = end + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);

	ALWAYS(copy != NULL);
	memcpy(copy, data, len);
	if (len > 0 && copy[0] == 'r')
		check(&tf_ra_program, copy + 1, len - 1, NULL);
	if (len > 0 && copy[0] == 'd')
		check(&program, copy + 1, len - 1, NULL);
	if (len > 0 && copy[0] == 'e')
		check_with_environment(copy + 1, len - 1);
	free(copy);
	return 0;
}
