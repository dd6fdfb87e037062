/* Names that a key generation may be begun with. */
#include <string.h>

#include "proto/cast_test.h"
#include "proto/keygen.h"

static cast c;
static tf_keygen kg;

static tf_err start_in(const char *workspace)
{
	tf_keygen_args args = { .env = &c.env[0], .t = 2, .workspace = workspace };

	return tf_keygen_start(&kg, &args, &c.mem[0], &c.out[0]);
}

TEST(keygen_refuses_workspaces_that_no_certificate_can_name)
{
	char name[TF_WORKSPACE_MAX + 2];

	cast_init(&c, 3, &tf_profile_small, TF_CURVE_SECP256K1);
	cast_rooms(&c, tf_keygen_sizes(&tf_profile_small, 3));
	memset(name, 'w', sizeof(name));
	name[TF_WORKSPACE_MAX + 1] = '\0';
	CHECK_ERR(start_in(name), TF_E_USAGE);
	CHECK_ERR(start_in("two\nlines"), TF_E_USAGE);
	CHECK_ERR(start_in("\xff"), TF_E_USAGE); /* not UTF-8 */
	CHECK(c.out[0].count == 0);
	name[TF_WORKSPACE_MAX] = '\0';
	CHECK_OK(start_in(name));
	CHECK(c.out[0].count > 0);
	cast_free(&c);
}
