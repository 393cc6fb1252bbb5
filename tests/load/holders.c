/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients that hold on to what others need: `holders PORT CASE [N]`, on loopback alone. Each case
 * prints what became of them and ends with 0 where it is as it should be.
 *
 *   trickle       a head and a body that come a byte at a time are cut, whatever comes
 *   slow          who takes some bytes of a large answer now and then is cut
 *   patient       who takes enough of it is not
 *   idle N        with N idle connections open, the one that was idle for longest makes room
 *   busy N        with N requests begun, the next connection is told 503 and closed
 *   streams N     with N lists begun, the next is told 429; once one has ended there is room again
 *   address N     with N connections of one address open, the next is told 429 and closed; once
 *                 one has gone there is room again
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"

#define CONNECTIONS_MAX 256
#define ANSWER_BYTES_MAX 8192
#define SECONDS_MAX 10
#define PACE_MS 20
#define SLOW_BYTES 16
/* So many answers of 150 KB that no buffer of the kernel's takes them all. */
#define LARGE_COUNT 200
#define LARGE "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define SMALL "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

static uint16_t port;

static int
connected(int receive_bytes)
{
	int fd = loopback_socket(SECONDS_MAX);

	if (receive_bytes != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
	fd = loopback_connect(fd, port);
	if (fd >= 0)
		return fd;
	perror("holders: a connection");
	exit(2);
}

/* The status of the answer to a small request; 0 where the server closed instead. What is told to
 * somebody who has asked nothing yet is an answer as well. */
static int
ask(int fd, const char *request)
{
	char answer[ANSWER_BYTES_MAX];
	size_t have = 0;
	ssize_t n;

	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0 && errno != EPIPE &&
		errno != ECONNRESET)
		return 0;
	while (have < sizeof answer - 1 &&
		(n = recv(fd, answer + have, sizeof answer - 1 - have, 0)) > 0) {
		have += (size_t)n;
		answer[have] = '\0';
		if (strstr(answer, "\r\n\r\n") != NULL)
			return atoi(answer + strlen("HTTP/1.1 "));
	}
	return 0;
}

/* Whether the server has closed it, or does so within so many milliseconds. */
static bool
is_closed(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&p, 1, wait_ms) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
}

static int
say(bool is_good, const char *what)
{
	printf("%s: %s\n", is_good ? "good" : "FAILED", what);
	return is_good ? 0 : 1;
}

/* ---- cases ---- */

/* Byte after byte, until the server answers or closes. */
static int
trickle_one(const char *begin, const char *filler)
{
	int fd = connected(0), status = 0;
	int64_t end = loopback_now_ms() + SECONDS_MAX * 1000;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char answer[64];
	ssize_t n;

	(void)send(fd, begin, strlen(begin), MSG_NOSIGNAL);
	while (loopback_now_ms() < end && poll(&p, 1, PACE_MS) == 0)
		if (send(fd, filler, 1, MSG_NOSIGNAL) < 0)
			break;
	n = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
	if (n > 0) {
		answer[n] = '\0';
		status = atoi(answer + strlen("HTTP/1.1 "));
	}
	close(fd);
	return status;
}

static int
trickle(void)
{
	bool good = trickle_one("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "a") == 408;

	good = trickle_one("POST /v1/verify HTTP/1.1\r\nHost: localhost\r\n"
			   "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
		       " ") == 408 &&
	       good;
	return say(good, "a byte at a time is answered with 408");
}

/* Takes `bytes` each PACE_MS for so long; false once the server has given up. */
static bool
take_for(int fd, size_t bytes, int64_t milliseconds)
{
	static char taken[65536];
	int64_t end = loopback_now_ms() + milliseconds;

	while (loopback_now_ms() < end) {
		ssize_t n = recv(fd, taken, bytes, 0);

		if (n <= 0)
			return false;
		(void)poll(NULL, 0, PACE_MS);
	}
	return true;
}

static int
ask_much(void)
{
	int fd = connected(4096);

	for (int i = 0; i < LARGE_COUNT; i++)
		if (send(fd, LARGE, sizeof LARGE - 1, MSG_NOSIGNAL) < 0)
			break;
	return fd;
}

static int
slow(void)
{
	int fd = ask_much();
	bool given_up = !take_for(fd, SLOW_BYTES, SECONDS_MAX * 1000);

	close(fd);
	return say(given_up, "who takes hardly anything is cut");
}

static int
patient(void)
{
	int fd = ask_much();
	bool served = take_for(fd, 4096, 4000);

	close(fd);
	return say(served, "who takes enough is served on");
}

static void
open_all(int *fds, size_t n, const char *request)
{
	for (size_t i = 0; i < n; i++) {
		fds[i] = connected(0);
		if (strcmp(request, SMALL) == 0 && ask(fds[i], request) != 200) {
			printf("FAILED: connection %zu was not served\n", i);
			exit(1);
		}
		if (strcmp(request, SMALL) != 0)
			(void)send(fds[i], request, strlen(request), MSG_NOSIGNAL);
	}
}

static int
idle(size_t n)
{
	int fds[CONNECTIONS_MAX], more;
	bool good;

	open_all(fds, n, SMALL);
	/* The first is not the one that was idle for longest any more. */
	good = ask(fds[0], SMALL) == 200;
	more = connected(0);
	good = good && ask(more, SMALL) == 200 && is_closed(fds[1], SECONDS_MAX * 1000);
	for (size_t i = 0; i < n; i++)
		good = good && (i == 1 || ask(fds[i], SMALL) == 200);
	return say(good, "the connection that was idle for longest made room, and no other");
}

/* Asks on one new connection after another until it is served, or until it is not: the server takes
 * in what was sent, and what has gone, when it comes to it. */
static int
ask_until(bool is_served, const char *request)
{
	int64_t end = loopback_now_ms() + SECONDS_MAX * 1000;
	int status;

	do {
		int fd = connected(0);

		status = ask(fd, request);
		close(fd);
	} while ((status == 200) != is_served && loopback_now_ms() < end);
	return status;
}

static int
busy(size_t n)
{
	int fds[CONNECTIONS_MAX];

	open_all(fds, n, "GET / HTTP/1.1\r\nHost:");
	return say(ask_until(false, SMALL) == 503, "where all are busy, a new one is told so");
}

static int
address(size_t n)
{
	int fds[CONNECTIONS_MAX], more;
	bool good;

	open_all(fds, n, SMALL);
	more = connected(0);
	good = ask(more, SMALL) == 429 && is_closed(more, SECONDS_MAX * 1000);
	close(more);
	close(fds[0]);
	good = ask_until(true, SMALL) == 200 && good;
	return say(good, "an address has its connections, and no more");
}

#define LIST                                                                                       \
	"POST /v1/screenings HTTP/1.1\r\nHost: localhost\r\nContent-Type: "                        \
	"application/x-ndjson\r\n"                                                                 \
	"Transfer-Encoding: chunked\r\n"
#define ROW "2a\r\n{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"}}\n\r\n"

static int
streams(size_t n)
{
	int fds[CONNECTIONS_MAX], more;
	bool good = true;

	/* The answer to the first row shows that the list was let in. */
	for (size_t i = 0; i < n; i++) {
		fds[i] = connected(0);
		good = ask(fds[i], LIST "\r\n" ROW) == 200 && good;
	}
	more = connected(0);
	good = ask(more, LIST "\r\n" ROW) == 429 && good;
	close(more);
	close(fds[0]);
	good = ask_until(true, LIST "\r\n" ROW "0\r\n\r\n") == 200 && good;
	return say(good, "so many lists at a time, and no more");
}

int
main(int argc, char **argv)
{
	const char *what = argc >= 3 ? argv[2] : "";
	size_t n = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;

	port = argc >= 3 ? (uint16_t)atoi(argv[1]) : 0;
	if (strcmp(what, "trickle") == 0)
		return trickle();
	if (strcmp(what, "slow") == 0)
		return slow();
	if (strcmp(what, "patient") == 0)
		return patient();
	if (n > 1 && n <= CONNECTIONS_MAX) {
		if (strcmp(what, "idle") == 0)
			return idle(n);
		if (strcmp(what, "busy") == 0)
			return busy(n);
		if (strcmp(what, "address") == 0)
			return address(n);
		if (strcmp(what, "streams") == 0)
			return streams(n);
	}
	fprintf(stderr, "usage: holders PORT trickle|slow|patient, holders PORT "
			"idle|busy|address|streams N\n");
	return 2;
}
