/* A workspace around a registry, for tests: root, admins, roster, devices. */
#ifndef TF_RA_FIXTURE_TEST_H
#define TF_RA_FIXTURE_TEST_H

#include "attest/admin.h"
#include "harness/tape.h"
#include "ra/registry.h"

#define FIX_ADMINS 3

typedef struct fixture {
	char dir[64];
	char db[96], audit[96], identity[112];
	char cert_pem[TF_CERT_PEM_MAX], key_pem[4096];
	tf_identity_keys admin[FIX_ADMINS];
	uint8_t admin_keys[FIX_ADMINS][32];
	uint8_t root_sha256[32];
	tf_tape tape;
	tf_rng rng;
	tf_registry_config config;
	tf_registry r;
	int64_t now;
	char roster[4096]; /* JSON of the entries */
	char users[1024];  /* the same of API users */
	unsigned version;
} fixture;

/* A device's side. */
typedef struct device {
	tf_holder holder;
	tf_identity_keys keys;
	EVP_PKEY *tls;
	tf_sans sans;
	uint8_t csr[TF_CSR_MAX];
	tf_enrol_request req;
	tf_issued issued;
} device;

/* Everything but the registry; at real time, so that TLS agrees. */
void fix_prepare(fixture *f);
void fix_open(fixture *f);
void fix_reopen(fixture *f);
void fix_close(fixture *f);

/* Entry of the roster; identity NULL: not pinned. */
void fix_roster(fixture *f, const char *device, tf_role role, unsigned set,
                const uint8_t *identity);

/* The next version of the workspace file with that roster, signed by these admins (mask);
 * malloc'ed. */
char *fix_file(fixture *f, unsigned admins);

/* Sign and publish it to the registry at hand. */
void fix_publish(fixture *f);

/* primary-1, guard-1, guard-4, coordinator; nobody pinned; published. */
void fix_usual(fixture *f);

void fix_device(fixture *f, device *d, const char *name, tf_role role, unsigned set);
void fix_ticket(fixture *f, const device *d, char text[static TF_TICKET_TEXT + 1]);

/* A request with a fresh TLS key for this nonce. */
void fix_request(device *d, const uint8_t nonce[static TF_NONCE_LEN]);

/* Ticket, nonce, request, certificate. */
void fix_enrol(fixture *f, device *d);
void fix_device_free(device *d);

#endif
