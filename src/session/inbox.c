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

void tf_inbox_init(tf_inbox *b, void *mem, size_t cap, size_t share, uint64_t life)
{
	*b = (tf_inbox){ .buf = mem, .cap = cap, .share = share, .life = life };
}

static head head_at(const tf_inbox *b, size_t at)
{
	head h;

	memcpy(&h, b->buf + at, sizeof(h));
	return h;
}

static size_t filled_by(const tf_inbox *b, const char *device)
{
	size_t sum = 0;

	for (size_t at = 0; at < b->used;) {
		head h = head_at(b, at);

		if (strcmp(h.device, device) == 0)
			sum += sizeof(h) + h.len;
		at += sizeof(h) + h.len;
	}
	return sum;
}

tf_err tf_inbox_put(tf_inbox *b, uint64_t now, const uint8_t sid[static 32], const char *device,
                    const uint8_t *msg, size_t len)
{
	head h = { .len = len, .when = now };
	size_t name = strlen(device);

	if (name > TF_DEVICE_MAX || len > b->cap || sizeof(h) + len > b->cap - b->used ||
	    filled_by(b, device) + sizeof(h) + len > b->share)
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

static void cut(tf_inbox *b, size_t at)
{
	head h = head_at(b, at);
	size_t len = sizeof(h) + h.len;

	memmove(b->buf + at, b->buf + at + len, b->used - at - len);
	b->used -= len;
	tf_wipe(b->buf + b->used, len);
}

void tf_inbox_drop(tf_inbox *b, const tf_inbox_item *item)
{
	cut(b, item->at);
}

void tf_inbox_expire(tf_inbox *b, uint64_t now)
{
	for (size_t at = 0; at < b->used;) {
		head h = head_at(b, at);

		if (now > h.when && now - h.when > b->life)
			cut(b, at);
		else
			at += sizeof(h) + h.len;
	}
}

void tf_inbox_forget(tf_inbox *b, const uint8_t sid[static 32])
{
	tf_inbox_item item;

	while (tf_inbox_next(&item, b, sid))
		tf_inbox_drop(b, &item);
}
