#include "attest/ticket.h"

#include <sodium.h>
#include <string.h>

#include "base/ct.h"
#include "base/secret.h"

static void hash_secret(uint8_t out[static 32], const tf_secret *secret)
{
	crypto_hash_sha256_state h;

	crypto_hash_sha256_init(&h);
	crypto_hash_sha256_update(&h, (const uint8_t *)"trefoil/ticket/v1", 18);
	crypto_hash_sha256_update(&h, secret->b, sizeof(secret->b));
	crypto_hash_sha256_final(&h, out);
	tf_wipe(&h, sizeof(h));
}

static bool may_enrol(tf_role role)
{
	switch (role) {
	case TF_ROLE_GUARD:
	case TF_ROLE_PRIMARY:
	case TF_ROLE_COORDINATOR:
		return true;
	case TF_ROLE_RA:
	case TF_ROLE_ADMIN:
		return false;
	}
	return false;
}

tf_err tf_ticket_make(tf_ticket *out, char text[static TF_TICKET_TEXT + 1],
                      const tf_holder *holder, const tf_sans *sans, int64_t now,
                      int64_t seconds, const tf_rng *rng)
{
	TF_AUTO(tf_secret) secret = { 0 };
	tf_ticket t = { .holder = *holder, .sans = *sans };

	if (!tf_holder_valid(holder) || !may_enrol(holder->role) || seconds < 1 ||
	    seconds > TF_TICKET_SECONDS ||
	    (sans->n > 0 && holder->role != TF_ROLE_COORDINATOR))
		return TF_E_USAGE;
	TRY(tf_rng_bytes(rng, secret.b, sizeof(secret.b)));
	hash_secret(t.hash, &secret);
	t.expires = now + seconds;
	sodium_bin2hex(text, TF_TICKET_TEXT + 1, secret.b, sizeof(secret.b));
	*out = t;
	return TF_OK;
}

tf_err tf_ticket_hash(uint8_t out[static 32], const char *text)
{
	TF_AUTO(tf_secret) secret = { 0 };
	char again[TF_TICKET_TEXT + 1];
	size_t n = 0;
	bool ok;

	if (strnlen(text, TF_TICKET_TEXT + 1) != TF_TICKET_TEXT ||
	    sodium_hex2bin(secret.b, sizeof(secret.b), text, TF_TICKET_TEXT, NULL, &n,
	                   NULL) != 0 || n != sizeof(secret.b))
		return TF_E_ENCODING;
	sodium_bin2hex(again, sizeof(again), secret.b, sizeof(secret.b));
	ok = tf_ct_reveal(tf_ct_bytes_eq(again, text, TF_TICKET_TEXT)); /* upper case is another text */
	tf_wipe(again, sizeof(again));
	if (!ok)
		return TF_E_ENCODING;
	hash_secret(out, &secret);
	return TF_OK;
}

tf_err tf_ticket_check(const tf_ticket *t, const uint8_t hash[static 32], int64_t now)
{
	if (!tf_ct_reveal(tf_ct_bytes_eq(t->hash, hash, 32)))
		return TF_E_AUTH;
	if (t->used)
		return TF_E_REPLAY;
	if (t->attempts >= TF_TICKET_ATTEMPTS)
		return TF_E_STATE;
	return now < t->expires ? TF_OK : TF_E_EXPIRED;
}
