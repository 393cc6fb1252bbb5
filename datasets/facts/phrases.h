/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_PHRASES_H
#define PRB_FACTS_PHRASES_H

/*
 * Known phrases found in a text: names of places in an address, words for goods in a description.
 *
 * A set of phrases is filled once and then only read. Phrases of class `w` are met at the edges of
 * words of a folded text; those of class `g` anywhere in a text as it is written (but for the case
 * of ASCII letters). The longest phrases win; what they cover is not read again.
 */

#include "datasets/store/keys.h"
#include "scoring/base/arena.h"

#define PRB_MATCHES_MAX 64
#define PRB_PHRASE_WORDS_MAX 6

struct prb_phrases;

struct prb_match {
	size_t start, end; /* bytes of the text */
	size_t length;     /* words or characters */
	const void *value;
};

/* Made in the arena, for up to count_max phrases; NULL when memory ran out. */
struct prb_phrases *prb_phrases_create(struct prb_arena *arena, size_t count_max);
/* name must outlive the set. A phrase longer than six words is never met. */
void prb_phrases_add(
	struct prb_phrases *phrases, char class, struct prb_span name, const void *value);
/* Fills matches in the order of the text; returns how many. The text is folded for class `w`,
 * lower-case in its ASCII letters for `g`. */
size_t prb_phrases_find(const struct prb_phrases *phrases, char class, struct prb_span text,
	struct prb_match matches[PRB_MATCHES_MAX]);

#endif
