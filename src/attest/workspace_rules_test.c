#include <stdio.h>
#include <string.h>

#include "attest/workspace.h"
#include "harness/harness.h"

/* The second user of a file; the first one may have everything. */
static tf_err fit(const char *role, size_t primaries, bool raw, tf_reason *why)
{
	static tf_api_user users[2];
	const tf_workspace w = { .api_users = users, .n_api_users = 2 };

	users[0] = (tf_api_user){ .role = "OWNER", .n_primaries = 1, .raw_signing = true };
	users[1] = (tf_api_user){ .n_primaries = primaries, .raw_signing = raw };
	snprintf(users[1].role, sizeof(users[1].role), "%s", role);
	*why = (tf_reason){ "" };
	CHECK(tf_api_user_asks(&users[0]));
	return tf_workspace_fit(&w, why);
}

TEST(nobody_who_only_looks_is_given_what_signs)
{
	static const char *const look[] = { "VIEWER", "AUDITOR", "SECURITY_ADMIN",
	                                    "SECURITY_AUDITOR", "NCW_ADMIN", "NCW_SIGNER",
	                                    "COLLATERALS_SIGNER" };
	static const char *const ask[] = { "OWNER", "ADMIN", "NON_SIGNING_ADMIN", "SIGNER",
	                                   "APPROVER", "EDITOR" };
	tf_reason why;

	for (size_t i = 0; i < TF_ARRAY_LEN(ask); i++)
		CHECK_OK(fit(ask[i], 1, true, &why));
	for (size_t i = 0; i < TF_ARRAY_LEN(look); i++) {
		CHECK_OK(fit(look[i], 0, false, &why));
		CHECK_ERR(fit(look[i], 1, false, &why), TF_E_POLICY);
		CHECK(strncmp(why.text, "apiUsers[1].primaries", 21) == 0);
		CHECK_ERR(fit(look[i], 0, true, &why), TF_E_POLICY);
		CHECK(strncmp(why.text, "apiUsers[1].rawSigning", 22) == 0);
	}
	CHECK_ERR(fit("SIGNERS", 0, false, &why), TF_E_POLICY);
	CHECK(strncmp(why.text, "apiUsers[1].role", 16) == 0);
	CHECK_ERR(fit("", 0, false, &why), TF_E_POLICY);
}
