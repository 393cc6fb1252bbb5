/* SPDX-License-Identifier: Apache-2.0 */
/* Moments as text: RFC 3339 out, XML Schema dateTimeStamp in (XSD 1.1 part 2, section 3.4.28). */
#include "scoring/base/timestamp.h"

#include <assert.h>
#include <string.h>

#include "scoring/base/date.h"

#define DAY_SECONDS 86400
#define DATE_MIN (-719162) /* 0001-01-01 */
#define DATE_MAX 2932896   /* 9999-12-31 */

static void
put_two(char *p, int value)
{
	p[0] = (char)('0' + value / 10);
	p[1] = (char)('0' + value % 10);
}

void
prb_timestamp_format(int64_t seconds, char out[PRB_TIMESTAMP_BYTES])
{
	int64_t day = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;

	if (rest < 0) {
		day--;
		rest += DAY_SECONDS;
	}
	assert(day >= DATE_MIN);
	assert(day <= DATE_MAX);
	prb_date_format((prb_date)day, out);
	memcpy(out + 10, "T00:00:00Z", PRB_TIMESTAMP_BYTES - 10);
	put_two(out + 11, (int)(rest / 3600));
	put_two(out + 14, (int)(rest / 60 % 60));
	put_two(out + 17, (int)(rest % 60));
}

static bool
two_digits(const char *p, int max, int *out)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + (p[1] - '0');
	return *out <= max;
}

/* "Z" or "+hh:mm", at most 14 hours; the whole rest of the text. */
static bool
read_zone(struct prb_span zone, int64_t *offset)
{
	int hours, minutes;

	if (prb_span_is(zone, "Z")) {
		*offset = 0;
		return true;
	}
	if (zone.n != 6 || (zone.p[0] != '+' && zone.p[0] != '-') || zone.p[3] != ':' ||
		!two_digits(zone.p + 1, 14, &hours) || !two_digits(zone.p + 4, 59, &minutes) ||
		(hours == 14 && minutes != 0))
		return false;
	*offset = (zone.p[0] == '-' ? -60 : 60) * ((int64_t)hours * 60 + minutes);
	return true;
}

/* ".123": at least one digit. What is cut is noted, for 24:00:00 allows zeros alone. */
static bool
skip_fraction(struct prb_span *rest, bool *is_zero)
{
	size_t n = 1;

	*is_zero = true;
	if (rest->n == 0 || rest->p[0] != '.')
		return true;
	while (n < rest->n && rest->p[n] >= '0' && rest->p[n] <= '9')
		*is_zero &= rest->p[n++] == '0';
	if (n == 1)
		return false;
	rest->p += n;
	rest->n -= n;
	return true;
}

bool
prb_timestamp_parse(struct prb_span text, int64_t *seconds)
{
	struct prb_span rest;
	int hours, minutes, whole;
	int64_t offset, moment;
	prb_date date;
	bool is_zero;

	if (text.n < PRB_TIMESTAMP_BYTES - 1 || text.p[10] != 'T' || text.p[13] != ':' ||
		text.p[16] != ':')
		return false;
	if (!prb_date_parse((struct prb_span){text.p, 10}, &date) ||
		!two_digits(text.p + 11, 24, &hours) || !two_digits(text.p + 14, 59, &minutes) ||
		!two_digits(text.p + 17, 59, &whole))
		return false;
	rest = (struct prb_span){text.p + 19, text.n - 19};
	if (!skip_fraction(&rest, &is_zero) || !read_zone(rest, &offset))
		return false;
	if (hours == 24 && (minutes != 0 || whole != 0 || !is_zero))
		return false;
	moment = (int64_t)date * DAY_SECONDS + (int64_t)hours * 3600 + (int64_t)minutes * 60 +
		 whole - offset;
	/* By its zone it may lie beyond the years that can be written in UTC. */
	if (moment < (int64_t)DATE_MIN * DAY_SECONDS ||
		moment >= ((int64_t)DATE_MAX + 1) * DAY_SECONDS)
		return false;
	*seconds = moment;
	return true;
}
