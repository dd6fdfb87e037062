#include "base/json.h"

#include <string.h>

/* One open container while reading. */
struct level {
	uint32_t node;
	uint32_t last; /* its latest child, 0 before the first */
};

struct cursor {
	tf_json *doc;
	size_t pos;
	size_t depth;
	struct level open[TF_JSON_DEPTH_MAX];
	uint32_t key_at;
	uint32_t key_len;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hex digits; TF_E_TRUNCATED if the text ends among them. */
static tf_err read_hex4(uint32_t *v, const char *s, size_t len)
{
	*v = 0;
	for (size_t i = 0; i < 4; i++) {
		int d;

		if (i >= len)
			return TF_E_TRUNCATED;
		d = hex_digit(s[i]);
		if (d < 0)
			return TF_E_ENCODING;
		*v = *v << 4 | (uint32_t)d;
	}
	return TF_OK;
}

/* \uXXXX, or two of them that make a surrogate pair; s begins after the first backslash. */
static tf_err read_unicode_escape(uint32_t *cp, size_t *used, const char *s, size_t len)
{
	uint32_t low;

	TRY(read_hex4(cp, s + 1, len - 1));
	*used = 5;
	if (*cp < 0xd800 || *cp > 0xdfff)
		return TF_OK;
	if (*cp > 0xdbff)
		return TF_E_ENCODING;
	if (len < 7)
		return TF_E_TRUNCATED;
	if (s[5] != '\\' || s[6] != 'u')
		return TF_E_ENCODING;
	TRY(read_hex4(&low, s + 7, len - 7));
	if (low < 0xdc00 || low > 0xdfff)
		return TF_E_ENCODING;
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	*used = 11;
	return TF_OK;
}

static tf_err read_escape(uint32_t *cp, size_t *used, const char *s, size_t len)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (len == 0)
		return TF_E_TRUNCATED;
	if (s[0] == 'u')
		return read_unicode_escape(cp, used, s, len);
	found = s[0] ? strchr(names, s[0]) : NULL;
	if (!found)
		return TF_E_ENCODING;
	*cp = (unsigned char)values[found - names];
	*used = 1;
	return TF_OK;
}

/* RFC 3629 section 4. */
static tf_err read_utf8(uint32_t *cp, size_t *used, const char *s, size_t len)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = (uint8_t)s[0];
	size_t n;

	if (first < 0x80)
		n = 1;
	else if (first >= 0xc2 && first < 0xe0)
		n = 2;
	else if (first >= 0xe0 && first < 0xf0)
		n = 3;
	else if (first >= 0xf0 && first < 0xf5)
		n = 4;
	else
		return TF_E_ENCODING;
	*cp = n == 1 ? first : first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (i >= len)
			return TF_E_TRUNCATED;
		if (((uint8_t)s[i] & 0xc0) != 0x80)
			return TF_E_ENCODING;
		*cp = *cp << 6 | ((uint8_t)s[i] & 0x3fu);
	}
	*used = n;
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return TF_E_ENCODING;
	return TF_OK;
}

/* The next character of a string's content; len > 0. */
static tf_err read_char(uint32_t *cp, size_t *used, const char *s, size_t len)
{
	if ((uint8_t)s[0] < 0x20)
		return TF_E_ENCODING;
	if (s[0] != '\\')
		return read_utf8(cp, used, s, len);
	TRY(read_escape(cp, used, s + 1, len - 1));
	*used += 1;
	return TF_OK;
}

static size_t put_utf8(char out[static 4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

static bool at_end(const struct cursor *c)
{
	return c->pos >= c->doc->len;
}

static char peek(const struct cursor *c)
{
	return c->doc->text[c->pos];
}

static void skip_space(struct cursor *c)
{
	while (!at_end(c) && (peek(c) == ' ' || peek(c) == '\t' || peek(c) == '\n'
	                      || peek(c) == '\r'))
		c->pos++;
}

static tf_err expect(struct cursor *c, char want)
{
	skip_space(c);
	if (at_end(c))
		return TF_E_TRUNCATED;
	if (peek(c) != want)
		return TF_E_ENCODING;
	c->pos++;
	return TF_OK;
}

/* A string; the cursor stands on its opening quote, then after its closing one. */
static tf_err read_string(struct cursor *c, uint32_t *at, uint32_t *len)
{
	TRY(expect(c, '"'));
	*at = (uint32_t)c->pos;
	for (;;) {
		uint32_t cp;
		size_t used = 0;

		if (at_end(c))
			return TF_E_TRUNCATED;
		if (peek(c) == '"')
			break;
		TRY(read_char(&cp, &used, c->doc->text + c->pos, c->doc->len - c->pos));
		c->pos += used;
	}
	*len = (uint32_t)c->pos - *at;
	c->pos++;
	return TF_OK;
}

static bool is_digit(const struct cursor *c)
{
	return !at_end(c) && peek(c) >= '0' && peek(c) <= '9';
}

static tf_err read_digits(struct cursor *c)
{
	if (at_end(c))
		return TF_E_TRUNCATED;
	if (!is_digit(c))
		return TF_E_ENCODING;
	while (is_digit(c))
		c->pos++;
	return TF_OK;
}

static tf_err read_number(struct cursor *c)
{
	if (peek(c) == '-')
		c->pos++;
	if (!at_end(c) && peek(c) == '0') {
		c->pos++;
		if (is_digit(c))
			return TF_E_ENCODING;
	} else {
		TRY(read_digits(c));
	}
	if (!at_end(c) && peek(c) == '.') {
		c->pos++;
		TRY(read_digits(c));
	}
	if (!at_end(c) && (peek(c) == 'e' || peek(c) == 'E')) {
		c->pos++;
		if (!at_end(c) && (peek(c) == '+' || peek(c) == '-'))
			c->pos++;
		TRY(read_digits(c));
	}
	return TF_OK;
}

static tf_err read_word(struct cursor *c, const char *word)
{
	for (; *word; word++) {
		if (at_end(c))
			return TF_E_TRUNCATED;
		if (peek(c) != *word)
			return TF_E_ENCODING;
		c->pos++;
	}
	return TF_OK;
}

/* A new node at the cursor, linked behind its elder sibling. */
static tf_err add_node(struct cursor *c, tf_json_type type, tf_json_node **out)
{
	tf_json *d = c->doc;
	uint32_t number = (uint32_t)d->n;
	tf_json_node *node;

	if (d->n >= d->cap)
		return TF_E_TOO_LARGE;
	node = &d->nodes[d->n++];
	*node = (tf_json_node){ .type = type, .at = (uint32_t)c->pos,
	                        .key_at = c->key_at, .key_len = c->key_len };
	if (c->depth > 0) {
		struct level *up = &c->open[c->depth - 1];

		if (up->last)
			d->nodes[up->last].next = number;
		else
			d->nodes[up->node].child = number;
		d->nodes[up->node].count++;
		up->last = number;
	}
	*out = node;
	return TF_OK;
}

static tf_err open_container(struct cursor *c, tf_json_type type)
{
	tf_json_node *node;

	if (c->depth >= TF_JSON_DEPTH_MAX)
		return TF_E_TOO_LARGE;
	TRY(add_node(c, type, &node));
	c->open[c->depth++] = (struct level){ .node = (uint32_t)(node - c->doc->nodes) };
	c->pos++;
	return TF_OK;
}

static tf_err read_scalar(struct cursor *c, tf_json_type type)
{
	tf_json_node *node;

	TRY(add_node(c, type, &node));
	switch (type) {
	case TF_JSON_NULL:
		TRY(read_word(c, "null"));
		break;
	case TF_JSON_FALSE:
		TRY(read_word(c, "false"));
		break;
	case TF_JSON_TRUE:
		TRY(read_word(c, "true"));
		break;
	case TF_JSON_NUMBER:
		TRY(read_number(c));
		break;
	case TF_JSON_STRING:
		return read_string(c, &node->at, &node->len);
	case TF_JSON_ARRAY:
	case TF_JSON_OBJECT:
		return TF_E_USAGE;
	}
	node->len = (uint32_t)c->pos - node->at;
	return TF_OK;
}

/* A scalar whole, or the opening of a container. */
static tf_err read_value(struct cursor *c)
{
	skip_space(c);
	if (at_end(c))
		return TF_E_TRUNCATED;
	switch (peek(c)) {
	case '{': return open_container(c, TF_JSON_OBJECT);
	case '[': return open_container(c, TF_JSON_ARRAY);
	case '"': return read_scalar(c, TF_JSON_STRING);
	case 'n': return read_scalar(c, TF_JSON_NULL);
	case 'f': return read_scalar(c, TF_JSON_FALSE);
	case 't': return read_scalar(c, TF_JSON_TRUE);
	}
	if (peek(c) != '-' && !is_digit(c))
		return TF_E_ENCODING;
	return read_scalar(c, TF_JSON_NUMBER);
}

/* Are two contents the same characters? Both have been checked. */
static bool same_content(const char *a, size_t alen, const char *b, size_t blen)
{
	while (alen && blen) {
		uint32_t x = 0, y = 0;
		size_t ua = 0, ub = 0;

		if (read_char(&x, &ua, a, alen) != TF_OK || read_char(&y, &ub, b, blen) != TF_OK)
			return false;
		if (x != y)
			return false;
		a += ua;
		alen -= ua;
		b += ub;
		blen -= ub;
	}
	return alen == blen;
}

/* A member's name, which its elder siblings must not have, and the colon. */
static tf_err read_key(struct cursor *c)
{
	const tf_json *d = c->doc;
	const struct level *up = &c->open[c->depth - 1];

	TRY(read_string(c, &c->key_at, &c->key_len));
	for (uint32_t i = d->nodes[up->node].child; i; i = d->nodes[i].next)
		if (same_content(d->text + d->nodes[i].key_at, d->nodes[i].key_len,
		                 d->text + c->key_at, c->key_len))
			return TF_E_ENCODING;
	return expect(c, ':');
}

/* One step inside the innermost container: its end, or its next value. */
static tf_err read_step(struct cursor *c)
{
	const struct level *up = &c->open[c->depth - 1];
	tf_json_node *node = &c->doc->nodes[up->node];
	bool object = node->type == TF_JSON_OBJECT;

	skip_space(c);
	if (at_end(c))
		return TF_E_TRUNCATED;
	if (peek(c) == (object ? '}' : ']')) {
		c->pos++;
		node->len = (uint32_t)c->pos - node->at;
		c->depth--;
		return TF_OK;
	}
	if (node->count)
		TRY(expect(c, ','));
	c->key_at = 0;
	c->key_len = 0;
	if (object)
		TRY(read_key(c));
	return read_value(c);
}

static tf_err read_text(struct cursor *c)
{
	TRY(read_value(c));
	while (c->depth)
		TRY(read_step(c));
	skip_space(c);
	return at_end(c) ? TF_OK : TF_E_TRAILING;
}

tf_err tf_json_parse(tf_json *doc, tf_json_node *nodes, size_t cap, const char *text, size_t len)
{
	struct cursor c = { .doc = doc };
	tf_err err;

	*doc = (tf_json){ .text = text, .len = len, .nodes = nodes, .cap = cap };
	err = len > TF_JSON_TEXT_MAX ? TF_E_TOO_LARGE : read_text(&c);
	doc->at = c.pos;
	if (err != TF_OK)
		doc->n = 0;
	return err;
}

const tf_json_node *tf_json_root(const tf_json *doc)
{
	return doc->n ? &doc->nodes[0] : NULL;
}

const tf_json_node *tf_json_first(const tf_json *doc, const tf_json_node *node)
{
	return node->child ? &doc->nodes[node->child] : NULL;
}

const tf_json_node *tf_json_next(const tf_json *doc, const tf_json_node *node)
{
	return node->next ? &doc->nodes[node->next] : NULL;
}

/* Is a checked content equal to plain UTF-8 text? */
static bool content_is(const char *s, size_t len, const char *plain)
{
	while (len) {
		char bytes[4];
		uint32_t cp = 0;
		size_t used = 0, n;

		if (read_char(&cp, &used, s, len) != TF_OK)
			return false;
		n = put_utf8(bytes, cp);
		if (strncmp(plain, bytes, n) != 0 || cp == 0)
			return false;
		plain += n;
		s += used;
		len -= used;
	}
	return *plain == '\0';
}

bool tf_json_key_is(const tf_json *doc, const tf_json_node *node, const char *name)
{
	return content_is(doc->text + node->key_at, node->key_len, name);
}

bool tf_json_string_is(const tf_json *doc, const tf_json_node *node, const char *value)
{
	return node->type == TF_JSON_STRING && content_is(doc->text + node->at, node->len, value);
}

const tf_json_node *tf_json_member(const tf_json *doc, const tf_json_node *object,
                                   const char *name)
{
	if (object->type != TF_JSON_OBJECT)
		return NULL;
	for (const tf_json_node *m = tf_json_first(doc, object); m; m = tf_json_next(doc, m))
		if (tf_json_key_is(doc, m, name))
			return m;
	return NULL;
}

static tf_err copy_content(char *out, size_t cap, size_t *len, const char *s, size_t slen)
{
	size_t n = 0;

	while (slen) {
		char bytes[4];
		uint32_t cp = 0;
		size_t used = 0, width;

		TRY(read_char(&cp, &used, s, slen));
		if (cp == 0)
			return TF_E_ENCODING;
		width = put_utf8(bytes, cp);
		if (width >= cap - n)
			return TF_E_TOO_LARGE;
		memcpy(out + n, bytes, width);
		n += width;
		s += used;
		slen -= used;
	}
	out[n] = '\0';
	if (len)
		*len = n;
	return TF_OK;
}

/* Empty out on error, so that nobody reads half a value. */
static tf_err copy_or_clear(char *out, size_t cap, size_t *len, const char *s, size_t slen)
{
	tf_err err;

	if (cap == 0)
		return TF_E_CAPACITY;
	err = copy_content(out, cap, len, s, slen);
	if (err != TF_OK)
		out[0] = '\0';
	return err;
}

tf_err tf_json_key(char *out, size_t cap, size_t *len, const tf_json *doc,
                   const tf_json_node *node)
{
	return copy_or_clear(out, cap, len, doc->text + node->key_at, node->key_len);
}

tf_err tf_json_text(char *out, size_t cap, size_t *len, const tf_json *doc,
                    const tf_json_node *node)
{
	if (node->type != TF_JSON_STRING) {
		if (cap)
			out[0] = '\0';
		return TF_E_ENCODING;
	}
	return copy_or_clear(out, cap, len, doc->text + node->at, node->len);
}

tf_err tf_json_scalar(char *out, size_t cap, size_t *len, const tf_json *doc,
                      const tf_json_node *node)
{
	if (node->type == TF_JSON_NUMBER)
		return copy_or_clear(out, cap, len, doc->text + node->at, node->len);
	return tf_json_text(out, cap, len, doc, node);
}
