/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ENTITIES_INDEX_H
#define PRB_ENTITIES_INDEX_H

/*
 * An index over names: which names hold a word, a word one or two letters away, or one that sounds
 * alike.
 *
 * It is one run of bytes, read where it lies (a value of LMDB in a map, at any address): opening
 * one of a million names touches its header alone, and takes no memory. What it holds is checked
 * where it is read, so damaged bytes give wrong names, never a read outside. The surprise: words
 * are those that prb_name_parse makes under one folding table and one lexicon, so that an index is
 * of use with those alone; `edition` says which.
 */

#include "scoring/base/text.h"
#include "scoring/names/name.h"

#define PRB_INDEX_EDITION_BYTES 32
/* What a byte format or a change of how names are parsed makes of no use is refused at open. */
#define PRB_INDEX_FORMAT 1

/* Its sections, in the order of their bytes (layout.h says what each is). */
enum prb_index_section {
	PRB_INDEX_TEXTS,
	PRB_INDEX_NAMES,
	PRB_INDEX_SIGNATURES,
	PRB_INDEX_WEIGHTS,
	PRB_INDEX_FORWARD,
	PRB_INDEX_WORD_TEXTS,
	PRB_INDEX_WORDS,
	PRB_INDEX_POSTINGS,
	PRB_INDEX_EXACT_BUCKETS,
	PRB_INDEX_EXACT,
	PRB_INDEX_NEAR_BUCKETS,
	PRB_INDEX_NEAR,
	PRB_INDEX_SOUND_BUCKETS,
	PRB_INDEX_SOUND,
	PRB_INDEX_KEYS_BUCKETS,
	PRB_INDEX_KEYS,
	PRB_INDEX_SECTIONS
};

/* Plain memory; borrows the bytes. */
struct prb_index {
	uint32_t names, words;
	unsigned char edition[PRB_INDEX_EDITION_BYTES];
	struct {
		const unsigned char *p;
		size_t n; /* bytes */
	} section[PRB_INDEX_SECTIONS];
};

/* False, and the index untouched, where the bytes are no index of this format. */
bool prb_index_open(struct prb_index *index, const void *bytes, size_t n);

/* The text of a name as it was added, and its owner; empty for a number that is none. */
struct prb_span prb_index_text(const struct prb_index *index, uint32_t name);
struct prb_span prb_index_owner(const struct prb_index *index, uint32_t name);

/* Puts a name together from the index, as parsing its text would; its words point into the index.
 * Each word's `from` and `to` are 0: they are not kept. */
void prb_index_name(const struct prb_index *index, uint32_t name, struct prb_name *out);

/* Gathers names and makes the bytes of an index of them. */
struct prb_index_builder;

/* NULL where memory ran out. Both tables are borrowed until the builder is destroyed. */
struct prb_index_builder *prb_index_builder_create(
	const struct prb_fold_table *fold, const struct prb_lexicon *lexicon);
void prb_index_builder_destroy(struct prb_index_builder *builder);
/* Copies both. Names are numbered in the order they are added. A text longer than
 * PRB_NAME_READ_BYTES_MAX is no name, and counts as a failure, as an owner so long does. A failure
 * is remembered. */
void prb_index_builder_add(
	struct prb_index_builder *builder, struct prb_span text, struct prb_span owner);
/* Ends adding. Returns how many bytes the index has, for prb_index_builder_write; 0 after a
 * failure: memory ran out or a number passed its bounds (4 GiB of names, 2^24 different words). */
size_t prb_index_builder_finish(
	struct prb_index_builder *builder, const unsigned char edition[PRB_INDEX_EDITION_BYTES]);
/* Writes the bytes: the same names in the same order give the same. */
void prb_index_builder_write(const struct prb_index_builder *builder, void *out);

#endif
