/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_LEXICON_H
#define PRB_NAMES_LEXICON_H

/*
 * The words of names that carry little, or mean the same as other words: legal forms, trade words,
 * places, numbers, kinds of sites, articles.
 *
 * A table over borrowed bytes, written by `data build` and kept in the release. It may point into a
 * memory map at any address and is read byte by byte; everything in it is checked when it is
 * opened, so that a lookup need not. A lookup allocates nothing; one that finds nothing mostly
 * costs the hash and one slot. The surprise: the key of several words is their folded text without
 * blanks ("sp z o.o." is "spzoo"), so that "s.p.a." and "spa" are one; and text of an unspaced
 * script stands in it twice, folded and as it is written ("纺织").
 *
 * The bytes: magic "PRBW", u32 version 1, u32 entries E, u32 slots S (a power of two, more than E),
 * u32 bytes of strings, u16 longest native key in bytes, u16 most words in one key; then S slots of
 * u32 hash and u32 entry number (from 1; 0 is an empty slot); then E entries of u32 key, u32
 * concept, u32 form (offsets into the strings), u16 bytes of key, u16 of concept, u8 of form, u8
 * kind, u8 flags (1 form_anywhere, 2 expanded), u8 0; then the strings. All little-endian. An entry
 * is in the first free slot from its hash's own slot on.
 */

#include "scoring/base/text.h"

/* In the order of how little a word tells: the later, the less. */
enum prb_word_kind {
	PRB_WORD_CORE,   /* what tells a name from others; every word that is not in the table */
	PRB_WORD_TRADE,  /* textile, trading, group, international */
	PRB_WORD_PLACE,  /* Xinjiang, Dhaka, north */
	PRB_WORD_NUMBER, /* two, II, 第二: the concept is the number in digits */
	PRB_WORD_UNIT,   /* factory, branch, No.: says what a number behind or before it counts */
	PRB_WORD_STOP,   /* of, and, de, city */
	PRB_WORD_LEGAL,  /* only ever a legal form */
	PRB_WORD_KINDS
};

struct prb_word_entry {
	/* Canonical folded text: words of equal concept are equal ("textile" for "textiles",
	 * "tekstil" and "纺织"). Never empty. */
	struct prb_span concept;
	/* The class of legal form where the word can be one (llc, jsc, inc, company, partnership,
	 * sole, cooperative, state, association, foundation, other: classes of ours,
	 * datasets/SOURCES.md), else empty. */
	struct prb_span form;
	uint8_t kind;       /* enum prb_word_kind: what it is where it is no legal form */
	bool form_anywhere; /* a form in the middle of a name too ("sdn bhd"); otherwise only at
			       either end ("sa") */
	bool expanded;      /* the word is an abbreviation of its concept ("mfg") */
};

/* All zeros is a lexicon without words. */
struct prb_lexicon {
	const unsigned char *slots, *entries;
	const char *strings;
	uint32_t slot_mask;
	uint16_t native_bytes_max, joined_words_max;
};

/* False, and the lexicon untouched, where the bytes are no such table. */
bool prb_lexicon_open(struct prb_lexicon *lexicon, const void *bytes, size_t n);

/* The key: folded words joined without blanks, or text of an unspaced script (Han, Kana, Hangul,
 * Thai, Lao, Khmer, Myanmar) as it stands. The entry borrows from the lexicon's bytes, and is
 * untouched where there is none. */
bool prb_lexicon_find(
	const struct prb_lexicon *lexicon, const char *key, size_t n, struct prb_word_entry *entry);

/* The hash of a key, which grows with it: a caller who joins words goes on from the last hash. */
#define PRB_LEXICON_HASH_NONE 0U /* of no bytes */
uint32_t prb_lexicon_hash_more(uint32_t hash, const char *p, size_t n);
/* prb_lexicon_find by the hash of the same n bytes. */
bool prb_lexicon_find_hashed(const struct prb_lexicon *lexicon, uint32_t hash, const char *key,
	size_t n, struct prb_word_entry *entry);

/* How far to look: bytes of the longest native key, words of the longest joined one. */
size_t prb_lexicon_native_bytes_max(const struct prb_lexicon *lexicon);
size_t prb_lexicon_joined_words_max(const struct prb_lexicon *lexicon);

#define PRB_LEXICON_KEY_BYTES_MAX 255
#define PRB_LEXICON_JOINED_WORDS_MAX 12

/* What the table is written from. */
struct prb_lexicon_row {
	struct prb_span key;
	struct prb_word_entry entry;
	uint8_t words; /* folded words in the key, 1..PRB_LEXICON_JOINED_WORDS_MAX; 0 for native
			  text */
};

/* Appends the table's bytes; rows must be sorted by key, keys unique, no text longer than
 * PRB_LEXICON_KEY_BYTES_MAX (asserted). False where memory ran out or out is full. */
bool prb_lexicon_write(const struct prb_lexicon_row *rows, size_t count, struct prb_str *out);

#endif
