#include "attest/ticket.h"

#include <string.h>

#include "harness/harness.h"
#include "harness/tape.h"

static const tf_holder guard = { "acme", TF_ROLE_GUARD, 1, "guard-1" };
static const tf_sans none;

static tf_ticket make(char text[static TF_TICKET_TEXT + 1])
{
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);
	tf_ticket t;

	CHECK_OK(tf_ticket_make(&t, text, &guard, &none, 1000, TF_TICKET_SECONDS, &rng));
	return t;
}

TEST(ticket_is_found_by_its_hash_and_good_until_it_expires)
{
	char text[TF_TICKET_TEXT + 1];
	tf_ticket t = make(text);
	uint8_t hash[32];

	CHECK_OK(tf_ticket_hash(hash, text));
	CHECK_OK(tf_ticket_check(&t, hash, 1000));
	CHECK_OK(tf_ticket_check(&t, hash, 1000 + TF_TICKET_SECONDS - 1));
	CHECK_ERR(tf_ticket_check(&t, hash, 1000 + TF_TICKET_SECONDS), TF_E_EXPIRED);
	CHECK(memmem(&t, sizeof(t), text, 16) == NULL);
	hash[31] ^= 1;
	CHECK_ERR(tf_ticket_check(&t, hash, 1000), TF_E_AUTH);
}

TEST(ticket_dies_of_use_and_of_failures)
{
	char text[TF_TICKET_TEXT + 1];
	tf_ticket t = make(text);
	uint8_t hash[32];

	CHECK_OK(tf_ticket_hash(hash, text));
	t.attempts = TF_TICKET_ATTEMPTS - 1;
	CHECK_OK(tf_ticket_check(&t, hash, 1000));
	t.attempts++;
	CHECK_ERR(tf_ticket_check(&t, hash, 1000), TF_E_STATE);
	t.attempts = 0;
	t.used = true;
	CHECK_ERR(tf_ticket_check(&t, hash, 1000), TF_E_REPLAY);
}

TEST(ticket_text_has_one_form)
{
	char text[TF_TICKET_TEXT + 2], other[TF_TICKET_TEXT + 2];
	uint8_t hash[32];

	make(text);
	strcpy(other, text);
	other[63] = '\0';
	CHECK_ERR(tf_ticket_hash(hash, other), TF_E_ENCODING);
	strcpy(other, text);
	strcat(other, "0");
	CHECK_ERR(tf_ticket_hash(hash, other), TF_E_ENCODING);
	strcpy(other, text);
	other[7] = 'g';
	CHECK_ERR(tf_ticket_hash(hash, other), TF_E_ENCODING);
	memset(other, 'A', 64);
	CHECK_ERR(tf_ticket_hash(hash, other), TF_E_ENCODING);
	CHECK_ERR(tf_ticket_hash(hash, ""), TF_E_ENCODING);
}

TEST(ticket_is_made_for_those_who_enrol_only)
{
	char text[TF_TICKET_TEXT + 1];
	tf_tape tape;
	tf_rng rng = tf_tape_init(&tape, tf_test_seed(), 0);
	tf_holder h = guard;
	tf_sans sans = { 0 };
	tf_ticket t;

	CHECK_ERR(tf_ticket_make(&t, text, &h, &none, 0, 0, &rng), TF_E_USAGE);
	CHECK_ERR(tf_ticket_make(&t, text, &h, &none, 0, TF_TICKET_SECONDS + 1, &rng),
	          TF_E_USAGE);
	h.set = 0;
	CHECK_ERR(tf_ticket_make(&t, text, &h, &none, 0, 60, &rng), TF_E_USAGE);
	h.role = TF_ROLE_RA;
	CHECK_ERR(tf_ticket_make(&t, text, &h, &none, 0, 60, &rng), TF_E_USAGE);
	h.role = TF_ROLE_ADMIN;
	CHECK_ERR(tf_ticket_make(&t, text, &h, &none, 0, 60, &rng), TF_E_USAGE);
	h.role = TF_ROLE_COORDINATOR;
	CHECK_OK(tf_sans_add(&sans, "ip:127.0.0.1"));
	CHECK_OK(tf_ticket_make(&t, text, &h, &sans, 0, 60, &rng));
	CHECK_ERR(tf_ticket_make(&t, text, &guard, &sans, 0, 60, &rng), TF_E_USAGE);
}
