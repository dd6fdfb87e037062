/* Files of who has acknowledged an attempt, and aborted it (settlement.h); whole ones are judged in
 * src/lib/evidence_settle_test.c. */
#include "proto/settlement.h"

#include <string.h>

#include "proto/attempt_kit_test.h"
#include "proto/dispute_kit_test.h"
#include "wire_settlement.h"

static uint8_t room[TF_SETTLEMENT_MEM] __attribute__((aligned(64))), file[TF_SETTLEMENT_MAX];
static size_t file_len;
static tf_evidence_verdict verdict;

static tf_arena *fresh(void)
{
	static tf_arena mem;

	tf_arena_init(&mem, room, sizeof(room));
	return &mem;
}

/* Two bytes say what a file is, and no more than those that are there. */
TEST(settlements_are_known_by_their_first_two_bytes)
{
	uint8_t in[] = { TF_REC_SETTLEMENT >> 8, TF_REC_SETTLEMENT & 0xff, 0 };

	for (size_t len = 0; len <= sizeof(in); len++)
		CHECK(tf_settlement_is(in, len) == (len >= 2));
	in[1] ^= 1;
	CHECK(!tf_settlement_is(in, 2));
	in[1] ^= 1;
	in[0] ^= 1;
	CHECK(!tf_settlement_is(in, 2));
}

static tf_err judge(const tf_rec_settlement *m)
{
	CHECK_OK(tf_wire_encode_framed(&tf_rec_settlement_wire, file, sizeof(file), &file_len, NULL,
	                               m));
	CHECK(tf_settlement_judge_mem(file, file_len) == TF_SETTLEMENT_MEM);
	return tf_settlement_judge(&verdict, file, file_len, fresh());
}

TEST(a_settlement_is_on_a_curve_that_is)
{
	static uint8_t kept[TF_SETTLEMENT_MAX + 4096] __attribute__((aligned(64)));
	tf_settlement s = { .attempt = &kit_a[0], .party = 3, .accuser = "device-1" };
	tf_rec_settlement m;
	tf_arena mem;

	kit_strand(false, 0);
	CHECK_OK(kit_take(0, 2));
	kit_refuse(2, &kit_a[0]);
	s.identity = kit.c.signer[2].pk;
	s.abort = (tf_blob){ kit_abort, kit_abort_len };
	CHECK_OK(tf_settlement_write(file, sizeof(file), &file_len, &s, kit.c.g, fresh()));
	tf_arena_init(&mem, kept, sizeof(kept));
	CHECK_OK(tf_wire_decode_framed(&tf_rec_settlement_wire, &m, NULL, &mem, file, file_len));
	memcpy(mem.base + mem.used, m.certificate.p, m.certificate.len); /* the file is written anew */
	m.certificate.p = mem.base + mem.used;
	m.abort = s.abort;
	CHECK_OK(judge(&m));
	CHECK(verdict.convicts && verdict.err == TF_E_CONFLICT);
	m.curve = 0xff;
	CHECK_ERR(judge(&m), TF_E_UNSUPPORTED);
	CHECK(!verdict.convicts && verdict.culprits == 0);
	recast_free(&kit);
}

/* ---- a key generation ---- */

/* Party 3's signature alone, of those under the certificate of a key generation. */
static void take_apart(tf_rec_settlement *m, uint8_t hash[static 32], tf_sharing *sharing)
{
	static uint8_t scratch[1 << 17] __attribute__((aligned(64))), sealed[TF_CERTIFICATE_MAX];
	cast *c = &dispute_cast;
	const tf_wire_env env = { .g = c->g, .n = TF_PARTIES_MAX };
	tf_signed_certificate signed_by_all;
	static tf_key key;
	tf_blob whole = { NULL, 0 };
	tf_arena mem;

	for (size_t k = 0; k < c->records; k++) {
		const cast_record *r = &c->record[k];

		tf_arena_init(&mem, scratch, sizeof(scratch));
		if (r->by == 1 && r->type == TF_REC_KEY_SHARE && r->len > 0)
			CHECK_OK(tf_key_decode(&key, &whole, c->g, r->bytes, r->len, &mem));
	}
	CHECK(whole.len > 0);
	CHECK_OK(tf_signed_certificate_decode(&signed_by_all, &env, &mem, whole.p, whole.len));
	CHECK_OK(tf_sharing_decode(sharing, hash, c->g, &signed_by_all.body, &mem));
	for (uint32_t k = 0; k < signed_by_all.signatures_n; k++) {
		tf_sharing_sig sig = { .device = signed_by_all.signatures[k].device };

		if (strcmp(sig.device, c->env[0].party[2].device) != 0)
			continue;
		memcpy(sig.sig, signed_by_all.signatures[k].signature, sizeof(sig.sig));
		CHECK_OK(tf_sharing_seal(sealed, sizeof(sealed), &m->certificate.len,
		                         signed_by_all.body.p, signed_by_all.body.len, &sig, 1,
		                         &mem));
		m->certificate.p = sealed;
	}
	CHECK(m->certificate.p != NULL);
}

/* Everybody signs the certificate of a key generation, and that is no promise to commit an attempt.
 * Party 3 is asked to refuse an attempt of that name, and does not know of one. */
TEST(a_key_generation_and_an_abort_convict_nobody)
{
	static uint8_t refusal[TF_ABORT_MAX];
	cast *c = &dispute_cast;
	tf_attempt_query q = { .device = "device-3" };
	tf_rec_settlement m = { .curve = TF_CURVE_SECP256K1, .accuser = "device-1" };
	tf_sharing sharing;
	tf_outbox out;
	tf_arena none;

	dispute_start();
	dispute_go();
	cast_run(c);
	cast_check_done(c);
	take_apart(&m, q.hash, &sharing);
	q.epoch = sharing.epoch;
	memcpy(q.sharing, sharing.sharing, sizeof(q.sharing));
	memcpy(m.identity, c->signer[2].pk, sizeof(m.identity));
	tf_arena_init(&none, tf_test_alloc(1u << 18), 1u << 18);
	tf_outbox_init(&out, &none);
	CHECK_OK(tf_attempt_refuse(refusal, sizeof(refusal), &m.abort.len, &q, &c->signer[2], c->g,
	                           fresh(), &out));
	m.abort.p = refusal;
	CHECK_ERR(judge(&m), TF_E_ENCODING);
	CHECK(!verdict.convicts && verdict.culprits == 0);
	cast_free(c);
}
