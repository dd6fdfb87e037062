/* What the tests want of a house again and again: whole runs. */
#include <sodium.h>
#include <string.h>

#include "curve/ecdsa.h"
#include "session/house_test.h"

const house_spec house_keygen = { .protocol = TF_KEYGEN, .n = 3, .seat = { 0, 1, 2 } };
const house_spec house_frost_keygen = { .protocol = TF_KEYGEN, .n = 3, .seat = { 0, 1, 2 },
                                        .frost = true };

void house_introduce(house *h)
{
	static const unsigned pairs[3][2] = { { 0, 1 }, { 0, 2 }, { 1, 2 } };
	house_run *r[3];

	for (unsigned k = 0; k < 3; k++)
		r[k] = house_open(h, &(house_spec){ .protocol = TF_AUXINFO, .n = 2,
		                                    .seat = { pairs[k][0], pairs[k][1] } });
	for (unsigned k = 0; k < 3; k++)
		house_start(h, r[k]);
	house_deliver(h);
	for (unsigned k = 0; k < 3; k++)
		CHECK(house_all_done(r[k]));
}

static house_run *run_whole(house *h, const house_spec *spec)
{
	house_run *r = house_open(h, spec);

	house_start(h, r);
	house_deliver(h);
	CHECK(house_all_done(r));
	return r;
}

void house_make_key(house *h)
{
	(void)run_whole(h, &house_keygen);
}

void house_make_frost_key(house *h)
{
	(void)run_whole(h, &house_frost_keygen);
}

static house_run *fill(house *h, tf_protocol protocol, uint32_t batch)
{
	house_run *r = run_whole(h, &(house_spec){ .protocol = protocol, .n = 3,
	                                           .seat = { 0, 1, 2 }, .batch = batch });

	for (unsigned i = 0; i < DEVICES; i++)
		CHECK(r->ids_n[i] == batch);
	return r;
}

house_run *house_presign(house *h, uint32_t batch)
{
	return fill(h, TF_PRESIGN, batch);
}

house_run *house_prepare(house *h, uint32_t batch)
{
	return fill(h, TF_FROST_PREPARE, batch);
}

house_spec house_sign_spec(const uint8_t presig[static 32], uint8_t digest)
{
	house_spec s = { .protocol = TF_SIGN, .n = 3, .seat = { 0, 1, 2 } };

	memcpy(s.presig, presig, 32);
	memset(s.digest, digest, 32);
	return s;
}

house_spec house_frost_spec(const uint8_t id[static 32], uint8_t first, size_t msg_len)
{
	house_spec s = { .protocol = TF_FROST_SIGN, .n = 3, .seat = { 0, 1, 2 },
	                 .msg_len = msg_len, .digest = { first } };

	memcpy(s.presig, id, 32);
	return s;
}

/* By libsodium, which knows nothing of us. */
static bool sodium_verifies(const house *h, const house_run *r)
{
	uint8_t pk[TF_PT_BYTES];

	tf_pt_encode(h->frost, pk, &r->child[0]);
	return r->frost_sig[0].len == 64 &&
	       crypto_sign_verify_detached(r->frost_sig[0].b, r->msg, r->spec.msg_len, pk + 1) == 0;
}

void house_check_signed(house *h, const house_run *r)
{
	const tf_group *g = house_is_frost(&r->spec) ? h->frost : h->g;
	bool valid = false;

	CHECK(house_all_done(r));
	for (unsigned i = 0; i < DEVICES; i++) {
		CHECK(memcmp(&r->sig[i], &r->sig[0], sizeof(r->sig[0])) == 0);
		CHECK(memcmp(&r->frost_sig[i], &r->frost_sig[0], sizeof(r->frost_sig[0])) == 0);
		CHECK(tf_pt_eq(g, &r->child[i], &r->child[0]));
	}
	if (house_is_frost(&r->spec)) {
		CHECK(sodium_verifies(h, r));
		return;
	}
	CHECK_OK(tf_ecdsa_verify_vt(h->g, &valid, &r->sig[0], r->spec.digest, &r->child[0]));
	CHECK(valid);
}
