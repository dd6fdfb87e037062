#include <string.h>

#include "lib/impl.h"

_Static_assert(sizeof(tf_frost_presig) <= sizeof(tf_frost_nonces), "nonces");
_Static_assert(TF_FROST_MOST == TF_FROST_BATCH_MAX, "batches");
_Static_assert(TF_FROST_MESSAGE_BYTES == TF_FROST_MESSAGE_MAX, "messages");
_Static_assert((int)TF_SPEND_KEY == (int)TF_FROST_KEY, "spends");
_Static_assert((int)TF_SPEND_KEY_PATH == (int)TF_FROST_KEY_PATH, "spends");
_Static_assert((int)TF_SPEND_SCRIPT_TREE == (int)TF_FROST_SCRIPT_TREE, "spends");

/* The suite of an algorithm; TF_E_USAGE if there is none. */
static tf_err suite_of(tf_frost_suite *out, tf_algorithm algorithm, tf_frost_variant variant)
{
	bool rfc = variant == TF_FROST_RFC9591;

	if (!rfc && variant != TF_FROST_BIP445_DRAFT)
		return TF_E_USAGE;
	if (algorithm == TF_ALG_SCHNORR_ED25519 && rfc)
		*out = TF_FROST_ED25519;
	else if (algorithm == TF_ALG_SCHNORR_BIP340)
		*out = rfc ? TF_FROST_TAPROOT : TF_FROST_BIP445;
	else
		return TF_E_USAGE;
	return TF_OK;
}

/* No message of FROST has a width that depends on the level. */
static tf_run_sizes prepare_sizes(uint16_t n, uint32_t batch)
{
	if (!tf_clique_fits(n) || batch < 1 || batch > TF_FROST_BATCH_MAX)
		return (tf_run_sizes){ 0 };
	return tf_frost_prepare_sizes(&tf_profile_p128, n, batch);
}

static tf_run_sizes sign_sizes(uint16_t n, size_t message)
{
	if (!tf_clique_fits(n) || message > TF_FROST_MESSAGE_MAX)
		return (tf_run_sizes){ 0 };
	return tf_frost_signing_sizes(&tf_profile_p128, n, message);
}

/* ---- nonces ---- */

size_t tf_frost_prepare_room(tf_algorithm algorithm, uint16_t n, uint32_t batch)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(prepare_sizes(n, batch), 0);
}

static tf_err prepare_start(tf_machine *m, const tf_clique *c, const tf_frost_prepare_params *p)
{
	tf_frost_prepare_args args = { .env = &m->env, .batch = p->batch, .confirm = p->confirm };
	TF_AUTO(tf_weights) weights;

	memset(&weights, 0, sizeof(weights));
	TRY(suite_of(&args.suite, c->algorithm, p->variant));
	TRY(tf_key_read_weights(&weights, NULL, m, p->key));
	args.weights = &weights;
	return tf_frost_prepare_start(&m->as.prepare, &args, &m->mem, &m->out);
}

tf_err tf_frost_prepare_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                              const tf_frost_prepare_params *p)
{
	tf_machine *m;

	if (!out || !c || !p)
		return TF_E_USAGE;
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_FROST_PREPARE, prepare_sizes(c->n, p->batch),
	                   0));
	return tf_machine_begun(out, m, &m->as.prepare.r, prepare_start(m, c, p));
}

tf_err tf_frost_prepare_move(tf_frost_nonces *out, tf_machine *m, uint32_t b)
{
	TF_AUTO(tf_frost_presig) p;

	memset(&p, 0, sizeof(p));
	if (!m || m->kind != TF_MACHINE_FROST_PREPARE)
		return TF_E_USAGE;
	TRY(tf_frost_prepare_take(&p, &m->as.prepare, b));
	memset(out, 0, sizeof(*out));
	memcpy(out->opaque, &p, sizeof(p));
	return TF_OK;
}

void tf_frost_nonces_id(uint8_t id[static 32], const tf_frost_nonces *nonces)
{
	TF_AUTO(tf_frost_presig) copy;

	memcpy(&copy, nonces->opaque, sizeof(copy));
	memcpy(id, copy.id, 32);
}

void tf_frost_nonces_wipe(tf_frost_nonces *nonces)
{
	tf_wipe(nonces, sizeof(*nonces));
}

/* ---- signing ---- */

size_t tf_frost_sign_room(tf_algorithm algorithm, uint16_t n, size_t message)
{
	(void)algorithm; /* every group takes the same room */
	return tf_machine_room(sign_sizes(n, message), 0);
}

static tf_err sign_start(tf_machine *m, tf_frost_presig *presig, const tf_frost_sign_params *p)
{
	tf_frost_signing_args args = { .env = &m->env, .presig = presig,
	                               .output = (tf_frost_output)p->spend, .msg = p->message.p,
	                               .msg_len = p->message.len };
	TF_AUTO(tf_weights) weights;
	TF_AUTO(tf_key) key;

	memset(&weights, 0, sizeof(weights));
	memset(&key, 0, sizeof(key));
	if (!p->message.p && p->message.len)
		return TF_E_USAGE;
	TRY(tf_key_read_weights(&weights, &key, m, p->key));
	TRY(tf_derivation_read(&args.path, &p->path));
	args.weights = &weights;
	memcpy(args.cc, key.sharing.cc, sizeof(args.cc));
	memcpy(args.root, p->root, sizeof(args.root));
	return tf_frost_signing_start(&m->as.frost, &args, &m->mem, &m->out);
}

tf_err tf_frost_sign_begin(tf_machine **out, tf_memory mem, const tf_clique *c,
                           const tf_frost_sign_params *p)
{
	TF_AUTO(tf_frost_presig) presig;
	tf_machine *m;

	if (!out || !mem.p || !c || !p || !p->nonces)
		return TF_E_USAGE;
	/* from here on the caller's are gone, whatever happens */
	memcpy(&presig, p->nonces->opaque, sizeof(presig));
	tf_frost_nonces_wipe(p->nonces);
	TRY(tf_machine_lay(&m, mem, c, TF_MACHINE_FROST_SIGNING,
	                   sign_sizes(c->n, p->message.len), 0));
	return tf_machine_begun(out, m, &m->as.frost.r, sign_start(m, &presig, p));
}

tf_err tf_frost_sign_signature(uint8_t sig[static 64], uint8_t public_key[TF_PUBLIC_KEY_BYTES],
                               const tf_machine *m)
{
	tf_frost_sig made;
	tf_pt Q;

	if (!m || m->kind != TF_MACHINE_FROST_SIGNING)
		return TF_E_USAGE;
	TRY(tf_frost_signing_result(&made, &Q, &m->as.frost));
	memcpy(sig, made.b, 64);
	if (public_key)
		tf_pt_encode(m->g, public_key, &Q);
	return TF_OK;
}

static tf_err verify(bool *valid, tf_frost_suite suite, const tf_group *g,
                     const uint8_t sig[static 64], tf_bytes message,
                     const uint8_t public_key[static TF_PUBLIC_KEY_BYTES])
{
	tf_frost_sig s = { .len = 64 };
	tf_pt Q;

	TRY(tf_pt_decode(g, &Q, public_key));
	if (tf_pt_is_identity(&Q))
		return TF_E_ENCODING;
	memcpy(s.b, sig, 64);
	return tf_frost_verify_vt(valid, suite, g, &s, &Q, message.p, message.len);
}

tf_err tf_schnorr_verify(bool *valid, tf_algorithm algorithm, const uint8_t sig[static 64],
                         tf_bytes message, const uint8_t public_key[static TF_PUBLIC_KEY_BYTES],
                         tf_memory scratch)
{
	tf_frost_suite suite;
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	*valid = false;
	if (suite_of(&suite, algorithm, TF_FROST_RFC9591) != TF_OK)
		return TF_E_UNSUPPORTED;
	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = verify(valid, suite, g, sig, message, public_key);
	tf_arena_wipe(&mem);
	return err;
}
