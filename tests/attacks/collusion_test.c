/* Two parties that collude: row 19. Party 2 hands out lambda and phi of its Nhat; party 1 sends it
 * a product whose mask is half of an odd number, modulo N, with a proof that holds for 2. */
#include <stdlib.h>
#include <string.h>

#include "attacks/attacks.h"
#include "attacks/forge_zk.h"
#include "proto/presign_impl.h"
#include "proto/rounds_impl.h"
#include "zk/kit_test.h"

static stage s;
static unsigned which; /* D, or D-hat */

static struct {
	tf_ctx ctx;
	forged_affg affg;
	tf_presign_mta_item sent;
	uint8_t hash[32];       /* of what was sent */
	uint8_t payload[1 << 14]; /* what an honest party would have sent */
	size_t len;
	uint8_t star[1 << 19];
	tf_blob psi;            /* that proof */
	uint8_t alert[32];      /* hash of the alert */
} f;

/* An odd number and its half, modulo two moduli; nothing near it is in range. */
static void claim(forged_affg *a)
{
	tf_bn_set_u64(&a->y.mag, 1);
	CHECK_OK(tf_bn_shl(&a->y.mag, &a->y.mag, 247));
	a->y.mag.d[0] |= 1;
	a->half = true;
}

/* ---- round 2 ---- */

LIE(forged_mta,
    tf_presign_mta_item *item = &((tf_msg_presign_mta *)m)->items[0];
    const tf_presign_own *it = &s.presign[0].st->item[0];
    CHECK_OK(tf_presign_ctx_affg(&f.ctx, it->epid, 1, 2, which));
    f.affg = (forged_affg){ .g = k->g, .rng = &k->rng[0], .trapdoor = &s.own[1].rp,
                            .st = { .ctx = &f.ctx, .rp = &s.aux[1].rp, .pk0 = &s.aux[1].pk,
                                    .pk1 = &s.aux[0].pk, .C = &s.presign[1].st->item[0].K,
                                    .X = which ? &s.weights[0].W[0] : &it->Gamma } };
    CHECK_OK(tf_sc_centre(k->g, &f.affg.x, which ? &s.weights[0].w.s : &it->gamma.s));
    claim(&f.affg);
    forge_affg(which ? &item->psihat : &item->psi, &f.affg);
    *(which ? &item->Dhat : &item->D) = f.affg.D;
    f.sent = *item;
    CHECK_OK(tf_presign_mta_hash(f.hash, &s.presign[0], item)))

LIE(forged_mask,
    tf_presign_r2_peer *peer =
	    &((tf_msg_presign_r2 *)m)->items[0].peers[tf_presign_peer_at(1, 2)];
    *(which ? &peer->Fhat : &peer->F) = f.affg.Y;
    memcpy(peer->hash, f.hash, 32))

/* ---- round 4: the alerts, as well as they can be made ---- */

/* With the witness that comes nearest: half of the odd number, rounded. */
static void prove_factor(const cast *k)
{
	static tf_zk_affgstar_prover pv;
	static tf_zk_affgstar_proof proof;
	tf_arena *mem = attack_scratch();
	tf_zk_env zk = { .pr = &tf_profile_small, .g = k->g, .mem = mem };
	tf_zk_affgstar_wit wit = { .x = &f.affg.x, .y = &f.affg.y, .rho = &f.affg.rho,
	                           .rhoy = &f.affg.rhoy };
	tf_zk_affgstar_st st = { .ctx = &f.ctx, .pk0 = f.affg.st.pk0, .pk1 = f.affg.st.pk1,
	                         .C = f.affg.st.C, .D = &f.affg.D, .Y = &f.affg.Y,
	                         .X = f.affg.st.X };
	tf_batch *b;

	tf_bn_shr(&f.affg.y.mag, &f.affg.y.mag, 1);
	CHECK_OK(tf_presign_ctx_alert(&f.ctx, s.presign[0].st->item[0].epid, 1, 2, which));
	CHECK_OK(tf_batch_init(&b, mem, TF_ZK_AFFGSTAR_PROVE_JOBS(zk.pr)));
	CHECK_OK(tf_zk_affgstar_prove_start(&pv, &proof, &zk, &st, &wit, &k->rng[0], b));
	CHECK_OK(tf_batch_run(b));
	CHECK_OK(tf_zk_affgstar_prove_finish(&pv, &proof, &zk, &st, &wit));
	CHECK_OK(tf_wire_encode(&tf_zk_affgstar_proof_wire, f.star, sizeof(f.star), &f.psi.len,
	                        &k->run[0]->wire, &proof));
	f.psi.p = f.star;
}

LIE(forged_alert,
    static uint8_t buf[4u << 20]; size_t len;
    tf_msg_presign_alert_proofs *all = m;
    if (!f.psi.p)
	    prove_factor(k);
    all->peers[tf_presign_peer_at(1, 2)].mta = f.sent;
    all->peers[tf_presign_peer_at(1, 2)].psi = f.psi;
    CHECK_OK(tf_wire_encode(&tf_msg_presign_alert_proofs_wire, buf, sizeof(buf), &len,
                            &k->run[0]->wire, m));
    tf_shake256_hash(f.alert, buf, len))
LIE(fitting_alert, memcpy(((tf_msg_presign_alert *)m)->hash, f.alert, 32))

static void keep_honest(const cast_mail *mail)
{
	tf_envelope e;

	CHECK(cast_is(mail, TF_MSG_PRESIGN_MTA, &e) && e.payload.len <= sizeof(f.payload));
	memcpy(f.payload, e.payload.p, e.payload.len);
	f.len = e.payload.len;
}

/* Party 2's machine proves its alert by what it would have got of an honest party: of what it has
 * got, it cannot. */
static void forget_forged(void)
{
	tf_slot *slot = tf_slot_at(&s.presign[1].r, 2, 1, TF_DIRECT);

	CHECK(slot->payload.len == f.len);
	memcpy((uint8_t *)(uintptr_t)slot->payload.p, f.payload, f.len);
}

static bool collude(cast *k, cast_mail *mail)
{
	bool alert = cast_is(mail, TF_MSG_PRESIGN_ALERT, NULL);

	if (mail->from > 2)
		return true;
	if (alert)
		k->silent[mail->from - 1] = true; /* what they make of it is theirs */
	if (mail->from == 2) {
		if (cast_is(mail, TF_MSG_PRESIGN_R3, NULL))
			forget_forged();
		return true;
	}
	if (mail->to == 2 && cast_is(mail, TF_MSG_PRESIGN_MTA, NULL)) {
		keep_honest(mail);
		cast_rewrite(k, mail, &tf_msg_presign_mta_wire, forged_mta, NULL);
	}
	if (cast_is(mail, TF_MSG_PRESIGN_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_r2_wire, forged_mask, NULL);
	if (cast_is(mail, TF_MSG_PRESIGN_ALERT_PROOFS, NULL))
		cast_rewrite(k, mail, &tf_msg_presign_alert_proofs_wire, forged_alert, NULL);
	if (alert)
		cast_rewrite(k, mail, &tf_msg_presign_alert_wire, fitting_alert, NULL);
	return true;
}

/* Party 2's machine takes plaintexts of any size. */
static tf_err step(cast *k, unsigned i, const uint8_t *bytes, size_t len, tf_fault *fault)
{
	static tf_profile any_size;

	any_size = tf_profile_small;
	any_size.ell_prime = 2 * any_size.prime_bits;
	if (i == 1)
		k->env[1].pr = k->run[1]->round == 2 ? &any_size : &tf_profile_small;
	return tf_rounds_step(k->run[i], bytes, len, &k->out[i], fault);
}

static void presign_among(unsigned n, unsigned of_which)
{
	which = of_which;
	memset(&f, 0, sizeof(f));
	stage_init(&s, n, &tf_profile_small);
	s.c.rewrite = collude;
	s.c.step = step;
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	CHECK(s.presign[1].st->vouched[2] && s.c.err[1] == TF_OK); /* it was in on it */
	for (unsigned i = 2; i < n; i++) {
		const tf_fault *said = &s.c.fault[i];
		tf_presig none;

		if (s.c.err[i] != TF_E_PROOF || said->party != 1 || said->round != 4 ||
		    said->check != TF_CK_AFFGSTAR_EQ_ENC0)
			tf_test_fail(__FILE__, __LINE__, "%u of %u: %s, party %u, round %u, %s",
			             i + 1, n, tf_err_name(s.c.err[i]), said->party,
			             said->round, tf_check_name(said->check));
		CHECK(tf_presign_culprits(&s.presign[i]) == 1u << 0);
		CHECK(s.c.done[i] == 0);
		CHECK_ERR(tf_presign_take(&none, &s.presign[i], 0), TF_E_STATE);
	}
	stage_free(&s);
}

/* The proof holds for who has handed out its factors, and for nobody else. */
static void forged_alone(void)
{
	zk_case *c = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	forged_affg a = { .g = c->k->g, .rng = &c->k->rng, .trapdoor = &c->k->rp_sec };

	zk_affg.make(c);
	a.x = c->x;
	a.st = (tf_zk_affg_st){ .ctx = c->ctx, .rp = c->rp, .pk0 = c->verifier_pk, .pk1 = c->pk,
	                        .C = &c->C, .X = &c->X };
	claim(&a);
	for (unsigned k = 0; k < 2; k++) {
		forge_affg(&c->p.affg, &a);
		c->D = a.D;
		c->Yc = a.Y;
		if (a.trapdoor)
			CHECK_OK(zk_affg.verify(c, &c->p, NULL));
		else
			zk_refused(&zk_affg, c, TF_CK_AFFG_EQ_COM2, "without the factors");
		a.trapdoor = NULL;
	}
}

ATTACK(19, "colluding-verifier",
       "party 2 hands out lambda and phi of its Nhat: party 1 sends it D, or D-hat, of 1/2 modulo"
       " N, with a proof that holds for 2; both go on, among four (make check-all: three, too), and"
       " 1's alert is the best that can be made",
       "without the factors AFFG_EQ_COM2; the sums fail, and every honest party names party 1:"
       " AFFGSTAR_EQ_ENC0; of 2 nothing is judged that hangs on what 1 has sent")
{
	const char *sim = getenv("TREFOIL_SIM");

	forged_alone();
	presign_among(4, TF_MTA_GAMMA);
	if (sim && strcmp(sim, "all") == 0) { /* for make check-all: seconds */
		presign_among(3, TF_MTA_GAMMA);
		presign_among(3, TF_MTA_W);
		presign_among(4, TF_MTA_W);
	}
}
