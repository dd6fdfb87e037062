/* Rows of the audit log. Input 'l': lines, taken for a log; no signature is looked at. Input 'r':
 * rows (u8 milliseconds, u8 length, text) until a length of 255, which an honest program writes and
 * signs; then (u8 which, u16 where, u8 xor), what somebody does to the lines.
 *
 * Always: what is accepted is the one way to write what it says, and follows; what an honest
 * program writes is read as it was; a row that was altered, and whatever comes in another order, is
 * not believed. */
#include <string.h>

#include "attest/identity.h"
#include "daemon/audit_row.h"
#include "fuzz.h"

#define ROWS 8u

typedef struct line {
	char *p; /* malloc'ed */
	size_t len;
	tf_audit_head before;
} line;

static const tf_secret seed = { { 1 } }, x_secret = { { 2 } };
static tf_identity_keys keys;
static char room[TF_AUDIT_LINE_MAX];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	ALWAYS(tf_identity_keys_load(&keys, &seed, &x_secret) == TF_OK);
	return 0;
}

static tf_audit_head first(void)
{
	tf_audit_head head = { 0 };

	ALWAYS(tf_audit_origin(head.hash, "fuzz") == TF_OK);
	return head;
}

static tf_audit_head after(const tf_audit_row *row)
{
	tf_audit_head head = { .seq = row->seq, .time_ms = row->time_ms };

	memcpy(head.hash, row->hash, sizeof(head.hash));
	return head;
}

static bool try_line(tf_audit_head *head, const char *p, size_t len)
{
	tf_audit_row row;
	size_t n = 0;
	char *text;
	tf_err err = tf_audit_read(&row, &text, p, len, head, NULL);
	uint8_t hash[32];

	ALWAYS(err == TF_OK || err == TF_E_ENCODING || err == TF_E_TRUST);
	if (err == TF_OK) {
		ALWAYS(row.seq == head->seq + 1 && row.time_ms >= head->time_ms);
		ALWAYS(row.text == text && strlen(text) == row.text_len);
		ALWAYS(tf_audit_is_text(text, row.text_len));
		ALWAYS(tf_audit_hash(hash, &row, head->hash) == TF_OK);
		ALWAYS(memcmp(hash, row.hash, sizeof(hash)) == 0);
		ALWAYS(tf_audit_write(room, sizeof(room), &n, &row, head->hash) == TF_OK);
		ALWAYS(n == len && memcmp(room, p, n) == 0);
		*head = after(&row);
	}
	free(text);
	return err == TF_OK;
}

static void check_log(const char *p, size_t len)
{
	tf_audit_head head = first();

	while (len > 0) {
		const char *end = memchr(p, '\n', len);
		size_t n = end ? (size_t)(end - p) + 1 : len;

		if (!try_line(&head, p, n))
			return;
		p += n;
		len -= n;
	}
}

/* Whoever has the public key reads this line. */
static tf_err reads(const line *l, const tf_audit_head *before, tf_audit_row *row, char **text)
{
	return tf_audit_read(row, text, l->p, l->len, before, keys.ed25519);
}

static bool believed(const line *l, const tf_audit_head *before)
{
	tf_audit_row row;
	char *text;
	tf_err err = reads(l, before, &row, &text);

	free(text);
	return err == TF_OK;
}

/* The next honest line; false if this text cannot be a row's. */
static bool add(line *l, tf_audit_head *head, unsigned ms, const char *p, size_t len)
{
	tf_audit_row row = { .seq = head->seq + 1, .time_ms = head->time_ms + ms, .text = p,
	                     .text_len = len, .is_signed = true }, again;
	char *text;

	if (!tf_audit_is_text(p, len))
		return false;
	ALWAYS(tf_audit_hash(row.hash, &row, head->hash) == TF_OK);
	ALWAYS(tf_identity_sign(row.sig, &keys, TF_AUDIT_DOMAIN, row.hash, 32) == TF_OK);
	ALWAYS(tf_audit_write(room, sizeof(room), &l->len, &row, head->hash) == TF_OK);
	l->p = malloc(l->len);
	ALWAYS(l->p != NULL);
	memcpy(l->p, room, l->len);
	l->before = *head;
	ALWAYS(reads(l, head, &again, &text) == TF_OK);
	ALWAYS(again.seq == row.seq && again.time_ms == row.time_ms && again.is_signed);
	ALWAYS(again.text_len == len && memcmp(text, p, len) == 0);
	ALWAYS(memcmp(again.hash, row.hash, 32) == 0 && memcmp(again.sig, row.sig, 64) == 0);
	*head = after(&again);
	free(text);
	return true;
}

static void damage(const line *l, const uint8_t *p)
{
	size_t at = (p[1] * 256u + p[2]) % l->len;

	l->p[at] = (char)(l->p[at] ^ p[3]);
	ALWAYS(believed(l, &l->before) == (p[3] == 0));
	l->p[at] = (char)(l->p[at] ^ p[3]);
}

static void check_rows(const uint8_t *p, size_t len)
{
	line lines[ROWS];
	tf_audit_head head = first();
	unsigned n = 0;

	while (len >= 2 && p[1] != 255 && n < ROWS) {
		size_t text = p[1] < len - 2 ? p[1] : len - 2;

		if (add(&lines[n], &head, p[0], (const char *)p + 2, text))
			n++;
		p += 2 + text;
		len -= 2 + text;
	}
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++)
			ALWAYS(believed(&lines[i], &lines[k].before) == (i == k));
	for (size_t at = 2; n > 0 && at + 4 <= len && at < 2 + 4 * ROWS; at += 4)
		damage(&lines[p[at] % n], p + at);
	for (unsigned i = 0; i < n; i++)
		free(lines[i].p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len > 0 && data[0] == 'l')
		check_log((const char *)data + 1, len - 1);
	if (len > 0 && data[0] == 'r')
		check_rows(data + 1, len - 1);
	return 0;
}
