/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log_witness.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/clock.h"
#include "scoring/log/witness.h"
#include "service/http/reply.h"

/*
 * One thread and poll(2). Each connection has one request, one answer and so many seconds for both;
 * where all places are taken, further ones wait in the kernel's queue.
 */
#define CONNECTIONS_MAX 64
#define CONNECTION_MS 10000
#define BACKLOG 128
#define FULL_MS 200 /* how long nobody is let in where there was no descriptor for him */
#define BODY_BYTES_MAX ((size_t)PRB_WITNESS_REQUEST_BYTES_MAX)
#define IN_BYTES_MAX ((size_t)PRB_HEAD_BYTES_MAX + 2 * (size_t)PRB_CHUNK_LINE_BYTES_MAX + 65536)
#define OUT_BYTES_MAX ((size_t)128 * 1024)
#define PIECE_BYTES 16384

struct connection {
	int fd; /* -1: the place is free */
	int64_t until_ms;
	struct prb_message *message;
	struct prb_str in, body, out;
	size_t sent;
	bool is_answered, is_ended;
	enum prb_method method;
	char path[WITNESS_PATH_BYTES_MAX];
	size_t path_n;
};

struct listener {
	int fd;
	int wake[2]; /* a signal writes here */
	int64_t full_until_ms;
	witness_answer_fn answer;
	void *context;
	struct witness_answer reply;
	struct connection connections[CONNECTIONS_MAX];
};

static int wake_fd = -1;

static void
on_signal(int number)
{
	int before = errno;

	(void)number;
	/* A full pipe has been written to before. */
	if (write(wake_fd, "", 1) < 0)
		errno = before;
	errno = before;
}

static bool
set_flags(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/*
 * ---- Connections ----
 */

static void
hang_up(struct connection *c)
{
	(void)close(c->fd);
	prb_message_destroy(c->message);
	prb_str_finish(&c->in);
	prb_str_finish(&c->body);
	prb_str_finish(&c->out);
	*c = (struct connection){.fd = -1};
}

static void
greet(struct listener *l)
{
	struct connection *c = l->connections;
	int fd = accept(l->fd, NULL, NULL);

	if (fd < 0) {
		/* Who waits is still there, and poll would say so at once, again and again. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			l->full_until_ms = prb_cli_monotonic_ms() + FULL_MS;
		return;
	}
	while (c < l->connections + CONNECTIONS_MAX && c->fd >= 0)
		c++;
	if (c == l->connections + CONNECTIONS_MAX || !set_flags(fd)) {
		(void)close(fd);
		return;
	}
	*c = (struct connection){.fd = fd,
		.until_ms = prb_cli_monotonic_ms() + CONNECTION_MS,
		.message = prb_message_create()};
	prb_str_init(&c->in, IN_BYTES_MAX);
	prb_str_init(&c->body, BODY_BYTES_MAX + 1);
	prb_str_init(&c->out, OUT_BYTES_MAX);
	if (c->message == NULL)
		hang_up(c);
}

static void
put_answer(
	struct connection *c, int status, const char *type, const char *allow, struct prb_span body)
{
	struct prb_reply reply = {.status = status, .type = type, .allow = allow, .close = true};
	char date[PRB_HTTP_DATE_BYTES];

	prb_http_date((int64_t)time(NULL), date);
	prb_reply_head(&reply, 1, body.n, false, date, &c->out);
	if (c->method != PRB_METHOD_HEAD)
		prb_str_add_span(&c->out, body);
	c->is_answered = true;
}

static void
refuse(struct connection *c, int status, const char *reason)
{
	char line[PRB_FAULT_DETAIL_BYTES_MAX + 2];

	(void)snprintf(line, sizeof line, "%s\n", reason);
	put_answer(c, status, "text/plain; charset=utf-8", NULL, prb_span_of(line));
}

static void
take_head(struct connection *c)
{
	const struct prb_head *head = prb_message_head(c->message);

	c->method = head->method;
	if (head->path.n > sizeof c->path) {
		refuse(c, 404, "there is nothing at this address");
		return;
	}
	if (head->path.n > 0)
		memcpy(c->path, head->path.p, head->path.n);
	c->path_n = head->path.n;
	if (head->content_length > BODY_BYTES_MAX)
		refuse(c, 413, "the request is too large");
	else if (head->expects_continue)
		prb_str_add_text(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void
take_body(struct connection *c)
{
	prb_str_add_span(&c->body, prb_message_piece(c->message));
	if (c->body.failed || c->body.n > BODY_BYTES_MAX)
		refuse(c, 413, "the request is too large");
}

static void
take_end(struct listener *l, struct connection *c)
{
	struct witness_answer *reply = &l->reply;

	prb_str_reset(&reply->body);
	reply->allow = NULL;
	l->answer(l->context, c->method, (struct prb_span){c->path, c->path_n},
		prb_str_span(&c->body), reply);
	if (reply->body.failed)
		refuse(c, 503, "there is no memory");
	else
		put_answer(c, reply->status, reply->type, reply->allow, prb_str_span(&reply->body));
}

/* All that can be read out of what has come. */
static void
digest(struct listener *l, struct connection *c)
{
	size_t start = 0;

	while (!c->is_answered) {
		size_t used = 0;
		enum prb_step step =
			prb_message_feed(c->message, c->in.p + start, c->in.n - start, &used);

		start += used;
		if (step == PRB_STEP_MORE)
			break;
		if (step == PRB_STEP_HEAD)
			take_head(c);
		else if (step == PRB_STEP_BODY)
			take_body(c);
		else if (step == PRB_STEP_END)
			take_end(l, c);
		else
			refuse(c, prb_err_status(prb_message_refusal(c->message)->err),
				prb_message_refusal(c->message)->detail);
	}
	if (start > 0) {
		memmove(c->in.p, c->in.p + start, c->in.n - start);
		c->in.n -= start;
	}
}

/* False where it is over. */
static bool
receive(struct listener *l, struct connection *c)
{
	char piece[PIECE_BYTES];
	ssize_t n = read(c->fd, piece, sizeof piece);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0) {
		/* It has said all; it may still want to read. */
		c->is_ended = true;
		return c->sent < c->out.n;
	}
	/* What comes behind the one request is read and let fall, so that the answer is not lost to
	 * a reset. */
	if (c->is_answered)
		return true;
	prb_str_add(&c->in, piece, (size_t)n);
	if (c->in.failed)
		return false;
	digest(l, c);
	return true;
}

/* False where it is over. */
static bool
transmit(struct connection *c)
{
	ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->sent += (size_t)n;
	/* The last word: the other side reads it, and closes. */
	if (c->sent == c->out.n && c->is_answered)
		(void)shutdown(c->fd, SHUT_WR);
	return !c->out.failed;
}

static void
serve(struct listener *l, struct connection *c, short events)
{
	bool goes_on = (events & (POLLERR | POLLNVAL)) == 0;

	if (goes_on && !c->is_ended && (events & (POLLIN | POLLHUP)) != 0)
		goes_on = receive(l, c);
	if (goes_on && c->sent < c->out.n)
		goes_on = transmit(c) && !(c->is_ended && c->sent == c->out.n);
	if (!goes_on)
		hang_up(c);
}

/*
 * ---- The loop ----
 */

/* Fills the places behind the first two; returns how long to wait at most. */
static int
prepare(struct listener *l, struct pollfd *polled)
{
	int64_t now = prb_cli_monotonic_ms(), wait = -1;
	bool has_room = false, is_full = now < l->full_until_ms;

	if (is_full)
		wait = l->full_until_ms - now;
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *c = &l->connections[i];

		if (c->fd >= 0 && c->until_ms <= now)
			hang_up(c);
		polled[i + 2] = (struct pollfd){.fd = c->fd};
		has_room = has_room || c->fd < 0;
		if (c->fd < 0)
			continue;
		polled[i + 2].events =
			(short)((c->is_ended ? 0 : POLLIN) | (c->sent < c->out.n ? POLLOUT : 0));
		if (wait < 0 || c->until_ms - now < wait)
			wait = c->until_ms - now;
	}
	polled[0] = (struct pollfd){.fd = l->wake[0], .events = POLLIN};
	polled[1] = (struct pollfd){.fd = has_room && !is_full ? l->fd : -1, .events = POLLIN};
	return (int)wait;
}

static bool
loop(struct listener *l)
{
	struct pollfd polled[CONNECTIONS_MAX + 2];

	for (;;) {
		int wait = prepare(l, polled);

		if (poll(polled, CONNECTIONS_MAX + 2, wait) < 0) {
			if (errno == EINTR)
				continue;
			prb_cli_say("poll: %s", strerror(errno));
			return false;
		}
		if (polled[0].revents != 0)
			return true;
		for (size_t i = 0; i < CONNECTIONS_MAX; i++)
			if (polled[i + 2].revents != 0)
				serve(l, &l->connections[i], polled[i + 2].revents);
		if (polled[1].revents != 0)
			greet(l);
	}
}

/*
 * ---- Where ----
 */

static bool
split(const char *where, char host[256], const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - where);

	if (n > 1 && where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	if (n == 0 || n >= 256)
		return false;
	memcpy(host, where, n);
	host[n] = '\0';
	*port = colon + 1;
	return **port != '\0';
}

static int
bind_to(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM, 0), on = 1;

	if (fd >= 0 && set_flags(fd) &&
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
		bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

static int
open_listener(const char *where)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM};
	struct addrinfo *at = NULL;
	char host[256];
	const char *port;
	int fd;

	if (!split(where, host, &port) || getaddrinfo(host, port, &hints, &at) != 0) {
		prb_cli_say("%s: an address such as 127.0.0.1:8081 is wanted", where);
		return -1;
	}
	fd = bind_to(at);
	if (fd < 0)
		prb_cli_say("%s: %s", where, strerror(errno));
	freeaddrinfo(at);
	return fd;
}

static void
say_where(int fd)
{
	struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
	socklen_t n = sizeof at;
	char host[64] = "?", port[8] = "?";

	if (getsockname(fd, (struct sockaddr *)&at, &n) == 0)
		(void)getnameinfo((const struct sockaddr *)&at, n, host, sizeof host, port,
			sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
	printf(at.ss_family == AF_INET6 ? "listening on [%s]:%s\n" : "listening on %s:%s\n", host,
		port);
	(void)fflush(stdout);
}

static bool
heed_signals(struct listener *l)
{
	struct sigaction action = {.sa_handler = on_signal};

	if (pipe(l->wake) != 0)
		return false;
	wake_fd = l->wake[1];
	sigemptyset(&action.sa_mask);
	return set_flags(l->wake[0]) && set_flags(l->wake[1]) &&
	       sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0;
}

bool
witness_listen(const char *where, witness_answer_fn answer, void *context)
{
	struct listener *l = calloc(1, sizeof *l);
	bool done = false;

	if (l == NULL) {
		prb_cli_say("there is no memory");
		return false;
	}
	l->answer = answer;
	l->context = context;
	prb_str_init(&l->reply.body, OUT_BYTES_MAX);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		l->connections[i].fd = -1;
	l->fd = open_listener(where);
	if (l->fd >= 0 && heed_signals(l)) {
		say_where(l->fd);
		done = loop(l);
	}
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (l->connections[i].fd >= 0)
			hang_up(&l->connections[i]);
	if (l->fd >= 0)
		(void)close(l->fd);
	prb_str_finish(&l->reply.body);
	free(l);
	return done;
}
