#include "cosigner/queue.h"

#include <string.h>

#include "seal/guard.h"

void tf_queue_init(tf_queue *q, size_t longest)
{
	*q = (tf_queue){ .longest = longest };
}

tf_queued *tf_queued_new(const uint8_t *msg, size_t len)
{
	tf_queued *m = tf_guard_alloc(sizeof(*m) + len);

	if (!m)
		return NULL;
	m->len = len;
	memcpy(m->p, msg, len);
	return m;
}

void tf_queued_free(tf_queued *m)
{
	tf_guard_release(m);
}

tf_err tf_queue_put(tf_queue *q, unsigned from, const uint8_t *msg, size_t len)
{
	tf_queued *m;

	if (from < 1 || from > TF_PARTIES_MAX)
		return TF_E_USAGE;
	if (len > q->longest)
		return TF_E_TOO_LARGE;
	if (q->of[from - 1].messages == TF_QUEUE_MESSAGES ||
	    len > TF_QUEUE_LONGEST * q->longest - q->of[from - 1].bytes)
		return TF_E_CAPACITY;
	m = tf_queued_new(msg, len);
	if (!m)
		return TF_E_RESOURCE;
	m->from = from;
	if (q->first)
		q->last->next = m;
	else
		q->first = m;
	q->last = m;
	q->of[from - 1].messages++;
	q->of[from - 1].bytes += len;
	return TF_OK;
}

tf_queued *tf_queue_take(tf_queue *q)
{
	tf_queued *m = q->first;

	if (!m)
		return NULL;
	q->first = m->next;
	q->of[m->from - 1].messages--;
	q->of[m->from - 1].bytes -= m->len;
	return m;
}

void tf_queue_wipe(tf_queue *q)
{
	for (tf_queued *m = tf_queue_take(q); m; m = tf_queue_take(q))
		tf_queued_free(m);
}
