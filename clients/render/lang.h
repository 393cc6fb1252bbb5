/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_LANG_H
#define PRB_RENDER_LANG_H

/*
 * The languages that texts are rendered in. Which one is said by whoever asks: by an option, or by
 * the Accept-Language of a request. The environment is never asked.
 */

#include "scoring/base/text.h"

enum prb_lang {
#define PRB_LANG(tag, locale, rtl) PRB_LANG_##tag,
#include "clients/render/langs.def"
#undef PRB_LANG
	PRB_LANGS
};

/* "fr"; what PRB_LANGS gives is NULL. */
const char *prb_lang_tag(enum prb_lang lang);
/* Whether it is written from right to left. */
bool prb_lang_is_rtl(enum prb_lang lang);
/* By its tag, letter by letter; PRB_LANGS where there is none. */
enum prb_lang prb_lang_find(struct prb_span tag);
/* "ar, en, es, fr, ru, zh": for messages. */
#define PRB_LANG_TAGS "ar, en, es, fr, ru, zh"

/*
 * The language for a request with these values of Accept-Language, RFC 9110 section 12.5.4, by the
 * lookup of RFC 4647: fr-CA is content with fr. A range that names a language decides over "*"; of
 * several for one language the highest weight counts, but a bare "fr;q=0" refuses it. Among equals
 * the first that was named. English where nothing fits: an answer in it is of more use than none.
 * What is no range or has no weight as it is written counts for nothing.
 */
enum prb_lang prb_lang_negotiate(const struct prb_span *fields, size_t count);

#endif
