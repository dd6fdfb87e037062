/* What a co-signer remembers from run to run, since it would compute it anew: for each of some
 * peers a table, by which its signatures are verified at half the price (20 KiB each), and derived
 * keys of any number of keys (curve/bip32.h; 400 bytes each, one lot for the loop's thread and one
 * for that of urgent jobs). What was not used for longest makes room; results are the same with
 * and without. Derived keys hold chain codes, and lie on guarded pages.
 *
 * All of it is called on the loop's thread; tables that were lent are read on any.
 */
#ifndef TF_COSIGNER_RECALL_H
#define TF_COSIGNER_RECALL_H

#include "curve/bip32.h"
#include "wire/sign.h"

typedef struct tf_recall tf_recall;

/* kernel: what the tables are for; peers: tables at most; paths: derived keys of each lot. 0: none.
 * TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_recall_new(tf_recall **out, const tf_kernel *kernel, size_t peers,
                                 size_t paths);

/* Wiped. NULL is fine. */
void tf_recall_free(tf_recall *r);

/* The table of an identity, made if it is not there, until tf_recall_return. NULL: there is no
 * room, because all are lent, or the key is none. */
const tf_ed_key *tf_recall_lend(tf_recall *r, const uint8_t identity[static 32]);
/* NULL is fine. */
void tf_recall_return(tf_recall *r, const tf_ed_key *key);

/* For what is derived on the loop's thread, and in urgent jobs, which come one after the other. */
tf_bip32_nodes *tf_recall_desk(tf_recall *r);
tf_bip32_nodes *tf_recall_urgent(tf_recall *r);

#endif
