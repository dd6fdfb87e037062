#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include "attest/ossl.h"

bool tf_pkey_is_p256(const EVP_PKEY *key)
{
	char group[32];
	uint8_t point[65];
	size_t len = 0;

	return key && EVP_PKEY_is_a(key, "EC") &&
	       EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group,
	                                      sizeof(group), &len) == 1 &&
	       strcmp(group, SN_X9_62_prime256v1) == 0 &&
	       EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point,
	                                       sizeof(point), &len) == 1 &&
	       len == sizeof(point) && point[0] == POINT_CONVERSION_UNCOMPRESSED;
}

static bool entry_is(const X509_NAME *name, int at, int nid, const char *want)
{
	const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, at);
	const ASN1_STRING *s = e ? X509_NAME_ENTRY_get_data(e) : NULL;
	size_t len = strlen(want);

	return s && OBJ_obj2nid(X509_NAME_ENTRY_get_object(e)) == nid &&
	       X509_NAME_ENTRY_set(e) == at && ASN1_STRING_type(s) == V_ASN1_UTF8STRING &&
	       (size_t)ASN1_STRING_length(s) == len &&
	       tf_same(ASN1_STRING_get0_data(s), want, len);
}

bool tf_subject_is(const X509_NAME *name, const char *workspace, const char *common)
{
	return X509_NAME_entry_count(name) == 2 &&
	       entry_is(name, 0, NID_organizationName, workspace) &&
	       entry_is(name, 1, NID_commonName, common);
}

X509_NAME *tf_subject_make(const char *workspace, const char *common)
{
	X509_NAME *name = X509_NAME_new();

	if (name &&
	    X509_NAME_add_entry_by_NID(name, NID_organizationName, V_ASN1_UTF8STRING,
	                               (const uint8_t *)workspace, -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING,
	                               (const uint8_t *)common, -1, -1, 0) == 1)
		return name;
	X509_NAME_free(name);
	return NULL;
}

tf_err tf_time_read(int64_t *out, const ASN1_TIME *t)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0, ok;

	ok = epoch && t && ASN1_TIME_diff(&days, &seconds, epoch, t);
	ASN1_TIME_free(epoch);
	ERR_clear_error();
	if (ok != 1)
		return TF_E_ENCODING;
	*out = (int64_t)days * 86400 + seconds;
	return TF_OK;
}

tf_err tf_serial_read(uint8_t out[static 16], const ASN1_INTEGER *serial)
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(serial, NULL);
	bool ok = bn && !BN_is_negative(bn) && !BN_is_zero(bn) && BN_bn2binpad(bn, out, 16) == 16;

	BN_free(bn);
	ERR_clear_error();
	return ok ? TF_OK : TF_E_ENCODING;
}

bool tf_root_is_ours(X509 *root, const char *workspace)
{
	EVP_PKEY *key = X509_get0_pubkey(root);
	bool ours = tf_pkey_is_p256(key) &&
	            tf_subject_is(X509_get_subject_name(root), workspace, "Trefoil root") &&
	            X509_NAME_cmp(X509_get_subject_name(root),
	                          X509_get_issuer_name(root)) == 0 &&
	            X509_check_ca(root) == 1 && X509_get_pathlen(root) == 0 &&
	            X509_get_key_usage(root) == (KU_KEY_CERT_SIGN | KU_CRL_SIGN) &&
	            X509_get_signature_nid(root) == NID_ecdsa_with_SHA256 &&
	            X509_verify(root, key) == 1;

	ERR_clear_error();
	return ours;
}
