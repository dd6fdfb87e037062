/* Tables that presignings are lent. */
#include <stdlib.h>
#include <string.h>

#include "lib/stage_test.h"

static stage s;

static tf_bytes peer_record(unsigned i, unsigned j)
{
	return stage_record_find(&s, i, TF_RECORD_PEER, s.name[j], strlen(s.name[j]));
}

static tf_bytes own_record(unsigned i)
{
	return (tf_bytes){ s.moduli[i], s.moduli_len[i] };
}

/* What device i makes of device j, in memory that begins anywhere. */
static tf_tables *make(unsigned i, unsigned j, tf_memory *mem)
{
	const tf_clique *c = &s.clique[i];
	tf_tables *t = NULL;

	mem->len = tf_tables_room(STAGE_SMALL);
	mem->p = malloc(mem->len);
	CHECK(mem->p != NULL);
	if (i == j)
		CHECK_OK(tf_tables_make_own(&t, *mem, STAGE_SMALL, own_record(i), &c->random,
		                            c->kernel, stage_scratch()));
	else
		CHECK_OK(tf_tables_make_peer(&t, *mem, STAGE_SMALL, peer_record(i, j), &c->random,
		                             c->kernel, stage_scratch()));
	return t;
}

TEST_SLOW(presigning_with_tables_makes_what_signs, 300)
{
	static const uint8_t digest[32] = { 0xd1, 6 };
	tf_memory mem[2][2];
	tf_tables *t[2][2];
	tf_bytes theirs;

	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_keygen(&s, 2);
	stage_introduce(&s);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned j = 0; j < 2; j++) {
			t[i][j] = make(i, j, &mem[i][j]);
			s.tables[i][j] = t[i][j];
		}
	for (unsigned run = 0; run < 2; run++) { /* used again */
		stage_presign(&s, 2, run == 0);
		stage_begin_sign(&s, 1, "m/1", digest);
		stage_run(&s);
		stage_check_done(&s);
	}
	s.tables[0][1] = t[1][0]; /* of another's moduli */
	s.tables[0][0] = NULL;
	CHECK_ERR(stage_try_presign(&s, 0), TF_E_USAGE);
	s.tables[0][1] = t[0][0]; /* of the own, in a peer's place */
	CHECK_ERR(stage_try_presign(&s, 0), TF_E_USAGE);
	s.tables[0][1] = t[0][1];
	CHECK_OK(stage_try_presign(&s, 0));
	tf_machine_wipe(s.m[0]);
	theirs = peer_record(0, 1); /* in the own place, with the tables made of it */
	memcpy(s.moduli[0], theirs.p, theirs.len);
	s.moduli_len[0] = theirs.len;
	s.tables[0][0] = t[0][1];
	CHECK(tf_err_get_kind(stage_try_presign(&s, 0)) == TF_KIND_ENCODING);
	for (unsigned k = 0; k < 4; k++) {
		tf_memory *m = &mem[k / 2][k % 2];

		tf_tables_wipe(t[k / 2][k % 2]);
		for (size_t at = 64; at + 64 < m->len; at++) /* where it had to begin */
			CHECK(((const uint8_t *)m->p)[at] == 0);
		free(m->p);
	}
	tf_tables_wipe(NULL);
	stage_free(&s);
}

TEST(tables_that_cannot_be)
{
	size_t most = tf_tables_room(STAGE_SMALL);
	tf_memory mem = { malloc(most), most }, little = mem;
	tf_random random, none = { NULL, NULL };
	tf_tables *t = NULL;
	tf_bytes own, peer, bad;

	CHECK(mem.p != NULL);
	stage_init(&s, 2, TF_ALG_ECDSA_SECP256K1);
	stage_introduce(&s);
	own = own_record(0);
	peer = peer_record(0, 1);
	random = s.clique[0].random;
	bad = own;
	CHECK_ERR(tf_tables_make_own(&t, (tf_memory){ NULL, mem.len }, STAGE_SMALL, own, &random,
	                             TF_USE_PORTABLE, stage_scratch()), TF_E_CAPACITY);
	CHECK_ERR(tf_tables_make_own(NULL, mem, STAGE_SMALL, own, &random, TF_USE_PORTABLE,
	                             stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_tables_make_own(&t, mem, (tf_level)3, own, &random, TF_USE_PORTABLE,
	                             stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_tables_make_own(&t, mem, STAGE_SMALL, own, &none, TF_USE_PORTABLE,
	                             stage_scratch()), TF_E_USAGE);
	CHECK_ERR(tf_tables_make_own(&t, mem, STAGE_SMALL, own, &random, (tf_kernel_choice)3,
	                             stage_scratch()), TF_E_USAGE);
	bad.len--;
	CHECK(tf_err_get_kind(tf_tables_make_own(&t, mem, STAGE_SMALL, bad, &random,
	                                         TF_USE_PORTABLE, stage_scratch())) ==
	      TF_KIND_ENCODING);
	CHECK(tf_err_get_kind(tf_tables_make_peer(&t, mem, STAGE_SMALL, own, &random,
	                                          TF_USE_PORTABLE, stage_scratch())) ==
	      TF_KIND_ENCODING);
	for (little.len = 0; little.len < 1024; little.len += 100)
		CHECK_ERR(tf_tables_make_peer(&t, little, STAGE_SMALL, peer, &random,
		                              TF_USE_PORTABLE, stage_scratch()), TF_E_CAPACITY);
	for (size_t lent = 0; lent < 1u << 14; lent += 1000)
		CHECK_ERR(tf_tables_make_peer(&t, mem, STAGE_SMALL, peer, &random, TF_USE_PORTABLE,
		                              (tf_memory){ stage_scratch().p, lent }),
		          TF_E_CAPACITY);
	CHECK(t == NULL);
	free(mem.p);
	stage_free(&s);
}
