/* What a co-signer keeps, sealed, and what of it is in memory.
 *
 * Moduli, the moduli of every device it was introduced to, and its key shares. Records
 * are read once at start and again when a run has written one; of keys, of which there may be
 * thousands, only the index (cosigner/keyring.h), and the rest when it is needed. Everything goes
 * through store/store.h: a value that was moved, swapped or altered is not opened. What is secret
 * lies on guarded pages (seal/guard.h).
 *
 * A key share is pending until everybody's acknowledgement is there (docs/protocol.md 6.1). Of a
 * pending one only the public sharing is in memory; the share waits in the store, for the
 * certificate that all receivers have signed (tf_keeper_complete), or until its key is committed by
 * another run among the same devices, which removes it.
 */
#ifndef TF_COSIGNER_KEEPER_H
#define TF_COSIGNER_KEEPER_H

#include "cosigner/keyring.h"
#include "proto/moduli.h"
#include "store/store.h"

typedef struct tf_keeper tf_keeper;

#define TF_KEEPER_PEERS_MAX 256u
#define TF_KEEPER_PENDING_MAX 64u

/* Reads everything. TF_E_SEAL, TF_E_IO, TF_E_ENCODING (a record of another profile). profile and
 * groups (of ECDSA keys, and of FROST's, which may be NULL) outlive the keeper. */
TF_MUST_USE tf_err tf_keeper_new(tf_keeper **out, tf_store *store, const tf_profile *pr,
                                 const tf_group *g, const tf_group *frost);
void tf_keeper_free(tf_keeper *k);

/* Own moduli, until they are renewed; NULL until they are made. */
const tf_moduli *tf_keeper_moduli(const tf_keeper *k);

/* Primes of the next moduli: kept one by one, so that a restart does not search them again, with
 * the Unix time since when each was searched: who could look inside later may know it. n is how
 * many there are, 0 to 4, and *since the earliest of their times, 0 if it is not known. Dropped,
 * none is kept any more. */
TF_MUST_USE tf_err tf_keeper_prime_put(tf_keeper *k, unsigned index, const tf_bn *prime,
                                       uint64_t since);
TF_MUST_USE tf_err tf_keeper_primes(tf_keeper *k, tf_bn primes[static 4], uint64_t *since,
                                    unsigned *n);

TF_MUST_USE tf_err tf_keeper_primes_drop(tf_keeper *k);

/* Moduli from four primes: made, stored, and the single primes deleted, in one transaction. If
 * there were moduli, which nobody may still use, these are of the next generation, and with the old
 * ones goes every introduction: what a peer knows of us is no longer so. On any error all is as it
 * was. */
TF_MUST_USE tf_err tf_keeper_moduli_make(tf_keeper *k, const tf_bn primes[static 4],
                                         uint64_t since, uint64_t now_s, const tf_rng *rng);

/* The earliest time of a prime of the own moduli; if it is not known, when they were made; 0: there
 * are none. */
uint64_t tf_keeper_moduli_since(const tf_keeper *k);

/* A device's introduced moduli; NULL: not introduced. */
const tf_aux *tf_keeper_aux(const tf_keeper *k, const char *device);
/* Device ids of all of them; returns how many. */
size_t tf_keeper_introduced(const tf_keeper *k, const char *out[static TF_KEEPER_PEERS_MAX]);

/* A committed key by its id, until tf_keeper_return; as tf_keyring_lend. TF_E_NOT_FOUND: unknown or
 * pending. The record is checked when it is read: TF_E_SEAL, kind ENCODING. Secret. */
TF_MUST_USE tf_err tf_keeper_lend(tf_keeper *k, const tf_key **out,
                                  const uint8_t key_id[static 32]);
void tf_keeper_return(tf_keeper *k, const tf_key *key);
tf_key_memo *tf_keeper_memo(const tf_keeper *k, const tf_key *key);

/* What is known of all committed keys, in the order in which they came; NULL at the end. */
const tf_keyring_entry *tf_keeper_key_at(const tf_keeper *k, size_t i);
size_t tf_keeper_keys(const tf_keeper *k);

/* The signed sharing certificate of key i, for the coordinator; TF_CERTIFICATE_MAX bytes do. */
TF_MUST_USE tf_err tf_keeper_certificate(tf_keeper *k, uint8_t *out, size_t cap, size_t *len,
                                         size_t i);

/* The sharings of which a share is pending, public; NULL at the end. If there are more than
 * TF_KEEPER_PENDING_MAX, the oldest are not listed (and can be completed still). */
const tf_sharing *tf_keeper_pending_at(const tf_keeper *k, size_t i);
bool tf_keeper_is_pending(const tf_keeper *k, const uint8_t sharing[static 32]);

/* Make a pending share a committed one by the certificate that all its receivers have signed,
 * whoever brings it; find gives the identities of our own roster. Durable on return, with the
 * pending shares of the same key that it makes stale removed, and in memory. TF_E_DUPLICATE: it is
 * committed already. Refused with a check in fault: SHARING_CERTIFICATE (kinds ENCODING and TRUST),
 * SHARING_PENDING (TF_E_NOT_FOUND), SHARING_SAME (TF_E_TRUST). TF_E_CONFLICT: another sharing of
 * this key is committed. TF_E_RESOURCE: there is no room; nothing has changed. Errors of the store
 * are final, the caller's transaction, if any, is to be aborted. */
TF_MUST_USE tf_err tf_keeper_complete(tf_keeper *k, const uint8_t *certificate, size_t len,
                                      tf_identity_find find, void *ctx, tf_fault *fault);

/* How many more devices, and keys, can be kept. For every share that is pending there is room, too:
 * whoever acknowledged it counts on it. */
size_t tf_keeper_room_for_peers(const tf_keeper *k);
size_t tf_keeper_room_for_keys(const tf_keeper *k);

/* A PERSIST effect: written durably under its type and key, then taken into memory. A committed key
 * share removes the pending ones that it makes stale, in the same transaction if the caller has
 * begun one.
 * TF_E_UNSUPPORTED for a type that is not kept. */
TF_MUST_USE tf_err tf_keeper_persist(tf_keeper *k, uint16_t type, const uint8_t *key,
                                     size_t key_len, const uint8_t *record, size_t len);

#endif
