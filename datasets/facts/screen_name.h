/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_SCREEN_NAME_H
#define PRB_FACTS_SCREEN_NAME_H

/*
 * One name against the entity lists, as a person asks for it.
 */

#include "datasets/facts/gather.h"

#define PRB_SCREEN_HITS_MAX 100

struct prb_screen_query {
	struct prb_span name, city, address; /* n = 0: not given */
	int country;                         /* index into the reference, PRB_COUNTRY_NONE */
	int32_t min_ppm;                     /* less similar names are left out */
	size_t limit;                        /* at most PRB_SCREEN_HITS_MAX */
	prb_date as_of;                      /* judges the status of entries */
};

/* Why two names are alike, or not: words of both sides that stand against each other. */
struct prb_screen_piece {
	const char *key;             /* "equal", "spelling", "legal_form" ...: a text `piece.KEY` */
	struct prb_span query, name; /* the words; n = 0 where a side has none */
	int64_t edits;               /* of "spelling" */
};

struct prb_screen_hit {
	struct prb_listing listing; /* subject "" */
	const char *matched;        /* the name of the entry that was met */
	const char *kind, *country, *city;
	const struct prb_screen_piece *pieces;
	size_t pieces_count;
};

/* The most similar first, at most `limit`; everything lives in the arena or the release.
 * PRB_ERR_MEMORY. */
enum prb_err prb_screen_name(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_screen_query *query, const struct prb_screen_hit **hits, size_t *count);

/* Calls for each name of an entry, its own first: kind is "name", "alias", "former" or "zh". */
void prb_screen_names_of(struct prb_gatherer *gatherer, const char *entity_id,
	void (*each)(void *context, const char *name, const char *kind), void *context);

#endif
