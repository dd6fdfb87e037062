/* Connections: queues, limits, deadlines, closing. */
#include <string.h>

#include "harness/harness.h"
#include "net/conn_state.h"
#include "net/test_stage.h"

TEST(a_dialler_says_why_it_cannot_connect)
{
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ 0 });
	tf_listener_close(s.listener);
	tf_loop_once(s.loop);
	s.listener = NULL;
	stage_dial(&s, (tf_dial_options){ .port = 1 });
	UNTIL(&s, s.client_closed);
	CHECK(s.client_err == TF_E_IO && strcmp(s.client_why, "connection refused") == 0);
	stage_end(&s);
}

TEST(an_idle_connection_is_closed)
{
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .limits = { .idle_ms = 50 } });
	stage_dial(&s, (tf_dial_options){ 0 });
	UNTIL(&s, s.server_closed && s.client_closed);
	CHECK(s.server_err == TF_E_IO && strcmp(s.server_why, "idle for too long") == 0);
	CHECK(s.client_err == TF_OK && strcmp(s.client_why, "closed by peer") == 0);
	stage_end(&s);
}

TEST(a_full_queue_refuses_and_a_peer_that_takes_nothing_is_cut_off)
{
	static uint8_t block[60000], huge[100001];
	tf_err err = TF_OK;
	stage s;
	cast c;

	cast_init(&c);
	stage_init(&s);
	s.pause_on_data = true;
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check_host = "127.0.0.1",
	                                  .limits = { .write_max = 100000, .stall_ms = 100 } });
	UNTIL(&s, s.ready && s.accepted);
	CHECK_ERR(tf_conn_write(s.client, huge, sizeof(huge)), TF_E_BUSY);
	for (int i = 0; i < 10000 && err == TF_OK; i++) {
		err = tf_conn_write(s.client, block, sizeof(block));
		if (err == TF_E_BUSY && !s.client_closed) {
			CHECK(tf_conn_queued(s.client) <= 100000 + 65536);
			tf_loop_once(s.loop);
			err = s.client_closed ? TF_E_STATE : TF_OK;
		}
	}
	UNTIL(&s, s.client_closed);
	CHECK(s.client_err == TF_E_IO);
	CHECK(strcmp(s.client_why, "peer does not take what is sent") == 0);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(paused_bytes_arrive_after_resume_in_order)
{
	static uint8_t block[50000];
	stage s;
	cast c;

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)(i * 7);
	cast_init(&c);
	stage_init(&s);
	s.pause_on_data = true;
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check_host = "127.0.0.1" });
	UNTIL(&s, s.ready && s.accepted);
	CHECK_OK(tf_conn_write(s.client, block, sizeof(block)));
	while (s.got_len < sizeof(block)) {
		size_t before = s.got_len;

		UNTIL(&s, s.got_len > before);
		CHECK(s.got_len - before <= 16384);
		tf_conn_resume(s.server);
		tf_conn_pause(s.server);
		tf_conn_resume(s.server);
	}
	CHECK(memcmp(s.got, block, sizeof(block)) == 0);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(the_last_words_before_a_close_arrive)
{
	static uint8_t block[100000];
	stage s;
	cast c;

	memset(block, 42, sizeof(block));
	cast_init(&c);
	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ .tls = c.server_tls });
	stage_dial(&s, (tf_dial_options){ .tls = c.client_tls, .check_host = "127.0.0.1" });
	UNTIL(&s, s.ready && s.accepted);
	CHECK_OK(tf_conn_write(s.client, block, sizeof(block)));
	tf_conn_close(s.client);
	UNTIL(&s, s.server_closed && s.client_closed);
	CHECK(s.got_len == sizeof(block) && memcmp(s.got, block, sizeof(block)) == 0);
	CHECK(s.server_err == TF_OK && s.client_err == TF_OK);
	stage_end(&s);
	cast_wipe(&c);
}

TEST(connections_are_limited_in_number_and_by_address)
{
	stage a;
	tf_conn *extra;
	tf_dial_options o = { .host = "127.0.0.1" };

	stage_init(&a);
	stage_listen(&a, (tf_listen_options){ .max_conns = 3, .max_per_addr = 1 });
	stage_dial(&a, (tf_dial_options){ 0 });
	UNTIL(&a, a.accepted == 1);
	o.port = tf_listener_port(a.listener);
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	UNTIL(&a, a.failed == 1);
	CHECK(a.failed_err == TF_E_BUSY);
	CHECK(strcmp(a.failed_why, "too many connections from this address") == 0);
	o.local = "127.0.0.2";
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	UNTIL(&a, a.accepted == 2);
	o.local = "127.0.0.3";
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	UNTIL(&a, a.accepted == 3);
	CHECK(tf_listener_count(a.listener) == 3);
	o.local = "127.0.0.4";
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	UNTIL(&a, a.failed == 2);
	CHECK(strcmp(a.failed_why, "too many connections") == 0);
	tf_listener_close(a.listener);
	tf_loop_free(a.loop);
	tf_timer_free(a.pulse);
}

TEST(a_port_in_use_is_named)
{
	tf_listen_options o = { .host = "127.0.0.1" };
	tf_listener *second;
	char why[160] = "";
	stage s;

	stage_init(&s);
	stage_listen(&s, (tf_listen_options){ 0 });
	o.port = tf_listener_port(s.listener);
	CHECK_ERR(tf_listen(&second, s.loop, &o, why, sizeof(why)), TF_E_IO);
	CHECK(strstr(why, "address already in use"));
	o.host = "not an address";
	CHECK_ERR(tf_listen(&second, s.loop, &o, why, sizeof(why)), TF_E_IO);
	CHECK(strstr(why, "invalid argument"));
	stage_end(&s);
}

/* So many of the next connections find no memory (the linker wraps calloc, CMakeLists.txt). */
static unsigned poor;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	if (poor && n == 1 && size == sizeof(struct tf_conn)) {
		poor--;
		return NULL;
	}
	return __real_calloc(n, size);
}

/* Several that come at once, so that each after the first finds the spare handle in use. */
TEST(a_listener_without_memory_turns_away_and_goes_on)
{
	tf_dial_options o = { .host = "127.0.0.1" };
	tf_conn *extra;
	stage a;

	stage_init(&a);
	stage_listen(&a, (tf_listen_options){ 0 });
	o.port = tf_listener_port(a.listener);
	for (unsigned i = 0; i < 4; i++)
		CHECK_OK(tf_dial(&extra, a.loop, &o));
	poor = 3;
	UNTIL(&a, a.failed == 3 && a.accepted == 1);
	CHECK(a.failed_err == TF_E_RESOURCE && strcmp(a.failed_why, "out of memory") == 0);
	CHECK(poor == 0);
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	UNTIL(&a, a.accepted == 2);
	CHECK(tf_listener_count(a.listener) == 2);
	tf_listener_close(a.listener);
	tf_loop_free(a.loop);
	tf_timer_free(a.pulse);
}

/* The listener goes while it turns somebody away. */
TEST(a_listener_without_memory_can_be_closed)
{
	tf_dial_options o = { .host = "127.0.0.1" };
	tf_conn *extra;
	stage a;

	stage_init(&a);
	stage_listen(&a, (tf_listen_options){ 0 });
	o.port = tf_listener_port(a.listener);
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	CHECK_OK(tf_dial(&extra, a.loop, &o));
	poor = 2;
	UNTIL(&a, a.failed >= 1);
	tf_listener_close(a.listener);
	tf_loop_free(a.loop);
	tf_timer_free(a.pulse);
	CHECK(a.accepted == 0);
}
