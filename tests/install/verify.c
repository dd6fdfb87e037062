/* A program of somebody else's: verify KEY SIGNATURE DIGEST, in hexadecimal, by the library. */
#include <stdio.h>
#include <string.h>
#include <trefoil/trefoil.h>

static uint8_t scratch[TF_SCRATCH_BYTES];

static int hex(uint8_t *out, size_t len, const char *in)
{
	for (size_t i = 0; i < len; i++)
		if (sscanf(in + 2 * i, "%2hhx", &out[i]) != 1)
			return 0;
	return strlen(in) == 2 * len;
}

int main(int argc, char **argv)
{
	uint8_t key[TF_PUBLIC_KEY_BYTES], rs[64], digest[32];
	tf_signature sig = { .recid = 0 };
	bool valid;
	tf_err err;

	if (argc != 4 || !hex(key, sizeof(key), argv[1]) || !hex(rs, sizeof(rs), argv[2]) ||
	    !hex(digest, sizeof(digest), argv[3]))
		return 64;
	memcpy(sig.r, rs, 32);
	memcpy(sig.s, rs + 32, 32);
	do { /* one of four, if there is one */
		err = tf_signature_verify(&valid, TF_ALG_ECDSA_SECP256K1, &sig, digest, key,
		                          (tf_memory){ scratch, sizeof(scratch) });
	} while (err == TF_OK && !valid && sig.recid++ < 3);
	puts(err != TF_OK ? tf_err_name(err) : valid ? "valid" : "invalid");
	return err == TF_OK && valid ? 0 : 1;
}
