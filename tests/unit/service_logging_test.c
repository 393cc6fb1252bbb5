/* SPDX-License-Identifier: Apache-2.0 */
/* What the server says on standard error: each line whole, and nobody held up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "service/logging/logging.h"

static int ends[2];

static int
set_up(void **state)
{
	(void)state;
	return pipe(ends);
}

static int
tear_down(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void
set(enum prb_level level, enum prb_logging_format format, enum prb_logging_requests requests)
{
	struct prb_logging_options options = {
		.level = level, .format = format, .requests = requests, .fd = ends[1]};

	prb_logging_set(&options);
}

/* What has been said so far; nothing where nothing was. */
static const char *
heard(void)
{
	static char text[64 * 1024];
	ssize_t n;

	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	n = read(ends[0], text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
levels(void **state)
{
	(void)state;
	set(PRB_LEVEL_WARNING, PRB_LOGGING_TEXT, PRB_REQUESTS_NONE);
	prb_say(PRB_LEVEL_ERROR, "one", "first %d", 1);
	prb_say(PRB_LEVEL_NOTICE, "two", "second");
	prb_say(PRB_LEVEL_WARNING, "three", "third");
	assert_string_equal(heard(), "probityd: first 1\nprobityd: third\n");
}

/* A text may name a file, and a file may be called anything. */
static void
one_line_each(void **state)
{
	(void)state;
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_TEXT, PRB_REQUESTS_NONE);
	prb_say(PRB_LEVEL_NOTICE, "odd", "a\nprobityd: forged\r\x1b[31m \xc3\xa9 \x7f");
	assert_string_equal(heard(), "probityd: a?probityd: forged??[31m \xc3\xa9 ?\n");
	prb_say(PRB_LEVEL_NOTICE, "odd", "\xff\xc3\xa9");
	assert_string_equal(heard(), "probityd: ???\n");
	/* C1 controls: next line, and the one that begins a terminal's commands. */
	prb_say(PRB_LEVEL_NOTICE, "odd", "a\xc2\x85z \xc2\x9b[2J \xc2\xa0");
	assert_string_equal(heard(), "probityd: a??z ??[2J \xc2\xa0\n");
	/* What turns text around, and other separators of lines; their neighbours are shown. */
	prb_say(PRB_LEVEL_NOTICE, "odd",
		"\xd8\x9c \xe2\x80\x8e\xe2\x80\x8f \xe2\x80\xa8\xe2\x80\xae "
		"\xe2\x81\xa6\xe2\x81\xa9");
	assert_string_equal(heard(), "probityd: ?? ?????? ?????? ??????\n");
	prb_say(PRB_LEVEL_NOTICE, "odd",
		"\xd8\x9b \xe2\x80\x8d \xe2\x80\x90 \xe2\x80\xa7 \xe2\x80\xaf \xe2\x81\xa5 "
		"\xe2\x81\xaa");
	assert_string_equal(heard(), "probityd: \xd8\x9b \xe2\x80\x8d \xe2\x80\x90 \xe2\x80\xa7 "
				     "\xe2\x80\xaf \xe2\x81\xa5 "
				     "\xe2\x81\xaa\n");
}

static void
as_json(void **state)
{
	const char *line;

	(void)state;
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_JSON, PRB_REQUESTS_NONE);
	prb_say(PRB_LEVEL_NOTICE, "odd", "a \"quoted\" \\ text\n");
	line = heard();
	assert_int_equal(strncmp(line,
				 "{\"event\":\"odd\",\"level\":\"notice\",\"text\":\"a "
				 "\\\"quoted\\\" \\\\ text?\",\"time\":\"2",
				 70),
		0);
	assert_string_equal(line + strlen(line) - 4, "Z\"}\n");
}

/* Cut, and still one line. */
static void
long_text(void **state)
{
	static char text[2 * PRB_LOGGING_LINE_BYTES_MAX];
	const char *line;

	(void)state;
	memset(text, '"', sizeof text - 1);
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_JSON, PRB_REQUESTS_NONE);
	prb_say(PRB_LEVEL_NOTICE, "long", "%s", text);
	line = heard();
	assert_true(strlen(line) > 2 * (PRB_LOGGING_LINE_BYTES_MAX - 1));
	assert_string_equal(line + strlen(line) - 2, "}\n");
}

static const struct prb_said_request request = {
	.id = {"0123456789abcdef0123456789abcdef", 32},
	.method = "GET",
	.route = "/v1/reports/{id}",
	.role = "auditor",
	.status = 503,
	.micros = 12,
	.in = 3,
	.out = 4,
};

static void
requests(void **state)
{
	static const struct {
		enum prb_logging_requests which;
		int status;
		bool said;
	} rows[] = {
		{PRB_REQUESTS_NONE, 200, false},
		{PRB_REQUESTS_NONE, 500, false},
		{PRB_REQUESTS_ERRORS, 200, false},
		{PRB_REQUESTS_ERRORS, 499, false},
		{PRB_REQUESTS_ERRORS, 500, true},
		{PRB_REQUESTS_ALL, 200, true},
		{PRB_REQUESTS_ALL, 404, true},
		{PRB_REQUESTS_ALL, 503, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_said_request r = request;

		r.status = rows[i].status;
		set(PRB_LEVEL_ERROR, PRB_LOGGING_TEXT, rows[i].which);
		prb_say_request(&r);
		assert_int_equal(prb_says_request(r.status), rows[i].said);
		assert_int_equal(heard()[0] != '\0', rows[i].said);
	}
}

static void
request_lines(void **state)
{
	struct prb_said_request bare = {.method = "other", .route = "other", .status = 400};
	const char *line;

	(void)state;
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_TEXT, PRB_REQUESTS_ALL);
	prb_say_request(&request);
	assert_string_equal(heard(),
		"probityd: request GET /v1/reports/{id} 503 12 us, 3 in, 4 out, auditor, "
		"0123456789abcdef0123456789abcdef\n");
	prb_say_request(&bare);
	assert_string_equal(heard(), "probityd: request other other 400 0 us, 0 in, 0 out\n");
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_JSON, PRB_REQUESTS_ALL);
	prb_say_request(&request);
	line = heard();
	assert_non_null(strstr(line,
		"{\"event\":\"request\",\"in\":3,\"level\":\"warning\",\"method\":\"GET\","
		"\"micros\":12,\"out\":4,\"request\":\"0123456789abcdef0123456789abcdef\","
		"\"role\":\"auditor\",\"route\":\"/v1/reports/{id}\",\"status\":503,\"time\":\""));
	prb_say_request(&bare);
	line = heard();
	assert_null(strstr(line, "\"role\""));
	assert_null(strstr(line, "\"request\":"));
}

static void
words(void **state)
{
	(void)state;
	assert_int_equal(prb_level_find("debug"), PRB_LEVEL_DEBUG);
	assert_int_equal(prb_level_find("loud"), PRB_LEVELS);
	assert_int_equal(prb_logging_format_find("json"), PRB_LOGGING_JSON);
	assert_int_equal(prb_logging_format_find("xml"), PRB_LOGGING_FORMATS);
	assert_int_equal(prb_logging_requests_find("all"), PRB_REQUESTS_ALL);
	assert_int_equal(prb_logging_requests_find(""), PRB_LOGGING_REQUESTS);
}

/* The pipe fills, then the log's two buffers, then lines are dropped; the caller goes on. What the
 * reader gets at last are whole lines, and how many are missing. */
static void
nobody_reads(void **state)
{
	enum { LINES = 20000 };
	static char text[2 * PRB_LOGGING_BYTES_MAX + 1024 * 1024];
	uint64_t dropped, lines = 0;
	size_t n = 0;
	ssize_t more;

	(void)state;
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_TEXT, PRB_REQUESTS_NONE);
	assert_true(prb_logging_start());
	for (int i = 0; i < LINES; i++)
		prb_say(PRB_LEVEL_NOTICE, "many", "a line of a few more than forty bytes, %d", i);
	dropped = prb_logging_dropped();
	assert_true(dropped > 0);
	assert_true(dropped < LINES);
	/* Until the line that says how many are missing has come. */
	do {
		more = read(ends[0], text + n, sizeof text - 1 - n);
		assert_true(more > 0);
		n += (size_t)more;
		text[n] = '\0';
	} while (strstr(text, "were dropped") == NULL);
	prb_logging_stop();
	for (const char *at = text; *at != '\0'; lines++) {
		const char *end = strchr(at, '\n');

		assert_int_equal(strncmp(at, "probityd: ", 10), 0);
		if (end == NULL)
			break;
		at = end + 1;
	}
	assert_true(lines + dropped + 1 >= LINES);
	/* The line that says so may have found no room once. */
	assert_true(prb_logging_dropped() <= dropped + 1);
}

/* What waits when the end comes is still written. */
static void
the_end(void **state)
{
	(void)state;
	set(PRB_LEVEL_NOTICE, PRB_LOGGING_TEXT, PRB_REQUESTS_NONE);
	assert_true(prb_logging_start());
	prb_say(PRB_LEVEL_NOTICE, "last", "the last word");
	prb_logging_stop();
	prb_logging_stop();
	prb_say(PRB_LEVEL_NOTICE, "later", "at once");
	assert_string_equal(heard(), "probityd: the last word\nprobityd: at once\n");
}

#define WITH_PIPE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PIPE(levels),
		WITH_PIPE(one_line_each),
		WITH_PIPE(as_json),
		WITH_PIPE(long_text),
		WITH_PIPE(requests),
		WITH_PIPE(request_lines),
		cmocka_unit_test(words),
		WITH_PIPE(nobody_reads),
		WITH_PIPE(the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
