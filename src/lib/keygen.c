#include <string.h>

#include "lib/impl.h"

static tf_run_sizes sizes(tf_level level, uint16_t n)
{
	const tf_profile *pr = tf_level_profile(level);

	return pr && tf_clique_fits(n) ? tf_keygen_sizes(pr, n) : (tf_run_sizes){ 0 };
}

size_t tf_keygen_room(tf_level level, tf_algorithm algorithm, uint16_t n)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sizes(level, n), 0);
}

tf_err tf_keygen_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                       const tf_keygen_params *p)
{
	tf_machine *m;

	if (!out || !c || !p || !p->workspace)
		return TF_E_USAGE;
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_KEYGEN, sizes(c->level, c->n), 0));

	tf_keygen_args args = { .env = &m->env, .t = p->t, .workspace = p->workspace };

	memcpy(args.key_id, p->key_id, sizeof(args.key_id));
	return tf_machine_begun(out, m, &m->as.keygen.r,
	                        tf_keygen_start(&m->as.keygen, &args, &m->mem, &m->out));
}
