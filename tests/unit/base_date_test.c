/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/date.h"

static prb_date
day(const char *text)
{
	prb_date date = PRB_DATE_NONE;

	if (!prb_date_parse(prb_span_of(text), &date))
		fail_msg("%s is no date", text);
	return date;
}

static void
known_days(void **state)
{
	(void)state;
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(day("2000-03-01"), 11017);
	assert_int_equal(day("2024-02-29"), 19782);
	assert_int_equal(day("0001-01-01"), -719162);
	assert_int_equal(day("9999-12-31"), 2932896);
}

/* Counts the calendar day by day, by the Gregorian rule itself, over all years that can be written.
 */
static void
every_day(void **state)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	prb_date date = -719162;

	(void)state;
	for (int y = 1; y <= 9999; y++) {
		bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		for (int m = 1; m <= 12; m++) {
			for (int d = 1; d <= length[m - 1] + (leap && m == 2); d++, date++) {
				int year;
				int month;
				int of_month;

				prb_date_to_civil(date, &year, &month, &of_month);
				if (year != y || month != m || of_month != d ||
					prb_date_from_civil(y, m, d) != date)
					fail_msg("%04d-%02d-%02d", y, m, d);
			}
		}
	}
	assert_int_equal(date, 2932897);
}

static void
text_round_trip(void **state)
{
	(void)state;
	for (prb_date date = -719162; date <= 2932896; date += 11) {
		char text[PRB_DATE_BYTES];

		prb_date_format(date, text);
		assert_int_equal(strlen(text), 10);
		assert_int_equal(day(text), date);
	}
}

static void
refusals(void **state)
{
	static const char *const rows[] = {"", "2023-02-29", "1900-02-29", "2024-13-01",
		"2024-00-10", "2024-04-31", "2024-01-00", "2024-01-32", "0000-01-01", "24-01-01",
		"2024-1-1", "2024/01/01", "2024-01-01 ", " 2024-01-01", "2024-01-01T", "20240101",
		"-024-01-01", "2024-+1-01", "2024-01-0a", "2024-0:-01", "2024-01-0/", "12024-01-01",
		"2024-01/01", "2024/01-01"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_date date = 5;

		if (prb_date_parse(prb_span_of(rows[i]), &date) || date != 5)
			fail_msg("%s was taken", rows[i]);
	}
}

/* The last day of each month is taken, and the day behind it is not. */
static void
ends_of_months(void **state)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	(void)state;
	for (int m = 1; m <= 12; m++) {
		char text[32];
		prb_date date;

		(void)snprintf(text, sizeof(text), "2023-%02d-%02d", m, length[m - 1]);
		assert_int_equal(day(text), prb_date_from_civil(2023, m, length[m - 1]));
		(void)snprintf(text, sizeof(text), "2023-%02d-%02d", m, length[m - 1] + 1);
		if (prb_date_parse(prb_span_of(text), &date))
			fail_msg("%s was taken", text);
	}
}

static void
months(void **state)
{
	static const struct {
		const char *date;
		int months;
		const char *result;
	} rows[] = {
		{"2024-01-31", 1, "2024-02-29"},
		{"2023-01-31", 1, "2023-02-28"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-08-31", 1, "2024-09-30"},
		{"2024-12-15", 1, "2025-01-15"},
		{"2019-11-30", 60, "2024-11-30"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2024-01-15", -1, "2023-12-15"},
		{"2024-01-15", 0, "2024-01-15"},
		{"9999-06-15", 24, "9999-12-31"},
		{"9999-11-30", 1, "9999-12-30"},
		{"9999-12-15", 0, "9999-12-15"},
		{"9999-12-15", 1, "9999-12-31"},
		{"9999-12-15", 13, "9999-12-31"},
		{"0001-06-15", -24, "0001-01-01"},
		{"0001-02-15", -1, "0001-01-15"},
		{"0001-01-15", -1, "0001-01-01"},
		{"2024-01-15", INT32_MAX, "9999-12-31"},
		{"2024-01-15", INT32_MIN, "0001-01-01"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[PRB_DATE_BYTES];

		prb_date_format(prb_date_add_months(day(rows[i].date), rows[i].months), text);
		assert_string_equal(text, rows[i].result);
	}
}

static void
within(void **state)
{
	(void)state;
	assert_true(prb_date_within_months(day("2022-05-31"), 24, day("2024-05-31")));
	assert_false(prb_date_within_months(day("2022-05-31"), 24, day("2024-06-01")));
	assert_true(prb_date_within_months(day("2024-01-31"), 1, day("2024-02-29")));
	assert_false(prb_date_within_months(day("2024-01-31"), 1, day("2024-03-01")));
	assert_true(prb_date_within_months(day("2024-05-31"), 0, day("2024-05-31")));
	assert_false(prb_date_within_months(day("2024-05-31"), 0, day("2024-06-01")));
	assert_true(prb_date_within_months(day("2024-05-31"), 12, day("2020-01-01")));
	assert_true(prb_date_within_months(day("9999-06-15"), 60, day("9999-12-31")));
}

/* One month more is never earlier, and the day never grows. */
static void
months_are_monotone(void **state)
{
	(void)state;
	for (prb_date date = day("1999-01-01"); date < day("2005-01-01"); date++) {
		int year;
		int month;
		int from;
		int to;

		prb_date_to_civil(date, &year, &month, &from);
		for (int n = -30; n < 30; n++) {
			prb_date later = prb_date_add_months(date, n + 1);

			assert_true(prb_date_add_months(date, n) < later);
			assert_true(prb_date_add_months(date + 1, n + 1) >= later);
			prb_date_to_civil(later, &year, &month, &to);
			assert_true(to <= from);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days),
		cmocka_unit_test(every_day),
		cmocka_unit_test(text_round_trip),
		cmocka_unit_test(refusals),
		cmocka_unit_test(ends_of_months),
		cmocka_unit_test(months),
		cmocka_unit_test(within),
		cmocka_unit_test(months_are_monotone),
	};

	return cmocka_run_group_tests_name("base date", tests, NULL, NULL);
}
