/* FROST among cheats: every field and every byte altered by its sender, points of other groups,
 * swapped commitments. */
#include <stdlib.h>
#include <string.h>

#include "base/keccak.h"
#include "proto/frost_stage_test.h"

static frost_stage s;
static const tf_frost_suite suites[] = { TF_FROST_ED25519, TF_FROST_TAPROOT, TF_FROST_BIP445 };
static const frost_job job = { .path = { .index = { 1, 2 }, .len = 2 }, .msg = "pay", .len = 3 };

static unsigned liar;
static const tf_wire_type *type;
static void (*lie)(const cast *k, void *m, void *ctx);

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == liar && cast_is(mail, type->type, NULL))
		cast_rewrite(k, mail, type, lie, NULL);
	return true;
}

static void lying(unsigned who, const tf_wire_type *about,
                  void (*fn)(const cast *k, void *m, void *ctx))
{
	liar = who;
	type = about;
	lie = fn;
	s.c.rewrite = rewrite;
}

/* ---- commitments ---- */

static void one_fewer(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_frost_commit *)m)->items_n = 1;
}

static void identity_D(const cast *k, void *m, void *ctx)
{
	static tf_frost_pair pairs[2];
	tf_msg_frost_commit *msg = m;

	(void)k;
	(void)ctx;
	memcpy(pairs, msg->items, sizeof(pairs));
	pairs[1].D = (tf_pt){ .identity = 1 };
	msg->items = pairs;
}

static void identity_E(const cast *k, void *m, void *ctx)
{
	static tf_frost_pair pairs[2];
	tf_msg_frost_commit *msg = m;

	(void)k;
	(void)ctx;
	memcpy(pairs, msg->items, sizeof(pairs));
	pairs[1].E = (tf_pt){ .identity = 1 };
	msg->items = pairs;
}

static void other_id(const cast *k, void *m, void *ctx)
{
	static tf_presign_id ids[2];
	tf_msg_frost_confirm *msg = m;

	(void)k;
	(void)ctx;
	memcpy(ids, msg->items, sizeof(ids));
	ids[1].id[31] ^= 1;
	msg->items = ids;
}

static void fewer_ids(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_frost_confirm *)m)->items_n = 1;
}

static void preparation_names(unsigned who, const tf_wire_type *about,
                              void (*fn)(const cast *k, void *m, void *ctx), tf_check check)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		frost_init(&s, suites[k], 3);
		lying(who, about, fn);
		frost_start_prepare(&s, 2, true);
		cast_run(&s.c);
		cast_check_blame(&s.c, who, check);
		CHECK_ERR(tf_frost_prepare_take(&s.presig[0][0], &s.prepare[who % 3], 0),
		          TF_E_STATE);
		frost_free(&s);
	}
}

TEST(frost_commitments_that_cannot_be_name_their_sender)
{
	preparation_names(1, &tf_msg_frost_commit_wire, one_fewer, TF_CK_FROST_BATCH);
	preparation_names(2, &tf_msg_frost_commit_wire, identity_D, TF_CK_FROST_D);
	preparation_names(3, &tf_msg_frost_commit_wire, identity_E, TF_CK_FROST_E);
	preparation_names(1, &tf_msg_frost_confirm_wire, other_id, TF_CK_FROST_CONFIRM);
	preparation_names(2, &tf_msg_frost_confirm_wire, fewer_ids, TF_CK_FROST_BATCH_CONFIRM);
}

/* Two faces: other commitments for one party. Both originals convict. */
static void other_D(const cast *k, void *m, void *ctx)
{
	static tf_frost_pair pairs[2];
	tf_msg_frost_commit *msg = m;

	(void)ctx;
	memcpy(pairs, msg->items, msg->items_n * sizeof(pairs[0]));
	pairs[0].D = *tf_group_base(k->g);
	msg->items = pairs;
}

static bool to_one_only(cast *k, cast_mail *mail)
{
	return mail->to == 3 ? rewrite(k, mail) : true;
}

TEST(frost_commitments_with_two_faces_convict)
{
	frost_init(&s, TF_FROST_ED25519, 3);
	lying(1, &tf_msg_frost_commit_wire, other_D);
	s.c.rewrite = to_one_only;
	s.c.two_faced = true;
	frost_start_prepare(&s, 2, true);
	cast_run(&s.c);
	for (unsigned i = 1; i < 3; i++)
		CHECK(s.c.err[i] == TF_E_CONFLICT && s.c.fault[i].party == 1);
	frost_free(&s);
}

/* ---- shares ---- */

static void other_z(const cast *k, void *m, void *ctx)
{
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, &((tf_msg_frost_share *)m)->z, &((tf_msg_frost_share *)m)->z, &one);
}

static void minus_z(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	tf_sc_neg(k->g, &((tf_msg_frost_share *)m)->z, &((tf_msg_frost_share *)m)->z);
}

static void zero_z(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	memset(m, 0, sizeof(tf_msg_frost_share));
}

TEST(a_wrong_frost_share_names_its_sender)
{
	static void (*const lies[3])(const cast *, void *, void *) = { other_z, minus_z, zero_z };
	tf_frost_sig sig;

	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++)
		for (unsigned who = 1; who <= 3; who++) {
			frost_init(&s, suites[k], 3);
			frost_prepare(&s, 1, true);
			lying(who, &tf_msg_frost_share_wire, lies[who - 1]);
			frost_start_sign(&s, 0, &job);
			cast_run(&s.c);
			cast_check_blame(&s.c, who, TF_CK_FROST_SHARE);
			CHECK_ERR(tf_frost_signing_result(&sig, NULL, &s.signing[who % 3]),
			          TF_E_STATE);
			frost_free(&s);
		}
}

/* One more in the share of party 2, and one less in that of party 3, or one more there, too. */
static bool third_is_less;

static bool both_wrong(cast *k, cast_mail *mail)
{
	tf_sc one, minus, sum;
	tf_envelope e;
	uint8_t z[32];

	if (mail->from == 1 || !cast_is(mail, TF_MSG_FROST_SHARE, &e))
		return true;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_neg(k->g, &minus, &one);
	CHECK(e.payload.len == 32);
	CHECK_OK(tf_sc_decode(k->g, &sum, e.payload.p));
	tf_sc_add(k->g, &sum, &sum, mail->from == 3 && third_is_less ? &minus : &one);
	tf_sc_encode(z, &sum);
	e.payload.p = z;
	cast_forge(k, mail, &e, mail->from);
	return true;
}

static void sign_with_two_wrong(frost_stage *stage, bool less)
{
	frost_init(stage, TF_FROST_TAPROOT, 3);
	frost_prepare(stage, 1, true);
	stage->c.rewrite = both_wrong;
	third_is_less = less;
	frost_start_sign(stage, 0, &job);
	cast_run(&stage->c);
}

/* Checked alone, in the order of parties. */
TEST(of_two_wrong_frost_shares_the_first_is_named)
{
	sign_with_two_wrong(&s, false);
	CHECK(s.c.err[0] == TF_E_PROOF && s.c.fault[0].party == 2);
	CHECK(s.c.fault[0].check == TF_CK_FROST_SHARE && s.c.done[0] == 0);
	frost_free(&s);
}

/* What two parties have put in and taken out between them is no harm (docs/adr/0012): the
 * signature is the one that was asked for. Each of the two has its own right share, and the
 * other's wrong one. */
TEST(wrong_frost_shares_with_the_right_sum_make_the_signature)
{
	tf_frost_sig sig;
	bool valid;
	tf_pt Q;

	sign_with_two_wrong(&s, true);
	CHECK(s.c.err[0] == TF_OK && s.c.done[0] == 1);
	CHECK_OK(tf_frost_signing_result(&sig, &Q, &s.signing[0]));
	CHECK_OK(tf_frost_verify_vt(&valid, TF_FROST_TAPROOT, s.c.g, &sig, &Q, job.msg, job.len));
	CHECK(valid);
	CHECK(s.c.err[1] == TF_E_PROOF && s.c.fault[1].party == 3);
	CHECK(s.c.err[2] == TF_E_PROOF && s.c.fault[2].party == 2);
	frost_free(&s);
}

/* Shares that hold and a signature that does not: BIP 445 goes on with R = G where the commitments
 * cancel each other out. */
TEST(the_frost_signature_itself_is_verified)
{
	frost_init(&s, TF_FROST_BIP445, 2);
	frost_prepare(&s, 1, true);
	for (unsigned i = 0; i < 2; i++) {
		tf_frost_presig *p = &s.presig[i][0];
		tf_frost_commitment *list = p->list;

		CHECK_OK(tf_pt_neg(s.c.g, &list[1].D, &list[0].D));
		CHECK_OK(tf_pt_neg(s.c.g, &list[1].E, &list[0].E));
		tf_sc_neg(s.c.g, &p->nonce.d.s, &s.presig[0][0].nonce.d.s);
		tf_sc_neg(s.c.g, &p->nonce.e.s, &s.presig[0][0].nonce.e.s);
		if (i == 0) {
			tf_sc_neg(s.c.g, &p->nonce.d.s, &p->nonce.d.s);
			tf_sc_neg(s.c.g, &p->nonce.e.s, &p->nonce.e.s);
		}
	}
	frost_start_sign(&s, 0, &job);
	cast_run(&s.c);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == TF_PARTY_NONE);
		CHECK(s.c.fault[i].check == TF_CK_FROST_FINAL && s.c.done[i] == 0);
	}
	frost_free(&s);
}

/* ---- every byte ---- */

static size_t place;
static uint8_t mask;

/* The payload with one byte changed, signed by its sender, who believes it itself. */
static bool flip(cast *k, cast_mail *mail)
{
	const tf_rounds *r = k->run[mail->from - 1];
	uint8_t text[TF_ENVELOPE_SIGNED], copy[1024];
	tf_envelope e;

	if (mail->from != liar || !cast_is(mail, type->type, &e))
		return true;
	CHECK(place < e.payload.len && e.payload.len <= sizeof(copy));
	memcpy(copy, e.payload.p, e.payload.len);
	copy[place] ^= mask;
	e.payload.p = copy;
	cast_forge(k, mail, &e, mail->from);
	tf_envelope_signed(text, &e);
	tf_shake256_hash(r->slots[((e.round - 1u) * k->n + (e.from - 1u)) * 2].digest, text,
	                 sizeof(text));
	return true;
}

/* Nobody is done, and whoever is named is the liar. */
static void named_or_nobody(void)
{
	for (unsigned i = 0; i < s.c.n; i++) {
		if (i + 1 == liar)
			continue;
		CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == liar);
		CHECK(s.c.done[i] == 0);
	}
}

static void every_byte(const tf_wire_type *about, size_t len)
{
	type = about;
	for (place = 0; place < len; place++)
		for (mask = 1; mask; mask = (uint8_t)(mask == 1 ? 0x80 : 0)) {
			liar = 1 + (unsigned)place % 3;
			s.c.rewrite = flip;
			if (type->type == TF_MSG_FROST_SHARE) {
				s.c.rewrite = NULL;
				frost_prepare(&s, 1, true);
				s.c.rewrite = flip;
				frost_start_sign(&s, 0, &job);
			} else {
				frost_start_prepare(&s, 1, true);
			}
			cast_run(&s.c);
			named_or_nobody();
			for (size_t i = 0; i < s.c.posted; i++)
				free(s.c.mail[i].bytes);
			s.c.posted = s.c.delivered = s.c.burns = 0;
		}
}

TEST(every_byte_of_frost_is_bound)
{
	for (unsigned k = 0; k < TF_ARRAY_LEN(suites); k++) {
		frost_init(&s, suites[k], 3);
		every_byte(&tf_msg_frost_commit_wire, 4 + 66);
		every_byte(&tf_msg_frost_confirm_wire, 4 + 32);
		every_byte(&tf_msg_frost_share_wire, 32);
		frost_free(&s);
	}
}

/* ---- row 29: points that are not of the group ---- */

static const char *const strangers[] = {
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", /* of order 8 */
	"0000000000000000000000000000000000000000000000000000000000000000", /* of order 4 */
	"0100000000000000000000000000000000000000000000000000000000000000", /* neutral */
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* of order 2 */
	"98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819", /* the base and one */
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* y = p */
	"0200000000000000000000000000000000000000000000000000000000000000", /* off the curve */
};

static uint8_t stranger[TF_PT_BYTES];

/* A point of the payload replaced by the stranger. */
static bool replace(cast *k, cast_mail *mail)
{
	uint8_t copy[1024];
	tf_envelope e;

	if (mail->from != liar || !cast_is(mail, type->type, &e))
		return true;
	CHECK(place + sizeof(stranger) <= e.payload.len && e.payload.len <= sizeof(copy));
	memcpy(copy, e.payload.p, e.payload.len);
	memcpy(copy + place, stranger, sizeof(stranger));
	e.payload.p = copy;
	cast_forge(k, mail, &e, mail->from);
	return true;
}

static void set_stranger(const char *hex)
{
	stranger[0] = TF_PT_TAG_ED25519;
	for (unsigned i = 0; i < 32; i++) {
		const char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		stranger[i + 1] = (uint8_t)strtoul(two, NULL, 16);
	}
}

/* The first convict, before echoes are compared: its messages are the same for all. */
static void form_names_the_liar(void)
{
	cast_run(&s.c);
	for (unsigned i = 0; i < s.c.n; i++)
		if (i + 1 != liar)
			CHECK(s.c.err[i] == TF_E_PROOF && s.c.fault[i].party == liar &&
			      s.c.fault[i].check == TF_CK_PAYLOAD_FORM && s.c.done[i] == 0);
	frost_free(&s);
}

TEST(frost_refuses_commitments_of_other_groups)
{
	type = &tf_msg_frost_commit_wire;
	for (unsigned k = 0; k <= TF_ARRAY_LEN(strangers); k++)
		for (unsigned e = 0; e < 2; e++) {
			bool ed = k < TF_ARRAY_LEN(strangers);

			liar = 1 + k % 3;
			frost_init(&s, ed ? TF_FROST_ED25519 : TF_FROST_TAPROOT, 3);
			memset(stranger, 0xff, sizeof(stranger));
			stranger[0] = 2;
			if (ed)
				set_stranger(strangers[k]);
			place = 4 + e * TF_PT_BYTES;
			s.c.rewrite = replace;
			frost_start_prepare(&s, 1, true);
			form_names_the_liar();
		}
}

/* The same in key generation: F_j0, F_j1 and A_j of its second round. */
TEST(key_generation_refuses_points_of_other_groups)
{
	tf_keygen kg[3];

	type = &tf_msg_keygen_r2_wire;
	for (unsigned k = 0; k < TF_ARRAY_LEN(strangers); k++)
		for (unsigned f = 0; f < 3; f++) {
			liar = 1 + (k + f) % 3;
			memset(&s, 0, sizeof(s));
			cast_init(&s.c, 3, &tf_profile_small, TF_CURVE_ED25519);
			cast_rooms(&s.c, tf_keygen_sizes(&tf_profile_small, 3));
			set_stranger(strangers[k]);
			place = 64 + 4 + f * TF_PT_BYTES;
			s.c.rewrite = replace;
			for (unsigned i = 0; i < 3; i++) {
				tf_keygen_args args = { .env = &s.c.env[i], .t = 2,
				                        .workspace = "test" };

				CHECK_OK(tf_keygen_start(&kg[i], &args, &s.c.mem[i],
				                         &s.c.out[i]));
				s.c.run[i] = &kg[i].r;
			}
			form_names_the_liar();
		}
}
