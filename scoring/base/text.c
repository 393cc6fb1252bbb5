/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 256        /* a short reply fits without growing */
#define DECIMAL_DIGITS_MAX 18 /* 10^18 - 1 is the longest row of nines that int64 holds */

bool
prb_span_equal(struct prb_span a, struct prb_span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
prb_span_is(struct prb_span a, const char *text)
{
	return prb_span_equal(a, prb_span_of(text));
}

bool
prb_span_starts(struct prb_span a, struct prb_span prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

int
prb_span_compare(struct prb_span a, struct prb_span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order < 0 ? -1 : 1;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct prb_span
prb_span_trim(struct prb_span a)
{
	while (a.n > 0 && is_blank(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n > 0 && is_blank(a.p[a.n - 1]))
		a.n--;
	return a;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The length that a lead byte announces, its payload bits and the least code point that may be
 * written so long (RFC 3629 section 3). */
static size_t
lead_length(unsigned char lead, uint32_t *bits, uint32_t *least)
{
	if (lead < 0x80) {
		*bits = lead;
		*least = 0;
		return 1;
	}
	if (lead >= 0xC2 && lead <= 0xDF) {
		*bits = lead & 0x1FU;
		*least = 0x80;
		return 2;
	}
	if ((lead & 0xF0) == 0xE0) {
		*bits = lead & 0x0FU;
		*least = 0x800;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		*bits = lead & 0x07U;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

size_t
prb_utf8_decode(const char *p, size_t n, uint32_t *code_point)
{
	uint32_t c;
	uint32_t least;
	size_t length = lead_length((unsigned char)p[0], &c, &least);

	if (length == 0 || length > n)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(p[i]))
			return 0;
		c = c << 6 | ((unsigned char)p[i] & 0x3FU);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*code_point = c;
	return length;
}

size_t
prb_utf8_encode(uint32_t code_point, char out[4])
{
	uint32_t c = code_point;

	assert(c <= 0x10FFFF);
	assert(c < 0xD800 || c > 0xDFFF);
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

size_t
prb_utf8_check(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		uint32_t c;
		size_t length = 1;

		if ((unsigned char)p[i] >= 0x80)
			length = prb_utf8_decode(p + i, n - i, &c);
		if (length == 0)
			return i;
		i += length;
	}
	return n;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
prb_is_noncharacter(uint32_t code_point)
{
	return (code_point >= 0xFDD0 && code_point <= 0xFDEF) || (code_point & 0xFFFE) == 0xFFFE;
}

bool
prb_parse_int(struct prb_span text, int64_t min, int64_t max, int64_t *out)
{
	bool negative = text.n > 0 && text.p[0] == '-';
	size_t first = negative ? 1 : 0;
	int64_t value = 0;

	/* One text for each number: no zero before another digit, and none with a sign. */
	if (text.n == first || (text.p[first] == '0' && (negative || text.n > first + 1)))
		return false;
	/* Counted downwards, since INT64_MIN has no positive counterpart. */
	for (size_t i = first; i < text.n; i++) {
		int digit = text.p[i] - '0';

		if (!is_digit(text.p[i]) || value < (INT64_MIN + digit) / 10)
			return false;
		value = value * 10 - digit;
	}
	if (!negative && value == INT64_MIN)
		return false;
	if (!negative)
		value = -value;
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

/* Reads digits and at most one point between them; no sign. */
static bool
read_digits(struct prb_span text, int64_t *value, int *fraction_digits)
{
	size_t digits = 0;
	size_t point = text.n;

	*value = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '.' && point == text.n && i > 0 && i + 1 < text.n) {
			point = i;
			continue;
		}
		if (!is_digit(text.p[i]) || ++digits > DECIMAL_DIGITS_MAX)
			return false;
		*value = *value * 10 + (text.p[i] - '0');
	}
	if (digits == 0 || (text.p[0] == '0' && point > 1))
		return false;
	*fraction_digits = point == text.n ? 0 : (int)(text.n - point - 1);
	return true;
}

bool
prb_parse_decimal(struct prb_span text, int scale, int64_t *out)
{
	bool negative = text.n > 0 && text.p[0] == '-';
	int64_t value;
	int fraction_digits = 0;

	assert(scale >= 0 && scale <= DECIMAL_DIGITS_MAX);
	if (negative) {
		text.p++;
		text.n--;
	}
	if (!read_digits(text, &value, &fraction_digits))
		return false;
	for (; fraction_digits < scale; fraction_digits++) {
		if (value > INT64_MAX / 10)
			return false;
		value *= 10;
	}
	int64_t unit = 1;
	for (; fraction_digits > scale; fraction_digits--)
		unit *= 10;
	value = value / unit + (value % unit >= unit - value % unit);
	*out = negative ? -value : value;
	return true;
}

void
prb_str_init(struct prb_str *s, size_t bytes_max)
{
	*s = (struct prb_str){.bytes_max = bytes_max};
}

void
prb_str_finish(struct prb_str *s)
{
	free(s->p);
	*s = (struct prb_str){.bytes_max = s->bytes_max};
}

void
prb_str_reset(struct prb_str *s)
{
	s->n = 0;
	s->failed = false;
	if (s->p)
		s->p[0] = '\0';
}

/* The slow half of reserve(): grows, or notes the failure. */
static bool
grow(struct prb_str *s, size_t n)
{
	if (s->failed)
		return false;
	if (n > s->bytes_max - s->n || s->n + n == SIZE_MAX) {
		s->failed = true;
		return false;
	}
	size_t needed = s->n + n + 1;
	if (needed <= s->room)
		return true;
	size_t room = s->room < FIRST_ROOM ? FIRST_ROOM : s->room;
	while (room < needed)
		room = room > SIZE_MAX / 2 ? needed : room * 2;
	if (room - 1 > s->bytes_max)
		room = s->bytes_max + 1;
	char *p = realloc(s->p, room);
	if (!p) {
		s->failed = true;
		return false;
	}
	s->p = p;
	s->room = room;
	return true;
}

/* Makes room for n more bytes and the NUL behind them; notes the failure where it cannot. The room
 * never passes bytes_max + 1. */
static inline bool
reserve(struct prb_str *s, size_t n)
{
	return (!s->failed && n < s->room - s->n) || grow(s, n);
}

char *
prb_str_extend_slowly(struct prb_str *s, size_t n)
{
	char *at;

	if (!reserve(s, n))
		return NULL;
	at = s->p + s->n;
	s->n += n;
	s->p[s->n] = '\0';
	return at;
}

void
prb_str_add(struct prb_str *s, const void *bytes, size_t n)
{
	if (!reserve(s, n))
		return;
	if (n > 0)
		memcpy(s->p + s->n, bytes, n);
	s->n += n;
	s->p[s->n] = '\0';
}

void
prb_str_add_span(struct prb_str *s, struct prb_span text)
{
	prb_str_add(s, text.p, text.n);
}

void
prb_str_add_text(struct prb_str *s, const char *text)
{
	prb_str_add(s, text, strlen(text));
}

void
prb_str_add_int(struct prb_str *s, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	size_t n = number < 0 ? 2 : 1;
	char *at;

	for (uint64_t left = rest; left >= 10; left /= 10)
		n++;
	at = prb_str_extend(s, n);
	if (at == NULL)
		return;
	if (number < 0)
		at[0] = '-';
	at += n;
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
}

void
prb_str_addf(struct prb_str *s, const char *format, ...)
{
	va_list args;
	int n;

	if (s->failed)
		return;
	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0) {
		s->failed = true;
		return;
	}
	if (!reserve(s, (size_t)n))
		return;
	va_start(args, format);
	(void)vsnprintf(s->p + s->n, (size_t)n + 1, format, args);
	va_end(args);
	s->n += (size_t)n;
}

struct prb_span
prb_str_span(const struct prb_str *s)
{
	return (struct prb_span){s->p, s->n};
}
