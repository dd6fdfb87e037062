#include "num/kernel_impl.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#include "num/ifma.h"
#endif

const tf_kernel *tf_kernel_portable(void)
{
	static const tf_kernel portable = { .name = "portable", .shared = tf_power_shared };

	return &portable;
}

#ifdef __x86_64__
/* Bits of XCR0: SSE, AVX, opmask, upper halves of ZMM0-15, ZMM16-31. */
#define XCR0_AVX512 0xe6u

/* Inside an SGX enclave XCR0 is the XFRM that is attested: EENTER puts it there (SDM 3D). What the
 * host makes CPUID say there can make us slow, or end us, and no more. */
__attribute__((target("xsave"))) static bool registers_saved(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) &&
	       (_xgetbv(0) & XCR0_AVX512) == XCR0_AVX512;
}

static bool has_ifma(void)
{
	const unsigned want = bit_AVX512F | bit_AVX512DQ | bit_AVX512IFMA;
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & want) == want && registers_saved();
}

const tf_kernel *tf_kernel_ifma(void)
{
	static const tf_kernel ifma = {
		.name = "ifma", .shape = tf_ifma_shape, .power = tf_ifma_power,
		.scratch = TF_IFMA_SCRATCH, .has_one = tf_ifma_has_one,
		.power_one = tf_ifma_power_one, .scratch_one = TF_IFMA_SCRATCH_ONE,
		.words = tf_ifma_words, .columns = tf_ifma_columns, .form = tf_ifma_form,
		.price = tf_ifma_price, .shared = tf_ifma_shared,
		.has_fermat = tf_ifma_has_fermat, .fermat = tf_ifma_fermat,
	};

	return has_ifma() ? &ifma : NULL;
}
#else
const tf_kernel *tf_kernel_ifma(void)
{
	return NULL;
}
#endif

tf_err tf_kernel_find(const tf_kernel **out, const char *name)
{
	const tf_kernel *ifma = tf_kernel_ifma();
	bool best = strcmp(name, "auto") == 0;

	if (strcmp(name, "portable") == 0)
		*out = tf_kernel_portable();
	else if (best || strcmp(name, "ifma") == 0)
		*out = best && !ifma ? tf_kernel_portable() : ifma;
	else
		return TF_E_USAGE;
	return *out ? TF_OK : TF_E_UNSUPPORTED;
}

const char *tf_kernel_name(const tf_kernel *k)
{
	return k ? k->name : tf_kernel_portable()->name;
}
