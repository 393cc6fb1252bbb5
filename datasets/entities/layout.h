/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ENTITIES_LAYOUT_H
#define PRB_ENTITIES_LAYOUT_H

/*
 * The bytes of an index, for this folder alone. All integers little-endian, none aligned.
 *
 * Header: magic "PRBI", u32 format, u32 names, u32 words, 32 bytes edition, then for each section
 * its u64 bytes; the sections follow, each from a multiple of 8 on, with zeros between.
 *
 * TEXTS: name and owner, one behind the other.
 *
 * NAMES, 16 bytes each: u32 text, u16 bytes of the name, u16 of the owner, u32 first word in
 * FORWARD, u16 0, u8 words, u8 0.
 *
 * SIGNATURES, u64 each: the weight of all words of a name << 48 | a bit for each of its words, by
 * which most names that lack a word are told apart without reading theirs.
 *
 * WEIGHTS, u8 each: a quarter of that weight, at most 255: small enough to lie in the cache.
 *
 * FORWARD, u32 for each word of a name: flags << 24 | word.
 *
 * WORDS, 32 bytes each: u32 first in POSTINGS, u32 how many, u8 bytes of the text, u8 of the word
 * as it was written (behind the text; 0 for the same), u8 kind, u8 weight, then the texts, or where
 * they have more than 20 bytes their u32 place in WORD_TEXTS.
 *
 * POSTINGS, u32 each: for each word the names that have it, rising; none for legal forms and stop
 * words.
 *
 * Four tables of (hash -> numbers): _BUCKETS are u32, one more than a power of two, and bucket
 * hash & (that - 1) has the entries from its number to the next one's; an entry is
 * (hash & 0xFF000000) | number (in NEAR four bits of the tag are the word's length). EXACT holds
 * words by text and by how they are written, NEAR by either less some letters, SOUND by how they
 * sound; KEYS holds names by a hash of all their words and by the first letters of these (its
 * entries are bare numbers).
 */

#include "datasets/entities/index.h"

#define PRB_INDEX_HEADER_BYTES (4 + 4 + 4 + 4 + PRB_INDEX_EDITION_BYTES + 8 * PRB_INDEX_SECTIONS)
#define PRB_INDEX_NAME_BYTES 16
#define PRB_INDEX_WORD_BYTES 32
#define PRB_INDEX_WORD_TEXT_AT 12
#define PRB_INDEX_NUMBER_MASK 0x00FFFFFFU
#define PRB_INDEX_WORDS_MAX 0x01000000U

static inline uint32_t
prb_load16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t
prb_load32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t
prb_load64(const unsigned char *p)
{
	return (uint64_t)prb_load32(p) | (uint64_t)prb_load32(p + 4) << 32;
}

static inline void
prb_store16(unsigned char *p, uint32_t value)
{
	p[0] = (unsigned char)value;
	p[1] = (unsigned char)(value >> 8);
}

static inline void
prb_store32(unsigned char *p, uint32_t value)
{
	prb_store16(p, value);
	prb_store16(p + 2, value >> 16);
}

static inline size_t
prb_index_align(size_t at)
{
	return (at + 7) & ~(size_t)7;
}

#define PRB_SIGNATURE_BITS 48
#define PRB_WEIGHT_UNIT 4
/* The bit of a word in the signature of a name, by its text. */
uint64_t prb_signature_bit(struct prb_span text);

struct prb_index_word {
	struct prb_span text, surface;
	const unsigned char *postings; /* u32 each */
	uint32_t count;
	uint8_t kind, weight;
};

/* False for a number that is none, or where the record points outside. */
bool prb_index_word(const struct prb_index *index, uint32_t number, struct prb_index_word *out);

/* The words of a name in FORWARD; p = NULL where there are none. */
struct prb_index_forward {
	const unsigned char *p;
	size_t n; /* words */
};
struct prb_index_forward prb_index_forward(const struct prb_index *index, uint32_t name);

/* The entries of a hash in the table whose buckets are `section`; the next section holds them. */
struct prb_index_bucket {
	const unsigned char *p;
	size_t n; /* entries */
};
struct prb_index_bucket prb_index_bucket(
	const struct prb_index *index, enum prb_index_section section, uint32_t hash);

#endif
