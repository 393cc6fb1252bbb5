/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ENTITIES_TERMS_H
#define PRB_ENTITIES_TERMS_H

/*
 * What may be meant by the words asked: for each, the words of the index that equal it, are near
 * it, sound like it, or make it when joined or taken apart. For this folder alone.
 */

#include "datasets/entities/layout.h"

#define PRB_TERM_VARIANTS_MAX 48
#define PRB_TERMS_MAX 48
/* How well a word is met, in eighths: a typo leaves most of it. */
#define PRB_QUALITY_MAX 8

struct prb_variant {
	const unsigned char *postings;
	uint64_t bit; /* in the signatures of names that have it */
	uint32_t word, count;
	uint32_t tally; /* what it lends a name: the weight met of the query << 16 | the weight
			   that both have, times eighths */
	uint8_t quality;
};

/* The variants of one word asked, or of a part of it; a name counts the best that it has. */
struct prb_term {
	uint32_t weight;
	uint32_t count; /* postings of all variants */
	bool form;      /* a legal form of the index may be meant */
	bool whole;     /* a word against a word, while variants are added */
	size_t variants;
	struct prb_variant variant[PRB_TERM_VARIANTS_MAX]; /* best first, then rarest */
};

struct prb_terms {
	size_t count;
	uint32_t
		weight; /* of the query; half of a word in another script: it may be a legal form */
	uint8_t order[PRB_TERMS_MAX];        /* of the terms, the rarest first */
	struct prb_term term[PRB_TERMS_MAX]; /* each has a variant */
};

void prb_terms_find(
	struct prb_terms *terms, const struct prb_index *index, const struct prb_name *query);

#endif
