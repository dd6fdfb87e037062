#include "proto/effects.h"

#include <string.h>

void tf_outbox_init(tf_outbox *out, tf_arena *mem)
{
	memset(out, 0, sizeof(*out));
	out->mem = mem;
}

void tf_outbox_reset(tf_outbox *out)
{
	tf_arena_wipe(out->mem);
	out->count = 0;
}

uint8_t *tf_outbox_room(tf_outbox *out, size_t len)
{
	return tf_arena_alloc(out->mem, len);
}

static tf_err add(tf_outbox *out, const tf_effect *e)
{
	tf_effect copy = *e;

	if (out->count == TF_EFFECTS_MAX)
		return TF_E_CAPACITY;
	if (e->key_len) {
		uint8_t *key = tf_outbox_room(out, e->key_len);

		if (!key)
			return TF_E_CAPACITY;
		memcpy(key, e->key, e->key_len);
		copy.key = key;
	}
	out->effect[out->count++] = copy;
	return TF_OK;
}

tf_err tf_outbox_send(tf_outbox *out, uint16_t to, const uint8_t *data, size_t len)
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_SEND, .to = to, .data = data, .len = len });
}

tf_err tf_outbox_persist(tf_outbox *out, uint16_t type, const void *key, size_t key_len,
                         const uint8_t *data, size_t len)
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_PERSIST, .type = type, .key = key,
	                              .key_len = key_len, .data = data, .len = len });
}

tf_err tf_outbox_burn(tf_outbox *out, const uint8_t id[static 32])
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_BURN, .key = id, .key_len = 32 });
}

tf_err tf_outbox_done(tf_outbox *out)
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_DONE });
}

tf_err tf_outbox_erase(tf_outbox *out, uint16_t type, const void *key, size_t key_len)
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_ERASE, .type = type, .key = key,
	                              .key_len = key_len });
}

tf_err tf_outbox_retire(tf_outbox *out, const uint8_t sharing[static 32], uint32_t epoch)
{
	return add(out, &(tf_effect){ .kind = TF_EFFECT_RETIRE, .key = sharing, .key_len = 32,
	                              .epoch = epoch });
}
