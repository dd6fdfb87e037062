/* Errors and verdicts.
 *
 * Every function that can fail returns a tf_err and must have its answer looked at (the compiler
 * warns). The kind of an error, its high byte, says who acts:
 *
 *     USAGE     you: the call breaks its contract, or memory is too small. TF_E_FAULT is of this
 *               kind, and not your doing: this machine computes wrongly. Nobody is blamed; wipe,
 *               and take the host out of service
 *     ENCODING  whoever made these bytes: they are malformed
 *     STATE     nobody: not now, again, or another session. What is dropped changes nothing
 *     PROOF     a peer has cheated, and the verdict says who
 *     RESOURCE  the operator: randomness failed, a search was stopped
 *     TRUST     a signature is missing or does not hold; nobody in particular is to blame
 *
 * (POLICY is not used by this library.) The numbers are the same on every platform and never change
 * their meaning. What a function was about to write is of no use after an error, unless its comment
 * says otherwise.
 *
 * A verdict names the party whose signed message does not pass a check. It is given with
 * TF_E_PROOF, and with TF_E_CONFLICT for two different signed messages in one place; all honest
 * parties reach the same. The machine then holds the signed messages that show it
 * (tf_machine_evidence), for those who were not there.
 */
#ifndef TREFOIL_ERROR_H
#define TREFOIL_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef TF_BASE_ERR_H /* the library's own sources have it from there */
#define TF_MUST_USE __attribute__((warn_unused_result))

typedef enum tf_err {
	TF_OK = 0,

	TF_E_USAGE = 0x0101,       /* argument against the contract */
	TF_E_CAPACITY = 0x0102,    /* buffer or memory too small */
	TF_E_FAULT = 0x0103,       /* an own result does not verify: the machine computes wrongly */

	TF_E_ENCODING = 0x0201,    /* malformed or non-canonical */
	TF_E_TRUNCATED = 0x0202,   /* ends too early */
	TF_E_TRAILING = 0x0203,    /* bytes left over */
	TF_E_TOO_LARGE = 0x0204,   /* above a limit */
	TF_E_UNSUPPORTED = 0x0205, /* well-formed, but not something we understand completely */

	TF_E_STATE = 0x0301,       /* not now: finished, failed, or not yet there */
	TF_E_DUPLICATE = 0x0302,   /* the same again, harmless */
	TF_E_REPLAY = 0x0303,      /* used once already */
	TF_E_CONFLICT = 0x0304,    /* a different value in a slot that is taken */
	TF_E_NOT_FOUND = 0x0305,
	TF_E_EXPIRED = 0x0306,     /* its time is over */
	TF_E_SESSION = 0x0307,     /* speaks of another session; nobody is blamed */

	TF_E_PROOF = 0x0401,       /* a peer cheats; the verdict says who, where, which check */

	TF_E_POLICY = 0x0501,      /* refused by rule */
	TF_E_MISMATCH = 0x0502,    /* not what the signed request asks for */

	TF_E_RESOURCE = 0x0601,    /* memory, disk, descriptors */
	TF_E_ENTROPY = 0x0602,     /* the source of randomness failed */
	TF_E_IO = 0x0603,
	TF_E_BUSY = 0x0604,
	TF_E_CANCELLED = 0x0605,   /* a callback asked to stop */

	TF_E_TRUST = 0x0701,       /* a signature of somebody we rely on */
	TF_E_SEAL = 0x0702,
	TF_E_AUTH = 0x0703,
} tf_err;

typedef enum tf_err_kind {
	TF_KIND_NONE = 0,
	TF_KIND_USAGE = 1,
	TF_KIND_ENCODING = 2,
	TF_KIND_STATE = 3,
	TF_KIND_PROOF = 4,
	TF_KIND_POLICY = 5,
	TF_KIND_RESOURCE = 6,
	TF_KIND_TRUST = 7,
} tf_err_kind;

/* Kind of an error; TF_KIND_NONE for TF_OK. */
static inline tf_err_kind tf_err_get_kind(tf_err e)
{
	return (tf_err_kind)((unsigned)e >> 8);
}

/* Short stable name for logs ("PROOF", "ENCODING/trailing"); never NULL. */
const char *tf_err_name(tf_err e);
#endif

/* Nobody: the verdict blames no party. */
#define TF_PARTY_NONE 0xffffu

typedef struct tf_verdict {
	uint16_t party;       /* party index, 1..n, or TF_PARTY_NONE */
	uint16_t round;       /* of the message at fault, from 1 */
	uint16_t check;       /* number of the check (docs/protocol.md); 0: none */
	uint8_t evidence[32]; /* SHAKE256 over the messages that tf_machine_evidence gives; else zero */
} tf_verdict;

/* Name of the check ("KEYGEN_SHARE"), and in one line what holds for whoever does not cheat; "?" if
 * there is none. */
const char *tf_verdict_check(const tf_verdict *v);
const char *tf_verdict_meaning(const tf_verdict *v);

#ifdef __cplusplus
}
#endif

#endif
