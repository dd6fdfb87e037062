/* How attempts are settled where some of the voters are driven (attempt.h, docs/protocol.md 6.2).
 *
 * Statements go by in any order, to anybody, again and again: what honest voters show when they are
 * asked, by whom they may be asked at any time and about attempts that never were; what the driven
 * sign, an acknowledgement to one and an abort to another; statements in the name of the honest;
 * certificates of other shares; bytes that were turned. Whoever hears one works from its disk, as
 * after a crash, and may die again before it has done all of it.
 */
#include <string.h>
#include <sys/mman.h>

#include "base/secret.h"
#include "proto/settlement.h"
#include "sim/byzantine_life.h"

#define SHOWN_MAX 160u

typedef struct shown {
	bool is_abort;
	unsigned by; /* who showed it, 0-based */
	size_t len;
	uint8_t bytes[TF_CERTIFICATE_MAX];
} shown;

static shown table[SHOWN_MAX];
static unsigned tables;

static uint64_t below(uint64_t n)
{
	return byz_below(&byz_it, n);
}

static shown *room_for(unsigned by, bool is_abort)
{
	shown *s = &table[tables < SHOWN_MAX ? tables++ : below(SHOWN_MAX)];

	s->is_abort = is_abort;
	s->by = by;
	s->len = 0;
	return s;
}

/* Memory for the effects of settling. */
static tf_outbox *desk(void)
{
	static uint8_t room[1 << 18];
	static tf_outbox out;
	static tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem);
	return &out;
}

/* All effects, or, where somebody may die, some of them; is it alive? */
static bool work_off(unsigned i, const tf_outbox *out, bool may_die)
{
	size_t n = may_die && below(6) == 0 ? below(out->count + 1) : out->count;

	for (size_t k = 0; k < n; k++) {
		const tf_effect *e = &out->effect[k];
		life_file *f = life_find(i, e->type, e->key, e->key_len);

		switch (e->kind) {
		case TF_EFFECT_PERSIST:
			life_put(i, e->type, e->key, e->key_len, e->data, e->len);
			break;
		case TF_EFFECT_ERASE:
			if (f)
				life_erase(f);
			break;
		case TF_EFFECT_RETIRE:
			break; /* nobody has any: presignatures are in memory only */
		case TF_EFFECT_SEND:
		case TF_EFFECT_BURN:
		case TF_EFFECT_DONE:
			tf_test_fail(__FILE__, __LINE__, "effect %d", (int)e->kind);
		}
	}
	return n == out->count;
}

/* ---- what must hold ---- */

/* Has a party the share of this attempt, or a later epoch's? */
static bool holds(unsigned i, const tf_attempt *a)
{
	const uint8_t *hash = life_hash(i, a->sharing.sharing);

	return life_epoch(i, a->sharing.sharing) > a->sharing.epoch || life_has_pending(i, a) ||
	       (hash && memcmp(hash, a->hash, 32) == 0);
}

/* An honest party has committed it: no honest one has lost its share of it, or said no. */
static void check_committed(const tf_attempt *a)
{
	for (unsigned s = 0; s < a->sharing.n; s++) {
		unsigned i = life_device(a->sharing.seat[s].device);

		if (!life_driven(i) && !holds(i, a))
			tf_test_fail(__FILE__, __LINE__, "party %u has lost its share", i + 1);
	}
	for (size_t k = 0; k < lf->said_n; k++)
		CHECK(!lf->said[k].no || memcmp(lf->said[k].hash, a->hash, 32) != 0);
}

/* Who has lied is named, and what is held against it convicts it at anybody's. */
static void check_liar(const tf_attempt *a)
{
	static uint8_t file[TF_SETTLEMENT_MAX], room[TF_SETTLEMENT_MEM];
	unsigned liar = tf_attempt_liar(a, recast_scratch());
	tf_settlement word = { .attempt = a, .party = (uint16_t)liar, .accuser = "a voter",
	                       .abort = { a->abort, a->abort_len } };
	tf_evidence_verdict v;
	tf_arena mem;
	unsigned i;
	size_t len;

	if (liar == 0)
		return;
	i = life_device(a->voter[liar - 1].device);
	if (!life_driven(i))
		tf_test_fail(__FILE__, __LINE__, "party %u, which is honest, is a liar", i + 1);
	word.identity = lf->x.c.signer[i].pk;
	CHECK_OK(tf_settlement_write(file, sizeof(file), &len, &word, lf->x.c.g,
	                             recast_scratch()));
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_settlement_judge(&v, file, len, &mem));
	CHECK(v.convicts && memcmp(v.identity, word.identity, 32) == 0);
	life_sum->convicted++;
}

/* ---- voters ---- */

static void refuse(unsigned i, const tf_attempt *about, const tf_attempt *known, bool may_die)
{
	tf_attempt_query q = { .epoch = about->sharing.epoch, .known = known,
	                       .device = lf->x.c.env[0].party[i].device };
	uint8_t abort[TF_ABORT_MAX];
	tf_outbox *out = desk();
	size_t len;
	shown *s;

	memcpy(q.sharing, about->sharing.sharing, 32);
	memcpy(q.hash, about->hash, 32);
	q.committed = life_epoch(i, q.sharing);
	if (life_is == LIFE_TAKES_BACK)
		q.known = NULL;
	CHECK_OK(tf_attempt_refuse(abort, sizeof(abort), &len, &q, &lf->x.c.signer[i],
	                           lf->x.c.g, recast_scratch(), out));
	if (!work_off(i, out, may_die))
		return; /* it was not shown */
	life_says(i, about->hash, true);
	life_sum->refused += !life_driven(i);
	s = room_for(i, true);
	memcpy(s->bytes, abort, len);
	s->len = len;
}

static void show_certificate(unsigned i, const tf_attempt *a)
{
	shown *s = room_for(i, false);

	CHECK_OK(tf_attempt_certificate(s->bytes, sizeof(s->bytes), &s->len, a, lf->x.c.g,
	                                recast_scratch()));
	life_sum->shown++;
}

/* What a voter has to show for an attempt. */
static void answer(unsigned i, const tf_attempt *about, bool may_die)
{
	const char *device = lf->x.c.env[0].party[i].device;
	static tf_attempt a;
	bool known = life_attempt(&a, i, about->hash);
	bool said_yes = known && tf_attempt_acknowledged(&a, device, life_has_pending(i, about));
	tf_blob full;
	tf_key k;
	shown *s;

	if (life_epoch(i, about->sharing.sharing) >= about->sharing.epoch &&
	    life_key(&k, &full, i, about->sharing.sharing)) {
		s = room_for(i, false); /* it is over: this is what it came to */
		memcpy(s->bytes, full.p, full.len);
		s->len = full.len;
		return;
	}
	if (life_is == LIFE_TAKES_BACK && said_yes && below(2)) {
		refuse(i, about, &a, may_die);
		return;
	}
	if (known && a.state == TF_ATTEMPT_ABORTED) {
		s = room_for(i, true);
		memcpy(s->bytes, a.abort, a.abort_len);
		s->len = a.abort_len;
	} else if (!said_yes) {
		refuse(i, about, known ? &a : NULL, may_die);
		return;
	}
	if (said_yes)
		show_certificate(i, &a);
}

static void sweep(unsigned i, const uint8_t hash[static 32], bool may_die)
{
	static tf_attempt a;
	tf_outbox *out = desk();

	if (!life_attempt(&a, i, hash))
		return;
	CHECK_OK(tf_attempt_sweep(&a, life_epoch(i, a.sharing.sharing), life_has_pending(i, &a),
	                          out));
	(void)work_off(i, out, may_die);
}

static void hear_abort(unsigned i, tf_attempt *a, const shown *s, bool may_die)
{
	tf_outbox *out = desk();
	tf_fault fault;
	tf_err err = tf_attempt_abort(a, (tf_blob){ s->bytes, s->len },
	                              life_epoch(i, a->sharing.sharing), recast_find, &lf->x,
	                              lf->x.c.g, recast_scratch(), out, &fault);

	if (err != TF_E_CONFLICT) {
		CHECK(err == TF_OK || fault.party == TF_PARTY_NONE);
	} else if (life_driven(life_device(a->voter[fault.party - 1].device))) {
		life_sum->convicted++;
	} else {
		tf_test_fail(__FILE__, __LINE__, "voter %u is named: %s", fault.party,
		             tf_check_name(fault.check));
	}
	if (err == TF_OK && life_is == LIFE_FORGETS)
		CHECK_OK(tf_attempt_forget(a, out));
	(void)work_off(i, out, may_die);
}

/* Whose word is here. */
static void remember(unsigned i, const tf_attempt *a, bool may_die)
{
	tf_outbox *out = desk();

	CHECK_OK(tf_attempt_persist(a, lf->x.c.g, recast_scratch(), out));
	(void)work_off(i, out, may_die);
}

static void commit(unsigned i, tf_attempt *a, bool may_die)
{
	const char *device = lf->x.c.env[0].party[i].device;
	tf_outbox *out = desk();
	tf_key k = { 0 };
	tf_err err;

	check_liar(a);
	err = tf_attempt_commit(a, life_pending(&k, i, a) ? &k : NULL, device,
	                        life_epoch(i, a->sharing.sharing), lf->x.c.g, recast_scratch(),
	                        out);
	if (err != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "party %u cannot commit what all have agreed to: %s",
		             i + 1, tf_err_name(err));
	check_committed(a);
	(void)work_off(i, out, may_die);
	tf_key_wipe(&k);
}

/* A voter hears one statement about an attempt; true or not. */
static void hear(unsigned i, const uint8_t hash[static 32], const shown *s, bool may_die)
{
	static tf_attempt a, before;
	bool pending;
	tf_err err;

	if (!life_attempt(&a, i, hash) ||
	    (a.state != TF_ATTEMPT_ACKNOWLEDGED && a.state != TF_ATTEMPT_ABORTED))
		return;
	pending = life_has_pending(i, &a);
	if (!tf_attempt_acknowledged(&a, lf->x.c.env[0].party[i].device, pending))
		return;
	if (s->is_abort) {
		hear_abort(i, &a, s, may_die);
		return;
	}
	memcpy(&before, &a, sizeof(a));
	err = tf_attempt_take(&a, s->bytes, s->len, recast_find, &lf->x, lf->x.c.g,
	                      recast_scratch());
	if (err != TF_OK) {
		CHECK(memcmp(&before, &a, sizeof(a)) == 0);
		life_sum->false_shown++;
		return;
	}
	if (!tf_attempt_agreed(&a))
		remember(i, &a, may_die);
	else if (life_epoch(i, a.sharing.sharing) < a.sharing.epoch)
		commit(i, &a, may_die);
}

/* ---- attempts ---- */

/* The attempt in this place of a disk; false: there is none, or one that was refused. */
static bool attempt_at(tf_attempt *a, unsigned at)
{
	const life_file *f = &lf->disk[at / LIFE_FILES][at % LIFE_FILES];

	if (!f->bytes || f->type != TF_REC_ATTEMPT)
		return false;
	CHECK_OK(tf_attempt_decode(a, lf->x.c.g, f->bytes, f->len, recast_scratch()));
	return a->state != TF_ATTEMPT_REFUSED;
}

/* Has somebody before this place been asked about the same? */
static bool was_there(unsigned at, bool also_driven)
{
	const life_file *f = &lf->disk[at / LIFE_FILES][at % LIFE_FILES];
	tf_attempt a;

	for (unsigned i = 0; i < at / LIFE_FILES; i++)
		if ((also_driven || !life_driven(i)) && life_attempt(&a, i, f->key) &&
		    a.state != TF_ATTEMPT_REFUSED)
			return true;
	return false;
}

/* Every attempt of which somebody (honest) has a certificate, once; false: no more. */
static bool next_attempt(tf_attempt *a, unsigned *at, bool also_driven)
{
	while (*at < lf->n * LIFE_FILES) {
		unsigned here = (*at)++;

		if ((also_driven || !life_driven(here / LIFE_FILES)) && attempt_at(a, here) &&
		    !was_there(here, also_driven))
			return true;
	}
	return false;
}

/* Any of them, as the dice say; false: they have found none. */
static bool some_attempt(tf_attempt *a)
{
	unsigned places = lf->n * LIFE_FILES, first = (unsigned)below(places);

	for (unsigned k = 0; k < places; k++)
		if (attempt_at(a, (first + k) % places))
			return true;
	return false;
}

/* ---- what the driven show ---- */

static unsigned some_driven(void)
{
	unsigned i;

	do
		i = (unsigned)below(lf->n);
	while (!life_driven(i));
	return i;
}

static unsigned some_honest(void)
{
	unsigned i;

	do
		i = (unsigned)below(lf->n);
	while (life_driven(i));
	return i;
}

/* Has an honest party's acknowledgement left it? Then the driven have seen it. */
static bool has_said_yes(unsigned i, const uint8_t hash[static 32])
{
	for (size_t k = 0; k < lf->said_n; k++)
		if (lf->said[k].by == i && memcmp(lf->said[k].hash, hash, 32) == 0)
			return !lf->said[k].no;
	return false;
}

/* A certificate with the words that the driven have seen, their own, and perhaps false ones. */
static void show_words(const tf_attempt *about)
{
	static tf_attempt a;
	bool false_word = below(4) == 0;

	a = *about;
	for (unsigned v = 0; v < a.n; v++) {
		unsigned i = life_device(a.voter[v].device);
		bool seen = !life_driven(i) && has_said_yes(i, a.hash);
		unsigned by = seen || life_driven(i) ? i : some_driven();

		/* of its own, whether its puppet has a share of it, or not */
		a.voter[v].agreed = seen || (life_driven(i) ? below(3) != 0 : false_word);
		CHECK_OK(tf_sign(a.voter[v].sig, &lf->x.c.signer[by], TF_SHARING_DOMAIN, a.hash,
		                 32));
	}
	show_certificate(some_driven(), &a);
}

/* An abort by one of the driven, or by it in another's name. */
static void show_abort(const tf_attempt *about)
{
	unsigned by = some_driven(), name = below(3) ? by : (unsigned)below(lf->n);
	tf_attempt_query q = { .epoch = about->sharing.epoch,
	                       .device = lf->x.c.env[0].party[name].device };
	shown *s = room_for(by, true);

	memcpy(q.sharing, about->sharing.sharing, 32);
	memcpy(q.hash, about->hash, 32);
	CHECK_OK(tf_attempt_refuse(s->bytes, sizeof(s->bytes), &s->len, &q, &lf->x.c.signer[by],
	                           lf->x.c.g, recast_scratch(), desk()));
}

/* A certificate of something else that they all sign: another epoch, another key. */
static void show_other(const tf_attempt *about)
{
	static tf_attempt a;

	a = *about;
	if (below(2))
		a.sharing.epoch += 1 + (uint32_t)below(3);
	else
		a.sharing.previous[below(32)] ^= 1;
	CHECK_OK(tf_sharing_encode(NULL, NULL, a.hash, &a.sharing, lf->x.c.g, recast_scratch()));
	for (unsigned v = 0; v < a.n; v++) {
		unsigned i = life_device(a.voter[v].device);

		a.voter[v].agreed = life_driven(i);
		CHECK_OK(tf_sign(a.voter[v].sig, &lf->x.c.signer[i], TF_SHARING_DOMAIN, a.hash, 32));
	}
	show_certificate(some_driven(), &a);
}

static void show_damaged(void)
{
	shown *s;
	const shown *of;

	if (tables == 0)
		return;
	of = &table[below(tables)];
	s = room_for(some_driven(), of->is_abort);
	memmove(s, of, sizeof(*s));
	if (below(3) == 0)
		s->len = below(s->len + 1);
	else if (s->len)
		s->bytes[below(s->len)] ^= (uint8_t)(1u << below(8));
}

/* Somebody who was never asked to anything is asked about an attempt that never was. */
static void ask_of_nothing(const tf_attempt *about)
{
	static tf_attempt a;

	a = *about;
	a.hash[below(32)] ^= 1;
	answer(some_honest(), &a, true);
}

static void cheat(const tf_attempt *a)
{
	switch (below(6)) {
	case 0:
		show_abort(a);
		break;
	case 1:
		show_other(a);
		break;
	case 2:
		show_damaged();
		break;
	case 3:
		ask_of_nothing(a);
		break;
	default:
		show_words(a);
		break;
	}
}

/* ---- settling ---- */

static bool same_as_another(unsigned k)
{
	for (unsigned j = 0; j < k; j++)
		if (table[j].is_abort == table[k].is_abort && table[j].len == table[k].len &&
		    memcmp(table[j].bytes, table[k].bytes, table[k].len) == 0)
			return true;
	return false;
}

/* Everybody (or everybody honest) shows what it has, and hears all of it; of all attempts. */
static void hear_out(bool also_driven)
{
	static tf_attempt a;
	unsigned at = 0;

	while (next_attempt(&a, &at, also_driven)) {
		tables = 0;
		for (unsigned v = 0; v < a.n; v++) {
			unsigned i = life_device(a.voter[v].device);

			if (also_driven || !life_driven(i))
				answer(i, &a, false);
		}
		for (unsigned v = 0; v < a.n; v++) {
			unsigned i = life_device(a.voter[v].device);

			if (!also_driven && life_driven(i))
				continue;
			for (unsigned k = 0; k < tables; k++)
				if (table[k].by != i && !same_as_another(k))
					hear(i, a.hash, &table[k], false);
			sweep(i, a.hash, false);
		}
	}
}

/* The honest are of one mind about every attempt. */
static void check_of_one_mind(void)
{
	static tf_attempt a;
	unsigned at = 0;

	while (next_attempt(&a, &at, false)) {
		unsigned yes = 0, no = 0;

		for (unsigned s = 0; s < a.sharing.n; s++) {
			unsigned i = life_device(a.sharing.seat[s].device);

			if (!life_driven(i))
				*(life_epoch(i, a.sharing.sharing) >= a.sharing.epoch ? &yes : &no) += 1;
		}
		if (yes && no)
			tf_test_fail(__FILE__, __LINE__, "%u honest parties have committed, %u not",
			             yes, no);
		life_same_keys(a.sharing.sharing);
		life_sum->committed += yes > 0;
		life_sum->aborted += yes == 0;
	}
}

/* What honest parties committed in their runs. */
static void check_runs(void)
{
	static tf_attempt a;
	unsigned at = 0;

	while (next_attempt(&a, &at, false))
		for (unsigned i = 0; i < lf->n; i++) {
			const uint8_t *hash = life_hash(i, a.sharing.sharing);

			if (!life_driven(i) && hash && memcmp(hash, a.hash, 32) == 0)
				check_committed(&a);
		}
}

void life_settle(void)
{
	static tf_attempt a;
	unsigned turns = 4 + (unsigned)below(24);

	check_runs();
	tables = 0;
	for (unsigned k = 0; k < turns && some_attempt(&a); k++) {
		unsigned i = some_honest();

		switch (below(8)) {
		case 0:
			answer(i, &a, true);
			break;
		case 1:
			sweep(i, a.hash, true);
			break;
		case 2:
		case 3:
		case 4:
			cheat(&a);
			break;
		default:
			if (tables)
				hear(i, a.hash, &table[below(tables)], true);
			break;
		}
	}
	hear_out(false);
	hear_out(false);
	check_of_one_mind();
}

void life_settle_calmly(void)
{
	hear_out(true);
	hear_out(true);
}
