#include "coordinator/engine_stage_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "proto/poly.h"

static const struct {
	const char *device;
	tf_role role;
	uint16_t set;
} places[ALL] = {
	{ "primary-1", TF_ROLE_PRIMARY, 0 }, { "guard-1", TF_ROLE_GUARD, 1 },
	{ "guard-4", TF_ROLE_GUARD, 4 },     { "guard-2", TF_ROLE_GUARD, 1 },
	{ "coordinator", TF_ROLE_COORDINATOR, 0 },
};
const unsigned engine_holders[3] = { PRIMARY, GUARD, CHEAT };

static char folder[40];

engine_stage stage;

static void remove_folder(void)
{
	static const char *const names[] = { "book", "book-wal", "book-shm", "book.lock", "audit.log" };
	char file[96];

	for (size_t i = 0; i < TF_ARRAY_LEN(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", folder, names[i]);
		unlink(file);
	}
	rmdir(folder);
}

static const char *file_named(const char *name)
{
	static char file[96];

	snprintf(file, sizeof(file), "%s/%s", folder, name);
	return file;
}

static void make_roster(void)
{
	for (unsigned i = 0; i < ALL; i++) {
		tf_secret seed = { { (uint8_t)(i + 1), 0x6b } };
		tf_roster_entry *r = &stage.roster[i];

		tf_signer_init(&stage.signer[i], &seed);
		*r = (tf_roster_entry){ .role = places[i].role, .set = places[i].set, .pinned = true };
		snprintf(r->device, sizeof(r->device), "%s", places[i].device);
		memcpy(r->identity, stage.signer[i].pk, sizeof(r->identity));
	}
	stage.w = (tf_workspace){ .name = "acme", .version = 2, .roster = stage.roster, .n_roster = ALL,
	                      .sets = { 1, 4 }, .n_sets = 2 };
	stage.c.workspace = &stage.w;
}

/* The row of the books before the first attempt. */
void engine_begin_key(const char *id, uint32_t curve)
{
	tf_key_row row = { .curve = curve, .threshold = 3, .clique = "primary-1 guard-1 guard-4" };

	snprintf(row.id, sizeof(row.id), "%s", id);
	CHECK_OK(tf_book_key_begin(stage.c.book, &row));
	tf_engine_refresh_keys(stage.e);
}

static tf_err settle_books(void *ctx)
{
	(void)ctx;
	return tf_book_settle(stage.c.book);
}

static void settled(void *ctx, tf_err error)
{
	(void)ctx;
	CHECK_OK(error);
}

static tf_turn_waits nobody_waits(void *ctx)
{
	(void)ctx;
	return TF_TURN_NOTHING;
}

void engine_begin(void)
{
	const tf_engine_options o = { .profile = "small", .nonce_depth = 1 };
	tf_turn_options turn = { .waits = nobody_waits, .settle = settle_books,
	                         .settled = settled };
	tf_db_reason reason = { "" };
	char why[200];

	snprintf(folder, sizeof(folder), "/tmp/trefoil-engine-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	atexit(remove_folder);
	stage.rng = stage.c.rng = tf_tape_init(&stage.tape, tf_test_seed(), 1);
	tf_arena_init(&stage.groups, stage.group_room, sizeof(stage.group_room));
	tf_arena_init(&stage.mem, stage.room, sizeof(stage.room));
	CHECK_OK(tf_group_init(&stage.c.secp256k1, TF_CURVE_SECP256K1, &stage.rng, &stage.groups));
	CHECK_OK(tf_group_init(&stage.c.ed25519, TF_CURVE_ED25519, &stage.rng, &stage.groups));
	CHECK_OK(tf_book_open(&stage.c.book, file_named("book"), &reason));
	CHECK_OK(tf_audit_open(&stage.c.audit, file_named("audit.log"), "test", NULL, NULL, NULL, why,
	                       sizeof(why)));
	CHECK_OK(tf_loop_new(&stage.c.loop));
	turn.loop = stage.c.loop;
	turn.audit = stage.c.audit;
	CHECK_OK(tf_turn_new(&stage.c.turn, &turn));
	make_roster();
	CHECK_OK(tf_engine_new(&stage.e, &stage.c, &o));
	stage.k = &stage.e->keys[0];
	engine_begin_key(ENGINE_KEY, TF_CURVE_SECP256K1);
	CHECK(stage.k->has_key && stage.k->key.state == TF_KEY_PENDING);
}

void engine_end(void)
{
	tf_engine_free(stage.e);
	tf_turn_free(stage.c.turn);
	tf_loop_free(stage.c.loop);
	tf_audit_close(stage.c.audit);
	tf_book_close(stage.c.book);
}

/* ---- what the audit log says ---- */

typedef struct search {
	char words[2][128];
	size_t found;
} search;

static tf_err count_row(void *ctx, const tf_audit_row *row)
{
	search *w = ctx;
	char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)row->text_len, row->text);
	w->found += strstr(text, w->words[0]) && strstr(text, w->words[1]);
	return TF_OK;
}

/* Rows of this event about this device. */
size_t engine_rows(const char *event, const char *device)
{
	search w = { .found = 0 };
	tf_audit_head head;
	char why[200];

	snprintf(w.words[0], sizeof(w.words[0]), "\"event\":\"%s\"", event);
	snprintf(w.words[1], sizeof(w.words[1]), device[0] ? "\"device\":\"%s\"" : "%s", device);
	CHECK_OK(tf_audit_sync(stage.c.audit));
	CHECK_OK(tf_audit_verify(file_named("audit.log"), "test", NULL, count_row, &w, &head, why,
	                         sizeof(why)));
	return w.found;
}

/* ---- sharings and their certificates ---- */

static const tf_group *group_of(const tf_sharing *f)
{
	return tf_coordinator_group(&stage.c, f->curve);
}

/* New shares for the engine_holders that f has: they add up. */
tf_sc_sec engine_deal(tf_sharing *f)
{
	const tf_group *g = group_of(f);
	tf_sc_sec a[TF_PARTIES_MAX], sum = { { { 0 } } };

	for (unsigned i = 0; i < f->n; i++)
		CHECK_OK(tf_sc_random(g, &a[i], &stage.rng));
	for (unsigned i = 0; i < f->n; i++) {
		tf_sc_sec x;

		tf_poly_at(&x, g, a, f->t, f->seat[i].index);
		if (f->form == TF_SHARE_ADDITIVE)
			x = a[i];
		tf_sc_add(g, &sum.s, &sum.s, &a[i].s);
		CHECK_OK(tf_pt_mul_base(g, &f->seat[i].W, &x));
	}
	CHECK_OK(tf_pt_mul_base(g, &f->Y, f->form == TF_SHARE_ADDITIVE ? &sum : &a[0]));
	CHECK_OK(tf_sharing_attempt(f->attempt, f, g, &stage.mem));
	return f->form == TF_SHARE_ADDITIVE ? sum : a[0];
}

void engine_seat(tf_sharing *f, unsigned i, uint16_t index, const char *device)
{
	f->seat[i].index = index;
	snprintf(f->seat[i].device, sizeof(f->seat[i].device), "%s", device);
}

/* What the three were asked for. */
tf_sharing engine_asked(void)
{
	tf_sharing f = { .workspace = "acme", .curve = TF_CURVE_SECP256K1, .epoch = TF_EPOCH_FIRST,
	                 .t = 3, .n = 3 };

	tf_engine_key_bytes(f.key_id, ENGINE_KEY);
	CHECK_OK(tf_rng_bytes(&stage.rng, f.cc, sizeof(f.cc)));
	CHECK_OK(tf_rng_bytes(&stage.rng, f.sharing, sizeof(f.sharing)));
	for (unsigned i = 0; i < 3; i++)
		engine_seat(&f, i, tf_fleet_slot(&stage.roster[engine_holders[i]]),
		            places[engine_holders[i]].device);
	return f;
}

/* Signed by everybody of whom there is a bit. */
void engine_certify(engine_paper *out, const tf_sharing *f, unsigned by)
{
	static uint8_t body[TF_CERTIFICATE_MAX];
	tf_sharing_sig sig[ALL];
	uint8_t hash[32];
	size_t len, n = 0;

	CHECK_OK(tf_sharing_encode(body, &len, hash, f, group_of(f), &stage.mem));
	for (unsigned i = 0; i < ALL; i++)
		if (by & 1u << i) {
			sig[n].device = places[i].device;
			CHECK_OK(tf_sign(sig[n++].sig, &stage.signer[i], TF_SHARING_DOMAIN, hash, 32));
		}
	CHECK_OK(tf_sharing_seal(out->b, sizeof(out->b), &out->len, body, len, sig, n, &stage.mem));
}

tf_err engine_show(unsigned who, const engine_paper *p)
{
	tf_device *d = tf_fleet_find(&stage.e->fleet, places[who].device);

	CHECK(d != NULL);
	return tf_engine_hear_of_key(stage.e, d, p->b, p->len);
}

tf_err engine_show_all(const engine_paper *p)
{
	tf_err worst = TF_OK;

	for (unsigned i = 0; i < 3; i++) {
		tf_err err = engine_show(engine_holders[i], p);

		worst = err != TF_OK ? err : worst;
	}
	return worst;
}

/* Is this the key from which addresses are derived? */
bool engine_serves(const tf_sharing *f)
{
	tf_path path = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
	tf_key_row row;
	tf_pt child, want;
	tf_sc tweak;
	tf_err err = tf_coordinator_derive(&stage.c, f->curve, &path, &child, &row);

	if (err == TF_E_STATE)
		return false;
	CHECK_OK(err);
	CHECK_OK(tf_bip32_derive(group_of(f), &tweak, &want, NULL, &f->Y, f->cc, &path));
	return tf_pt_eq(group_of(f), &child, &want);
}

bool engine_is_pending(void)
{
	tf_key_row row;

	CHECK_OK(tf_book_key_find(stage.c.book, TF_CURVE_SECP256K1, &row));
	return row.state == TF_KEY_PENDING && stage.k->key.state == TF_KEY_PENDING;
}

