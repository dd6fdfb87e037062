#include "session/sessions.h"

#include <string.h>

/* Of one device, for each session that there can be: both messages of round 1, and as many
 * again. */
#define EARLY_MESSAGES 4u

/* Where an id's bit is. Whoever chooses ids can only make the search below longer. */
static uint32_t bit_of(const uint8_t id[static 32])
{
	uint32_t v = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];

	return v >> (32 - TF_SESSIONS_SEEN_BITS);
}

static void see(tf_sessions *a, const uint8_t id[static 32])
{
	a->seen[bit_of(id) / 64] |= UINT64_C(1) << bit_of(id) % 64;
}

void tf_sessions_init(tf_sessions *a, const tf_sessions_config *c)
{
	memset(a, 0, sizeof(*a));
	a->c = *c;
	memset(c->slots, 0, c->slots_n * sizeof(*c->slots));
	memset(c->used, 0, c->used_n * sizeof(*c->used));
	see(a, c->used[0]);
	tf_standings_init(&a->standings, c->standings, c->standings_n, c->quarantine);
	tf_pool_init(&a->pool, c->pool, c->pool_n, c->pool_depth, c->pool_age_ms);
	tf_pool_init(&a->nonces, c->nonces, c->nonces_n, c->nonces_depth, c->pool_age_ms);
	tf_inbox_init(&a->inbox, c->inbox, c->inbox_len, c->inbox_len / 2,
	              EARLY_MESSAGES * c->slots_n, c->inbox_ms);
	tf_arena_init(&a->scratch, c->scratch, TF_SESSIONS_SCRATCH);
}

void tf_sessions_wipe(tf_sessions *a)
{
	for (size_t i = 0; i < a->c.slots_n; i++)
		if (a->c.slots[i].phase != TF_SESSION_FREE)
			tf_session_wipe(&a->c.slots[i]);
	tf_pool_wipe(&a->pool);
	tf_pool_wipe(&a->nonces);
	tf_wipe(a, sizeof(*a));
}

void tf_sessions_mark_used(tf_sessions *a, const uint8_t id[static 32])
{
	see(a, id);
	memcpy(a->c.used[a->used_at], id, 32);
	a->used_at = (a->used_at + 1) % a->c.used_n;
	if (a->used_at > 0)
		return;
	/* once around: forget the bits of those that have been overwritten */
	memset(a->seen, 0, sizeof(a->seen));
	for (size_t i = 0; i < a->c.used_n; i++)
		see(a, a->c.used[i]);
}

bool tf_sessions_was_used(const tf_sessions *a, const uint8_t id[static 32])
{
	if (!(a->seen[bit_of(id) / 64] >> bit_of(id) % 64 & 1))
		return false;
	for (size_t i = 0; i < a->c.used_n; i++)
		if (memcmp(a->c.used[i], id, 32) == 0)
			return true;
	return false;
}

tf_err tf_sessions_load_standing(tf_sessions *a, const uint8_t *record, size_t len)
{
	return tf_standings_load(&a->standings, record, len, &a->scratch);
}

tf_session *tf_sessions_find(tf_sessions *a, const uint8_t request[static 32])
{
	for (size_t i = 0; i < a->c.slots_n; i++) {
		tf_session *s = &a->c.slots[i];

		if (s->phase != TF_SESSION_FREE &&
		    memcmp(s->opening.open.request, request, 32) == 0)
			return s;
	}
	return NULL;
}

static tf_session *free_slot(tf_sessions *a)
{
	for (size_t i = 0; i < a->c.slots_n; i++)
		if (a->c.slots[i].phase == TF_SESSION_FREE)
			return &a->c.slots[i];
	return NULL;
}

static bool all_fine(const tf_sessions *a, const tf_open *open)
{
	for (unsigned i = 0; i < open->n; i++)
		if (!tf_standings_fine(&a->standings, open->seat[i].device,
		                       open->seat[i].least_instance))
			return false;
	return true;
}

/* Is another session about to use this presignature? */
static bool in_use(const tf_sessions *a, const uint8_t id[static 32])
{
	for (size_t i = 0; i < a->c.slots_n; i++) {
		const tf_session *s = &a->c.slots[i];

		if (s->phase != TF_SESSION_FREE && tf_open_signs(&s->opening.open) &&
		    memcmp(s->opening.open.presig, id, 32) == 0)
			return true;
	}
	return false;
}

/* Here, free, and of exactly this sharing, epoch and these parties in this order. */
static bool presig_fits(const tf_sessions *a, const tf_open *open)
{
	const tf_pool *pool = tf_open_is_frost(open) ? &a->nonces : &a->pool;
	const tf_pool_owner *owner = tf_pool_find(pool, open->presig);

	if (!owner || in_use(a, open->presig) || owner->n != open->n ||
	    owner->epoch != open->epoch || memcmp(owner->sharing, open->sharing, 32) != 0 ||
	    memcmp(owner->key_id, open->key_id, 32) != 0)
		return false;
	for (unsigned i = 0; i < open->n; i++)
		if (strcmp(owner->party[i].device, open->seat[i].device) != 0)
			return false;
	return true;
}

static bool is_key_of(const tf_key *key, const tf_open *open)
{
	return key && key->state == TF_SHARE_COMMITTED &&
	       key->sharing.curve == (uint32_t)tf_group_id(open->g) &&
	       memcmp(key->sharing.sharing, open->sharing, 32) == 0 &&
	       memcmp(key->sharing.key_id, open->key_id, 32) == 0;
}

/* A share is its device's alone. Whoever else has come by it, a member of the roster in the same
 * slot even, has no seat. Without a key args_suffice does not hold. */
static bool are_holders(const tf_open *open, const tf_key *key)
{
	for (unsigned i = 0; tf_open_needs_key(open) && key && i < open->n; i++) {
		const tf_seat *seat = tf_sharing_seat(&key->sharing, open->seat[i].slot);

		if (!seat || strcmp(seat->device, open->seat[i].device) != 0)
			return false;
	}
	return true;
}

/* Has the caller brought what the protocol needs? */
static bool args_suffice(const tf_sessions *a, const tf_open *open, const tf_session_args *args)
{
	if (!args->mem ||
	    args->mem_len < tf_session_sizes(open, a->c.self->pr, args->msg_len).mem)
		return false;
	if (open->protocol == TF_FROST_SIGN && !args->msg)
		return false;
	if (open->protocol == TF_KEYGEN && !args->workspace)
		return false;
	if ((open->protocol == TF_AUXINFO || tf_open_needs_aux(open)) && !args->own)
		return false;
	if (tf_open_needs_key(open) && !is_key_of(args->key, open))
		return false;
	for (unsigned i = 0; tf_open_needs_aux(open) && i < open->n; i++)
		if (i + 1 != open->self && !args->aux[i])
			return false;
	return true;
}

/* The hash over all moduli that the run will use, in party order. */
static tf_err hash_aux(tf_sessions *a, const tf_open *open, tf_session_args *args)
{
	uint8_t hash[TF_PARTIES_MAX * 32];

	memset(args->round0.aux, 0, sizeof(args->round0.aux));
	if (!tf_open_needs_aux(open))
		return TF_OK;
	for (unsigned i = 0; i < open->n; i++) {
		if (i + 1 == open->self)
			TRY(tf_moduli_hash(hash + 32 * i, args->own, &a->scratch));
		else
			TRY(tf_aux_hash(hash + 32 * i, args->aux[i], &a->scratch));
	}
	return tf_round0_aux(args->round0.aux, hash, open->n);
}

static bool is_here_already(const tf_open *open, const tf_key *key)
{
	return key && key->state == TF_SHARE_COMMITTED &&
	       memcmp(key->sharing.key_id, open->key_id, 32) == 0;
}

bool tf_sessions_generates(const tf_sessions *a, const uint8_t *key_id)
{
	for (size_t i = 0; i < a->c.slots_n; i++) {
		const tf_session *s = &a->c.slots[i];

		if (s->phase != TF_SESSION_FREE && s->opening.open.protocol == TF_KEYGEN &&
		    (!key_id || memcmp(s->opening.open.key_id, key_id, 32) == 0))
			return true;
	}
	return false;
}

/* One key has one sharing by key generation: whoever holds it, or is about to, makes no other, so
 * that a sharing with everybody's signature is the only one that ever was or will be committed. */
static tf_err may_generate(const tf_sessions *a, const tf_open *open, const tf_session_args *args,
                           tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_KEYGEN_ONCE, !is_here_already(open, args->key)))
		return TF_E_CONFLICT;
	if (!tf_holds(fault, TF_CK_KEYGEN_ALONE, !tf_sessions_generates(a, open->key_id)))
		return TF_E_BUSY;
	return TF_OK;
}

static tf_err may_open(const tf_sessions *a, const tf_open *open, const tf_session_args *args,
                       tf_fault *fault)
{
	if (!tf_holds(fault, TF_CK_OPEN_REQUEST, !tf_sessions_was_used(a, open->request)))
		return TF_E_REPLAY;
	if (!tf_holds(fault, TF_CK_OPEN_STANDING, all_fine(a, open)))
		return TF_E_POLICY;
	if (!tf_holds(fault, TF_CK_OPEN_EPOCH, open->epoch == args->round0.epoch))
		return TF_E_STATE;
	if (a->c.message_max && tf_session_sizes(open, a->c.self->pr, 0).message > a->c.message_max)
		return TF_E_TOO_LARGE;
	if (open->protocol == TF_KEYGEN)
		TRY(may_generate(a, open, args, fault));
	if (!tf_holds(fault, TF_CK_OPEN_HOLDERS, are_holders(open, args->key)))
		return TF_E_TRUST;
	if (tf_open_signs(open) && !tf_open_is_fresh(open) &&
	    !tf_holds(fault, TF_CK_OPEN_PRESIG, presig_fits(a, open)))
		return TF_E_NOT_FOUND;
	return args_suffice(a, open, args) ? TF_OK : TF_E_USAGE;
}

tf_err tf_sessions_open(tf_sessions *a, uint64_t now, const tf_open *open,
                        const tf_session_args *args, tf_session **out, tf_fault *fault)
{
	tf_session *s = free_slot(a);
	tf_err err;

	*out = NULL;
	tf_fault_at(fault, TF_PARTY_NONE, 0);
	tf_pool_expire(tf_sessions_pool(a, open), now);
	TRY(may_open(a, open, args, fault));
	if (!s)
		return TF_E_BUSY;
	tf_sessions_mark_used(a, open->request);
	s->args = *args;
	err = hash_aux(a, open, &s->args);
	if (err == TF_OK)
		err = tf_opening_answer(&s->opening, a->c.self, open, &s->args.round0);
	if (err != TF_OK) {
		tf_wipe(s, sizeof(*s));
		return err;
	}
	memcpy(s->opening.key, args->keys, sizeof(s->opening.key));
	s->phase = TF_SESSION_OPENED;
	s->deadline = now + a->c.opening_ms;
	*out = s;
	return TF_OK;
}

static tf_err persist_sid(const tf_session *s, tf_outbox *out)
{
	size_t cap = tf_rec_used_sid_wire.length(NULL, TF_WIRE_MOST), len;
	tf_rec_used_sid m = { .protocol = (uint8_t)s->opening.open.protocol,
	                      .started = s->args.unix_now };
	uint8_t *buf = tf_outbox_room(out, cap);

	if (!buf)
		return TF_E_CAPACITY;
	memcpy(m.request, s->opening.open.request, sizeof(m.request));
	TRY(tf_rec_used_sid_encode(buf, cap, &len, NULL, &m));
	return tf_outbox_persist(out, TF_REC_USED_SID, s->sid, sizeof(s->sid), buf, len);
}

/* Presignatures made with an earlier start of a device are gone: it has them no more. */
static void drop_stale(tf_sessions *a, const tf_opening *o)
{
	static const uint8_t none[TF_BOOT_BYTES];

	for (unsigned i = 0; i < o->open.n; i++)
		if (memcmp(o->boot[i], none, sizeof(none)) != 0) {
			tf_pool_drop_device(&a->pool, o->open.seat[i].device, o->boot[i]);
			tf_pool_drop_device(&a->nonces, o->open.seat[i].device, o->boot[i]);
		}
}

/* The presignature that a signing names moves into its session. */
static tf_err take_presig(tf_sessions *a, tf_session *s)
{
	const tf_open *open = &s->opening.open;

	if (tf_open_is_frost(open))
		return tf_pool_take_frost(&s->nonces, &a->nonces, open->presig);
	return tf_pool_take(&s->presig, &a->pool, open->presig);
}

static tf_err enter(tf_sessions *a, uint64_t now, tf_session *s, tf_outbox *out, tf_fault *fault)
{
	const tf_open *open = &s->opening.open;
	uint64_t limit = open->deadline && open->deadline < a->c.run_ms ? open->deadline
	                                                                : a->c.run_ms;

	if (!tf_holds(fault, TF_CK_START_REPLAY, !tf_sessions_was_used(a, s->sid)))
		return TF_E_REPLAY;
	tf_sessions_mark_used(a, s->sid);
	TRY(persist_sid(s, out));
	tf_opening_env(&s->env, &s->opening, a->c.self, s->sid);
	s->env.nodes = s->args.nodes;
	TRY(tf_party_env_check(&s->env));
	if (tf_open_signs(open) && !tf_open_is_fresh(open)) {
		tf_err err = take_presig(a, s);

		if (!tf_holds(fault, TF_CK_START_PRESIG, err == TF_OK))
			return err;
	}
	s->deadline = now + limit;
	s->phase = TF_SESSION_STARTED;
	return TF_OK;
}

/* The request that a START speaks of: behind type and version. */
static const uint8_t *start_request(const uint8_t *in, size_t len)
{
	return len >= 36 && tf_wire_peek(in, len) == TF_CTL_START ? in + 4 : NULL;
}

static bool awaits_start(const tf_session *s)
{
	return s && s->phase == TF_SESSION_OPENED;
}

tf_err tf_sessions_start(tf_sessions *a, uint64_t now, const uint8_t *in, size_t len,
                         tf_session **s, bool *behind, tf_outbox *out, tf_fault *fault)
{
	const uint8_t *request = start_request(in, len);
	tf_fault own;
	tf_fault *f = fault ? fault : &own;
	tf_session *found;
	tf_opened opened;
	tf_err err;

	*s = NULL;
	tf_fault_at(f, TF_PARTY_NONE, 0);
	if (!request)
		return TF_E_ENCODING;
	found = tf_sessions_find(a, request);
	if (!found && !tf_sessions_was_used(a, request))
		return TF_E_NOT_FOUND;
	if (!tf_holds(f, TF_CK_START_AGAIN, awaits_start(found)) || !found)
		return TF_E_REPLAY;
	err = tf_opening_close(&opened, &found->opening, &a->standings, a->c.self, in, len,
	                       &a->scratch, f);
	if (behind)
		*behind = opened.behind;
	drop_stale(a, &found->opening);
	memcpy(found->sid, opened.sid, sizeof(found->sid));
	if (err == TF_OK)
		err = enter(a, now, found, out, f);
	if (err == TF_OK)
		err = tf_standings_keep(&a->standings, out);
	if (err != TF_OK) {
		found->phase = TF_SESSION_FAILED;
		found->err = err;
		found->fault = *f;
	}
	*s = found;
	return err;
}

bool tf_sessions_forsake(tf_sessions *a, const uint8_t id[static 32])
{
	return !in_use(a, id) &&
	       (tf_pool_destroy(&a->pool, id) || tf_pool_destroy(&a->nonces, id));
}

void tf_sessions_epoch(tf_sessions *a, const uint8_t sharing[static 32], uint32_t epoch)
{
	tf_pool_drop_epoch(&a->pool, sharing, epoch);
	tf_pool_drop_epoch(&a->nonces, sharing, epoch);
}
