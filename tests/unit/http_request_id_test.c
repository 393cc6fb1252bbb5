/* SPDX-License-Identifier: Apache-2.0 */
/* What a request is known by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/http/request_id.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PLAIN "0123456789abcdef0123456789abcdef"

static const struct {
	const char *plain, *trace, *second_trace;
	const char *expected; /* NULL: none is taken */
} rows[] = {
	{NULL, NULL, NULL, NULL},
	{PLAIN, NULL, NULL, PLAIN},
	{"0123456789ABCDEF0123456789abcdef", NULL, NULL, PLAIN},
	{"01234567-89ab-cdef-0123-456789abcdef", NULL, NULL, PLAIN},
	{"01234567-89AB-CDEF-0123-456789ABCDEF", NULL, NULL, PLAIN},
	/* The client's own name for it comes first. */
	{PLAIN, "00-" TRACE "-00f067aa0ba902b7-01", NULL, PLAIN},
	/* What could hold a name or a key is not taken. */
	{"", NULL, NULL, NULL},
	{"prb_0123456789abcdef0123456789ab", NULL, NULL, NULL},
	{"0123456789abcdef0123456789abcde", NULL, NULL, NULL},
	{"0123456789abcdef0123456789abcdef0", NULL, NULL, NULL},
	{"0123456-789ab-cdef-0123-456789abcdef", NULL, NULL, NULL},
	{"01234567-89ab-cdef-0123-456789abcdeg", NULL, NULL, NULL},
	{"01234567-89ab-cdef-0123-", NULL, NULL, NULL},
	{"01234567-89ab-cdef-0123-456789abcdef0", NULL, NULL, NULL},
	{"00000000000000000000000000000000", NULL, NULL, NULL},
	{"Example Knitwear Ltd of Dhaka, 1", NULL, NULL, NULL},
	/* Trace Context, section 3.2.2. */
	{NULL, "00-" TRACE "-00f067aa0ba902b7-01", NULL, TRACE},
	{"no id", "00-" TRACE "-00f067aa0ba902b7-00", NULL, TRACE},
	{NULL, "cc-" TRACE "-00f067aa0ba902b7-01", NULL, TRACE},
	{NULL, "cc-" TRACE "-00f067aa0ba902b7-01-what-comes-later", NULL, TRACE},
	{NULL, "cc-" TRACE "-00f067aa0ba902b7-01.later", NULL, NULL},
	{NULL, "00-" TRACE "-00f067aa0ba902b7-01-more", NULL, NULL},
	{NULL, "ff-" TRACE "-00f067aa0ba902b7-01", NULL, NULL},
	{NULL, "00-00000000000000000000000000000000-00f067aa0ba902b7-01", NULL, NULL},
	{NULL, "00-" TRACE "-0000000000000000-01", NULL, NULL},
	{NULL, "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", NULL, NULL},
	{NULL, "00-" TRACE "-00f067aa0ba902b7", NULL, NULL},
	{NULL, "00-" TRACE "-00f067aa0ba902b7-0g", NULL, NULL},
	{NULL, "0x-" TRACE "-00f067aa0ba902b7-01", NULL, NULL},
	{NULL, "00_" TRACE "-00f067aa0ba902b7-01", NULL, NULL},
	{NULL, "", NULL, NULL},
	{NULL, "00-" TRACE "-00f067aa0ba902b7-01", "00-" TRACE "-00f067aa0ba902b7-01", NULL},
};

static void
add(struct prb_head *head, const char *name, const char *value)
{
	if (value != NULL)
		head->fields[head->fields_count++] =
			(struct prb_header_field){prb_span_of(name), prb_span_of(value)};
}

static void
given(void **state)
{
	static struct prb_head head;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[PRB_REQUEST_ID_BYTES] = "";

		head.fields_count = 0;
		add(&head, "X-Request-Id", rows[i].plain);
		add(&head, "Traceparent", rows[i].trace);
		add(&head, "traceparent", rows[i].second_trace);
		assert_int_equal(prb_request_id_given(&head, out), rows[i].expected != NULL);
		if (rows[i].expected != NULL)
			assert_string_equal(out, rows[i].expected);
	}
}

/* UUIDs of version 4: what is random stays so, but for the six bits that say what it is. */
static void
made(void **state)
{
	static const struct {
		uint8_t bytes[PRB_REQUEST_ID_DIGITS / 2];
		const char *expected;
	} own[] = {
		{{0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10, [14] = 0x0a, 1},
			"fedcba98765442108000000000000a01"},
		{{0}, "00000000000040008000000000000000"},
		{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			 0xff, 0xff, 0xff},
			"ffffffffffff4fffbfffffffffffffff"},
		{{[6] = 0x71, [8] = 0x52}, "00000000000041009200000000000000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		char out[PRB_REQUEST_ID_BYTES];

		prb_request_id_make(own[i].bytes, out);
		assert_string_equal(out, own[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(given), cmocka_unit_test(made)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
