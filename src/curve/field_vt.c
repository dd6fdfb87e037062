/* What is computed of public numbers alone, in a time that depends on them. */
#include <gmp.h>
#include <string.h>

#include "curve/field.h"

/* mpn_gcdext wants the first operand not smaller than the second, whose topmost limb is not 0, and
 * destroys both: of a + m. */
tf_err tf_field_limbs_invert_vt(uint64_t out[static 4], const uint64_t a[static 4],
                                const uint64_t m[static 4])
{
	mp_limb_t u[6] = { 0 }, v[5] = { 0 }, g[6], s[7] = { 0 };
	mp_size_t len = 0, n = 4;

	while (n > 0 && !m[n - 1])
		n--;
	if (n == 0)
		return TF_E_USAGE;
	memcpy(v, m, 4 * sizeof(*v));
	memcpy(u, a, 4 * sizeof(*u));
	u[4] = mpn_add_n(u, u, v, 4);
	if (mpn_gcdext(g, s, &len, u, u[4] ? 5 : 4, v, n) != 1 || g[0] != 1)
		return TF_E_USAGE;
	for (mp_size_t i = len < 0 ? -len : len; i < 4; i++)
		s[i] = 0;
	memcpy(out, s, 4 * sizeof(*out));
	if (len < 0)
		(void)tf_field_limbs_sub(out, m, out);
	return TF_OK;
}
