/* The audit chain: what it accepts, what it notices, what a crash leaves. */
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/audit.h"
#include "harness/harness.h"

typedef struct book {
	char dir[40], path[64];
	EVP_PKEY *key;
	uint8_t public_key[32];
	tf_audit_signer signer;
	tf_audit *audit;
	char why[200];
	size_t torn;
} book;

static tf_err sign(void *ctx, uint8_t sig[static 64], const uint8_t hash[static 32])
{
	uint8_t msg[21 + 32] = "trefoil/audit-row/v1";
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t len = 64;

	memcpy(msg + 21, hash, 32);
	CHECK(EVP_DigestSignInit(md, NULL, NULL, NULL, ctx) == 1);
	CHECK(EVP_DigestSign(md, sig, &len, msg, sizeof(msg)) == 1 && len == 64);
	EVP_MD_CTX_free(md);
	return TF_OK;
}

static tf_err refuse_to_sign(void *ctx, uint8_t sig[static 64], const uint8_t hash[static 32])
{
	(void)ctx;
	(void)sig;
	(void)hash;
	return TF_E_SEAL;
}

static void book_init(book *b)
{
	size_t len = 32;

	memset(b, 0, sizeof(*b));
	snprintf(b->dir, sizeof(b->dir), "/tmp/trefoil-audit-XXXXXX");
	CHECK(mkdtemp(b->dir));
	snprintf(b->path, sizeof(b->path), "%s/audit.log", b->dir);
	b->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	CHECK(b->key && EVP_PKEY_get_raw_public_key(b->key, b->public_key, &len) == 1);
	b->signer = (tf_audit_signer){ sign, b->key };
}

static void book_wipe(book *b)
{
	tf_audit_close(b->audit);
	unlink(b->path);
	rmdir(b->dir);
	EVP_PKEY_free(b->key);
}

static tf_err reopen(book *b)
{
	tf_audit_close(b->audit);
	b->audit = NULL;
	return tf_audit_open(&b->audit, b->path, "guard-1", &b->signer, b->public_key, &b->torn, b->why,
	                     sizeof(b->why));
}

static tf_err append(book *b, uint64_t time_ms, const char *text)
{
	return tf_audit_append(b->audit, time_ms, text, strlen(text));
}

static void write_book(book *b)
{
	static const char *const texts[] = { "{\"event\":\"start\"}", "plain", "q\"b\\n\nl\x01\x7f",
		"\xe2\x82\xac", "" };

	CHECK_OK(reopen(b));
	for (size_t i = 0; i < TF_ARRAY_LEN(texts); i++)
		CHECK_OK(append(b, 1000 + i, texts[i]));
}

TEST(rows_that_were_added_are_durable_with_the_next_sync)
{
	tf_audit_head head;
	book b;

	book_init(&b);
	CHECK_OK(reopen(&b));
	CHECK(!tf_audit_unsynced(b.audit));
	CHECK_OK(tf_audit_sync(b.audit)); /* nothing to do */
	CHECK_OK(tf_audit_add(b.audit, 1, "one", 3));
	CHECK_OK(tf_audit_add(b.audit, 2, "two", 3));
	CHECK(tf_audit_unsynced(b.audit));
	CHECK_OK(tf_audit_sync(b.audit));
	CHECK(!tf_audit_unsynced(b.audit));
	CHECK_OK(tf_audit_add(b.audit, 3, "three", 5));
	CHECK_OK(append(&b, 4, "four"));
	CHECK(!tf_audit_unsynced(b.audit));
	CHECK_OK(reopen(&b));
	tf_audit_get_head(b.audit, &head);
	CHECK(head.seq == 4 && b.torn == 0);
	book_wipe(&b);
}

static tf_err count_rows(void *ctx, const tf_audit_row *row)
{
	CHECK(row->is_signed && row->seq == (uint64_t)++*(int *)ctx);
	return TF_OK;
}

static tf_err verify(book *b, tf_audit_head *head)
{
	return tf_audit_verify(b->path, "guard-1", b->public_key, NULL, NULL, head, b->why,
	                       sizeof(b->why));
}

TEST(rows_chain_and_survive_a_restart)
{
	tf_audit_head head, again;
	struct stat st;
	int rows = 0;
	book b;

	book_init(&b);
	write_book(&b);
	tf_audit_get_head(b.audit, &head);
	CHECK(head.seq == 5 && head.time_ms == 1004);
	CHECK(stat(b.path, &st) == 0 && (st.st_mode & 0777) == 0600);
	CHECK_OK(tf_audit_verify(b.path, "guard-1", b.public_key, count_rows, &rows, &again, b.why,
	                         sizeof(b.why)));
	CHECK(rows == 5 && memcmp(&head, &again, sizeof(head)) == 0);
	CHECK_OK(reopen(&b));
	CHECK(b.torn == 0);
	CHECK_OK(append(&b, 500, "the clock went back"));
	tf_audit_get_head(b.audit, &again);
	CHECK(again.seq == 6 && again.time_ms == 1004);
	CHECK_OK(verify(&b, NULL));
	book_wipe(&b);
}

/* The known bytes of a first row; its hashes were computed by Python's hashlib. */
TEST(a_row_is_written_exactly_so)
{
	static const char want[] = "{\"seq\":1,\"time\":1767225845678,\"text\":\"a\\\"\\\\\\u000a\","
		"\"prev\":\"19d8f4bf200a9cf9814bdac95c58d95aeb21e8f0a2cb35e1900c77cb0347faae\","
		"\"hash\":\"6c3a9220bd72b31c5c5f2bb3e5e7118b119295390136a8f1d9eece473eb79e97\","
		"\"sig\":\"\"}\n";
	char *text;
	book b;

	book_init(&b);
	CHECK_OK(tf_audit_open(&b.audit, b.path, "x", NULL, NULL, NULL, b.why, sizeof(b.why)));
	CHECK_OK(append(&b, 1767225845678, "a\"\\\n"));
	text = tf_test_read_file(b.path, NULL);
	CHECK(strcmp(text, want) == 0);
	free(text);
	book_wipe(&b);
}

TEST(a_log_of_another_name_is_another_log)
{
	book b;

	book_init(&b);
	write_book(&b);
	CHECK_ERR(tf_audit_verify(b.path, "guard-2", NULL, NULL, NULL, NULL, b.why, sizeof(b.why)),
	          TF_E_TRUST);
	CHECK(strstr(b.why, "row 1"));
	book_wipe(&b);
}

static void put_file(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	CHECK(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

TEST(every_changed_byte_is_noticed)
{
	char *good;
	size_t len;
	book b;

	book_init(&b);
	write_book(&b);
	tf_audit_close(b.audit);
	b.audit = NULL;
	good = tf_test_read_file(b.path, &len);
	for (size_t i = 0; i < len; i++) {
		char kept = good[i];

		good[i] = (char)(kept ^ 1);
		put_file(b.path, good, len);
		CHECK(verify(&b, NULL) != TF_OK);
		good[i] = kept;
	}
	put_file(b.path, good, len);
	CHECK_OK(verify(&b, NULL));
	free(good);
	book_wipe(&b);
}

static char *line_at(char *text, int n)
{
	while (n-- > 0)
		text = strchr(text, '\n') + 1;
	return text;
}

TEST(removed_repeated_and_swapped_rows_are_noticed)
{
	char *good, *bad;
	size_t len, a, z;
	book b;

	book_init(&b);
	write_book(&b);
	good = tf_test_read_file(b.path, &len);
	bad = malloc(2 * len);
	a = (size_t)(line_at(good, 1) - good);
	z = (size_t)(line_at(good, 2) - good);
	memcpy(bad, good, a);
	memcpy(bad + a, good + z, len - z);
	put_file(b.path, bad, len - (z - a));
	CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	CHECK(strstr(b.why, "row 2"));
	memcpy(bad, good, z);
	memcpy(bad + z, good + a, len - a);
	put_file(b.path, bad, len + z - a);
	CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	put_file(b.path, good + a, len - a);
	CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	CHECK_ERR(reopen(&b), TF_E_TRUST);
	CHECK(strstr(b.why, b.path) && strstr(b.why, "row 1"));
	free(good);
	free(bad);
	book_wipe(&b);
}

TEST(a_row_written_another_way_is_refused)
{
	static const char *const bad[] = {
		"{ \"seq\":1,\"time\":0,\"text\":\"\",\"prev\":\"\",\"hash\":\"\",\"sig\":\"\"}\n",
		"{\"time\":0,\"seq\":1}\n", "[]\n", "\n", "{\"seq\":1,\"seq\":1}\n", "rubbish\n",
	};
	char *good, *spaced;
	size_t len;
	book b;

	book_init(&b);
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++) {
		put_file(b.path, bad[i], strlen(bad[i]));
		CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	}
	unlink(b.path);
	write_book(&b);
	good = tf_test_read_file(b.path, &len);
	spaced = malloc(len + 2);
	memcpy(spaced, good, 1);
	spaced[1] = ' ';
	memcpy(spaced + 2, good + 1, len - 1);
	put_file(b.path, spaced, len + 1);
	CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	free(good);
	free(spaced);
	book_wipe(&b);
}

TEST(a_torn_last_row_is_cut_off_and_counted)
{
	tf_audit_head head;
	char *good;
	size_t len;
	book b;

	book_init(&b);
	write_book(&b);
	good = tf_test_read_file(b.path, &len);
	put_file(b.path, good, len - 1);
	CHECK_ERR(verify(&b, NULL), TF_E_TRUNCATED);
	CHECK_OK(reopen(&b));
	CHECK(b.torn > 100);
	tf_audit_get_head(b.audit, &head);
	CHECK(head.seq == 4);
	CHECK_OK(append(&b, 2000, "again"));
	CHECK_OK(verify(&b, &head));
	CHECK(head.seq == 5);
	free(good);
	book_wipe(&b);
}

TEST(an_unsigned_or_foreign_row_does_not_pass_for_a_signed_one)
{
	book b, other;

	book_init(&b);
	book_init(&other);
	CHECK_OK(tf_audit_open(&b.audit, b.path, "guard-1", NULL, NULL, NULL, b.why, sizeof(b.why)));
	CHECK_OK(append(&b, 1, "unsigned"));
	CHECK_ERR(verify(&b, NULL), TF_E_TRUST);
	CHECK_OK(tf_audit_verify(b.path, "guard-1", NULL, NULL, NULL, NULL, b.why, sizeof(b.why)));
	tf_audit_close(b.audit);
	b.audit = NULL;
	unlink(b.path);
	write_book(&b);
	CHECK_ERR(tf_audit_verify(b.path, "guard-1", other.public_key, NULL, NULL, NULL, b.why,
	                          sizeof(b.why)), TF_E_TRUST);
	book_wipe(&b);
	book_wipe(&other);
}

TEST(one_process_writes)
{
	tf_audit *second;
	book b;

	book_init(&b);
	CHECK_OK(reopen(&b));
	CHECK_ERR(tf_audit_open(&second, b.path, "guard-1", NULL, NULL, NULL, b.why, sizeof(b.why)),
	          TF_E_BUSY);
	book_wipe(&b);
}

TEST(text_that_cannot_be_written_changes_nothing)
{
	static char big[TF_AUDIT_TEXT_MAX + 1];
	tf_audit_signer broken = { refuse_to_sign, NULL };
	tf_audit_head head;
	book b;

	book_init(&b);
	CHECK_OK(reopen(&b));
	memset(big, 1, sizeof(big));
	CHECK_ERR(tf_audit_append(b.audit, 1, "a\0b", 3), TF_E_ENCODING);
	CHECK_ERR(append(&b, 1, "\xff"), TF_E_ENCODING);
	CHECK_ERR(tf_audit_append(b.audit, 1, big, sizeof(big)), TF_E_TOO_LARGE);
	CHECK_OK(tf_audit_append(b.audit, 1, big, sizeof(big) - 1));
	CHECK_OK(verify(&b, &head));
	CHECK(head.seq == 1);
	tf_audit_close(b.audit);
	CHECK_OK(tf_audit_open(&b.audit, b.path, "guard-1", &broken, b.public_key, NULL, b.why,
	                       sizeof(b.why)));
	CHECK_ERR(append(&b, 2, "never"), TF_E_SEAL);
	CHECK_OK(verify(&b, &head));
	CHECK(head.seq == 1);
	book_wipe(&b);
}

/* A row that did not fit: the log must not go on in this process, and the next one cuts it off. */
TEST(a_disk_that_is_full_ends_the_log)
{
	struct rlimit limit = { 0, RLIM_INFINITY };
	tf_audit_head head;
	struct stat st;
	book b;

	book_init(&b);
	write_book(&b);
	CHECK(stat(b.path, &st) == 0);
	signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = (rlim_t)st.st_size + 100;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK_ERR(append(&b, 2000, "too much"), TF_E_IO);
	limit.rlim_cur = RLIM_INFINITY;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK_ERR(append(&b, 2000, "fits, but too late"), TF_E_STATE);
	CHECK_OK(reopen(&b));
	CHECK(b.torn == 100);
	tf_audit_get_head(b.audit, &head);
	CHECK(head.seq == 5);
	CHECK_OK(append(&b, 2000, "again"));
	CHECK_OK(verify(&b, NULL));
	book_wipe(&b);
}

TEST(a_log_that_cannot_be_opened_is_named)
{
	tf_audit *a;
	char why[200] = "";

	CHECK_ERR(tf_audit_open(&a, "/nonexistent/log", "x", NULL, NULL, NULL, why, sizeof(why)),
	          TF_E_IO);
	CHECK(strstr(why, "/nonexistent/log"));
	CHECK_ERR(tf_audit_open(&a, "/dev/zero", "x", NULL, NULL, NULL, why, sizeof(why)), TF_E_IO);
	CHECK(strstr(why, "expected a regular file"));
	CHECK_ERR(tf_audit_verify("/dev/zero", "x", NULL, NULL, NULL, NULL, why, sizeof(why)), TF_E_IO);
	CHECK_ERR(tf_audit_verify("/nonexistent/log", "x", NULL, NULL, NULL, NULL, why, sizeof(why)),
	          TF_E_IO);
}
