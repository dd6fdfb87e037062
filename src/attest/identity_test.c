#include "attest/identity.h"

#include <stdlib.h>
#include <string.h>

#include "attest/admin.h"
#include "base/fault.h"
#include "harness/harness.h"
#include "harness/tape.h"

TEST(places_are_written_in_one_way)
{
	static const char *const good[] = {
		"trefoil://acme/guard/1/guard-1", "trefoil://a/primary/0/p", "trefoil://x-1/ra/0/ra",
		"trefoil://acme/coordinator/0/c", "trefoil://acme/guard/999/g",
		"trefoil://acme/admin/0/alice",
	};
	static const char *const bad[] = {
		"", "trefoil://", "http://acme/guard/1/guard-1", "trefoil://acme/guard/1/",
		"trefoil://acme/guard/0/g", "trefoil://acme/guard/01/g", "trefoil://acme/guard/+1/g",
		"trefoil://acme/guard/1000/g", "trefoil://acme/primary/1/p",
		"trefoil://acme/guard/1/g/", "trefoil://acme/guard/1/g/h", "trefoil://Acme/guard/1/g",
		"trefoil://acme/Guard/1/g", "trefoil://-a/guard/1/g", "trefoil://a-/guard/1/g",
		"trefoil://acme/guard/1/a_b", "trefoil://acme/guard//g", "trefoil:///guard/1/g",
		"trefoil://acme/guard/1/g ", " trefoil://acme/guard/1/g", "trefoil://acme/guard/1",
		("trefoil://acme/guard/1/"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
		"TREFOIL://acme/guard/1/g", "trefoil://acme/king/0/g",
	};
	char uri[TF_URI_MAX + 1];
	tf_holder h;

	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++) {
		CHECK_OK(tf_holder_parse(&h, good[i], strlen(good[i])));
		CHECK_OK(tf_holder_uri(uri, &h));
		CHECK(strcmp(uri, good[i]) == 0);
	}
	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(tf_holder_parse(&h, bad[i], strlen(bad[i])), TF_E_ENCODING);
	CHECK_ERR(tf_holder_parse(&h, "trefoil://acme/guard/1/g\0x", 26), TF_E_ENCODING);
	h = (tf_holder){ .workspace = "acme", .role = TF_ROLE_GUARD, .device = "g" };
	CHECK_ERR(tf_holder_uri(uri, &h), TF_E_USAGE);
	h.set = 1;
	h.role = (tf_role)17;
	CHECK_ERR(tf_holder_uri(uri, &h), TF_E_USAGE);
}

TEST(longest_place_fits)
{
	tf_holder h = { .role = TF_ROLE_GUARD, .set = 999 }, again;
	char uri[TF_URI_MAX + 1];

	memset(h.workspace, 'w', TF_NAME_MAX);
	memset(h.device, 'd', TF_NAME_MAX);
	CHECK_OK(tf_holder_uri(uri, &h));
	CHECK_OK(tf_holder_parse(&again, uri, strlen(uri)));
	CHECK(tf_holder_eq(&h, &again));
	again.set = 998;
	CHECK(!tf_holder_eq(&h, &again));
}

TEST(words_of_roles_and_evidence_round_trip)
{
	tf_evidence_kind kind;
	tf_role role;

	for (tf_role r = TF_ROLE_GUARD; r <= TF_ROLE_ADMIN; r++) {
		CHECK_OK(tf_role_parse(&role, tf_role_name(r)));
		CHECK(role == r);
	}
	for (tf_evidence_kind k = TF_EVIDENCE_NONE; k <= TF_EVIDENCE_SNP; k++) {
		CHECK_OK(tf_evidence_parse(&kind, tf_evidence_name(k)));
		CHECK(kind == k);
	}
	CHECK_ERR(tf_role_parse(&role, "?"), TF_E_ENCODING);
	CHECK_ERR(tf_evidence_parse(&kind, "dev"), TF_E_ENCODING);
}

/* RFC 8032 section 7.1 test 1 and RFC 7748 section 6.1 (Alice). */
TEST(keys_are_the_standard_ones)
{
	static const tf_secret seed = { {
		0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
		0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
		0x1c, 0xae, 0x7f, 0x60 } };
	static const tf_secret x = { {
		0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2,
		0x66, 0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5,
		0x1d, 0xb9, 0x2c, 0x2a } };
	TF_AUTO(tf_identity_keys) k = { 0 };

	CHECK_OK(tf_identity_keys_load(&k, &seed, &x));
	CHECK_HEX(k.ed25519, 32, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
	CHECK_HEX(k.x25519, 32, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
}

TEST(signatures_bind_domain_and_message)
{
	TF_AUTO(tf_identity_keys) k = { 0 };
	TF_AUTO(tf_identity_keys) other = { 0 };
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);
	const uint8_t msg[] = "message";
	uint8_t sig[64];

	CHECK_OK(tf_identity_keys_make(&k, &rng));
	CHECK_OK(tf_identity_keys_make(&other, &rng));
	CHECK_OK(tf_identity_sign(sig, &k, "one", msg, 7));
	CHECK(tf_identity_verify(k.ed25519, "one", msg, 7, sig));
	CHECK(!tf_identity_verify(k.ed25519, "two", msg, 7, sig));
	CHECK(!tf_identity_verify(k.ed25519, "one", msg, 6, sig));
	CHECK(!tf_identity_verify(other.ed25519, "one", msg, 7, sig));
	sig[63] ^= 0x10;
	CHECK(!tf_identity_verify(k.ed25519, "one", msg, 7, sig));
	CHECK_OK(tf_identity_sign(sig, &k, "one", NULL, 0));
	CHECK(tf_identity_verify(k.ed25519, "one", NULL, 0, sig));
}

TEST(trust_root_hash_depends_on_everything_but_the_order)
{
	uint8_t keys[3][32] = { { 1 }, { 2 }, { 3 } }, turned[3][32] = { { 3 }, { 1 }, { 2 } };
	uint8_t twice[2][32] = { { 1 }, { 1 } };
	const uint8_t root[] = "root", root2[] = "roots";
	uint8_t a[32], b[32];

	CHECK_OK(tf_trust_root_hash(a, "acme", root, 4, 2, keys, 3));
	CHECK_OK(tf_trust_root_hash(b, "acme", root, 4, 2, turned, 3));
	CHECK(memcmp(a, b, 32) == 0);
	CHECK_OK(tf_trust_root_hash(b, "acmf", root, 4, 2, keys, 3));
	CHECK(memcmp(a, b, 32) != 0);
	CHECK_OK(tf_trust_root_hash(b, "acme", root2, 5, 2, keys, 3));
	CHECK(memcmp(a, b, 32) != 0);
	CHECK_OK(tf_trust_root_hash(b, "acme", root, 4, 1, keys, 3));
	CHECK(memcmp(a, b, 32) != 0);
	CHECK_OK(tf_trust_root_hash(b, "acme", root, 4, 2, keys, 2));
	CHECK(memcmp(a, b, 32) != 0);
	CHECK_ERR(tf_trust_root_hash(b, "acme", root, 4, 0, keys, 3), TF_E_USAGE);
	CHECK_ERR(tf_trust_root_hash(b, "acme", root, 4, 4, keys, 3), TF_E_USAGE);
	CHECK_ERR(tf_trust_root_hash(b, "acme", root, 4, 1, keys, 0), TF_E_USAGE);
	CHECK_ERR(tf_trust_root_hash(b, "acme", root, 4, 1, twice, 2), TF_E_USAGE);
	CHECK_ERR(tf_trust_root_hash(b, "no name", root, 4, 1, keys, 3), TF_E_USAGE);
}

struct asked {
	tf_admin_request req;
	tf_admin_headers h;
	tf_identity_keys admin[2];
	uint8_t keys[2][32];
	tf_rng rng;
	tf_tape tape;
};

static void ask(struct asked *a)
{
	memset(a, 0, sizeof(*a));
	a->rng = tf_tape_init(&a->tape, tf_test_seed(), 0);
	a->req = (tf_admin_request){ "acme", "POST", "/v1/admin/tickets",
	                             (const uint8_t *)"{}", 2 };
	for (unsigned i = 0; i < 2; i++) {
		CHECK_OK(tf_identity_keys_make(&a->admin[i], &a->rng));
		memcpy(a->keys[i], a->admin[i].ed25519, 32);
	}
	CHECK_OK(tf_admin_sign(&a->h, &a->req, &a->admin[1], 1000, &a->rng));
}

static tf_err judge(struct asked *a, int64_t now, tf_check *check)
{
	tf_fault fault = { 0 };
	uint8_t key[32] = { 0 }, nonce[16];
	tf_err e = tf_admin_verify(key, nonce, &a->h, &a->req, a->keys, 2, now, &fault);

	*check = fault.check;
	CHECK((e == TF_OK) == (memcmp(key, a->keys[1], 32) == 0));
	return e;
}

TEST(admin_request_is_good_around_its_time_only)
{
	struct asked a;
	tf_check check;

	ask(&a);
	CHECK_OK(judge(&a, 1000, &check));
	CHECK_OK(judge(&a, 1000 - TF_ADMIN_SKEW, &check));
	CHECK_OK(judge(&a, 1000 + TF_ADMIN_SKEW, &check));
	CHECK_ERR(judge(&a, 1000 + TF_ADMIN_SKEW + 1, &check), TF_E_AUTH);
	CHECK(check == TF_CK_ADMIN_TIME);
	CHECK_ERR(judge(&a, 1000 - TF_ADMIN_SKEW - 1, &check), TF_E_AUTH);
	CHECK(check == TF_CK_ADMIN_TIME);
}

TEST(admin_request_binds_each_of_its_parts)
{
	struct asked a;
	tf_check check;

	for (unsigned i = 0; i < 8; i++) {
		ask(&a);
		switch (i) {
		case 0: a.req.workspace = "acmf"; break;
		case 1: a.req.method = "GET"; break;
		case 2: a.req.path = "/v1/admin/ticketz"; break;
		case 3: a.req.body = (const uint8_t *)"{ "; break;
		case 4: a.req.body_len = 1; break;
		case 5: a.h.nonce[0] = a.h.nonce[0] == '0' ? '1' : '0'; break;
		case 6: strcpy(a.h.time, "1001"); break;
		case 7: a.h.signature[5] = a.h.signature[5] == '0' ? '1' : '0'; break;
		}
		CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
		CHECK(check == TF_CK_ADMIN_SIGNATURE);
	}
}

TEST(admin_request_of_a_stranger_or_in_another_form_is_refused)
{
	static const char *const times[] = { "", "-1", "+1000", " 1000", "01000", "1000 ", "1e3",
	                                     "9999999999999999", "0x3e8" };
	TF_AUTO(tf_identity_keys) stranger = { 0 };
	struct asked a;
	tf_check check;

	ask(&a);
	CHECK_OK(tf_identity_keys_make(&stranger, &a.rng));
	CHECK_OK(tf_admin_sign(&a.h, &a.req, &stranger, 1000, &a.rng));
	CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
	CHECK(check == TF_CK_ADMIN_KEY);
	for (size_t i = 0; i < TF_ARRAY_LEN(times); i++) {
		ask(&a);
		strcpy(a.h.time, times[i]);
		CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
	}
	ask(&a);
	a.h.key[63] = '\0';
	CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
	ask(&a);
	a.h.nonce[0] = 'g';
	CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
	ask(&a);
	a.h.signature[0] = '\0';
	CHECK_ERR(judge(&a, 1000, &check), TF_E_AUTH);
	CHECK_ERR(tf_admin_sign(&a.h, &a.req, &stranger, -1, &a.rng), TF_E_USAGE);
}
