#include "base/path.h"

#include <string.h>

/* One decimal index from the front of text[0..len), *used its length. */
static tf_err read_index(uint32_t *index, size_t *used, const char *text, size_t len)
{
	uint64_t v = 0;
	size_t n = 0;

	while (n < len && text[n] >= '0' && text[n] <= '9') {
		v = v * 10 + (uint64_t)(text[n] - '0');
		if (v > UINT32_MAX)
			return TF_E_ENCODING;
		n++;
	}
	if (n == 0 || (n > 1 && text[0] == '0'))
		return TF_E_ENCODING;
	if (v >= TF_PATH_INDEX_LIMIT || (n < len && (text[n] == '\'' || text[n] == 'h')))
		return TF_E_UNSUPPORTED;
	*index = (uint32_t)v;
	*used = n;
	return TF_OK;
}

tf_err tf_path_parse(tf_path *path, const char *text, size_t len)
{
	tf_path p = { 0 };
	size_t pos = 1;

	if (len == 0 || text[0] != 'm')
		return TF_E_ENCODING;
	while (pos < len) {
		size_t used = 0;

		if (text[pos] != '/')
			return TF_E_ENCODING;
		pos++;
		if (p.len == TF_PATH_MAX)
			return TF_E_TOO_LARGE;
		TRY(read_index(&p.index[p.len], &used, text + pos, len - pos));
		p.len++;
		pos += used;
	}
	*path = p;
	return TF_OK;
}

/* "/" and the index; returns the length. */
static size_t put_index(char *out, uint32_t index)
{
	char reversed[10];
	size_t n = 0;

	do {
		reversed[n++] = (char)('0' + index % 10);
		index /= 10;
	} while (index);
	out[0] = '/';
	for (size_t i = 0; i < n; i++)
		out[1 + i] = reversed[n - 1 - i];
	return n + 1;
}

tf_err tf_path_format(char out[static TF_PATH_TEXT], const tf_path *path)
{
	size_t n = 1;

	if (path->len > TF_PATH_MAX)
		return TF_E_USAGE;
	for (uint32_t i = 0; i < path->len; i++)
		if (path->index[i] >= TF_PATH_INDEX_LIMIT)
			return TF_E_USAGE;
	out[0] = 'm';
	for (uint32_t i = 0; i < path->len; i++)
		n += put_index(out + n, path->index[i]);
	out[n] = '\0';
	return TF_OK;
}

tf_err tf_path_bip44(tf_path *path, uint32_t coin, uint32_t account)
{
	if (coin >= TF_PATH_INDEX_LIMIT || account >= TF_PATH_INDEX_LIMIT)
		return TF_E_USAGE;
	*path = (tf_path){ .len = 5, .index = { TF_PATH_PURPOSE, coin, account, 0, 0 } };
	return TF_OK;
}

bool tf_path_eq(const tf_path *a, const tf_path *b)
{
	if (a->len != b->len || a->len > TF_PATH_MAX)
		return false;
	return memcmp(a->index, b->index, a->len * sizeof(a->index[0])) == 0;
}
