#include "daemon/enrol_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ct.h"
#include "seal/guard.h"

#define EVERY_MS 60000u

/* A refresh in a worker. The member may go before it is done. */
struct tf_watch_job {
	tf_member *m; /* NULL: nobody waits any more */
	tf_exchange x;
};

static int64_t clock_now(void)
{
	return (int64_t)time(NULL);
}

static tf_err say(char *why, size_t cap, tf_err e, const char *text)
{
	if (cap)
		snprintf(why, cap, "%s", text);
	return e;
}

/* ---- opening */

static tf_err load_secret(tf_secret *out, tf_store *s, const char *column)
{
	const tf_place at = tf_member_place(column);
	size_t len;

	TRY(tf_store_get(s, &at, out->b, sizeof(out->b), &len));
	return len == sizeof(out->b) ? TF_OK : TF_E_SEAL;
}

/* Both keys from the store, or new ones into it. */
static tf_err load_keys(tf_member *m)
{
	TF_AUTO(tf_identity_keys) keys = { 0 };
	TF_AUTO(tf_secret) seed = { 0 };
	TF_AUTO(tf_secret) x = { 0 };
	tf_err e = load_secret(&seed, m->store, "seed");

	if (e == TF_OK) {
		TRY(load_secret(&x, m->store, "x25519"));
		TRY(tf_identity_keys_load(&keys, &seed, &x));
	} else if (e == TF_E_NOT_FOUND) {
		TRY(tf_identity_keys_make(&keys, &m->rng));
		const tf_record both[] = {
			{ tf_member_place("seed"), keys.seed.b, sizeof(keys.seed.b) },
			{ tf_member_place("x25519"), keys.x_secret.b, sizeof(keys.x_secret.b) },
		};
		TRY(tf_store_put_all(m->store, both, 2));
	} else {
		return e;
	}
	TRY(tf_guard_new(&m->guard, &keys, sizeof(keys)));
	m->keys = (const tf_identity_keys *)(const void *)tf_guard_open(m->guard);
	return m->keys ? TF_OK : TF_E_STATE;
}

static tf_err open_trust(tf_member *m, const tf_member_config *c)
{
	uint8_t root[TF_CERT_MAX];
	tf_trust_config t = { .workspace = c->holder.workspace, .root_der = root,
	                      .admin_threshold = c->admin_threshold,
	                      .admin_keys = c->admin_keys, .n_admin_keys = c->n_admin_keys,
	                      .dev_profile = c->dev_profile };

	TRY(tf_cert_from_pem(root, sizeof(root), &t.root_len, c->root_pem, strlen(c->root_pem)));
	return tf_trust_new(&m->trust, &t);
}

/* A stored value, malloc'ed with a NUL; TF_E_NOT_FOUND. */
static tf_err load(uint8_t **out, size_t *len, tf_store *s, const char *column)
{
	const tf_place at = tf_member_place(column);
	uint8_t probe[1];
	tf_err e = tf_store_get(s, &at, probe, sizeof(probe), len);

	if (e != TF_OK && e != TF_E_CAPACITY)
		return e;
	*out = malloc(*len + 1);
	if (!*out)
		return TF_E_RESOURCE;
	e = tf_store_get(s, &at, *out, *len, len);
	if (e != TF_OK) {
		free(*out);
		*out = NULL;
		return e;
	}
	(*out)[*len] = '\0';
	return TF_OK;
}

/* The list of last time. Of an outdated one only the number counts: a new one will come, and no
 * older one is taken. */
static tf_err load_crl(tf_member *m, int64_t now)
{
	uint8_t *der;
	size_t len;
	tf_err e = load(&der, &len, m->store, "crl");

	if (e != TF_OK)
		return e == TF_E_NOT_FOUND ? TF_OK : e;
	if (tf_trust_set_crl(m->trust, der, len, now) != TF_OK) {
		e = tf_trust_crl_floor(m->trust, der, len);
		free(der);
		return e == TF_E_RESOURCE ? e : TF_OK; /* of another root: as good as none */
	}
	m->crl = der;
	m->crl_len = len;
	return TF_OK;
}

static tf_err load_workspace(tf_member *m, char *why, size_t cap)
{
	tf_reason reason = { 0 };
	uint8_t *file;
	size_t len;
	tf_err e = load(&file, &len, m->store, "workspace");

	if (e != TF_OK)
		return e == TF_E_NOT_FOUND ? TF_OK : e;
	e = tf_workspace_open(&m->workspace, m->trust, (const char *)file, len, NULL, &reason);
	free(file);
	return e == TF_OK ? e : say(why, cap, e, "stored workspace file is not of this trust root");
}

/* The certificate of last time, if it is ours; whether it still holds is asked later. */
static tf_err load_cert(tf_member *m, char *why, size_t cap)
{
	const tf_place key = tf_member_place("tls-key"), cert = tf_member_place("certificate");
	size_t len;
	tf_err e = tf_store_get(m->store, &cert, m->cert_der, sizeof(m->cert_der), &m->cert_len);

	if (e == TF_E_NOT_FOUND)
		return TF_OK;
	TRY(e);
	TRY(tf_store_get(m->store, &key, (uint8_t *)m->key_pem, sizeof(m->key_pem) - 1, &len));
	m->key_pem[len] = '\0';
	TRY(tf_cert_parse(&m->cert, m->cert_der, m->cert_len));
	if (!tf_holder_eq(&m->cert.id.holder, &m->holder))
		return say(why, cap, TF_E_TRUST, "the store is another member's");
	TRY(tf_cert_to_pem(m->cert_pem, sizeof(m->cert_pem), m->cert_der, m->cert_len));
	/* Of another trust root: as good as none. */
	m->has_cert = tf_ct_reveal(tf_ct_bytes_eq(m->cert.id.trust_root, tf_trust_hash(m->trust),
	                                          32));
	return TF_OK;
}

static tf_err open_member(tf_member *m, const tf_member_config *c, char *why, size_t cap)
{
	m->url = strdup(c->ra_url);
	m->root_pem = strdup(c->root_pem);
	if (!m->url || !m->root_pem)
		return TF_E_RESOURCE;
	if (!tf_holder_valid(&c->holder))
		return say(why, cap, TF_E_USAGE, "not a place in a workspace");
	if (open_trust(m, c) != TF_OK)
		return say(why, cap, TF_E_TRUST, "root or admin keys of the configuration are not "
		           "those of a workspace of that name");
	TRY(load_keys(m));
	TRY(load_crl(m, clock_now()));
	TRY(load_workspace(m, why, cap));
	return load_cert(m, why, cap);
}

tf_err tf_member_open(tf_member **out, const tf_member_config *config, char *why, size_t cap)
{
	tf_member *m = calloc(1, sizeof(*m));
	tf_err e;

	if (!m)
		return TF_E_RESOURCE;
	m->holder = config->holder;
	m->sans = config->sans;
	m->store = config->store;
	m->rng = config->rng;
	if (cap)
		why[0] = '\0';
	e = open_member(m, config, why, cap);
	if (e != TF_OK) {
		if (cap && !why[0])
			snprintf(why, cap, "%s", tf_err_name(e));
		tf_member_free(m);
		return e;
	}
	*out = m;
	return TF_OK;
}

void tf_member_free(tf_member *m)
{
	if (!m)
		return;
	if (m->job)
		m->job->m = NULL; /* its end cleans up */
	tf_timer_free(m->timer);
	if (m->keys)
		tf_guard_close(m->guard);
	tf_guard_free(m->guard);
	tf_trust_free(m->trust);
	tf_workspace_free(m->workspace);
	free(m->crl);
	free(m->url);
	free(m->root_pem);
	tf_wipe(m, sizeof(*m));
	free(m);
}

/* ---- exchanges */

static tf_err prepare(tf_exchange *x, const tf_member *m, tf_exchange_cert what)
{
	x->url = strdup(m->url);
	x->root_pem = strdup(m->root_pem);
	x->holder = m->holder;
	x->sans = m->sans;
	memcpy(x->trust_root, tf_trust_hash(m->trust), 32);
	if (m->crl) {
		x->known_crl = malloc(m->crl_len);
		if (!x->known_crl)
			return TF_E_RESOURCE;
		memcpy(x->known_crl, m->crl, m->crl_len);
		x->known_crl_len = m->crl_len;
	}
	x->keys = *m->keys;
	x->rng = m->rng;
	x->what = what;
	if (what == TF_EXCHANGE_RENEW) {
		memcpy(x->cert_pem, m->cert_pem, sizeof(x->cert_pem));
		memcpy(x->key_pem, m->key_pem, sizeof(x->key_pem));
	}
	return x->url && x->root_pem ? TF_OK : TF_E_RESOURCE;
}

static bool is_due(const tf_member *m, int64_t now)
{
	const int64_t life = m->cert.not_after - m->cert.not_before;

	return m->has_cert && now < m->cert.not_after &&
	       now >= m->cert.not_before + life / 3 * 2;
}

bool tf_member_has_certificate(const tf_member *m, int64_t now)
{
	return m->has_cert && now >= m->cert.not_before && now < m->cert.not_after;
}

static tf_err run_here(tf_member *m, tf_exchange *x, int64_t now, unsigned *changed, char *why,
                       size_t cap)
{
	tf_exchange_run(x);
	return tf_member_accept(m, x, now, changed, why, cap);
}

tf_err tf_member_enrol(tf_member *m, const char *ticket, int64_t now, char *why, size_t cap)
{
	TF_AUTO(tf_exchange) x = { 0 };
	uint8_t unused[32];
	unsigned changed;

	if (tf_ticket_hash(unused, ticket) != TF_OK)
		return say(why, cap, TF_E_AUTH, "not a ticket: expected 64 hex digits");
	TRY(prepare(&x, m, TF_EXCHANGE_ENROL));
	memcpy(x.ticket, ticket, sizeof(x.ticket));
	return run_here(m, &x, now, &changed, why, cap);
}

tf_err tf_member_refresh(tf_member *m, int64_t now, unsigned *changed, char *why, size_t cap)
{
	TF_AUTO(tf_exchange) x = { 0 };

	*changed = 0;
	TRY(prepare(&x, m, is_due(m, now) ? TF_EXCHANGE_RENEW : TF_EXCHANGE_NO_CERT));
	return run_here(m, &x, now, changed, why, cap);
}

/* ---- watching */

static void start_job(tf_member *m);

static void job_work(void *ctx)
{
	struct tf_watch_job *job = ctx;

	tf_exchange_run(&job->x);
}

static void job_free(struct tf_watch_job *job)
{
	tf_exchange_wipe(&job->x);
	free(job);
}

static void job_done(void *ctx, bool ran)
{
	struct tf_watch_job *job = ctx;
	tf_member *m = job->m;
	char why[TF_WHY_LINE] = "";
	unsigned changed = 0;
	tf_err e = TF_OK;

	if (m && ran)
		e = tf_member_accept(m, &job->x, clock_now(), &changed, why, sizeof(why));
	job_free(job);
	if (!m)
		return;
	m->job = NULL;
	if (m->again)
		start_job(m);
	if (e != TF_OK && m->watcher.failed)
		m->watcher.failed(m->watcher.ctx, e, why);
	if (changed && m->watcher.changed)
		m->watcher.changed(m->watcher.ctx, changed);
}

static void start_job(tf_member *m)
{
	struct tf_watch_job *job;

	m->again = m->job != NULL;
	if (m->job)
		return;
	job = calloc(1, sizeof(*job));
	if (!job)
		return;
	job->m = m;
	if (prepare(&job->x, m, is_due(m, clock_now()) ? TF_EXCHANGE_RENEW
	                                               : TF_EXCHANGE_NO_CERT) != TF_OK ||
	    tf_loop_job(m->loop, job_work, job_done, job) != TF_OK) {
		job_free(job);
		return;
	}
	m->job = job;
}

static void on_timer(void *ctx)
{
	start_job(ctx);
}

tf_err tf_member_watch(tf_member *m, tf_loop *l, const tf_member_watcher *watcher)
{
	const uint64_t every = watcher->every_ms ? watcher->every_ms : EVERY_MS;

	if (m->timer)
		return TF_E_STATE;
	m->loop = l;
	m->watcher = *watcher;
	TRY(tf_timer_new(&m->timer, l, on_timer, m));
	tf_timer_start(m->timer, every, every);
	return TF_OK;
}

void tf_member_hurry(tf_member *m)
{
	if (m->timer)
		start_job(m);
}

/* ---- what the member holds */

const tf_identity_keys *tf_member_keys(const tf_member *m)
{
	return m->keys;
}

const tf_trust *tf_member_trust(const tf_member *m)
{
	return m->trust;
}

const tf_workspace *tf_member_workspace(const tf_member *m)
{
	return m->workspace;
}

const tf_cert *tf_member_cert(const tf_member *m, const uint8_t **der, size_t *len)
{
	if (!m->has_cert)
		return NULL;
	if (der) {
		*der = m->cert_der;
		*len = m->cert_len;
	}
	return &m->cert;
}

tf_err tf_member_tls(const tf_member *m, tf_tls_config *out)
{
	if (!m->has_cert || !m->crl)
		return TF_E_STATE;
	out->roots = (tf_tls_source){ .data = m->root_pem, .len = strlen(m->root_pem) };
	out->chain = (tf_tls_source){ .data = m->cert_pem, .len = strlen(m->cert_pem) };
	out->key = (tf_tls_source){ .data = m->key_pem, .len = strlen(m->key_pem) };
	out->crl = (tf_tls_source){ .data = m->crl, .len = m->crl_len };
	return TF_OK;
}

static tf_err judge(tf_cert *out, const tf_member *m, X509 *peer, int64_t now,
                    const tf_cert_want *want, tf_fault *fault)
{
	uint8_t der[TF_CERT_MAX], *p = der;
	int len = peer ? i2d_X509(peer, NULL) : -1;

	if (len <= 0 || (size_t)len > sizeof(der) || i2d_X509(peer, &p) != len)
		return TF_E_TRUST;
	TRY(tf_cert_verify(out, m->trust, der, (size_t)len, now, want, fault));
	if (out->id.holder.role == TF_ROLE_RA || out->id.holder.role == TF_ROLE_ADMIN)
		return TF_OK;
	return m->workspace ? tf_roster_check(m->workspace, out, fault) : TF_E_STATE;
}

tf_err tf_member_judge(tf_cert *out, const tf_member *m, X509 *peer, int64_t now,
                       const tf_cert_want *want, tf_fault *fault, char *why, size_t cap)
{
	tf_fault own = { 0 };
	tf_cert c;
	tf_err e = judge(&c, m, peer, now, want, &own);

	if (fault)
		*fault = own;
	if (e == TF_OK) {
		if (out)
			*out = c;
		return TF_OK;
	}
	if (e == TF_E_STATE)
		return say(why, cap, e, "no workspace file yet");
	return say(why, cap, e, own.check ? tf_check_text(own.check)
	                                  : "the peer shows no certificate that can be read");
}
