#include <string.h>

#include "lib/impl.h"

_Static_assert((int)TF_CHANGE_RESHARE == (int)TF_RESHARE, "changes");
_Static_assert((int)TF_CHANGE_REFRESH == (int)TF_REFRESH, "changes");

static tf_run_sizes sizes(tf_level level, uint16_t n)
{
	const tf_profile *pr = tf_level_profile(level);

	return pr && tf_clique_fits(n) ? tf_reshare_sizes(pr, n) : (tf_run_sizes){ 0 };
}

size_t tf_reshare_room(tf_level level, tf_algorithm algorithm, uint16_t n)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sizes(level, n), 0);
}

/* The present sharing: from our own record, or from its certificate. */
static tf_err read_source(tf_key *key, tf_machine *m, const tf_reshare_params *p)
{
	size_t mark = tf_arena_mark(&m->mem);
	tf_err err;

	if (p->key.len)
		return tf_key_read(key, m, p->key);
	if (!p->roster.find)
		return TF_E_USAGE;
	err = tf_sharing_open(&key->sharing, m->g, p->certificate.p, p->certificate.len, p->roster.find,
	                      p->roster.ctx, &m->mem);
	tf_arena_release(&m->mem, mark);
	return err;
}

static tf_err start(tf_machine *m, const tf_reshare_params *p)
{
	tf_reshare_args args = { .env = &m->env, .kind = (tf_reshare_kind)p->change,
	                         .form = (tf_share_form)p->form, .t = p->t, .epoch = p->epoch,
	                         .epoch_used = p->epoch_used };
	uint16_t deals = p->seat[m->env.self - 1].deals;
	TF_AUTO(tf_key) key;

	memset(&key, 0, sizeof(key));
	TRY(tf_party_env_check_devices(&m->env));
	TRY(read_source(&key, m, p));
	if (deals && (!p->key.len || key.index != deals))
		return TF_E_USAGE;
	for (unsigned i = 0; i < m->env.n; i++)
		args.role[i] = (tf_reshare_role){ p->seat[i].deals, p->seat[i].receives };
	args.source = &key.sharing;
	args.share = deals ? &key.x : NULL;
	return tf_reshare_start(&m->as.reshare, &args, &m->mem, &m->out);
}

tf_err tf_reshare_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                        const tf_reshare_params *p)
{
	tf_machine *m;

	if (!out || !c || !p || c->self < 1 || c->self > c->n)
		return TF_E_USAGE;
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_RESHARE, sizes(c->level, c->n), 0));
	return tf_machine_begun(out, m, &m->as.reshare.r, start(m, p));
}
