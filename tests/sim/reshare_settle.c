/* How attempts are settled after a run, and how it must look when they are. */
#include <string.h>

#include "base/secret.h"
#include "sim/reshare_world.h"

#define SHOWN_MAX 32u

typedef struct shown {
	bool is_abort;
	size_t len;
	uint8_t bytes[TF_CERTIFICATE_MAX];
} shown;

static shown table[SHOWN_MAX];
static unsigned tables;

static shown *room_for(bool is_abort)
{
	CHECK(tables < SHOWN_MAX);
	table[tables].is_abort = is_abort;
	return &table[tables++];
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

static void refuse(unsigned i, const tf_attempt *about, const tf_attempt *known)
{
	tf_attempt_query q = { .epoch = about->sharing.epoch, .known = known,
	                       .device = rw->x.c.env[0].party[i].device };
	shown *s = room_for(true);
	tf_outbox *out = desk();

	memcpy(q.sharing, about->sharing.sharing, 32);
	memcpy(q.hash, about->hash, 32);
	q.committed = rw_committed(i, q.sharing);
	CHECK_OK(tf_attempt_refuse(s->bytes, sizeof(s->bytes), &s->len, &q, &rw->x.c.signer[i],
	                           rw->x.c.g, recast_scratch(), out));
	rw_work_off(i, out);
	if (rw->p[i].dead)
		tables--; /* it was not shown */
}

/* What a voter has to show for an attempt. */
static void answer(unsigned i, const tf_attempt *about)
{
	const char *device = rw->x.c.env[0].party[i].device;
	tf_attempt a;
	tf_key k;
	bool known = rw_load_attempt(&a, i, about->hash);
	bool pending = rw_load_pending(&k, i, about);
	tf_blob full;
	shown *s;

	if (rw_load_key(&k, &full, i, about->sharing.sharing) &&
	    k.sharing.epoch >= about->sharing.epoch) {
		s = room_for(false); /* it is over: this is what it came to */
		memcpy(s->bytes, full.p, full.len);
		s->len = full.len;
		return;
	}
	if (known && a.state == TF_ATTEMPT_ABORTED) {
		s = room_for(true);
		memcpy(s->bytes, a.abort, a.abort_len);
		s->len = a.abort_len;
	} else if (!known || !tf_attempt_acknowledged(&a, device, pending)) {
		refuse(i, about, known ? &a : NULL);
		return;
	}
	if (tf_attempt_acknowledged(&a, device, pending)) {
		s = room_for(false);
		CHECK_OK(tf_attempt_certificate(s->bytes, sizeof(s->bytes), &s->len, &a,
		                                rw->x.c.g, recast_scratch()));
	}
}

/* One voter hears what is on the table, some of it perhaps not. */
static void hear(unsigned i, const uint8_t hash[static 32], unsigned lose)
{
	static tf_attempt a;
	tf_outbox *out = desk();
	uint32_t committed;
	tf_key k = { 0 };
	bool pending;

	if (!rw_load_attempt(&a, i, hash) ||
	    (a.state != TF_ATTEMPT_ACKNOWLEDGED && a.state != TF_ATTEMPT_ABORTED))
		return;
	pending = rw_load_pending(&k, i, &a);
	committed = rw_committed(i, a.sharing.sharing);
	if (!tf_attempt_acknowledged(&a, rw->x.c.env[0].party[i].device, pending))
		return;
	for (unsigned s = 0; s < tables; s++) {
		tf_err err;

		if (table[s].is_abort || (lose && rw_below(lose) == 0))
			continue;
		err = tf_attempt_take(&a, table[s].bytes, table[s].len, recast_find, &rw->x,
		                      rw->x.c.g, recast_scratch());
		CHECK(err == TF_OK || err == TF_E_SESSION); /* of a later epoch */
	}
	if (tf_attempt_agreed(&a) && committed < a.sharing.epoch)
		CHECK_OK(tf_attempt_commit(&a, pending ? &k : NULL,
		                           rw->x.c.env[0].party[i].device, committed, rw->x.c.g,
		                           recast_scratch(), out));
	for (unsigned s = 0; s < tables; s++) {
		tf_fault fault;
		tf_err err;

		if (!table[s].is_abort || (lose && rw_below(lose) == 0))
			continue;
		err = tf_attempt_abort(&a, (tf_blob){ table[s].bytes, table[s].len }, committed,
		                       recast_find, &rw->x, rw->x.c.g, recast_scratch(), out, &fault);
		CHECK(fault.party == TF_PARTY_NONE || err == TF_OK);
		CHECK(err == TF_OK || err == TF_E_DUPLICATE || err == TF_E_STATE);
	}
	rw_work_off(i, out);
	tf_key_wipe(&k);
}

static void sweep(unsigned i, const uint8_t hash[static 32])
{
	tf_outbox *out = desk();
	tf_attempt a;
	tf_key k;

	if (rw->p[i].dead || !rw_load_attempt(&a, i, hash))
		return;
	CHECK_OK(tf_attempt_sweep(&a, rw_committed(i, a.sharing.sharing),
	                          rw_load_pending(&k, i, &a), out));
	rw_work_off(i, out);
}

/* Some attempt of which somebody has a certificate, by its place on the disks; false: no more. */
static bool next_attempt(tf_attempt *a, unsigned *at)
{
	for (; *at < rw->n * RW_FILES; ++*at) {
		const rw_file *f = &rw->p[*at / RW_FILES].disk[*at % RW_FILES];

		if (!f->bytes || f->type != TF_REC_ATTEMPT)
			continue;
		CHECK_OK(tf_attempt_decode(a, rw->x.c.g, f->bytes, f->len, recast_scratch()));
		if (a->state == TF_ATTEMPT_REFUSED)
			continue;
		++*at;
		return true;
	}
	return false;
}

/* All attempts, once. lose: one statement in so many does not arrive; 0: all do. */
void rw_settle(unsigned lose)
{
	tf_attempt a;
	unsigned at = 0;

	while (next_attempt(&a, &at)) {
		unsigned first = (unsigned)rw_below(rw->n);

		tables = 0;
		for (unsigned k = 0; k < a.n; k++) {
			unsigned i = rw_device(a.voter[(first + k) % a.n].device);

			if (!rw->p[i].dead)
				answer(i, &a);
		}
		for (unsigned k = 0; k < a.n; k++) {
			unsigned i = rw_device(a.voter[(first + k) % a.n].device);

			if (!rw->p[i].dead)
				hear(i, a.hash, lose);
			sweep(i, a.hash);
		}
	}
}

/* ---- the end ---- */

/* The shares of one sharing, all committed, one certificate: do they make the key? */
static void check_sharing_whole(const tf_sharing *s)
{
	tf_sc_sec sum = { { { 0 } } };
	uint16_t set[TF_PARTIES_MAX];
	tf_pt Y;

	for (unsigned i = 0; i < s->n; i++)
		set[i] = s->seat[i].index;
	for (unsigned i = 0; i < s->n; i++) {
		uint8_t mine[32], theirs[32];
		tf_sharing opened;
		tf_blob cert;
		tf_key k;
		tf_sc l;

		CHECK(rw_load_key(&k, &cert, rw_device(s->seat[i].device), s->sharing));
		CHECK_OK(tf_sharing_encode(NULL, NULL, mine, &k.sharing, rw->x.c.g,
		                           recast_scratch()));
		CHECK_OK(tf_sharing_encode(NULL, NULL, theirs, s, rw->x.c.g, recast_scratch()));
		CHECK(memcmp(mine, theirs, 32) == 0 && k.index == s->seat[i].index);
		if (s->epoch > 4 || memcmp(s->sharing, rw->source, 32) != 0) /* 4: dealt by the test */
			CHECK_OK(tf_sharing_open(&opened, rw->x.c.g, cert.p, cert.len, recast_find,
			                         &rw->x, recast_scratch()));
		CHECK_OK(tf_lagrange(&l, rw->x.c.g, k.index, set, s->n));
		if (s->form == TF_SHARE_ADDITIVE)
			tf_sc_set_u64(rw->x.c.g, &l, 1);
		tf_sc_mul(rw->x.c.g, &l, &l, &k.x.s);
		tf_sc_add(rw->x.c.g, &sum.s, &sum.s, &l);
	}
	CHECK_OK(tf_pt_mul_base(rw->x.c.g, &Y, &sum));
	CHECK(tf_pt_eq(rw->x.c.g, &Y, &rw->x.source[0].sharing.Y));
}

/* But for what was aborted: that share stays until a later epoch is committed. */
static void check_not_pending(unsigned i, const rw_file *f)
{
	tf_attempt a;

	if (!f->bytes || f->type != TF_REC_KEY_SHARE || f->key_len == 32)
		return;
	CHECK(f->key_len == TF_ATTEMPT_SHARE_KEY && rw_load_attempt(&a, i, f->key + 32));
	CHECK(a.state == TF_ATTEMPT_ABORTED && !tf_attempt_agreed(&a) &&
	      rw_committed(i, a.sharing.sharing) < a.sharing.epoch);
}

void rw_check_settled(void)
{
	tf_attempt a;
	unsigned at = 0;

	for (unsigned i = 0; i < rw->n; i++)
		for (unsigned f = 0; f < RW_FILES; f++)
			check_not_pending(i, &rw->p[i].disk[f]);
	while (next_attempt(&a, &at)) {
		unsigned yes = 0, no = 0;

		for (unsigned s = 0; s < a.sharing.n; s++) {
			unsigned i = rw_device(a.sharing.seat[s].device);

			if (rw_committed(i, a.sharing.sharing) >= a.sharing.epoch)
				yes++;
			else
				no++;
		}
		CHECK(yes == 0 || no == 0);
		if (yes)
			rw->committed++;
		else
			rw->aborted++;
	}
	for (unsigned i = 0; i < rw->n; i++) { /* every sharing that somebody has is whole */
		tf_key k;

		for (unsigned f = 0; f < RW_FILES; f++)
			if (rw->p[i].disk[f].bytes && rw->p[i].disk[f].type == TF_REC_KEY_SHARE &&
			    rw->p[i].disk[f].key_len == 32) {
				CHECK(rw_load_key(&k, NULL, i, rw->p[i].disk[f].key));
				check_sharing_whole(&k.sharing);
			}
	}
}
