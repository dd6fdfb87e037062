/* The vector registers of AVX-512, for files that are compiled for it: kernels with secrets empty
 * them when they are done, since no function that they return to has to. A signal's frame, a core
 * dump or the dynamic linker would save what is there.
 */
#ifndef TF_NUM_VECTORS_H
#define TF_NUM_VECTORS_H

#include <immintrin.h>

/* Nothing of what was computed stays in a vector register. */
void tf_vectors_clear(void);

/* All 32 registers = *from. _mm256_zeroall clears registers 0 to 15 only. Here 32 volatile loads
 * come before the first of 32 volatile stores, so that all registers are wanted at once; a test
 * looks whether they are. */
static inline void tf_vectors_fill(const volatile __m512i *from)
{
	volatile __m512i sink;
	const __m512i x0 = *from, x1 = *from, x2 = *from, x3 = *from;
	const __m512i x4 = *from, x5 = *from, x6 = *from, x7 = *from;
	const __m512i x8 = *from, x9 = *from, x10 = *from, x11 = *from;
	const __m512i x12 = *from, x13 = *from, x14 = *from, x15 = *from;
	const __m512i x16 = *from, x17 = *from, x18 = *from, x19 = *from;
	const __m512i x20 = *from, x21 = *from, x22 = *from, x23 = *from;
	const __m512i x24 = *from, x25 = *from, x26 = *from, x27 = *from;
	const __m512i x28 = *from, x29 = *from, x30 = *from, x31 = *from;

	sink = x0; sink = x1; sink = x2; sink = x3;
	sink = x4; sink = x5; sink = x6; sink = x7;
	sink = x8; sink = x9; sink = x10; sink = x11;
	sink = x12; sink = x13; sink = x14; sink = x15;
	sink = x16; sink = x17; sink = x18; sink = x19;
	sink = x20; sink = x21; sink = x22; sink = x23;
	sink = x24; sink = x25; sink = x26; sink = x27;
	sink = x28; sink = x29; sink = x30; sink = x31;
	(void)sink;
}

#endif
