/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends each row of tests/unit/http/refused.txt to a real server, with a good request behind it:
 * `refused PORT`. Each must get exactly one answer, with the row's status and `Connection: close`,
 * and then the end of the connection: nothing behind a refused message is read. Loopback only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"
#include "tests/unit/http_rows.h"

#define ANSWER_BYTES_MAX 65536
#define REQUEST_BYTES_MAX (1024 * 1024)
#define SECONDS_MAX 10

static const char good[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct run {
	uint16_t port;
	unsigned faults;
};

/* The whole of what comes until the server closes; -1 when it does not. */
static ssize_t
read_all(int fd, char *out)
{
	size_t have = 0;
	ssize_t n;

	while ((n = recv(fd, out + have, ANSWER_BYTES_MAX - 1 - have, 0)) > 0)
		have += (size_t)n;
	out[have] = '\0';
	return n == 0 ? (ssize_t)have : -1;
}

/* Exactly one answer: what came ends where the answer's own length says. */
static const char *
judge(const char *answer, int status)
{
	const char *length = strstr(answer, "\r\nContent-Length: "),
		   *body = strstr(answer, "\r\n\r\n");
	char wanted[32];

	snprintf(wanted, sizeof wanted, "HTTP/1.1 %d ", status);
	if (strncmp(answer, wanted, strlen(wanted)) != 0)
		return "another status";
	if (strstr(answer, "\r\nConnection: close\r\n") == NULL)
		return "no Connection: close";
	if (strstr(answer, "application/problem+json") == NULL || length == NULL || body == NULL)
		return "no problem";
	return strlen(body + 4) != strtoul(length + 18, NULL, 10) ? "more than one answer" : NULL;
}

/* Rows with a body are sent to an address that takes one: the refusal is to be the body's. */
static void
aim(struct prb_str *request)
{
	static const char from[] = "POST / HTTP", to[] = "POST /v1/verify HTTP";
	size_t n = sizeof from - 1;
	struct prb_str aimed;

	if (request->n < n || memcmp(request->p, from, n) != 0)
		return;
	prb_str_init(&aimed, REQUEST_BYTES_MAX);
	prb_str_add_text(&aimed, to);
	prb_str_add(&aimed, request->p + n, request->n - n);
	prb_str_finish(request);
	*request = aimed;
}

static void
one_row(const struct http_row *row, void *context)
{
	static char answer[ANSWER_BYTES_MAX];
	struct run *run = context;
	const char *wrong = "the server did not close";
	struct prb_str request;
	int status = atoi(row->columns[1].p),
	    fd = loopback_connect(loopback_socket(SECONDS_MAX), run->port);

	prb_str_init(&request, REQUEST_BYTES_MAX);
	answer[0] = '\0';
	if (http_row_bytes(row->columns[2], &request))
		aim(&request);
	if (request.failed || request.n == 0)
		wrong = "the row cannot be read";
	else if (fd >= 0 && send(fd, request.p, request.n, MSG_NOSIGNAL) >= 0) {
		(void)send(fd, good, sizeof good - 1, MSG_NOSIGNAL);
		if (read_all(fd, answer) >= 0)
			wrong = judge(answer, status);
	}
	if (fd >= 0)
		close(fd);
	prb_str_finish(&request);
	if (wrong == NULL)
		return;
	run->faults++;
	fprintf(stderr, "refused.txt:%d: (%.*s; %.*s): %s: %.60s\n", row->line,
		PRB_SPAN_ARGS(row->columns[0]), PRB_SPAN_ARGS(row->columns[3]), wrong, answer);
}

int
main(int argc, char **argv)
{
	struct run run = {0};
	int rows;

	if (argc != 2) {
		fprintf(stderr, "usage: refused PORT\n");
		return 2;
	}
	run.port = (uint16_t)atoi(argv[1]);
	rows = http_rows_each("refused.txt", 4, one_row, &run);
	printf("%d requests refused, %u otherwise\n", rows - (int)run.faults, run.faults);
	return rows < 100 || run.faults != 0;
}
