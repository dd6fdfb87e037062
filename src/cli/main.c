/* trefoil: the table of subcommands. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

static const tf_command commands[] = {
	{ "init", tf_cmd_init, "make a new deployment",
	  "usage: trefoil init [DIR] [options]\n"
	  "Makes keys, certificate authority and configurations of a deployment in DIR, which must\n"
	  "not exist or be empty. Starts nothing.\n"
	  "  --workspace NAME    name of the workspace (default: demo)\n"
	  "  --profile dev       what is believed without evidence; only dev exists today\n"
	  "  --security NAME     size of the numbers: p128 (default)\n"
	  "  --network 127.A.B   loopback network of the programs (default: an unused one)\n"
	  "  --presignatures N   how many to keep ready, 1 to 64 (default: 2)\n"
	  "  --kernel NAME       what the co-signers compute with: auto, portable, ifma\n" },
	{ "up", tf_cmd_up, "start everything, enrol, wait until it can sign",
	  "usage: trefoil up [--dir DIR] [--no-wait] [--timeout SECONDS]\n"
	  "Starts what is not running, enrols and pins what is new, and waits for the key and the\n"
	  "presignatures.\n"
	  "  --no-wait           do not wait for key and presignatures\n"
	  "  --timeout SECONDS   give up waiting after this long (default: 3600)\n" },
	{ "down", tf_cmd_down, "stop what up started",
	  "usage: trefoil down [--dir DIR]\n"
	  "Stops the programs of this deployment and no others; waits 30 s before it insists.\n" },
	{ "status", tf_cmd_status, "co-signers, certificates, keys, pools",
	  "usage: trefoil status [--dir DIR] [--json]\n"
	  "  --json              everything, for programs\n" },
	{ "renew", tf_cmd_renew, "have co-signers renew their moduli",
	  "usage: trefoil renew NAME... [--dir DIR]\n"
	  "       trefoil renew --all [--dir DIR]\n"
	  "For co-signers whose memory or disk somebody may have seen: signs and publishes a new\n"
	  "workspace file that tells them to make new moduli, of primes searched from now on.\n"
	  "Then they are introduced to each other again; until they have their new moduli they go on\n"
	  "with the old ones, and meanwhile signing goes on with the presignatures that are there.\n"
	  "When it is done, their logs say moduli_renewed. Shares of keys stay as they are.\n"
	  "  --all               all of them\n" },
	{ "readmit", tf_cmd_readmit, "take restored or suspended co-signers back",
	  "usage: trefoil readmit NAME... [--dir DIR]\n"
	  "For co-signers that the others have suspended, since their disks were restored, or that\n"
	  "are in quarantine. First see to it that no other machine runs as the same co-signer.\n"
	  "Signs and publishes a new workspace file that raises the least instance of each: what the\n"
	  "others hold against lower ones is past, and machines that show lower ones are refused.\n" },
	{ "logs", tf_cmd_logs, "show the programs' logs",
	  "usage: trefoil logs [PROGRAM] [--dir DIR] [-n LINES] [-f]\n"
	  "  -n LINES            the last LINES of each log (default: 20)\n"
	  "  -f                  go on as the logs grow\n" },
	{ "account", tf_cmd_account, "vault accounts: account create NAME",
	  "usage: trefoil account create NAME [--asset ID] [--dir DIR] [--json]\n"
	  "       trefoil account list [--dir DIR] [--json]\n"
	  "Makes a vault account with a wallet and prints its id and address.\n"
	  "  --asset ID          asset of the wallet (default: ETH_TEST5)\n" },
	{ "sign", tf_cmd_sign, "sign a transaction",
	  "usage: trefoil sign FILE [--account NAME|ID] [--out FILE] [--timeout SECONDS] [--dir DIR]\n"
	  "FILE is the body of POST /v1/transactions; examples/eth-transfer.json is one.\n"
	  "  --account NAME|ID   the source, put into the body's source.id\n"
	  "  --out FILE          write address, publicKey, chainId, rawTransaction, txHash, clique\n"
	  "                      and timings as JSON\n"
	  "  --timeout SECONDS   give up waiting after this long (default: 600)\n" },
	{ "verify", tf_cmd_verify, "judge a signed transaction without believing anybody",
	  "usage: trefoil verify FILE\n"
	  "FILE is what sign --out wrote. Parses the raw transaction, computes its hash, verifies the\n"
	  "signature and the sender; prints \"verified\", or what is wrong and exits with 65.\n" },
	{ "blame", tf_cmd_blame, "judge evidence of who misbehaved: blame verify FILE",
	  "usage: trefoil blame verify FILE [--trust HEX]\n"
	  "FILE is what a co-signer wrote when a run convicted somebody. Checks every signature in\n"
	  "it, repeats the failed check and prints who, where and which. Exits with 0 only if it\n"
	  "convicts, with 1 if it does not, with 65 if it is no evidence. Compare identity and trust\n"
	  "root with your workspace's. It may hold what was sent to its writer in private.\n"
	  "  --trust HEX         the trust root's hash that it must be of\n" },
	{ "backup", tf_cmd_backup, "a consistent copy of the sealed stores",
	  "usage: trefoil backup [TARGET] [--dir DIR]\n"
	  "Copies each program's database (as it is at one moment), audit logs and configuration to\n"
	  "TARGET (default: DIR/backup/TIME). The co-signers' DB-KEYs and the admin's key are not\n"
	  "copied: keep them elsewhere, or the copy opens itself.\n" },
};

static void print_usage(FILE *f)
{
	fputs("trefoil " TF_VERSION_STRING ": operates a Trefoil deployment\n\n"
	      "usage: trefoil COMMAND [options]\n\n", f);
	for (size_t i = 0; i < TF_ARRAY_LEN(commands); i++)
		fprintf(f, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fputs("\nEvery command takes --dir DIR (or TREFOIL_DIR; default ./trefoil-data) and --help.\n"
	      "Exit codes: 0 fine, 1 not convicted, 64 usage, 65 bad input, 69 unavailable, 70 bug,\n"
	      "77 permission, 78 configuration.\n", f);
}

/* Take --dir out of the arguments, wherever it stands. False: it has no value. */
static bool take_dir(tf_cli *cli, int *argc, char **argv)
{
	int n = 0;

	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--dir") == 0) {
			if (++i == *argc)
				return false;
			cli->dir = argv[i];
		} else if (strncmp(argv[i], "--dir=", 6) == 0) {
			cli->dir = argv[i] + 6;
		} else {
			argv[n++] = argv[i];
		}
	}
	argv[n] = NULL;
	*argc = n;
	return *cli->dir != '\0';
}

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int run(const tf_cli *cli, int argc, char **argv)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(commands); i++) {
		if (strcmp(argv[0], commands[i].name) != 0)
			continue;
		if (asks_for_help(argc, argv)) {
			fputs(commands[i].help, stdout);
			return TF_EXIT_FINE;
		}
		return commands[i].run(cli, argc, argv);
	}
	return tf_cli_fail(TF_EXIT_USAGE, "no command \"%.64s\"; trefoil --help lists them", argv[0]);
}

int main(int argc, char **argv)
{
	const char *env = getenv("TREFOIL_DIR");
	tf_cli cli = { .dir = env && *env ? env : "trefoil-data" };

	if (sodium_init() < 0)
		return tf_cli_fail(TF_EXIT_BUG, "libsodium does not start");
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
	if (!take_dir(&cli, &argc, argv))
		return tf_cli_fail(TF_EXIT_USAGE, "expected a folder after --dir");
	if (argc < 2) {
		print_usage(stderr);
		return TF_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("trefoil " TF_VERSION_STRING);
		return TF_EXIT_FINE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_usage(stdout);
		return TF_EXIT_FINE;
	}
	return run(&cli, argc - 1, argv + 1);
}
