/* Beyond the numbered rows: what the histories of other implementations tell. */
#include <stdlib.h>
#include <string.h>

#include "attacks/attacks.h"
#include "curve/bip32.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/presign_impl.h"
#include "proto/testimony.h"
#include "wire_testimony.h"
#include "zk/fields_test.h"

static stage s;
static cast c;
static tf_keygen kg[3];

static void keygen_begins(void)
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "attacked",
		                        .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
	}
}

ATTACK(B01, "affg-coprimality",
       "ciphertexts and commitments of aff-g that share a factor with their modulus",
       "refused by the field's own check: AFFG_D, AFFG_Y, AFFG_A, AFFG_BY, AFFG_E, AFFG_W")
{
	zk_case *k = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_zk_affg_proof *p = &k->p.affg;
	struct {
		tf_bn *at;
		const tf_bn *factor;
		tf_check check;
	} all[] = {
		{ &k->D, &k->k->n0_factor, TF_CK_AFFG_D }, { &k->Yc, &k->k->n_factor, TF_CK_AFFG_Y },
		{ &p->A, &k->k->n0_factor, TF_CK_AFFG_A }, { &p->By, &k->k->n_factor, TF_CK_AFFG_BY },
		{ &p->E, &k->k->nhat_factor, TF_CK_AFFG_E }, { &p->w, &k->k->n0_factor, TF_CK_AFFG_W },
	};

	zk_honest(&zk_affg, k);
	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++) {
		tf_bn keep = *all[i].at;

		*all[i].at = *all[i].factor;
		zk_refused(&zk_affg, k, all[i].check, "a multiple of a factor");
		*all[i].at = keep;
	}
}

LIE(other_ack, ((tf_msg_keygen_ack *)m)->signature[9] ^= 1)

ATTACK(B02, "acknowledgement-overridden",
       "after its acknowledgement a party sends a second, other one, to take it back or spoil it",
       "a run under way convicts it (EQUIVOCATION); one that is done keeps its key")
{
	cast_mail *ack = NULL, *second;
	tf_fault f;

	for (unsigned late = 0; late < 2; late++) {
		keygen_begins();
		cast_run(&c);
		cast_check_done(&c);
		for (size_t k = 0; k < c.posted; k++)
			if (c.mail[k].from == 3 && c.mail[k].to == 1 &&
			    cast_is(&c.mail[k], TF_MSG_KEYGEN_ACK, NULL))
				ack = &c.mail[k];
		CHECK(ack != NULL);
		second = cast_copy(&c, ack);
		c.two_faced = true;
		cast_rewrite(&c, second, &tf_msg_keygen_ack_wire, other_ack, NULL);
		if (late) {
			tf_err err = tf_rounds_step(c.run[0], second->bytes, second->len, &c.out[0], &f);

			CHECK(err != TF_OK && tf_rounds_state(c.run[0]) == TF_RUN_DONE);
			CHECK(tf_keygen_key(&kg[0]) && c.out[0].count == 0);
		} else { /* the same randomness again, as far as the first acknowledgement */
			cast_mail kept = { 3, 1, second->len, second->bytes };

			second->bytes = NULL; /* outlives the cast */
			cast_free(&c);
			keygen_begins();
			for (unsigned i = 0; i < 3; i++)
				cast_collect(&c, i);
			while (c.delivered < c.posted) {
				cast_mail m = c.mail[c.delivered++];

				if (m.from == 2 && m.to == 1 && cast_is(&m, TF_MSG_KEYGEN_ACK, NULL))
					continue; /* on its way */
				CHECK_OK(cast_step(&c, m.to - 1, m.bytes, m.len));
			}
			CHECK(tf_rounds_state(c.run[0]) == TF_RUN_RUNNING);
			CHECK_ERR(tf_rounds_step(c.run[0], kept.bytes, kept.len, &c.out[0], &f),
			          TF_E_CONFLICT);
			CHECK(f.party == 3 && f.check == TF_CK_EQUIVOCATION);
			free(kept.bytes);
		}
		cast_free(&c);
	}
}

ATTACK(B03, "sign-of-s-on-p256",
       "is s positive? On P-256 the half of the order is another number than on secp256k1",
       "low s is below each curve's own half, and flips the recovery id with it")
{
	static const tf_curve_id curves[] = { TF_CURVE_SECP256K1, TF_CURVE_P256, TF_CURVE_STARK };

	for (unsigned k = 0; k < TF_ARRAY_LEN(curves); k++) {
		tf_ecdsa_sig sig = { .recid = 0 }, low;
		tf_sc half, one;

		cast_init(&c, 2, &tf_profile_small, curves[k]);
		tf_sc_set_u64(c.g, &one, 1);
		tf_sc_set_u64(c.g, &half, 2);
		tf_sc_inv(c.g, &half, &half); /* (q+1)/2, the least that is high */
		sig.r = one;
		sig.s = half;
		low = sig;
		tf_ecdsa_low_s(c.g, &low);
		CHECK(!tf_ct_reveal(tf_sc_eq(&low.s, &sig.s)) && low.recid == 1);
		tf_sc_sub(c.g, &sig.s, &half, &one); /* (q-1)/2, the highest that is low */
		CHECK(tf_ct_reveal(tf_sc_eq(&low.s, &sig.s)));
		low = sig;
		tf_ecdsa_low_s(c.g, &low);
		CHECK(tf_ct_reveal(tf_sc_eq(&low.s, &sig.s)) && low.recid == 0);
		cast_free(&c);
	}
}

ATTACK(B04, "size-of-the-factor-proof",
       "masks of the large-factor proof that are longer than an honest prover's can be",
       "refused by FAC_W1_SIZE, FAC_W2_SIZE, FAC_V_SIZE before any exponentiation")
{
	zk_case *k = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_zk_fac_proof *p = &k->p.fac;
	struct {
		tf_int *at;
		uint32_t bits;
		tf_check check;
	} all[] = { { &p->w1, 1825, TF_CK_FAC_W1_SIZE }, { &p->w2, 1825, TF_CK_FAC_W2_SIZE },
	            { &p->v, 3105, TF_CK_FAC_V_SIZE } };

	zk_honest(&zk_fac, k);
	for (unsigned i = 0; i < TF_ARRAY_LEN(all); i++) {
		tf_int keep = *all[i].at;

		tf_bn_set_u64(&all[i].at->mag, 1);
		CHECK_OK(tf_bn_shl(&all[i].at->mag, &all[i].at->mag, all[i].bits));
		zk_refused(&zk_fac, k, all[i].check, "too long");
		*all[i].at = keep;
	}
}

/* A ciphertext's field with a byte more or less; the payload is as long as before, or not. */
static int shift_by;

static bool shift_payload(cast *k, cast_mail *mail)
{
	static uint8_t copy[1 << 16];
	tf_envelope e;

	if (mail->from != 3 || !cast_is(mail, TF_MSG_PRESIGN_R1, &e))
		return true;
	memcpy(copy, e.payload.p, 4);
	if (shift_by > 0) { /* a leading zero, the last byte falls off */
		copy[4] = 0;
		memcpy(copy + 5, e.payload.p + 4, e.payload.len - 5);
	} else { /* the last byte is not there */
		memcpy(copy + 4, e.payload.p + 4, e.payload.len - 4);
		e.payload.len--;
	}
	e.payload.p = copy;
	cast_forge(k, mail, &e, 3);
	return true;
}

ATTACK(B05, "ciphertext-length",
       "a ciphertext with a leading zero byte, and one that ends a byte early",
       "the cheat is named in round 1: PAYLOAD_FORM")
{
	for (shift_by = -1; shift_by < 2; shift_by += 2) {
		stage_init(&s, 3, &tf_profile_small);
		s.c.rewrite = shift_payload;
		stage_start_presign(&s, 1, true);
		cast_run(&s.c);
		named(&s.c, 3, 1, TF_CK_PAYLOAD_FORM);
		stage_free(&s);
	}
}

ATTACK(B07, "downgrade",
       "the caller tells one party an older protocol version, or a weaker profile",
       "another version is refused (TF_E_UNSUPPORTED), another profile is another session")
{
	static tf_profile weaker;
	tf_envelope e;
	tf_fault f;

	keygen_begins();
	for (unsigned i = 0; i < 3; i++)
		cast_collect(&c, i);
	for (size_t k = 0; k < c.posted; k++)
		if (c.mail[k].from == 3 && c.mail[k].to == 1) {
			CHECK(!cast_is(&c.mail[k], 0, &e));
			e.version--;
			cast_forge(&c, &c.mail[k], &e, 3);
			CHECK_ERR(tf_rounds_step(c.run[0], c.mail[k].bytes, c.mail[k].len,
			                         &c.out[0], &f), TF_E_UNSUPPORTED);
			CHECK(f.party == TF_PARTY_NONE);
			break;
		}
	cast_free(&c);
	stage_init(&s, 3, &tf_profile_small);
	weaker = tf_profile_small;
	weaker.text = "small:640,256,288,832,31";
	weaker.m = 31;
	{ /* introductions: party 3 is told of fewer repetitions */
		static tf_auxinfo aux[3];

		cast_rooms(&s.c, tf_auxinfo_sizes(&tf_profile_small, 3));
		s.c.env[2].pr = &weaker;
		for (unsigned i = 0; i < 3; i++) {
			tf_auxinfo_args args = { .env = &s.c.env[i], .own = &s.own[i] };

			CHECK_OK(tf_auxinfo_start(&aux[i], &args, &s.c.mem[i], &s.c.out[i]));
			s.c.run[i] = &aux[i].r;
		}
		cast_run(&s.c);
		for (unsigned i = 0; i < 3; i++)
			CHECK(s.c.err[i] == TF_E_SESSION && s.c.done[i] == 0);
	}
	stage_free(&s);
}

ATTACK(B08, "combination-never-verified",
       "presignatures of another key at everybody: each share holds, the sum is no signature",
       "no result leaves: SIGN_FINAL, nobody is named")
{
	static const tf_path root = { .len = 0 };
	static const uint8_t digest[32] = { 1 };
	tf_ecdsa_sig sig;

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	for (unsigned i = 0; i < 3; i++)
		plus_G(&s.c, &s.presig[i][0].Y);
	stage_start_sign(&s, 0, &root, digest);
	cast_run(&s.c);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].check == TF_CK_SIGN_FINAL);
		CHECK(s.c.fault[i].party == TF_PARTY_NONE && s.c.done[i] == 0);
		CHECK_ERR(tf_signing_result(&sig, NULL, &s.signing[i]), TF_E_STATE);
	}
	stage_free(&s);
}

ATTACK(B09, "sign-of-a-decryption",
       "plaintexts around 0 and around N/2: which sign does decryption give?",
       "always the representative in (-N/2, N/2)")
{
	const int64_t small[] = { 0, 1, -1, 12345, -12345 };
	tf_bn half, one, plain;
	tf_paillier_sk *sk;

	stage_init(&s, 2, &tf_profile_small);
	sk = &s.own[0].sk;
	tf_bn_set_u64(&one, 1);
	tf_bn_shr(&half, &sk->pk.n.m, 1); /* (N-1)/2: the largest; one more is the least */
	for (unsigned k = 0; k < TF_ARRAY_LEN(small) + 2; k++) {
		tf_int want = { .mag = { .n = 1 } }, got;
		tf_paillier_dec d;
		tf_batch *b;
		tf_bn ct;

		if (k < TF_ARRAY_LEN(small)) {
			tf_bn_set_u64(&plain, (uint64_t)llabs(small[k]));
			tf_int_set(&want, &plain, small[k] < 0 ? ~(tf_ct)0 : 0);
		} else {
			tf_int_set(&want, &half, k > TF_ARRAY_LEN(small) ? ~(tf_ct)0 : 0);
		}
		tf_bn_set_u64(&ct, 1);
		CHECK_OK(tf_paillier_enc_finish(&ct, &s.aux[0].pk, &want));
		CHECK_OK(tf_batch_init(&b, attack_scratch(), 4));
		CHECK_OK(tf_paillier_dec_start(b, &d, sk, &ct));
		CHECK_OK(tf_batch_run(b));
		CHECK_OK(tf_paillier_dec_finish(&got, &d, sk));
		CHECK(tf_ct_reveal(tf_int_eq(&got, &want)));
	}
	stage_free(&s);
}

ATTACK(B10, "reading-beyond-a-message",
       "every message of a key generation cut short at every length, in memory that ends there",
       "refused, kind ENCODING; the sanitizers' builds see any byte read beyond")
{
	keygen_begins();
	cast_run(&c);
	cast_check_done(&c);
	for (size_t k = 0; k < c.posted; k++)
		for (size_t len = 0; len < c.mail[k].len; len += 1 + len / 64) {
			uint8_t *exact = malloc(len ? len : 1);
			tf_envelope e;
			tf_arena mem;
			uint8_t none[64];

			CHECK(exact != NULL);
			memcpy(exact, c.mail[k].bytes, len);
			tf_arena_init(&mem, none, sizeof(none));
			CHECK(tf_err_get_kind(tf_envelope_decode(&e, NULL, &mem, exact, len)) ==
			      TF_KIND_ENCODING);
			free(exact);
		}
	cast_free(&c);
}

LIE(bad_id, ((tf_msg_presign_confirm *)m)->items[0].id[0] ^= 1)

ATTACK(B11, "output-despite-failure",
       "the last message of presigning fails: is there something in what the caller gets?",
       "nothing: TF_E_STATE, and what it gave is as it was")
{
	static const lie lies[] = { { &tf_msg_presign_confirm_wire, bad_id } };
	static const uint8_t zero[sizeof(tf_presig)];
	tf_presig p;

	stage_init(&s, 3, &tf_profile_small);
	lies_of(&s.c, 3, lies, 1, 0);
	stage_start_presign(&s, 1, true);
	cast_run(&s.c);
	named(&s.c, 3, 4, TF_CK_PRESIGN_CONFIRM);
	for (unsigned i = 0; i < 2; i++) {
		memset(&p, 0, sizeof(p));
		CHECK_ERR(tf_presign_take(&p, &s.presign[i], 0), TF_E_STATE);
		CHECK(memcmp(&p, zero, sizeof(p)) == 0);
	}
	stage_free(&s);
}

ATTACK(B12, "points-used-unchecked",
       "every encoding that is no point: prefixes, x without y, x above p, O with a byte in it",
       "no decoder of ours makes a point of it: kind ENCODING")
{
	static const uint8_t prefixes[] = { 0, 1, 4, 5, 6, 7, 0xff };
	uint8_t b[TF_PT_BYTES], base[TF_PT_BYTES];
	unsigned refused = 0;
	tf_pt p;

	cast_init(&c, 2, &tf_profile_small, TF_CURVE_SECP256K1);
	tf_pt_encode(c.g, base, tf_group_base(c.g));
	for (unsigned k = 0; k < TF_ARRAY_LEN(prefixes); k++) {
		memcpy(b, base, sizeof(b));
		b[0] = prefixes[k];
		CHECK(tf_err_get_kind(tf_pt_decode(c.g, &p, b)) == TF_KIND_ENCODING);
	}
	for (unsigned x = 0; x < 256; x++) {
		memset(b, 0, sizeof(b));
		b[0] = 2;
		b[32] = (uint8_t)x;
		if (tf_pt_decode(c.g, &p, b) != TF_OK)
			refused++;
		memset(b + 1, 0xff, 31);
		b[32] = (uint8_t)x;
		CHECK(tf_pt_decode(c.g, &p, b) != TF_OK); /* above p */
	}
	CHECK(refused > 96 && refused < 160); /* about half of all x have no y */
	cast_free(&c);
}

ATTACK(B13, "nonce-size-denial-of-service",
       "a response that is as long as its field allows, many times over: what does a verifier do?",
       "refused by its size before anything is enqueued: ENCELG_Z3_SIZE, AFFG_Z3_SIZE,"
       " AFFG_Z4_SIZE")
{
	zk_case *k = zk_case_new(zk_kit_new(&tf_profile_small, 1), false);
	tf_int *at[] = { &k->p.affg.z3, &k->p.affg.z4 };
	static const tf_check checks[] = { TF_CK_AFFG_Z3_SIZE, TF_CK_AFFG_Z4_SIZE };

	zk_honest(&zk_affg, k);
	for (unsigned i = 0; i < 2; i++) {
		tf_int keep = *at[i];

		tf_bn_set_u64(&at[i]->mag, 1);
		CHECK_OK(tf_bn_shl(&at[i]->mag, &at[i]->mag, 4000));
		zk_refused(&zk_affg, k, checks[i], "4000 bits");
		*at[i] = keep;
	}
	zk_honest(&zk_encelg, k);
	tf_bn_set_u64(&k->p.encelg.z3.mag, 1);
	CHECK_OK(tf_bn_shl(&k->p.encelg.z3.mag, &k->p.encelg.z3.mag, 4000));
	zk_refused(&zk_encelg, k, TF_CK_ENCELG_Z3_SIZE, "4000 bits");
}

ATTACK(B14, "presignatures-out-of-a-backup",
       "all that presigning and signing ever ask to be written down: is a presignature in it?",
       "nothing is: no record is written, and no secret of one occurs in what is sent; with real"
       " processes, kills and disks that are put back: rows 21r, 40r and 41r")
{
	static const tf_path root = { .len = 0 };
	static const uint8_t digest[32] = { 1 };
	uint8_t secret[2][32];

	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	tf_sc_encode(secret[0], &s.presig[0][0].k.s);
	tf_sc_encode(secret[1], &s.presig[0][0].chi.s);
	stage_start_sign(&s, 0, &root, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &root, digest);
	CHECK(s.c.records == 0);
	for (size_t k = 0; k < s.c.posted; k++)
		for (unsigned i = 0; i < 2; i++)
			CHECK(memmem(s.c.mail[k].bytes, s.c.mail[k].len, secret[i], 32) == NULL);
	stage_free(&s);
}

/* What party 1 writes of an honest run to have party 2 convicted, and what a judge makes of it. */
static bool convicts(tf_stage kind, const tf_rounds *r, tf_check check,
                     void (*retell)(tf_rec_testimony *m))
{
	static uint8_t room[1u << 20] __attribute__((aligned(64))), bytes[1u << 18];
	tf_fault claim = { .party = 2, .round = r->rounds, .check = check };
	tf_testimony t = { .stage = kind, .r = r, .fault = &claim, .cc = s.cc };
	tf_evidence_verdict v;
	tf_rec_testimony m;
	tf_arena mem;
	size_t len = 0, need;
	uint8_t *court;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_testimony_write(bytes, sizeof(bytes), &len, &t, &mem));
	CHECK_OK(tf_wire_decode_framed(&tf_rec_testimony_wire, &m, NULL, &mem, bytes, len));
	if (retell)
		retell(&m);
	CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, room + sizeof(room) / 2,
	                               sizeof(room) / 2, &len, NULL, &m));
	need = tf_evidence_judge_mem(room + sizeof(room) / 2, len);
	court = aligned_alloc(64, (need + 63) & ~(size_t)63);
	CHECK(need > 0 && court);
	tf_arena_init(&mem, court, need);
	CHECK_OK(tf_evidence_judge(&v, room + sizeof(room) / 2, len, &mem));
	free(court);
	CHECK(v.err == (retell ? TF_E_SESSION : TF_OK));
	return v.convicts;
}

static uint8_t *last_byte(tf_rec_testimony *m)
{
	return (uint8_t *)(uintptr_t)m->context.p + m->context.len - 1;
}

static void other_key_name(tf_rec_testimony *m) { *last_byte(m) ^= 1; }
static void other_device_name(tf_rec_testimony *m) { m->parties[0].device = "device-9"; }
static void other_third(tf_rec_testimony *m) { m->parties[2].identity[9] ^= 1; }

/* Before cc, an empty path and the digest: echo, and whether there is one. */
static void no_echo(tf_rec_testimony *m)
{
	uint8_t *echoed = last_byte(m) - 32 - 4 - 32 - 32;

	CHECK(*echoed == 1);
	*echoed = 0;
	m->check = TF_CK_ENVELOPE_ECHO;
	m->messages++; /* its own, which has one, too */
	m->messages_n--;
}

ATTACK(B15, "evidence-retold",
       "a file of an honest run, with another name of the key, of a device, another key of a third,"
       " or signature shares that should carry no echo: by it they would be wrong",
       "it convicts nobody: all of it is in the context that every message is signed with")
{
	static const tf_path root = { .len = 0 };
	static const uint8_t digest[32] = { 1 };

	keygen_begins();
	cast_run(&c);
	cast_check_done(&c);
	CHECK(!convicts(TF_STAGE_KEYGEN, &kg[0].r, TF_CK_KEYGEN_RESULT, NULL));
	CHECK(!convicts(TF_STAGE_KEYGEN, &kg[0].r, TF_CK_KEYGEN_RESULT, other_key_name));
	CHECK(!convicts(TF_STAGE_KEYGEN, &kg[0].r, TF_CK_KEYGEN_RESULT, other_device_name));
	CHECK(!convicts(TF_STAGE_KEYGEN, &kg[0].r, TF_CK_KEYGEN_RESULT, other_third));
	cast_free(&c);
	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, false);
	stage_start_sign(&s, 0, &root, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &root, digest);
	CHECK(!convicts(TF_STAGE_SIGN, &s.signing[0].r, TF_CK_SIGN_SHARE, NULL));
	CHECK(!convicts(TF_STAGE_SIGN, &s.signing[0].r, TF_CK_SIGN_SHARE, no_echo));
	stage_free(&s);
}
