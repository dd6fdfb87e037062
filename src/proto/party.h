/* Who takes part in a run, and who we are in it.
 *
 * Three kinds of identifier are never mixed (docs/protocol.md 2). The device id comes from the
 * certificate. The party index, 1..n, is the position in the run's list, sorted by (role, slot,
 * device id) by whoever opens the session; it is what contexts, envelopes and blame speak of. The
 * share index is the slot number, and only Feldman and Lagrange see it.
 *
 * An environment is made once per run, belongs to the caller and outlives the machine.
 */
#ifndef TF_PROTO_PARTY_H
#define TF_PROTO_PARTY_H

#include "base/rng.h"
#include "curve/bip32.h"
#include "num/profile.h"
#include "wire/sign.h"
#include "wire_protocol.h"
#include "wire_records.h"

typedef struct tf_party {
	const char *device;   /* NUL-terminated, 1..TF_DEVICE_MAX bytes; outlives the run */
	uint16_t share_index; /* slot number; not 0, distinct, also modulo q */
	uint8_t identity[32]; /* Ed25519 public key */
	const tf_ed_key *key; /* its table, for the run; NULL: none */
} tf_party;

typedef struct tf_party_env {
	const tf_profile *pr;
	const tf_group *g;
	const tf_rng *rng;
	const tf_kernel *kernel; /* of exponentiations; NULL: portable */
	const tf_signer *signer; /* own identity key */
	tf_bip32_nodes *nodes;   /* of derivations, from run to run; NULL: none */
	uint8_t sid[32];
	uint16_t n;    /* 2..TF_PARTIES_MAX */
	uint16_t self; /* own party index, 1..n */
	tf_party party[TF_PARTIES_MAX]; /* [party index - 1] */
} tf_party_env;

/* Is this a run that can be? Counts in range, device ids well-formed and distinct, identities
 * distinct, own identity that of the signer, share indices neither 0 nor equal modulo q
 * (docs/protocol.md 11, row 25). TF_E_USAGE otherwise: all of it is our own doing. */
TF_MUST_USE tf_err tf_party_env_check(const tf_party_env *env);

/* The same but for share indices: of a run whose machine has its own (resharing, where a device may
 * leave one seat and take another). */
TF_MUST_USE tf_err tf_party_env_check_devices(const tf_party_env *env);

/* 1..TF_DEVICE_MAX bytes that a message can carry (tf_wire_printable); NULL is not. */
bool tf_device_ok(const char *device);

/* The party as others see it; NULL if index is not 1..n. */
const tf_party *tf_party_find(const tf_party_env *env, unsigned index);

/* Is sig the party's (index 1..n) on this message? (wire/sign.h) */
bool tf_party_signed(const tf_party_env *env, unsigned index, const uint8_t sig[static 64],
                     const char *domain, const uint8_t *msg, size_t len);

/* Copy a name with its NUL into cap bytes. TF_E_TOO_LARGE if it does not fit. */
TF_MUST_USE tf_err tf_name_copy(char *out, size_t cap, const char *in);

/* Hash over everybody's party index, share index, device id and identity: what a presignature is
 * bound to, so that it serves no other clique. */
TF_MUST_USE tf_err tf_party_env_hash(uint8_t out[static 32], const tf_party_env *env);

/* The context of a run's envelopes: context, what the machine's run is about, and what every run
 * has: profile, curve, batch, whether round 1 carries an echo, everybody's device id and identity
 * (docs/adr/0019). Whoever was told anything else is in another run, and an envelope is of none
 * but its own. Not in it: who we are, and share indices, which are in `context` where a machine
 * uses them. Everything is public. */
TF_MUST_USE tf_err tf_run_context(uint8_t out[static 32], const tf_party_env *env,
                                  const uint8_t context[static 32], uint32_t batch, bool echoed);

#endif
