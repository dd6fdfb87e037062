/* What is in a deployment's folder.
 *
 *     trefoil.json          this program's own file: names, addresses, programs in starting order
 *     workspace.json        the admin-signed workspace file, current version
 *     ca.crt                the root, for everybody
 *     admin/                admin.key (0600) and admin.pub
 *     api-user/             id, key.pem (0600), pub.pem: the API user of the CLI and of the SDKs
 *     run/                  NAME.pid, NAME.ready
 *     NAME/                 of each program: config.json, db/, log/ and its secrets
 */
#ifndef TF_CLI_DEPLOY_H
#define TF_CLI_DEPLOY_H

#include "attest/identity.h"
#include "cli/cli.h"
#include "cli/files.h"

#define TF_DEPLOY_PROGRAMS 16u
#define TF_DEPLOY_ADDRESS 64u

typedef enum tf_program_kind {
	TF_PROGRAM_RA = 1,
	TF_PROGRAM_COSIGNER,
	TF_PROGRAM_COORDINATOR,
} tf_program_kind;

typedef struct tf_program {
	char name[TF_NAME_MAX + 1]; /* also its folder; a co-signer's is its device id */
	tf_program_kind kind;
	tf_role role;
	uint16_t set;
	char host[TF_DEPLOY_ADDRESS];
} tf_program;

typedef struct tf_deploy {
	char dir[TF_CLI_PATH]; /* absolute */
	char workspace[TF_NAME_MAX + 1];
	char network[TF_DEPLOY_ADDRESS]; /* "127.4.5" */
	char rest[TF_DEPLOY_ADDRESS];    /* host:port */
	char ra[TF_DEPLOY_ADDRESS];
	long presignatures;
	tf_program program[TF_DEPLOY_PROGRAMS]; /* in starting order */
	size_t n;
} tf_deploy;

/* "trefoil-ra" and so on; the role's word. */
const char *tf_program_file(tf_program_kind kind);

/* Read DIR/trefoil.json. On failure a line has been printed; returns the exit code, 0 if fine. */
TF_MUST_USE int tf_deploy_open(tf_deploy *d, const tf_cli *cli);

TF_MUST_USE tf_err tf_deploy_save(const tf_deploy *d);

/* DIR/format. */
__attribute__((format(printf, 4, 5))) TF_MUST_USE tf_err
tf_deploy_path(char *out, size_t cap, const tf_deploy *d, const char *format, ...);

/* Program by name; NULL. */
const tf_program *tf_deploy_find(const tf_deploy *d, const char *name);

/* The admin's keys; only the Ed25519 half means anything. */
TF_MUST_USE tf_err tf_deploy_admin(tf_identity_keys *out, const tf_deploy *d);

/* The root as PEM. */
TF_MUST_USE tf_err tf_deploy_root(tf_text *out, const tf_deploy *d);

#endif
