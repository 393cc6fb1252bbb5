/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sweep PROBITYD PLAN STATE SECONDS open|keys [CLASS]...`: lets the n-th call of each class
 * (fault_classes.def) fail in a real server, n = 1, 2, ..., first while it serves, then while it
 * starts and meets its first requests. SECONDS is how long a class may take: where its calls are
 * too many for that, evenly spaced ones are tried, and the line says how many of how many. The
 * environment has LD_PRELOAD ready for the server in $FAULT_LIBRARY. `open` is the scenario of a
 * server that is open to everyone, `keys` that of one that wants keys (sweep_keys.c); $SWEEP_CONFIG
 * names the configuration for it.
 *
 * While it serves: every answer is a whole one, with the status that it has without a fault or 503,
 * 507; or the connection is closed. Afterwards the server answers as ever, and what it said is
 * stored is there. Where the disk failed in the middle of a commit the journal may stay closed
 * until a start (JOURNAL.md, "Writing"): then it is started anew. While it starts: it is ready, or
 * ends with 1 and says why. No signal ends it. Loopback alone; bounded in time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/load/loopback.h"
#include "tests/load/sweep.h"

#define ANSWER_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ANSWER_SECONDS_MAX 20
#define START_SECONDS_MAX 30
#define RELOAD_SECONDS_MAX 10
#define CLASSES_AT 6 /* among the arguments */
#define ARGUMENTS_MAX 16

static const char *const class_names[] = {
	"none",
#define PRB_FAULT_CLASS(name, text, error) text,
#include "tests/load/fault_classes.def"
#undef PRB_FAULT_CLASS
};

static struct {
	char *arguments[ARGUMENTS_MAX];
	struct prb_fault_plan *plan;
	const char *state;
	pid_t server;
	int said; /* what the server says on standard error */
	uint16_t port;
	char words[65536];
	size_t words_n;
	char *answer;
	unsigned faults;
	unsigned answered, refused, cut, restarts;
	unsigned long declared;
	bool keys; /* the scenario of a server that wants keys */
} all;

static void
fault(const char *what, enum prb_fault_class class, unsigned long n)
{
	all.faults++;
	fprintf(stderr, "sweep: %s at call %lu of %s\n%.*s\n", what, n, class_names[class],
		all.words_n > 2000 ? 2000 : (int)all.words_n,
		all.words + (all.words_n > 2000 ? all.words_n - 2000 : 0));
}

static void
disarm(void)
{
	atomic_store(&all.plan->armed, PRB_FAULT_NONE);
}

static void
arm(enum prb_fault_class class, unsigned long n)
{
	atomic_store(&all.plan->seen, 0);
	atomic_store(&all.plan->fired, 0);
	atomic_store(&all.plan->fails, n);
	atomic_store(&all.plan->armed, class);
}

/* ---- the server ---- */

/* Takes what the server has said; false at the end of its words. */
static bool
listen_to_it(int wait_ms)
{
	struct pollfd p = {.fd = all.said, .events = POLLIN};
	ssize_t n;

	if (poll(&p, 1, wait_ms) <= 0)
		return true;
	if (all.words_n > sizeof all.words / 2) {
		memmove(all.words, all.words + all.words_n - 4096, 4096);
		all.words_n = 4096;
	}
	n = read(all.said, all.words + all.words_n, sizeof all.words - 1 - all.words_n);
	if (n > 0)
		all.words_n += (size_t)n;
	all.words[all.words_n] = '\0';
	return n > 0;
}

static void
launch(void)
{
	int ends[2];

	if (pipe(ends) != 0) {
		perror("sweep");
		exit(2);
	}
	all.words_n = 0;
	all.words[0] = '\0';
	all.server = fork();
	if (all.server == 0) {
		setenv("LD_PRELOAD", getenv("FAULT_LIBRARY"), 1);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(all.arguments[0], all.arguments);
		_exit(127);
	}
	close(ends[1]);
	all.said = ends[0];
}

/* To the end of its words, and of it. */
static int
reap(void)
{
	int status = 0;

	while (listen_to_it(-1))
		;
	waitpid(all.server, &status, 0);
	close(all.said);
	all.server = 0;
	return status;
}

/* 1: ready; 0: it has ended, with *status; -1: neither, in all that time. */
static int
await_ready(int *status)
{
	static const char mark[] = "listening on 127.0.0.1:";
	int64_t end = loopback_now_ms() + START_SECONDS_MAX * 1000;

	while (loopback_now_ms() < end) {
		bool goes_on = listen_to_it(200);
		const char *at = strstr(all.words, mark);

		if (at != NULL && strchr(at, '\n') != NULL) {
			all.port = (uint16_t)atoi(at + strlen(mark));
			return 1;
		}
		if (!goes_on) {
			*status = reap();
			return 0;
		}
	}
	return -1;
}

static void
stop(void)
{
	int status;

	if (all.server == 0)
		return;
	kill(all.server, SIGTERM);
	status = reap();
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fault("the server did not end with 0", PRB_FAULT_NONE, (unsigned long)status);
}

static void
start(void)
{
	int status = 0;

	disarm();
	launch();
	if (await_ready(&status) == 1)
		return;
	fprintf(stderr, "sweep: the server does not start: %s\n", all.words);
	exit(2);
}

/* ---- one request ---- */

enum outcome { GONE, WHOLE, HANGS };

static int
connected_to_operator(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval limit = {ANSWER_SECONDS_MAX, 0};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(
		address.sun_path, sizeof address.sun_path, "%.90s/operator.sock", all.arguments[4]);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
is_whole(const char *answer, size_t n)
{
	const char *body = strstr(answer, "\r\n\r\n"), *length;

	if (strncmp(answer, "HTTP/1.1 ", 9) != 0 || body == NULL)
		return false;
	body += 4;
	length = strcasestr(answer, "\r\nContent-Length: ");
	if (length != NULL && length < body)
		return (size_t)(answer + n - body) == strtoul(length + 18, NULL, 10);
	length = strcasestr(answer, "\r\nTransfer-Encoding: chunked");
	if (length != NULL && length < body)
		return n >= 5 && strcmp(answer + n - 5, "0\r\n\r\n") == 0;
	return answer + n == body;
}

/* s->status 0: none. */
static enum outcome
ask(struct sweep_story *s, size_t n)
{
	int fd = s->by_operator ? connected_to_operator()
				: loopback_connect(loopback_socket(ANSWER_SECONDS_MAX), all.port);
	size_t have = 0;
	ssize_t got = -1;
	bool hangs;

	s->status = 0;
	if (fd < 0)
		return GONE;
	if (send(fd, s->request, n, MSG_NOSIGNAL) == (ssize_t)n)
		while (have < ANSWER_BYTES_MAX - 1 &&
			(got = recv(fd, all.answer + have, ANSWER_BYTES_MAX - 1 - have, 0)) > 0)
			have += (size_t)got;
	hangs = got < 0 && errno == EAGAIN;
	close(fd);
	all.answer[have] = '\0';
	if (hangs)
		return HANGS;
	if (have == 0)
		return GONE;
	s->status = have > 12 ? atoi(all.answer + 9) : 0;
	return is_whole(all.answer, have) ? WHOLE : GONE;
}

/* The field that shows the key, or nothing. */
static const char *
key_field(const struct sweep_story *s)
{
	static char field[SWEEP_KEY_BYTES + 32];

	field[0] = '\0';
	if (s->as != NULL)
		snprintf(field, sizeof field, "Authorization: Bearer %s\r\n", s->as);
	return field;
}

size_t
sweep_get(struct sweep_story *s, const char *target)
{
	return (size_t)snprintf(s->request, sizeof s->request,
		"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", target,
		key_field(s));
}

size_t
sweep_post(struct sweep_story *s, const char *target, const char *type, const char *fields,
	const char *body)
{
	return (size_t)snprintf(s->request, sizeof s->request,
		"POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
		"%s\r\n%s%s"
		"Content-Length: %zu\r\n\r\n%s",
		target, type, fields, key_field(s), strlen(body), body);
}

/* ---- the scenario ---- */

void
sweep_fault(const struct sweep_story *s, const char *what)
{
	fault(what, s->class, s->n);
}

void
sweep_take(const char *mark, char *out, size_t n)
{
	const char *at = strcasestr(all.answer, mark);

	out[0] = '\0';
	if (at != NULL)
		snprintf(out, n, "%s", at + strlen(mark));
}

bool
sweep_expect(struct sweep_story *s, const char *what, size_t n, int wanted, int other)
{
	enum outcome outcome = ask(s, n);
	int status = s->status;
	char text[256];

	if (outcome == HANGS) {
		snprintf(text, sizeof text, "%s: no answer and no end", what);
		fault(text, s->class, s->n);
		return false;
	}
	if (outcome == GONE && !s->calm) {
		all.cut++;
		return false;
	}
	if (outcome == WHOLE && (status == wanted || (other != 0 && status == other))) {
		all.answered++;
		return status == wanted;
	}
	if (outcome == WHOLE && (status == 503 || status == 507)) {
		all.refused++;
		return false;
	}
	snprintf(text, sizeof text, "%s: %s, status %d: %.120s", what,
		outcome == GONE ? "cut" : "a wrong answer", status,
		outcome == GONE ? "" : strstr(all.answer, "\r\n\r\n") + 4);
	fault(text, s->class, s->n);
	return false;
}

bool
sweep_declare(struct sweep_story *s, const char *idempotency, char declaration[SWEEP_ID_BYTES])
{
	char fields[96], body[1024];

	snprintf(fields, sizeof fields, "Idempotency-Key: %s-%lu\r\n", idempotency, s->number);
	snprintf(body, sizeof body,
		"{\"supplier\":{\"name\":\"Sweep Mills %lu\",\"country\":\"IND\"},\"products\":[{"
		"\"hs\":\"6109\"}],\"workforce\":{\"total\":120,\"migrant\":14},\"findings\":[{"
		"\"indicator\":\"withholding_of_wages\",\"state\":\"present\",\"source\":\"audit_"
		"announced\",\"date\":\"2025-11-02\"}]}",
		s->number);
	if (!sweep_expect(s, "declare",
		    sweep_post(s, "/v1/declarations", "application/json", fields, body), 201, 0))
		return false;
	sweep_take("Location: /v1/declarations/", declaration, SWEEP_ID_BYTES);
	return true;
}

static void
look(struct sweep_story *s, const char *what, const char *target, int other)
{
	sweep_expect(s, what, sweep_get(s, target), 200, other);
}

static void
attest(struct sweep_story *s)
{
	char body[128], target[96];

	snprintf(body, sizeof body, "{\"report\":\"%s\",\"valid_days\":30}", s->declaration);
	if (!sweep_expect(s, "attest",
		    sweep_post(s, "/v1/attestations", "application/json", "", body), 201, 0))
		return;
	sweep_take("Location: /v1/attestations/", s->attestation, sizeof s->attestation);
	snprintf(target, sizeof target, "/v1/attestations/%s", s->attestation);
	look(s, "an attestation", target, 0);
	snprintf(target, sizeof target, "/v1/attestations/%s/proof", s->attestation);
	look(s, "a proof", target, 202);
	snprintf(target, sizeof target, "/v1/attestations/%s/revoke", s->attestation);
	sweep_expect(s, "revoke",
		sweep_post(s, target, "application/json", "", "{\"reason\":\"withdrawn\"}"), 200,
		201);
}

static void
tell(struct sweep_story *s)
{
	char target[96];

	if (sweep_declare(s, "sweep", s->declaration)) {
		snprintf(target, sizeof target, "/v1/declarations/%s", s->declaration);
		look(s, "a declaration", target, 0);
		snprintf(target, sizeof target, "/v1/reports/%s", s->declaration);
		look(s, "a report", target, 0);
		attest(s);
	}
	snprintf(target, sizeof target, "/v1/products?hs=6109&origin=%s",
		s->number % 2 == 0 ? "BGD" : "IND");
	look(s, "a product", target, 0);
	look(s, "entities", "/v1/entities?q=Sweep+Mills&country=IND", 0);
	look(s, "the checkpoint", "/log/checkpoint", 503);
	look(s, "a status list", "/status/1", 404);
	look(s, "metrics", "/metrics", 0);
	look(s, "ready", "/readyz", 503);
	sweep_expect(s, "screen",
		sweep_post(s, "/v1/screenings", "text/csv", "",
			"name,country,product\nMill A,India,6109\nMill B,Turkey,5205\nMill C,,\n"),
		200, 0);
}

/* What was said after the place `from` of its words has that text. */
static bool
has_said(size_t from, const char *text)
{
	return from <= all.words_n && strstr(all.words + from, text) != NULL;
}

void
sweep_reload(struct sweep_story *s)
{
	int64_t end = loopback_now_ms() + RELOAD_SECONDS_MAX * 1000;
	size_t from;

	(void)listen_to_it(0);
	if (all.words_n > sizeof all.words / 4)
		all.words_n = 0;
	all.words[all.words_n] = '\0';
	from = all.words_n;
	if (kill(all.server, SIGHUP) != 0)
		return;
	while (!has_said(from, "the configuration was read again") &&
		!has_said(from, "the configuration was refused"))
		if (!listen_to_it(200) || loopback_now_ms() > end) {
			fault("no word on the configuration", s->class, s->n);
			return;
		}
}

/* In an open server: one more is stored, and found. */
static void
check_open(struct sweep_story *s)
{
	char target[96];

	if (sweep_declare(s, "sweep", s->declaration)) {
		snprintf(target, sizeof target, "/v1/declarations/%s", s->declaration);
		look(s, "a declaration, afterwards", target, 0);
	} else
		fault("declaring does not go, afterwards", s->class, s->n);
}

/* Nothing fails any more: the server is as ever, and what is stored is there. */
static void
check_calm(struct sweep_story *s)
{
	int ended;

	disarm();
	if (waitpid(all.server, &ended, WNOHANG) != 0) {
		(void)listen_to_it(0);
		fault("the server has ended", s->class, s->n);
		close(all.said);
		start();
	}
	listen_to_it(0);
	s->calm = true;
	s->by_operator = false;
	s->as = NULL;
	(void)ask(s, sweep_get(s, "/readyz"));
	if (s->status == 503) {
		/* The journal stays closed behind a failed commit. */
		stop();
		start();
		all.restarts++;
	}
	if (all.keys)
		sweep_check_keys(s);
	else
		check_open(s);
	s->by_operator = false;
	s->as = NULL;
	look(s, "health, afterwards", "/healthz", 0);
	s->calm = false;
}

/* The scenario with what is armed, and whether all is well behind it. */
static void
tell_once(enum prb_fault_class class, unsigned long n, unsigned long *seen)
{
	static struct sweep_story s;

	memset(&s, 0, sizeof s);
	s.number = ++all.declared;
	s.class = class;
	s.n = n;
	if (all.keys)
		sweep_tell_keys(&s);
	else
		tell(&s);
	*seen = atomic_load(&all.plan->seen);
	check_calm(&s);
}

static bool
serve_once(enum prb_fault_class class, unsigned long n, unsigned long *seen)
{
	arm(class, n);
	tell_once(class, n, seen);
	return atomic_load(&all.plan->fired) != 0;
}

/* $SWEEP_FROM: which call is tried first, for whoever looks for a fault. */
static unsigned long
first_call(void)
{
	const char *text = getenv("SWEEP_FROM");

	return text != NULL ? strtoul(text, NULL, 10) : 1;
}

/* With a state that is there, and every other time with none: keys and tables are made then. */
static void
choose_state(unsigned long n)
{
	static char fresh[4096];
	static unsigned count;

	if (n % 2 == 0)
		snprintf(fresh, sizeof fresh, "%s.fresh.%u", all.state, count++);
	all.arguments[4] = n % 2 == 0 ? fresh : (char *)(uintptr_t)all.state;
}

static bool
start_once(enum prb_fault_class class, unsigned long n, unsigned long *seen)
{
	int status = 0, what;

	choose_state(n);
	arm(class, n);
	launch();
	what = await_ready(&status);
	*seen = atomic_load(&all.plan->seen);
	/* The first requests belong to it: much is made when it is needed first. */
	if (what == 1) {
		tell_once(class, n, seen);
		stop();
		return atomic_load(&all.plan->fired) != 0;
	}
	disarm();
	if (what < 0) {
		fault("a start neither succeeds nor ends", class, n);
		kill(all.server, SIGKILL);
		(void)reap();
	} else if (!WIFEXITED(status) || WEXITSTATUS(status) != 1)
		fault("a start ends by a signal, or oddly", class, n);
	else if (strstr(all.words, "probityd: ") == NULL &&
		 strstr(all.words, "error while loading shared libraries") == NULL)
		fault("a start ends without a word", class, n);
	return atomic_load(&all.plan->fired) != 0;
}

typedef bool (*once_fn)(enum prb_fault_class class, unsigned long n, unsigned long *seen);

/* Lets each call of a class fail in turn, or evenly spaced ones when time is short. */
static void
try_class(const char *what, once_fn once, enum prb_fault_class class, int64_t limit_ms)
{
	int64_t begin = loopback_now_ms(), took;
	unsigned long seen, calls, step = 1, tried = 0, fired = 0;

	(void)once(class, 0, &calls);
	took = loopback_now_ms() - begin + 1;
	if ((int64_t)calls * took > limit_ms)
		step = (unsigned long)((int64_t)calls * took / limit_ms) + 1;
	for (unsigned long n = first_call(); n <= calls && loopback_now_ms() - begin < 3 * limit_ms;
		n += step) {
		fired += once(class, n, &seen);
		tried++;
	}
	printf("%s %s: %lu calls, %lu tried, %lu failed\n", what, class_names[class], calls, tried,
		fired);
}

static void
serve_class(enum prb_fault_class class, int64_t limit_ms)
{
	unsigned long calls;

	/* The first time memory is taken that is kept from then on. */
	(void)serve_once(class, 0, &calls);
	try_class("serving", serve_once, class, limit_ms);
}

static bool
is_chosen(int argc, char **argv, enum prb_fault_class class)
{
	for (int i = CLASSES_AT; i < argc; i++)
		if (strcmp(argv[i], class_names[class]) == 0)
			return true;
	return argc <= CLASSES_AT;
}

static bool
make_plan(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	void *at = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof *all.plan) == 0)
		at = mmap(NULL, sizeof *all.plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return false;
	all.plan = at;
	setenv("PROBITY_FAULT", path, 1);
	return true;
}

int
main(int argc, char **argv)
{
	int64_t limit_ms;
	const char *arguments[] = {argv[1], "--listen", "127.0.0.1:0", "--state", argv[3],
		"--config", getenv("SWEEP_CONFIG"), NULL};

	if (argc < CLASSES_AT || getenv("FAULT_LIBRARY") == NULL ||
		getenv("SWEEP_CONFIG") == NULL) {
		fprintf(stderr, "usage: sweep PROBITYD PLAN STATE SECONDS open|keys [CLASS]...\n");
		return 2;
	}
	limit_ms = (int64_t)(strtod(argv[4], NULL) * 1000);
	memcpy(all.arguments, arguments, sizeof arguments);
	all.state = argv[3];
	all.keys = strcmp(argv[5], "keys") == 0;
	all.answer = malloc(ANSWER_BYTES_MAX);
	if (all.answer == NULL || !make_plan(argv[2])) {
		perror("sweep");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	start();
	for (enum prb_fault_class c = PRB_FAULT_MEMORY; c < PRB_FAULT_CLASSES; c++)
		if (is_chosen(argc, argv, c))
			serve_class(c, limit_ms);
	stop();
	for (enum prb_fault_class c = PRB_FAULT_MEMORY; c < PRB_FAULT_CLASSES; c++)
		if (is_chosen(argc, argv, c))
			try_class("starting", start_once, c, 2 * limit_ms);
	printf("%u answers as ever, %u refusals, %u cut, %u starts anew, %u faults\n", all.answered,
		all.refused, all.cut, all.restarts, all.faults);
	return all.faults == 0 ? 0 : 1;
}
