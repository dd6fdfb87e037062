/* Presigning with numbers that are out of their ranges or not those that were committed to: rows 11
 * to 13. The cheat is party 3 of three. */
#include <string.h>

#include "attacks/attacks.h"
#include "proto/presign_impl.h"

static stage s;

#define R1(m) (&((tf_msg_presign_r1 *)(m))->items[0])
#define PSI(m) (&((tf_msg_presign_psi *)(m))->items[0])
#define MTA(m) (&((tf_msg_presign_mta *)(m))->items[0])

static void set_bits(tf_bn *x, uint32_t bits, uint64_t plus)
{
	tf_bn more;

	tf_bn_set_u64(x, 1);
	CHECK_OK(tf_bn_shl(x, x, bits));
	tf_bn_set_u64(&more, plus);
	CHECK_OK(tf_bn_add(x, x, &more));
}

/* ---- row 11 ---- */

LIE(k_third,
    tf_int x = { 0 }; tf_bn three; const tf_paillier_pk *pk = &s.aux[2].pk;
    tf_bn_set_u64(&three, 3);
    CHECK_OK(tf_bn_divmod(&x.mag, NULL, &pk->n.m, &three));
    tf_bn_set_u64(&R1(m)->K, 1);
    CHECK_OK(tf_paillier_enc_finish(&R1(m)->K, pk, &x)))
LIE(k_beyond, set_bits(&PSI(m)->psi0.z1.mag, 256 + 288, 1))

static void x_beyond(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z1.mag, 256 + 288, 1);
}

static void y_beyond(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, 832 + 288, 1);
}

ATTACK(11, "alpha-rays",
       "K_j = enc(N/3); responses for k, x and beta just out of their ranges",
       "the cheat is named: ENCELG_EQ_ENC, ENCELG_Z1_RANGE in round 1, AFFG_Z1_RANGE, AFFG_Z2_RANGE"
       " in round 2")
{
	presign_lies(&s, LIES({ &tf_msg_presign_r1_wire, k_third }), 1, TF_CK_ENCELG_EQ_ENC);
	presign_lies(&s, LIES({ &tf_msg_presign_psi_wire, k_beyond }), 1, TF_CK_ENCELG_Z1_RANGE);
	mta_lie(&s, x_beyond, TF_CK_AFFG_Z1_RANGE);
	mta_lie(&s, y_beyond, TF_CK_AFFG_Z2_RANGE);
}

/* ---- row 12 ---- */

static void y_at_bound(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	(void)to;
	set_bits(&m->psihat.z2.mag, 832 + 288, 0);
}

static unsigned masked, short_masks;

/* What party 1 decrypts of 3's product: gamma_3 k_1 - beta, of which beta hides the product. */
LIE(measure,
    tf_paillier_dec d; tf_int plain; tf_batch *b; uint32_t bits;
    if (lie_to == 1) {
	    CHECK_OK(tf_batch_init(&b, attack_scratch(), 4));
	    CHECK_OK(tf_paillier_dec_start(b, &d, &s.own[0].sk, &MTA(m)->D));
	    CHECK_OK(tf_batch_run(b));
	    CHECK_OK(tf_paillier_dec_finish(&plain, &d, &s.own[0].sk));
	    bits = tf_bn_bits_vt(&plain.mag);
	    CHECK(bits <= 833); /* 2^ell' and the product, which is smaller */
	    masked++;
	    short_masks += bits < 832 - 24;
    })

ATTACK(12, "short-beta",
       "a mask that is shorter than the product it hides (Milagro); the response at its bound and"
       " one beyond",
       "our masks have ell' bits, and the product 512; AFFG_Z2_RANGE begins exactly at the bound")
{
	mta_lie(&s, y_at_bound, TF_CK_AFFG_EQ_ENC0); /* in range, and false */
	mta_lie(&s, y_beyond, TF_CK_AFFG_Z2_RANGE);
	stage_init(&s, 3, &tf_profile_small);
	lies_of(&s.c, 3, LIES({ &tf_msg_presign_mta_wire, measure }), 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	cast_check_done(&s.c);
	CHECK(masked == 1 && short_masks == 0);
	stage_free(&s);
}

/* ---- row 13 ---- */

static void shift_Dhat(const cast *k, tf_presign_mta_item *m, unsigned to)
{
	(void)k;
	shift_ciphertext(&m->Dhat, &s.aux[to - 1].pk, 1);
}

/* Besides D-hat: x = w_3 + 1 throughout, by an honest machine that believes in another key. */
ATTACK(13, "another-multiplier",
       "D-hat shifted by one; a key share other than the one of the key, proved honestly",
       "the cheat is named in round 2: AFFG_EQ_ENC0; W_j comes from the key, not from j, which with"
       " another one is in another session: TF_E_SESSION")
{
	tf_presign_args args;
	tf_weights w;

	mta_lie(&s, shift_Dhat, TF_CK_AFFG_EQ_ENC0);
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
}
