/* Configuration of trefoil-ra: its keys, and what they fill.
 */
#ifndef TF_RA_CONF_H
#define TF_RA_CONF_H

#include "daemon/conf.h"

typedef struct tf_ra_conf {
	char *workspace;
	int profile; /* 0 dev, 1 production */
	tf_conf_addr listen;
	tf_conf_list names;
	char *data;
	char *ca_certificate;
	char *ca_key;
	char *unlock; /* where the passphrase is */
	tf_conf_list admin_keys;
	int64_t admin_threshold;
	int64_t certificate_seconds;
	int64_t crl_period;
	int64_t crl_seconds;
	tf_conf_addr health;
	tf_conf_addr metrics;
	char *log;
	int log_level;
	char *pid_file;
	char *ready_file;
} tf_ra_conf;

extern const tf_conf_program tf_ra_program;

#endif
