#include "base/keccak.h"

#include <string.h>

#include "base/secret.h"

static const uint64_t round_constant[24] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
	0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
	0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
	0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
	0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static uint64_t rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

/* The steps are written out: with indices and rotations that are constants they take a third of the
 * time. */
static void theta(uint64_t a[static 25])
{
	uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
	uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
	uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
	uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
	uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
	uint64_t d0 = c4 ^ rotl(c1, 1), d1 = c0 ^ rotl(c2, 1), d2 = c1 ^ rotl(c3, 1);
	uint64_t d3 = c2 ^ rotl(c4, 1), d4 = c3 ^ rotl(c0, 1);

	for (unsigned y = 0; y < 25; y += 5) {
		a[y] ^= d0;
		a[y + 1] ^= d1;
		a[y + 2] ^= d2;
		a[y + 3] ^= d3;
		a[y + 4] ^= d4;
	}
}

static void rho_pi(uint64_t b[static 25], const uint64_t a[static 25])
{
	b[0] = a[0]; b[1] = rotl(a[6], 44); b[2] = rotl(a[12], 43); b[3] = rotl(a[18], 21);
	b[4] = rotl(a[24], 14);
	b[5] = rotl(a[3], 28); b[6] = rotl(a[9], 20); b[7] = rotl(a[10], 3);
	b[8] = rotl(a[16], 45); b[9] = rotl(a[22], 61);
	b[10] = rotl(a[1], 1); b[11] = rotl(a[7], 6); b[12] = rotl(a[13], 25);
	b[13] = rotl(a[19], 8); b[14] = rotl(a[20], 18);
	b[15] = rotl(a[4], 27); b[16] = rotl(a[5], 36); b[17] = rotl(a[11], 10);
	b[18] = rotl(a[17], 15); b[19] = rotl(a[23], 56);
	b[20] = rotl(a[2], 62); b[21] = rotl(a[8], 55); b[22] = rotl(a[14], 39);
	b[23] = rotl(a[15], 41); b[24] = rotl(a[21], 2);
}

static void chi(uint64_t a[static 25], const uint64_t b[static 25])
{
	for (unsigned y = 0; y < 25; y += 5) {
		a[y] = b[y] ^ (~b[y + 1] & b[y + 2]);
		a[y + 1] = b[y + 1] ^ (~b[y + 2] & b[y + 3]);
		a[y + 2] = b[y + 2] ^ (~b[y + 3] & b[y + 4]);
		a[y + 3] = b[y + 3] ^ (~b[y + 4] & b[y]);
		a[y + 4] = b[y + 4] ^ (~b[y] & b[y + 1]);
	}
}

static void permute(uint64_t a[static 25])
{
	uint64_t b[25];

	for (unsigned i = 0; i < 24; i++) {
		theta(a);
		rho_pi(b, a);
		chi(a, b);
		a[0] ^= round_constant[i];
	}
	tf_wipe(b, sizeof(b));
}

static uint64_t load64(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

static void xor_byte(tf_keccak *k, uint32_t pos, uint8_t b)
{
	k->a[pos / 8] ^= (uint64_t)b << (8 * (pos % 8));
}

void tf_shake256_init(tf_keccak *k)
{
	*k = (tf_keccak){ .rate = 136, .pad = 0x1f };
}

void tf_keccak_absorb(tf_keccak *k, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i = 0;

	while (i < len) {
		if (k->pos % 8 == 0 && len - i >= 8) { /* the rate is a multiple of 8 */
			k->a[k->pos / 8] ^= load64(p + i);
			k->pos += 8;
			i += 8;
		} else {
			xor_byte(k, k->pos++, p[i++]);
		}
		if (k->pos == k->rate) {
			permute(k->a);
			k->pos = 0;
		}
	}
}

void tf_keccak_squeeze(tf_keccak *k, void *out, size_t len)
{
	uint8_t *p = out;

	if (k->pad) {
		xor_byte(k, k->pos, k->pad);
		xor_byte(k, k->rate - 1, 0x80);
		k->pad = 0;
		k->pos = k->rate;
	}
	for (size_t i = 0; i < len; i++) {
		if (k->pos == k->rate) {
			permute(k->a);
			k->pos = 0;
		}
		p[i] = (uint8_t)(k->a[k->pos / 8] >> (8 * (k->pos % 8)));
		k->pos++;
	}
}

void tf_keccak_wipe(tf_keccak *k)
{
	tf_wipe(k, sizeof(*k));
}

void tf_keccak256(uint8_t out[static 32], const void *data, size_t len)
{
	TF_AUTO(tf_keccak) k = { .rate = 136, .pad = 0x01 };

	tf_keccak_absorb(&k, data, len);
	tf_keccak_squeeze(&k, out, 32);
}

void tf_shake256_hash(uint8_t out[static 32], const void *data, size_t len)
{
	TF_AUTO(tf_keccak) k;

	tf_shake256_init(&k);
	tf_keccak_absorb(&k, data, len);
	tf_keccak_squeeze(&k, out, 32);
}
