#include <string.h>

#include "lib/impl.h"

/* What the largest record takes beyond the memory of the smallest run, which is empty then. */
#define KEY_READING 4096u

static tf_run_sizes sizes(tf_level level, uint16_t n)
{
	const tf_profile *pr = tf_level_profile(level);
	tf_run_sizes need;

	if (!pr || !tf_clique_fits(n))
		return (tf_run_sizes){ 0 };
	need = tf_signing_sizes(pr, n);
	need.mem += KEY_READING;
	return need;
}

size_t tf_signing_room(tf_level level, tf_algorithm algorithm, uint16_t n)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sizes(level, n), 0);
}

static tf_err start(tf_machine *m, tf_presig *presig, const tf_signing_params *p)
{
	tf_signing_args args = { .env = &m->env, .presig = presig };
	TF_AUTO(tf_weights) weights;
	TF_AUTO(tf_key) key;

	memset(&weights, 0, sizeof(weights));
	memset(&key, 0, sizeof(key));
	TRY(tf_key_read_weights(&weights, &key, m, p->key));
	TRY(tf_derivation_read(&args.path, &p->path));
	args.weights = &weights;
	memcpy(args.cc, key.sharing.cc, sizeof(args.cc));
	memcpy(m->cc, key.sharing.cc, sizeof(m->cc));
	memcpy(args.digest, p->digest, sizeof(args.digest));
	return tf_signing_start(&m->as.signing, &args, &m->mem, &m->out);
}

tf_err tf_signing_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                        const tf_signing_params *p)
{
	TF_AUTO(tf_presig) presig;
	tf_machine *m;

	if (!out || !mem.p || !c || !p || !p->presignature)
		return TF_E_USAGE;
	/* from here on the caller's is gone, whatever happens */
	memcpy(&presig, p->presignature->opaque, sizeof(presig));
	tf_presignature_wipe(p->presignature);
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_SIGNING, sizes(c->level, c->n), 0));
	return tf_machine_begun(out, m, &m->as.signing.r, start(m, &presig, p));
}

tf_err tf_signing_signature(tf_signature *sig, uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                            const tf_machine *m)
{
	tf_ecdsa_sig made;
	tf_pt child;

	if (!m || m->kind != TF_MACHINE_SIGNING)
		return TF_E_USAGE;
	TRY(tf_signing_result(&made, &child, &m->as.signing));
	tf_sc_encode(sig->r, &made.r);
	tf_sc_encode(sig->s, &made.s);
	sig->recid = made.recid;
	if (public_key)
		tf_pt_encode(m->g, public_key, &child);
	return TF_OK;
}

static tf_err verify(bool *valid, const tf_group *g, const tf_signature *sig,
                     const uint8_t digest[static 32],
                     const uint8_t public_key[static TF_PUBLIC_KEY_BYTES])
{
	tf_ecdsa_sig s = { .recid = sig->recid };
	tf_pt Y;

	TRY(tf_pt_decode(g, &Y, public_key));
	if (tf_pt_is_identity(&Y))
		return TF_E_ENCODING;
	TRY(tf_sc_decode(g, &s.r, sig->r));
	TRY(tf_sc_decode(g, &s.s, sig->s));
	return tf_ecdsa_verify_recid_vt(g, valid, &s, digest, &Y);
}

tf_err tf_signature_verify(bool *valid, tf_algorithm algorithm, const tf_signature *sig,
                           const uint8_t digest[static 32],
                           const uint8_t public_key[static TF_PUBLIC_KEY_BYTES],
                           tf_memory scratch)
{
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	*valid = false;
	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = tf_group_schnorr(g) ? TF_E_UNSUPPORTED : verify(valid, g, sig, digest, public_key);
	tf_arena_wipe(&mem);
	return err;
}
