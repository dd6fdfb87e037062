#include "base/json.h"

#include <string.h>

#include "harness/harness.h"

#define NODES 64u

static tf_json_node nodes[NODES];

static tf_err parse_n(tf_json *doc, const char *text, size_t len)
{
	return tf_json_parse(doc, nodes, NODES, text, len);
}

static tf_err parse(const char *text)
{
	tf_json doc;

	return parse_n(&doc, text, strlen(text));
}

TEST(json_lists_values_with_their_text)
{
	static const char text[] =
		" { \"a\" : [ 1 , -0.5e+10 , true ] , \"b\" : { \"c\" : \"x\\ny\" } , \"d\" : null } ";
	const tf_json_node *root, *a, *v;
	tf_json doc;
	char out[16];
	size_t len;

	CHECK_OK(parse_n(&doc, text, strlen(text)));
	root = tf_json_root(&doc);
	CHECK(root && root->type == TF_JSON_OBJECT && root->count == 3);
	CHECK(root->at == 1 && root->len == strlen(text) - 2);
	a = tf_json_member(&doc, root, "a");
	CHECK(a && a->type == TF_JSON_ARRAY && a->count == 3);
	v = tf_json_first(&doc, a);
	CHECK_OK(tf_json_scalar(out, sizeof(out), &len, &doc, v));
	CHECK(strcmp(out, "1") == 0 && len == 1);
	v = tf_json_next(&doc, v);
	CHECK_OK(tf_json_scalar(out, sizeof(out), &len, &doc, v));
	CHECK(strcmp(out, "-0.5e+10") == 0);
	v = tf_json_next(&doc, v);
	CHECK(v->type == TF_JSON_TRUE && tf_json_next(&doc, v) == NULL);
	CHECK(tf_json_first(&doc, v) == NULL);
	v = tf_json_member(&doc, tf_json_member(&doc, root, "b"), "c");
	CHECK(v && tf_json_string_is(&doc, v, "x\ny") && !tf_json_string_is(&doc, v, "x\nyz"));
	CHECK(!tf_json_string_is(&doc, v, "x\n") && !tf_json_string_is(&doc, a, "a"));
	CHECK(tf_json_member(&doc, root, "d")->type == TF_JSON_NULL);
	CHECK(tf_json_member(&doc, root, "e") == NULL && tf_json_member(&doc, a, "a") == NULL);
}

TEST(json_accepts_the_grammar)
{
	static const char *const good[] = {
		"0", "-0", "-1", "10", "1.25", "1e5", "1E+5", "1e-5", "0.0", "12345678901234567890123",
		"true", "false", "null", "\"\"", "[]", "{}", "\t[ ]\r\n", "{\"\":{}}", "[[],{}]",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "\"\\u0000\"", "\"\\uD834\\udd1E\"",
		"\"\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\x7f\"",
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++)
		CHECK_OK(parse(good[i]));
}

TEST(json_refuses_what_is_not_in_the_grammar)
{
	static const char *const bad[] = {
		"01", "-01", "+1", ".5", "1.e5", "1.x", "-x", "1ex", "NaN", "Infinity", "nul1", "TRUE",
		"'a'", "[1,]", "[,1]", "[1 2]", "[1}", "{]", "{\"a\"}", "{\"a\":1,}", "{\"a\" 1}",
		"{a:1}", "{1:1}", "{\"a\":}", "{,}", "\"\n\"", "\"\x1f\"", "\"\\x41\"", "\"\\\n\"", "\v1",
		"\xef\xbb\xbf{}", "//\n1", "]", "}", ",", ":",
	};

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(parse(bad[i]), TF_E_ENCODING);
}

TEST(json_refuses_bad_characters)
{
	static const char *const bad[] = {
		"\"\x80\"", "\"\xbf\"", "\"\xc0\x80\"", "\"\xc1\xbf\"", "\"\xe0\x9f\xbf\"",
		"\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xf0\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"",
		"\"\xf5\x80\x80\x80\"", "\"\xff\"", "\"\xc2\"", "\"\xe1\x80\"", "\"\xf1\x80\x80\"",
		"\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\u0041\"", "\"\\u12g4\"", "\"\\u 123\"", "{\"\xff\":1}",
	};
	tf_json doc;

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK(parse(bad[i]) == TF_E_ENCODING || parse(bad[i]) == TF_E_TRUNCATED);
	CHECK_ERR(parse_n(&doc, "1\0", 2), TF_E_TRAILING);
	CHECK_ERR(parse_n(&doc, "\"\\\0\"", 4), TF_E_ENCODING);
	CHECK_ERR(parse_n(&doc, "\"\0\"", 3), TF_E_ENCODING);
}

/* Every beginning of a text is refused: as cut off, unless it is a shorter number. */
TEST(json_refuses_every_prefix)
{
	static const char text[] =
		"{\"k\\n\":[1.5e-7,\"\\ud834\\udd1e\xf0\x9f\x98\x80\",true,false,null,{}],\"z\":\"\"}";
	tf_json doc;

	CHECK_OK(parse_n(&doc, text, strlen(text)));
	for (size_t len = 0; len < strlen(text); len++) {
		CHECK_ERR(parse_n(&doc, text, len), TF_E_TRUNCATED);
		CHECK(doc.n == 0 && tf_json_root(&doc) == NULL && doc.at <= len);
	}
	CHECK_ERR(parse("1.") , TF_E_TRUNCATED);
	CHECK_ERR(parse("-") , TF_E_TRUNCATED);
	CHECK_ERR(parse("1e+") , TF_E_TRUNCATED);
}

TEST(json_refuses_what_follows)
{
	CHECK_ERR(parse("1 2"), TF_E_TRAILING);
	CHECK_ERR(parse("{}{}"), TF_E_TRAILING);
	CHECK_ERR(parse("[]]"), TF_E_TRAILING);
	CHECK_ERR(parse("\"a\"b"), TF_E_TRAILING);
	CHECK_ERR(parse("null,"), TF_E_TRAILING);
}

TEST(json_refuses_a_name_twice)
{
	tf_json doc;

	CHECK_ERR(parse("{\"a\":1,\"a\":1}"), TF_E_ENCODING);
	CHECK_ERR(parse("{\"a\":1,\"b\":{},\"\\u0061\":2}"), TF_E_ENCODING);
	CHECK_ERR(parse("{\"/\":1,\"\\/\":2}"), TF_E_ENCODING);
	CHECK_ERR(parse("{\"\":1,\"\":2}"), TF_E_ENCODING);
	CHECK_ERR(parse("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"), TF_E_ENCODING);
	CHECK_ERR(parse("[{\"x\":{\"a\":1,\"a\":1}}]"), TF_E_ENCODING);
	CHECK_OK(parse("{\"a\":{\"a\":1},\"b\":{\"a\":1},\"A\":1,\"aa\":1,\"\":1}"));
	CHECK_ERR(parse_n(&doc, "{\"amount\":1,\"amount\":2}", 23), TF_E_ENCODING);
	CHECK(doc.at == 20);
}

TEST(json_depth_is_bounded)
{
	char text[2 * (TF_JSON_DEPTH_MAX + 1) + 1];
	size_t deep = TF_JSON_DEPTH_MAX;

	memset(text, '[', deep);
	memset(text + deep, ']', deep);
	text[2 * deep] = '\0';
	CHECK_OK(parse(text));
	deep++;
	memset(text, '[', deep);
	memset(text + deep, ']', deep);
	text[2 * deep] = '\0';
	CHECK_ERR(parse(text), TF_E_TOO_LARGE);
	CHECK_ERR(parse("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
	                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1"), TF_E_TOO_LARGE);
}

TEST(json_size_is_bounded)
{
	static char big[TF_JSON_TEXT_MAX + 1];
	char text[2 * NODES + 2] = "[0";
	tf_json doc;

	memset(big, ' ', sizeof(big));
	big[0] = '1';
	CHECK_OK(parse_n(&doc, big, TF_JSON_TEXT_MAX));
	CHECK_ERR(parse_n(&doc, big, TF_JSON_TEXT_MAX + 1), TF_E_TOO_LARGE);
	for (unsigned i = 1; i < NODES - 1; i++)
		strcat(text, ",0");
	strcat(text, "]");
	CHECK_OK(parse(text));
	text[strlen(text) - 1] = '\0';
	strcat(text, ",0]");
	CHECK_ERR(parse(text), TF_E_TOO_LARGE);
	CHECK_ERR(tf_json_parse(&doc, nodes, 0, "1", 1), TF_E_TOO_LARGE);
}

TEST(json_text_undoes_escapes)
{
	static const char text[] =
		"[\"\\u00e9\xc3\xa9\\u20ac\\ud83d\\ude00\\u0001\\\"\",\"\\u0000\",\"abcd\",7,"
		"{\"k\\u0021\":0}]";
	const tf_json_node *v;
	tf_json doc;
	char out[32];
	size_t len = 9;

	CHECK_OK(parse_n(&doc, text, strlen(text)));
	v = tf_json_first(&doc, tf_json_root(&doc));
	CHECK_OK(tf_json_text(out, sizeof(out), &len, &doc, v));
	CHECK(strcmp(out, "\xc3\xa9\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x01\"") == 0 && len == 13);
	CHECK(tf_json_string_is(&doc, v, out));
	v = tf_json_next(&doc, v);
	CHECK_ERR(tf_json_text(out, sizeof(out), &len, &doc, v), TF_E_ENCODING);
	CHECK(out[0] == '\0' && !tf_json_string_is(&doc, v, ""));
	v = tf_json_next(&doc, v);
	CHECK_OK(tf_json_text(out, 5, &len, &doc, v));
	CHECK(strcmp(out, "abcd") == 0);
	CHECK_ERR(tf_json_text(out, 4, &len, &doc, v), TF_E_TOO_LARGE);
	CHECK(out[0] == '\0');
	CHECK_ERR(tf_json_text(out, 0, &len, &doc, v), TF_E_CAPACITY);
	v = tf_json_next(&doc, v);
	CHECK_ERR(tf_json_text(out, sizeof(out), &len, &doc, v), TF_E_ENCODING);
	CHECK_OK(tf_json_scalar(out, sizeof(out), NULL, &doc, v));
	CHECK(strcmp(out, "7") == 0);
	v = tf_json_next(&doc, v);
	CHECK_ERR(tf_json_scalar(out, sizeof(out), &len, &doc, v), TF_E_ENCODING);
	v = tf_json_first(&doc, v);
	CHECK_OK(tf_json_key(out, sizeof(out), &len, &doc, v));
	CHECK(strcmp(out, "k!") == 0 && tf_json_key_is(&doc, v, "k!"));
}
