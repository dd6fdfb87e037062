#include "sim/guild.h"

#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"
#include "num/kernel_test.h"
#include "proto/recast_test.h"

const tf_profile guild_profile = {
	.name = "guild", .text = "guild:640,256,288,832,20",
	.prime_bits = 640, .ell = 256, .eps = 288, .ell_prime = 832, .m = 20,
};

static struct {
	bool made;
	tf_moduli own[GUILD_MAX];
	tf_aux aux[GUILD_MAX];
	tf_party_tables ours[GUILD_MAX], theirs[GUILD_MAX];
	tf_tape tape;
	tf_rng rng;
} means;

static tf_arena *scratch(void)
{
	static uint8_t room[1 << 22] __attribute__((aligned(64)));
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}

/* The fastest that there is, unless the environment names one. */
static const tf_kernel *kernel(void)
{
	const tf_kernel *k = getenv("TREFOIL_KERNEL") ? NULL : tf_kernel_ifma();

	return k ? k : test_kernel();
}

const tf_moduli *guild_moduli(unsigned member)
{
	return &means.own[member];
}

void guild_prime(tf_bn *out, unsigned member, unsigned k)
{
	tf_test_primes(guild_profile.prime_bits, 4 * member + k, out);
}

static void make_tables(unsigned i)
{
	const tf_profile *pr = &guild_profile;
	size_t peers = tf_party_tables_bytes(pr, TF_PEERS), ours = tf_party_tables_bytes(pr, TF_OURS);
	void *room = aligned_alloc(64, (peers + 63) & ~(size_t)63);
	void *own_room = aligned_alloc(64, (ours + 63) & ~(size_t)63);

	CHECK(room && own_room);
	CHECK_OK(tf_party_tables_init(&means.theirs[i], pr, &means.aux[i], kernel(), &means.rng,
	                              room, peers, scratch()));
	CHECK_OK(tf_party_tables_init_own(&means.ours[i], pr, &means.own[i], kernel(),
	                                  &means.rng, own_room, ours, scratch()));
}

void guild_make_moduli(void)
{
	const tf_profile *pr = &guild_profile;

	if (means.made)
		return;
	means.made = true;
	means.rng = tf_tape_init(&means.tape, tf_test_seed(), 90);
	for (unsigned i = 0; i < GUILD_MAX; i++) {
		const tf_moduli *own = &means.own[i];
		tf_bn p[4];

		for (unsigned k = 0; k < 4; k++)
			guild_prime(&p[k], i, k);
		CHECK_OK(tf_moduli_make(&means.own[i], pr, &p[0], &p[1], &p[2], &p[3], &means.rng,
		                        scratch()));
		CHECK_OK(tf_paillier_pk_init(&means.aux[i].pk, pr, &own->sk.pk.n.m));
		CHECK_OK(tf_rp_init(&means.aux[i].rp, pr, &own->rp.pub.n.m, &own->rp.pub.s,
		                    &own->rp.pub.t));
		make_tables(i);
	}
}

void guild_init(guild *w, tf_curve_id curve, unsigned n, unsigned t, const uint16_t *members,
                unsigned m, uint64_t seed)
{
	static recast dealt;

	recast_init(&dealt, n, curve);
	dealt.c.rng[0] = tf_tape_init(&dealt.c.tape[0], seed, 70);
	recast_deal(&dealt, n, t, TF_SHARE_FELDMAN);
	memset(w, 0, sizeof(*w));
	cast_init(&w->c, m, &guild_profile, curve);
	w->n = n;
	w->t = t;
	w->batch = 1;
	w->confirm = true;
	CHECK_OK(tf_path_bip44(&w->path, TF_PATH_COIN_TESTNET, 0));
	for (unsigned i = 0; i < m; i++) {
		w->c.rng[i] = tf_tape_init(&w->c.tape[i], seed, i + 1);
		w->key[i] = dealt.source[members[i] - 1];
		w->moduli[i] = &means.own[i];
		w->c.env[i].kernel = kernel();
		for (unsigned j = 0; j < m; j++)
			w->c.env[i].party[j].share_index = members[j];
	}
	for (unsigned i = 0; i < m; i++)
		CHECK_OK(tf_key_weigh(&w->weights[i], &w->key[i], &w->c.env[i]));
	cast_free(&dealt.c);
}

void guild_open(guild *w, tf_run_sizes sizes, unsigned sid)
{
	cast *c = &w->c;

	c->delivered = c->posted; /* what is under way belongs to no session any more */
	cast_rooms(c, sizes);
	memset(c->fault, 0, sizeof(c->fault));
	for (unsigned i = 0; i < c->n; i++) {
		memset(c->env[i].sid, 0x51, sizeof(c->env[i].sid));
		c->env[i].sid[0] = (uint8_t)sid;
	}
}

void guild_start_presign(guild *w, unsigned i)
{
	cast *c = &w->c;
	tf_presign_args args = { .env = &c->env[i], .own = &means.own[i], .batch = w->batch,
	                         .confirm = w->confirm, .patient = w->patient,
	                         .weights = &w->weights[i] };

	for (unsigned j = 0; j < c->n; j++) {
		args.aux[j] = j == i ? NULL : &means.aux[j];
		args.tables[j] = j == i ? &means.ours[j] : &means.theirs[j];
	}
	CHECK_OK(tf_presign_start(&w->presign[i], &args, &c->mem[i], &c->out[i]));
	c->run[i] = &w->presign[i].r;
	w->has[i] = false;
}

void guild_start_introduce(guild *w, unsigned i)
{
	tf_auxinfo_args args = { .env = &w->c.env[i], .own = w->moduli[i], .now = 1700000000 };

	CHECK_OK(tf_auxinfo_start(&w->aux[i], &args, &w->c.mem[i], &w->c.out[i]));
	w->c.run[i] = &w->aux[i].r;
}

void guild_take(guild *w, unsigned i)
{
	for (uint32_t b = 0; b < w->batch; b++) {
		CHECK_OK(tf_presign_take(&w->presig[i][b], &w->presign[i], b));
		CHECK_ERR(tf_presign_take(&w->presig[i][b], &w->presign[i], b), TF_E_STATE);
	}
	w->has[i] = true;
}

void guild_start_sign(guild *w, unsigned i, uint32_t b)
{
	tf_presig *p = &w->presig[i][b];
	tf_signing_args args = { .env = &w->c.env[i], .weights = &w->weights[i], .presig = p,
	                         .path = w->path };
	guild_use *u = &w->use[w->uses++];
	tf_err err;

	CHECK(w->uses <= TF_ARRAY_LEN(w->use));
	*u = (guild_use){ .member = i };
	memcpy(u->presig, p->id, 32);
	memcpy(u->digest, w->digest[i], 32);
	memcpy(args.cc, w->key[i].sharing.cc, sizeof(args.cc));
	memcpy(args.digest, w->digest[i], sizeof(args.digest));
	if (w->careless)
		w->kept[i] = *p;
	err = tf_signing_start(&w->signing[i], &args, &w->c.mem[i], &w->c.out[i]);
	if (w->careless)
		*p = w->kept[i];
	if (err == TF_OK)
		w->c.run[i] = &w->signing[i].r;
	else
		CHECK_ERR(err, TF_E_STATE);
	for (size_t k = 0; k < w->c.out[i].count; k++)
		u->left = u->left || w->c.out[i].effect[k].kind == TF_EFFECT_SEND;
	CHECK(w->careless || p->ready == 0);
}

void guild_check_signature(guild *w, unsigned i)
{
	const tf_group *g = w->c.g;
	const tf_sharing *sharing = &w->key[i].sharing;
	tf_ecdsa_sig sig, low;
	tf_pt child, got;
	bool valid;
	tf_sc e;

	CHECK_OK(tf_bip32_derive(g, &e, &child, NULL, &sharing->Y, sharing->cc, &w->path));
	CHECK_OK(tf_signing_result(&sig, &got, &w->signing[i]));
	CHECK(tf_pt_eq(g, &got, &child));
	CHECK_OK(tf_ecdsa_verify_vt(g, &valid, &sig, w->digest[i], &child));
	CHECK(valid);
	low = sig;
	tf_ecdsa_low_s(g, &low);
	CHECK(memcmp(&low, &sig, sizeof(low)) == 0);
}

void guild_check_peers(guild *w, unsigned i)
{
	for (unsigned j = 0; j < w->c.n; j++) {
		const tf_aux *peer = tf_auxinfo_peer(&w->aux[i], j + 1);
		uint8_t shown[32], made[32];

		CHECK((peer != NULL) == (j != i));
		if (j == i)
			continue;
		CHECK_OK(tf_aux_hash(shown, peer, scratch()));
		CHECK_OK(tf_moduli_hash(made, w->moduli[j], scratch()));
		CHECK(memcmp(shown, made, 32) == 0);
	}
}
