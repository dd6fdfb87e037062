/* Errors: one enum for the whole house, its kind in the high byte.
 *
 * The kind says who acts (docs/architecture.md, "Errors"); the low byte tells cases of one kind
 * apart for logs and tests. Values are wire-stable: never renumber, never reuse. A function that
 * can fail returns tf_err and is marked TF_MUST_USE; what it was about to write stays unwritten
 * when it fails, unless its comment says otherwise.
 *
 * Who misbehaved is not part of the error: see fault.h.
 */
#ifndef TF_BASE_ERR_H
#define TF_BASE_ERR_H

#define TF_MUST_USE __attribute__((warn_unused_result))

typedef enum tf_err {
	TF_OK = 0,

	/* 0x01 USAGE: our own bug */
	TF_E_USAGE = 0x0101,       /* argument against the contract */
	TF_E_CAPACITY = 0x0102,    /* caller's buffer or arena too small */
	TF_E_FAULT = 0x0103,       /* a result of our own does not verify: a fault of the machine */

	/* 0x02 ENCODING: a peer, client or file sent garbage */
	TF_E_ENCODING = 0x0201,    /* malformed or non-canonical */
	TF_E_TRUNCATED = 0x0202,   /* ends too early */
	TF_E_TRAILING = 0x0203,    /* bytes left over */
	TF_E_TOO_LARGE = 0x0204,   /* above a limit */
	TF_E_UNSUPPORTED = 0x0205, /* well-formed, but not something we understand completely */

	/* 0x03 STATE: out of step */
	TF_E_STATE = 0x0301,       /* not now: machine finished, failed, or not yet there */
	TF_E_DUPLICATE = 0x0302,   /* the same again, harmless */
	TF_E_REPLAY = 0x0303,      /* used once already */
	TF_E_CONFLICT = 0x0304,    /* a different value in a slot that is taken */
	TF_E_NOT_FOUND = 0x0305,
	TF_E_EXPIRED = 0x0306,     /* its time is over */
	TF_E_SESSION = 0x0307,     /* speaks of another session; nobody is blamed */

	/* 0x04 PROOF: a named peer cheats; the fault record says who, where, which check */
	TF_E_PROOF = 0x0401,

	/* 0x05 POLICY: a human decides */
	TF_E_POLICY = 0x0501,      /* refused by rule */
	TF_E_MISMATCH = 0x0502,    /* payload is not what the signed request asks for */

	/* 0x06 RESOURCE: the operator acts, or a retry helps */
	TF_E_RESOURCE = 0x0601,    /* memory, disk, descriptors */
	TF_E_ENTROPY = 0x0602,
	TF_E_IO = 0x0603,
	TF_E_BUSY = 0x0604,
	TF_E_CANCELLED = 0x0605,   /* a callback asked to stop */

	/* 0x07 TRUST: certificate, seal, signature of somebody we rely on */
	TF_E_TRUST = 0x0701,
	TF_E_SEAL = 0x0702,        /* a sealed value does not open */
	TF_E_AUTH = 0x0703,        /* client credentials */
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

/* The one macro with control flow: hand an error up. Cleanup is TF_AUTO's job. */
#define TRY(call) \
	do { \
		tf_err try_err_ = (call); \
		if (try_err_ != TF_OK) \
			return try_err_; \
	} while (0)

#define TF_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
