/* A resharing judged again by somebody who was not in it (audit.h). */
#include <string.h>

#include "proto/audit.h"
#include "proto/reshare_impl.h"

/* Messages told in another order than they were sent may complete two rounds at once. */
_Static_assert(TF_AUDIT_OUTBOX >= 4 * TF_ATTEMPT_RECORD_MAX + 4096, "two steps in one");

/* The accuser's own opening, in the place of what was sampled here. */
static tf_err load_own(tf_reshare *s)
{
	tf_reshare_peer *own = &s->st->peer[s->r.env->self - 1];
	tf_msg_reshare_r2 m;

	TRY(tf_rounds_again(&s->r, &m, 2, s->r.env->self, TF_BROADCAST));
	if (m.F_n != (own->role.deals ? s->st->t : 0u))
		return TF_E_ENCODING;
	memcpy(own->rid, m.rid, sizeof(own->rid));
	for (uint32_t k = 0; k < m.F_n; k++)
		own->F[k] = m.F[k];
	own->A = m.A;
	return TF_OK;
}

static tf_err audit(tf_rounds *r, tf_outbox *out, tf_fault *fault)
{
	if (r->round == 2)
		TRY(load_own((tf_reshare *)r)); /* its first member */
	return tf_reshare_advance(r, out, fault);
}

/* The arguments as the accuser had them, but for its share. */
static tf_err read_args(tf_reshare_args *args, tf_sharing *source, const tf_party_env *env,
                        const tf_testimony_reshare *m, tf_arena *mem)
{
	uint8_t hash[32];

	if (m->roles_n != env->n || m->kind > TF_REFRESH || m->form > TF_SHARE_ADDITIVE)
		return TF_E_ENCODING;
	TRY(tf_sharing_decode(source, hash, env->g, &m->source, mem));
	*args = (tf_reshare_args){ .env = env, .kind = (tf_reshare_kind)m->kind, .source = source,
	                           .form = (tf_share_form)m->form, .t = m->t, .epoch = m->epoch };
	for (unsigned i = 0; i < env->n; i++)
		args->role[i] = (tf_reshare_role){ m->roles[i].deals, m->roles[i].receives };
	return TF_OK;
}

tf_err tf_reshare_audit(tf_reshare *s, const tf_party_env *env, const tf_testimony_reshare *m,
                        tf_arena *mem)
{
	uint8_t room[1024];
	tf_reshare_args args;
	tf_sharing source;
	tf_outbox out;
	tf_arena none;

	memset(s, 0, sizeof(*s));
	s->r.mem = mem;
	tf_arena_init(&none, room, sizeof(room));
	tf_outbox_init(&out, &none);
	TRY(read_args(&args, &source, env, m, mem));
	TRY(tf_reshare_lay(s, &args, mem, &out, audit, TF_RESHARE_AUDIT));
	tf_rounds_audit_begin(&s->r);
	return TF_OK;
}

tf_err tf_reshare_testify(tf_testimony_reshare *m, const tf_reshare *s, tf_arena *mem)
{
	const tf_reshare_state *st = s->st;
	const tf_party_env *env = s->r.env;
	uint8_t *body = tf_arena_alloc(mem, TF_CERTIFICATE_MAX);

	*m = (tf_testimony_reshare){ .kind = (uint8_t)st->kind, .form = (uint8_t)st->form,
	                             .t = st->t, .epoch = st->epoch, .roles_n = env->n };
	m->roles = tf_arena_alloc(mem, env->n * sizeof(*m->roles));
	if (!body || !m->roles)
		return TF_E_CAPACITY;
	for (unsigned i = 0; i < env->n; i++)
		m->roles[i] = (tf_testimony_role){ st->peer[i].role.deals,
		                                   st->peer[i].role.receives };
	m->source.p = body;
	return tf_sharing_encode(body, &m->source.len, NULL, &st->source, env->g, mem);
}
