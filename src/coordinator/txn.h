/* Transactions in the books.
 *
 * A transaction is on disk before the client hears of it. Its payload is fixed at that moment and
 * never changes; every attempt to sign it is an attempt at the same bytes. `asked` is set, on disk,
 * before the first START of a run with it is sent: co-signers bind themselves when they get one,
 * and not before. From then on one may hold a binding of this nonce to this payload, and a
 * signature may exist, so that the nonce is given to no other payload any more, whatever becomes of
 * the transaction. One that ends without a START leaves its nonce to others.
 */
#ifndef TF_COORDINATOR_TXN_H
#define TF_COORDINATOR_TXN_H

#include "coordinator/book.h"
#include "policy/raw.h"

/* Below 100 the transaction is open. Numbers are stored: append only. */
typedef enum tf_txn_status {
	TF_TXN_SUBMITTED = 1,
	TF_TXN_QUEUED = 2,
	TF_TXN_PENDING_SIGNATURE = 3,
	TF_TXN_COMPLETED = 100,
	TF_TXN_FAILED = 200,
	TF_TXN_BLOCKED = 201,
	TF_TXN_CANCELLED = 202,
} tf_txn_status;

/* The dialect's word for it ("PENDING_SIGNATURE"), and back (TF_E_NOT_FOUND). */
const char *tf_txn_status_name(tf_txn_status s);
TF_MUST_USE tf_err tf_txn_status_find(tf_txn_status *out, const char *name);
static inline bool tf_txn_is_open(tf_txn_status s)
{
	return (int)s < 100;
}

/* Stored: append only. */
typedef enum tf_txn_operation {
	TF_TXN_TRANSFER = 1,
	TF_TXN_RAW = 2,
} tf_txn_operation;

/* What is kept of one message of a raw request: 1 if it is signed (else 0), R or r, z or s, the
 * recovery id of ECDSA, and the encoded public key. */
#define TF_TXN_RAW_SIGNATURE (1u + 64u + 1u + 33u)

typedef struct tf_bytes {
	uint8_t *p;
	size_t len;
} tf_bytes;

typedef struct tf_txn {
	int64_t seq;
	char id[TF_UUID_TEXT];
	char external_id[TF_NAME_TEXT]; /* "" if the client gave none */
	char user[TF_UUID_TEXT];        /* API user */
	tf_txn_status status;
	char sub_status[64];
	int64_t account;
	char asset[TF_ASSET_TEXT];
	char key_id[TF_UUID_TEXT];
	char sender[128];
	uint64_t chain_id;
	uint64_t nonce;
	bool nonce_given;
	bool asked;    /* a START was about to be sent */
	char *token;   /* the client's own JWT ... */
	char *target;  /* ... request target ... */
	tf_bytes body;  /* ... and raw body: what the co-signers verify */
	tf_bytes payload;
	uint8_t digest[32]; /* RAW: of the whole request (policy/raw.h) */
	tf_txn_operation operation;
	tf_raw_algorithm algorithm;
	uint32_t messages; /* that are to be signed; 1 for a transfer */
	char *summary; /* JSON of what it moves, for listings */
	int64_t attempts;
	char clique[512];
	/* signed transaction; RAW: messages times TF_TXN_RAW_SIGNATURE; empty until there is one */
	tf_bytes raw;
	char tx_hash[67];
	char trouble[512]; /* what is in the way, in words; "" if nothing */
	int64_t created, updated;
} tf_txn;

void tf_txn_wipe(tf_txn *t);

/* Write it down; seq is set. TF_E_CONFLICT: the external id is taken; TF_E_REPLAY: the nonce is, by
 * another payload or by the same one that is open or done. */
TF_MUST_USE tf_err tf_txn_add(tf_book *b, tf_txn *t);

/* Lowest nonce that no transaction of this sender and chain holds. */
TF_MUST_USE tf_err tf_txn_next_nonce(tf_book *b, const char *sender, uint64_t chain_id,
                                     uint64_t *nonce);

TF_MUST_USE tf_err tf_txn_get(tf_book *b, const char *id, tf_txn *t);
TF_MUST_USE tf_err tf_txn_get_external(tf_book *b, const char *external_id, tf_txn *t);

/* Of an open transaction, what says whether there is something to do. */
typedef struct tf_txn_brief {
	char id[TF_UUID_TEXT];
	tf_txn_status status;
	char trouble[512];
	int64_t created;
	tf_raw_algorithm algorithm;
	uint32_t messages;
	uint8_t have[(TF_RAW_MESSAGES_MAX + 7u) / 8u]; /* bits: these are signed */
} tf_txn_brief;

static inline bool tf_txn_has(const uint8_t have[static (TF_RAW_MESSAGES_MAX + 7u) / 8u],
                              uint32_t item)
{
	return have[item / 8] >> item % 8 & 1;
}

/* The oldest open transactions first, at most limit. */
typedef tf_err (*tf_txn_visit_brief)(void *ctx, const tf_txn_brief *t);
TF_MUST_USE tf_err tf_txn_list_open(tf_book *b, int64_t limit, tf_txn_visit_brief visit,
                                    void *ctx);

typedef tf_err (*tf_txn_visit)(void *ctx, const tf_txn *t);
typedef struct tf_txn_filter {
	int64_t after_ms, before_ms; /* created, exclusive; -1: none */
	int status;                  /* 0: any */
	const char *asset;           /* NULL: any */
	const char *tx_hash;         /* NULL: any */
	int64_t account;             /* source; -1: any */
	int64_t after_seq;           /* cursor, exclusive, in the direction of the order; -1: none */
	bool ascending;
	int64_t limit;
} tf_txn_filter;
TF_MUST_USE tf_err tf_txn_list(tf_book *b, const tf_txn_filter *f, tf_txn_visit visit, void *ctx);

/* Transitions; each is durable. A transaction that is no longer open does not change any more:
 * TF_E_STATE. */
TF_MUST_USE tf_err tf_txn_set_status(tf_book *b, const char *id, tf_txn_status status,
                                     const char *sub_status, int64_t now);
/* An attempt begins: co-signers are to be shown it. */
TF_MUST_USE tf_err tf_txn_begin_attempt(tf_book *b, const char *id, const char *clique,
                                        int64_t now);
/* They are about to be told to start. *news: that is to be made durable first; false: it is on
 * disk, or in the group that is gathered, since an earlier one. */
TF_MUST_USE tf_err tf_txn_set_asked(tf_book *b, const char *id, bool *news, int64_t now);
/* Some of a raw request's messages are signed; raw as in the struct. */
TF_MUST_USE tf_err tf_txn_keep_raw(tf_book *b, const char *id, const uint8_t *raw, size_t len,
                                   int64_t now);
TF_MUST_USE tf_err tf_txn_set_trouble(tf_book *b, const char *id, const char *trouble);
TF_MUST_USE tf_err tf_txn_complete(tf_book *b, const char *id, const uint8_t *raw, size_t len,
                                   const char *tx_hash, int64_t now);

/* What a co-signer refused to sign: its own signed statement. */
typedef struct tf_refusal {
	char device[TF_DEVICE_TEXT];
	int64_t attempt;
	int64_t check_number;
	char reason[512];
	tf_bytes statement; /* borrowed */
	int64_t created;
} tf_refusal;
TF_MUST_USE tf_err tf_txn_refusal_add(tf_book *b, const char *id, const tf_refusal *r);
typedef tf_err (*tf_refusal_visit)(void *ctx, const tf_refusal *r);
TF_MUST_USE tf_err tf_txn_refusal_list(tf_book *b, const char *id, tf_refusal_visit visit,
                                       void *ctx);

/* Open transactions, and finished ones by status: for metrics and status. */
TF_MUST_USE tf_err tf_txn_count(tf_book *b, int64_t *open, int64_t *completed, int64_t *failed);

#endif
