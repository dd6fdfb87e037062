#include "daemon/conf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "daemon/conf_value.h"
#include "daemon/harden.h"

#define FILE_MAX (1u << 20)
#define PATH_LEN 256

/* One reading of a file. */
typedef struct reading {
	const char *file;
	const char *const *env;
	FILE *err;
	unsigned errors;
} reading;

tf_exit tf_exit_of(tf_err e)
{
	switch (tf_err_get_kind(e)) {
	case TF_KIND_NONE: return TF_EXIT_FINE;
	case TF_KIND_USAGE: return TF_EXIT_BUG;
	case TF_KIND_ENCODING:
	case TF_KIND_STATE:
	case TF_KIND_PROOF: return TF_EXIT_INPUT;
	case TF_KIND_RESOURCE: return TF_EXIT_UNAVAILABLE;
	case TF_KIND_POLICY:
	case TF_KIND_TRUST: return TF_EXIT_PERMISSION;
	}
	return TF_EXIT_BUG;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* Text of the file as a terminal can bear it. */
static void print_clean(FILE *err, const char *text)
{
	for (const char *p = text; *p; p++)
		fputc(*p >= 0x20 && *p < 0x7f ? *p : '?', err);
}

static void say_expected(reading *r, const char *where, const char *path, const tf_conf_key *key,
                         const char *found)
{
	char want[160];

	tf_conf_describe(want, sizeof(want), key);
	fprintf(r->err, "%s: %s: expected %s%s", where, path, want, found ? ", not " : "");
	print_clean(r->err, found ? found : "");
	fputc('\n', r->err);
	r->errors++;
}

/* A value as it may be shown: short, and nothing of a secret. */
static void show(char *out, size_t cap, const tf_conf_key *key, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII | JSON_COMPACT);

	if (key->type == TF_CONF_SECRET || !text)
		snprintf(out, cap, "what stands there");
	else
		snprintf(out, cap, "%.60s%s", text, strlen(text) > 60 ? "..." : "");
	if (text)
		tf_wipe(text, strlen(text));
	free(text);
}

/* ---- finding ----------------------------------------------------------------------------------
 * */

static void env_name(char *out, size_t cap, const char *path)
{
	size_t n = (size_t)snprintf(out, cap, "TREFOIL_%s", path);

	for (size_t i = 8; i < n && i < cap - 1; i++)
		out[i] = out[i] == '.' ? '_' : (char)toupper((unsigned char)out[i]);
}

static const char *from_env(const reading *r, const char *name)
{
	size_t len = strlen(name);

	for (const char *const *e = r->env; e && *e; e++)
		if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
			return *e + len + 1;
	return NULL;
}

/* The member that a dotted path names, or NULL. */
static const json_t *from_json(const json_t *object, const char *path)
{
	char part[PATH_LEN];

	while (object && *path) {
		size_t len = strcspn(path, ".");

		snprintf(part, sizeof(part), "%.*s", (int)len, path);
		object = json_object_get(object, part);
		path += len + (path[len] == '.');
	}
	return object;
}

static const tf_conf_key *find_key(const tf_conf_key *keys, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].path, path) == 0)
			return &keys[i];
	return NULL;
}

static bool is_section(const tf_conf_key *keys, size_t n, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < n; i++)
		if (strncmp(keys[i].path, path, len) == 0 && keys[i].path[len] == '.')
			return true;
	return false;
}

/* Every member must be a key or a section of keys. inside: the path so far, with its dot; shown:
 * the same with the rows that we are in. */
static void refuse_unknown(reading *r, const tf_conf_key *keys, size_t n, const json_t *object,
                           const char *inside, const char *shown)
{
	char path[PATH_LEN], deeper[PATH_LEN + 1];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, name, value) {
		snprintf(path, sizeof(path), "%s%.100s", inside, name);
		if (find_key(keys, n, path))
			continue;
		if (is_section(keys, n, path) && json_is_object(value)) {
			snprintf(deeper, sizeof(deeper), "%s.", path);
			refuse_unknown(r, keys, n, value, deeper, shown);
			continue;
		}
		fprintf(r->err, "%s: %s", r->file, shown);
		print_clean(r->err, path);
		fputs(is_section(keys, n, path) ? ": expected an object\n" : ": unknown key\n", r->err);
		r->errors++;
	}
}

/* ---- filling ----------------------------------------------------------------------------------
 * */

static void fill(reading *r, void *values, const tf_conf_key *keys, size_t n, const json_t *object,
                 const char *shown);

static void fill_table(reading *r, void *field, const tf_conf_key *key, const char *path,
                       const json_t *value)
{
	size_t n = json_array_size(value), max = key->max > 0 ? (size_t)key->max : 1000;
	reading inner = { r->file, NULL, r->err, 0 };
	tf_conf_rows rows = { 0 };
	char shown[PATH_LEN];

	if (!json_is_array(value) || n < (size_t)key->min || n > max) {
		say_expected(r, r->file, path, key, NULL);
		return;
	}
	rows.rows = calloc(n ? n : 1, key->sub_size);
	if (!rows.rows) {
		r->errors++;
		return;
	}
	rows.n = n;
	memcpy(field, &rows, sizeof(rows));
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(value, i);

		snprintf(shown, sizeof(shown), "%.200s[%zu].", path, i);
		if (json_is_object(row))
			fill(&inner, (char *)rows.rows + i * key->sub_size, key->sub, key->sub_n, row, shown);
		else
			say_expected(&inner, r->file, path, key, NULL);
	}
	r->errors += inner.errors;
}

static void fill_key(reading *r, void *values, const tf_conf_key *key, const json_t *object,
                     const char *shown)
{
	bool from_outside = key->type != TF_CONF_TABLE && key->type != TF_CONF_SECRET && r->env;
	char name[PATH_LEN], path[PATH_LEN], found[80];
	const json_t *value = from_json(object, key->path);
	void *field = (char *)values + key->at;
	const char *text;

	snprintf(path, sizeof(path), "%s%s", shown, key->path);
	env_name(name, sizeof(name), key->path);
	text = from_outside ? from_env(r, name) : NULL;
	if (text) {
		if (!tf_conf_set_text(field, key, text))
			say_expected(r, "environment", name, key, NULL);
	} else if (value && key->type == TF_CONF_TABLE) {
		fill_table(r, field, key, path, value);
	} else if (value) {
		show(found, sizeof(found), key, value);
		if (!tf_conf_set_json(field, key, value))
			say_expected(r, r->file, path, key, found);
	} else if (key->fallback) {
		if (!tf_conf_set_text(field, key, key->fallback))
			say_expected(r, "default", path, key, key->fallback);
	} else if (key->need == TF_CONF_REQUIRED) {
		say_expected(r, r->file, path, key, "nothing");
	}
}

static void fill(reading *r, void *values, const tf_conf_key *keys, size_t n, const json_t *object,
                 const char *shown)
{
	refuse_unknown(r, keys, n, object, "", shown);
	for (size_t i = 0; i < n; i++)
		fill_key(r, values, &keys[i], object, shown);
}

void tf_conf_free(void *values, const tf_conf_program *program)
{
	for (size_t i = 0; i < program->n; i++)
		tf_conf_clear((char *)values + program->keys[i].at, &program->keys[i]);
	memset(values, 0, program->size);
}

tf_err tf_conf_parse(void *values, const tf_conf_program *program, const char *file,
                     const char *text, size_t len, const char *const *env, FILE *err)
{
	reading r = { file, env, err, 0 };
	json_error_t trouble;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &trouble);

	memset(values, 0, program->size);
	if (!json_is_object(root)) {
		json_decref(root);
		fprintf(err, "%s: expected one JSON object", file);
		if (!root) {
			fprintf(err, " (line %d, column %d: ", trouble.line, trouble.column);
			print_clean(err, trouble.text);
			fputc(')', err);
		}
		fputc('\n', err);
		return TF_E_ENCODING;
	}
	fill(&r, values, program->keys, program->n, root, "");
	json_decref(root);
	if (r.errors == 0 && program->check && program->check(values, file, err) != TF_OK)
		r.errors++;
	if (r.errors == 0)
		return TF_OK;
	tf_conf_free(values, program);
	return TF_E_ENCODING;
}

tf_err tf_conf_load(void *values, const tf_conf_program *program, const char *file, FILE *err)
{
	FILE *f = fopen(file, "re");
	char *text = calloc(1, FILE_MAX + 1);
	size_t len = f && text ? fread(text, 1, FILE_MAX + 1, f) : 0;
	bool broken = !f || !text || ferror(f);
	tf_err result = TF_E_IO;

	memset(values, 0, program->size);
	if (broken)
		fprintf(err, "%s: %s\n", file, f ? "cannot be read" : strerror(errno));
	else if (len > FILE_MAX)
		fprintf(err, "%s: expected at most %u bytes\n", file, FILE_MAX);
	else
		result = tf_conf_parse(values, program, file, text, len,
		                       (const char *const *)environ, err);
	if (f)
		fclose(f);
	free(text);
	return result;
}

/* ---- secrets ----------------------------------------------------------------------------------
 * */

int tf_conf_secret_fd(const char *source)
{
	return source && strncmp(source, "fd:", 3) == 0 ? (int)strtol(source + 3, NULL, 10) : -1;
}

static tf_err open_secret(int *fd, const char *source, char *why, size_t cap)
{
	*fd = tf_conf_secret_fd(source);
	if (*fd >= 0)
		return TF_OK;
	*fd = open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0) {
		snprintf(why, cap, "%s: %s", source, strerror(errno));
		return TF_E_IO;
	}
	return tf_harden_secret_fd(*fd, source, why, cap);
}

/* To the end of the descriptor; one byte more than fits says "too large". */
static tf_err read_all(int fd, char *out, size_t cap, size_t *len)
{
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, out + *len, cap - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return TF_E_IO;
		if (n == 0)
			return TF_OK;
		*len += (size_t)n;
		if (*len == cap)
			return TF_E_CAPACITY;
	}
}

tf_err tf_conf_secret(char *out, size_t cap, size_t *len, const char *source, char *why,
                      size_t why_cap)
{
	int fd = -1;
	tf_err err = open_secret(&fd, source, why, why_cap);

	if (err == TF_OK) {
		err = read_all(fd, out, cap, len);
		if (err != TF_OK)
			snprintf(why, why_cap, "%s: %s", source,
			         err == TF_E_IO ? strerror(errno) : "longer than expected");
	}
	if (fd >= 0)
		close(fd);
	if (err != TF_OK) {
		tf_wipe(out, cap);
		return err;
	}
	if (*len > 0 && out[*len - 1] == '\n')
		--*len;
	if (*len > 0 && out[*len - 1] == '\r')
		--*len;
	out[*len] = 0;
	return TF_OK;
}
