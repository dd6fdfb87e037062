#include "base/err.h"

const char *tf_err_name(tf_err e)
{
	switch (e) {
	case TF_OK: return "OK";
	case TF_E_USAGE: return "USAGE";
	case TF_E_CAPACITY: return "USAGE/capacity";
	case TF_E_FAULT: return "USAGE/fault";
	case TF_E_ENCODING: return "ENCODING";
	case TF_E_TRUNCATED: return "ENCODING/truncated";
	case TF_E_TRAILING: return "ENCODING/trailing";
	case TF_E_TOO_LARGE: return "ENCODING/too-large";
	case TF_E_UNSUPPORTED: return "ENCODING/unsupported";
	case TF_E_STATE: return "STATE";
	case TF_E_DUPLICATE: return "STATE/duplicate";
	case TF_E_REPLAY: return "STATE/replay";
	case TF_E_CONFLICT: return "STATE/conflict";
	case TF_E_NOT_FOUND: return "STATE/not-found";
	case TF_E_EXPIRED: return "STATE/expired";
	case TF_E_SESSION: return "STATE/session";
	case TF_E_PROOF: return "PROOF";
	case TF_E_POLICY: return "POLICY";
	case TF_E_MISMATCH: return "POLICY/mismatch";
	case TF_E_RESOURCE: return "RESOURCE";
	case TF_E_ENTROPY: return "RESOURCE/entropy";
	case TF_E_IO: return "RESOURCE/io";
	case TF_E_BUSY: return "RESOURCE/busy";
	case TF_E_CANCELLED: return "RESOURCE/cancelled";
	case TF_E_TRUST: return "TRUST";
	case TF_E_SEAL: return "TRUST/seal";
	case TF_E_AUTH: return "TRUST/auth";
	}
	return "UNKNOWN";
}
