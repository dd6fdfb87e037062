/* Evidence of a settlement (attempt.h): a party has signed an acknowledgement of an attempt, and an
 * abort of it, which says that it never has. There is no run to be repeated. The file holds the
 * certificate with that one signature, and the abort (wire/settlement.wire); the judge takes both
 * by the same code as a party does, and convicts if that ends in ABORT_HONEST.
 *
 * What is convicted is the identity key: it is the only party of a file, 1. Who writes it is the
 * writer's word. Nothing in it is secret.
 */
#ifndef TF_PROTO_SETTLEMENT_H
#define TF_PROTO_SETTLEMENT_H

#include "proto/attempt.h"
#include "proto/blame.h"

typedef struct tf_settlement {
	const tf_attempt *attempt; /* with the acknowledgement */
	uint16_t party;            /* who: its place among the voters, from 1 */
	const uint8_t *identity;   /* its key */
	tf_blob abort;             /* its abort */
	const char *accuser;       /* our device */
} tf_settlement;

/* Bytes of a record at most, and of memory for writing or judging one. */
#define TF_SETTLEMENT_MAX (TF_CERTIFICATE_MAX + TF_ABORT_MAX + 512u)
#define TF_SETTLEMENT_MEM (4u * TF_CERTIFICATE_MAX + 2u * TF_ATTEMPT_RECORD_MAX + TF_GROUP_ROOM + \
                           sizeof(tf_attempt) + 0x20000u)

/* The record. TF_E_USAGE: this voter's acknowledgement is not here; TF_E_CAPACITY. Public. */
TF_MUST_USE tf_err tf_settlement_write(uint8_t *out, size_t cap, size_t *len,
                                       const tf_settlement *s, const tf_group *g, tf_arena *mem);

/* Does it begin like one? */
bool tf_settlement_is(const uint8_t *in, size_t len);

/* Memory that judging it takes; 0 if it is none. */
size_t tf_settlement_judge_mem(const uint8_t *in, size_t len);

/* Judge it, as tf_evidence_judge does, which calls this. */
TF_MUST_USE tf_err tf_settlement_judge(tf_evidence_verdict *out, const uint8_t *in, size_t len,
                                       tf_arena *mem);

#endif
