/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FACTS_SCREEN_NAME_H
#define PRB_FACTS_SCREEN_NAME_H

/*
 * One name against the entity lists of a release: the entries it meets, each with the name of the
 * entry that is most like it, the evidence beside the name, and the decision (scoring/METHOD.md
 * section 4).
 *
 * What a declaration's names meet (listings.c), the command line's `match` and GET /v1/entities are
 * all this one function.
 */

#include "datasets/facts/gather.h"
#include "datasets/store/records.h"
#include "scoring/names/evidence.h"

#define PRB_SCREEN_HITS_MAX 100

struct prb_screen_query {
	struct prb_span name; /* 1..PRB_NAME_READ_BYTES_MAX bytes; a longer one meets nothing */
	int country;          /* index into the reference; PRB_COUNTRY_NONE where not known */
	struct prb_span city, address;
	const struct prb_identifier
		*identifiers; /* what the party declares; a bad one says nothing */
	size_t identifiers_count;
	int32_t similarity_min; /* hits below are left out; at least 1 */
	size_t limit;           /* at most PRB_SCREEN_HITS_MAX */
	bool pieces;            /* say how the words were aligned */
};

/* Words of the query and of the entry's name that were aligned, in their own spelling. */
struct prb_screen_piece {
	uint8_t kind;  /* enum prb_name_piece_kind */
	uint8_t edits; /* for spelling */
	struct prb_span query, name;
};

struct prb_screen_hit {
	const char *entity_id;
	struct prb_span id;                     /* the same, the release's */
	const struct prb_entity_record *entity; /* its texts are the release's */
	struct prb_span met;                    /* the entry's name that is most alike */
	uint8_t met_kind;                       /* the kind of that name: main, alias, former ... */
	int32_t name_similarity_ppm;            /* of the names alone */
	int32_t similarity_ppm;                 /* with what stands beside them */
	uint8_t decision;                   /* enum prb_name_decision; by name evidence alone: the
					       status of the entry is not looked at */
	uint8_t country, place, identifier; /* enum prb_beside */
	bool generic;
	uint8_t variant; /* which of the names in the query's text met it (prb_name_variants) */
	const char *because;
	const struct prb_screen_piece *pieces;
	size_t pieces_count;
};

struct prb_screening {
	const struct prb_screen_hit *hits; /* the most alike first, one for each entry */
	size_t count;
	bool more; /* more names were alike enough for a match than are looked at */
};

/* Memory is the arena's; PRB_ERR_MEMORY where it runs out. */
enum prb_err prb_screen_name(struct prb_gatherer *gatherer, struct prb_arena *arena,
	const struct prb_screen_query *query, struct prb_screening *out);

/* The lists that were searched, for every "no match": borrowed from the gatherer. */
const struct prb_list_searched *prb_screen_lists(
	const struct prb_gatherer *gatherer, size_t *count);

/* The edition of a list by its short name; "" where there is no such list. */
const char *prb_screen_edition(const struct prb_gatherer *gatherer, const char *list);

/* The status of an entry on a day, and since when; what was lifted later was still in force. */
void prb_screen_status(const struct prb_entity_record *entity, prb_date as_of, uint8_t *status,
	prb_date *status_date);

/* Calls for each name of an entry, its main one first. `kind` is "name", "alias", "former" or "zh".
 */
void prb_screen_names_of(struct prb_gatherer *gatherer, struct prb_span entity_id,
	void (*each)(void *context, struct prb_span name, const char *kind), void *context);
/* The word for prb_screen_hit.met_kind. */
const char *prb_screen_name_kind_word(uint8_t kind);

/* "equal", "abbreviation", "spelling" ...: enum prb_name_piece_kind as the JSON has it. */
const char *prb_name_piece_word(enum prb_name_piece_kind kind);

#endif
