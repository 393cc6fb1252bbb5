/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/lib_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#define REQUEST_BYTES_MAX ((size_t)64 * 1024)
#define PATIENCE_S 20 /* against a test that hangs; none waits so long */

const char SERVER_SILENT[] = "silent";

struct server {
	const char *const *answers;
	char url[SERVER_URL_BYTES];
	int listener;
	pthread_t thread;
	atomic_bool stopping;
	bool stopped;
	size_t connections;
	char *requests[SERVER_REQUESTS_MAX];
};

/* Whether the head and the body that it announces are there. */
static bool
is_complete(const char *text, size_t n)
{
	const char *end = strstr(text, "\r\n\r\n"), *length;
	size_t head;

	if (end == NULL)
		return false;
	head = (size_t)(end - text) + 4;
	if (strstr(text, "Transfer-Encoding: chunked") != NULL)
		return n - head >= 5 && strcmp(text + n - 5, "0\r\n\r\n") == 0;
	length = strstr(text, "Content-Length: ");
	return length == NULL || length > end || n - head >= strtoul(length + 16, NULL, 10);
}

static char *
read_request(int client)
{
	char *text = calloc(1, REQUEST_BYTES_MAX);
	size_t n = 0;
	ssize_t got = 1;

	while (text != NULL && got > 0 && n + 1 < REQUEST_BYTES_MAX && !is_complete(text, n)) {
		got = recv(client, text + n, REQUEST_BYTES_MAX - 1 - n, 0);
		n += got > 0 ? (size_t)got : 0;
	}
	return text;
}

static void
give(int client, const char *answer)
{
	size_t n = strlen(answer);
	char rest[512];

	if (answer == SERVER_SILENT) {
		while (recv(client, rest, sizeof rest, 0) > 0)
			continue;
		return;
	}
	while (n > 0) {
		ssize_t sent = send(client, answer, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		answer += sent;
		n -= (size_t)sent;
	}
}

static void *
serve(void *context)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	struct server *s = context;
	size_t given = 0;

	for (;;) {
		int client = accept(s->listener, NULL, NULL);

		if (client < 0 || s->stopping) {
			if (client >= 0)
				(void)close(client);
			return NULL;
		}
		(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		s->connections++;
		if (given < SERVER_REQUESTS_MAX && s->answers[given] != NULL) {
			s->requests[given] = read_request(client);
			give(client, s->answers[given++]);
		}
		(void)close(client);
	}
}

struct server *
server_start(const char *const *answers)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct server *s = calloc(1, sizeof *s);
	socklen_t n = sizeof address;

	assert_non_null(s);
	s->answers = answers;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(s->listener, 16), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &n), 0);
	(void)snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	return s;
}

const char *
server_url(const struct server *server)
{
	return server->url;
}

void
server_stop(struct server *server)
{
	if (server->stopped)
		return;
	server->stopped = true;
	server->stopping = true;
	/* Wakes the thread from accept. */
	(void)shutdown(server->listener, SHUT_RDWR);
	(void)pthread_join(server->thread, NULL);
	(void)close(server->listener);
}

size_t
server_connections(const struct server *server)
{
	assert_true(server->stopped);
	return server->connections;
}

const char *
server_request(const struct server *server, size_t n)
{
	assert_true(server->stopped);
	return n < SERVER_REQUESTS_MAX && server->requests[n] != NULL ? server->requests[n] : "";
}

void
server_destroy(struct server *server)
{
	server_stop(server);
	for (size_t i = 0; i < SERVER_REQUESTS_MAX; i++)
		free(server->requests[i]);
	free(server);
}
