#include <stdio.h>
#include <string.h>

#include "harness/harness.h"
#include "wire/statement.h"

static tf_signer signer(uint8_t fill)
{
	TF_AUTO(tf_secret) seed;
	tf_signer s;

	memset(seed.b, fill, sizeof(seed.b));
	tf_signer_init(&s, &seed);
	return s;
}

TEST(a_refusal_is_its_signers_and_covers_every_field)
{
	tf_signer s = signer(1), other = signer(2);
	tf_ctl_refusal m = { .tx = "tx", .device = "guard-1", .error = 0x0502, .check = 826,
	                     .reason = "recipient", .time = 7 };
	tf_ctl_refusal x;

	CHECK_OK(tf_refusal_sign(&m, &s));
	CHECK(tf_refusal_holds(&m, s.pk));
	CHECK(!tf_refusal_holds(&m, other.pk));
	x = m, x.request[0] ^= 1;
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.payload[31] ^= 1;
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.tx = "ty";
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.device = "guard-4";
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.error++;
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.check++;
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.reason = "value";
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.time++;
	CHECK(!tf_refusal_holds(&x, s.pk));
	x = m, x.signature[0] ^= 1;
	CHECK(!tf_refusal_holds(&x, s.pk));
}

TEST(a_refusal_that_is_too_long_is_not_signed)
{
	tf_signer s = signer(1);
	char text[TF_CTL_TEXT_MAX + 2];
	tf_ctl_refusal m = { .tx = "tx", .device = "guard-1", .reason = text };

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK_ERR(tf_refusal_sign(&m, &s), TF_E_USAGE);
	CHECK(!tf_refusal_holds(&m, s.pk));
}
