/* What the files of enrol.h share: the member, and how it takes what the server sent.
 */
#ifndef TF_DAEMON_ENROL_IMPL_H
#define TF_DAEMON_ENROL_IMPL_H

#include "daemon/enrol.h"
#include "daemon/enrol_exchange.h"
#include "seal/guard.h"

struct tf_member {
	tf_holder holder;
	tf_sans sans;
	char *url;
	char *root_pem;
	tf_store *store;
	tf_rng rng;
	tf_guard *guard;               /* holds the keys, open */
	const tf_identity_keys *keys;
	tf_trust *trust;
	bool has_cert;
	tf_cert cert;
	uint8_t cert_der[TF_CERT_MAX];
	size_t cert_len;
	char cert_pem[TF_CERT_PEM_MAX];
	char key_pem[TF_KEY_PEM_MAX];
	uint8_t *crl;                  /* DER that trust has taken; NULL: none */
	size_t crl_len;
	tf_workspace *workspace;
	tf_loop *loop;                 /* watching: */
	tf_timer *timer;
	struct tf_watch_job *job;
	tf_member_watcher watcher;
	bool again;                    /* somebody hurried while a job ran */
};

/* Where a value of the member lies in its store. */
static inline tf_place tf_member_place(const char *column)
{
	return (tf_place){ "member", "self", column };
}

/* Take what is good of an exchange: into the store, then into the member. changed receives a mask
 * of tf_member_change. The first trouble is returned, with its words. */
TF_MUST_USE tf_err tf_member_accept(tf_member *m, tf_exchange *x, int64_t now, unsigned *changed,
                                    char *why, size_t cap);

#endif
