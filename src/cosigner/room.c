/* Is there room for what a run would leave behind? What cannot be made durable ends the process, so
 * a run that could come to that is not opened. */
#include "cosigner/node.h"

static bool is_open(const tf_session *s, tf_protocol protocol)
{
	return s->phase != TF_SESSION_FREE && s->opening.open.protocol == protocol;
}

static size_t strangers(const tf_node *n, const tf_open *open)
{
	size_t count = 0;

	for (uint16_t i = 0; i < open->n; i++)
		count += i + 1 != open->self && !tf_keeper_aux(n->keeper, open->seat[i].device);
	return count;
}

/* Those of this run and of all that are under way. */
static bool fit_strangers(const tf_node *n, const tf_open *open)
{
	size_t count = strangers(n, open);

	for (size_t i = 0; i < n->sessions.c.slots_n; i++)
		if (is_open(&n->sessions.c.slots[i], TF_AUXINFO))
			count += strangers(n, &n->sessions.c.slots[i].opening.open);
	return count <= tf_keeper_room_for_peers(n->keeper);
}

static bool fits_key(const tf_node *n)
{
	size_t count = 1;

	for (size_t i = 0; i < n->sessions.c.slots_n; i++)
		count += is_open(&n->sessions.c.slots[i], TF_KEYGEN);
	return count <= tf_keeper_room_for_keys(n->keeper);
}

const char *tf_room_lacks(const tf_node *n, const tf_open *open)
{
	if (open->protocol == TF_KEYGEN && !fits_key(n))
		return "no room for another key here";
	if (open->protocol == TF_AUXINFO && !fit_strangers(n, open))
		return "no room for the moduli of another device here";
	return NULL;
}
