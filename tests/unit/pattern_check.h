/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_PATTERN_CHECK_H
#define PRB_TESTS_PATTERN_CHECK_H

/* What a pattern of a catalogue holds, as ICU reads it. */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PATTERN_WORDS_BYTES 512

struct pattern_parts {
	char arguments[PATTERN_WORDS_BYTES]; /* their names, each once, in order, with a blank
						behind */
	char plurals[PATTERN_WORDS_BYTES];   /* those that choose a plural, likewise */
	char missing[PATTERN_WORDS_BYTES];   /* plural categories of the language that are not given
					      */
};

/* False where ICU does not read it, or an argument is of a kind that catalogues do without. */
bool pattern_read(const char *locale, const char *text, struct pattern_parts *parts);

#ifdef __cplusplus
}
#endif

#endif
