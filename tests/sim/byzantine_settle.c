/* How attempts are settled where some of the voters are driven (attempt.h, docs/protocol.md 6.2).
 *
 * Statements go by in any order, to anybody, again and again: what honest voters show when they are
 * asked, by whom they may be asked at any time and about attempts that never were; what the driven
 * sign, an acknowledgement to one and an abort to another; statements in the name of the honest;
 * certificates of other shares; bytes that were turned. Whoever hears some works from its disk by
 * the library's settlement (trefoil/reshare.h), as after a crash, and may die again before it has
 * done all of it.
 */
#include <string.h>

#include "proto/settlement.h"
#include "sim/byzantine_life.h"
#include "trefoil/trefoil.h"

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

static void show(unsigned by, bool is_abort, const uint8_t *bytes, size_t len)
{
	shown *s = room_for(by, is_abort);

	memcpy(s->bytes, bytes, len);
	s->len = len;
	life_sum->shown += !is_abort;
}

/* ---- voters: what the library makes of their disks ---- */

static tf_algorithm algorithm(void)
{
	tf_curve_id curve = tf_group_id(lf->x.c.g);

	if (curve == TF_CURVE_ED25519)
		return TF_ALG_SCHNORR_ED25519;
	return curve == TF_CURVE_BIP340 ? TF_ALG_SCHNORR_BIP340 : TF_ALG_ECDSA_SECP256K1;
}

static tf_bytes on_disk(const life_file *f)
{
	return f ? (tf_bytes){ f->bytes, f->len } : (tf_bytes){ NULL, 0 };
}

/* A settlement of this attempt by party i, as after a restart. forgetful: with no record of it. */
static tf_machine *voter(unsigned i, const tf_attempt *about, bool forgetful)
{
	static uint8_t room[1 << 20] __attribute__((aligned(64)));
	const uint8_t seed[32] = { (uint8_t)(i + 1), 0x5e }; /* cast_init's */
	tf_settle_params p = { .algorithm = algorithm(), .seed = seed,
	                       .device = lf->x.c.env[0].party[i].device,
	                       .roster = { recast_find, &lf->x },
	                       .committed = life_epoch(i, about->sharing.sharing) };
	tf_machine *m;

	if (!forgetful) {
		p.attempt = on_disk(life_find(i, TF_REC_ATTEMPT, about->hash, 32));
		p.pending = on_disk(life_pending_file(i, about));
	}
	CHECK(tf_settle_room() <= sizeof(room));
	CHECK_OK(tf_settle_begin(&m, (tf_memory){ room, sizeof(room) }, &p));
	return m;
}

/* All effects, or, where somebody may die, some of them; is it alive? */
static bool work_off(unsigned i, tf_machine *m, bool may_die)
{
	const tf_effect *effect;
	size_t count = tf_machine_effects(&effect, m);
	size_t n = may_die && below(6) == 0 ? below(count + 1) : count;

	for (size_t k = 0; k < n; k++) {
		const tf_effect *e = &effect[k];
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
	tf_machine_clear(m);
	return n == count;
}

/* ---- what must hold ---- */

/* Has a party the share of this attempt, or a later epoch's? */
static bool holds(unsigned i, const tf_attempt *a)
{
	const uint8_t *hash = life_hash(i, a->sharing.sharing);

	return life_epoch(i, a->sharing.sharing) > a->sharing.epoch || life_pending_file(i, a) ||
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

/* Who is convicted is driven, and what is held against it convicts it at anybody's. */
static void check_evidence(const tf_machine *m)
{
	static uint8_t file[TF_SETTLEMENT_MAX], scratch[TF_SETTLEMENT_MEM];
	tf_evidence_verdict v;
	tf_arena mem;
	size_t len;

	if (tf_blame_size(m) == 0)
		return;
	CHECK(tf_blame_size(m) <= sizeof(scratch));
	CHECK_OK(tf_blame_write(file, sizeof(file), &len, m,
	                        (tf_memory){ scratch, sizeof(scratch) }));
	tf_arena_init(&mem, scratch, sizeof(scratch));
	CHECK_OK(tf_settlement_judge(&v, file, len, &mem));
	CHECK(v.convicts && v.fault.check == TF_CK_ABORT_HONEST);
	for (unsigned i = 0; i < lf->n; i++)
		if (memcmp(v.identity, lf->x.c.signer[i].pk, 32) == 0 && !life_driven(i))
			tf_test_fail(__FILE__, __LINE__, "party %u, honest, is convicted", i + 1);
	life_sum->convicted++;
}

/* ---- what they say ---- */

static void refuse(unsigned i, const tf_attempt *about, tf_machine *m, bool may_die)
{
	uint8_t abort[TF_ABORT_BYTES];
	size_t len;

	CHECK_OK(tf_settle_refuse(abort, sizeof(abort), &len, m, about->sharing.sharing,
	                          about->sharing.epoch, about->hash));
	if (!work_off(i, m, may_die))
		return; /* it was not shown */
	life_says(i, about->hash, true);
	life_sum->refused += !life_driven(i);
	show(i, true, abort, len);
}

/* What a voter has to show for an attempt. */
static void answer(unsigned i, const tf_attempt *about, bool may_die)
{
	static tf_attempt a;
	static uint8_t cert[TF_CERTIFICATE_MAX];
	bool aborted = life_attempt(&a, i, about->hash) && a.state == TF_ATTEMPT_ABORTED;
	tf_machine *m;
	size_t len = 0;
	tf_blob full;
	tf_err err;
	tf_key k;

	if (life_epoch(i, about->sharing.sharing) >= about->sharing.epoch &&
	    life_key(&k, &full, i, about->sharing.sharing)) {
		show(i, false, full.p, full.len); /* it is over: this is what it came to */
		return;
	}
	if (aborted)
		show(i, true, a.abort, a.abort_len);
	m = voter(i, about, life_is == LIFE_TAKES_BACK);
	err = tf_settle_show(cert, sizeof(cert), &len, m);
	CHECK(err == TF_OK || err == TF_E_STATE);
	if (err == TF_OK)
		show(i, false, cert, len);
	else if (!aborted)
		refuse(i, about, m, may_die);
	tf_machine_wipe(m);
}

static void sweep(unsigned i, const tf_attempt *about, bool may_die)
{
	tf_machine *m;

	if (!life_find(i, TF_REC_ATTEMPT, about->hash, 32))
		return;
	m = voter(i, about, false);
	CHECK_OK(tf_settle_sweep(m));
	(void)work_off(i, m, may_die);
	tf_machine_wipe(m);
}

/* ---- what they hear ---- */

static void hear_abort(unsigned i, const tf_attempt *about, const shown *s, tf_machine *m,
                       bool may_die)
{
	tf_verdict v;
	tf_err err = tf_settle_abort(m, s->bytes, s->len, &v);
	tf_attempt a;

	if (err != TF_E_CONFLICT) {
		CHECK(err == TF_OK || v.party == TF_PARTY_NONE);
	} else {
		CHECK(life_attempt(&a, i, about->hash) && v.party >= 1 && v.party <= a.n);
		if (!life_driven(life_device(a.voter[v.party - 1].device)))
			tf_test_fail(__FILE__, __LINE__, "voter %u, honest, is named", v.party);
		check_evidence(m);
	}
	if (err == TF_OK && life_is == LIFE_FORGETS)
		CHECK_OK(tf_settle_forget(m));
	(void)work_off(i, m, may_die);
}

/* It has committed this, or a later epoch; a voter without a seat has no epoch, but its record. */
static bool is_over(unsigned i, const tf_attempt *about)
{
	static tf_attempt a;

	if (life_epoch(i, about->sharing.sharing) >= about->sharing.epoch)
		return true;
	for (unsigned s = 0; s < about->sharing.n; s++)
		if (life_device(about->sharing.seat[s].device) == i)
			return false;
	return life_attempt(&a, i, about->hash) && a.state == TF_ATTEMPT_COMMITTED;
}

/* false: it is over for this voter */
static bool hear_certificate(unsigned i, const tf_attempt *about, const shown *s, tf_machine *m,
                             bool may_die)
{
	tf_err err = tf_settle_take(m, s->bytes, s->len);

	life_sum->false_shown += err != TF_OK;
	if (!tf_settle_agreed(m))
		return true;
	if (is_over(i, about)) {
		CHECK_ERR(tf_settle_commit(m), TF_E_STATE);
		return false;
	}
	check_evidence(m);
	err = tf_settle_commit(m);
	if (err != TF_OK)
		tf_test_fail(__FILE__, __LINE__, "party %u cannot commit what all have agreed to: %s",
		             i + 1, tf_err_name(err));
	(void)work_off(i, m, may_die);
	check_committed(about);
	return false;
}

/* A voter hears statements, n from the first one on, true or not, about an attempt. */
static void hear(unsigned i, const tf_attempt *about, unsigned first, unsigned n, bool may_die)
{
	tf_machine *m;

	if (!life_find(i, TF_REC_ATTEMPT, about->hash, 32))
		return;
	m = voter(i, about, false);
	for (unsigned k = 0; k < n; k++) {
		const shown *s = &table[(first + k) % tables];

		if (s->is_abort)
			hear_abort(i, about, s, m, may_die);
		else if (!hear_certificate(i, about, s, m, may_die))
			break;
	}
	tf_machine_wipe(m);
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

static unsigned some_device(bool driven)
{
	unsigned i;

	do
		i = (unsigned)below(lf->n);
	while (life_driven(i) != driven);
	return i;
}

static void show_certificate(const tf_attempt *a)
{
	static uint8_t cert[TF_CERTIFICATE_MAX];
	size_t len;

	CHECK_OK(tf_attempt_certificate(cert, sizeof(cert), &len, a, lf->x.c.g, recast_scratch()));
	show(some_device(true), false, cert, len);
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
		unsigned by = seen || life_driven(i) ? i : some_device(true);

		/* of its own, whether its puppet has a share of it, or not */
		a.voter[v].agreed = seen || (life_driven(i) ? below(3) != 0 : false_word);
		CHECK_OK(tf_sign(a.voter[v].sig, &lf->x.c.signer[by], TF_SHARING_DOMAIN, a.hash,
		                 32));
	}
	show_certificate(&a);
}

/* An abort by one of the driven, or by it in another's name. */
static void show_abort(const tf_attempt *about)
{
	static uint8_t room[1 << 16];
	unsigned by = some_device(true), name = below(3) ? by : (unsigned)below(lf->n);
	tf_attempt_query q = { .epoch = about->sharing.epoch,
	                       .device = lf->x.c.env[0].party[name].device };
	uint8_t abort[TF_ABORT_MAX];
	tf_outbox out;
	tf_arena mem;
	size_t len;

	tf_arena_init(&mem, room, sizeof(room));
	tf_outbox_init(&out, &mem); /* what it should write down, it does not */
	memcpy(q.sharing, about->sharing.sharing, 32);
	memcpy(q.hash, about->hash, 32);
	CHECK_OK(tf_attempt_refuse(abort, sizeof(abort), &len, &q, &lf->x.c.signer[by], lf->x.c.g,
	                           recast_scratch(), &out));
	show(by, true, abort, len);
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
	show_certificate(&a);
}

static void show_damaged(void)
{
	shown *s;
	const shown *of;

	if (tables == 0)
		return;
	of = &table[below(tables)];
	s = room_for(some_device(true), of->is_abort);
	memmove(s, of, sizeof(*s));
	if (below(3) == 0)
		s->len = below(s->len + 1);
	else if (s->len)
		s->bytes[below(s->len)] ^= 0x10;
}

/* Somebody who was never asked to anything is asked about an attempt that never was. */
static void ask_of_nothing(const tf_attempt *about)
{
	static tf_attempt a;

	a = *about;
	a.hash[below(32)] ^= 1;
	answer(some_device(false), &a, true);
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
			if (tables)
				hear(i, &a, (unsigned)below(tables), tables, false);
			sweep(i, &a, false);
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
		unsigned i = some_device(false), first = tables ? (unsigned)below(tables) : 0;

		switch (below(8)) {
		case 0:
			answer(i, &a, true);
			break;
		case 1:
			sweep(i, &a, true);
			break;
		case 2:
		case 3:
		case 4:
			cheat(&a);
			break;
		default:
			if (tables)
				hear(i, &a, first, 1 + (unsigned)below(4), true);
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
