/* Tables of the powers of one base, for bases that are raised often: the (s, t) of a peer's
 * commitments, and one's own.
 *
 * After Lim and Lee ("More flexible exponentiation with precomputation", 1994): an exponent is cut
 * into blocks of teeth * gap bits, and a block into `teeth` rows of `gap` bits. One entry of the
 * block's table stands for one bit of each row, so that a power takes gap squarings, and gap
 * products for each block, instead of a squaring for each bit. An exponent that is shorter than the
 * table's uses fewer blocks.
 *
 * A negative exponent is taken as its complement to 2^(blocks * teeth * gap), and what that adds is
 * undone with one more product, by an entry that the table has for each number of blocks: sign and
 * value are hidden alike. SECRET jobs read whole tables, PUBLIC ones of limbs what they need.
 *
 * A table has the form of the kernel that it is made for; a batch on another kernel does without
 * it. It lies in memory of the caller's, as much as the caller wants to spend: twice the memory
 * halves the squarings, which are few beside the products from 64 KiB on (1024-bit modulus) or 256
 * KiB (3072). For the public bases of a peer nothing in it is secret; of an own modulus all is.
 *
 *     const tf_fixed_plan plan = { 3840, TF_SECRET, kernel };
 *     TRY(tf_fixed_init(&t, &m, &base, &inv, &plan, room, tf_fixed_bytes(&m, &plan), mem));
 *     ... (tf_power){ .base = &base, .base_inv = &inv, .sgn = &x, .bits = 3000, .fixed = &t }
 *
 * Tables of many bases have the same form, with another meaning: every tooth of every block is a
 * base of its own, independent of the others, and the exponent is the list of theirs, gap bits
 * each, the first in the lowest bits. What comes out is the product of all bases, each to its
 * exponent: gap squarings, and gap products a block. Random units are drawn that way
 * (paillier/randomisers.h). There is no base to fall back to: a job whose kernel cannot use the
 * table is an error.
 *
 *     const tf_bases_plan plan = { 6, 29, 20, kernel };
 *     TRY(tf_fixed_init_bases(&t, &m, base, &plan, room, tf_bases_bytes(&m, &plan), mem));
 *     ... (tf_power){ .nat = &x, .bits = 6 * 29 * 20, .secrecy = TF_SECRET, .fixed = &t }
 */
#ifndef TF_NUM_FIXED_H
#define TF_NUM_FIXED_H

#include "num/modexp.h"

/* Pointers go to the caller's memory, so it stays where it is while the table is in use. */
typedef struct tf_fixed {
	const tf_mod *m;
	bool digits;       /* entries have the digits of the kernel ifma, not limbs */
	uint32_t teeth;    /* bits of an index */
	uint32_t gap;      /* bits between teeth */
	uint32_t span;     /* bits of a block: teeth gap */
	uint32_t blocks;
	size_t words;      /* 64-bit words of an entry */
	size_t columns;    /* digits of an entry; limbs: 0 */
	uint32_t places;   /* of a column: 2^teeth, at least 8 */
	/* Limbs: [blocks][2^teeth][words]. Digits: [blocks][columns][places], the same digit of all
	 * entries side by side. Then, as rows of words, [blocks] that undo a complement, and 1.
	 * 64-aligned. */
	uint64_t *entries;
	bool has_undo;
	bool many;         /* bases: no undoing, and nothing to fall back to */
	/* own moduli: of p, where this one is of q */
	const struct tf_fixed *other;
} tf_fixed;

/* Blocks that an exponent below 2^bits takes; none of a table that was never made. */
static inline uint32_t tf_fixed_blocks(const tf_fixed *t, uint32_t bits)
{
	return bits == 0 || t->span == 0 ? 0 : (bits - 1) / t->span + 1;
}

/* What a table is for. */
typedef struct tf_fixed_plan {
	uint32_t bits;      /* exponents of magnitude below 2^bits */
	tf_secrecy secrecy; /* of most jobs; among limbs, PUBLIC ones have larger tables */
	const tf_kernel *kernel;
} tf_fixed_plan;

/* Memory beyond which such a table gains little. */
size_t tf_fixed_bytes(const tf_mod *m, const tf_fixed_plan *plan);

/* The same for any kernel, and any modulus of m_bits bits. */
size_t tf_fixed_bytes_most(uint32_t m_bits, uint32_t bits);

/* A table of base modulo m, of a PLAIN or SQUARE kind, in len bytes at room (up to 63 of them are
 * lost to alignment). inv: the inverse of base, or NULL; then jobs with signed exponents do without
 * the table. Constant time in m, base and inv. Scratch of TF_BATCH_SCRATCH bytes comes from mem and
 * is released. TF_E_CAPACITY: no room for one block, or mem is full, or bits is too large;
 * TF_E_USAGE: another kind, bits is 0, or base or inv is not below m (revealed). */
TF_MUST_USE tf_err tf_fixed_init(tf_fixed *out, const tf_mod *m, const tf_bn *base,
                                 const tf_bn *inv, const tf_fixed_plan *plan, void *room,
                                 size_t len, tf_arena *mem);

/* The same of a public base, a unit, whose inverse is found here, in variable time; of limbs, in
 * half the time. TF_E_USAGE also if it is no unit. */
TF_MUST_USE tf_err tf_fixed_init_public(tf_fixed *out, const tf_mod *m, const tf_bn *base,
                                        const tf_fixed_plan *plan, void *room, size_t len,
                                        tf_arena *mem);

/* A table of many bases. */
typedef struct tf_bases_plan {
	uint32_t teeth;  /* bases of a block, 1 to TF_BASES_TEETH_MAX */
	uint32_t blocks;
	uint32_t gap;    /* bits of a base's exponent */
	const tf_kernel *kernel;
} tf_bases_plan;

#define TF_BASES_TEETH_MAX 8u

/* Room for such a table, and for one of any kernel and any modulus of m_bits bits. */
size_t tf_bases_bytes(const tf_mod *m, const tf_bases_plan *plan);
size_t tf_bases_bytes_most(uint32_t m_bits, const tf_bases_plan *plan);

/* A table of base[0 .. teeth blocks) modulo m, of a PLAIN or SQUARE kind. Constant time in m and
 * the bases. Scratch as tf_fixed_init. TF_E_CAPACITY: len is less than tf_bases_bytes, or mem is
 * full, or the exponent is too large; TF_E_USAGE: another kind, a count of the plan that cannot be,
 * or a base that is not below m (revealed). */
TF_MUST_USE tf_err tf_fixed_init_bases(tf_fixed *out, const tf_mod *m, const tf_bn *base,
                                       const tf_bases_plan *plan, void *room, size_t len,
                                       tf_arena *mem);

/* Words of a block, and block j. */
static inline size_t tf_fixed_block_words(const tf_fixed *t)
{
	return t->columns ? t->columns * t->places : t->words << t->teeth;
}

static inline uint64_t *tf_fixed_block(const tf_fixed *t, uint32_t j)
{
	return t->entries + j * tf_fixed_block_words(t);
}

/* Limbs: entry i of block j. */
static inline uint64_t *tf_fixed_entry(const tf_fixed *t, uint32_t j, size_t i)
{
	return tf_fixed_block(t, j) + i * t->words;
}

/* Tables of one base: the row that undoes a complement to j + 1 blocks; 1 for j = blocks. */
static inline uint64_t *tf_fixed_undo(const tf_fixed *t, uint32_t j)
{
	return tf_fixed_block(t, t->blocks) + j * t->words;
}

/* Forget the table; what its room holds is the caller's to wipe. */
static inline void tf_fixed_wipe(tf_fixed *t)
{
	tf_wipe(t, sizeof(*t));
}

#endif
