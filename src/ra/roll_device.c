#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "ra/roll_impl.h"

tf_err tf_roll_find_device(tf_db *db, tf_device *out, const char *workspace, const char *device)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_device d = { 0 };

	TRY(tf_query_start(&q, db, "select d.device, s.role, s.set_no, d.ed25519, d.x25519, d.names,"
	                   " d.revoked from device d join slot s using (device)"
	                   " where d.device = ?", (tf_arg[]){ tf_arg_text(device) }, 1));
	TRY(tf_query_next(&q));
	TRY(tf_roll_holder(&d.holder, workspace, &q, 0, 1, 2));
	TRY(tf_query_fixed(&q, 3, d.ed25519, 32));
	TRY(tf_query_fixed(&q, 4, d.x25519, 32));
	TRY(tf_roll_split(&d.sans, tf_query_text(&q, 5)));
	d.revoked = !tf_query_is_null(&q, 6);
	*out = d;
	return TF_OK;
}

tf_err tf_roll_find_identity(tf_db *db, char device[static TF_NAME_MAX + 1],
                             const uint8_t ed25519[static 32])
{
	TF_AUTO(tf_query) q = { 0 };
	const char *name;

	TRY(tf_query_start(&q, db, "select device from device where ed25519 = ?",
	                   (tf_arg[]){ tf_arg_blob(ed25519, 32) }, 1));
	TRY(tf_query_next(&q));
	name = tf_query_text(&q, 0);
	snprintf(device, TF_NAME_MAX + 1, "%s", name ? name : "");
	return TF_OK;
}

tf_err tf_roll_claim_slot(tf_db *db, const char *device, tf_role role, uint16_t set)
{
	int64_t same;

	TRY(tf_db_run(db, "insert into slot values (?, ?, ?) on conflict do nothing", (tf_arg[]){
		tf_arg_text(device), tf_arg_text(tf_role_name(role)), tf_arg_int(set) }, 3));
	TRY(tf_db_int(db, &same, "select count(*) from slot"
	              " where device = ? and role = ? and set_no = ?", (tf_arg[]){
		tf_arg_text(device), tf_arg_text(tf_role_name(role)), tf_arg_int(set) }, 3));
	return same == 1 ? TF_OK : TF_E_CONFLICT;
}

static bool same_keys(const tf_device *a, const tf_device *b)
{
	return tf_ct_reveal(tf_ct_bytes_eq(a->ed25519, b->ed25519, 32)) &&
	       tf_ct_reveal(tf_ct_bytes_eq(a->x25519, b->x25519, 32));
}

tf_err tf_roll_put_device(tf_db *db, const tf_device *d, int64_t now)
{
	char names[TF_ROLL_NAMES];
	tf_device known;
	tf_err e;

	tf_roll_join(names, &d->sans);
	TRY(tf_roll_claim_slot(db, d->holder.device, d->holder.role, d->holder.set));
	e = tf_roll_find_device(db, &known, d->holder.workspace, d->holder.device);
	if (e == TF_E_NOT_FOUND)
		return tf_db_run(db, "insert into device (device, ed25519, x25519, names, enrolled)"
		                 " values (?, ?, ?, ?, ?)", (tf_arg[]){
			tf_arg_text(d->holder.device), tf_arg_blob(d->ed25519, 32),
			tf_arg_blob(d->x25519, 32), tf_arg_text(names), tf_arg_int(now) }, 5);
	TRY(e);
	if (!same_keys(&known, d))
		return TF_E_CONFLICT;
	return tf_db_run(db, "update device set names = ? where device = ?",
	                 (tf_arg[]){ tf_arg_text(names), tf_arg_text(d->holder.device) }, 2);
}

tf_err tf_roll_revoke_device(tf_db *db, const char *device, int64_t now)
{
	return tf_db_run(db, "update device set revoked = ? where device = ? and revoked is null",
	                 (tf_arg[]){ tf_arg_int(now), tf_arg_text(device) }, 2);
}

tf_err tf_roll_may_have_cert(tf_db *db, const char *device, int64_t life, int64_t now)
{
	TF_AUTO(tf_query) q = { 0 };
	int64_t newest;

	TRY(tf_query_start(&q, db, "select count(*), max(not_before) from cert"
	                   " where device = ? and not_after > ?",
	                   (tf_arg[]){ tf_arg_text(device), tf_arg_int(now) }, 2));
	TRY(tf_query_next(&q));
	if (tf_query_int(&q, 0) < TF_CERTS_MAX)
		return TF_OK;
	newest = tf_query_int(&q, 1) + TF_CERT_BACKDATE;
	return now - newest >= life / TF_CERTS_MAX ? TF_OK : TF_E_BUSY;
}

tf_err tf_roll_add_cert(tf_db *db, const tf_cert *c)
{
	return tf_db_run(db, "insert into cert (serial, device, evidence, not_before, not_after,"
	                 " sha256, spki) values (?, ?, ?, ?, ?, ?, ?)", (tf_arg[]){
		tf_arg_blob(c->serial, 16), tf_arg_text(c->id.holder.device),
		tf_arg_text(tf_evidence_name(c->id.evidence)), tf_arg_int(c->not_before),
		tf_arg_int(c->not_after), tf_arg_blob(c->sha256, 32),
		tf_arg_blob(c->spki, 32) }, 7);
}

tf_err tf_roll_revoke_cert(tf_db *db, const uint8_t serial[static 16], int64_t now, int64_t *n)
{
	int64_t known;

	TRY(tf_db_int(db, &known, "select count(*) from cert where serial = ?",
	              (tf_arg[]){ tf_arg_blob(serial, 16) }, 1));
	if (known == 0)
		return TF_E_NOT_FOUND;
	TRY(tf_db_run(db, "update cert set revoked = ? where serial = ? and revoked is null",
	              (tf_arg[]){ tf_arg_int(now), tf_arg_blob(serial, 16) }, 2));
	*n = tf_db_changes(db);
	return TF_OK;
}

tf_err tf_roll_revoke_certs(tf_db *db, const char *device, int64_t now, int64_t *n)
{
	TRY(tf_db_run(db, "update cert set revoked = ?1 where device = ?2 and revoked is null"
	              " and not_after > ?1", (tf_arg[]){ tf_arg_int(now), tf_arg_text(device) },
	              2));
	*n = tf_db_changes(db);
	return TF_OK;
}

tf_err tf_roll_revoked(tf_db *db, tf_revoked **out, size_t *n, int64_t now)
{
	/* A certificate stays on the list for a day after its end: clocks differ. */
	const tf_arg since[] = { tf_arg_int(now - 86400) };
	TF_AUTO(tf_query) q = { 0 };
	int64_t count;
	tf_revoked *list;
	tf_err e;

	TRY(tf_db_int(db, &count, "select count(*) from cert"
	              " where revoked is not null and not_after > ?", since, 1));
	list = calloc((size_t)count + 1, sizeof(*list));
	if (!list)
		return TF_E_RESOURCE;
	*n = 0;
	e = tf_query_start(&q, db, "select serial, revoked from cert"
	                   " where revoked is not null and not_after > ?", since, 1);
	while (e == TF_OK && (e = tf_query_next(&q)) == TF_OK && *n < (size_t)count) {
		e = tf_query_fixed(&q, 0, list[*n].serial, 16);
		list[*n].when = tf_query_int(&q, 1);
		++*n;
	}
	if (e != TF_E_NOT_FOUND) {
		free(list);
		return e == TF_OK ? TF_E_IO : e;
	}
	*out = list;
	return TF_OK;
}

tf_err tf_roll_each_device(tf_db *db, const char *workspace, tf_roll_visit_device fn, void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_device d;
	tf_err e;

	TRY(tf_query_start(&q, db, "select device from device order by device", NULL, 0));
	while ((e = tf_query_next(&q)) == TF_OK) {
		const char *name = tf_query_text(&q, 0);

		TRY(tf_roll_find_device(db, &d, workspace, name ? name : ""));
		TRY(fn(ctx, &d));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

tf_err tf_roll_each_cert(tf_db *db, const char *device, int64_t now, tf_roll_visit_cert fn,
                         void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	TRY(tf_query_start(&q, db, "select serial, not_before, not_after, evidence, revoked from cert"
	                   " where device = ? and not_after > ? order by not_before, serial",
	                   (tf_arg[]){ tf_arg_text(device), tf_arg_int(now) }, 2));
	while ((e = tf_query_next(&q)) == TF_OK) {
		const char *evidence = tf_query_text(&q, 3);
		tf_cert_row row = { .not_before = tf_query_int(&q, 1),
		                    .not_after = tf_query_int(&q, 2),
		                    .revoked = !tf_query_is_null(&q, 4) };

		TRY(tf_query_fixed(&q, 0, row.serial, sizeof(row.serial)));
		if (!evidence || tf_evidence_parse(&row.evidence, evidence) != TF_OK)
			return TF_E_IO;
		TRY(fn(ctx, &row));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}
