#include "proto/dispute_kit_test.h"

#include <string.h>

cast dispute_cast;
tf_keygen dispute_kg[3];
dispute_sample dispute_shown;
unsigned dispute_echo_to;
uint16_t dispute_echo_in = TF_MSG_KEYGEN_R2;

static cast *const c = &dispute_cast;
static dispute_sample *const d = &dispute_shown;

void dispute_start(void)
{
	cast_init(c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(c, tf_keygen_sizes(&tf_profile_small, 3));
}

void dispute_go(void)
{
	for (unsigned i = 0; i < 3; i++) {
		tf_keygen_args args = { .env = &c->env[i], .t = 2, .workspace = "test" };

		CHECK_OK(tf_keygen_start(&dispute_kg[i], &args, &c->mem[i], &c->out[i]));
		c->run[i] = &dispute_kg[i].r;
		cast_collect(c, i);
	}
}

cast_mail *dispute_find(unsigned from, unsigned to, uint16_t type)
{
	for (size_t k = 0; k < c->posted; k++)
		if (c->mail[k].from == from && c->mail[k].to == to && cast_is(&c->mail[k], type, NULL))
			return &c->mail[k];
	tf_test_fail(__FILE__, __LINE__, "no mail 0x%04x from %u to %u", type, from, to);
}

void dispute_check_conflict(unsigned i, unsigned party, tf_check check)
{
	const tf_fault *f = &c->fault[i];

	if (c->err[i] != (check == TF_CK_DISPUTE_ECHO ? TF_E_PROOF : TF_E_CONFLICT) ||
	    f->party != party || f->check != check)
		tf_test_fail(__FILE__, __LINE__, "party %u: %s, party %u, %s", i + 1,
		             tf_err_name(c->err[i]), f->party, tf_check_name(f->check));
	CHECK(tf_rounds_state(c->run[i]) == TF_RUN_FAILED && c->done[i] == 0);
}

bool dispute_false_echo(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && (dispute_echo_to == 0 || mail->to == dispute_echo_to) &&
	    cast_is(mail, dispute_echo_in, &e)) {
		e.echo[9] ^= 4;
		cast_forge(k, mail, &e, 3);
	}
	return true;
}

bool dispute_silent(cast *k, cast_mail *mail)
{
	tf_envelope e;

	if (mail->from == 3 && cast_is(mail, TF_MSG_DISPUTE, &e))
		return false;
	return dispute_false_echo(k, mail);
}

bool dispute_cut_off(cast *k, cast_mail *mail)
{
	(void)k;
	return mail->from != 2 || mail->to != 1 || cast_is(mail, TF_MSG_DISPUTE, NULL);
}

void dispute_run(void)
{
	while (c->delivered < c->posted) {
		cast_mail in = c->mail[c->delivered++];

		CHECK_OK(cast_step(c, in.to - 1, in.bytes, in.len));
	}
}

void dispute_make_of(uint8_t round, uint16_t type)
{
	d->cut = 0;
	d->of = round;
	d->m = (tf_msg_dispute){ .round = round, .originals = d->originals, .originals_n = 3,
	                        .echoes = d->echoes };
	for (unsigned i = 1; i <= 2; i++) {
		cast_mail *m = dispute_find(i, 3, type);

		d->originals[i - 1] = (tf_blob){ m->bytes, m->len };
	}
	d->originals[2] = (tf_blob){ dispute_find(3, 1, type)->bytes, dispute_find(3, 1, type)->len };
}

void dispute_make(void)
{
	dispute_make_of(1, TF_MSG_KEYGEN_R1);
}

tf_err dispute_send(unsigned i, tf_fault *f)
{
	cast_mail *m = cast_copy(c, dispute_find(3, 1, TF_MSG_KEYGEN_R1));
	tf_envelope e;

	CHECK(cast_is(m, TF_MSG_KEYGEN_R1, &e));
	e.type = TF_MSG_DISPUTE;
	e.round = d->of;
	CHECK_OK(tf_msg_dispute_encode(d->payload, sizeof(d->payload), &e.payload.len,
	                               &c->run[i]->wire, &d->m));
	e.payload.len -= d->cut;
	e.payload.p = d->payload;
	cast_forge(c, m, &e, 3);
	return tf_rounds_step(c->run[i], m->bytes, m->len, &c->out[i], f);
}

tf_msg_dispute dispute_shown_by(unsigned i)
{
	static uint8_t room[1 << 16] __attribute__((aligned(64)));
	tf_msg_dispute m;
	tf_envelope e;
	tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK(c->out[i].count == 1 && c->out[i].effect[0].kind == TF_EFFECT_SEND);
	CHECK_OK(tf_envelope_decode(&e, NULL, &mem, c->out[i].effect[0].data,
	                            c->out[i].effect[0].len));
	CHECK(e.type == TF_MSG_DISPUTE && e.from == i + 1 && e.round == d->of);
	CHECK_OK(tf_msg_dispute_decode(&m, &c->run[i]->wire, &mem, e.payload.p, e.payload.len));
	CHECK(m.round == d->of);
	return m;
}
