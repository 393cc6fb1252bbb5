/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/json.h"
#include "service/http/reply.h"

#define DATE "Sun, 22 Nov 2026 01:25:17 GMT"
#define BEHIND                                                                                     \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"                  \
	"Cross-Origin-Resource-Policy: same-origin\r\n\r\n"

static void
check_head(const struct prb_reply *reply, int minor, size_t length, bool keep_alive,
	const char *expected)
{
	struct prb_str out;

	prb_str_init(&out, 4096);
	prb_reply_head(reply, minor, length, keep_alive, DATE, &out);
	assert_false(out.failed);
	assert_string_equal(out.p, expected);
	prb_str_finish(&out);
}

/* Length and connection for each version: what RFC 9112 sections 6 and 9.3 want of a server. */
static void
framing(void **state)
{
	static const struct {
		int status, minor;
		size_t length;
		bool keep_alive, close;
		const char *fields;
	} rows[] = {
		{200, 1, 5, true, false, "Content-Type: application/json\r\nContent-Length: 5\r\n"},
		{200, 1, 0, true, false, "Content-Type: application/json\r\nContent-Length: 0\r\n"},
		{200, 1, 5, false, false,
			"Content-Type: application/json\r\nContent-Length: 5\r\nConnection: "
			"close\r\n"},
		{200, 1, 5, true, true,
			"Content-Type: application/json\r\nContent-Length: 5\r\nConnection: "
			"close\r\n"},
		{200, 1, SIZE_MAX, true, false,
			"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"},
		{200, 1, SIZE_MAX, false, false,
			"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
			"Connection: close\r\n"},
		{200, 0, 5, true, false,
			"Content-Type: application/json\r\nContent-Length: 5\r\n"
			"Connection: keep-alive\r\n"},
		{200, 0, 5, false, false,
			"Content-Type: application/json\r\nContent-Length: 5\r\nConnection: "
			"close\r\n"},
		{200, 0, SIZE_MAX, true, false,
			"Content-Type: application/json\r\nConnection: close\r\n"},
		{304, 1, 5, true, false, ""},
		{304, 1, SIZE_MAX, true, false, ""},
		{304, 0, SIZE_MAX, true, false, "Connection: keep-alive\r\n"},
		{204, 1, 0, true, false, ""},
		{204, 1, 0, false, false, "Connection: close\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_reply reply = {
			.status = rows[i].status, .type = PRB_TYPE_JSON, .close = rows[i].close};
		char expected[500];

		(void)snprintf(expected, sizeof(expected),
			"HTTP/1.1 %d %s\r\nDate: " DATE "\r\n%sCache-Control: no-store\r\n" BEHIND,
			rows[i].status, prb_status_phrase(rows[i].status), rows[i].fields);
		check_head(&reply, rows[i].minor, rows[i].length, rows[i].keep_alive, expected);
	}
}

static void
all_fields(void **state)
{
	struct prb_reply reply = {.status = 201,
		.type = PRB_TYPE_JSON,
		.allow = "GET, HEAD",
		.location = PRB_SPAN("/v1/declarations/x"),
		.etag = PRB_SPAN("\"abc\""),
		.cache_control = "public, max-age=60",
		.retry_after_s = 7,
		.replayed = true};

	(void)state;
	check_head(&reply, 1, 12, true,
		"HTTP/1.1 201 Created\r\nDate: " DATE
		"\r\nContent-Type: application/json\r\nContent-Length: 12\r\nETag: \"abc\"\r\n"
		"Cache-Control: public, max-age=60\r\nLocation: /v1/declarations/x\r\n"
		"Allow: GET, HEAD\r\nRetry-After: 7\r\nIdempotent-Replayed: true\r\n" BEHIND);
	reply = (struct prb_reply){.status = 401, .type = PRB_TYPE_PROBLEM};
	check_head(&reply, 1, 0, true,
		"HTTP/1.1 401 Unauthorized\r\nDate: " DATE
		"\r\nContent-Type: application/problem+json\r\nContent-Length: 0\r\n"
		"Cache-Control: no-store\r\nWWW-Authenticate: Bearer\r\n" BEHIND);
	reply.challenge = PRB_SPAN("Bearer realm=\"probity\", error=\"invalid_token\"");
	check_head(&reply, 1, 0, true,
		"HTTP/1.1 401 Unauthorized\r\nDate: " DATE
		"\r\nContent-Type: application/problem+json\r\nContent-Length: 0\r\n"
		"Cache-Control: no-store\r\nWWW-Authenticate: Bearer realm=\"probity\", "
		"error=\"invalid_token\"\r\n" BEHIND);
	reply = (struct prb_reply){.status = 200,
		.type = PRB_TYPE_JSON,
		.link = PRB_SPAN("</v1/declarations?cursor=x>; rel=\"next\"")};
	check_head(&reply, 1, 2, true,
		"HTTP/1.1 200 OK\r\nDate: " DATE
		"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
		"Cache-Control: no-store\r\n"
		"Link: </v1/declarations?cursor=x>; rel=\"next\"\r\n" BEHIND);
}

/* What caches and browsers are told, and pages of other sites. */
static void
fields_for_others(void **state)
{
	struct prb_reply reply = {.status = 200,
		.type = PRB_TYPE_JSON,
		.etag = PRB_SPAN("\"abc-gzip\""),
		.cache_control = "public, max-age=60",
		.language = "fr",
		.by_accept = true,
		.by_coding = true,
		.is_packed = true,
		.is_public = true,
		.last_modified = 784111777,
		.rate_fields = PRB_SPAN("RateLimit-Policy: \"a\";q=1;w=60\r\nRateLimit: "
					"\"a\";r=0;t=60\r\n")};

	(void)state;
	check_head(&reply, 1, 12, true,
		"HTTP/1.1 200 OK\r\nDate: " DATE
		"\r\nRateLimit-Policy: \"a\";q=1;w=60\r\nRateLimit: \"a\";r=0;t=60\r\n"
		"Content-Type: application/json\r\nContent-Language: fr\r\n"
		"Content-Encoding: gzip\r\nContent-Length: 12\r\nETag: \"abc-gzip\"\r\n"
		"Cache-Control: public, max-age=60\r\n"
		"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		"Vary: Accept, Accept-Encoding, Accept-Language\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
		"Cross-Origin-Resource-Policy: cross-origin\r\n"
		"Access-Control-Allow-Origin: *\r\n"
		"Access-Control-Expose-Headers: ETag, Link, Location, RateLimit, "
		"RateLimit-Policy, Retry-After, X-Request-Id\r\n\r\n");
	reply = (struct prb_reply){.status = 204,
		.allow = "POST, OPTIONS",
		.is_public = true,
		.public_methods = "POST, OPTIONS"};
	check_head(&reply, 1, 0, true,
		"HTTP/1.1 204 No Content\r\nDate: " DATE
		"\r\nCache-Control: no-store\r\nAllow: POST, OPTIONS\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
		"Cross-Origin-Resource-Policy: cross-origin\r\n"
		"Access-Control-Allow-Origin: *\r\n"
		"Access-Control-Allow-Methods: POST, OPTIONS\r\n"
		"Access-Control-Allow-Headers: Content-Type, If-Match, If-Modified-Since, "
		"If-None-Match, If-Unmodified-Since, traceparent, X-Request-Id\r\n"
		"Access-Control-Max-Age: 86400\r\n\r\n");
	reply = (struct prb_reply){
		.status = 200, .type = "text/html", .page_policy = "default-src 'none'"};
	check_head(&reply, 1, 0, true,
		"HTTP/1.1 200 OK\r\nDate: " DATE
		"\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
		"Content-Security-Policy: default-src 'none'\r\n"
		"Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"
		"Cross-Origin-Opener-Policy: same-origin\r\n"
		"Referrer-Policy: no-referrer\r\n"
		"Cross-Origin-Resource-Policy: same-origin\r\n\r\n");
	reply.uses_camera = true;
	check_head(&reply, 1, 0, true,
		"HTTP/1.1 200 OK\r\nDate: " DATE
		"\r\nContent-Type: text/html\r\nContent-Length: 0\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
		"Content-Security-Policy: default-src 'none'\r\n"
		"Permissions-Policy: camera=(self), geolocation=(), microphone=()\r\n"
		"Cross-Origin-Opener-Policy: same-origin\r\n"
		"Referrer-Policy: no-referrer\r\n"
		"Cross-Origin-Resource-Policy: same-origin\r\n\r\n");
}

/* Each status that an error has, and each of the contract, has its phrase. */
static void
phrases(void **state)
{
	static const int contract[] = {200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408,
		409, 411, 412, 413, 414, 415, 417, 421, 422, 429, 431, 501, 503, 505, 507};

	(void)state;
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++)
		assert_true(prb_status_phrase(prb_err_status((enum prb_err)err))[0] != '\0');
	for (size_t i = 0; i < sizeof(contract) / sizeof(contract[0]); i++)
		assert_true(prb_status_phrase(contract[i])[0] != '\0');
	assert_string_equal(prb_status_phrase(414), "URI Too Long");
	assert_string_equal(prb_status_phrase(418), "");
	assert_string_equal(prb_status_phrase(0), "");
}

static void
dates(void **state)
{
	static const struct {
		int64_t seconds;
		const char *date;
	} rows[] = {
		{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"}, /* RFC 9110 section 5.6.7 */
		{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
		{951782399, "Mon, 28 Feb 2000 23:59:59 GMT"},
		{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{1795310717, "Sun, 22 Nov 2026 01:25:17 GMT"},
		{4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
		{253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
		{-62135596800, "Mon, 01 Jan 0001 00:00:00 GMT"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[PRB_HTTP_DATE_BYTES];

		prb_http_date(rows[i].seconds, out);
		assert_string_equal(out, rows[i].date);
	}
}

static void
problems(void **state)
{
	static struct prb_faults faults;
	struct prb_reply reply = {.location = PRB_SPAN("/x"), .etag = PRB_SPAN("\"x\"")};

	(void)state;
	prb_str_init(&reply.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_add_text(&reply.body, "half an answer");
	prb_reply_problem(&reply, PRB_ERR_NOT_FOUND, NULL, NULL);
	assert_string_equal(reply.body.p, "{\"detail\":\"there is nothing at this address\","
					  "\"status\":404,"
					  "\"title\":\"there is nothing at this address\","
					  "\"type\":\"/problems/not-found\"}");
	assert_int_equal(reply.status, 404);
	assert_string_equal(reply.type, PRB_TYPE_PROBLEM);
	assert_null(reply.location.p);
	assert_null(reply.etag.p);
	assert_int_equal(reply.retry_after_s, 0);
	prb_reply_problem(&reply, PRB_ERR_TARGET, "too \"long\"", &faults);
	assert_string_equal(reply.body.p, "{\"detail\":\"too \\\"long\\\"\",\"status\":414,"
					  "\"title\":\"the request target is too long\","
					  "\"type\":\"/problems/target-too-long\"}");
	prb_reply_problem(&reply, PRB_ERR_BUSY, NULL, NULL);
	assert_int_equal(reply.status, 503);
	assert_int_equal(reply.retry_after_s, 1);
	reply.retry_after_s = 9;
	prb_reply_problem(&reply, PRB_ERR_BUSY, NULL, NULL);
	assert_int_equal(reply.retry_after_s, 9);
	prb_str_finish(&reply.body);
}

static void
problems_with_faults(void **state)
{
	static struct prb_faults faults;
	struct prb_reply reply = {0};

	(void)state;
	prb_str_init(&reply.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_faults_add(&faults, PRB_ERR_COUNTRY, "/supplier/country", "there is no country \"XX\"");
	prb_fault_set(&faults.items[1], PRB_ERR_JSON, 17, NULL, "a comma is missing");
	faults.count = 2;
	prb_reply_problem(&reply, PRB_ERR_COUNTRY, NULL, &faults);
	assert_string_equal(reply.body.p,
		"{\"detail\":\"there is no country \\\"XX\\\"\",\"errors\":["
		"{\"detail\":\"there is no country \\\"XX\\\"\",\"pointer\":\"/supplier/country\","
		"\"type\":\"/problems/unknown-country\"},"
		"{\"detail\":\"a comma is missing\",\"offset\":17,"
		"\"type\":\"/problems/invalid-json\"}],"
		"\"status\":422,\"title\":\"the country is not known\","
		"\"type\":\"/problems/unknown-country\"}");
	while (faults.dropped < 3)
		prb_faults_add(&faults, PRB_ERR_VALUE, "/x", "no");
	prb_reply_problem(&reply, PRB_ERR_VALUE, "several", &faults);
	assert_non_null(strstr(reply.body.p, "],\"errors_dropped\":3,\"status\":422,"));
	prb_str_finish(&reply.body);
}

/* Every error makes a problem that is its own canonical form, in its own words. */
static void
every_problem(void **state)
{
	struct prb_reply reply = {0};
	struct prb_arena *arena = prb_arena_create((size_t)1 << 20);

	(void)state;
	prb_str_init(&reply.body, PRB_REPLY_BODY_BYTES_MAX);
	for (int err = PRB_OK + 1; err < PRB_ERR_COUNT; err++) {
		char type[100];
		const struct prb_json *json;
		struct prb_fault fault;

		prb_reply_problem(&reply, (enum prb_err)err, NULL, NULL);
		assert_int_equal(
			prb_json_parse(arena, prb_str_span(&reply.body), 10000, &fault, &json),
			PRB_OK);
		(void)snprintf(type, sizeof(type), "\"type\":\"/problems/%s\"}",
			prb_err_wire((enum prb_err)err));
		assert_non_null(strstr(reply.body.p, type));
	}
	prb_arena_destroy(arena);
	prb_str_finish(&reply.body);
}

/* Without room the text fails as a whole; nothing is written past its bound. */
static void
bounds(void **state)
{
	struct prb_reply reply = {.status = 200, .type = PRB_TYPE_JSON};
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 4096);
	prb_reply_head(&reply, 1, 5, true, DATE, &out);
	size_t length = out.n;
	prb_str_finish(&out);
	for (size_t max = 0; max < length + 3; max++) {
		prb_str_init(&out, max);
		prb_reply_head(&reply, 1, 5, true, DATE, &out);
		assert_true(out.n <= max);
		assert_int_equal(out.failed, max < length);
		prb_str_finish(&out);
		prb_str_init(&reply.body, max);
		prb_reply_problem(&reply, PRB_ERR_NOT_FOUND, NULL, NULL);
		assert_true(reply.body.n <= max);
		prb_str_finish(&reply.body);
		reply.status = 200;
		reply.type = PRB_TYPE_JSON;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(framing),
		cmocka_unit_test(all_fields),
		cmocka_unit_test(fields_for_others),
		cmocka_unit_test(phrases),
		cmocka_unit_test(dates),
		cmocka_unit_test(problems),
		cmocka_unit_test(problems_with_faults),
		cmocka_unit_test(every_problem),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("http reply", tests, NULL, NULL);
}
