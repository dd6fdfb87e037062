/* How a deployment's folder is made: keys, root, configurations, first workspace file. */
#ifndef TF_CLI_LAYOUT_H
#define TF_CLI_LAYOUT_H

#include "cli/deploy.h"

typedef struct tf_layout {
	const char *security;    /* security profile, "p128" */
	const char *kernel;      /* of the co-signers: "auto", "portable", "ifma" */
	const char *test_primes; /* test builds: file of fixed primes; NULL: search */
} tf_layout;

/* Name the programs and their addresses on the network d->network: RA, three co-signers,
 * coordinator. */
TF_MUST_USE tf_err tf_layout_topology(tf_deploy *d);

/* Find 127.a.b.0/24 whose addresses nobody uses: "127.a.b". TF_E_BUSY after many tries. */
TF_MUST_USE tf_err tf_layout_network(char *out, size_t cap, const tf_deploy *d);

/* Fill the (new, empty) folder d->dir. why: one line. */
TF_MUST_USE tf_err tf_layout_make(const tf_deploy *d, const tf_layout *layout, char *why,
                                  size_t cap);

#endif
