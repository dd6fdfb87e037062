/* Up to all but one of the devices that make, share anew and use a key are driven by a script
 * (byzantine_life.h). Besides what holds for every session (byzantine_test.c), whatever they do:
 *
 *     a share that an honest party acknowledged is on its disk until that or a later one is
 *     committed; one that it signs with, until a later one is
 *     an honest party never says that it has acknowledged an attempt, and that it never will
 *     once an honest party has a key or an epoch, every other honest party has its share of the
 *     same, and gets there by being shown what the one has
 *     once the honest have heard each other out, all are of one mind: committed, or not
 *     who has said both is convicted, nobody honest is, and the file of evidence says so, too
 *     no nonce of an honest party is used for two messages, whatever became of the first
 *     there is no signature of what not every signer that is honest was asked for
 *
 * The figures of what the driven did and what came of it are printed, and have floors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/byzantine_life.h"

life_settled *life_sum;

static unsigned below(unsigned n)
{
	return (unsigned)byz_below(&byz_it, n);
}

/* The sea of one session: what is lost, and who dies when. */
static void rough(void)
{
	lf->lose = below(2) ? 0 : 2 + below(6);
	lf->late = below(2);
	if (below(3) == 0) {
		lf->dies = 1 + below(lf->x.c.n);
		lf->dies_in = below(8 * lf->x.c.n);
		if (life_driven(lf->dies - 1))
			lf->dies = 0;
	}
}

/* ---- key generation ---- */

static void right_of_keygen(unsigned i)
{
	tf_key k;

	life_right_key(i, lf->x.c.env[i].sid);
	CHECK(life_key(&k, NULL, i, lf->x.c.env[i].sid));
	CHECK(k.sharing.t == lf->t && k.sharing.n == lf->x.c.n && k.sharing.epoch == 1);
	CHECK(strcmp(k.sharing.workspace, "driven") == 0 && k.sharing.key_id[0] == 0x6b);
}

/* Somebody is done, and shows it: whoever is not has the same key then. */
static void complete(unsigned i, const tf_sharing *shared, tf_blob cert)
{
	static uint8_t out[TF_CERTIFICATE_MAX + 256];
	const life_file *f = life_find(i, TF_REC_KEY_SHARE, shared->sharing, 32);
	tf_fault fault;
	size_t len;
	tf_key k;

	if (!f)
		tf_test_fail(__FILE__, __LINE__, "party %u has no share, and another is done", i + 1);
	if (life_key(&k, NULL, i, shared->sharing))
		return;
	CHECK_OK(tf_key_complete(out, sizeof(out), &len, shared, cert,
	                         (tf_blob){ f->bytes, f->len }, lf->x.c.g, recast_scratch(),
	                         &fault));
	life_put(i, TF_REC_KEY_SHARE, shared->sharing, 32, out, len);
}

static void complete_all(void)
{
	static uint8_t copy[TF_CERTIFICATE_MAX];
	const uint8_t *sid = lf->x.c.env[0].sid;
	tf_sharing shared;
	tf_blob cert;
	tf_key k;

	for (unsigned d = 0; d < lf->x.c.n; d++) {
		if (life_driven(d) || !life_key(&k, &cert, d, sid))
			continue;
		memcpy(copy, cert.p, cert.len);
		cert.p = copy;
		CHECK_OK(tf_sharing_open(&shared, lf->x.c.g, cert.p, cert.len, recast_find, &lf->x,
		                         recast_scratch()));
		for (unsigned i = 0; i < lf->x.c.n; i++)
			if (!life_driven(i) || life_find(i, TF_REC_KEY_SHARE, sid, 32))
				complete(i, &shared, cert);
		life_same_keys(sid);
		return;
	}
}

static void keygen(bool calm)
{
	cast *c = &lf->x.c;

	life_open(tf_keygen_sizes(&tf_profile_small, (uint16_t)c->n));
	for (unsigned i = 0; i < c->n; i++) {
		tf_keygen_args args = { .env = &c->env[i], .t = lf->t, .workspace = "driven",
		                        .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&lf->keygen[i], &args, &c->mem[i], &c->out[i]));
		c->run[i] = &lf->keygen[i].r;
	}
	if (!calm)
		rough();
	lf->late = false;
	life_sail(calm);
	memcpy(lf->sharing, c->env[0].sid, 32);
	if (calm) {
		cast_check_done(c);
		return;
	}
	byz_judge(c, true, right_of_keygen);
	complete_all();
}

static tf_curve_id some_curve(void)
{
	static const tf_curve_id curves[] = { TF_CURVE_ED25519, TF_CURVE_BIP340,
	                                      TF_CURVE_SECP256K1 };

	return curves[below(TF_ARRAY_LEN(curves))];
}

/* Seats that ascend, but not by one. */
static void life_of(tf_curve_id curve, unsigned n)
{
	unsigned index = 0;

	life_init(curve, n);
	lf->t = (uint16_t)(2 + below(n - 1));
	for (unsigned j = 0; j < n; j++) {
		index += 1 + below(3);
		for (unsigned i = 0; i < n; i++)
			lf->x.c.env[i].party[j].share_index = (uint16_t)index;
	}
}

static unsigned some_number(void)
{
	return below(16) == 0 ? LIFE_N : 2 + below(4);
}

static void play_dkg(void)
{
	tf_curve_id curve = below(2) ? TF_CURVE_ED25519 : TF_CURVE_BIP340;

	life_of(curve, some_number());
	for (unsigned k = 0; k < 2; k++)
		keygen(false);
}

/* ---- resharing and refresh ---- */

static void right_of_reshare(unsigned i)
{
	const tf_reshare_role *role = &lf->x.args.role[i];
	const tf_key *k = tf_reshare_key(&lf->x.run[i]);
	const cast *c = &lf->x.c;
	bool retired = false;

	CHECK((k != NULL) == (role->receives != 0));
	if (!k)
		return;
	CHECK(k->index == role->receives && k->sharing.t == lf->x.args.t);
	CHECK(k->sharing.form == lf->x.args.form && k->sharing.epoch == lf->x.args.epoch);
	recast_check_key(&lf->x, k);
	life_right_key(i, k->sharing.sharing);
	for (size_t r = 0; r < c->retires; r++)
		retired = retired || (c->retired[r].by == i + 1 &&
		                      c->retired[r].epoch == k->sharing.epoch &&
		                      memcmp(c->retired[r].sharing, k->sharing.sharing, 32) == 0);
	CHECK(retired);
}

static void reshare_start(unsigned i)
{
	cast *c = &lf->x.c;
	tf_reshare_args a = lf->x.args;
	tf_key k = { 0 };

	a.env = &c->env[i];
	a.share = NULL;
	if (a.role[i].deals) {
		CHECK(life_key(&k, NULL, i, lf->sharing));
		a.source = &k.sharing;
		a.share = &k.x;
	}
	CHECK_OK(tf_reshare_start(&lf->x.run[i], &a, &c->mem[i], &c->out[i]));
	c->run[i] = &lf->x.run[i].r;
	tf_key_wipe(&k);
}

/* Nobody honest has lost the share that it signed with. */
static void old_shares_stay(const uint32_t *epoch)
{
	for (unsigned i = 0; i < lf->n; i++)
		if (!life_driven(i) && life_epoch(i, lf->sharing) < epoch[i])
			tf_test_fail(__FILE__, __LINE__, "party %u has lost its old share", i + 1);
}

/* One attempt, and how it is settled. */
static void reshare(void)
{
	cast *c = &lf->x.c;
	uint32_t epoch[LIFE_N];

	for (unsigned i = 0; i < lf->n; i++)
		epoch[i] = life_epoch(i, lf->sharing);
	life_open(tf_reshare_sizes(&tf_profile_small, (uint16_t)c->n));
	for (unsigned i = 0; i < c->n; i++)
		reshare_start(i);
	rough();
	life_sail(false);
	byz_judge(c, true, right_of_reshare);
	old_shares_stay(epoch);
	for (unsigned i = 0; i < c->n; i++) {
		tf_reshare_wipe(&lf->x.run[i]);
		c->run[i] = NULL;
	}
	life_settle();
	old_shares_stay(epoch);
}

/* A key that somebody has dealt, on the disks of the first n devices. */
static void deal(unsigned n, unsigned t, tf_share_form form)
{
	recast *x = &lf->x;

	recast_deal(x, n, t, form);
	memcpy(lf->sharing, x->args.source->sharing, 32);
	lf->used = x->args.source->epoch;
	for (unsigned i = 0; i < n; i++) {
		static uint8_t body[TF_CERTIFICATE_MAX], cert[TF_CERTIFICATE_MAX], rec[1 << 15];
		size_t body_len, cert_len, len;

		CHECK_OK(tf_sharing_encode(body, &body_len, NULL, x->args.source, x->c.g,
		                           recast_scratch()));
		CHECK_OK(tf_sharing_seal(cert, sizeof(cert), &cert_len, body, body_len,
		                         &(tf_sharing_sig){ "nobody", { 0 } }, 1,
		                         recast_scratch()));
		CHECK_OK(tf_key_encode(rec, sizeof(rec), &len, &x->source[i], cert, cert_len,
		                       x->c.g, recast_scratch()));
		life_put(i, TF_REC_KEY_SHARE, lf->sharing, 32, rec, len);
	}
}

/* Dealers are enough of the old holders, receivers whoever it may be, two at least. */
static void cast_roles(unsigned holders, unsigned dealers)
{
	tf_reshare_args *a = &lf->x.args;
	unsigned seats[LIFE_N], receivers = 0, index = 0, n = lf->n;

	memset(a->role, 0, sizeof(a->role));
	for (unsigned j = 0; j < holders; j++)
		seats[j] = j;
	for (unsigned d = 0; d < dealers; d++) {
		unsigned k = d + below(holders - d), seat = seats[k];

		seats[k] = seats[d];
		a->role[seat].deals = (uint16_t)(seat + 1);
	}
	for (unsigned i = 0; i < n; i++) {
		bool must = !a->role[i].deals || (n - i) + receivers <= 2;

		if (!must && below(2))
			continue;
		index += 1 + below(3);
		a->role[i].receives = (uint16_t)index;
		receivers++;
	}
	CHECK(receivers >= 2);
	a->form = below(3) ? TF_SHARE_FELDMAN : TF_SHARE_ADDITIVE;
	a->t = (uint16_t)(a->form == TF_SHARE_ADDITIVE ? receivers : 2 + below(receivers - 1));
}

static void play_reshare(void)
{
	unsigned holders = 2 + below(3), t = 2 + below(holders - 1);
	tf_share_form form = t == holders && below(2) ? TF_SHARE_ADDITIVE : TF_SHARE_FELDMAN;

	tf_curve_id curve = some_curve();

	life_init(curve, holders + below(4));
	deal(holders, t, form);
	for (unsigned k = 0; k < 2; k++) {
		lf->x.args.kind = TF_RESHARE;
		lf->x.args.epoch = TF_EPOCH_FIRST;
		lf->x.args.epoch_used = 0;
		cast_roles(holders, form == TF_SHARE_ADDITIVE ? holders
		                                              : t + below(holders - t + 1));
		reshare();
	}
}

/* The next epoch of what everybody has: all sit where they sat. */
static void plan_refresh(void)
{
	static tf_key k;
	tf_reshare_args *a = &lf->x.args;

	CHECK(life_key(&k, NULL, 0, lf->sharing));
	a->source = &k.sharing;
	recast_plan_refresh(&lf->x);
	for (unsigned i = 0; i < lf->x.c.n; i++)
		a->role[i].deals = a->role[i].receives = k.sharing.seat[i].index;
	if (k.sharing.t == k.sharing.n && below(4) == 0)
		a->form = TF_SHARE_ADDITIVE;
	a->epoch_used = lf->used;
	a->epoch = ++lf->used;
}

static void refresh_some(unsigned attempts)
{
	for (unsigned k = 0; k < attempts; k++) {
		if (!life_everybody_has(lf->sharing))
			life_settle_calmly();
		if (!life_everybody_has(lf->sharing))
			return; /* a puppet has nothing of what it acknowledged */
		plan_refresh();
		reshare();
	}
}

static void play_refresh(void)
{
	unsigned n = 2 + below(4), t = 2 + below(n - 1);

	life_init(some_curve(), n);
	deal(n, t, t == n && below(2) ? TF_SHARE_ADDITIVE : TF_SHARE_FELDMAN);
	refresh_some(2);
}

/* ---- FROST ---- */

static void make_key(void)
{
	keygen(false);
	if (!life_everybody_has(lf->sharing))
		keygen(true);
}

static tf_frost_suite some_suite(void)
{
	static const tf_frost_suite suites[] = { TF_FROST_TAPROOT, TF_FROST_ED25519,
	                                         TF_FROST_BIP445 };
	tf_frost_suite suite = suites[below(TF_ARRAY_LEN(suites))];

	life_of(suite == TF_FROST_ED25519 ? TF_CURVE_ED25519 : TF_CURVE_BIP340, 2 + below(4));
	return suite;
}

static void play_frost(void)
{
	tf_frost_suite suite = some_suite();

	keygen(true);
	life_use_key(suite);
}

static void play_frost_life(void)
{
	tf_frost_suite suite = some_suite();

	make_key();
	lf->used = TF_EPOCH_FIRST;
	refresh_some(1);
	if (!life_everybody_has(lf->sharing))
		life_settle_calmly();
	if (life_everybody_has(lf->sharing))
		life_use_key(suite);
}

/* ---- seeds ---- */

static void share_sum(void)
{
	life_sum = mmap(NULL, sizeof(*life_sum), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	                -1, 0);
	CHECK(life_sum != MAP_FAILED);
}

static bool one_alone(void)
{
	return getenv("TREFOIL_BYZANTINE") != NULL;
}

static void say_settled(void)
{
	const life_settled *t = life_sum;

	printf("  settled: %u attempts committed, %u not; %u certificates shown, %u refused them; "
	       "%u aborts by the honest, %u liars convicted\n", t->committed, t->aborted, t->shown,
	       t->false_shown, t->refused, t->convicted);
	if (one_alone())
		return;
	CHECK(t->committed * 6 >= byz_sum->seeds && t->aborted * 30 >= byz_sum->seeds);
	CHECK(t->refused * 20 >= byz_sum->seeds && t->false_shown * 20 >= byz_sum->seeds);
	CHECK(t->convicted * 50 >= byz_sum->seeds);
}

static void say_signed(void)
{
	const life_settled *t = life_sum;

	printf("  signed: %u signatures, %u of them by epochs after the first\n", t->signatures,
	       t->later);
	CHECK(one_alone() || t->signatures * 2 >= byz_sum->seeds);
}

TEST_SLOW(driven_frost_key_generation, 3600)
{
	byz_run(&(byz_game){ "driven_frost_key_generation", "FROST key generation", 400, 20000,
	                     play_dkg, NULL });
	byz_at_least(12, 50, 15);
}

TEST_SLOW(driven_resharing, 3600)
{
	share_sum();
	byz_run(&(byz_game){ "driven_resharing", "resharing", 180, 20000, play_reshare, NULL });
	byz_at_least(20, 30, 40);
	say_settled();
}

TEST_SLOW(driven_refresh, 3600)
{
	share_sum();
	byz_run(&(byz_game){ "driven_refresh", "refresh and settlement", 220, 20000, play_refresh,
	                     NULL });
	byz_at_least(15, 30, 25);
	say_settled();
}

TEST_SLOW(driven_frost_signing, 3600)
{
	share_sum();
	byz_run(&(byz_game){ "driven_frost_signing", "FROST, key of a key generation", 250, 20000,
	                     play_frost, NULL });
	byz_at_least(40, 10, 15);
	say_signed();
}

TEST_SLOW(driven_frost_life, 3600)
{
	share_sum();
	byz_run(&(byz_game){ "driven_frost_life", "FROST, from key generation to epochs", 80,
	                     10000, play_frost_life, NULL });
	byz_at_least(40, 12, 15);
	say_settled();
	say_signed();
	CHECK(one_alone() || life_sum->later * 2 >= byz_sum->seeds);
}

/* ---- can it fail? ---- */

TEST_SLOW(the_simulation_of_lives_falls_without_a_check, 900)
{
	static const struct {
		tf_check check;
		void (*play)(void);
	} all[] = {
		{ TF_CK_KEYGEN_COMMITMENT, play_dkg }, { TF_CK_KEYGEN_SHARE, play_dkg },
		{ TF_CK_SCH_EQUATION, play_dkg }, { TF_CK_KEYGEN_ACK, play_dkg },
		{ TF_CK_RESHARE_COMMITMENT, play_reshare }, { TF_CK_RESHARE_SHARE, play_reshare },
		{ TF_CK_RESHARE_ACK, play_reshare }, { TF_CK_RESHARE_SHARE, play_refresh },
		{ TF_CK_RESHARE_ACK, play_refresh }, { TF_CK_ABORT_SIGNED, play_refresh },
		{ TF_CK_FROST_SHARE, play_frost },
	};

	share_sum();
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++)
		byz_must_fall(all[k].check, &(byz_game){ .play = all[k].play });
}

TEST_SLOW(the_simulation_of_lives_sees_a_flaw, 900)
{
	static const struct {
		life_flaw flaw;
		void (*play)(void);
	} all[] = {
		{ LIFE_FORGETS, play_refresh }, { LIFE_FORGETS, play_reshare },
		{ LIFE_TAKES_BACK, play_refresh }, { LIFE_HASTY, play_refresh },
		{ LIFE_NONCE_TWICE, play_frost },
	};

	share_sum();
	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		life_is = all[k].flaw;
		byz_must_fall(TF_CK_NONE, &(byz_game){ .play = all[k].play });
	}
}
