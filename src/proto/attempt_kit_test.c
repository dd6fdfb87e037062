#include "proto/attempt_kit_test.h"

#include <string.h>

recast kit;
tf_attempt kit_a[4];
tf_key kit_pending[4];
static uint8_t cert[4][TF_CERTIFICATE_MAX];
static size_t cert_len[4];
static unsigned silent;           /* whose acknowledgement gets lost; 0: everybody's */
static uint8_t out_room[1 << 18];
uint8_t kit_abort[TF_ABORT_MAX];
size_t kit_abort_len;
static tf_arena out_mem;
tf_outbox kit_out;
tf_fault kit_fault;

static bool lose_acks(cast *c, cast_mail *mail)
{
	(void)c;
	return !cast_is(mail, TF_MSG_RESHARE_ACK, NULL) || (silent && mail->from != silent);
}

static void load(unsigned i)
{
	for (size_t k = 0; k < kit.c.records; k++) {
		const cast_record *r = &kit.c.record[k];

		if (r->by != i + 1)
			continue;
		if (r->type == TF_REC_ATTEMPT)
			CHECK_OK(tf_attempt_decode(&kit_a[i], kit.c.g, r->bytes, r->len,
			                           recast_scratch()));
		else
			CHECK_OK(tf_key_decode(&kit_pending[i], NULL, kit.c.g, r->bytes, r->len,
			                       recast_scratch()));
	}
}

void kit_strand(bool reshare_plan, unsigned who)
{
	silent = who;
	memset(kit_a, 0, sizeof(kit_a));
	memset(kit_pending, 0, sizeof(kit_pending));
	recast_init(&kit, reshare_plan ? 4 : 3, TF_CURVE_SECP256K1);
	recast_deal(&kit, 3, 2, TF_SHARE_FELDMAN);
	if (reshare_plan)
		recast_plan_reshare(&kit);
	else
		recast_plan_refresh(&kit);
	kit.c.rewrite = lose_acks;
	recast_start_all(&kit);
	cast_run(&kit.c);
	for (unsigned i = 0; i < kit.c.n; i++) {
		bool done = i + 1 == who;

		CHECK(kit.c.err[i] == TF_OK && kit.c.done[i] == done);
		if (done)
			continue;
		load(i);
		CHECK(kit_a[i].state == TF_ATTEMPT_ACKNOWLEDGED && !tf_attempt_agreed(&kit_a[i]));
		CHECK_OK(tf_attempt_certificate(cert[i], sizeof(cert[i]), &cert_len[i], &kit_a[i],
		                                kit.c.g, recast_scratch()));
	}
	tf_arena_init(&out_mem, out_room, sizeof(out_room));
	tf_outbox_init(&kit_out, &out_mem);
}

tf_err kit_take(unsigned to, unsigned from)
{
	return tf_attempt_take(&kit_a[to], cert[from], cert_len[from], recast_find, &kit, kit.c.g,
	                       recast_scratch());
}

tf_err kit_commit(unsigned i, uint32_t committed)
{
	tf_key *key = kit.args.role[i].receives ? &kit_pending[i] : NULL;

	tf_outbox_reset(&kit_out);
	return tf_attempt_commit(&kit_a[i], key, kit.c.env[0].party[i].device, committed, kit.c.g,
	                         recast_scratch(), &kit_out);
}

void kit_check_record(const tf_attempt *want)
{
	static uint8_t record[TF_ATTEMPT_RECORD_MAX], again[TF_ATTEMPT_RECORD_MAX];
	static tf_attempt got;
	size_t len, n;

	CHECK_OK(tf_attempt_encode(record, sizeof(record), &len, want, kit.c.g, recast_scratch()));
	CHECK_OK(tf_attempt_decode(&got, kit.c.g, record, len, recast_scratch()));
	CHECK(got.state == want->state && memcmp(got.hash, want->hash, 32) == 0);
	CHECK(got.n == want->n && got.abort_len == want->abort_len);
	CHECK_OK(tf_attempt_encode(again, sizeof(again), &n, &got, kit.c.g, recast_scratch()));
	CHECK(n == len && memcmp(record, again, len) == 0);
	CHECK_ERR(tf_attempt_encode(again, len - 1, &n, want, kit.c.g, recast_scratch()),
	          TF_E_CAPACITY);
	CHECK(tf_attempt_decode(&got, kit.c.g, record, len - 1, recast_scratch()) != TF_OK);
	for (size_t at = 0; at < 4 + 32 + 4 + 32 + 1; at++) { /* header, name, epoch, hash, state */
		tf_err err;

		record[at] ^= 1;
		err = tf_attempt_decode(&got, kit.c.g, record, len, recast_scratch());
		record[at] ^= 1;
		/* of a refusal there is no second copy; a state may be another good one */
		CHECK(err != TF_OK || want->state == TF_ATTEMPT_REFUSED || got.state != want->state);
	}
}

void kit_refuse(unsigned i, const tf_attempt *of)
{
	tf_attempt_query q = { .epoch = of->sharing.epoch,
	                       .device = kit.c.env[0].party[i].device };

	memcpy(q.sharing, of->sharing.sharing, 32);
	memcpy(q.hash, of->hash, 32);
	tf_outbox_reset(&kit_out);
	CHECK_OK(tf_attempt_refuse(kit_abort, sizeof(kit_abort), &kit_abort_len, &q, &kit.c.signer[i],
	                           kit.c.g, recast_scratch(), &kit_out));
}

tf_err kit_show_abort(unsigned to)
{
	tf_outbox_reset(&kit_out);
	return tf_attempt_abort(&kit_a[to], (tf_blob){ kit_abort, kit_abort_len }, 4, recast_find,
	                        &kit, kit.c.g, recast_scratch(), &kit_out, &kit_fault);
}

void kit_check_commit(unsigned i)
{
	static tf_key key;
	tf_sharing sharing;
	tf_blob c;

	if (!kit.args.role[i].receives) {
		CHECK(kit_out.count == 1 && kit_out.effect[0].type == TF_REC_ATTEMPT);
		return;
	}
	CHECK(kit_out.count == 4);
	CHECK(kit_out.effect[0].kind == TF_EFFECT_PERSIST);
	CHECK(kit_out.effect[0].type == TF_REC_KEY_SHARE);
	CHECK(kit_out.effect[0].key_len == 32);
	CHECK_OK(tf_key_decode(&key, &c, kit.c.g, kit_out.effect[0].data, kit_out.effect[0].len,
	                       recast_scratch()));
	CHECK(key.state == TF_SHARE_COMMITTED && key.index == kit_pending[i].index);
	CHECK_OK(tf_sharing_open(&sharing, kit.c.g, c.p, c.len, recast_find, &kit, recast_scratch()));
	recast_check_key(&kit, &key);
	CHECK(kit_out.effect[1].kind == TF_EFFECT_RETIRE && kit_out.effect[1].epoch == sharing.epoch);
	CHECK(memcmp(kit_out.effect[1].key, sharing.sharing, 32) == 0);
	CHECK(kit_out.effect[2].kind == TF_EFFECT_PERSIST && kit_out.effect[2].type == TF_REC_ATTEMPT);
	CHECK(kit_out.effect[3].kind == TF_EFFECT_ERASE && kit_out.effect[3].type == TF_REC_KEY_SHARE);
	CHECK(kit_out.effect[3].key_len == TF_ATTEMPT_SHARE_KEY);
}

