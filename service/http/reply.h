/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_REPLY_H
#define PRB_HTTP_REPLY_H

/*
 * What a handler gives back: status, media type, a few fields, a body. One file (reply.c) turns it
 * into bytes, so that every answer has the same fields in the same order.
 */

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_TYPE_JSON "application/json"
#define PRB_TYPE_PROBLEM "application/problem+json"
#define PRB_TYPE_NDJSON "application/x-ndjson"
#define PRB_REPLY_BODY_BYTES_MAX (16 * 1024 * 1024)

#define PRB_REPLY_PARTS_MAX 6

struct prb_reply {
	int status;
	const char *type;          /* Content-Type; a literal */
	const char *allow;         /* 405 and OPTIONS; NULL for none */
	struct prb_span location;  /* 201; p NULL for none */
	struct prb_span etag;      /* with its quotes; p NULL for none */
	struct prb_span link;      /* Link (RFC 8288); p NULL for none */
	struct prb_span challenge; /* WWW-Authenticate; p NULL: a plain one with 401, else none */
	const char *cache_control; /* NULL: "no-store" */
	/* Where texts follow Accept-Language: the tag of the language they are in. Caches are told
	 * that it was chosen. NULL: no such texts. */
	const char *language;
	bool by_accept; /* the form was chosen by Accept: caches are told */
	bool by_coding; /* so was the coding, by Accept-Encoding */
	bool is_packed; /* the body is in gzip */
	/* Never to be packed, as what is packed shows its length; and wiped once it is sent. (What
	 * goes by TLS, or waits for the socket, passes through memory of libevent's as well.) */
	bool has_secret;
	bool is_public; /* pages of other sites may read it (CORS) */
	/* With is_public: this answers what a browser asks before such a page's request, and says
	 * which methods it may use. NULL: it does not. */
	const char *public_methods;
	int64_t last_modified; /* seconds since 1970; 0 for none */
	/* Of a page: its Content-Security-Policy. NULL: no page. */
	const char *page_policy;
	bool uses_camera; /* the page may ask for it */
	/* The body in gzip, where somebody has it ready; p NULL: it is packed when it is asked for.
	 */
	struct prb_span packed;
	/* What is left of the caller's limits: whole lines, RateLimit-Policy and RateLimit; p NULL
	 * for none. */
	struct prb_span rate_fields;
	int retry_after_s; /* 0 for none */
	/* 32 digits, for X-Request-Id and a problem's `instance`; p NULL for none. Not sent with
	 * what caches may keep for everybody. */
	struct prb_span request_id;
	/* Charset-Assumed: what a list was taken for whose charset nobody declared; NULL for none.
	 */
	const char *charset_assumed;
	bool replayed;   /* Idempotent-Replayed: true */
	bool close;      /* close the connection behind it */
	bool https_only; /* Strict-Transport-Security: RFC 6797 */
	struct prb_str body;
	/* Where there are parts, they are sent one behind the other instead of the body: stored
	 * bytes are not copied together first. They live in the exchange. */
	struct prb_span parts[PRB_REPLY_PARTS_MAX];
	size_t parts_count;
};

/* Of the body, or of all parts together. */
size_t prb_reply_body_bytes(const struct prb_reply *reply);

/* "Bad Request" and the like; "" for a status that is not used here. */
const char *prb_status_phrase(int status);

/*
 * Appends the whole head of an answer, up to and with the empty line. length SIZE_MAX: a body in
 * chunks (1.1) or up to the close (1.0). date is a ready IMF-fixdate.
 */
void prb_reply_head(const struct prb_reply *reply, int minor, size_t length, bool keep_alive,
	const char *date, struct prb_str *out);
/* "Sun, 22 Nov 2026 01:25:17 GMT", RFC 9110 section 5.6.7. */
#define PRB_HTTP_DATE_BYTES 30
void prb_http_date(int64_t seconds, char out[PRB_HTTP_DATE_BYTES]);

/*
 * Fills *reply with a problem (RFC 9457): type "/problems/WIRE" relative to this server, title,
 * status, detail, and `errors` with pointer or byte offset and detail for each fault, as canonical
 * JSON. faults may be NULL; its first is what `detail` is taken from where detail is NULL.
 */
void prb_reply_problem(struct prb_reply *reply, enum prb_err err, const char *detail,
	const struct prb_faults *faults);
/* The `detail` of that problem, in English: the one given, else the first fault's, else the title.
 */
const char *prb_problem_detail(
	enum prb_err err, const char *detail, const struct prb_faults *faults);

#endif
