#include <stdio.h>
#include <string.h>

#include "net/conn_state.h"

X509 *tf_conn_peer(const tf_conn *c)
{
	return c->engine.ssl ? SSL_get0_peer_certificate(c->engine.ssl) : NULL;
}

void tf_addr_name(char addr[static TF_ADDR_MAX], char host[static TF_ADDR_MAX],
                  const struct sockaddr *sa)
{
	snprintf(host, TF_ADDR_MAX, "?");
	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)sa;

		uv_ip6_name(six, host, INET6_ADDRSTRLEN);
		snprintf(addr, TF_ADDR_MAX, "[%.45s]:%u", host, (unsigned)ntohs(six->sin6_port));
	} else {
		const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)sa;

		uv_ip4_name(four, host, INET6_ADDRSTRLEN);
		snprintf(addr, TF_ADDR_MAX, "%.45s:%u", host, (unsigned)ntohs(four->sin_port));
	}
}

void tf_conn_name(tf_conn *c, const struct sockaddr *sa)
{
	tf_addr_name(c->addr, c->host, sa);
}

void tf_conn_note_cert_end(tf_conn *c)
{
	int64_t life = c->tls ? tf_engine_peer_life(&c->engine) : INT64_MAX;

	c->cert_end_ms = UINT64_MAX;
	if (life < INT64_MAX / 2000)
		c->cert_end_ms = tf_loop_now_ms(c->loop) + (life > 0 ? (uint64_t)life * 1000 : 0);
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
