/* The parts of the CLI that decide something: the judge of results, the layout, pinning, and which
 * process is ours. What the commands do with running programs is in tests/e2e. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest/workspace.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "cli/deploy.h"
#include "cli/layout.h"
#include "cli/result.h"
#include "cli/roster.h"
#include "cli/run.h"
#include "harness/harness.h"

/* transfer1559 of tests/vectors/chain/evm.txt, made with ethers; the key is 4646...46. */
#define RAW "0x02f87583aa36a7038459682f008506fc23ac008252089470997970c51812dc3a010c7d01b50e0d17" \
	"dc79c8872386f26fc1000080c080a0ac822169ef9ae7331ebb5573b9b77dcc5e42c5af37d569045cb53648" \
	"bdc3a251a0558b461d951d11e0182bec0ff5fedf5c3f0a265d201022427b0e07deda547ed6"
#define HASH "0x246f4847b56ed7cd3ea8f385b6c4774cda4d26e2b7cbc73b7f06af9c52d36e45"
#define KEY "0x024bc2a31265153f07e70e0bab08724e6b85e217f8cd628ceb62974247bb493382"
#define SENDER "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"

static json_t *good_result(void)
{
	json_t *j = json_pack("{s:s, s:s, s:i, s:s, s:s}", "address", SENDER, "publicKey", KEY,
	                      "chainId", 11155111, "rawTransaction", RAW, "txHash", HASH);

	CHECK(j);
	return j;
}

static tf_err judge(json_t *j, char why[static TF_RESULT_WHY])
{
	char words[TF_EVM_WORDS];
	tf_err e = tf_result_check(words, why, j);

	CHECK((e == TF_OK) == (why[0] == '\0') && (e == TF_OK) == (words[0] != '\0'));
	json_decref(j);
	return e;
}

TEST(result_of_another_program_is_verified)
{
	char why[TF_RESULT_WHY], words[TF_EVM_WORDS];
	json_t *j = good_result();

	CHECK_OK(tf_result_check(words, why, j));
	CHECK(strstr(words, "0.01") && strstr(words, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"));
	/* hex with and without 0x is the same */
	json_object_set_new(j, "publicKey", json_string(&KEY[2]));
	json_object_set_new(j, "txHash", json_string(&HASH[2]));
	json_object_set_new(j, "rawTransaction", json_string(&RAW[2]));
	CHECK_OK(judge(j, why));
}

TEST(result_with_anything_else_is_not)
{
	static const struct {
		const char *key, *value;
		tf_err err;
		const char *why;
	} wrong[] = {
		{ "address", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", TF_E_MISMATCH, "address" },
		{ "address", "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", TF_E_MISMATCH, "EIP-55" },
		{ "address", NULL, TF_E_ENCODING, "address" },
		{ "publicKey", "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		  TF_E_MISMATCH, "not publicKey's" },
		{ "publicKey", "0x034bc2a31265153f07e70e0bab08724e6b85e217f8cd628ceb62974247bb493382",
		  TF_E_MISMATCH, "publicKey" },
		{ "publicKey", "0x05", TF_E_ENCODING, "33 bytes" },
		{ "publicKey", "000000000000000000000000000000000000000000000000000000000000000000",
		  TF_E_MISMATCH, "not a point" },
		{ "txHash", "0x346f4847b56ed7cd3ea8f385b6c4774cda4d26e2b7cbc73b7f06af9c52d36e45",
		  TF_E_MISMATCH, "txHash" },
		{ "txHash", "0x24", TF_E_ENCODING, "txHash" },
		{ "rawTransaction", RAW "00", TF_E_TRAILING, "rawTransaction" },
		{ "rawTransaction", "0x0", TF_E_ENCODING, "rawTransaction" },
		{ "rawTransaction", NULL, TF_E_ENCODING, "rawTransaction" },
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(wrong); i++) {
		char why[TF_RESULT_WHY];
		json_t *j = good_result();

		json_object_set_new(j, wrong[i].key, wrong[i].value ? json_string(wrong[i].value)
		                                                    : json_null());
		CHECK_ERR(judge(j, why), wrong[i].err);
		CHECK(strstr(why, wrong[i].why));
	}
}

TEST(result_of_another_chain_is_not)
{
	char why[TF_RESULT_WHY];
	json_t *j = good_result();

	json_object_set_new(j, "chainId", json_integer(1));
	CHECK_ERR(judge(j, why), TF_E_MISMATCH);
	CHECK(strstr(why, "chainId"));
}

/* Any other bytes have another hash; with that hash the signature must fall instead. */
TEST(result_with_a_changed_signature_or_content_is_not)
{
	static const size_t at[] = { 20, 70, 90, 120, sizeof(RAW) - 3 };

	for (size_t i = 0; i < TF_ARRAY_LEN(at); i++) {
		char raw[sizeof(RAW)], hex[65], why[TF_RESULT_WHY];
		uint8_t bytes[sizeof(RAW) / 2], hash[32];
		json_t *j = good_result();
		size_t len;

		memcpy(raw, RAW, sizeof(raw));
		raw[at[i]] = raw[at[i]] == '3' ? '4' : '3';
		CHECK(sodium_hex2bin(bytes, sizeof(bytes), raw + 2, sizeof(raw) - 3, NULL, &len,
		                     NULL) == 0);
		tf_evm_hash(hash, bytes, len);
		sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
		json_object_set_new(j, "rawTransaction", json_string(raw));
		json_object_set_new(j, "txHash", json_string(hex));
		CHECK(judge(j, why) != TF_OK);
	}
}

/* ---- folders */

static void deploy_make(tf_deploy *d)
{
	char folder[] = "/tmp/trefoil-cli-XXXXXX", why[256];
	const tf_layout layout = { .security = "p128" };

	CHECK(sodium_init() >= 0);
	CHECK(mkdtemp(folder));
	*d = (tf_deploy){ .presignatures = 2 };
	snprintf(d->dir, sizeof(d->dir), "%s", folder);
	snprintf(d->workspace, sizeof(d->workspace), "acme");
	snprintf(d->network, sizeof(d->network), "127.7.7");
	CHECK_OK(tf_layout_topology(d));
	CHECK_OK(tf_layout_make(d, &layout, why, sizeof(why)));
}

static void deploy_remove(const tf_deploy *d)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", d->dir, (char *)NULL);
		_exit(1);
	}
	CHECK(pid > 0 && waitpid(pid, NULL, 0) == pid);
}

TEST(layout_is_read_back_and_secrets_are_closed)
{
	static const char *const secret[] = { "admin/admin.key", "api-user/key.pem", "ra/ca.pass",
		                              "ra/ca.key.pem", "guard-1/dbkey", "primary-1/dbkey" };
	static tf_deploy d, again;
	char path[TF_CLI_PATH];
	struct stat st;
	tf_cli cli;

	deploy_make(&d);
	cli.dir = d.dir;
	CHECK(tf_deploy_open(&again, &cli) == TF_EXIT_FINE);
	CHECK(again.n == 5 && again.program[0].kind == TF_PROGRAM_RA);
	CHECK(strcmp(again.rest, "127.7.7.1:8443") == 0 && again.presignatures == 2);
	CHECK(tf_deploy_find(&again, "guard-4")->set == 2 && !tf_deploy_find(&again, "guard-9"));
	for (size_t i = 0; i < TF_ARRAY_LEN(secret); i++) {
		CHECK_OK(tf_deploy_path(path, sizeof(path), &d, "%s", secret[i]));
		CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	}
	CHECK_OK(tf_deploy_path(path, sizeof(path), &d, "trefoil.json"));
	CHECK_OK(tf_file_write(path, "{}", 2, TF_OWNER_OPERATOR));
	CHECK(tf_deploy_open(&again, &cli) == TF_EXIT_CONFIG);
	CHECK(unlink(path) == 0);
	CHECK(tf_deploy_open(&again, &cli) == TF_EXIT_INPUT);
	deploy_remove(&d);
	CHECK(tf_deploy_open(&again, &cli) == TF_EXIT_INPUT);
}

/* What the RA server would list. */
static json_t *devices(const tf_deploy *d, char digit)
{
	json_t *list = json_array();
	char key[65];

	for (size_t i = 1; i < d->n; i++) {
		memset(key, digit, 64);
		key[0] = (char)('0' + i);
		key[64] = '\0';
		json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:b}", "device",
		                                      d->program[i].name, "role",
		                                      tf_role_name(d->program[i].role), "set",
		                                      (int)d->program[i].set, "ed25519", key,
		                                      "revoked", 0));
	}
	return list;
}

static void pin_fails(const tf_deploy *d, json_t *list, tf_err want, const char *words)
{
	json_t *payload;
	char why[256] = "";
	size_t changed;

	CHECK_OK(tf_roster_load(&payload, d));
	CHECK_ERR(tf_roster_pin(payload, list, &changed, why, sizeof(why)), want);
	CHECK(strstr(why, words));
	json_decref(payload);
	json_decref(list);
}

TEST(pinning_raises_the_version_once_and_never_changes_a_key)
{
	static tf_deploy d;
	json_t *payload, *list;
	char why[256] = "";
	size_t changed;

	deploy_make(&d);
	list = devices(&d, 'a');
	CHECK_OK(tf_roster_load(&payload, &d));
	CHECK_OK(tf_roster_pin(payload, list, &changed, why, sizeof(why)));
	CHECK(changed == 4 && json_integer_value(json_object_get(payload, "version")) == 2);
	CHECK_OK(tf_roster_store(&d, payload, why, sizeof(why)));
	json_decref(payload);
	CHECK_OK(tf_roster_load(&payload, &d));
	CHECK_OK(tf_roster_pin(payload, list, &changed, why, sizeof(why)));
	CHECK(changed == 0 && json_integer_value(json_object_get(payload, "version")) == 2);
	json_decref(payload);
	json_decref(list);
	pin_fails(&d, devices(&d, 'b'), TF_E_CONFLICT, "another place or key");
	deploy_remove(&d);
}

TEST(pinning_wants_everybody_in_the_right_place)
{
	static tf_deploy d;
	json_t *list;

	deploy_make(&d);
	list = devices(&d, 'a');
	json_array_remove(list, 2);
	pin_fails(&d, list, TF_E_NOT_FOUND, "guard-4 has not enrolled");
	list = devices(&d, 'a');
	json_object_set_new(json_array_get(list, 1), "set", json_integer(2));
	pin_fails(&d, list, TF_E_CONFLICT, "guard-1");
	list = devices(&d, 'a');
	json_object_set_new(json_array_get(list, 0), "revoked", json_true());
	pin_fails(&d, list, TF_E_CONFLICT, "primary-1");
	deploy_remove(&d);
}

TEST(workspace_file_that_somebody_else_signed_is_not_ours)
{
	static tf_deploy d, other;
	char from[TF_CLI_PATH], to[TF_CLI_PATH];
	TF_AUTO(tf_text) file = { 0 };
	json_t *payload;

	deploy_make(&d);
	deploy_make(&other);
	CHECK_OK(tf_deploy_path(from, sizeof(from), &other, "workspace.json"));
	CHECK_OK(tf_deploy_path(to, sizeof(to), &d, "workspace.json"));
	CHECK_OK(tf_file_read(&file, from));
	CHECK_OK(tf_file_write(to, file.p, file.len, TF_OWNER_OPERATOR));
	CHECK_ERR(tf_roster_load(&payload, &d), TF_E_TRUST);
	deploy_remove(&d);
	deploy_remove(&other);
}

/* ---- processes */

static void write_pid(const tf_deploy *d, pid_t pid)
{
	char path[TF_CLI_PATH], text[32];

	CHECK_OK(tf_deploy_path(path, sizeof(path), d, "run/ra.pid"));
	snprintf(text, sizeof(text), "%d\n", (int)pid);
	CHECK_OK(tf_file_write(path, text, strlen(text), TF_OWNER_OPERATOR));
}

TEST(pid_file_that_names_a_strangers_process_names_nobody)
{
	static tf_deploy d;
	tf_running r;
	pid_t pid;

	deploy_make(&d);
	CHECK_ERR(tf_run_find(&r, &d, &d.program[0]), TF_E_NOT_FOUND);
	write_pid(&d, getpid());
	CHECK_ERR(tf_run_find(&r, &d, &d.program[0]), TF_E_NOT_FOUND);
	write_pid(&d, 1);
	CHECK_ERR(tf_run_find(&r, &d, &d.program[0]), TF_E_NOT_FOUND);
	pid = fork();
	if (pid == 0)
		_exit(0);
	CHECK(pid > 0 && waitpid(pid, NULL, 0) == pid);
	write_pid(&d, pid);
	CHECK_ERR(tf_run_find(&r, &d, &d.program[0]), TF_E_NOT_FOUND);
	deploy_remove(&d);
}

/* ---- blame ---- */

#define SAMPLE "tests/vectors/evidence/keygen-commitment.v2"

static int blame(const char *path, const char *trust)
{
	char *argv[] = { (char *)"blame", (char *)"verify", (char *)(uintptr_t)path,
		         (char *)"--trust", (char *)(uintptr_t)trust, NULL };
	const tf_cli cli = { .dir = "nowhere" };

	return tf_cmd_blame(&cli, trust ? 5 : 3, argv);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	CHECK(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

TEST(blame_judges_what_programs_write_and_they_are_of_no_workspace)
{
	static const char *const all[] = { "ed25519-share.v2", "reshare-share.v2",
	                                   "refresh-share.v2", "refresh-false-complaint.v2",
	                                   "frost-confirm.v2", "frost-share-ed25519.v2",
	                                   "frost-share-bip340.v2", "introduction.v2",
	                                   "presign-elog.v2", "ecdsa-share.v2",
	                                   "settle-two-words.v1" };
	const char *path = "blame-test.evidence";

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		char name[128], *bytes;
		size_t len;

		snprintf(name, sizeof(name), "tests/vectors/evidence/%s", all[k]);
		bytes = tf_test_read_file(tf_test_path(name), &len);
		write_file(path, bytes, len);
		CHECK(blame(path, NULL) == 0);
		CHECK(blame(path, "00000000000000000000000000000000"
		                  "00000000000000000000000000000000") == 1);
		bytes[len - 1] ^= 1; /* of the last signature */
		write_file(path, bytes, len);
		CHECK(blame(path, NULL) == 1);
		write_file(path, bytes, len - 1);
		CHECK(blame(path, NULL) == TF_EXIT_INPUT);
		free(bytes);
	}
	CHECK(remove(path) == 0);
}

/* What version 1 wrote may be true, and shows nothing (docs/adr/0019). */
TEST(blame_convicts_nobody_by_evidence_of_version_1)
{
	static const char *const all[] = { "ed25519-share", "reshare-share", "refresh-share",
	                                   "refresh-false-complaint", "frost-confirm",
	                                   "frost-share-ed25519", "frost-share-bip340",
	                                   "keygen-commitment" };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		char name[128];

		snprintf(name, sizeof(name), "tests/vectors/evidence/%s.v1", all[k]);
		CHECK(blame(tf_test_path(name), NULL) == 1);
	}
}

TEST(blame_convicts_only_by_evidence)
{
	const char *path = "blame-test.evidence";
	size_t len;
	char *bytes = tf_test_read_file(tf_test_path(SAMPLE), &len);
	unsigned not = 0, no = 0;

	write_file(path, bytes, len);
	CHECK(blame(path, NULL) == 0);
	CHECK(blame(path, "00000000000000000000000000000000"
	                  "00000000000000000000000000000000") == 1);
	CHECK(blame(path, "00") == TF_EXIT_USAGE);
	CHECK(blame("no-such-file", NULL) == TF_EXIT_INPUT);
	for (size_t at = 0; at < len; at += len / 40 + 1) {
		int code;

		bytes[at] ^= 0x10;
		write_file(path, bytes, len);
		code = blame(path, NULL);
		CHECK(code == 0 || code == 1 || code == TF_EXIT_INPUT);
		not += code == 1;
		no += code == TF_EXIT_INPUT;
		bytes[at] ^= 0x10;
	}
	CHECK(not > 10 && no >= 1);
	write_file(path, bytes, len / 2);
	CHECK(blame(path, NULL) == TF_EXIT_INPUT);
	write_file(path, "", 0);
	CHECK(blame(path, NULL) == TF_EXIT_INPUT);
	CHECK(remove(path) == 0);
	free(bytes);
}

TEST(blame_usage)
{
	char *none[] = { (char *)"blame", NULL }, *other[] = { (char *)"blame", (char *)"who", NULL };
	char *two[] = { (char *)"blame", (char *)"verify", (char *)"a", (char *)"b", NULL };
	const tf_cli cli = { .dir = "nowhere" };

	CHECK(tf_cmd_blame(&cli, 1, none) == TF_EXIT_USAGE);
	CHECK(tf_cmd_blame(&cli, 2, other) == TF_EXIT_USAGE);
	CHECK(tf_cmd_blame(&cli, 4, two) == TF_EXIT_USAGE);
}
