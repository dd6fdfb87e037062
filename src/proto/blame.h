/* Blame: evidence of a session (wire/evidence.wire; session/evidence.h writes it), or of a run
 * without opening (wire/testimony.wire; testimony.h writes it), or of what ended an attempt of
 * resharing (settlement.h), is judged, by whoever was not in it.
 *
 * Nothing in it is believed but signatures: the judge computes the session id from what it is the
 * hash of, sets the machine up for an audit (audit.h), runs the same check code over the messages,
 * and convicts only if that ends in exactly the claim. A run without opening has an id that its
 * parties have agreed on somehow. It is in every message that they have signed, as is the run's
 * context, which binds whatever else either record says of the run (docs/adr/0019). Messages of
 * version 1 were signed with less, and convict nobody.
 */
#ifndef TF_PROTO_BLAME_H
#define TF_PROTO_BLAME_H

#include "proto/party.h"
#include "wire_control.h"
#include "wire_testimony.h"

typedef enum tf_protocol {
	TF_KEYGEN = TF_PROTOCOL_KEYGEN,
	TF_AUXINFO = TF_PROTOCOL_AUXINFO,
	TF_PRESIGN = TF_PROTOCOL_PRESIGN,
	TF_SIGN = TF_PROTOCOL_SIGN,
	TF_FROST_PREPARE = TF_TESTIMONY_FROST_PREPARE,
	TF_FROST_SIGN = TF_TESTIMONY_FROST_SIGN,
} tf_protocol;

/* "keygen", "auxinfo", "presign", "sign", "frost-prepare", "frost-sign". */
const char *tf_protocol_name(tf_protocol p);

/* Runs that there may be evidence of; those of sessions are numbered as their protocols. */
typedef enum tf_stage {
	TF_STAGE_KEYGEN = TF_KEYGEN,
	TF_STAGE_AUXINFO = TF_AUXINFO,
	TF_STAGE_PRESIGN = TF_PRESIGN,
	TF_STAGE_SIGN = TF_SIGN,
	TF_STAGE_RESHARE = TF_TESTIMONY_RESHARE, /* and refresh */
	TF_STAGE_FROST_PREPARE = TF_FROST_PREPARE,
	TF_STAGE_FROST_SIGN = TF_FROST_SIGN,
	TF_STAGE_SETTLE = TF_TESTIMONY_FROST_SIGN + 1, /* no run: settlement.h */
} tf_stage;

/* As above, "reshare" and "settle". */
const char *tf_stage_name(tf_stage s);

/* What a session id is the hash of (docs/protocol.md 2). */
typedef struct tf_sid_parts {
	tf_protocol protocol;
	uint16_t t, n;
	const tf_party *party;  /* n of them */
	const uint8_t *request; /* 32 bytes, as of the next two */
	const uint8_t *open;    /* hash of OPEN */
	const uint8_t *trust;   /* hash of the trust root */
	const tf_blob *ready;   /* n READYs as in a START */
} tf_sid_parts;

/* mem is scratch. */
TF_MUST_USE tf_err tf_sid_make(uint8_t sid[static 32], const tf_sid_parts *p,
                               const tf_profile *pr, const tf_group *g, tf_arena *mem);

typedef struct tf_evidence_verdict {
	bool convicts;
	tf_err err;               /* what the check code returned; UNSUPPORTED: an older version */
	tf_fault fault;           /* what it says; without `convicts` the claim */
	uint32_t culprits;        /* alerts: bits of all, else of the one */
	tf_stage stage;
	char device[TF_CTL_NAME_MAX + 1]; /* of the one accused */
	uint8_t identity[32];             /* its key */
	char accuser[TF_CTL_NAME_MAX + 1];
	uint8_t sid[32];                  /* SETTLE: hash of the attempt */
	uint8_t trust[32];                /* zero: of a run without opening */
} tf_evidence_verdict;

/* Memory that judging it takes; 0 if it is no evidence. */
size_t tf_evidence_judge_mem(const uint8_t *in, size_t len);

/* Judge it. TF_OK: *out says whether it convicts. Kind ENCODING: it is no evidence. TF_E_CAPACITY:
 * mem is too small. */
TF_MUST_USE tf_err tf_evidence_judge(tf_evidence_verdict *out, const uint8_t *in, size_t len,
                                     tf_arena *mem);

#endif
