/* What an audit is told of a run (testimony.h): an honest one is gone through without a verdict,
 * and what cannot be is refused before anything is computed with it. */
#include <sodium.h>
#include <string.h>

#include "proto/audit.h"
#include "proto/blame_impl.h"
#include "proto/frost_stage_test.h"
#include "proto/poly.h"
#include "proto/recast_test.h"
#include "proto/testimony.h"

static uint8_t room[4u << 20] __attribute__((aligned(64))), told[1u << 18];
static tf_arena mem, kept;

static tf_arena *fresh(void)
{
	tf_arena_init(&mem, room, sizeof(room));
	return &mem;
}

/* Nobody has done anything wrong in what party 1 has seen. */
static void check_honest(tf_rounds *court, const tf_rounds *run, unsigned rounds)
{
	tf_blob messages[TF_EVIDENCE_MESSAGES_MAX];
	tf_fault fault;
	size_t n = tf_rounds_messages(messages, TF_ARRAY_LEN(messages), run, rounds);

	CHECK(n > 0);
	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	CHECK_OK(tf_rounds_audit(court, messages, n, &fault));
	CHECK(fault.check == TF_CK_NONE);
}

static void judge_reshare(const recast *x)
{
	const tf_party_env *env = &x->c.env[0];
	tf_testimony_reshare m, bad;
	tf_reshare court;
	tf_party_env thief;

	tf_arena_init(&kept, told, sizeof(told));
	CHECK_OK(tf_reshare_testify(&m, &x->run[0], &kept));
	CHECK_OK(tf_reshare_audit(&court, env, &m, fresh()));
	check_honest(&court.r, &x->run[0].r, 4);
	for (unsigned k = 0; k < 4; k++) {
		bad = m;
		if (k == 0)
			bad.kind = TF_REFRESH + 1;
		if (k == 1)
			bad.form = TF_SHARE_ADDITIVE + 1;
		if (k == 2)
			bad.roles_n--;
		if (k == 3)
			bad.source.len--;
		CHECK(tf_err_get_kind(tf_reshare_audit(&court, env, &bad, fresh())) ==
		      TF_KIND_ENCODING);
	}
	bad = m;
	bad.t = 1;
	CHECK_ERR(tf_reshare_audit(&court, env, &bad, fresh()), TF_E_USAGE);
	thief = *env;
	thief.party[1].device = "thief"; /* where party 2 has dealt */
	CHECK_ERR(tf_reshare_audit(&court, &thief, &m, fresh()), TF_E_USAGE);
	bad = m;
	bad.epoch = 0;
	CHECK(tf_reshare_audit(&court, env, &bad, fresh()) != TF_OK);
}

TEST(contexts_of_resharing_and_refresh)
{
	for (unsigned k = 0; k < 2; k++) {
		recast x;

		recast_init(&x, k ? 4 : 3, TF_CURVE_ED25519);
		recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
		if (k)
			recast_plan_reshare(&x); /* to additive shares */
		else
			recast_plan_refresh(&x);
		recast_start_all(&x);
		cast_run(&x.c);
		recast_check(&x);
		judge_reshare(&x);
		recast_free(&x);
	}
}

static frost_stage f;

static void judge_prepare(unsigned rounds)
{
	const tf_party_env *env = &f.c.env[0];
	tf_testimony_frost_prepare m, bad;
	tf_frost_prepare court;

	tf_arena_init(&kept, told, sizeof(told));
	CHECK_OK(tf_frost_prepare_testify(&m, &f.prepare[0], &kept));
	CHECK_OK(tf_frost_prepare_audit(&court, env, 2, &m, fresh()));
	check_honest(&court.r, &f.prepare[0].r, rounds);
	bad = m;
	bad.confirm = 2;
	CHECK_ERR(tf_frost_prepare_audit(&court, env, 2, &bad, fresh()), TF_E_ENCODING);
	bad = m;
	bad.W_n--;
	CHECK_ERR(tf_frost_prepare_audit(&court, env, 2, &bad, fresh()), TF_E_ENCODING);
}

static tf_err sign_audit(const tf_testimony_frost_sign *m)
{
	tf_frost_signing court;

	return tf_frost_signing_audit(&court, &f.c.env[0], m, fresh());
}

/* A context as it was, and with each number at the end of its range, and beyond it. */
static void judge_sign(void)
{
	static tf_evidence_step step[TF_PATH_MAX + 1];
	tf_testimony_frost_sign m, x;
	tf_frost_signing court;

	tf_arena_init(&kept, told, sizeof(told));
	CHECK_OK(tf_frost_signing_testify(&m, &f.signing[0], &kept));
	CHECK_OK(tf_frost_signing_audit(&court, &f.c.env[0], &m, fresh()));
	check_honest(&court.r, &f.signing[0].r, 1);
	x = m;
	x.path = step;
	x.path_n = TF_PATH_MAX;
	CHECK_OK(sign_audit(&x));
	x.path_n++;
	CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	x = m;
	x.echoed = 1;
	CHECK_OK(sign_audit(&x));
	x.echoed = 2;
	CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	x = m;
	x.output = TF_FROST_SCRIPT_TREE + 1;
	CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	x = m;
	x.W_n--;
	CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	x = m;
	x.nonces_n--;
	CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	if (m.output != TF_FROST_SCRIPT_TREE) { /* a root that nothing depends on */
		CHECK(sodium_is_zero(m.root, sizeof(m.root)));
		x = m;
		x.root[31] = 1;
		CHECK_ERR(sign_audit(&x), TF_E_ENCODING);
	}
}

TEST(contexts_of_frost)
{
	static const struct {
		tf_frost_suite suite;
		tf_frost_output output;
		bool confirm;
	} all[] = { { TF_FROST_ED25519, TF_FROST_KEY, true },
		    { TF_FROST_TAPROOT, TF_FROST_KEY_PATH, false },
		    { TF_FROST_TAPROOT, TF_FROST_SCRIPT_TREE, true } };

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		frost_job job = { .output = all[k].output, .root = { 0x77 }, .msg = "m", .len = 1 };

		frost_init(&f, all[k].suite, 3);
		frost_start_prepare(&f, 2, all[k].confirm);
		cast_run(&f.c);
		cast_check_done(&f.c);
		judge_prepare(all[k].confirm ? 2 : 1);
		frost_free(&f);
		frost_init(&f, all[k].suite, 3);
		frost_prepare(&f, 2, all[k].confirm);
		frost_start_sign(&f, 1, &job);
		cast_run(&f.c);
		frost_check_signature(&f, &job);
		judge_sign();
		frost_free(&f);
	}
}

TEST(a_polynomial_has_a_coefficient_and_no_more_than_there_are_parties)
{
	tf_pt F[TF_PARTIES_MAX + 1], out;
	const tf_group *g;

	CHECK_OK(tf_group_init(&g, TF_CURVE_SECP256K1, NULL, fresh()));
	for (unsigned k = 0; k < TF_ARRAY_LEN(F); k++)
		F[k] = *tf_group_base(g);
	CHECK_ERR(tf_poly_at_public(&out, g, F, 0, 1), TF_E_USAGE);
	CHECK_OK(tf_poly_at_public(&out, g, F, 1, 1));
	CHECK(tf_pt_eq(g, &out, &F[0]));
	CHECK_OK(tf_poly_at_public(&out, g, F, TF_PARTIES_MAX, 1));
	CHECK_ERR(tf_poly_at_public(&out, g, F, TF_PARTIES_MAX + 1, 1), TF_E_USAGE);
}

/* Its evidence is two statements (settlement.h): there is nothing to set up, nor a context. */
TEST(a_settlement_has_no_run_to_be_judged)
{
	const tf_rec_evidence m = { .stage = TF_STAGE_SETTLE, .parties_n = 3, .batch = 1 };
	tf_fault fault = { .party = 3, .check = TF_CK_ABORT_HONEST };
	tf_rounds none = { .round = 1 };
	const tf_testimony t = { .stage = TF_STAGE_SETTLE, .r = &none, .fault = &fault };
	tf_court court = { .m = &m };
	tf_blob context;

	CHECK(tf_court_sizes(&m, &tf_profile_small).mem == 0);
	CHECK(tf_court_batch_most(TF_STAGE_SETTLE) == 0);
	CHECK_ERR(tf_court_set_up(&court), TF_E_UNSUPPORTED);
	CHECK(tf_testimony_context_most(&t) == 0 && tf_testimony_size(&t) == 0);
	CHECK_ERR(tf_testimony_context(&context, &t, fresh()), TF_E_USAGE);
	CHECK_ERR(tf_testimony_write(told, sizeof(told), &(size_t){ 0 }, &t, fresh()), TF_E_STATE);
	CHECK(strcmp(tf_stage_name(TF_STAGE_SETTLE), "settle") == 0);
}
