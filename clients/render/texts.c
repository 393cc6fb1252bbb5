/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/texts.h"

#include <string.h>

#include "clients/render/catalogue.h"
#include "scoring/base/date.h"

#define ISOLATE "\xE2\x81\xA8"     /* U+2068, first strong isolate */
#define ISOLATE_END "\xE2\x81\xA9" /* U+2069, pop directional isolate */

static const struct prb_span *
find_in(const struct prb_catalogue_table *table, struct prb_span key)
{
	for (size_t low = 0, high = table->count; low < high;) {
		size_t middle = low + (high - low) / 2;
		int sign = prb_span_compare(key, table->rows[middle].key);

		if (sign == 0)
			return &table->rows[middle].name;
		if (sign < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The name of an indicator, a country, a good or a law, or what is
 * said of a list; NULL where the prefix names none of them.
 */
static const struct prb_span *
find_name(const struct prb_catalogue *c, const char *prefix, struct prb_span key, bool *marked)
{
	if (strcmp(prefix, "country") == 0)
		return find_in(&c->countries, key);
	if (strcmp(prefix, "good") == 0)
		return find_in(&c->goods, key);
	if (strcmp(prefix, "scope_law") == 0)
		return find_in(&c->laws, key);
	if (strcmp(prefix, "list_words") == 0)
		return find_in(&c->lists, key);
	if (strcmp(prefix, "indicator") != 0)
		return NULL;
	for (int i = 1; i <= PRB_INDICATORS; i++)
		if (prb_span_is(key, prb_indicator_key((enum prb_indicator)i)) &&
			c->indicators[i].name.p != NULL) {
			*marked |= !c->indicators[i].official;
			return &c->indicators[i].name;
		}
	return NULL;
}

/* A text without arguments, or a name. */
static const struct prb_span *
find_label(const struct prb_catalogue *c, const char *prefix, struct prb_span key, bool *marked)
{
	const struct prb_span *name = find_name(c, prefix, key, marked);
	size_t row = name == NULL ? prb_catalogue_row(prefix, key) : PRB_TEXTS;

	if (row == PRB_TEXTS)
		return name;
	return c->patterns[row] == NULL && c->texts[row].p != NULL ? &c->texts[row] : NULL;
}

const char *
prb_text_find(const char *prefix, struct prb_span key)
{
	const struct prb_catalogue *c = prb_catalogue_of(PRB_LANG_en);
	const struct prb_span *name;
	bool marked = false;
	size_t row;

	if (c == NULL)
		return NULL;
	name = find_name(c, prefix, key, &marked);
	if (name != NULL)
		return name->p;
	row = prb_catalogue_row(prefix, key);
	return row == PRB_TEXTS ? NULL : c->texts[row].p;
}

/* A year, or a month of a year, stays as it is. */
static void
put_date(const struct prb_catalogue *c, enum prb_lang lang, struct prb_span text,
	struct prb_str *out)
{
	prb_date day;

	if (!prb_date_parse(text, &day) || !prb_pattern_day(c->days, day, out))
		prb_text_foreign(lang, text, out);
}

/* What an argument becomes, behind `words`; a number is set as one. */
static void
prepare(const struct prb_catalogue *c, enum prb_lang lang, const struct prb_text_argument *a,
	struct prb_span value, struct prb_pattern_argument *to, struct prb_str *words, bool *marked)
{
	const struct prb_span *label;

	to->name = a->name;
	switch (a->kind) {
	case PRB_TEXT_NUMBER:
		to->is_number =
			prb_parse_int(value, -PRB_JSON_INT_MAX, PRB_JSON_INT_MAX, &to->number);
		if (!to->is_number)
			prb_text_foreign(lang, value, words);
		break;
	case PRB_TEXT_DATE:
		put_date(c, lang, value, words);
		break;
	case PRB_TEXT_WORDS:
		prb_str_add_span(words, value);
		break;
	case PRB_TEXT_KEY:
		label = find_label(c, a->prefix, value, marked);
		if (label != NULL)
			prb_str_add_span(words, *label);
		else
			prb_text_foreign(lang, value, words);
		break;
	case PRB_TEXT_ID:
	case PRB_TEXT_FOREIGN:
		prb_text_foreign(lang, value, words);
		break;
	}
}

static bool
format(const struct prb_catalogue *c, enum prb_lang lang, size_t row, const struct prb_span *args,
	size_t args_count, struct prb_str *out, bool *marked)
{
	const struct prb_text_row *r = &prb_catalogue_rows()[row];
	struct prb_pattern_argument to[PRB_TEXT_ARGS_MAX] = {{.name = NULL}};
	size_t ends[PRB_TEXT_ARGS_MAX];
	struct prb_str words;
	bool done;

	prb_str_init(&words, out->bytes_max);
	for (size_t i = 0; i < r->arguments_count; i++) {
		prepare(c, lang, &r->arguments[i], i < args_count ? args[i] : PRB_SPAN(""), &to[i],
			&words, marked);
		ends[i] = words.n;
	}
	/* Only now: the words have moved while they grew. */
	for (size_t i = 0; i < r->arguments_count; i++) {
		size_t from = i == 0 ? 0 : ends[i - 1];

		to[i].text = ends[i] == from ? PRB_SPAN("")
					     : (struct prb_span){words.p + from, ends[i] - from};
	}
	done = !words.failed && prb_pattern_format(c->patterns[row], to, r->arguments_count, out);
	out->failed |= words.failed;
	prb_str_finish(&words);
	return done;
}

bool
prb_text_render(enum prb_lang lang, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count, struct prb_str *out)
{
	const struct prb_catalogue *c = prb_catalogue_of(lang);
	const struct prb_span *label;
	bool marked = false;
	size_t row;

	if (c == NULL) {
		out->failed = true;
		return false;
	}
	label = find_label(c, prefix, key, &marked);
	row = label == NULL ? prb_catalogue_row(prefix, key) : PRB_TEXTS;
	if (label != NULL)
		prb_str_add_span(out, *label);
	else if (row == PRB_TEXTS || c->patterns[row] == NULL ||
		 !format(c, lang, row, args, args_count, out, &marked))
		prb_text_foreign(lang, key, out);
	return marked;
}

void
prb_text_country(enum prb_lang lang, const char *iso3, struct prb_str *out)
{
	(void)prb_text_render(lang, "country", prb_span_of(iso3), NULL, 0, out);
}

bool
prb_text_is_translated(enum prb_lang lang)
{
	return lang != PRB_LANG_en;
}

/* C0 and C1 controls; the marks of Unicode Standard Annex 9 that embed, override or isolate a
 * direction. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x061C ||
	       c == 0xFEFF;
}

void
prb_text_safe(struct prb_span text, bool newlines, struct prb_str *out)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n == 0 || (is_unsafe(c) && !(newlines && c == '\n'))) {
			prb_str_add_char(out, '?');
			n = n == 0 ? 1 : n;
		} else {
			prb_str_add(out, text.p + i, n);
		}
		i += n;
	}
}

void
prb_text_safe_rendered(struct prb_span text, struct prb_str *out)
{
	static const struct prb_span begin = {ISOLATE, 3}, end = {ISOLATE_END, 3};
	bool open = false;

	while (text.n != 0) {
		size_t n = 0;

		if (prb_span_starts(text, open ? end : begin)) {
			prb_str_add_span(out, open ? end : begin);
			open = !open;
			n = 3;
		} else {
			do
				n++;
			while (n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80);
			prb_text_safe((struct prb_span){text.p, n}, false, out);
		}
		text.p += n;
		text.n -= n;
	}
	if (open)
		prb_str_add_span(out, end);
}

/* Whether a letter of it is written from right to left: the blocks whose characters are so unless
 * their own row says otherwise (Unicode Character Database, DerivedBidiClass.txt, R and AL). */
static bool
has_rtl(struct prb_span text)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n != 0 &&
			((c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
				(c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
				(c >= 0x1E800 && c <= 0x1EFFF)))
			return true;
		i += n == 0 ? 1 : n;
	}
	return false;
}

void
prb_text_foreign(enum prb_lang lang, struct prb_span text, struct prb_str *out)
{
	const struct prb_catalogue *c = prb_catalogue_of(lang);
	bool apart = c != NULL && text.n != 0 && (c->rtl || has_rtl(text));

	out->failed |= c == NULL;
	if (apart)
		prb_str_add_text(out, ISOLATE);
	prb_text_safe(text, false, out);
	if (apart)
		prb_str_add_text(out, ISOLATE_END);
}
