/* Made by tools/genwire from wire/attempt.wire; do not edit. */
#include "wire_attempt.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_attempt_voter_maker;
extern const tf_wire_maker tf_rec_attempt_abort_maker;
extern const tf_wire_maker tf_rec_attempt_maker;

static void make_attempt_voter(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_attempt_voter *m = out;

	(void)env;
	(void)mem;
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
}

const tf_wire_maker tf_attempt_voter_maker = { &tf_attempt_voter_wire, make_attempt_voter };

static void make_attempt(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_attempt *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_bytes(rng, m->hash, 32);
	tf_make_u8(rng, &m->state);
	m->voters_n = tf_make_count(rng, tf_wire_max_n(env));
	m->voters = tf_make_list(mem, m->voters_n, sizeof(*m->voters));
	for (uint32_t i = 0; i < m->voters_n; i++) {
		tf_attempt_voter_maker.make(rng, &m->voters[i], env, mem);
	}
	tf_make_blob(rng, mem, &m->certificate, TF_CERTIFICATE_MAX);
	tf_make_blob(rng, mem, &m->abort, TF_ABORT_MAX);
}

const tf_wire_maker tf_rec_attempt_maker = { &tf_rec_attempt_wire, make_attempt };

static void make_attempt_abort(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_attempt_abort *m = out;

	(void)env;
	(void)mem;
	tf_make_bytes(rng, m->sharing, 32);
	tf_make_u32(rng, &m->epoch);
	tf_make_bytes(rng, m->hash, 32);
	tf_make_string(rng, mem, &m->device, TF_DEVICE_MAX);
	tf_make_bytes(rng, m->signature, 64);
}

const tf_wire_maker tf_rec_attempt_abort_maker = { &tf_rec_attempt_abort_wire, make_attempt_abort };

const tf_wire_maker *const tf_wire_attempt_makers[TF_WIRE_ATTEMPT_TYPES] = {
	&tf_attempt_voter_maker,
	&tf_rec_attempt_maker,
	&tf_rec_attempt_abort_maker,
};
