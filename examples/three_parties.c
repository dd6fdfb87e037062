/* Three devices make a key that none of them has, and sign with it: libtrefoil from key generation
 * to a signature of ECDSA, in one process, with a loop for a network and an array for a disk.
 *
 *     cc three_parties.c $(pkg-config --cflags --libs trefoil) && ./a.out [PRIMES]
 *
 * Each device needs four safe primes once in its life; the search for twelve takes some minutes.
 * PRIMES is a file with twelve in hexadecimal, one a line, for the impatient: primes that anybody
 * else has seen are worth nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <trefoil/trefoil.h>

enum { N = 3, MAIL = 64, RECORD = 0x8000 };
static const tf_level LEVEL = TF_LEVEL_P112;
static const tf_algorithm ALG = TF_ALG_ECDSA_SECP256K1;

struct device {
	char name[16];
	uint8_t seed[32], key[RECORD], moduli[RECORD], peer[N][RECORD];
	size_t key_len, moduli_len, peer_len[N];
	tf_clique clique;
	tf_machine *machine;
	void *memory;
	tf_presignature presignature;
};
static struct { uint8_t *bytes; size_t len; int to; } mail[MAIL];
static struct device device[N];
static tf_participant party[N];
static uint8_t scratch_bytes[TF_SCRATCH_BYTES];
static const tf_memory scratch = { scratch_bytes, sizeof(scratch_bytes) };

static tf_err os_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	for (ssize_t n; len; out += n, len -= (size_t)n)
		if ((n = getrandom(out, len > 256 ? 256 : len, 0)) <= 0)
			return TF_E_ENTROPY;
	return TF_OK;
}
static const tf_random randomness = { os_random, NULL };

static void must(tf_err err, const char *what)
{
	if (err == TF_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, tf_err_name(err));
	exit(1);
}

static void keep(struct device *d, const tf_effect *e)
{
	uint8_t *to = d->key;
	size_t *len = &d->key_len;

	for (int j = 0; j < N && e->type == TF_RECORD_PEER; j++)
		if (strlen(device[j].name) == e->key_len &&
		    memcmp(device[j].name, e->key, e->key_len) == 0)
			to = d->peer[j], len = &d->peer_len[j];
	memcpy(to, e->data, e->len); /* a real device seals it, writes it to its disk, and syncs */
	*len = e->len;
}

/* Work off what device i wants done; returns how much mail is waiting. */
static int work_off(int i, int mails)
{
	const tf_effect *e;
	size_t n = tf_machine_effects(&e, device[i].machine);

	for (; n; n--, e++) {
		if (e->kind == TF_EFFECT_PERSIST)
			keep(&device[i], e);
		for (int j = 0; j < N && e->kind == TF_EFFECT_SEND; j++) {
			if (j == i || (e->to && e->to != j + 1))
				continue;
			mail[mails].bytes = memcpy(malloc(e->len), e->data, e->len);
			mail[mails].len = e->len;
			mail[mails++].to = j;
		}
	}
	tf_machine_clear(device[i].machine);
	return mails;
}

/* Run the machines that everybody has begun, until all are done. */
static void run(const char *what)
{
	int mails = 0;

	for (int i = 0; i < N; i++)
		mails = work_off(i, mails);
	for (int at = 0; at < mails; at++) {
		tf_verdict verdict;
		int to = mail[at].to;

		must(tf_machine_step(device[to].machine, mail[at].bytes, mail[at].len, &verdict), what);
		free(mail[at].bytes);
		mails = work_off(to, mails);
	}
	for (int i = 0; i < N; i++)
		if (tf_machine_get_state(device[i].machine) != TF_MACHINE_DONE)
			must(TF_E_STATE, what);
	printf("%s: done\n", what);
}

/* A new session: everybody's nonce goes into its id. Memory for device i. */
static tf_memory meet(int i, size_t room)
{
	static uint8_t nonces[N][32];

	for (int j = 0; j < N && i == 0; j++)
		must(os_random(NULL, nonces[j], 32), "nonce");
	must(tf_clique_session(device[i].clique.session, &device[i].clique, nonces[0],
	                       (tf_bytes){ NULL, 0 }), "session");
	tf_machine_wipe(device[i].machine);
	device[i].machine = NULL;
	free(device[i].memory);
	device[i].memory = malloc(room);
	return (tf_memory){ device[i].memory, room };
}

static void get_primes(uint8_t *primes, FILE *file)
{
	size_t len = tf_prime_bytes(LEVEL);

	for (size_t at = 0; at < 4 * len; at++)
		if (file && fscanf(file, "%2hhx", &primes[at]) != 1)
			must(TF_E_TRUNCATED, "primes");
	for (int k = 0; k < 4 && !file; k++)
		must(tf_prime_find(primes + k * len, len, LEVEL, &randomness, NULL, NULL, scratch), "prime");
}

int main(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
	tf_keygen_params keygen = { .t = 2, .workspace = "example", .key_id = { 1 } };
	tf_auxinfo_params auxinfo = { .now = 0 };
	tf_signing_params signing = { .digest = "a 32-byte digest of a message.." };
	tf_presign_params presign = { .batch = 1, .confirm = true };
	tf_key_facts facts;
	tf_signature sig;
	uint8_t key[TF_PUBLIC_KEY_BYTES], primes[4 * 192];
	bool valid;

	for (int i = 0; i < N; i++) {
		struct device *d = &device[i];

		snprintf(d->name, sizeof(d->name), "device-%d", i + 1);
		must(os_random(NULL, d->seed, sizeof(d->seed)), "seed");
		party[i] = (tf_participant){ .device = d->name, .seat = (uint16_t)(i + 1) };
		tf_identity_public(party[i].identity, d->seed);
		get_primes(primes, file);
		must(tf_moduli_create(d->moduli, RECORD, &d->moduli_len, LEVEL, primes, 0, &randomness,
		                      scratch), "moduli");
		d->clique = (tf_clique){ .level = LEVEL, .algorithm = ALG, .n = N,
			.self = (uint16_t)(i + 1), .party = party, .seed = d->seed, .random = randomness };
	}
	for (int i = 0; i < N; i++)
		must(tf_keygen_begin(&device[i].machine, meet(i, tf_keygen_room(LEVEL, ALG, N)),
		                     &device[i].clique, &keygen), "key generation");
	run("key generation");
	for (int i = 0; i < N; i++) {
		tf_memory mem = meet(i, tf_auxinfo_room(LEVEL, ALG, N));

		auxinfo.moduli = (tf_bytes){ device[i].moduli, device[i].moduli_len };
		must(tf_auxinfo_begin(&device[i].machine, mem, &device[i].clique, &auxinfo), "introductions");
	}
	run("introductions");
	for (int i = 0; i < N; i++) {
		tf_memory mem = meet(i, tf_presign_room(LEVEL, ALG, N, presign.batch));

		presign.key = (tf_bytes){ device[i].key, device[i].key_len };
		presign.moduli = (tf_bytes){ device[i].moduli, device[i].moduli_len };
		for (int j = 0; j < N; j++)
			presign.peer[j] = (tf_bytes){ device[i].peer[j], device[i].peer_len[j] };
		must(tf_presign_begin(&device[i].machine, mem, &device[i].clique, &presign), "presigning");
	}
	run("presigning");
	must(tf_key_describe(&facts, ALG, presign.key, scratch), "key");
	memcpy(signing.chain_code, facts.chain_code, sizeof(signing.chain_code));
	must(tf_derivation_parse(&signing.path, "m/44/60/0/0/0"), "path");
	for (int i = 0; i < N; i++) {
		must(tf_presign_move(&device[i].presignature, device[i].machine, 0), "presignature");
		signing.presignature = &device[i].presignature;
		must(tf_signing_begin(&device[i].machine, meet(i, tf_signing_room(LEVEL, ALG, N)),
		                      &device[i].clique, &signing), "signing");
	}
	run("signing");
	must(tf_signing_signature(&sig, key, device[0].machine), "signature");
	must(tf_signature_verify(&valid, ALG, &sig, signing.digest, key, scratch), "verification");
	printf("key ");
	for (size_t k = 0; k < sizeof(key); k++)
		printf("%02x", key[k]);
	printf("\nsignature ");
	for (size_t k = 0; k < 64; k++)
		printf("%02x", k < 32 ? sig.r[k] : sig.s[k - 32]);
	printf("\n%s\n", valid ? "valid" : "INVALID");
	return valid ? 0 : 1;
}
