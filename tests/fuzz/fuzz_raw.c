/* Requests for raw signatures: whatever is accepted has messages inside of what was read, one
 * digest, and paths of the form that is judged; and it is no transfer. */
#include <string.h>

#include "fuzz.h"
#include "policy/raw.h"

static const tf_chain_rule rule = {
	.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
	.testnet = true,
};

static void check_messages(const tf_raw_request *r)
{
	uint32_t end = 0;

	ALWAYS(r->n >= 1 && r->n <= TF_RAW_MESSAGES_MAX && r->used <= TF_RAW_BYTES_MAX);
	for (uint32_t i = 0; i < r->n; i++) {
		const tf_raw_message *m = &r->message[i];

		ALWAYS(m->at == end && m->len >= 1 && m->path.len <= TF_PATH_MAX);
		end += m->len;
	}
	ALWAYS(end == r->used);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static tf_raw_request r, again;
	uint8_t digest[2][32];
	tf_request_why why;
	tf_request transfer;

	if (tf_raw_parse(&r, &why, &rule, 1, (const char *)data, len) != TF_OK) {
		ALWAYS(r.n == 0 && r.used == 0 && why.expected[0] != '\0');
		return 0;
	}
	check_messages(&r);
	ALWAYS(tf_raw_is((const char *)data, len));
	ALWAYS(tf_request_parse(&transfer, NULL, (const char *)data, len) != TF_OK);
	ALWAYS(tf_raw_parse(&again, NULL, &rule, 1, (const char *)data, len) == TF_OK);
	tf_raw_digest(digest[0], &r);
	tf_raw_digest(digest[1], &again);
	ALWAYS(memcmp(digest[0], digest[1], 32) == 0);
	if (tf_raw_check(NULL, &r, true) == TF_OK)
		for (uint32_t i = 0; i < r.n; i++)
			ALWAYS(r.message[i].path.len == 5 && r.message[i].path.index[0] == 44 &&
			       r.message[i].path.index[1] == 1);
	return 0;
}
