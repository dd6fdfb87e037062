/* ed25519 over a libsodium that has never heard of subgroups: this program brings its own
 * crypto_scalarmult_ed25519_noclamp, which multiplies any point of the curve without a question.
 * (Those before the fix for CVE-2025-69277 let points of order 2 L through.) Decoding must refuse
 * them by itself. */
#include <sodium.h>
#include <string.h>

#include "curve/kit_test.h"

static unsigned asked;

int crypto_scalarmult_ed25519_noclamp(unsigned char *q, const unsigned char *n,
                                      const unsigned char *p)
{
	uint8_t acc[32] = { 1 };

	asked++;
	for (unsigned i = 256; i-- > 0;) {
		if (crypto_core_ed25519_add(acc, acc, acc) != 0)
			return -1;
		if (n[i / 8] >> (i % 8) & 1 && crypto_core_ed25519_add(acc, acc, p) != 0)
			return -1;
	}
	memcpy(q, acc, sizeof(acc));
	return 0;
}

static void check_good(const tf_group *g, char *const *field)
{
	tf_pt p;

	curve_pt(g, &p, field[1]);
}

static void check_bad(const tf_group *g, char *const *field)
{
	uint8_t b[TF_PT_BYTES];
	tf_pt p;

	curve_unhex(b, sizeof(b), field[0]);
	if (tf_pt_decode(g, &p, b) != TF_E_ENCODING)
		tf_test_fail(__FILE__, __LINE__, "taken for a point: %s", field[0]);
}

TEST(torsion_is_refused_whatever_libsodium_thinks)
{
	const tf_group *g = curve_open(TF_CURVE_ED25519);

	CHECK(curve_lines(g, "mulp", check_good) >= 40);
	CHECK(asked >= 40);
	CHECK(curve_lines(g, "bad", check_bad) >= 14);
}
