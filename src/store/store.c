#include "store/store.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define APPLICATION 0x74726673 /* "trfs" */

static const char *const migrations[] = {
	"create table header ("
	"  id integer primary key check (id = 1),"
	"  uuid blob not null check (length(uuid) = 16),"
	"  sources integer not null,"
	"  key_version integer not null,"
	"  kcv blob not null check (length(kcv) = 16),"
	"  cosigner text not null,"
	"  schema integer not null"
	") strict;"
	"create table record ("
	"  tbl text not null,"
	"  row text not null,"
	"  col text not null,"
	"  value blob not null,"
	"  primary key (tbl, row, col)"
	") strict, without rowid;",
};

static const tf_db_schema schema = { APPLICATION, migrations, TF_ARRAY_LEN(migrations) };

struct tf_store {
	tf_db *db;
	tf_sealer *sealer;
	tf_seal_header header;
	uint32_t schema;
	tf_rng rng;
	tf_tx group;
	bool stale; /* the files have values that were deleted or replaced */
};

/* A value in the clear (or sealed), on the heap, wiped before it is freed. */
typedef struct heap {
	uint8_t *p;
	size_t len;
} heap;

static void heap_wipe(heap *h)
{
	if (h->p)
		tf_wipe(h->p, h->len);
	free(h->p);
	*h = (heap){ 0 };
}

static tf_err heap_take(heap *h, size_t len)
{
	h->p = malloc(len ? len : 1);
	h->len = len;
	return h->p ? TF_OK : TF_E_RESOURCE;
}

/* Tables whose name begins so are the store's own. */
static bool is_ours(const tf_place *place)
{
	return place->table[0] == '_';
}

static tf_err write_header(tf_store *s, const tf_store_config *c)
{
	const tf_seal_header *h = &s->header;

	return tf_db_run(s->db, "insert into header values (1, ?, ?, ?, ?, ?, ?)", (tf_arg[]){
		tf_arg_blob(h->uuid, sizeof(h->uuid)), tf_arg_int(h->sources),
		tf_arg_int(h->key_version), tf_arg_blob(h->kcv, sizeof(h->kcv)),
		tf_arg_text(c->cosigner), tf_arg_int(c->schema) }, 6);
}

/* TF_E_NOT_FOUND in a new store. */
static tf_err read_header(tf_store *s)
{
	TF_AUTO(tf_query) q = { 0 };

	TRY(tf_query_start(&q, s->db, "select uuid, sources, key_version, kcv, schema from header",
	                   NULL, 0));
	TRY(tf_query_next(&q));
	TRY(tf_query_fixed(&q, 0, s->header.uuid, sizeof(s->header.uuid)));
	s->header.sources = (uint32_t)tf_query_int(&q, 1);
	s->header.key_version = (uint32_t)tf_query_int(&q, 2);
	TRY(tf_query_fixed(&q, 3, s->header.kcv, sizeof(s->header.kcv)));
	s->schema = (uint32_t)tf_query_int(&q, 4);
	return TF_OK;
}

static tf_err write_record(tf_store *s, const tf_place *at, const uint8_t *value, size_t len)
{
	TF_AUTO(heap) sealed = { 0 };
	size_t n;

	if (len > TF_SEAL_VALUE_MAX)
		return TF_E_TOO_LARGE;
	TRY(heap_take(&sealed, len + TF_SEAL_OVERHEAD));
	TRY(tf_seal(sealed.p, sealed.len, &n, s->sealer, at, s->schema, value, len, &s->rng));
	return tf_db_run(s->db, "insert into record values (?, ?, ?, ?)"
	                 " on conflict do update set value = excluded.value", (tf_arg[]){
		tf_arg_text(at->table), tf_arg_text(at->row), tf_arg_text(at->column),
		tf_arg_blob(sealed.p, n) }, 4);
}

static tf_err find(tf_query *q, tf_store *s, const tf_place *at)
{
	TRY(tf_query_start(q, s->db, "select value from record"
	                   " where tbl = ? and row = ? and col = ?", (tf_arg[]){
		tf_arg_text(at->table), tf_arg_text(at->row), tf_arg_text(at->column) }, 3));
	return tf_query_next(q);
}

/* The value of a column of the current row, opened. */
static tf_err open_value(heap *out, tf_store *s, const tf_place *at, uint32_t of_schema,
                         const tf_query *q, int column)
{
	size_t sealed_len, n;
	const uint8_t *sealed = tf_query_blob(q, column, &sealed_len);

	if (sealed_len < TF_SEAL_OVERHEAD)
		return TF_E_SEAL;
	TRY(heap_take(out, sealed_len - TF_SEAL_OVERHEAD));
	return tf_unseal(out->p, out->len, &n, s->sealer, at, of_schema, sealed, sealed_len);
}

/* Seal every value anew in the format of the configuration: one transaction, all or nothing. */
static tf_err upgrade_one(tf_store *s, const tf_store_config *c, const tf_query *q)
{
	const tf_place at = { tf_query_text(q, 0), tf_query_text(q, 1), tf_query_text(q, 2) };
	TF_AUTO(heap) before = { 0 };
	TF_AUTO(heap) after = { 0 };
	size_t len;

	if (!at.table || !at.row || !at.column)
		return TF_E_ENCODING;
	TRY(open_value(&before, s, &at, s->schema, q, 3));
	TRY(heap_take(&after, TF_SEAL_VALUE_MAX));
	if (is_ours(&at)) {
		len = before.len;
		memcpy(after.p, before.p, len);
	} else {
		TRY(c->upgrade(c->upgrade_ctx, &at, s->schema, before.p, before.len, after.p,
		               after.len, &len));
	}
	s->schema = c->schema;
	return write_record(s, &at, after.p, len);
}

static tf_err upgrade(tf_store *s, const tf_store_config *c)
{
	const uint32_t from = s->schema;
	TF_AUTO(tf_query) q = { 0 };
	TF_AUTO(tf_tx) tx = { 0 };
	tf_err e;

	if (from > c->schema || !c->upgrade)
		return TF_E_UNSUPPORTED;
	TRY(tf_tx_begin(&tx, s->db));
	TRY(tf_db_run(s->db, "create temp table old as select * from record", NULL, 0));
	TRY(tf_query_start(&q, s->db, "select tbl, row, col, value from old", NULL, 0));
	while ((e = tf_query_next(&q)) == TF_OK) {
		s->schema = from;
		TRY(upgrade_one(s, c, &q));
	}
	if (e != TF_E_NOT_FOUND)
		return e;
	tf_query_wipe(&q);
	s->schema = c->schema;
	TRY(tf_db_run(s->db, "drop table old", NULL, 0));
	TRY(tf_db_run(s->db, "update header set schema = ?",
	              (tf_arg[]){ tf_arg_int(c->schema) }, 1));
	return tf_tx_commit(&tx);
}

static tf_err create(tf_store *s, const tf_store_config *c)
{
	TRY(tf_seal_header_make(&s->header, c->cosigner, c->parts, c->n_parts, &s->rng));
	s->schema = c->schema;
	return write_header(s, c);
}

static tf_err open_store(tf_store *s, const tf_store_config *c, tf_db_reason *reason)
{
	tf_err e;

	TRY(tf_db_open(&s->db, c->path, &schema, reason));
	TRY(tf_db_check(s->db));
	e = read_header(s);
	if (e == TF_E_NOT_FOUND)
		e = create(s, c);
	TRY(e);
	if ((s->header.sources & c->required_sources) != c->required_sources)
		return TF_E_SEAL;
	TRY(tf_sealer_new(&s->sealer, &s->header, c->cosigner, c->parts, c->n_parts));
	return s->schema == c->schema ? TF_OK : upgrade(s, c);
}

tf_err tf_store_open(tf_store **out, const tf_store_config *config, tf_db_reason *reason)
{
	tf_store *s = calloc(1, sizeof(*s));
	tf_err e;

	if (!s)
		return TF_E_RESOURCE;
	s->rng = config->rng;
	e = open_store(s, config, reason);
	if (e != TF_OK) {
		tf_store_close(s);
		return e;
	}
	*out = s;
	return TF_OK;
}

void tf_store_close(tf_store *s)
{
	if (!s)
		return;
	tf_tx_wipe(&s->group);
	tf_sealer_free(s->sealer);
	tf_db_close(s->db);
	free(s);
}

static tf_err remove_record(tf_store *s, const tf_place *at)
{
	TRY(tf_db_run(s->db, "delete from record where tbl = ? and row = ? and col = ?",
	              (tf_arg[]){ tf_arg_text(at->table), tf_arg_text(at->row),
	                          tf_arg_text(at->column) }, 3));
	s->stale |= tf_db_changes(s->db) > 0;
	return TF_OK;
}

/* Nothing happens while something is not durable yet; whoever makes it so comes here again. */
static void scrub(tf_store *s)
{
	if (s->stale && tf_db_scrub(s->db) == TF_OK)
		s->stale = false;
}

void tf_store_scrub(tf_store *s)
{
	s->stale = true;
	scrub(s);
}

tf_err tf_store_put_all(tf_store *s, const tf_record records[], size_t n)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, s->db));
	for (size_t i = 0; i < n; i++) {
		const tf_record *r = &records[i];

		if (is_ours(&r->place))
			return TF_E_USAGE;
		if (r->value)
			TRY(write_record(s, &r->place, r->value, r->len));
		else
			TRY(remove_record(s, &r->place));
	}
	TRY(tf_tx_commit(&tx));
	scrub(s);
	return TF_OK;
}

tf_err tf_store_put(tf_store *s, const tf_place *place, const uint8_t *value, size_t len)
{
	const tf_record r = { *place, value ? value : (const uint8_t *)"", value ? len : 0 };

	return tf_store_put_all(s, &r, 1);
}

tf_err tf_store_delete(tf_store *s, const tf_place *place)
{
	const tf_record r = { *place, NULL, 0 };

	return tf_store_put_all(s, &r, 1);
}

tf_err tf_store_get(tf_store *s, const tf_place *place, uint8_t *out, size_t cap, size_t *len)
{
	TF_AUTO(tf_query) q = { 0 };
	const uint8_t *sealed;
	size_t n;

	if (is_ours(place))
		return TF_E_USAGE;
	TRY(find(&q, s, place));
	sealed = tf_query_blob(&q, 0, &n);
	if (n < TF_SEAL_OVERHEAD)
		return TF_E_SEAL;
	*len = n - TF_SEAL_OVERHEAD;
	return tf_unseal(out, cap, len, s->sealer, place, s->schema, sealed, n);
}

tf_err tf_store_list(tf_store *s, const char *table, const char *row, tf_store_visit fn, void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_err e;

	TRY(tf_query_start(&q, s->db, "select tbl, row, col, value from record"
	                   " where tbl = ?1 and (?2 is null or row = ?2) order by row, col",
	                   (tf_arg[]){ tf_arg_text(table), tf_arg_text(row) }, 2));
	while ((e = tf_query_next(&q)) == TF_OK) {
		const tf_place at = { tf_query_text(&q, 0), tf_query_text(&q, 1),
		                      tf_query_text(&q, 2) };
		TF_AUTO(heap) value = { 0 };

		if (!at.table || !at.row || !at.column)
			return TF_E_ENCODING;
		TRY(open_value(&value, s, &at, s->schema, &q, 3));
		TRY(fn(ctx, &at, value.p, value.len));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

static tf_err bind_one(tf_store *s, const tf_record *r)
{
	TF_AUTO(tf_query) q = { 0 };
	TF_AUTO(heap) there = { 0 };
	tf_err e = find(&q, s, &r->place);

	if (e == TF_E_NOT_FOUND) {
		tf_query_wipe(&q);
		return write_record(s, &r->place, r->value, r->len);
	}
	TRY(e);
	TRY(open_value(&there, s, &r->place, s->schema, &q, 0));
	if (there.len != r->len ||
	    !tf_ct_reveal(tf_ct_bytes_eq(there.p, r->value, r->len)))
		return TF_E_CONFLICT;
	return TF_OK;
}

tf_err tf_store_bind_all(tf_store *s, const tf_record records[], size_t n)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, s->db));
	for (size_t i = 0; i < n; i++) {
		if (is_ours(&records[i].place) || !records[i].value)
			return TF_E_USAGE;
		TRY(bind_one(s, &records[i]));
	}
	return tf_tx_commit(&tx);
}

tf_err tf_store_bind(tf_store *s, const tf_place *place, const uint8_t *value, size_t len)
{
	const tf_record r = { *place, value, len };

	return tf_store_bind_all(s, &r, 1);
}

tf_err tf_store_use_sid(tf_store *s, const uint8_t sid[static 32], int64_t now)
{
	char hex[65];
	uint8_t at[8];
	const tf_place place = { "_sid", hex, "at" };
	TF_AUTO(tf_query) q = { 0 };
	TF_AUTO(tf_tx) tx = { 0 };
	tf_err e;

	sodium_bin2hex(hex, sizeof(hex), sid, 32);
	for (unsigned i = 0; i < 8; i++)
		at[i] = (uint8_t)((uint64_t)now >> (56 - 8 * i));
	TRY(tf_tx_begin(&tx, s->db));
	e = find(&q, s, &place);
	if (e == TF_OK)
		return TF_E_REPLAY; /* that it is there is enough, whatever it says */
	if (e != TF_E_NOT_FOUND)
		return e;
	tf_query_wipe(&q);
	TRY(write_record(s, &place, at, sizeof(at)));
	return tf_tx_commit(&tx);
}

tf_err tf_store_begin(tf_store *s)
{
	return tf_tx_begin(&s->group, s->db);
}

tf_err tf_store_commit(tf_store *s)
{
	tf_err e = tf_tx_commit(&s->group);

	if (e != TF_OK)
		tf_tx_wipe(&s->group);
	else
		scrub(s);
	return e;
}

void tf_store_abort(tf_store *s)
{
	tf_tx_wipe(&s->group);
}

void tf_store_defer(tf_store *s, bool on)
{
	tf_db_defer(s->db, on);
}

bool tf_store_deferred(const tf_store *s)
{
	return tf_db_deferred(s->db) > 0;
}

tf_err tf_store_settle(tf_store *s)
{
	TRY(tf_db_settle(s->db));
	scrub(s);
	return TF_OK;
}

tf_err tf_store_backup(tf_store *s, const char *path)
{
	return tf_db_backup(s->db, path);
}

const tf_seal_header *tf_store_header(const tf_store *s)
{
	return &s->header;
}

const char *tf_store_message(const tf_store *s)
{
	return tf_db_message(s->db);
}
