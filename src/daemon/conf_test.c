/* One table, one file: what is read, and how each mistake is named. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/conf_keys_test.h"
#include "harness/harness.h"

static tf_err no_primary_without_pin(const void *values, const char *file, FILE *err)
{
	const demo *d = values;

	if (d->role == 0 || d->pin)
		return TF_OK;
	fprintf(err, "%s: store.pin_file: expected for role primary\n", file);
	return TF_E_ENCODING;
}

static const tf_conf_program program = {
	.name = "demo", .summary = "a test", .keys = demo_keys, .n = TF_ARRAY_LEN(demo_keys),
	.size = sizeof(demo), .options = "role|strict", .check = no_primary_without_pin,
};

/* Parses; *errors receives what was printed (free it). */
static tf_err parse(demo *d, const char *text, const char *const *env, char **errors)
{
	size_t len;
	FILE *err = open_memstream(errors, &len);
	tf_err result = tf_conf_parse(d, &program, "demo.json", text, strlen(text), env, err);

	fclose(err);
	return result;
}

TEST(a_file_fills_the_struct)
{
	static const char text[] =
		"{\"name\":\"me\",\"role\":\"primary\",\"strict\":false,\"id\":\"00ff\","
		"\"store\":{\"path\":\"/db\",\"pin_file\":\"/run/pin\"},"
		"\"network\":{\"port\":1,\"any\":-9223372036854775808,\"listen\":\"[::1]:443\"},"
		"\"chains\":[\"a\",\"b\"],"
		"\"peers\":[{\"name\":\"x\",\"address\":\"h.example:1\"},"
		"{\"name\":\"y\",\"address\":\"127.0.0.1:2\",\"weight\":9}]}";
	const peer *p;
	char *errors;
	demo d;

	CHECK_OK(parse(&d, text, NULL, &errors));
	CHECK(*errors == 0);
	free(errors);
	CHECK(strcmp(d.name, "me") == 0 && d.role == 1 && !d.strict && strcmp(d.id, "00ff") == 0);
	CHECK(strcmp(d.db, "/db") == 0 && strcmp(d.pin, "/run/pin") == 0);
	CHECK(d.port == 1 && d.any == INT64_MIN);
	CHECK(strcmp(d.listen.host, "::1") == 0 && d.listen.port == 443);
	CHECK(d.chains.n == 2 && strcmp(d.chains.item[1], "b") == 0);
	CHECK(d.peers.n == 2);
	p = d.peers.rows;
	CHECK(strcmp(p[0].name, "x") == 0 && strcmp(p[0].addr.host, "h.example") == 0);
	CHECK(p[0].weight == 5 && p[1].weight == 9 && p[1].addr.port == 2);
	tf_conf_free(&d, &program);
	CHECK(!d.name && !d.peers.rows);
}

TEST(the_environment_wins_except_for_secrets_and_tables)
{
	static const char *const env[] = { "TREFOIL_NETWORK_PORT=7", "TREFOIL_NAME=env", "OTHER=1",
		"TREFOIL_CHAINS=a,b,c", "TREFOIL_STRICT=false", "TREFOIL_STORE_PIN_FILE=/tmp/evil",
		"TREFOIL_PEERS=[]", "TREFOIL_UNKNOWN=1", "TREFOIL_NETWORK_LISTEN=10.0.0.1:9", NULL };
	char *errors;
	demo d;

	CHECK_OK(parse(&d, "{\"name\":\"file\",\"role\":\"guard\",\"network\":{\"port\":3}}", env,
	               &errors));
	CHECK(d.port == 7 && strcmp(d.name, "env") == 0 && d.chains.n == 3 && !d.strict);
	CHECK(!d.pin && d.peers.n == 0 && strcmp(d.listen.host, "10.0.0.1") == 0);
	free(errors);
	tf_conf_free(&d, &program);
}

static void expect_error(const char *text, const char *const *env, const char *part)
{
	char *errors;
	demo d, zero;

	memset(&zero, 0, sizeof(zero));
	CHECK_ERR(parse(&d, text, env, &errors), TF_E_ENCODING);
	if (!strstr(errors, part))
		tf_test_fail(__FILE__, __LINE__, "expected \"%s\" in:\n%s", part, errors);
	CHECK(memcmp(&d, &zero, sizeof(d)) == 0);
	free(errors);
}

#define BASE "\"name\":\"me\",\"role\":\"guard\""

TEST(every_mistake_is_named_with_file_key_and_expectation)
{
	static const char *const bad_port[] = { "TREFOIL_NETWORK_PORT=0x7", NULL };
	static const char *const bad_chains[] = { "TREFOIL_CHAINS=a,,b", NULL };
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "demo.json: expected one JSON object (line 1, column 0" },
		{ "[]", "demo.json: expected one JSON object" },
		{ "{" BASE ",}", "(line 1, column" },
		{ "{" BASE ",\"name\":\"again\"}", "duplicate" },
		{ "{\"role\":\"guard\"}",
		  "demo.json: name: expected a string of 1 to 8 bytes, not nothing" },
		{ "{\"name\":\"\",\"role\":\"guard\"}",
		  "name: expected a string of 1 to 8 bytes, not \"\"" },
		{ "{\"name\":\"123456789\",\"role\":\"guard\"}", "not \"123456789\"" },
		{ "{\"name\":\"a\\nb\",\"role\":\"guard\"}", "name: expected" },
		{ "{\"name\":5,\"role\":\"guard\"}", "name: expected a string of 1 to 8 bytes, not 5" },
		{ "{" BASE ",\"network\":{\"port\":65536}}",
		  "demo.json: network.port: expected an integer from 1 to 65535, not 65536" },
		{ "{" BASE ",\"network\":{\"port\":\"7\"}}", "network.port: expected an integer" },
		{ "{" BASE ",\"network\":{\"port\":7.0}}", "network.port: expected an integer" },
		{ "{" BASE ",\"network\":7}", "network: expected an object" },
		{ "{" BASE ",\"network\":{\"prot\":7}}", "demo.json: network.prot: unknown key" },
		{ "{" BASE ",\"surprise\":1}", "demo.json: surprise: unknown key" },
		{ "{" BASE ",\"strict\":\"yes\"}", "strict: expected true or false, not \"yes\"" },
		{ "{\"name\":\"me\",\"role\":\"gard\"}",
		  "role: expected one of guard|primary, not \"gard\"" },
		{ "{\"name\":\"me\",\"role\":\"\"}", "role: expected one of" },
		{ "{\"name\":\"me\",\"role\":\"guard|primary\"}", "role: expected one of" },
		{ "{" BASE ",\"store\":{\"path\":\"db\"}}", "store.path: expected an absolute path" },
		{ "{" BASE ",\"network\":{\"listen\":\"127.0.0.1\"}}",
		  "network.listen: expected an address" },
		{ "{" BASE ",\"network\":{\"listen\":\"::1:80\"}}", "network.listen: expected an address" },
		{ "{" BASE ",\"network\":{\"listen\":\"a:65536\"}}",
		  "network.listen: expected an address" },
		{ "{" BASE ",\"network\":{\"listen\":\":80\"}}", "network.listen: expected an address" },
		{ "{" BASE ",\"id\":\"0F\"}", "id: expected lower-case hex of 2 to 4 bytes" },
		{ "{" BASE ",\"id\":\"0011223344\"}", "id: expected lower-case hex" },
		{ "{" BASE ",\"chains\":[\"a\",\"b\",\"c\",\"d\"]}", "chains: expected a list of 0 to 3" },
		{ "{" BASE ",\"chains\":[1]}", "chains: expected a list" },
		{ "{" BASE ",\"chains\":\"a\"}", "chains: expected a list" },
		{ "{" BASE ",\"peers\":{}}", "peers: expected a list of 0 to 2 objects" },
		{ "{" BASE ",\"peers\":[1]}", "peers: expected a list" },
		{ "{" BASE ",\"peers\":[{},{},{}]}", "peers: expected a list" },
		{ "{" BASE ",\"peers\":[{\"name\":\"x\",\"address\":\"h:1\"},{\"name\":\"y\"}]}",
		  "demo.json: peers[1].address: expected an address" },
		{ "{" BASE ",\"peers\":[{\"name\":\"x\",\"address\":\"h:1\",\"extra\":1}]}",
		  "demo.json: peers[0].extra: unknown key" },
		{ "{\"name\":\"me\",\"role\":\"primary\"}",
		  "demo.json: store.pin_file: expected for role primary" },
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		expect_error(bad[i].text, NULL, bad[i].part);
	expect_error("{" BASE "}", bad_port, "environment: TREFOIL_NETWORK_PORT: expected an integer");
	expect_error("{" BASE "}", bad_chains, "environment: TREFOIL_CHAINS: expected a list");
}

TEST(brackets_hold_an_ipv6_address_and_nothing_else)
{
	static const char *const bad[] = { "[localhost]", "[d[]]", "[]", "[::1%]", "[::1%a]b]", "a]",
	                                   "[a", "[10.0.0.1]" };
	static const char *const good[] = { "[fe80::1%eth0]", "[::ffff:10.0.0.1]" };
	char *errors, text[128];
	demo d;

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof(text), "{" BASE ",\"network\":{\"listen\":\"%s:80\"}}", bad[i]);
		expect_error(text, NULL, "network.listen: expected an address");
	}
	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++) {
		snprintf(text, sizeof(text), "{" BASE ",\"network\":{\"listen\":\"%s:80\"}}", good[i]);
		CHECK_OK(parse(&d, text, NULL, &errors));
		CHECK(strlen(d.listen.host) + 2 == strlen(good[i]));
		CHECK(memcmp(d.listen.host, good[i] + 1, strlen(d.listen.host)) == 0);
		tf_conf_free(&d, &program);
		free(errors);
	}
}

TEST(all_mistakes_are_named_at_once_and_no_secret_is_shown)
{
	char *errors;
	demo d;

	CHECK_ERR(parse(&d, "{\"nam\":1,\"role\":2,\"store\":{\"pin_file\":\"hunter2\"}}", NULL,
	                &errors), TF_E_ENCODING);
	CHECK(strstr(errors, "nam: unknown") && strstr(errors, "name: expected"));
	CHECK(strstr(errors, "role: expected") && strstr(errors, "store.pin_file: expected"));
	CHECK(!strstr(errors, "hunter2"));
	free(errors);
}

TEST(a_hostile_key_cannot_write_to_the_terminal)
{
	expect_error("{" BASE ",\"\\u001b[31m\\nx\":1}", NULL, "demo.json: ?[31m?x: unknown key");
}

TEST(a_hostile_value_cannot_write_to_the_terminal)
{
	expect_error("{\"name\":\"me\",\"role\":\"\x7f\"}", NULL, "not \"?\"");
}

TEST(what_is_no_json_cannot_write_to_the_terminal)
{
	static const char *const texts[] = { "{\"name\":\x1b[31m}", "{\"a\" \"\xc2\x9b" "31m\"}" };

	for (size_t i = 0; i < TF_ARRAY_LEN(texts); i++) {
		char *errors;
		demo d;

		CHECK_ERR(parse(&d, texts[i], NULL, &errors), TF_E_ENCODING);
		CHECK(strstr(errors, "demo.json: expected one JSON object (line 1, column "));
		CHECK(strchr(errors, '?'));
		for (const char *p = errors; *p; p++)
			CHECK(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
		free(errors);
	}
}

/* ---- files ----------------------------------------------------------------------------------- */

static const char *temporary(const char *text, mode_t mode)
{
	static char path[] = "/tmp/trefoil-conf-XXXXXX";
	int fd;

	memcpy(path, "/tmp/trefoil-conf-XXXXXX", sizeof(path));
	fd = mkstemp(path);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(fchmod(fd, mode) == 0 && close(fd) == 0);
	return path;
}

TEST(a_secret_comes_from_a_file_that_only_we_can_read)
{
	static const struct {
		const char *text;
		mode_t mode;
		tf_err err;
	} cases[] = {
		{ "pin\n", 0600, TF_OK }, { "pin\r\n", 0400, TF_OK }, { "pin", 0600, TF_OK },
		{ "pin", 0640, TF_E_TRUST }, { "pin", 0604, TF_E_TRUST }, { "pin", 0620, TF_E_TRUST },
		{ "far too long for it", 0600, TF_E_CAPACITY },
	};
	char out[8], why[160], link_path[64];
	size_t len;

	for (size_t i = 0; i < TF_ARRAY_LEN(cases); i++) {
		const char *path = temporary(cases[i].text, cases[i].mode);

		CHECK_ERR(tf_conf_secret(out, sizeof(out), &len, path, why, sizeof(why)), cases[i].err);
		if (cases[i].err == TF_OK)
			CHECK(len == 3 && strcmp(out, "pin") == 0);
		else
			CHECK(strstr(why, path) && out[0] == 0);
		unlink(path);
	}
	CHECK_ERR(tf_conf_secret(out, sizeof(out), &len, "/nonexistent", why, sizeof(why)), TF_E_IO);
	CHECK_ERR(tf_conf_secret(out, sizeof(out), &len, "/tmp", why, sizeof(why)), TF_E_TRUST);
	snprintf(link_path, sizeof(link_path), "/tmp/trefoil-link-%ld", (long)getpid());
	CHECK(symlink(temporary("pin", 0600), link_path) == 0);
	CHECK_ERR(tf_conf_secret(out, sizeof(out), &len, link_path, why, sizeof(why)), TF_E_IO);
	unlink(link_path);
}

TEST(a_secret_comes_from_a_descriptor)
{
	char out[8], source[16], why[160];
	size_t len;
	int ends[2];

	CHECK(pipe(ends) == 0 && write(ends[1], "pin\n", 4) == 4 && close(ends[1]) == 0);
	snprintf(source, sizeof(source), "fd:%d", ends[0]);
	CHECK(tf_conf_secret_fd(source) == ends[0]);
	CHECK(tf_conf_secret_fd("/fd:3") == -1 && tf_conf_secret_fd(NULL) == -1);
	CHECK_OK(tf_conf_secret(out, sizeof(out), &len, source, why, sizeof(why)));
	CHECK(len == 3 && strcmp(out, "pin") == 0);
	CHECK_ERR(tf_conf_secret(out, sizeof(out), &len, source, why, sizeof(why)), TF_E_IO);
}

static int start(const char *one, const char *two, const char *three)
{
	char *argv[] = { (char *)"demo", (char *)one, (char *)two, (char *)three, NULL };
	int argc = three ? 4 : two ? 3 : one ? 2 : 1, code = -1;
	demo d;

	if (tf_conf_start(&d, &code, &program, argc, argv)) {
		tf_conf_free(&d, &program);
		return -1;
	}
	return code;
}

TEST(the_command_line_of_a_daemon)
{
	const char *path;

	CHECK(freopen("/dev/null", "w", stdout));
	CHECK(freopen("/dev/null", "w", stderr));
	CHECK(start(NULL, NULL, NULL) == TF_EXIT_USAGE);
	CHECK(start("--bogus", NULL, NULL) == TF_EXIT_USAGE);
	CHECK(start("--config", NULL, NULL) == TF_EXIT_USAGE);
	CHECK(start("--help", NULL, NULL) == TF_EXIT_FINE);
	CHECK(start("--version", NULL, NULL) == TF_EXIT_FINE);
	CHECK(start("--config", "/nonexistent", NULL) == TF_EXIT_CONFIG);
	path = temporary("{\"name\":\"me\"}", 0600);
	CHECK(start("--config", path, "--check-config") == TF_EXIT_CONFIG);
	unlink(path);
	path = temporary("{" BASE "}", 0600);
	CHECK(start("--check-config", "--config", path) == TF_EXIT_FINE);
	CHECK(start("--config", path, NULL) == -1);
	unlink(path);
}

/* The role that comes out with one more option; -1: none, and the exit code is *code. */
static int role_with(const char *option, const char *value, int *code)
{
	const char *path = temporary("{" BASE "}", 0600);
	char *argv[] = { (char *)"demo", (char *)"--config", (char *)path, (char *)option,
			 (char *)value, NULL };
	int role = -1;
	demo d;

	*code = -1;
	if (tf_conf_start(&d, code, &program, value ? 5 : 4, argv)) {
		role = d.role;
		tf_conf_free(&d, &program);
	}
	unlink(path);
	unsetenv("TREFOIL_ROLE");
	unsetenv("TREFOIL_STRICT");
	return role;
}

TEST(some_keys_are_options_which_win)
{
	int code;

	CHECK(freopen("/dev/null", "w", stderr));
	CHECK(role_with("--strict", "false", &code) == 0);
	CHECK(role_with("--role", "guard", &code) == 0);
	CHECK(setenv("TREFOIL_ROLE", "primary", 1) == 0);
	CHECK(role_with("--role", "guard", &code) == 0);
	CHECK(role_with("--role", "clerk", &code) == -1 && code == TF_EXIT_CONFIG);
	CHECK(role_with("--role", NULL, &code) == -1 && code == TF_EXIT_USAGE);
	CHECK(role_with("--rol", "guard", &code) == -1 && code == TF_EXIT_USAGE);
	CHECK(role_with("--roles", "guard", &code) == -1 && code == TF_EXIT_USAGE);
	CHECK(role_with("--name", "me", &code) == -1 && code == TF_EXIT_USAGE);
	CHECK(role_with("role", "guard", &code) == -1 && code == TF_EXIT_USAGE);
}

TEST(errors_end_programs_with_the_right_code)
{
	CHECK(tf_exit_of(TF_OK) == 0 && tf_exit_of(TF_E_USAGE) == 70);
	CHECK(tf_exit_of(TF_E_ENCODING) == 65 && tf_exit_of(TF_E_IO) == 69);
	CHECK(tf_exit_of(TF_E_TRUST) == 77 && tf_exit_of(TF_E_POLICY) == 77);
}
