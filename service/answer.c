/* SPDX-License-Identifier: Apache-2.0 */
#include "service/answer.h"

#include <stdio.h>
#include <string.h>

static void
end_request(struct prb_connection *c, int status)
{
	struct prb_slot *slot = c->slot;
	struct prb_worker *w = c->worker;
	size_t route = slot->exchange.route != NULL ? (size_t)(slot->exchange.route - prb_routes)
						    : PRB_METRIC_ROUTES_MAX;

	prb_count_request(w->sheet, route, status, prb_monotonic_ns() - slot->began_ns);
	c->slot = NULL;
	prb_worker_put_slot(slot);
	prb_connection_bump(c, w->config->idle_seconds_max);
}

/* ---- answers ---- */

static bool
has_etag(const struct prb_head *head, struct prb_span etag)
{
	struct prb_span value = prb_head_field(head, "if-none-match", NULL);

	if (value.p == NULL || etag.n == 0)
		return false;
	if (prb_span_is(value, "*"))
		return true;
	/* Compared weakly (RFC 9110 section 13.1.2): a W/ before it is of no matter. */
	for (size_t i = 0; i + etag.n <= value.n; i++)
		if (memcmp(value.p + i, etag.p, etag.n) == 0)
			return true;
	return false;
}

static void
make_etag(struct prb_exchange *x)
{
	uint8_t hash[PRB_SHA256_BYTES];
	char text[PRB_SHA256_HEX_BYTES + 2] = "\"";

	x->service->sha256(hash, x->reply.body.p, x->reply.body.n);
	/* Half of the hash tells two answers apart. */
	prb_sha256_hex(hash, text + 1);
	text[33] = '"';
	text[34] = '\0';
	x->reply.etag = prb_arena_copy(x->arena, prb_span_of(text));
}

/* Keeps the answer of a public lookup ready, cut where the Date field's value goes. */
static void
keep_prepared(struct prb_connection *c, const struct prb_exchange *x, size_t head_bytes)
{
	static const char mark[] = "\r\nDate: ";
	const char *head = c->worker->out.p + c->worker->out.n - head_bytes, *date = NULL;
	struct prb_prepared_answer answer;

	for (size_t i = 0; i + sizeof mark - 1 < head_bytes && date == NULL; i++)
		if (memcmp(head + i, mark, sizeof mark - 1) == 0)
			date = head + i + sizeof mark - 1;
	if (date == NULL)
		return;
	answer.target = x->head.target;
	answer.lang = (int)prb_head_lang(&x->head);
	answer.before = (struct prb_span){head, (size_t)(date - head)};
	answer.behind.p = date + PRB_HTTP_DATE_BYTES - 1;
	answer.behind.n = (size_t)(head + head_bytes - answer.behind.p);
	answer.body = prb_str_span(&x->reply.body);
	answer.etag = x->reply.etag;
	answer.route = (size_t)(x->route - prb_routes);
	prb_prepared_keep(c->worker->prepared, &answer, prb_exchange_day(x));
}

/* What GET routes have in common: an ETag, and 304 for those who have it already. */
static void
settle_get(struct prb_exchange *x)
{
	if (x->route == NULL || x->route->method != PRB_METHOD_GET || x->reply.status != 200)
		return;
	if (x->reply.etag.p == NULL && x->reply.body.n != 0)
		make_etag(x);
	if (x->route->cache == PRB_CACHE_FACTS && x->reply.cache_control == NULL)
		x->reply.cache_control = "public, max-age=300";
	if (has_etag(&x->head, x->reply.etag)) {
		x->reply.status = 304;
		prb_str_reset(&x->reply.body);
	}
}

/* Prepared answers are the newest release's, and the public listener's, whose fields they have. */
static bool
may_prepare(const struct prb_connection *c, const struct prb_exchange *x)
{
	return x->desk == &c->worker->bench->desk && c->peer.listener == PRB_LISTENER_PUBLIC;
}

/* Who came by TLS to a server that has a name comes by TLS alone from then on. */
static void
set_https_only(const struct prb_connection *c, struct prb_reply *reply)
{
	reply->https_only = c->peer.is_tls && c->worker->config->public_url[0] != '\0';
}

static void
write_reply(struct prb_connection *c, struct prb_exchange *x)
{
	struct prb_worker *w = c->worker;
	bool is_head = x->head.method == PRB_METHOD_HEAD;
	size_t before = w->out.n, length;

	if (x->reply.body.failed)
		(void)prb_refuse(x, PRB_ERR_MEMORY, "the answer needs more memory than there is");
	settle_get(x);
	set_https_only(c, &x->reply);
	length = x->reply.body.n;
	for (size_t i = 0; i < x->reply.parts_count; i++)
		length += x->reply.parts[i].n;
	prb_reply_head(
		&x->reply, x->head.minor, length, c->keep_alive, prb_worker_date(w), &w->out);
	if (x->reply.status == 200 && x->route != NULL && x->route->cache == PRB_CACHE_FACTS &&
		!is_head && c->keep_alive && x->head.minor == 1 && may_prepare(c, x))
		keep_prepared(c, x, w->out.n - before);
	if (!is_head)
		prb_str_add_span(&w->out, prb_str_span(&x->reply.body));
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

	if (!x->stream.started)
		return;
	if (!c->streaming)
		write_stream_head(c, x);
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
	if (x->head.minor == 1)
		prb_str_add_text(&c->worker->out, "0\r\n\r\n");
	if (c->body_open || c->worker->is_draining)
		c->keep_alive = false;
	end_request(c, x->reply.status);
	prb_message_reset(c->message);
	c->streaming = c->body_open = c->has_work = false;
	c->phase = c->keep_alive ? PRB_PHASE_READING : PRB_PHASE_CLOSING;
}

/* A public lookup that was answered before today: from memory. False when it was not. */
bool
prb_answer_from_memory(struct prb_connection *c)
{
	const struct prb_head *head = prb_message_head(c->message);
	struct prb_worker *w = c->worker;
	const struct prb_prepared_answer *answer;
	const char *date;
	uint64_t began = prb_monotonic_ns();

	if (head->method != PRB_METHOD_GET || head->minor != 1 || !head->keep_alive ||
		head->has_body || w->is_draining || c->peer.listener != PRB_LISTENER_PUBLIC)
		return false;
	date = prb_worker_date(w);
	answer = prb_prepared_find(
		w->prepared, head->target, (int)prb_head_lang(head), w->date_s / 86400);
	if (answer == NULL || has_etag(head, answer->etag))
		return false;
	prb_str_add_span(&w->out, answer->before);
	prb_str_add(&w->out, date, PRB_HTTP_DATE_BYTES - 1);
	prb_str_add_span(&w->out, answer->behind);
	prb_str_add_span(&w->out, answer->body);
	if (w->out.failed)
		return false;
	prb_count(w->sheet, PRB_COUNT_FROM_MEMORY, 1);
	prb_count_request(w->sheet, answer->route, 200, prb_monotonic_ns() - began);
	return true;
}
