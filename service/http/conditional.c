/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/conditional.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/date.h"
#include "service/http/chars.h"

#define DAY_SECONDS 86400
#define WEIGHT_MAX 1000 /* a qvalue in thousandths */

static bool
is_named(const struct prb_header_field *field, const char *name)
{
	return prb_text_same(field->name, name);
}

bool
prb_name_is_condition(struct prb_span name)
{
	return name.n > 3 && prb_char_lower(name.p[0]) == 'i' && prb_char_lower(name.p[1]) == 'f' &&
	       name.p[2] == '-';
}

/* ---- entity tags ---- */

/* Cuts `[W/]"..."` off the beginning; *tag is with its quotes. False where there is none. A comma
 * may stand inside, so that a list is not cut at its commas first. */
static bool
next_tag(struct prb_span *rest, struct prb_span *tag, bool *weak)
{
	size_t n = 1;

	*weak = rest->n >= 2 && rest->p[0] == 'W' && rest->p[1] == '/';
	if (*weak) {
		rest->p += 2;
		rest->n -= 2;
	}
	if (rest->n < 2 || rest->p[0] != '"')
		return false;
	/* etagc: VCHAR without the quote, or obs-text (section 8.8.3). */
	while (n < rest->n && rest->p[n] != '"' && prb_char_is(rest->p[n], PRB_CHAR_VALUE) &&
		rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	if (n == rest->n || rest->p[n] != '"')
		return false;
	*tag = (struct prb_span){rest->p, n + 1};
	rest->p += n + 1;
	rest->n -= n + 1;
	return true;
}

static bool
is_packed_tag(struct prb_span tag, struct prb_span etag)
{
	static const char end[] = PRB_ETAG_PACKED "\"";
	size_t n = sizeof end - 1;

	return tag.n == etag.n - 1 + n && memcmp(tag.p, etag.p, etag.n - 1) == 0 &&
	       memcmp(tag.p + etag.n - 1, end, n) == 0;
}

static enum prb_tags
compare(struct prb_span tag, struct prb_span etag)
{
	if (etag.p == NULL || etag.n < 2)
		return PRB_TAGS_OTHER;
	if (prb_span_equal(tag, etag))
		return PRB_TAGS_PLAIN;
	return is_packed_tag(tag, etag) ? PRB_TAGS_PACKED : PRB_TAGS_OTHER;
}

/* One field's value: a list with empty elements allowed (section 5.6.1). */
static enum prb_tags
look_through(struct prb_span rest, struct prb_span etag, bool strong)
{
	enum prb_tags found = PRB_TAGS_OTHER;
	bool wants_comma = false;

	for (;;) {
		struct prb_span tag;
		bool weak;

		rest = prb_text_bare(rest);
		if (rest.n == 0)
			return found;
		if (rest.p[0] == ',') {
			rest.p++;
			rest.n--;
			wants_comma = false;
			continue;
		}
		if (wants_comma || !next_tag(&rest, &tag, &weak))
			return PRB_TAGS_OTHER;
		wants_comma = true;
		if (found == PRB_TAGS_OTHER && !(strong && weak))
			found = compare(tag, etag);
	}
}

enum prb_tags
prb_head_tags(const struct prb_head *head, const char *name, struct prb_span etag, bool strong)
{
	enum prb_tags found = PRB_TAGS_ABSENT;

	for (size_t i = 0; i < head->fields_count; i++) {
		struct prb_span value = head->fields[i].value;

		if (!is_named(&head->fields[i], name))
			continue;
		if (prb_span_is(value, "*") && found == PRB_TAGS_ABSENT)
			found = PRB_TAGS_ANY;
		else if (found != PRB_TAGS_PLAIN && found != PRB_TAGS_PACKED)
			found = look_through(value, etag, strong);
	}
	return found;
}

void
prb_etag_packed(struct prb_span etag, struct prb_str *out)
{
	prb_str_add(out, etag.p, etag.n - 1);
	prb_str_add_text(out, PRB_ETAG_PACKED "\"");
}

/* ---- dates ---- */

static const char months[12][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct moment {
	int year, month, day, hour, minute, second;
};

static int *
part_of(struct moment *m, char letter)
{
	switch (letter) {
	case 'd':
		return &m->day;
	case 'Y':
	case 'y':
		return &m->year;
	case 'h':
		return &m->hour;
	case 'm':
		return &m->minute;
	case 's':
		return &m->second;
	default:
		return NULL;
	}
}

/*
 * Reads `text` by a form: d a digit of the day, or a blank for its first; Y, y year of four or two
 * digits; h m s; b the month's name; anything else stands for itself. Names of days are not read:
 * they add nothing.
 */
static bool
read_form(struct prb_span text, const char *form, struct moment *m)
{
	size_t n = strlen(form);

	*m = (struct moment){0};
	if (text.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int *into = part_of(m, form[i]);

		if (form[i] == 'b') {
			for (int k = 0; k < 12; k++)
				if (memcmp(text.p + i, months[k], 3) == 0)
					m->month = k + 1;
			i += 2;
			if (m->month == 0)
				return false;
		} else if (into == NULL) {
			if (text.p[i] != form[i])
				return false;
		} else if (prb_char_is_digit(text.p[i])) {
			*into = *into * 10 + (text.p[i] - '0');
		} else if (form[i] != 'd' || form[i + 1] != 'd' || text.p[i] != ' ') {
			return false;
		}
	}
	return true;
}

static bool
make_seconds(const struct moment *m, int64_t *seconds)
{
	char text[PRB_DATE_BYTES + 32];
	prb_date date;

	(void)snprintf(text, sizeof text, "%04d-%02d-%02d", m->year, m->month, m->day);
	/* 60: a leap second (section 5.6.7), which is counted as the one before. */
	if (m->hour > 23 || m->minute > 59 || m->second > 60 || m->year < 1 ||
		!prb_date_parse(prb_span_of(text), &date))
		return false;
	*seconds = (int64_t)date * DAY_SECONDS + m->hour * 3600 + m->minute * 60 +
		   (m->second == 60 ? 59 : m->second);
	return true;
}

/* Two digits: never more than 50 years ahead. */
static int
century(int year, int64_t now)
{
	int this_year, month, day;

	prb_date_to_civil((prb_date)(now / DAY_SECONDS), &this_year, &month, &day);
	year += this_year - this_year % 100;
	return year > this_year + 50 ? year - 100 : year;
}

bool
prb_http_date_read(struct prb_span text, int64_t now, int64_t *seconds)
{
	const char *comma = text.n != 0 ? memchr(text.p, ',', text.n) : NULL;
	struct moment m;

	if (comma == NULL) { /* asctime: Sun Nov  6 08:49:37 1994 */
		if (text.n < 4)
			return false;
		text.p += 3;
		text.n -= 3;
		return read_form(text, " bbb dd hh:mm:ss YYYY", &m) && make_seconds(&m, seconds);
	}
	text.n -= (size_t)(comma - text.p);
	text.p = comma;
	if (read_form(text, ", dd bbb YYYY hh:mm:ss GMT", &m) && text.p[2] != ' ')
		return make_seconds(&m, seconds);
	if (!read_form(text, ", dd-bbb-yy hh:mm:ss GMT", &m) || text.p[2] == ' ')
		return false;
	m.year = century(m.year, now);
	return make_seconds(&m, seconds);
}

/* ---- codings ---- */

/* "0.5", "1.000": thousandths; -1 where it is no qvalue (section 12.4.2). */
static int
read_weight(struct prb_span text)
{
	int weight = 0, unit = WEIGHT_MAX;

	if (text.n == 0 || text.n > 5 || (text.n > 1 && text.p[1] != '.'))
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		if (i == 1)
			continue;
		if (!prb_char_is_digit(text.p[i]))
			return -1;
		weight += (text.p[i] - '0') * unit;
		unit /= 10;
	}
	return weight <= WEIGHT_MAX ? weight : -1;
}

/* "gzip;q=0.5": its weight, and *name without it. -1 where it cannot be read. */
static int
coding_weight(struct prb_span element, struct prb_span *name)
{
	const char *semicolon = element.n != 0 ? memchr(element.p, ';', element.n) : NULL;
	struct prb_span rest;

	*name = element;
	if (semicolon == NULL)
		return WEIGHT_MAX;
	*name = prb_text_bare((struct prb_span){element.p, (size_t)(semicolon - element.p)});
	rest.p = semicolon + 1;
	rest.n = element.n - (size_t)(rest.p - element.p);
	rest = prb_text_bare(rest);
	if (rest.n < 3 || prb_char_lower(rest.p[0]) != 'q' || rest.p[1] != '=')
		return -1;
	return read_weight((struct prb_span){rest.p + 2, rest.n - 2});
}

enum prb_coding
prb_head_coding(const struct prb_head *head)
{
	int gzip = -1, identity = -1, other = -1;

	for (size_t i = 0; i < head->fields_count; i++) {
		struct prb_span rest = head->fields[i].value, element;

		if (head->fields[i].name.n != 15 || !is_named(&head->fields[i], "accept-encoding"))
			continue;
		while (prb_list_next(&rest, &element)) {
			struct prb_span name;
			int weight = coding_weight(element, &name);

			if (weight < 0 || name.n == 0)
				continue;
			if (prb_text_same(name, "gzip") || prb_text_same(name, "x-gzip"))
				gzip = weight;
			else if (prb_text_same(name, "identity"))
				identity = weight;
			else if (prb_span_is(name, "*"))
				other = weight;
		}
	}
	if (gzip < 0)
		gzip = other > 0 ? other : 0;
	/* Refused by name, or by "*;q=0" without its name (section 12.5.3). */
	if (identity == 0 || (identity < 0 && other == 0))
		return gzip > 0 ? PRB_CODING_GZIP_ONLY : PRB_CODING_NONE;
	return gzip > 0 && gzip >= identity ? PRB_CODING_GZIP : PRB_CODING_IDENTITY;
}
