/* FROST in the life of a key: preparations and signatures by holders of it, some of them driven. */
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>
#include <sodium.h>
#include <string.h>

#include "curve/bip32.h"
#include "sim/byzantine_life.h"

#define BATCH 2u

typedef struct used {
	unsigned by;
	tf_pt D;
	uint8_t msg;
} used;

static struct {
	tf_frost_suite suite;
	tf_key mine[LIFE_N];
	tf_weights weights[LIFE_N];
	tf_frost_prepare prepare[LIFE_N];
	tf_frost_signing signing[LIFE_N];
	tf_frost_presig presig[LIFE_N][BATCH];
	uint8_t msg[LIFE_N]; /* what each is asked to sign */
	used use[64];
	unsigned uses;
} fr;

static unsigned below(unsigned n)
{
	return (unsigned)byz_below(&byz_it, n);
}

static const tf_path path = { .index = { 1, 7 }, .len = 2 };

static void right_of_prepare(unsigned i)
{
	for (uint32_t b = 0; b < BATCH; b++)
		CHECK_OK(tf_frost_prepare_take(&fr.presig[i][b], &fr.prepare[i], b));
}

/* Everybody has presignatures. */
static bool prepare(void)
{
	cast *c = &lf->x.c;
	bool confirm = below(2), ready = true;

	life_open(tf_frost_prepare_sizes(&tf_profile_small, (uint16_t)c->n, BATCH));
	for (unsigned i = 0; i < c->n; i++) {
		tf_frost_prepare_args args = { .env = &c->env[i], .weights = &fr.weights[i],
		                               .suite = fr.suite, .batch = BATCH,
		                               .confirm = confirm };

		CHECK_OK(tf_frost_prepare_start(&fr.prepare[i], &args, &c->mem[i], &c->out[i]));
		c->run[i] = &fr.prepare[i].r;
	}
	life_sail(false);
	byz_judge(c, false, right_of_prepare);
	for (unsigned i = 0; i < c->n; i++) {
		bool done = tf_rounds_state(c->run[i]) == TF_RUN_DONE;

		if (done && life_driven(i))
			right_of_prepare(i);
		ready = ready && done;
	}
	CHECK(ready || (byz_it.evil & ((1u << c->n) - 1))); /* else who has spoilt it? */
	return ready;
}

static bool schnorr_holds(const uint8_t x[static 32], const tf_frost_sig *sig, const uint8_t *msg)
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	secp256k1_xonly_pubkey key;
	bool ok = secp256k1_xonly_pubkey_parse(ctx, &key, x) &&
	          secp256k1_schnorrsig_verify(ctx, sig->b, msg, 1, &key);

	secp256k1_context_destroy(ctx);
	return ok;
}

/* By another library, under the child key of this key. */
static void right_of_sign(unsigned i)
{
	uint8_t raw[TF_PT_BYTES], want[TF_PT_BYTES];
	tf_frost_sig sig;
	tf_pt Q, child;
	tf_sc e;

	CHECK_OK(tf_bip32_derive(lf->x.c.g, &e, &child, NULL, &fr.mine[i].sharing.Y,
	                         fr.mine[i].sharing.cc, &path));
	CHECK_OK(tf_frost_signing_result(&sig, &Q, &fr.signing[i]));
	tf_pt_encode(lf->x.c.g, raw, &Q);
	tf_pt_encode(lf->x.c.g, want, &child);
	CHECK(memcmp(raw + 1, want + 1, 32) == 0);
	if (fr.suite == TF_FROST_ED25519)
		CHECK(crypto_sign_verify_detached(sig.b, &fr.msg[i], 1, raw + 1) == 0);
	else
		CHECK(schnorr_holds(raw + 1, &sig, &fr.msg[i]));
}

/* A share by these nonces is about to leave. */
static void note_use(unsigned i, const tf_pt *D, uint8_t msg)
{
	if (life_driven(i))
		return;
	for (unsigned u = 0; u < fr.uses; u++)
		if (fr.use[u].by == i && tf_pt_eq(lf->x.c.g, &fr.use[u].D, D))
			tf_test_fail(__FILE__, __LINE__, "party %u uses a nonce for %u, then for %u",
			             i + 1, fr.use[u].msg, msg);
	CHECK(fr.uses < TF_ARRAY_LEN(fr.use));
	fr.use[fr.uses++] = (used){ i, *D, msg };
}

static tf_err sign_start(unsigned i, uint32_t b, uint8_t msg)
{
	cast *c = &lf->x.c;
	tf_frost_signing_args args = { .env = &c->env[i], .weights = &fr.weights[i],
	                               .presig = &fr.presig[i][b], .path = path, .msg = &msg,
	                               .msg_len = 1 };
	tf_pt D = fr.presig[i][b].list[i].D;
	size_t before = c->out[i].count;
	tf_err err;

	memcpy(args.cc, fr.mine[i].sharing.cc, sizeof(args.cc));
	err = tf_frost_signing_start(&fr.signing[i], &args, &c->mem[i], &c->out[i]);
	if (err == TF_OK)
		note_use(i, &D, msg);
	else
		CHECK(c->out[i].count == before);
	return err;
}

/* The honest are told the same, or each something else by a coordinator that lies; the driven that,
 * or something else. */
static void tell(uint8_t asked)
{
	bool lies = below(8) == 0;

	for (unsigned i = 0; i < lf->x.c.n; i++) {
		fr.msg[i] = (uint8_t)(lies ? asked + 0x20 * i : asked);
		if (life_driven(i) && below(6) == 0)
			fr.msg[i] = 0xee;
	}
}

/* A signature takes everybody's share: so a puppet that has one has what each honest was asked. */
static void judge_signatures(void)
{
	const cast *c = &lf->x.c;

	for (unsigned i = 0; i < c->n; i++) {
		if (tf_rounds_state(c->run[i]) != TF_RUN_DONE)
			continue;
		right_of_sign(i);
		life_sum->signatures++;
		life_sum->later += fr.mine[i].sharing.epoch > TF_EPOCH_FIRST;
		for (unsigned j = 0; j < c->n; j++)
			if (!life_driven(j) && fr.msg[j] != fr.msg[i])
				tf_test_fail(__FILE__, __LINE__, "a signature of %u, party %u was "
				             "asked for %u", fr.msg[i], j + 1, fr.msg[j]);
	}
}

/* The same presignature once more, for something else. */
static void again(unsigned i, uint32_t b)
{
	static uint8_t room[1 << 20];
	cast *c = &lf->x.c;
	tf_arena mem = c->mem[i];

	tf_outbox_reset(&c->out[i]);
	tf_arena_init(&c->mem[i], room, sizeof(room));
	CHECK_ERR(sign_start(i, b, 0xee), TF_E_STATE);
	CHECK(c->out[i].count == 0);
	c->mem[i] = mem;
}

static void sign(uint32_t b)
{
	static tf_frost_presig kept[LIFE_N];
	cast *c = &lf->x.c;

	life_open(tf_frost_signing_sizes(&tf_profile_small, (uint16_t)c->n, 1));
	tell((uint8_t)(1 + b));
	for (unsigned i = 0; i < c->n; i++) {
		kept[i] = fr.presig[i][b];
		CHECK_OK(sign_start(i, b, fr.msg[i]));
		c->run[i] = &fr.signing[i].r;
	}
	life_sail(false);
	byz_judge(c, true, right_of_sign);
	judge_signatures();
	for (unsigned i = 0; i < c->n; i++) {
		if (life_driven(i))
			continue;
		if (life_is == LIFE_NONCE_TWICE)
			fr.presig[i][b] = kept[i];
		again(i, b);
	}
}

/* The first m holders sign, t of them at least, and one of them honest. */
void life_use_key(tf_frost_suite suite)
{
	unsigned m = lf->t + below(lf->n - lf->t + 1);
	unsigned dose = byz_it.dose;

	while ((byz_it.evil & ((1u << m) - 1)) == (1u << m) - 1)
		m++;
	life_crowd(m);
	fr.suite = suite;
	fr.uses = 0;
	for (unsigned i = 0; i < m; i++) {
		CHECK(life_key(&fr.mine[i], NULL, i, lf->sharing));
		CHECK_OK(tf_key_weigh(&fr.weights[i], &fr.mine[i], &lf->x.c.env[i]));
	}
	byz_it.dose = 2 + 3 * dose; /* few lies: else nobody ever gets to sign */
	for (unsigned k = 0; k < 2; k++) {
		byz_it.dose = 2 + 3 * dose;
		if (!prepare())
			continue;
		byz_it.dose = 1 + dose % 4;
		for (uint32_t b = 0; b < BATCH; b++)
			sign(b);
	}
	byz_it.dose = dose;
	life_crowd(lf->n);
}
