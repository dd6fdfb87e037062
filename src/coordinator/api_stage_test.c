#include "coordinator/api_stage_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/harness.h"
#include "net/http_server_state.h"

static tf_chain_rule rule = {
	.asset_id = "ETH_TEST5", .type = TF_CHAIN_EVM, .chain_id = 11155111, .coin_type = 1,
	.testnet = true, .symbol = "ETH", .decimals = 18, .gas_limit_default = "21000",
	.max_fee_per_gas_default = "30000000000", .max_priority_fee_per_gas_default = "2000000000",
	.max_fee_per_gas_cap = "100000000000",
};

static const char raw_body[] =
	"{\"operation\":\"RAW\",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"0\"},"
	"\"extraParameters\":{\"rawMessageData\":{\"algorithm\":\"MPC_ECDSA_SECP256K1\","
	"\"messages\":[{\"content\":\"00112233445566778899aabbccddeeff"
	"00112233445566778899aabbccddeeff\",\"derivationPath\":[44,1,0,0,0]}]}}}";

static const char transfer_body[] =
	"{\"assetId\":\"ETH_TEST5\",\"source\":{\"type\":\"VAULT_ACCOUNT\",\"id\":\"0\"},"
	"\"destination\":{\"type\":\"ONE_TIME_ADDRESS\",\"oneTimeAddress\":{\"address\":"
	"\"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\"}},\"amount\":\"0.01\"%s}";

api_stage door;

static tf_http_server server;

static void answered(void *ctx, const tf_http_call *call, int status, size_t body_len)
{
	(void)ctx;
	(void)call;
	CHECK(door.status == 0);
	door.status = status;
	door.body_len = body_len;
}

static void ended(void *ctx, tf_err e)
{
	CHECK(ctx == &door && e != TF_OK && stage.c.failed == e);
	door.ends++;
}

static void make_user(void)
{
	tf_api_user *u = &door.user;

	*u = (tf_api_user){ .n_primaries = 1, .raw_signing = true };
	snprintf(u->id, sizeof(u->id), "u");
	snprintf(u->role, sizeof(u->role), "ADMIN");
	snprintf(u->primaries[0], sizeof(u->primaries[0]), "primary-1");
}

/* In groups, as the program has them. */
static void start_turn(void)
{
	tf_turn_free(stage.c.turn);
	tf_book_defer(stage.c.book);
	CHECK_OK(tf_coordinator_start_turn(&stage.c));
}

void api_begin(void)
{
	static engine_paper p;
	tf_sharing f;

	engine_begin();
	stage.w.chains = &rule;
	stage.w.n_chains = 1;
	f = engine_asked();
	(void)engine_deal(&f);
	engine_certify(&p, &f, ENGINE_HOLDERS);
	CHECK_OK(engine_show_all(&p));
	start_turn();
	memset(&door, 0, sizeof(door));
	door.api = (tf_api){ .c = &stage.c, .held_last = &door.api.held };
	stage.c.api = &door.api;
	stage.c.end = ended;
	stage.c.end_ctx = &door;
	make_user();
	server = (tf_http_server){ .options = { .answered = answered } };
	server.calls.prev = server.calls.next = &server.calls;
	CHECK(api_ask("POST", "/v1/vault/accounts", "", "{}") == 200);
	CHECK(api_ask("POST", "/v1/vault/accounts/0/ETH_TEST5", "", "{}") == 200);
}

void api_end(void)
{
	engine_end();
}

/* A request whose client has gone: the answer is told to `answered` all the same. */
static tf_http_call *make_call(const char *method, const char *path, const char *headers,
                               const char *body)
{
	tf_http_call *c = calloc(1, sizeof(*c));
	char *text = NULL;
	const uint8_t *at;
	int n = asprintf(&text, "%s %s HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n%s\r\n%s",
	                 method, path, strlen(body), headers, body);
	size_t len = (size_t)n;

	CHECK(c && n > 0);
	c->server = &server;
	c->prev = server.calls.prev;
	c->next = &server.calls;
	c->prev->next = c->next->prev = c;
	CHECK_OK(tf_http_reader_new(&c->reader, NULL));
	at = (const uint8_t *)text;
	CHECK_OK(tf_http_reader_feed(c->reader, &at, &len));
	CHECK(tf_http_reader_state(c->reader) == TF_HTTP_DONE);
	free(text);
	return c;
}

int api_ask(const char *method, const char *path, const char *headers, const char *body)
{
	tf_http_call *call = make_call(method, path, headers, body);
	tf_api_req r = {
		.api = &door.api, .c = &stage.c, .call = call, .http = tf_http_call_request(call),
		.user = &door.user, .token = "t", .token_len = 1, .now = tf_coordinator_now(),
	};
	tf_err e;

	door.status = 0;
	tf_api_serve(&r);
	e = tf_turn_settle(stage.c.turn);
	CHECK(e == TF_OK || stage.c.failed != TF_OK);
	CHECK(door.status != 0);
	return door.status;
}

int api_transfer(const char *headers, const char *more)
{
	char body[1024];

	snprintf(body, sizeof(body), transfer_body, more);
	return api_ask("POST", "/v1/transactions", headers, body);
}

int api_raw(const char *headers)
{
	return api_ask("POST", "/v1/transactions", headers, raw_body);
}

int64_t api_count(const char *what)
{
	char sql[256];
	int64_t n = -1;

	snprintf(sql, sizeof(sql), "select count(*) from %s", what);
	CHECK_OK(tf_db_int(tf_book_db(stage.c.book), &n, sql, NULL, 0));
	return n;
}

static int descriptor_of(const char *name)
{
	char link[64], target[256];

	for (int fd = 0; fd < 256; fd++) {
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, target, sizeof(target) - 1);
		if (n > 0 && (size_t)n >= strlen(name) &&
		    memcmp(target + (size_t)n - strlen(name), name, strlen(name)) == 0)
			return fd;
	}
	return -1;
}

void api_break_audit(bool only_sync)
{
	int at = descriptor_of("/audit.log"), ends[2];

	CHECK(at >= 0);
	CHECK(pipe(ends) == 0); /* takes what is written, and has nothing to sync */
	if (!only_sync)
		ends[1] = open("/dev/full", O_WRONLY | O_CLOEXEC);
	CHECK(dup2(ends[1], at) == at);
}
