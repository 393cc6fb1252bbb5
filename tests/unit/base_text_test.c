/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/text.h"

static void
spans(void **state)
{
	(void)state;
	assert_true(prb_span_equal(PRB_SPAN_NONE, PRB_SPAN("")));
	assert_true(prb_span_is(PRB_SPAN("abc"), "abc"));
	assert_false(prb_span_is(PRB_SPAN("abc"), "ab"));
	assert_false(prb_span_is(PRB_SPAN("abc"), "abd"));
	assert_int_equal(prb_span_of(NULL).n, 0);
	assert_true(prb_span_starts(PRB_SPAN("abc"), PRB_SPAN("ab")));
	assert_true(prb_span_starts(PRB_SPAN("abc"), PRB_SPAN_NONE));
	assert_false(prb_span_starts(PRB_SPAN("a"), PRB_SPAN("ab")));
	assert_int_equal(prb_span_compare(PRB_SPAN("a"), PRB_SPAN("ab")), -1);
	assert_int_equal(prb_span_compare(PRB_SPAN("b"), PRB_SPAN("ab")), 1);
	assert_int_equal(prb_span_compare(PRB_SPAN("ab"), PRB_SPAN("ab")), 0);
	assert_int_equal(prb_span_compare(PRB_SPAN("\xC3\xA9"), PRB_SPAN("z")), 1);
	assert_true(prb_span_is(prb_span_trim(PRB_SPAN(" \t\r\n a b \v\f ")), "a b"));
	assert_int_equal(prb_span_trim(PRB_SPAN(" \n ")).n, 0);
	assert_int_equal(prb_span_trim(PRB_SPAN_NONE).n, 0);
}

/* Every scalar value goes out and comes back, at the length RFC 3629 gives it. */
static void
utf8_round_trip(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[4];
		uint32_t back;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t n = prb_utf8_encode(c, bytes);
		assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
		assert_int_equal(prb_utf8_decode(bytes, n, &back), n);
		assert_int_equal(back, c);
		if (n > 1)
			assert_int_equal(prb_utf8_decode(bytes, n - 1, &back), 0);
	}
}

static void
utf8_refusals(void **state)
{
	static const struct {
		const char *name;
		struct prb_span bytes;
		size_t good; /* bytes before the first bad one */
	} rows[] = {
		{"lone continuation", {"\x80", 1}, 0},
		{"overlong slash, two bytes", {"a\xC0\xAF", 3}, 1},
		{"overlong, two bytes", {"\xC1\xBF", 2}, 0},
		{"overlong, three bytes", {"\xE0\x9F\xBF", 3}, 0},
		{"overlong, four bytes", {"\xF0\x8F\xBF\xBF", 4}, 0},
		{"high surrogate", {"\xED\xA0\x80", 3}, 0},
		{"low surrogate", {"\xED\xBF\xBF", 3}, 0},
		{"above U+10FFFF", {"\xF4\x90\x80\x80", 4}, 0},
		{"five bytes", {"\xF8\x88\x80\x80\x80", 5}, 0},
		{"cut", {"ab\xE2\x82", 4}, 2},
		{"lead then ASCII", {"\xC3(", 2}, 0},
		{"all good", {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x82z", 10}, 10},
		{"nothing", {"", 0}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (prb_utf8_check(rows[i].bytes.p, rows[i].bytes.n) != rows[i].good)
			fail_msg("%s", rows[i].name);
	}
}

static void
whole_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max, value;
		bool good;
	} rows[] = {
		{"0", 0, 9, 0, true},
		{"-0", 0, 9, 0, false},
		{"-0", -9, 9, 0, false},
		{"42", 0, 99, 42, true},
		{"-42", -99, 0, -42, true},
		{"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true},
		{"9223372036854775808", INT64_MIN, INT64_MAX, 0, false},
		{"-9223372036854775809", INT64_MIN, INT64_MAX, 0, false},
		{"18446744073709551617", INT64_MIN, INT64_MAX, 0, false},
		{"100", 0, 99, 0, false},
		{"-1", 0, 99, 0, false},
		{"", 0, 9, 0, false},
		{"-", -9, 9, 0, false},
		{"+1", 0, 9, 0, false},
		{"01", 0, 9, 0, false},
		{"-01", -9, 9, 0, false},
		{" 1", 0, 9, 0, false},
		{"1 ", 0, 9, 0, false},
		{"1.0", 0, 9, 0, false},
		{"0x1", 0, 9, 0, false},
		{"1/", 0, 99, 0, false},
		{"1:", 0, 99, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = 777;
		bool good =
			prb_parse_int(prb_span_of(rows[i].text), rows[i].min, rows[i].max, &value);

		if (good != rows[i].good || value != (rows[i].good ? rows[i].value : 777))
			fail_msg("%s", rows[i].text);
	}
}

static void
decimals(void **state)
{
	static const struct {
		const char *text;
		int scale;
		int64_t value;
		bool good;
	} rows[] = {
		{"0.084", 6, 84000, true},
		{"-1.94", 6, -1940000, true},
		{"86.1", 0, 86, true},
		{"86.5", 0, 87, true},
		{"-86.5", 0, -87, true},
		{"-86.49", 0, -86, true},
		{"0.0000005", 6, 1, true},
		{"0.00000049", 6, 0, true},
		{"0.9999995", 6, 1000000, true},
		{"7", 3, 7000, true},
		{"0", 6, 0, true},
		{"-0.0", 6, 0, true},
		{"10.50", 1, 105, true},
		{"999999999999999999", 0, 999999999999999999, true},
		{"0.00000000000000001", 18, 10, true},
		{"9.99999999999999999", 18, 0, false}, /* 9.99 x 10^18 is beyond int64 */
		{"1000000000000000000", 0, 0, false},  /* 19 digits */
		{"0.000000000000000001", 18, 0, false},
		{"999999999999", 18, 0, false},
		{"", 6, 0, false},
		{"-", 6, 0, false},
		{".", 6, 0, false},
		{".5", 6, 0, false},
		{"5.", 6, 0, false},
		{"00.5", 6, 0, false},
		{"00", 6, 0, false},
		{"1.2.3", 6, 0, false},
		{"1,5", 6, 0, false},
		{"1e3", 6, 0, false},
		{"+1", 6, 0, false},
		{" 1", 6, 0, false},
		{"--1", 6, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = 777;
		bool good = prb_parse_decimal(prb_span_of(rows[i].text), rows[i].scale, &value);

		if (good != rows[i].good || value != (rows[i].good ? rows[i].value : 777))
			fail_msg("%s at scale %d gave %lld", rows[i].text, rows[i].scale,
				(long long)value);
	}
}

static void
built_text(void **state)
{
	struct prb_str s;

	(void)state;
	prb_str_init(&s, 1000);
	assert_null(prb_str_span(&s).p);
	prb_str_add_text(&s, "a");
	prb_str_add_char(&s, ',');
	prb_str_add_int(&s, INT64_MIN);
	prb_str_add_char(&s, ',');
	prb_str_add_int(&s, 0);
	prb_str_addf(&s, " %s %03d", "b", 7);
	prb_str_add_span(&s, PRB_SPAN("!"));
	prb_str_add_span(&s, PRB_SPAN_NONE);
	assert_string_equal(s.p, "a,-9223372036854775808,0 b 007!");
	assert_int_equal(s.n, strlen(s.p));
	for (int i = 0; i < 960; i++)
		prb_str_add_char(&s, 'x');
	assert_false(s.failed);
	const char *kept = s.p;
	prb_str_reset(&s);
	assert_int_equal(s.n, 0);
	assert_ptr_equal(s.p, kept);
	assert_string_equal(s.p, "");
	prb_str_finish(&s);
}

/* What does not fit is not begun, and nothing after it is written. */
static void
built_text_bounds(void **state)
{
	struct prb_str s;

	(void)state;
	for (size_t max = 0; max < 600; max++) {
		prb_str_init(&s, max);
		for (size_t i = 0; i < max; i++)
			prb_str_add_char(&s, 'x');
		assert_false(s.failed);
		assert_int_equal(s.n, max);
		assert_true(s.room <= max + 1);
		prb_str_addf(&s, "%s", "yz");
		assert_true(s.failed);
		prb_str_add_text(&s, "");
		assert_int_equal(s.n, max);
		prb_str_reset(&s);
		assert_false(s.failed);
		prb_str_add(&s, "q", max > 0);
		assert_false(s.failed);
		prb_str_finish(&s);
	}
	prb_str_init(&s, SIZE_MAX);
	prb_str_add_char(&s, 'x');
	assert_false(s.failed);
	prb_str_add(&s, "", SIZE_MAX);
	assert_true(s.failed);
	assert_string_equal(s.p, "x");
	prb_str_finish(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans),
		cmocka_unit_test(utf8_round_trip),
		cmocka_unit_test(utf8_refusals),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(decimals),
		cmocka_unit_test(built_text),
		cmocka_unit_test(built_text_bounds),
	};

	return cmocka_run_group_tests_name("base text", tests, NULL, NULL);
}
