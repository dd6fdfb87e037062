#include "session/standing.h"

#include <string.h>

void tf_standings_init(tf_standings *s, tf_standing *rows, size_t cap, uint32_t limit)
{
	*s = (tf_standings){ .row = rows, .cap = cap, .limit = limit };
}

static tf_standing *find(const tf_standings *s, const char *device)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->row[i].device, device) == 0)
			return &s->row[i];
	return NULL;
}

const tf_standing *tf_standings_find(const tf_standings *s, const char *device)
{
	return find(s, device);
}

/* The row of a device, made if there is none; NULL when full. */
static tf_standing *row_of(tf_standings *s, const char *device)
{
	tf_standing *row = find(s, device);
	size_t len = strlen(device);

	if (row || s->n == s->cap || len == 0 || len > TF_DEVICE_MAX)
		return row;
	row = &s->row[s->n++];
	memset(row, 0, sizeof(*row));
	memcpy(row->device, device, len);
	return row;
}

tf_err tf_standings_load(tf_standings *s, const uint8_t *record, size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_rec_standing m;
	tf_standing *row;

	TRY(tf_rec_standing_decode(&m, NULL, mem, record, len));
	row = m.suspended <= 1 ? row_of(s, m.device) : NULL;
	if (row) {
		row->instance = m.instance;
		row->aborts = m.aborts;
		row->suspended = m.suspended != 0;
		memcpy(row->boot, m.boot, sizeof(row->boot));
	}
	tf_arena_release(mem, mark);
	if (m.suspended > 1)
		return TF_E_ENCODING;
	return row ? TF_OK : TF_E_CAPACITY;
}

tf_err tf_standings_keep(tf_standings *s, tf_outbox *out)
{
	for (size_t i = 0; i < s->n; i++) {
		tf_standing *row = &s->row[i];
		tf_rec_standing m = { .device = row->device, .instance = row->instance,
		                      .aborts = row->aborts, .suspended = row->suspended };
		size_t cap = tf_rec_standing_wire.length(NULL, TF_WIRE_MOST), len;
		uint8_t *buf;

		if (!row->changed)
			continue;
		memcpy(m.boot, row->boot, sizeof(m.boot));
		buf = tf_outbox_room(out, cap);
		if (!buf)
			return TF_E_CAPACITY;
		TRY(tf_rec_standing_encode(buf, cap, &len, NULL, &m));
		TRY(tf_outbox_persist(out, TF_REC_STANDING, row->device, strlen(row->device), buf,
		                      len));
		row->changed = false;
	}
	return TF_OK;
}

/* What is known is of instances that the admins have done with: that word is as good as the roster,
 * and the highest instance that was shown cannot be below it again. */
static bool is_pardoned(const tf_standing *row, uint32_t least)
{
	return least > row->instance;
}

tf_err tf_standings_show(tf_standings *s, const char *device, uint32_t least, uint32_t instance,
                         const uint8_t boot[static 16], tf_fault *fault)
{
	tf_standing *row = row_of(s, device);
	bool same, pardoned;

	if (!row)
		return TF_E_CAPACITY;
	pardoned = is_pardoned(row, least);
	if (row->instance > least)
		least = row->instance;
	if (!tf_holds(fault, TF_CK_READY_INSTANCE, instance >= (least ? least : 1)))
		return TF_E_STATE;
	if (pardoned) {
		row->aborts = 0;
		row->suspended = false;
	}
	if (instance > row->instance) {
		row->instance = instance;
		memcpy(row->boot, boot, sizeof(row->boot));
		row->changed = true;
	}
	same = memcmp(row->boot, boot, sizeof(row->boot)) == 0;
	row->changed |= !same && !row->suspended;
	row->suspended |= !same;
	if (!tf_holds(fault, TF_CK_READY_BOOT, same))
		return TF_E_PROOF;
	return TF_OK;
}

tf_err tf_standings_blame(tf_standings *s, const char *device)
{
	tf_standing *row = row_of(s, device);

	if (!row)
		return TF_E_CAPACITY;
	if (row->aborts < UINT32_MAX)
		row->aborts++;
	row->changed = true;
	return TF_OK;
}

bool tf_standings_fine(const tf_standings *s, const char *device, uint32_t least)
{
	const tf_standing *row = find(s, device);

	return !row || is_pardoned(row, least) ||
	       (!row->suspended && (s->limit == 0 || row->aborts < s->limit));
}
