/* init: a new deployment in an empty folder. */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/layout.h"
#include "num/profile.h"

typedef struct options {
	const char *workspace, *profile, *network;
	long presignatures;
	tf_layout layout;
	char primes[TF_CLI_PATH];
} options;

static const struct option known[] = {
	{ "workspace", required_argument, NULL, 'w' },
	{ "profile", required_argument, NULL, 'p' },
	{ "security", required_argument, NULL, 's' },
	{ "network", required_argument, NULL, 'n' },
	{ "presignatures", required_argument, NULL, 'k' },
	{ "kernel", required_argument, NULL, 'e' },
#ifdef TF_TESTING
	{ "test-primes", required_argument, NULL, 't' },
#endif
	{ NULL, 0, NULL, 0 },
};

static bool read_options(options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'w')
			o->workspace = optarg;
		else if (c == 'p')
			o->profile = optarg;
		else if (c == 's')
			o->layout.security = optarg;
		else if (c == 'n')
			o->network = optarg;
		else if (c == 'e')
			o->layout.kernel = optarg;
		else if (c == 't' && realpath(optarg, o->primes))
			o->layout.test_primes = o->primes;
		else if (c != 'k' || !tf_cli_number(&o->presignatures, "--presignatures", optarg, 1, 64))
			return false;
	}
	return true;
}

static int check(const options *o)
{
	if (!tf_name_valid(o->workspace))
		return tf_cli_fail(TF_EXIT_USAGE,
		                   "--workspace: expected a-z, 0-9 and '-', not \"%.64s\"",
		                   o->workspace);
	if (strcmp(o->profile, "dev") != 0)
		return tf_cli_fail(TF_EXIT_USAGE, "--profile: expected dev; other profiles need "
		                   "hardware evidence, which this version does not verify");
	if (!tf_profile_find(o->layout.security))
		return tf_cli_fail(TF_EXIT_USAGE, "--security: expected p128 or p112, not \"%.32s\"",
		                   o->layout.security);
	if (strcmp(o->layout.kernel, "auto") != 0 && strcmp(o->layout.kernel, "portable") != 0 &&
	    strcmp(o->layout.kernel, "ifma") != 0)
		return tf_cli_fail(TF_EXIT_USAGE, "--kernel: expected auto, portable or ifma, not "
		                   "\"%.32s\"", o->layout.kernel);
	if (o->network && (strspn(o->network, "0123456789.") != strlen(o->network) ||
	                   strncmp(o->network, "127.", 4) != 0 || strlen(o->network) > 11))
		return tf_cli_fail(TF_EXIT_USAGE, "--network: expected 127.A.B, not \"%.32s\"",
		                   o->network);
	return TF_EXIT_FINE;
}

/* The folder, made if it is not there, empty, absolute. */
static int prepare(tf_deploy *d, const char *dir)
{
	char real[TF_CLI_PATH];
	struct dirent *entry;
	size_t n = 0;
	DIR *open;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return tf_cli_fail(TF_EXIT_PERMISSION, "%s: cannot be made: %s", dir,
		                   strerror(errno));
	open = realpath(dir, real) ? opendir(dir) : NULL;
	if (!open)
		return tf_cli_fail(TF_EXIT_PERMISSION, "%s: %s", dir, strerror(errno));
	while ((entry = readdir(open)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	(void)closedir(open);
	if (n > 0)
		return tf_cli_fail(TF_EXIT_INPUT, "%s is not empty", dir);
	if (chmod(real, geteuid() == 0 ? 0711 : 0700) != 0)
		return tf_cli_fail(TF_EXIT_PERMISSION, "%s: %s", dir, strerror(errno));
	if (!tf_folder_is_reachable(real)) {
		(void)rmdir(real);
		return tf_cli_fail(TF_EXIT_PERMISSION, "%s: the programs run as user 2000, who "
		                   "cannot get there; choose a folder below /var/lib, say", real);
	}
	memcpy(d->dir, real, strlen(real) + 1);
	return TF_EXIT_FINE;
}

static int choose_network(tf_deploy *d, const char *wanted)
{
	tf_err e = wanted ? tf_path_print(d->network, sizeof(d->network), "%s", wanted)
	                  : tf_layout_network(d->network, sizeof(d->network), d);

	if (e == TF_OK)
		e = tf_layout_topology(d);
	return e == TF_OK ? TF_EXIT_FINE
	                  : tf_cli_fail(TF_EXIT_UNAVAILABLE,
	                                "no unused loopback network; name one with --network");
}

int tf_cmd_init(const tf_cli *cli, int argc, char **argv)
{
	options o = { .workspace = "demo", .profile = "dev", .presignatures = 2,
		      .layout = { .security = "p128", .kernel = "auto" } };
	tf_deploy d = { 0 };
	char why[256];
	int code;
	tf_err e;

	if (!read_options(&o, argc, argv) || argc - optind > 1)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil init --help");
	code = check(&o);
	if (code == TF_EXIT_FINE)
		code = prepare(&d, optind < argc ? argv[optind] : cli->dir);
	if (code != TF_EXIT_FINE)
		return code;
	snprintf(d.workspace, sizeof(d.workspace), "%.63s", o.workspace);
	d.presignatures = o.presignatures;
	code = choose_network(&d, o.network);
	if (code != TF_EXIT_FINE)
		return code;
	e = tf_layout_make(&d, &o.layout, why, sizeof(why));
	if (e != TF_OK)
		return tf_cli_fail(tf_exit_of(e), "%s", why);
	printf("deployment of workspace %s in %s, REST at https://%s\n", d.workspace, d.dir, d.rest);
	return TF_EXIT_FINE;
}
