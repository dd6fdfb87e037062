/* A crash before, between and after all effects of every party, in all four protocols.
 *
 * An honest life goes on in order; at each point where a party could die, a process forks off in
 * which it does: what it has not sent is never sent, what it has not persisted is lost, its memory
 * (machines, presignatures) is gone. The others go as far as they can. Then it restarts with its
 * disk, and the coordinator tries again until there is a signature. What must hold:
 *
 *   no party's share leaves twice from one presignature
 *   one request is bound to one digest at every party whose share has left
 *   nobody is named
 *   key generation leaves everybody with the same committed key, or is done again from nothing
 *
 * What a co-signer binds durably (request -> digest) before it starts is modelled here by a map,
 * and is a point to die at like every effect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "sim/sim.h"

#define NOBODY_DIED 99u

/* The one request of a life, and what every disk says of it. */
static bool bound[SIM_N];
static uint8_t bound_to[SIM_N][32];

static unsigned points, died = NOBODY_DIED, deaths, finished, every;
static bool forking;

static bool all(void)
{
	const char *s = getenv("TREFOIL_SIM");

	return s && strcmp(s, "all") == 0;
}

/* The parent goes on; in the child this party dies here. */
static bool die_here(unsigned party)
{
	int status = 0;
	pid_t pid;

	if (!forking || points++ % every != 0)
		return false;
	fflush(NULL);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		forking = false;
		died = party;
		return true;
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) < 100)
		tf_test_fail(__FILE__, __LINE__, "party %u dies at point %u", party + 1,
		             points - 1);
	deaths++;
	finished += WEXITSTATUS(status) == 101;
	return false;
}

static void at_effect(sim *s, unsigned party, size_t k)
{
	if (s->c.out[party].count == 0 || !die_here(party))
		return;
	s->c.out[party].count = k; /* the rest never happens */
	s->c.silent[party] = true;
}

/* A co-signer's durable answer to "may this request have this digest?" */
static bool bind(unsigned party, const uint8_t digest[static 32])
{
	if (bound[party])
		return memcmp(bound_to[party], digest, 32) == 0;
	bound[party] = true;
	memcpy(bound_to[party], digest, 32);
	return true;
}

/* ---- invariants ---- */

static bool is_burnt(const sim *s, const uint8_t id[static 32])
{
	for (size_t k = 0; k < s->c.burns; k++)
		if (memcmp(s->c.burnt[k], id, 32) == 0)
			return true;
	return false;
}

static void check_uses(const sim *s)
{
	for (size_t a = 0; a < s->uses; a++) {
		const sim_use *u = &s->use[a];

		if (!u->left)
			continue;
		CHECK(is_burnt(s, u->presig));
		CHECK(bound[u->party] && memcmp(bound_to[u->party], u->digest, 32) == 0);
		for (size_t b = 0; b < a; b++) {
			const sim_use *v = &s->use[b];
			bool same = memcmp(u->presig, v->presig, 32) == 0;

			CHECK(!v->left || memcmp(u->digest, v->digest, 32) == 0);
			CHECK(!v->left || v->party != u->party || !same);
		}
	}
}

/* ---- one attempt at a phase ---- */

static void attempt(sim *s, sim_phase phase)
{
	sim_open(s, phase);
	for (unsigned i = 0; i < SIM_N; i++) {
		if (phase == SIM_SIGN && die_here(i)) {
			s->c.silent[i] = true;
			continue;
		}
		if (phase == SIM_SIGN) {
			CHECK(bind(i, s->digest[i]));
			if (die_here(i)) {
				s->c.silent[i] = true;
				continue;
			}
		}
		sim_start(s, i);
	}
	while (sim_deliver(s))
		continue;
	sim_check_nobody_named(s);
}

static bool everybody_done(const sim *s)
{
	for (unsigned i = 0; i < SIM_N; i++)
		if (!s->c.run[i] || tf_rounds_state(s->c.run[i]) != TF_RUN_DONE ||
		    s->c.done[i] == 0)
			return false;
	return true;
}

/* ---- after a death ---- */

/* The session ends everywhere; the dead party has only its disk; the presignatures that it lacks
 * are destroyed by the others. */
static void restart(sim *s)
{
	for (unsigned i = 0; i < SIM_N; i++) {
		tf_keygen_wipe(&s->keygen[i]);
		tf_auxinfo_wipe(&s->aux[i]);
		tf_presign_wipe(&s->presign[i]);
		tf_signing_wipe(&s->signing[i]);
		for (unsigned b = 0; b < SIM_BATCH; b++)
			tf_presig_wipe(&s->presig[i][b]);
		s->c.run[i] = NULL;
	}
	tf_key_wipe(&s->key[died]);
	memset(s->peer[died], 0, sizeof(s->peer[died]));
	died = NOBODY_DIED;
}

static const uint8_t *identity(void *ctx, const char *device)
{
	const sim *s = ctx;

	for (unsigned i = 0; i < SIM_N; i++)
		if (strcmp(device, s->c.env[0].party[i].device) == 0)
			return s->c.env[0].party[i].identity;
	return NULL;
}

/* A party that has only its pending share is given the certificate that all have signed. */
static void hand_certificate(sim *s, unsigned from, unsigned to)
{
	const cast_record *r = sim_disk(s, from, TF_REC_KEY_SHARE, NULL, 0);
	const cast_record *own = sim_disk(s, to, TF_REC_KEY_SHARE, NULL, 0);
	cast_record *made = &s->c.record[s->c.records++];
	static uint8_t record[1 << 15];
	tf_blob certificate;
	tf_sharing sharing;
	tf_fault fault;
	tf_key key;
	size_t len;

	/* whoever has acknowledged has its share: that is what the acknowledgement says */
	CHECK(r != NULL && own != NULL && s->c.records <= TF_ARRAY_LEN(s->c.record));
	CHECK_OK(tf_key_decode(&key, &certificate, s->c.g, r->bytes, r->len, sim_scratch()));
	CHECK_OK(tf_sharing_open(&sharing, s->c.g, certificate.p, certificate.len, identity, s,
	                         sim_scratch()));
	CHECK_ERR(tf_key_complete(record, sizeof(record), &len, &sharing, certificate,
	                          (tf_blob){ r->bytes, r->len }, s->c.g, sim_scratch(), &fault),
	          TF_E_STATE); /* is committed already */
	CHECK_OK(tf_key_complete(record, sizeof(record), &len, &sharing, certificate,
	                         (tf_blob){ own->bytes, own->len }, s->c.g, sim_scratch(), &fault));
	*made = (cast_record){ .by = to + 1, .type = TF_REC_KEY_SHARE, .key_len = 32, .len = len,
	                       .bytes = malloc(len) };
	CHECK(made->bytes != NULL);
	memcpy(made->bytes, record, len);
	memcpy(made->key, sharing.sharing, 32);
}

/* Everybody has the same committed key; where nobody has, it is made anew. */
static void settle_key(sim *s)
{
	unsigned committed = 0, who = 0;

	for (unsigned i = 0; i < SIM_N; i++)
		if (sim_load_key(s, i)) {
			committed++;
			who = i;
		}
	if (committed == 0) {
		attempt(s, SIM_KEYGEN);
		CHECK(everybody_done(s));
	}
	for (unsigned i = 0; committed > 0 && i < SIM_N; i++)
		if (!sim_load_key(s, i))
			hand_certificate(s, who, i);
	for (unsigned i = 0; i < SIM_N; i++) {
		CHECK(sim_load_key(s, i));
		CHECK_OK(tf_sharing_check(&s->key[i].sharing, s->c.g, sim_scratch()));
		CHECK(tf_pt_eq(s->c.g, &s->key[i].sharing.Y, &s->key[0].sharing.Y));
	}
}

static void settle_peers(sim *s)
{
	bool known = true;

	for (unsigned i = 0; i < SIM_N; i++)
		known = sim_load_peers(s, i) && known;
	if (!known) {
		attempt(s, SIM_INTRODUCE);
		sim_take(s);
	}
}

/* With a new presignature, the same request to the end. A second digest gets no signature: a party
 * whose share has left, if there is one, refuses it. */
static void finish(sim *s)
{
	uint8_t other[32];
	bool left = false, refused = false;

	memset(other, 0x7d, sizeof(other));
	for (size_t u = 0; u < s->uses; u++)
		left = left || s->use[u].left;
	for (unsigned i = 0; i < SIM_N; i++)
		refused = refused || (bound[i] && !bind(i, other));
	CHECK(!left || refused);
	attempt(s, SIM_PRESIGN);
	sim_take(s);
	attempt(s, SIM_SIGN);
	sim_take(s);
	check_uses(s);
}

/* Does somebody have the signature already? Then the transaction is through. */
static bool has_signature(sim *s)
{
	bool has = false;

	for (unsigned i = 0; s->phase == SIM_SIGN && i < SIM_N; i++)
		if (s->c.run[i] && tf_rounds_state(s->c.run[i]) == TF_RUN_DONE &&
		    !s->c.silent[i]) {
			sim_check_result(s, i);
			has = true;
		}
	return has;
}

/* In the child: what the dead party and the others make of it. */
static void live_on(sim *s)
{
	sim_phase phase = s->phase;

	check_uses(s);
	if (has_signature(s))
		tf_test_leave(100);
	/* what was used stays used, in whatever memory it is left */
	for (unsigned i = 0; phase == SIM_SIGN && i < SIM_N; i++)
		if (s->c.run[i])
			CHECK(s->presig[i][0].ready == 0);
	restart(s);
	settle_key(s);
	if (phase == SIM_KEYGEN && !all() && points % 14 != 1)
		tf_test_leave(100);
	settle_peers(s);
	if (phase == SIM_INTRODUCE && !all() && points % 6 != 1)
		tf_test_leave(100);
	finish(s);
	tf_test_leave(101);
}

/* ---- a life in which one phase has its deaths ---- */

static void life(sim_phase deadly, unsigned sample, unsigned least)
{
	sim *s = sim_new(tf_test_seed());

	s->batch = 1;
	s->at_effect = at_effect;
	every = all() ? 1 : sample;
	memset(s->digest, 0x71, sizeof(s->digest));
	for (sim_phase phase = SIM_KEYGEN; phase <= deadly; phase++) {
		forking = phase == deadly;
		attempt(s, phase);
		if (died != NOBODY_DIED)
			live_on(s);
		sim_take(s);
	}
	check_uses(s);
	CHECK(points >= least && deaths == (points + every - 1) / every);
	printf("crashes: %u points, %u of them tried, %u went on to a signature by retry\n", points,
	       deaths, finished);
	sim_free(s);
}

TEST_SLOW(a_crash_at_every_effect_of_key_generation, 1800)
{
	life(SIM_KEYGEN, 1, 40);
}

TEST_SLOW(a_crash_at_every_effect_of_introductions, 1800)
{
	life(SIM_INTRODUCE, 4, 40);
}

TEST_SLOW(a_crash_at_every_effect_of_presigning, 1800)
{
	life(SIM_PRESIGN, 4, 40);
}

TEST_SLOW(a_crash_at_every_effect_of_signing, 1800)
{
	life(SIM_SIGN, 1, 20);
	CHECK(finished > 0 && finished < deaths);
}
