/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_SEGMENT_H
#define PRB_NAMES_SEGMENT_H

/*
 * Text of scripts that set no blanks, cut into words that the lexicon knows and the rest between
 * them.
 *
 * Of all ways to cut, the one that leaves the fewest and shortest unknown pieces is taken: 태광산업
 * is 태광 and 산업 (industry), not 태, 광산 (mining) and 업. One character is a word of its own
 * only at the end (厂), behind a place (市), or where nothing around it is unknown: in 三菱 it is
 * part of a name.
 */

#include "scoring/names/lexicon.h"

#define PRB_SEGMENT_CHARACTERS_MAX 64

struct prb_segment {
	size_t from, to; /* bytes of the text */
	bool known;
	struct prb_word_entry entry; /* where known */
};

/* Whether the script of a character sets no blanks between words. */
bool prb_script_is_unspaced_at(uint32_t code_point);

/* Cuts the run of such characters that begins at `at` (at most PRB_SEGMENT_CHARACTERS_MAX of them)
 * and returns how many pieces it has, in order; at least 1. */
size_t prb_segment(const struct prb_lexicon *lexicon, struct prb_span text, size_t at,
	struct prb_segment pieces[PRB_SEGMENT_CHARACTERS_MAX]);

#endif
