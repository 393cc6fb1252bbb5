/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_PARTS_H
#define PRB_FACTS_PARTS_H

/* What the parts of this folder share. */

#include "datasets/entities/search.h"
#include "datasets/facts/decisions.h"
#include "datasets/facts/gather.h"
#include "datasets/facts/phrases.h"
#include "datasets/facts/screen_cache.h"
#include "datasets/store/records.h"

#define PRB_POINTER_BYTES_MAX (PRB_UPSTREAM_POINTER_BYTES + 128)
#define PRB_LISTS_MAX 64

/* An entity list and what it says of countries. */
struct prb_list_known {
	const char *list;
	struct prb_list_record record;
};

struct prb_gatherer {
	const struct prb_reader *reader;
	const struct prb_reference *reference;
	const struct prb_fold_table *fold;
	struct prb_arena *own;          /* what is loaded once */
	struct prb_phrases *regions[2]; /* of the one or two countries whose regions matter; see
					   region_country */
	int region_country[2];
	struct prb_phrases *keywords;
	int16_t iso2[26 * 26]; /* country of an alpha-2 code */
	const struct prb_lexicon *lexicon;
	struct prb_index index; /* over the names of all entries */
	struct prb_searcher *searcher;
	struct prb_list_known lists[PRB_LISTS_MAX];
	struct prb_list_searched searched[PRB_LISTS_MAX]; /* the same, as reports name them */
	size_t lists_count;
	struct prb_screen_cache *cache;
	char asker[PRB_ASKER_BYTES_MAX]; /* for whom names are screened; none: nothing is remembered
					  */
	size_t asker_bytes;
	struct prb_str text, key, scratch;           /* for one word at a time */
	const struct prb_decision_source *decisions; /* NULL: none */
	bool failed; /* while loading: memory ran out, or a record cannot be read */
};

/* One declaration on its way. */
struct prb_gathering {
	struct prb_gatherer *g;
	struct prb_arena *arena;
	const struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_faults *faults;
	prb_date as_of;
	enum prb_err err; /* the first fault */
};

/* Adds a fault at a pointer made by format "%s/..": the first one's code is kept. */
void prb_gathering_fault(struct prb_gathering *gathering, enum prb_err err, const char *pointer,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* places.c */
enum prb_err prb_places_load(struct prb_gatherer *g);
/* The index of a declared country; an unknown one is a fault at pointer. An empty word is
 * PRB_COUNTRY_NONE. */
int16_t prb_place_country(
	struct prb_gathering *gathering, struct prb_span word, const char *pointer, bool *assumed);
/* A place of a party or site: `base` is the pointer of the object whose members country, region,
 * city and address these are. Where the country is not given, regions are looked for in that of
 * `fallback`. */
void prb_place_party(struct prb_gathering *gathering, struct prb_span country,
	struct prb_span region, struct prb_span city, struct prb_span address, int fallback,
	const char *base, struct prb_place *out);
/* An origin: country and region alone. */
void prb_place_origin(struct prb_gathering *gathering, struct prb_span origin,
	struct prb_span region, const char *base, struct prb_place *out);

/* goods.c */
enum prb_err prb_goods_load(struct prb_gatherer *g);
void prb_goods_gather(struct prb_gathering *gathering, struct prb_span hs,
	struct prb_span description, const char *base, struct prb_goods_facts *out);

/* screen_name.c */
enum prb_err prb_screen_load(struct prb_gatherer *g);
/* NULL for a list that the release does not know. */
const struct prb_list_known *prb_list_known(const struct prb_gatherer *g, const char *list);
/* decisions.c: replaces the listings that persons decided about. */
void prb_decisions_apply(struct prb_gathering *gathering);
/* Appends what a decision knows a party by: its name as folded for lookups, its country, its place.
 */
void prb_hit_add_party(
	struct prb_gatherer *g, const struct prb_hit_party *party, struct prb_str *out);
/* evidence.c: marks the statements that persons confirmed. */
void prb_evidence_apply(struct prb_gathering *gathering);

/* listings.c */
void prb_listings_gather(struct prb_gathering *gathering);

#endif
