/* Lies in round 3 of presigning, of which alerts come. The liar's own machine believes them.
 *
 *     stage_init(&s, ..); alert_lie(&s, cheats, alert_false_S);
 *     stage_start_presign(&s, 1, true); cast_run(&s.c);
 *     alert_check_verdicts(&s, TF_CK_DEC_EQ_S);
 */
#ifndef TF_ALERT_KIT_TEST_H
#define TF_ALERT_KIT_TEST_H

#include "proto/presign_impl.h"
#include "proto/stage_test.h"

/* What party i + 1 says of one item; own is what its machine holds of it. */
typedef void (*alert_spoiler)(stage *s, unsigned i, tf_presign_r3_item *m, tf_presign_own *own);

/* The nonce's sum fails; chi's. */
void alert_false_delta(stage *s, unsigned i, tf_presign_r3_item *m, tf_presign_own *own);
void alert_false_S(stage *s, unsigned i, tf_presign_r3_item *m, tf_presign_own *own);

/* The parties in cheats (bit i: party i + 1) lie of item 0. Takes s->c.rewrite, which has to be a
 * stage's cast. */
void alert_lie(stage *s, unsigned cheats, alert_spoiler how);

/* Only these parties (bit i: party i + 1) judge; the others take no more mail once they have raised
 * their alert. After alert_lie. */
void alert_judges(unsigned who);

/* Every honest party that judges names all who were told to lie and nobody else, the lowest as the
 * one. No honest party has anything left to sign with. */
void alert_check_verdicts(stage *s, tf_check check);

#endif
