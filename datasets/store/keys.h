/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_KEYS_H
#define PRB_STORE_KEYS_H

/*
 * How words become keys. The build writes with these functions and everybody reads with them, so
 * that the two cannot drift apart.
 *
 * Names of places and goods come in two classes. Class `w` holds folded words with one blank
 * between them and is met word by word. Class `g` holds names in scripts that set no blanks between
 * words (Han, kana, Hangul, Thai) or that glue endings to names (Uyghur), as they are written, and
 * is met anywhere in a text.
 */

#include "scoring/names/fold.h"

#define PRB_CLASS_WORDS 'w'
#define PRB_CLASS_GLYPHS 'g'

/* The key of a country's name: folded, '&' as "and", without the word "the" and the Arabic article,
 * "st" as "saint". Appends to out; scratch is overwritten. */
void prb_country_key(const struct prb_fold_table *fold, struct prb_span name,
	struct prb_str *scratch, struct prb_str *out);

/* Appends country, 0x1F, class, 0x1F, name: the key of REGION_NAME. The country "*" stands for any.
 */
void prb_region_key(const char *iso3, char class, struct prb_span name, struct prb_str *out);
/* Appends class, 0x1F, word: the key of KEYWORD. */
void prb_keyword_key(char class, struct prb_span word, struct prb_str *out);

/* Digits of an HS code (prb_hs_bare) without dots and blanks. False where anything else is in it,
 * or there are not 2 to 10. */
bool prb_hs_normalise(struct prb_span text, char out[11]);

/* Appends the owner of a name in NAME_INDEX: the entry's id, 0x1F, a digit for the kind of name. */
void prb_name_owner_write(struct prb_span id, uint8_t kind, struct prb_str *out);
/* False where it was not written so. */
bool prb_name_owner_read(struct prb_span owner, struct prb_span *id, uint8_t *kind);

#endif
