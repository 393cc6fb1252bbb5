/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_MESSAGE_H
#define PRB_HTTP_MESSAGE_H

/*
 * Reading HTTP/1.1 requests from bytes (RFC 9112), strictly: the head is checked on its raw bytes
 * (head.h), then read by llhttp; chunk lines and trailers are checked on raw bytes as well. No
 * socket and no allocation: whoever has the bytes calls prb_message_feed, and is told what came.
 *
 * Message lengths are decided here alone. After REFUSED nothing more may be fed.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_HEAD_BYTES_MAX 16384
#define PRB_TARGET_BYTES_MAX 8192 /* RFC 9112 section 3: lines of 8000 at least */
#define PRB_HEAD_FIELDS_MAX 64
#define PRB_CHUNK_LINE_BYTES_MAX 256 /* with extensions, which are checked and dropped */
#define PRB_TRAILER_BYTES_MAX 4096

enum prb_method {
	PRB_METHOD_OTHER, /* a token that is not known here: 501, which is the router's to say */
	PRB_METHOD_GET,
	PRB_METHOD_HEAD,
	PRB_METHOD_POST,
	PRB_METHOD_OPTIONS,
	PRB_METHOD_PUT,
	PRB_METHOD_DELETE,
	PRB_METHOD_PATCH,
	PRB_METHOD_TRACE,
};

struct prb_header_field {
	struct prb_span name, value; /* as sent; value without blanks at its ends */
};

/* A head. All spans point into the bytes that were fed when HEAD was returned. */
struct prb_head {
	enum prb_method method;
	struct prb_span method_text, target;
	struct prb_span path, query; /* of the target in origin- or absolute-form, still
					percent-encoded; query without '?', p NULL where there is
					none. "*" is the path of OPTIONS * */
	struct prb_span host; /* as sent, with a port where one is given; p NULL: none (1.0) */
	int minor;            /* HTTP/1.minor */
	struct prb_header_field fields[PRB_HEAD_FIELDS_MAX];
	size_t fields_count;
	bool keep_alive;       /* what this message allows (Connection, version) */
	bool expects_continue; /* Expect: 100-continue, 1.1, and a body is to come */
	bool has_body;         /* a Content-Length above 0, or chunked */
	bool chunked;
	uint64_t content_length; /* 0 where chunked */
};

/* Why a message is refused: the answer's error, and the article that it breaks. */
struct prb_refusal {
	enum prb_err err;    /* PRB_ERR_REQUEST as a rule; its row has the status */
	const char *article; /* "RFC 9112 section 5.1" */
	const char *detail;  /* one line */
};

enum prb_step {
	PRB_STEP_MORE, /* everything used that can be used now: feed what is left with more behind
			  it */
	PRB_STEP_HEAD, /* a head is complete: message->head */
	PRB_STEP_BODY, /* message->piece holds a piece of the body, decoded */
	PRB_STEP_END,  /* the message is complete: init again for the next */
	PRB_STEP_REFUSED, /* message->refusal */
};

struct prb_message; /* about 2.5 KB, with the head in it; the inside is in message.c */

struct prb_message *prb_message_create(void); /* NULL without memory; one for each connection */
void prb_message_destroy(struct prb_message *message);
/* Ready for the next message of the connection. */
void prb_message_reset(struct prb_message *message);

/*
 * Reads the next step out of n bytes. *used says how many of them are done with: the caller drops
 * those and calls again with the rest (while the step is not MORE). Until a head is complete
 * nothing of it is used: the same bytes come again with more behind them, contiguous, and are not
 * scanned twice. Empty lines before a request line are skipped (RFC 9112 section 2.2), at most two.
 * HEAD's spans stay valid as long as the caller keeps those bytes. An incomplete line of a chunk or
 * a trailer is left unused in the same way. The outcome does not depend on how the bytes are cut.
 */
enum prb_step prb_message_feed(
	struct prb_message *message, const char *bytes, size_t n, size_t *used);
const struct prb_head *prb_message_head(const struct prb_message *message);
struct prb_span prb_message_piece(const struct prb_message *message);
const struct prb_refusal *prb_message_refusal(const struct prb_message *message);
/* True between the first byte of a message and its end: closing now loses something. */
bool prb_message_is_open(const struct prb_message *message);

/* The value of the one field of that name (any letter case); p NULL where it is absent; *many (may
 * be NULL) is set where there are several, and the first is returned. */
struct prb_span prb_head_field(const struct prb_head *head, const char *name, bool *many);
/* Whether a comma-separated list field holds a token (any letter case). */
bool prb_field_has_token(struct prb_span value, const char *token);

#endif
