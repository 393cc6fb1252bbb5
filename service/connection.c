/* SPDX-License-Identifier: Apache-2.0 */
#include "service/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>

#include "service/answer.h"
#include "service/charge.h"
#include "service/request.h"

/* What a client may send ahead before it is read on. */
#define IN_BYTES_MAX 65536
/* A streamed body is taken in pieces of this size, some 32 rows, with the other connections' turns
 * between them. */
#define STREAM_PIECE_BYTES 4096
/* A client has to take so much of an answer in the time of one request: a modem does. */
#define READ_BYTES_A_TIME 32768
/* What is looked at for a connection that can make room. */
#define LOOKED_AT_MAX 1024
/* A client that does not read its streamed answer stops the scoring here. */
#define OUT_BYTES_HIGH ((size_t)256 * 1024)
/* Whole answers are sent once there is so much of them. */
#define OUT_BYTES_FLUSH ((size_t)64 * 1024)
#define OUT_BYTES_KEPT ((size_t)1024 * 1024)
/* What the kernel may hold for a client that does not read: it would let it grow to megabytes. */
#define SEND_BYTES_MAX (128 * 1024)
#define LINGER_MS 1000
#define LINGER_BYTES_MAX ((size_t)256 * 1024)
#define DRAIN_IDLE_MS 1000

/* ---- who did something last ---- */

static void
unlink_from(struct prb_worker *w, struct prb_connection *c)
{
	if (c->previous != NULL)
		c->previous->next = c->next;
	else
		w->connections = c->next;
	if (c->next != NULL)
		c->next->previous = c->previous;
	else
		w->last_connection = c->previous;
}

static void
link_first(struct prb_worker *w, struct prb_connection *c)
{
	c->previous = NULL;
	c->next = w->connections;
	if (c->next != NULL)
		c->next->previous = c;
	else
		w->last_connection = c;
	w->connections = c;
}

void
prb_connection_bump(struct prb_connection *c, int64_t seconds)
{
	c->deadline_ms = prb_monotonic_ms() + seconds * 1000;
	if (c->worker->connections == c)
		return;
	unlink_from(c->worker, c);
	link_first(c->worker, c);
}

static size_t
pending(const struct prb_connection *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->io));
}

/*
 * Sends what has been written to worker->out. Straight to the socket where nothing waits before it:
 * saves the loop a turn for each answer; what the socket does not take waits in the bufferevent.
 * Under TLS all of it goes through the bufferevent, which alone writes records.
 */
static void
flush(struct prb_connection *c)
{
	struct prb_str *out = &c->worker->out;
	bool waited = pending(c) != 0;
	ssize_t n = 0;

	if (out->n == 0)
		return;
	if (!waited && !c->peer.is_tls) {
		n = send(bufferevent_getfd(c->io), out->p, out->n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0)
			n = 0; /* the bufferevent meets the error again and tells */
	}
	if ((size_t)n < out->n)
		bufferevent_write(c->io, out->p + n, out->n - (size_t)n);
	c->written += (int64_t)out->n;
	/* From here on it is not idle: it has an answer to take. */
	if (!waited && pending(c) != 0)
		prb_connection_bump(c, c->worker->config->request_seconds_max);
	if (c->worker->out_has_secret)
		sodium_memzero(out->p, out->n);
	c->worker->out_has_secret = false;
	prb_str_reset(out);
	if (out->room > OUT_BYTES_KEPT) {
		prb_str_finish(out);
		prb_str_init(out, PRB_OUT_BYTES_MAX);
	}
}

/* The last answer is out: our half is closed, so that the client sees its end; what it still sends
 * is thrown away for a moment, since closing at once would make the kernel reset the connection and
 * the answer with it. */
static void
linger(struct prb_connection *c)
{
	struct evbuffer *in = bufferevent_get_input(c->io);

	c->phase = PRB_PHASE_LINGERING;
	c->deadline_ms = prb_monotonic_ms() + LINGER_MS;
	if (c->peer.is_tls)
		prb_tls_end(c->io);
	shutdown(bufferevent_getfd(c->io), SHUT_WR);
	evbuffer_drain(in, evbuffer_get_length(in));
	bufferevent_enable(c->io, EV_READ);
}

static void
finish_closing(struct prb_connection *c)
{
	if (c->phase != PRB_PHASE_CLOSING || pending(c) != 0)
		return;
	if (c->ended)
		c->doomed = true;
	else
		linger(c);
}

/* One step of the message. False when there is nothing more to do now. */
static bool
step(struct prb_connection *c)
{
	struct evbuffer *in = bufferevent_get_input(c->io);
	size_t n = evbuffer_get_length(in), used = 0;
	bool in_stream = c->slot != NULL && c->slot->exchange.stream.state != NULL;
	const char *bytes = "";
	enum prb_step what;

	if (n != 0) {
		size_t wanted = c->slot == NULL ? n : evbuffer_get_contiguous_space(in);

		if (c->slot == NULL && wanted > PRB_HEAD_BYTES_MAX + 2)
			wanted = PRB_HEAD_BYTES_MAX + 2;
		if (in_stream && wanted > STREAM_PIECE_BYTES)
			wanted = STREAM_PIECE_BYTES;
		bytes = (const char *)evbuffer_pullup(in, (ev_ssize_t)wanted);
		if (bytes == NULL) {
			c->doomed = true;
			return false;
		}
		n = wanted;
	}
	if (n != 0 && c->slot == NULL && !prb_message_is_open(c->message))
		prb_connection_bump(c, c->worker->config->request_seconds_max);
	what = prb_message_feed(c->message, bytes, n, &used);
	switch (what) {
	case PRB_STEP_MORE:
		break;
	case PRB_STEP_HEAD:
		if (prb_answer_from_memory(c)) {
			prb_message_reset(c->message);
			prb_connection_bump(c, c->worker->config->idle_seconds_max);
		} else
			prb_request_head(c, bytes, used);
		break;
	case PRB_STEP_BODY:
		prb_request_body(c, prb_message_piece(c->message));
		break;
	case PRB_STEP_END:
		prb_request_end(c);
		break;
	case PRB_STEP_REFUSED:
		prb_answer_refused_message(c);
		break;
	}
	evbuffer_drain(in, used);
	/* Between two requests there is a next step only with more bytes; within one, always. */
	if (what == PRB_STEP_MORE || c->slot == NULL)
		return (what != PRB_STEP_MORE || used != 0) && evbuffer_get_length(in) != 0;
	return true;
}

/* Steps until there is nothing to do, the client does not read, or a stream has had its turn. */
static void
take_steps(struct prb_connection *c)
{
	while (c->phase == PRB_PHASE_READING && !c->doomed) {
		/* What was pipelined waits for whoever has not taken the answers before: else a
		 * few bytes of requests would hold the memory of many answers. */
		if (pending(c) > (c->slot == NULL ? 0 : OUT_BYTES_HIGH)) {
			bufferevent_disable(c->io, EV_READ);
			return;
		}
		if (c->has_work) {
			/* In its turn alone: many streams whose bytes arrive together wait for each
			 * other, and nobody else for all of them. */
			if (c->worker->in_turn)
				prb_request_turn(c);
			prb_worker_schedule(c->worker, c);
			return;
		}
		if (!step(c))
			return;
		if (c->worker->out.n > OUT_BYTES_FLUSH)
			flush(c);
	}
}

/* Between two requests, with everything sent. */
static bool
is_idle(const struct prb_connection *c)
{
	return c->phase == PRB_PHASE_READING && c->slot == NULL && !c->has_work &&
	       !prb_message_is_open(c->message) && pending(c) == 0;
}

/* Part of an answer is left: the client cannot have all of it any more. The kernel would keep what
 * it has for as long as nobody takes it, and there is an end to the memory that it has for this. */
static void
reset_when_closed(struct prb_connection *c)
{
	struct linger at_once = {1, 0};

	setsockopt(bufferevent_getfd(c->io), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void
destroy(struct prb_connection *c)
{
	struct prb_worker *w = c->worker;

	if (c->slot != NULL && c->phase == PRB_PHASE_AWAY)
		c->slot->connection = NULL; /* comes home to nobody */
	else if (c->slot != NULL)
		prb_worker_put_slot(c->slot);
	if (c->in_ready)
		prb_worker_unschedule(w, c);
	unlink_from(w, c);
	if (c->peer.is_tls && c->phase != PRB_PHASE_LINGERING && pending(c) == 0)
		prb_tls_end(c->io);
	if (pending(c) != 0)
		reset_when_closed(c);
	bufferevent_free(c->io);
	prb_message_destroy(c->message);
	prb_limits_leave(w->server->limits, c->ticket);
	free(c);
	prb_count(w->sheet, PRB_COUNT_CONNECTIONS, -1);
	atomic_fetch_sub(&w->server->connections, 1);
}

/*
 * What a client may send ahead. Over plain sockets libevent's high-water mark sees to it; under TLS
 * that would stop in the middle of a record, and what OpenSSL has decrypted no socket tells of.
 */
static void
bound_input(struct prb_connection *c)
{
	size_t n = evbuffer_get_length(bufferevent_get_input(c->io));
	bool was_held = c->held;

	if (!c->peer.is_tls || c->doomed)
		return;
	c->held = n >= IN_BYTES_MAX;
	if (c->held)
		bufferevent_disable(c->io, EV_READ);
	else if (was_held && !c->ended && pending(c) <= OUT_BYTES_HIGH)
		bufferevent_enable(c->io, EV_READ);
}

/* What every callback ends with. */
static void
settle(struct prb_connection *c)
{
	flush(c);
	bound_input(c);
	if (c->phase == PRB_PHASE_READING && c->ended && !c->in_ready && !c->has_work &&
		pending(c) == 0)
		c->doomed = true; /* nothing more can come, and everything is answered */
	if (!c->doomed)
		finish_closing(c);
	if (c->doomed)
		destroy(c);
}

void
prb_connection_advance(struct prb_connection *c)
{
	take_steps(c);
	settle(c);
}

void
prb_connection_reply(struct prb_connection *c)
{
	c->phase = PRB_PHASE_READING;
	prb_answer_send(c);
	prb_connection_advance(c);
}

void
prb_connection_close(struct prb_connection *c)
{
	destroy(c);
}

/* ---- what the loop tells ---- */

static void
on_read(struct bufferevent *io, void *context)
{
	struct prb_connection *c = context;
	struct evbuffer *in = bufferevent_get_input(io);

	if (c->phase != PRB_PHASE_LINGERING) {
		prb_connection_advance(c);
		return;
	}
	c->lingered += evbuffer_get_length(in);
	evbuffer_drain(in, evbuffer_get_length(in));
	if (c->lingered > LINGER_BYTES_MAX)
		destroy(c);
}

static void
on_write(struct bufferevent *io, void *context)
{
	struct prb_connection *c = context;

	if (c->phase == PRB_PHASE_READING && !c->ended && !c->held)
		bufferevent_enable(io, EV_READ);
	if (is_idle(c))
		prb_connection_bump(c, c->worker->config->idle_seconds_max);
	prb_connection_advance(c);
}

/* Whoever speaks something else than TLS, or cannot agree. What has come is read away, so that the
 * kernel closes the connection and does not reset it: an alert that says why then gets through. */
static void
give_up_handshake(struct prb_connection *c)
{
	evutil_socket_t fd = bufferevent_getfd(c->io);
	char unread[4096];
	size_t n = 0;
	ssize_t more;

	prb_count(c->worker->sheet, PRB_COUNT_TLS_FAILURES, 1);
	shutdown(fd, SHUT_WR);
	while (n < IN_BYTES_MAX && (more = recv(fd, unread, sizeof unread, MSG_DONTWAIT)) > 0)
		n += (size_t)more;
}

static void
on_event(struct bufferevent *io, short what, void *context)
{
	struct prb_connection *c = context;

	if ((what & BEV_EVENT_CONNECTED) != 0) {
		/* The handshake had the time of a request; from here on it is as without TLS. */
		c->shakes = false;
		prb_tls_peer(io, &c->peer);
		prb_connection_bump(c, c->worker->config->idle_seconds_max);
		if (c->worker->is_draining)
			prb_connection_drain(c, prb_monotonic_ms());
		return;
	}
	if (c->shakes)
		give_up_handshake(c);
	if ((what & BEV_EVENT_EOF) == 0 || c->phase == PRB_PHASE_LINGERING) {
		destroy(c);
		return;
	}
	c->ended = true;
	/* libevent stops both ways at the end of a TLS stream; what is to be answered still is. */
	if (c->peer.is_tls)
		bufferevent_enable(io, EV_WRITE);
	prb_connection_advance(c);
}

/* The connection that has been idle for longest goes. False where all have something to do. */
static bool
make_room(struct prb_worker *w)
{
	struct prb_connection *c = w->last_connection;

	for (size_t i = 0; c != NULL && i < LOOKED_AT_MAX; i++, c = c->previous)
		if (is_idle(c)) {
			prb_count(w->sheet, PRB_COUNT_MADE_ROOM, 1);
			destroy(c);
			return true;
		}
	return false;
}

/* A bufferevent of the kind that the listener speaks. */
static struct bufferevent *
make_io(struct prb_connection *c, evutil_socket_t fd)
{
	c->shakes = c->peer.is_tls;
	if (c->peer.is_tls)
		return prb_tls_accept(c->worker->settings->tls, c->worker->base, fd);
	return bufferevent_socket_new(c->worker->base, fd, BEV_OPT_CLOSE_ON_FREE);
}

void
prb_connection_open(struct prb_worker *w, const struct prb_given *given)
{
	bool room = !given->is_crowded || make_room(w);
	struct prb_connection *c = room ? calloc(1, sizeof *c) : NULL;
	int one = 1, send_bytes = SEND_BYTES_MAX, fd = given->fd;

	if (!room) {
		prb_count(w->sheet, PRB_COUNT_TURNED_AWAY, 1);
		prb_answer_turned_away(w->server, given, PRB_ERR_BUSY);
	}
	if (c == NULL)
		goto failed;
	c->worker = w;
	c->peer = given->peer;
	c->ticket = given->ticket;
	prb_charge_open(c);
	c->message = prb_message_create();
	c->io = c->message != NULL ? make_io(c, fd) : NULL;
	if (c->io == NULL)
		goto failed;
	/* An answer is written in one go: nothing is gained by waiting for more. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);
	bufferevent_setcb(c->io, on_read, on_write, on_event, c);
	bufferevent_setwatermark(c->io, EV_READ, 0, c->peer.is_tls ? 0 : IN_BYTES_MAX);
	bufferevent_enable(c->io, EV_READ | EV_WRITE);
	link_first(w, c);
	prb_connection_bump(
		c, c->shakes ? w->config->request_seconds_max : w->config->idle_seconds_max);
	prb_count(w->sheet, PRB_COUNT_CONNECTIONS, 1);
	if (w->is_draining)
		prb_connection_drain(c, prb_monotonic_ms());
	return;
failed:
	if (c != NULL)
		prb_message_destroy(c->message);
	free(c);
	evutil_closesocket(fd);
	prb_limits_leave(w->server->limits, given->ticket);
	atomic_fetch_sub(&w->server->connections, 1);
}

static void
time_out(struct prb_connection *c)
{
	prb_count(c->worker->sheet, PRB_COUNT_TIMED_OUT, 1);
	if (c->slot == NULL)
		c->slot = prb_worker_take_slot(c->worker);
	if (c->slot == NULL || c->streaming || pending(c) != 0) {
		destroy(c);
		return;
	}
	c->slot->exchange.head.minor = 1;
	(void)prb_refuse(&c->slot->exchange, PRB_ERR_TIMEOUT,
		"the request did not arrive in time: send it again, faster");
	c->body_open = true;
	prb_answer_send(c);
	settle(c);
}

/* What the client has acknowledged of all that was written: the kernel's buffer takes megabytes,
 * and asks for more only when a good part of them has gone. */
static int64_t
taken_by(const struct prb_connection *c)
{
	int unsent = 0;

	if (ioctl(bufferevent_getfd(c->io), TIOCOUTQ, &unsent) != 0)
		unsent = 0;
	return c->written - (int64_t)pending(c) - unsent;
}

size_t
prb_connection_waiting(const struct prb_connection *c)
{
	return pending(c);
}

void
prb_connection_check(struct prb_connection *c, int64_t now_ms)
{
	int64_t taken = pending(c) != 0 ? taken_by(c) : c->taken;

	/* A slow reader that reads is left alone, as long as it reads enough: else a few bytes now
	 * and then would hold an answer's memory for ever. */
	if (taken - c->taken >= READ_BYTES_A_TIME) {
		c->taken = taken;
		prb_connection_bump(c, c->worker->config->request_seconds_max);
	}
	if (now_ms < c->deadline_ms || c->phase == PRB_PHASE_AWAY)
		return;
	if (c->phase == PRB_PHASE_READING && (c->slot != NULL || prb_message_is_open(c->message)))
		time_out(c);
	else {
		if (c->shakes)
			prb_count(c->worker->sheet, PRB_COUNT_TLS_FAILURES, 1);
		destroy(c);
	}
}

void
prb_connection_drain(struct prb_connection *c, int64_t now_ms)
{
	if (c->phase == PRB_PHASE_READING && c->slot == NULL && !prb_message_is_open(c->message) &&
		c->deadline_ms > now_ms + DRAIN_IDLE_MS)
		c->deadline_ms = now_ms + DRAIN_IDLE_MS;
}

void
prb_connection_retire(struct prb_connection *c)
{
	/* What certificate a handshake ends with is not known before. */
	if (!c->peer.has_certificate && !c->shakes)
		return;
	c->retires = true;
	c->keep_alive = false;
	if (is_idle(c) && !c->shakes)
		destroy(c);
}
