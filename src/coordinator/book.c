#include "coordinator/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPLICATION_ID 0x54464344 /* "TFCD" */
#define DAY_MS (24 * 3600 * 1000LL)

static const char *const migrations[] = {
	"create table keys("
	" id text primary key, state integer not null, curve integer not null unique,"
	" threshold integer not null, public_key blob, chain_code blob, sharing blob,"
	" epoch integer,"
	" clique text not null,"
	" created integer not null) strict;"
	"create table accounts("
	" id integer primary key, name text not null, customer_ref text not null,"
	" hidden integer not null, auto_fuel integer not null, created integer not null) strict;"
	"create table wallets("
	" account integer not null references accounts(id), asset text not null,"
	" address text not null, public_key blob not null, created integer not null,"
	" primary key(account, asset)) strict;"
	"create index wallets_address on wallets(address);"
	"create table idempotency("
	" user text not null, key text not null, status integer not null, body text not null,"
	" created integer not null, primary key(user, key)) strict;"
	"create table token_nonces("
	" user text not null, nonce text not null, expires integer not null,"
	" primary key(user, nonce)) strict;"
	"create table transactions("
	" seq integer primary key autoincrement, id text not null unique, external_id text unique,"
	" user text not null, status integer not null, sub_status text not null,"
	" account integer not null, asset text not null, key_id text not null, sender text not null,"
	" chain_id integer not null, nonce integer not null, nonce_given integer not null,"
	" asked integer not null,"
	" token text not null, target text not null, body blob not null, payload blob not null,"
	" digest blob not null, summary text not null, attempts integer not null,"
	" clique text not null, raw blob, tx_hash text, trouble text not null,"
	" created integer not null, updated integer not null) strict;"
	"create index transactions_open on transactions(status) where status < 100;"
	"create index transactions_nonce on transactions(sender, chain_id, nonce);"
	"create table refusals("
	" tx text not null, device text not null, attempt integer not null,"
	" check_number integer not null, reason text not null, statement blob not null,"
	" created integer not null, primary key(tx, device, attempt)) strict;",
	"alter table transactions add column operation integer not null default 1;"
	"alter table transactions add column algorithm integer not null default 1;"
	"alter table transactions add column messages integer not null default 1;",
};

struct tf_book {
	tf_db *db;
	int64_t light; /* deferred changes that are nonces of tokens */
	int64_t swept; /* seconds: when nonces of tokens were last cleared away */
	tf_nonce_floors floors;
};

tf_err tf_book_open(tf_book **out, const char *path, tf_db_reason *reason)
{
	static const tf_db_schema schema = {
		APPLICATION_ID, migrations, TF_ARRAY_LEN(migrations),
	};
	tf_book *b = calloc(1, sizeof(*b));
	tf_err e;

	if (!b)
		return TF_E_RESOURCE;
	e = tf_db_open(&b->db, path, &schema, reason);
	if (e == TF_OK) /* KiB: a long listing drives out nothing that is worked on */
		e = tf_db_run(b->db, "pragma cache_size=-16384", NULL, 0);
	if (e != TF_OK) {
		tf_db_close(b->db);
		free(b);
		return e;
	}
	*out = b;
	return TF_OK;
}

void tf_book_close(tf_book *b)
{
	if (!b)
		return;
	tf_db_close(b->db);
	free(b);
}

tf_db *tf_book_db(tf_book *b)
{
	return b->db;
}

void tf_book_defer(tf_book *b)
{
	tf_db_defer(b->db, true);
}

bool tf_book_has_deferred(const tf_book *b, bool urgent)
{
	return tf_db_deferred(b->db) > (urgent ? b->light : 0);
}

tf_err tf_book_settle(tf_book *b)
{
	tf_err e = tf_db_settle(b->db);

	b->light = 0;
	if (e != TF_OK)
		memset(&b->floors, 0, sizeof(b->floors));
	return e;
}

void tf_book_lose(tf_book *b)
{
	tf_db_abandon(b->db);
	b->light = 0;
	memset(&b->floors, 0, sizeof(b->floors));
}

tf_nonce_floors *tf_book_floors(tf_book *b)
{
	return &b->floors;
}

static void copy_text(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text ? text : "");
}

/* An update that must hit exactly one row. */
static tf_err update_one(tf_book *b, const char *sql, const tf_arg args[], size_t n)
{
	TRY(tf_db_run(b->db, sql, args, n));
	return tf_db_changes(b->db) == 1 ? TF_OK : TF_E_NOT_FOUND;
}

tf_err tf_book_key_begin(tf_book *b, const tf_key_row *row)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, b->db));
	TRY(tf_db_run(b->db, "delete from keys where curve = ? and state = 1",
	              (tf_arg[]){ tf_arg_int(row->curve) }, 1));
	TRY(tf_db_run(b->db,
	              "insert into keys(id, state, curve, threshold, clique, created)"
	              " values (?, ?, ?, ?, ?, ?)",
	              (tf_arg[]){ tf_arg_text(row->id), tf_arg_int(TF_KEY_PENDING),
	                          tf_arg_int(row->curve), tf_arg_int(row->threshold),
	                          tf_arg_text(row->clique), tf_arg_int(row->created) },
	              6));
	return tf_tx_commit(&tx);
}

tf_err tf_book_key_ready(tf_book *b, const char *id, const uint8_t public_key[static 33],
                         const uint8_t chain_code[static 32], const uint8_t sharing[static 32],
                         uint32_t epoch)
{
	return update_one(b,
	                  "update keys set state = 2, public_key = ?, chain_code = ?, sharing = ?,"
	                  " epoch = ?"
	                  " where id = ? and state = 1",
	                  (tf_arg[]){ tf_arg_blob(public_key, 33), tf_arg_blob(chain_code, 32),
	                              tf_arg_blob(sharing, 32), tf_arg_int(epoch), tf_arg_text(id) },
	                  5);
}

tf_err tf_book_key_find(tf_book *b, uint32_t curve, tf_key_row *row)
{
	TF_AUTO(tf_query) q = { 0 };

	memset(row, 0, sizeof(*row));
	TRY(tf_query_start(&q, b->db,
	                   "select id, state, curve, threshold, clique, created, public_key,"
	                   " chain_code, sharing, epoch from keys where curve = ?",
	                   (tf_arg[]){ tf_arg_int(curve) }, 1));
	TRY(tf_query_next(&q));
	copy_text(row->id, sizeof(row->id), tf_query_text(&q, 0));
	row->state = tf_query_int(&q, 1) == TF_KEY_READY ? TF_KEY_READY : TF_KEY_PENDING;
	row->curve = (uint32_t)tf_query_int(&q, 2);
	row->threshold = (uint32_t)tf_query_int(&q, 3);
	copy_text(row->clique, sizeof(row->clique), tf_query_text(&q, 4));
	row->created = tf_query_int(&q, 5);
	if (row->state == TF_KEY_PENDING)
		return TF_OK;
	row->epoch = (uint32_t)tf_query_int(&q, 9);
	TRY(tf_query_fixed(&q, 6, row->public_key, sizeof(row->public_key)));
	TRY(tf_query_fixed(&q, 7, row->chain_code, sizeof(row->chain_code)));
	return tf_query_fixed(&q, 8, row->sharing, sizeof(row->sharing));
}

/* Ids count up from 0 and are never reused: an account is never deleted. */
tf_err tf_book_account_add(tf_book *b, tf_account_row *row)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, b->db));
	TRY(tf_db_int(b->db, &row->id, "select coalesce(max(id) + 1, 0) from accounts", NULL, 0));
	TRY(tf_db_run(b->db,
	              "insert into accounts(id, name, customer_ref, hidden, auto_fuel, created)"
	              " values (?, ?, ?, ?, ?, ?)",
	              (tf_arg[]){ tf_arg_int(row->id), tf_arg_text(row->name),
	                          tf_arg_text(row->customer_ref), tf_arg_int(row->hidden),
	                          tf_arg_int(row->auto_fuel), tf_arg_int(row->created) },
	              6));
	return tf_tx_commit(&tx);
}

#define ACCOUNT_COLUMNS "id, name, customer_ref, hidden, auto_fuel, created"

static void read_account(const tf_query *q, tf_account_row *row)
{
	memset(row, 0, sizeof(*row));
	row->id = tf_query_int(q, 0);
	copy_text(row->name, sizeof(row->name), tf_query_text(q, 1));
	copy_text(row->customer_ref, sizeof(row->customer_ref), tf_query_text(q, 2));
	row->hidden = tf_query_int(q, 3) != 0;
	row->auto_fuel = tf_query_int(q, 4) != 0;
	row->created = tf_query_int(q, 5);
}

tf_err tf_book_account_get(tf_book *b, int64_t id, tf_account_row *row)
{
	TF_AUTO(tf_query) q = { 0 };

	TRY(tf_query_start(&q, b->db, "select " ACCOUNT_COLUMNS " from accounts where id = ?",
	                   (tf_arg[]){ tf_arg_int(id) }, 1));
	TRY(tf_query_next(&q));
	read_account(&q, row);
	return TF_OK;
}

tf_err tf_book_account_rename(tf_book *b, int64_t id, const char *name)
{
	return update_one(b, "update accounts set name = ? where id = ?",
	                  (tf_arg[]){ tf_arg_text(name), tf_arg_int(id) }, 2);
}

tf_err tf_book_account_set_hidden(tf_book *b, int64_t id, bool hidden)
{
	return update_one(b, "update accounts set hidden = ? where id = ?",
	                  (tf_arg[]){ tf_arg_int(hidden), tf_arg_int(id) }, 2);
}

tf_err tf_book_account_set_ref(tf_book *b, int64_t id, const char *ref)
{
	return update_one(b, "update accounts set customer_ref = ? where id = ?",
	                  (tf_arg[]){ tf_arg_text(ref), tf_arg_int(id) }, 2);
}

tf_err tf_book_account_set_fuel(tf_book *b, int64_t id, bool auto_fuel)
{
	return update_one(b, "update accounts set auto_fuel = ? where id = ?",
	                  (tf_arg[]){ tf_arg_int(auto_fuel), tf_arg_int(id) }, 2);
}

tf_err tf_book_account_list(tf_book *b, const tf_account_filter *f, tf_account_visit visit,
                            void *ctx)
{
	static const char *const sql[2] = {
#define ACCOUNTS(order) \
		"select " ACCOUNT_COLUMNS " from accounts a where" \
		" (?1 is null or substr(name, 1, length(?1)) = ?1)" \
		" and (?2 is null or substr(name, -length(?2)) = ?2 or ?2 = '')" \
		" and (?3 is null or exists(select 1 from wallets where account = a.id and asset = ?3))" \
		" and (?4 < 0 or id > ?4) and (?5 < 0 or id < ?5)" \
		" order by id " order " limit ?6"
		ACCOUNTS("desc"),
		ACCOUNTS("asc"),
#undef ACCOUNTS
	};
	TF_AUTO(tf_query) q = { 0 };
	tf_account_row row;
	tf_err e;

	TRY(tf_query_start(&q, b->db, sql[f->ascending],
	                   (tf_arg[]){ tf_arg_text(f->prefix), tf_arg_text(f->suffix),
	                               tf_arg_text(f->asset), tf_arg_int(f->after),
	                               tf_arg_int(f->before), tf_arg_int(f->limit) },
	                   6));
	while ((e = tf_query_next(&q)) == TF_OK) {
		read_account(&q, &row);
		TRY(visit(ctx, &row));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

tf_err tf_book_wallet_add(tf_book *b, const tf_wallet_row *row)
{
	return tf_db_run(b->db,
	                 "insert into wallets(account, asset, address, public_key, created)"
	                 " values (?, ?, ?, ?, ?)",
	                 (tf_arg[]){ tf_arg_int(row->account), tf_arg_text(row->asset),
	                             tf_arg_text(row->address), tf_arg_blob(row->public_key, 33),
	                             tf_arg_int(row->created) },
	                 5);
}

#define WALLET_COLUMNS "account, asset, address, public_key, created"

static tf_err read_wallet(const tf_query *q, tf_wallet_row *row)
{
	memset(row, 0, sizeof(*row));
	row->account = tf_query_int(q, 0);
	copy_text(row->asset, sizeof(row->asset), tf_query_text(q, 1));
	copy_text(row->address, sizeof(row->address), tf_query_text(q, 2));
	row->created = tf_query_int(q, 4);
	return tf_query_fixed(q, 3, row->public_key, sizeof(row->public_key));
}

tf_err tf_book_wallet_get(tf_book *b, int64_t account, const char *asset, tf_wallet_row *row)
{
	TF_AUTO(tf_query) q = { 0 };

	TRY(tf_query_start(&q, b->db,
	                   "select " WALLET_COLUMNS " from wallets where account = ? and asset = ?",
	                   (tf_arg[]){ tf_arg_int(account), tf_arg_text(asset) }, 2));
	TRY(tf_query_next(&q));
	return read_wallet(&q, row);
}

tf_err tf_book_wallet_list(tf_book *b, int64_t account, tf_wallet_visit visit, void *ctx)
{
	TF_AUTO(tf_query) q = { 0 };
	tf_wallet_row row;
	tf_err e;

	TRY(tf_query_start(&q, b->db,
	                   "select " WALLET_COLUMNS " from wallets where ?1 < 0 or account = ?1"
	                   " order by account, asset",
	                   (tf_arg[]){ tf_arg_int(account) }, 1));
	while ((e = tf_query_next(&q)) == TF_OK) {
		TRY(read_wallet(&q, &row));
		TRY(visit(ctx, &row));
	}
	return e == TF_E_NOT_FOUND ? TF_OK : e;
}

tf_err tf_book_idempotent_get(tf_book *b, const char *user, const char *key, int64_t now,
                              int *status, char *body, size_t cap)
{
	TF_AUTO(tf_query) q = { 0 };
	const char *text;

	TRY(tf_query_start(&q, b->db,
	                   "select status, body from idempotency"
	                   " where user = ? and key = ? and created > ?",
	                   (tf_arg[]){ tf_arg_text(user), tf_arg_text(key),
	                               tf_arg_int(now - DAY_MS) },
	                   3));
	TRY(tf_query_next(&q));
	text = tf_query_text(&q, 1);
	if (!text || strlen(text) >= cap)
		return TF_E_CAPACITY;
	*status = (int)tf_query_int(&q, 0);
	memcpy(body, text, strlen(text) + 1);
	return TF_OK;
}

tf_err tf_book_idempotent_put(tf_book *b, const char *user, const char *key, int64_t now,
                              int status, const char *body)
{
	TF_AUTO(tf_tx) tx = { 0 };

	TRY(tf_tx_begin(&tx, b->db));
	TRY(tf_db_run(b->db, "delete from idempotency where created <= ?",
	              (tf_arg[]){ tf_arg_int(now - DAY_MS) }, 1));
	TRY(tf_db_run(b->db,
	              "insert into idempotency(user, key, status, body, created)"
	              " values (?, ?, ?, ?, ?)",
	              (tf_arg[]){ tf_arg_text(user), tf_arg_text(key), tf_arg_int(status),
	                          tf_arg_text(body), tf_arg_int(now) },
	              5));
	return tf_tx_commit(&tx);
}

tf_err tf_book_nonce_use(tf_book *b, const char *user, const char *nonce, int64_t expires_s,
                         int64_t now_s)
{
	TF_AUTO(tf_tx) tx = { 0 };
	int64_t before;
	tf_err e;

	TRY(tf_tx_begin(&tx, b->db));
	before = tf_db_deferred(b->db);
	/* A minute of grace, so that a clock set back a little revives no token. */
	if (now_s != b->swept)
		TRY(tf_db_run(b->db, "delete from token_nonces where expires < ?",
		              (tf_arg[]){ tf_arg_int(now_s - 60) }, 1));
	b->swept = now_s;
	e = tf_db_run(b->db, "insert into token_nonces(user, nonce, expires) values (?, ?, ?)",
	              (tf_arg[]){ tf_arg_text(user), tf_arg_text(nonce), tf_arg_int(expires_s) }, 3);
	if (e == TF_E_CONFLICT)
		return TF_E_REPLAY;
	TRY(e);
	TRY(tf_tx_commit(&tx));
	b->light += tf_db_deferred(b->db) - before;
	return TF_OK;
}
