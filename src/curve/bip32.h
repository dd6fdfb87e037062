/* BIP-32 derivation of public children: non-hardened only, so that nobody needs the private key.
 *
 * Source: BIP-32, "Public parent key -> public child key". Hardened indices and a child that is O
 * are refused on every curve (docs/protocol.md 8.2). secp256k1 refuses I_L >= q as BIP-32 does; the
 * others reduce I_L modulo q, whose orders may lie far below 2^256. ed25519 hashes RFC 8032's 32
 * bytes of the parent and a zero byte where the others hash 33 bytes (what Fireblocks' recovery
 * tools do, so that they derive the same keys).
 */
#ifndef TF_CURVE_BIP32_H
#define TF_CURVE_BIP32_H

#include "base/path.h"
#include "curve/group.h"

/* child = Y + tweak*G along the path; cc is the parent's chain code. child_cc may be NULL.
 * TF_E_ENCODING: hardened index or path too long; TF_E_UNSUPPORTED: an index that BIP-32 declares
 * invalid for this key. */
TF_MUST_USE tf_err tf_bip32_derive(const tf_group *g, tf_sc *tweak, tf_pt *child,
                                   uint8_t child_cc[32], const tf_pt *Y,
                                   const uint8_t cc[static 32], const tf_path *path);

#endif
