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
		{ 1, 1, TF_SHARE_FELDMAN }, { 1, 1, TF_SHARE_ADDITIVE }, { 2, 1, TF_SHARE_FELDMAN },
		{ 16, 16, TF_SHARE_ADDITIVE }, { 16, 1, TF_SHARE_FELDMAN },
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
