/* SPDX-License-Identifier: Apache-2.0 */
#include "service/answer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "service/charge.h"
#include "service/handlers/messages.h"
#include "service/http/chars.h"
#include "service/http/conditional.h"
#include "service/logging/logging.h"
#include "service/settle.h"

#define TURNED_AWAY_RETRY_S 10
#define TURNED_AWAY_BYTES_MAX 4096

/* Names of our own alone: a method that no route knows is the client's word. */
static const char *
method_name(enum prb_method method)
{
	static const char *const names[] = {[PRB_METHOD_GET] = "GET",
		[PRB_METHOD_HEAD] = "HEAD",
		[PRB_METHOD_POST] = "POST",
		[PRB_METHOD_OPTIONS] = "OPTIONS",
		[PRB_METHOD_PUT] = "PUT",
		[PRB_METHOD_DELETE] = "DELETE",
		[PRB_METHOD_PATCH] = "PATCH",
		[PRB_METHOD_TRACE] = "TRACE"};

	return method < sizeof names / sizeof names[0] && names[method] != NULL ? names[method]
										: "other";
}

static void
say_request(const struct prb_slot *slot, int status, uint64_t nanoseconds)
{
	const struct prb_exchange *x = &slot->exchange;
	const struct prb_role_facts *role = prb_role_of(x->caller.role);
	struct prb_said_request said = {
		.id = prb_span_of(x->request_id),
		.method = method_name(x->head.method),
		.route = x->route != NULL ? x->route->pattern : "other",
		.role = role != NULL ? role->name : NULL,
		.status = status,
		.micros = nanoseconds / 1000,
		.in = slot->in_bytes,
		.out = slot->out_bytes,
	};

	prb_say_request(&said);
}

static void
end_request(struct prb_connection *c, int status)
{
	struct prb_slot *slot = c->slot;
	struct prb_worker *w = c->worker;
	uint64_t nanoseconds = prb_monotonic_ns() - slot->began_ns;
	size_t route = slot->exchange.route != NULL ? (size_t)(slot->exchange.route - prb_routes)
						    : PRB_METRIC_ROUTES_MAX;

	if (!prb_leaves_no_trace(slot->exchange.route)) {
		prb_count_request(w->sheet, route, status, nanoseconds);
		if (prb_says_request(status))
			say_request(slot, status, nanoseconds);
	}
	c->slot = NULL;
	prb_worker_put_slot(slot);
	prb_connection_bump(c, w->config->idle_seconds_max);
}

/* ---- answers ---- */

/* What an answer depends on beside its target, as a number to compare. */
static int
form_of(const struct prb_head *head)
{
	return (int)prb_head_lang(head) * 4 + (int)prb_head_coding(head);
}

/* Keeps the answer of a public lookup ready, cut where the Date field's value goes. */
static void
keep_prepared(struct prb_connection *c, struct prb_exchange *x, size_t length)
{
	static const char mark[] = "\r\nDate: ";
	struct prb_str *head = &x->desk->text;
	struct prb_prepared_answer answer;
	struct prb_reply reply = x->reply;
	const char *date;

	/* Without what is of this caller alone. */
	reply.rate_fields = PRB_SPAN_NONE;
	reply.request_id = PRB_SPAN_NONE;
	prb_str_reset(head);
	prb_reply_head(&reply, 1, length, true, prb_worker_date(c->worker), head);
	date = head->failed ? NULL : strstr(head->p, mark);
	if (date == NULL)
		return;
	date += sizeof mark - 1;
	answer.target = x->head.target;
	answer.form = form_of(&x->head);
	answer.before = (struct prb_span){head->p, (size_t)(date - head->p)};
	answer.behind.p = date + PRB_HTTP_DATE_BYTES - 1;
	answer.behind.n = (size_t)(head->p + head->n - answer.behind.p);
	answer.body = prb_str_span(&x->reply.body);
	answer.route = (size_t)(x->route - prb_routes);
	prb_prepared_keep(c->worker->prepared, &answer, prb_exchange_day(x));
}

/* Prepared answers are those of lookups by HTTP/1.1, on a connection that stays; of the newest
 * release; and the public listener's, whose fields they have. */
static bool
may_prepare(const struct prb_connection *c, const struct prb_exchange *x)
{
	return x->reply.status == 200 && x->route != NULL && x->route->cache == PRB_CACHE_FACTS &&
	       x->reply.parts_count == 0 && x->head.method != PRB_METHOD_HEAD && c->keep_alive &&
	       x->head.minor == 1 && x->desk == &c->worker->bench->desk &&
	       c->peer.listener == PRB_LISTENER_PUBLIC;
}

/* Who came by TLS to a server that has a name comes by TLS alone from then on. */
static void
set_https_only(const struct prb_connection *c, struct prb_reply *reply)
{
	reply->https_only = c->peer.is_tls && c->worker->config->public_url[0] != '\0';
}

/* What leaves no trace here leaves none in a browser either: only what is the same for everybody
 * may be kept there. */
static void
keep_from_browsers(struct prb_exchange *x)
{
	if (prb_leaves_no_trace(x->route) &&
		!prb_span_starts(prb_span_of(x->reply.cache_control), PRB_SPAN("public")))
		x->reply.cache_control = NULL;
}

static void
write_reply(struct prb_connection *c, struct prb_exchange *x)
{
	struct prb_worker *w = c->worker;
	bool is_head = x->head.method == PRB_METHOD_HEAD;
	size_t length;

	if (x->reply.body.failed)
		(void)prb_refuse(x, PRB_ERR_MEMORY, "the answer needs more memory than there is");
	if (x->reply.status == 200 && x->route != NULL && x->route->method == PRB_METHOD_GET)
		prb_settle_get(w, x);
	set_https_only(c, &x->reply);
	keep_from_browsers(x);
	length = prb_reply_body_bytes(&x->reply);
	prb_reply_head(
		&x->reply, x->head.minor, length, c->keep_alive, prb_worker_date(w), &w->out);
	if (may_prepare(c, x))
		keep_prepared(c, x, length);
	if (!is_head) {
		c->slot->out_bytes = length;
		w->out_has_secret |= x->reply.has_secret;
		prb_str_add_span(&w->out, prb_str_span(&x->reply.body));
	}
	for (size_t i = 0; i < x->reply.parts_count && !is_head; i++)
		prb_str_add_span(&w->out, x->reply.parts[i]);
	if (w->out.failed) {
		/* Without memory even for this there is nothing to say. */
		prb_str_reset(&w->out);
		c->keep_alive = false;
	}
}

/* An answer in one piece: head, body, and on to the next request or the end. */
void
prb_answer_send(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;

	/* A body that was not read to its end cannot be told from a next request. */
	if (c->body_open || x->reply.close || c->worker->is_draining)
		c->keep_alive = false;
	write_reply(c, x);
	end_request(c, x->reply.status);
	prb_message_reset(c->message);
	c->body_open = false;
	c->phase = c->keep_alive ? PRB_PHASE_READING : PRB_PHASE_CLOSING;
}

/* What the socket does not take at once is not waited for. Nothing is said before a handshake. */
void
prb_answer_turned_away(
	const struct prb_server *server, const struct prb_given *given, enum prb_err err)
{
	struct prb_reply reply = {.retry_after_s = TURNED_AWAY_RETRY_S, .close = true};
	char date[PRB_HTTP_DATE_BYTES];
	struct prb_str out;

	if (given->peer.is_tls || given->peer.listener != PRB_LISTENER_PUBLIC)
		return;
	prb_str_init(&reply.body, TURNED_AWAY_BYTES_MAX);
	prb_str_init(&out, TURNED_AWAY_BYTES_MAX);
	prb_reply_problem(&reply, err,
		err == PRB_ERR_RATE ? "this address has as many connections open as it may"
				    : "as many connections are open as may be",
		NULL);
	prb_http_date(server->clock_ms() / 1000, date);
	prb_reply_head(&reply, 1, reply.body.n, false, date, &out);
	prb_str_add_span(&out, prb_str_span(&reply.body));
	if (!out.failed && !reply.body.failed &&
		send(given->fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		(void)shutdown(given->fd, SHUT_WR);
	prb_str_finish(&out);
	prb_str_finish(&reply.body);
}

/* A message that is not HTTP as it is written: one answer, and the end. */
void
prb_answer_refused_message(struct prb_connection *c)
{
	const struct prb_refusal *refusal = prb_message_refusal(c->message);
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	prb_count(c->worker->sheet, PRB_COUNT_REFUSED_MESSAGES, 1);
	if (c->slot == NULL)
		c->slot = prb_worker_take_slot(c->worker);
	if (c->slot == NULL || c->streaming) {
		c->keep_alive = false;
		c->phase = PRB_PHASE_CLOSING;
		return;
	}
	c->slot->exchange.head.minor = 1;
	c->slot->exchange.head.method = PRB_METHOD_OTHER;
	snprintf(detail, sizeof detail, "%s (%s)", refusal->detail, refusal->article);
	(void)prb_refuse(&c->slot->exchange, refusal->err, detail);
	c->body_open = true; /* wherever it ends: nothing behind it is read */
	prb_answer_send(c);
}

/* ---- streamed answers ---- */

static void
write_stream_head(struct prb_connection *c, struct prb_exchange *x)
{
	if (c->worker->is_draining || x->head.minor == 0)
		c->keep_alive = false;
	set_https_only(c, &x->reply);
	prb_reply_head(&x->reply, x->head.minor, SIZE_MAX, c->keep_alive,
		prb_worker_date(c->worker), &c->worker->out);
	c->streaming = true;
}

/* What the stream has written since, as one chunk. */
void
prb_answer_chunk(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;
	struct prb_str *out = &c->worker->out;

	if (x->reply.body.failed) {
		/* No last chunk will come: whoever reads it sees that something is missing. */
		c->doomed = true;
		return;
	}
	if (!x->stream.started)
		return;
	if (!c->streaming)
		write_stream_head(c, x);
	c->slot->out_bytes += x->reply.body.n;
	if (x->reply.body.n != 0) {
		if (x->head.minor == 1)
			prb_str_addf(out, "%zx\r\n", x->reply.body.n);
		prb_str_add_span(out, prb_str_span(&x->reply.body));
		if (x->head.minor == 1)
			prb_str_add_text(out, "\r\n");
	}
	prb_str_reset(&x->reply.body);
}

void
prb_answer_end_stream(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;

	if (!x->stream.started) {
		prb_answer_send(c);
		return;
	}
	prb_answer_chunk(c);
	if (c->doomed)
		return;
	if (x->head.minor == 1)
		prb_str_add_text(&c->worker->out, "0\r\n\r\n");
	if (c->body_open || c->worker->is_draining)
		c->keep_alive = false;
	end_request(c, x->reply.status);
	prb_message_reset(c->message);
	c->streaming = c->body_open = c->has_work = false;
	c->phase = c->keep_alive ? PRB_PHASE_READING : PRB_PHASE_CLOSING;
}

/* ---- answers from memory ---- */

/* Whether its target, language and coding are all that it is answered by. A key that is sent has to
 * be a good one, also where none is needed. */
static bool
is_plain(const struct prb_head *head)
{
	if (head->method != PRB_METHOD_GET || head->minor != 1 || !head->keep_alive ||
		head->has_body)
		return false;
	for (size_t i = 0; i < head->fields_count; i++)
		if (prb_name_is_condition(head->fields[i].name) ||
			prb_text_same(head->fields[i].name, "authorization"))
			return false;
	return true;
}

/* Whatever the request called itself: such an answer has no X-Request-Id either. */
static void
say_from_memory(const struct prb_prepared_answer *answer, uint64_t nanoseconds)
{
	struct prb_said_request said = {
		.method = "GET",
		.route = prb_routes[answer->route].pattern,
		.status = 200,
		.micros = nanoseconds / 1000,
		.out = answer->body.n,
	};

	prb_say_request(&said);
}

/* A public lookup that was answered before today: from memory. False when it was not. */
bool
prb_answer_from_memory(struct prb_connection *c)
{
	const struct prb_head *head = prb_message_head(c->message);
	struct prb_worker *w = c->worker;
	struct prb_str *rate = &w->bench->desk.text;
	const struct prb_prepared_answer *answer;
	const char *date;
	uint64_t began;

	if (w->is_draining || !is_plain(head) || c->peer.listener != PRB_LISTENER_PUBLIC)
		return false;
	began = prb_monotonic_ns();
	date = prb_worker_date(w);
	answer = prb_prepared_find(w->prepared, head->target, form_of(head), w->date_s / 86400);
	prb_str_reset(rate);
	if (answer == NULL || !prb_charge_lookup(c, head, rate))
		return false;
	prb_str_add_span(&w->out, answer->before);
	prb_str_add(&w->out, date, PRB_HTTP_DATE_BYTES - 1);
	if (rate->n > 2) {
		/* Whole lines; the line end of the last stands behind the date already. */
		prb_str_add(&w->out, "\r\n", 2);
		prb_str_add(&w->out, rate->p, rate->n - 2);
	}
	prb_str_add_span(&w->out, answer->behind);
	prb_str_add_span(&w->out, answer->body);
	if (w->out.failed)
		return false;
	began = prb_monotonic_ns() - began;
	prb_count(w->sheet, PRB_COUNT_FROM_MEMORY, 1);
	prb_count_request(w->sheet, answer->route, 200, began);
	if (prb_says_request(200))
		say_from_memory(answer, began);
	return true;
}
