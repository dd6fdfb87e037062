/* A signing set for the byzantine simulation: m holders of a key of n seats, t of which sign, on a
 * curve for ECDSA. Keys are dealt; moduli, and the tables for them, are made once, before the
 * seeds part. What is signed is written down, for nothing may be signed twice.
 *
 *     guild_make_moduli();
 *     guild_init(&w, TF_CURVE_P256, 4, 3, members, 3, seed);
 *     guild_open(&w, GUILD_PRESIGN, sid); for each i: guild_start(&w, i); byz_sail(..);
 */
#ifndef TF_SIM_GUILD_H
#define TF_SIM_GUILD_H

#include "proto/auxinfo.h"
#include "proto/cast_test.h"
#include "proto/presign.h"
#include "proto/signing.h"

/* The small profile, but for m: what is repeated is most of what an alert costs, and a cheat that
 * passes by luck passes once in a million times. */
extern const tf_profile guild_profile;

#define GUILD_MAX 5u
#define GUILD_BATCH 2u

/* A signature share that a member was about to compute. */
typedef struct guild_use {
	unsigned member; /* 0-based */
	uint8_t presig[32], digest[32];
	bool left;       /* it was sent */
} guild_use;

typedef struct guild {
	cast c;          /* of the members */
	unsigned n, t;
	tf_key key[GUILD_MAX];
	tf_weights weights[GUILD_MAX];
	const tf_moduli *moduli[GUILD_MAX]; /* for introductions: what each says is its own */
	uint32_t batch;
	bool confirm, patient;
	tf_presign presign[GUILD_MAX];
	tf_auxinfo aux[GUILD_MAX];
	tf_signing signing[GUILD_MAX];
	tf_presig presig[GUILD_MAX][GUILD_BATCH];
	bool has[GUILD_MAX];         /* presignatures */
	tf_path path;
	uint8_t digest[GUILD_MAX][32]; /* what each is asked to sign */
	guild_use use[4 * GUILD_MAX * GUILD_BATCH];
	size_t uses;
	bool careless;   /* a member keeps a copy of what it uses: to see that this is found */
	tf_presig kept[GUILD_MAX];
} guild;

/* Everybody's, once per process. */
void guild_make_moduli(void);
const tf_moduli *guild_moduli(unsigned member);
/* Prime k (0, 1 of N; 2, 3 of Nhat) of a member, 0-based. */
void guild_prime(tf_bn *out, unsigned member, unsigned k);

/* A key of this seed, and m of its n holders, by their share indices, ascending. */
void guild_init(guild *w, tf_curve_id curve, unsigned n, unsigned t, const uint16_t *members,
                unsigned m, uint64_t seed);

/* A new session of presigning, introductions or signing; nobody runs yet. */
void guild_open(guild *w, tf_run_sizes sizes, unsigned sid);
void guild_start_presign(guild *w, unsigned i);
void guild_start_introduce(guild *w, unsigned i);

/* Take the presignatures of a member that is done. */
void guild_take(guild *w, unsigned i);

/* Sign by presignature b, which is gone then; nothing is sent if it was gone. */
void guild_start_sign(guild *w, unsigned i, uint32_t b);

/* The signature of a member that is done is right: of what it was asked, under the child key. */
void guild_check_signature(guild *w, unsigned i);

/* What a member learnt of the others in introductions is what they say is their own. */
void guild_check_peers(guild *w, unsigned i);

#endif
