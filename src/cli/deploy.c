#include "cli/deploy.h"

#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "seal/keyfile.h"

#define FORMAT 1

const char *tf_program_file(tf_program_kind kind)
{
	switch (kind) {
	case TF_PROGRAM_RA: return "trefoil-ra";
	case TF_PROGRAM_COSIGNER: return "trefoil-cosigner";
	case TF_PROGRAM_COORDINATOR: return "trefoil-coordinator";
	}
	return "?";
}

static bool find_kind(tf_program_kind *out, const char *file)
{
	for (int k = TF_PROGRAM_RA; k <= TF_PROGRAM_COORDINATOR; k++) {
		*out = (tf_program_kind)k;
		if (strcmp(tf_program_file(*out), file) == 0)
			return true;
	}
	return false;
}

tf_err tf_deploy_path(char *out, size_t cap, const tf_deploy *d, const char *format, ...)
{
	char inside[TF_CLI_PATH];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(inside, sizeof(inside), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(inside))
		return TF_E_TOO_LARGE;
	return tf_path_print(out, cap, "%s/%s", d->dir, inside);
}

static bool take(char *out, size_t cap, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text && tf_path_print(out, cap, "%s", text) == TF_OK;
}

static bool read_program(tf_program *p, const json_t *j)
{
	json_int_t set = json_integer_value(json_object_get(j, "set"));
	char file[TF_DEPLOY_ADDRESS], role[TF_DEPLOY_ADDRESS];

	if (!take(p->name, sizeof(p->name), j, "name") || !tf_name_valid(p->name) ||
	    !take(file, sizeof(file), j, "program") || !find_kind(&p->kind, file) ||
	    !take(role, sizeof(role), j, "role") || tf_role_parse(&p->role, role) != TF_OK ||
	    !take(p->host, sizeof(p->host), j, "host") || set < 0 || set > TF_SET_MAX)
		return false;
	p->set = (uint16_t)set;
	return true;
}

static bool read_deploy(tf_deploy *d, const json_t *j)
{
	const json_t *programs = json_object_get(j, "programs");

	d->presignatures = (long)json_integer_value(json_object_get(j, "presignatures"));
	d->n = json_array_size(programs);
	if (json_integer_value(json_object_get(j, "format")) != FORMAT || d->presignatures < 1 ||
	    d->n == 0 || d->n > TF_DEPLOY_PROGRAMS ||
	    !take(d->workspace, sizeof(d->workspace), j, "workspace") ||
	    !tf_name_valid(d->workspace) || !take(d->network, sizeof(d->network), j, "network") ||
	    !take(d->rest, sizeof(d->rest), j, "rest") || !take(d->ra, sizeof(d->ra), j, "ra"))
		return false;
	for (size_t i = 0; i < d->n; i++)
		if (!read_program(&d->program[i], json_array_get(programs, i)))
			return false;
	return true;
}

int tf_deploy_open(tf_deploy *d, const tf_cli *cli)
{
	char path[TF_CLI_PATH];
	json_t *j = NULL;
	bool good;
	tf_err e;

	*d = (tf_deploy){ 0 };
	if (!realpath(cli->dir, path) || strlen(path) >= sizeof(d->dir))
		return tf_cli_fail(TF_EXIT_INPUT,
		                   "%s: no such folder; make one with: trefoil init %s", cli->dir,
		                   cli->dir);
	memcpy(d->dir, path, strlen(path) + 1);
	e = tf_deploy_path(path, sizeof(path), d, "trefoil.json");
	if (e == TF_OK)
		e = tf_file_read_json(&j, path);
	if (e == TF_E_NOT_FOUND)
		return tf_cli_fail(TF_EXIT_INPUT,
		                   "%s holds no deployment; make one with: trefoil init %s", d->dir,
		                   cli->dir);
	good = e == TF_OK && read_deploy(d, j);
	json_decref(j);
	if (good)
		return TF_EXIT_FINE;
	return tf_cli_fail(e == TF_E_IO ? TF_EXIT_PERMISSION : TF_EXIT_CONFIG,
	                   "%s: expected the file that trefoil init wrote (%s)", path,
	                   e == TF_OK ? "a member is missing or wrong" : tf_err_name(e));
}

tf_err tf_deploy_save(const tf_deploy *d)
{
	char path[TF_CLI_PATH];
	json_t *list = json_array(), *j;
	tf_err e;

	for (size_t i = 0; i < d->n; i++) {
		const tf_program *p = &d->program[i];

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:s}", "name", p->name,
		                                      "program", tf_program_file(p->kind), "role",
		                                      tf_role_name(p->role), "set", (int)p->set,
		                                      "host", p->host));
	}
	j = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:o}", "format", FORMAT, "workspace",
	              d->workspace, "network", d->network, "rest", d->rest, "ra", d->ra,
	              "presignatures", (json_int_t)d->presignatures, "programs", list);
	e = tf_deploy_path(path, sizeof(path), d, "trefoil.json");
	if (e == TF_OK)
		e = tf_file_write_json(path, j, TF_OWNER_OPERATOR);
	json_decref(j);
	return e;
}

const tf_program *tf_deploy_find(const tf_deploy *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->program[i].name, name) == 0)
			return &d->program[i];
	return NULL;
}

tf_err tf_deploy_admin(tf_identity_keys *out, const tf_deploy *d)
{
	char source[TF_CLI_PATH + 8];
	TF_AUTO(tf_secret) seed = { 0 }, unused = { 0 };

	TRY(tf_path_print(source, sizeof(source), "file:%s/admin/admin.key", d->dir));
	TRY(tf_keyfile_read_key(&seed, source));
	/* An admin signs and is never sealed to: the other half is a key nobody uses. */
	randombytes_buf(unused.b, sizeof(unused.b));
	return tf_identity_keys_load(out, &seed, &unused);
}

tf_err tf_deploy_root(tf_text *out, const tf_deploy *d)
{
	char path[TF_CLI_PATH];

	TRY(tf_deploy_path(path, sizeof(path), d, "ca.crt"));
	return tf_file_read(out, path);
}
