/* Made by tools/genwire from wire/settlement.wire; do not edit. */
#include "wire_settlement.h"

#include "wire/version.h"

/* This line does not compile unless src/wire/version.h lists the schema under its version. */
_Static_assert(TF_SCHEMA_f8bffc0cdbea76051f9d48dab4811b88 == 1, "schema and version");

static void put_settlement(tf_wr *w, const tf_wire_env *env, const void *in)
{
	const tf_rec_settlement *m = in;

	(void)env;
	tf_wr_u8(w, m->curve);
	tf_wire_put_string(w, &m->accuser, TF_EVIDENCE_NAME_MAX);
	tf_wire_put_bytes(w, m->identity, 32);
	tf_wire_put_blob(w, &m->certificate, TF_CERTIFICATE_MAX);
	tf_wire_put_blob(w, &m->abort, TF_ABORT_MAX);
}

static void get_settlement(tf_rd *r, void *out, const tf_wire_env *env, tf_arena *mem)
{
	tf_rec_settlement *m = out;

	(void)env;
	(void)mem;
	m->curve = tf_rd_u8(r);
	tf_wire_get_string(r, mem, &m->accuser, TF_EVIDENCE_NAME_MAX);
	tf_wire_get_bytes(r, m->identity, 32);
	tf_wire_get_blob(r, &m->certificate, TF_CERTIFICATE_MAX);
	tf_wire_get_blob(r, &m->abort, TF_ABORT_MAX);
}

static void print_settlement(tf_wire_text *t, const tf_wire_env *env, const void *in)
{
	const tf_rec_settlement *m = in;

	(void)env;
	(void)m;
	tf_wire_say_uint(t, "curve", m->curve);
	tf_wire_say_string(t, "accuser", &m->accuser);
	tf_wire_say_bytes(t, "identity", m->identity, 32);
	tf_wire_say_blob(t, "certificate", &m->certificate);
	tf_wire_say_blob(t, "abort", &m->abort);
}

static size_t length_settlement(const tf_wire_env *env, tf_wire_bound bound)
{
	size_t len = 0;

	(void)env;
	(void)bound;
	len += 1;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_EVIDENCE_NAME_MAX);
	len += 32;
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_CERTIFICATE_MAX);
	len += bound == TF_WIRE_LEAST ? 4 :
		4 + (size_t)(TF_ABORT_MAX);
	return len;
}

const tf_wire_type tf_rec_settlement_wire = {
	.type = 0x0b03, .version = TF_WIRE_SETTLEMENT_VERSION, .name = "rec_settlement",
	.size = sizeof(tf_rec_settlement), .length = length_settlement, .put = put_settlement,
	.get = get_settlement, .print = print_settlement,
};

const tf_wire_type *const tf_wire_settlement_types[TF_WIRE_SETTLEMENT_TYPES] = {
	&tf_rec_settlement_wire,
};
