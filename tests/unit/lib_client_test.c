/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clients/lib/address.h"
#include "clients/lib/probity.h"
#include "tests/unit/lib_server.h"

#define KEY "prb_0123456789abcdef"
#define ID "0191d2f0-4c1e-7a00-8000-000000000000"
#define DECLARATION "{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example\"}}"
#define BODY                                                                                       \
	"{\"attestation\":{\"id\":\"urn:uuid:" ID "\"},\"id\":\"" ID                               \
	"\",\"log\":{\"index\":17},\"report\":{\"a/b\":[null,true],\"rating\":\"medium\","         \
	"\"rating_range\":[\"low\",\"high\"]}}"
#define CREATED                                                                                    \
	"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" BODY
#define BUSY(after)                                                                                \
	"HTTP/1.1 503 Service Unavailable\r\n" after                                               \
	"Content-Type: application/problem+json\r\nContent-Length: 64\r\nConnection: "             \
	"close\r\n\r\n"                                                                            \
	"{\"detail\":\"later\",\"title\":\"busy\",\"type\":\"/problems/busy\"}          "
/* Fewer bytes than it says. */
#define CUT                                                                                        \
	"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "               \
	"500\r\n\r\n{\"attestation\":"

/*
 * ---- One client, one server ----
 */

struct waits {
	long ms[16];
	size_t count;
	size_t allowed;
};

static bool
note_wait(void *context, long ms)
{
	struct waits *waits = context;

	if (waits->count == waits->allowed)
		return false;
	waits->ms[waits->count++] = ms;
	return true;
}

struct scene {
	struct server *server;
	struct probity_client *client;
	struct waits waits;
	struct probity_answer *answer;
};

static struct probity_client *
connect_to(const char *url, const char *key, struct waits *waits, size_t bytes_max)
{
	const struct probity_client_options options = {.url = url,
		.key = key,
		.answer_bytes_max = bytes_max,
		.timeout_ms = 15000,
		.wait = note_wait,
		.context = waits};
	struct probity_client *client = NULL;

	assert_int_equal(probity_client_create(&options, &client, NULL), PROBITY_OK);
	return client;
}

static void
begin(struct scene *s, const char *const *answers)
{
	memset(s, 0, sizeof *s);
	s->waits.allowed = 16;
	s->server = server_start(answers);
	s->client = connect_to(server_url(s->server), KEY, &s->waits, 4096);
}

static void
end(struct scene *s)
{
	probity_answer_destroy(s->answer);
	probity_client_destroy(s->client);
	server_destroy(s->server);
}

static void
submit(struct scene *s, const char *const *answers)
{
	begin(s, answers);
	s->answer = probity_client_submit(s->client, DECLARATION, strlen(DECLARATION), NULL);
	server_stop(s->server);
}

static void
assert_holds(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* The value of the Idempotency-Key of a request. */
static void
key_of(const char *request, char out[64])
{
	const char *at = strstr(request, "Idempotency-Key: \"");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "Idempotency-Key: \"%63[^\"]\"\r\n", out), 1);
}

/*
 * ---- Answers ----
 */

static void
created(void **state)
{
	static const char *const answers[] = {CREATED, NULL};
	struct scene s;
	size_t n;

	(void)state;
	submit(&s, answers);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(probity_answer_http_status(s.answer), 201);
	assert_string_equal(probity_answer_content_type(s.answer), "application/json");
	assert_string_equal(probity_answer_body(s.answer, &n), BODY);
	assert_int_equal(n, strlen(BODY));
	assert_string_equal(probity_answer_title(s.answer), "");
	assert_int_equal(probity_faults_count(probity_answer_faults(s.answer)), 0);
	assert_int_equal(probity_answer_tries(s.answer), 1);
	assert_string_equal(probity_answer_at(s.answer, "/report/rating", &n), "medium");
	assert_int_equal(n, 6);
	assert_string_equal(probity_answer_at(s.answer, "/report/rating_range/1", NULL), "high");
	assert_string_equal(probity_answer_at(s.answer, "/log/index", NULL), "17");
	assert_string_equal(probity_answer_at(s.answer, "/report/a~1b", NULL), "[null,true]");
	assert_string_equal(probity_answer_at(s.answer, "", NULL), BODY);
	assert_null(probity_answer_at(s.answer, "/report/rating/0", NULL));
	assert_null(probity_answer_at(s.answer, "/report/rating_range/2", NULL));
	assert_null(probity_answer_at(s.answer, "/report/rating_range/-1", NULL));
	assert_null(probity_answer_at(s.answer, "report", NULL));
	end(&s);
}

static void
request_as_sent(void **state)
{
	static const char *const answers[] = {CREATED, NULL};
	char key[64];
	struct scene s;
	const char *request;

	(void)state;
	submit(&s, answers);
	request = server_request(s.server, 0);
	assert_memory_equal(request, "POST /v1/declarations HTTP/1.1\r\n", 32);
	assert_holds(request, "\r\nContent-Type: application/json\r\n");
	assert_holds(request, "\r\nAuthorization: Bearer " KEY "\r\n");
	assert_holds(request, "\r\n\r\n" DECLARATION);
	assert_null(strstr(request, "Expect"));
	key_of(request, key);
	assert_int_equal(strlen(key), 36);
	assert_string_equal(key, probity_answer_idempotency_key(s.answer));
	end(&s);
}

static void
problem_with_errors(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 422 Unprocessable Content\r\nContent-Type: "
		"application/problem+json\r\n\r\n"
		"{\"detail\":\"no such country\",\"errors\":[{\"detail\":\"no such\\u0007 "
		"country\",\"pointer\":\"/supplier/country\"},{\"detail\":\"odd "
		"byte\",\"offset\":12},7,{}],\"status\":422,\"title\":\"the country is not "
		"known\",\"type\":\"/problems/unknown-country\"}",
		NULL};
	const struct probity_faults *faults;
	struct scene s;

	(void)state;
	submit(&s, answers);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_REFUSED);
	assert_int_equal(probity_answer_http_status(s.answer), 422);
	assert_string_equal(probity_answer_title(s.answer), "the country is not known");
	assert_string_equal(probity_answer_detail(s.answer), "no such country");
	faults = probity_answer_faults(s.answer);
	assert_int_equal(probity_faults_count(faults), 3);
	assert_string_equal(probity_fault_name(faults, 0), "unknown-country");
	assert_string_equal(probity_fault_pointer(faults, 0), "/supplier/country");
	assert_string_equal(probity_fault_detail(faults, 0), "no such? country");
	assert_true(probity_fault_offset(faults, 0) == SIZE_MAX);
	assert_true(probity_fault_offset(faults, 1) == 12);
	assert_string_equal(probity_fault_detail(faults, 2), "");
	assert_string_equal(probity_fault_detail(faults, 3), "");
	assert_int_equal(probity_answer_tries(s.answer), 1);
	end(&s);
}

/* A problem may say as little as it likes, and more than is kept. */
static void
problem_of_any_shape(void **state)
{
	static const struct {
		const char *body, *title, *name;
	} rows[] = {
		{"{}", "the server answered with status 400", ""},
		{"{\"title\":7,\"detail\":[],\"errors\":{}}", "the server answered with status 400",
			""},
		{"{\"type\":\"http://x.example/a/Odd Name\\u00e9\",\"title\":\"t\"}", "t",
			"?dd??ame??"},
		{"{\"type\":\"about:blank\",\"title\":\"t\"}", "t", "about?blank"},
	};
	char answer[1024];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *answers[] = {answer, NULL};
		struct scene s;

		(void)snprintf(answer, sizeof answer,
			"HTTP/1.1 400 Bad Request\r\nContent-Type: "
			"application/problem+json\r\n\r\n%s",
			rows[i].body);
		submit(&s, answers);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_REFUSED);
		assert_string_equal(probity_answer_title(s.answer), rows[i].title);
		assert_int_equal(probity_faults_count(probity_answer_faults(s.answer)), 1);
		assert_string_equal(
			probity_fault_name(probity_answer_faults(s.answer), 0), rows[i].name);
		end(&s);
	}
}

/* Whatever comes that is no answer of a probity server is none. */
static void
unusable(void **state)
{
	static const struct {
		const char *answer, *title, *detail;
	} rows[] = {
		{"HTTP/1.1 201 Created\r\nContent-Type: text/html\r\n\r\n<html>", "of another kind",
			"text/html"},
		{"HTTP/1.1 201 Created\r\n\r\n" BODY, "of another kind", "status 201"},
		{"HTTP/1.1 201 Created\r\nContent-Type: application/jsonp\r\n\r\n" BODY,
			"of another kind", "application/jsonp"},
		{"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{\"id\":",
			"of another kind", "no JSON object"},
		{"HTTP/1.1 201 Created\r\nContent-Type: "
		 "application/json\r\n\r\n{\"id\":1,\"id\":2}",
			"of another kind", "no JSON object"},
		{"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n[]",
			"of another kind", "no JSON object"},
		{"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n\xff",
			"of another kind", "no JSON object"},
		{"HTTP/1.1 204 No Content\r\n\r\n", "of another kind", "status 204"},
		{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" BODY,
			"of another kind", "status 200"},
		{"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>",
			"of another kind", "status 502"},
		{"HTTP/1.1 304 Not Modified\r\n\r\n", "sends elsewhere", "status 304"},
		{"SSH-2.0-OpenSSH_9.2\r\n", "the exchange failed", ""},
		{"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nTransfer-Encoding: "
		 "chunked\r\n\r\nzz\r\n",
			"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *answers[] = {
			rows[i].answer, rows[i].answer, rows[i].answer, rows[i].answer, NULL};
		struct scene s;

		submit(&s, answers);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
		assert_holds(probity_answer_title(s.answer), rows[i].title);
		assert_holds(probity_answer_detail(s.answer), rows[i].detail);
		assert_string_equal(probity_fault_name(probity_answer_faults(s.answer), 0),
			"connection-failed");
		end(&s);
	}
}

/* The client's bound is 4096 bytes here: said before, found out on the way, and for the head. */
static void
too_large(void **state)
{
	static const char *const heads[] = {
		"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
		"99999\r\n\r\n",
		"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n",
		"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX: ",
	};
	char *answer = malloc(120000);

	(void)state;
	assert_non_null(answer);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		const char *answers[] = {answer, NULL};
		size_t n = strlen(heads[i]);
		struct scene s;

		strcpy(answer, heads[i]);
		memset(answer + n, ' ', 99999);
		if (i == 2)
			for (size_t k = n + 1000; k < n + 99000; k += 1000)
				memcpy(answer + k, "\r\nX: ", 5);
		answer[n + 99999] = '\0';
		submit(&s, answers);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
		assert_holds(probity_answer_title(s.answer), "larger than is taken here");
		assert_int_equal(probity_answer_tries(s.answer), 1);
		end(&s);
	}
	free(answer);
}

static void
redirect_is_not_followed(void **state)
{
	static const char *const nothing[] = {NULL};
	char answer[256];
	const char *answers[] = {answer, NULL};
	struct server *other = server_start(nothing);
	struct scene s;

	(void)state;
	(void)snprintf(answer, sizeof answer,
		"HTTP/1.1 307 Temporary Redirect\r\nLocation: %s/v1/declarations\r\n"
		"Content-Length: 0\r\n\r\n",
		server_url(other));
	submit(&s, answers);
	server_stop(other);
	assert_int_equal(server_connections(other), 0);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	assert_holds(probity_answer_title(s.answer), "sends elsewhere");
	assert_holds(probity_answer_detail(s.answer), server_url(other));
	assert_int_equal(probity_answer_tries(s.answer), 1);
	server_destroy(other);
	end(&s);
}

static void
silence_ends_in_time(void **state)
{
	static const char *const answers[] = {SERVER_SILENT, NULL};
	struct server *server = server_start(answers);
	const struct probity_client_options options = {.url = server_url(server), .timeout_ms = 60};
	struct probity_client *client = NULL;
	struct probity_answer *answer;

	(void)state;
	assert_int_equal(probity_client_create(&options, &client, NULL), PROBITY_OK);
	answer = probity_client_report(client, ID);
	assert_int_equal(probity_answer_result(answer), PROBITY_FAILED);
	assert_holds(probity_answer_title(answer), "did not answer in time");
	assert_int_equal(probity_answer_tries(answer), 1);
	probity_answer_destroy(answer);
	probity_client_destroy(client);
	server_destroy(server);
}

/*
 * ---- Repeats ----
 */

static void
busy_then_created(void **state)
{
	static const char *const answers[] = {
		BUSY("Retry-After: 7\r\n"), BUSY("Retry-After: 0\r\n"), CREATED, NULL};
	char first[64], again[64];
	struct scene s;

	(void)state;
	submit(&s, answers);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(probity_answer_tries(s.answer), 3);
	assert_int_equal(s.waits.count, 2);
	assert_int_equal(s.waits.ms[0], 7000);
	assert_int_equal(s.waits.ms[1], 0);
	key_of(server_request(s.server, 0), first);
	for (size_t i = 1; i < 3; i++) {
		key_of(server_request(s.server, i), again);
		assert_string_equal(first, again);
		assert_holds(server_request(s.server, i), "\r\n\r\n" DECLARATION);
	}
	end(&s);
}

static void
busy_without_end(void **state)
{
	static const struct {
		const char *answer;
		unsigned tries;
	} rows[] = {
		{BUSY("Retry-After: 1\r\n"), 4},    /* as often as the client tries */
		{BUSY(""), 1},                      /* no word of a later time */
		{BUSY("Retry-After: 3600\r\n"), 1}, /* longer than is waited */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *answers[] = {rows[i].answer, rows[i].answer, rows[i].answer,
			rows[i].answer, rows[i].answer, NULL};
		struct scene s;

		submit(&s, answers);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_REFUSED);
		assert_string_equal(probity_fault_name(probity_answer_faults(s.answer), 0), "busy");
		assert_string_equal(probity_answer_detail(s.answer), "later");
		assert_int_equal(probity_answer_tries(s.answer), rows[i].tries);
		assert_int_equal(server_connections(s.server), rows[i].tries);
		end(&s);
	}
}

static void
lost_then_created(void **state)
{
	static const char *const answers[] = {CUT, "", CREATED, NULL};
	char first[64], again[64];
	struct scene s;

	(void)state;
	submit(&s, answers);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(probity_answer_tries(s.answer), 3);
	assert_int_equal(s.waits.ms[0], 200);
	assert_int_equal(s.waits.ms[1], 400);
	key_of(server_request(s.server, 0), first);
	key_of(server_request(s.server, 2), again);
	assert_string_equal(first, again);
	end(&s);
}

static void
lost_without_end(void **state)
{
	static const char *const answers[] = {CUT, CUT, CUT, CUT, CUT, NULL};
	struct scene s;

	(void)state;
	submit(&s, answers);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	assert_holds(probity_answer_title(s.answer), "lost before the answer was complete");
	assert_int_equal(probity_answer_tries(s.answer), 4);
	assert_true(probity_answer_sent(s.answer));
	assert_int_equal(server_connections(s.server), 4);
	end(&s);
}

static void
the_caller_ends_waiting(void **state)
{
	static const char *const answers[] = {CUT, CREATED, NULL};
	struct scene s;

	(void)state;
	begin(&s, answers);
	s.waits.allowed = 0;
	s.answer = probity_client_submit(s.client, DECLARATION, strlen(DECLARATION), "mine");
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	assert_int_equal(probity_answer_tries(s.answer), 1);
	assert_holds(server_request(s.server, 0), "\r\nIdempotency-Key: \"mine\"\r\n");
	end(&s);
}

static void
nobody_there(void **state)
{
	static const char *const nothing[] = {NULL};
	struct waits waits = {.allowed = 16};
	struct server *server = server_start(nothing);
	struct probity_client *client;
	struct probity_answer *answer;

	(void)state;
	server_stop(server); /* the port is free again */
	client = connect_to(server_url(server), NULL, &waits, 0);
	answer = probity_client_did(client);
	assert_int_equal(probity_answer_result(answer), PROBITY_FAILED);
	assert_holds(probity_answer_title(answer), "could not be reached");
	assert_int_equal(probity_answer_http_status(answer), 0);
	assert_false(probity_answer_sent(answer));
	assert_int_equal(waits.count, 0);
	probity_answer_destroy(answer);
	probity_client_destroy(client);
	server_destroy(server);
}

/*
 * ---- What is asked ----
 */

static void
targets(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Type: application/vc\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Type: application/did+json\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", NULL};
	static const char *const lines[] = {"GET /v1/attestations/" ID " HTTP/1.1\r\n",
		"GET /v1/reports/" ID " HTTP/1.1\r\n", "GET /.well-known/did.json HTTP/1.1\r\n",
		"GET /v1/products?q=T-shirt%20%26%20caf%C3%A9%3F&hs=6109&origin=BGD HTTP/1.1\r\n",
		"GET /v1/products?origin=C%C3%B4te%20d%27Ivoire HTTP/1.1\r\n"};
	struct probity_answer *given[5];
	struct scene s;

	(void)state;
	begin(&s, answers);
	given[0] = probity_client_attestation(s.client, ID);
	given[1] = probity_client_report(s.client, ID);
	given[2] = probity_client_did(s.client);
	given[3] = probity_client_product(s.client, "T-shirt & caf\xc3\xa9?", "6109", "BGD");
	given[4] = probity_client_product(s.client, NULL, NULL, "C\xc3\xb4te d'Ivoire");
	server_stop(s.server);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(probity_answer_result(given[i]), PROBITY_OK);
		assert_memory_equal(server_request(s.server, i), lines[i], strlen(lines[i]));
		assert_null(strstr(server_request(s.server, i), "Idempotency-Key"));
		probity_answer_destroy(given[i]);
	}
	end(&s);
}

/*
 * ---- Attestations ----
 */

#define RECEIPT "c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\nAAAA\n\n"
#define PLAIN(type, body)                                                                          \
	"HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body
#define AWAITED                                                                                    \
	"HTTP/1.1 202 Accepted\r\nRetry-After: 1\r\nContent-Type: "                                \
	"application/json\r\nConnection: close\r\n\r\n{\"index\":0,\"size\":0}"

/* A receipt that is not there yet is waited for; a text is taken as it is. */
static void
a_receipt_is_waited_for(void **state)
{
	static const char *const answers[] = {
		AWAITED, AWAITED, PLAIN("text/plain; charset=utf-8", RECEIPT), NULL};
	struct scene s;
	size_t n;

	(void)state;
	begin(&s, answers);
	s.answer = probity_client_proof(s.client, ID);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_string_equal(probity_answer_body(s.answer, &n), RECEIPT);
	assert_int_equal(n, strlen(RECEIPT));
	assert_int_equal(s.waits.count, 2);
	assert_int_equal(s.waits.ms[0], 1000);
	assert_holds(server_request(s.server, 0), "GET /v1/attestations/" ID "/proof HTTP/1.1");
	end(&s);
}

static void
a_receipt_that_does_not_come(void **state)
{
	static const char *const answers[] = {AWAITED, AWAITED, AWAITED, AWAITED, NULL};
	struct scene s;

	(void)state;
	begin(&s, answers);
	s.answer = probity_client_proof(s.client, ID);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	assert_int_equal(probity_answer_http_status(s.answer), 202);
	end(&s);
}

/* A page of somebody else's is none. */
static void
another_type_is_not_taken(void **state)
{
	static const char *const pages[] = {PLAIN("text/html", "<p>welcome</p>"), NULL};
	static const char *const jwts[] = {PLAIN("application/vc+jwt", "a.b.c"), NULL};
	struct scene s;

	(void)state;
	begin(&s, pages);
	s.answer = probity_client_proof(s.client, ID);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	end(&s);
	begin(&s, jwts);
	s.answer = probity_client_attestation(s.client, ID);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	end(&s);
	begin(&s, jwts);
	s.answer = probity_client_attestation_jwt(s.client, ID);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_holds(server_request(s.server, 0), "Accept: application/vc+jwt");
	end(&s);
}

static void
attesting_and_revoking(void **state)
{
	static const char *const answers[] = {CREATED, NULL};
	static const char *const revoked[] = {PLAIN("application/json", "{}"), NULL};
	struct scene s;

	(void)state;
	begin(&s, answers);
	s.answer = probity_client_attest(s.client, "{\"report\":1}", 12, "mine");
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_holds(server_request(s.server, 0), "POST /v1/attestations HTTP/1.1");
	assert_holds(server_request(s.server, 0), "Idempotency-Key: \"mine\"");
	assert_holds(server_request(s.server, 0), "\r\n\r\n{\"report\":1}");
	end(&s);
	begin(&s, revoked);
	s.answer = probity_client_revoke(s.client, ID, "with\"drawn");
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_holds(server_request(s.server, 0), "POST /v1/attestations/" ID "/revoke HTTP/1.1");
	assert_holds(server_request(s.server, 0), "{\"reason\":\"with\\\"drawn\"}");
	end(&s);
}

static void
unsent(void **state)
{
	static const char *const nothing[] = {NULL};
	static const char *const ids[] = {"", "x", "../../etc/passwd",
		"0191d2f0-4c1e-7a00-8000-00000000000/", "0191D2F0-4C1E-7A00-8000-000000000000"};
	static const char *const keys[] = {"", "a b", "a\r\nX: y", "\"", "a\\", "\xc3\xa9"};
	char long_key[300];
	struct scene s;

	(void)state;
	begin(&s, nothing);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		s.answer = probity_client_report(s.client, ids[i]);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_REFUSED);
		assert_holds(probity_answer_detail(s.answer), "a UUID in lower case");
		assert_int_equal(probity_answer_tries(s.answer), 0);
		probity_answer_destroy(s.answer);
	}
	memset(long_key, 'k', sizeof long_key);
	long_key[256] = '\0';
	for (size_t i = 0; i <= sizeof keys / sizeof keys[0]; i++) {
		s.answer = probity_client_submit(s.client, DECLARATION, strlen(DECLARATION),
			i < sizeof keys / sizeof keys[0] ? keys[i] : long_key);
		assert_int_equal(probity_answer_result(s.answer), PROBITY_REFUSED);
		assert_int_equal(probity_answer_tries(s.answer), 0);
		probity_answer_destroy(s.answer);
	}
	s.answer = NULL;
	server_stop(s.server);
	assert_int_equal(server_connections(s.server), 0);
	assert_int_equal(probity_answer_result(NULL), PROBITY_FAILED);
	assert_int_equal(probity_faults_count(probity_answer_faults(NULL)), 0);
	end(&s);
}

/*
 * ---- Where to ----
 */

static void
addresses(void **state)
{
	static const struct {
		const char *url, *base; /* base NULL: refused */
		bool loopback;
	} rows[] = {
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", true},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8080", true},
		{"HTTP://LocalHost", "http://LocalHost", true},
		{"http://[::1]:8080", "http://[::1]:8080", true},
		{"http://127.1", "http://127.0.0.1", true},
		{"https://probity.example/a/b//", "https://probity.example/a/b", false},
		{"http://128.0.0.1", "http://128.0.0.1", false},
		{"http://127.0.0.1.example.org", "http://127.0.0.1.example.org", false},
		{"http://localhost.example.org", "http://localhost.example.org", false},
		{"http://[::2]", "http://[::2]", false},
		{"", NULL, false},
		{"127.0.0.1:8080", NULL, false},
		{"probity.example", NULL, false},
		{"ftp://probity.example", NULL, false},
		{"file:///etc/passwd", NULL, false},
		{"http://", NULL, false},
		{"http:///v1", NULL, false},
		{"http://user@127.0.0.1", NULL, false},
		{"http://user:word@127.0.0.1", NULL, false},
		{"http://127.0.0.1@probity.example", NULL, false},
		{"http://127.0.0.1/?a=b", NULL, false},
		{"http://127.0.0.1/#a", NULL, false},
		{"http://127.0.0.1:99999", NULL, false},
		{"http://127.0.0.1:80:80", NULL, false},
		{"http://a b", NULL, false},
		{"http://a\r\nb", NULL, false},
		{"http://a\\b", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_address address = {.base = "untouched"};
		struct prb_fault fault;
		enum prb_err err = prb_address_read(rows[i].url, &address, &fault);

		if ((err == PRB_OK) != (rows[i].base != NULL))
			fail_msg(
				"%s: %s", rows[i].url, err == PRB_OK ? address.base : fault.detail);
		assert_string_equal(address.base, rows[i].base ? rows[i].base : "untouched");
		assert_int_equal(address.loopback, rows[i].loopback);
	}
}

/* A socket is named by the program, never by a URL that came from somewhere. */
static void
sockets(void **state)
{
	static const struct {
		const char *path;
		bool stands;
	} rows[] = {
		{"probity-state/operator.sock", true},
		{"", false},
		{"012345678901234567890123456789012345678901234567890123456789012345678901234567890"
		 "1"
		 "2345678901234567890123456",
			true}, /* 107 */
		{"012345678901234567890123456789012345678901234567890123456789012345678901234567890"
		 "1"
		 "23456789012345678901234567",
			false},
	};
	struct probity_client_options options = {.url = "unix:nowhere/operator.sock", .key = KEY};
	struct probity_client *client = NULL;
	struct probity_answer *answer;
	struct prb_address address;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(prb_address_local(rows[i].path, &address, &fault) == PRB_OK,
			rows[i].stands);
	assert_int_not_equal(prb_address_read("unix:a", &address, &fault), PRB_OK);
	assert_int_not_equal(prb_address_read("unix:///a", &address, &fault), PRB_OK);
	/* This machine: a key may travel there. */
	assert_int_equal(probity_client_create(&options, &client, NULL), PROBITY_OK);
	answer = probity_client_get(client, "/healthz");
	assert_int_equal(probity_answer_result(answer), PROBITY_FAILED);
	assert_false(probity_answer_sent(answer));
	probity_answer_destroy(answer);
	probity_client_destroy(client);
}

static void
paths(void **state)
{
	static const char *const refused[] = {
		"", "v1/keys", "/v1/keys#a", "/v1 keys", "/v1\r\nA: b", "/\xC3\xA9", "/a\"b"};
	struct probity_client_options options = {.url = "unix:nowhere"};
	struct probity_client *client = NULL;

	(void)state;
	assert_int_equal(probity_client_create(&options, &client, NULL), PROBITY_OK);
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct probity_answer *got = probity_client_get(client, refused[i]);
		struct probity_answer *sent =
			probity_client_post(client, refused[i], "{}", 2, NULL);

		assert_int_equal(probity_answer_result(got), PROBITY_REFUSED);
		assert_int_equal(probity_answer_result(sent), PROBITY_REFUSED);
		probity_answer_destroy(got);
		probity_answer_destroy(sent);
	}
	probity_client_destroy(client);
}

/* With a name it is repeated under that name; without one it is sent once. */
static void
any_post(void **state)
{
	static const char *const cut_first[] = {CUT, CREATED, NULL}, *const cut[] = {CUT, NULL};
	struct scene s;

	(void)state;
	begin(&s, cut_first);
	s.answer = probity_client_post(s.client, "/v1/keys?a=b", "{}", 2, "mine");
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(probity_answer_tries(s.answer), 2);
	assert_holds(server_request(s.server, 0), "POST /v1/keys?a=b HTTP/1.1");
	assert_holds(server_request(s.server, 0), "Idempotency-Key: \"mine\"");
	assert_holds(server_request(s.server, 1), "Idempotency-Key: \"mine\"");
	end(&s);
	begin(&s, cut);
	s.answer = probity_client_post(s.client, "/v1/organisations", "{}", 2, "");
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_FAILED);
	assert_int_equal(probity_answer_tries(s.answer), 1);
	assert_true(probity_answer_sent(s.answer));
	assert_null(strstr(server_request(s.server, 0), "Idempotency-Key"));
	end(&s);
}

static void
keys_and_where_they_go(void **state)
{
	static const struct {
		const char *url, *key;
		enum probity_result result;
	} rows[] = {
		{"http://127.0.0.1", KEY, PROBITY_OK},
		{"https://probity.example", KEY, PROBITY_OK},
		{"http://probity.example", NULL, PROBITY_OK},
		{"http://probity.example", KEY, PROBITY_REFUSED},
		{"http://10.0.0.1", KEY, PROBITY_REFUSED},
		{"https://probity.example", "secret", PROBITY_REFUSED},
		{"https://probity.example", "", PROBITY_REFUSED},
		{"https://probity.example", "prb_a\r\nX: y", PROBITY_REFUSED},
		{"https://probity.example", "prb_a b", PROBITY_REFUSED},
		{"gopher://probity.example", NULL, PROBITY_REFUSED},
	};
	struct probity_faults *faults = probity_faults_create();

	(void)state;
	assert_non_null(faults);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct probity_client_options options = {
			.url = rows[i].url, .key = rows[i].key};
		struct probity_client *client = NULL;

		assert_int_equal(probity_client_create(&options, &client, faults), rows[i].result);
		assert_int_equal(probity_faults_count(faults), rows[i].result != PROBITY_OK);
		assert_int_equal(client != NULL, rows[i].result == PROBITY_OK);
		probity_client_destroy(client);
	}
	probity_faults_destroy(faults);
}

/* What goes to this machine goes past every proxy, the key with it. */
static void
loopback_is_direct(void **state)
{
	static const char *const answers[] = {CREATED, NULL}, *const nothing[] = {NULL};
	struct server *proxy = server_start(nothing);
	struct scene s;

	(void)state;
	assert_int_equal(setenv("http_proxy", server_url(proxy), 1), 0);
	assert_int_equal(setenv("all_proxy", server_url(proxy), 1), 0);
	submit(&s, answers);
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("all_proxy"), 0);
	server_stop(proxy);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(server_connections(proxy), 0);
	server_destroy(proxy);
	end(&s);
}

/* Nothing is resolved here: the proxy gets the name. */
static void
elsewhere_goes_by_proxy(void **state)
{
	static const char *const answers[] = {CREATED, NULL};
	struct server *proxy = server_start(answers);
	struct waits waits = {.allowed = 0};
	struct probity_client *client;
	struct probity_answer *answer;

	(void)state;
	assert_int_equal(setenv("http_proxy", server_url(proxy), 1), 0);
	client = connect_to("http://probity.example/x", NULL, &waits, 0);
	answer = probity_client_submit(client, DECLARATION, strlen(DECLARATION), NULL);
	assert_int_equal(unsetenv("http_proxy"), 0);
	server_stop(proxy);
	assert_int_equal(probity_answer_result(answer), PROBITY_OK);
	assert_memory_equal(server_request(proxy, 0),
		"POST http://probity.example/x/v1/declarations HTTP/1.1\r\n", 56);
	probity_answer_destroy(answer);
	probity_client_destroy(client);
	server_destroy(proxy);
}

/*
 * ---- Streams ----
 */

struct rows {
	const char *const *lines;
	char got[4096];
	size_t n;
	bool refuse;
};

static size_t
give_row(void *context, char *buffer, size_t room)
{
	struct rows *rows = context;
	size_t n;

	if (rows->lines == NULL)
		return SIZE_MAX;
	if (*rows->lines == NULL)
		return 0;
	n = strlen(*rows->lines);
	assert_true(n <= room);
	memcpy(buffer, *rows->lines++, n);
	return n;
}

static bool
take_rows(void *context, const char *bytes, size_t n)
{
	struct rows *rows = context;

	if (rows->refuse)
		return false;
	assert_true(rows->n + n < sizeof rows->got);
	memcpy(rows->got + rows->n, bytes, n);
	rows->n += n;
	return true;
}

static void
screen(struct scene *s, const char *const *answers, struct rows *rows, const char *type)
{
	const struct probity_stream stream = {type, give_row, take_rows, rows};

	begin(s, answers);
	s->answer = probity_client_screen(s->client, &stream);
	server_stop(s->server);
}

static void
screening(void **state)
{
	static const char *const lines[] = {"{\"a\":1}\n", "{\"b\":2}\n", NULL};
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: "
		"chunked\r\n\r\n5\r\none\n{\r\n3\r\n}\n\n\r\n0\r\n\r\n",
		NULL};
	struct rows rows = {.lines = lines};
	struct scene s;

	(void)state;
	screen(&s, answers, &rows, "application/x-ndjson");
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_string_equal(rows.got, "one\n{}\n\n");
	assert_holds(server_request(s.server, 0), "POST /v1/screenings HTTP/1.1\r\n");
	assert_holds(server_request(s.server, 0), "\r\nContent-Type: application/x-ndjson\r\n");
	assert_holds(server_request(s.server, 0), "{\"a\":1}\n");
	assert_holds(server_request(s.server, 0), "{\"b\":2}\n");
	end(&s);
}

static void
screening_refused(void **state)
{
	static const char *const lines[] = {"name\n", NULL};
	static const struct {
		const char *answer, *type, *title;
		bool give_up_reading, refuse;
		enum probity_result result;
	} rows[] = {
		{"HTTP/1.1 415 Unsupported\r\nContent-Type: application/problem+json\r\n\r\n"
		 "{\"title\":\"not that\"}",
			"text/csv", "not that", false, false, PROBITY_REFUSED},
		{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", "text/csv",
			"of another kind", false, false, PROBITY_FAILED},
		{"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\nx", "text/csv",
			"given up on this side", false, true, PROBITY_FAILED},
		{"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
		 "9\r\n\r\nx",
			"text/csv", "lost", false, false, PROBITY_FAILED},
		{CREATED, "text/csv", "given up on this side", true, false, PROBITY_FAILED},
		{CREATED, "text/plain", "media type", false, false, PROBITY_REFUSED},
		{CREATED, "text/csvx", "media type", false, false, PROBITY_REFUSED},
		{CREATED, "text/csv; charset=utf-8\r\nX: y", "media type", false, false,
			PROBITY_REFUSED},
		{"HTTP/1.1 415 Unsupported\r\nContent-Type: application/problem+json\r\n\r\n"
		 "{\"title\":\"not that\"}",
			"text/csv; charset=x", "not that", false, false, PROBITY_REFUSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *answers[] = {rows[i].answer, NULL};
		struct rows r = {
			.lines = rows[i].give_up_reading ? NULL : lines, .refuse = rows[i].refuse};
		struct scene s;

		screen(&s, answers, &r, rows[i].type);
		assert_int_equal(probity_answer_result(s.answer), rows[i].result);
		assert_holds(probity_answer_title(s.answer), rows[i].title);
		assert_true(server_connections(s.server) <= 1);
		end(&s);
	}
}

/* As TLS does when its peer is gone: a write that raises SIGPIPE, inside an exchange. */
static size_t
break_a_pipe(void *context, char *buffer, size_t room)
{
	int *broken = context, ends[2];

	(void)buffer;
	(void)room;
	if (pipe(ends) != 0)
		return SIZE_MAX;
	(void)close(ends[0]);
	*broken += write(ends[1], "", 1) == -1 && errno == EPIPE;
	(void)close(ends[1]);
	return 0;
}

static bool
take_nothing(void *context, const char *bytes, size_t n)
{
	(void)context;
	(void)bytes;
	(void)n;
	return true;
}

/* The process lives, nothing is left waiting, and the signal does again what it did. */
static void
a_pipe_breaks(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n", NULL};
	int broken = 0;
	const struct probity_stream stream = {"text/csv", break_a_pipe, take_nothing, &broken};
	sigset_t signals;
	struct scene s;

	(void)state;
	begin(&s, answers);
	s.answer = probity_client_screen(s.client, &stream);
	server_stop(s.server);
	assert_int_equal(probity_answer_result(s.answer), PROBITY_OK);
	assert_int_equal(broken, 1);
	assert_int_equal(sigpending(&signals), 0);
	assert_int_equal(sigismember(&signals, SIGPIPE), 0);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &signals), 0);
	assert_int_equal(sigismember(&signals, SIGPIPE), 0);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(created),
		cmocka_unit_test(request_as_sent),
		cmocka_unit_test(problem_with_errors),
		cmocka_unit_test(problem_of_any_shape),
		cmocka_unit_test(unusable),
		cmocka_unit_test(too_large),
		cmocka_unit_test(redirect_is_not_followed),
		cmocka_unit_test(silence_ends_in_time),
		cmocka_unit_test(busy_then_created),
		cmocka_unit_test(busy_without_end),
		cmocka_unit_test(lost_then_created),
		cmocka_unit_test(lost_without_end),
		cmocka_unit_test(the_caller_ends_waiting),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(targets),
		cmocka_unit_test(a_receipt_is_waited_for),
		cmocka_unit_test(a_receipt_that_does_not_come),
		cmocka_unit_test(another_type_is_not_taken),
		cmocka_unit_test(attesting_and_revoking),
		cmocka_unit_test(unsent),
		cmocka_unit_test(addresses),
		cmocka_unit_test(sockets),
		cmocka_unit_test(paths),
		cmocka_unit_test(any_post),
		cmocka_unit_test(keys_and_where_they_go),
		cmocka_unit_test(loopback_is_direct),
		cmocka_unit_test(elsewhere_goes_by_proxy),
		cmocka_unit_test(screening),
		cmocka_unit_test(screening_refused),
		cmocka_unit_test(a_pipe_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
