#include <stdlib.h>
#include <string.h>

#include "lib/stage_test.h"

static stage s;

static const tf_keygen_params keygen = { .t = 2, .workspace = "edges" };

static bool all_zero(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= b[i];
	return any == 0;
}

TEST(memory_of_any_alignment_is_all_used_and_all_wiped)
{
	size_t room = tf_keygen_room(STAGE_SMALL, TF_ALG_ECDSA_P256, 2);
	uint8_t *lent = malloc(room + 64);

	CHECK(lent != NULL);
	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	for (size_t skew = 0; skew < 64; skew += 21) {
		tf_machine *m = NULL;
		tf_memory mem = { lent + skew, room };

		memset(lent, 0, room + 64);
		CHECK_OK(tf_keygen_begin(&m, mem, &s.clique[0], &keygen));
		CHECK(tf_machine_get_state(m) == TF_MACHINE_RUNNING);
		CHECK(tf_machine_awaits(m, 2) && !tf_machine_awaits(m, 1));
		CHECK(strcmp(tf_machine_round(m), "commitment") == 0);
		tf_machine_wipe(m);
		CHECK(all_zero(lent, room + 64));
		CHECK(tf_machine_get_state(m) == TF_MACHINE_IDLE);
		tf_machine_clear(m);
		CHECK_ERR(tf_machine_step(m, lent, 1, NULL), TF_E_STATE);
		mem.len--;
		CHECK_ERR(tf_keygen_begin(&m, mem, &s.clique[0], &keygen), TF_E_CAPACITY);
	}
	CHECK_ERR(tf_keygen_begin(&(tf_machine *){ NULL }, (tf_memory){ NULL, room },
	                          &s.clique[0], &keygen), TF_E_CAPACITY);
	tf_machine_wipe(NULL);
	CHECK(tf_machine_get_state(NULL) == TF_MACHINE_IDLE);
	memset(lent, 1, 64);
	tf_memory_wipe((tf_memory){ lent, 64 });
	CHECK(all_zero(lent, 64));
	free(lent);
	stage_free(&s);
}

/* A clique that cannot be leaves nothing behind. */
static void refused(tf_clique c, const tf_keygen_params *p, tf_err want)
{
	size_t room = tf_keygen_room(TF_LEVEL_P128, TF_ALG_ECDSA_P256, 16);
	uint8_t *lent = calloc(room, 1);
	tf_machine *m = NULL;

	CHECK(lent != NULL);
	CHECK_ERR(tf_keygen_begin(&m, (tf_memory){ lent, room }, &c, p), want);
	CHECK(m == NULL && all_zero(lent, room));
	free(lent);
}

static tf_err no_luck(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	(void)out;
	(void)len;
	return TF_E_ENTROPY;
}

TEST(cliques_that_cannot_be)
{
	char long_name[80];
	tf_clique c;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	for (unsigned what = 0; what < 10; what++) {
		c = s.clique[0];
		switch (what) {
		case 0: c.n = 1; break;
		case 1: c.n = 17; break;
		case 2: c.self = 0; break;
		case 3: c.self = 3; break;
		case 4: c.party = NULL; break;
		case 5: c.seed = NULL; break;
		case 6: c.random.fill = NULL; break;
		case 7: c.level = (tf_level)9; break;
		case 8: c.self = 2; break; /* not our identity */
		case 9: s.party[1].device = NULL; break;
		}
		refused(c, &keygen, TF_E_USAGE);
	}
	memset(long_name, 'x', sizeof(long_name));
	long_name[65] = 0;
	s.party[1].device = long_name;
	refused(s.clique[0], &keygen, TF_E_USAGE);
	s.party[1].device = s.name[1];
	c = s.clique[0];
	c.algorithm = (tf_algorithm)77;
	refused(c, &keygen, TF_E_UNSUPPORTED);
	c = s.clique[0];
	c.random.fill = no_luck;
	refused(c, &keygen, TF_E_ENTROPY);
	refused(s.clique[0], &(tf_keygen_params){ .t = 3, .workspace = "x" }, TF_E_USAGE);
	refused(s.clique[0], &(tf_keygen_params){ .t = 2 }, TF_E_USAGE);
	refused(s.clique[0], &(tf_keygen_params){ .t = 1, .workspace = "x" }, TF_E_USAGE);
	stage_free(&s);
}

/* What no message can carry is refused when a run begins, not when it has come to writing it. */
TEST(names_that_cannot_be)
{
	static const char *const bad[] = { "", "a\nb", "tab\t", "Z\xfcrich", "\xc3", "\xc0\xaf",
	                                   "\xed\xa0\x80", "\x7f", "\xc2\x85" };
	char long_name[TF_DEVICE_ID_MAX + 2];
	uint8_t id[32], nonces[2 * 32] = { 0 };
	tf_bytes nothing = { NULL, 0 };

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	memset(long_name, 'x', sizeof(long_name));
	long_name[TF_DEVICE_ID_MAX + 1] = 0;
	for (unsigned k = 0; k <= TF_ARRAY_LEN(bad); k++) {
		const char *name = k < TF_ARRAY_LEN(bad) ? bad[k] : long_name;

		s.party[1].device = name;
		refused(s.clique[0], &keygen, TF_E_USAGE);
		CHECK_ERR(tf_clique_session(id, &s.clique[0], nonces, nothing), TF_E_USAGE);
		s.party[1].device = s.name[1];
		if (*name)
			refused(s.clique[0], &(tf_keygen_params){ .t = 2, .workspace = name },
			        TF_E_USAGE);
	}
	s.party[1].device = "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x94\x91";
	CHECK_OK(tf_clique_session(id, &s.clique[0], nonces, nothing));
	stage_keygen(&s, 2);
	stage_free(&s);
}

TEST(rooms_of_what_cannot_be_are_empty)
{
	tf_algorithm alg = TF_ALG_ECDSA_SECP256K1;

	CHECK(tf_keygen_room(TF_LEVEL_P128, alg, 1) == 0);
	CHECK(tf_keygen_room(TF_LEVEL_P128, alg, 17) == 0);
	CHECK(tf_keygen_room((tf_level)3, alg, 2) == 0);
	CHECK(tf_auxinfo_room(TF_LEVEL_P128, alg, 0) == 0);
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 3, 0) == 0);
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 3, TF_PRESIGN_MOST + 1) == 0);
	/* a dispute shows everybody's messages, and is one itself */
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 6, TF_PRESIGN_MOST) > 0);
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 7, TF_PRESIGN_MOST) == 0);
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 9, TF_PRESIGN_MOST / 2) > 0);
	CHECK(tf_tables_room((tf_level)3) == 0);
	CHECK(tf_tables_room(TF_LEVEL_P112) > 0);
	CHECK(tf_tables_room(TF_LEVEL_P128) > tf_tables_room(TF_LEVEL_P112));
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, TF_CLIQUE_MAX, 16) > 0);
	CHECK(tf_signing_room((tf_level)0, alg, 3) == 0);
	CHECK(tf_reshare_room(TF_LEVEL_P112, alg, 17) == 0);
	CHECK(tf_frost_prepare_room(alg, 3, TF_FROST_MOST + 1) == 0);
	CHECK(tf_frost_sign_room(alg, 3, TF_FROST_MESSAGE_BYTES + 1) == 0);
	CHECK(tf_prime_bytes((tf_level)0) == 0 && tf_moduli_bytes((tf_level)0) == 0);
	CHECK(tf_prime_bytes(TF_LEVEL_P128) == 192 && tf_prime_bytes(TF_LEVEL_P112) == 128);
	CHECK(tf_presign_room(TF_LEVEL_P128, alg, 3, 1) > tf_presign_room(TF_LEVEL_P112, alg, 3, 1));
}

/* The last byte of what device 2 sends to device 1 alone is changed: a bad signature. */
static void bad_signature(stage *st, stage_mail *m)
{
	(void)st;
	if (m->from == 1)
		m->bytes[m->len - 1] ^= 1;
}

TEST(a_message_without_a_good_signature_is_dropped_and_blames_nobody)
{
	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	s.meddle = bad_signature;
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, tf_keygen_room(
		                         STAGE_SMALL, s.alg, 2)), &s.clique[i], &keygen));
	stage_run(&s);
	CHECK(s.err[0] == TF_E_TRUST && s.verdict[0].party == TF_PARTY_NONE);
	CHECK(tf_machine_get_state(s.m[0]) == TF_MACHINE_RUNNING);
	CHECK(tf_machine_awaits(s.m[0], 2));
	CHECK_ERR(tf_machine_step(NULL, (const uint8_t *)"", 0, NULL), TF_E_USAGE);
	CHECK_ERR(tf_machine_step(s.m[0], NULL, 1, NULL), TF_E_USAGE);
	CHECK(tf_err_get_kind(tf_machine_step(s.m[0], (const uint8_t *)"x", 1, NULL)) ==
	      TF_KIND_ENCODING);
	stage_free(&s);
}

TEST(whoever_signs_two_things_is_named_with_evidence)
{
	tf_machine *twin = NULL;
	size_t room = tf_keygen_room(STAGE_SMALL, TF_ALG_ECDSA_P256, 2);
	void *mem = malloc(room);
	tf_bytes evidence[2];
	const tf_effect *e;
	tf_verdict v;

	CHECK(mem != NULL);
	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, room), &s.clique[i], &keygen));
	CHECK_OK(tf_keygen_begin(&twin, (tf_memory){ mem, room }, &s.clique[1], &keygen));
	CHECK(tf_machine_effects(&e, s.m[1]) == 1 && e->kind == TF_EFFECT_SEND && e->to == 0);
	CHECK_OK(tf_machine_step(s.m[0], e->data, e->len, &v));
	CHECK_ERR(tf_machine_step(s.m[0], e->data, e->len, &v), TF_E_DUPLICATE);
	CHECK(tf_machine_effects(&e, twin) == 1);
	CHECK_ERR(tf_machine_step(s.m[0], e->data, e->len, &v), TF_E_CONFLICT);
	CHECK(v.party == 2 && v.round == 1);
	CHECK(strcmp(tf_verdict_check(&v), "EQUIVOCATION") == 0);
	CHECK(strlen(tf_verdict_meaning(&v)) > 10);
	CHECK(tf_machine_evidence(evidence, s.m[0]) == 2);
	CHECK(evidence[1].len == e->len || evidence[0].len == e->len);
	CHECK(tf_machine_get_state(s.m[0]) == TF_MACHINE_FAILED);
	CHECK_ERR(tf_machine_step(s.m[0], e->data, e->len, &v), TF_E_STATE);
	tf_machine_wipe(twin);
	free(mem);
	stage_free(&s);
}

TEST(sessions_differ_in_everything_that_makes_them)
{
	uint8_t nonces[2 * 32] = { 1 }, a[32], b[32];
	const tf_bytes none = { NULL, 0 }, purpose = { nonces, 1 };
	tf_clique c;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	c = s.clique[0];
	CHECK_ERR(tf_clique_session(a, &c, NULL, none), TF_E_USAGE);
	CHECK_ERR(tf_clique_session(a, &c, nonces, (tf_bytes){ NULL, 1 }), TF_E_USAGE);
	CHECK_OK(tf_clique_session(a, &c, nonces, none));
	CHECK_OK(tf_clique_session(b, &s.clique[1], nonces, none));
	CHECK(memcmp(a, b, 32) == 0); /* the same for all parties */
	CHECK_OK(tf_clique_session(b, &c, nonces, purpose));
	CHECK(memcmp(a, b, 32) != 0);
	nonces[63] ^= 1;
	CHECK_OK(tf_clique_session(b, &c, nonces, none));
	CHECK(memcmp(a, b, 32) != 0);
	nonces[63] ^= 1;
	c.algorithm = TF_ALG_ECDSA_STARK;
	CHECK_OK(tf_clique_session(b, &c, nonces, none));
	CHECK(memcmp(a, b, 32) != 0);
	c = s.clique[0];
	c.level = TF_LEVEL_P112;
	CHECK_OK(tf_clique_session(b, &c, nonces, none));
	CHECK(memcmp(a, b, 32) != 0);
	s.party[1].seat = 9;
	CHECK_OK(tf_clique_session(b, &s.clique[0], nonces, none));
	CHECK(memcmp(a, b, 32) != 0);
	s.party[1].device = NULL;
	CHECK_ERR(tf_clique_session(b, &s.clique[0], nonces, none), TF_E_USAGE);
	c.n = 1;
	CHECK_ERR(tf_clique_session(b, &c, nonces, none), TF_E_USAGE);
	stage_free(&s);
}

TEST(a_pending_share_is_confirmed_by_the_certificate_of_all)
{
	static uint8_t record[TF_KEY_RECORD_BYTES], other[TF_KEY_RECORD_BYTES];
	tf_key_facts facts;
	tf_bytes pending, certificate;
	tf_presign_params p = { .batch = 1 };
	tf_verdict v;
	size_t len;

	stage_init(&s, 2, TF_ALG_ECDSA_P256);
	s.deaf_after[1] = 4; /* two openings and shares, one proof, then nothing */
	for (unsigned i = 0; i < 2; i++)
		CHECK_OK(tf_keygen_begin(&s.m[i], stage_lend(&s, i, tf_keygen_room(
		                         STAGE_SMALL, s.alg, 2)), &s.clique[i], &keygen));
	stage_run(&s);
	CHECK(s.done[0] == 1 && s.done[1] == 0);
	pending = stage_key(&s, 1);
	CHECK(!stage_facts(&s, 1).committed && stage_facts(&s, 0).committed);
	p.key = pending;
	CHECK_ERR(tf_presign_begin(&s.m[1], stage_lend(&s, 1, tf_presign_room(
	                           STAGE_SMALL, s.alg, 2, 1)), &s.clique[1], &p), TF_E_STATE);
	CHECK_OK(tf_key_certificate(&certificate, s.alg, stage_key(&s, 0), stage_scratch()));
	CHECK_OK(tf_certificate_open(&facts, s.alg, certificate, stage_roster(&s),
	                             stage_scratch()));
	CHECK(facts.own == 0 && facts.n == 2);
	CHECK_OK(tf_key_confirm(record, sizeof(record), &len, s.alg, pending, certificate,
	                        stage_roster(&s), &v, stage_scratch()));
	CHECK_OK(tf_key_describe(&facts, s.alg, (tf_bytes){ record, len }, stage_scratch()));
	CHECK(facts.committed && facts.own == 2);
	CHECK_ERR(tf_key_confirm(record, sizeof(record), &len, s.alg, (tf_bytes){ record, len },
	                         certificate, stage_roster(&s), &v, stage_scratch()),
	          TF_E_STATE);
	CHECK_ERR(tf_key_confirm(record, sizeof(record), &len, s.alg, pending, certificate,
	                         (tf_roster){ 0 }, memset(&v, 0x55, sizeof(v)), stage_scratch()),
	          TF_E_USAGE);
	CHECK(v.party == TF_PARTY_NONE && v.check == 0);
	CHECK_ERR(tf_certificate_open(&facts, s.alg, certificate, (tf_roster){ 0 },
	                              stage_scratch()), TF_E_USAGE);
	/* its own certificate has its own signature only; and one that was touched holds nowhere */
	CHECK_OK(tf_key_certificate(&certificate, s.alg, pending, stage_scratch()));
	CHECK_ERR(tf_key_confirm(record, sizeof(record), &len, s.alg, pending, certificate,
	                        stage_roster(&s), NULL, stage_scratch()), TF_E_TRUST);
	CHECK_OK(tf_key_certificate(&certificate, s.alg, stage_key(&s, 0), stage_scratch()));
	memcpy(other, certificate.p, certificate.len);
	other[certificate.len - 1] ^= 1;
	certificate.p = other;
	CHECK_ERR(tf_certificate_open(&facts, s.alg, certificate, stage_roster(&s),
	                              stage_scratch()), TF_E_TRUST);
	stage_free(&s);
}

TEST_SLOW(presigning_takes_the_records_of_its_peers_only, 120)
{
	tf_presign_params p = { .batch = 1 };
	tf_machine *m = NULL;
	tf_memory mem;
	tf_presignature out;
	tf_signature sig;
	uint8_t raw[64];

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	mem = stage_lend(&s, 0, tf_presign_room(STAGE_SMALL, s.alg, 2, 1));
	p.key = stage_key(&s, 0);
	p.moduli = (tf_bytes){ s.moduli[0], s.moduli_len[0] };
	p.peer[1] = stage_record_find(&s, 1, TF_RECORD_PEER, NULL, 0); /* what 2 has of 1 */
	CHECK_ERR(tf_presign_begin(&m, mem, &s.clique[0], &p), TF_E_USAGE);
	p.peer[1] = p.moduli;
	CHECK(tf_err_get_kind(tf_presign_begin(&m, mem, &s.clique[0], &p)) == TF_KIND_ENCODING);
	p.peer[1] = stage_record_find(&s, 0, TF_RECORD_PEER, NULL, 0);
	p.moduli.len--;
	CHECK(tf_err_get_kind(tf_presign_begin(&m, mem, &s.clique[0], &p)) == TF_KIND_ENCODING);
	p.moduli.len++;
	s.party[1].seat = 5; /* nobody's seat of this key */
	CHECK_ERR(tf_presign_begin(&m, mem, &s.clique[0], &p), TF_E_USAGE);
	s.party[1].seat = 2;
	CHECK_OK(tf_presign_begin(&m, mem, &s.clique[0], &p));
	CHECK_ERR(tf_presign_move(&out, m, 0), TF_E_STATE);
	CHECK(!tf_presign_alerted(m) && tf_presign_convicts(m) == 0);
	CHECK_ERR(tf_presign_expire(m, NULL), TF_E_STATE);
	CHECK_ERR(tf_presign_expire(NULL, NULL), TF_E_USAGE);
	CHECK_ERR(tf_signing_signature(&sig, NULL, m), TF_E_USAGE);
	CHECK_ERR(tf_frost_sign_signature(raw, NULL, m), TF_E_USAGE);
	CHECK_ERR(tf_frost_prepare_move(&(tf_frost_nonces){ { 0 } }, m, 0), TF_E_USAGE);
	tf_machine_wipe(m);
	CHECK_ERR(tf_presign_move(&out, m, 0), TF_E_USAGE);
	stage_free(&s);
}

static tf_tables *tables_of(tf_bytes record, bool own)
{
	static uint8_t scratch[TF_SCRATCH_BYTES];
	const tf_memory mem = { scratch, sizeof(scratch) };
	const size_t len = tf_tables_room(STAGE_SMALL);
	const tf_memory room = { tf_test_alloc(len), len };
	const tf_clique *c = &s.clique[0];
	tf_tables *t = NULL;

	if (own)
		CHECK_OK(tf_tables_make_own(&t, room, STAGE_SMALL, record, &c->random, c->kernel, mem));
	else
		CHECK_OK(tf_tables_make_peer(&t, room, STAGE_SMALL, record, &c->random, c->kernel, mem));
	return t;
}

/* What tables were made from is taken from them, and nothing else is. */
TEST_SLOW(presigning_takes_the_records_of_its_tables_only, 240)
{
	tf_presign_params p = { .batch = 1 };
	tf_machine *m = NULL;
	tf_bytes ours, other;
	tf_memory mem;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	mem = stage_lend(&s, 0, tf_presign_room(STAGE_SMALL, s.alg, 2, 1));
	p.key = stage_key(&s, 0);
	p.moduli = ours = (tf_bytes){ s.moduli[0], s.moduli_len[0] };
	p.tables[0] = tables_of(p.moduli, true);
	other = stage_record_find(&s, 1, TF_RECORD_PEER, NULL, 0); /* what 2 has of 1 */
	p.peer[1] = other;
	p.tables[1] = tables_of(other, false);
	CHECK_ERR(tf_presign_begin(&m, mem, &s.clique[0], &p), TF_E_USAGE);
	p.peer[1] = stage_record_find(&s, 0, TF_RECORD_PEER, NULL, 0);
	CHECK_ERR(tf_presign_begin(&m, mem, &s.clique[0], &p), TF_E_USAGE);
	p.tables[1] = tables_of(p.peer[1], false);
	p.moduli.len--;
	CHECK(tf_err_get_kind(tf_presign_begin(&m, mem, &s.clique[0], &p)) == TF_KIND_ENCODING);
	p.moduli = ours;
	p.peer[1].len--;
	CHECK(tf_err_get_kind(tf_presign_begin(&m, mem, &s.clique[0], &p)) == TF_KIND_ENCODING);
	p.peer[1].len++;
	CHECK_OK(tf_presign_begin(&m, mem, &s.clique[0], &p));
	tf_machine_wipe(m);
	tf_machine_wipe(m);
	stage_free(&s);
}

TEST(primes_and_moduli_that_cannot_be)
{
	uint8_t prime[4 * 80] = { 0 }, record[0x2000];
	tf_random random;
	size_t len;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	random = s.clique[0].random;
	CHECK_ERR(tf_prime_find(prime, 79, STAGE_SMALL, &random, TF_USE_FASTEST, NULL, NULL,
	                        stage_scratch()), TF_E_CAPACITY);
	CHECK_ERR(tf_prime_find(prime, 80, (tf_level)3, &random, TF_USE_FASTEST, NULL, NULL,
	                        stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_prime_find(prime, 80, STAGE_SMALL, &random, (tf_kernel_choice)3, NULL, NULL,
	                        stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_prime_find(prime, 80, STAGE_SMALL, &random, TF_USE_FASTEST, NULL, NULL,
	                        (tf_memory){ record, sizeof(record) }), TF_E_CAPACITY);
	random.fill = no_luck;
	CHECK_ERR(tf_prime_find(prime, 80, STAGE_SMALL, &random, TF_USE_FASTEST, NULL, NULL,
	                        stage_scratch()), TF_E_ENTROPY);
	random = s.clique[0].random;
	CHECK_ERR(tf_moduli_create(record, sizeof(record), &len, STAGE_SMALL, prime, 0, &random,
	                           stage_scratch()), TF_E_ENCODING);
	CHECK_ERR(tf_moduli_create(record, sizeof(record), &len, (tf_level)3, prime, 0, &random,
	                           stage_scratch()), TF_E_USAGE);
	stage_free(&s);
}

TEST(kernels_are_chosen_by_whoever_begins)
{
	bool has = tf_kernel_in_use(TF_USE_IFMA) != NULL;
	size_t room;

	CHECK(strcmp(tf_kernel_in_use(TF_USE_PORTABLE), "portable") == 0);
	CHECK(strcmp(tf_kernel_in_use(TF_USE_FASTEST), has ? "ifma" : "portable") == 0);
	CHECK(!has || strcmp(tf_kernel_in_use(TF_USE_IFMA), "ifma") == 0);
	CHECK(tf_kernel_in_use((tf_kernel_choice)3) == NULL);
	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	room = tf_keygen_room(STAGE_SMALL, s.alg, 2);
	s.clique[0].kernel = (tf_kernel_choice)3;
	CHECK_ERR(tf_keygen_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &keygen),
	          TF_E_USAGE);
	s.clique[0].kernel = TF_USE_IFMA;
	CHECK_ERR(tf_keygen_begin(&s.m[0], stage_lend(&s, 0, room), &s.clique[0], &keygen),
	          has ? TF_OK : TF_E_UNSUPPORTED);
	stage_free(&s);
}

static bool stop_at_third(void *ctx, uint64_t candidates)
{
	*(uint64_t *)ctx = candidates;
	return candidates < 3;
}

TEST(a_search_for_primes_is_stopped)
{
	uint64_t seen = 0;
	uint8_t prime[80];

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	tf_err err = tf_prime_find(prime, sizeof(prime), STAGE_SMALL, &s.clique[0].random,
	                           TF_USE_FASTEST, stop_at_third, &seen, stage_scratch());

	/* a prime among the first candidates is possible, if unlikely */
	CHECK(err == TF_E_CANCELLED ? seen >= 3 : err == TF_OK && (prime[79] & 3) == 3);
	CHECK(all_zero(stage_scratch().p, stage_scratch().len));
	stage_free(&s);
}

TEST(paths_and_keys_that_cannot_be)
{
	uint8_t child[33], key[33] = { 2 }, code[32] = { 0 };
	tf_signature sig = { .recid = 0 };
	tf_derivation d = { .len = 0 };
	bool valid = true;

	CHECK_ERR(tf_derivation_parse(&d, "m/44'"), TF_E_UNSUPPORTED);
	CHECK_ERR(tf_derivation_parse(&d, "n"), TF_E_ENCODING);
	CHECK_ERR(tf_derivation_parse(&d, "m/1/2/3/4/5/6/7/8/9/10/11"), TF_E_TOO_LARGE);
	CHECK_OK(tf_derivation_parse(&d, "m"));
	memset(key + 1, 0xff, 32);
	CHECK_ERR(tf_child_derive(child, NULL, TF_ALG_ECDSA_P256, key, code, &d,
	                          stage_scratch()), TF_E_ENCODING);
	memset(key, 0, sizeof(key)); /* the neutral element is no key */
	CHECK_ERR(tf_child_derive(child, NULL, TF_ALG_ECDSA_P256, key, code, &d,
	                          stage_scratch()), TF_E_ENCODING);
	CHECK_ERR(tf_signature_verify(&valid, TF_ALG_ECDSA_P256, &sig, code, key,
	                              stage_scratch()), TF_E_ENCODING);
	CHECK(!valid);
	CHECK_ERR(tf_schnorr_verify(&valid, TF_ALG_SCHNORR_BIP340, (uint8_t[64]){ 0 },
	                            (tf_bytes){ NULL, 0 }, key, stage_scratch()), TF_E_ENCODING);
	CHECK_ERR(tf_signature_verify(&valid, TF_ALG_SCHNORR_BIP340, &sig, code, key,
	                              stage_scratch()), TF_E_UNSUPPORTED);
	CHECK_ERR(tf_signature_verify(&valid, TF_ALG_ECDSA_P256, &sig, code, key,
	                              (tf_memory){ stage_scratch().p, 64 }), TF_E_CAPACITY);
	CHECK_ERR(tf_signature_verify(&valid, (tf_algorithm)0, &sig, code, key,
	                              stage_scratch()), TF_E_UNSUPPORTED);
	d.len = TF_PATH_STEPS + 1;
	CHECK_ERR(tf_child_derive(child, NULL, TF_ALG_ECDSA_P256, key, code, &d,
	                          stage_scratch()), TF_E_ENCODING);
	CHECK(strlen(tf_version()) > 0);
}
