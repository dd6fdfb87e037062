/* A table of configuration with a key of every type, for the test of conf.h and for fuzzing it. */
#ifndef TF_CONF_KEYS_TEST_H
#define TF_CONF_KEYS_TEST_H

#include "daemon/conf.h"

typedef struct peer {
	char *name;
	tf_conf_addr addr;
	int64_t weight;
} peer;

typedef struct demo {
	char *name, *db, *pin, *id;
	int64_t port, any;
	bool strict;
	int role;
	tf_conf_addr listen;
	tf_conf_list chains;
	tf_conf_rows peers;
} demo;

#define KEY(STRUCT, FIELD, PATH, TYPE) \
	.path = (PATH), .type = TF_CONF_##TYPE, .at = offsetof(STRUCT, FIELD), .help = "for a test"

static const tf_conf_key peer_keys[] = {
	{ KEY(peer, name, "name", STRING), .need = TF_CONF_REQUIRED, .min = 1 },
	{ KEY(peer, addr, "address", ADDR), .need = TF_CONF_REQUIRED },
	{ KEY(peer, weight, "weight", INT), .min = 1, .max = 9, .fallback = "5" },
};

static const tf_conf_key demo_keys[] = {
	{ KEY(demo, name, "name", STRING), .need = TF_CONF_REQUIRED, .min = 1, .max = 8 },
	{ KEY(demo, db, "store.path", PATH) },
	{ KEY(demo, pin, "store.pin_file", SECRET) },
	{ KEY(demo, id, "id", HEX), .min = 2, .max = 4 },
	{ KEY(demo, port, "network.port", INT), .min = 1, .max = 65535, .fallback = "51971" },
	{ KEY(demo, any, "network.any", INT) },
	{ KEY(demo, strict, "strict", BOOL), .fallback = "true" },
	{ KEY(demo, role, "role", ENUM), .need = TF_CONF_REQUIRED, .words = "guard|primary" },
	{ KEY(demo, listen, "network.listen", ADDR), .fallback = "127.0.0.1:8080" },
	{ KEY(demo, chains, "chains", STRINGS), .max = 3 },
	{ KEY(demo, peers, "peers", TABLE), .max = 2, .sub = peer_keys,
	  .sub_n = TF_ARRAY_LEN(peer_keys), .sub_size = sizeof(peer) },
};

#endif
