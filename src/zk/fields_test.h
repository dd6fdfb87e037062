/* Tests of the proofs: the fields of every statement and proof as data, so that one engine mutates
 * them all, and one reader and writer carries them between this code and the model.
 *
 * A vector file has one "name value" a line: "proof", "profile", "expect" (OK or the name of a
 * check), then the statement's and the proof's fields in lower-case hexadecimal. Integers have a
 * minus sign if they are negative, points are compressed, ctx is the encoded list, and the i-th
 * element of a list is "name.i".
 */
#ifndef TF_ZK_FIELDS_TEST_H
#define TF_ZK_FIELDS_TEST_H

#include <stdio.h>

#include "zk/kit_test.h"

typedef enum zk_kind {
	ZK_END = 0,
	/* numbers of which the verifier demands 0 < x < m and gcd(x, m) = 1 */
	ZK_UNIT_NHAT,
	ZK_UNIT_N,
	ZK_UNIT_N0,
	ZK_CIPHER_N, /* below N^2, coprime to N */
	ZK_CIPHER_N0,
	ZK_BELOW_NHAT, /* only below */
	/* signed integers within a bound */
	ZK_INT_Z,      /* 2^(ell+eps) */
	ZK_INT_DEC_Z,  /* 2^(ell+128) */
	ZK_INT_DEC_W,  /* 2^(bound+128) */
	ZK_INT_Z_MASK, /* 2^(ell'+eps) */
	ZK_INT_NHAT,   /* 2^(ell+eps+1) Nhat */
	ZK_INT_ROOT,   /* 2^(ell+eps) floor(sqrt N) */
	ZK_INT_BOTH,   /* 2^(ell+eps+1) N Nhat */
	ZK_POINT,
	ZK_SCALAR,
	ZK_BIT,
	ZK_NUMBER, /* a small one, of the statement only */
	/* the parts of a statement that the kit keeps */
	ZK_CTX,
	ZK_RP, /* Nhat, s, t */
	ZK_N,
	ZK_N0,
} zk_kind;

struct zk_field {
	const char *name;
	zk_kind kind;
	bool list;      /* an array of the profile's m */
	bool even;      /* minus x proves the same */
	bool by_hand;   /* mutated by a test of its own */
	size_t at;      /* offset in the proof; in the case for statements */
	tf_check member; /* what refuses a value that is no member or out of bounds */
	tf_check other;  /* what refuses another member */
};

extern const zk_field zk_sch_statement[], zk_sch_fields[];
extern const zk_field zk_elog_statement[], zk_elog_fields[];
extern const zk_field zk_encelg_statement[], zk_encelg_fields[];
extern const zk_field zk_affg_statement[], zk_affg_fields[];
extern const zk_field zk_prm_statement[], zk_prm_fields[];
extern const zk_field zk_mod_statement[], zk_mod_fields[];
extern const zk_field zk_fac_statement[], zk_fac_fields[];
extern const zk_field zk_dec_statement[], zk_dec_fields[];
extern const zk_field zk_affgstar_statement[], zk_affgstar_fields[];

/* Bytes from one element of a list to the next. */
size_t zk_stride(const zk_field *f);

/* In make check-all (TREFOIL_ZK=all): whatever takes long, too. */
bool zk_all(void);

/* Mutate every field of the case's proof in every way there is, of long lists a few elements; each
 * attempt must be refused by the check that the field's row names. */
void zk_mutate_all(const zk_proof *z, zk_case *c);

/* Write statement and proof. */
void zk_write(FILE *f, const zk_proof *z, const zk_case *c, const char *expect);

/* A vector file in memory. */
typedef struct zk_file {
	char *text;
	const zk_proof *proof;
	const tf_profile *profile;
	tf_check expect; /* TF_CK_NONE: the proof holds */
} zk_file;

/* Open a file below tests/vectors/zk, and fill a bare kit and a case over it with what it says. */
void zk_file_open(zk_file *f, const char *name);
zk_case *zk_file_case(const zk_file *f);
void zk_file_close(zk_file *f);

#endif
