#include <string.h>

#include "lib/impl.h"

#define START 64u /* alignment of what is lent */

static tf_whose whose(bool own)
{
	return own ? TF_OURS : TF_PEERS;
}

static size_t room_for(const tf_profile *pr, bool own)
{
	return START + sizeof(tf_tables) + 64 + tf_party_tables_bytes(pr, whose(own)) + 64;
}

size_t tf_tables_room(tf_level level)
{
	const tf_profile *pr = tf_level_profile(level);
	size_t peer = pr ? room_for(pr, false) : 0, own = pr ? room_for(pr, true) : 0;

	return peer > own ? peer : own;
}

/* The record and the tables; scratch is scratch. */
static tf_err fill(tf_tables *t, const tf_profile *pr, bool own, tf_bytes record,
                   const tf_kernel *kernel, const tf_rng *rng, void *room, size_t len,
                   tf_arena *scratch)
{
	t->own = own;
	tf_key_record_hash(t->record, record.p, record.len);
	if (own) {
		TRY(tf_moduli_decode(&t->of.own, pr, record.p, record.len, scratch));
		return tf_party_tables_init_own(&t->tables, pr, &t->of.own, kernel, rng, room, len,
		                                scratch);
	}
	TRY(tf_aux_decode(&t->of.peer, t->device, pr, record.p, record.len, scratch));
	return tf_party_tables_init(&t->tables, pr, &t->of.peer, kernel, rng, room, len, scratch);
}

static tf_err make(tf_tables **out, tf_memory mem, tf_level level, bool own, tf_bytes record,
                   const tf_random *random, tf_kernel_choice kernel, tf_memory scratch)
{
	const tf_profile *pr = tf_level_profile(level);
	tf_arena lent, temporary;
	const tf_kernel *k;
	tf_tables *t;
	tf_rng rng;
	size_t len;
	void *room;
	tf_err err;

	if (!out || !pr || !random || !random->fill || !record.p)
		return TF_E_USAGE;
	if (!mem.p || mem.len < room_for(pr, own))
		return TF_E_CAPACITY;
	TRY(tf_kernel_choose(&k, kernel));
	TRY(tf_scratch_open(&temporary, NULL, TF_ALG_ECDSA_SECP256K1, scratch));
	tf_arena_init(&lent, mem.p, mem.len);
	len = tf_party_tables_bytes(pr, whose(own));
	t = tf_arena_alloc(&lent, sizeof(*t));
	room = tf_arena_alloc(&lent, len);
	if (!t || !room)
		return TF_E_CAPACITY;
	t->lent = lent.cap;
	rng = (tf_rng){ random->fill, random->ctx };
	err = fill(t, pr, own, record, k, &rng, room, len, &temporary);
	tf_arena_wipe(&temporary);
	tf_wipe_stack_deep();
	if (err != TF_OK)
		tf_tables_wipe(t);
	else
		*out = t;
	return err;
}

tf_err tf_tables_make_own(tf_tables **out, tf_memory mem, tf_level level, tf_bytes moduli,
                          const tf_random *random, tf_kernel_choice kernel, tf_memory scratch)
{
	return make(out, mem, level, true, moduli, random, kernel, scratch);
}

tf_err tf_tables_make_peer(tf_tables **out, tf_memory mem, tf_level level, tf_bytes peer,
                           const tf_random *random, tf_kernel_choice kernel, tf_memory scratch)
{
	return make(out, mem, level, false, peer, random, kernel, scratch);
}

void tf_tables_wipe(tf_tables *t)
{
	if (t)
		tf_wipe(t, t->lent);
}
