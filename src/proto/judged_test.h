/* Files of evidence in a test: written of a run without opening, and judged. */
#ifndef TF_JUDGED_TEST_H
#define TF_JUDGED_TEST_H

#include "proto/blame.h"
#include "proto/stage_test.h"
#include "proto/testimony.h"

/* A file, malloc'ed. */
typedef struct judged_file {
	uint8_t *bytes;
	size_t len;
} judged_file;

/* What a machine can show of this verdict, which need not be its own. cc: chain code, for SIGN. */
judged_file judged_write(const tf_rounds *r, tf_stage kind, const tf_fault *fault,
                         const uint8_t *cc);

/* The same of a presigning, out of these messages: of one that is done nothing else is left. What
 * the accuser, party `self`, has sent in private is looked up in the mail. */
judged_file judged_write_presign(const stage *s, unsigned self, uint32_t batch, bool confirm,
                                 const tf_blob *messages, size_t n, const tf_fault *fault);

/* Judge a file in just the memory that it asks for, and free it. */
tf_err judged(tf_evidence_verdict *v, judged_file f);

/* The file of a machine's verdict convicts whom the machine has convicted, by the same check. */
void judged_convicts(const tf_rounds *r, tf_stage kind, const tf_fault *fault);

#endif
