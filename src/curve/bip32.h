/* BIP-32 derivation of public children: non-hardened only, so that nobody needs the private key.
 *
 * Source: BIP-32, "Public parent key -> public child key". Hardened indices and a child that is O
 * are refused on every curve (docs/protocol.md 8). secp256k1 refuses I_L >= q as BIP-32 does; the
 * others reduce I_L modulo q, whose orders may lie far below 2^256. ed25519 hashes RFC 8032's 32
 * bytes of the parent and a zero byte where the others hash 33 bytes (what Fireblocks' recovery
 * tools do, so that they derive the same keys).
 *
 * Paths of one key have most of their steps in common (m/44/coin/account/change). Nodes remember
 * what was derived, whole paths and their beginnings, in memory of the caller's: a new address then
 * costs one step, and a path that was seen before none. An entry holds for the parent key and chain
 * code that it was made from, all of which are compared; full sets forget the entry that was used
 * least recently. Nodes hold chain codes, which are confidential: whoever has one and a child's
 * private key has the parent's.
 */
#ifndef TF_CURVE_BIP32_H
#define TF_CURVE_BIP32_H

#include "base/path.h"
#include "curve/group.h"

typedef struct tf_bip32_node {
	uint64_t tag;    /* of what it belongs to: parent and path */
	uint64_t used;   /* when; 0: empty */
	tf_curve_id id;
	tf_pt Y;
	uint8_t cc[32];  /* of Y */
	tf_path path;
	tf_sc tweak;
	tf_pt child;
	uint8_t child_cc[32];
} tf_bip32_node;

#define TF_BIP32_WAYS 8u /* entries where one node can be */

/* Nodes of any number of keys; one thread at a time. */
typedef struct tf_bip32_nodes {
	tf_bip32_node *node;
	size_t sets; /* of TF_BIP32_WAYS nodes */
	uint64_t clock;
} tf_bip32_nodes;

/* Nothing is known yet. node: `count` of them, which outlive n; what is beyond a multiple of
 * TF_BIP32_WAYS is not used, and fewer remember nothing. */
void tf_bip32_nodes_init(tf_bip32_nodes *n, tf_bip32_node *node, size_t count);
void tf_bip32_nodes_wipe(tf_bip32_nodes *n);

/* child = Y + tweak*G along the path; cc is the parent's chain code. child_cc may be NULL.
 * TF_E_ENCODING: hardened index or path too long; TF_E_UNSUPPORTED: an index that BIP-32 declares
 * invalid for this key. */
TF_MUST_USE tf_err tf_bip32_derive(const tf_group *g, tf_sc *tweak, tf_pt *child,
                                   uint8_t child_cc[32], const tf_pt *Y,
                                   const uint8_t cc[static 32], const tf_path *path);

/* The same, from what n knows; n may be NULL, and learns. */
TF_MUST_USE tf_err tf_bip32_derive_from(tf_bip32_nodes *n, const tf_group *g, tf_sc *tweak,
                                        tf_pt *child, uint8_t child_cc[32], const tf_pt *Y,
                                        const uint8_t cc[static 32], const tf_path *path);

#endif
