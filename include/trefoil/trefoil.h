/* libtrefoil: threshold signatures without a dealer, for programs that do their own I/O.
 *
 * n devices hold shares of a key that never exists in one place. Any t of them sign: ECDSA by
 * CGGMP24 (secp256k1, P-256, STARK), Schnorr by FROST (ed25519, BIP-340). Whoever cheats is
 * named, with evidence.
 *
 * Read in this order:
 *
 *     error.h     errors and verdicts             memory.h    memory and randomness are lent
 *     clique.h    who meets, over what            effect.h    what a machine wants done
 *     machine.h   how every protocol is run
 *
 *     keygen.h    making a key                    key.h       records, certificates, children
 *     auxinfo.h   introductions (ECDSA)           presign.h   presignatures (ECDSA)
 *     signing.h   ECDSA signatures                frost.h     Schnorr signatures
 *     reshare.h   new shares of an old key        blame.h     evidence of who broke a protocol
 *     memo.h      what is computed once for many runs
 *
 * The life of an ECDSA key: each device makes moduli once (tf_prime_find, tf_moduli_create) and is
 * introduced to each peer once (tf_auxinfo_begin). A key is made (tf_keygen_begin), presignatures
 * ahead of time (tf_presign_begin), a signature in one round (tf_signing_begin). A Schnorr key:
 * tf_keygen_begin, tf_frost_prepare_begin, tf_frost_sign_begin. examples/three_parties.c is a whole
 * program.
 *
 * The library does no I/O, reads no clock, allocates nothing, draws no randomness of its own and
 * has no global state; different machines may be worked on in different threads at the same time.
 * What is not protected against is in SECURITY.md.
 */
#ifndef TREFOIL_TREFOIL_H
#define TREFOIL_TREFOIL_H

#include <trefoil/auxinfo.h>
#include <trefoil/blame.h>
#include <trefoil/clique.h>
#include <trefoil/effect.h>
#include <trefoil/error.h>
#include <trefoil/frost.h>
#include <trefoil/key.h>
#include <trefoil/keygen.h>
#include <trefoil/machine.h>
#include <trefoil/memo.h>
#include <trefoil/memory.h>
#include <trefoil/presign.h>
#include <trefoil/reshare.h>
#include <trefoil/signing.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TF_VERSION_ABI 1 /* of the soname and of the symbols, TREFOIL_1.0 */

/* "0.1.0" */
const char *tf_version(void);

#ifdef __cplusplus
}
#endif

#endif
