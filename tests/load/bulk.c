/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of any length through POST /v1/screenings of a server on loopback, and what it costs the
 * server, whose process is PID.
 *
 * - stream PORT PID BYTES KIB: sends about BYTES of NDJSON and reads the answer as it comes. Each
 *   row must be answered, and the server's own memory may grow by at most KIB after the first
 *   sixteenth (0: it is not looked at).
 * - stall PORT PID: sends for as long as it is taken and reads nothing. It must come to a stand,
 *   and then the server must not work.
 *
 * Prints one line; ends with 1 where something is not so.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"

#define BLOCK_BYTES (64 * 1024)
#define PATIENCE_MS 30000
/* Taken as a stand: so long nothing is taken, twice. */
#define STILL_MS 1000
/* Of processor time while nothing is done, in hundredths of a second: the loop's ticks. */
#define STILL_TICKS 5
/* No server has buffers for so much. */
#define STALL_BYTES_MAX (256UL * 1024 * 1024)

static const char row[] = "{\"supplier\":{\"name\":\"Example Garments "
			  "Ltd\",\"country\":\"BGD\"},\"products\":[{\"hs\":"
			  "\"6109\"}],\"findings\":["
#define FINDING(n)                                                                                 \
	"{\"indicator\":\"withholding_of_wages\",\"state\":\"absent\",\"source\":\"audit_"         \
	"announced\",\"date\":\"2025-11-" n "\"}"
	FINDING("01") "," FINDING("02") "," FINDING("03") "," FINDING("04") "," FINDING(
		"05") "," FINDING("06") "," FINDING("07") "," FINDING("08") "," FINDING("09") "]}"
											      "\n";
#define ROW_BYTES (sizeof row - 1)

struct run {
	int fd;
	char block[BLOCK_BYTES + sizeof row]; /* whole rows */
	size_t block_bytes;
	uint64_t wanted, sent; /* bytes of the body */
	uint64_t received, rows;
	char tail[5];     /* the last bytes received */
	uint64_t looked;  /* bytes sent when memory was looked at last */
	long first, last; /* KiB of the server's own memory */
};

static int
connect_to(const char *port)
{
	int fd = loopback_connect(loopback_socket(0), (uint16_t)strtoul(port, NULL, 10));

	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		perror("bulk: connecting");
		exit(1);
	}
	return fd;
}

static long
memory_of(const char *pid)
{
	char path[64], line[256];
	long kib = -1;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%s/status", pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtol(line + 8, NULL, 10);
	if (file != NULL)
		fclose(file);
	return kib;
}

/* Processor time of the process, in clock ticks; its name has no blanks. */
static long
ticks_of(const char *pid)
{
	char path[64];
	long user = -1, system = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (file == NULL ||
		fscanf(file, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld %ld", &user,
			&system) != 2)
		user = -1;
	if (file != NULL)
		fclose(file);
	return user < 0 ? -1 : user + system;
}

static void
begin(struct run *run, const char *port, uint64_t bytes)
{
	char head[256];
	int n;

	run->fd = connect_to(port);
	while (run->block_bytes + ROW_BYTES <= BLOCK_BYTES) {
		memcpy(run->block + run->block_bytes, row, ROW_BYTES);
		run->block_bytes += ROW_BYTES;
	}
	run->wanted = (bytes + ROW_BYTES - 1) / ROW_BYTES * ROW_BYTES;
	n = snprintf(head, sizeof head,
		"POST /v1/screenings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		"Content-Type: application/x-ndjson\r\nContent-Length: %" PRIu64 "\r\n\r\n",
		run->wanted);
	if (write(run->fd, head, (size_t)n) != n) {
		perror("bulk: sending");
		exit(1);
	}
}

/* False where nothing is taken now. */
static bool
send_some(struct run *run)
{
	size_t at = run->sent % run->block_bytes, n = run->block_bytes - at;
	ssize_t sent;

	if (n > run->wanted - run->sent)
		n = run->wanted - run->sent;
	sent = send(run->fd, run->block + at, n, MSG_NOSIGNAL);
	if (sent > 0)
		run->sent += (uint64_t)sent;
	return sent > 0;
}

/* The last bytes of all that came. */
static void
keep_tail(struct run *run, const char *bytes, size_t n)
{
	size_t room = sizeof run->tail, kept = n < room ? room - n : 0;

	memmove(run->tail, run->tail + room - kept, kept);
	memcpy(run->tail + kept, bytes + n - (room - kept), room - kept);
}

/* Rows end in "}" and a line feed; nothing of the framing does. False at the end. */
static bool
receive_some(struct run *run)
{
	static char bytes[256 * 1024];
	ssize_t n = read(run->fd, bytes, sizeof bytes);
	const char *end = bytes + (n > 0 ? n : 0);

	for (const char *p = bytes; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		run->rows += (p > bytes ? p[-1] : run->tail[sizeof run->tail - 1]) == '}';
	if (n > 0) {
		run->received += (uint64_t)n;
		keep_tail(run, bytes, (size_t)n);
	}
	return n != 0;
}

/* Looked at now and then. */
static void
watch(struct run *run, const char *pid)
{
	if (run->sent < run->wanted / 16 || run->sent < run->looked + BLOCK_BYTES * 8)
		return;
	run->looked = run->sent;
	run->last = memory_of(pid);
	if (run->first == 0)
		run->first = run->last;
}

static int
stream(const char *port, const char *pid, uint64_t bytes, long growth_max)
{
	static struct run run;
	bool open = true;
	uint64_t wanted;

	begin(&run, port, bytes);
	while (open) {
		struct pollfd p = {.fd = run.fd, .events = POLLIN};

		if (run.sent < run.wanted)
			p.events |= POLLOUT;
		if (poll(&p, 1, PATIENCE_MS) <= 0) {
			fprintf(stderr, "bulk: nothing moves\n");
			return 1;
		}
		if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			open = receive_some(&run);
		if ((p.revents & POLLOUT) != 0)
			(void)send_some(&run);
		watch(&run, pid);
	}
	wanted = run.wanted / ROW_BYTES;
	printf("%" PRIu64 " rows of %" PRIu64 ", %" PRIu64 " bytes sent, %" PRIu64
	       " received, memory %ld KiB at first, %ld at last\n",
		run.rows, wanted, run.sent, run.received, run.first, run.last);
	return run.rows != wanted || memcmp(run.tail, "0\r\n\r\n", 5) != 0 ||
	       (growth_max > 0 && run.last > run.first + growth_max);
}

static int
stall(const char *port, const char *pid)
{
	static struct run run;
	long before = 0, after = 0;
	int still = 0;

	begin(&run, port, STALL_BYTES_MAX);
	while (still < 2 && run.sent < run.wanted) {
		struct pollfd p = {.fd = run.fd, .events = POLLOUT};
		int ready;

		before = ticks_of(pid);
		ready = poll(&p, 1, STILL_MS);
		after = ticks_of(pid);
		if (ready < 0 || (ready > 0 && !send_some(&run) && (p.revents & POLLERR) != 0)) {
			fprintf(stderr, "bulk: the connection broke\n");
			return 1;
		}
		still = ready == 0 ? still + 1 : 0;
	}
	printf("%" PRIu64 " bytes taken, then %ld ticks in %d ms\n", run.sent, after - before,
		STILL_MS);
	return run.sent >= run.wanted || before < 0 || after - before > STILL_TICKS;
}

int
main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "stream") == 0)
		return stream(
			argv[2], argv[3], strtoull(argv[4], NULL, 10), strtol(argv[5], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "stall") == 0)
		return stall(argv[2], argv[3]);
	fprintf(stderr, "usage: bulk stream PORT PID BYTES KIB | bulk stall PORT PID\n");
	return 2;
}
