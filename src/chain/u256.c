#include "chain/u256.h"

#include <string.h>

typedef unsigned __int128 wide;

tf_err tf_u256_from_be(tf_u256 *out, const uint8_t *in, size_t len)
{
	tf_u256 v = { { 0 } };

	if (len > 32)
		return TF_E_TOO_LARGE;
	for (size_t i = 0; i < len; i++) {
		size_t place = len - 1 - i;

		v.w[place / 8] |= (uint64_t)in[i] << (8 * (place % 8));
	}
	*out = v;
	return TF_OK;
}

void tf_u256_to_be(uint8_t out[static 32], const tf_u256 *v)
{
	for (size_t i = 0; i < 32; i++)
		out[31 - i] = (uint8_t)(v->w[i / 8] >> (8 * (i % 8)));
}

tf_err tf_u256_to_u64(uint64_t *out, const tf_u256 *v)
{
	if (v->w[1] || v->w[2] || v->w[3])
		return TF_E_TOO_LARGE;
	*out = v->w[0];
	return TF_OK;
}

int tf_u256_cmp(const tf_u256 *a, const tf_u256 *b)
{
	for (unsigned i = 4; i-- > 0;) {
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	}
	return 0;
}

bool tf_u256_is_zero(const tf_u256 *v)
{
	return !(v->w[0] | v->w[1] | v->w[2] | v->w[3]);
}

tf_err tf_u256_add(tf_u256 *out, const tf_u256 *a, const tf_u256 *b)
{
	tf_u256 sum;
	wide carry = 0;

	for (unsigned i = 0; i < 4; i++) {
		carry += (wide)a->w[i] + b->w[i];
		sum.w[i] = (uint64_t)carry;
		carry >>= 64;
	}
	if (carry)
		return TF_E_TOO_LARGE;
	*out = sum;
	return TF_OK;
}

tf_err tf_u256_sub(tf_u256 *out, const tf_u256 *a, const tf_u256 *b)
{
	tf_u256 difference;
	uint64_t borrow = 0;

	if (tf_u256_cmp(a, b) < 0)
		return TF_E_TOO_LARGE;
	for (unsigned i = 0; i < 4; i++) {
		wide d = (wide)a->w[i] - b->w[i] - borrow;

		difference.w[i] = (uint64_t)d;
		borrow = (uint64_t)(d >> 64) & 1;
	}
	*out = difference;
	return TF_OK;
}

tf_err tf_u256_mul(tf_u256 *out, const tf_u256 *a, const tf_u256 *b)
{
	uint64_t product[8] = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		wide carry = 0;

		for (unsigned j = 0; j < 4; j++) {
			carry += (wide)a->w[i] * b->w[j] + product[i + j];
			product[i + j] = (uint64_t)carry;
			carry >>= 64;
		}
		product[i + 4] = (uint64_t)carry;
	}
	if (product[4] | product[5] | product[6] | product[7])
		return TF_E_TOO_LARGE;
	memcpy(out->w, product, sizeof(out->w));
	return TF_OK;
}

/* v = 10 v + digit */
static tf_err push_digit(tf_u256 *v, unsigned digit)
{
	wide carry = digit;

	for (unsigned i = 0; i < 4; i++) {
		carry += (wide)v->w[i] * 10;
		v->w[i] = (uint64_t)carry;
		carry >>= 64;
	}
	return carry ? TF_E_TOO_LARGE : TF_OK;
}

/* v = v / 10; returns the remainder */
static unsigned pop_digit(tf_u256 *v)
{
	wide rest = 0;

	for (unsigned i = 4; i-- > 0;) {
		rest = rest << 64 | v->w[i];
		v->w[i] = (uint64_t)(rest / 10);
		rest %= 10;
	}
	return (unsigned)rest;
}

/* Is it digits, or digits '.' digits, as u256.h says? Then *fraction receives how many stand after
 * the point. */
static tf_err check_shape(size_t *fraction, const char *text, size_t len)
{
	size_t point = len;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' && point == len)
			point = i;
		else if (text[i] < '0' || text[i] > '9')
			return TF_E_ENCODING;
	}
	if (point == 0 || point + 1 == len || (point > 1 && text[0] == '0'))
		return TF_E_ENCODING;
	*fraction = point == len ? 0 : len - point - 1;
	return TF_OK;
}

tf_err tf_u256_from_decimal(tf_u256 *out, const char *text, size_t len, unsigned decimals)
{
	tf_u256 v = { { 0 } };
	size_t fraction;

	if (decimals > TF_U256_DECIMALS_MAX)
		return TF_E_USAGE;
	TRY(check_shape(&fraction, text, len));
	if (fraction > decimals)
		return TF_E_ENCODING;
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '.')
			TRY(push_digit(&v, (unsigned)(text[i] - '0')));
	}
	for (size_t i = fraction; i < decimals; i++)
		TRY(push_digit(&v, 0));
	*out = v;
	return TF_OK;
}

tf_err tf_u256_to_decimal(char out[static TF_U256_TEXT], const tf_u256 *v, unsigned decimals)
{
	char reversed[TF_U256_TEXT];
	tf_u256 rest = *v;
	size_t n = 0;
	bool fraction = false;

	if (decimals > TF_U256_DECIMALS_MAX)
		return TF_E_USAGE;
	for (unsigned place = 0; place <= decimals || !tf_u256_is_zero(&rest); place++) {
		unsigned digit = pop_digit(&rest);

		if (place == decimals && fraction)
			reversed[n++] = '.';
		if (place < decimals && !digit && !fraction)
			continue;
		fraction = fraction || place < decimals;
		reversed[n++] = (char)('0' + digit);
	}
	for (size_t i = 0; i < n; i++)
		out[i] = reversed[n - 1 - i];
	out[n] = '\0';
	return TF_OK;
}

tf_err tf_u64_from_decimal(uint64_t *out, const char *text, size_t len)
{
	tf_u256 v;

	TRY(tf_u256_from_decimal(&v, text, len, 0));
	return tf_u256_to_u64(out, &v);
}
