/* Moduli, introductions and changes of a sharing with too little memory, or with parameters that
 * cannot be: an error that says which, and no machine. */
#include <stdlib.h>
#include <string.h>

#include "harness/primes.h"
#include "lib/impl.h"
#include "lib/stage_test.h"

static stage s;
static uint8_t room[4u << 20];

TEST(moduli_are_made_in_the_memory_that_they_take)
{
	uint8_t primes[4 * 80], record[0x2000];
	tf_err err = TF_E_CAPACITY;
	tf_random random;
	size_t len = 0, refused = 0;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	random = s.clique[0].random;
	for (unsigned k = 0; k < 4; k++) {
		tf_bn p;

		tf_test_primes(640, k, &p);
		tf_bn_to_bytes(primes + k * 80, 80, &p);
	}
	for (size_t lent = 0; err == TF_E_CAPACITY && lent < sizeof(room); lent += 8000) {
		err = tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, primes, 1,
		                       &random, (tf_memory){ room, lent });
		refused += err == TF_E_CAPACITY;
	}
	CHECK_OK(err);
	CHECK(refused > 3 && len == tf_moduli_bytes(STAGE_SMALL));
	for (unsigned k = 0; k < 4; k++) { /* no prime, in each place */
		primes[k * 80 + 79] ^= 0x10;
		CHECK_ERR(tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, primes, 1,
		                           &random, stage_scratch()), TF_E_ENCODING);
		primes[k * 80 + 79] ^= 0x10;
	}
	CHECK_OK(tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, primes, 1, &random,
	                          stage_scratch()));
	CHECK_ERR(tf_moduli_create(record, len - 1, &len, STAGE_SMALL, primes, 1, &random,
	                           stage_scratch()), TF_E_CAPACITY);
	CHECK_ERR(tf_moduli_create(NULL, 1, &len, STAGE_SMALL, primes, 1, &random,
	                           stage_scratch()), TF_E_USAGE);
	random.fill = NULL;
	CHECK_ERR(tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, primes, 1, &random,
	                           stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_prime_find(primes, 80, STAGE_SMALL, &random, TF_USE_PORTABLE, NULL, NULL,
	                        stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_prime_find(NULL, 80, STAGE_SMALL, &s.clique[0].random, TF_USE_PORTABLE, NULL,
	                        NULL, stage_scratch()), TF_E_USAGE);
	stage_free(&s);
}

TEST(introductions_that_cannot_be)
{
	size_t most = tf_auxinfo_room(STAGE_SMALL, TF_ALG_ECDSA_SECP256K1, 2);
	tf_machine *m = NULL;
	tf_auxinfo_params p = { .now = 2 };
	tf_memory mem;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_introduce(&s); /* makes moduli */
	mem = stage_lend(&s, 0, most);
	p.moduli = (tf_bytes){ s.moduli[0], s.moduli_len[0] };
	CHECK_ERR(tf_auxinfo_begin(NULL, mem, &s.clique[0], &p), TF_E_USAGE);
	CHECK_ERR(tf_auxinfo_begin(&m, mem, NULL, &p), TF_E_USAGE);
	CHECK_ERR(tf_auxinfo_begin(&m, mem, &s.clique[0], NULL), TF_E_USAGE);
	p.moduli.len--;
	CHECK(tf_err_get_kind(tf_auxinfo_begin(&m, mem, &s.clique[0], &p)) == TF_KIND_ENCODING);
	p.moduli.len++;
	for (unsigned k = 0; k < 16; k++) {
		mem.len = most * k / 16;
		CHECK_ERR(tf_auxinfo_begin(&m, mem, &s.clique[0], &p), TF_E_CAPACITY);
		CHECK(m == NULL);
	}
	s.clique[0].level = (tf_level)3;
	mem.len = most;
	CHECK(tf_auxinfo_begin(&m, mem, &s.clique[0], &p) != TF_OK && m == NULL);
	stage_free(&s);
}

static tf_err begin(const tf_reshare_params *p, size_t len)
{
	tf_machine *m = NULL;
	tf_memory mem = stage_lend(&s, 0, tf_reshare_room(STAGE_SMALL, s.alg, 2));
	tf_err err;

	mem.len = len < mem.len ? len : mem.len;
	err = tf_reshare_begin(&m, mem, &s.clique[0], p);
	CHECK((m != NULL) == (err == TF_OK));
	tf_machine_wipe(m);
	return err;
}

TEST(changes_that_cannot_be)
{
	tf_reshare_params p = { .change = TF_CHANGE_REFRESH, .form = TF_FORM_THRESHOLD, .t = 2,
	                        .epoch = 2, .epoch_used = 1 };
	size_t most = tf_reshare_room(STAGE_SMALL, TF_ALG_ECDSA_P256, 2);
	tf_machine *m = NULL;
	tf_bytes key;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	stage_keygen(&s, 2);
	key = stage_key(&s, 0);
	p.key = key;
	for (uint16_t j = 0; j < 2; j++)
		p.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
	CHECK_OK(begin(&p, SIZE_MAX));
	CHECK_ERR(tf_reshare_begin(NULL, s.mem[0], &s.clique[0], &p), TF_E_USAGE);
	CHECK_ERR(tf_reshare_begin(&m, s.mem[0], NULL, &p), TF_E_USAGE);
	CHECK_ERR(tf_reshare_begin(&m, s.mem[0], &s.clique[0], NULL), TF_E_USAGE);
	for (unsigned k = 0; k < 8; k++)
		CHECK_ERR(begin(&p, most * k / 8), TF_E_CAPACITY);

	p.seat[0].deals = 2; /* somebody else's seat */
	p.seat[1].deals = 1;
	CHECK_ERR(begin(&p, SIZE_MAX), TF_E_USAGE);
	p.seat[0].deals = 1;
	p.seat[1].deals = 2;
	CHECK_OK(tf_key_certificate(&p.certificate, s.alg, key, stage_scratch()));
	p.roster = stage_roster(&s);
	p.key = (tf_bytes){ NULL, 0 }; /* deals, and has nothing to deal */
	CHECK_ERR(begin(&p, SIZE_MAX), TF_E_USAGE);
	p.certificate.len--;
	CHECK(tf_err_get_kind(begin(&p, SIZE_MAX)) == TF_KIND_ENCODING);
	p.key = (tf_bytes){ key.p, key.len - 1 };
	CHECK(tf_err_get_kind(begin(&p, SIZE_MAX)) == TF_KIND_ENCODING);
	p.key = key;

	s.party[1].device = s.name[0]; /* twice the same device */
	CHECK_ERR(begin(&p, SIZE_MAX), TF_E_USAGE);
	s.party[1].device = s.name[1];
	s.clique[0].self = 0;
	CHECK_ERR(tf_reshare_begin(&m, s.mem[0], &s.clique[0], &p), TF_E_USAGE);
	s.clique[0].self = 3;
	CHECK_ERR(tf_reshare_begin(&m, s.mem[0], &s.clique[0], &p), TF_E_USAGE);
	CHECK(m == NULL);
	stage_free(&s);
}

/* ---- the largest record ---- */

#define SEATS TF_CLIQUE_MAX
#define SIGNATURES (2u * SEATS) /* as many as there can be: of dealers and of receivers */

static char names[SIGNATURES][TF_DEVICE_ID_MAX + 1];

/* A key of f(z) = 5 + 7z, in seats 1 to 16, and the share of seat 1. */
static void make_key(tf_key *out, const tf_group *g)
{
	tf_sharing *k = &out->sharing;
	tf_sc x;

	memset(out, 0, sizeof(*out));
	memset(k->workspace, 'w', TF_WORKSPACE_MAX);
	k->curve = tf_group_id(g);
	k->epoch = 1;
	k->t = 2;
	k->n = SEATS;
	tf_sc_set_u64(g, &x, 5);
	CHECK_OK(tf_pt_mul_base_vt(g, &k->Y, &x));
	for (unsigned i = 0; i < SEATS; i++) {
		k->seat[i].index = (uint16_t)(i + 1);
		memcpy(k->seat[i].device, names[i], sizeof(names[i]));
		tf_sc_set_u64(g, &x, 5 + 7 * (i + 1));
		CHECK_OK(tf_pt_mul_base_vt(g, &k->seat[i].W, &x));
	}
	out->index = 1;
	out->state = TF_SHARE_COMMITTED;
	tf_sc_set_u64(g, &out->x.s, 12);
}

static tf_bytes largest_record(tf_algorithm alg)
{
	static uint8_t body[TF_CERTIFICATE_MAX], cert[TF_CERTIFICATE_MAX];
	static uint8_t record[TF_KEY_RECORD_BYTES];
	static tf_key key;
	tf_sharing_sig sig[SIGNATURES];
	const tf_group *g;
	size_t len;
	tf_arena mem;

	for (unsigned i = 0; i < SIGNATURES; i++) {
		memset(names[i], 'a' + (int)i / 2, TF_DEVICE_ID_MAX);
		names[i][0] = (char)('A' + i % 2);
		sig[i] = (tf_sharing_sig){ .device = names[i] };
	}
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, (tf_curve_id)alg, NULL, &mem));
	make_key(&key, g);
	CHECK_OK(tf_sharing_attempt(key.sharing.attempt, &key.sharing, g, &mem));
	CHECK_OK(tf_sharing_encode(body, &len, NULL, &key.sharing, g, &mem));
	CHECK_OK(tf_sharing_seal(cert, sizeof(cert), &len, body, len, sig, SIGNATURES, &mem));
	CHECK_OK(tf_key_encode(record, sizeof(record), &len, &key, cert, len, g, &mem));
	return (tf_bytes){ record, len };
}

/* Two of its sixteen devices meet, in the memory that such a run is said to need: what is wrong is
 * that nothing was made beforehand. */
TEST(the_largest_record_is_read_by_the_smallest_clique)
{
	tf_presignature none = { { 0 } };
	tf_frost_nonces no_nonces = { { 0 } };
	tf_signing_params p = { .presignature = &none, .digest = { 1 } };
	tf_frost_sign_params f = { .nonces = &no_nonces };
	tf_frost_prepare_params prepare = { .batch = 1 };

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	p.key = largest_record(s.alg);
	s.party[0].device = names[0];
	s.party[1].device = names[1];
	CHECK_ERR(tf_signing_begin(&s.m[0], stage_lend(&s, 0, tf_signing_room(STAGE_SMALL, s.alg, 2)),
	                           &s.clique[0], &p), TF_E_STATE);
	stage_free(&s);
	stage_init(&s, 2, TF_ALG_SCHNORR_ED25519);
	f.key = prepare.key = largest_record(s.alg);
	s.party[0].device = names[0];
	s.party[1].device = names[1];
	CHECK_ERR(tf_frost_sign_begin(&s.m[0], stage_lend(&s, 0, tf_frost_sign_room(s.alg, 2, 0)),
	                              &s.clique[0], &f), TF_E_STATE);
	CHECK_OK(tf_frost_prepare_begin(&s.m[0], stage_lend(&s, 0,
	                                                    tf_frost_prepare_room(s.alg, 2, 1)),
	                                &s.clique[0], &prepare));
	stage_free(&s);
}
