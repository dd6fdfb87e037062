/* A real trefoil-ra server in a process of its own, and an admin who speaks HTTPS, for tests.
 */
#ifndef TF_RA_SERVER_TEST_H
#define TF_RA_SERVER_TEST_H

#include <jansson.h>
#include <sys/types.h>

#include "net/http_client.h"
#include "ra/fixture_test.h"

typedef struct site {
	fixture f;      /* its registry lives in the child: f.r is not open here */
	pid_t pid;
	uint16_t port;
	char url[64];
} site;

/* Prepare a fixture and start the server; nothing is published. */
void site_start(site *s);

/* Start the server again on the same files. */
void site_restart(site *s);
void site_kill(site *s);
void site_end(site *s);

/* One request; answer: status, and the JSON body as new reference (NULL: none). */
typedef struct answer {
	int status;
	json_t *json;
	char *text;
} answer;

void answer_wipe(answer *a);

/* As a stranger: body may be NULL. */
answer site_ask(site *s, const char *method, const char *path, const char *body);

/* As admin number i, signed now. */
answer site_admin(site *s, unsigned admin, const char *method, const char *path, const char *body);

/* With a client certificate. */
answer site_ask_as(site *s, const device *d, const char *path, const char *body);

/* The roster at hand, signed and published by HTTPS. */
void site_publish(site *s);

/* A ticket from the server. */
void site_ticket(site *s, const device *d, char text[static TF_TICKET_TEXT + 1]);

/* The body of an enrolment (ticket) or renewal (NULL) for the request that d holds; malloc'ed. */
char *site_body(const device *d, const char *ticket);

/* Ask for a nonce; fails the test without. */
void site_nonce(site *s, const char *ticket, uint8_t nonce[static TF_NONCE_LEN]);

#endif
