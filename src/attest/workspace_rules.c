#include <stdio.h>
#include <string.h>

#include "attest/workspace.h"

typedef struct role_rule {
	const char *name;
	bool asks;
} role_rule;

/* Every role there is. Who is not said to ask only looks. */
static const role_rule roles[] = {
	{ "OWNER", true },          { "ADMIN", true },       { "NON_SIGNING_ADMIN", true },
	{ "SIGNER", true },         { "APPROVER", true },    { "EDITOR", true },
	{ "VIEWER", false },        { "AUDITOR", false },    { "SECURITY_ADMIN", false },
	{ "SECURITY_AUDITOR", false }, { "NCW_ADMIN", false }, { "NCW_SIGNER", false },
	{ "COLLATERALS_SIGNER", false },
};

static const role_rule *role_find(const char *name)
{
	for (size_t i = 0; i < TF_ARRAY_LEN(roles); i++)
		if (strcmp(roles[i].name, name) == 0)
			return &roles[i];
	return NULL;
}

bool tf_api_user_asks(const tf_api_user *u)
{
	const role_rule *r = role_find(u->role);

	return r && r->asks;
}

static tf_err unfit(tf_reason *reason, const char *array, size_t i, const char *text)
{
	if (reason)
		snprintf(reason->text, sizeof(reason->text), "%s[%zu].%s", array, i, text);
	return TF_E_POLICY;
}

tf_err tf_workspace_fit(const tf_workspace *w, tf_reason *reason)
{
	for (size_t i = 0; i < w->n_api_users; i++) {
		const tf_api_user *u = &w->api_users[i];

		if (!role_find(u->role))
			return unfit(reason, "apiUsers", i, "role: not a role");
		if (u->n_primaries && !tf_api_user_asks(u))
			return unfit(reason, "apiUsers", i, "primaries: this role only looks");
		if (u->raw_signing && !tf_api_user_asks(u))
			return unfit(reason, "apiUsers", i, "rawSigning: this role only looks");
	}
	return TF_OK;
}
