/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds connections open: `idle PORT COUNT [TARGET]` on loopback. Each has asked for TARGET once
 * and read its answer, or, without TARGET, sent nothing. Prints how many are open once they are,
 * and ends when its standard input does. More ports than one source address has are no matter up
 * to some 28,000.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"

#define COUNT_MAX 20000
#define ANSWER_BYTES_MAX (256 * 1024)

/* Reads one answer with a Content-Length to its end; false where there is none. */
static int
read_answer(int fd)
{
	static char bytes[ANSWER_BYTES_MAX + 1];
	size_t n = 0, wanted = 0;

	while (wanted == 0 || n < wanted) {
		ssize_t got = read(fd, bytes + n, ANSWER_BYTES_MAX - n);
		const char *end, *length;

		if (got <= 0)
			return 0;
		n += (size_t)got;
		bytes[n] = '\0';
		end = strstr(bytes, "\r\n\r\n");
		length = strstr(bytes, "Content-Length: ");
		if (wanted == 0 && end != NULL && length != NULL && length < end)
			wanted = (size_t)(end + 4 - bytes) + strtoul(length + 16, NULL, 10);
	}
	return n == wanted && strncmp(bytes, "HTTP/1.1 200", 12) == 0;
}

static int
ask(int fd, const char *target)
{
	char request[512];
	int n = snprintf(
		request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);

	return n > 0 && (size_t)n < sizeof request && write(fd, request, (size_t)n) == n &&
	       read_answer(fd);
}

int
main(int argc, char **argv)
{
	const struct rlimit files = {COUNT_MAX + 64, COUNT_MAX + 64};
	long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0, open = 0;
	char byte;

	if (count < 1 || count > COUNT_MAX) {
		fprintf(stderr, "usage: idle PORT COUNT [TARGET], COUNT from 1 to %d\n", COUNT_MAX);
		return 2;
	}
	(void)setrlimit(RLIMIT_NOFILE, &files);
	for (; open < count; open++) {
		int fd = loopback_connect(loopback_socket(0), (uint16_t)strtoul(argv[1], NULL, 10));

		if (fd < 0 || (argc > 3 && !ask(fd, argv[3]))) {
			fprintf(stderr, "idle: connection %ld failed\n", open);
			break;
		}
	}
	printf("%ld\n", open);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return open == count ? 0 : 1;
}
