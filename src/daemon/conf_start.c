#include "daemon/conf.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/conf_value.h"

static void print_keys(FILE *f, const tf_conf_key *keys, size_t n, const char *indent)
{
	char want[160];

	for (size_t i = 0; i < n; i++) {
		const tf_conf_key *k = &keys[i];

		tf_conf_describe(want, sizeof(want), k);
		fprintf(f, "%s%s\n%s    %s (%s%s%s%s)\n", indent, k->path, indent,
		        k->help ? k->help : "", want, k->need == TF_CONF_REQUIRED ? "; required" : "",
		        k->fallback ? "; default " : "", k->fallback ? k->fallback : "");
		if (k->type == TF_CONF_TABLE)
			print_keys(f, k->sub, k->sub_n, "      ");
	}
}

static void print_help(FILE *f, const tf_conf_program *p)
{
	fprintf(f, "%s - %s\n\nusage: %s %s--config FILE%s [--check-config]\n"
	        "       %s --help | --version\n\n", p->name, p->summary, p->name,
	        p->default_file ? "[" : "", p->default_file ? "]" : "", p->name);
	if (p->default_file)
		fprintf(f, "Without --config: %s\n\n", p->default_file);
	if (p->options)
		fprintf(f, "As options, too (--KEY VALUE), which win over all else: %s\n\n",
		        p->options);
	fputs("FILE is one JSON object. Every key but lists of objects and secrets can also be\n"
	      "given as TREFOIL_KEY in the environment (capitals, '_' for '.'), which wins. Keys:\n\n",
	      f);
	print_keys(f, p->keys, p->n, "  ");
}

typedef struct arguments {
	const char *file;
	bool check;
} arguments;

/* Is argument "--NAME" an option of the program? Its key then gets the value that the environment
 * would give. */
static bool take_option(const tf_conf_program *p, const char *argument, const char *value)
{
	char variable[64] = "TREFOIL_";
	size_t at = strlen(variable), len;
	const char *word = p->options;

	if (strncmp(argument, "--", 2) != 0 || !value)
		return false;
	for (; word; word = word[len] ? word + len + 1 : NULL) {
		len = strcspn(word, "|");
		if (strlen(argument + 2) != len || strncmp(word, argument + 2, len) != 0)
			continue;
		for (size_t i = 0; i < len && at + 1 < sizeof(variable); i++)
			variable[at++] = (char)(word[i] & ~0x20); /* one word of small letters */
		return setenv(variable, value, 1) == 0;
	}
	return false;
}

/* True: go on. False: *code. */
static bool read_arguments(arguments *a, int *code, const tf_conf_program *p, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			print_help(stdout, p);
			*code = TF_EXIT_FINE;
			return false;
		}
		if (strcmp(argv[i], "--version") == 0) {
			printf("%s %s\n", p->name, TF_VERSION_STRING);
			*code = TF_EXIT_FINE;
			return false;
		}
		if (strcmp(argv[i], "--check-config") == 0) {
			a->check = true;
		} else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			a->file = argv[++i];
		} else if (strncmp(argv[i], "--config=", 9) == 0 && argv[i][9]) {
			a->file = argv[i] + 9;
		} else if (take_option(p, argv[i], argv[i + 1])) {
			i++;
		} else {
			fprintf(stderr, "%s: expected --config FILE, --check-config, --version or --help, "
			        "not %.100s\n", p->name, argv[i]);
			*code = TF_EXIT_USAGE;
			return false;
		}
	}
	return true;
}

bool tf_conf_start(void *values, int *code, const tf_conf_program *program, int argc, char **argv)
{
	arguments a = { .file = program->default_file };

	if (!read_arguments(&a, code, program, argc, argv))
		return false;
	if (!a.file) {
		fprintf(stderr, "%s: expected --config FILE\n", program->name);
		*code = TF_EXIT_USAGE;
		return false;
	}
	if (tf_conf_load(values, program, a.file, stderr) != TF_OK) {
		*code = TF_EXIT_CONFIG;
		return false;
	}
	if (!a.check)
		return true;
	printf("%s: configuration is fine\n", a.file);
	tf_conf_free(values, program);
	*code = TF_EXIT_FINE;
	return false;
}
