#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/harness.h"
#include "harness/tape.h"
#include "seal/guard.h"
#include "seal/keyfile.h"
#include "seal/seal.h"

static const tf_place home = { "share", "key-1", "w" };

static tf_key_part file_part(void)
{
	tf_key_part p = { .source = TF_SOURCE_FILE };

	memset(p.key.b, 0x42, 32);
	return p;
}

static tf_key_part hsm_part(void)
{
	tf_key_part p = { .source = TF_SOURCE_HSM };

	memset(p.key.b, 0x17, 32);
	return p;
}

static tf_seal_header known_header(uint32_t sources, const char *kcv)
{
	tf_seal_header h = { .sources = sources, .key_version = 1 };
	unsigned byte;

	for (unsigned i = 0; i < 16; i++) {
		h.uuid[i] = (uint8_t)i;
		CHECK(sscanf(kcv + 2 * i, "%2x", &byte) == 1);
		h.kcv[i] = (uint8_t)byte;
	}
	return h;
}

static tf_sealer *new_sealer(tf_seal_header *h, const char *cosigner, tf_tape *tape, tf_rng *rng,
                             uint64_t seed)
{
	tf_key_part part = file_part();
	tf_sealer *s;

	*rng = tf_tape_init(tape, seed, 0);
	CHECK_OK(tf_seal_header_make(h, cosigner, &part, 1, rng));
	CHECK_OK(tf_sealer_new(&s, h, cosigner, &part, 1));
	return s;
}

/* Expected values made with Python's hmac and cryptography modules from the formulas of seal.h. */
TEST(composition_and_format_agree_with_an_independent_implementation)
{
	static const uint8_t sealed[] = {
		0x01, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0xfa,
		0xae, 0xb5, 0xf3, 0xcb, 0x69, 0x0f, 0x06, 0x62, 0x61, 0x13, 0x80, 0xbc, 0x2b, 0x09,
		0x4d, 0x48, 0x29, 0x1d, 0x38, 0xc1, 0x71, 0xa1, 0x33, 0x7e, 0x71, 0xc3, 0x8d, 0xef,
		0x43,
	};
	tf_seal_header h = known_header(TF_SOURCE_FILE, "f4432d81d87fa7a8ebebd7bc49bdeb85");
	tf_key_part part = file_part();
	tf_sealer *s;
	uint8_t out[64];
	size_t len;

	CHECK_OK(tf_sealer_new(&s, &h, "guard-1", &part, 1));
	CHECK_OK(tf_unseal(out, sizeof(out), &len, s, &home, 7, sealed, sizeof(sealed)));
	CHECK(len == 14 && memcmp(out, "attack at dawn", 14) == 0);
	tf_sealer_free(s);
}

TEST(two_sources_enter_in_their_own_order_whatever_the_callers)
{
	tf_seal_header h = known_header(TF_SOURCE_FILE | TF_SOURCE_HSM,
	                                "7e23bf2d502df6f5c80ea247cf7f911b");
	tf_key_part forth[] = { hsm_part(), file_part() };
	tf_key_part back[] = { file_part(), hsm_part() };
	tf_sealer *s;

	CHECK_OK(tf_sealer_new(&s, &h, "guard-1", forth, 2));
	tf_sealer_free(s);
	CHECK_OK(tf_sealer_new(&s, &h, "guard-1", back, 2));
	tf_sealer_free(s);
}

TEST(every_source_is_needed_and_none_more)
{
	tf_seal_header h = known_header(TF_SOURCE_FILE | TF_SOURCE_HSM,
	                                "7e23bf2d502df6f5c80ea247cf7f911b");
	tf_key_part both[] = { hsm_part(), file_part() };
	tf_key_part twice[] = { file_part(), file_part() };
	tf_key_part odd = { .source = (tf_key_source)64 };
	tf_sealer *s;

	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &both[0], 1), TF_E_SEAL);
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &both[1], 1), TF_E_SEAL);
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", both, 0), TF_E_USAGE);
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", twice, 2), TF_E_USAGE);
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &odd, 1), TF_E_USAGE);
	CHECK_ERR(tf_sealer_new(&s, &h, "", both, 2), TF_E_USAGE);
	both[1].key.b[31] ^= 1;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", both, 2), TF_E_SEAL);
}

TEST(key_belongs_to_cosigner_uuid_sources_and_version)
{
	tf_seal_header good, h;
	tf_key_part part = file_part();
	tf_tape tape;
	tf_rng rng;
	tf_sealer *s = new_sealer(&good, "guard-1", &tape, &rng, tf_test_seed());

	tf_sealer_free(s);
	CHECK_ERR(tf_sealer_new(&s, &good, "guard-2", &part, 1), TF_E_SEAL);
	h = good;
	h.uuid[3] ^= 1;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &part, 1), TF_E_SEAL);
	h = good;
	h.key_version = 2;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &part, 1), TF_E_SEAL);
	h = good;
	h.key_version = 0;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &part, 1), TF_E_SEAL);
	h = good;
	h.sources |= TF_SOURCE_RA;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &part, 1), TF_E_SEAL);
	h = good;
	h.kcv[15] ^= 1;
	CHECK_ERR(tf_sealer_new(&s, &h, "guard-1", &part, 1), TF_E_SEAL);
}

TEST(values_come_back_and_nonces_differ)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 4096, 100000 };
	uint8_t *value = malloc(100000), *a = malloc(100100), *b = malloc(100100);
	tf_seal_header h;
	tf_tape tape;
	tf_rng rng;
	tf_sealer *s = new_sealer(&h, "guard-1", &tape, &rng, tf_test_seed());
	size_t n, m, back;

	CHECK(value && a && b);
	CHECK_OK(tf_rng_bytes(&rng, value, 100000));
	for (size_t i = 0; i < TF_ARRAY_LEN(sizes); i++) {
		CHECK_OK(tf_seal(a, 100100, &n, s, &home, 1, value, sizes[i], &rng));
		CHECK_OK(tf_seal(b, 100100, &m, s, &home, 1, value, sizes[i], &rng));
		CHECK(n == sizes[i] + TF_SEAL_OVERHEAD && m == n && memcmp(a, b, n) != 0);
		CHECK_OK(tf_unseal(b, 100100, &back, s, &home, 1, a, n));
		CHECK(back == sizes[i] && memcmp(b, value, back) == 0);
	}
	tf_sealer_free(s);
	free(value);
	free(a);
	free(b);
}

TEST(a_moved_value_does_not_open)
{
	static const tf_place elsewhere[] = {
		{ "shard", "key-1", "w" }, { "share", "key-2", "w" }, { "share", "key-1", "x" },
		{ "sharek", "ey-1", "w" }, { "share", "key-1w", "w" }, { "share", "w", "key-1" },
	};
	uint8_t sealed[64], out[64];
	tf_seal_header h, h2;
	tf_tape tape, tape2;
	tf_rng rng, rng2;
	tf_sealer *s = new_sealer(&h, "guard-1", &tape, &rng, tf_test_seed());
	tf_sealer *other = new_sealer(&h2, "guard-1", &tape2, &rng2, tf_test_seed() + 1);
	size_t n, back;

	CHECK_OK(tf_seal(sealed, sizeof(sealed), &n, s, &home, 1, (const uint8_t *)"secret", 6,
	                 &rng));
	for (size_t i = 0; i < TF_ARRAY_LEN(elsewhere); i++) {
		memset(out, 0xee, sizeof(out));
		CHECK_ERR(tf_unseal(out, sizeof(out), &back, s, &elsewhere[i], 1, sealed, n),
		          TF_E_SEAL);
		CHECK(memcmp(out, "\0\0\0\0\0\0", 6) == 0);
	}
	CHECK_ERR(tf_unseal(out, sizeof(out), &back, s, &home, 2, sealed, n), TF_E_SEAL);
	CHECK_ERR(tf_unseal(out, sizeof(out), &back, other, &home, 1, sealed, n), TF_E_SEAL);
	CHECK_OK(tf_unseal(out, sizeof(out), &back, s, &home, 1, sealed, n));
	tf_sealer_free(s);
	tf_sealer_free(other);
}

TEST(every_flipped_bit_and_every_cut_is_noticed)
{
	uint8_t sealed[64], bad[64], out[64];
	tf_seal_header h;
	tf_tape tape;
	tf_rng rng;
	tf_sealer *s = new_sealer(&h, "guard-1", &tape, &rng, tf_test_seed());
	size_t n, back;

	CHECK_OK(tf_seal(sealed, sizeof(sealed), &n, s, &home, 1, (const uint8_t *)"secret", 6,
	                 &rng));
	for (size_t bit = 0; bit < 8 * n; bit++) {
		memcpy(bad, sealed, n);
		bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK_ERR(tf_unseal(out, sizeof(out), &back, s, &home, 1, bad, n), TF_E_SEAL);
	}
	for (size_t len = 0; len < n; len++)
		CHECK_ERR(tf_unseal(out, sizeof(out), &back, s, &home, 1, sealed, len), TF_E_SEAL);
	tf_sealer_free(s);
}

static tf_err no_entropy(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx, (void)out, (void)len;
	return TF_E_ENTROPY;
}

TEST(limits_and_failing_entropy_are_errors)
{
	static uint8_t big[1];
	char name[TF_SEAL_NAME_MAX + 2];
	uint8_t out[64];
	tf_place place = home;
	tf_seal_header h;
	tf_tape tape;
	tf_rng rng, dry = { no_entropy, NULL };
	tf_sealer *s = new_sealer(&h, "guard-1", &tape, &rng, tf_test_seed());
	tf_key_part part = file_part();
	size_t n;

	CHECK_ERR(tf_seal(out, 6 + TF_SEAL_OVERHEAD - 1, &n, s, &home, 1, (const uint8_t *)"secret",
	                  6, &rng), TF_E_CAPACITY);
	CHECK_ERR(tf_seal(out, sizeof(out), &n, s, &home, 1, big, TF_SEAL_VALUE_MAX + 1, &rng),
	          TF_E_TOO_LARGE);
	CHECK_ERR(tf_seal(out, sizeof(out), &n, s, &home, 1, big, 1, &dry), TF_E_ENTROPY);
	CHECK_ERR(tf_seal_header_make(&h, "guard-1", &part, 1, &dry), TF_E_ENTROPY);
	place.row = "";
	CHECK_ERR(tf_seal(out, sizeof(out), &n, s, &place, 1, big, 1, &rng), TF_E_USAGE);
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	place.row = name;
	CHECK_ERR(tf_seal(out, sizeof(out), &n, s, &place, 1, big, 1, &rng), TF_E_USAGE);
	name[TF_SEAL_NAME_MAX] = '\0';
	CHECK_OK(tf_seal(out, sizeof(out), &n, s, &place, 1, big, 1, &rng));
	CHECK_ERR(tf_unseal(out, 0, &n, s, &place, 1, out, n), TF_E_CAPACITY);
	tf_sealer_free(s);
}

TEST(guard_opens_nests_and_closes)
{
	tf_guard *g;
	const uint8_t *p;

	CHECK_OK(tf_guard_new(&g, "0123456789", 10));
	CHECK(tf_guard_len(g) == 10);
	p = tf_guard_open(g);
	CHECK(p && memcmp(p, "0123456789", 10) == 0);
	CHECK(tf_guard_open(g) == p);
	tf_guard_close(g);
	CHECK(p[9] == '9');
	tf_guard_close(g);
	tf_guard_free(g);
	tf_guard_free(NULL);
}

/* What a child that touches *p dies of; 0 if it lives. */
static int signal_of_touching(const volatile uint8_t *p)
{
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		(void)*p;
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(guard_is_closed_between_uses_and_fenced)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	tf_guard *g;
	const uint8_t *p;

	CHECK_OK(tf_guard_new(&g, "0123456789", 10));
	p = tf_guard_open(g);
	CHECK(signal_of_touching(p) == 0);
	CHECK(signal_of_touching(p + page) != 0);
	CHECK(signal_of_touching(p - page) != 0);
	tf_guard_close(g);
	CHECK(signal_of_touching(p) != 0);
	tf_guard_free(g);
}

TEST(guard_is_empty_in_a_child)
{
	tf_guard *g;
	const uint8_t *p;
	int status;
	pid_t pid;

	CHECK_OK(tf_guard_new(&g, "0123456789", 10));
	p = tf_guard_open(g);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		bool wiped = memcmp(p, "\0\0\0\0\0\0\0\0\0", 10) == 0;

		_exit(wiped && tf_guard_open(g) == NULL ? 0 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(memcmp(p, "0123456789", 10) == 0);
	tf_guard_close(g);
	tf_guard_free(g);
}

TEST(guarded_memory_is_fenced_on_both_sides)
{
	static const size_t lens[] = { 0, 1, 64, 65, 4096, 4097, 100000 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	for (size_t k = 0; k < TF_ARRAY_LEN(lens); k++) {
		size_t len = lens[k], round = len ? (len + 63) / 64 * 64 : 64;
		uint8_t *p = tf_guard_alloc(len);

		CHECK(p != NULL && (uintptr_t)p % 64 == 0);
		for (size_t i = 0; i < len; i++)
			CHECK(p[i] == 0);
		if (len)
			memset(p, 0x5a, len);
		CHECK(signal_of_touching(p) == 0 && signal_of_touching(p + round - 1) == 0);
		CHECK(signal_of_touching(p + round) != 0);
		CHECK(signal_of_touching(p - ((uintptr_t)p & (page - 1)) - 1) != 0);
		tf_guard_release(p);
		CHECK(signal_of_touching(p) != 0); /* it is gone, not only wiped */
	}
	tf_guard_release(NULL);
	CHECK(tf_guard_alloc(SIZE_MAX) == NULL);
}

/* What the kernel says of the pages at p, "rd wr dd lo .." (proc(5), VmFlags). */
static void flags_of(char *out, size_t cap, const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[512];
	bool inside = false;

	CHECK(f != NULL);
	out[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		unsigned long long from, to;

		if (sscanf(line, "%llx-%llx ", &from, &to) == 2)
			inside = (uintptr_t)p >= from && (uintptr_t)p < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			snprintf(out, cap, "%s", line + 8);
	}
	fclose(f);
}

TEST(guarded_memory_is_not_dumped_and_not_inherited)
{
	uint8_t *p = tf_guard_alloc(5000);
	char flags[512];
	int status;
	pid_t pid;

	CHECK(p != NULL);
	memcpy(p, "0123456789", 10);
	flags_of(flags, sizeof(flags), p);
	CHECK(strstr(flags, " dd") && strstr(flags, " wf") && strstr(flags, " wr"));
#ifndef TF_SANITIZED /* the address sanitizer answers mlock itself */
	CHECK((strstr(flags, " lo") != NULL) == tf_guard_alloc_is_locked(p));
#endif
	CHECK(tf_guard_alloc_is_locked(p));
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(memcmp(p, "\0\0\0\0\0\0\0\0\0", 10) == 0 ? 0 : 1);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(memcmp(p, "0123456789", 10) == 0);
	tf_guard_release(p);
}

TEST(guard_works_without_a_right_to_lock)
{
	const struct rlimit none = { 0, 0 };
	tf_guard *g;

#ifdef TF_SANITIZED
	tf_test_skip("the address sanitizer answers mlock itself, always with yes");
#endif
	CHECK(setrlimit(RLIMIT_MEMLOCK, &none) == 0);
	if (geteuid() == 0)
		CHECK(setresuid(65534, 65534, 65534) == 0);
	CHECK_OK(tf_guard_new(&g, "x", 1));
	CHECK(!tf_guard_is_locked(g));
	CHECK(tf_guard_open(g)[0] == 'x');
	tf_guard_close(g);
	tf_guard_free(g);
}

static char dir[64];

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static const char *source_of(const char *name)
{
	static char source[300];

	snprintf(source, sizeof(source), "file:%s", path_of(name));
	return source;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(fchmod(fd, mode) == 0 && close(fd) == 0);
}

static void make_dir(void)
{
	strcpy(dir, "/tmp/trefoil-seal-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
}

static void remove_dir(void)
{
	static const char *const names[] = { "key", "link", "pass", "fifo", "sub" };

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		(void)remove(path_of(names[i]));
	CHECK(rmdir(dir) == 0);
}

TEST(keyfile_is_made_once_and_read_back)
{
	tf_secret one, two;
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);
	struct stat st;

	make_dir();
	CHECK_OK(tf_keyfile_create(path_of("key"), &rng));
	CHECK(stat(path_of("key"), &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == 65);
	CHECK_ERR(tf_keyfile_create(path_of("key"), &rng), TF_E_CONFLICT);
	CHECK_OK(tf_keyfile_read_key(&one, source_of("key")));
	rng = tf_tape_init(&tape, tf_test_seed(), 0);
	CHECK_OK(tf_rng_bytes(&rng, two.b, 32));
	CHECK(memcmp(one.b, two.b, 32) == 0);
	CHECK_ERR(tf_keyfile_create("/nonexistent/key", &rng), TF_E_IO);
	remove_dir();
}

TEST(keyfile_that_others_could_have_touched_is_refused)
{
	uint8_t out[64];
	char link_to[256];
	size_t len;

	make_dir();
	write_file("pass", "correct horse\n", 0600);
	CHECK_OK(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")));
	CHECK(len == 13 && memcmp(out, "correct horse", 13) == 0);
	write_file("pass", "correct horse\n", 0640);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TRUST);
	write_file("pass", "correct horse\n", 0602);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TRUST);
	write_file("pass", "correct horse\n", 0600);
	snprintf(link_to, sizeof(link_to), "%s", path_of("pass"));
	CHECK(symlink(link_to, path_of("link")) == 0);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("link")), TF_E_TRUST);
	CHECK(mkfifo(path_of("fifo"), 0600) == 0);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("fifo")), TF_E_TRUST);
	CHECK(mkdir(path_of("sub"), 0700) == 0);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("sub")), TF_E_TRUST);
	if (geteuid() == 0) {
		CHECK(chown(path_of("pass"), 65534, 65534) == 0);
		CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TRUST);
	}
	remove_dir();
}

TEST(keyfile_errors_say_what_is_wrong)
{
	uint8_t out[8];
	tf_secret key;
	size_t len;

	make_dir();
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("none")), TF_E_IO);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "/etc/passwd"), TF_E_ENCODING);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "file:relative"), TF_E_ENCODING);
	write_file("pass", "", 0600);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TRUNCATED);
	write_file("pass", "\n", 0600);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TRUNCATED);
	write_file("pass", "123456789", 0600);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, source_of("pass")), TF_E_TOO_LARGE);
	CHECK_ERR(tf_keyfile_read_key(&key, source_of("pass")), TF_E_ENCODING);
	write_file("pass", "zz00000000000000000000000000000000000000000000000000000000000000\n",
	           0600);
	CHECK_ERR(tf_keyfile_read_key(&key, source_of("pass")), TF_E_ENCODING);
	write_file("pass", "0000000000000000000000000000000000000000000000000000000000000000\n\n",
	           0600);
	CHECK_ERR(tf_keyfile_read_key(&key, source_of("pass")), TF_E_ENCODING);
	remove_dir();
}

TEST(credential_comes_from_systemds_directory_only)
{
	uint8_t out[64];
	size_t len;

	make_dir();
	unsetenv("CREDENTIALS_DIRECTORY");
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:pass"), TF_E_IO);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	write_file("pass", "word", 0440);
	CHECK_OK(tf_keyfile_read(out, sizeof(out), &len, "credential:pass"));
	CHECK(len == 4 && memcmp(out, "word", 4) == 0);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:../pass"), TF_E_ENCODING);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:"), TF_E_ENCODING);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:.."), TF_E_ENCODING);
	write_file("pass", "word", 0444);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:pass"), TF_E_TRUST);
	setenv("CREDENTIALS_DIRECTORY", "relative", 1);
	CHECK_ERR(tf_keyfile_read(out, sizeof(out), &len, "credential:pass"), TF_E_ENCODING);
	remove_dir();
}
