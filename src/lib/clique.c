#include <string.h>

#include "lib/impl.h"
#include "zk/transcript.h"

_Static_assert((int)TF_ALG_ECDSA_SECP256K1 == (int)TF_CURVE_SECP256K1, "algorithms");
_Static_assert((int)TF_ALG_SCHNORR_ED25519 == (int)TF_CURVE_ED25519, "algorithms");
_Static_assert((int)TF_ALG_ECDSA_P256 == (int)TF_CURVE_P256, "algorithms");
_Static_assert((int)TF_ALG_ECDSA_STARK == (int)TF_CURVE_STARK, "algorithms");
_Static_assert((int)TF_ALG_SCHNORR_BIP340 == (int)TF_CURVE_BIP340, "algorithms");

#define PARTY_TLV 320u /* bytes of one party in a transcript, with room */

const tf_profile *tf_level_profile(tf_level level)
{
	switch (level) {
	case TF_LEVEL_P128: return &tf_profile_p128;
	case TF_LEVEL_P112: return &tf_profile_p112;
	}
#ifdef TF_TESTING
	if ((unsigned)level == 0xf0)
		return &tf_profile_small;
#endif
	return NULL;
}

tf_err tf_kernel_choose(const tf_kernel **out, tf_kernel_choice choice)
{
	switch (choice) {
	case TF_USE_FASTEST: return tf_kernel_find(out, "auto");
	case TF_USE_PORTABLE: return tf_kernel_find(out, "portable");
	case TF_USE_IFMA: return tf_kernel_find(out, "ifma");
	}
	return TF_E_USAGE;
}

const char *tf_kernel_in_use(tf_kernel_choice choice)
{
	const tf_kernel *k;

	return tf_kernel_choose(&k, choice) == TF_OK ? tf_kernel_name(k) : NULL;
}

void tf_identity_public(uint8_t identity[static 32], const uint8_t seed[static 32])
{
	TF_AUTO(tf_signer) signer;
	TF_AUTO(tf_secret) secret;

	memcpy(secret.b, seed, sizeof(secret.b));
	tf_ct_classify(secret.b, sizeof(secret.b));
	tf_signer_init(&signer, &secret);
	memcpy(identity, signer.pk, 32);
}

tf_err tf_clique_session(uint8_t session[static 32], const tf_clique *c, const uint8_t *nonces,
                         tf_bytes purpose)
{
	uint8_t buf[1024 + TF_PARTIES_MAX * PARTY_TLV], about[32];
	const tf_profile *pr = tf_level_profile(c->level);
	tf_tr t;

	if (!tf_clique_fits(c->n) || !c->party || !pr || !nonces || (!purpose.p && purpose.len))
		return TF_E_USAGE;
	tf_shake256_hash(about, purpose.p, purpose.len);
	tf_tr_init(&t, buf, sizeof(buf));
	tf_tr_str(&t, pr->text);
	tf_tr_u64(&t, c->algorithm);
	tf_tr_open(&t);
	for (unsigned i = 0; i < c->n; i++) {
		const tf_participant *p = &c->party[i];

		if (!tf_device_ok(p->device))
			return TF_E_USAGE;
		tf_tr_open(&t);
		tf_tr_str(&t, p->device);
		tf_tr_u64(&t, p->seat);
		tf_tr_bytes(&t, p->identity, sizeof(p->identity));
		tf_tr_bytes(&t, nonces + 32 * i, 32);
		tf_tr_close(&t);
	}
	tf_tr_close(&t);
	tf_tr_bytes(&t, about, sizeof(about));
	return tf_tr_hash(session, &t, "library-session");
}

tf_err tf_scratch_open(tf_arena *a, const tf_group **g, tf_algorithm algorithm, tf_memory scratch)
{
	if (!scratch.p || scratch.len < TF_SCRATCH_BYTES)
		return TF_E_CAPACITY;
	tf_arena_init(a, scratch.p, scratch.len);
	return g ? tf_group_init(g, (tf_curve_id)algorithm, NULL, a) : TF_OK;
}
