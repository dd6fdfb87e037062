/* JSON: what is accepted is a tree of spans inside the text, each a JSON text of its own. */
#include <string.h>

#include "base/json.h"
#include "fuzz.h"

#define NODES 256u
#define TEXT_MAX 16384u

/* A string's content, escapes undone, is equal to itself and to nothing shorter. */
static void check_string(const tf_json *doc, const tf_json_node *v)
{
	static char out[TEXT_MAX];
	size_t len = 0;

	if (tf_json_text(out, sizeof(out), &len, doc, v) != TF_OK)
		return;
	ALWAYS(len <= v->len && strlen(out) == len);
	ALWAYS(tf_json_string_is(doc, v, out));
	if (len > 0) {
		out[len - 1] = '\0';
		ALWAYS(!tf_json_string_is(doc, v, out));
	}
}

/* A value's own text, quotes included, is accepted and is of the same type. */
static void check_alone(const tf_json *doc, const tf_json_node *v)
{
	static tf_json_node nodes[NODES];
	size_t quote = v->type == TF_JSON_STRING ? 1 : 0;
	const tf_json_node *root;
	tf_json alone;

	ALWAYS(v->at >= quote && v->at + v->len + quote <= doc->len);
	ALWAYS(tf_json_parse(&alone, nodes, NODES, doc->text + v->at - quote,
	                     v->len + 2 * quote) == TF_OK);
	root = tf_json_root(&alone);
	ALWAYS(root->type == v->type && root->count == v->count && root->len == v->len);
}

static void check_children(const tf_json *doc, const tf_json_node *v)
{
	char name[128];
	uint32_t count = 0;

	for (const tf_json_node *c = tf_json_first(doc, v); c; c = tf_json_next(doc, c)) {
		count++;
		ALWAYS(c > v && c->at > v->at && c->at + c->len < v->at + v->len);
		if (v->type != TF_JSON_OBJECT)
			continue;
		if (tf_json_key(name, sizeof(name), NULL, doc, c) == TF_OK)
			ALWAYS(tf_json_member(doc, v, name) == c);
	}
	ALWAYS(count == v->count);
	ALWAYS(count == 0 || v->type == TF_JSON_ARRAY || v->type == TF_JSON_OBJECT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static tf_json_node nodes[NODES];
	tf_json doc;

	if (len > TEXT_MAX)
		return 0;
	if (tf_json_parse(&doc, nodes, NODES, (const char *)data, len) != TF_OK) {
		ALWAYS(tf_json_root(&doc) == NULL && doc.at <= len);
		return 0;
	}
	ALWAYS(doc.at == len && doc.n > 0);
	for (size_t i = 0; i < doc.n; i++) {
		check_alone(&doc, &nodes[i]);
		check_children(&doc, &nodes[i]);
		check_string(&doc, &nodes[i]);
	}
	return 0;
}
