#include "proto/judged_test.h"

#include <stdlib.h>
#include <string.h>

#include "proto/audit.h"

static void *room(tf_arena *mem, size_t len)
{
	void *p = aligned_alloc(64, (len + 63) & ~(size_t)63);

	CHECK(p != NULL);
	tf_arena_init(mem, p, len);
	return p;
}

judged_file judged_write(const tf_rounds *r, tf_stage kind, const tf_fault *fault,
                         const uint8_t *cc)
{
	tf_testimony t = { kind, r, fault, cc };
	size_t size = tf_testimony_size(&t);
	judged_file f = { malloc(size), 0 };
	tf_arena mem;
	void *p = room(&mem, size);

	CHECK(size > 0 && f.bytes);
	CHECK_OK(tf_testimony_write(f.bytes, size, &f.len, &t, &mem));
	free(p);
	return f;
}

/* What each was sent in round 2 by this party. */
static void find_sent(tf_evidence_seat *seats, const stage *s, unsigned self)
{
	for (size_t k = 0; k < s->c.posted; k++) {
		const cast_mail *m = &s->c.mail[k];
		tf_envelope e;

		if (m->from == self && cast_is(m, TF_MSG_PRESIGN_MTA, &e))
			seats[m->to - 1].sent = e.payload;
	}
}

judged_file judged_write_presign(const stage *s, unsigned self, uint32_t batch, bool confirm,
                                 const tf_blob *messages, size_t n, const tf_fault *fault)
{
	const tf_party_env *env = &s->c.env[self - 1];
	tf_wire_env wire = { .pr = env->pr, .g = env->g, .n = env->n, .batch = batch };
	size_t most = 8u << 20, len = 0;
	uint8_t *context = malloc(most);
	judged_file f = { malloc(most), 0 };
	tf_evidence_seat seats[STAGE_PARTIES] = { { .sent = { NULL, 0 } } };
	tf_testimony_party party[STAGE_PARTIES];
	tf_evidence_presign p = { .Y = s->Y, .confirm = confirm, .seats = seats,
	                          .seats_n = env->n };
	tf_rec_testimony t = { .profile = env->pr->name, .curve = (uint8_t)tf_group_id(env->g),
	                       .stage = TF_STAGE_PRESIGN, .parties = party, .parties_n = env->n,
	                       .self = env->self, .party = fault->party,
	                       .round = (uint8_t)fault->round, .check = (uint16_t)fault->check,
	                       .batch = batch, .messages = (tf_blob *)(uintptr_t)messages,
	                       .messages_n = (uint32_t)n };

	CHECK(context && f.bytes);
	memcpy(t.session, env->sid, sizeof(t.session));
	for (unsigned i = 0; i < env->n; i++) {
		seats[i] = (tf_evidence_seat){ .W = s->weights[0].W[i], .N = s->aux[i].pk.n.m,
		                               .Nhat = s->aux[i].rp.n.m, .s = s->aux[i].rp.s,
		                               .t = s->aux[i].rp.t };
		party[i] = (tf_testimony_party){ .device = env->party[i].device,
		                                 .slot = env->party[i].share_index };
		memcpy(party[i].identity, env->party[i].identity, 32);
	}
	find_sent(seats, s, self);
	CHECK_OK(tf_wire_encode(&tf_evidence_presign_wire, context, most, &len, &wire, &p));
	t.context = (tf_blob){ context, len };
	CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, f.bytes, most, &f.len, NULL, &t));
	free(context);
	return f;
}

tf_err judged(tf_evidence_verdict *v, judged_file f)
{
	size_t need = tf_evidence_judge_mem(f.bytes, f.len);
	tf_arena mem;
	void *p = room(&mem, need);
	tf_err err;

	CHECK(need > 0);
	err = tf_evidence_judge(v, f.bytes, f.len, &mem);
	free(p);
	free(f.bytes);
	return err;
}

void judged_convicts(const tf_rounds *r, tf_stage kind, const tf_fault *fault)
{
	tf_evidence_verdict v;

	CHECK_OK(judged(&v, judged_write(r, kind, fault, NULL)));
	if (!v.convicts)
		tf_test_fail(__FILE__, __LINE__, "%s: the judge says %s",
		             tf_check_name(fault->check), tf_err_name(v.err));
	CHECK(v.fault.party == fault->party && v.fault.check == tf_testimony_check(fault));
}
