/* Presigning with numbers that are out of their ranges or not those that were committed to: rows 11
 * to 13. The cheat is party 3 of three, and forges as well as can be done. */
#include <string.h>

#include "attacks/attacks.h"
#include "attacks/forge_zk.h"
#include "num/mpz_test.h"
#include "proto/presign_impl.h"
#include "zk/kit_test.h"

static stage s;

#define R1(m) (&((tf_msg_presign_r1 *)(m))->items[0])
#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[0])

/* One bit more than the range of an honest response. */
#define X_BEYOND (256 + 288 + 1)
#define Y_BEYOND (832 + 288 + 1)

/* ---- forgeries one by one ---- */

/* This check refuses the proof, and no other would. */
static void but_for(tf_check check, const zk_proof *z, zk_case *c)
{
	zk_refused(z, c, check, "forged");
	tf_check_switch_off(check);
	CHECK_OK(z->verify(c, &c->p, NULL));
	tf_check_switch_off(TF_CK_NONE);
}

static void encelg_in(zk_case *c, forged_encelg *f, const tf_rp_sec *trapdoor)
{
	f->g = c->k->g;
	f->rng = &c->k->rng;
	f->pk = &c->k->pk;
	f->A = &c->A;
	f->b = c->b;
	forge_encelg_statement(f);
	c->C = f->C;
	c->X = f->X;
	forge_encelg(&c->p.encelg, f, c->ctx, c->rp, trapdoor);
}

static void affg_in(zk_case *c, forged_affg *f)
{
	f->g = c->k->g;
	f->rng = &c->k->rng;
	f->st = (tf_zk_affg_st){ .ctx = c->ctx, .rp = c->rp, .pk0 = c->verifier_pk, .pk1 = c->pk,
	                         .C = &c->C, .X = &c->X };
	forge_affg(&c->p.affg, f);
	c->D = f->D;
	c->Yc = f->Y;
}

/* ---- row 11 ---- */

static bool third; /* 1/3 modulo N, or k + 3 2^32 q */
static bool of_G;  /* instead of K */
static bool made;
static forged_encelg claim;

/* K and its commitment, or G and its, the same for everybody. */
static void make_claim(const cast *k)
{
	const tf_presign_own *it = &s.presign[2].st->item[0];

	if (made)
		return;
	made = true;
	claim = (forged_encelg){ .g = k->g, .rng = &k->rng[2], .pk = &s.aux[2].pk, .A = &it->Y,
	                         .b = of_G ? it->b : it->a, .third = third };
	if (third) {
		tf_bn_set_u64(&claim.x.mag, 1);
	} else {
		CHECK_OK(tf_sc_centre(k->g, &claim.x, of_G ? &it->gamma.s : &it->k.s));
		forge_far(&claim.x, k->g, 32);
		claim.z1_bits = X_BEYOND;
	}
	forge_encelg_statement(&claim);
}

LIE(claimed,
    make_claim(k);
    *(of_G ? &R1(m)->G : &R1(m)->K) = claim.C;
    *(of_G ? &R1(m)->B2 : &R1(m)->A2) = claim.X)
LIE(claimed_psi,
    tf_ctx ctx;
    make_claim(k);
    CHECK_OK(tf_presign_ctx_encelg(&ctx, s.presign[2].st->item[0].epid, 3, lie_to, of_G));
    forge_encelg(of_G ? &PSI(m)->psi1 : &PSI(m)->psi0, &claim, &ctx, &s.aux[lie_to - 1].rp,
                 NULL))

static void claimed_by_all_means(tf_check check)
{
	for (unsigned i = 0; i < 2; i++) {
		of_G = i;
		made = false;
		presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, claimed },
		                      { &tf_msg_presign_psi_wire, claimed_psi }), 1, check);
		CHECK(made);
	}
}

static unsigned of_W; /* D-hat, not D */

/* What party 3 says to this party about its D, with the true multiplier and y = 1. */
static forged_affg honest_affg(const cast *k, unsigned to, tf_ctx *ctx)
{
	const tf_presign_own *it = &s.presign[2].st->item[0];
	forged_affg f = { .g = k->g, .rng = &k->rng[2] };

	CHECK_OK(tf_presign_ctx_affg(ctx, it->epid, 3, to, of_W));
	f.st = (tf_zk_affg_st){ .ctx = ctx, .rp = &s.aux[to - 1].rp, .pk0 = &s.aux[to - 1].pk,
	                        .pk1 = &s.aux[2].pk, .C = &s.presign[to - 1].st->item[0].K,
	                        .X = of_W ? &s.weights[2].W[2] : &it->Gamma };
	CHECK_OK(tf_sc_centre(k->g, &f.x, of_W ? &s.weights[2].w.s : &it->gamma.s));
	tf_bn_set_u64(&f.y.mag, 1);
	return f;
}

static void say(tf_presign_mta_item *m, unsigned to, forged_affg *f)
{
	forge_affg(of_W ? &m->psihat : &m->psi, f);
	*(of_W ? &m->Dhat : &m->D) = f->D;
	mta_mask(to, of_W, &f->Y);
}

static void x_far(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	tf_ctx ctx;
	forged_affg f = honest_affg(k, to, &ctx);

	forge_far(&f.x, k->g, 32);
	f.z1_bits = X_BEYOND;
	say(m, to, &f);
}

static void y_far(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	tf_ctx ctx;
	forged_affg f = honest_affg(k, to, &ctx);

	forge_far(&f.y, k->g, 832 + 32 - 256);
	f.z2_bits = Y_BEYOND;
	say(m, to, &f);
}

static void mta_lie_in_both(mta_fn fn, tf_check check)
{
	for (of_W = 0; of_W < 2; of_W++)
		mta_lie(&s, fn, check);
}

/* The forger's best, and that it is its best: what is wrong with it is one check. */
static void alpha_rays_alone(void)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	forged_encelg f = { .x = { .mag = { .n = 1, .d = { 1 } } } };
	forged_affg d = { .y = f.x };

	zk_encelg.make(c);
	encelg_in(c, &f, NULL);
	CHECK_OK(zk_encelg.verify(c, &c->p, NULL)); /* of something true */
	f.third = true;
	encelg_in(c, &f, NULL);
	but_for(TF_CK_ENCELG_EQ_COM, &zk_encelg, c);
	encelg_in(c, &f, &c->k->rp_sec);
	CHECK_OK(zk_encelg.verify(c, &c->p, NULL)); /* by a verifier who helps */
	f.third = false;
	forge_far(&f.x, c->k->g, 32);
	f.z1_bits = X_BEYOND;
	encelg_in(c, &f, NULL);
	but_for(TF_CK_ENCELG_Z1_RANGE, &zk_encelg, c);

	zk_affg.make(c);
	d.x = c->x;
	affg_in(c, &d);
	CHECK_OK(zk_affg.verify(c, &c->p, NULL));
	forge_far(&d.x, c->k->g, 32);
	d.z1_bits = X_BEYOND;
	affg_in(c, &d);
	but_for(TF_CK_AFFG_Z1_RANGE, &zk_affg, c);
	d = (forged_affg){ .x = c->x, .z2_bits = Y_BEYOND };
	forge_far(&d.y, c->k->g, 832 + 32 - 256);
	affg_in(c, &d);
	but_for(TF_CK_AFFG_Z2_RANGE, &zk_affg, c);
}

ATTACK(11, "alpha-rays",
       "K_j or G_j that encrypts 1/3 modulo N; k, gamma, multipliers and masks that are out of"
       " their ranges, and right on the curve; proofs anew, tried until all but one check holds",
       "the cheat is named by that one: ENCELG_EQ_COM, which takes a root of s, ENCELG_Z1_RANGE in"
       " round 1, AFFG_Z1_RANGE, AFFG_Z2_RANGE in round 2")
{
	third = true;
	claimed_by_all_means(TF_CK_ENCELG_EQ_COM);
	third = false;
	claimed_by_all_means(TF_CK_ENCELG_Z1_RANGE);
	mta_lie_in_both(x_far, TF_CK_AFFG_Z1_RANGE);
	mta_lie_in_both(y_far, TF_CK_AFFG_Z2_RANGE);
	alpha_rays_alone();
}

/* ---- row 12 ---- */

static void set_bits(tf_bn *x, uint32_t bits, uint64_t plus)
{
	tf_bn more;

	tf_bn_set_u64(x, 1);
	CHECK_OK(tf_bn_shl(x, x, bits));
	tf_bn_set_u64(&more, plus);
	CHECK_OK(tf_bn_add(x, x, &more));
}

static void y_at_bound(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, Y_BEYOND - 1, 0);
}

static void y_beyond(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, Y_BEYOND - 1, 1);
}

#define BATCH 4u
#define MASK_BITS 832u

static struct {
	mpz_t v[3 * 2 * 2 * BATCH];
	unsigned n, same;
} masks;

static void decrypt(mpz_t out, const tf_paillier_sk *sk, const tf_bn *c)
{
	tf_paillier_dec d;
	tf_int plain;
	tf_batch *b;

	CHECK_OK(tf_batch_init(&b, attack_scratch(), 4));
	CHECK_OK(tf_paillier_dec_start(b, &d, sk, c));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_paillier_dec_finish(&plain, &d, sk));
	mpz_from_int(out, &plain);
}

/* What party j's decryption leaves of a product: x k_j, that it could compute if it knew x, and the
 * mask. Nothing but the mask hides x. */
static void note_mask(const cast *k, unsigned i, unsigned j, uint32_t b, unsigned which,
                      const tf_bn *D)
{
	const tf_presign_own *it = &s.presign[i - 1].st->item[b];
	mpz_t *out = &masks.v[masks.n++], x, kj;
	tf_int centred;

	mpz_inits(*out, x, kj, NULL);
	decrypt(*out, &s.own[j - 1].sk, D);
	CHECK_OK(tf_sc_centre(k->g, &centred, which ? &s.weights[i - 1].w.s : &it->gamma.s));
	mpz_from_int(x, &centred);
	CHECK_OK(tf_sc_centre(k->g, &centred, &s.presign[j - 1].st->item[b].k.s));
	mpz_from_int(kj, &centred);
	mpz_submul(*out, x, kj);
	CHECK(mpz_sizeinbase(*out, 2) <= MASK_BITS);
	for (unsigned o = 0; o + 1 < masks.n; o++)
		masks.same += mpz_cmp(masks.v[o], *out) == 0;
	mpz_clears(x, kj, NULL);
}

static unsigned sender;

LIE(note_masks,
    const tf_msg_presign_mta *all = m;
    for (uint32_t b = 0; b < all->items_n; b++) {
	    note_mask(k, sender, *(const unsigned *)with, b, TF_MTA_GAMMA, &all->items[b].D);
	    note_mask(k, sender, *(const unsigned *)with, b, TF_MTA_W, &all->items[b].Dhat);
    })

static bool listen(cast *k, cast_mail *mail)
{
	sender = mail->from;
	if (cast_is(mail, TF_MSG_PRESIGN_MTA, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_mta_wire, note_masks, &mail->to);
	return true;
}

/* How many of the masks have a one at this place of their absolute values; last: are negative. */
static unsigned ones_at(unsigned bit)
{
	unsigned ones = 0;
	mpz_t mag;

	mpz_init(mag);
	for (unsigned i = 0; i < masks.n; i++) {
		mpz_abs(mag, masks.v[i]);
		ones += bit == MASK_BITS ? mpz_sgn(masks.v[i]) < 0
		                         : (unsigned)mpz_tstbit(mag, bit);
	}
	mpz_clear(mag);
	return ones;
}

/* Of n coins each: at no place more than six deviations from the half (of 833 places one in 10^6
 * runs has such), and all places together, a chi-square of 833 degrees of freedom, within six, too.
 * Masks that are one bit short are seven away at their highest place. */
static void check_uniform(void)
{
	unsigned n = masks.n;
	uint64_t sum = 0; /* of (2 ones - n)^2, each n in the mean */

	for (unsigned bit = 0; bit <= MASK_BITS; bit++) {
		int off = 2 * (int)ones_at(bit) - (int)n;

		sum += (uint64_t)(off * off);
		if ((uint64_t)(off * off) > 36 * (uint64_t)n)
			tf_test_fail(__FILE__, __LINE__, "bit %u: %u of %u", bit, ones_at(bit), n);
	}
	/* 2 * 833 is about 41^2 */
	CHECK(sum > (MASK_BITS + 1 - 6 * 41) * (uint64_t)n);
	CHECK(sum < (MASK_BITS + 1 + 6 * 41) * (uint64_t)n);
}

ATTACK(12, "short-beta",
       "a mask that is shorter than the product it hides (Milagro); the response at its bound and"
       " one beyond",
       "the masks that everybody decrypts are uniform in sign and all their ell' bits, the product"
       " has 512, and no two are the same; AFFG_Z2_RANGE begins exactly at the bound")
{
	mta_lie(&s, y_at_bound, TF_CK_AFFG_EQ_ENC0); /* in range, and false */
	mta_lie(&s, y_beyond, TF_CK_AFFG_Z2_RANGE);
	stage_init(&s, 3, &tf_profile_small);
	s.c.rewrite = listen;
	stage_start_presign(&s, BATCH, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	CHECK(masks.n == TF_ARRAY_LEN(masks.v) && masks.same == 0);
	check_uniform();
	stage_free(&s);
}

/* ---- row 13 ---- */

static void D_shifted(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	tf_ctx ctx;
	forged_affg f = honest_affg(k, to, &ctx);

	f.more = 1;
	say(m, to, &f);
}

static void x_and_one(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	const tf_int one = { .mag = { .n = 1, .d = { 1 } } };
	tf_ctx ctx;
	forged_affg f = honest_affg(k, to, &ctx);

	CHECK_OK(tf_int_add(&f.x, &f.x, &one));
	say(m, to, &f);
}

static void multipliers_alone(void)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	const tf_int one = { .mag = { .n = 1, .d = { 1 } } };
	forged_affg f = { .y = one, .more = 1 };

	zk_affg.make(c);
	f.x = c->x;
	affg_in(c, &f);
	but_for(TF_CK_AFFG_EQ_ENC1, &zk_affg, c);
	f.more = 0;
	CHECK_OK(tf_int_add(&f.x, &f.x, &one));
	affg_in(c, &f);
	but_for(TF_CK_AFFG_EQ_X, &zk_affg, c);
}

/* Besides D-hat: x = w_3 + 1 throughout, by an honest machine that believes in another key. */
ATTACK(13, "another-multiplier",
       "D and D-hat with one more than F says, and with another multiplier, proved anew so that all"
       " but one equation holds; a key share other than the one of the key, proved honestly",
       "the cheat is named by that equation in round 2: AFFG_EQ_ENC1, AFFG_EQ_X; W_j comes from the"
       " key, not from j, which with another one is in another session: TF_E_SESSION")
{
	tf_presign_args args;
	tf_weights w;

	mta_lie_in_both(D_shifted, TF_CK_AFFG_EQ_ENC1);
	mta_lie_in_both(x_and_one, TF_CK_AFFG_EQ_X);
	stage_init(&s, 3, &tf_profile_small);
	stage_start_presign(&s, 1, true);
	w = s.weights[2]; /* the cheat believes in another key with another share of its own */
	plus_one(&s.c, &w.w.s);
	plus_G(&s.c, &w.W[2]);
	plus_G(&s.c, &w.Y);
	args = (tf_presign_args){ .env = &s.c.env[2], .own = &s.own[2],
	                          .aux = { &s.aux[0], &s.aux[1] }, .weights = &w, .batch = 1,
	                          .confirm = true };
	tf_outbox_reset(&s.c.out[2]);
	tf_presign_wipe(&s.presign[2]);
	CHECK_OK(tf_presign_start(&s.presign[2], &args, &s.c.mem[2], &s.c.out[2]));
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++) /* epid hashes Y and all W: it is in another session */
		CHECK(s.c.err[i] == TF_E_SESSION && s.c.done[i] == 0);
	stage_free(&s);
	multipliers_alone();
}
