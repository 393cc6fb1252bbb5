/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <llhttp.h>

#include "service/http/chars.h"
#include "tests/unit/http_rows.h"

#define BYTES_MAX ((size_t)1 << 20)
#define SPLITS 3
#define REFUSED_ROWS_MIN 100
#define ACCEPTED_ROWS_MIN 40

static struct prb_message *message;
static struct prb_str bytes;
static uint64_t seed = 271828182845904523ULL;

static int
setup(void **state)
{
	(void)state;
	message = prb_message_create();
	prb_str_init(&bytes, BYTES_MAX);
	print_message("seed %" PRIu64 "\n", seed);
	return message ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_message_destroy(message);
	prb_str_finish(&bytes);
	return 0;
}

static uint64_t
next_random(uint64_t *state)
{
	/* xorshift64*, Vigna 2016 */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

static size_t
cut_whole(void *context)
{
	(void)context;
	return BYTES_MAX;
}

static size_t
cut_byte(void *context)
{
	(void)context;
	return 1;
}

static size_t
cut_random(void *context)
{
	(void)context;
	return 1 + next_random(&seed) % (next_random(&seed) % 4 == 0 ? 400 : 12);
}

/* What the request is taken for: the same whole, byte by byte, and in random pieces. Returns how
 * many bytes were done with when it came whole. */
static size_t
read_in_all_ways(struct prb_span request, struct prb_str *told, int line)
{
	static size_t (*const cuts[])(void *) = {
		cut_whole, cut_byte, cut_random, cut_random, cut_random};
	struct prb_str other;
	size_t read;
	size_t used;

	prb_str_init(&other, BYTES_MAX);
	http_read(message, request, cuts[0], NULL, told, &read);
	for (size_t i = 1; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		prb_str_reset(&other);
		http_read(message, request, cuts[i], NULL, &other, &used);
		if (!prb_span_equal(prb_str_span(told), prb_str_span(&other)))
			fail_msg("line %d: whole: %s\nin pieces (%zu): %s", line, told->p, i,
				other.p);
		assert_int_equal(used, read);
	}
	prb_str_finish(&other);
	return read;
}

static size_t
count_of(struct prb_span text, char c)
{
	size_t count = 0;

	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == c;
	return count;
}

/* Columns: article, status, request, why. */
static void
check_refused(const struct http_row *row, void *context)
{
	struct prb_str told;
	char expected[200];

	(void)context;
	prb_str_init(&told, BYTES_MAX);
	prb_str_reset(&bytes);
	assert_true(http_row_bytes(row->columns[2], &bytes));
	(void)snprintf(expected, sizeof(expected), "!%.*s %.*s", PRB_SPAN_ARGS(row->columns[1]),
		PRB_SPAN_ARGS(row->columns[0]));
	size_t read = read_in_all_ways(prb_str_span(&bytes), &told, row->line);
	const char *refusal = told.p ? strchr(told.p, '!') : NULL;
	if (!refusal || strcmp(refusal, expected) != 0)
		fail_msg("line %d: %s, expected %s", row->line, told.p, expected);
	assert_int_equal(count_of(prb_str_span(&told), ';'), 0);
	/* Nothing behind it changes that, or is read. */
	size_t length = bytes.n;
	prb_str_reset(&told);
	prb_str_add_text(&bytes, "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_true(read_in_all_ways(prb_str_span(&bytes), &told, row->line) == read);
	assert_true(read <= length);
	assert_string_equal(strchr(told.p, '!'), expected);
	prb_str_finish(&told);
}

static void
refused_rows(void **state)
{
	int count = http_rows_each("refused.txt", 4, check_refused, NULL);

	(void)state;
	print_message("%d rows\n", count);
	assert_in_range(count, REFUSED_ROWS_MIN, 10000);
}

/* Columns: what, reading, request. */
static void
check_accepted(const struct http_row *row, void *context)
{
	struct prb_str told;

	(void)context;
	prb_str_init(&told, BYTES_MAX);
	prb_str_reset(&bytes);
	assert_true(http_row_bytes(row->columns[2], &bytes));
	(void)read_in_all_ways(prb_str_span(&bytes), &told, row->line);
	if (!prb_span_equal(prb_str_span(&told), row->columns[1]))
		fail_msg("line %d: %s\nexpected %.*s", row->line, told.p ? told.p : "",
			PRB_SPAN_ARGS(row->columns[1]));
	prb_str_finish(&told);
}

static void
accepted_rows(void **state)
{
	int count = http_rows_each("accepted.txt", 3, check_accepted, NULL);

	(void)state;
	print_message("%d rows\n", count);
	assert_in_range(count, ACCEPTED_ROWS_MIN, 10000);
}

/* Only a strict llhttp refuses these; the loose one takes a byte above 0x7f in a target, and a
 * blank in a name. */
static void
strict_mode(void **state)
{
	static const char *const odd[] = {
		"GET /\xC3\xA9 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nX Y: a\r\n\r\n"};

	(void)state;
	assert_int_equal(LLHTTP_STRICT_MODE, 1);
	for (size_t i = 0; i < 2; i++) {
		llhttp_settings_t settings;
		llhttp_t parser;

		llhttp_settings_init(&settings);
		llhttp_init(&parser, HTTP_REQUEST, &settings);
		assert_int_not_equal(llhttp_execute(&parser, odd[i], strlen(odd[i])), HPE_OK);
	}
}

/* The byte classes, against the grammars as they are printed. */
static void
characters(void **state)
{
	static const char alnum[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char sub_delims[] = "!$&'()*+,;=";
	static const char unreserved[] = "-._~";

	(void)state;
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		bool letter = c != '\0' && strchr(alnum, c);
		bool name = c != '\0' &&
			    (letter || strchr(unreserved, c) || strchr(sub_delims, c) || c == '%');

		assert_int_equal(prb_char_is(c, PRB_CHAR_TOKEN),
			c != '\0' && (letter || strchr("!#$%&'*+-.^_`|~", c)));
		assert_int_equal(prb_char_is(c, PRB_CHAR_NAME), name);
		assert_int_equal(prb_char_is(c, PRB_CHAR_TARGET),
			c != '\0' && (name || strchr(":@/?[]", c)));
		assert_int_equal(
			prb_char_is(c, PRB_CHAR_VALUE), i == '\t' || (i >= 0x20 && i != 0x7F));
		assert_int_equal(
			prb_char_is(c, PRB_CHAR_SPECIAL), c != '\0' && strchr("%[]", c) != NULL);
	}
}

/* A request is refused at the first byte that cannot stand in its first line. */
static void
early(void **state)
{
	static const struct {
		const char *text;
		size_t at; /* how many bytes it takes */
	} rows[] = {{"\x16\x03\x01", 1}, {"GET /\n", 6}, {"GET  /", 5}, {"GET /a#b", 7},
		{"GET / HTTQ", 10}, {"GET / HTTP/1.1\n", 15}, {"GET / HTTP/2.0\r\n", 16}, {"\n", 1},
		{"\rG", 2}, {"PRI *", 4}, {"CONNECT a", 8}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_message_reset(message);
		for (size_t n = 1; n <= rows[i].at; n++) {
			size_t used;
			enum prb_step step = prb_message_feed(message, rows[i].text, n, &used);

			assert_int_equal(step, n == rows[i].at ? PRB_STEP_REFUSED : PRB_STEP_MORE);
			assert_int_equal(used, 0);
		}
		assert_false(prb_message_is_open(message));
	}
}

static enum prb_step
feed_text(const char *text, size_t *used)
{
	return prb_message_feed(message, text, strlen(text), used);
}

/* Open from a message's first byte to its end; a body is handed out where it lies. */
static void
life(void **state)
{
	static const char request[] =
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET";
	size_t head = sizeof(request) - 9;
	size_t used;

	(void)state;
	prb_message_reset(message);
	assert_false(prb_message_is_open(message));
	assert_int_equal(prb_message_feed(message, NULL, 0, &used), PRB_STEP_MORE);
	assert_int_equal(feed_text("\r\n", &used), PRB_STEP_MORE);
	assert_int_equal(used, 2);
	assert_false(prb_message_is_open(message));
	assert_int_equal(prb_message_feed(message, request, 1, &used), PRB_STEP_MORE);
	assert_true(prb_message_is_open(message));
	assert_int_equal(feed_text(request, &used), PRB_STEP_HEAD);
	assert_int_equal(used, head);
	assert_ptr_equal(prb_message_head(message)->path.p, request + 5);
	assert_int_equal(feed_text(request + head, &used), PRB_STEP_BODY);
	assert_int_equal(used, 5);
	assert_ptr_equal(prb_message_piece(message).p, request + head);
	assert_true(prb_message_is_open(message));
	assert_int_equal(feed_text("GET", &used), PRB_STEP_END);
	assert_int_equal(used, 0);
	assert_false(prb_message_is_open(message));
	prb_message_destroy(NULL);
}

/* The limits themselves are let through, one byte more is not: rows refused.txt have the other
 * side. */
static void
limits(void **state)
{
	size_t used;

	(void)state;
	/* RFC 9112 section 3 asks for request lines of 8000 bytes. */
	assert_true(PRB_TARGET_BYTES_MAX >= 8000 - strlen("OPTIONS  HTTP/1.1"));
	prb_str_reset(&bytes);
	prb_str_add_text(&bytes, "GET /");
	while (bytes.n < 4 + PRB_TARGET_BYTES_MAX)
		prb_str_add_char(&bytes, 'a');
	prb_str_add_text(&bytes, " HTTP/1.1\r\nHost: a\r\n");
	for (int i = 2; i < PRB_HEAD_FIELDS_MAX; i++)
		prb_str_add_text(&bytes, "X: a\r\n");
	prb_str_add_text(&bytes, "Y: ");
	while (bytes.n < PRB_HEAD_BYTES_MAX - 4)
		prb_str_add_char(&bytes, 'y');
	prb_str_add_text(&bytes, "\r\n\r\n");
	assert_int_equal(bytes.n, PRB_HEAD_BYTES_MAX);
	prb_message_reset(message);
	assert_int_equal(prb_message_feed(message, bytes.p, bytes.n, &used), PRB_STEP_HEAD);
	assert_int_equal(used, PRB_HEAD_BYTES_MAX);
	assert_int_equal(prb_message_head(message)->fields_count, PRB_HEAD_FIELDS_MAX);
	assert_int_equal(prb_message_head(message)->target.n, PRB_TARGET_BYTES_MAX);
	bytes.p[bytes.n - 4] = 'y';
	bytes.n -= 3;
	prb_str_add_text(&bytes, "\r\n\r\n");
	prb_message_reset(message);
	assert_int_equal(prb_message_feed(message, bytes.p, bytes.n, &used), PRB_STEP_REFUSED);
	assert_int_equal(prb_message_refusal(message)->err, PRB_ERR_HEADERS);
	assert_true(prb_message_refusal(message)->detail[0] != '\0');
}

static void
fields(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\nACCEPT: c\r\n"
				      "X:\r\nConnection: x, Keep-Alive ,,close\r\n\r\n";
	const struct prb_head *head;
	size_t used;
	bool many;

	(void)state;
	prb_message_reset(message);
	assert_int_equal(feed_text(request, &used), PRB_STEP_HEAD);
	head = prb_message_head(message);
	assert_true(prb_span_is(prb_head_field(head, "Accept", &many), "b"));
	assert_true(many);
	assert_true(prb_span_is(prb_head_field(head, "host", &many), "a"));
	assert_false(many);
	assert_non_null(prb_head_field(head, "x", NULL).p);
	assert_int_equal(prb_head_field(head, "x", NULL).n, 0);
	assert_null(prb_head_field(head, "accep", &many).p);
	assert_null(prb_head_field(head, "accept-x", NULL).p);
	struct prb_span connection = prb_head_field(head, "connection", NULL);
	assert_true(prb_field_has_token(connection, "keep-alive"));
	assert_true(prb_field_has_token(connection, "close"));
	assert_false(prb_field_has_token(connection, "keep"));
	assert_false(prb_field_has_token(PRB_SPAN_NONE, "close"));
	assert_false(head->keep_alive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_mode),
		cmocka_unit_test(characters),
		cmocka_unit_test(refused_rows),
		cmocka_unit_test(accepted_rows),
		cmocka_unit_test(early),
		cmocka_unit_test(life),
		cmocka_unit_test(limits),
		cmocka_unit_test(fields),
	};

	return cmocka_run_group_tests_name("http message", tests, setup, teardown);
}
