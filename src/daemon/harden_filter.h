/* The system call filter of a role. Private to this room. */
#ifndef TF_DAEMON_HARDEN_FILTER_H
#define TF_DAEMON_HARDEN_FILTER_H

#include "daemon/harden.h"

/* True in sanitizer builds. */
bool tf_filter_is_off(void);

/* Loads it for all threads of the process. */
TF_MUST_USE tf_err tf_filter_load(tf_harden_role role, char *why, size_t cap);

#endif
