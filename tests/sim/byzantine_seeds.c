#include "sim/byzantine_seeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

byz_tally *byz_sum;
byz byz_it;
uint64_t byz_seed;

static tf_rng dice;

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *e = getenv(name);

	return e && *e ? (unsigned)strtoul(e, NULL, 10) : otherwise;
}

static bool all(void)
{
	const char *e = getenv("TREFOIL_SIM");

	return e && strcmp(e, "all") == 0;
}

/* ---- the end of a session ---- */

/* Views that differ and convict nobody; sums that fail where an alert does not come. */
static bool may_name_nobody(tf_check check)
{
	switch ((int)check) {
	case TF_CK_ECHO_AGREES:
	case TF_CK_PRESIGN_NONCE:
	case TF_CK_PRESIGN_CHI:
	case TF_CK_PRESIGN_DELTA_ZERO:
	case TF_CK_AUX_APART_PEERS: /* one of the two has the other's factor */
		return true;
	}
	return false;
}

void byz_check_named(const byz *b, unsigned by, const tf_fault *f)
{
	if (!byz_is(b, f->party) || !(b->guilty >> (f->party - 1) & 1))
		tf_test_fail(__FILE__, __LINE__, "party %u names %u, which %s: %s", by, f->party,
		             byz_is(b, f->party) ? "has done nothing" : "is honest",
		             tf_check_name(f->check));
}

static void judge_fault(const cast *c, unsigned i)
{
	const tf_fault *f = &c->fault[i];
	bool verdict = c->err[i] == TF_E_PROOF || c->err[i] == TF_E_CONFLICT;
	bool failed = tf_rounds_state(c->run[i]) == TF_RUN_FAILED;
	tf_blob evidence[2];

	if (verdict && f->party != TF_PARTY_NONE)
		byz_check_named(byz_of(c), i + 1, f);
	if (!failed)
		return;
	if (!verdict)
		tf_test_fail(__FILE__, __LINE__, "party %u failed by itself: %s", i + 1,
		             tf_err_name(c->err[i]));
	if (f->party == TF_PARTY_NONE && !may_name_nobody(f->check))
		tf_test_fail(__FILE__, __LINE__, "party %u names nobody: %s", i + 1,
		             tf_check_name(f->check));
	if (f->party != TF_PARTY_NONE)
		CHECK(tf_rounds_evidence(evidence, c->run[i]) >= 1);
	byz_sum->named += f->party != TF_PARTY_NONE;
	byz_sum->nobody += f->party == TF_PARTY_NONE;
}

/* Every honest party, and `right` for those that are done. strict: nothing but the truth can have
 * led there (FROST's commitments are what their sender says). */
void byz_judge(const cast *c, bool strict, void (*right)(unsigned i))
{
	const byz *b = byz_of(c);

	for (unsigned i = 0; i < c->n; i++) {
		tf_run_state state;

		if (byz_is(b, i + 1) || !c->run[i])
			continue;
		state = tf_rounds_state(c->run[i]);
		judge_fault(c, i);
		if (c->silent[i])
			continue;
		if (state == TF_RUN_DONE) {
			CHECK(c->done[i] == 1);
			if (strict && (b->told >> i & 1))
				tf_test_fail(__FILE__, __LINE__, "party %u believes a lie", i + 1);
			right(i);
			byz_sum->done++;
		} else {
			CHECK(c->done[i] == 0);
			byz_sum->waiting += state != TF_RUN_FAILED;
		}
	}
	byz_sum->sessions++;
}

unsigned byz_honest_done(const cast *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->n; i++)
		n += !byz_is(byz_of(c), i + 1) && c->run[i] &&
		     tf_rounds_state(c->run[i]) == TF_RUN_DONE;
	return n;
}

/* ---- seeds ---- */

void byz_cast(cast *c)
{
	unsigned evil = 1 + (unsigned)byz_below(&byz_it, (1u << c->n) - 2); /* some, and not all */

	for (unsigned i = 0; i < c->n; i++)
		c->rng[i] = tf_tape_init(&c->tape[i], byz_seed, i + 1);
	byz_init(&byz_it, c, &dice, evil);
}

/* A seed's own dice and randomness, over what the honest past has left. */
static void begin(cast *c, uint64_t seed)
{
	static tf_tape dice_tape;

	byz_seed = seed;
	dice = tf_tape_init(&dice_tape, seed, 99);
	byz_it.dice = &dice;
	if (c)
		byz_cast(c);
}

void byz_count(const byz *b)
{
	byz_sum->mails += b->delivered;
	for (unsigned k = 0; k < BYZ_DEEDS; k++)
		byz_sum->deeds[k] += b->done[k];
}

static int one_seed(uint64_t seed, const byz_game *game)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		begin(game->c, seed);
		game->play();
		byz_count(&byz_it);
		tf_test_leave(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	byz_sum->seeds++;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void share_tally(void)
{
	byz_sum = mmap(NULL, sizeof(*byz_sum), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	               -1, 0);
	CHECK(byz_sum != MAP_FAILED);
}

static void say(const char *what)
{
	printf("%s: %u seeds, %u sessions, %u mails;", what, byz_sum->seeds, byz_sum->sessions,
	       byz_sum->mails);
	for (unsigned k = 0; k < BYZ_DEEDS; k++)
		printf(" %u %s%s", byz_sum->deeds[k], byz_deed_name[k],
		       k + 1 < BYZ_DEEDS ? "," : ";");
	printf(" honest parties: %u done, %u name a cheat, %u nobody, %u wait\n", byz_sum->done,
	       byz_sum->named, byz_sum->nobody, byz_sum->waiting);
}

void byz_at_least(unsigned done, unsigned named, unsigned waiting)
{
	const byz_tally *t = byz_sum;

	if (number_of("TREFOIL_BYZANTINE", 0))
		return;
	CHECK(t->done * 100u >= done * t->sessions);
	CHECK(t->named * 100u >= named * t->sessions);
	CHECK(t->waiting * 100u >= waiting * t->sessions);
}

bool byz_run(const byz_game *game)
{
	unsigned only = number_of("TREFOIL_BYZANTINE", 0);
	unsigned n = all() ? game->many : game->few;
	uint64_t first = tf_test_seed() * 100000;

	share_tally();
	for (unsigned k = 1; k <= n; k++) {
		uint64_t seed = only ? only : first + k;

		if (one_seed(seed, game) != 0)
			tf_test_fail(__FILE__, __LINE__, "seed %llu; again by TREFOIL_BYZANTINE=%llu"
			             " and this test: %s", (unsigned long long)seed,
			             (unsigned long long)seed, game->test);
		if (only)
			break;
	}
	say(game->what);
	CHECK(only || (byz_sum->named > 0 && byz_sum->done > 0 && byz_sum->seeds == n));
	return !only;
}

/* ---- can it fail? ---- */

void byz_must_fall(tf_check check, const byz_game *game)
{
	unsigned fallen = 0;

	share_tally();
	CHECK(freopen("/dev/null", "w", stderr)); /* what falls need not be read */
	byz_without = check;
	tf_check_switch_off(check);
	for (unsigned k = 1; k <= 300 && fallen == 0; k++)
		fallen += one_seed(700000 + k, game) != 0;
	byz_without = TF_CK_NONE;
	tf_check_switch_off(TF_CK_NONE);
	printf("without %s %s: %u seeds\n", tf_check_name(check),
	       fallen ? "it falls" : "nothing falls", byz_sum->seeds);
	CHECK(fallen > 0);
}
