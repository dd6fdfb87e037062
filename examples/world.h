/* The world of three_parties.c: what a real program has instead of it. Disks are arrays (a real
 * one seals what it writes, and syncs before it sends), the network is another one (a real one is
 * encrypted from end to end), and the parties meet in one process, where each would be its own.
 */
#ifndef EXAMPLE_WORLD_H
#define EXAMPLE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <trefoil/trefoil.h>

enum { N = 3, RECORD = 0x4100 };
static struct device {
	char name[16];
	uint8_t seed[32];
	struct record { uint8_t b[RECORD]; size_t len; } key, moduli, peer[N]; /* its disk */
	tf_presignature presignature;
	tf_clique clique;
	tf_machine *machine;
	tf_memory memory;
} device[N];
static struct { uint8_t *b; size_t len; int to; } mail[64];
static int parties = N, mails;

static tf_bytes on_disk(const struct record *r)
{
	return (tf_bytes){ r->b, r->len };
}

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

static void print_hex(const char *name, const uint8_t *b, size_t len)
{
	printf("%s", name);
	for (size_t k = 0; k < len; k++)
		printf("%02x", b[k]);
}

#endif
