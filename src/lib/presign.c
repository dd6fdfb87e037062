#include <string.h>

#include "lib/impl.h"

_Static_assert(sizeof(tf_presig) <= sizeof(tf_presignature), "presignatures");
_Static_assert(TF_PRESIGN_MOST == TF_PRESIGN_BATCH_MAX, "batches");

static size_t keeps(uint16_t n)
{
	return sizeof(tf_moduli) + n * (sizeof(tf_aux) + 64) + TF_MODULI_READING;
}

static tf_run_sizes sizes(tf_level level, uint16_t n, uint32_t batch)
{
	const tf_profile *pr = tf_level_profile(level);
	tf_run_sizes need;

	if (!pr || !tf_clique_fits(n) || batch < 1 || batch > TF_PRESIGN_BATCH_MAX)
		return (tf_run_sizes){ 0 };
	need = tf_presign_sizes(pr, n, batch);
	return need.message <= TF_ENVELOPE_MAX ? need : (tf_run_sizes){ 0 };
}

size_t tf_presign_room(tf_level level, tf_algorithm algorithm, uint16_t n, uint32_t batch)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sizes(level, n, batch), keeps(n));
}

/* Were the tables made from that very record, as the own one or as a peer's? Then it need not be
 * read again. */
static bool knows(const tf_tables *t, tf_bytes record, bool own)
{
	uint8_t hash[32];

	if (!t || t->own != own)
		return false;
	tf_key_record_hash(hash, record.p, record.len);
	return memcmp(t->record, hash, sizeof(hash)) == 0;
}

static tf_err decode_peer(const tf_aux **out, char device[static TF_DEVICE_MAX + 1], tf_machine *m,
                          tf_bytes record)
{
	tf_aux *aux = tf_arena_alloc(&m->all, sizeof(*aux));
	size_t mark = tf_arena_mark(&m->all);
	tf_err err;

	if (!aux)
		return TF_E_CAPACITY;
	err = tf_aux_decode(aux, device, m->env.pr, record.p, record.len, &m->all);
	tf_arena_release(&m->all, mark);
	*out = aux;
	return err;
}

/* A peer's moduli, kept in the machine's memory or with its tables; they must be those of party
 * j. */
static tf_err read_peer(const tf_aux **out, tf_machine *m, tf_bytes record, const tf_tables *t,
                        unsigned j)
{
	char decoded[TF_DEVICE_MAX + 1];
	const char *device = decoded;

	if (knows(t, record, false)) {
		*out = &t->of.peer;
		device = t->device;
	} else {
		TRY(decode_peer(out, decoded, m, record));
	}
	return strcmp(device, m->env.party[j - 1].device) == 0 ? TF_OK : TF_E_USAGE;
}

static tf_err read_own(const tf_moduli **out, tf_machine *m, tf_bytes record, const tf_tables *t)
{
	tf_moduli *own;

	if (knows(t, record, true)) {
		*out = &t->of.own;
		return TF_OK;
	}
	TRY(tf_moduli_read(&own, m, record));
	*out = own;
	return TF_OK;
}

static tf_err start(tf_machine *m, const tf_presign_params *p)
{
	tf_presign_args args = { .env = &m->env, .batch = p->batch, .confirm = p->confirm,
	                         .patient = true };
	TF_AUTO(tf_weights) weights;

	memset(&weights, 0, sizeof(weights));
	TRY(tf_key_read_weights(&weights, NULL, m, p->key));
	TRY(read_own(&args.own, m, p->moduli, p->tables[m->env.self - 1]));
	for (unsigned j = 1; j <= m->env.n; j++) {
		if (j != m->env.self)
			TRY(read_peer(&args.aux[j - 1], m, p->peer[j - 1], p->tables[j - 1], j));
		if (p->tables[j - 1])
			args.tables[j - 1] = &p->tables[j - 1]->tables;
	}
	args.weights = &weights;
	return tf_presign_start(&m->as.presign, &args, &m->mem, &m->out);
}

tf_err tf_presign_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                        const tf_presign_params *p)
{
	tf_machine *m;

	if (!out || !c || !p)
		return TF_E_USAGE;
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_PRESIGN,
	                   sizes(c->level, c->n, p->batch), keeps(c->n)));
	return tf_machine_begun(out, m, &m->as.presign.r, start(m, p));
}

tf_err tf_presign_move(tf_presignature *out, tf_machine *m, uint32_t b)
{
	TF_AUTO(tf_presig) p;

	memset(&p, 0, sizeof(p));
	if (!m || m->kind != TF_MACHINE_PRESIGN)
		return TF_E_USAGE;
	TRY(tf_presign_take(&p, &m->as.presign, b));
	memset(out, 0, sizeof(*out));
	memcpy(out->opaque, &p, sizeof(p));
	return TF_OK;
}

bool tf_presign_alerted(const tf_machine *m)
{
	return m && m->kind == TF_MACHINE_PRESIGN && tf_presign_alerting(&m->as.presign);
}

tf_err tf_presign_expire(tf_machine *m, tf_verdict *verdict)
{
	tf_fault fault;
	bool more;
	tf_err err;

	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	tf_verdict_set(verdict, &fault);
	if (!m || m->kind != TF_MACHINE_PRESIGN)
		return TF_E_USAGE;
	err = tf_presign_judge_some(&m->as.presign, 1, &more, &fault);
	tf_machine_verdict(m, verdict, err, &fault);
	return more ? TF_E_BUSY : err;
}

uint32_t tf_presign_convicts(const tf_machine *m)
{
	return m && m->kind == TF_MACHINE_PRESIGN ? tf_presign_culprits(&m->as.presign) : 0;
}

void tf_presignature_id(uint8_t id[static 32], const tf_presignature *p)
{
	TF_AUTO(tf_presig) copy;

	memcpy(&copy, p->opaque, sizeof(copy));
	memcpy(id, copy.id, 32);
}

void tf_presignature_wipe(tf_presignature *p)
{
	tf_wipe(p, sizeof(*p));
}
