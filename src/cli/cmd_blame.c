/* blame: needs no deployment and no network. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "session/evidence.h"

#define EVIDENCE_MOST (256u << 20)

/* The evidence is well-formed and convicts nobody. */
#define CONVICTS_NOBODY 1

static void print_hex(const char *name, const uint8_t *b, size_t len)
{
	printf("%-10s", name);
	for (size_t i = 0; i < len; i++)
		printf("%02x", b[i]);
	putchar('\n');
}

static void print_verdict(const tf_evidence_verdict *v)
{
	printf("%-10s%s\n", "who", v->device);
	print_hex("identity", v->identity, sizeof(v->identity));
	printf("%-10s%s, round %u\n", "where", tf_stage_name(v->stage), v->fault.round);
	printf("%-10s%d %s\n", "check", (int)v->fault.check, tf_check_name(v->fault.check));
	printf("%-10snot so: %s\n", "", tf_check_text(v->fault.check));
	if (v->culprits & (v->culprits - 1)) {
		printf("%-10s", "parties");
		for (unsigned i = 0; i < TF_PARTIES_MAX; i++)
			if (v->culprits >> i & 1)
				printf(" %u", i + 1);
		putchar('\n');
	}
	printf("%-10s%s\n", "shown by", v->accuser);
	if (v->err != TF_E_UNSUPPORTED) /* what its id would be today says nothing */
		print_hex("session", v->sid, sizeof(v->sid));
	if (sodium_is_zero(v->trust, sizeof(v->trust)))
		printf("%-10snone: a run of the library, in no workspace\n", "trust");
	else
		print_hex("trust", v->trust, sizeof(v->trust));
	if (v->err == TF_E_UNSUPPORTED)
		puts("NOT convicted: runs of this version of the protocol are not judged");
	else
		puts(v->convicts ? "convicted" : "NOT convicted: the messages do not show it");
}

static int judge(const char *path, const uint8_t *trust, const tf_text *file)
{
	const uint8_t *in = (const uint8_t *)file->p;
	size_t need = tf_evidence_judge_mem(in, file->len);
	tf_evidence_verdict v;
	tf_arena mem;
	void *room;
	tf_err e;

	if (need == 0)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: this is no evidence", path);
	room = malloc(need);
	if (!room)
		return tf_cli_fail(TF_EXIT_UNAVAILABLE, "no memory for %zu bytes", need);
	tf_arena_init(&mem, room, need);
	e = tf_evidence_judge(&v, in, file->len, &mem);
	free(room);
	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: cannot be judged (%s)", path, tf_err_name(e));
	print_verdict(&v);
	if (v.convicts && trust && (sodium_is_zero(v.trust, sizeof(v.trust)) ||
	                            !tf_ct_reveal(tf_ct_bytes_eq(trust, v.trust, sizeof(v.trust))))) {
		fputs("trefoil: this is of another workspace\n", stderr);
		return CONVICTS_NOBODY;
	}
	return v.convicts ? TF_EXIT_FINE : CONVICTS_NOBODY;
}

int tf_cmd_blame(const tf_cli *cli, int argc, char **argv)
{
	const char *path = NULL, *root = NULL;
	uint8_t trust[32];
	TF_AUTO(tf_text) file = { NULL, 0 };
	size_t len = 0;
	tf_err e;

	(void)cli;
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--trust") == 0 && i + 1 < argc)
			root = argv[++i];
		else if (argv[i][0] == '-' || path)
			return tf_cli_fail(TF_EXIT_USAGE, "see trefoil blame --help");
		else
			path = argv[i];
	}
	if (!path || strcmp(argv[1], "verify") != 0)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil blame --help");
	if (root && (sodium_hex2bin(trust, sizeof(trust), root, strlen(root), NULL, &len, NULL) != 0 ||
	             len != sizeof(trust)))
		return tf_cli_fail(TF_EXIT_USAGE, "expected 64 hexadecimal digits after --trust");
	e = tf_file_read_most(&file, path, EVIDENCE_MOST);
	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: cannot be read (%s)", path, tf_err_name(e));
	return judge(path, root ? trust : NULL, &file);
}
