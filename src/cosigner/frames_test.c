/* What runs send fits through the channel between co-signers, or they do not begin. */
#include "cosigner/node.h"
#include "harness/harness.h"

static size_t longest(tf_protocol protocol, uint16_t n, uint32_t batch)
{
	tf_open open = { .protocol = protocol, .n = n, .batch = batch };

	return tf_session_sizes(&open, &tf_profile_p128, 0).message + 1;
}

/* Alerts, of all messages: a proof about every other party. */
TEST(frames_among_sixteen_parties_fit)
{
	for (uint16_t n = 2; n <= TF_PARTIES_MAX; n++) {
		CHECK(longest(TF_KEYGEN, n, 1) <= TF_NODE_FRAME_MAX);
		CHECK(longest(TF_AUXINFO, n, 1) <= TF_NODE_FRAME_MAX);
		CHECK(longest(TF_PRESIGN, n, 1) <= TF_NODE_FRAME_MAX);
		CHECK(longest(TF_PRESIGN, n, 4) <= TF_NODE_FRAME_MAX);
		CHECK(longest(TF_SIGN, n, 1) <= TF_NODE_FRAME_MAX); /* with a presignature of its own */
	}
	CHECK(longest(TF_PRESIGN, 3, TF_PRESIGN_BATCH_MAX) <= TF_NODE_FRAME_MAX);
	CHECK(longest(TF_PRESIGN, TF_PARTIES_MAX, TF_PRESIGN_BATCH_MAX) > TF_NODE_FRAME_MAX);
}
