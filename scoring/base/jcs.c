/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/jcs.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/sort.h"

/* 17 significant digits tell every double apart from its neighbours (IEEE 754-2019 section 5.12.2).
 */
#define DIGITS_MAX 17

/* ---- numbers: ECMAScript's Number::toString, ECMA-262 section 6.1.6.1.20 ---- */

/* 0.d1d2d3... x 10^point, without trailing zeros. */
struct decimal {
	char digit[DIGITS_MAX];
	int digits;
	int point;
};

/* Adds one to the last digit of a "%e" text; false when it carries past the first digit. */
static bool
increment(char *text)
{
	char *p = strchr(text, 'e');

	while (p-- > text) {
		if (*p < '0' || *p > '9')
			continue;
		if (*p != '9') {
			++*p;
			return true;
		}
		*p = '0';
	}
	return false;
}

/* Below a power of two the doubles lie half as far apart as above it. There the nearest decimal of
 * some length may read back as the neighbour below while the next decimal above still reads back
 * right (2^-44). */
static bool
reads_back(char *text, double number)
{
	int exponent;

	if (strtod(text, NULL) == number)
		return true;
	return frexp(number, &exponent) == 0.5 && increment(text) && strtod(text, NULL) == number;
}

/* The fewest digits that read back as the number, which is positive and finite. */
static struct decimal
shortest(double number)
{
	struct decimal d = {.digits = 0};
	char text[40];

	for (int precision = 0; precision < DIGITS_MAX; precision++) {
		(void)snprintf(text, sizeof(text), "%.*e", precision, number);
		if (reads_back(text, number))
			break;
	}
	/* What stands between the first digit and the second depends on the locale: it is skipped.
	 */
	char *p = text;
	for (; *p != 'e'; p++) {
		if (*p >= '0' && *p <= '9' && d.digits < DIGITS_MAX)
			d.digit[d.digits++] = *p;
	}
	d.point = (int)strtol(p + 1, NULL, 10) + 1;
	return d;
}

static char *
put_digits(char *out, const char *digit, int n)
{
	memcpy(out, digit, (size_t)n);
	return out + n;
}

static char *
put_zeros(char *out, int n)
{
	memset(out, '0', (size_t)n);
	return out + n;
}

static char *
put_whole(char *out, int64_t number)
{
	char digits[20];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

/* The five forms of ECMA-262, in its order. */
static char *
put_decimal(char *out, const struct decimal *d)
{
	if (d->digits <= d->point && d->point <= 21)
		return put_zeros(put_digits(out, d->digit, d->digits), d->point - d->digits);
	if (d->point > 0 && d->point <= 21) {
		out = put_digits(out, d->digit, d->point);
		*out++ = '.';
		return put_digits(out, d->digit + d->point, d->digits - d->point);
	}
	if (d->point > -6 && d->point <= 0) {
		*out++ = '0';
		*out++ = '.';
		return put_digits(put_zeros(out, -d->point), d->digit, d->digits);
	}
	out = put_digits(out, d->digit, 1);
	if (d->digits > 1) {
		*out++ = '.';
		out = put_digits(out, d->digit + 1, d->digits - 1);
	}
	*out++ = 'e';
	*out++ = d->point > 0 ? '+' : '-';
	return put_whole(out, d->point > 0 ? d->point - 1 : 1 - d->point);
}

size_t
prb_jcs_number(double number, char out[PRB_JCS_NUMBER_BYTES_MAX])
{
	char *p = out;

	assert(isfinite(number));
	if (number < 0) {
		*p++ = '-';
		number = -number;
	}
	if (number <= (double)PRB_JSON_INT_MAX && number == (double)(int64_t)number) {
		p = put_whole(p, (int64_t)number);
	} else {
		struct decimal d = shortest(number);

		p = put_decimal(p, &d);
	}
	*p = '\0';
	return (size_t)(p - out);
}

/* ---- strings: RFC 8785 section 3.2.2.2 ---- */

static void
add_escape(struct prb_str *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 0x0F]};
	size_t n = 2;

	switch (c) {
	case '"':
	case '\\':
		text[1] = (char)c;
		break;
	case '\b':
		text[1] = 'b';
		break;
	case '\t':
		text[1] = 't';
		break;
	case '\n':
		text[1] = 'n';
		break;
	case '\f':
		text[1] = 'f';
		break;
	case '\r':
		text[1] = 'r';
		break;
	default:
		n = sizeof(text);
	}
	prb_str_add(out, text, n);
}

/* 1 for the bytes that a string must escape. */
static const unsigned char escaped[256] = {
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	1,
	['"'] = 1,
	['\\'] = 1,
};

#define EACH_BYTE(b) (0x0101010101010101ULL * (b))

/* True when one of eight bytes needs an escape. Each test is the classic one for a zero byte; a
 * borrow can only make a false alarm above a true one, so that "none" is always right. */
static bool
any_escaped(uint64_t word)
{
	uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');
	uint64_t below_20 = (word - EACH_BYTE(0x20)) & ~word;

	quote = (quote - EACH_BYTE(1)) & ~quote;
	backslash = (backslash - EACH_BYTE(1)) & ~backslash;
	return ((below_20 | quote | backslash) & EACH_BYTE(0x80)) != 0;
}

/* How many bytes from the start need no escape. */
static inline size_t
plain_length(struct prb_span text)
{
	size_t i = 0;

	for (uint64_t word; text.n - i >= sizeof word; i += sizeof word) {
		memcpy(&word, text.p + i, sizeof word);
		if (any_escaped(word))
			break;
	}
	while (i < text.n && !escaped[(unsigned char)text.p[i]])
		i++;
	return i;
}

/* Copies a text of 4 to 7 bytes: its first four and its last, which may overlap. */
static inline bool
copy_few(char *to, const char *p, size_t n)
{
	uint32_t first, last;

	memcpy(&first, p, sizeof first);
	memcpy(&last, p + n - sizeof last, sizeof last);
	memcpy(to, &first, sizeof first);
	memcpy(to + n - sizeof last, &last, sizeof last);
	return !any_escaped(first | (uint64_t)last << 32);
}

/* False where something needs an escape; what was copied is then of no use. */
static inline bool
copy_plain(char *to, struct prb_span text)
{
	size_t i = 0;
	uint64_t word;

	if (text.n < sizeof word) {
		if (text.n >= sizeof(uint32_t))
			return copy_few(to, text.p, text.n);
		for (; i < text.n && !escaped[(unsigned char)text.p[i]]; i++)
			to[i] = text.p[i];
		return i == text.n;
	}
	for (; text.n - i > sizeof word; i += sizeof word) {
		memcpy(&word, text.p + i, sizeof word);
		if (any_escaped(word))
			return false;
		memcpy(to + i, &word, sizeof word);
	}
	/* The last eight, some of them for the second time. */
	i = text.n - sizeof word;
	memcpy(&word, text.p + i, sizeof word);
	memcpy(to + i, &word, sizeof word);
	return !any_escaped(word);
}

void
prb_jcs_string(struct prb_str *out, struct prb_span text)
{
	char *at = prb_str_extend(out, text.n + 2);
	size_t plain;

	if (at == NULL)
		return;
	/* Nearly every string: one piece between quotes. */
	at[0] = '"';
	if (copy_plain(at + 1, text)) {
		at[text.n + 1] = '"';
		return;
	}
	/* Again, with its escapes. */
	out->n -= text.n + 2;
	plain = plain_length(text);
	prb_str_add_char(out, '"');
	while (plain < text.n) {
		prb_str_add(out, text.p, plain);
		add_escape(out, (unsigned char)text.p[plain]);
		text.p += plain + 1;
		text.n -= plain + 1;
		plain = plain_length(text);
	}
	prb_str_add_span(out, text);
	prb_str_add_char(out, '"');
}

/* ---- order ---- */

/* UTF-8 and UTF-16 sort alike but for one thing: U+E000..U+FFFF (lead bytes EE and EF) stand behind
 * the surrogates that write U+10000 and above (lead bytes F0..F4). */
static int
utf16_rank(unsigned char c)
{
	return c == 0xEE || c == 0xEF ? c + 0x10 : c;
}

int
prb_jcs_compare(struct prb_span a, struct prb_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		if (a.p[i] != b.p[i]) {
			/* Nearly always: ASCII, whose order is that of its bytes. */
			if (((a.p[i] | b.p[i]) & 0x80) == 0)
				return a.p[i] < b.p[i] ? -1 : 1;
			int order = utf16_rank((unsigned char)a.p[i]) -
				    utf16_rank((unsigned char)b.p[i]);

			return order < 0 ? -1 : 1;
		}
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* ---- trees ---- */

static void write_value(struct prb_arena *arena, const struct prb_json *value,
	const struct prb_jcs_masked *masked, struct prb_str *out);

static bool
is_masked(const struct prb_jcs_masked *masked, const char *name)
{
	for (size_t i = 0; i < masked->count; i++) {
		if (strcmp(masked->names[i], name) == 0)
			return true;
	}
	return false;
}

static void
write_array(struct prb_arena *arena, const struct prb_json *array,
	const struct prb_jcs_masked *masked, struct prb_str *out)
{
	const struct prb_json *first = prb_json_first(array);

	prb_str_add_char(out, '[');
	for (const struct prb_json *item = first; item; item = prb_json_next(item)) {
		if (item != first)
			prb_str_add_char(out, ',');
		write_value(arena, item, masked, out);
	}
	prb_str_add_char(out, ']');
}

static void
write_object(struct prb_arena *arena, const struct prb_json *object,
	const struct prb_jcs_masked *masked, struct prb_str *out)
{
	size_t n = prb_json_size(object);
	struct prb_named *member = prb_arena_array(arena, n, sizeof(*member));
	bool sorted = true;
	size_t count = 0;

	if (!member) {
		out->failed = true;
		return;
	}
	for (const struct prb_json *m = prb_json_first(object); m; m = prb_json_next(m)) {
		if (masked->replace == NULL && is_masked(masked, prb_json_name(m)))
			continue;
		member[count] = (struct prb_named){prb_span_of(prb_json_name(m)), m};
		if (count > 0 && prb_jcs_compare(member[count - 1].name, member[count].name) > 0)
			sorted = false;
		count++;
	}
	if (!sorted)
		prb_named_sort(member, count, prb_jcs_compare);
	prb_str_add_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			prb_str_add_char(out, ',');
		prb_jcs_string(out, member[i].name);
		prb_str_add_char(out, ':');
		if (masked->replace != NULL && prb_json_kind(member[i].item) == PRB_JSON_STRING &&
			is_masked(masked, prb_json_name(member[i].item)))
			masked->replace(masked->context, prb_json_string(member[i].item), out);
		else
			write_value(arena, member[i].item, masked, out);
	}
	prb_str_add_char(out, '}');
}

static void
write_value(struct prb_arena *arena, const struct prb_json *value,
	const struct prb_jcs_masked *masked, struct prb_str *out)
{
	char number[PRB_JCS_NUMBER_BYTES_MAX];

	switch (prb_json_kind(value)) {
	case PRB_JSON_NULL:
		prb_str_add_text(out, "null");
		break;
	case PRB_JSON_BOOL:
		prb_str_add_text(out, prb_json_bool(value) ? "true" : "false");
		break;
	case PRB_JSON_NUMBER:
		prb_str_add(out, number, prb_jcs_number(prb_json_number(value), number));
		break;
	case PRB_JSON_STRING:
		prb_jcs_string(out, prb_json_string(value));
		break;
	case PRB_JSON_ARRAY:
		write_array(arena, value, masked, out);
		break;
	case PRB_JSON_OBJECT:
		write_object(arena, value, masked, out);
		break;
	}
}

void
prb_jcs_write(struct prb_arena *arena, const struct prb_json *value, struct prb_str *out)
{
	write_value(arena, value, &(struct prb_jcs_masked){NULL, 0, NULL, NULL}, out);
}

void
prb_jcs_write_masked(struct prb_arena *arena, const struct prb_json *value,
	const struct prb_jcs_masked *masked, struct prb_str *out)
{
	write_value(arena, value, masked, out);
}

/* ---- the streaming writer ---- */

void
prb_writer_init(struct prb_writer *w, struct prb_str *out)
{
	w->out = out;
	w->depth = 0;
}

/* The text so far ends in c; not asked once writing failed. */
static bool
ends_in(const struct prb_writer *w, char c)
{
	return w->out->n > 0 && w->out->p[w->out->n - 1] == c;
}

/* What goes before a value: a comma between elements; a member's name has had its own. */
static void
before_value(struct prb_writer *w)
{
	if (w->depth == 0)
		return;
	if (w->level[w->depth - 1].is_object) {
		assert(w->out->failed || ends_in(w, ':'));
		return;
	}
	if (w->level[w->depth - 1].has_items)
		prb_str_add_char(w->out, ',');
	w->level[w->depth - 1].has_items = true;
}

static void
open_level(struct prb_writer *w, bool is_object)
{
	before_value(w);
	assert(w->depth < PRB_WRITER_DEPTH_MAX);
	w->level[w->depth].is_object = is_object;
	w->level[w->depth].has_items = false;
	w->level[w->depth].last = PRB_SPAN_NONE;
	w->depth++;
	prb_str_add_char(w->out, is_object ? '{' : '[');
}

void
prb_writer_object(struct prb_writer *w)
{
	open_level(w, true);
}

void
prb_writer_array(struct prb_writer *w)
{
	open_level(w, false);
}

void
prb_writer_end(struct prb_writer *w)
{
	assert(w->depth > 0);
	w->depth--;
	assert(w->out->failed || !w->level[w->depth].is_object || !ends_in(w, ':'));
	prb_str_add_char(w->out, w->level[w->depth].is_object ? '}' : ']');
}

bool
prb_writer_in_order(const struct prb_writer *w, struct prb_span name)
{
	return prb_jcs_compare(w->level[w->depth - 1].last, name) < 0;
}

void
prb_writer_string(struct prb_writer *w, struct prb_span text)
{
	before_value(w);
	prb_jcs_string(w->out, text);
}

void
prb_writer_text(struct prb_writer *w, const char *text)
{
	prb_writer_string(w, prb_span_of(text));
}

void
prb_writer_int(struct prb_writer *w, int64_t number)
{
	/* Beyond 2^53 a reader's double would be another number. */
	assert(number <= PRB_JSON_INT_MAX);
	assert(number >= -PRB_JSON_INT_MAX);
	before_value(w);
	prb_str_add_int(w->out, number);
}

void
prb_writer_bool(struct prb_writer *w, bool value)
{
	before_value(w);
	prb_str_add_text(w->out, value ? "true" : "false");
}

void
prb_writer_null(struct prb_writer *w)
{
	before_value(w);
	prb_str_add_text(w->out, "null");
}

void
prb_writer_raw(struct prb_writer *w, struct prb_span json)
{
	assert(json.n > 0);
	before_value(w);
	prb_str_add_span(w->out, json);
}

void
prb_writer_members(struct prb_writer *w, const char *first, const char *last, const char *text)
{
	struct prb_writer_level *level = &w->level[w->depth - 1];

	assert(w->depth > 0 && level->is_object);
	assert(!level->has_items || prb_writer_in_order(w, prb_span_of(first)));
	if (level->has_items)
		prb_str_add_char(w->out, ',');
	level->has_items = true;
	level->last = prb_span_of(last);
	prb_str_add_text(w->out, text);
}

void
prb_writer_member_date(struct prb_writer *w, const char *name, prb_date date)
{
	char text[PRB_DATE_BYTES];

	prb_writer_key(w, name);
	if (date == PRB_DATE_NONE) {
		prb_writer_null(w);
		return;
	}
	prb_date_format(date, text);
	prb_writer_text(w, text);
}
