/* The attack catalogue: every row of docs/attacks.md is mounted here against honest parties.
 *
 *     ATTACK(01, "bitforge", "what is tried", "how the honest parties decide") { ... }
 *
 * defines the test 01-bitforge. The row's number may have a letter behind it where a row has more
 * than one test; rows that begin with B are those beyond the numbered ones. What is tried and how
 * it ends is for docs/attacks.md, whose table tools/check-docs makes from these words.
 *
 * Most attacks are lies: messages that the liar's honest machine made, changed and signed by the
 * liar before they are posted. The honest parties are the machines of src/proto, as they are.
 */
#ifndef TF_ATTACKS_H
#define TF_ATTACKS_H

#include "proto/cast_test.h"
#include "proto/stage_test.h"

#define ATTACK(ROW, NAME, WHAT, VERDICT) \
	static void attack_##ROW(void); \
	static tf_test record_##ROW = { #ROW "-" NAME, __FILE__, attack_##ROW, 120, NULL }; \
	__attribute__((constructor)) static void register_##ROW(void) \
	{ \
		tf_test_register(&record_##ROW); \
	} \
	static void attack_##ROW(void)

/* One change to one type of message. */
typedef void (*lie_fn)(const cast *c, void *m, void *ctx);
typedef struct lie {
	const tf_wire_type *type;
	lie_fn fn;
} lie;

#define LIE(name, ...) \
	static void name(const cast *k, void *m, void *with) \
	{ \
		(void)k; \
		(void)m; \
		(void)with; \
		__VA_ARGS__; \
	}

#define LIES(...) (const lie[]){ __VA_ARGS__ }, sizeof((const lie[]){ __VA_ARGS__ }) / sizeof(lie)

/* Every message of these types that the liar (1-based) sends from now on is changed; only those to
 * one party if `to` is not 0. lie_ctx reaches the changing function; lie_to is whom its message is
 * for. */
void lies_of(cast *c, unsigned liar, const lie *lies, size_t n, unsigned to);
extern void *lie_ctx;
extern unsigned lie_to;

/* To the end of the run: whatever the liar sends to all is what party `of` has sent, signed as its
 * own; it hears everybody out before it says anything. Its direct messages are its machine's. */
void parrot(cast *c, unsigned liar, unsigned of);

/* Everybody but the liar has failed in this round, with this check, naming it, and has nothing. */
void named(const cast *c, unsigned liar, unsigned round, tf_check check);

/* A clique of three, presigning with these lies of party 3, ends so. */
void presign_lies(stage *s, const lie *lies, size_t n, unsigned round, tf_check check);

/* What party 3 sends to one alone in round 2, changed for each receiver, with the broadcast that
 * has its hash: two lies of its machine in s. A run with them ends so, in round 2. */
typedef void (*mta_fn)(const cast *c, tf_presign_mta_item *m, unsigned to);
extern const lie mta_lies[2];
void spoil_mta(stage *s, mta_fn fn);
void mta_lie(stage *s, mta_fn fn, tf_check check);

/* For fn: the broadcast has this F (which 0) or F-hat (1) for this party. */
void mta_mask(unsigned to, unsigned which, const tf_bn *F);

/* Small changes. */
void plus_G(const cast *c, tf_pt *p);
void plus_one(const cast *c, tf_sc *x);
void to_O(tf_pt *p);
tf_pt times_G(const cast *c, const tf_sc *x);

/* c (+) enc(v; 1) under pk. */
void shift_ciphertext(tf_bn *c, const tf_paillier_pk *pk, uint64_t v);

/* Scratch memory, given back at the next call. */
tf_arena *attack_scratch(void);

#endif
