#include <string.h>

#include "lib/impl.h"

#define ALIGNED(len) (((len) + 63u) & ~(size_t)63u)
#define START 64u /* alignment of what is lent */

/* The public names of numbers that have others inside. */
_Static_assert(TF_CLIQUE_MAX == TF_PARTIES_MAX, "parties");
_Static_assert(TF_DEVICE_ID_MAX == TF_DEVICE_MAX, "device ids");
_Static_assert((int)TF_MACHINE_IDLE == (int)TF_RUN_IDLE, "states");
_Static_assert((int)TF_MACHINE_RUNNING == (int)TF_RUN_RUNNING, "states");
_Static_assert((int)TF_MACHINE_DISPUTED == (int)TF_RUN_DISPUTED, "states");
_Static_assert((int)TF_MACHINE_DONE == (int)TF_RUN_DONE, "states");
_Static_assert((int)TF_MACHINE_FAILED == (int)TF_RUN_FAILED, "states");
_Static_assert((int)TF_RECORD_KEY == (int)TF_REC_KEY_SHARE, "records");
_Static_assert((int)TF_RECORD_MODULI == (int)TF_REC_OWN_MODULI, "records");
_Static_assert((int)TF_RECORD_PEER == (int)TF_REC_PEER_AUX, "records");
_Static_assert((int)TF_RECORD_ATTEMPT == (int)TF_REC_ATTEMPT, "records");

const char *tf_version(void)
{
	return TF_VERSION_STRING;
}

void tf_memory_wipe(tf_memory mem)
{
	tf_wipe(mem.p, mem.len);
}

/* ---- verdicts ---- */

void tf_verdict_set(tf_verdict *out, const tf_fault *fault)
{
	if (!out)
		return;
	out->party = fault->party;
	out->round = fault->round;
	out->check = (uint16_t)fault->check;
	memcpy(out->evidence, fault->evidence, sizeof(out->evidence));
}

void tf_machine_verdict(tf_machine *m, tf_verdict *out, tf_err err, const tf_fault *fault)
{
	tf_verdict_set(out, fault);
	if ((err == TF_E_PROOF || err == TF_E_CONFLICT) && fault->party != TF_PARTY_NONE) {
		m->err = err;
		m->fault = *fault;
	}
}

const char *tf_verdict_check(const tf_verdict *v)
{
	return tf_check_name((tf_check)v->check);
}

const char *tf_verdict_meaning(const tf_verdict *v)
{
	return tf_check_text((tf_check)v->check);
}

/* ---- beginning ---- */

size_t tf_machine_room(tf_run_sizes sizes, size_t kept)
{
	if (!sizes.mem)
		return 0;
	return START + ALIGNED(sizeof(tf_machine)) + TF_GROUP_ROOM + ALIGNED(kept) +
	       ALIGNED(sizes.out) + ALIGNED(sizes.mem);
}

/* Inside a virtual machine CPUID takes as long as a signature's check. */
static tf_err choose_kernel(const tf_kernel **out, tf_memo *memo, tf_kernel_choice choice)
{
	bool known = memo && (unsigned)choice < TF_ARRAY_LEN(memo->kernel);

	if (known && memo->kernel[choice]) {
		*out = memo->kernel[choice];
		return TF_OK;
	}
	TRY(tf_kernel_choose(out, choice));
	if (known)
		memo->kernel[choice] = *out;
	return TF_OK;
}

static tf_err fill_env(tf_machine *m, const tf_clique *c)
{
	tf_party_env *e = &m->env;

	TRY(choose_kernel(&e->kernel, m->memo, c->kernel));
	e->pr = tf_level_profile(c->level);
	TRY(tf_group_on(&m->g, m->g, e->kernel, &m->all));
	tf_signer_on(&m->signer, e->kernel);
	e->g = m->g;
	e->rng = &m->rng;
	e->signer = &m->signer;
	e->n = c->n;
	e->self = c->self;
	memcpy(e->sid, c->session, sizeof(e->sid));
	for (unsigned i = 0; i < c->n; i++) {
		const tf_participant *p = &c->party[i];

		if (!p->device || tf_name_copy(m->device[i], sizeof(m->device[i]), p->device))
			return TF_E_USAGE;
		e->party[i].device = m->device[i];
		e->party[i].share_index = p->seat;
		memcpy(e->party[i].identity, p->identity, sizeof(e->party[i].identity));
		if (m->memo && i + 1u != c->self)
			e->party[i].key = tf_memo_peer_key(m->memo, p->identity,
			                                      e->kernel);
	}
	e->nodes = m->memo ? &m->memo->nodes : NULL;
	return TF_OK;
}

static tf_err sub_arena(tf_arena *out, tf_arena *all, size_t len)
{
	void *p = tf_arena_reserve(all, ALIGNED(len));

	if (!p)
		return TF_E_CAPACITY;
	tf_arena_init(out, p, ALIGNED(len));
	return TF_OK;
}

/* What blinds multiplications on secp256k1: a settlement has no randomness, and needs none. */
static const tf_rng *blinding(const tf_machine *m)
{
	return m->kind == TF_MACHINE_SETTLE ? NULL : &m->rng;
}

/* Signer and group, from the memo or anew. */
static tf_err found(tf_machine *m, const tf_clique *c)
{
	TF_AUTO(tf_secret) seed;

	if (tf_memo_fits(c->memo, c)) {
		m->memo = c->memo;
		m->signer = c->memo->signer;
		m->g = c->memo->g;
		return TF_OK;
	}
	memcpy(seed.b, c->seed, sizeof(seed.b));
	tf_ct_classify(seed.b, sizeof(seed.b));
	tf_signer_init(&m->signer, &seed);
	return tf_group_init(&m->g, (tf_curve_id)c->algorithm, blinding(m), &m->all);
}

static tf_err furnish(tf_machine *m, const tf_clique *c, tf_run_sizes sizes)
{
	m->rng = (tf_rng){ c->random.fill, c->random.ctx };
	TRY(found(m, c));
	TRY(fill_env(m, c));
	TRY(sub_arena(&m->out_mem, &m->all, sizes.out));
	TRY(sub_arena(&m->mem, &m->all, sizes.mem));
	tf_outbox_init(&m->out, &m->out_mem);
	m->message_max = sizes.message;
	return TF_OK;
}

tf_err tf_machine_lay(tf_machine **out, tf_memory mem, const tf_clique *c, tf_machine_kind kind,
                      tf_run_sizes sizes, size_t kept)
{
	tf_arena all;
	tf_machine *m;
	tf_err err;

	if (!tf_clique_fits(c->n) || !c->party || !c->seed || !c->random.fill || !sizes.mem)
		return TF_E_USAGE;
	if (!mem.p || mem.len < tf_machine_room(sizes, kept))
		return TF_E_CAPACITY;
	tf_arena_init(&all, mem.p, mem.len);
	m = tf_arena_alloc(&all, sizeof(*m));
	if (!m)
		return TF_E_CAPACITY;
	m->kind = kind;
	m->all = all;
	err = furnish(m, c, sizes);
	if (err != TF_OK) {
		tf_machine_wipe(m);
		return err;
	}
	*out = m;
	return TF_OK;
}

tf_err tf_machine_begun(tf_machine **out, tf_machine *m, tf_rounds *r, tf_err err)
{
	if (err != TF_OK) {
		tf_machine_wipe(m);
		return err;
	}
	m->r = r;
	*out = m;
	return TF_OK;
}

/* ---- running ---- */

tf_err tf_machine_step(tf_machine *m, const uint8_t *msg, size_t len, tf_verdict *verdict)
{
	tf_fault fault;
	tf_err err;

	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	tf_verdict_set(verdict, &fault);
	if (!m || (!msg && len))
		return TF_E_USAGE;
	if (!m->r)
		return TF_E_STATE;
	err = tf_rounds_step(m->r, msg, len, &m->out, &fault);
	tf_machine_verdict(m, verdict, err, &fault);
	return err;
}

size_t tf_machine_effects(const tf_effect **first, const tf_machine *m)
{
	*first = m->out.effect;
	return m->out.count;
}

void tf_machine_clear(tf_machine *m)
{
	if (m->out.mem) /* not after a wipe */
		tf_outbox_reset(&m->out);
}

tf_machine_state tf_machine_get_state(const tf_machine *m)
{
	if (!m || !m->kind)
		return TF_MACHINE_IDLE;
	if (m->kind == TF_MACHINE_PRESIGN && tf_presign_on_trial(&m->as.presign))
		return TF_MACHINE_RUNNING; /* and takes no more messages */
	return m->r ? (tf_machine_state)tf_rounds_state(m->r) : TF_MACHINE_DONE;
}

bool tf_machine_awaits(const tf_machine *m, unsigned party)
{
	return m->r && tf_rounds_awaits(m->r, party);
}

const char *tf_machine_round(const tf_machine *m)
{
	return m->r ? tf_rounds_name(m->r) : "";
}

size_t tf_machine_evidence(tf_bytes out[2], const tf_machine *m)
{
	tf_blob blob[2] = { { 0 } };
	size_t n = m->r ? tf_rounds_evidence(blob, m->r) : 0;

	for (size_t i = 0; i < 2; i++)
		out[i] = (tf_bytes){ blob[i].p, blob[i].len };
	return n;
}

size_t tf_machine_message_max(const tf_machine *m)
{
	return m->message_max;
}

/* As much of an arena as was ever in use. */
static void wipe_used(const tf_arena *a)
{
	if (a->base)
		tf_wipe(a->base, a->peak);
}

/* What was never touched is not touched now. `all` comes last: this machine lies in it. Of what it
 * has, the arenas are a part by themselves. */
void tf_machine_wipe(tf_machine *m)
{
	tf_arena all;
	uint8_t *begin, *end;

	if (!m || !m->all.base)
		return;
	all = m->all;
	begin = m->out_mem.base ? m->out_mem.base : all.base + all.peak;
	end = m->mem.base ? m->mem.base + m->mem.cap : begin;
	wipe_used(&m->out_mem);
	wipe_used(&m->mem);
	tf_wipe(end, (size_t)(all.base + all.peak - end));
	tf_wipe(m, (size_t)(begin - (uint8_t *)m));
}
