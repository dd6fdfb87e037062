/* Strings as messages carry them, and messages as people read them. */
#include <string.h>

#include "wire/wire.h"

#define SHOWN 32u /* bytes of a long value that a log shows */

/* Bytes of the well-formed UTF-8 sequence at p, 0 if there is none (Unicode 15, table 3-7: no
 * overlong forms, no surrogates, nothing above U+10FFFF) or if it is a control character. */
static size_t utf8_step(const uint8_t *p, size_t left)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 :
	             p[0] < 0xf5 ? 4 : 0;

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (len == 1 && (p[0] < 0x20 || p[0] == 0x7f))
		return 0;
	if (len == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return 0;
	if (len == 3 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)))
		return 0;
	if (len == 4 && ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 0;
	return len;
}

bool tf_wire_printable(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;

	while (len) {
		size_t step = utf8_step(p, len);

		if (step == 0)
			return false;
		p += step;
		len -= step;
	}
	return true;
}

void tf_wire_put_string(tf_wr *w, const char *const *x, size_t max)
{
	size_t len = *x ? strlen(*x) : 0;

	if (len > max || !tf_wire_printable(*x, len))
		tf_wr_fail(w, TF_E_USAGE);
	tf_wr_blob(w, *x, len);
}

void tf_wire_get_string(tf_rd *r, tf_arena *mem, const char **x, size_t max)
{
	size_t len;
	const uint8_t *p = tf_rd_blob(r, max, &len);
	char *copy;

	*x = "";
	if (len == 0)
		return;
	if (!tf_wire_printable((const char *)p, len)) {
		tf_rd_fail(r, TF_E_ENCODING);
		return;
	}
	copy = tf_arena_alloc(mem, len + 1);
	if (!copy) {
		tf_rd_fail(r, TF_E_CAPACITY);
		return;
	}
	memcpy(copy, p, len);
	*x = copy;
}

static void say(tf_wire_text *t, const char *s)
{
	for (; *s; s++)
		tf_wr_u8(&t->wr, (uint8_t)*s);
}

static void say_indented(tf_wire_text *t, const char *name)
{
	for (uint32_t i = 0; i < t->depth; i++)
		say(t, "  ");
	say(t, name);
}

static void say_name(tf_wire_text *t, const char *name)
{
	say_indented(t, name);
	say(t, ": ");
}

static void say_hex(tf_wire_text *t, const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t shown = t->full || len <= SHOWN ? len : SHOWN;

	for (size_t i = 0; i < shown; i++) {
		tf_wr_u8(&t->wr, (uint8_t)digits[p[i] >> 4]);
		tf_wr_u8(&t->wr, (uint8_t)digits[p[i] & 15]);
	}
	if (shown < len)
		say(t, "...");
}

static void say_decimal(tf_wire_text *t, uint64_t x)
{
	char digits[21];
	size_t i = sizeof(digits) - 1;

	digits[i] = 0;
	do {
		digits[--i] = (char)('0' + x % 10);
		x /= 10;
	} while (x);
	say(t, digits + i);
}

void tf_wire_say_open(tf_wire_text *t, const char *name)
{
	say_indented(t, name);
	say(t, ":\n");
	t->depth++;
}

void tf_wire_say_close(tf_wire_text *t)
{
	t->depth--;
}

void tf_wire_say_uint(tf_wire_text *t, const char *name, uint64_t x)
{
	say_name(t, name);
	say_decimal(t, x);
	say(t, "\n");
}

void tf_wire_say_bytes(tf_wire_text *t, const char *name, const uint8_t *p, size_t len)
{
	say_name(t, name);
	say_hex(t, p, len);
	say(t, "\n");
}

void tf_wire_say_blob(tf_wire_text *t, const char *name, const tf_blob *x)
{
	say_name(t, name);
	say(t, "[");
	say_decimal(t, x->len);
	say(t, "] ");
	say_hex(t, x->p, x->len);
	say(t, "\n");
}

void tf_wire_say_string(tf_wire_text *t, const char *name, const char *const *x)
{
	say_name(t, name);
	say(t, "\"");
	for (const char *p = *x; p && *p; p++) {
		if (*p == '"' || *p == '\\')
			tf_wr_u8(&t->wr, '\\');
		tf_wr_u8(&t->wr, (uint8_t)*p);
	}
	say(t, "\"\n");
}

static void say_magnitude(tf_wire_text *t, const tf_bn *x)
{
	uint8_t b[TF_BN_BYTES];
	size_t len = (tf_bn_bits_vt(x) + 7) / 8;

	tf_bn_to_bytes(b, len, x);
	say(t, "0x");
	say_hex(t, b, len);
	if (len > SHOWN && !t->full) {
		say(t, " (");
		say_decimal(t, tf_bn_bits_vt(x));
		say(t, " bits)");
	}
	say(t, len ? "\n" : "0\n");
}

void tf_wire_say_nat(tf_wire_text *t, const char *name, const tf_bn *x)
{
	say_name(t, name);
	say_magnitude(t, x);
}

void tf_wire_say_int(tf_wire_text *t, const char *name, const tf_int *x)
{
	say_name(t, name);
	say(t, x->neg ? "-" : "");
	say_magnitude(t, &x->mag);
}

void tf_wire_say_point(tf_wire_text *t, const char *name, const tf_wire_env *env, const tf_pt *x)
{
	uint8_t b[TF_PT_BYTES] = { 0 };

	if (env && env->g)
		tf_pt_encode(env->g, b, x);
	say_name(t, name);
	for (size_t i = 0; i < TF_PT_BYTES; i += TF_PT_BYTES / 3)
		say_hex(t, b + i, TF_PT_BYTES / 3);
	say(t, "\n");
}

void tf_wire_say_scalar(tf_wire_text *t, const char *name, const tf_wire_env *env,
                        const tf_sc *x)
{
	uint8_t b[TF_SC_BYTES];

	(void)env;
	tf_sc_encode(b, x);
	tf_wire_say_bytes(t, name, b, sizeof(b));
}

void tf_wire_say_secret(tf_wire_text *t, const char *name)
{
	say_name(t, name);
	say(t, "(secret)\n");
}

size_t tf_wire_describe(char *buf, size_t cap, const tf_wire_type *type, const tf_wire_env *env,
                        const void *m)
{
	tf_wire_text t = { .wr = tf_wr_init(buf, cap - 1) };

	tf_wire_say_open(&t, type->name);
	type->print(&t, env, m);
	buf[t.wr.len] = 0;
	return t.wr.len;
}
