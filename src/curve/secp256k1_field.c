#include "curve/secp256k1_field.h"

#include "curve/field.h"

static const uint64_t p[4] = { 0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX };

static void from_limbs(tf_kf *out, const uint64_t a[static 4])
{
	out->d[0] = a[0] & TF_KF_MASK;
	out->d[1] = (a[0] >> 52 | a[1] << 12) & TF_KF_MASK;
	out->d[2] = (a[1] >> 40 | a[2] << 24) & TF_KF_MASK;
	out->d[3] = (a[2] >> 28 | a[3] << 36) & TF_KF_MASK;
	out->d[4] = a[3] >> 16;
}

static void to_limbs(uint64_t out[static 4], const tf_kf *reduced)
{
	const uint64_t *d = reduced->d;

	out[0] = d[0] | d[1] << 52;
	out[1] = d[1] >> 12 | d[2] << 40;
	out[2] = d[2] >> 24 | d[3] << 28;
	out[3] = d[3] >> 36 | d[4] << 16;
}

/* t + v, with whole limbs; what lies above 2^256 stays in the topmost one. */
static void ripple(tf_kf *t, uint64_t v)
{
	t->d[0] += v;
	for (unsigned i = 0; i < 4; i++) {
		t->d[i + 1] += t->d[i] >> 52;
		t->d[i] &= TF_KF_MASK;
	}
}

void tf_kf_reduce(tf_kf *out, const tf_kf *a)
{
	tf_kf t = *a, s;
	uint64_t high = t.d[4] >> 48;

	t.d[4] &= TF_KF_TOP;
	ripple(&t, high * TF_KF_FOLD);
	/* below 2^256 + 2^216 now, so that it has p once or not at all: is t + FOLD >= 2^256? */
	s = t;
	ripple(&s, TF_KF_FOLD);
	high = 0 - (uint64_t)(s.d[4] >> 48 != 0);
	s.d[4] &= TF_KF_TOP;
	for (unsigned i = 0; i < 5; i++)
		out->d[i] = (s.d[i] & high) | (t.d[i] & ~high);
}

/* A multiple n p is -n FOLD modulo 2^52, and n is at most 64: few other values are. */
bool tf_kf_is_zero_vt(const tf_kf *a)
{
	tf_kf t;

	if (((0 - a->d[0]) & TF_KF_MASK) > (TF_KF_FOLD << 7))
		return false;
	tf_kf_reduce(&t, a);
	return (t.d[0] | t.d[1] | t.d[2] | t.d[3] | t.d[4]) == 0;
}

bool tf_kf_load(tf_kf *out, const uint8_t in[static 32])
{
	uint64_t v[4], spare[4];

	tf_field_load(v, in);
	from_limbs(out, v);
	return tf_field_limbs_sub(spare, v, p) != 0;
}

void tf_kf_store(uint8_t out[static 32], const tf_kf *a)
{
	uint64_t v[4];
	tf_kf t;

	tf_kf_reduce(&t, a);
	to_limbs(v, &t);
	tf_field_store(out, v);
}

tf_err tf_kf_invert_vt(tf_kf *out, const tf_kf *a)
{
	uint64_t v[4];
	tf_kf t;

	tf_kf_reduce(&t, a);
	to_limbs(v, &t);
	TRY(tf_field_limbs_invert_vt(v, v, p));
	from_limbs(out, v);
	return TF_OK;
}
