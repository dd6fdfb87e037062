/* Character classes of RFC 3986 and RFC 9110 as this room uses them. Private. */
#ifndef TF_NET_HTTP_CHARS_H
#define TF_NET_HTTP_CHARS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool tf_http_is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool tf_http_is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

/* tchar, RFC 9110 5.6.2 */
static inline bool tf_http_is_token(uint8_t c)
{
	return tf_http_is_alnum(c) || tf_http_is_one_of(c, "!#$%&'*+-.^_`|~");
}

/* pchar and "/", RFC 3986 3.3 */
static inline bool tf_http_is_path(uint8_t c)
{
	return tf_http_is_alnum(c) || tf_http_is_one_of(c, "-._~!$&'()*+,;=:@/%");
}

/* RFC 3986 3.4; brackets as well, because client libraries in use send them bare. */
static inline bool tf_http_is_query(uint8_t c)
{
	return tf_http_is_path(c) || tf_http_is_one_of(c, "?[]");
}

static inline bool tf_http_is_host(uint8_t c)
{
	return tf_http_is_alnum(c) || tf_http_is_one_of(c, "-._~:[]");
}

/* A byte that may appear in a head at all: no control bytes but HTAB, CR, LF. */
static inline bool tf_http_is_head(uint8_t c)
{
	return (c >= 0x20 && c != 0x7f) || c == '\t' || c == '\r' || c == '\n';
}

/* Value of a hex digit, or -1. */
static inline int tf_http_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif
