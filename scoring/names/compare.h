/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_COMPARE_H
#define PRB_NAMES_COMPARE_H

/*
 * How alike two names are: their words are aligned, none used twice, and what is left over on
 * either side counts against them by its weight.
 *
 * Order does not matter. A number or unit that differs ("Factory No. 2", "No. 3") makes two names
 * two companies, whatever else is equal. Two different distinctive words do the same in most cases:
 * they stand against each other. The scale is ours, tuned on the labelled pairs of tests/names.
 */

#include "scoring/names/name.h"

#define PRB_SIMILARITY_MAX 1000000 /* in millionths */

/* Names at least so alike are one, as far as names can tell; ones at least so alike may be
 * (tests/names/RESULTS.md: chosen on one half of the pairs, measured on the other). */
#define PRB_SIMILARITY_MATCH 850000
#define PRB_SIMILARITY_POSSIBLE 700000

/* What became of words; the pieces of a comparison in the order of the query's words. */
enum prb_name_piece_kind {
	PRB_PIECE_EQUAL,
	PRB_PIECE_ABBREVIATION,   /* "Mfg" is "Manufacturing" */
	PRB_PIECE_SPELLING,       /* `edits` letters differ */
	PRB_PIECE_SOUND,          /* alike by sound: another script or romanisation */
	PRB_PIECE_JOINED,         /* two words on one side are one on the other */
	PRB_PIECE_INITIALS,       /* "XPCC" */
	PRB_PIECE_FORM,           /* a legal form, not counted */
	PRB_PIECE_NUMBER_DIFFERS, /* numbers that stand against each other */
	PRB_PIECE_QUERY_ONLY,
	PRB_PIECE_NAME_ONLY,
};

struct prb_name_piece {
	uint8_t kind;              /* enum prb_name_piece_kind */
	uint8_t edits;             /* for SPELLING */
	uint8_t query_at, query_n; /* words of the query, n = 0 for none */
	uint8_t name_at, name_n;   /* words of the name */
};

#define PRB_NAME_PIECES_MAX ((size_t)2 * PRB_NAME_WORDS_MAX)

struct prb_name_pieces {
	size_t count;
	struct prb_name_piece items[PRB_NAME_PIECES_MAX];
};

/* 0..PRB_SIMILARITY_MAX; symmetric. `pieces` may be NULL. A name without words is like none. */
int32_t prb_names_compare(
	const struct prb_name *query, const struct prb_name *name, struct prb_name_pieces *pieces);

/*
 * What may make two names two companies however alike they are. WORD: a distinctive word stands on
 * one side alone; or fewer than two distinctive words are met for certain, and any other word is
 * left over
 * ("Western Gold", "Western Gold Jewelry") or a distinctive one is misspelt ("Superman",
 * "Supermax"). SHORT: one distinctive word of at most three letters is all there is. Such a pair is
 * for a person to decide, unless what stands beside the names shows that it is one company.
 */
enum prb_name_doubt { PRB_DOUBT_NONE, PRB_DOUBT_WORD, PRB_DOUBT_SHORT };
enum prb_name_doubt prb_names_doubt(const struct prb_name *query, const struct prb_name *name,
	const struct prb_name_pieces *pieces);

/* The consonants of a folded word as they sound, for words whose vowels or romanisation are unsure
 * ("hamid" and "hameed" alike); writes at most `room` bytes, returns how many. */
size_t prb_name_sound(struct prb_span word, char *out, size_t room);

/* The word with "ts", "kh" and "ks" as c, h and x, which other romanisations write ("Unitso" is
 * "Unico"); writes at most `room` bytes, returns how many. */
size_t prb_name_plain(struct prb_span word, char *out, size_t room);

/* Whether a folded word of at least four letters is written in Pinyin: there one letter makes
 * another syllable, and so another word, far oftener than a slip. */
bool prb_name_is_pinyin(struct prb_span word);

/* The fewest single-letter insertions, deletions, substitutions and swaps of neighbours that make b
 * of a (optimal string alignment), or max + 1 where it takes more than `max` (at most 16). */
unsigned prb_name_edits(struct prb_span a, struct prb_span b, unsigned max);
/* How many edits a word of n letters may have and still be the same word: 0 up to 3 letters, 1 up
 * to 7, 2 up to 11, 3 beyond. */
unsigned prb_name_edits_allowed(size_t n);

#endif
