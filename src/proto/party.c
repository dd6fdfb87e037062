#include "proto/party.h"

#include <string.h>

#include "zk/transcript.h"

#define PARTY_TLV 256u /* bytes of one party in a transcript: names and keys, with room */
#define RUN_TLV 256u   /* the rest of a run */

bool tf_device_ok(const char *device)
{
	size_t len = device ? strnlen(device, TF_DEVICE_MAX + 1) : 0;

	return len >= 1 && len <= TF_DEVICE_MAX && tf_wire_printable(device, len);
}

static bool same_index(const tf_party_env *env, const tf_party *a, const tf_party *b)
{
	tf_sc x, y;

	tf_sc_set_u64(env->g, &x, a->share_index);
	tf_sc_set_u64(env->g, &y, b->share_index);
	return tf_sc_eq(&x, &y);
}

tf_err tf_party_env_check_devices(const tf_party_env *env)
{
	const tf_party *p = env->party;

	if (!env->pr || !env->g || !env->rng || !env->signer)
		return TF_E_USAGE;
	if (env->n < 2 || env->n > TF_PARTIES_MAX || env->self < 1 || env->self > env->n)
		return TF_E_USAGE;
	for (unsigned i = 0; i < env->n; i++) {
		if (!tf_device_ok(p[i].device))
			return TF_E_USAGE;
		for (unsigned j = 0; j < i; j++)
			if (strcmp(p[i].device, p[j].device) == 0 ||
			    memcmp(p[i].identity, p[j].identity, sizeof(p[i].identity)) == 0)
				return TF_E_USAGE;
	}
	if (memcmp(p[env->self - 1].identity, env->signer->pk, sizeof(env->signer->pk)) != 0)
		return TF_E_USAGE;
	return TF_OK;
}

tf_err tf_party_env_check(const tf_party_env *env)
{
	TRY(tf_party_env_check_devices(env));
	for (unsigned i = 0; i < env->n; i++) {
		tf_sc x;

		tf_sc_set_u64(env->g, &x, env->party[i].share_index);
		if (tf_sc_is_zero(&x))
			return TF_E_USAGE;
		for (unsigned j = 0; j < i; j++)
			if (same_index(env, &env->party[i], &env->party[j]))
				return TF_E_USAGE;
	}
	return TF_OK;
}

const tf_party *tf_party_find(const tf_party_env *env, unsigned index)
{
	return index >= 1 && index <= env->n ? &env->party[index - 1] : NULL;
}

bool tf_party_signed(const tf_party_env *env, unsigned index, const uint8_t sig[static 64],
                     const char *domain, const uint8_t *msg, size_t len)
{
	const tf_party *p = &env->party[index - 1];

	return tf_sign_holds_by(p->key, sig, p->identity, domain, msg, len);
}

tf_err tf_name_copy(char *out, size_t cap, const char *in)
{
	size_t len = strnlen(in, cap);

	if (len >= cap)
		return TF_E_TOO_LARGE;
	memcpy(out, in, len + 1);
	return TF_OK;
}

tf_err tf_party_env_hash(uint8_t out[static 32], const tf_party_env *env)
{
	uint8_t buf[TF_PARTIES_MAX * PARTY_TLV];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	for (unsigned i = 0; i < env->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_u64(&t, env->party[i].share_index);
		tf_tr_str(&t, env->party[i].device);
		tf_tr_bytes(&t, env->party[i].identity, sizeof(env->party[i].identity));
		tf_tr_close(&t);
	}
	return tf_tr_hash(out, &t, "clique");
}

tf_err tf_run_context(uint8_t out[static 32], const tf_party_env *env,
                      const uint8_t context[static 32], uint32_t batch, bool echoed)
{
	uint8_t buf[RUN_TLV + TF_PARTIES_MAX * PARTY_TLV];
	tf_tr t;

	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_bytes(&t, context, 32);
	tf_tr_str(&t, env->pr->text);
	tf_tr_str(&t, tf_group_name(env->g));
	tf_tr_u64(&t, batch);
	tf_tr_u64(&t, echoed);
	tf_tr_open(&t);
	for (unsigned i = 0; i < env->n; i++) {
		tf_tr_open(&t);
		tf_tr_u64(&t, i + 1);
		tf_tr_str(&t, env->party[i].device);
		tf_tr_bytes(&t, env->party[i].identity, sizeof(env->party[i].identity));
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	return tf_tr_hash(out, &t, "run");
}
