/* One party lies: each field of each message, altered and signed by its sender. Whoever fails names
 * the liar or, where the protocol says so, nobody; and nothing is made of the lie.
 *
 * A run goes on honestly until the first message of a type leaves the liar. There every case forks
 * off, alters that message and lets its run come to an end; then the honest run goes on to the next
 * type. Broadcasts are altered for everybody alike (the liar's own echo included), or for one
 * receiver only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/keccak.h"
#include "sim/sim.h"
#include "sim/walk.h"

typedef enum verdict { NAMED, NOBODY, DROPPED, BROKEN, VERDICTS } verdict;

typedef struct tally {
	unsigned types, fields, cases, verdict[VERDICTS];
} tally;

static bool all(void)
{
	const char *s = getenv("TREFOIL_SIM");

	return s && strcmp(s, "all") == 0;
}

static void envelope_of(const cast_mail *mail, tf_envelope *e)
{
	CHECK(!cast_is(mail, 0, e)); /* no message has the number 0 */
}

/* Put other bytes into a mail, signed by its sender. */
static void forge(sim *s, cast_mail *mail, const uint8_t *payload, size_t len, bool alike)
{
	cast *c = &s->c;
	uint8_t text[TF_ENVELOPE_SIGNED];
	tf_envelope e;

	envelope_of(mail, &e);
	e.payload = (tf_blob){ payload, len };
	cast_forge(c, mail, &e, mail->from);
	if (e.to == 0 && alike) {
		tf_rounds *r = c->run[mail->from - 1];

		tf_envelope_signed(text, &e);
		tf_shake256_hash(r->slots[((e.round - 1u) * c->n + (e.from - 1u)) * 2].digest, text,
		                 sizeof(text));
	}
}

/* Who received something else than the honest message. */
typedef struct lie {
	unsigned liar; /* 1-based */
	bool told[SIM_N];
} lie;

/* These fail without a party: the sums of presigning, until there are alerts (docs/protocol.md
 * 6.6), and views that differ when nobody's originals convict. */
static bool may_name_nobody(tf_check check)
{
	switch ((int)check) {
	case TF_CK_PRESIGN_NONCE:
	case TF_CK_PRESIGN_CHI:
	case TF_CK_ECHO_AGREES:
		return true;
	}
	return false;
}

/* The end of a run with a lie in it. */
static verdict judge(sim *s, const lie *l)
{
	unsigned named = 0, nobody = 0;

	for (unsigned i = 0; i < SIM_N; i++) {
		const tf_fault *f = &s->c.fault[i];
		tf_run_state state = tf_rounds_state(s->c.run[i]);

		if (i + 1 == l->liar)
			continue;
		if (state == TF_RUN_DONE) { /* only who was told the truth to the end */
			CHECK(!l->told[i]);
			sim_check_result(s, i);
			continue;
		}
		CHECK(s->c.done[i] == 0);
		if (state != TF_RUN_FAILED)
			continue;
		if (f->party == l->liar)
			named++;
		else if (f->party == TF_PARTY_NONE && may_name_nobody(f->check))
			nobody++;
		else
			tf_test_fail(__FILE__, __LINE__, "party %u failed: %s, names %u, %s", i + 1,
			             tf_err_name(s->c.err[i]), f->party, tf_check_name(f->check));
	}
	return named ? NAMED : nobody ? NOBODY : DROPPED;
}

static void run_on(sim *s)
{
	while (sim_deliver(s))
		continue;
}

/* ---- one case, in a process of its own ---- */

typedef struct point_of_lie {
	unsigned liar;
	uint16_t type;
	size_t field;
	unsigned way;
	bool alike; /* everybody is told the same */
	unsigned to; /* if not alike: who is told */
} point_of_lie;

static walk map;

static bool alter_mail(sim *s, cast_mail *mail, const point_of_lie *p)
{
	const tf_wire_maker *maker = walk_maker(p->type);
	uint8_t *out;
	tf_envelope e;
	size_t len;

	CHECK(cast_is(mail, p->type, &e));
	walk_fields(&map, maker, &s->c.run[mail->from - 1]->wire, e.payload.p, e.payload.len);
	out = tf_test_alloc(2 * e.payload.len + 64);
	len = walk_alter(out, &map, maker, p->field, p->way, e.payload.p, e.payload.len);
	if (len == 0)
		return false;
	forge(s, mail, out, len, p->alike);
	return true;
}

static int one_case(sim *s, const point_of_lie *p)
{
	lie l = { .liar = p->liar };
	bool any = false;

	for (size_t k = s->c.delivered; k < s->c.posted; k++) {
		cast_mail *m = &s->c.mail[k];

		if (m->from != p->liar || !cast_is(m, p->type, NULL))
			continue;
		if (!p->alike && m->to != p->to)
			continue;
		if (!alter_mail(s, m, p))
			return BROKEN;
		l.told[m->to - 1] = any = true;
	}
	CHECK(any);
	run_on(s);
	return (int)judge(s, &l);
}

static void report(const point_of_lie *p, int status)
{
	tf_test_fail(__FILE__, __LINE__,
	             "liar %u, message %04x, field %zu (%s), way %u, %s: status %d", p->liar,
	             p->type, p->field, walk_kind_name(map.field[p->field].kind), p->way,
	             p->alike ? "to all" : "to one", status);
}

static void fork_case(sim *s, const point_of_lie *p, tally *t)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		tf_test_leave(100 + one_case(s, p));
	CHECK(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) < 100)
		report(p, status);
	status = WEXITSTATUS(status) - 100;
	if (status == BROKEN) /* this way changes nothing here */
		return;
	/* a signed lie in what it says is never just dropped */
	if (status == DROPPED)
		report(p, status);
	t->cases++;
	t->verdict[status]++;
}

/* ---- all cases of one message ---- */

/* Of long lists only the ends and some of the middle, unless everything is asked for. */
static bool chosen(sim *s, size_t field)
{
	return all() || map.n <= 48 || field < 16 || field + 10 >= map.n ||
	       sim_below(s, map.n) < 6;
}

static void every_field(sim *s, const cast_mail *mail, unsigned liar, uint16_t type, tally *t)
{
	tf_envelope e;
	size_t n;

	CHECK(cast_is(mail, type, &e));
	walk_fields(&map, walk_maker(type), &s->c.run[liar - 1]->wire, e.payload.p, e.payload.len);
	n = map.n;
	t->types++;
	t->fields += (unsigned)n;
	for (size_t field = 0; field < n; field++) {
		unsigned ways = walk_ways(map.field[field].kind);
		unsigned way = (unsigned)sim_below(s, ways);

		if (!chosen(s, field))
			continue;
		for (unsigned k = 0; k < (all() ? 2 * ways : 1); k++) {
			bool alike = all() ? k < ways : sim_below(s, 3) != 0;
			point_of_lie p = { .liar = liar, .type = type, .field = field,
			                   .way = all() ? k % ways : way,
			                   .alike = alike || e.to != 0, .to = mail->to };

			if (e.to != 0 && k >= ways)
				break;
			fork_case(s, &p, t);
		}
	}
}

/* The honest run of a phase; at each new type of message of the liar all its cases. */
static void phase_with_lies(sim *s, sim_phase phase, unsigned liar, tally *t)
{
	uint16_t seen[16];
	size_t n = 0;

	sim_begin(s, phase);
	while (s->c.delivered < s->c.posted) {
		const cast_mail *m = &s->c.mail[s->c.delivered];
		bool old = m->from != liar;
		tf_envelope e;

		envelope_of(m, &e);
		for (size_t k = 0; k < n; k++)
			old = old || seen[k] == e.type;
		if (!old) {
			seen[n++] = e.type;
			every_field(s, m, liar, e.type, t);
		}
		(void)sim_deliver(s);
	}
	sim_take(s);
}

static void say(const char *what, const tally *t)
{
	printf("%s: %u types, %u fields, %u signed lies: %u name the liar, %u nobody\n", what,
	       t->types, t->fields, t->cases, t->verdict[NAMED], t->verdict[NOBODY]);
}

/* A phase of its own per test, so that they can be chosen; what comes before is honest. */
static void lies_in(sim_phase phase, const char *what, unsigned types)
{
	tally t = { 0 };
	unsigned liars = all() ? SIM_N : 1;

	for (unsigned k = 0; k < liars; k++) {
		uint64_t seed = tf_test_seed() + k;
		sim *s = sim_new(seed);

		memset(s->digest, 0x61, sizeof(s->digest));
		for (sim_phase before = SIM_KEYGEN; before < phase; before++) {
			if (phase == SIM_REFRESH && before != SIM_KEYGEN)
				continue; /* it needs no more than a key */
			sim_begin(s, before);
			run_on(s);
			sim_take(s);
		}
		phase_with_lies(s, phase, 1 + (unsigned)((seed + phase) % SIM_N), &t);
		sim_free(s);
	}
	say(what, &t);
	CHECK(t.types == types * liars);
	CHECK(t.verdict[NAMED] > 0 && t.verdict[NAMED] + t.verdict[NOBODY] == t.cases);
	CHECK(t.verdict[NOBODY] == 0 || phase == SIM_PRESIGN);
}

TEST_SLOW(every_field_of_key_generation_altered_by_its_sender, 900)
{
	lies_in(SIM_KEYGEN, "key generation", 5);
}

TEST_SLOW(every_field_of_introductions_altered_by_its_sender, 3600)
{
	lies_in(SIM_INTRODUCE, "introductions", 5);
}

TEST_SLOW(every_field_of_presigning_altered_by_its_sender, 3600)
{
	lies_in(SIM_PRESIGN, "presigning", 6);
}

TEST_SLOW(every_field_of_signing_altered_by_its_sender, 900)
{
	lies_in(SIM_SIGN, "signing", 1);
}

TEST_SLOW(every_field_of_a_refresh_altered_by_its_sender, 900)
{
	lies_in(SIM_REFRESH, "refresh", 5);
}
