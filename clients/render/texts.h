/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_TEXTS_H
#define PRB_RENDER_TEXTS_H

/*
 * Texts for people. Reports hold keys and arguments; here they become words of one of the languages
 * of lang.h. texts.def lists the keys and what their arguments are, messages/LANGUAGE.json the
 * patterns, in ICU's MessageFormat.
 *
 * A language is read when it is first asked for and kept as long as the program runs. All of this
 * may be called by several threads at once.
 */

#include <stdbool.h>

#include "clients/render/lang.h"
#include "scoring/base/text.h"

#define PRB_TEXT_ARGS_MAX 4

/* Behind a name that no authority has given in this language. */
#define PRB_TEXT_MARK "*"

/* The English pattern or name of "PREFIX.KEY"; NULL when there is none. */
const char *prb_text_find(const char *prefix, struct prb_span key);
/*
 * Appends the text with its arguments put in; the bare key where there is no text for it. The
 * arguments stand in the order of texts.def; one that is missing is empty, one too many is left
 * out. Text of unknown origin goes through prb_text_foreign. Returns whether a name with
 * PRB_TEXT_MARK was put in, which then has to be explained somewhere.
 */
bool prb_text_render(enum prb_lang lang, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count, struct prb_str *out);
/* Appends a country's name by its alpha-3 code; the code where there is none. */
void prb_text_country(enum prb_lang lang, const char *iso3, struct prb_str *out);
/* Whether texts of the language were translated: of all but English. */
bool prb_text_is_translated(enum prb_lang lang);

/* Appends text of unknown origin for a terminal or a page: control characters, and marks that turn
 * the direction of writing (which can make a name show as another), become '?'. Newlines stay where
 * `newlines` is set. */
void prb_text_safe(struct prb_span text, bool newlines, struct prb_str *out);
/* The same on one line for text that prb_text_render made elsewhere, such as in a server: its pairs
 * of U+2068 and U+2069 stay, as they can only hold a part apart. */
void prb_text_safe_rendered(struct prb_span text, struct prb_str *out);
/* The same on one line, for a place inside words of the language: where that is written from right
 * to left, or the text itself is, it is held apart by U+2068 and U+2069, so that neither turns the
 * other round. */
void prb_text_foreign(enum prb_lang lang, struct prb_span text, struct prb_str *out);

#endif
