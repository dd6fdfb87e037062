#include "session/inbox.h"

#include <string.h>

#include "base/secret.h"

/* Messages lie one behind the other, each after its head. */
typedef struct head {
	size_t len;
	uint64_t when;
	uint8_t sid[32];
	char device[TF_DEVICE_MAX + 1];
} head;

void tf_inbox_init(tf_inbox *b, void *mem, size_t cap, size_t share, size_t most, uint64_t life)
{
	*b = (tf_inbox){ .buf = mem, .cap = cap, .share = share, .most = most, .life = life };
}

static head head_at(const tf_inbox *b, size_t at)
{
	head h;

	memcpy(&h, b->buf + at, sizeof(h));
	return h;
}

/* Has this device room left for a message of so many bytes, its head included? */
static bool has_room(const tf_inbox *b, const char *device, size_t len)
{
	size_t bytes = 0, messages = 0;

	for (size_t at = 0; at < b->used;) {
		head h = head_at(b, at);

		if (strcmp(h.device, device) == 0) {
			bytes += sizeof(h) + h.len;
			messages++;
		}
		at += sizeof(h) + h.len;
	}
	return messages < b->most && bytes + len <= b->share;
}

tf_err tf_inbox_put(tf_inbox *b, uint64_t now, const uint8_t sid[static 32], const char *device,
                    const uint8_t *msg, size_t len)
{
	head h = { .len = len, .when = now };
	size_t name = strlen(device);

	if (name > TF_DEVICE_MAX || len > b->cap || sizeof(h) + len > b->cap - b->used ||
	    !has_room(b, device, sizeof(h) + len))
		return TF_E_CAPACITY;
	memcpy(h.sid, sid, sizeof(h.sid));
	memcpy(h.device, device, name + 1);
	memcpy(b->buf + b->used, &h, sizeof(h));
	memcpy(b->buf + b->used + sizeof(h), msg, len);
	b->used += sizeof(h) + len;
	return TF_OK;
}

bool tf_inbox_next(tf_inbox_item *out, const tf_inbox *b, const uint8_t sid[static 32])
{
	for (size_t at = 0; at < b->used;) {
		head h = head_at(b, at);

		if (memcmp(h.sid, sid, sizeof(h.sid)) == 0) {
			out->at = at;
			out->device = (const char *)(b->buf + at + offsetof(head, device));
			out->msg = b->buf + at + sizeof(h);
			out->len = h.len;
			return true;
		}
		at += sizeof(h) + h.len;
	}
	return false;
}

/* Keep what is not gone, in order. */
static void sweep(tf_inbox *b, bool (*is_gone)(const tf_inbox *b, const head *h, const void *ctx),
                  const void *ctx)
{
	size_t kept = 0;

	for (size_t at = 0; at < b->used;) {
		head h = head_at(b, at);
		size_t len = sizeof(h) + h.len;

		if (!is_gone(b, &h, ctx)) {
			if (kept != at)
				memmove(b->buf + kept, b->buf + at, len);
			kept += len;
		}
		at += len;
	}
	tf_wipe(b->buf + kept, b->used - kept);
	b->used = kept;
}

void tf_inbox_drop(tf_inbox *b, const tf_inbox_item *item)
{
	size_t len = sizeof(head) + item->len;

	memmove(b->buf + item->at, b->buf + item->at + len, b->used - item->at - len);
	b->used -= len;
	tf_wipe(b->buf + b->used, len);
}

static bool is_old(const tf_inbox *b, const head *h, const void *now)
{
	uint64_t t = *(const uint64_t *)now;

	return t > h->when && t - h->when > b->life;
}

void tf_inbox_expire(tf_inbox *b, uint64_t now)
{
	sweep(b, is_old, &now);
}

static bool is_of(const tf_inbox *b, const head *h, const void *sid)
{
	(void)b;
	return memcmp(h->sid, sid, sizeof(h->sid)) == 0;
}

void tf_inbox_forget(tf_inbox *b, const uint8_t sid[static 32])
{
	sweep(b, is_of, sid);
}
