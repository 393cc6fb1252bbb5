/* SPDX-License-Identifier: Apache-2.0 */
/* The strict reading of a JSON text, byte by byte, before cJSON sees it. */
#include "scoring/base/json_check.h"

#include <assert.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/jcs.h"
#include "scoring/base/json_names.h"

/* cJSON reads a number into a field of 64 bytes and fails on longer ones (1.7.15, parse_number). */
#define CJSON_NUMBER_BYTES_MAX 63
/* How much of a member's name a message repeats. */
#define NAME_SHOWN_BYTES_MAX 60

struct checker {
	struct prb_arena *arena;
	struct prb_fault *fault;
	struct prb_span text;
	const char *p; /* the byte that is looked at */
	const char *end;
	int depth;
	char *shortened; /* a copy of the text with its overlong numbers rewritten, or NULL */
	struct prb_names names;
};

/* ---- refusing ---- */

#define REFUSE(c, place, err, ...)                                                                 \
	prb_fault_set((c)->fault, (err), (size_t)((place) - (c)->text.p), NULL, __VA_ARGS__)

static enum prb_err
no_memory(struct checker *c)
{
	return REFUSE(
		c, c->p, PRB_ERR_MEMORY, "the text needs more memory than one request may take");
}

/* What people write that belongs to other notations. */
static const char *
hint(char found, bool is_value)
{
	static const struct {
		const char *found;
		bool is_value; /* said only where a value is needed */
		const char *advice;
	} rows[] = {
		{"'", false, "; texts stand in double quotes"},
		{"/#", false, "; JSON has no comments"},
		{"+.", true, "; a number begins with a digit, or a minus sign and a digit"},
		{"NI", true, "; NaN and Infinity are not JSON, null may stand instead"},
		{"TF", true, "; true and false are written in small letters"},
	};

	if (found == '\0')
		return "; the text must be saved as UTF-8";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strchr(rows[i].found, found) && (is_value || !rows[i].is_value))
			return rows[i].advice;
	}
	return "";
}

static enum prb_err
refuse_encoding(struct checker *c)
{
	return REFUSE(c, c->p, PRB_ERR_ENCODING,
		"the bytes here are not UTF-8; the text must be saved as UTF-8");
}

/* The byte at p is not what the grammar allows; `needed` says what is, NULL stands for a value. */
static enum prb_err
unexpected(struct checker *c, const char *needed)
{
	const char *what = needed ? needed : "a value";
	uint32_t code_point;

	if (c->p == c->end)
		return REFUSE(c, c->p, PRB_ERR_JSON, "the text ends where %s is needed", what);
	size_t n = prb_utf8_decode(c->p, (size_t)(c->end - c->p), &code_point);
	if (n == 0)
		return refuse_encoding(c);
	if (code_point < 0x20 || code_point == 0x7F)
		return REFUSE(c, c->p, PRB_ERR_JSON,
			"the control character U+%04X stands where %s is needed%s",
			(unsigned)code_point, what, hint(*c->p, !needed));
	return REFUSE(c, c->p, PRB_ERR_JSON, "%.*s stands where %s is needed%s", (int)n, c->p, what,
		hint(*c->p, !needed));
}

static enum prb_err
refuse_last_comma(struct checker *c)
{
	return REFUSE(c, c->p, PRB_ERR_JSON, "the comma before %c must be left out", *c->p);
}

/* The beginning of a name, cut at a character's edge. */
static struct prb_span
shown(struct prb_span name)
{
	if (name.n <= NAME_SHOWN_BYTES_MAX)
		return name;
	name.n = prb_utf8_check(name.p, NAME_SHOWN_BYTES_MAX);
	return name;
}

/* ---- blanks and words ---- */

static void
skip_blanks(struct checker *c)
{
	const char *p = c->p;

	while (p < c->end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	c->p = p;
}

static bool
at(const struct checker *c, char wanted)
{
	return c->p < c->end && *c->p == wanted;
}

static enum prb_err
check_word(struct checker *c, struct prb_span word)
{
	struct prb_span rest = {c->p, (size_t)(c->end - c->p)};

	if (!prb_span_starts(rest, word))
		return unexpected(c, NULL);
	c->p += word.n;
	return PRB_OK;
}

/* ---- strings ---- */

static enum prb_err
refuse_noncharacter(struct checker *c, uint32_t code_point)
{
	return REFUSE(c, c->p, PRB_ERR_IJSON,
		"U+%04X is no character (RFC 7493 section 2.1); it must be left out",
		(unsigned)code_point);
}

/* One of the escapes \u0000 .. \uFFFF, or the two of a surrogate pair, at p. */
static enum prb_err
check_unicode_escape(struct checker *c)
{
	int32_t unit = prb_json_hex4(c->p + 2, c->end);
	uint32_t code_point = (uint32_t)unit;
	size_t length = 6;

	if (unit < 0)
		return REFUSE(c, c->p, PRB_ERR_JSON, "four hexadecimal digits must follow \\u");
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		bool paired = c->end - c->p >= 12 && c->p[6] == '\\' && c->p[7] == 'u';
		int32_t low = paired ? prb_json_hex4(c->p + 8, c->end) : -1;

		if (low < 0xDC00 || low > 0xDFFF)
			return REFUSE(c, c->p, PRB_ERR_IJSON,
				"the surrogate \\u%04X needs a low surrogate behind it",
				(unsigned)unit);
		code_point = prb_json_join_surrogates((uint32_t)unit, (uint32_t)low);
		length = 12;
	} else if (unit >= 0xDC00 && unit <= 0xDFFF) {
		return REFUSE(c, c->p, PRB_ERR_IJSON,
			"the surrogate \\u%04X needs a high surrogate before it", (unsigned)unit);
	}
	if (code_point == 0)
		return REFUSE(c, c->p, PRB_ERR_VALUE,
			"the character U+0000 is not taken in a text; it must be left out");
	if (prb_is_noncharacter(code_point))
		return refuse_noncharacter(c, code_point);
	c->p += length;
	return PRB_OK;
}

static enum prb_err
refuse_open_string(struct checker *c)
{
	return REFUSE(c, c->end, PRB_ERR_JSON, "the text ends inside a string; a \" is missing");
}

static enum prb_err
check_escape(struct checker *c)
{
	if (c->end - c->p < 2)
		return refuse_open_string(c);
	if (c->p[1] == 'u')
		return check_unicode_escape(c);
	if (!memchr("\"\\/bfnrt", c->p[1], 8))
		return REFUSE(c, c->p, PRB_ERR_JSON,
			"a backslash must be doubled, or followed by one of \" \\ / b f n r t u");
	c->p += 2;
	return PRB_OK;
}

/* A byte that ends the run of plain ASCII characters: control characters, quote, backslash, beyond
 * ASCII. */
static enum prb_err
check_special(struct checker *c)
{
	unsigned char byte = (unsigned char)*c->p;
	uint32_t code_point;

	if (byte == '\\')
		return check_escape(c);
	if (byte < 0x20)
		return REFUSE(c, c->p, PRB_ERR_JSON,
			"U+%04X in a string must be written as an escape, or a closing \" is "
			"missing",
			(unsigned)byte);
	size_t n = prb_utf8_decode(c->p, (size_t)(c->end - c->p), &code_point);
	if (n == 0)
		return refuse_encoding(c);
	if (prb_is_noncharacter(code_point))
		return refuse_noncharacter(c, code_point);
	c->p += n;
	return PRB_OK;
}

/* Where the run of ASCII that stands for itself inside a string ends. Four bytes a turn: strings
 * are most of a text, and this loop most of its check. */
static const char *
skip_plain(const char *p, const char *end)
{
#define X false, false, false, false, false, false, false, false
#define O true, true, true, true, true, true, true, true
	static const bool plain[256] = {
		X, X, X, X,                                      /* control characters */
		true, true, false, true, true, true, true, true, /* " */
		O, O, O, O, O, O, true, true, true, true, false, true, true, true, /* backslash */
		O, O, O, O, /* and all beyond ASCII is false */
	};
#undef X
#undef O

	while (end - p >= 4) {
		if (!plain[(unsigned char)p[0]])
			return p;
		if (!plain[(unsigned char)p[1]])
			return p + 1;
		if (!plain[(unsigned char)p[2]])
			return p + 2;
		if (!plain[(unsigned char)p[3]])
			return p + 3;
		p += 4;
	}
	while (p < end && plain[(unsigned char)*p])
		p++;
	return p;
}

/* *raw is what stands between the quotes. */
static enum prb_err
check_string(struct checker *c, struct prb_span *raw)
{
	const char *start = ++c->p;

	for (;;) {
		const char *p = skip_plain(c->p, c->end);

		c->p = p;
		if (p == c->end)
			return refuse_open_string(c);
		if (*p == '"')
			break;
		enum prb_err err = check_special(c);
		if (err)
			return err;
	}
	*raw = (struct prb_span){start, (size_t)(c->p - start)};
	c->p++;
	return PRB_OK;
}

/* ---- numbers ---- */

struct number {
	const char *start;
	size_t length;
	size_t whole_digits;
	size_t fraction_digits;
	long exponent;
	bool has_exponent;
};

static bool
is_digit_at(const struct checker *c)
{
	return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

static size_t
skip_digits(struct checker *c)
{
	const char *start = c->p;

	while (is_digit_at(c))
		c->p++;
	return (size_t)(c->p - start);
}

/* The digits of an exponent; far beyond what a double holds it stays where it is. */
static enum prb_err
scan_exponent(struct checker *c, struct number *number)
{
	bool negative;
	const char *p;

	c->p++;
	negative = at(c, '-');
	if (negative || at(c, '+'))
		c->p++;
	p = c->p;
	if (skip_digits(c) == 0)
		return unexpected(c, "a digit of the exponent");
	for (; p < c->p && number->exponent < 100000000; p++)
		number->exponent = number->exponent * 10 + (*p - '0');
	if (negative)
		number->exponent = -number->exponent;
	number->has_exponent = true;
	return PRB_OK;
}

/* RFC 8259 section 6. */
static enum prb_err
scan_number(struct checker *c, struct number *number)
{
	*number = (struct number){.start = c->p};
	if (at(c, '-'))
		c->p++;
	const char *digits = c->p;
	number->whole_digits = skip_digits(c);
	if (number->whole_digits == 0)
		return unexpected(c, "a digit");
	if (*digits == '0' && number->whole_digits > 1)
		return REFUSE(c, digits, PRB_ERR_JSON,
			"a number cannot begin with 0; the zero must be left out");
	if (at(c, '.')) {
		c->p++;
		number->fraction_digits = skip_digits(c);
		if (number->fraction_digits == 0)
			return unexpected(c, "a digit behind the point");
	}
	if (at(c, 'e') || at(c, 'E')) {
		enum prb_err err = scan_exponent(c, number);

		if (err)
			return err;
	}
	number->length = (size_t)(c->p - number->start);
	return PRB_OK;
}

/* The number as a double. The point is left out, since strtod wants the locale's: 12.5e3 is read as
 * 125e2. buffer holds number->length + 16 bytes. */
static double
number_value(const struct number *number, char *buffer)
{
	long exponent = number->exponent - (long)number->fraction_digits;
	size_t n = 0;

	for (const char *p = number->start; p < number->start + number->length; p++) {
		if (*p == 'e' || *p == 'E')
			break;
		if (*p != '.')
			buffer[n++] = *p;
	}
	(void)snprintf(buffer + n, 16, "e%ld", exponent);
	return strtod(buffer, NULL);
}

static enum prb_err
refuse_range(struct checker *c, const struct number *number, double value)
{
	if (value > DBL_MAX || value < -DBL_MAX)
		return REFUSE(c, number->start, PRB_ERR_RANGE,
			"the number is larger than a double can hold (about 1.8e308)");
	return REFUSE(c, number->start, PRB_ERR_RANGE,
		"whole numbers must lie within -9007199254740991 and 9007199254740991; longer ones "
		"can be written as texts");
}

/* Overwrites a number that is too long for cJSON with the shortest one of the same value, and
 * blanks. */
static bool
shorten(struct checker *c, const struct number *number, double value)
{
	char text[PRB_JCS_NUMBER_BYTES_MAX];
	size_t n = prb_jcs_number(value, text);

	if (!c->shortened) {
		c->shortened = prb_arena_alloc(c->arena, c->text.n);
		if (!c->shortened)
			return false;
		memcpy(c->shortened, c->text.p, c->text.n);
	}
	char *place = c->shortened + (number->start - c->text.p);
	memset(place, ' ', number->length);
	memcpy(place, text, n);
	return true;
}

/* Doubles from 2^53 on are whole numbers, and below 1e21 the canonical form writes them as such
 * (ECMA-262 section 6.1.6.1.20): 1e20 is refused as 100000000000000000000 is, or a canonical text
 * could not be read again. */
static bool
is_range_refused(double value)
{
	double size = value < 0 ? -value : value;

	return (size > (double)PRB_JSON_INT_MAX && size < 1e21) || size > DBL_MAX;
}

static enum prb_err
check_number(struct checker *c)
{
	char on_stack[CJSON_NUMBER_BYTES_MAX + 16];
	char *buffer = on_stack;
	struct number number;
	enum prb_err err = scan_number(c, &number);

	/* Most numbers are short: below 2^53 whatever their digits, and short enough for cJSON. */
	if (err || (number.whole_digits <= 15 && !number.has_exponent &&
			   number.length <= CJSON_NUMBER_BYTES_MAX))
		return err;
	if (number.length > CJSON_NUMBER_BYTES_MAX)
		buffer = prb_arena_alloc(c->arena, number.length + 16);
	if (!buffer)
		return no_memory(c);
	double value = number_value(&number, buffer);
	bool is_whole = number.fraction_digits == 0 && !number.has_exponent;
	if (is_range_refused(value) || (is_whole && number.whole_digits > 16))
		return refuse_range(c, &number, value);
	if (number.length > CJSON_NUMBER_BYTES_MAX && !shorten(c, &number, value))
		return no_memory(c);
	return PRB_OK;
}

/* ---- values ---- */

static enum prb_err check_value(struct checker *c);

static enum prb_err
enter(struct checker *c)
{
	if (c->depth == PRB_JSON_DEPTH_MAX)
		return REFUSE(c, c->p, PRB_ERR_TOO_DEEP,
			"arrays and objects may be nested %d deep; this one lies deeper",
			PRB_JSON_DEPTH_MAX);
	c->depth++;
	c->p++;
	skip_blanks(c);
	return PRB_OK;
}

/* Behind an element or a member: true when a comma announces another. */
static bool
next_item(struct checker *c)
{
	skip_blanks(c);
	if (!at(c, ','))
		return false;
	c->p++;
	skip_blanks(c);
	return true;
}

static enum prb_err
check_array(struct checker *c)
{
	enum prb_err err = enter(c);

	if (err)
		return err;
	for (bool more = !at(c, ']'); more;) {
		err = check_value(c);
		if (err)
			return err;
		more = next_item(c);
		if (more && at(c, ']'))
			return refuse_last_comma(c);
	}
	if (!at(c, ']'))
		return unexpected(c, "a comma or ]");
	c->p++;
	c->depth--;
	return PRB_OK;
}

static enum prb_err
refuse_duplicate(struct checker *c, const struct prb_named *second)
{
	struct prb_span name = shown(second->name);
	const char *raw = second->item;

	return REFUSE(c, raw - 1, PRB_ERR_IJSON,
		"the member \"%.*s\" stands twice in one object; one of them must go",
		PRB_SPAN_ARGS(name));
}

static enum prb_err
check_member(struct checker *c, size_t base, struct prb_span *raw)
{
	if (!at(c, '"'))
		return unexpected(c, "a member name in double quotes");
	enum prb_err err = check_string(c, raw);
	if (err)
		return err;
	switch (prb_names_note(&c->names, base, *raw)) {
	case PRB_NAMES_NOTED:
		break;
	case PRB_NAMES_TWICE:
		return refuse_duplicate(c, &c->names.item[c->names.count - 1]);
	case PRB_NAMES_NO_MEMORY:
		return no_memory(c);
	}
	skip_blanks(c);
	if (!at(c, ':'))
		return unexpected(c, "a colon");
	c->p++;
	skip_blanks(c);
	return check_value(c);
}

static enum prb_err
refuse_separator(struct checker *c, struct prb_span raw)
{
	struct prb_span name = shown(raw);

	return REFUSE(c, c->p, PRB_ERR_JSON, "a comma or } is missing after the member \"%.*s\"",
		PRB_SPAN_ARGS(name));
}

static enum prb_err
check_object(struct checker *c)
{
	size_t base = c->names.count;
	struct prb_span raw = PRB_SPAN_NONE;
	enum prb_err err = enter(c);

	if (err)
		return err;
	for (bool more = !at(c, '}'); more;) {
		err = check_member(c, base, &raw);
		if (err)
			return err;
		more = next_item(c);
		if (more && at(c, '}'))
			return refuse_last_comma(c);
	}
	if (!at(c, '}'))
		return refuse_separator(c, raw);
	c->p++;
	c->depth--;
	const struct prb_named *twice = prb_names_close(&c->names, base);
	return twice ? refuse_duplicate(c, twice) : PRB_OK;
}

static enum prb_err
check_value(struct checker *c)
{
	struct prb_span raw;

	switch (c->p < c->end ? *c->p : '\0') {
	case '{':
		return check_object(c);
	case '[':
		return check_array(c);
	case '"':
		return check_string(c, &raw);
	case 't':
		return check_word(c, PRB_SPAN("true"));
	case 'f':
		return check_word(c, PRB_SPAN("false"));
	case 'n':
		return check_word(c, PRB_SPAN("null"));
	default:
		if (at(c, '-') || is_digit_at(c))
			return check_number(c);
		return unexpected(c, NULL);
	}
}

/* ---- whole texts ---- */

static enum prb_err
check_beginning(struct checker *c)
{
	struct prb_span head = c->text;

	if (prb_span_starts(head, PRB_SPAN("\xEF\xBB\xBF")))
		return REFUSE(c, c->p, PRB_ERR_ENCODING,
			"the text begins with a byte order mark; it must be left out");
	if (prb_span_starts(head, PRB_SPAN("\xFF\xFE")) ||
		prb_span_starts(head, PRB_SPAN("\xFE\xFF")))
		return REFUSE(
			c, c->p, PRB_ERR_ENCODING, "the text is UTF-16; it must be saved as UTF-8");
	skip_blanks(c);
	if (c->p == c->end)
		return REFUSE(c, c->p, PRB_ERR_JSON, "the text is empty; a JSON value is needed");
	return PRB_OK;
}

static enum prb_err
check_text(struct checker *c, size_t bytes_max)
{
	enum prb_err err;

	if (c->text.n > bytes_max)
		return prb_fault_set(c->fault, PRB_ERR_TOO_LARGE, bytes_max, NULL,
			"the text is %zu bytes long; at most %zu are taken", c->text.n, bytes_max);
	err = check_beginning(c);
	if (!err)
		err = check_value(c);
	if (err)
		return err;
	skip_blanks(c);
	if (c->p < c->end)
		return REFUSE(c, c->p, PRB_ERR_JSON,
			"something stands behind the end of the value; it must be left out");
	return PRB_OK;
}

static void
checker_init(
	struct checker *c, struct prb_arena *arena, struct prb_span text, struct prb_fault *fault)
{
	c->arena = arena;
	c->fault = fault;
	c->text = text.p ? text : PRB_SPAN("");
	c->p = c->text.p;
	c->end = c->text.p + c->text.n;
	c->depth = 0;
	c->shortened = NULL;
	prb_names_init(&c->names, arena);
}

enum prb_err
prb_json_scan(struct prb_arena *arena, struct prb_span text, size_t bytes_max,
	struct prb_fault *fault, const char **readable)
{
	struct checker c;
	enum prb_err err;

	checker_init(&c, arena, text, fault);
	err = check_text(&c, bytes_max);
	if (err)
		return err;
	*readable = c.shortened ? c.shortened : c.text.p;
	return PRB_OK;
}
