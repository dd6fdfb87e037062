#include <string.h>

#include "proto/stage_test.h"

static stage s;
static const tf_path account = { .index = { 44, 1, 0, 0, 0 }, .len = 5 };
static const uint8_t digest[32] = { 0xd1, 0x9e, 0x57 };

TEST(presign_and_sign_by_three)
{
	stage_init(&s, 3, &tf_profile_small);
	stage_presign(&s, 1, true);
	stage_start_sign(&s, 0, &account, digest);
	cast_run(&s.c);
	stage_check_signature(&s, &account, digest);
	stage_free(&s);
}
