/* SPDX-License-Identifier: Apache-2.0 */
#include "service/request.h"

#include <stdio.h>
#include <string.h>

#include "service/answer.h"
#include "service/authenticate.h"
#include "service/charge.h"
#include "service/handlers/decided.h"

#define STREAM_BYTES_A_TIME 4096
#define ALL_METHODS "GET, HEAD, POST, OPTIONS"

/* The head's spans point into bytes that will go: they move into the arena. The path is then as
 * routes are written, whatever of it was escaped without need. */
static bool
keep_head(struct prb_exchange *x, const struct prb_head *head, const char *bytes, size_t n)
{
	struct prb_span own = prb_arena_copy(x->arena, (struct prb_span){bytes, n});
	struct prb_span *spans[] = {&x->head.method_text, &x->head.target, &x->head.path,
		&x->head.query, &x->head.host};

	if (own.p == NULL)
		return false;
	memcpy(&x->head, head, offsetof(struct prb_head, fields));
	memcpy((char *)&x->head + offsetof(struct prb_head, fields_count), &head->fields_count,
		sizeof *head - offsetof(struct prb_head, fields_count));
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		if (spans[i]->p >= bytes && spans[i]->p <= bytes + n)
			spans[i]->p = own.p + (spans[i]->p - bytes);
	for (size_t i = 0; i < head->fields_count; i++) {
		x->head.fields[i] = head->fields[i];
		x->head.fields[i].name.p = own.p + (head->fields[i].name.p - bytes);
		if (head->fields[i].value.p != NULL)
			x->head.fields[i].value.p = own.p + (head->fields[i].value.p - bytes);
	}
	return prb_path_plain(x->arena, x->head.path, &x->head.path);
}

/* Of an address, which may have a route for each method. */
static const char *
methods_text(bool get, bool post)
{
	if (get && post)
		return ALL_METHODS;
	return get ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
}

struct address {
	bool takes_get, takes_post;
	bool public_get, public_post; /* without a key: also for pages of other sites */
};

/* RFC 9110 section 9.1: a method that is not known here is that at every address. */
static void
answer_no_method(struct prb_exchange *x)
{
	(void)prb_refuse(
		x, PRB_ERR_METHOD_UNKNOWN, "the methods that are taken here are " ALL_METHODS);
	x->reply.allow = ALL_METHODS;
}

/* Nothing is at this address for this method: what is, or that there is nothing. */
static void
answer_no_route(struct prb_exchange *x, const struct address *a)
{
	bool is_there = a->takes_get || a->takes_post;
	const char *allowed = is_there ? methods_text(a->takes_get, a->takes_post) : ALL_METHODS;

	x->reply.is_public = a->public_get || a->public_post;
	if (x->head.method == PRB_METHOD_OPTIONS && (is_there || prb_span_is(x->head.path, "*"))) {
		if (x->reply.is_public)
			x->reply.public_methods = methods_text(a->public_get, a->public_post);
		x->reply.allow = allowed;
		x->reply.status = 204;
	} else if (is_there) {
		char detail[64];

		snprintf(detail, sizeof detail, "this address takes %s", allowed);
		(void)prb_refuse(x, PRB_ERR_METHOD, detail);
		x->reply.allow = allowed;
	} else
		(void)prb_refuse(x, PRB_ERR_NOT_FOUND,
			"there is nothing at this address; /openapi.json lists what there is");
}

/* The route of the request, or NULL with a reply made. */
static const struct prb_route *
find_route(struct prb_exchange *x)
{
	enum prb_method method =
		x->head.method == PRB_METHOD_HEAD ? PRB_METHOD_GET : x->head.method;
	struct address address = {0};

	for (size_t i = 0; i < prb_routes_count; i++) {
		/* Other sites may not have their visitors fill a mailbox. */
		bool is_public = prb_routes[i].scope == PRB_SCOPE_ANYONE &&
				 prb_routes[i].handler != prb_handle_send_message;

		if (!prb_path_match(prb_routes[i].pattern, x->head.path, x->params))
			continue;
		if (prb_routes[i].method == method) {
			x->reply.is_public = is_public;
			return &prb_routes[i];
		}
		if (prb_routes[i].method == PRB_METHOD_GET) {
			address.takes_get = true;
			address.public_get |= is_public;
		} else {
			address.takes_post = true;
			address.public_post |= is_public;
		}
	}
	if (method == PRB_METHOD_OTHER)
		answer_no_method(x);
	else
		answer_no_route(x, &address);
	return NULL;
}

static bool
is_encoded(const struct prb_head *head)
{
	struct prb_span coding = prb_head_field(head, "content-encoding", NULL);

	return coding.p != NULL && coding.n != 0 && !prb_span_is(coding, "identity");
}

/* PRB_OK, or why this request is not for the route. */
static enum prb_err
check_request(struct prb_exchange *x, const char **detail)
{
	const struct prb_route *route = x->route;
	const struct prb_head *head = &x->head;

	*detail = NULL;
	if (route->body == PRB_BODY_NONE) {
		/* RFC 9110 section 9.3.1: content in a GET has no meaning, and may be an attempt to
		 * smuggle a request past whoever does not see it. */
		*detail = "this address takes no body";
		return head->has_body ? PRB_ERR_REQUEST
				      : prb_query_read(x->arena, head->query, &x->query,
						&x->faults.items[0]);
	}
	if (!head->has_body && prb_head_field(head, "content-length", NULL).p == NULL) {
		*detail = "send the body with a Content-Length, or chunked";
		return PRB_ERR_LENGTH;
	}
	if (is_encoded(head)) {
		*detail = "a body is taken as it is, without Content-Encoding";
		return PRB_ERR_MEDIA_TYPE;
	}
	if (route->body == PRB_BODY_WHOLE && head->content_length > PRB_DECLARATION_BYTES_MAX) {
		*detail = "a body has at most 1 MiB here: lists go to /v1/screenings";
		return PRB_ERR_BODY;
	}
	return prb_query_read(x->arena, head->query, &x->query, &x->faults.items[0]);
}

/* The head is here: is it for somebody? If not, it is answered. */
static void
begin_request(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;
	const char *detail = NULL;
	enum prb_err err;
	bool known;

	c->keep_alive = x->head.keep_alive && !c->retires;
	c->body_open = x->head.has_body;
	prb_charge_peer(c, x);
	x->route = find_route(x);
	if (x->route == NULL) {
		/* Whoever looks for what is not there is counted as well. */
		(void)prb_charge_request(c, x);
		prb_answer_send(c);
		return;
	}
	known = prb_authenticate(x);
	/* Before all else, also with a key that is none: then it is the address's. */
	if (!prb_charge_request(c, x) || !known || !prb_authorize(x)) {
		prb_answer_send(c);
		return;
	}
	err = check_request(x, &detail);
	if (err != PRB_OK) {
		x->faults.count = err == PRB_ERR_QUERY;
		(void)prb_refuse(x, err, err == PRB_ERR_QUERY ? NULL : detail);
		prb_answer_send(c);
		return;
	}
	prb_decided_for(x->desk, x);
	if (x->route->body == PRB_BODY_STREAM &&
		(!prb_charge_stream(c, x) || x->route->handler(x) == PRB_REPLIED)) {
		prb_answer_send(c);
		return;
	}
	if (x->head.expects_continue)
		prb_str_add_text(&c->worker->out, "HTTP/1.1 100 Continue\r\n\r\n");
}

void
prb_request_turn(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;
	enum prb_turn turn;

	prb_decided_for(x->desk, x);
	turn = x->stream.turn(x);
	c->has_work = turn == PRB_TURN_AGAIN;
	if (turn == PRB_TURN_AWAY) {
		/* It may be in another thread's hands already. */
		c->phase = PRB_PHASE_AWAY;
		c->worker->away++;
	} else if (turn == PRB_TURN_DONE)
		prb_answer_end_stream(c);
	else
		prb_answer_chunk(c);
}

/* By the client's name for it where it gave one, else by ours. */
static void
name_request(struct prb_exchange *x)
{
	char given[PRB_REQUEST_ID_BYTES];

	if (prb_request_id_given(&x->head, given))
		memcpy(x->request_id, given, sizeof given);
}

/* A message that has no body ends with its head: the next feed says so. */
void
prb_request_head(struct prb_connection *c, const char *bytes, size_t n)
{
	const struct prb_head *head = prb_message_head(c->message);

	c->slot = prb_worker_take_slot(c->worker);
	if (c->slot == NULL || !keep_head(&c->slot->exchange, head, bytes, n)) {
		if (c->slot != NULL)
			prb_worker_put_slot(c->slot);
		c->slot = NULL;
		c->doomed = true;
		return;
	}
	c->slot->connection = c;
	name_request(&c->slot->exchange);
	begin_request(c);
}

void
prb_request_body(struct prb_connection *c, struct prb_span piece)
{
	struct prb_exchange *x = &c->slot->exchange;

	c->slot->in_bytes += piece.n;
	if (x->route->body == PRB_BODY_STREAM) {
		/* Not for each byte: a sender must bring so much in the time of one request. */
		c->streamed += piece.n;
		if (c->streamed >= STREAM_BYTES_A_TIME) {
			c->streamed = 0;
			prb_connection_bump(c, c->worker->config->request_seconds_max);
		}
		x->stream.piece(x, piece);
		c->has_work = true;
		return;
	}
	/* Gathered where the answer will stand: a body is read before the answer is written. */
	prb_str_add_span(&x->reply.body, piece);
	if (x->reply.body.n > PRB_DECLARATION_BYTES_MAX) {
		(void)prb_refuse(x, PRB_ERR_BODY,
			"a body has at most 1 MiB here: lists go to /v1/screenings");
		prb_answer_send(c);
	}
}

void
prb_request_end(struct prb_connection *c)
{
	struct prb_exchange *x = &c->slot->exchange;

	c->body_open = false;
	if (x->route->body == PRB_BODY_STREAM) {
		x->stream.end(x);
		c->has_work = true;
		return;
	}
	if (x->reply.body.n != 0) {
		x->body = prb_arena_copy(x->arena, prb_str_span(&x->reply.body));
		prb_str_reset(&x->reply.body);
		if (x->body.p == NULL) {
			(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
			prb_answer_send(c);
			return;
		}
	}
	c->phase = PRB_PHASE_AWAY;
	c->worker->away++;
	prb_decided_for(x->desk, x);
	if (x->route->handler(x) == PRB_LATER)
		return;
	c->worker->away--;
	prb_answer_send(c);
}
