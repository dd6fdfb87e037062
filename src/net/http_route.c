#include <stdio.h>
#include <string.h>

#include "net/http_server.h"

static bool fits(const char *pattern, const char *path)
{
	while (*pattern && *path) {
		if (strncmp(pattern, "{}", 2) == 0) {
			size_t len = strcspn(path, "/");

			if (len == 0)
				return false;
			pattern += 2;
			path += len;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*pattern && !*path;
}

static bool wants(const tf_http_route *r, tf_http_method m)
{
	return r->method == m || (r->method == TF_HTTP_GET && m == TF_HTTP_HEAD);
}

void tf_http_dispatch(const tf_http_route *routes, size_t n, void *ctx, tf_http_call *call)
{
	const tf_http_req *req = tf_http_call_request(call);
	char allow[96] = "";
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (!fits(routes[i].pattern, req->path.p))
			continue;
		if (wants(&routes[i], req->method)) {
			routes[i].handle(ctx, call);
			return;
		}
		if (len < sizeof(allow) - 16 && !strstr(allow, tf_http_method_name(routes[i].method)))
			len += (size_t)snprintf(allow + len, sizeof(allow) - len, "%s%s", len ? ", " : "",
			                        tf_http_method_name(routes[i].method));
	}
	if (len > 0)
		tf_http_call_not_allowed(call, allow);
	else
		tf_http_call_error(call, 404, 404, "Not found");
}
