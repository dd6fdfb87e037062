/* The shelf: tables for presigning (proto/tables.h), kept from run to run.
 *
 * Every presigning is lent what there is for its parties, and leaves word of what there is not. Of
 * those that presignings keep asking for, one after the other is made, in a worker thread and only
 * while nothing else runs; when the limit of memory is reached, those that nobody has used for the
 * longest time go. Without any the runs are the same, and slower.
 *
 * On the loop's thread, all but the making. Tables are secret and lie on guarded pages.
 */
#ifndef TF_COSIGNER_SHELF_H
#define TF_COSIGNER_SHELF_H

#include "net/loop.h"
#include "session/session.h"

typedef struct tf_shelf tf_shelf;

/* Presignatures that must have been asked for with a device before tables of its are made: about
 * what the making costs. */
#define TF_SHELF_HOT 16u

typedef struct tf_shelf_options {
	tf_loop *loop;
	const tf_profile *pr;
	const tf_kernel *kernel;
	const tf_rng *rng;
	size_t bytes_max;      /* of all tables together; 0: none are ever made */
	bool (*idle)(void *ctx);
	void *ctx;
} tf_shelf_options;

/* TF_E_RESOURCE. */
TF_MUST_USE tf_err tf_shelf_new(tf_shelf **out, const tf_shelf_options *o);

/* Wipe and free all; nothing is lent any more, and no job runs. */
void tf_shelf_free(tf_shelf *s);

/* Fill args->tables, whose own and aux are there, for a presigning (or a signing without
 * presignature) that `open` asks for. Moduli that have changed find nothing. */
void tf_shelf_lend(tf_shelf *s, const tf_open *open, tf_session_args *args);

/* The run is over. */
void tf_shelf_return(tf_shelf *s, const tf_party_tables *const tables[static TF_PARTIES_MAX]);

/* Our moduli are about to go: nothing points to them any more. False, and nothing is done, while
 * tables of them are lent or being made. */
TF_MUST_USE bool tf_shelf_forget_own(tf_shelf *s);

/* Now and then: begin to make one, if it is time. */
void tf_shelf_tick(tf_shelf *s);

/* Bytes in use, and tables that are there. */
size_t tf_shelf_bytes(const tf_shelf *s);
unsigned tf_shelf_count(const tf_shelf *s);

#endif
