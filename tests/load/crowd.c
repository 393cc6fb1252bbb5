/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `crowd PORT PID MILLISECONDS CONNECTIONS KIB_EACH_MAX [tls] KIND...`: a crowd of bad clients
 * around one good one. First the good client asks alone for a while, then with all of the crowd's
 * kinds at once:
 *
 * - idle: connected, and silent
 * - half: half a head, and silent
 * - slow: a head, one byte a second on each connection
 * - deaf: asks for a large answer again and again and never reads
 * - storm: connects and goes away, as fast as one thread can
 *
 * With `tls` all of these, and the good client, shake hands first, and there are more kinds:
 *
 * - mute: connected, never begins to shake hands
 * - hello: half a ClientHello, and silent
 * - stuck: a ClientHello, and silent
 * - renew: TLS 1.2, asks for another handshake, is refused and comes back, as fast as one thread
 *   can (OpenSSL's own client cannot ask again on that connection)
 * - rekey: TLS 1.3, renews its keys and wants the server to, as fast as one thread can
 *
 * Prints the good client's 50th and 99th percentile and its worst, and how often it was refused,
 * alone and in the crowd; how many connections the server has open in the end, of the crowd those
 * that it has not cut; and its memory (from /proc/PID/smaps_rollup: resident without the mapped
 * files). Ends with 1 when the good client got a wrong answer, or none, when a renewed handshake
 * was not refused, or when the server took more than KIB_EACH_MAX for each of the crowd (0: that is
 * not looked at). Loopback alone; bounded in connections and time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "tests/load/link.h"
#include "tests/load/loopback.h"

#define CONNECTIONS_MAX 20000
#define FIRST_KIND_AT 6 /* among the arguments */
#define SAMPLES_MAX 1000000
#define ANSWER_BYTES_MAX 65536
#define SECONDS_MAX 10
#define HELLO_BYTES_MAX 4096
#define STAYING_MS 1500

static const char good[] =
	"GET /v1/products?hs=6109&origin=BGD HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char metrics[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char large[] = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char half[] = "GET /v1/products?hs=6109&origin=BGD HTTP/1.1\r\nHost: loc";

/* From STORM on one thread each; before it many connections each. */
enum kind { IDLE, HALF, SLOW, DEAF, MUTE, HELLO, STUCK, STORM, RENEW, REKEY, KINDS };
static const char *const kind_names[KINDS] = {
	"idle", "half", "slow", "deaf", "mute", "hello", "stuck", "storm", "renew", "rekey"};

static struct {
	uint16_t port;
	SSL_CTX *tls; /* NULL: TCP alone */
	char hello[HELLO_BYTES_MAX];
	size_t hello_n;
	struct link *links;
	enum kind *kinds;
	size_t count;
	bool wanted[KINDS];
	atomic_bool over;
	atomic_uint came, refused_anew, wrong;
	uint32_t *samples;
	size_t samples_count;
	unsigned refused;
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

static struct link
linked(void)
{
	return link_over(connected(), all.tls);
}

/* ---- the good one ---- */

/* The status of one whole answer; 0: there was none. */
static int
ask(struct link *l, const char *request, char *answer)
{
	size_t have = 0, wanted = SIZE_MAX;

	if (l->fd < 0 || !link_send(l, request, strlen(request)))
		return 0;
	while (have < wanted) {
		ssize_t n = link_receive(l, answer + have, ANSWER_BYTES_MAX - 1 - have);
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
	struct link l = {.fd = -1};
	int status;

	all.samples_count = 0;
	all.refused = 0;
	for (unsigned n = 0; loopback_now_us() < end && all.samples_count < SAMPLES_MAX; n++) {
		int64_t begin = loopback_now_us();

		if (n % 50 == 0)
			link_close(&l);
		if (l.fd < 0)
			l = linked();
		status = ask(&l, good, answer);
		if (status == 200)
			all.samples[all.samples_count++] = (uint32_t)(loopback_now_us() - begin);
		else {
			all.refused++;
			if (status != 503 && status != 429)
				atomic_fetch_add(&all.wrong, 1);
			link_close(&l);
		}
		/* A person's pace, not a race: a thousand a second at most. */
		poll(NULL, 0, 1);
	}
	link_close(&l);
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

static bool
shakes_hands(enum kind kind)
{
	return all.tls != NULL && kind != MUTE && kind != HELLO && kind != STUCK;
}

static void
begin_one(size_t i, enum kind kind)
{
	struct link *l = &all.links[i];
	int small = 4096;

	all.kinds[i] = kind;
	*l = link_over(connected(), shakes_hands(kind) ? all.tls : NULL);
	if (l->fd < 0)
		return;
	if (kind == HELLO || kind == STUCK)
		(void)link_send(l, all.hello, kind == HELLO ? all.hello_n / 2 : all.hello_n);
	if (kind == HALF)
		(void)link_send(l, half, sizeof half - 1);
	if (kind == DEAF) {
		setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		for (int n = 0; n < 8; n++)
			(void)link_send(l, large, sizeof large - 1);
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
			if (all.kinds[i] == SLOW && all.links[i].fd >= 0)
				(void)link_send(&all.links[i], &good[sent % (sizeof good - 5)], 1);
		for (int n = 0; n < 10 && !atomic_load(&all.over); n++)
			poll(NULL, 0, 100);
	}
	return nothing;
}

/* Comes, and goes without the minute that the kernel would keep the address for. */
static void
come_and_go(SSL_CTX *context, void (*stay)(struct link *l))
{
	struct linger at_once = {1, 0};
	struct link l = link_over(connected(), context);

	if (l.fd < 0)
		return;
	if (stay != NULL)
		stay(&l);
	setsockopt(l.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	link_close(&l);
	atomic_fetch_add(&all.came, 1);
}

static void
shake_hands_anew(struct link *l)
{
	ERR_clear_error();
	if (SSL_renegotiate(l->ssl) == 1 && SSL_do_handshake(l->ssl) == 1)
		atomic_fetch_add(&all.wrong, 1);
	else if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_NO_RENEGOTIATION)
		atomic_fetch_add(&all.refused_anew, 1);
}

/* As long as the server takes it. */
static void
renew_keys(struct link *l)
{
	do
		ERR_clear_error();
	while (!atomic_load(&all.over) && SSL_key_update(l->ssl, SSL_KEY_UPDATE_REQUESTED) == 1 &&
		SSL_do_handshake(l->ssl) == 1);
}

static const struct flood {
	int version; /* of TLS; 0: what the good client speaks */
	void (*stay)(struct link *l);
} floods[KINDS] = {
	[RENEW] = {TLS1_2_VERSION, shake_hands_anew}, [REKEY] = {TLS1_3_VERSION, renew_keys}};

static void *
flood(void *which)
{
	const struct flood *f = which;
	SSL_CTX *own = f->version != 0 ? link_context(f->version) : NULL;

	while (!atomic_load(&all.over))
		come_and_go(own != NULL ? own : all.tls, f->stay);
	SSL_CTX_free(own);
	return NULL;
}

static bool
has_thread(enum kind kind)
{
	return all.wanted[kind] && (kind == SLOW || kind >= STORM);
}

/* How many connections the server has open beside the one that asks; -1 where it does not say. */
static long
count_left(void)
{
	static const char name[] = "\nprobity_http_connections ";
	static char answer[ANSWER_BYTES_MAX];
	struct link l = linked();
	const char *at = ask(&l, metrics, answer) == 200 ? strstr(answer, name) : NULL;

	link_close(&l);
	return at != NULL ? strtol(at + sizeof name - 1, NULL, 10) - 1 : -1;
}

/* The same once nobody goes any more: those who are cut may linger for a second. */
static long
count_those_who_stay(void)
{
	int64_t since = loopback_now_ms(), end = since + SECONDS_MAX * 1000, now = since;
	long left = count_left(), counted;

	while (now < end && now - since < STAYING_MS) {
		poll(NULL, 0, 100);
		counted = count_left();
		now = loopback_now_ms();
		if (counted != left)
			since = now;
		left = counted;
	}
	return left;
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

/* False where a kind wants `tls` before it, or is none. */
static bool
read_kinds(int n, char **words)
{
	bool with_tls = n > 0 && strcmp(words[0], "tls") == 0;

	if (with_tls) {
		all.tls = link_context(0);
		all.hello_n = link_hello(all.tls, all.hello, sizeof all.hello);
	}
	for (int i = with_tls ? 1 : 0; i < n; i++) {
		enum kind k = IDLE;

		while (k < KINDS && strcmp(words[i], kind_names[k]) != 0)
			k++;
		if (k == KINDS || (!with_tls && k > DEAF && k != STORM))
			return false;
		all.wanted[k] = true;
	}
	return true;
}

static bool
read_arguments(int argc, char **argv, size_t *connections, int64_t *milliseconds)
{
	if (argc < FIRST_KIND_AT)
		return false;
	all.port = (uint16_t)atoi(argv[1]);
	*milliseconds = atoi(argv[3]);
	*connections = strtoul(argv[4], NULL, 10);
	return read_kinds(argc - FIRST_KIND_AT, argv + FIRST_KIND_AT) &&
	       *connections <= CONNECTIONS_MAX && *milliseconds > 0 && *milliseconds <= 600000;
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	pthread_t running[KINDS];
	size_t connections;
	int64_t milliseconds;
	long before, more, after;
	bool fits;

	if (!read_arguments(argc, argv, &connections, &milliseconds)) {
		fprintf(stderr, "usage: crowd PORT PID MILLISECONDS CONNECTIONS "
				"KIB_EACH_MAX [idle|half|slow|deaf|storm]...\n"
				"       crowd PORT PID MILLISECONDS CONNECTIONS KIB_EACH_MAX tls "
				"[idle|half|slow|deaf|mute|hello|stuck|storm|renew|rekey]...\n");
		return 2;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	/* OpenSSL writes to whom has gone without asking. */
	signal(SIGPIPE, SIG_IGN);
	all.links = calloc(CONNECTIONS_MAX, sizeof *all.links);
	all.kinds = calloc(CONNECTIONS_MAX, sizeof *all.kinds);
	all.samples = calloc(SAMPLES_MAX, sizeof *all.samples);
	if (all.links == NULL || all.kinds == NULL || all.samples == NULL)
		return 2;
	measure(milliseconds, "alone");
	print();
	before = memory_kib(argv[2]);
	gather(connections);
	more = memory_kib(argv[2]) - before;
	for (enum kind k = IDLE; k < KINDS; k++)
		if (has_thread(k))
			pthread_create(&running[k], NULL, k == SLOW ? trickle : flood,
				(void *)(uintptr_t)&floods[k]);
	measure(milliseconds, "in the crowd");
	atomic_store(&all.over, true);
	for (enum kind k = IDLE; k < KINDS; k++)
		if (has_thread(k))
			pthread_join(running[k], NULL);
	print();
	after = memory_kib(argv[2]) - before;
	more = after > more ? after : more;
	fits = atol(argv[5]) == 0 || more <= atol(argv[5]) * (long)connections;
	printf("a crowd of %zu: %ld KiB of memory, %.1f each%s\n", all.count, more,
		all.count == 0 ? 0.0 : (double)more / (double)all.count,
		fits ? "" : ": more than it may");
	printf("%ld are left, %u came and went, %u handshakes anew refused, %u odd\n",
		count_those_who_stay(), atomic_load(&all.came), atomic_load(&all.refused_anew),
		atomic_load(&all.wrong));
	return atomic_load(&all.wrong) == 0 && fits ? 0 : 1;
}
