/* Made by tools/genwire from wire/proofs.wire; do not edit. */
#ifndef TF_GEN_WIRE_PROOFS_H
#define TF_GEN_WIRE_PROOFS_H

#include "zk/sch.h"
#include "zk/prm.h"
#include "zk/mod.h"
#include "zk/fac.h"
#include "zk/encelg.h"
#include "zk/affg.h"
#include "zk/elog.h"
#include "wire/wire.h"

#define TF_WIRE_PROOFS_VERSION 1u

extern const tf_wire_type tf_zk_sch_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_sch_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_sch_proof *m)
{
	return tf_wire_encode(&tf_zk_sch_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_sch_proof_decode(tf_zk_sch_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_sch_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_prm_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_prm_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_prm_proof *m)
{
	return tf_wire_encode(&tf_zk_prm_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_prm_proof_decode(tf_zk_prm_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_prm_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_mod_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_mod_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_mod_proof *m)
{
	return tf_wire_encode(&tf_zk_mod_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_mod_proof_decode(tf_zk_mod_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_mod_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_fac_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_fac_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_fac_proof *m)
{
	return tf_wire_encode(&tf_zk_fac_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_fac_proof_decode(tf_zk_fac_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_fac_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_encelg_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_encelg_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_encelg_proof *m)
{
	return tf_wire_encode(&tf_zk_encelg_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_encelg_proof_decode(tf_zk_encelg_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_encelg_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_affg_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_affg_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_affg_proof *m)
{
	return tf_wire_encode(&tf_zk_affg_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_affg_proof_decode(tf_zk_affg_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_affg_proof_wire, out, env, mem, in, len);
}

extern const tf_wire_type tf_zk_elog_proof_wire;
TF_MUST_USE static inline tf_err tf_zk_elog_proof_encode(uint8_t *out, size_t cap, size_t *len,
	const tf_wire_env *env, const tf_zk_elog_proof *m)
{
	return tf_wire_encode(&tf_zk_elog_proof_wire, out, cap, len, env, m);
}
TF_MUST_USE static inline tf_err tf_zk_elog_proof_decode(tf_zk_elog_proof *out, const tf_wire_env *env,
	tf_arena *mem, const uint8_t *in, size_t len)
{
	return tf_wire_decode(&tf_zk_elog_proof_wire, out, env, mem, in, len);
}

#define TF_WIRE_PROOFS_TYPES 7u
extern const tf_wire_type *const tf_wire_proofs_types[TF_WIRE_PROOFS_TYPES];

#endif
