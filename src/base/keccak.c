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

/* rho offsets and pi destinations along the single cycle that pi makes of the 24 moving lanes */
static const uint8_t rotation[24] = {
	1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
};
static const uint8_t lane[24] = {
	10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
};

static uint64_t rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void theta(uint64_t a[static 25])
{
	uint64_t c[5];

	for (unsigned x = 0; x < 5; x++)
		c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (unsigned x = 0; x < 5; x++) {
		uint64_t d = c[(x + 4) % 5] ^ rotl(c[(x + 1) % 5], 1);

		for (unsigned y = 0; y < 25; y += 5)
			a[y + x] ^= d;
	}
}

static void rho_pi(uint64_t a[static 25])
{
	uint64_t t = a[1];

	for (unsigned i = 0; i < 24; i++) {
		uint64_t next = a[lane[i]];

		a[lane[i]] = rotl(t, rotation[i]);
		t = next;
	}
}

static void chi(uint64_t a[static 25])
{
	for (unsigned y = 0; y < 25; y += 5) {
		uint64_t row[5];

		memcpy(row, a + y, sizeof(row));
		for (unsigned x = 0; x < 5; x++)
			a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

static void permute(uint64_t a[static 25])
{
	for (unsigned i = 0; i < 24; i++) {
		theta(a);
		rho_pi(a);
		chi(a);
		a[0] ^= round_constant[i];
	}
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

	for (size_t i = 0; i < len; i++) {
		xor_byte(k, k->pos++, p[i]);
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
