/* verify: needs no deployment and no network. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/result.h"

int tf_cmd_verify(const tf_cli *cli, int argc, char **argv)
{
	char words[TF_EVM_WORDS], why[TF_RESULT_WHY];
	json_t *result = NULL;
	tf_err e;

	(void)cli;
	if (argc != 2)
		return tf_cli_fail(TF_EXIT_USAGE, "see trefoil verify --help");
	e = tf_file_read_json(&result, argv[1]);
	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: expected a JSON object (%s)", argv[1],
		                   tf_err_name(e));
	e = tf_result_check(words, why, result);
	json_decref(result);
	if (e != TF_OK)
		return tf_cli_fail(TF_EXIT_INPUT, "%s: not verified: %s", argv[1], why);
	printf("%s\nverified\n", words);
	return TF_EXIT_FINE;
}
