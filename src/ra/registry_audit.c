/* The registry's audit rows: part of the transaction that they tell of.
 *
 * A row is queued in the roll, inside the transaction, under a number that this database never
 * gives again and that stands in its text ("n"); written to the log when the transaction has
 * committed; and then taken from the queue, before the next one is written. A crash between the
 * last two steps leaves one row in both, which is known by its number and text when the registry is
 * opened.
 *
 * So the log never has a number that the database has not given: if it does, an older database was
 * put back, which has forgotten decisions, and the registry is not opened. Who puts back both, of
 * the same time, is not noticed (docs/operations.md says what is to be done then).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "ra/registry_impl.h"

#define TEXT_MAX TF_AUDIT_TEXT_MAX

tf_err tf_registry_audit(tf_registry *r, int64_t now, const char *event, json_t *fields)
{
	char *text;
	tf_err e;

	if (!fields || json_object_set_new(fields, "event", json_string(event)) != 0) {
		json_decref(fields);
		return TF_E_RESOURCE;
	}
	text = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(fields);
	if (!text)
		return TF_E_RESOURCE;
	e = tf_db_run(r->db, "insert into audit (time, text) values (?, ?)",
	              (tf_arg[]){ tf_arg_int(now), tf_arg_text(text) }, 2);
	free(text);
	return e;
}

typedef struct queued {
	int64_t n;
	int64_t time;
	char text[TEXT_MAX];
} queued;

/* The next row of the queue, with its number in front: {"n":7,"admin":..}. TF_E_NOT_FOUND. */
static tf_err next(tf_db *db, queued *out)
{
	TF_AUTO(tf_query) q = { 0 };
	const char *text;
	int len;

	TRY(tf_query_start(&q, db, "select n, time, text from audit order by n limit 1", NULL, 0));
	TRY(tf_query_next(&q));
	out->n = tf_query_int(&q, 0);
	out->time = tf_query_int(&q, 1);
	text = tf_query_text(&q, 2);
	if (!text || text[0] != '{')
		return TF_E_IO;
	len = snprintf(out->text, sizeof(out->text), "{\"n\":%lld,%s", (long long)out->n, text + 1);
	return len > 0 && (size_t)len < sizeof(out->text) ? TF_OK : TF_E_TOO_LARGE;
}

static tf_err drop(tf_db *db, const queued *row)
{
	return tf_db_run(db, "delete from audit where n = ?", (tf_arg[]){ tf_arg_int(row->n) }, 1);
}

static tf_err write_queued(tf_registry *r)
{
	static queued row; /* one thread */
	tf_err e;

	while ((e = next(r->db, &row)) == TF_OK) {
		TRY(tf_audit_append(r->audit, (uint64_t)row.time * 1000, row.text,
		                    strlen(row.text)));
		TRY(drop(r->db, &row));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

/* The text of the last row of a log. */
typedef struct last {
	char text[TEXT_MAX + 1];
} last;

/* The number in front of it; 0: none, as before rows had one. */
static int64_t number_of(const last *l)
{
	static const char head[] = "{\"n\":";

	return strncmp(l->text, head, sizeof(head) - 1) == 0
	       ? strtoll(l->text + sizeof(head) - 1, NULL, 10) : 0;
}

static tf_err keep_text(void *ctx, const tf_audit_row *row)
{
	last *l = ctx;

	if (row->text_len > TEXT_MAX)
		return TF_E_TOO_LARGE;
	memcpy(l->text, row->text, row->text_len);
	l->text[row->text_len] = '\0';
	return TF_OK;
}

tf_err tf_registry_recover(tf_registry *r, const char *path, tf_refusal *why)
{
	static last l;
	static queued row;
	int64_t given;
	tf_err e;

	l.text[0] = '\0';
	TRY(tf_audit_verify(path, r->name, NULL, keep_text, &l, NULL, why->reason.text,
	                    sizeof(why->reason.text)));
	TRY(tf_db_int(r->db, &given, "select max(seq) from sqlite_sequence where name = 'audit'",
	              NULL, 0));
	if (number_of(&l) > given)
		return tf_refuse(why, TF_E_STATE, "the database is older than the audit log: it has "
		                 "been put back; docs/operations.md, \"Backup and recovery\"");
	e = next(r->db, &row);
	if (e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	if (strcmp(l.text, row.text) == 0)
		TRY(drop(r->db, &row));
	return write_queued(r);
}

tf_err tf_registry_begin(tf_registry *r, tf_tx *tx)
{
	TRY(write_queued(r));
	return tf_tx_begin(tx, r->db);
}

tf_err tf_registry_commit(tf_registry *r, tf_tx *tx)
{
	TRY(tf_tx_commit(tx));
	/* It has happened. Its row is as durable as it is; the next decision waits for it. */
	if (write_queued(r) != TF_OK)
		tf_log(TF_LOG_ALERT, "audit_row_waits", NULL);
	return TF_OK;
}
