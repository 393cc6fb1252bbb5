/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_ALIKE_H
#define PRB_NAMES_ALIKE_H

/* What compare.c and alike.c share: the scale of a comparison, and how alike two words are. */

#include "scoring/names/compare.h"

#define PRB_NAME_WHOLE 1000

/*
 * In thousandths. All of them are ours, tuned on one half of tests/names/pairs and reported on the
 * other (tests/names/RESULTS.md); MATCHING.md says what each is for.
 */
struct prb_name_scale {
	/* how alike two words are that are not equal */
	unsigned meaning, joined, joined_edit, initials, sound_foreign, sound, part;
	/* what edits cost: by the longer word's letters, at the first letter, between words of
	 * Pinyin */
	unsigned edit[12], first_letter, pinyin;
	/* what stays of the similarity where something stands against something, or alone */
	unsigned number_conflict, number_lone, core_conflict, place_conflict, trade_conflict,
		form_conflict, form_lone, order_changed, order_short;
	/* how much of a place that stands alone counts */
	unsigned lone_place;
};
extern const struct prb_name_scale prb_name_scale;

/* A distinctive word weighs at least so much: two letters. */
#define PRB_NAME_CORE_WEIGHT_MIN 55
/* A misspelling of a known word has at least so many letters. */
#define PRB_NAME_KNOWN_MISSPELT_MIN 7

/* A word as it is spelt. */
struct prb_name_spelling {
	struct prb_span text;
	uint32_t letters; /* as bits */
	uint8_t flags;    /* enum prb_name_word_flags */
};
void prb_name_spell(const struct prb_name *name, struct prb_name_spelling out[PRB_NAME_WORDS_MAX]);

/* How alike two words are that are not equal, in thousandths; 0 for not at all. Sets kind and edits
 * of the piece. */
unsigned prb_words_alike(const struct prb_name_spelling *a, const struct prb_name_spelling *b,
	struct prb_name_piece *piece);

#endif
