/* SPDX-License-Identifier: Apache-2.0 */
/* Plain bytes by GET: what counts as an answer, and what bounds it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "clients/lib/fetch.h"
#include "clients/lib/fetch_named.h"
#include "tests/unit/lib_server.h"

#define BYTES_MAX 10
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static const struct {
	const char *answers[4]; /* ended by NULL */
	enum prb_err wanted;
	const char *body;
	size_t connections;
} rows[] = {
	{{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes"}, PRB_OK, "bytes", 1},
	{{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, PRB_OK, "", 1},
	{{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"}, PRB_OK, "0123456789", 1},
	{{CHUNKED "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"}, PRB_OK, "0123456789", 1},
	{{"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789A"}, PRB_ERR_TOO_LARGE, NULL, 1},
	{{CHUNKED "5\r\n01234\r\n6\r\n56789A\r\n0\r\n\r\n"}, PRB_ERR_TOO_LARGE, NULL, 1},
	{{"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"}, PRB_ERR_NOT_FOUND, NULL, 1},
	{{"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"}, PRB_ERR_NOT_FOUND, NULL, 1},
	{{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"}, PRB_ERR_CONNECTION,
		NULL, 1},
	{{"HTTP/1.1 204 No Content\r\n\r\n"}, PRB_ERR_CONNECTION, NULL, 1},
	/* Elsewhere is somebody else's log. */
	{{"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
		 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes"},
		PRB_ERR_CONNECTION, NULL, 1},
	{{"nothing of HTTP\r\n\r\n"}, PRB_ERR_CONNECTION, NULL, 1},
	/* Lost once, and twice. */
	{{"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes"}, PRB_OK, "bytes", 2},
	{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbytes",
		 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes"},
		PRB_OK, "bytes", 2},
	{{"", "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes"}, PRB_ERR_CONNECTION, NULL,
		2},
};

static void
answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server *server = server_start(rows[i].answers);
		struct prb_fetcher *fetcher = NULL;
		struct prb_fault fault;
		struct prb_str body;
		enum prb_err err;

		assert_non_null(server);
		prb_str_init(&body, 1000);
		prb_str_add_text(&body, "what was there");
		assert_int_equal(
			prb_fetcher_create(server_url(server), NULL, &fetcher, &fault), PRB_OK);
		assert_string_equal(prb_fetcher_base(fetcher), server_url(server));
		err = prb_fetch(fetcher, "/tile/0/000", BYTES_MAX, &body, &fault);
		server_stop(server);
		if (err != rows[i].wanted || server_connections(server) != rows[i].connections)
			fail_msg("row %zu: %s after %zu connections: %s", i, prb_err_wire(err),
				server_connections(server), err == PRB_OK ? "" : fault.detail);
		if (err == PRB_OK)
			assert_true(prb_span_is(prb_str_span(&body), rows[i].body));
		assert_int_equal(body.bytes_max, 1000);
		assert_non_null(strstr(server_request(server, 0), "GET /tile/0/000 HTTP/1.1\r\n"));
		assert_null(strstr(server_request(server, 0), "Authorization"));
		prb_str_finish(&body);
		prb_fetcher_destroy(fetcher);
		server_destroy(server);
	}
}

static void
addresses(void **state)
{
	static const char *const refused[] = {"", "nonsense", "ftp://a.example",
		"http://a@b.example", "http://a.example/?q", "file:///etc/passwd"};
	struct prb_fetcher *fetcher = NULL;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		assert_int_equal(
			prb_fetcher_create(refused[i], NULL, &fetcher, &fault), PRB_ERR_VALUE);
		assert_null(fetcher);
	}
	assert_int_equal(
		prb_fetcher_create("https://a.example/log/", NULL, &fetcher, &fault), PRB_OK);
	assert_string_equal(prb_fetcher_base(fetcher), "https://a.example/log");
	prb_fetcher_destroy(fetcher);
	prb_fetcher_destroy(NULL);
}

/* An address that somebody else's text names: TLS unless it says otherwise itself, and then on this
 * machine alone. */
static void
named_addresses(void **state)
{
	static const char *const answers_to[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbytes", NULL};
	static const struct {
		const char *scheme, *host; /* NULL: the server of this machine */
		enum prb_err wanted;
		size_t connections;
	} cases[] = {
		{"http", NULL, PRB_OK, 1},
		{"https", NULL, PRB_ERR_CONNECTION, 1},
		{"http", "://192.0.2.1", PRB_ERR_VALUE, 0},
		{"ftp", NULL, PRB_ERR_VALUE, 0},
	};
	const struct prb_named how = {.accept = "*/*", .bytes_max = BYTES_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct server *server = server_start(answers_to);
		struct prb_fault fault = {.detail = ""};
		struct prb_str body;
		char url[128];
		enum prb_err err;

		assert_non_null(server);
		(void)snprintf(url, sizeof url, "%s%s/status/1", cases[i].scheme,
			cases[i].host != NULL ? cases[i].host
					      : server_url(server) + strlen("http"));
		prb_str_init(&body, 1000);
		err = prb_fetch_named(prb_span_of(url), &how, &body, &fault);
		server_stop(server);
		if (err != cases[i].wanted || server_connections(server) != cases[i].connections)
			fail_msg("%s: %s after %zu connections: %s", url, prb_err_wire(err),
				server_connections(server), fault.detail);
		prb_str_finish(&body);
		server_destroy(server);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(addresses),
		cmocka_unit_test(named_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
