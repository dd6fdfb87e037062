/* RLP: any tree that the reader accepts is written back byte for byte. */
#include <string.h>

#include "chain/rlp.h"
#include "fuzz.h"

#define DEPTH 64u
#define TEXT_MAX 8192u

struct walk {
	tf_rlp open[DEPTH]; /* open[0] is the text itself */
	size_t opened[DEPTH];
	size_t depth;
	tf_wr out;
};

static void close_list(struct walk *w)
{
	tf_rlp_leave(&w->open[w->depth - 1], &w->open[w->depth]);
	tf_rlp_close(&w->out, w->opened[w->depth]);
	w->depth--;
}

/* Integers: those that read as one are written back the same. */
static void check_integer(const uint8_t *p, size_t len)
{
	uint8_t item[64], again[64];
	tf_wr w = tf_wr_init(item, sizeof(item)), v = tf_wr_init(again, sizeof(again));
	tf_u256 wide;
	tf_rlp r;

	if (len > 40)
		return;
	tf_rlp_put_bytes(&w, p, len);
	r = tf_rlp_init(item, w.len);
	wide = tf_rlp_u256(&r);
	if (tf_rlp_end(&r) != TF_OK) {
		ALWAYS(len > 32 || (len > 0 && p[0] == 0));
		return;
	}
	tf_rlp_put_u256(&v, &wide);
	ALWAYS(v.len == w.len && memcmp(item, again, w.len) == 0);
}

static void step(struct walk *w)
{
	tf_rlp *r = &w->open[w->depth];
	const uint8_t *p;
	size_t len;

	if (!tf_rlp_has_more(r)) {
		close_list(w);
		return;
	}
	if (tf_rlp_is_list(r)) {
		if (w->depth + 1 == DEPTH) {
			tf_rlp_fail(r, TF_E_TOO_LARGE);
			return;
		}
		w->opened[w->depth + 1] = tf_rlp_open(&w->out);
		w->open[w->depth + 1] = tf_rlp_list(r);
		w->depth++;
		return;
	}
	p = tf_rlp_bytes(r, &len);
	if (!p)
		return;
	check_integer(p, len);
	tf_rlp_put_bytes(&w->out, p, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t buf[TEXT_MAX];
	struct walk w = { .depth = 0 };
	size_t written = 0;

	if (len > TEXT_MAX)
		return 0;
	w.out = tf_wr_init(buf, sizeof(buf));
	w.open[0] = tf_rlp_init(data, len);
	while (w.depth || tf_rlp_has_more(&w.open[0]))
		step(&w);
	if (tf_rlp_end(&w.open[0]) != TF_OK)
		return 0;
	ALWAYS(tf_wr_end(&w.out, &written) == TF_OK);
	ALWAYS(written == len && memcmp(buf, data, len) == 0);
	return 0;
}
