/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ENTITIES_SEARCH_H
#define PRB_ENTITIES_SEARCH_H

/*
 * The names of an index that are most like one asked for.
 *
 * In three steps, each bounded whatever is asked: the words of the index that may be meant by each
 * word asked (terms.h); the names that hold many of them, counted from the rarest word on; and the
 * full comparison (scoring/names/compare.h) of the few that may be best. So a hit's similarity is
 * what prb_names_compare says, and what may be missed is a name that shares only words that tens of
 * thousands have. A searcher holds the memory for that, takes none for a query, and is for one
 * thread. The surprise: names below PRB_SEARCH_SIMILARITY_MIN are not looked for.
 */

#include "datasets/entities/index.h"
#include "scoring/names/compare.h"

#define PRB_SEARCH_SIMILARITY_MIN 400000
#define PRB_SEARCH_HITS_MAX 100

struct prb_hit {
	uint32_t name;      /* its number in the index */
	int32_t similarity; /* as prb_names_compare has it */
	uint8_t exactness; /* what the similarity passes over: twice the words written alike, 1 more
			      where all are, in one order */
};

struct prb_searcher;

/* Borrows the index. NULL where memory ran out; some four bytes for each name and 1 MB. */
struct prb_searcher *prb_searcher_create(const struct prb_index *index);
void prb_searcher_destroy(struct prb_searcher *searcher);

/* Writes the best `limit` (at most PRB_SEARCH_HITS_MAX) names to hits and returns how many: by
 * similarity, then exactness, then number, so that the same question has the same answer. */
size_t prb_search(struct prb_searcher *searcher, const struct prb_name *query, size_t limit,
	struct prb_hit *hits);

#endif
