/* Runs that cannot be: counts, names, indices. */
#include "proto/party.h"

#include <stddef.h>
#include <string.h>

#include "proto/cast_test.h"

static cast c;

static tf_err check(const tf_party_env *env)
{
	tf_err err = tf_party_env_check(env);

	CHECK(err == TF_OK || err == TF_E_USAGE);
	CHECK_ERR(tf_party_env_check_devices(env), err);
	return err;
}

TEST(runs_have_two_to_sixteen_parties_and_we_are_one_of_them)
{
	cast_init(&c, TF_PARTIES_MAX, &tf_profile_small, TF_CURVE_SECP256K1);
	for (unsigned n = 0; n <= TF_PARTIES_MAX + 1; n++) {
		tf_party_env env = c.env[0];

		env.n = (uint16_t)n;
		CHECK_ERR(check(&env), n >= 2 && n <= TF_PARTIES_MAX ? TF_OK : TF_E_USAGE);
	}
	for (unsigned n = 2; n < TF_PARTIES_MAX; n += 7)
		for (unsigned self = 1; self <= n + 1; self++) {
			tf_party_env env = c.env[self - 1]; /* with its signer */

			env.n = (uint16_t)n;
			CHECK_ERR(check(&env), self <= n ? TF_OK : TF_E_USAGE);
			for (unsigned i = 0; i <= n + 1; i++)
				CHECK(tf_party_find(&env, i) ==
				      (i >= 1 && i <= n ? &env.party[i - 1] : NULL));
		}
}

/* Nobody is number 0, even if what lies before the list is the identity of somebody. */
TEST(the_first_party_is_number_one)
{
	tf_party_env env;
	tf_signer signer;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	env = c.env[0];
	signer = *env.signer;
	memcpy(signer.pk, (uint8_t *)&env + offsetof(tf_party_env, party) - sizeof(tf_party) +
	       offsetof(tf_party, identity), sizeof(signer.pk));
	env.signer = &signer;
	env.self = 0;
	CHECK_ERR(check(&env), TF_E_USAGE);
}

TEST(runs_have_what_they_need)
{
	tf_party_env env;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	for (unsigned k = 0; k < 5; k++) {
		env = c.env[0];
		switch (k) {
		case 0: break;
		case 1: env.pr = NULL; break;
		case 2: env.g = NULL; break;
		case 3: env.rng = NULL; break;
		case 4: env.signer = NULL; break;
		}
		CHECK_ERR(check(&env), k ? TF_E_USAGE : TF_OK);
	}
	env = c.env[0];
	env.signer = &c.signer[1]; /* another one's */
	CHECK_ERR(check(&env), TF_E_USAGE);
}

TEST(devices_have_names_of_their_own_and_of_one_to_sixty_four_bytes)
{
	static char name[TF_DEVICE_MAX + 2];
	tf_party_env env;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	for (unsigned at = 0; at < 3; at++) {
		env = c.env[0];
		env.party[at].device = NULL;
		CHECK_ERR(check(&env), TF_E_USAGE);
		env.party[at].device = name;
		for (unsigned len = 0; len <= TF_DEVICE_MAX + 1; len++) {
			memset(name, 'x', len);
			name[len] = 0;
			CHECK_ERR(check(&env), len >= 1 && len <= TF_DEVICE_MAX ? TF_OK
			                                                        : TF_E_USAGE);
		}
		for (unsigned other = 0; other < 3; other++) {
			if (other == at)
				continue;
			env = c.env[0];
			env.party[at].device = env.party[other].device;
			CHECK_ERR(check(&env), TF_E_USAGE);
			env = c.env[0];
			memcpy(env.party[at].identity, env.party[other].identity, 32);
			CHECK_ERR(check(&env), TF_E_USAGE);
		}
	}
}

/* Resharing has indices of its own; every other run needs these, and distinct modulo the order. */
TEST(share_indices_are_distinct_and_none_is_zero)
{
	static const struct {
		tf_curve_id curve;
		uint16_t index;
		tf_err err;
	} all[] = {
		{ TF_CURVE_SECP256K1, 3, TF_OK }, { TF_CURVE_SECP256K1, 0xffff, TF_OK },
		{ TF_CURVE_SECP256K1, 0, TF_E_USAGE }, { TF_CURVE_SECP256K1, 1, TF_E_USAGE },
		{ TF_CURVE_SECP256K1, 2, TF_E_USAGE }, { TF_CURVE_TINY13, 12, TF_OK },
		{ TF_CURVE_TINY13, 13, TF_E_USAGE }, { TF_CURVE_TINY13, 14, TF_E_USAGE },
		{ TF_CURVE_TINY13, 16, TF_OK },
	};

	for (size_t k = 0; k < TF_ARRAY_LEN(all); k++) {
		cast_init(&c, 3, &tf_profile_small, all[k].curve);
		c.env[0].party[2].share_index = all[k].index;
		CHECK_ERR(tf_party_env_check(&c.env[0]), all[k].err);
		CHECK_OK(tf_party_env_check_devices(&c.env[0]));
	}
}

TEST(names_are_copied_with_their_end_or_not_at_all)
{
	char out[6] = "old";

	CHECK_ERR(tf_name_copy(out, 5, "12345"), TF_E_TOO_LARGE);
	CHECK_ERR(tf_name_copy(out, 5, "123456"), TF_E_TOO_LARGE);
	CHECK(strcmp(out, "old") == 0);
	CHECK_OK(tf_name_copy(out, 5, "1234"));
	CHECK(strcmp(out, "1234") == 0);
	CHECK_OK(tf_name_copy(out, 5, ""));
	CHECK(out[0] == 0);
}

/* ---- the context of a run ---- */

static void context_of(uint8_t out[static 32], const tf_party_env *env)
{
	static const uint8_t about[32] = { 0xab };

	CHECK_OK(tf_run_context(out, env, about, 1, false));
}

static void is_same(const uint8_t was[static 32], const tf_party_env *env, bool same)
{
	uint8_t now[32];

	context_of(now, env);
	CHECK((memcmp(now, was, 32) == 0) == same);
}

TEST(whoever_was_told_anything_else_is_in_another_run)
{
	static tf_arena mem;
	static uint8_t room[TF_GROUP_ROOM] __attribute__((aligned(64)));
	uint8_t was[32], now[32], about[32] = { 0xab };
	tf_party_env env;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	context_of(was, &c.env[0]);
	for (unsigned i = 0; i < 3; i++) {
		env = c.env[0];
		env.party[i].device = "another";
		is_same(was, &env, false);
		env = c.env[0];
		env.party[i].identity[31] ^= 1;
		is_same(was, &env, false);
		env = c.env[0];
		env.party[i] = env.party[(i + 1) % 3];
		env.party[(i + 1) % 3] = c.env[0].party[i];
		is_same(was, &env, false);
	}
	env = c.env[0];
	env.n = 2;
	is_same(was, &env, false);
	env = c.env[0];
	env.pr = &tf_profile_p128;
	is_same(was, &env, false);
	env = c.env[0];
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&env.g, TF_CURVE_BIP340, NULL, &mem)); /* the same points */
	is_same(was, &env, false);
	CHECK_OK(tf_run_context(now, &c.env[0], about, 2, false));
	CHECK(memcmp(now, was, 32) != 0);
	CHECK_OK(tf_run_context(now, &c.env[0], about, 1, true));
	CHECK(memcmp(now, was, 32) != 0);
	about[31] ^= 1;
	CHECK_OK(tf_run_context(now, &c.env[0], about, 1, false));
	CHECK(memcmp(now, was, 32) != 0);
}

/* What honest parties may differ in. */
TEST(whoever_is_told_who_it_is_is_in_the_same_run)
{
	uint8_t was[32];
	tf_party_env env;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	context_of(was, &c.env[0]);
	for (unsigned i = 0; i < 3; i++)
		is_same(was, &c.env[i], true); /* with its signer, tables, nodes and coins */
	env = c.env[0];
	env.party[1].share_index = 77; /* the machine's business */
	is_same(was, &env, true);
}

TEST(the_longest_names_of_sixteen_parties_have_room_in_a_context)
{
	static char name[TF_PARTIES_MAX][TF_DEVICE_MAX + 1];
	uint8_t was[32];

	cast_init(&c, TF_PARTIES_MAX, &tf_profile_small, TF_CURVE_BIP340);
	for (unsigned i = 0; i < TF_PARTIES_MAX; i++) {
		memset(name[i], 'a' + (int)i, TF_DEVICE_MAX);
		c.env[0].party[i].device = name[i];
	}
	context_of(was, &c.env[0]);
	name[TF_PARTIES_MAX - 1][TF_DEVICE_MAX - 1] ^= 1;
	is_same(was, &c.env[0], false);
}
