/* Set-up of resharing: who deals what, and what becomes of it (reshare.h). */
#include <string.h>

#include "proto/reshare_impl.h"

/* Indices of everybody who deals, or receives; 0 modulo q or equal ones are refused by
 * tf_lagrange. */
typedef struct index_set {
	uint16_t index[TF_PARTIES_MAX];
	unsigned n;
} index_set;

static void collect(index_set *dealers, index_set *receivers, const tf_reshare_args *args)
{
	dealers->n = receivers->n = 0;
	for (unsigned i = 0; i < args->env->n; i++) {
		const tf_reshare_role *role = &args->role[i];

		if (role->deals)
			dealers->index[dealers->n++] = role->deals;
		if (role->receives)
			receivers->index[receivers->n++] = role->receives;
	}
}

/* ---- arguments ---- */

/* Everybody deals and receives in the seat that it has. */
static bool refresh_fits(const tf_reshare_args *args, const index_set *receivers)
{
	const tf_sharing *s = args->source;
	bool form = args->form == s->form || (args->form == TF_SHARE_ADDITIVE && s->t == s->n);

	for (unsigned i = 0; i < args->env->n; i++)
		if (args->role[i].deals != args->role[i].receives)
			return false;
	return form && receivers->n == s->n && args->t == s->t && args->epoch > s->epoch;
}

/* The dealers make the key. */
static bool reshare_fits(const tf_reshare_args *args, const index_set *dealers)
{
	const tf_sharing *s = args->source;
	bool enough = s->form == TF_SHARE_ADDITIVE ? dealers->n == s->n : dealers->n >= s->t;

	return enough && args->epoch == TF_EPOCH_FIRST;
}

/* Who deals sits in its own seat of the source: a share is its device's alone, whoever else has
 * come by it. Those who receive in a refresh deal, too. */
static tf_err check_dealer(const tf_reshare_args *args, unsigned i)
{
	const tf_seat *seat = tf_sharing_seat(args->source, args->role[i].deals);

	if (!seat)
		return TF_E_USAGE;
	if (!tf_holds(NULL, TF_CK_SHARING_HOLDER,
	              strcmp(seat->device, args->env->party[i].device) == 0))
		return TF_E_USAGE;
	return TF_OK;
}

static tf_err check_args(const tf_reshare_args *args, const index_set *dealers,
                         const index_set *receivers, tf_arena *mem, bool has_share)
{
	const tf_party_env *env = args->env;
	tf_err err;
	bool fits;

	if (args->kind > TF_REFRESH || args->form > TF_SHARE_ADDITIVE)
		return TF_E_USAGE;
	err = tf_sharing_check(args->source, env->g, mem);
	if (err != TF_OK)
		return err == TF_E_CAPACITY ? err : TF_E_USAGE;
	for (unsigned i = 0; i < env->n; i++) {
		const tf_reshare_role *role = &args->role[i];

		if (!role->deals && !role->receives)
			return TF_E_USAGE;
		if (role->deals)
			TRY(check_dealer(args, i));
	}
	if (has_share != (args->share != NULL))
		return TF_E_USAGE;
	fits = args->kind == TF_REFRESH ? refresh_fits(args, receivers)
	                                : reshare_fits(args, dealers);
	if (!fits || args->t < TF_SHARES_MIN || args->t > receivers->n ||
	    (args->form == TF_SHARE_ADDITIVE && args->t != receivers->n))
		return TF_E_USAGE;
	return args->epoch > args->epoch_used ? TF_OK : TF_E_STATE;
}

/* ---- weights ---- */

/* What a seat's share counts for among the dealers of a resharing, or in the new form of a
 * refresh. */
static tf_err weigh(tf_sc *out, const tf_group *g, const tf_sharing *source, unsigned index,
                    const index_set *set, bool as_it_is)
{
	TRY(tf_lagrange(out, g, index, set->index, set->n)); /* refuses bad indices, too */
	if (as_it_is || source->form == TF_SHARE_ADDITIVE)
		tf_sc_set_u64(g, out, 1);
	return TF_OK;
}

/* The public side of one party that holds a share of the source. */
static tf_err place_dealer(tf_reshare_peer *p, tf_sc *lambda, const tf_reshare_args *args,
                           const index_set *dealers)
{
	const tf_group *g = args->env->g;
	const tf_seat *seat = tf_sharing_seat(args->source, p->role.deals);
	bool refresh = args->kind == TF_REFRESH;
	tf_pt W;

	TRY(weigh(lambda, g, args->source, p->role.deals, dealers,
	          refresh && args->form == args->source->form));
	TRY(tf_pt_mul_vt(g, &W, lambda, &seat->W));
	if (refresh)
		p->base = W;
	else
		p->deal = W;
	return TF_OK;
}

/* Our own share of the source: the one of our seat, weighted. */
static tf_err place_share(tf_reshare_state *st, const tf_reshare_args *args, const tf_sc *lambda)
{
	const tf_party_env *env = args->env;
	const tf_reshare_role *role = &args->role[env->self - 1];
	tf_sc_sec *w = args->kind == TF_REFRESH ? &st->base : &st->f[0];
	tf_pt W;

	TRY(tf_pt_mul_base(env->g, &W, args->share));
	if (!tf_pt_eq(env->g, &W, &tf_sharing_seat(args->source, role->deals)->W))
		return TF_E_USAGE;
	tf_sc_mul(env->g, &w->s, lambda, &args->share->s);
	return TF_OK;
}

static tf_err place_parties(tf_reshare_state *st, const tf_reshare_args *args,
                            const index_set *dealers, const index_set *receivers)
{
	const tf_party_env *env = args->env;
	const tf_pt *dealt[TF_PARTIES_MAX];
	unsigned n = 0;
	tf_pt sum;

	for (unsigned i = 0; i < env->n; i++) {
		tf_reshare_peer *p = &st->peer[i];
		tf_sc lambda;

		p->role = args->role[i];
		p->deal = p->base = p->A = (tf_pt){ .identity = 1 };
		if (p->role.deals) {
			TRY(place_dealer(p, &lambda, args, dealers));
			if (i + 1 == env->self && args->share)
				TRY(place_share(st, args, &lambda));
			dealt[n++] = args->kind == TF_REFRESH ? &p->base : &p->deal;
		}
		if (p->role.receives) {
			TRY(tf_lagrange(&p->mu, env->g, p->role.receives, receivers->index,
			                receivers->n));
			if (args->form == TF_SHARE_FELDMAN)
				tf_sc_set_u64(env->g, &p->mu, 1);
		}
	}
	if (args->kind == TF_REFRESH && args->form == TF_SHARE_FELDMAN)
		return TF_OK;
	TRY(tf_pt_sum(env->g, &sum, dealt, n));
	return tf_pt_eq(env->g, &sum, &args->source->Y) ? TF_OK : TF_E_USAGE;
}

/* ---- context ---- */

static tf_err make_ctx(tf_reshare_state *st, uint8_t context[static 32],
                       const tf_reshare_args *args, tf_arena *mem)
{
	const tf_party_env *env = args->env;
	uint8_t buf[TF_CTX_MAX], source[32];
	tf_tr t;

	TRY(tf_sharing_encode(NULL, NULL, source, args->source, env->g, mem));
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, env->sid, sizeof(env->sid));
	tf_tr_str(&t, args->kind == TF_REFRESH ? "refresh" : "reshare");
	tf_tr_bytes(&t, source, sizeof(source));
	tf_tr_u64(&t, args->epoch);
	tf_tr_u64(&t, args->form);
	tf_tr_u64(&t, args->t);
	tf_tr_open(&t);
	for (unsigned i = 0; i < env->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_u64(&t, args->role[i].deals);
		tf_tr_u64(&t, args->role[i].receives);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	TRY(tf_ctx_seal(&st->ctx, &t));
	return tf_tr_hash(context, &t, "reshare");
}

tf_err tf_reshare_set_up(tf_reshare_state *st, uint8_t context[static 32],
                         const tf_reshare_args *args, tf_arena *mem, tf_reshare_use use)
{
	index_set dealers, receivers;
	bool deals;

	TRY(tf_party_env_check_devices(args->env));
	deals = args->role[args->env->self - 1].deals != 0;
	collect(&dealers, &receivers, args);
	TRY(check_args(args, &dealers, &receivers, mem, deals && use == TF_RESHARE_RUN));
	st->kind = args->kind;
	st->t = args->t;
	st->form = args->form;
	st->epoch = args->epoch;
	st->source = *args->source;
	TRY(place_parties(st, args, &dealers, &receivers));
	return make_ctx(st, context, args, mem);
}

/* ---- the new sharing ---- */

/* A seat, where its index belongs. */
static tf_err add_seat(tf_sharing *s, uint16_t index, const char *device)
{
	unsigned at = s->n++;

	for (; at > 0 && s->seat[at - 1].index > index; at--)
		s->seat[at] = s->seat[at - 1];
	s->seat[at].index = index;
	return tf_name_copy(s->seat[at].device, sizeof(s->seat[at].device), device);
}

tf_err tf_reshare_outline(tf_sharing *out, const tf_reshare_args *args, tf_arena *mem)
{
	const tf_party_env *env = args->env;
	const tf_sharing *source = args->source;

	memset(out, 0, sizeof(*out));
	memcpy(out->workspace, source->workspace, sizeof(out->workspace));
	memcpy(out->key_id, source->key_id, sizeof(out->key_id));
	out->curve = source->curve;
	out->Y = source->Y;
	memcpy(out->cc, source->cc, sizeof(out->cc));
	memcpy(out->sharing, args->kind == TF_REFRESH ? source->sharing : env->sid,
	       sizeof(out->sharing));
	out->epoch = args->epoch;
	out->form = args->form;
	out->t = args->t;
	for (unsigned i = 0; i < env->n; i++)
		if (args->role[i].receives)
			TRY(add_seat(out, args->role[i].receives, env->party[i].device));
	return tf_sharing_encode(NULL, NULL, out->previous, source, env->g, mem);
}
