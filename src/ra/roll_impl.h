/* Shared by the files of the RA server's roll only: how places and names lie in columns. */
#ifndef TF_RA_ROLL_IMPL_H
#define TF_RA_ROLL_IMPL_H

#include "ra/roll.h"

#define TF_ROLL_NAMES (TF_SAN_MAX * (TF_SAN_TEXT + 5))

/* All names in one text, separated by blanks. */
void tf_roll_join(char out[static TF_ROLL_NAMES], const tf_sans *s);

/* The inverse. TF_E_IO: the store is damaged. */
TF_MUST_USE tf_err tf_roll_split(tf_sans *out, const char *text);

/* A place from the columns of a query. TF_E_IO: the store is damaged. */
TF_MUST_USE tf_err tf_roll_holder(tf_holder *out, const char *workspace, const tf_query *q,
                                  int device, int role, int set);

#endif
