#include <stdio.h>
#include <string.h>

#include "net/conn_state.h"

X509 *tf_conn_peer(const tf_conn *c)
{
	return c->engine.ssl ? SSL_get0_peer_certificate(c->engine.ssl) : NULL;
}

void tf_conn_name(tf_conn *c, const struct sockaddr *sa)
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)sa;

		uv_ip6_name(six, host, sizeof(host));
		snprintf(c->addr, sizeof(c->addr), "[%s]:%u", host, (unsigned)ntohs(six->sin6_port));
	} else {
		const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)sa;

		uv_ip4_name(four, host, sizeof(host));
		snprintf(c->addr, sizeof(c->addr), "%s:%u", host, (unsigned)ntohs(four->sin_port));
	}
	snprintf(c->host, sizeof(c->host), "%s", host);
}

const char *tf_conn_peer_addr(const tf_conn *c)
{
	return c->addr;
}

const char *tf_conn_peer_host(const tf_conn *c)
{
	return c->host;
}

tf_err tf_conn_export(const tf_conn *c, const char *label, uint8_t out[static 32])
{
	if (!c->tls || !c->was_ready || !c->engine.ssl)
		return TF_E_STATE;
	return SSL_export_keying_material(c->engine.ssl, out, 32, label, strlen(label), NULL, 0,
	                                  0) == 1 ? TF_OK : TF_E_STATE;
}
