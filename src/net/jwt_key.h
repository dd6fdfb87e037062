/* An API user's public key, as cjose wants it. Private to this room. */
#ifndef TF_NET_JWT_KEY_H
#define TF_NET_JWT_KEY_H

#include <cjose/cjose.h>

#include "net/jwt.h"

struct tf_jwt_key {
	cjose_jwk_t *jwk;
};

#endif
