/* A source of randomness that fails, at every draw of a run, with whatever error its author thought
 * of: the machine has failed, has said nothing, and blames nobody; neither do the others. */
#include "lib/stage_test.h"

static stage s;

/* The source of device 0. */
static struct {
	tf_random good;
	unsigned draws;
	unsigned fails_at; /* that draw and all later ones, from 1; 0: never */
	tf_err with;
	bool failed;
} source;

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	if (++source.draws >= source.fails_at && source.fails_at) {
		source.failed = true;
		return source.with;
	}
	return source.good.fill(source.good.ctx, out, len);
}

static void silent(stage *st, stage_mail *mail)
{
	(void)st;
	CHECK(mail->from != 0 || !source.failed);
}

/* Everybody has begun; true: the source has failed in this run. */
static bool run(unsigned fails_at, tf_err with)
{
	static const tf_verdict nobody = { .party = TF_PARTY_NONE };
	const tf_effect *e;

	source.draws = 0;
	source.fails_at = fails_at;
	source.with = with;
	source.failed = false;
	for (unsigned i = 0; i < s.n; i++)
		s.verdict[i] = nobody;
	s.meddle = silent;
	stage_run(&s);
	s.meddle = NULL;
	if (!source.failed) {
		stage_check_done(&s);
		return false;
	}
	CHECK_ERR(s.err[0], TF_E_ENTROPY);
	CHECK(tf_machine_get_state(s.m[0]) == TF_MACHINE_FAILED && s.done[0] == 0);
	CHECK(tf_machine_effects(&e, s.m[0]) == 0 && tf_blame_size(s.m[0]) == 0);
	CHECK_ERR(tf_machine_step(s.m[0], s.identity[0], 1, NULL), TF_E_STATE);
	for (unsigned i = 0; i < s.n; i++)
		CHECK(s.verdict[i].party == TF_PARTY_NONE && (i == 0 || s.err[i] == TF_OK));
	return true;
}

static void at_every_draw(void (*begin)(void))
{
	static const tf_err errors[] = { TF_E_BUSY, TF_E_PROOF, TF_E_CONFLICT, TF_E_DUPLICATE,
	                                 TF_E_STATE, TF_E_ENCODING, (tf_err)-1 };
	unsigned at = 0;

	do {
		begin();
		at++;
	} while (run(at, errors[at % TF_ARRAY_LEN(errors)]));
	CHECK(at > TF_ARRAY_LEN(errors)); /* each of them was tried */
	for (unsigned k = 0; k < TF_ARRAY_LEN(errors); k++) { /* and at the first draw */
		begin();
		CHECK(run(1, errors[k]));
	}
}

static void lend_source(void)
{
	source.good = s.clique[0].random;
	source.fails_at = 0;
	s.clique[0].random = (tf_random){ fill, NULL };
}

static void begin_introduction(void)
{
	size_t room = tf_auxinfo_room(STAGE_SMALL, s.alg, (uint16_t)s.n);

	source.fails_at = 0;
	for (unsigned i = 0; i < s.n; i++) {
		tf_auxinfo_params p = { .now = 1, .moduli = { s.moduli[i], s.moduli_len[i] } };

		CHECK_OK(tf_auxinfo_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &p));
	}
}

static void begin_presigning(void)
{
	source.fails_at = 0;
	stage_begin_presign(&s, 1, true);
}

TEST_SLOW(randomness_that_fails_in_an_introduction, 120)
{
	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_introduce(&s);
	lend_source();
	at_every_draw(begin_introduction);
	stage_free(&s);
}

TEST_SLOW(randomness_that_fails_in_a_presigning, 120)
{
	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	lend_source();
	at_every_draw(begin_presigning);
	stage_free(&s);
}
