/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_NAME_H
#define PRB_NAMES_NAME_H

/*
 * A name taken apart: its words, folded, each with what kind of word it is in its place and how
 * much it counts when names are compared.
 *
 * "Hetian Haolin Hair Accessories Co., Ltd" has a place, a distinctive word, two trade words and a
 * legal form. Words that the lexicon knows stand as their concept ("Mfg" as "manufacturing", 纺织
 * as "textile"), so that equal words have equal text. A name is plain memory and needs no cleanup,
 * but its words point into itself: it is never copied. The surprise: a legal form counts as one
 * only at either end of a name, unless it can be nothing else; a name of nothing but legal forms
 * keeps them as ordinary words.
 */

#include "scoring/names/fold.h"
#include "scoring/names/lexicon.h"

/* Words and folded bytes beyond these are not looked at (`truncated` says so): no company has so
 * many, and the time of a comparison stays bounded. */
#define PRB_NAME_WORDS_MAX 24
#define PRB_NAME_TEXT_BYTES 512
/* A longer text is no name: callers refuse it. */
#define PRB_NAME_READ_BYTES_MAX 1024

enum prb_name_word_flags {
	PRB_NAME_FOREIGN = 1,  /* written in another script than Latin: vowels are unsure */
	PRB_NAME_EXPANDED = 2, /* an abbreviation, standing as its concept */
	PRB_NAME_KNOWN = 4,    /* the lexicon knows it */
	PRB_NAME_COMPOUND =
		8, /* unknown text of a script that sets no blanks: may be several words */
};

struct prb_name_word {
	struct prb_span text;    /* the concept where the lexicon knows one, else the folded word;
				    for a legal form its class ("llc"); lives as long as name and
				    lexicon */
	struct prb_span surface; /* the folded word as it was written; where that is not kept, the
				    text */
	uint16_t from, to;       /* the bytes of the original text it was read from */
	uint8_t kind;            /* enum prb_word_kind */
	uint8_t flags;           /* enum prb_name_word_flags */
	uint8_t weight;          /* 0..100: what it counts; 0 for a legal form */
};

struct prb_name {
	size_t count;
	uint32_t weight; /* of all words */
	bool generic;    /* made of words that many companies share, or of one short word: such a
			    name decides nothing alone */
	bool truncated;
	struct prb_name_word words[PRB_NAME_WORDS_MAX];
	size_t text_n;
	char text[PRB_NAME_TEXT_BYTES];
};

/* What a word of this kind and length (folded bytes) counts. */
uint8_t prb_name_weight(enum prb_word_kind kind, size_t n);

/* Takes `text` (UTF-8; other bytes part words) apart. No failure: a text without letters and digits
 * gives a name without words. */
void prb_name_parse(struct prb_name *name, const struct prb_fold_table *fold,
	const struct prb_lexicon *lexicon, struct prb_span text);

/* Cuts "A (formerly B; also known as C)" into its names, blanks and brackets off their ends;
 * returns how many, at least 1: the first is what stands before the first such word. */
#define PRB_NAME_VARIANTS_MAX 4
size_t prb_name_variants(struct prb_span text, struct prb_span variants[PRB_NAME_VARIANTS_MAX]);

/* After words were put into a name by hand (from an index): sets `weight` and `generic`, and the
 * folded of words that have none to their text. */
void prb_name_finish(struct prb_name *name);

#endif
