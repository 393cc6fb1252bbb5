/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/reply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/base/date.h"

#define DAY_SECONDS 86400
/* A year, as RFC 6797 section 6.2 has it in its examples. */
#define HTTPS_ONLY "max-age=31536000"
/* 0001-01-01 and the last second of 9999, between which a date has four digits for its year. */
#define SECONDS_MIN INT64_C(-62135596800)
#define SECONDS_MAX INT64_C(253402300799)

size_t
prb_reply_body_bytes(const struct prb_reply *reply)
{
	size_t length = reply->body.n;

	for (size_t i = 0; i < reply->parts_count; i++)
		length += reply->parts[i].n;
	return length;
}

const char *
prb_status_phrase(int status)
{
	switch (status) {
#define PRB_STATUS(code, phrase)                                                                   \
	case code:                                                                                 \
		return phrase;
#include "service/http/statuses.def"
#undef PRB_STATUS
	default:
		return "";
	}
}

/* Every value is written by the program itself or was checked when it came in. */
static void
add_field(struct prb_str *out, const char *name, struct prb_span value)
{
	assert(!memchr(value.p, '\r', value.n));
	assert(!memchr(value.p, '\n', value.n));
	prb_str_add_text(out, name);
	prb_str_add(out, ": ", 2);
	prb_str_add_span(out, value);
	prb_str_add(out, "\r\n", 2);
}

static void
add_text_field(struct prb_str *out, const char *name, const char *value)
{
	if (value)
		add_field(out, name, prb_span_of(value));
}

static void
add_number_field(struct prb_str *out, const char *name, int64_t number)
{
	prb_str_add_text(out, name);
	prb_str_add(out, ": ", 2);
	prb_str_add_int(out, number);
	prb_str_add(out, "\r\n", 2);
}

/* RFC 9110 sections 15.3.5 and 15.4.5: these end with their head, and say nothing of a body. */
static bool
has_body(int status)
{
	return status != 204 && status != 304;
}

static void
add_framing(const struct prb_reply *reply, int minor, size_t length, struct prb_str *out)
{
	if (!has_body(reply->status))
		return;
	add_text_field(out, "Content-Type", reply->type);
	add_text_field(out, "Content-Language", reply->language);
	if (reply->is_packed)
		add_text_field(out, "Content-Encoding", "gzip");
	if (length != SIZE_MAX)
		add_number_field(out, "Content-Length", (int64_t)length);
	else if (minor >= 1)
		add_text_field(out, "Transfer-Encoding", "chunked");
}

/* RFC 9112 section 9.3: 1.1 stays open unless told otherwise, 1.0 closes. */
static void
add_connection(const struct prb_reply *reply, int minor, size_t length, bool keep_alive,
	struct prb_str *out)
{
	bool to_the_close = length == SIZE_MAX && minor == 0 && has_body(reply->status);

	if (!keep_alive || reply->close || to_the_close)
		add_text_field(out, "Connection", "close");
	else if (minor == 0)
		add_text_field(out, "Connection", "keep-alive");
}

static void
add_vary(const struct prb_reply *reply, struct prb_str *out)
{
	const char *names[] = {reply->by_accept ? "Accept" : NULL,
		reply->by_coding ? "Accept-Encoding" : NULL,
		reply->language != NULL ? "Accept-Language" : NULL};
	const char *before = "Vary: ";

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i] == NULL)
			continue;
		prb_str_add_text(out, before);
		prb_str_add_text(out, names[i]);
		before = ", ";
	}
	if (before[0] == ',')
		prb_str_add(out, "\r\n", 2);
}

/*
 * What a browser may do with the answer. Whatever is not a page is to load and run nothing, should
 * it be opened as one, and to be framed nowhere. Pages of other sites may read what anybody may
 * read without a key, and nothing else; no credentials are ever allowed, so that "*" is right and
 * the answer is the same for every Origin.
 */
static void
add_browser_fields(const struct prb_reply *reply, struct prb_str *out)
{
	prb_str_add_text(out, "X-Content-Type-Options: nosniff\r\n");
	if (reply->page_policy != NULL) {
		add_text_field(out, "Content-Security-Policy", reply->page_policy);
		add_text_field(out, "Permissions-Policy",
			reply->uses_camera ? "camera=(self), geolocation=(), microphone=()"
					   : "camera=(), geolocation=(), microphone=()");
		prb_str_add_text(out, "Cross-Origin-Opener-Policy: same-origin\r\n"
				      "Referrer-Policy: no-referrer\r\n");
	} else
		prb_str_add_text(out,
			"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n");
	if (!reply->is_public) {
		prb_str_add_text(out, "Cross-Origin-Resource-Policy: same-origin\r\n");
		return;
	}
	prb_str_add_text(out, "Cross-Origin-Resource-Policy: cross-origin\r\n"
			      "Access-Control-Allow-Origin: *\r\n");
	if (reply->public_methods != NULL) {
		/* No Authorization: a key has no place in a page of another site. */
		add_text_field(out, "Access-Control-Allow-Methods", reply->public_methods);
		prb_str_add_text(out,
			"Access-Control-Allow-Headers: Content-Type, If-Match, If-Modified-Since, "
			"If-None-Match, If-Unmodified-Since, traceparent, X-Request-Id\r\n"
			"Access-Control-Max-Age: 86400\r\n");
	} else
		prb_str_add_text(out,
			"Access-Control-Expose-Headers: ETag, Link, Location, RateLimit, "
			"RateLimit-Policy, Retry-After, X-Request-Id\r\n");
}

static void
add_date_field(struct prb_str *out, const char *name, int64_t seconds)
{
	char date[PRB_HTTP_DATE_BYTES];

	prb_http_date(seconds, date);
	add_text_field(out, name, date);
}

/* The version is that of the server, whatever the request's was: RFC 9110 section 6.2. */
static void
add_status_line(int status, struct prb_str *out)
{
	const char *phrase = prb_status_phrase(status);

	assert(phrase[0] != '\0');
	prb_str_add_text(out, "HTTP/1.1 ");
	prb_str_add_int(out, status);
	prb_str_add_char(out, ' ');
	prb_str_add_text(out, phrase);
	prb_str_add(out, "\r\n", 2);
}

/* Such an answer is given again, to others, as it is. */
static bool
is_for_all(const struct prb_reply *reply)
{
	return reply->cache_control &&
	       prb_span_starts(prb_span_of(reply->cache_control), PRB_SPAN("public"));
}

void
prb_reply_head(const struct prb_reply *reply, int minor, size_t length, bool keep_alive,
	const char *date, struct prb_str *out)
{
	add_status_line(reply->status, out);
	add_text_field(out, "Date", date);
	if (reply->rate_fields.p)
		prb_str_add_span(out, reply->rate_fields);
	add_framing(reply, minor, length, out);
	add_connection(reply, minor, length, keep_alive, out);
	if (reply->etag.p)
		add_field(out, "ETag", reply->etag);
	add_text_field(
		out, "Cache-Control", reply->cache_control ? reply->cache_control : "no-store");
	if (reply->last_modified != 0)
		add_date_field(out, "Last-Modified", reply->last_modified);
	add_vary(reply, out);
	if (reply->location.p)
		add_field(out, "Location", reply->location);
	if (reply->link.p)
		add_field(out, "Link", reply->link);
	add_text_field(out, "Allow", reply->allow);
	if (reply->retry_after_s > 0)
		add_number_field(out, "Retry-After", reply->retry_after_s);
	if (reply->replayed)
		add_text_field(out, "Idempotent-Replayed", "true");
	add_text_field(out, "Charset-Assumed", reply->charset_assumed);
	if (reply->challenge.p)
		add_field(out, "WWW-Authenticate", reply->challenge);
	else if (reply->status == 401) /* a MUST of RFC 9110 section 11.6.1 */
		add_text_field(out, "WWW-Authenticate", "Bearer");
	add_browser_fields(reply, out);
	if (reply->https_only)
		add_text_field(out, "Strict-Transport-Security", HTTPS_ONLY);
	if (reply->request_id.p && !is_for_all(reply))
		add_field(out, "X-Request-Id", reply->request_id);
	prb_str_add(out, "\r\n", 2);
}

void
prb_http_date(int64_t seconds, char out[PRB_HTTP_DATE_BYTES])
{
	static const char days[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char text[64]; /* what the compiler thinks that it could take */
	int year;
	int month;
	int day;

	assert(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX);
	int64_t date = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0);
	int second = (int)(seconds - date * DAY_SECONDS);
	int weekday = (int)((date % 7 + 7) % 7);

	prb_date_to_civil((prb_date)date, &year, &month, &day);
	(void)snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[weekday],
		day, months[month - 1], year, second / 3600, second / 60 % 60, second % 60);
	memcpy(out, text, PRB_HTTP_DATE_BYTES);
}
