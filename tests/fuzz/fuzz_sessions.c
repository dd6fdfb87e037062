/* Three co-signers with their session engines, and a coordinator, a network and one device that may
 * all lie. Each input begins with the same house: everybody introduced, a key, a pool of
 * presignatures; and is a list of orders, each a byte and what belongs to it:
 *
 *     0  open     u8 what, u8 at whom, damage      6  raw      u8 to, u8 by whom, u16 length, bytes
 *     1  start    u8 run, u8 at whom, damage       7  time     u16 milliseconds / 8
 *     2  deliver  u8 how many mails                8  cancel   u8 run, u8 at whom
 *     3  damaged  damage: of the next mail         9  restart  u8 whom
 *     4  renamed  u8: the next mail by another    10  repeat   u8 which mail of all so far
 *     5  lied     damage: the next mail of guard-4, its payload, signed again
 *
 * Always: only guard-4 is named, and only if it lied; what is signed is right, and no presignature
 * is used twice; when time is up, every engine is empty. */
#include <sanitizer/asan_interface.h>
#include <string.h>

#include "curve/ecdsa.h"
#include "fuzz.h"
#include "session/house_test.h"

#define LIAR 2u
#define ORDERS 24u

typedef struct input {
	const uint8_t *p;
	size_t len;
} input;

/* Rooms are kept from input to input: two thirds of the time went into fetching their pages
 * anew. */
typedef struct room {
	void *p;
	size_t len;
	bool taken;
} room;

static house *h, *begun;
static room kept[RUNS * DEVICES + 4];
static uint8_t presig[POOL][32];
static bool lied;

static unsigned take(input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

static unsigned take16(input *in)
{
	unsigned high = take(in);

	return high << 8 | take(in);
}

static void damage(uint8_t *p, size_t len, input *in)
{
	for (unsigned n = take(in) % 8; n-- > 0 && len > 0;) {
		size_t at = take16(in) % len;

		p[at] ^= (uint8_t)take(in);
	}
}

static uint8_t *copy(const uint8_t *p, size_t len)
{
	uint8_t *out = malloc(len ? len : 1);

	ALWAYS(out != NULL);
	memcpy(out, p, len);
	return out;
}

static void *take_room(size_t len)
{
	room *r = NULL;

	for (size_t k = 0; k < TF_ARRAY_LEN(kept); k++)
		if (!kept[k].taken && (!r || kept[k].len == len))
			r = &kept[k];
	ALWAYS(r != NULL);
	if (r->len == len) {
		ASAN_UNPOISON_MEMORY_REGION(r->p, len);
	} else {
		free(r->p);
		*r = (room){ .p = aligned_alloc(64, len), .len = len };
		ALWAYS(r->p != NULL);
	}
	r->taken = true;
	return r->p;
}

static void give_back(void *p)
{
	room *r = kept;

	while (r->p != p)
		r++;
	ASAN_POISON_MEMORY_REGION(r->p, r->len);
	r->taken = false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	house_run *r;

	(void)argc;
	(void)argv;
	h = house_new(1);
	house_introduce(h);
	house_make_key(h);
	r = house_presign(h, 4);
	memcpy(presig, r->ids, sizeof(presig));
	h->runs = 0;
	house_room = take_room;
	house_room_back = give_back;
	begun = malloc(sizeof(*begun));
	ALWAYS(begun != NULL);
	memcpy(begun, h, sizeof(*begun));
	return 0;
}

static void begin_again(void)
{
	for (size_t k = begun->rooms_n; k < h->rooms_n; k++)
		house_room_back(h->rooms[k]);
	for (size_t k = begun->posted; k < h->posted; k++)
		free(h->mail[k].bytes);
	memcpy(h, begun, sizeof(*h));
	lied = false;
}

/* ---- orders ---- */

static void hand(const house_mail *m, const char *by, const uint8_t *p, size_t len)
{
	uint8_t *bytes = copy(p, len);
	tf_fault fault;
	tf_err err = house_hand(h, m->to, by, bytes, len, &fault);

	free(bytes);
	ALWAYS(err != TF_E_USAGE && err != TF_E_ENTROPY);
}

static void order_open(input *in)
{
	unsigned what = take(in), whom = take(in);
	house_spec spec = house_keygen;
	house_run *r;

	if (h->runs + 1 >= RUNS || h->rooms_n + DEVICES >= RUNS * DEVICES)
		return;
	if (what % 8 == 7)
		spec = (house_spec){ .protocol = TF_PRESIGN, .n = 3, .seat = { 0, 1, 2 },
		                     .batch = 1 };
	else if (what % 2)
		spec = house_sign_spec(presig[(what >> 3) % 4], (uint8_t)(what >> 5));
	r = house_plan(h, &spec);
	damage(r->open_bytes, r->open_len, in);
	for (unsigned i = 0; i < DEVICES; i++)
		if (!(whom & (1u << i))) {
			tf_fault fault;
			tf_err err = house_open_at(h, r, i, &fault);

			ALWAYS(err != TF_E_ENTROPY);
		}
}

static void order_start(input *in)
{
	unsigned which = take(in), whom = take(in);
	house_run *r;

	if (h->runs == 0)
		return;
	r = &h->run[which % h->runs];
	house_plan_start(r);
	damage(r->start_bytes, r->start_len, in);
	for (unsigned i = 0; i < DEVICES; i++)
		if (!(whom & (1u << i)) && r->session[i]) {
			tf_fault fault;
			tf_err err = house_start_at(h, r, i, &fault);

			ALWAYS(err != TF_E_USAGE && err != TF_E_ENTROPY);
		}
}

static bool next(house_mail *m)
{
	if (h->delivered == h->posted)
		return false;
	*m = h->mail[h->delivered++];
	return true;
}

static void order_deliver(input *in)
{
	house_mail m;

	for (unsigned n = take(in); n > 0 && next(&m); n--)
		hand(&m, h->d[m.from].name, m.bytes, m.len);
}

static void order_damaged(input *in, bool sign)
{
	tf_envelope e;
	tf_arena mem;
	house_mail m;
	uint8_t *bytes, none[64];
	size_t len;

	if (!next(&m))
		return;
	bytes = copy(m.bytes, m.len);
	tf_arena_init(&mem, none, sizeof(none));
	if (sign && m.from == LIAR &&
	    tf_envelope_decode(&e, NULL, &mem, m.bytes, m.len) == TF_OK) {
		uint8_t *payload = copy(e.payload.p, e.payload.len);

		damage(payload, e.payload.len, in);
		e.payload.p = payload;
		ALWAYS(tf_envelope_sign(&e, &h->d[LIAR].signer) == TF_OK);
		ALWAYS(tf_envelope_encode(bytes, m.len, &len, NULL, &e) == TF_OK && len == m.len);
		lied = lied || memcmp(bytes, m.bytes, len) != 0;
		free(payload);
	} else {
		damage(bytes, m.len, in);
	}
	hand(&m, h->d[m.from].name, bytes, m.len);
	free(bytes);
}

static void order_raw(input *in)
{
	house_mail m = { .to = take(in) % DEVICES };
	unsigned from = take(in) % DEVICES;
	size_t len = take16(in);

	len = len < in->len ? len : in->len;
	hand(&m, h->d[from].name, in->p, len);
	in->p += len;
	in->len -= len;
}

static void order_renamed(input *in)
{
	unsigned from = take(in) % DEVICES;
	house_mail m;

	if (next(&m))
		hand(&m, h->d[from].name, m.bytes, m.len);
}

static void order_repeat(input *in)
{
	const house_mail *m;

	if (h->delivered == begun->posted)
		return;
	m = &h->mail[begun->posted + take(in) % (h->delivered - begun->posted)];
	hand(m, h->d[m->from].name, m->bytes, m->len);
}

static void order_cancel(input *in)
{
	unsigned which = take(in), i = take(in) % DEVICES;
	house_run *r;

	if (h->runs == 0)
		return;
	r = &h->run[which % h->runs];
	if (r->session[i] && tf_sessions_find(&h->d[i].engine, r->open.request) == r->session[i])
		house_cancel(h, r, i);
}

static void obey(unsigned order, input *in)
{
	switch (order) {
	case 0: order_open(in); break;
	case 1: order_start(in); break;
	case 2: order_deliver(in); break;
	case 3: order_damaged(in, false); break;
	case 4: order_renamed(in); break;
	case 5: order_damaged(in, true); break;
	case 6: order_raw(in); break;
	case 7: house_tick(h, 8u * (uint64_t)take16(in)); break;
	case 8: order_cancel(in); break;
	case 9: house_restart(h, take(in) % DEVICES); break;
	case 10: order_repeat(in); break;
	}
}

/* ---- what must hold ---- */

static void check_run(const house_run *r)
{
	for (unsigned i = 0; i < LIAR; i++) {
		const char *culprit = r->report[i].culprit;
		bool valid = false;

		ALWAYS(!(r->done[i] && r->failed[i]));
		ALWAYS(!r->failed[i] || culprit[0] == '\0' ||
		       (lied && strcmp(culprit, h->d[LIAR].name) == 0));
		if (!r->done[i] || r->spec.protocol != TF_SIGN)
			continue;
		ALWAYS(tf_ecdsa_verify_vt(h->g, &valid, &r->sig[i], r->spec.digest,
		                          &r->child[i]) == TF_OK && valid);
	}
	if (r->done[0] && r->done[1] && r->spec.protocol == TF_SIGN)
		ALWAYS(memcmp(&r->sig[0], &r->sig[1], sizeof(r->sig[0])) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	input in = { data, len };

	for (unsigned n = 0; n < ORDERS && in.len > 0; n++)
		obey(take(&in) % 11, &in);
	for (unsigned n = 0; n < 4; n++)
		house_tick(h, 100000);
	for (unsigned k = 0; k < h->runs; k++)
		check_run(&h->run[k]);
	for (unsigned i = 0; i < DEVICES; i++)
		for (unsigned k = 0; k < SLOTS; k++)
			ALWAYS(h->d[i].slots[k].phase == TF_SESSION_FREE);
	begin_again();
	return 0;
}
