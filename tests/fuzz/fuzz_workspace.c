/* Workspace files: a payload (first byte 'p') that is accepted keeps every promise of its header; a
 * container (first byte 'c') that can be signed can be read, and signed once only. */
#include <string.h>

#include "attest/workspace.h"
#include "fuzz.h"

static void check_roster(const tf_workspace *w)
{
	for (size_t i = 0; i < w->n_roster; i++) {
		const tf_roster_entry *e = &w->roster[i];

		ALWAYS(tf_name_valid(e->device) && tf_roster_find(w, e->device) == e);
		ALWAYS(e->role >= TF_ROLE_GUARD && e->role <= TF_ROLE_COORDINATOR);
		ALWAYS((e->role == TF_ROLE_GUARD) == (e->set != 0));
	}
	for (size_t i = 0; i < w->n_api_users; i++)
		for (size_t k = 0; k < w->api_users[i].n_primaries; k++)
			ALWAYS(tf_roster_find(w, w->api_users[i].primaries[k]));
}

static void check_payload(const char *text, size_t len)
{
	tf_workspace *w;

	if (tf_workspace_parse(&w, text, len, NULL) != TF_OK)
		return;
	ALWAYS(w->version > 0 && w->security && w->n_sets > 0);
	ALWAYS(w->admin_threshold >= 1 && w->admin_threshold <= w->n_admin_keys);
	for (size_t i = 0; i < w->n_chains; i++)
		ALWAYS(!w->dev_profile || w->chains[i].testnet);
	check_roster(w);
	ALWAYS(tf_workspace_succeeds(w, w, NULL) == TF_E_DUPLICATE);
	tf_workspace_free(w);
}

static void check_container(const char *text, size_t len)
{
	static const tf_secret seed = { { 1 } }, x = { { 2 } };
	TF_AUTO(tf_identity_keys) admin = { 0 };
	char *once, *twice;

	ALWAYS(tf_identity_keys_load(&admin, &seed, &x) == TF_OK);
	if (tf_workspace_sign(&once, text, len, NULL, 0, &admin) != TF_OK)
		return;
	ALWAYS(tf_workspace_sign(&twice, once, strlen(once), NULL, 0, &admin) ==
	       TF_E_DUPLICATE);
	free(once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0 && data[0] == 'p')
		check_payload((const char *)data + 1, len - 1);
	if (len > 0 && data[0] == 'c')
		check_container((const char *)data + 1, len - 1);
	return 0;
}
