#include "curve/bip32.h"

#include <sodium.h>
#include <string.h>

#define HARDENED 0x80000000u

/* SEC 1's 33 bytes; for ed25519 RFC 8032's 32 and a zero (as Fireblocks' recovery tool has it). */
static void serialize(const tf_group *g, uint8_t out[static TF_PT_BYTES], const tf_pt *key)
{
	tf_pt_encode(g, out, key);
	if (tf_group_id(g) != TF_CURVE_ED25519)
		return;
	memmove(out, out + 1, TF_PT_BYTES - 1);
	out[TF_PT_BYTES - 1] = 0;
}

/* One step of "public parent key -> public child key"; key and cc are replaced. */
static tf_err derive_one(const tf_group *g, tf_sc *tweak, tf_pt *key, uint8_t cc[static 32],
                         uint32_t index)
{
	crypto_auth_hmacsha512_state st;
	uint8_t in[TF_PT_BYTES + 4];
	uint8_t I[crypto_auth_hmacsha512_BYTES];
	tf_sc il;

	serialize(g, in, key);
	for (unsigned i = 0; i < 4; i++)
		in[TF_PT_BYTES + i] = (uint8_t)(index >> (8 * (3 - i)));
	crypto_auth_hmacsha512_init(&st, cc, 32);
	crypto_auth_hmacsha512_update(&st, in, sizeof(in));
	crypto_auth_hmacsha512_final(&st, I);
	if (tf_group_id(g) != TF_CURVE_SECP256K1 && tf_group_id(g) != TF_CURVE_BIP340)
		TRY(tf_sc_reduce_bytes(g, &il, I, 32));
	else if (tf_sc_decode(g, &il, I) != TF_OK)
		return TF_E_UNSUPPORTED;
	TRY(tf_pt_tweak_vt(g, key, key, &il));
	if (tf_pt_is_identity(key))
		return TF_E_UNSUPPORTED;
	tf_sc_add(g, tweak, tweak, &il);
	memcpy(cc, I + 32, 32);
	return TF_OK;
}

/* ---- nodes ---- */

typedef struct position {
	tf_sc tweak;
	tf_pt key;
	uint8_t cc[32];
} position;

/* A hash for finding only: entries are compared. */
static uint64_t mix(uint64_t tag, uint64_t v)
{
	tag = (tag ^ v) * 0x9e3779b97f4a7c15u;
	return tag ^ tag >> 29;
}

static uint64_t tag_of(const tf_pt *Y, const uint8_t cc[static 32], const uint32_t *index,
                       uint32_t len)
{
	uint64_t a, b, tag;

	memcpy(&a, Y->b, sizeof(a));
	memcpy(&b, cc, sizeof(b));
	tag = mix(mix(len, a), b);
	for (uint32_t i = 0; i < len; i++)
		tag = mix(tag, index[i]);
	return tag;
}

static tf_bip32_node *set_of(const tf_bip32_nodes *n, uint64_t tag)
{
	return n->node + (size_t)(tag % n->sets) * TF_BIP32_WAYS;
}

static bool belongs(const tf_bip32_node *e, const tf_group *g, const tf_pt *Y,
                    const uint8_t cc[static 32], const uint32_t *index, uint32_t len)
{
	return e->id == tf_group_id(g) && e->path.len == len &&
	       memcmp(e->path.index, index, len * sizeof(*index)) == 0 &&
	       memcmp(e->cc, cc, 32) == 0 && memcmp(e->Y.b, Y->b, sizeof(Y->b)) == 0;
}

/* The position at the end of path[0..len), if it is known. */
static bool recall(position *out, tf_bip32_nodes *n, const tf_group *g, const tf_pt *Y,
                   const uint8_t cc[static 32], const uint32_t *index, uint32_t len)
{
	uint64_t tag = tag_of(Y, cc, index, len);
	tf_bip32_node *e = set_of(n, tag);

	for (unsigned i = 0; i < TF_BIP32_WAYS; i++, e++) {
		if (!e->used || e->tag != tag || !belongs(e, g, Y, cc, index, len))
			continue;
		e->used = ++n->clock;
		out->tweak = e->tweak;
		out->key = e->child;
		memcpy(out->cc, e->child_cc, sizeof(out->cc));
		return true;
	}
	return false;
}

static void remember(tf_bip32_nodes *n, const position *at, const tf_group *g, const tf_pt *Y,
                     const uint8_t cc[static 32], const uint32_t *index, uint32_t len)
{
	uint64_t tag = tag_of(Y, cc, index, len);
	tf_bip32_node *set = set_of(n, tag), *e = set;

	for (unsigned i = 1; i < TF_BIP32_WAYS; i++)
		if (set[i].used < e->used)
			e = &set[i];
	*e = (tf_bip32_node){ .tag = tag, .used = ++n->clock, .id = tf_group_id(g), .Y = *Y,
		              .tweak = at->tweak, .child = at->key };
	e->path.len = len;
	memcpy(e->path.index, index, len * sizeof(*index));
	memcpy(e->cc, cc, sizeof(e->cc));
	memcpy(e->child_cc, at->cc, sizeof(e->child_cc));
}

void tf_bip32_nodes_init(tf_bip32_nodes *n, tf_bip32_node *node, size_t count)
{
	*n = (tf_bip32_nodes){ node, count / TF_BIP32_WAYS, 0 };
	memset(node, 0, count * sizeof(*node));
}

void tf_bip32_nodes_wipe(tf_bip32_nodes *n)
{
	tf_wipe(n->node, n->sets * TF_BIP32_WAYS * sizeof(*n->node));
	tf_wipe(n, sizeof(*n));
}

/* ---- derivation ---- */

static tf_err check_path(const tf_path *path)
{
	if (path->len > TF_PATH_MAX)
		return TF_E_ENCODING;
	for (uint32_t i = 0; i < path->len; i++)
		if (path->index[i] & HARDENED)
			return TF_E_ENCODING;
	return TF_OK;
}

tf_err tf_bip32_derive_from(tf_bip32_nodes *n, const tf_group *g, tf_sc *tweak, tf_pt *child,
                            uint8_t child_cc[32], const tf_pt *Y, const uint8_t cc[static 32],
                            const tf_path *path)
{
	bool learns = n && n->sets;
	uint32_t known = learns ? path->len : 0;
	position at;

	TRY(check_path(path));
	if (tf_pt_is_identity(Y))
		return TF_E_UNSUPPORTED;
	while (known > 0 && !recall(&at, n, g, Y, cc, path->index, known))
		known--;
	if (known == 0) {
		at = (position){ .key = *Y };
		memcpy(at.cc, cc, sizeof(at.cc));
	}
	for (uint32_t i = known; i < path->len; i++) {
		TRY(derive_one(g, &at.tweak, &at.key, at.cc, path->index[i]));
		if (learns)
			remember(n, &at, g, Y, cc, path->index, i + 1);
	}
	*tweak = at.tweak;
	*child = at.key;
	if (child_cc)
		memcpy(child_cc, at.cc, sizeof(at.cc));
	return TF_OK;
}

tf_err tf_bip32_derive(const tf_group *g, tf_sc *tweak, tf_pt *child, uint8_t child_cc[32],
                       const tf_pt *Y, const uint8_t cc[static 32], const tf_path *path)
{
	return tf_bip32_derive_from(NULL, g, tweak, child, child_cc, Y, cc, path);
}
