/* Every message of every schema: what a decoder accepts is the one encoding of what it decodes to,
 * memory follows the input, and everything can be described. An input is a kept sample of
 * tests/vectors/wire or anything else of that form: "name ...\n", then the message. */
#include <string.h>

#include "fuzz.h"
#include "wire_attempt.h"
#include "wire_alerts.h"
#include "wire_control.h"
#include "wire_evidence.h"
#include "wire_frost.h"
#include "wire_protocol.h"
#include "wire_records.h"
#include "wire_raw.h"
#include "wire_reshare.h"
#include "wire_settlement.h"
#include "wire_testimony.h"

#define MEMORY (4u << 20)
#define MESSAGE_MAX 65536u

static uint8_t memory[MEMORY], group_memory[8192], again[MESSAGE_MAX];

static const tf_wire_type *find(const uint8_t *name, size_t len)
{
	static const struct {
		const tf_wire_type *const *types;
		size_t n;
	} schemas[] = {
		{ tf_wire_proofs_types, TF_WIRE_PROOFS_TYPES },
		{ tf_wire_protocol_types, TF_WIRE_PROTOCOL_TYPES },
		{ tf_wire_alerts_types, TF_WIRE_ALERTS_TYPES },
		{ tf_wire_evidence_types, TF_WIRE_EVIDENCE_TYPES },
		{ tf_wire_records_types, TF_WIRE_RECORDS_TYPES },
		{ tf_wire_control_types, TF_WIRE_CONTROL_TYPES },
		{ tf_wire_frost_types, TF_WIRE_FROST_TYPES },
		{ tf_wire_raw_types, TF_WIRE_RAW_TYPES },
		{ tf_wire_reshare_types, TF_WIRE_RESHARE_TYPES },
		{ tf_wire_attempt_types, TF_WIRE_ATTEMPT_TYPES },
		{ tf_wire_settlement_types, TF_WIRE_SETTLEMENT_TYPES },
		{ tf_wire_testimony_types, TF_WIRE_TESTIMONY_TYPES },
	};

	for (size_t s = 0; s < TF_ARRAY_LEN(schemas); s++)
		for (size_t i = 0; i < schemas[s].n; i++) {
			const char *other = schemas[s].types[i]->name;

			if (strlen(other) == len && memcmp(other, name, len) == 0)
				return schemas[s].types[i];
		}
	return NULL;
}

static void try_decode(const tf_wire_type *type, const uint8_t *in, size_t len)
{
	tf_wire_env env = { .pr = &tf_profile_small, .n = 3, .batch = 2 };
	tf_arena mem, fixed;
	char text[2048];
	size_t before, n = 0;
	void *m;

	tf_arena_init(&fixed, group_memory, sizeof(group_memory));
	tf_arena_init(&mem, memory, sizeof(memory));
	ALWAYS(tf_group_init(&env.g, TF_CURVE_SECP256K1, NULL, &fixed) == TF_OK);
	m = tf_arena_alloc(&mem, type->size);
	ALWAYS(m != NULL);
	before = tf_arena_mark(&mem);
	if (tf_wire_decode(type, m, &env, &mem, in, len) == TF_OK) {
		ALWAYS(tf_wire_encode(type, again, sizeof(again), &n, &env, m) == TF_OK);
		ALWAYS(n == len && memcmp(again, in, len) == 0);
		ALWAYS(tf_wire_describe(text, sizeof(text), type, &env, m) == strlen(text));
	}
	ALWAYS(mem.peak - before <= 4096 + 64 * len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *line = len ? memchr(data, '\n', len) : NULL;
	const uint8_t *word = len ? memchr(data, ' ', len) : NULL;
	const tf_wire_type *type;
	size_t head;

	if (!line || !word || word > line)
		return 0;
	type = find(data, (size_t)(word - data));
	head = (size_t)(line - data) + 1;
	if (type && len - head <= MESSAGE_MAX)
		try_decode(type, data + head, len - head);
	return 0;
}
