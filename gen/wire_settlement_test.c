/* Made by tools/genwire from wire/settlement.wire; do not edit. */
#include "wire_settlement.h"

#include "wire/make_test.h"

extern const tf_wire_maker tf_rec_settlement_maker;

static void make_settlement(const tf_rng *rng, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_settlement *m = out;

	(void)env;
	(void)mem;
	tf_make_u8(rng, &m->curve);
	tf_make_string(rng, mem, &m->accuser, TF_EVIDENCE_NAME_MAX);
	tf_make_bytes(rng, m->identity, 32);
	tf_make_blob(rng, mem, &m->certificate, TF_CERTIFICATE_MAX);
	tf_make_blob(rng, mem, &m->abort, TF_ABORT_MAX);
}

const tf_wire_maker tf_rec_settlement_maker = { &tf_rec_settlement_wire, make_settlement };

const tf_wire_maker *const tf_wire_settlement_makers[TF_WIRE_SETTLEMENT_TYPES] = {
	&tf_rec_settlement_maker,
};
