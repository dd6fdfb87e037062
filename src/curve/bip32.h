/* BIP-32 derivation of public children: non-hardened only, so that nobody needs the private key.
 *
 * Source: BIP-32, "Public parent key -> public child key". Hardened indices are refused, as are
 * I_L >= q and a child that is O (docs/protocol.md 8.2).
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
