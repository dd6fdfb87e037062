#include "ra/roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/admin.h"
#include "ra/roll_impl.h"

static const char *const migrations[] = {
	"create table ticket ("
	"  hash blob primary key not null check (length(hash) = 32),"
	"  device text not null, role text not null, set_no integer not null,"
	"  names text not null, made integer not null, expires integer not null,"
	"  attempts integer not null default 0, used integer"
	") strict;"
	"create table nonce ("
	"  nonce blob primary key not null, owner blob not null, expires integer not null"
	") strict;"
	"create table admin_nonce ("
	"  nonce blob primary key not null, expires integer not null"
	") strict;"
	"create table slot ("
	"  device text primary key not null, role text not null, set_no integer not null"
	") strict;"
	"create table device ("
	"  device text primary key not null references slot,"
	"  ed25519 blob not null unique check (length(ed25519) = 32),"
	"  x25519 blob not null check (length(x25519) = 32),"
	"  names text not null, enrolled integer not null, revoked integer"
	") strict;"
	"create table cert ("
	"  serial blob primary key not null check (length(serial) = 16),"
	"  device text not null references device, evidence text not null,"
	"  not_before integer not null, not_after integer not null,"
	"  sha256 blob not null, spki blob not null unique, revoked integer"
	") strict;"
	"create index cert_of on cert (device, not_after);"
	"create table crl (number integer primary key, der blob not null, made integer not null)"
	"  strict;"
	"create table workspace ("
	"  version integer primary key, file text not null, made integer not null"
	") strict;",
	/* 2: rows of the audit log that are decided and not yet written; refused renewals */
	"create table audit ("
	"  n integer primary key autoincrement, time integer not null, text text not null"
	") strict;"
	"create table refused ("
	"  cert blob primary key not null check (length(cert) = 32),"
	"  since integer not null, n integer not null"
	") strict;",
	/* 3: refused renewals are the device's, not the certificate's */
	"drop table refused;"
	"create table refused ("
	"  device text primary key not null, since integer not null, n integer not null"
	") strict;",
};

static const tf_db_schema schema = { 0x74726672 /* "trfr" */, migrations,
                                     TF_ARRAY_LEN(migrations) };

tf_err tf_roll_open(tf_db **out, const char *path, tf_db_reason *reason)
{
	return tf_db_open(out, path, &schema, reason);
}

/* ---- names as one text, separated by blanks: no name contains one */

void tf_roll_join(char out[static TF_ROLL_NAMES], const tf_sans *s)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < s->n; i++) {
		int n = snprintf(out + at, TF_ROLL_NAMES - at, "%s%s", i ? " " : "", s->text[i]);

		at += n > 0 ? (size_t)n : 0;
	}
}

tf_err tf_roll_split(tf_sans *out, const char *text)
{
	*out = (tf_sans){ 0 };
	while (text && *text) {
		char one[TF_SAN_TEXT + 5];
		size_t len = strcspn(text, " ");

		if (len >= sizeof(one))
			return TF_E_IO;
		memcpy(one, text, len);
		one[len] = '\0';
		if (tf_sans_add(out, one) != TF_OK)
			return TF_E_IO;
		text += len + (text[len] == ' ');
	}
	return TF_OK;
}

/* A place from three columns: what we wrote ourselves, so anything else is a damaged store. */
tf_err tf_roll_holder(tf_holder *out, const char *workspace, const tf_query *q, int device,
                      int role, int set)
{
	const char *d = tf_query_text(q, device), *r = tf_query_text(q, role);

	*out = (tf_holder){ .set = (uint16_t)tf_query_int(q, set) };
	if (!d || !r || tf_role_parse(&out->role, r) != TF_OK)
		return TF_E_IO;
	snprintf(out->workspace, sizeof(out->workspace), "%s", workspace);
	snprintf(out->device, sizeof(out->device), "%s", d);
	return tf_holder_valid(out) ? TF_OK : TF_E_IO;
}

/* ---- tickets */

tf_err tf_roll_add_ticket(tf_db *db, const tf_ticket *t, int64_t now)
{
	char names[TF_ROLL_NAMES];

	tf_roll_join(names, &t->sans);
	return tf_db_run(db, "insert into ticket (hash, device, role, set_no, names, made, expires)"
	                 " values (?, ?, ?, ?, ?, ?, ?)", (tf_arg[]){
		tf_arg_blob(t->hash, 32), tf_arg_text(t->holder.device),
		tf_arg_text(tf_role_name(t->holder.role)), tf_arg_int(t->holder.set),
		tf_arg_text(names), tf_arg_int(now), tf_arg_int(t->expires) }, 7);
}

tf_err tf_roll_find_ticket(tf_db *db, tf_ticket *out, const char *workspace,
                           const uint8_t hash[static 32])
{
	TF_AUTO(tf_query) q = { 0 };
	tf_ticket t = { 0 };

	TRY(tf_query_start(&q, db, "select device, role, set_no, names, expires, attempts, used, hash"
	                   " from ticket where hash = ?", (tf_arg[]){ tf_arg_blob(hash, 32) }, 1));
	TRY(tf_query_next(&q));
	TRY(tf_roll_holder(&t.holder, workspace, &q, 0, 1, 2));
	TRY(tf_roll_split(&t.sans, tf_query_text(&q, 3)));
	t.expires = tf_query_int(&q, 4);
	t.attempts = (unsigned)tf_query_int(&q, 5);
	t.used = !tf_query_is_null(&q, 6);
	TRY(tf_query_fixed(&q, 7, t.hash, sizeof(t.hash)));
	*out = t;
	return TF_OK;
}

tf_err tf_roll_fail_ticket(tf_db *db, const uint8_t hash[static 32])
{
	return tf_db_run(db, "update ticket set attempts = attempts + 1 where hash = ?",
	                 (tf_arg[]){ tf_arg_blob(hash, 32) }, 1);
}

tf_err tf_roll_use_ticket(tf_db *db, const uint8_t hash[static 32], int64_t now)
{
	TRY(tf_db_run(db, "update ticket set used = ? where hash = ? and used is null",
	              (tf_arg[]){ tf_arg_int(now), tf_arg_blob(hash, 32) }, 2));
	return tf_db_changes(db) == 1 ? TF_OK : TF_E_REPLAY;
}

/* ---- nonces */

tf_err tf_roll_add_nonce(tf_db *db, const uint8_t nonce[static TF_NONCE_LEN],
                         const uint8_t owner[static 32], int64_t now)
{
	int64_t open;

	TRY(tf_db_run(db, "delete from nonce where expires <= ?", (tf_arg[]){ tf_arg_int(now) },
	              1));
	TRY(tf_db_int(db, &open, "select count(*) from nonce where owner = ?",
	              (tf_arg[]){ tf_arg_blob(owner, 32) }, 1));
	if (open >= TF_NONCES_PER_OWNER)
		return TF_E_BUSY;
	return tf_db_run(db, "insert into nonce values (?, ?, ?)", (tf_arg[]){
		tf_arg_blob(nonce, TF_NONCE_LEN), tf_arg_blob(owner, 32),
		tf_arg_int(now + TF_NONCE_SECONDS) }, 3);
}

tf_err tf_roll_use_nonce(tf_db *db, const uint8_t nonce[static TF_NONCE_LEN],
                         const uint8_t owner[static 32], int64_t now)
{
	TRY(tf_db_run(db, "delete from nonce where nonce = ? and owner = ? and expires > ?",
	              (tf_arg[]){ tf_arg_blob(nonce, TF_NONCE_LEN), tf_arg_blob(owner, 32),
	                          tf_arg_int(now) }, 3));
	return tf_db_changes(db) == 1 ? TF_OK : TF_E_AUTH;
}

/* ---- refused renewals */

tf_err tf_roll_may_renew(tf_db *db, const char *device, int64_t now)
{
	int64_t n = 0;
	tf_err e = tf_db_int(db, &n, "select n from refused where device = ? and since > ?",
	                     (tf_arg[]){ tf_arg_text(device),
	                                 tf_arg_int(now - TF_REFUSED_SECONDS) }, 2);

	if (e != TF_OK && e != TF_E_NOT_FOUND)
		return e;
	return n < TF_REFUSED_MAX ? TF_OK : TF_E_BUSY;
}

tf_err tf_roll_count_refused(tf_db *db, const char *device, int64_t now)
{
	TRY(tf_db_run(db, "delete from refused where since <= ?",
	              (tf_arg[]){ tf_arg_int(now - TF_REFUSED_SECONDS) }, 1));
	return tf_db_run(db, "insert into refused values (?, ?, 1)"
	                     " on conflict (device) do update set n = n + 1",
	                 (tf_arg[]){ tf_arg_text(device), tf_arg_int(now) }, 2);
}

tf_err tf_roll_use_admin_nonce(tf_db *db, const uint8_t nonce[static 16], int64_t now)
{
	tf_err e;

	TRY(tf_db_run(db, "delete from admin_nonce where expires < ?",
	              (tf_arg[]){ tf_arg_int(now) }, 1));
	/* A request may be TF_ADMIN_SKEW early and is good until as much late. */
	e = tf_db_run(db, "insert into admin_nonce values (?, ?)", (tf_arg[]){
		tf_arg_blob(nonce, 16), tf_arg_int(now + 2 * TF_ADMIN_SKEW + 1) }, 2);
	return e == TF_E_CONFLICT ? TF_E_REPLAY : e;
}

/* ---- lists and workspace files */

/* First column of a query, malloc'ed with a NUL behind it. */
static tf_err take_blob(uint8_t **out, size_t *len, const tf_query *q, int column)
{
	const uint8_t *p = tf_query_blob(q, column, len);

	*out = malloc(*len + 1);
	if (!*out)
		return TF_E_RESOURCE;
	if (*len)
		memcpy(*out, p, *len);
	(*out)[*len] = '\0';
	return TF_OK;
}

tf_err tf_roll_last_crl(tf_db *db, uint64_t *number, uint8_t **der, size_t *len)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	*number = 0;
	*der = NULL;
	*len = 0;
	TRY(tf_query_start(&q, db, "select number, der from crl order by number desc limit 1", NULL,
	                   0));
	e = tf_query_next(&q);
	if (e != TF_OK)
		return e == TF_E_NOT_FOUND ? TF_OK : e;
	*number = (uint64_t)tf_query_int(&q, 0);
	return take_blob(der, len, &q, 1);
}

tf_err tf_roll_add_crl(tf_db *db, uint64_t number, const uint8_t *der, size_t len, int64_t now)
{
	TRY(tf_db_run(db, "insert into crl values (?, ?, ?)", (tf_arg[]){
		tf_arg_int((int64_t)number), tf_arg_blob(der, len), tf_arg_int(now) }, 3));
	return tf_db_run(db, "delete from crl where number < ?",
	                 (tf_arg[]){ tf_arg_int((int64_t)number - 10) }, 1);
}

tf_err tf_roll_workspace(tf_db *db, char **file, size_t *len)
{
	TF_AUTO(tf_query) q = { 0 };
	uint8_t *p;

	TRY(tf_query_start(&q, db, "select file from workspace order by version desc limit 1", NULL,
	                   0));
	TRY(tf_query_next(&q));
	TRY(take_blob(&p, len, &q, 0));
	*file = (char *)p;
	return TF_OK;
}

tf_err tf_roll_add_workspace(tf_db *db, uint64_t version, const char *file, size_t len, int64_t now)
{
	return tf_db_run(db, "insert into workspace values (?, ?, ?)", (tf_arg[]){
		tf_arg_int((int64_t)version), { .type = TF_ARG_TEXT, .p = file, .len = len },
		tf_arg_int(now) }, 3);
}
