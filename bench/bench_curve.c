/* point: what groups compute, on every curve. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "curve/group.h"
#include "options.h"
#include "report.h"

#define ROUND 64u /* operations of a run */

typedef struct work {
	const tf_group *g;
	tf_sc_sec k;
	tf_sc e;
	tf_pt p, out;
	uint8_t encoded[TF_PT_BYTES];
} work;

typedef struct kind {
	const char *name;
	tf_err (*run)(work *w);
} kind;

static tf_err base_secret(work *w)
{
	return tf_pt_mul_base(w->g, &w->out, &w->k);
}

static tf_err point_secret(work *w)
{
	return tf_pt_mul(w->g, &w->out, &w->k, &w->p);
}

static tf_err point_public(work *w)
{
	return tf_pt_mul_vt(w->g, &w->out, &w->e, &w->p);
}

static tf_err two_public(work *w)
{
	return tf_pt_mul2_vt(w->g, &w->out, &w->e, &w->k.s, &w->p);
}

static tf_err sum(work *w)
{
	return tf_pt_add(w->g, &w->out, &w->p, tf_group_base(w->g));
}

static tf_err decode(work *w)
{
	return tf_pt_decode(w->g, &w->out, w->encoded);
}

static const kind kinds[] = {
	{ "k G, secret", base_secret }, { "k P, secret", point_secret },
	{ "k P, public", point_public }, { "a G + b P, public", two_public },
	{ "P + Q", sum }, { "decode", decode },
};

static tf_err fill(void *ctx, uint8_t *out, size_t len)
{
	(void)ctx;
	randombytes_buf(out, len);
	return TF_OK;
}

static const tf_rng rng = { fill, NULL };

static tf_err measure(work *w, const kind *k, const options *o)
{
	report r = { .name = "point", .profile = options_profile(o), .kernel = "portable",
	             .parties = 1, .batch = 1 };
	char more[128];

	for (unsigned i = 0; i < options_runs(o, 20); i++) {
		double start = report_clock();

		for (unsigned j = 0; j < ROUND; j++)
			TRY(k->run(w));
		samples_add(&r.total, (report_clock() - start) / ROUND);
	}
	snprintf(more, sizeof(more), "\"curve\": \"%s\", \"operation\": \"%s\", ",
	         tf_group_name(w->g), k->name);
	r.more = more;
	report_print(&r);
	return TF_OK;
}

static tf_err measure_curve(tf_curve_id id, const options *o)
{
	static uint8_t room[TF_GROUP_ROOM + 64];
	tf_arena mem;
	work w;

	tf_arena_init(&mem, room, sizeof(room));
	TRY(tf_group_init(&w.g, id, &rng, &mem));
	TRY(tf_sc_random(w.g, &w.k, &rng));
	w.e = w.k.s;
	TRY(tf_pt_mul_base(w.g, &w.p, &w.k));
	TRY(tf_sc_random(w.g, &w.k, &rng));
	tf_pt_encode(w.g, w.encoded, &w.p);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		TRY(measure(&w, &kinds[i], o));
	return TF_OK;
}

int main(int argc, char **argv)
{
	static const tf_curve_id ids[] = { TF_CURVE_SECP256K1, TF_CURVE_ED25519, TF_CURVE_P256,
	                                   TF_CURVE_STARK };
	options o;

	options_read(&o, argc, argv);
	if (!options_want(&o, "point"))
		return 0;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		tf_err err = measure_curve(ids[i], &o);

		if (err != TF_OK) {
			fprintf(stderr, "bench_curve: %s\n", tf_err_name(err));
			return 1;
		}
	}
	return 0;
}
