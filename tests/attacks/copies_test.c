/* Commitments of another party, row 16: whose a commitment is stands in it. The last party is the
 * cheat. */
#include <string.h>

#include "attacks/attacks.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/keygen.h"
#include "proto/recast_test.h"

static cast c;
static recast x;

ATTACK(16b, "copied-commitment-in-key-generation",
       "the cheat sends party 1's V as its own, and then opens it with all that 1 has opened",
       "the cheat is named in round 2: KEYGEN_COMMITMENT, V_i hashes i; nobody has a key")
{
	static tf_keygen kg[3];

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c.env[i], .t = 2, .workspace = "attacked",
		                        .key_id = { 0x6b } };

		CHECK_OK(tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &kg[i].r;
	}
	parrot(&c, 3, 1);
	named(&c, 3, 2, TF_CK_KEYGEN_COMMITMENT);
	for (unsigned i = 0; i < 2; i++)
		CHECK(tf_keygen_key(&kg[i]) == NULL);
	CHECK(c.records == 0);
	cast_free(&c);
}

ATTACK(16c, "copied-commitment-in-introductions",
       "the cheat sends party 1's V as its own, and then shows 1's moduli, parameters and proof",
       "the cheat is named in round 2: AUX_COMMITMENT, V_i hashes i; nothing of it is kept")
{
	const tf_profile *pr = &tf_profile_small;
	static tf_auxinfo aux[3];
	static tf_moduli own[3];

	cast_init(&c, 3, pr, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_auxinfo_sizes(pr, 3));
	for (unsigned i = 0; i < 3; i++) {
		tf_auxinfo_args args = { .env = &c.env[i], .own = &own[i] };
		tf_bn p[4];

		for (unsigned k = 0; k < 4; k++)
			tf_test_primes(pr->prime_bits, 4 * i + k, &p[k]);
		CHECK_OK(tf_moduli_make(&own[i], pr, &p[0], &p[1], &p[2], &p[3], &c.rng[i],
		                        attack_scratch()));
		CHECK_OK(tf_auxinfo_start(&aux[i], &args, &c.mem[i], &c.out[i]));
		c.run[i] = &aux[i].r;
	}
	parrot(&c, 3, 1);
	named(&c, 3, 2, TF_CK_AUX_COMMITMENT);
	CHECK(c.records == 0);
	cast_free(&c);
}

/* A run of this plan: nobody but the cheat has lost anything by it, nor has it. */
static void copied(unsigned of)
{
	recast_start_all(&x);
	parrot(&x.c, x.c.n, of);
	named(&x.c, x.c.n, 2, TF_CK_RESHARE_COMMITMENT);
	for (unsigned i = 0; i < x.c.n; i++)
		CHECK(tf_reshare_key(&x.run[i]) == NULL && tf_reshare_attempt(&x.run[i]) == NULL);
	CHECK(x.c.records == 0 && x.c.retires == 0);
	recast_free(&x);
}

ATTACK(16d, "copied-commitment-in-resharing",
       "the cheat sends party 1's V as its own in a refresh, and then opens it with what 1 has"
       " dealt; a newcomer that of another newcomer in a resharing",
       "the cheat is named in round 2: RESHARE_COMMITMENT, V_i hashes i; old shares stay")
{
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 3, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	copied(1);
	recast_init(&x, 4, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_reshare(&x); /* 3 and 4 deal nothing */
	copied(3);
}
