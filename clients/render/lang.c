/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/lang.h"

#include <string.h>

static const char *const tags[PRB_LANGS] = {
#define PRB_LANG(tag, locale, rtl) #tag,
#include "clients/render/langs.def"
#undef PRB_LANG
};

const char *
prb_lang_tag(enum prb_lang lang)
{
	return lang < PRB_LANGS ? tags[lang] : NULL;
}

bool
prb_lang_is_rtl(enum prb_lang lang)
{
	static const bool rtl[PRB_LANGS] = {
#define PRB_LANG(tag, locale, is_rtl) is_rtl,
#include "clients/render/langs.def"
#undef PRB_LANG
	};

	return lang < PRB_LANGS && rtl[lang];
}

enum prb_lang
prb_lang_find(struct prb_span tag)
{
	enum prb_lang lang = 0;

	while (lang < PRB_LANGS && !prb_span_is(tag, tags[lang]))
		lang++;
	return lang;
}

/*
 * Accept-Language.
 */

#define WEIGHT_NONE (-1)
#define RANGE_BYTES_MAX 64

/* What was said of one language. */
struct wish {
	int bare;   /* weight of the tag itself, in thousandths */
	int longer; /* the highest of those that begin with it */
	size_t at;  /* how many ranges stood before the first */
};

struct wishes {
	struct wish of[PRB_LANGS];
	int any; /* "*" */
	size_t seen;
};

static struct prb_span
cut(struct prb_span *rest, char end)
{
	const char *at = rest->n != 0 ? memchr(rest->p, end, rest->n) : NULL;
	struct prb_span part = {rest->p, at != NULL ? (size_t)(at - rest->p) : rest->n};
	size_t used = part.n + (at != NULL);

	rest->p += used;
	rest->n -= used;
	return prb_span_trim(part);
}

/* "0.8" as 800; RFC 9110 section 12.4.2: 0 or 1 with up to three decimals, of which 1 has zeros
 * alone. */
static int
read_weight(struct prb_span text)
{
	int weight;

	if (text.n == 0 || text.n > 5 || (text.p[0] != '0' && text.p[0] != '1') ||
		(text.n > 1 && text.p[1] != '.'))
		return WEIGHT_NONE;
	weight = (text.p[0] - '0') * 1000;
	for (size_t i = 2, unit = 100; i < text.n; i++, unit /= 10) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return WEIGHT_NONE;
		weight += (text.p[i] - '0') * (int)unit;
	}
	return weight <= 1000 ? weight : WEIGHT_NONE;
}

static int
weight_of(struct prb_span parameters, bool given)
{
	struct prb_span name;

	if (!given)
		return 1000;
	name = cut(&parameters, '=');
	if (name.n != 1 || (name.p[0] != 'q' && name.p[0] != 'Q'))
		return WEIGHT_NONE;
	return read_weight(prb_span_trim(parameters));
}

/* The language whose tag is the range, or its first subtag; lower case letters are compared. */
static enum prb_lang
language_of(struct prb_span range, bool *is_bare)
{
	char word[RANGE_BYTES_MAX];
	size_t first = 0;

	if (range.n == 0 || range.n > sizeof word)
		return PRB_LANGS;
	for (size_t i = 0; i < range.n; i++) {
		char c = range.p[i];

		word[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
		if (!((word[i] >= 'a' && word[i] <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return PRB_LANGS;
	}
	while (first < range.n && word[first] != '-')
		first++;
	*is_bare = first == range.n;
	return prb_lang_find((struct prb_span){word, first});
}

static void
take_range(struct wishes *w, struct prb_span element)
{
	bool given = element.n != 0 && memchr(element.p, ';', element.n) != NULL, is_bare = false;
	struct prb_span range = cut(&element, ';');
	int weight = weight_of(element, given);
	enum prb_lang lang;

	if (weight == WEIGHT_NONE)
		return;
	w->seen++;
	if (prb_span_is(range, "*")) {
		w->any = weight > w->any ? weight : w->any;
		return;
	}
	lang = language_of(range, &is_bare);
	if (lang == PRB_LANGS)
		return;
	if (w->of[lang].bare == WEIGHT_NONE && w->of[lang].longer == WEIGHT_NONE)
		w->of[lang].at = w->seen;
	if (is_bare && weight > w->of[lang].bare)
		w->of[lang].bare = weight;
	if (!is_bare && weight > w->of[lang].longer)
		w->of[lang].longer = weight;
}

static int
weight_for(const struct wishes *w, enum prb_lang lang)
{
	const struct wish *wish = &w->of[lang];

	if (wish->bare == 0)
		return 0;
	if (wish->bare == WEIGHT_NONE && wish->longer == WEIGHT_NONE)
		return w->any == WEIGHT_NONE ? 0 : w->any;
	return wish->bare > wish->longer ? wish->bare : wish->longer;
}

enum prb_lang
prb_lang_negotiate(const struct prb_span *fields, size_t count)
{
	struct wishes w = {.any = WEIGHT_NONE};
	enum prb_lang best = 0;
	int best_weight = 0;

	/* What "*" alone stands for comes behind what was named; English is the first of those. */
	for (size_t i = 0; i < PRB_LANGS; i++)
		w.of[i] = (struct wish){WEIGHT_NONE, WEIGHT_NONE, SIZE_MAX};
	for (size_t i = 0; i < count; i++)
		for (struct prb_span rest = fields[i]; rest.n != 0;)
			take_range(&w, cut(&rest, ','));
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		int weight = weight_for(&w, lang);

		if (weight > best_weight ||
			(weight == best_weight && weight != 0 && w.of[lang].at < w.of[best].at)) {
			best = lang;
			best_weight = weight;
		}
	}
	return best;
}
