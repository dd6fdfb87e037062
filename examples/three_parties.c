/* Three devices make a key that none of them has, and two of them sign with it: ECDSA by libtrefoil
 * from key generation to the signature. Randomness, disks and network are in world.h.
 *
 *     cc three_parties.c $(pkg-config --cflags --libs trefoil) && ./a.out [PRIMES]
 *
 * Each device needs four safe primes once in its life; the search for twelve takes some minutes.
 * PRIMES is a file with twelve in hexadecimal, one a line, for the impatient: primes that anybody
 * else has seen are worth nothing.
 */
#include "world.h"

static const tf_level LEVEL = TF_LEVEL_P112;
static const tf_algorithm ALG = TF_ALG_ECDSA_SECP256K1;
static uint8_t bytes[TF_SCRATCH_BYTES];
static const tf_memory scratch = { bytes, sizeof(bytes) };

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
		tf_auxinfo_params auxinfo = { .moduli = on_disk(&device[i].moduli) };
		tf_memory mem = meet(i, tf_auxinfo_room(LEVEL, ALG, N));

		must(tf_auxinfo_begin(&device[i].machine, mem, &device[i].clique, &auxinfo), "introduction");
	}
	run("introduction");
	for (int i = 0; i < parties; i++) {
		struct device *d = &device[i];
		tf_memory mem = meet(i, tf_presign_room(LEVEL, ALG, N, presign.batch));

		presign.key = on_disk(&d->key);
		presign.moduli = on_disk(&d->moduli);
		for (int j = 0; j < parties; j++)
			presign.peer[j] = on_disk(&d->peer[j]);
		must(tf_presign_begin(&d->machine, mem, &d->clique, &presign), "presigning");
	}
	run("presigning");

	must(tf_derivation_parse(&signing.path, "m/44/60/0/0/0"), "path");
	for (int i = 0; i < parties; i++) {
		must(tf_presign_move(&device[i].presignature, device[i].machine, 0), "presignature");
		signing.key = on_disk(&device[i].key);
		signing.presignature = &device[i].presignature;
		must(tf_signing_begin(&device[i].machine, meet(i, tf_signing_room(LEVEL, ALG, N)),
		                      &device[i].clique, &signing), "signing");
	}
	run("signing");

	must(tf_signing_signature(&sig, key, device[0].machine), "signature");
	must(tf_signature_verify(&valid, ALG, &sig, signing.digest, key, scratch), "verification");
	print_hex("public key ", key, sizeof(key));
	print_hex("\nsignature ", sig.r, sizeof(sig.r));
	print_hex("", sig.s, sizeof(sig.s));
	printf("\n%s\n", valid ? "valid" : "INVALID");
	return valid ? 0 : 1;
}
