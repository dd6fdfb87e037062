#include "proto/stage_test.h"

#include <string.h>

#include "curve/bip32.h"
#include "harness/primes.h"

static uint8_t scratch_room[1 << 20];

static void make_moduli(stage *s, const tf_profile *pr, unsigned i)
{
	tf_arena scratch;
	tf_bn p[4];

	tf_arena_init(&scratch, scratch_room, sizeof(scratch_room));
	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(pr->prime_bits, 4 * i + k, &p[k]);
	CHECK_OK(tf_moduli_make(&s->own[i], pr, &p[0], &p[1], &p[2], &p[3], &s->c.rng[i],
	                        &scratch));
	CHECK_OK(tf_paillier_pk_init(&s->aux[i].pk, pr, &s->own[i].sk.pk.n.m));
	CHECK_OK(tf_rp_init(&s->aux[i].rp, pr, &s->own[i].rp.pub.n.m, &s->own[i].rp.pub.s,
	                    &s->own[i].rp.pub.t));
}

void stage_init(stage *s, unsigned n, const tf_profile *pr)
{
	stage_init_on(s, n, pr, TF_CURVE_SECP256K1);
}

void stage_init_on(stage *s, unsigned n, const tf_profile *pr, tf_curve_id curve)
{
	const tf_pt *all[STAGE_PARTIES];

	memset(s, 0, sizeof(*s));
	cast_init(&s->c, n, pr, curve);
	memset(s->cc, 0xcc, sizeof(s->cc));
	for (unsigned i = 0; i < n; i++) {
		make_moduli(s, pr, i);
		CHECK_OK(tf_sc_random(s->c.g, &s->weights[i].w, &s->c.rng[i]));
		CHECK_OK(tf_pt_mul_base(s->c.g, &s->weights[0].W[i], &s->weights[i].w));
		all[i] = &s->weights[0].W[i];
	}
	CHECK_OK(tf_pt_sum(s->c.g, &s->Y, all, n));
	for (unsigned i = 0; i < n; i++) {
		memcpy(s->weights[i].W, s->weights[0].W, sizeof(s->weights[i].W));
		s->weights[i].Y = s->Y;
	}
}

void stage_conceal(stage *s)
{
	static uint8_t record[8192];
	tf_arena mem;
	size_t len;

	for (unsigned i = 0; i < s->c.n; i++) {
		tf_arena_init(&mem, scratch_room, sizeof(scratch_room));
		CHECK_OK(tf_moduli_encode(record, sizeof(record), &len, &s->own[i],
		                          s->c.env[i].pr, &mem));
		tf_moduli_wipe(&s->own[i]);
		CHECK_OK(tf_moduli_decode(&s->own[i], s->c.env[i].pr, record, len, &mem));
	}
}

void stage_free(stage *s)
{
	cast_free(&s->c);
}

void stage_start_presign(stage *s, uint32_t batch, bool confirm)
{
	cast_rooms(&s->c, tf_presign_sizes(s->c.env[0].pr, (uint16_t)s->c.n, batch));
	for (unsigned i = 0; i < s->c.n; i++) {
		tf_presign_args args = { .env = &s->c.env[i], .own = &s->own[i],
		                         .weights = &s->weights[i], .batch = batch,
		                         .confirm = confirm };

		for (unsigned j = 0; j < s->c.n; j++) {
			args.aux[j] = j == i ? NULL : &s->aux[j];
			args.tables[j] = s->tables[i][j];
		}
		CHECK_OK(tf_presign_start(&s->presign[i], &args, &s->c.mem[i], &s->c.out[i]));
		s->c.run[i] = &s->presign[i].r;
	}
}

void stage_presign(stage *s, uint32_t batch, bool confirm)
{
	stage_start_presign(s, batch, confirm);
	cast_run(&s->c);
	cast_check_done(&s->c);
	for (unsigned i = 0; i < s->c.n; i++)
		for (uint32_t b = 0; b < batch; b++) {
			CHECK_OK(tf_presign_take(&s->presig[i][b], &s->presign[i], b));
			CHECK_ERR(tf_presign_take(&s->presig[i][b], &s->presign[i], b),
			          TF_E_STATE);
			CHECK(memcmp(s->presig[i][b].id, s->presig[0][b].id, 32) == 0);
		}
}

void stage_start_sign(stage *s, uint32_t b, const tf_path *path, const uint8_t digest[static 32])
{
	for (unsigned i = 0; i < s->c.n; i++)
		s->c.env[i].sid[0] ^= 0x80; /* another session */
	cast_rooms(&s->c, tf_signing_sizes(s->c.env[0].pr, (uint16_t)s->c.n));
	for (unsigned i = 0; i < s->c.n; i++) {
		tf_signing_args args = { .env = &s->c.env[i], .weights = &s->weights[i],
		                         .presig = &s->presig[i][b], .path = *path };

		memcpy(args.cc, s->cc, sizeof(args.cc));
		memcpy(args.digest, digest, sizeof(args.digest));
		CHECK_OK(tf_signing_start(&s->signing[i], &args, &s->c.mem[i], &s->c.out[i]));
		s->c.run[i] = &s->signing[i].r;
	}
}

void stage_check_signature(stage *s, const tf_path *path, const uint8_t digest[static 32])
{
	tf_ecdsa_sig first, low;
	tf_pt child, got;
	bool valid;
	tf_sc e;

	cast_check_done(&s->c);
	CHECK_OK(tf_bip32_derive(s->c.g, &e, &child, NULL, &s->Y, s->cc, path));
	for (unsigned i = 0; i < s->c.n; i++) {
		tf_ecdsa_sig sig;

		CHECK_OK(tf_signing_result(&sig, &got, &s->signing[i]));
		CHECK(tf_pt_eq(s->c.g, &got, &child));
		if (i == 0)
			first = sig;
		CHECK(memcmp(&sig, &first, sizeof(sig)) == 0);
	}
	CHECK_OK(tf_ecdsa_verify_recid_vt(s->c.g, &valid, &first, digest, &child));
	CHECK(valid);
	low = first;
	tf_ecdsa_low_s(s->c.g, &low);
	CHECK(memcmp(&low, &first, sizeof(low)) == 0);
}
