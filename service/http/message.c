/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <llhttp.h>

#include "service/http/chars.h"
#include "service/http/chunk.h"
#include "service/http/head.h"

static_assert(LLHTTP_STRICT_MODE == 1, "llhttp reads loosely unless it is told not to");

#define EMPTY_LINES_MAX 2

enum place {
	PLACE_HEAD,
	PLACE_LENGTH, /* a body of `left` bytes */
	PLACE_CHUNK_LINE,
	PLACE_CHUNK_DATA, /* `left` bytes of it to come */
	PLACE_CHUNK_END,  /* the CRLF behind them */
	PLACE_TRAILERS,
	PLACE_END, /* all is read, END not yet said */
	PLACE_OVER /* END or REFUSED has been said */
};

/* What llhttp has told of the message: it must be what we have read ourselves. */
struct told {
	bool head, chunked, complete;
	size_t fields;
	uint64_t content_length; /* of the head, then of the last chunk line */
	uint64_t body;           /* bytes so far */
};

struct prb_message {
	enum place place;
	int empty_lines;
	struct prb_head_scan scan;
	uint64_t left;
	uint64_t body; /* bytes so far */
	size_t ends;   /* bytes of the CRLF behind a chunk */
	struct prb_chunk_line line;
	struct prb_trailers trailers;
	bool open;
	struct prb_span piece;
	struct prb_refusal refusal;
	struct told told;
	llhttp_t parser;
	struct prb_head head;
};

/* What is left of the bytes that were fed. */
struct feed {
	const char *p;
	size_t n;
};

/* No step for the caller: the next place goes on. */
#define STEP_NEXT ((enum prb_step) - 1)

static int
on_header_value(llhttp_t *parser)
{
	struct told *told = parser->data;

	told->fields++;
	return HPE_OK;
}

static int
on_head(llhttp_t *parser)
{
	struct told *told = parser->data;

	told->head = true;
	told->chunked = (parser->flags & F_CHUNKED) != 0;
	told->content_length = parser->content_length;
	return HPE_OK;
}

static int
on_body(llhttp_t *parser, const char *bytes, size_t n)
{
	struct told *told = parser->data;

	(void)bytes;
	told->body += n;
	return HPE_OK;
}

static int
on_chunk(llhttp_t *parser)
{
	struct told *told = parser->data;

	told->content_length = parser->content_length;
	return HPE_OK;
}

static int
on_complete(llhttp_t *parser)
{
	struct told *told = parser->data;

	told->complete = true;
	return HPE_OK;
}

static const llhttp_settings_t settings = {
	.on_header_value_complete = on_header_value,
	.on_headers_complete = on_head,
	.on_body = on_body,
	.on_chunk_header = on_chunk,
	.on_message_complete = on_complete,
};

struct prb_message *
prb_message_create(void)
{
	struct prb_message *message = calloc(1, sizeof(*message));

	if (message)
		prb_message_reset(message);
	return message;
}

void
prb_message_destroy(struct prb_message *message)
{
	free(message);
}

void
prb_message_reset(struct prb_message *message)
{
	message->place = PLACE_HEAD;
	message->empty_lines = 0;
	message->scan = (struct prb_head_scan){0};
	message->left = 0;
	message->body = 0;
	message->ends = 0;
	message->line = (struct prb_chunk_line){0};
	message->trailers.place = 0;
	message->trailers.bytes = 0;
	message->open = false;
	message->piece = PRB_SPAN_NONE;
	message->refusal = (struct prb_refusal){0};
	message->told = (struct told){0};
	llhttp_init(&message->parser, HTTP_REQUEST, &settings);
	message->parser.data = &message->told;
}

/* Gives bytes that we have checked to llhttp; false where it does not take them. It pauses behind a
 * message that asks for another protocol; that is ignored here (RFC 9110 section 7.8). */
static bool
parse(struct prb_message *m, const char *bytes, size_t n)
{
	enum llhttp_errno err = llhttp_execute(&m->parser, bytes, n);

	if (err == HPE_PAUSED_UPGRADE)
		llhttp_resume_after_upgrade(&m->parser);
	return err == HPE_OK || err == HPE_PAUSED_UPGRADE;
}

static enum prb_step
refused(struct prb_message *m)
{
	m->place = PLACE_OVER;
	m->open = false;
	return PRB_STEP_REFUSED;
}

static enum prb_step
refuse(struct prb_message *m, enum prb_err err, const char *article, const char *detail)
{
	prb_refusal_set(&m->refusal, err, article, detail);
	return refused(m);
}

/* Two readers that differ about one message: neither is believed. */
static enum prb_step
refuse_disagreement(struct prb_message *m)
{
	return refuse(m, PRB_ERR_REQUEST, "RFC 9112 section 11.2",
		"the request can be read in more than one way");
}

static void
use(struct feed *feed, size_t n)
{
	feed->p += n;
	feed->n -= n;
}

/* RFC 9112 section 2.2 lets a server skip empty lines before a request. */
static enum prb_step
skip_empty_lines(struct prb_message *m, struct feed *feed)
{
	while (feed->n > 0 && (feed->p[0] == '\r' || feed->p[0] == '\n')) {
		if (feed->p[0] == '\n' || (feed->n > 1 && feed->p[1] != '\n'))
			return refuse(m, PRB_ERR_REQUEST, "RFC 9112 section 2.2",
				"each line ends in CRLF");
		if (feed->n == 1)
			return PRB_STEP_MORE;
		if (m->empty_lines++ == EMPTY_LINES_MAX)
			return refuse(m, PRB_ERR_REQUEST, "RFC 9112 section 2.2",
				"more than two empty lines stand before the request");
		use(feed, 2);
	}
	return STEP_NEXT;
}

/* The fields, without the blanks behind their values: llhttp does not take a tab there, though
 * RFC 9110 section 5.6.3 allows it. */
static bool
parse_fields(struct prb_message *m, const char *p, const char *end)
{
	for (size_t i = 0; i < m->head.fields_count; i++) {
		struct prb_span value = m->head.fields[i].value;
		const char *behind = value.p + value.n;

		if (*behind == '\r')
			continue;
		if (!parse(m, p, (size_t)(behind - p)))
			return false;
		p = memchr(behind, '\r', (size_t)(end - behind));
	}
	return parse(m, p, (size_t)(end - p));
}

/* llhttp knows a list of methods. For all that this server does not, it reads another one. */
static bool
parse_head(struct prb_message *m, const char *bytes)
{
	const char *p = bytes;
	const struct prb_head *head = &m->head;

	if (head->method == PRB_METHOD_OTHER) {
		p += m->scan.method_end;
		if (!parse(m, "POST", 4))
			return false;
	}
	if (!parse_fields(m, p, bytes + m->scan.end))
		return false;
	return m->told.head && m->told.fields == head->fields_count && m->parser.http_major == 1 &&
	       m->parser.http_minor == head->minor && m->told.chunked == head->chunked &&
	       m->told.content_length == head->content_length &&
	       m->told.complete == !head->has_body;
}

static enum prb_step
read_head(struct prb_message *m, struct feed *feed)
{
	if (m->scan.at == 0) {
		enum prb_step step = skip_empty_lines(m, feed);

		if (step != STEP_NEXT)
			return step;
	}
	if (feed->n == 0)
		return PRB_STEP_MORE;
	m->open = true;
	switch (prb_head_scan(&m->scan, feed->p, feed->n, &m->refusal)) {
	case PRB_SCANNED_PART:
		return PRB_STEP_MORE;
	case PRB_SCANNED_REFUSED:
		return refused(m);
	default:
		break;
	}
	if (!prb_head_check(&m->scan, feed->p, &m->head, &m->refusal))
		return refused(m);
	if (!parse_head(m, feed->p))
		return refuse_disagreement(m);
	use(feed, m->scan.end);
	m->left = m->head.content_length;
	m->place = m->head.chunked ? PLACE_CHUNK_LINE : m->left > 0 ? PLACE_LENGTH : PLACE_END;
	return PRB_STEP_HEAD;
}

/* Up to `left` bytes of a body, as they lie in the feed. */
static enum prb_step
read_piece(struct prb_message *m, struct feed *feed, enum place behind)
{
	size_t n = feed->n < m->left ? feed->n : (size_t)m->left;

	if (n == 0)
		return PRB_STEP_MORE;
	m->left -= n;
	m->body += n;
	if (!parse(m, feed->p, n) || m->told.body != m->body ||
		m->told.complete != (m->left == 0 && behind == PLACE_END))
		return refuse_disagreement(m);
	m->piece = (struct prb_span){feed->p, n};
	use(feed, n);
	if (m->left == 0)
		m->place = behind;
	return PRB_STEP_BODY;
}

static enum prb_step
read_chunk_line(struct prb_message *m, struct feed *feed)
{
	size_t digits = m->line.digits;
	size_t used;
	enum prb_chunk_read read =
		prb_chunk_line_read(&m->line, feed->p, feed->n, &used, &m->refusal);

	/* llhttp never sees extensions: it knows less of them than the RFC. */
	digits = m->line.digits - digits;
	if (read == PRB_CHUNK_REFUSED) {
		use(feed, used);
		return refused(m);
	}
	if (!parse(m, feed->p, digits))
		return refuse_disagreement(m);
	use(feed, used);
	if (read == PRB_CHUNK_PART)
		return PRB_STEP_MORE;
	if (!parse(m, "\r\n", 2) || m->told.content_length != m->line.size)
		return refuse_disagreement(m);
	m->left = m->line.size;
	m->line = (struct prb_chunk_line){0};
	m->place = m->left > 0 ? PLACE_CHUNK_DATA : PLACE_TRAILERS;
	return STEP_NEXT;
}

static enum prb_step
read_chunk_end(struct prb_message *m, struct feed *feed)
{
	for (; feed->n > 0 && m->ends < 2; m->ends++) {
		if (feed->p[0] != "\r\n"[m->ends])
			return refuse(m, PRB_ERR_REQUEST, "RFC 9112 section 7.1",
				"CRLF stands behind a chunk's bytes, as many as its size says");
		use(feed, 1);
	}
	if (m->ends < 2)
		return PRB_STEP_MORE;
	if (!parse(m, "\r\n", 2))
		return refuse_disagreement(m);
	m->ends = 0;
	m->place = PLACE_CHUNK_LINE;
	return STEP_NEXT;
}

static enum prb_step
read_trailers(struct prb_message *m, struct feed *feed)
{
	size_t used;
	enum prb_chunk_read read =
		prb_trailers_read(&m->trailers, feed->p, feed->n, &used, &m->refusal);

	use(feed, used);
	if (read == PRB_CHUNK_REFUSED)
		return refused(m);
	if (read == PRB_CHUNK_PART)
		return PRB_STEP_MORE;
	/* llhttp never sees the fields either: they are dropped. */
	if (!parse(m, "\r\n", 2) || !m->told.complete)
		return refuse_disagreement(m);
	m->place = PLACE_END;
	return STEP_NEXT;
}

static enum prb_step
read_end(struct prb_message *m)
{
	m->place = PLACE_OVER;
	m->open = false;
	return PRB_STEP_END;
}

static enum prb_step
read_place(struct prb_message *m, struct feed *feed)
{
	switch (m->place) {
	case PLACE_HEAD:
		return read_head(m, feed);
	case PLACE_LENGTH:
		return read_piece(m, feed, PLACE_END);
	case PLACE_CHUNK_LINE:
		return read_chunk_line(m, feed);
	case PLACE_CHUNK_DATA:
		return read_piece(m, feed, PLACE_CHUNK_END);
	case PLACE_CHUNK_END:
		return read_chunk_end(m, feed);
	case PLACE_TRAILERS:
		return read_trailers(m, feed);
	default:
		return read_end(m);
	}
}

enum prb_step
prb_message_feed(struct prb_message *message, const char *bytes, size_t n, size_t *used)
{
	struct feed feed = {n > 0 ? bytes : "", n};
	enum prb_step step;

	assert(message->place != PLACE_OVER);
	do
		step = read_place(message, &feed);
	while (step == STEP_NEXT);
	*used = n - feed.n;
	return step;
}

const struct prb_head *
prb_message_head(const struct prb_message *message)
{
	return &message->head;
}

struct prb_span
prb_message_piece(const struct prb_message *message)
{
	return message->piece;
}

const struct prb_refusal *
prb_message_refusal(const struct prb_message *message)
{
	return &message->refusal;
}

bool
prb_message_is_open(const struct prb_message *message)
{
	return message->open;
}

struct prb_span
prb_head_field(const struct prb_head *head, const char *name, bool *many)
{
	struct prb_span found = PRB_SPAN_NONE;

	if (many)
		*many = false;
	for (size_t i = 0; i < head->fields_count; i++) {
		if (!prb_text_same(head->fields[i].name, name))
			continue;
		if (!found.p)
			found = head->fields[i].value;
		else if (many)
			*many = true;
	}
	return found;
}

bool
prb_field_has_token(struct prb_span value, const char *token)
{
	struct prb_span element;

	while (prb_list_next(&value, &element)) {
		if (prb_text_same(element, token))
			return true;
	}
	return false;
}
