/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick of the lookup figure: libevent's own evhttp on one thread, answering every request
 * with one constant body. `bare_evhttp PORT BODY_FILE`; loopback only; ends at SIGTERM.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

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
	FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;

	if (http == NULL || term == NULL || file == NULL) {
		fprintf(stderr, "usage: bare_evhttp PORT BODY_FILE\n");
		return 2;
	}
	body_bytes = fread(body, 1, sizeof body, file);
	fclose(file);
	evhttp_set_gencb(http, answer, NULL);
	if (evhttp_bind_socket(http, "127.0.0.1", (unsigned short)atoi(argv[1])) != 0) {
		fprintf(stderr, "bare_evhttp: port %s cannot be listened on\n", argv[1]);
		return 1;
	}
	event_add(term, NULL);
	event_base_dispatch(base);
	event_free(term);
	evhttp_free(http);
	event_base_free(base);
	return 0;
}
