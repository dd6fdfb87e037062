/* What lies on disks and is handed about: own shares, sharing certificates, own and peers' moduli,
 * attempts. The first byte chooses a kind. If the second is odd, the rest is taken for such a
 * record. Else it damages that of an honest run: u16 how many bytes are cut off, then
 * (u16 where, u8 xor). What a decoder accepts is encoded the same again, and the share in it is
 * that of its seat; what was not damaged is accepted. */
#include <string.h>

#include "fuzz.h"
#include "harness/primes.h"
#include "proto/auxinfo.h"
#include "proto/recast_test.h"

#define RECORD_MAX 65536u

typedef enum record_kind { KEY, CERTIFICATE, ATTEMPT, AUX, MODULI, KINDS } record_kind;

static recast x;
static tf_moduli own;
static struct {
	uint8_t b[RECORD_MAX];
	size_t len;
} honest[KINDS];
static uint8_t room[1 << 22], again[RECORD_MAX];

static tf_arena scratch(void)
{
	tf_arena a;

	tf_arena_init(&a, room, sizeof(room));
	return a;
}

static void keep(record_kind kind, const uint8_t *p, size_t len)
{
	ALWAYS(len > 0 && len <= RECORD_MAX);
	memcpy(honest[kind].b, p, len);
	honest[kind].len = len;
}

static void make_moduli(void)
{
	tf_arena mem = scratch();
	tf_aux peer;
	size_t len;
	tf_bn p[4];
	static const uint8_t sid[32] = { 0x51 };

	for (unsigned k = 0; k < 4; k++)
		tf_test_primes(tf_profile_small.prime_bits, k, &p[k]);
	ALWAYS(tf_moduli_make(&own, &tf_profile_small, &p[0], &p[1], &p[2], &p[3], &x.c.rng[0],
	                      &mem) == TF_OK);
	ALWAYS(tf_paillier_pk_init(&peer.pk, &tf_profile_small, &own.sk.pk.n.m) == TF_OK);
	ALWAYS(tf_rp_init(&peer.rp, &tf_profile_small, &own.rp.pub.n.m, &own.rp.pub.s,
	                  &own.rp.pub.t) == TF_OK);
	mem = scratch();
	ALWAYS(tf_moduli_encode(again, sizeof(again), &len, &own, &tf_profile_small, &mem) ==
	       TF_OK);
	keep(MODULI, again, len);
	mem = scratch();
	ALWAYS(tf_aux_encode(again, sizeof(again), &len, &peer, "device-2", sid, 1700000000,
	                     &tf_profile_small, &mem) == TF_OK);
	keep(AUX, again, len);
}

/* A refresh leaves a share, and the attempt that it was. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	tf_arena mem = scratch();
	size_t len;

	(void)argc;
	(void)argv;
	recast_init(&x, 3, TF_CURVE_SECP256K1);
	recast_deal(&x, 3, 2, TF_SHARE_FELDMAN);
	recast_plan_refresh(&x);
	recast_start_all(&x);
	cast_run(&x.c);
	recast_check(&x);
	for (size_t k = 0; k < x.c.records; k++) {
		const cast_record *r = &x.c.record[k];

		if (r->by == 1 && r->len && r->type == TF_REC_KEY_SHARE)
			keep(KEY, r->bytes, r->len);
		if (r->by == 1 && r->len && r->type == TF_REC_ATTEMPT)
			keep(ATTEMPT, r->bytes, r->len);
	}
	ALWAYS(tf_attempt_certificate(again, sizeof(again), &len, tf_reshare_attempt(&x.run[0]),
	                              x.c.g, &mem) == TF_OK);
	keep(CERTIFICATE, again, len);
	make_moduli();
	return 0;
}

/* Errors of decoding, not of ours. */
static bool good(tf_err err)
{
	ALWAYS(err != TF_E_USAGE && err != TF_E_CAPACITY && err != TF_E_ENTROPY);
	return err == TF_OK;
}

static bool try_key(const uint8_t *p, size_t len)
{
	tf_arena mem = scratch();
	tf_blob cert;
	tf_key key;
	size_t n;
	tf_pt W;

	if (!good(tf_key_decode(&key, &cert, x.c.g, p, len, &mem)))
		return false;
	ALWAYS(tf_pt_mul_base(x.c.g, &W, &key.x) == TF_OK);
	ALWAYS(tf_pt_eq(x.c.g, &W, &tf_sharing_seat(&key.sharing, key.index)->W));
	ALWAYS(tf_key_encode(again, sizeof(again), &n, &key, cert.p, cert.len, x.c.g, &mem) ==
	       TF_OK);
	ALWAYS(n == len && memcmp(again, p, n) == 0);
	return true;
}

static bool try_certificate(const uint8_t *p, size_t len)
{
	tf_arena mem = scratch();
	tf_sharing s;

	if (!good(tf_sharing_open(&s, x.c.g, p, len, recast_find, &x, &mem)))
		return false;
	ALWAYS(tf_sharing_check(&s, x.c.g, &mem) == TF_OK);
	/* nobody can have signed another one */
	ALWAYS(len == honest[CERTIFICATE].len && memcmp(p, honest[CERTIFICATE].b, len) == 0);
	return true;
}

static bool try_attempt(const uint8_t *p, size_t len)
{
	static tf_attempt a;
	tf_arena mem = scratch();
	size_t n;

	if (!good(tf_attempt_decode(&a, x.c.g, p, len, &mem)))
		return false;
	ALWAYS(tf_attempt_encode(again, sizeof(again), &n, &a, x.c.g, &mem) == TF_OK);
	ALWAYS(n == len && memcmp(again, p, n) == 0);
	return true;
}

static bool try_aux(const uint8_t *p, size_t len)
{
	char device[TF_DEVICE_MAX + 1];
	tf_arena mem = scratch();
	tf_aux a;

	if (!good(tf_aux_decode(&a, device, &tf_profile_small, p, len, &mem)))
		return false;
	ALWAYS(strlen(device) >= 1 && len == tf_aux_length(&tf_profile_small) - TF_DEVICE_MAX +
	       strlen(device));
	return true;
}

static bool try_moduli(const uint8_t *p, size_t len)
{
	tf_arena mem = scratch();
	static tf_moduli m;
	size_t n;

	if (!good(tf_moduli_decode(&m, &tf_profile_small, p, len, &mem)))
		return false;
	ALWAYS(tf_moduli_encode(again, sizeof(again), &n, &m, &tf_profile_small, &mem) == TF_OK);
	ALWAYS(n == len && memcmp(again, p, n) == 0);
	return true;
}

static bool try_record(record_kind kind, const uint8_t *p, size_t len)
{
	switch (kind) {
	case KEY: return try_key(p, len);
	case CERTIFICATE: return try_certificate(p, len);
	case ATTEMPT: return try_attempt(p, len);
	case AUX: return try_aux(p, len);
	case MODULI: return try_moduli(p, len);
	case KINDS: break;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	record_kind kind;
	uint8_t *copy;
	size_t n;
	bool same, taken;

	if (len < 4)
		return 0;
	kind = (record_kind)(data[0] % KINDS);
	if (data[1] & 1) {
		(void)try_record(kind, data + 2, len - 2);
		return 0;
	}
	n = honest[kind].len - (data[2] * 256u + data[3]) % honest[kind].len;
	copy = malloc(n);
	ALWAYS(copy != NULL);
	memcpy(copy, honest[kind].b, n);
	for (size_t k = 4; k + 3 <= len; k += 3)
		copy[(data[k] * 256u + data[k + 1]) % n] ^= data[k + 2];
	same = n == honest[kind].len && memcmp(copy, honest[kind].b, n) == 0;
	taken = try_record(kind, copy, n);
	ALWAYS(taken || !same);
	free(copy);
	return 0;
}
