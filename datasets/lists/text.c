/* SPDX-License-Identifier: Apache-2.0 */

/* Texts and dates as others write them. */

#include <stdio.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "datasets/lists/map.h"

#define UTF16_UNITS 4096

static bool
is_blank(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	       c == 0x205F || c == 0x3000;
}

/* Seen by nobody, and in the way of every comparison: soft hyphen, marks of direction, byte order
 * marks, noncharacters. The joiners of Persian and Indic writing stay. */
static bool
is_unseen(uint32_t c)
{
	return c == 0xAD || c == 0x200B || c == 0x200E || c == 0x200F ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
	       prb_is_noncharacter(c);
}

/* Normal form C; a text that is too long for the room here, or in it already, stays as it is. */
static struct prb_span
compose(struct prb_span text, struct prb_str *out)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
	UChar from[UTF16_UNITS], to[UTF16_UNITS];
	int32_t n = 0;
	char *bytes;

	u_strFromUTF8(from, UTF16_UNITS, &n, text.p, (int32_t)text.n, &error);
	if (U_FAILURE(error) || unorm2_isNormalized(nfc, from, n, &error) || U_FAILURE(error))
		return text;
	n = unorm2_normalize(nfc, from, n, to, UTF16_UNITS, &error);
	prb_str_reset(out);
	if (U_FAILURE(error) || !(bytes = prb_str_extend(out, (size_t)n * 3)))
		return text;
	u_strToUTF8(bytes, n * 3, &n, to, n, &error);
	if (U_FAILURE(error))
		return text;
	return (struct prb_span){bytes, (size_t)n};
}

struct prb_span
prb_list_clean(struct prb_span text, struct prb_str *scratch, struct prb_str *out)
{
	bool blank = false, ascii = true;

	prb_str_reset(out);
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n == 0) { /* refused before: the text was checked */
			i++;
			continue;
		}
		if (is_blank(c)) {
			blank = out->n > 0;
		} else if (!is_unseen(c)) {
			if (blank)
				prb_str_add_char(out, ' ');
			blank = false;
			prb_str_add(out, text.p + i, n);
			ascii = ascii && c < 0x80;
		}
		i += n;
	}
	if (out->n == 0)
		return PRB_SPAN("");
	return ascii ? prb_str_span(out) : compose(prb_str_span(out), scratch);
}

static int
month_of(struct prb_span word)
{
	static const char *const months[] = {"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december"};

	if (word.n > 3 && word.p[word.n - 1] == '.')
		word.n--;
	for (int m = 0; m < 12 && word.n >= 3; m++) {
		size_t i = 0;

		while (i < word.n && (word.p[i] | 0x20) == months[m][i])
			i++;
		/* "Jun.", "Sept." and the whole word. */
		if (i == word.n && (i <= 4 || months[m][i] == '\0'))
			return m + 1;
	}
	return 0;
}

static bool
make_date(int64_t year, int64_t month, int64_t day, prb_date *out)
{
	char text[16];

	return snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)year, (int)month, (int)day) ==
		       10 &&
	       prb_date_parse((struct prb_span){text, 10}, out);
}

/* The next run of digits as a number of at most `max`; false where there is none. */
static bool
take_number(struct prb_span *text, int64_t max, int64_t *out)
{
	size_t n = 0;

	*out = 0;
	while (n < text->n && n < 5 && text->p[n] >= '0' && text->p[n] <= '9')
		*out = *out * 10 + (text->p[n++] - '0');
	*text = (struct prb_span){text->p + n, text->n - n};
	return n > 0 && n < 5 && *out <= max;
}

static bool
take_text(struct prb_span *text, const char *words)
{
	size_t n = strlen(words);

	if (!prb_span_starts(*text, prb_span_of(words)))
		return false;
	*text = (struct prb_span){text->p + n, text->n - n};
	return true;
}

static bool
parse_month_d_yyyy(struct prb_span text, prb_date *out)
{
	const char *blank = memchr(text.p, ' ', text.n);
	size_t n = blank ? (size_t)(blank - text.p) : 0;
	int month = month_of((struct prb_span){text.p, n});
	int64_t day, year;

	if (!blank || month == 0)
		return false;
	text = (struct prb_span){blank + 1, text.n - n - 1};
	if (!take_number(&text, 31, &day))
		return false;
	(void)take_text(&text, ",");
	return take_text(&text, " ") && take_number(&text, 9999, &year) && text.n == 0 &&
	       year > 999 && make_date(year, month, day, out);
}

static bool
parse_numbers(struct prb_span text, const char *separator, bool month_first, prb_date *out)
{
	int64_t a, b, year;

	if (!take_number(&text, 31, &a) || !take_text(&text, separator) ||
		!take_number(&text, 31, &b) || !take_text(&text, separator) ||
		!take_number(&text, 9999, &year) || text.n > 0 || year < 1000)
		return false;
	return month_first ? make_date(year, a, b, out) : make_date(year, b, a, out);
}

bool
prb_list_date(const struct prb_list_manifest *manifest, struct prb_span text, prb_date *out)
{
	for (size_t i = 0; i < manifest->dates_count; i++) {
		struct prb_span day = text;
		bool good = false;

		switch ((enum prb_list_date_form)manifest->dates[i]) {
		case PRB_LIST_DATE_ISO:
			if (day.n > 10 && (day.p[10] == 'T' || day.p[10] == ' '))
				day.n = 10;
			good = prb_date_parse(day, out);
			break;
		case PRB_LIST_DATE_MONTH_D_YYYY:
			good = parse_month_d_yyyy(text, out);
			break;
		case PRB_LIST_DATE_MDY:
			good = parse_numbers(text, "/", true, out);
			break;
		case PRB_LIST_DATE_DMY:
			good = parse_numbers(text, "/", false, out);
			break;
		case PRB_LIST_DATE_DMY_DOTS:
			good = parse_numbers(text, ".", false, out);
			break;
		case PRB_LIST_DATE_FORMS:
			break;
		}
		if (good)
			return true;
	}
	return false;
}
