/* The co-signers as the coordinator sees them: who is connected, and what they last said.
 *
 * Nothing that a co-signer says here is a fact to anybody but the engine, which decides by it what
 * to try next. A device exists here from the first workspace file that names it.
 */
#ifndef TF_COORDINATOR_FLEET_H
#define TF_COORDINATOR_FLEET_H

#include <jansson.h>

#include "attest/workspace.h"
#include "coordinator/book.h"
#include "daemon/hub.h"
#include "daemon/idmap.h"
#include "wire_control.h"

#define TF_FLEET_MAX 64u /* as many as bits of tf_device.estranged */
#define TF_FLEET_KEYS 16384u
#define TF_FLEET_PRESIGS 512u

/* A share that waits for its sharing's certificate. */
typedef struct tf_pending_share {
	uint8_t key_id[32];
	uint8_t sharing[32];
} tf_pending_share;

typedef struct tf_presig_seen {
	uint8_t id[32];
	uint8_t sharing[32];
	uint8_t clique[32]; /* hash of its parties */
	int64_t since;      /* milliseconds since 1970: in every heartbeat from then on */
} tf_presig_seen;

typedef struct tf_device {
	char name[TF_DEVICE_TEXT];
	tf_role role;
	uint16_t set;
	uint16_t slot; /* share index: primary 1, set k is k + 1 */
	bool pinned;
	unsigned odd;  /* rows in the audit log about what it has shown on this connection */
	tf_chan *chan; /* NULL: not connected */
	bool greeted;  /* hello and a heartbeat have come on this connection */
	char address[TF_CTL_ADDRESS_MAX + 1];
	char software[TF_CTL_NAME_MAX + 1];
	char kernel[TF_CTL_NAME_MAX + 1];
	uint32_t instance;
	int64_t seen;  /* last heartbeat, milliseconds since 1970 */
	uint64_t workspace, crl, not_after, candidates;
	tf_evidence_kind evidence;
	uint8_t moduli, primes;
	uint32_t runs;
	char introduced[TF_FLEET_MAX][TF_DEVICE_TEXT];
	size_t n_introduced;
	uint64_t estranged; /* a bit for each place in the fleet */
	tf_idmap keys; /* committed: all that were listed since it said hello */
	tf_pending_share pending[TF_FLEET_MAX];
	size_t n_pending;
	tf_presig_seen presigs[TF_FLEET_PRESIGS];
	size_t n_presigs;
} tf_device;

typedef struct tf_fleet {
	tf_device device[TF_FLEET_MAX];
	size_t n;
} tf_fleet;

/* Take over the roster: new co-signers appear, those that are gone are disconnected. */
void tf_fleet_roster(tf_fleet *f, const tf_workspace *w);

tf_device *tf_fleet_find(tf_fleet *f, const char *name);
tf_device *tf_fleet_by_chan(tf_fleet *f, const tf_chan *c);

/* The share index of a member: primary 1, guard of set k k + 1; of others 0. */
uint16_t tf_fleet_slot(const tf_roster_entry *r);

/* Zero it. */
void tf_fleet_wipe(tf_fleet *f);

/* What a hello and a heartbeat say. TF_E_ENCODING if it is not about this device. A heartbeat
 * replaces what the one before has said, but for committed keys: those are listed once, a few at a
 * time, and are all that were listed since the hello. */
TF_MUST_USE tf_err tf_fleet_hello(tf_device *d, const tf_ctl_hello *m);
void tf_fleet_heartbeat(tf_device *d, const tf_ctl_heartbeat *m, int64_t now);

/* Connected, and has said what it has. */
static inline bool tf_device_is_up(const tf_device *d)
{
	return d->chan && d->greeted;
}

/* Do both say that they know each other's moduli, and has no run shown otherwise since? */
bool tf_fleet_introduced(const tf_fleet *f, const tf_device *a, const tf_device *b);

/* A run among these found that they do not know the same moduli: one has newer ones than another
 * has heard of. Which one it does not say, so each pair of them is to be introduced again. */
void tf_fleet_estrange(tf_fleet *f, tf_device *const *d, size_t n);
/* These have been, before their next heartbeats say so. */
void tf_fleet_note_introduced(tf_fleet *f, tf_device *a, tf_device *b);
bool tf_device_has_key(const tf_device *d, const uint8_t key_id[static 32]);
/* A share of this key that is pending; of this sharing. */
bool tf_device_has_pending_key(const tf_device *d, const uint8_t key_id[static 32]);
bool tf_device_has_pending(const tf_device *d, const uint8_t sharing[static 32]);
bool tf_device_has_presig(const tf_device *d, const uint8_t id[static 32]);

/* One that it has just made, before its next heartbeat says so. */
void tf_device_note_presig(tf_device *d, const uint8_t id[static 32],
                           const uint8_t sharing[static 32], const uint8_t clique[static 32],
                           int64_t now);

/* A presignature that the device no longer has. */
void tf_device_forget_presig(tf_device *d, const uint8_t id[static 32]);

/* Up to max presignatures of this clique that the device has had for longer than `age`
 * milliseconds, and another member still lacks: what one heartbeat has and the next one of somebody
 * else does not is no accident of time. out points into d. Returns how many. */
size_t tf_fleet_stale(const uint8_t *out[], size_t max, const tf_device *d,
                      tf_device *const *clique, size_t n, const uint8_t hash[static 32],
                      int64_t now, int64_t age);

/* One device per slot that the workspace's schema asks for, in order of slots: connected ones
 * first. Returns how many were found; missing (may be NULL) gets the words for what is not
 * there. */
size_t tf_fleet_clique(tf_fleet *f, const tf_workspace *w, tf_device *out[static TF_SETS_MAX + 1],
                       char *missing, size_t cap);

json_t *tf_fleet_json(const tf_fleet *f);

#endif
