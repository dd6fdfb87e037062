/* The API for tests, behind its door: requests that are authenticated already, without a
 * connection, over the books, audit log and roster of engine_stage_test.h, in groups as in the
 * program. There is a key, account 0, and its wallet of ETH_TEST5; one user, who may do everything.
 */
#ifndef TF_API_STAGE_TEST_H
#define TF_API_STAGE_TEST_H

#include "coordinator/api.h"
#include "coordinator/engine_stage_test.h"

typedef struct api_stage {
	tf_api api;
	tf_api_user user;
	int status;      /* of the last answer; 0: none yet */
	size_t body_len;
	int ends;        /* how often the process was to end */
} api_stage;
extern api_stage door;

void api_begin(void);
void api_end(void);

/* The status of the answer, when the turn has ended. headers: lines with CRLF, or "". */
int api_ask(const char *method, const char *path, const char *headers, const char *body);

/* A transfer from account 0, with further fields (",..."), and a raw request. */
int api_transfer(const char *headers, const char *more);
int api_raw(const char *headers);

/* Rows that the books have of something: what follows "select count(*) from". */
int64_t api_count(const char *what);

/* From now on rows of the audit log cannot be written; can be, but are never on disk. */
void api_break_audit(bool only_sync);

#endif
