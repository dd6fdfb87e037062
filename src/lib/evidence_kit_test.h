/* Files of who broke a protocol, written by machines and judged by programs that know the public
 * headers only: the cheat, what the others write, and what is done to their files.
 *
 *     begin machines; kit_lie(&tf_msg_.._wire, fn, ALL); stage_run(&s);
 *     kit_check_files("keygen", TF_CK_.., round, writers); kit_end();
 *
 * Device 2, party 3, is the cheat, and knows what is inside of its machine.
 */
#ifndef TF_LIB_EVIDENCE_KIT_TEST_H
#define TF_LIB_EVIDENCE_KIT_TEST_H

#include "lib/impl.h"
#include "lib/stage_test.h"
#include "proto/testimony.h"
#include "wire_testimony.h"

#define ALL STAGE_DEVICES

typedef struct kit_file {
	uint8_t *bytes; /* malloc'ed; NULL: none */
	size_t len;
} kit_file;

extern stage s;
extern kit_file kit_written[STAGE_DEVICES];

/* Runs of three devices, begun: keys of 2 of 3; of FROST, 3 of 3. A resharing gives other seats. */
void kit_begin_keygen(tf_algorithm alg);
void kit_begin_change(tf_change what, tf_algorithm alg);

typedef struct kit_suite {
	tf_algorithm alg;
	tf_frost_variant variant;
	tf_frost_spend spend;
	bool confirm;
} kit_suite;

#define KIT_SUITES 4u
extern const kit_suite kit_suites[KIT_SUITES];

void kit_begin_prepare(const kit_suite *of);
void kit_begin_sign(const kit_suite *of); /* by the second pair of nonces, for a child of the key */

/* The cheat's messages of this type are altered and signed again: those to one device, or (ALL) to
 * everybody alike, and then its own machine believes them. */
void kit_lie(const tf_wire_type *type, void (*fn)(void *m, const tf_group *g), unsigned to);
void kit_cheat(stage *of, stage_mail *mail); /* s.meddle, after stage_init */
void kit_open_mail(tf_envelope *e, const stage_mail *mail);
void kit_sign_again(stage_mail *mail, tf_envelope *e);
void kit_add_one(const tf_group *g, tf_sc *k);

/* Whoever of the honest is to write (bits of devices) has a file that convicts the cheat of
 * this. */
void kit_check_files(const char *protocol, tf_check check, unsigned round, unsigned writers);

/* Nobody has anything to write. */
void kit_honest(void);

tf_err kit_judge(tf_blame *b, const uint8_t *bytes, size_t len);
bool kit_is_cheat(const tf_blame *b);

/* The record decoded, changed by fn, and encoded again: does it convict? */
bool kit_convicts_changed(const kit_file *f, void (*fn)(tf_rec_testimony *m));
void kit_same(tf_rec_testimony *m);
void kit_other_check(tf_rec_testimony *m);
void kit_last_missing(tf_rec_testimony *m);
void kit_other_session(tf_rec_testimony *m);
void kit_other_t(tf_rec_testimony *m);
void kit_parties_exchanged(tf_rec_testimony *m);

/* A bit changed, or an end missing: it convicts nobody else of nothing else. */
void kit_check_damage(const kit_file *f);

/* TREFOIL_WRITE_SAMPLES=1 test_lib evidence_of: writes the kept file of this name and version. */
void kit_keep(const char *name);

void kit_forget(void);

/* Whatever is done to the files, they convict nobody else of nothing else; then the stage is
 * freed. */
void kit_end(void);

#endif
