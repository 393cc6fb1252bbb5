/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick of the lookup figure: libevent's own evhttp on one thread, answering every request
 * with one constant body. `bare_evhttp BODY_FILE`; on loopback, on a free port, which it prints;
 * ends at SIGTERM.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#define BODY_BYTES_MAX (1024 * 1024)

static char body[BODY_BYTES_MAX];
static size_t body_bytes;

static void
answer(struct evhttp_request *request, void *context)
{
	struct evbuffer *out = evbuffer_new();

	(void)context;
	evbuffer_add_reference(out, body, body_bytes, NULL, NULL);
	evhttp_add_header(
		evhttp_request_get_output_headers(request), "Content-Type", "application/json");
	evhttp_send_reply(request, 200, "OK", out);
	evbuffer_free(out);
}

static void
end(evutil_socket_t number, short what, void *base)
{
	(void)number;
	(void)what;
	event_base_loopbreak(base);
}

int
main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct evhttp *http = base != NULL ? evhttp_new(base) : NULL;
	struct event *term = base != NULL ? evsignal_new(base, SIGTERM, end, base) : NULL;
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	struct evhttp_bound_socket *bound;
	struct sockaddr_in own;
	socklen_t own_bytes = sizeof own;

	if (http == NULL || term == NULL || file == NULL) {
		fprintf(stderr, "usage: bare_evhttp BODY_FILE\n");
		return 2;
	}
	body_bytes = fread(body, 1, sizeof body, file);
	fclose(file);
	evhttp_set_gencb(http, answer, NULL);
	bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	if (bound == NULL || getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&own,
				     &own_bytes) != 0) {
		fprintf(stderr, "bare_evhttp: no port can be listened on\n");
		return 1;
	}
	printf("%u\n", ntohs(own.sin_port));
	fflush(stdout);
	event_add(term, NULL);
	event_base_dispatch(base);
	event_free(term);
	evhttp_free(http);
	event_base_free(base);
	return 0;
}
