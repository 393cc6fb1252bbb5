/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/date.h"

#include <assert.h>
#include <stddef.h>

#define YEAR_MIN 1
#define YEAR_MAX 9999
#define DATE_MIN (-719162) /* 0001-01-01 */
#define DATE_MAX 2932896   /* 9999-12-31 */

/* The calendar repeats every 400 years of 146,097 days. Counted in years that begin on 1 March, the
 * leap day is the last day and every month's start is a whole-number formula: (153 m + 2) / 5,
 * since March to July and August to December both have 31, 30, 31, 30, 31 days. 719,468 days lie
 * between 0000-03-01 and 1970-01-01. */
#define DAYS_PER_ERA 146097
#define EPOCH_SHIFT 719468

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

prb_date
prb_date_from_civil(int year, int month, int day)
{
	assert(year >= YEAR_MIN && year <= YEAR_MAX);
	assert(month >= 1 && month <= 12);
	assert(day >= 1 && day <= days_of_month(year, month));
	int march_year = month > 2 ? year : year - 1;
	int march_month = month > 2 ? month - 3 : month + 9;
	int era = march_year / 400;
	int year_of_era = march_year % 400;
	int day_of_year = (153 * march_month + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

void
prb_date_to_civil(prb_date date, int *year, int *month, int *day)
{
	assert(date >= DATE_MIN);
	assert(date <= DATE_MAX);
	int shifted = date + EPOCH_SHIFT;
	int era = shifted / DAYS_PER_ERA;
	int day_of_era = shifted % DAYS_PER_ERA;
	/* 1,460, 36,524 and 146,096 are the last days of 4, 100 and 400 years: the leap days are
	 * taken out first. */
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int march_month = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * march_month + 2) / 5 + 1;
	*month = march_month < 10 ? march_month + 3 : march_month - 9;
	*year = era * 400 + year_of_era + (*month <= 2);
}

/* Exactly n digits. */
static bool
read_number(const char *p, size_t n, int *out)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		value = value * 10 + (p[i] - '0');
	}
	*out = value;
	return true;
}

bool
prb_date_parse(struct prb_span text, prb_date *out)
{
	int year;
	int month;
	int day;

	if (text.n != PRB_DATE_BYTES - 1 || text.p[4] != '-' || text.p[7] != '-')
		return false;
	if (!read_number(text.p, 4, &year) || !read_number(text.p + 5, 2, &month) ||
		!read_number(text.p + 8, 2, &day))
		return false;
	if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 ||
		day > days_of_month(year, month))
		return false;
	*out = prb_date_from_civil(year, month, day);
	return true;
}

static void
write_number(char *p, size_t n, int value)
{
	while (n > 0) {
		p[--n] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
prb_date_format(prb_date date, char out[PRB_DATE_BYTES])
{
	int year;
	int month;
	int day;

	prb_date_to_civil(date, &year, &month, &day);
	write_number(out, 4, year);
	out[4] = '-';
	write_number(out + 5, 2, month);
	out[7] = '-';
	write_number(out + 8, 2, day);
	out[10] = '\0';
}

prb_date
prb_date_add_months(prb_date date, int months)
{
	int year;
	int month;
	int day;

	prb_date_to_civil(date, &year, &month, &day);
	int64_t total = (int64_t)year * 12 + (month - 1) + months;
	/* Past the calendar's ends the end stands: no date that can be written lies beyond. */
	if (total < YEAR_MIN * 12)
		return DATE_MIN;
	if (total >= (YEAR_MAX + 1) * 12)
		return DATE_MAX;
	year = (int)(total / 12);
	month = (int)(total % 12) + 1;
	if (day > days_of_month(year, month))
		day = days_of_month(year, month);
	return prb_date_from_civil(year, month, day);
}

bool
prb_date_within_months(prb_date date, int months, prb_date as_of)
{
	return as_of <= prb_date_add_months(date, months);
}
