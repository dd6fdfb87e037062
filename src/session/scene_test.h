/* A scene: device 2 (party 3) of a house cheats in one message, the others write evidence of it. */
#ifndef TF_SCENE_TEST_H
#define TF_SCENE_TEST_H

#include "session/evidence.h"
#include "session/house_test.h"

extern house *scene;

/* What device 2 does: the type of message that it alters; the payload, or the envelope; to this
 * device only, or to all (DEVICES). Mail that is lost, of anybody. */
extern uint16_t scene_target;
extern void (*scene_alter)(void *m, tf_session *s);
extern void (*scene_alter_envelope)(tf_envelope *e);
extern unsigned scene_only_to;
extern bool (*scene_lose)(const house_mail *m, const tf_envelope *e);

/* For R3 of presigning: delta + 1, believed by its own machine, so that everybody raises alerts. */
void scene_false_delta(void *m, tf_session *s);

/* What the others write, by device. */
#define SCENE_WRITERS 2u
typedef struct scene_file_of {
	uint8_t *bytes;
	size_t len;
	tf_fault fault;
} scene_file_of;
extern scene_file_of scene_file[DEVICES];

/* A run up to where no mail is left; and on until its deadline is over. */
house_run *scene_play(const house_spec *spec);
void scene_run(const house_spec *spec);

/* Files, crimes and convictions are forgotten. */
void scene_forget(void);

TF_MUST_USE tf_err scene_judge(tf_evidence_verdict *v, const uint8_t *bytes, size_t len);
bool scene_convicts(const uint8_t *bytes, size_t len);

/* So many have written, and each file convicts party 3 of this. */
void scene_check_files(tf_check check, unsigned round, unsigned writers);

#endif
