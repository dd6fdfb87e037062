/* The operator's program: one deployment in one folder, on one machine.
 *
 *     main      the table of subcommands
 *     cmd_*     one subcommand each: reads its options, says what happened, returns an exit code
 *     deploy    what is in the folder, read from trefoil.json
 *     layout    how such a folder is made
 *     roster    pinning: who enrolled becomes who belongs
 *     publish   handing the workspace file out
 *     calls     calls to the coordinator (as API user) and to the RA server (as admin)
 *     run       starting, watching and stopping the programs
 *     result    a signed transaction, judged without believing anybody
 *
 * Commands print what was asked for to stdout and everything else to stderr. An error is one line
 * that says what was expected, by tf_cli_fail, whose return value is the exit code to give back.
 */
#ifndef TF_CLI_CLI_H
#define TF_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "daemon/conf.h"

/* What every command gets. */
typedef struct tf_cli {
	const char *dir; /* as given: --dir, TREFOIL_DIR, or ./trefoil-data */
} tf_cli;

typedef struct tf_command {
	const char *name;
	int (*run)(const tf_cli *cli, int argc, char **argv); /* argv[0] is the command's name */
	const char *summary;
	const char *help; /* usage and options, several lines */
} tf_command;

int tf_cmd_init(const tf_cli *cli, int argc, char **argv);
int tf_cmd_up(const tf_cli *cli, int argc, char **argv);
int tf_cmd_down(const tf_cli *cli, int argc, char **argv);
int tf_cmd_status(const tf_cli *cli, int argc, char **argv);
int tf_cmd_renew(const tf_cli *cli, int argc, char **argv);
int tf_cmd_readmit(const tf_cli *cli, int argc, char **argv);
int tf_cmd_logs(const tf_cli *cli, int argc, char **argv);
int tf_cmd_account(const tf_cli *cli, int argc, char **argv);
int tf_cmd_sign(const tf_cli *cli, int argc, char **argv);
int tf_cmd_verify(const tf_cli *cli, int argc, char **argv);
int tf_cmd_blame(const tf_cli *cli, int argc, char **argv);
int tf_cmd_backup(const tf_cli *cli, int argc, char **argv);

/* "trefoil: ..." on stderr; returns code. */
__attribute__((format(printf, 2, 3))) int tf_cli_fail(tf_exit code, const char *format, ...);

/* A decimal number from lowest to highest; false (after a line on stderr) if text is not one. */
TF_MUST_USE bool tf_cli_number(long *out, const char *option, const char *text, long lowest,
                               long highest);

#endif
