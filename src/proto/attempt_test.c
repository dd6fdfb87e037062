/* How an attempt to make a sharing ends: by everybody's word, or by the signed word of one who has
 * not given his. */
#include <string.h>

#include "proto/attempt.h"
#include "proto/recast_test.h"

static recast x;
static tf_attempt a[4];           /* what each party has written down */
static tf_key pending[4];
static uint8_t cert[4][TF_CERTIFICATE_MAX];
static size_t cert_len[4];
static unsigned silent;           /* whose acknowledgement gets lost; 0: everybody's */
static uint8_t out_room[1 << 18], abort_msg[TF_ABORT_MAX];
static size_t abort_len;
static tf_arena out_mem;
static tf_outbox out;
static tf_fault fault;

static bool lose_acks(cast *c, cast_mail *mail)
{
	(void)c;
	return !cast_is(mail, TF_MSG_RESHARE_ACK, NULL) || (silent && mail->from != silent);
}

static void load(unsigned i)
{
	for (size_t k = 0; k < x.c.records; k++) {
		const cast_record *r = &x.c.record[k];

		if (r->by != i + 1)
			continue;
		if (r->type == TF_REC_ATTEMPT)
			CHECK_OK(tf_attempt_decode(&a[i], x.c.g, r->bytes, r->len,
			                           recast_scratch()));
		else
			CHECK_OK(tf_key_decode(&pending[i], NULL, x.c.g, r->bytes, r->len,
			                       recast_scratch()));
	}
}

/* A run in which everybody acknowledges and nobody hears of it (of one party, if it is silent). */
static void stranded(bool reshare_plan, unsigned who)
{
	silent = who;
	memset(a, 0, sizeof(a));
	memset(pending, 0, sizeof(pending));
	recast_init(&x, reshare_plan ? 4 : 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	if (reshare_plan)
		recast_plan_reshare(&x);
	else
		recast_plan_refresh(&x);
	x.c.rewrite = lose_acks;
	recast_start_all(&x);
	cast_run(&x.c);
	for (unsigned i = 0; i < x.c.n; i++) {
		bool done = i + 1 == who;

		CHECK(x.c.err[i] == TF_OK && x.c.done[i] == done);
		if (done)
			continue;
		load(i);
		CHECK(a[i].state == TF_ATTEMPT_ACKNOWLEDGED && !tf_attempt_agreed(&a[i]));
		CHECK_OK(tf_attempt_certificate(cert[i], sizeof(cert[i]), &cert_len[i], &a[i],
		                                x.c.g, recast_scratch()));
	}
	tf_arena_init(&out_mem, out_room, sizeof(out_room));
	tf_outbox_init(&out, &out_mem);
}

static tf_err take(unsigned to, unsigned from)
{
	return tf_attempt_take(&a[to], cert[from], cert_len[from], recast_find, &x, x.c.g,
	                       recast_scratch());
}

static tf_err commit(unsigned i, uint32_t committed)
{
	tf_key *key = x.args.role[i].receives ? &pending[i] : NULL;

	tf_outbox_reset(&out);
	return tf_attempt_commit(&a[i], key, committed, x.c.g, recast_scratch(), &out);
}

/* ---- records ---- */

static void check_round_trip(const tf_attempt *want)
{
	static uint8_t record[TF_ATTEMPT_RECORD_MAX], again[TF_ATTEMPT_RECORD_MAX];
	static tf_attempt got;
	size_t len, n;

	CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, want, x.c.g, recast_scratch()));
	CHECK_OK(tf_attempt_decode(&got, x.c.g, record, len, recast_scratch()));
	CHECK(got.state == want->state && memcmp(got.hash, want->hash, 32) == 0);
	CHECK(got.n == want->n && got.abort_len == want->abort_len);
	CHECK_OK(tf_attempt_encode(again, sizeof(again), &n, &got, x.c.g, recast_scratch()));
	CHECK(n == len && memcmp(record, again, len) == 0);
	CHECK_ERR(tf_attempt_encode(again, len - 1, &n, want, x.c.g, recast_scratch()),
	          TF_E_CAPACITY);
	CHECK(tf_attempt_decode(&got, x.c.g, record, len - 1, recast_scratch()) != TF_OK);
	for (size_t at = 0; at < 4 + 32 + 4 + 32 + 1; at++) { /* header, name, epoch, hash, state */
		tf_err err;

		record[at] ^= 1;
		err = tf_attempt_decode(&got, x.c.g, record, len, recast_scratch());
		record[at] ^= 1;
		/* of a refusal there is no second copy; a state may be another good one */
		CHECK(err != TF_OK || want->state == TF_ATTEMPT_REFUSED || got.state != want->state);
	}
}

static void refuse_as(unsigned i, const tf_attempt *of)
{
	tf_attempt_query q = { .epoch = of->sharing.epoch,
	                       .device = x.c.env[0].party[i].device };

	memcpy(q.sharing, of->sharing.sharing, 32);
	memcpy(q.hash, of->hash, 32);
	tf_outbox_reset(&out);
	CHECK_OK(tf_attempt_refuse(abort_msg, sizeof(abort_msg), &abort_len, &q, &x.c.signer[i],
	                           x.c.g, recast_scratch(), &out));
}

static tf_err show_abort(unsigned to)
{
	tf_outbox_reset(&out);
	return tf_attempt_abort(&a[to], (tf_blob){ abort_msg, abort_len }, 4, recast_find, &x, x.c.g,
	                        recast_scratch(), &out, &fault);
}

TEST(an_attempt_comes_back_from_its_record_in_every_state)
{
	tf_attempt refused;

	stranded(false, 0);
	check_round_trip(&a[0]);
	refuse_as(2, &a[0]);
	CHECK(out.count == 1 && out.effect[0].type == TF_REC_ATTEMPT);
	CHECK_OK(tf_attempt_decode(&refused, x.c.g, out.effect[0].data, out.effect[0].len,
	                           recast_scratch()));
	CHECK(refused.state == TF_ATTEMPT_REFUSED && refused.sharing.epoch == 5);
	check_round_trip(&refused);
	CHECK_OK(show_abort(1));
	CHECK(a[1].state == TF_ATTEMPT_ABORTED);
	check_round_trip(&a[1]);
	CHECK_OK(take(0, 1));
	CHECK_OK(take(0, 2));
	CHECK_OK(commit(0, 4));
	CHECK(a[0].state == TF_ATTEMPT_COMMITTED);
	check_round_trip(&a[0]);
	recast_free(&x);
}

TEST(a_record_that_contradicts_itself_is_not_read)
{
	static uint8_t record[TF_ATTEMPT_RECORD_MAX];
	static tf_attempt bad, got;
	size_t len;

	stranded(false, 0);
	for (unsigned k = 0; k < 7; k++) {
		bad = a[0];
		switch (k) {
		case 0:
			bad.state = TF_ATTEMPT_COMMITTED;
			break;
		case 1:
			bad.state = TF_ATTEMPT_ABORTED; /* by nobody */
			break;
		case 2:
			bad.state = TF_ATTEMPT_REFUSED; /* with voters */
			break;
		case 3:
			bad.abort_len = 1; /* of what has not ended */
			break;
		case 4:
			bad.hash[0] ^= 1;
			break;
		case 5:
			memcpy(bad.voter[1].device, bad.voter[2].device, sizeof(bad.voter[1].device));
			break;
		case 6:
			bad.state = (tf_attempt_state)(TF_ATTEMPT_ABORTED + 1);
			break;
		}
		CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, &bad, x.c.g,
		                           recast_scratch()));
		CHECK_ERR(tf_attempt_decode(&got, x.c.g, record, len, recast_scratch()),
		          TF_E_ENCODING);
		CHECK(got.n == 0);
	}
	bad = a[0];
	bad.n = 0; /* nobody's word */
	CHECK(!tf_attempt_agreed(&bad));
	CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, &bad, x.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_decode(&got, x.c.g, record, len, recast_scratch()), TF_E_ENCODING);
	bad.n = 1; /* one voter's alone is a record, and all there is to wait for */
	CHECK(tf_attempt_agreed(&bad) == bad.voter[0].agreed);
	bad.voter[0].agreed = true;
	CHECK(tf_attempt_agreed(&bad));
	check_round_trip(&bad);
	recast_free(&x);
}

/* ---- commit ---- */

static void check_commit_effects(unsigned i)
{
	static tf_key key;
	tf_sharing sharing;
	tf_blob c;

	if (!x.args.role[i].receives) {
		CHECK(out.count == 1 && out.effect[0].type == TF_REC_ATTEMPT);
		return;
	}
	CHECK(out.count == 4);
	CHECK(out.effect[0].kind == TF_EFFECT_PERSIST && out.effect[0].type == TF_REC_KEY_SHARE);
	CHECK(out.effect[0].key_len == 32);
	CHECK_OK(tf_key_decode(&key, &c, x.c.g, out.effect[0].data, out.effect[0].len,
	                       recast_scratch()));
	CHECK(key.state == TF_SHARE_COMMITTED && key.index == pending[i].index);
	CHECK_OK(tf_sharing_open(&sharing, x.c.g, c.p, c.len, recast_find, &x, recast_scratch()));
	recast_check_key(&x, &key);
	CHECK(out.effect[1].kind == TF_EFFECT_RETIRE && out.effect[1].epoch == sharing.epoch);
	CHECK(memcmp(out.effect[1].key, sharing.sharing, 32) == 0);
	CHECK(out.effect[2].kind == TF_EFFECT_PERSIST && out.effect[2].type == TF_REC_ATTEMPT);
	CHECK(out.effect[3].kind == TF_EFFECT_ERASE && out.effect[3].type == TF_REC_KEY_SHARE);
	CHECK(out.effect[3].key_len == TF_ATTEMPT_SHARE_KEY);
}

TEST(everybodys_word_completes_an_attempt_for_everybody)
{
	for (unsigned turn = 0; turn < 2; turn++) {
		stranded(turn, 0);
		for (unsigned i = 0; i < x.c.n; i++) {
			for (unsigned j = 0; j < x.c.n; j++) {
				CHECK_ERR(commit(i, 0), TF_E_STATE); /* not before the last word */
				CHECK(out.count == 0 && !tf_attempt_agreed(&a[i]));
				CHECK_OK(take(i, (i + 1 + j) % x.c.n));
				if (j + 2 == x.c.n)
					break; /* the own one is there */
			}
			CHECK(tf_attempt_agreed(&a[i]));
			CHECK_OK(commit(i, turn ? 0 : 4));
			check_commit_effects(i);
			CHECK_ERR(commit(i, turn ? 0 : 4), TF_E_STATE); /* once */
		}
		recast_free(&x);
	}
}

TEST(agreed_is_everybody_and_somebody)
{
	static tf_attempt of;

	CHECK(!tf_attempt_agreed(&of)); /* nobody's word */
	of.voter[0].agreed = true;
	of.n = 1;
	CHECK(tf_attempt_agreed(&of));
	of.n = 2;
	CHECK(!tf_attempt_agreed(&of));
	stranded(false, 0);
	of = a[0];
	of.n = 1; /* a record like any other */
	check_round_trip(&of);
	recast_free(&x);
}

TEST(one_certificate_with_all_words_is_enough)
{
	static uint8_t full[TF_CERTIFICATE_MAX];
	const tf_attempt *done;
	size_t len;

	stranded(true, 3); /* party 3 has everybody's, the others lack its */
	done = tf_reshare_attempt(&x.run[2]);
	CHECK(done && done->state == TF_ATTEMPT_COMMITTED);
	CHECK_OK(tf_attempt_certificate(full, sizeof(full), &len, done, x.c.g, recast_scratch()));
	for (unsigned i = 0; i < 4; i++) {
		if (i == 2)
			continue;
		CHECK_OK(tf_attempt_take(&a[i], full, len, recast_find, &x, x.c.g,
		                         recast_scratch()));
		CHECK_OK(commit(i, 0));
		check_commit_effects(i);
	}
	recast_free(&x);
}

TEST(only_voters_words_count_and_only_for_this_attempt)
{
	static tf_attempt other, before;
	static uint8_t buf[TF_CERTIFICATE_MAX];
	size_t len;

	stranded(false, 0);
	before = a[0];
	other = a[1];
	other.voter[1].sig[5] ^= 1;
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &other, x.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&a[0], buf, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_TRUST);
	other = a[1];
	memcpy(other.voter[2].sig, other.voter[1].sig, 64); /* one's word for another's */
	other.voter[2].agreed = true;
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &other, x.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&a[0], buf, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_TRUST);
	other = a[1];
	memcpy(other.voter[1].device, "stranger", 9);
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &other, x.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&a[0], buf, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_TRUST);
	memcpy(a[0].voter[1].device, "stranger", 9); /* the roster does not know it */
	CHECK_ERR(tf_attempt_take(&a[0], buf, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_TRUST);
	a[0] = before;
	other = a[1];
	other.sharing.epoch++;
	CHECK_OK(tf_attempt_certificate(buf, sizeof(buf), &len, &other, x.c.g, recast_scratch()));
	CHECK_ERR(tf_attempt_take(&a[0], buf, len, recast_find, &x, x.c.g, recast_scratch()),
	          TF_E_SESSION);
	CHECK(tf_attempt_take(&a[0], cert[1], cert_len[1] - 1, recast_find, &x, x.c.g,
	                      recast_scratch()) != TF_OK);
	CHECK(memcmp(&a[0], &before, sizeof(before)) == 0);
	recast_free(&x);
}

TEST(a_share_of_another_attempt_is_not_committed_nor_one_that_is_out_of_date)
{
	static tf_key good;

	stranded(false, 0);
	good = pending[0];
	CHECK_OK(take(0, 1));
	CHECK_OK(take(0, 2));
	pending[0].sharing.epoch++;
	CHECK_ERR(commit(0, 4), TF_E_USAGE);
	pending[0] = good;
	pending[0].index = 9;
	CHECK_ERR(commit(0, 4), TF_E_USAGE);
	CHECK(out.count == 0 && pending[0].state == TF_SHARE_PENDING);
	CHECK(a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
	pending[0] = good;
	CHECK_ERR(commit(0, 5), TF_E_STATE); /* committed before */
	CHECK_ERR(commit(0, 6), TF_E_STATE); /* a later one is */
	CHECK_OK(commit(0, 4));
	recast_free(&x);
}

/* ---- abort ---- */

TEST(an_abort_drops_the_share_and_nothing_else_and_for_good)
{
	stranded(false, 0);
	refuse_as(2, &a[0]);
	CHECK_OK(show_abort(0));
	CHECK(out.count == 2 && out.effect[0].kind == TF_EFFECT_PERSIST &&
	      out.effect[0].type == TF_REC_ATTEMPT);
	CHECK(out.effect[1].kind == TF_EFFECT_ERASE && out.effect[1].key_len == 64 &&
	      out.effect[1].type == TF_REC_KEY_SHARE);
	CHECK(memcmp(out.effect[1].key, a[0].sharing.sharing, 32) == 0 &&
	      memcmp(out.effect[1].key + 32, a[0].hash, 32) == 0);
	CHECK(a[0].abort_len == abort_len && memcmp(a[0].abort, abort_msg, abort_len) == 0);
	CHECK_ERR(show_abort(0), TF_E_DUPLICATE);
	CHECK_OK(take(0, 1)); /* too late */
	CHECK_OK(take(0, 2));
	CHECK_ERR(commit(0, 4), TF_E_STATE);
	recast_free(&x);
}

static void alter_abort(void (*fn)(tf_rec_attempt_abort *m), unsigned signer)
{
	tf_rec_attempt_abort m;
	uint8_t text[TF_ABORT_MAX];
	size_t len;

	CHECK_OK(tf_rec_attempt_abort_decode(&m, NULL, recast_scratch(), abort_msg, abort_len));
	fn(&m);
	memset(m.signature, 0, sizeof(m.signature));
	CHECK_OK(tf_rec_attempt_abort_encode(text, sizeof(text), &len, NULL, &m));
	CHECK_OK(tf_sign(m.signature, &x.c.signer[signer], TF_ABORT_DOMAIN, text, len));
	CHECK_OK(tf_rec_attempt_abort_encode(abort_msg, sizeof(abort_msg), &abort_len, NULL, &m));
}

static void other_sharing(tf_rec_attempt_abort *m)
{
	m->sharing[0] ^= 1;
}

static void other_epoch(tf_rec_attempt_abort *m)
{
	m->epoch--;
}

static void other_hash(tf_rec_attempt_abort *m)
{
	m->hash[31] ^= 1;
}

static void a_stranger(tf_rec_attempt_abort *m)
{
	m->device = "stranger";
}

static void same(tf_rec_attempt_abort *m)
{
	(void)m;
}

TEST(only_the_signed_abort_of_a_voter_of_this_attempt_counts)
{
	void (*const fn[])(tf_rec_attempt_abort *) = { other_sharing, other_epoch, other_hash,
	                                                a_stranger, same };

	stranded(false, 0);
	for (unsigned k = 0; k < TF_ARRAY_LEN(fn); k++) {
		refuse_as(2, &a[0]);
		alter_abort(fn[k], fn[k] == same ? 0 : 2); /* signed by another in the end */
		CHECK_ERR(show_abort(0), TF_E_TRUST);
		CHECK(fault.check == TF_CK_ABORT_SIGNED && fault.party == TF_PARTY_NONE);
		CHECK(out.count == 0 && a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
	}
	refuse_as(2, &a[0]);
	memcpy(a[0].voter[2].device, "somebody", 9); /* a device, and no voter */
	CHECK_ERR(show_abort(0), TF_E_TRUST);
	abort_len--;
	CHECK(tf_err_get_kind(show_abort(0)) == TF_KIND_ENCODING);
	abort_len = TF_ABORT_MAX;
	CHECK_ERR(show_abort(0), TF_E_TRAILING);
	abort_len = TF_ABORT_MAX + 1;
	CHECK_ERR(show_abort(0), TF_E_TOO_LARGE);
	recast_free(&x);
}

TEST(who_acknowledges_and_aborts_is_convicted_by_its_own_signatures)
{
	stranded(false, 0);
	CHECK_OK(take(0, 2));
	refuse_as(2, &a[0]);
	CHECK_ERR(show_abort(0), TF_E_CONFLICT);
	CHECK(fault.check == TF_CK_ABORT_HONEST && fault.party == 3);
	CHECK(out.count == 0 && a[0].state == TF_ATTEMPT_ACKNOWLEDGED);
	CHECK_OK(take(0, 1));
	CHECK_OK(commit(0, 4));
	CHECK_ERR(show_abort(0), TF_E_STATE); /* committed is committed */
	a[1].sharing.epoch = 4;
	CHECK_ERR(show_abort(1), TF_E_STATE); /* as late as what is committed here */
	recast_free(&x);
}

TEST(nobody_refuses_what_it_has_acknowledged_or_what_is_over)
{
	tf_attempt_query q;
	size_t len;
	static tf_attempt known;
	struct {
		unsigned party;
		tf_attempt_state state;
		bool pending;
		uint32_t committed;
		tf_err err;
	} row[] = {
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, true, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 0, TF_OK },   /* its share was not written */
		{ 0, TF_ATTEMPT_ACKNOWLEDGED, false, 0, TF_E_STATE }, /* a dealer only */
		{ 2, TF_ATTEMPT_COMMITTED, false, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_ABORTED, false, 0, TF_E_STATE },
		{ 2, TF_ATTEMPT_REFUSED, false, 0, TF_OK },        /* and says so again */
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 1, TF_E_STATE },
		{ 2, TF_ATTEMPT_ACKNOWLEDGED, false, 2, TF_E_STATE },
	};

	stranded(true, 0);
	for (unsigned k = 0; k < TF_ARRAY_LEN(row); k++) {
		known = a[0];
		known.state = row[k].state;
		q = (tf_attempt_query){ .epoch = 1, .known = &known, .has_pending = row[k].pending,
		                        .committed = row[k].committed,
		                        .device = x.c.env[0].party[row[k].party].device };
		memcpy(q.sharing, known.sharing.sharing, 32);
		memcpy(q.hash, known.hash, 32);
		tf_outbox_reset(&out);
		CHECK_ERR(tf_attempt_refuse(abort_msg, sizeof(abort_msg), &abort_len, &q,
		                            &x.c.signer[row[k].party], x.c.g, recast_scratch(),
		                            &out), row[k].err);
		CHECK(out.count == (row[k].err == TF_OK));
	}
	q.known = NULL;
	q.committed = 0;
	q.has_pending = true;
	CHECK_ERR(tf_attempt_refuse(abort_msg, sizeof(abort_msg), &abort_len, &q,
	                            &x.c.signer[2], x.c.g, recast_scratch(), &out), TF_E_STATE);
	q.has_pending = false;
	CHECK_OK(tf_attempt_refuse(abort_msg, abort_len, &len, &q, &x.c.signer[2], x.c.g,
	                           recast_scratch(), &out)); /* as much room as it takes */
	CHECK(len == abort_len);
	CHECK_ERR(tf_attempt_refuse(abort_msg, len - 1, &len, &q, &x.c.signer[2], x.c.g,
	                            recast_scratch(), &out), TF_E_CAPACITY);
	recast_free(&x);
}

TEST(what_a_crash_leaves_of_an_ended_attempt_is_swept)
{
	stranded(false, 0);
	tf_outbox_reset(&out);
	CHECK_OK(tf_attempt_sweep(&a[0], 4, true, &out));
	CHECK(out.count == 0); /* it has not ended */
	CHECK_OK(tf_attempt_sweep(&a[0], 5, true, &out));
	CHECK(out.count == 1 && out.effect[0].kind == TF_EFFECT_ERASE &&
	      out.effect[0].type == TF_REC_KEY_SHARE && out.effect[0].key_len == 64);
	CHECK_OK(tf_attempt_sweep(&a[0], 5, false, &out));
	CHECK(out.count == 1);
	CHECK_OK(tf_attempt_sweep(&a[0], 6, true, &out));
	CHECK(out.count == 3 && out.effect[2].kind == TF_EFFECT_ERASE &&
	      out.effect[2].type == TF_REC_ATTEMPT && out.effect[2].key_len == 32);
	tf_outbox_reset(&out);
	a[0].state = TF_ATTEMPT_ABORTED;
	CHECK_OK(tf_attempt_sweep(&a[0], 4, true, &out));
	CHECK(out.count == 1);
	recast_free(&x);
}

/* ---- the chain ---- */

TEST(a_certificate_follows_only_its_predecessor)
{
	static tf_sharing next, prev;

	for (unsigned turn = 0; turn < 2; turn++) {
		stranded(turn, 0);
		prev = *x.args.source;
		CHECK_OK(tf_sharing_follows(&a[0].sharing, &prev, x.c.g, recast_scratch()));
		for (unsigned k = 0; k < 10; k++) {
			next = a[0].sharing;
			switch (k) {
			case 0: next.previous[0] ^= 1; break;
			case 1: next.workspace[0]++; break;
			case 2: next.key_id[4] ^= 1; break;
			case 3: next.curve = TF_CURVE_ED25519; break;
			case 4: next.Y = *tf_group_base(x.c.g); break;
			case 5: next.cc[31] ^= 1; break;
			case 6: next.epoch = turn ? 2 : 4; break;
			case 7: next.sharing[0] ^= turn ? 0 : 1; next.epoch += turn; break;
			case 8: next.seat[1].index = 7; next.epoch += turn; break;
			case 9: next.t++; next.epoch += turn; break;
			}
			CHECK_ERR(tf_sharing_follows(&next, &prev, x.c.g, recast_scratch()),
			          TF_E_TRUST);
		}
		next = a[0].sharing;
		prev.cc[0] ^= 1; /* hash and chain code */
		CHECK_ERR(tf_sharing_follows(&next, &prev, x.c.g, recast_scratch()), TF_E_TRUST);
		recast_free(&x);
	}
	stranded(false, 0);
	next = a[0].sharing;
	next.n = 2;
	CHECK_ERR(tf_sharing_follows(&next, x.args.source, x.c.g, recast_scratch()), TF_E_TRUST);
	recast_free(&x);
}

/* ---- constant time ---- */

TEST(constant_time_commit_of_a_pending_share)
{
	stranded(false, 0);
	CHECK_OK(take(1, 0));
	CHECK_OK(take(1, 2));
	CHECK_OK(commit(1, 4));
	check_commit_effects(1);
	recast_free(&x);
}
