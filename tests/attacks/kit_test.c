#include <string.h>

#include "attacks/attacks.h"
#include "base/keccak.h"
#include "proto/presign_impl.h"

static struct {
	unsigned liar, to;
	const lie *lies;
	size_t n;
} now;

void *lie_ctx;
unsigned lie_to;

static bool change(cast *c, cast_mail *mail)
{
	if (mail->from != now.liar || (now.to && mail->to != now.to))
		return true;
	lie_to = mail->to;
	for (size_t k = 0; k < now.n; k++)
		if (cast_is(mail, now.lies[k].type->type, NULL))
			cast_rewrite(c, mail, now.lies[k].type, now.lies[k].fn, lie_ctx);
	return true;
}

void lies_of(cast *c, unsigned liar, const lie *lies, size_t n, unsigned to)
{
	now.liar = liar;
	now.to = to;
	now.lies = lies;
	now.n = n;
	c->rewrite = n ? change : NULL;
}

static struct {
	unsigned liar, of;
} cat;

static bool copy(cast *c, cast_mail *mail)
{
	uint8_t text[TF_ENVELOPE_SIGNED];
	tf_rounds *r = c->run[mail->from - 1];
	const cast_mail *said = NULL;
	tf_envelope e, other;

	if (mail->from != cat.liar)
		return true;
	CHECK(!cast_is(mail, 0, &e));
	if (e.to != 0 || e.round > 2) /* from there on, it has failed to everybody */
		return true;
	for (size_t k = 0; k < c->posted; k++)
		if (c->mail[k].from == cat.of && cast_is(&c->mail[k], e.type, &other)) {
			said = &c->mail[k];
			break;
		}
	CHECK(said != NULL);
	e.payload = other.payload;
	cast_forge(c, mail, &e, cat.liar);
	tf_envelope_signed(text, &e);
	tf_shake256_hash(r->slots[((e.round - 1u) * c->n + (e.from - 1u)) * 2].digest, text,
	                 sizeof(text));
	return true;
}

/* The first mail that is not for the liar, to the front; its own only if there is no other. */
static void others_first(cast *c)
{
	for (size_t k = c->delivered; k < c->posted; k++)
		if (c->mail[k].to != cat.liar) {
			cast_mail m = c->mail[k];

			memmove(&c->mail[c->delivered + 1], &c->mail[c->delivered],
			        (k - c->delivered) * sizeof(m));
			c->mail[c->delivered] = m;
			return;
		}
}

void parrot(cast *c, unsigned liar, unsigned of)
{
	cat.liar = liar;
	cat.of = of;
	c->rewrite = copy;
	for (unsigned i = 0; i < c->n; i++) /* the liar last */
		if (i + 1 != liar)
			cast_collect(c, i);
	cast_collect(c, liar - 1);
	while (c->delivered < c->posted) {
		cast_mail m;

		others_first(c);
		m = c->mail[c->delivered++];
		if (cast_step(c, m.to - 1, m.bytes, m.len) != TF_OK)
			continue; /* c->err knows */
	}
	c->rewrite = NULL;
}

void named(const cast *c, unsigned liar, unsigned round, tf_check check)
{
	cast_check_blame(c, liar, check);
	for (unsigned i = 0; i < c->n; i++)
		if (i + 1 != liar && c->fault[i].round != round)
			tf_test_fail(__FILE__, __LINE__, "party %u: round %u, expected %u", i + 1,
			             c->fault[i].round, round);
}

void presign_lies(stage *s, const lie *lies, size_t n, unsigned round, tf_check check)
{
	tf_presig none;

	stage_init(s, 3, &tf_profile_small);
	lies_of(&s->c, 3, lies, n, 0);
	stage_start_presign(s, 1, true);
	cast_run(&s->c);
	named(&s->c, 3, round, check);
	CHECK_ERR(tf_presign_take(&none, &s->presign[0], 0), TF_E_STATE);
	stage_free(s);
}

/* ---- what goes to one alone ---- */

static struct {
	stage *s;
	mta_fn fn;
	uint8_t hash[2][32]; /* [party index - 1] */
	tf_bn mask[2][2];    /* [party index - 1][which]; 0: as it was */
} spoil;

LIE(spoilt_mta,
    tf_presign_mta_item *item = &((tf_msg_presign_mta *)m)->items[0];
    spoil.fn(k, item, lie_to);
    CHECK_OK(tf_presign_mta_hash(spoil.hash[lie_to - 1], &spoil.s->presign[2], item)))
LIE(fitting_hashes,
    tf_presign_r2_item *item = &((tf_msg_presign_r2 *)m)->items[0];
    for (unsigned j = 0; j < 2; j++) {
	    memcpy(item->peers[j].hash, spoil.hash[j], 32);
	    if (spoil.mask[j][0].n)
		    item->peers[j].F = spoil.mask[j][0];
	    if (spoil.mask[j][1].n)
		    item->peers[j].Fhat = spoil.mask[j][1];
    })

const lie mta_lies[2] = { { &tf_msg_presign_mta_wire, spoilt_mta },
	                  { &tf_msg_presign_r2_wire, fitting_hashes } };

void spoil_mta(stage *s, mta_fn fn)
{
	memset(&spoil, 0, sizeof(spoil));
	spoil.s = s;
	spoil.fn = fn;
}

void mta_mask(unsigned to, unsigned which, const tf_bn *F)
{
	spoil.mask[to - 1][which] = *F;
}

void mta_lie(stage *s, mta_fn fn, tf_check check)
{
	spoil_mta(s, fn);
	presign_lies(s, mta_lies, 2, 2, check);
}

void plus_G(const cast *c, tf_pt *p)
{
	CHECK_OK(tf_pt_add(c->g, p, p, tf_group_base(c->g)));
}

void plus_one(const cast *c, tf_sc *x)
{
	tf_sc one;

	tf_sc_set_u64(c->g, &one, 1);
	tf_sc_add(c->g, x, x, &one);
}

void to_O(tf_pt *p)
{
	memset(p, 0, sizeof(*p));
	p->identity = 1;
}

tf_pt times_G(const cast *c, const tf_sc *x)
{
	tf_pt out;

	CHECK_OK(tf_pt_mul_base_vt(c->g, &out, x));
	return out;
}

void shift_ciphertext(tf_bn *c, const tf_paillier_pk *pk, uint64_t v)
{
	tf_int plain = { .mag = { .n = 1, .d = { v } } };
	tf_bn one;

	tf_bn_set_u64(&one, 1);
	CHECK_OK(tf_paillier_enc_finish(&one, pk, &plain));
	CHECK_OK(tf_paillier_add(c, pk, c, &one));
}

tf_arena *attack_scratch(void)
{
	static uint8_t room[1 << 22];
	static tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return &a;
}
