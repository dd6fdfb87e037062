#include "coordinator/txn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	tf_txn_status status;
	const char *name;
} names[] = {
	{ TF_TXN_SUBMITTED, "SUBMITTED" },
	{ TF_TXN_QUEUED, "QUEUED" },
	{ TF_TXN_PENDING_SIGNATURE, "PENDING_SIGNATURE" },
	{ TF_TXN_COMPLETED, "COMPLETED" },
	{ TF_TXN_FAILED, "FAILED" },
	{ TF_TXN_BLOCKED, "BLOCKED" },
	{ TF_TXN_CANCELLED, "CANCELLED" },
};

const char *tf_txn_status_name(tf_txn_status s)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++)
		if (names[i].status == s)
			return names[i].name;
	return "FAILED";
}

tf_err tf_txn_status_find(tf_txn_status *out, const char *name)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++) {
		if (strcmp(names[i].name, name) == 0) {
			*out = names[i].status;
			return TF_OK;
		}
	}
	return TF_E_NOT_FOUND;
}

void tf_txn_wipe(tf_txn *t)
{
	free(t->token);
	free(t->target);
	free(t->body.p);
	free(t->payload.p);
	free(t->summary);
	free(t->raw.p);
	memset(t, 0, sizeof(*t));
}

/* Who holds a nonce: whatever is open or done, and whatever a co-signer may be bound to. */
#define HOLDS_NONCE "(status < 200 or asked = 1)"

static tf_err check_nonce(tf_book *b, const tf_txn *t)
{
	int64_t n;

	if (t->operation == TF_TXN_RAW) /* has none */
		return TF_OK;
	TRY(tf_db_int(tf_book_db(b), &n,
	              "select count(*) from transactions where sender = ? and chain_id = ? and"
	              " nonce = ? and " HOLDS_NONCE " and (status < 200 or digest <> ?)",
	              (tf_arg[]){ tf_arg_text(t->sender), tf_arg_int((int64_t)t->chain_id),
	                          tf_arg_int((int64_t)t->nonce),
	                          tf_arg_blob(t->digest, sizeof(t->digest)) },
	              4));
	return n == 0 ? TF_OK : TF_E_REPLAY;
}

tf_err tf_txn_add(tf_book *b, tf_txn *t)
{
	TF_AUTO(tf_tx) tx = { 0 };
	tf_db *db = tf_book_db(b);

	if (t->nonce > INT64_MAX || t->chain_id > INT64_MAX)
		return TF_E_TOO_LARGE;
	TRY(tf_tx_begin(&tx, db));
	TRY(check_nonce(b, t));
	TRY(tf_db_run(db,
	              "insert into transactions(id, external_id, user, status, sub_status, account,"
	              " asset, key_id, sender, chain_id, nonce, nonce_given, asked, token, target,"
	              " body, payload, digest, summary, attempts, clique, trouble, created, updated,"
	              " operation, algorithm, messages)"
	              " values (?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?,"
	              " 0, '', '', ?, ?, ?, ?, ?)",
	              (tf_arg[]){
		              tf_arg_text(t->id), tf_arg_text(t->external_id), tf_arg_text(t->user),
		              tf_arg_int(t->status), tf_arg_text(t->sub_status),
		              tf_arg_int(t->account), tf_arg_text(t->asset), tf_arg_text(t->key_id),
		              tf_arg_text(t->sender), tf_arg_int((int64_t)t->chain_id),
		              tf_arg_int((int64_t)t->nonce), tf_arg_int(t->nonce_given),
		              tf_arg_text(t->token), tf_arg_text(t->target),
		              tf_arg_blob(t->body.p, t->body.len),
		              tf_arg_blob(t->payload.p, t->payload.len),
		              tf_arg_blob(t->digest, sizeof(t->digest)), tf_arg_text(t->summary),
		              tf_arg_int(t->created), tf_arg_int(t->created),
		              tf_arg_int(t->operation), tf_arg_int(t->algorithm),
		              tf_arg_int(t->messages) },
	              23));
	t->seq = tf_db_last_id(db);
	return tf_tx_commit(&tx);
}

static tf_nonce_floor *find_floor(tf_nonce_floors *f, const char *sender, uint64_t chain_id)
{
	for (size_t i = 0; i < f->n && i < TF_NONCE_FLOORS; i++)
		if (f->of[i].chain_id == chain_id && strcmp(f->of[i].sender, sender) == 0)
			return &f->of[i];
	return NULL;
}

static void note_floor(tf_nonce_floors *f, const char *sender, uint64_t chain_id, uint64_t floor)
{
	tf_nonce_floor *at = find_floor(f, sender, chain_id);

	if (!at) {
		at = &f->of[f->n++ % TF_NONCE_FLOORS];
		snprintf(at->sender, sizeof(at->sender), "%s", sender);
		at->chain_id = chain_id;
	}
	at->floor = floor;
}

tf_err tf_txn_next_nonce(tf_book *b, const char *sender, uint64_t chain_id, uint64_t *nonce)
{
	const tf_nonce_floor *known = find_floor(tf_book_floors(b), sender, chain_id);
	int64_t n;

	/* The floor, or one above a held number that has no held successor: the lowest of them. */
	TRY(tf_db_int(tf_book_db(b), &n,
	              "with held as (select nonce from transactions where sender = ?1 and"
	              " chain_id = ?2 and nonce >= ?3 and " HOLDS_NONCE "), next as (select ?3 as n"
	              " union select nonce + 1 from held)"
	              " select min(n) from next where n not in (select nonce from held)",
	              (tf_arg[]){ tf_arg_text(sender), tf_arg_int((int64_t)chain_id),
	                          tf_arg_int(known ? (int64_t)known->floor : 0) }, 3));
	*nonce = (uint64_t)n;
	note_floor(tf_book_floors(b), sender, chain_id, *nonce);
	return TF_OK;
}

#define COLUMNS \
	"seq, id, external_id, user, status, sub_status, account, asset, key_id, sender, chain_id," \
	" nonce, nonce_given, asked, token, target, body, payload, digest, summary, attempts," \
	" clique, raw, tx_hash, trouble, created, updated, operation, algorithm, messages"

static void text_into(char *out, size_t cap, const tf_query *q, int column)
{
	const char *s = tf_query_text(q, column);

	snprintf(out, cap, "%s", s ? s : "");
}

static tf_err text_copy(char **out, const tf_query *q, int column)
{
	const char *s = tf_query_text(q, column);

	*out = strdup(s ? s : "");
	return *out ? TF_OK : TF_E_RESOURCE;
}

static tf_err blob_copy(tf_bytes *out, const tf_query *q, int column)
{
	size_t len = 0;
	const uint8_t *p = tf_query_blob(q, column, &len);

	if (!p || !len)
		return TF_OK;
	out->p = malloc(len);
	if (!out->p)
		return TF_E_RESOURCE;
	memcpy(out->p, p, len);
	out->len = len;
	return TF_OK;
}

static tf_err read_row(const tf_query *q, tf_txn *t)
{
	t->seq = tf_query_int(q, 0);
	text_into(t->id, sizeof(t->id), q, 1);
	text_into(t->external_id, sizeof(t->external_id), q, 2);
	text_into(t->user, sizeof(t->user), q, 3);
	t->status = (tf_txn_status)tf_query_int(q, 4);
	text_into(t->sub_status, sizeof(t->sub_status), q, 5);
	t->account = tf_query_int(q, 6);
	text_into(t->asset, sizeof(t->asset), q, 7);
	text_into(t->key_id, sizeof(t->key_id), q, 8);
	text_into(t->sender, sizeof(t->sender), q, 9);
	t->chain_id = (uint64_t)tf_query_int(q, 10);
	t->nonce = (uint64_t)tf_query_int(q, 11);
	t->nonce_given = tf_query_int(q, 12) != 0;
	t->asked = tf_query_int(q, 13) != 0;
	TRY(text_copy(&t->token, q, 14));
	TRY(text_copy(&t->target, q, 15));
	TRY(blob_copy(&t->body, q, 16));
	TRY(blob_copy(&t->payload, q, 17));
	TRY(tf_query_fixed(q, 18, t->digest, sizeof(t->digest)));
	TRY(text_copy(&t->summary, q, 19));
	t->attempts = tf_query_int(q, 20);
	text_into(t->clique, sizeof(t->clique), q, 21);
	TRY(blob_copy(&t->raw, q, 22));
	text_into(t->tx_hash, sizeof(t->tx_hash), q, 23);
	text_into(t->trouble, sizeof(t->trouble), q, 24);
	t->created = tf_query_int(q, 25);
	t->updated = tf_query_int(q, 26);
	t->operation = (tf_txn_operation)tf_query_int(q, 27);
	t->algorithm = (tf_raw_algorithm)tf_query_int(q, 28);
	t->messages = (uint32_t)tf_query_int(q, 29);
	return TF_OK;
}

static tf_err get_by(tf_book *b, const char *sql, const char *value, tf_txn *t)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	memset(t, 0, sizeof(*t));
	TRY(tf_query_start(&q, tf_book_db(b), sql, (tf_arg[]){ tf_arg_text(value) }, 1));
	TRY(tf_query_next(&q));
	e = read_row(&q, t);
	if (e != TF_OK)
		tf_txn_wipe(t);
	return e;
}

tf_err tf_txn_get(tf_book *b, const char *id, tf_txn *t)
{
	return get_by(b, "select " COLUMNS " from transactions where id = ?", id, t);
}

tf_err tf_txn_get_external(tf_book *b, const char *external_id, tf_txn *t)
{
	return get_by(b, "select " COLUMNS " from transactions where external_id = ?", external_id,
	              t);
}

static tf_err visit_all(tf_query *q, tf_txn_visit visit, void *ctx)
{
	tf_err e;

	while ((e = tf_query_next(q)) == TF_OK) {
		TF_AUTO(tf_txn) t = { 0 };

		TRY(read_row(q, &t));
		TRY(visit(ctx, &t));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

/* Which messages of a raw request have their signature already. */
static void note_signed(tf_txn_brief *t, const tf_query *q, int column)
{
	size_t len = 0;
	const uint8_t *p = tf_query_blob(q, column, &len);

	memset(t->have, 0, sizeof(t->have));
	if (t->messages > TF_RAW_MESSAGES_MAX)
		t->messages = 0;
	for (uint32_t i = 0; p && i < t->messages && (i + 1) * TF_TXN_RAW_SIGNATURE <= len; i++)
		if (p[i * TF_TXN_RAW_SIGNATURE])
			t->have[i / 8] |= (uint8_t)(1u << i % 8);
}

tf_err tf_txn_list_open(tf_book *b, int64_t limit, tf_txn_visit_brief visit, void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	TRY(tf_query_start(&q, tf_book_db(b),
	                   "select id, status, trouble, created, algorithm, messages,"
	                   " case when operation = 2 then raw end from transactions"
	                   " where status < 100 order by seq limit ?",
	                   (tf_arg[]){ tf_arg_int(limit) }, 1));
	while ((e = tf_query_next(&q)) == TF_OK) {
		tf_txn_brief t;

		text_into(t.id, sizeof(t.id), &q, 0);
		t.status = (tf_txn_status)tf_query_int(&q, 1);
		text_into(t.trouble, sizeof(t.trouble), &q, 2);
		t.created = tf_query_int(&q, 3);
		t.algorithm = (tf_raw_algorithm)tf_query_int(&q, 4);
		t.messages = (uint32_t)tf_query_int(&q, 5);
		note_signed(&t, &q, 6);
		TRY(visit(ctx, &t));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

tf_err tf_txn_list(tf_book *b, const tf_txn_filter *f, tf_txn_visit visit, void *ctx)
{
	static const char *const sql[2] = {
#define TRANSACTIONS(past, order) \
		"select " COLUMNS " from transactions where (?1 < 0 or created > ?1)" \
		" and (?2 < 0 or created < ?2) and (?3 = 0 or status = ?3)" \
		" and (?4 is null or asset = ?4) and (?5 is null or tx_hash = ?5)" \
		" and (?6 < 0 or account = ?6) and (?7 < 0 or seq " past " ?7)" \
		" order by seq " order " limit ?8"
		TRANSACTIONS("<", "desc"),
		TRANSACTIONS(">", "asc"),
#undef TRANSACTIONS
	};
	TF_AUTO(tf_query) q = { 0 };

	TRY(tf_query_start(&q, tf_book_db(b), sql[f->ascending],
	                   (tf_arg[]){ tf_arg_int(f->after_ms), tf_arg_int(f->before_ms),
	                               tf_arg_int(f->status), tf_arg_text(f->asset),
	                               tf_arg_text(f->tx_hash), tf_arg_int(f->account),
	                               tf_arg_int(f->after_seq), tf_arg_int(f->limit) },
	                   8));
	return visit_all(&q, visit, ctx);
}

/* A change of an open transaction: one row, or it is not open (any more). */
static tf_err change_open(tf_book *b, const char *sql, const tf_arg args[], size_t n)
{
	TRY(tf_db_run(tf_book_db(b), sql, args, n));
	return tf_db_changes(tf_book_db(b)) == 1 ? TF_OK : TF_E_STATE;
}

tf_err tf_txn_set_status(tf_book *b, const char *id, tf_txn_status status, const char *sub_status,
                         int64_t now)
{
	if (!tf_txn_is_open(status)) /* its nonce may be free now */
		memset(tf_book_floors(b), 0, sizeof(tf_nonce_floors));
	return change_open(b,
	                   "update transactions set status = ?, sub_status = ?, updated = ?"
	                   " where id = ? and status < 100",
	                   (tf_arg[]){ tf_arg_int(status), tf_arg_text(sub_status), tf_arg_int(now),
	                               tf_arg_text(id) },
	                   4);
}

tf_err tf_txn_set_asked(tf_book *b, const char *id, bool *news, int64_t now)
{
	int64_t asked;
	tf_err e = tf_db_int(tf_book_db(b), &asked,
	                     "select asked from transactions where id = ? and status < 100",
	                     (tf_arg[]){ tf_arg_text(id) }, 1);

	*news = e == TF_OK && !asked;
	if (e == TF_E_NOT_FOUND)
		return TF_E_STATE;
	TRY(e);
	if (!*news)
		return TF_OK;
	return change_open(b,
	                   "update transactions set asked = 1, updated = ? where id = ?"
	                   " and status < 100",
	                   (tf_arg[]){ tf_arg_int(now), tf_arg_text(id) }, 2);
}

tf_err tf_txn_begin_attempt(tf_book *b, const char *id, const char *clique, int64_t now)
{
	return change_open(b,
	                   "update transactions set attempts = attempts + 1, status = 3,"
	                   " clique = ?, updated = ? where id = ? and status < 100",
	                   (tf_arg[]){ tf_arg_text(clique), tf_arg_int(now), tf_arg_text(id) }, 3);
}

tf_err tf_txn_keep_raw(tf_book *b, const char *id, const uint8_t *raw, size_t len, int64_t now)
{
	return change_open(b,
	                   "update transactions set raw = ?, updated = ? where id = ? and status < 100",
	                   (tf_arg[]){ tf_arg_blob(raw, len), tf_arg_int(now), tf_arg_text(id) }, 3);
}

tf_err tf_txn_set_trouble(tf_book *b, const char *id, const char *trouble)
{
	return change_open(b, "update transactions set trouble = ? where id = ? and status < 100",
	                   (tf_arg[]){ tf_arg_text(trouble), tf_arg_text(id) }, 2);
}

tf_err tf_txn_complete(tf_book *b, const char *id, const uint8_t *raw, size_t len,
                       const char *tx_hash, int64_t now)
{
	return change_open(b,
	                   "update transactions set status = 100, sub_status = 'CONFIRMED', raw = ?,"
	                   " tx_hash = ?, trouble = '', updated = ? where id = ? and status < 100",
	                   (tf_arg[]){ tf_arg_blob(raw, len), tf_arg_text(tx_hash), tf_arg_int(now),
	                               tf_arg_text(id) },
	                   4);
}

tf_err tf_txn_refusal_add(tf_book *b, const char *id, const tf_refusal *r)
{
	return tf_db_run(tf_book_db(b),
	                 "insert into refusals(tx, device, attempt, check_number, reason, statement,"
	                 " created) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
	                 (tf_arg[]){ tf_arg_text(id), tf_arg_text(r->device),
	                             tf_arg_int(r->attempt), tf_arg_int(r->check_number),
	                             tf_arg_text(r->reason),
	                             tf_arg_blob(r->statement.p, r->statement.len),
	                             tf_arg_int(r->created) },
	                 7);
}

tf_err tf_txn_refusal_list(tf_book *b, const char *id, tf_refusal_visit visit, void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	TRY(tf_query_start(&q, tf_book_db(b),
	                   "select device, attempt, check_number, reason, statement, created"
	                   " from refusals where tx = ? order by created, device",
	                   (tf_arg[]){ tf_arg_text(id) }, 1));
	while ((e = tf_query_next(&q)) == TF_OK) {
		tf_refusal r = { 0 };

		text_into(r.device, sizeof(r.device), &q, 0);
		r.attempt = tf_query_int(&q, 1);
		r.check_number = tf_query_int(&q, 2);
		text_into(r.reason, sizeof(r.reason), &q, 3);
		/* The visitor only reads it. */
		r.statement.p = (uint8_t *)(uintptr_t)tf_query_blob(&q, 4, &r.statement.len);
		r.created = tf_query_int(&q, 5);
		TRY(visit(ctx, &r));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

tf_err tf_txn_count(tf_book *b, int64_t *open, int64_t *completed, int64_t *failed)
{
	tf_db *db = tf_book_db(b);

	TRY(tf_db_int(db, open, "select count(*) from transactions where status < 100", NULL, 0));
	TRY(tf_db_int(db, completed, "select count(*) from transactions where status = 100", NULL,
	              0));
	return tf_db_int(db, failed, "select count(*) from transactions where status >= 200", NULL,
	                 0);
}
