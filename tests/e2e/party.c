/* One party of libtrefoil as a process, for tests that kill it: it knows the public headers only,
 * its disk is a folder, its network is whoever writes to its standard input. Schnorr on ed25519.
 *
 *     party FOLDER NAME SEED      SEED: 32 bytes in hexadecimal, of its identity
 *
 * Every line is a command, words separated by blanks, bytes in hexadecimal. The answer is lines, of
 * which the last is "ok" or "error NAME":
 *
 *     identity                              -> is IDENTITY
 *     meet SESSION NAME:SEAT:IDENTITY ...   who meets next, in order
 *     keygen T        refresh EPOCH         begin a run
 *     prepare B       sign INDEX MESSAGE
 *     step MESSAGE                          of the run
 *     state                                 -> is RUNNING, DONE, FAILED or IDLE
 *     signature                             -> is SIGNATURE, is PUBLIC-KEY
 *     key                                   -> is PUBLIC-KEY, is EPOCH, of what is committed
 *     take-nonces                           of a preparation that is done -> is ID of each
 *     settle                                the attempt on the disk, for the next four:
 *     show            take CERTIFICATE      commit
 *
 * What a machine wants sent comes as "send TO MESSAGE" (TO: 0 for all), after whatever must be
 * durable before. Nonces are in memory only.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <trefoil/trefoil.h>

enum { PARTIES = 4, NONCES = 4, LINE = 1 << 20, WORDS = 16 };
static const tf_algorithm ALG = TF_ALG_SCHNORR_ED25519;

static const char *folder, *own_name;
static uint8_t seed[32];
static char names[PARTIES][TF_DEVICE_ID_MAX + 1];
static tf_participant party[PARTIES];
static tf_clique clique;
static tf_machine *machine;
static void *lent;
static tf_frost_nonces nonces[NONCES];
static uint8_t scratch_bytes[TF_SCRATCH_BYTES], record_bytes[2][TF_KEY_RECORD_BYTES];
static const tf_memory scratch = { scratch_bytes, sizeof(scratch_bytes) };
static char line[LINE];
static char *word[WORDS];
static int words;

static tf_err os_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	for (; len > 256; out += 256, len -= 256)
		if (getrandom(out, 256, 0) != 256)
			return TF_E_ENTROPY;
	return getrandom(out, len, 0) == (ssize_t)len ? TF_OK : TF_E_ENTROPY;
}

/* ---- words ---- */

static void print_hex(const char *before, const uint8_t *b, size_t len)
{
	fputs(before, stdout);
	for (size_t i = 0; i < len; i++)
		printf("%02x", b[i]);
	putchar('\n');
}

/* In place; how many bytes. */
static size_t unhex(char *text)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			exit(64);
		text[i] = (char)byte;
	}
	return n;
}

static tf_bytes bytes_of(char *text)
{
	size_t n = unhex(text);

	return (tf_bytes){ (const uint8_t *)text, n };
}

/* ---- the disk ---- */

static void path_of(char path[static 4096], uint16_t type, const uint8_t *key, size_t len,
                    const char *ending)
{
	int at = snprintf(path, 4096, "%s/%04x-", folder, type);

	for (size_t i = 0; i < len; i++)
		at += snprintf(path + at, 4096 - (size_t)at, "%02x", key[i]);
	snprintf(path + at, 4096 - (size_t)at, "%s", ending);
}

static void sync_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0 || close(fd) != 0)
		exit(69);
}

static void keep(const tf_effect *e)
{
	char path[4096], new[4096];
	int fd;

	path_of(path, e->type, e->key, e->key_len, "");
	path_of(new, e->type, e->key, e->key_len, ".new");
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, e->data, e->len) != (ssize_t)e->len || fsync(fd) != 0 ||
	    close(fd) != 0 || rename(new, path) != 0)
		exit(69);
	sync_folder();
}

static void erase(const tf_effect *e)
{
	char path[4096];

	path_of(path, e->type, e->key, e->key_len, "");
	if (unlink(path) != 0)
		exit(69);
	sync_folder();
}

/* The record of a type whose key has this length; there is one at most in these tests. */
static tf_bytes read_record(uint16_t type, size_t key_len, uint8_t room[static TF_KEY_RECORD_BYTES])
{
	char begins[8], path[4096];
	struct dirent *entry;
	tf_bytes out = { NULL, 0 };
	DIR *dir = opendir(folder);

	snprintf(begins, sizeof(begins), "%04x-", type);
	while (dir && (entry = readdir(dir)) != NULL) {
		FILE *f;

		if (strncmp(entry->d_name, begins, 5) != 0 || strlen(entry->d_name) != 5 + 2 * key_len)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		f = fopen(path, "rb");
		if (!f)
			exit(69);
		out = (tf_bytes){ room, fread(room, 1, TF_KEY_RECORD_BYTES, f) };
		(void)fclose(f);
	}
	if (dir)
		(void)closedir(dir);
	return out;
}

static tf_bytes own_key(void)
{
	return read_record(TF_RECORD_KEY, 32, record_bytes[0]);
}

/* ---- machines ---- */

static void work_off(void)
{
	const tf_effect *e;

	for (size_t n = tf_machine_effects(&e, machine); n; n--, e++) {
		char to[16];

		switch (e->kind) {
		case TF_EFFECT_PERSIST:
			keep(e);
			break;
		case TF_EFFECT_ERASE:
			erase(e);
			break;
		case TF_EFFECT_SEND:
			snprintf(to, sizeof(to), "send %u ", (unsigned)e->to);
			print_hex(to, e->data, e->len);
			break;
		case TF_EFFECT_RETIRE:
			for (unsigned i = 0; i < NONCES; i++)
				tf_frost_nonces_wipe(&nonces[i]);
			break;
		case TF_EFFECT_BURN: /* they are in memory only */
		case TF_EFFECT_DONE:
			break;
		}
	}
	tf_machine_clear(machine);
}

static tf_memory lend(size_t room)
{
	if (machine)
		tf_machine_wipe(machine);
	machine = NULL;
	free(lent);
	lent = malloc(room ? room : 1);
	return (tf_memory){ lent, lent ? room : 0 };
}

static const uint8_t *find_identity(void *ctx, const char *device)
{
	(void)ctx;
	for (unsigned i = 0; i < clique.n; i++)
		if (strcmp(names[i], device) == 0)
			return party[i].identity;
	return NULL;
}

static tf_err meet(void)
{
	tf_bytes session = bytes_of(word[1]);

	clique = (tf_clique){ .level = TF_LEVEL_P128, .algorithm = ALG, .party = party, .seed = seed,
	                      .random = { os_random, NULL }, .n = (uint16_t)(words - 2) };
	if (session.len != 32 || clique.n > PARTIES)
		return TF_E_USAGE;
	memcpy(clique.session, session.p, 32);
	for (uint16_t i = 0; i < clique.n; i++) {
		char id[65];
		unsigned seat;

		if (sscanf(word[i + 2], "%64[^:]:%u:%64s", names[i], &seat, id) != 3 ||
		    unhex(id) != 32)
			return TF_E_USAGE;
		party[i] = (tf_participant){ .device = names[i], .seat = (uint16_t)seat };
		memcpy(party[i].identity, id, 32);
		if (strcmp(names[i], own_name) == 0)
			clique.self = (uint16_t)(i + 1);
	}
	return TF_OK;
}

static tf_err begin_keygen(unsigned number)
{
	tf_keygen_params p = { .t = (uint16_t)number, .workspace = "acme", .key_id = { 1 } };

	return tf_keygen_begin(&machine, lend(tf_keygen_room(TF_LEVEL_P128, ALG, clique.n)), &clique,
	                       &p);
}

static tf_err begin_refresh(unsigned number)
{
	tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .key = own_key(), .epoch = number,
	                        .epoch_used = number - 1 };
	tf_key_facts facts;
	tf_err err = tf_key_describe(&facts, ALG, p.key, scratch);

	if (err != TF_OK)
		return err;
	p.form = facts.form;
	p.t = facts.t;
	for (unsigned i = 0; i < clique.n; i++)
		p.seat[i] = (tf_seat_change){ party[i].seat, party[i].seat };
	return tf_reshare_begin(&machine, lend(tf_reshare_room(TF_LEVEL_P128, ALG, clique.n)),
	                        &clique, &p);
}

static tf_err begin_prepare(unsigned number)
{
	tf_frost_prepare_params p = { .key = own_key(), .batch = number, .confirm = true };

	return tf_frost_prepare_begin(&machine, lend(tf_frost_prepare_room(ALG, clique.n, number)),
	                              &clique, &p);
}

static tf_err begin_sign(unsigned number)
{
	tf_frost_sign_params p = { .key = own_key(), .nonces = &nonces[number % NONCES] };

	p.message = bytes_of(word[2]);
	return tf_frost_sign_begin(&machine, lend(tf_frost_sign_room(ALG, clique.n, p.message.len)),
	                           &clique, &p);
}

static tf_err take_nonces(void)
{
	for (uint32_t b = 0; b < NONCES; b++) {
		uint8_t id[32];
		tf_err err = tf_frost_prepare_move(&nonces[b], machine, b);

		if (err != TF_OK)
			return b ? TF_OK : err;
		tf_frost_nonces_id(id, &nonces[b]);
		print_hex("is ", id, sizeof(id));
	}
	return TF_OK;
}

/* ---- answers ---- */

static tf_err print_state(void)
{
	static const char *const words_of[] = { "IDLE", "RUNNING", "DISPUTED", "DONE", "FAILED" };

	printf("is %s\n", words_of[machine ? tf_machine_get_state(machine) : TF_MACHINE_IDLE]);
	return TF_OK;
}

static tf_err print_signature(void)
{
	uint8_t sig[64], key[TF_PUBLIC_KEY_BYTES];
	tf_err err = tf_frost_sign_signature(sig, key, machine);

	if (err != TF_OK)
		return err;
	print_hex("is ", sig, sizeof(sig));
	print_hex("is ", key, sizeof(key));
	return TF_OK;
}

static tf_err print_key(void)
{
	tf_key_facts facts;
	tf_err err = tf_key_describe(&facts, ALG, own_key(), scratch);

	if (err != TF_OK)
		return err;
	print_hex("is ", facts.public_key, sizeof(facts.public_key));
	printf("is %u\n", (unsigned)facts.epoch);
	return facts.committed ? TF_OK : TF_E_STATE;
}

/* ---- settlement ---- */

static tf_err begin_settlement(void)
{
	static uint8_t attempt[TF_KEY_RECORD_BYTES];
	tf_settle_params p = { .algorithm = ALG, .device = own_name, .seed = seed,
	                       .roster = { find_identity, NULL },
	                       .attempt = read_record(TF_RECORD_ATTEMPT, 32, attempt),
	                       .pending = read_record(TF_RECORD_KEY, 64, record_bytes[1]) };
	tf_key_facts facts;
	tf_err err = tf_key_describe(&facts, ALG, own_key(), scratch);

	if (err != TF_OK)
		return err;
	p.committed = facts.epoch;
	return tf_settle_begin(&machine, lend(tf_settle_room()), &p);
}

static tf_err show(void)
{
	size_t len;
	tf_err err = tf_settle_show(record_bytes[0], sizeof(record_bytes[0]), &len, machine);

	if (err == TF_OK)
		print_hex("is ", record_bytes[0], len);
	return err;
}

/* ---- commands ---- */

static tf_err step(void)
{
	tf_bytes msg = bytes_of(word[1]);

	return tf_machine_step(machine, msg.p, msg.len, NULL);
}

static tf_err take(void)
{
	tf_bytes shown = bytes_of(word[1]);

	return tf_settle_take(machine, shown.p, shown.len);
}

static tf_err print_identity(void)
{
	uint8_t id[32];

	tf_identity_public(id, seed);
	print_hex("is ", id, sizeof(id));
	return TF_OK;
}

static tf_err obey(void)
{
	static const struct {
		const char *name;
		int words;
		tf_err (*begin)(unsigned number);
		tf_err (*act)(void);
		bool needs_machine;
	} all[] = {
		{ "keygen", 2, begin_keygen, NULL, false },
		{ "refresh", 2, begin_refresh, NULL, false },
		{ "prepare", 2, begin_prepare, NULL, false },
		{ "sign", 3, begin_sign, NULL, false },
		{ "settle", 1, NULL, begin_settlement, false },
		{ "meet", 4, NULL, meet, false },
		{ "identity", 1, NULL, print_identity, false },
		{ "state", 1, NULL, print_state, false },
		{ "key", 1, NULL, print_key, false },
		{ "step", 2, NULL, step, true },
		{ "signature", 1, NULL, print_signature, true },
		{ "take-nonces", 1, NULL, take_nonces, true },
		{ "show", 1, NULL, show, true },
		{ "take", 2, NULL, take, true },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(word[0], all[i].name) != 0)
			continue;
		if (words < all[i].words || (all[i].needs_machine && !machine))
			return TF_E_USAGE;
		return all[i].begin ? all[i].begin((unsigned)atoi(word[1])) : all[i].act();
	}
	if (strcmp(word[0], "commit") == 0 && machine)
		return tf_settle_commit(machine);
	return TF_E_UNSUPPORTED;
}

int main(int argc, char **argv)
{
	if (argc != 4 || unhex(argv[3]) != 32)
		return 64;
	folder = argv[1];
	own_name = argv[2];
	memcpy(seed, argv[3], 32);
	while (fgets(line, sizeof(line), stdin)) {
		tf_err err;

		words = 0;
		for (char *w = strtok(line, " \n"); w && words < WORDS; w = strtok(NULL, " \n"))
			word[words++] = w;
		if (words == 0)
			continue;
		err = obey();
		if (machine)
			work_off();
		if (err == TF_OK)
			puts("ok");
		else
			printf("error %s\n", tf_err_name(err));
		fflush(stdout);
	}
	return 0;
}
