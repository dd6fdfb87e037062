/* A sharing's edges. */
#include <string.h>

#include "proto/recast_test.h"

static recast x;

/* Is s, with its own attempt hash, a sharing? */
static tf_err check(tf_sharing s)
{
	CHECK_OK(tf_sharing_attempt(s.attempt, &s, x.c.g, recast_scratch()));
	return tf_sharing_check(&s, x.c.g, recast_scratch());
}

TEST(sharings_of_the_fewest_and_the_most_seats)
{
	static const struct {
		unsigned n, t;
		tf_share_form form;
	} all[] = {
		{ 2, 2, TF_SHARE_FELDMAN }, { 2, 2, TF_SHARE_ADDITIVE }, { 3, 2, TF_SHARE_FELDMAN },
		{ 16, 16, TF_SHARE_ADDITIVE }, { 16, 2, TF_SHARE_FELDMAN },
		{ 16, 16, TF_SHARE_FELDMAN },
	};

	for (size_t k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_sharing s;

		recast_init(&x, 2, TF_CURVE_SECP256K1);
		recast_deal(&x, all[k].n, all[k].t, all[k].form);
		s = x.source[0].sharing;
		CHECK_OK(check(s));
		s.t = 0;
		CHECK_ERR(check(s), TF_E_ENCODING);
		s.t = (uint16_t)(all[k].n + 1);
		CHECK_ERR(check(s), TF_E_ENCODING);
		s.n = s.t = 0;
		CHECK_ERR(check(s), TF_E_ENCODING);
		recast_free(&x);
	}
}

TEST(sharings_list_their_seats_in_order)
{
	for (unsigned at = 0; at < 3; at++) {
		tf_sharing s;
		tf_seat seat;

		recast_init(&x, 2, TF_CURVE_SECP256K1);
		recast_deal(&x, 4, 2, TF_SHARE_FELDMAN);
		s = x.source[0].sharing;
		seat = s.seat[at];
		s.seat[at] = s.seat[at + 1];
		s.seat[at + 1] = seat;
		CHECK_ERR(check(s), TF_E_ENCODING);
		s.seat[at] = seat; /* twice the same */
		CHECK_ERR(check(s), TF_E_ENCODING);
		recast_free(&x);
	}
}

/* Everything adds up, but whoever has one of these shares has the key. */
TEST(a_sharing_of_which_one_share_is_enough_is_none)
{
	tf_sharing s;

	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	s = x.source[0].sharing;
	s.t = 1;
	for (unsigned i = 0; i < s.n; i++)
		s.seat[i].W = s.Y;
	CHECK_ERR(check(s), TF_E_ENCODING);
	s.n = 1;
	CHECK_ERR(check(s), TF_E_ENCODING);
	s.form = TF_SHARE_ADDITIVE;
	CHECK_ERR(check(s), TF_E_ENCODING);
	recast_free(&x);
}

TEST(every_seat_of_a_sharing_is_another_devices)
{
	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 4, 3, TF_SHARE_FELDMAN);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++) {
			tf_sharing s = x.source[0].sharing;

			memcpy(s.seat[i].device, s.seat[j].device, sizeof(s.seat[i].device));
			CHECK_ERR(check(s), i == j ? TF_OK : TF_E_ENCODING);
			s = x.source[0].sharing;
			s.seat[i].device[0] = '\0'; /* nobody's */
			CHECK_ERR(check(s), TF_E_ENCODING);
		}
	recast_free(&x);
}

/* Additive shares of two, whose points are these. */
static tf_sharing two(const tf_pt *a, const tf_pt *b)
{
	tf_sharing s = x.source[0].sharing;

	s.n = s.t = 2;
	s.form = TF_SHARE_ADDITIVE;
	s.seat[0].W = *a;
	s.seat[1].W = *b;
	CHECK_OK(tf_pt_add(x.c.g, &s.Y, a, b));
	return s;
}

/* Each is wrong in one thing, and everything else fits it. */
TEST(a_sharing_is_refused_for_each_thing_that_is_wrong)
{
	const tf_pt *G;
	tf_pt minus, other, none;
	tf_sharing s;

	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	G = tf_group_base(x.c.g);
	CHECK_OK(tf_pt_neg(x.c.g, &minus, G));
	CHECK_OK(tf_pt_add(x.c.g, &none, G, &minus));
	CHECK_OK(tf_pt_add(x.c.g, &other, G, G));
	CHECK_OK(check(two(G, &other)));
	CHECK_ERR(check(two(G, &none)), TF_E_ENCODING);
	CHECK_ERR(check(two(&none, G)), TF_E_ENCODING);
	CHECK_ERR(check(two(G, &minus)), TF_E_ENCODING); /* of O */
	s = two(G, &other);
	s.seat[0].index = 0;
	CHECK_ERR(check(s), TF_E_ENCODING);
	s = two(G, &other);
	s.Y = other; /* of which these are no shares */
	CHECK_ERR(check(s), TF_E_ENCODING);
	s = two(G, &other);
	s.curve = TF_CURVE_P256;
	CHECK_ERR(check(s), TF_E_ENCODING);
	s = x.source[0].sharing;
	CHECK_OK(tf_pt_add(x.c.g, &s.Y, &s.Y, G));
	CHECK_ERR(check(s), TF_E_ENCODING);
	s = x.source[0].sharing;
	CHECK_OK(tf_pt_add(x.c.g, &s.seat[2].W, &s.seat[2].W, G)); /* off the polynomial */
	CHECK_ERR(check(s), TF_E_ENCODING);
	s = two(G, &other);
	s.n = 3; /* all of them make Y, but two are said to be enough */
	s.seat[2].W = *G;
	CHECK_OK(tf_pt_add(x.c.g, &s.Y, &s.Y, G));
	CHECK_ERR(check(s), TF_E_ENCODING);
	s.t = 3;
	CHECK_OK(check(s));
	s.attempt[31] ^= 1; /* that of other seats */
	CHECK_ERR(tf_sharing_check(&s, x.c.g, recast_scratch()), TF_E_ENCODING);
	recast_free(&x);
}

/* ---- records ---- */

/* The certificate of a sharing without signatures: records are read from our own store. */
static size_t certify(uint8_t *out, const tf_sharing *s)
{
	static uint8_t body[TF_CERTIFICATE_MAX], room[1 << 18];
	size_t body_len, len;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_sharing_encode(body, &body_len, NULL, s, x.c.g, &mem));
	CHECK_OK(tf_sharing_seal(out, TF_CERTIFICATE_MAX, &len, body, body_len, NULL, 0, &mem));
	return len;
}

static size_t record(uint8_t *out, const tf_key *key, const tf_sharing *certified)
{
	static uint8_t cert[TF_CERTIFICATE_MAX];
	size_t cert_len = certify(cert, certified), len;

	CHECK_OK(tf_key_encode(out, TF_CERTIFICATE_MAX + 256, &len, key, cert, cert_len, x.c.g,
	                       recast_scratch()));
	return len;
}

TEST(shares_are_read_back_only_with_what_they_are_shares_of)
{
	static uint8_t rec[TF_CERTIFICATE_MAX + 256];
	static tf_key key, got;

	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	for (unsigned k = 0; k < 11; k++) {
		bool right = k == 0 || k == 8;
		tf_err err;

		key = x.source[1];
		switch (k) {
		case 0: break;
		case 1: key.sharing.key_id[31] ^= 1; break;
		case 2: key.sharing.sharing[0] ^= 1; break;
		case 3: key.sharing.epoch++; break;
		case 4: key.sharing.form = TF_SHARE_ADDITIVE; break;
		case 5: key.index = 4; break;
		case 6: key.index = 3; break; /* a seat, and not its share */
		case 7: key.x.s.d[0] ^= 1; break;
		case 8: key.state = TF_SHARE_PENDING; break;
		case 9: key.state = (tf_share_state)(TF_SHARE_COMMITTED + 1); break;
		case 10: key.sharing.curve = TF_CURVE_P256; break; /* the record's, not the sharing's */
		}
		err = tf_key_decode(&got, NULL, x.c.g, rec,
		                    record(rec, &key, &x.source[1].sharing), recast_scratch());
		CHECK_ERR(err, right ? TF_OK : TF_E_ENCODING);
		CHECK(got.index == (right ? 2 : 0) && got.state == (right ? key.state : 0));
	}
	recast_free(&x);
}

TEST(a_pending_share_is_completed_once_and_by_its_own_sharing)
{
	static uint8_t rec[TF_CERTIFICATE_MAX + 256], out[TF_CERTIFICATE_MAX + 256];
	static uint8_t cert[TF_CERTIFICATE_MAX];
	static tf_sharing other;
	static tf_key key, got;
	size_t len, cert_len, out_len = 0;
	tf_fault f;

	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	key = x.source[1];
	key.state = TF_SHARE_PENDING;
	for (unsigned generated = 0; generated < 2; generated++) {
		if (generated)
			memset(key.sharing.previous, 0, sizeof(key.sharing.previous));
		len = record(rec, &key, &key.sharing);
		cert_len = certify(cert, &key.sharing);
		if (!generated) /* that of a resharing ends otherwise */
			CHECK_ERR(tf_key_complete(out, sizeof(out), &out_len, &key.sharing,
			                          (tf_blob){ cert, cert_len },
			                          (tf_blob){ rec, len }, x.c.g, recast_scratch(),
			                          &f), TF_E_STATE);
	}
	for (unsigned k = 0; k < 3; k++) {
		other = key.sharing;
		switch (k) {
		case 0: other.cc[0] ^= 1; break;
		case 1: other.epoch++; break;
		case 2: other.previous[0] ^= 1; break;
		}
		tf_fault_at(&f, TF_PARTY_NONE, 0);
		CHECK_ERR(tf_key_complete(out, sizeof(out), &out_len, &other,
		                          (tf_blob){ cert, cert_len }, (tf_blob){ rec, len },
		                          x.c.g, recast_scratch(), &f), TF_E_TRUST);
		CHECK(f.check == TF_CK_SHARING_SAME && f.party == TF_PARTY_NONE && out_len == 0);
	}
	CHECK_OK(tf_key_complete(out, sizeof(out), &out_len, &key.sharing,
	                         (tf_blob){ cert, cert_len }, (tf_blob){ rec, len }, x.c.g,
	                         recast_scratch(), &f));
	CHECK_OK(tf_key_decode(&got, NULL, x.c.g, out, out_len, recast_scratch()));
	CHECK(got.state == TF_SHARE_COMMITTED && got.index == 2);
	CHECK(tf_sc_eq(&got.x.s, &key.x.s));
	CHECK_ERR(tf_key_complete(rec, sizeof(rec), &len, &key.sharing,
	                          (tf_blob){ cert, cert_len }, (tf_blob){ out, out_len }, x.c.g,
	                          recast_scratch(), &f), TF_E_STATE);
	recast_free(&x);
}

/* ---- certificates ---- */

/* Whose device is STRANGER is known to nobody; FORGED is in the third's name, and by another. */
enum { STRANGER = 4, FORGED = 5 };

/* Opened, with signatures of these devices (0-based) in this order. */
static tf_err open_signed(const unsigned *by, size_t n)
{
	static uint8_t body[TF_CERTIFICATE_MAX], cert[TF_CERTIFICATE_MAX];
	static tf_certificate_signature list[TF_PARTIES_MAX];
	tf_wire_env env = { .g = x.c.g, .n = TF_PARTIES_MAX };
	tf_signed_certificate c = { .body = { body, 0 }, .signatures = list,
	                            .signatures_n = (uint32_t)n };
	uint8_t hash[32];
	static tf_sharing got;
	size_t len;
	tf_err err;

	CHECK_OK(tf_sharing_encode(body, &c.body.len, hash, x.args.source, x.c.g,
	                           recast_scratch()));
	for (size_t i = 0; i < n; i++) {
		list[i].device = by[i] == STRANGER ? "zz-stranger"
		                 : x.c.env[0].party[by[i] == FORGED ? 2 : by[i]].device;
		CHECK_OK(tf_sign(list[i].signature, &x.c.signer[by[i] % 4], TF_SHARING_DOMAIN, hash,
		                 sizeof(hash)));
	}
	CHECK_OK(tf_signed_certificate_encode(cert, sizeof(cert), &len, &env, &c));
	err = tf_sharing_open(&got, x.c.g, cert, len, recast_find, &x, recast_scratch());
	CHECK(got.n == (err == TF_OK ? 3 : 0));
	return err;
}

TEST(certificates_say_a_form_that_we_know)
{
	static uint8_t body[TF_CERTIFICATE_MAX];
	tf_blob b = { body, 0 };
	uint8_t hash[32];
	tf_sharing s, got;

	recast_init(&x, 2, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	for (unsigned form = 0; form < 3; form++) {
		static const tf_err want[] = { TF_OK, TF_E_ENCODING, TF_E_UNSUPPORTED };

		s = x.source[0].sharing;
		s.form = (tf_share_form)form; /* additive shares are not these */
		CHECK_OK(tf_sharing_encode(body, &b.len, NULL, &s, x.c.g, recast_scratch()));
		CHECK_ERR(tf_sharing_decode(&got, hash, x.c.g, &b, recast_scratch()), want[form]);
	}
	recast_free(&x);
}

TEST(certificates_want_the_signature_of_every_seat_in_order_and_take_others)
{
	static const struct {
		unsigned n, by[4];
		tf_err err;
		tf_check check;
	} all[] = {
		{ 3, { 0, 1, 2 }, TF_OK, 0 }, { 4, { 0, 1, 2, 3 }, TF_OK, 0 },
		{ 0, { 0 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 1, { 0 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 2, { 0, 1 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 2, { 0, 2 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 2, { 1, 2 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 3, { 1, 2, 3 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 3, { 0, 1, 3 }, TF_E_TRUST, TF_CK_SHARING_RECEIVER },
		{ 4, { 0, 1, 2, STRANGER }, TF_E_TRUST, TF_CK_SHARING_SIGNER },
		{ 3, { 0, 1, FORGED }, TF_E_TRUST, TF_CK_SHARING_SIGNATURE },
		{ 3, { 1, 0, 2 }, TF_E_ENCODING, 0 }, { 3, { 0, 2, 1 }, TF_E_ENCODING, 0 },
		{ 4, { 0, 0, 1, 2 }, TF_E_ENCODING, 0 }, { 4, { 0, 1, 2, 2 }, TF_E_ENCODING, 0 },
	};

	recast_init(&x, 4, TF_CURVE_SECP256K1); /* the fourth has no seat */
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	for (size_t k = 0; k < TF_ARRAY_LEN(all); k++) {
		unsigned before = tf_check_refusals(all[k].check);

		CHECK_ERR(open_signed(all[k].by, all[k].n), all[k].err);
		CHECK(tf_check_refusals(all[k].check) == before + (all[k].check ? 1 : 0));
	}
	recast_free(&x);
}

/* ---- weights ---- */

/* Two shares of a polynomial whose highest coefficient is 0 would do; that is not what t says. */
TEST(fewer_than_t_shares_are_too_few_even_if_they_add_up)
{
	tf_sharing *s;
	tf_weights w;

	for (unsigned t = 2; t <= 3; t++) {
		recast_init(&x, 2, TF_CURVE_SECP256K1);
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		s = &x.source[0].sharing;
		s->t = (uint16_t)t;
		CHECK_OK(check(*s)); /* of degree 1, which is at most 2 */
		CHECK_ERR(tf_key_weigh(&w, &x.source[0], &x.c.env[0]), t == 2 ? TF_OK : TF_E_USAGE);
		recast_free(&x);
	}
}
