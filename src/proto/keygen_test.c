#include <string.h>

#include "proto/cast_test.h"
#include "proto/keygen.h"
#include "zk/transcript.h"

static cast c;
static tf_keygen kg[TF_PARTIES_MAX];
static uint8_t scratch_room[1 << 18];

static tf_arena *scratch(void)
{
	static tf_arena a;

	tf_arena_init(&a, scratch_room, sizeof(scratch_room));
	return &a;
}

static tf_err start(unsigned i, unsigned t)
{
	tf_keygen_args args = { .env = &c.env[i], .t = (uint16_t)t, .workspace = "test",
	                        .key_id = { 0x6b } };

	return tf_keygen_start(&kg[i], &args, &c.mem[i], &c.out[i]);
}

static void start_all(unsigned t)
{
	cast_rooms(&c, tf_keygen_sizes(c.env[0].pr, (uint16_t)c.n));
	for (unsigned i = 0; i < c.n; i++) {
		CHECK_OK(start(i, t));
		c.run[i] = &kg[i].r;
	}
}

/* Every subset of t shares interpolates to the same secret, and that times G is Y. */
static void check_keys(unsigned t)
{
	const tf_key *k0 = tf_keygen_key(&kg[0]);

	CHECK(k0 != NULL);
	for (unsigned mask = 1; mask < 1u << c.n; mask++) {
		uint16_t set[TF_PARTIES_MAX];
		tf_sc_sec x = { { { 0 } } };
		size_t n = 0;
		tf_pt Y;

		for (unsigned i = 0; i < c.n; i++)
			if (mask >> i & 1)
				set[n++] = c.env[0].party[i].share_index;
		if (n != t)
			continue;
		for (unsigned i = 0; i < c.n; i++) {
			tf_sc l;

			if (!(mask >> i & 1))
				continue;
			CHECK_OK(tf_lagrange(&l, c.g, c.env[0].party[i].share_index, set, n));
			tf_sc_mul(c.g, &l, &l, &tf_keygen_key(&kg[i])->x.s);
			tf_sc_add(c.g, &x.s, &x.s, &l);
		}
		CHECK_OK(tf_pt_mul_base(c.g, &Y, &x));
		CHECK(tf_pt_eq(c.g, &Y, &k0->sharing.Y));
	}
	for (unsigned i = 0; i < c.n; i++) {
		const tf_key *k = tf_keygen_key(&kg[i]);
		uint8_t a[32], b[32];
		tf_pt W;

		CHECK_OK(tf_sharing_encode(NULL, NULL, a, &k0->sharing, c.g, scratch()));
		CHECK_OK(tf_sharing_encode(NULL, NULL, b, &k->sharing, c.g, scratch()));
		CHECK(memcmp(a, b, 32) == 0);
		CHECK_OK(tf_pt_mul_base(c.g, &W, &k->x));
		CHECK(tf_pt_eq(c.g, &W, &tf_sharing_seat(&k->sharing, k->index)->W));
		CHECK_OK(tf_sharing_check(&k->sharing, c.g, scratch()));
	}
}

static void honest(unsigned n, unsigned t, uint64_t shuffle)
{
	cast_init(&c, n, &tf_profile_small, TF_CURVE_SECP256K1);
	c.shuffle = shuffle;
	start_all(t);
	cast_run(&c);
	cast_check_done(&c);
	check_keys(t);
	for (unsigned i = 0; i < n; i++)
		CHECK(c.mem[i].peak < c.mem[i].cap && c.out_mem[i].peak < c.out_mem[i].cap);
	CHECK(c.longest <= tf_keygen_sizes(c.env[0].pr, (uint16_t)n).message);
	cast_free(&c);
}

TEST(keygen_makes_a_key_in_every_size)
{
	for (unsigned n = 2; n <= 5; n++)
		for (unsigned t = 2; t <= n; t++)
			honest(n, t, 0);
}

TEST(keygen_in_any_order_of_arrival)
{
	for (uint64_t seed = 1; seed <= 20; seed++)
		honest(3, 2 + (unsigned)seed % 2, seed);
}

TEST(keygen_of_sixteen)
{
	honest(16, 11, 0);
}

TEST(keygen_with_arbitrary_share_indices)
{
	static const uint16_t index[4] = { 2, 7, 500, 65535 };

	cast_init(&c, 4, &tf_profile_small, TF_CURVE_SECP256K1);
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++)
			c.env[i].party[j].share_index = index[j];
	start_all(3);
	cast_run(&c);
	cast_check_done(&c);
	check_keys(3);
	cast_free(&c);
}

static const uint8_t *find_identity(void *ctx, const char *device)
{
	const cast *k = ctx;

	for (unsigned i = 0; i < k->n; i++)
		if (strcmp(k->env[0].party[i].device, device) == 0)
			return k->env[0].party[i].identity;
	return NULL;
}

static const uint8_t *find_wrong(void *ctx, const char *device)
{
	return strcmp(device, "device-2") == 0 ? find_identity(ctx, "device-1")
	                                       : find_identity(ctx, device);
}

static const uint8_t *find_nobody(void *ctx, const char *device)
{
	return strcmp(device, "device-2") == 0 ? NULL : find_identity(ctx, device);
}

TEST(keygen_persists_pending_before_the_acknowledgement_and_committed_before_done)
{
	static tf_key key;
	static tf_sharing sharing;

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	start_all(2);
	cast_run(&c);
	cast_check_done(&c);
	CHECK(c.records == 6);
	for (size_t k = 0; k < c.records; k++) {
		cast_record *r = &c.record[k];
		const tf_key *want = tf_keygen_key(&kg[r->by - 1]);
		tf_blob cert;

		CHECK(r->type == TF_REC_KEY_SHARE && r->key_len == 32);
		CHECK(memcmp(r->key, c.env[0].sid, 32) == 0);
		CHECK_OK(tf_key_decode(&key, &cert, c.g, r->bytes, r->len, scratch()));
		CHECK(tf_ct_reveal(tf_sc_eq(&key.x.s, &want->x.s)) && key.index == want->index);
		CHECK(tf_pt_eq(c.g, &key.sharing.Y, &want->sharing.Y));
		CHECK(strcmp(key.sharing.workspace, "test") == 0 && key.sharing.epoch == 1);
		CHECK(key.state == (k < 3 ? TF_SHARE_PENDING : TF_SHARE_COMMITTED));
		/* a pending record has one signature only; nobody else may trust it */
		CHECK_ERR(tf_sharing_open(&sharing, c.g, cert.p, cert.len, find_identity, &c,
		                          scratch()), k < 3 ? TF_E_TRUST : TF_OK);
		CHECK_ERR(tf_sharing_open(&sharing, c.g, cert.p, cert.len, find_wrong, &c,
		                          scratch()), TF_E_TRUST);
		CHECK_ERR(tf_sharing_open(&sharing, c.g, cert.p, cert.len, find_nobody, &c,
		                          scratch()), TF_E_TRUST);
		for (size_t at = 0; k < 3 && at <= r->sent; at++) /* the first ack comes next */
			CHECK((c.mail[at].from == r->by &&
			       cast_is(&c.mail[at], TF_MSG_KEYGEN_ACK, NULL)) == (at == r->sent));
		for (size_t at = 0; k == 0 && at < r->len; at++) { /* no other share, ever */
			r->bytes[at] ^= 1;
			if (tf_key_decode(&key, NULL, c.g, r->bytes, r->len, scratch()) == TF_OK)
				CHECK(tf_ct_reveal(tf_sc_eq(&key.x.s, &want->x.s)));
			r->bytes[at] ^= 1;
		}
	}
	cast_free(&c);
}

TEST(keygen_weights_add_up_for_every_signing_set)
{
	cast_init(&c, 4, &tf_profile_small, TF_CURVE_SECP256K1);
	start_all(2);
	cast_run(&c);
	cast_check_done(&c);
	for (unsigned mask = 1; mask < 16; mask++) {
		tf_party_env set = c.env[0];
		tf_sc_sec sum = { { { 0 } } };
		unsigned who[4], n = 0;
		tf_weights w;
		tf_pt Y;

		for (unsigned i = 0; i < 4; i++)
			if (mask >> i & 1) {
				set.party[n] = c.env[0].party[i];
				who[n++] = i;
			}
		set.n = (uint16_t)n;
		for (unsigned i = 0; i < n; i++) {
			set.self = (uint16_t)(i + 1);
			set.signer = &c.signer[who[i]];
			CHECK_ERR(tf_key_weigh(&w, tf_keygen_key(&kg[who[i]]), &set),
			          n < 2 ? TF_E_USAGE : TF_OK);
			if (n < 2)
				continue;
			tf_sc_add(c.g, &sum.s, &sum.s, &w.w.s);
			CHECK_OK(tf_pt_mul_base(c.g, &Y, &w.w));
			CHECK(tf_pt_eq(c.g, &Y, &w.W[i]));
			/* somebody else's key */
			CHECK_ERR(tf_key_weigh(&w, tf_keygen_key(&kg[who[(i + 1) % n]]), &set),
			          TF_E_USAGE);
		}
		if (n < 2)
			continue;
		CHECK_OK(tf_pt_mul_base(c.g, &Y, &sum));
		CHECK(tf_pt_eq(c.g, &Y, &tf_keygen_key(&kg[0])->sharing.Y));
	}
	cast_free(&c);
}

TEST(keygen_refuses_runs_that_cannot_be)
{
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	CHECK_ERR(start(0, 0), TF_E_USAGE);
	CHECK_ERR(start(0, 1), TF_E_USAGE); /* everybody would have the key */
	CHECK_ERR(start(0, 4), TF_E_USAGE);
	c.env[0].party[2].share_index = 2; /* twice */
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].party[2].share_index = 0;
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].party[2].share_index = 3;
	c.env[0].self = 4;
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].self = 2; /* not our key */
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].self = 1;
	memcpy(c.env[0].party[1].identity, c.env[0].party[2].identity, 32);
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	CHECK(c.out[0].count == 0);
	cast_free(&c);
	/* share indices 13 and 14 are 0 and 1 modulo 13 */
	cast_init(&c, 2, &tf_profile_small, TF_CURVE_TINY13);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 2));
	c.env[0].party[1].share_index = 13;
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].party[1].share_index = 14;
	CHECK_ERR(start(0, 2), TF_E_USAGE);
	c.env[0].party[1].share_index = 15;
	CHECK_OK(start(0, 2));
	cast_free(&c);
}

TEST(keygen_without_memory_or_randomness_blames_nobody)
{
	tf_run_sizes sizes = tf_keygen_sizes(&tf_profile_small, 3);

	for (size_t mem = 0; mem < sizes.mem; mem += 1 + sizes.mem / 97) {
		bool started = true;

		cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
		cast_rooms(&c, sizes);
		tf_arena_init(&c.mem[1], c.mem[1].base, mem);
		for (unsigned i = 0; i < 3; i++) {
			started = start(i, 2) == TF_OK && started;
			c.run[i] = &kg[i].r;
		}
		if (started) {
			cast_run(&c);
			for (unsigned i = 0; i < 3; i++)
				CHECK(c.err[i] == TF_OK || (c.fault[i].party == TF_PARTY_NONE &&
				      (c.err[i] == TF_E_CAPACITY || c.err[i] == TF_E_STATE)));
		}
		cast_free(&c);
	}
}

/* ---- cheating ---- */

typedef struct cheat {
	const tf_wire_type *type;
	void (*fn)(const cast *c, void *m, void *ctx);
	tf_check check;
	bool to_all;   /* every copy, or only what party 1 gets */
} cheat;

static const cheat *now;

static bool rewrite(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, now->type->type, NULL) &&
	    (now->to_all || mail->to == 1))
		cast_rewrite(k, mail, now->type, now->fn, NULL);
	return true;
}

static void add_G(const cast *k, tf_pt *p)
{
	CHECK_OK(tf_pt_add(k->g, p, p, tf_group_base(k->g)));
}

static void other_V(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r1 *)m)->V[0] ^= 1;
}

static void other_rid(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r2 *)m)->rid[31] ^= 1;
}

static void other_cc(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r2 *)m)->cc[0] ^= 1;
}

static void other_u(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r2 *)m)->u[7] ^= 1;
}

static void other_A(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_G(k, &((tf_msg_keygen_r2 *)m)->A);
}

static void rogue_key(const cast *k, void *m, void *ctx)
{
	(void)ctx;
	add_G(k, &((tf_msg_keygen_r2 *)m)->F[0]);
}

static void shorter(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r2 *)m)->F_n--;
}

static void longer(const cast *k, void *m, void *ctx)
{
	static tf_pt F[TF_PARTIES_MAX];
	tf_msg_keygen_r2 *r = m;

	(void)ctx;
	memcpy(F, r->F, r->F_n * sizeof(*F));
	F[r->F_n++] = *tf_group_base(k->g);
	r->F = F;
}

static void wrong_share(const cast *k, void *m, void *ctx)
{
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, &((tf_msg_keygen_share *)m)->f.s, &((tf_msg_keygen_share *)m)->f.s, &one);
}

static void wrong_proof(const cast *k, void *m, void *ctx)
{
	tf_sc one;

	(void)ctx;
	tf_sc_set_u64(k->g, &one, 1);
	tf_sc_add(k->g, &((tf_msg_keygen_r3 *)m)->psi.z, &((tf_msg_keygen_r3 *)m)->psi.z, &one);
}

static void other_result(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_ack *)m)->certificate[3] ^= 1;
}

static void other_signature(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_ack *)m)->signature[9] ^= 1;
}

static void run_cheat(const cheat *ch)
{
	now = ch;
	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	c.rewrite = rewrite;
	start_all(2);
	cast_run(&c);
}

TEST(keygen_names_the_cheat_and_the_check)
{
	static const cheat all[] = {
		{ &tf_msg_keygen_r1_wire, other_V, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, other_rid, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, other_cc, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, other_u, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, other_A, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, rogue_key, TF_CK_KEYGEN_COMMITMENT, true },
		{ &tf_msg_keygen_r2_wire, shorter, TF_CK_KEYGEN_DEGREE, true },
		{ &tf_msg_keygen_r2_wire, longer, TF_CK_KEYGEN_DEGREE, true },
		{ &tf_msg_keygen_share_wire, wrong_share, TF_CK_KEYGEN_SHARE, true },
		{ &tf_msg_keygen_r3_wire, wrong_proof, TF_CK_SCH_EQUATION, true },
		{ &tf_msg_keygen_ack_wire, other_result, TF_CK_KEYGEN_RESULT, true },
		{ &tf_msg_keygen_ack_wire, other_signature, TF_CK_KEYGEN_ACK, true },
	};

	for (unsigned k = 0; k < TF_ARRAY_LEN(all); k++) {
		tf_blob evidence[2];

		run_cheat(&all[k]);
		cast_check_blame(&c, 3, all[k].check);
		CHECK(tf_rounds_evidence(evidence, c.run[0]) >= 1);
		cast_free(&c);
	}
}

/* A dealer commits to a polynomial whose constant or leading coefficient is O. Its own machine
 * would not: a first run shows what it opens, in a second one the commitment is made to fit. */
static tf_msg_keygen_r2 opened;
static tf_pt opened_F[TF_PARTIES_MAX];
static unsigned zeroed;

static void capture(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	opened = *(tf_msg_keygen_r2 *)m;
	memcpy(opened_F, opened.F, opened.F_n * sizeof(*opened_F));
	opened.F = opened_F;
}

static void fitting_V(const cast *k, void *m, void *ctx)
{
	uint8_t buf[2048];
	tf_tr t;

	(void)ctx;
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_open(&t);
	tf_tr_bytes(&t, k->env[0].sid, 32);
	tf_tr_str(&t, "secp256k1");
	tf_tr_u64(&t, 3);
	tf_tr_u64(&t, opened.F_n);
	tf_tr_open(&t);
	for (unsigned i = 1; i <= 3; i++)
		tf_tr_u64(&t, i);
	tf_tr_close(&t);
	tf_tr_close(&t);
	tf_tr_u64(&t, 3);
	tf_tr_bytes(&t, opened.rid, 32);
	tf_tr_bytes(&t, opened.cc, 32);
	tf_tr_open(&t);
	for (unsigned i = 0; i < opened.F_n; i++)
		tf_tr_pt(&t, k->g, &opened_F[i]);
	tf_tr_close(&t);
	tf_tr_pt(&t, k->g, &opened.A);
	tf_tr_bytes(&t, opened.u, 32);
	CHECK_OK(tf_tr_hash(((tf_msg_keygen_r1 *)m)->V, &t, "dkg-commit"));
}

static void fitting_F(const cast *k, void *m, void *ctx)
{
	(void)k;
	(void)ctx;
	((tf_msg_keygen_r2 *)m)->F[zeroed] = opened_F[zeroed];
}

static bool rewrite_both(cast *k, cast_mail *mail)
{
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R1, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r1_wire, fitting_V, NULL);
	if (mail->from == 3 && cast_is(mail, TF_MSG_KEYGEN_R2, NULL))
		cast_rewrite(k, mail, &tf_msg_keygen_r2_wire, fitting_F, NULL);
	return true;
}

static void zero_coefficient(unsigned which, unsigned t, tf_check check)
{
	static const cheat look = { &tf_msg_keygen_r2_wire, capture, TF_CK_NONE, true };
	uint8_t zero[TF_PT_BYTES] = { 0 };

	now = &look;
	for (unsigned turn = 0; turn < 2; turn++) {
		cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
		c.rewrite = turn == 0 ? rewrite : rewrite_both;
		start_all(t);
		cast_run(&c);
		if (turn == 1) {
			cast_check_blame(&c, 3, check);
		} else {
			cast_check_done(&c);
			zeroed = which;
			CHECK_OK(tf_pt_decode(c.g, &opened_F[which], zero));
		}
		cast_free(&c);
	}
}

TEST(keygen_refuses_zero_coefficients)
{
	zero_coefficient(0, 2, TF_CK_KEYGEN_CONSTANT);
	zero_coefficient(0, 3, TF_CK_KEYGEN_CONSTANT);
	zero_coefficient(1, 2, TF_CK_KEYGEN_LEADING);
}

/* ---- every polynomial of a tiny group ---- */

/* First the given coefficients, as tf_sc_random reads them, then the tape. */
typedef struct script {
	tf_rng then;
	uint8_t coefficient[2];
	unsigned at;
} script;

static tf_err script_fill(void *ctx, uint8_t *out, size_t len)
{
	script *s = ctx;

	if (s->at == TF_ARRAY_LEN(s->coefficient))
		return s->then.fill(s->then.ctx, out, len);
	memset(out, 0, len);
	out[len - 1] = s->coefficient[s->at++];
	return TF_OK;
}

/* f(x) = a + bx over both parties, x = 1, 2; whatever the protocol says must be what plain
 * arithmetic modulo 13 says. */
static void tiny_run(unsigned a1, unsigned b1, unsigned a2, unsigned b2)
{
	unsigned y = (a1 + a2) % 13, b = (b1 + b2) % 13;
	unsigned x[2] = { (y + b) % 13, (y + 2 * b) % 13 };
	script sc[2] = { { .coefficient = { (uint8_t)a1, (uint8_t)b1 } },
	                 { .coefficient = { (uint8_t)a2, (uint8_t)b2 } } };
	tf_rng rng[2];

	for (unsigned i = 0; i < 2; i++) {
		tf_outbox_reset(&c.out[i]);
		sc[i].then = c.rng[i];
		rng[i] = (tf_rng){ script_fill, &sc[i] };
		c.env[i].rng = &rng[i];
		CHECK_OK(start(i, 2));
		c.run[i] = &kg[i].r;
		c.err[i] = TF_OK;
		c.done[i] = 0;
	}
	cast_run(&c);
	for (unsigned i = 0; i < 2; i++) {
		unsigned other = x[1 - i];

		if (y == 0) { /* nobody is to blame */
			CHECK(c.err[i] == TF_E_PROOF && c.fault[i].check == TF_CK_KEYGEN_KEY);
			CHECK(c.fault[i].party == TF_PARTY_NONE);
		} else if (other == 0) { /* never in a large group: a share that is 0 */
			CHECK(c.err[i] == TF_E_PROOF && c.fault[i].check == TF_CK_SCH_X);
		} else if (x[i] != 0) {
			const tf_key *k = tf_keygen_key(&kg[i]);
			tf_sc want;
			tf_pt Y;

			CHECK(k != NULL && k->x.s.d[0] == x[i]);
			tf_sc_set_u64(c.g, &want, y);
			CHECK_OK(tf_pt_mul_base_vt(c.g, &Y, &want));
			CHECK(tf_pt_eq(c.g, &Y, &k->sharing.Y));
		}
		tf_keygen_wipe(&kg[i]);
	}
}

TEST_SLOW(keygen_over_every_pair_of_lines_modulo_13, 300)
{
	for (unsigned a1 = 1; a1 < 13; a1++)
		for (unsigned b1 = 1; b1 < 13; b1++) {
			cast_init(&c, 2, &tf_profile_small, TF_CURVE_TINY13);
			cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 2));
			for (unsigned a2 = 1; a2 < 13; a2++)
				tiny_run(a1, b1, a2, 1 + (a1 + b1 * a2) % 12);
			cast_free(&c);
		}
}
