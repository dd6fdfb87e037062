/* Three devices make a key that none of them has, and two of them sign with it: ECDSA by libtrefoil
 * from key generation to the signature, with an array for a network and another one for the disks.
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

enum { N = 3, RECORD = 0x4100 };
static const tf_level LEVEL = TF_LEVEL_P112;
static const tf_algorithm ALG = TF_ALG_ECDSA_SECP256K1;
static struct device {
	char name[16];
	uint8_t seed[32];
	struct { uint8_t b[RECORD]; size_t len; } key, moduli, peer[N]; /* its disk */
	tf_presignature presignature;
	tf_clique clique;
	tf_machine *machine;
	tf_memory memory;
} device[N];
static struct { uint8_t *b; size_t len; int to; } mail[64];
static int parties = N, mails;
static uint8_t bytes[TF_SCRATCH_BYTES];
static const tf_memory scratch = { bytes, sizeof(bytes) };

static tf_err os_random(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	for (; len > 256; out += 256, len -= 256)
		if (getrandom(out, 256, 0) != 256)
			return TF_E_ENTROPY;
	return getrandom(out, len, 0) == (ssize_t)len ? TF_OK : TF_E_ENTROPY;
}

static void must(tf_err err, const char *what)
{
	if (err != TF_OK)
		exit(fprintf(stderr, "%s: %s\n", what, tf_err_name(err)) ? 1 : 2);
}

/* Work off what device i wants done. */
static void work_off(int i)
{
	const tf_effect *e;

	for (size_t n = tf_machine_effects(&e, device[i].machine); n; n--, e++) {
		if (e->kind == TF_EFFECT_PERSIST) { /* a real device seals it, writes it, and syncs */
			int from = e->type == TF_RECORD_PEER ? e->key[e->key_len - 1] - '1' : -1;

			memcpy(from < 0 ? device[i].key.b : device[i].peer[from].b, e->data, e->len);
			*(from < 0 ? &device[i].key.len : &device[i].peer[from].len) = e->len;
		}
		for (int j = 0; j < parties && e->kind == TF_EFFECT_SEND; j++)
			if (j != i && (e->to == 0 || e->to == j + 1)) {
				mail[mails].b = memcpy(malloc(e->len), e->data, e->len);
				mail[mails].len = e->len;
				mail[mails++].to = j;
			}
	}
	tf_machine_clear(device[i].machine);
}

/* Run the machines that all have begun, until they are done. */
static void run(const char *what)
{
	mails = 0;
	for (int i = 0; i < parties; i++)
		work_off(i);
	for (int k = 0; k < mails; k++) {
		must(tf_machine_step(device[mail[k].to].machine, mail[k].b, mail[k].len, NULL), what);
		work_off(mail[k].to);
		free(mail[k].b);
	}
	for (int i = 0; i < parties; i++)
		if (tf_machine_get_state(device[i].machine) != TF_MACHINE_DONE)
			must(TF_E_STATE, what);
	printf("%s: done\n", what);
}

/* Memory for the next machine of device i, in a new session: its id comes from everybody's nonce. */
static tf_memory meet(int i, size_t room)
{
	static uint8_t nonces[N * 32];
	struct device *d = &device[i];

	if (i == 0)
		must(os_random(NULL, nonces, sizeof(nonces)), "nonces");
	d->clique.n = (uint16_t)parties;
	must(tf_clique_session(d->clique.session, &d->clique, nonces, (tf_bytes){ NULL, 0 }), "session");
	tf_machine_wipe(d->machine);
	d->machine = NULL;
	free(d->memory.p);
	return d->memory = (tf_memory){ malloc(room), room };
}

static void make_device(int i, tf_participant *party, FILE *file)
{
	const tf_random random = { os_random, NULL };
	struct device *d = &device[i];
	size_t len = tf_prime_bytes(LEVEL);
	uint8_t primes[4 * 192];

	snprintf(d->name, sizeof(d->name), "device-%d", i + 1);
	must(os_random(NULL, d->seed, sizeof(d->seed)), "seed");
	party[i] = (tf_participant){ .device = d->name, .seat = (uint16_t)(i + 1) };
	tf_identity_public(party[i].identity, d->seed);
	d->clique = (tf_clique){ .level = LEVEL, .algorithm = ALG, .n = N, .self = (uint16_t)(i + 1),
	                         .party = party, .seed = d->seed, .random = random };
	for (size_t k = 0; k < 4 * len; k++)
		if (file && fscanf(file, "%2hhx", &primes[k]) != 1)
			must(TF_E_TRUNCATED, "primes");
	for (size_t k = 0; k < 4 && !file; k++)
		must(tf_prime_find(primes + k * len, len, LEVEL, &random, TF_USE_FASTEST, NULL,
		                   NULL, scratch), "primes");
	must(tf_moduli_create(d->moduli.b, RECORD, &d->moduli.len, LEVEL, primes, 0, &random, scratch),
	     "moduli");
}

int main(int argc, char **argv)
{
	FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
	tf_participant party[N];
	tf_keygen_params keygen = { .t = 2, .workspace = "example", .key_id = { 1 } };
	tf_presign_params presign = { .batch = 1, .confirm = true };
	tf_signing_params signing = { .digest = "a 32-byte digest of a message.." };
	uint8_t key[TF_PUBLIC_KEY_BYTES];
	tf_key_facts facts;
	tf_signature sig;
	bool valid;

	for (int i = 0; i < N; i++)
		make_device(i, party, file);
	for (int i = 0; i < N; i++)
		must(tf_keygen_begin(&device[i].machine, meet(i, tf_keygen_room(LEVEL, ALG, N)),
		                     &device[i].clique, &keygen), "key generation");
	run("key generation");

	parties = 2; /* the third may sleep from here on */
	for (int i = 0; i < parties; i++) {
		tf_auxinfo_params auxinfo = { .moduli = { device[i].moduli.b, device[i].moduli.len } };
		tf_memory mem = meet(i, tf_auxinfo_room(LEVEL, ALG, N));

		must(tf_auxinfo_begin(&device[i].machine, mem, &device[i].clique, &auxinfo), "introduction");
	}
	run("introduction");
	for (int i = 0; i < parties; i++) {
		struct device *d = &device[i];
		tf_memory mem = meet(i, tf_presign_room(LEVEL, ALG, N, presign.batch));

		presign.key = (tf_bytes){ d->key.b, d->key.len };
		presign.moduli = (tf_bytes){ d->moduli.b, d->moduli.len };
		for (int j = 0; j < parties; j++)
			presign.peer[j] = (tf_bytes){ d->peer[j].b, d->peer[j].len };
		must(tf_presign_begin(&d->machine, mem, &d->clique, &presign), "presigning");
	}
	run("presigning");

	must(tf_key_describe(&facts, ALG, presign.key, scratch), "key");
	memcpy(signing.chain_code, facts.chain_code, sizeof(signing.chain_code));
	must(tf_derivation_parse(&signing.path, "m/44/60/0/0/0"), "path");
	for (int i = 0; i < parties; i++) {
		must(tf_presign_move(&device[i].presignature, device[i].machine, 0), "presignature");
		signing.presignature = &device[i].presignature;
		must(tf_signing_begin(&device[i].machine, meet(i, tf_signing_room(LEVEL, ALG, N)),
		                      &device[i].clique, &signing), "signing");
	}
	run("signing");

	must(tf_signing_signature(&sig, key, device[0].machine), "signature");
	must(tf_signature_verify(&valid, ALG, &sig, signing.digest, key, scratch), "verification");
	printf("public key ");
	for (size_t k = 0; k < sizeof(key); k++)
		printf("%02x", key[k]);
	printf("\nsignature ");
	for (size_t k = 0; k < 64; k++)
		printf("%02x", k < 32 ? sig.r[k] : sig.s[k - 32]);
	printf("\n%s\n", valid ? "valid" : "INVALID");
	return valid ? 0 : 1;
}
