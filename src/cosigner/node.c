#include "cosigner/node.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/conf.h"
#include "daemon/log.h"

int64_t tf_node_now_s(void)
{
	return time(NULL);
}

int64_t tf_node_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void tf_node_fatal(tf_node *n, const char *what, tf_err e)
{
	tf_log(TF_LOG_ALERT, "fatal", "what", what, "error", tf_err_name(e), NULL);
	n->draining = true;
	tf_proc_exit(n->proc, (int)tf_exit_of(e));
}

static tf_err write_row(tf_node *n, const char *event, json_t *fields, bool deferred)
{
	json_t *row = json_pack("{s:s}", "event", event);
	char *text = NULL;
	tf_err e = TF_E_RESOURCE;

	if (row && fields && json_object_update_missing(row, fields) == 0)
		text = json_dumps(row, JSON_COMPACT);
	if (text)
		e = (deferred ? tf_audit_add : tf_audit_append)(n->audit, (uint64_t)tf_node_now_ms(),
		                                                text, strlen(text));
	free(text);
	json_decref(row);
	json_decref(fields);
	return e;
}

tf_err tf_node_audit(tf_node *n, const char *event, json_t *fields)
{
	return write_row(n, event, fields, false);
}

tf_err tf_node_audit_deferred(tf_node *n, const char *event, json_t *fields)
{
	return write_row(n, event, fields, true);
}
