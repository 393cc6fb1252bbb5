/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load of many clients on one server of this machine, for the tests that kill it, watch it under
 * sanitizers, or end it while it works. Loopback only; bounded in connections and time.
 *
 * - declare PORT CONNECTIONS MILLISECONDS IDS [LEAVES]: posts declarations; each id that was
 *   answered with 201 goes to the file IDS, its place in the log ("INDEX HASH") to LEAVES
 * - mix PORT CONNECTIONS MILLISECONDS SEED: lookups, lists, declarations, attestations, garbage,
 * clients that go away
 * - check PORT IDS: every id of the file is there
 * - send PORT FILE: sends the bytes of FILE, prints all that comes until the end
 *
 * Where $LOAD_KEY_FILE names a file, `declare` and `check` show the key in it.
 *
 * Prints one line of counts. `declare` and `check` end with 1 when an answer was lost or wrong: a
 * request that was sent and neither answered nor cut by the end of the server's process.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/load/loopback.h"

#define CONNECTIONS_MAX 256
#define MILLISECONDS_MAX 600000
#define REQUEST_BYTES_MAX 65536
#define ANSWER_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ANSWER_SECONDS_MAX 30

static struct {
	uint16_t port;
	int64_t end_ms;
	int ids_fd, leaves_fd;
	char key_field[128]; /* "" or a line of the head that shows the key */
	uint64_t seed;
	atomic_uint_fast64_t sent, answered, accepted, refused, cut, odd;
} all = {.ids_fd = -1, .leaves_fd = -1};

struct client {
	pthread_t thread;
	unsigned number;
	uint64_t random;
	int fd;
	char *answer;
	size_t head_bytes, body_bytes;
	int status;
	bool closes;
	char declaration[37]; /* id of the last one that was accepted; "" at first */
};

/* xorshift64*: any fixed seed gives the same requests again. */
static uint64_t
draw(struct client *c)
{
	c->random ^= c->random >> 12;
	c->random ^= c->random << 25;
	c->random ^= c->random >> 27;
	return c->random * UINT64_C(2685821657736338717);
}

static void
drop(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static bool
connected(struct client *c)
{
	if (c->fd < 0)
		c->fd = loopback_connect(loopback_socket(ANSWER_SECONDS_MAX), all.port);
	return c->fd >= 0;
}

static bool
send_all(struct client *c, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = send(c->fd, bytes, n, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* The value of a header field; NULL when it is absent. The head ends in an empty line. */
static const char *
field(const struct client *c, const char *name)
{
	size_t n = strlen(name);
	const char *line = c->answer;

	while ((line = strchr(line, '\n')) != NULL && line < c->answer + c->head_bytes) {
		line++;
		if (strncasecmp(line, name, n) == 0 && line[n] == ':')
			return line + n + 2;
	}
	return NULL;
}

/* Reads until `wanted` bytes are there, or (SIZE_MAX) to the end of `mark`. False when the server
 * went away. */
static bool
read_more(struct client *c, size_t *have, size_t wanted, const char *mark)
{
	while (*have < wanted) {
		ssize_t n;

		if (mark != NULL && *have > 0 && strstr(c->answer, mark) != NULL)
			return true;
		if (*have + 1 >= ANSWER_BYTES_MAX)
			return false;
		n = recv(c->fd, c->answer + *have, ANSWER_BYTES_MAX - 1 - *have, 0);
		if (n <= 0)
			return false;
		*have += (size_t)n;
		c->answer[*have] = '\0';
	}
	return true;
}

/* Reads one answer. Bodies are of known length or chunked (the last chunk ends them). */
static bool
read_answer(struct client *c)
{
	const char *length, *connection;
	size_t have = 0;

	c->answer[0] = '\0';
	if (!read_more(c, &have, SIZE_MAX, "\r\n\r\n"))
		return false;
	c->head_bytes = (size_t)(strstr(c->answer, "\r\n\r\n") - c->answer) + 4;
	c->status = have > 12 ? atoi(c->answer + 9) : 0;
	length = field(c, "Content-Length");
	connection = field(c, "Connection");
	c->closes = connection != NULL && strncasecmp(connection, "close", 5) == 0;
	if (length != NULL) {
		c->body_bytes = (size_t)strtoul(length, NULL, 10);
		return read_more(c, &have, c->head_bytes + c->body_bytes, NULL);
	}
	if (field(c, "Transfer-Encoding") == NULL)
		return true; /* 204, 304 */
	while (have < 7 || strcmp(c->answer + have - 7, "\r\n0\r\n\r\n") != 0)
		if (!read_more(c, &have, have + 1, NULL))
			return false;
	return true;
}

/* Sends and waits for the answer. False when there was none; the connection is dropped then. */
static bool
ask(struct client *c, const char *request, size_t n)
{
	if (!connected(c))
		return false;
	atomic_fetch_add(&all.sent, 1);
	if (!send_all(c, request, n) || !read_answer(c)) {
		atomic_fetch_add(&all.cut, 1);
		drop(c);
		return false;
	}
	atomic_fetch_add(&all.answered, 1);
	if (c->closes)
		drop(c);
	return true;
}

static size_t
make_declaration(struct client *c, char *out, bool with_key)
{
	static const char *const countries[] = {"BGD", "IND", "VNM", "CHN", "TUR", "DEU"};
	static const char *const products[] = {"6109", "5201", "8517", "0306", "6802"};
	char body[2048], key[96] = "";
	uint64_t r = draw(c);
	int n = snprintf(body, sizeof body,
		"{\"supplier\":{\"name\":\"Example %u-%016" PRIx64 "\",\"country\":\"%s\"},"
		"\"products\":[{\"hs\":\"%s\"}],\"workforce\":{\"total\":%u,\"migrant\":%u}%s}",
		c->number, r, countries[r % 6], products[r / 6 % 5], (unsigned)(r % 4000 + 100),
		(unsigned)(r % 100),
		r % 3 == 0 ? ",\"findings\":[{\"indicator\":\"withholding_of_wages\",\"state\":"
			     "\"present\",\"source\":\"audit_announced\",\"date\":\"2025-11-02\","
			     "\"reference\":\"audit report 17\"}]"
			   : "");

	if (with_key)
		snprintf(key, sizeof key, "Idempotency-Key: k-%u-%016" PRIx64 "\r\n", c->number, r);
	return (size_t)snprintf(out, REQUEST_BYTES_MAX,
		"POST /v1/declarations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
		"application/json\r\n%s%sContent-Length: %d\r\n\r\n%s",
		all.key_field, key, n, body);
}

static void
note_id(struct client *c)
{
	const char *location = field(c, "Location"), *id;
	char line[38];

	id = location != NULL ? strstr(location, "/v1/declarations/") : NULL;
	if (id == NULL) {
		atomic_fetch_add(&all.odd, 1);
		return;
	}
	memcpy(line, id + strlen("/v1/declarations/"), 36);
	memcpy(c->declaration, line, 36);
	line[36] = '\n';
	/* One write of less than a page to a file opened for appending stays whole. */
	if (all.ids_fd >= 0 && write(all.ids_fd, line, 37) != 37)
		atomic_fetch_add(&all.odd, 1);
}

/* {.., "log":{"index":17,"leaf_hash":"5f..", ..} */
static void
note_leaf(const struct client *c)
{
	static const char head[] = "\"log\":{\"index\":", middle[] = ",\"leaf_hash\":\"";
	const char *at = strstr(c->answer + c->head_bytes, head);
	char line[96], *end;
	uint64_t index;
	int n;

	if (all.leaves_fd < 0)
		return;
	index = at != NULL ? strtoull(at + strlen(head), &end, 10) : 0;
	if (at == NULL || strncmp(end, middle, strlen(middle)) != 0) {
		atomic_fetch_add(&all.odd, 1);
		return;
	}
	n = snprintf(line, sizeof line, "%" PRIu64 " %.64s\n", index, end + strlen(middle));
	if (write(all.leaves_fd, line, (size_t)n) != n)
		atomic_fetch_add(&all.odd, 1);
}

static void
declare_once(struct client *c, char *request)
{
	bool with_key = draw(c) % 4 == 0;
	size_t n = make_declaration(c, request, with_key);

	if (!ask(c, request, n))
		return;
	if (c->status == 201) {
		atomic_fetch_add(&all.accepted, 1);
		note_id(c);
		note_leaf(c);
	} else if (c->status == 503 || c->status == 507)
		atomic_fetch_add(&all.refused, 1);
	else {
		atomic_fetch_add(&all.odd, 1);
		fprintf(stderr, "load: a declaration was answered %d: %.300s\n", c->status,
			c->answer + c->head_bytes);
	}
}

static void *
run_declare(void *argument)
{
	struct client *c = argument;
	char *request = malloc(REQUEST_BYTES_MAX);

	while (request != NULL && loopback_now_ms() < all.end_ms) {
		declare_once(c, request);
		if (c->fd < 0 && !connected(c))
			break; /* the server is gone */
	}
	free(request);
	drop(c);
	return NULL;
}

/* ---- a mix of everything that a server on the open net sees ---- */

static void
simple(struct client *c, char *request, const char *target, int status)
{
	int n = snprintf(
		request, REQUEST_BYTES_MAX, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);

	if (ask(c, request, (size_t)n) && c->status != status) {
		atomic_fetch_add(&all.odd, 1);
		fprintf(stderr, "load: %s was answered %d, not %d\n", target, c->status, status);
	}
}

static void
list(struct client *c, char *request)
{
	char body[8192];
	size_t n = 0, rows = draw(c) % 60 + 1;

	for (size_t i = 0; i < rows; i++)
		n += (size_t)snprintf(body + n, sizeof body - n,
			i % 7 == 3 ? "{\"supplier\":{\"name\":\"x\"}}\n"
				   : "{\"supplier\":{\"name\":\"Row %zu\",\"country\":\"IND\"},"
				     "\"products\":[{\"hs\":\"6109\"}]}\n",
			i);
	n = (size_t)snprintf(request, REQUEST_BYTES_MAX,
		"POST /v1/screenings HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
		"application/x-ndjson\r\nContent-Length: %zu\r\n\r\n%s",
		n, body);
	if (ask(c, request, n) && c->status != 200)
		atomic_fetch_add(&all.odd, 1);
}

static void
garbage(struct client *c, char *request)
{
	size_t n = draw(c) % 200 + 1;

	for (size_t i = 0; i < n; i++)
		request[i] = (char)draw(c);
	/* What begins with a byte that begins no request is refused; the rest may wait for more. */
	if (connected(c) && send_all(c, request, n))
		shutdown(c->fd, SHUT_WR);
	if (c->fd >= 0)
		while (recv(c->fd, c->answer, ANSWER_BYTES_MAX - 1, 0) > 0)
			continue;
	drop(c);
}

/* Half a request, or a request whose answer nobody waits for. */
static void
go_away(struct client *c, char *request)
{
	size_t n = make_declaration(c, request, false);

	if (connected(c) && draw(c) % 2 == 0)
		(void)send_all(c, request, draw(c) % n);
	else if (c->fd >= 0)
		(void)send_all(c, request, n);
	drop(c);
}

/* Whether the answer has the status that was to be; 503 is no fault of the server's. */
static bool
is_well(const struct client *c, const char *what, int status, int other)
{
	if (c->status == status)
		return true;
	if (c->status == 503) {
		atomic_fetch_add(&all.refused, 1);
	} else if (c->status != other) {
		atomic_fetch_add(&all.odd, 1);
		fprintf(stderr, "load: %s was answered %d: %.300s\n", what, c->status,
			c->answer + c->head_bytes);
	}
	return false;
}

static bool
post(struct client *c, char *request, const char *target, const char *body)
{
	int n = snprintf(request, REQUEST_BYTES_MAX,
		"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
		"application/json\r\nContent-Length: %zu\r\n\r\n%s",
		target, strlen(body), body);

	return ask(c, request, (size_t)n);
}

static bool
get(struct client *c, char *request, const char *target, const char *accept)
{
	int n = snprintf(request, REQUEST_BYTES_MAX,
		"GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n\r\n", target, accept);

	return ask(c, request, (size_t)n);
}

/* One attestation's life: issued, looked at, revoked now and then. */
static void
attest_once(struct client *c, char *request)
{
	char body[128], location[64], target[96];
	const char *at;

	if (c->declaration[0] == '\0')
		return;
	snprintf(body, sizeof body, "{\"%s\":\"%s\"%s}",
		draw(c) % 2 == 0 ? "report" : "declaration", c->declaration,
		draw(c) % 2 == 0 ? ",\"disclose\":[\"rating\"]" : "");
	if (!post(c, request, "/v1/attestations", body) || !is_well(c, "attest", 201, 409))
		return;
	at = field(c, "Location");
	if (at == NULL || sscanf(at, "%63[0-9a-z/-]", location) != 1)
		return;
	if (!get(c, request, location,
		    draw(c) % 2 == 0 ? "application/vc" : "application/vc+jwt") ||
		!is_well(c, "an attestation", 200, 200))
		return;
	snprintf(target, sizeof target, "%s/proof", location);
	if (!get(c, request, target, "*/*") || (c->status != 202 && !is_well(c, "proof", 200, 200)))
		return;
	snprintf(target, sizeof target, "%s/revoke", location);
	if (draw(c) % 3 == 0 && (!post(c, request, target, "{\"reason\":\"withdrawn\"}") ||
					!is_well(c, "revoke", 200, 409)))
		return;
	if (get(c, request, "/status/1", draw(c) % 2 == 0 ? "*/*" : "application/vc+jwt"))
		(void)is_well(c, "a status list", 200, 200);
}

static void
mix_once(struct client *c, char *request)
{
	switch (draw(c) % 14) {
	case 0:
	case 1:
		simple(c, request, "/v1/products?hs=6109&origin=BGD", 200);
		break;
	case 2: {
		char target[64];

		snprintf(target, sizeof target, "/v1/products?hs=%u&origin=VNM",
			(unsigned)(draw(c) % 90 + 10));
		if (connected(c)) {
			int n = snprintf(request, REQUEST_BYTES_MAX,
				"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
			(void)ask(c, request, (size_t)n);
		}
		break;
	}
	case 3:
		simple(c, request, "/metrics", 200);
		break;
	case 4:
		simple(c, request, "/v1/countries/BGD", 200);
		break;
	case 5:
		simple(c, request, "/v1/reports/00000000-0000-8000-8000-000000000000", 404);
		break;
	case 6:
		list(c, request);
		break;
	case 7:
		garbage(c, request);
		break;
	case 8:
		go_away(c, request);
		break;
	case 9:
	case 10:
		attest_once(c, request);
		break;
	default:
		declare_once(c, request);
	}
}

static void *
run_mix(void *argument)
{
	struct client *c = argument;
	char *request = malloc(REQUEST_BYTES_MAX);

	while (request != NULL && loopback_now_ms() < all.end_ms) {
		mix_once(c, request);
		if (c->fd < 0 && !connected(c))
			break;
	}
	free(request);
	drop(c);
	return NULL;
}

static int
run_clients(unsigned count, void *(*run)(void *))
{
	struct client *clients = calloc(count, sizeof *clients);
	unsigned started = 0;

	if (clients == NULL)
		return 1;
	for (; started < count; started++) {
		struct client *c = &clients[started];

		c->number = started;
		c->fd = -1;
		c->random = all.seed * 2654435761U + started + 1;
		c->answer = malloc(ANSWER_BYTES_MAX);
		if (c->answer == NULL || pthread_create(&c->thread, NULL, run, c) != 0)
			break;
	}
	for (unsigned i = 0; i < started; i++) {
		pthread_join(clients[i].thread, NULL);
		free(clients[i].answer);
	}
	free(clients);
	printf("%" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64 " accepted, %" PRIu64
	       " turned away, %" PRIu64 " cut, %" PRIu64 " odd\n",
		atomic_load(&all.sent), atomic_load(&all.answered), atomic_load(&all.accepted),
		atomic_load(&all.refused), atomic_load(&all.cut), atomic_load(&all.odd));
	return atomic_load(&all.odd) != 0 || started < count;
}

static int
check(const char *path)
{
	struct client c = {.fd = -1, .answer = malloc(ANSWER_BYTES_MAX)};
	FILE *file = fopen(path, "r");
	char line[64], request[256];
	uint64_t seen = 0, missing = 0;

	if (file == NULL || c.answer == NULL) {
		fprintf(stderr, "load: %s: %s\n", path, strerror(errno));
		return 2;
	}
	while (fgets(line, sizeof line, file) != NULL) {
		int n;

		line[strcspn(line, "\n")] = '\0';
		n = snprintf(request, sizeof request,
			"GET /v1/declarations/%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", line,
			all.key_field);
		seen++;
		if (ask(&c, request, (size_t)n) && c.status == 200)
			continue;
		missing++;
		fprintf(stderr, "load: %s was accepted and is not there (%d)\n", line, c.status);
	}
	fclose(file);
	free(c.answer);
	drop(&c);
	printf("%" PRIu64 " accepted, %" PRIu64 " missing\n", seen, missing);
	return missing != 0;
}

/* Sends a file as it is and prints what comes until the server closes. */
static int
send_file(const char *path)
{
	struct client c = {.fd = -1, .answer = malloc(ANSWER_BYTES_MAX)};
	static char bytes[REQUEST_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	size_t n = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
	ssize_t got;

	if (file != NULL)
		fclose(file);
	if (n == 0 || c.answer == NULL || !connected(&c) || !send_all(&c, bytes, n)) {
		fprintf(stderr, "load: %s cannot be sent\n", path);
		free(c.answer);
		return 2;
	}
	while ((got = recv(c.fd, c.answer, ANSWER_BYTES_MAX, 0)) > 0)
		fwrite(c.answer, 1, (size_t)got, stdout);
	drop(&c);
	free(c.answer);
	return got != 0;
}

static unsigned
number(const char *text, unsigned max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n == 0 || n > max) {
		fprintf(stderr, "load: \"%s\" is no number from 1 to %u\n", text, max);
		exit(2);
	}
	return (unsigned)n;
}

static void
read_key(void)
{
	const char *path = getenv("LOAD_KEY_FILE");
	FILE *file = path != NULL ? fopen(path, "r") : NULL;
	char key[64] = "";

	if (path == NULL)
		return;
	if (file == NULL || fscanf(file, "%63s", key) != 1) {
		fprintf(stderr, "load: %s has no key\n", path);
		exit(2);
	}
	fclose(file);
	snprintf(all.key_field, sizeof all.key_field, "Authorization: Bearer %s\r\n", key);
}

static int
append_to(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0) {
		fprintf(stderr, "load: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	bool declare = (argc == 6 || argc == 7) && strcmp(argv[1], "declare") == 0;
	unsigned connections;

	read_key();
	if (argc == 4 && strcmp(argv[1], "check") == 0) {
		all.port = (uint16_t)number(argv[2], 65535);
		return check(argv[3]);
	}
	if (argc == 4 && strcmp(argv[1], "send") == 0) {
		all.port = (uint16_t)number(argv[2], 65535);
		return send_file(argv[3]);
	}
	if (!declare && !(argc == 6 && strcmp(argv[1], "mix") == 0)) {
		fprintf(stderr,
			"usage: load declare PORT CONNECTIONS MILLISECONDS IDS [LEAVES] | mix PORT "
			"CONNECTIONS MILLISECONDS SEED | check PORT IDS\n");
		return 2;
	}
	all.port = (uint16_t)number(argv[2], 65535);
	connections = number(argv[3], CONNECTIONS_MAX);
	all.end_ms = loopback_now_ms() + number(argv[4], MILLISECONDS_MAX);
	if (declare) {
		all.seed = (uint64_t)loopback_now_ms();
		all.ids_fd = append_to(argv[5]);
		if (argc == 7)
			all.leaves_fd = append_to(argv[6]);
	} else
		all.seed = number(argv[5], UINT32_MAX);
	return run_clients(connections, declare ? run_declare : run_mix);
}
