/* Presignatures and signatures: rows 3, 21 to 23, B21. */
#include <string.h>

#include "attacks/attacks.h"
#include "curve/bip32.h"
#include "zk/transcript.h"

static stage s;
static const tf_path root = { .len = 0 };
static const tf_path account = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };

static tf_err start_one(unsigned i, const tf_path *path, const uint8_t m[static 32])
{
	tf_signing_args args = { .env = &s.c.env[i], .weights = &s.weights[i],
	                         .presig = &s.presig[i][0], .path = *path };

	memcpy(args.cc, s.cc, sizeof(args.cc));
	memcpy(args.digest, m, 32);
	return tf_signing_start(&s.signing[i], &args, &s.c.mem[i], &s.c.out[i]);
}

/* Nothing of this presignature is left at the honest parties 1 and 2, whatever is asked. */
static void used_up(void)
{
	static const uint8_t zero[sizeof(tf_presig)];
	static const tf_path *const paths[] = { &root, &account };
	uint8_t other[32] = { 9 };

	for (unsigned i = 0; i < 2; i++) {
		CHECK(memcmp(&s.presig[i][0], zero, sizeof(zero)) == 0);
		cast_rooms(&s.c, tf_signing_sizes(&tf_profile_small, 3));
		for (unsigned k = 0; k < 2; k++) {
			CHECK_ERR(start_one(i, paths[k], digest), TF_E_STATE);
			CHECK_ERR(start_one(i, paths[k], other), TF_E_STATE);
			CHECK(s.c.out[i].count == 0);
		}
	}
}

LIE(sigma_off, plus_one(k, &((tf_msg_sign_share *)m)->sigma))

ATTACK(03, "retry-after-failure",
       "a wrong signature share, and the same presignature again (CVE-2023-33242)",
       "the cheat is named: SIGN_SHARE; the presignature is gone at everybody: TF_E_STATE")
{
	static const lie lies[] = { { &tf_msg_sign_share_wire, sigma_off } };

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	lies_of(&s.c, 3, lies, 1, 0);
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	named(&s.c, 3, 1, TF_CK_SIGN_SHARE);
	CHECK(s.c.burns == 3);
	used_up();
	stage_free(&s);
}

ATTACK(21, "presignature-reuse",
       "a second signature by one presignature: the same, another path, another message",
       "refused: TF_E_STATE; it was wiped, and burnt, before the first share left")
{
	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	stage_start_sign(&s, 0, &account, digest);
	for (unsigned i = 0; i < 3; i++)
		CHECK(s.c.out[i].effect[0].kind == TF_EFFECT_BURN &&
		      s.c.out[i].effect[1].kind == TF_EFFECT_SEND);
	cast_run(&s.c);
	stage_check_signature(&s, &account, digest);
	used_up();
	stage_free(&s);
}


/* sigma = delta'^-1 (k~ m + r chi~) for the root key, where delta' is public to whoever has the
 * presignature: two of them are two equations for k~ and chi~ (the model's A9). */
static void delta_of(tf_sc *out, const tf_presig *p, const uint8_t m[static 32])
{
	uint8_t buf[512], wide[48];
	tf_keccak x;
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, p->epid, 32);
	tf_tr_bytes(&t, p->id, 32);
	tf_tr_pt(&t, s.c.g, &p->Gamma);
	tf_tr_pt(&t, s.c.g, &p->Y);
	tf_tr_pt(&t, s.c.g, &p->Y);
	tf_tr_open(&t);
	tf_tr_close(&t);
	tf_tr_bytes(&t, m, 32);
	CHECK_OK(tf_tr_xof(&x, &t, "rerand"));
	tf_keccak_squeeze(&x, wide, sizeof(wide));
	CHECK_OK(tf_sc_reduce_bytes(s.c.g, out, wide, sizeof(wide)));
}

/* Party 1's share of a signature of m by its presignature, on the wire. */
static tf_sc share_of_1(const uint8_t m[static 32])
{
	tf_envelope e;
	tf_sc sigma;
	size_t from = s.c.posted;

	stage_start_sign(&s, 0, &root, m);
	cast_collect(&s.c, 0);
	CHECK(s.c.posted == from + 2 && cast_is(&s.c.mail[from], TF_MSG_SIGN_SHARE, &e));
	CHECK_OK(tf_sc_decode(s.c.g, &sigma, e.payload.p));
	return sigma;
}

ATTACK(21b, "what-reuse-would-cost",
       "two shares by one presignature, out of a memory that was copied and put back",
       "party 1's share of the nonce follows, re-randomised or not: hence row 21, and pools in"
       " memory only")
{
	const tf_group *g;
	tf_sc m[2], r[2], sd[2], det, k, u, v; /* k m + chi r = sigma delta' */
	tf_presig keep[3];

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	g = s.c.g;
	for (unsigned i = 0; i < 3; i++)
		keep[i] = s.presig[i][0];
	for (unsigned n = 0; n < 2; n++) {
		uint8_t msg[32] = { 0, (uint8_t)(n + 1) }, x[32], y[32];
		tf_pt R;

		for (unsigned i = 0; i < 3; i++)
			s.presig[i][0] = keep[i];
		sd[n] = share_of_1(msg);
		delta_of(&u, &keep[0], msg);
		CHECK_OK(tf_pt_mul_vt(g, &R, &u, &keep[0].Gamma));
		CHECK_OK(tf_pt_affine(g, x, y, &R));
		CHECK_OK(tf_sc_reduce_bytes(g, &r[n], x, 32));
		tf_sc_mul(g, &sd[n], &sd[n], &u);
		CHECK_OK(tf_sc_decode(g, &m[n], msg));
	}
	tf_sc_mul(g, &u, &m[0], &r[1]);
	tf_sc_mul(g, &v, &m[1], &r[0]);
	tf_sc_sub(g, &det, &u, &v);
	tf_sc_inv(g, &det, &det);
	tf_sc_mul(g, &u, &sd[0], &r[1]);
	tf_sc_mul(g, &v, &sd[1], &r[0]);
	tf_sc_sub(g, &k, &u, &v);
	tf_sc_mul(g, &k, &k, &det);
	CHECK(tf_ct_reveal(tf_sc_eq(&k, &keep[0].k.s)));
	stage_free(&s);
}

/* ---- rows 22, 23 ---- */

static tf_ecdsa_sig sign_by(const tf_presig keep[static 3], const tf_path *path,
                            const uint8_t m[static 32])
{
	tf_ecdsa_sig sig;

	for (unsigned i = 0; i < 3; i++)
		s.presig[i][0] = keep[i]; /* what no caller may do */
	stage_start_sign(&s, 0, path, m);
	cast_run(&s.c);
	stage_check_signature(&s, path, m);
	CHECK_OK(tf_signing_result(&sig, NULL, &s.signing[0]));
	return sig;
}

ATTACK(22, "presignature-and-derivation",
       "Gamma is known before key, path and message are chosen: does r stay (CVE-2025-66017)?",
       "r is another one for each of child key (chain code), path and message")
{
	static const tf_path other = { .index = { 44, 1, 0, 0, 1 }, .len = 5 };
	uint8_t m2[32] = { 0xd1, 0x9e, 0x58 };
	tf_presig keep[3];
	tf_ecdsa_sig sig[4];
	uint8_t x[32], y[32];
	tf_sc raw;

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	for (unsigned i = 0; i < 3; i++)
		keep[i] = s.presig[i][0];
	sig[0] = sign_by(keep, &account, digest);
	sig[1] = sign_by(keep, &other, digest);
	sig[2] = sign_by(keep, &account, m2);
	s.cc[0] ^= 1; /* another child key by the same path */
	sig[3] = sign_by(keep, &account, digest);
	CHECK_OK(tf_pt_affine(s.c.g, x, y, &keep[0].Gamma));
	CHECK_OK(tf_sc_reduce_bytes(s.c.g, &raw, x, 32));
	for (unsigned i = 0; i < 4; i++) {
		CHECK(!tf_ct_reveal(tf_sc_eq(&sig[i].r, &raw)));
		for (unsigned j = 0; j < i; j++)
			CHECK(!tf_ct_reveal(tf_sc_eq(&sig[i].r, &sig[j].r)));
	}
	stage_free(&s);
}

static bool holds(const tf_sc *r, const tf_sc *sv, const uint8_t m[static 32])
{
	tf_ecdsa_sig sig = { .r = *r, .s = *sv };
	bool valid;

	CHECK_OK(tf_ecdsa_verify_vt(s.c.g, &valid, &sig, m, &s.Y));
	return valid;
}

/* A signature of h by Gamma as it is: s = k~ h + Gamma.x chi~, summed. */
static tf_sc plain_signature(const tf_presig p[static 3], const tf_sc *h, const tf_sc *t)
{
	tf_sc sum, a, b;

	tf_sc_set_u64(s.c.g, &sum, 0);
	for (unsigned i = 0; i < 3; i++) {
		tf_sc_mul(s.c.g, &a, &p[i].k.s, h);
		tf_sc_mul(s.c.g, &b, &p[i].chi.s, t);
		tf_sc_add(s.c.g, &a, &a, &b);
		tf_sc_add(s.c.g, &sum, &sum, &a);
	}
	return sum;
}

ATTACK(23, "presignature-and-raw-hash",
       "h = (t/t*) H(m*) with t = Gamma.x, t* = (2 Gamma).x asked for; (t*, (t*/t) s/2) is a"
       " signature of m* if Gamma is the nonce (CVE-2025-66017)",
       "the forgery works without re-randomisation and fails with it")
{
	static const uint8_t wanted[32] = { 0x99, 0x12 };
	uint8_t asked[32], x[32], y[32];
	tf_sc two, t, tstar, h, ratio, sum, forged;
	const tf_group *g;
	tf_presig keep[3];
	tf_ecdsa_sig sig;
	tf_pt R;

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	g = s.c.g;
	for (unsigned i = 0; i < 3; i++)
		keep[i] = s.presig[i][0];
	tf_sc_set_u64(g, &two, 2);
	CHECK_OK(tf_pt_affine(g, x, y, &keep[0].Gamma));
	CHECK_OK(tf_sc_reduce_bytes(g, &t, x, 32));
	CHECK_OK(tf_pt_mul_vt(g, &R, &two, &keep[0].Gamma));
	CHECK_OK(tf_pt_affine(g, x, y, &R));
	CHECK_OK(tf_sc_reduce_bytes(g, &tstar, x, 32));
	tf_sc_inv(g, &ratio, &tstar);
	tf_sc_mul(g, &ratio, &ratio, &t); /* t/t* */
	CHECK_OK(tf_sc_decode(g, &h, wanted));
	tf_sc_mul(g, &h, &h, &ratio);
	tf_sc_encode(asked, &h);
	tf_sc_inv(g, &ratio, &ratio);
	tf_sc_inv(g, &two, &two);
	tf_sc_mul(g, &ratio, &ratio, &two); /* t* / 2t */
	sum = plain_signature(keep, &h, &t);
	tf_sc_mul(g, &forged, &sum, &ratio);
	CHECK(holds(&tstar, &forged, wanted)); /* the attack, where nothing re-randomises */
	sig = sign_by(keep, &root, asked);
	tf_sc_mul(g, &forged, &sig.s, &ratio);
	CHECK(!holds(&tstar, &forged, wanted));
	tf_sc_neg(g, &forged, &forged);
	CHECK(!holds(&tstar, &forged, wanted));
	stage_free(&s);
}

/* ---- beyond the rows ---- */

/* sigma_3 := -s - sigma_1 - sigma_2, told to *with, which is what an honest 3 would have sent and
 * the s of the sum: whoever speaks last can tell. */
static void turn(const cast *k, void *m, void *with)
{
	tf_sc *sigma = &((tf_msg_sign_share *)m)->sigma;

	tf_sc_sub(k->g, sigma, sigma, with);
	tf_sc_sub(k->g, sigma, sigma, with);
}

ATTACK(B21, "minus-s-by-who-speaks-last",
       "a share that makes the sum -s: low s makes a valid signature of it, by -R, whose recovery"
       " id leads to another key; to everybody, and to one of two",
       "who is told it names the cheat: SIGN_SHARE; a result leaves with the recovery id of R, or"
       " not at all")
{
	static const lie lies[] = { { &tf_msg_sign_share_wire, turn } };
	static const tf_curve_id curves[] = { TF_CURVE_SECP256K1, TF_CURVE_P256, TF_CURVE_STARK };
	static const uint8_t small[32] = { 1 }; /* STARK signs numbers below 2^251 */

	for (unsigned k = 0; k < TF_ARRAY_LEN(curves); k++) {
		tf_presig keep[3];
		tf_ecdsa_sig good, got;
		tf_sc sum;

		stage_init_on(&s, 3, &tf_profile_small, curves[k]);
		stage_presign(&s, 1, true);
		for (unsigned i = 0; i < 3; i++)
			keep[i] = s.presig[i][0];
		good = sign_by(keep, &account, small);
		sum = good.s; /* or minus that: -s or 3s by low s. Try both, one of them is the attack */
		lie_ctx = &sum;
		for (unsigned half = 0; half < 2; half++) {
			for (unsigned to = 0; to < 2; to++) {
				for (unsigned i = 0; i < 3; i++)
					s.presig[i][0] = keep[i];
				lies_of(&s.c, 3, lies, 1, to ? 2 : 0);
				s.c.two_faced = to;
				stage_start_sign(&s, 0, &account, small);
				cast_run(&s.c);
				CHECK(s.c.err[1] == TF_E_PROOF && s.c.fault[1].party == 3);
				CHECK(s.c.fault[1].check == TF_CK_SIGN_SHARE && !s.c.done[1]);
				if (!to) {
					named(&s.c, 3, 1, TF_CK_SIGN_SHARE);
					continue;
				}
				CHECK_OK(tf_signing_result(&got, NULL, &s.signing[0]));
				CHECK(memcmp(&got, &good, sizeof(got)) == 0);
			}
			tf_sc_neg(s.c.g, &sum, &sum);
		}
		stage_free(&s);
	}
}
