/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `crowd PORT PID MILLISECONDS CONNECTIONS KIB_EACH_MAX KIND...`: a crowd of bad clients around one
 * good one. First the good client asks alone for a while, then with all of the crowd's kinds at
 * once:
 *
 * - idle: connected, and silent
 * - half: half a head, and silent
 * - slow: a head, one byte a second on each connection
 * - deaf: asks for a large answer again and again and never reads
 * - storm: connects and goes away, as fast as one thread can
 *
 * Prints the good client's 50th and 99th percentile and its worst, and how often it was refused,
 * alone and in the crowd; how many connections the server has open in the end, of the crowd those
 * that it has not cut; and its memory (from /proc/PID/smaps_rollup: resident without the mapped
 * files). Ends with 1 when the good client got a wrong answer, or none, or the server took more
 * than KIB_EACH_MAX for each of the crowd (0: that is not looked at). Loopback alone; bounded in
 * connections and time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"

#define CONNECTIONS_MAX 20000
#define FIRST_KIND_AT 6 /* among the arguments */
#define SAMPLES_MAX 1000000
#define ANSWER_BYTES_MAX 65536
#define SECONDS_MAX 10

static const char good[] =
	"GET /v1/products?hs=6109&origin=BGD HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char metrics[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char large[] = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char half[] = "GET /v1/products?hs=6109&origin=BGD HTTP/1.1\r\nHost: loc";

enum kind { IDLE, HALF, SLOW, DEAF, STORM, KINDS };
static const char *const kind_names[KINDS] = {"idle", "half", "slow", "deaf", "storm"};

static struct {
	uint16_t port;
	int *sockets;
	enum kind *kinds;
	size_t count;
	bool wanted[KINDS];
	atomic_bool over;
	atomic_uint storms;
	uint32_t *samples;
	size_t samples_count;
	unsigned refused, wrong;
} all;

/* From 127.0.1.1 and so on: each address has ports of its own, so that those that the kernel keeps
 * for a minute do not run out. */
static int
connected(void)
{
	static atomic_uint turn;
	struct sockaddr_in own = {.sin_family = AF_INET};
	int one = 1, fd = loopback_socket(SECONDS_MAX);

	own.sin_addr.s_addr = htonl(0x7F000101 + atomic_fetch_add(&turn, 1) % 100);
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
	(void)!bind(fd, (struct sockaddr *)&own, sizeof own);
	return loopback_connect(fd, all.port);
}

/* ---- the good one ---- */

/* The status of one whole answer; 0: there was none. */
static int
ask(int fd, const char *request, char *answer)
{
	size_t have = 0, wanted = SIZE_MAX;

	if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
		return 0;
	while (have < wanted) {
		ssize_t n = recv(fd, answer + have, ANSWER_BYTES_MAX - 1 - have, 0);
		const char *end, *length;

		if (n <= 0)
			return 0;
		have += (size_t)n;
		answer[have] = '\0';
		end = wanted == SIZE_MAX ? strstr(answer, "\r\n\r\n") : NULL;
		if (end == NULL)
			continue;
		length = strstr(answer, "\r\nContent-Length: ");
		wanted = (size_t)(end - answer) + 4 +
			 (length != NULL ? strtoul(length + 18, NULL, 10) : 0);
	}
	return atoi(answer + 9);
}

/* Each request on a connection that is kept, now and then a new one. */
static void
measure(int64_t milliseconds, const char *name)
{
	static char answer[ANSWER_BYTES_MAX];
	int64_t end = loopback_now_us() + milliseconds * 1000;
	int fd = -1, status;

	all.samples_count = 0;
	all.refused = 0;
	for (unsigned n = 0; loopback_now_us() < end && all.samples_count < SAMPLES_MAX; n++) {
		int64_t begin = loopback_now_us();

		if (fd >= 0 && n % 50 == 0) {
			close(fd);
			fd = -1;
		}
		if (fd < 0)
			fd = connected();
		status = fd >= 0 ? ask(fd, good, answer) : 0;
		if (status == 200)
			all.samples[all.samples_count++] = (uint32_t)(loopback_now_us() - begin);
		else {
			all.refused++;
			if (status != 503 && status != 429)
				all.wrong++;
			if (fd >= 0)
				close(fd);
			fd = -1;
		}
		/* A person's pace, not a race: a thousand a second at most. */
		poll(NULL, 0, 1);
	}
	if (fd >= 0)
		close(fd);
	printf("%s: ", name);
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t
percentile(unsigned hundredths)
{
	return all.samples_count == 0 ? 0 : all.samples[all.samples_count * hundredths / 100];
}

static void
print(void)
{
	qsort(all.samples, all.samples_count, sizeof *all.samples, compare);
	printf("%zu answers, p50 %u us, p99 %u us, worst %u us, %u refused\n", all.samples_count,
		percentile(50), percentile(99),
		all.samples_count == 0 ? 0 : all.samples[all.samples_count - 1], all.refused);
}

/* ---- the bad ones ---- */

static void
begin_one(size_t i, enum kind kind)
{
	int small = 4096, fd;

	all.kinds[i] = kind;
	all.sockets[i] = fd = connected();
	if (fd < 0)
		return;
	if (kind == HALF)
		(void)!send(fd, half, sizeof half - 1, MSG_NOSIGNAL);
	if (kind == DEAF) {
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		for (int n = 0; n < 8; n++)
			(void)!send(fd, large, sizeof large - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

static void
gather(size_t connections)
{
	size_t kinds = 0, at = 0;

	for (enum kind k = IDLE; k < STORM; k++)
		kinds += all.wanted[k];
	for (enum kind k = IDLE; k < STORM && kinds > 0; k++)
		for (size_t n = 0; all.wanted[k] && n < connections / kinds; n++)
			begin_one(at++, k);
	all.count = at;
}

static void *
trickle(void *nothing)
{
	for (size_t sent = 0; !atomic_load(&all.over); sent++) {
		for (size_t i = 0; i < all.count; i++)
			if (all.kinds[i] == SLOW && all.sockets[i] >= 0)
				(void)!send(all.sockets[i], &good[sent % (sizeof good - 5)], 1,
					MSG_NOSIGNAL | MSG_DONTWAIT);
		for (int n = 0; n < 10 && !atomic_load(&all.over); n++)
			poll(NULL, 0, 100);
	}
	return nothing;
}

static void *
storm(void *nothing)
{
	struct linger at_once = {1, 0};

	while (!atomic_load(&all.over)) {
		int fd = connected();

		if (fd < 0)
			continue;
		/* Without the minute that the kernel would keep the address for. */
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		close(fd);
		atomic_fetch_add(&all.storms, 1);
	}
	return nothing;
}

/* How many connections the server has open beside the one that asks; -1 where it does not say. */
static long
count_left(void)
{
	static const char name[] = "\nprobity_http_connections ";
	static char answer[ANSWER_BYTES_MAX];
	int fd = connected();
	const char *at = fd >= 0 && ask(fd, metrics, answer) == 200 ? strstr(answer, name) : NULL;

	if (fd >= 0)
		close(fd);
	return at != NULL ? strtol(at + sizeof name - 1, NULL, 10) - 1 : -1;
}

static long
memory_kib(const char *pid)
{
	char path[64], line[256];
	long total = 0, value;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.20s/smaps_rollup", pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Anonymous: %ld kB", &value) == 1)
			total = value;
	if (f != NULL)
		fclose(f);
	return total;
}

static bool
read_arguments(int argc, char **argv, size_t *connections, int64_t *milliseconds)
{
	if (argc < FIRST_KIND_AT)
		return false;
	all.port = (uint16_t)atoi(argv[1]);
	*milliseconds = atoi(argv[3]);
	*connections = strtoul(argv[4], NULL, 10);
	for (int i = FIRST_KIND_AT; i < argc; i++)
		for (enum kind k = IDLE; k < KINDS; k++)
			all.wanted[k] |= strcmp(argv[i], kind_names[k]) == 0;
	return *connections <= CONNECTIONS_MAX && *milliseconds > 0 && *milliseconds <= 600000;
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	pthread_t trickles, storms;
	size_t connections;
	int64_t milliseconds;
	long before, more, after;
	bool fits;

	if (!read_arguments(argc, argv, &connections, &milliseconds)) {
		fprintf(stderr, "usage: crowd PORT PID MILLISECONDS CONNECTIONS "
				"KIB_EACH_MAX [idle|half|slow|deaf|storm]...\n");
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	all.sockets = calloc(CONNECTIONS_MAX, sizeof *all.sockets);
	all.kinds = calloc(CONNECTIONS_MAX, sizeof *all.kinds);
	all.samples = calloc(SAMPLES_MAX, sizeof *all.samples);
	if (all.sockets == NULL || all.kinds == NULL || all.samples == NULL)
		return 2;
	measure(milliseconds, "alone");
	print();
	before = memory_kib(argv[2]);
	gather(connections);
	more = memory_kib(argv[2]) - before;
	pthread_create(&trickles, NULL, trickle, NULL);
	if (all.wanted[STORM])
		pthread_create(&storms, NULL, storm, NULL);
	measure(milliseconds, "in the crowd");
	atomic_store(&all.over, true);
	pthread_join(trickles, NULL);
	if (all.wanted[STORM])
		pthread_join(storms, NULL);
	print();
	after = memory_kib(argv[2]) - before;
	more = after > more ? after : more;
	fits = atol(argv[5]) == 0 || more <= atol(argv[5]) * (long)connections;
	printf("a crowd of %zu: %ld KiB of memory, %.1f each%s\n", all.count, more,
		all.count == 0 ? 0.0 : (double)more / (double)all.count,
		fits ? "" : ": more than it may");
	printf("%ld are left, %u came and went, %u odd\n", count_left(), atomic_load(&all.storms),
		all.wrong);
	return all.wrong == 0 && fits ? 0 : 1;
}
