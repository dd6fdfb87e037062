#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "parties.h"
#include "report.h"

#define MAIL 4096u
#define PATH "m/44/60/0/0/%u"

typedef struct mail {
	unsigned to;
	size_t len;
	uint8_t *b;
} mail;

static mail queue[MAIL];
static size_t posted;
static uint8_t scratch[TF_SCRATCH_BYTES];
static const uint8_t digest[32] = "what three benchmark parties sig";

void must(tf_err err, const char *what)
{
	if (err == TF_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, tf_err_name(err));
	exit(70);
}

static unsigned seed;
static uint64_t drawn; /* blocks of the stream */

void parties_seed(unsigned s)
{
	seed = s;
	drawn = 0;
}

static tf_err stream(uint8_t *out, size_t len)
{
	uint8_t key[crypto_stream_chacha20_KEYBYTES] = { 0 };
	uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];

	memcpy(key, &seed, sizeof(seed));
	memcpy(nonce, &drawn, sizeof(nonce));
	drawn++;
	return crypto_stream_chacha20(out, len, nonce, key) == 0 ? TF_OK : TF_E_ENTROPY;
}

static tf_err draw(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	if (seed)
		return stream(out, len);
	for (; len > 256; out += 256, len -= 256)
		if (getrandom(out, 256, 0) != 256)
			return TF_E_ENTROPY;
	return getrandom(out, len, 0) == (ssize_t)len ? TF_OK : TF_E_ENTROPY;
}

const tf_random parties_random = { draw, NULL };

tf_memory parties_scratch(void)
{
	return (tf_memory){ scratch, sizeof(scratch) };
}

void parties_init(parties *w, tf_level level, tf_kernel_choice kernel)
{
	memset(w, 0, sizeof(*w));
	w->level = level;
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];

		snprintf(p->name, sizeof(p->name), "device-%u", i + 1);
		must(draw(NULL, p->seed, sizeof(p->seed)), "seed");
		w->who[i] = (tf_participant){ .device = p->name, .seat = (uint16_t)(i + 1) };
		tf_identity_public(w->who[i].identity, p->seed);
		p->clique = (tf_clique){ .level = level, .n = PARTIES, .self = (uint16_t)(i + 1),
		                         .party = w->who, .seed = p->seed,
		                         .random = parties_random, .kernel = kernel };
	}
}

void parties_free(parties *w)
{
	for (unsigned i = 0; i < PARTIES; i++) {
		for (unsigned a = 0; a <= ALGORITHMS; a++)
			free(w->p[i].memo[a]);
		tf_machine_wipe(w->p[i].machine);
		free(w->p[i].memory.p);
		for (unsigned j = 0; j < PARTIES; j++) {
			tf_tables_wipe(w->p[i].tables[j]);
			free(w->p[i].tables_memory[j].p);
		}
	}
}

/* ---- the mail ---- */

static void post(parties *w, unsigned from, const tf_effect *e)
{
	for (unsigned j = 0; j < PARTIES; j++) {
		if (j == from || (e->to && e->to != j + 1))
			continue;
		if (posted == MAIL)
			must(TF_E_CAPACITY, "mail");
		queue[posted] = (mail){ j, e->len, malloc(e->len) };
		if (!queue[posted].b)
			must(TF_E_CAPACITY, "mail");
		memcpy(queue[posted++].b, e->data, e->len);
		w->sent += e->len;
	}
}

static void keep(party *p, const tf_effect *e)
{
	record *r = &p->key;

	if (e->type == TF_RECORD_PEER)
		r = &p->peer[e->key[e->key_len - 1] - '1'];
	else if (e->type != TF_RECORD_KEY)
		return;
	if (e->len > sizeof(r->b))
		must(TF_E_CAPACITY, "record");
	memcpy(r->b, e->data, e->len);
	r->len = e->len;
}

static void work_off(parties *w, unsigned i)
{
	const tf_effect *e;

	for (size_t n = tf_machine_effects(&e, w->p[i].machine); n; n--, e++) {
		if (e->kind == TF_EFFECT_SEND)
			post(w, i, e);
		else if (e->kind == TF_EFFECT_PERSIST)
			keep(&w->p[i], e);
	}
	tf_machine_clear(w->p[i].machine);
}

void parties_run(parties *w, const char *what)
{
	posted = 0;
	for (unsigned i = 0; i < PARTIES; i++)
		work_off(w, i);
	for (size_t k = 0; k < posted; k++) {
		mail m = queue[k];
		double start = report_clock();

		must(tf_machine_step(w->p[m.to].machine, m.b, m.len, NULL), what);
		work_off(w, m.to);
		w->p[m.to].ms += report_clock() - start;
		free(m.b);
	}
	for (unsigned i = 0; i < PARTIES; i++)
		if (tf_machine_get_state(w->p[i].machine) != TF_MACHINE_DONE)
			must(TF_E_STATE, what);
}

/* ---- meeting ---- */

/* What a party keeps as long as it lives; made when first needed, as a daemon does at its start. */
static tf_memo *memo_of(party *p, tf_algorithm alg)
{
	tf_memo_params a = { .algorithm = alg, .seed = p->seed, .random = parties_random,
	                     .peers = PARTIES - 1, .nodes = 64, .keys = 2 };
	tf_memory mem = { NULL, tf_memo_room(&a) };

	if (p->memo[alg])
		return p->memo[alg];
	mem.p = aligned_alloc(64, (mem.len + 63) & ~(size_t)63);
	if (!mem.p)
		must(TF_E_CAPACITY, "memo");
	must(tf_memo_begin(&p->memo[alg], mem, &a), "memo");
	return p->memo[alg];
}

void parties_meet(parties *w, tf_algorithm alg)
{
	uint8_t nonces[PARTIES * 32];

	must(draw(NULL, nonces, sizeof(nonces)), "nonces");
	w->alg = alg;
	w->sent = 0;
	for (unsigned i = 0; i < PARTIES; i++) {
		tf_clique *c = &w->p[i].clique;

		c->algorithm = alg;
		c->memo = memo_of(&w->p[i], alg);
		must(tf_clique_session(c->session, c, nonces, (tf_bytes){ NULL, 0 }), "session");
		w->p[i].ms = 0;
	}
}

tf_memory parties_lend(parties *w, unsigned i, size_t room)
{
	party *p = &w->p[i];

	tf_machine_wipe(p->machine);
	p->machine = NULL;
	if (p->memory.len < room) {
		free(p->memory.p);
		p->memory = (tf_memory){ calloc(1, room), room };
		if (!p->memory.p)
			must(TF_E_CAPACITY, "memory");
	}
	return (tf_memory){ p->memory.p, room };
}

/* ---- moduli ---- */

double parties_moduli(parties *w, unsigned i, const uint8_t *primes)
{
	record *r = &w->p[i].moduli;
	double start = report_clock();

	must(tf_moduli_create(r->b, sizeof(r->b), &r->len, w->level, primes, 0, &parties_random,
	                      parties_scratch()), "moduli");
	return report_clock() - start;
}

void parties_moduli_read(parties *w, const char *path)
{
	size_t len = tf_prime_bytes(w->level);
	FILE *f = fopen(path, "r");
	uint8_t primes[4 * 192];

	if (!f) {
		fprintf(stderr, "bench: no file of primes: %s\n", path);
		exit(66);
	}
	for (unsigned i = 0; i < PARTIES; i++) {
		for (size_t k = 0; k < 4 * len; k++)
			if (fscanf(f, "%2hhx", &primes[k]) != 1)
				must(TF_E_TRUNCATED, path);
		(void)parties_moduli(w, i, primes);
	}
	(void)fclose(f);
}

/* ---- the world ---- */

typedef struct saved {
	uint8_t seed[32];
	record key, moduli, peer[PARTIES];
} saved;

bool parties_load(parties *w, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		saved s;

		if (fread(&s, sizeof(s), 1, f) != 1)
			must(TF_E_TRUNCATED, path);
		for (unsigned a = 0; a <= ALGORITHMS; a++) { /* it remembers another seed */
			free(p->memo[a]);
			p->memo[a] = NULL;
		}
		memcpy(p->seed, s.seed, sizeof(p->seed));
		tf_identity_public(w->who[i].identity, p->seed);
		p->key = s.key;
		p->moduli = s.moduli;
		memcpy(p->peer, s.peer, sizeof(p->peer));
	}
	(void)fclose(f);
	return true;
}

void parties_save(const parties *w, const char *path)
{
	FILE *f = fopen(path, "wb");
	bool good = f;

	for (unsigned i = 0; good && i < PARTIES; i++) {
		const party *p = &w->p[i];
		saved s = { .key = p->key, .moduli = p->moduli };

		memcpy(s.seed, p->seed, sizeof(s.seed));
		memcpy(s.peer, p->peer, sizeof(s.peer));
		good = fwrite(&s, sizeof(s), 1, f) == 1;
	}
	if (!good || fclose(f) != 0)
		must(TF_E_IO, path);
}

/* ---- protocols ---- */

/* A machine of p has begun, or not; what that took since start is its own. */
static void timed(party *p, tf_err err, double start, const char *what)
{
	must(err, what);
	p->ms += report_clock() - start;
}

void parties_keygen(parties *w, tf_algorithm alg)
{
	tf_keygen_params k = { .t = PARTIES, .workspace = "bench", .key_id = { 1 } };

	parties_meet(w, alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_memory mem = parties_lend(w, i, tf_keygen_room(w->level, alg, PARTIES));
		double start = report_clock();

		timed(p, tf_keygen_begin(&p->machine, mem, &p->clique, &k), start, "keygen");
	}
	parties_run(w, "keygen");
}

void parties_introduce(parties *w)
{
	parties_meet(w, TF_ALG_ECDSA_SECP256K1);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_auxinfo_params a = { .moduli = { p->moduli.b, p->moduli.len } };
		tf_memory mem = parties_lend(w, i, tf_auxinfo_room(w->level, w->alg, PARTIES));
		double start = report_clock();

		timed(p, tf_auxinfo_begin(&p->machine, mem, &p->clique, &a), start, "auxinfo");
	}
	parties_run(w, "auxinfo");
}

static void make_tables(parties *w, party *p, unsigned j, bool own)
{
	tf_kernel_choice kernel = p->clique.kernel;
	tf_memory *mem = &p->tables_memory[j];
	tf_tables **out = &p->tables[j];

	tf_tables_wipe(*out);
	*out = NULL;
	if (!mem->p)
		*mem = (tf_memory){ calloc(1, tf_tables_room(w->level)), tf_tables_room(w->level) };
	if (!mem->p)
		must(TF_E_CAPACITY, "memory");
	if (own)
		must(tf_tables_make_own(out, *mem, w->level, (tf_bytes){ p->moduli.b, p->moduli.len },
		                        &parties_random, kernel, parties_scratch()), "tables");
	else
		must(tf_tables_make_peer(out, *mem, w->level,
		                         (tf_bytes){ p->peer[j].b, p->peer[j].len },
		                         &parties_random, kernel, parties_scratch()), "tables");
}

size_t parties_tables(parties *w, double ms[static PARTIES])
{
	for (unsigned i = 0; i < PARTIES; i++) {
		double start = report_clock();

		for (unsigned j = 0; j < PARTIES; j++)
			make_tables(w, &w->p[i], j, i == j);
		ms[i] = report_clock() - start;
	}
	return PARTIES * tf_tables_room(w->level);
}

void parties_presign(parties *w, uint32_t batch)
{
	parties_meet(w, w->alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_presign_params a = { .key = { p->key.b, p->key.len }, .batch = batch,
		                        .moduli = { p->moduli.b, p->moduli.len }, .confirm = true };
		size_t room = tf_presign_room(w->level, w->alg, PARTIES, batch);
		tf_memory mem = parties_lend(w, i, room);
		double start = report_clock();

		for (unsigned j = 0; j < PARTIES; j++) {
			a.peer[j] = (tf_bytes){ p->peer[j].b, p->peer[j].len };
			a.tables[j] = p->tables[j];
		}
		timed(p, tf_presign_begin(&p->machine, mem, &p->clique, &a), start, "presign");
	}
	parties_run(w, "presign");
}

/* Of an address that was never used before. */
static tf_derivation next_path(void)
{
	static unsigned address;
	tf_derivation path;
	char text[64];

	snprintf(text, sizeof(text), PATH, address++);
	must(tf_derivation_parse(&path, text), "path");
	return path;
}

static void check_signature(parties *w)
{
	uint8_t key[TF_PUBLIC_KEY_BYTES];
	tf_signature first, sig;
	bool valid;

	must(tf_signing_signature(&first, key, w->p[0].machine), "signature");
	must(tf_signature_verify(&valid, w->alg, &first, digest, key, parties_scratch()), "verify");
	for (unsigned i = 1; i < PARTIES; i++) {
		must(tf_signing_signature(&sig, NULL, w->p[i].machine), "signature");
		valid = valid && memcmp(sig.r, first.r, 32) == 0 && memcmp(sig.s, first.s, 32) == 0;
	}
	must(valid ? TF_OK : TF_E_PROOF, "the signature");
}

void parties_sign(parties *w, tf_presignature *presig[static PARTIES])
{
	const tf_derivation path = next_path();

	parties_meet(w, w->alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_signing_params s = { .key = { p->key.b, p->key.len }, .presignature = presig[i] };
		tf_memory mem = parties_lend(w, i, tf_signing_room(w->level, w->alg, PARTIES));
		double start = report_clock();

		memcpy(s.digest, digest, sizeof(s.digest));
		s.path = path;
		timed(p, tf_signing_begin(&p->machine, mem, &p->clique, &s), start, "sign");
	}
	parties_run(w, "sign");
	check_signature(w);
}

void parties_refresh(parties *w, uint32_t epoch)
{
	parties_meet(w, w->alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_reshare_params r = { .change = TF_CHANGE_REFRESH, .t = PARTIES, .epoch = epoch,
		                        .key = { p->key.b, p->key.len }, .epoch_used = epoch - 1,
		                        .form = TF_FORM_THRESHOLD };
		tf_memory mem = parties_lend(w, i, tf_reshare_room(w->level, w->alg, PARTIES));
		double start = report_clock();

		for (unsigned j = 0; j < PARTIES; j++)
			r.seat[j] = (tf_seat_change){ (uint16_t)(j + 1), (uint16_t)(j + 1) };
		timed(p, tf_reshare_begin(&p->machine, mem, &p->clique, &r), start, "refresh");
	}
	parties_run(w, "refresh");
}

void parties_prepare(parties *w, uint32_t batch)
{
	parties_meet(w, w->alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_frost_prepare_params a = { .key = { p->key.b, p->key.len }, .batch = batch,
		                              .confirm = true };
		tf_memory mem = parties_lend(w, i, tf_frost_prepare_room(w->alg, PARTIES, batch));
		double start = report_clock();

		timed(p, tf_frost_prepare_begin(&p->machine, mem, &p->clique, &a), start,
		      "prepare");
	}
	parties_run(w, "prepare");
}

void parties_frost(parties *w, tf_frost_nonces *nonces[static PARTIES])
{
	uint8_t sig[64], key[TF_PUBLIC_KEY_BYTES];
	const tf_bytes message = { digest, sizeof(digest) };
	const tf_derivation path = next_path();
	size_t room = tf_frost_sign_room(w->alg, PARTIES, sizeof(digest));
	bool valid;

	parties_meet(w, w->alg);
	for (unsigned i = 0; i < PARTIES; i++) {
		party *p = &w->p[i];
		tf_frost_sign_params s = { .key = { p->key.b, p->key.len }, .nonces = nonces[i],
		                           .message = message };
		tf_memory mem = parties_lend(w, i, room);
		double start = report_clock();

		s.path = path;
		timed(p, tf_frost_sign_begin(&p->machine, mem, &p->clique, &s), start, "FROST");
	}
	parties_run(w, "FROST");
	must(tf_frost_sign_signature(sig, key, w->p[0].machine), "signature");
	must(tf_schnorr_verify(&valid, w->alg, sig, message, key, parties_scratch()), "verify");
	must(valid ? TF_OK : TF_E_PROOF, "the signature");
}
