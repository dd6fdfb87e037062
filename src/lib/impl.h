/* Internal to lib: what stands behind the public headers (include/trefoil).
 *
 * This room is thin. It turns public parameters into those of the machines in proto, gives each
 * machine its place in the memory that the caller lends, and decodes records. It checks nothing on
 * anybody's data itself, and computes nothing.
 */
#ifndef TF_LIB_IMPL_H
#define TF_LIB_IMPL_H

#include "proto/auxinfo.h"
#include "proto/frost_signing.h"
#include "proto/keygen.h"
#include "proto/reshare.h"
#include "proto/signing.h"

#include "trefoil/trefoil.h"

typedef enum tf_machine_kind {
	TF_MACHINE_KEYGEN = 1,
	TF_MACHINE_AUXINFO = 2,
	TF_MACHINE_PRESIGN = 3,
	TF_MACHINE_SIGNING = 4,
	TF_MACHINE_RESHARE = 5,
	TF_MACHINE_FROST_PREPARE = 6,
	TF_MACHINE_FROST_SIGNING = 7,
	TF_MACHINE_SETTLE = 8,
} tf_machine_kind;

/* State of a settlement. */
typedef struct tf_settle {
	bool known; /* attempt */
	bool has_pending;
	uint32_t committed;
	tf_attempt attempt;
	tf_key pending;
	tf_roster roster;
	uint16_t liar;          /* who has acknowledged, and aborted; 0: nobody yet */
	uint8_t identity[32];   /* its key, */
	uint8_t abort[TF_ABORT_MAX]; /* and its abort */
	size_t abort_len;
} tf_settle;

typedef struct tf_memo_peer {
	uint64_t used; /* when; 0: empty */
	tf_ed_key key;
} tf_memo_peer;

/* At the beginning of the memory that was lent; what it points at lies behind it. */
struct tf_memo {
	size_t lent; /* bytes from here to the end of what was lent */
	const tf_group *g;
	tf_signer signer;
	const tf_kernel *kernel[TF_USE_IFMA + 1]; /* by choice; NULL: not asked yet */
	uint64_t clock;
	uint32_t peers, keys;
	tf_memo_peer *peer;
	tf_key_memo *key;
	tf_bip32_nodes nodes;
};

/* Is it one of this identity and algorithm? NULL is not. Constant time in the seed. */
bool tf_memo_fits(const tf_memo *m, const tf_clique *c);

/* The table of an identity for a kernel, made if it is not there; NULL if there is no room. */
const tf_ed_key *tf_memo_peer_key(tf_memo *m, const uint8_t identity[static 32],
                                  const tf_kernel *kernel);

/* The entry of a record, by its hash; empty but for that if there was none; NULL: no room. */
tf_key_memo *tf_memo_key(tf_memo *m, const uint8_t record[static 32]);

/* At the beginning of the memory that was lent. Everything else lies behind it, in this order: the
 * group, what a start keeps, the outbox's arena, the run's. */
struct tf_machine {
	tf_machine_kind kind;
	tf_memo *memo; /* NULL: none, or none that fits */
	tf_arena all, mem, out_mem;
	const tf_group *g;
	tf_rng rng;
	tf_signer signer;
	tf_party_env env;
	char device[TF_PARTIES_MAX][TF_DEVICE_MAX + 1];
	tf_outbox out;
	size_t message_max;
	tf_rounds *r; /* NULL: a settlement */
	tf_err err;     /* the last step that convicted somebody, */
	tf_fault fault; /* and what it said; zero: none has */
	uint8_t cc[32]; /* signing: chain code of the key */
	union {
		tf_keygen keygen;
		tf_auxinfo auxinfo;
		tf_presign presign;
		tf_signing signing;
		tf_reshare reshare;
		tf_frost_prepare prepare;
		tf_frost_signing frost;
		tf_settle settle;
	} as;
};

/* At the beginning of the memory that was lent; the room of the tables lies behind it. */
struct tf_tables {
	size_t lent;
	bool own; /* of whom */
	uint8_t record[32]; /* hash of the record that they were made from, */
	char device[TF_DEVICE_MAX + 1]; /* and a peer's name */
	union {
		tf_moduli own;
		tf_aux peer;
	} of;
	tf_party_tables tables;
};

/* NULL if there is none. */
const tf_profile *tf_level_profile(tf_level level);

/* TF_E_UNSUPPORTED: this machine has it not; TF_E_USAGE. */
TF_MUST_USE tf_err tf_kernel_choose(const tf_kernel **out, tf_kernel_choice choice);

/* Could a clique of n be? */
static inline bool tf_clique_fits(uint16_t n)
{
	return n >= 2 && n <= TF_PARTIES_MAX;
}

/* Bytes to lend for a run of these sizes that keeps `kept` bytes; 0 if sizes.mem is. */
size_t tf_machine_room(tf_run_sizes sizes, size_t kept);

/* A machine in mem, with group, signer and environment, ready to be started. On an error what was
 * touched is wiped. */
TF_MUST_USE tf_err tf_machine_lay(tf_machine **out, tf_memory mem, const tf_clique *c,
                                  tf_machine_kind kind, tf_run_sizes sizes, size_t kept);

/* After the start: r is the engine, and err what the start has said. */
TF_MUST_USE tf_err tf_machine_begun(tf_machine **out, tf_machine *m, tf_rounds *r, tf_err err);

/* A group and an arena over scratch memory. */
TF_MUST_USE tf_err tf_scratch_open(tf_arena *a, const tf_group **g, tf_algorithm algorithm,
                                   tf_memory scratch);

/* The own share of a committed key. TF_E_STATE: it is pending. */
TF_MUST_USE tf_err tf_key_read(tf_key *out, tf_machine *m, tf_bytes record);

/* The same, weighted for the machine's clique; key (may be NULL) receives what was read. */
TF_MUST_USE tf_err tf_key_read_weights(tf_weights *out, tf_key *key, tf_machine *m,
                                       tf_bytes record);

/* Own moduli, kept in the machine's memory, which has room for TF_MODULI_READING bytes beside. */
#define TF_MODULI_READING (512u * 1024u)
TF_MUST_USE tf_err tf_moduli_read(tf_moduli **out, tf_machine *m, tf_bytes record);

/* A path in the house's form; TF_E_ENCODING if it is too long. */
TF_MUST_USE tf_err tf_derivation_read(tf_path *out, const tf_derivation *path);

void tf_verdict_set(tf_verdict *out, const tf_fault *fault);

/* The same of a machine, which remembers whom it has convicted (blame.h). */
void tf_machine_verdict(tf_machine *m, tf_verdict *out, tf_err err, const tf_fault *fault);

#endif
