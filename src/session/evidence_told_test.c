/* A session's evidence in another form: what is gained by telling it as a run without opening? */
#include <string.h>

#include "session/scene_test.h"
#include "wire_testimony.h"

static void other_share(void *m, tf_session *s)
{
	tf_sc *f = &((tf_msg_keygen_share *)m)->f.s;

	tf_sc_add(s->env.g, f, f, f);
}

/* The session told as a run without opening: what the id is the hash of need not be given then, and
 * everybody's key is in the context all the same. */
static bool testimony_convicts(unsigned other_key)
{
	static uint8_t bytes[1 << 18], room[1 << 16] __attribute__((aligned(64)));
	tf_testimony_party party[3] = { { .device = NULL } };
	tf_rec_testimony t;
	tf_rec_evidence m;
	tf_evidence_verdict v;
	tf_arena mem;
	size_t len = 0;

	CHECK_OK(scene_judge(&v, scene_file[0].bytes, scene_file[0].len));
	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_wire_decode_framed(&tf_rec_evidence_wire, &m, NULL, &mem, scene_file[0].bytes,
	                               scene_file[0].len));
	t = (tf_rec_testimony){ .profile = m.profile, .curve = m.curve, .stage = m.stage, .t = m.t,
	                        .parties = party, .parties_n = m.parties_n, .self = m.self,
	                        .party = m.party, .round = m.round, .check = m.check,
	                        .batch = m.batch, .context = m.context, .messages = m.messages,
	                        .messages_n = m.messages_n };
	memcpy(t.session, v.sid, sizeof(t.session));
	for (unsigned i = 0; i < 3; i++) {
		party[i].device = m.parties[i].device;
		party[i].slot = m.parties[i].slot;
		memcpy(party[i].identity, m.parties[i].identity, 32);
		party[i].identity[0] ^= i == other_key;
	}
	CHECK_OK(tf_wire_encode_framed(&tf_rec_testimony_wire, bytes, sizeof(bytes), &len, NULL, &t));
	return scene_convicts(bytes, len);
}

TEST_SLOW(evidence_told_as_of_no_session_convicts_as_it_did, 300)
{
	scene = house_new(1);
	scene_only_to = 0; /* a complaint: two of its messages are all that is judged */
	scene_target = TF_MSG_KEYGEN_SHARE;
	scene_alter = other_share;
	scene_run(&house_keygen);
	scene_check_files(TF_CK_KEYGEN_SHARE, 2, 2);
	CHECK(testimony_convicts(3));
	for (unsigned i = 0; i < 3; i++)
		CHECK(!testimony_convicts(i));
	scene_forget();
	house_free(scene);
}
