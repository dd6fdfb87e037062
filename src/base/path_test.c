#include "base/path.h"

#include <string.h>

#include "harness/harness.h"

static tf_err parse(tf_path *p, const char *text)
{
	return tf_path_parse(p, text, strlen(text));
}

TEST(path_text_and_value_are_inverse)
{
	static const char *const good[] = {
		"m", "m/0", "m/44/1/0/0/0", "m/44/60/2147483647/0/0", "m/1/2/3/4/5/6/7/8/9/10",
	};
	char text[TF_PATH_TEXT];

	for (size_t i = 0; i < TF_ARRAY_LEN(good); i++) {
		tf_path p;

		CHECK_OK(parse(&p, good[i]));
		CHECK_OK(tf_path_format(text, &p));
		CHECK(strcmp(text, good[i]) == 0);
	}
}

TEST(path_levels)
{
	tf_path p, q;

	CHECK_OK(parse(&p, "m/44/1/7/0/0"));
	CHECK(p.len == 5 && p.index[0] == 44 && p.index[1] == 1 && p.index[2] == 7);
	CHECK(p.index[3] == 0 && p.index[4] == 0 && p.index[5] == 0);
	CHECK_OK(tf_path_bip44(&q, TF_PATH_COIN_TESTNET, 7));
	CHECK(tf_path_eq(&p, &q));
	CHECK_OK(tf_path_bip44(&q, TF_PATH_COIN_TESTNET, 8));
	CHECK(!tf_path_eq(&p, &q));
	CHECK_OK(parse(&q, "m/44/1/7/0"));
	CHECK(!tf_path_eq(&p, &q));
}

TEST(path_refusals)
{
	static const struct {
		const char *text;
		tf_err want;
	} bad[] = {
		{ "", TF_E_ENCODING },
		{ "M/44", TF_E_ENCODING },
		{ "44/1", TF_E_ENCODING },
		{ "m/", TF_E_ENCODING },
		{ "m/44/", TF_E_ENCODING },
		{ "m//44", TF_E_ENCODING },
		{ "m44", TF_E_ENCODING },
		{ "m/044", TF_E_ENCODING },
		{ "m/-1", TF_E_ENCODING },
		{ "m/ 1", TF_E_ENCODING },
		{ "m/1 ", TF_E_ENCODING },
		{ "m/0x1", TF_E_ENCODING },
		{ "m/4294967296", TF_E_ENCODING },
		{ "m/99999999999999999999999", TF_E_ENCODING },
		{ "m/44'", TF_E_UNSUPPORTED },
		{ "m/44h/1", TF_E_UNSUPPORTED },
		{ "m/2147483648", TF_E_UNSUPPORTED },
		{ "m/1/2/3/4/5/6/7/8/9/10/11", TF_E_TOO_LARGE },
	};
	tf_path p = { .len = 3 };

	for (size_t i = 0; i < TF_ARRAY_LEN(bad); i++)
		CHECK_ERR(parse(&p, bad[i].text), bad[i].want);
	CHECK(p.len == 3);
}

TEST(path_out_of_contract)
{
	char text[TF_PATH_TEXT];
	tf_path p = { .len = TF_PATH_MAX + 1 };

	CHECK_ERR(tf_path_format(text, &p), TF_E_USAGE);
	CHECK(!tf_path_eq(&p, &p));
	p = (tf_path){ .len = 1, .index = { TF_PATH_INDEX_LIMIT } };
	CHECK_ERR(tf_path_format(text, &p), TF_E_USAGE);
	CHECK_ERR(tf_path_bip44(&p, TF_PATH_INDEX_LIMIT, 0), TF_E_USAGE);
	CHECK_ERR(tf_path_bip44(&p, 0, TF_PATH_INDEX_LIMIT), TF_E_USAGE);
	memset(p.index, 0x7f, sizeof(p.index));
	p.len = TF_PATH_MAX;
	CHECK_OK(tf_path_format(text, &p));
	CHECK(strlen(text) < TF_PATH_TEXT);
}
