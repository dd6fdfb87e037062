#include "proto/moduli.h"

#include <string.h>

#include "base/secret.h"
#include "num/prime.h"
#include "zk/transcript.h"

#define SELF_TEST_ROUNDS 5u

void tf_moduli_wipe(tf_moduli *m)
{
	tf_paillier_sk_wipe(&m->sk);
	tf_rp_sec_wipe(&m->rp);
	tf_wipe(m, sizeof(*m));
}

static tf_err check_apart(const tf_moduli *m)
{
	return tf_bn_coprime_vt(&m->sk.pk.n.m, &m->rp.pub.n.m) ? TF_OK : TF_E_ENCODING;
}

tf_err tf_moduli_make(tf_moduli *out, const tf_profile *pr, const tf_bn *p, const tf_bn *q,
                      const tf_bn *ph, const tf_bn *qh, const tf_rng *rng, tf_arena *mem)
{
	tf_err err;

	memset(out, 0, sizeof(*out));
	out->generation = 1;
	err = tf_paillier_sk_init(&out->sk, pr, p, q);
	if (err == TF_OK)
		err = tf_rp_generate(&out->rp, pr, ph, qh, rng, mem);
	if (err == TF_OK)
		err = check_apart(out);
	if (err != TF_OK)
		tf_moduli_wipe(out);
	tf_wipe_stack_deep();
	return err;
}

tf_err tf_moduli_self_test(const tf_moduli *m, const tf_rng *rng, tf_arena *mem)
{
	const tf_bn *primes[] = { &m->sk.f.p, &m->sk.f.q, &m->rp.f.p, &m->rp.f.q };
	tf_err err = TF_OK;
	bool safe = true;

	for (unsigned k = 0; err == TF_OK && safe && k < TF_ARRAY_LEN(primes); k++)
		err = tf_prime_is_safe(&safe, primes[k], SELF_TEST_ROUNDS, rng, mem);
	tf_wipe_stack_deep();
	return err == TF_OK && !safe ? TF_E_ENCODING : err;
}

/* ---- records ---- */

static tf_wire_env record_env(const tf_profile *pr)
{
	return (tf_wire_env){ .pr = pr, .n = TF_PARTIES_MAX };
}

static size_t record_length(const tf_wire_type *type, const tf_profile *pr)
{
	tf_wire_env env = record_env(pr);

	return 4 + type->length(&env, TF_WIRE_MOST);
}

size_t tf_moduli_length(const tf_profile *pr)
{
	return record_length(&tf_rec_own_moduli_wire, pr);
}

size_t tf_aux_length(const tf_profile *pr)
{
	return record_length(&tf_rec_peer_aux_wire, pr);
}

tf_err tf_moduli_encode(uint8_t *out, size_t cap, size_t *len, const tf_moduli *m,
                        const tf_profile *pr, tf_arena *mem)
{
	tf_wire_env env = record_env(pr);
	size_t mark = tf_arena_mark(mem);
	tf_rec_own_moduli *rec = tf_arena_alloc(mem, sizeof(*rec));
	tf_err err;

	if (!rec)
		return TF_E_CAPACITY;
	rec->generation = m->generation;
	rec->created = m->created;
	rec->p = m->sk.f.p;
	rec->q = m->sk.f.q;
	rec->p_hat = m->rp.f.p;
	rec->q_hat = m->rp.f.q;
	rec->lambda = m->rp.lambda;
	rec->t = m->rp.pub.t;
	err = tf_wire_encode_framed(&tf_rec_own_moduli_wire, out, cap, len, &env, rec);
	tf_arena_release(mem, mark);
	tf_wipe_stack_deep();
	return err;
}

static tf_err restore(tf_moduli *out, const tf_profile *pr, const uint8_t *in, size_t len,
                      tf_arena *mem)
{
	tf_wire_env env = record_env(pr);
	tf_rec_own_moduli *rec = tf_arena_alloc(mem, sizeof(*rec));

	if (!rec)
		return TF_E_CAPACITY;
	TRY(tf_wire_decode_framed(&tf_rec_own_moduli_wire, rec, &env, mem, in, len));
	tf_ct_classify(rec->p.d, sizeof(rec->p.d));
	tf_ct_classify(rec->q.d, sizeof(rec->q.d));
	tf_ct_classify(rec->p_hat.d, sizeof(rec->p_hat.d));
	tf_ct_classify(rec->q_hat.d, sizeof(rec->q_hat.d));
	tf_ct_classify(rec->lambda.d, sizeof(rec->lambda.d));
	TRY(tf_paillier_sk_init(&out->sk, pr, &rec->p, &rec->q));
	TRY(tf_rp_restore(&out->rp, pr, &rec->p_hat, &rec->q_hat, &rec->t, &rec->lambda, mem));
	out->generation = rec->generation;
	out->created = rec->created;
	return check_apart(out);
}

tf_err tf_moduli_decode(tf_moduli *out, const tf_profile *pr, const uint8_t *in, size_t len,
                        tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err;

	memset(out, 0, sizeof(*out));
	err = restore(out, pr, in, len, mem);
	tf_arena_release(mem, mark);
	if (err != TF_OK)
		tf_moduli_wipe(out);
	tf_wipe_stack_deep();
	return err == TF_E_USAGE ? TF_E_ENCODING : err; /* primes that make no moduli */
}

tf_err tf_aux_encode(uint8_t *out, size_t cap, size_t *len, const tf_aux *aux, const char *device,
                     const uint8_t sid[static 32], uint64_t created, const tf_profile *pr,
                     tf_arena *mem)
{
	tf_wire_env env = record_env(pr);
	size_t mark = tf_arena_mark(mem);
	tf_rec_peer_aux *rec = tf_arena_alloc(mem, sizeof(*rec));
	tf_err err;

	if (!rec)
		return TF_E_CAPACITY;
	rec->device = device;
	memcpy(rec->sid, sid, sizeof(rec->sid));
	rec->created = created;
	rec->N = aux->pk.n.m;
	rec->Nhat = aux->rp.n.m;
	rec->s = aux->rp.s;
	rec->t = aux->rp.t;
	err = tf_wire_encode_framed(&tf_rec_peer_aux_wire, out, cap, len, &env, rec);
	tf_arena_release(mem, mark);
	return err;
}

static tf_err restore_aux(tf_aux *out, char *device, const tf_profile *pr, const uint8_t *in,
                          size_t len, tf_arena *mem)
{
	tf_wire_env env = record_env(pr);
	tf_rec_peer_aux *rec = tf_arena_alloc(mem, sizeof(*rec));

	if (!rec)
		return TF_E_CAPACITY;
	TRY(tf_wire_decode_framed(&tf_rec_peer_aux_wire, rec, &env, mem, in, len));
	TRY(tf_paillier_pk_init(&out->pk, pr, &rec->N));
	TRY(tf_rp_init(&out->rp, pr, &rec->Nhat, &rec->s, &rec->t));
	return device ? tf_name_copy(device, TF_DEVICE_MAX + 1, rec->device) : TF_OK;
}

tf_err tf_aux_decode(tf_aux *out, char *device, const tf_profile *pr, const uint8_t *in,
                     size_t len, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem);
	tf_err err = restore_aux(out, device, pr, in, len, mem);

	tf_arena_release(mem, mark);
	return err;
}

/* ---- hashes ---- */

uint8_t *tf_moduli_transcript(size_t *cap, const tf_profile *pr, size_t integers, tf_arena *mem)
{
	*cap = TF_CTX_MAX + 1024 + integers * (pr->prime_bits / 4 + 16);
	return tf_arena_alloc(mem, *cap);
}

static tf_err hash_public(uint8_t out[static 32], const tf_bn *N, const tf_rp *rp, tf_arena *mem)
{
	size_t mark = tf_arena_mark(mem), cap = 4 * (TF_BN_BYTES + 16);
	uint8_t *buf = tf_arena_alloc(mem, cap);
	tf_err err;
	tf_tr t;

	if (!buf)
		return TF_E_CAPACITY;
	tf_tr_init(&t, buf, cap);
	tf_tr_nat(&t, N);
	tf_tr_nat(&t, &rp->n.m);
	tf_tr_nat(&t, &rp->s);
	tf_tr_nat(&t, &rp->t);
	err = tf_tr_hash(out, &t, "aux");
	tf_arena_release(mem, mark);
	return err;
}

tf_err tf_aux_hash(uint8_t out[static 32], const tf_aux *aux, tf_arena *mem)
{
	return hash_public(out, &aux->pk.n.m, &aux->rp, mem);
}

tf_err tf_moduli_hash(uint8_t out[static 32], const tf_moduli *m, tf_arena *mem)
{
	return hash_public(out, &m->sk.pk.n.m, &m->rp.pub, mem);
}
