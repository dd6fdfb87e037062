#include "wire/sign.h"

#include <sodium.h>

#include "base/ct.h"

/* Bytes of domain || 0 || msg in out; 0 if too long. */
static size_t frame(uint8_t *out, const char *domain, const uint8_t *msg, size_t len)
{
	size_t head = strlen(domain) + 1;

	if (head > TF_SIGN_DOMAIN_MAX || len > TF_SIGN_MESSAGE_MAX)
		return 0;
	memcpy(out, domain, head);
	if (len)
		memcpy(out + head, msg, len);
	return head + len;
}

void tf_signer_init(tf_signer *out, const tf_secret *seed)
{
	uint8_t sk[crypto_sign_SECRETKEYBYTES];

	out->seed = *seed;
	out->kernel = NULL;
	(void)crypto_sign_seed_keypair(out->pk, sk, seed->b);
	tf_ct_declassify(out->pk, sizeof(out->pk));
	tf_wipe(sk, sizeof(sk));
}

void tf_signer_on(tf_signer *s, const tf_kernel *kernel)
{
	const tf_ed_kernel *k = tf_ed_kernel_of(kernel);

	s->kernel = k == tf_ed_kernel_of(NULL) ? NULL : k;
}

tf_err tf_sign(uint8_t sig[static 64], const tf_signer *s, const char *domain, const uint8_t *msg,
               size_t len)
{
	uint8_t buf[TF_SIGN_DOMAIN_MAX + TF_SIGN_MESSAGE_MAX];
	uint8_t sk[crypto_sign_SECRETKEYBYTES];
	size_t n = frame(buf, domain, msg, len);

	if (n == 0)
		return TF_E_USAGE;
	if (s->kernel) {
		tf_ed_sign(s->kernel, sig, s->seed.b, s->pk, buf, n);
		return TF_OK;
	}
	memcpy(sk, s->seed.b, 32);
	memcpy(sk + 32, s->pk, 32);
	(void)crypto_sign_detached(sig, NULL, buf, n, sk);
	tf_wipe(sk, sizeof(sk));
	tf_ct_declassify(sig, 64);
	return TF_OK;
}

bool tf_sign_holds(const uint8_t sig[static 64], const uint8_t pk[static 32], const char *domain,
                   const uint8_t *msg, size_t len)
{
	return tf_sign_holds_by(NULL, sig, pk, domain, msg, len);
}

bool tf_sign_holds_by(const tf_ed_key *key, const uint8_t sig[static 64],
                      const uint8_t pk[static 32], const char *domain, const uint8_t *msg,
                      size_t len)
{
	uint8_t buf[TF_SIGN_DOMAIN_MAX + TF_SIGN_MESSAGE_MAX];
	size_t n = frame(buf, domain, msg, len);

	if (n == 0)
		return false;
	if (key && memcmp(key->pk, pk, sizeof(key->pk)) == 0)
		return tf_ed_key_holds(key, sig, buf, n);
	return tf_ed_holds(pk, sig, buf, n);
}
