/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_MAP_H
#define PRB_LISTS_MAP_H

/*
 * From a row of a loaded list to an entry, by the list's manifest.
 */

#include "datasets/lists/entry.h"
#include "datasets/lists/manifest.h"
#include "scoring/names/fold.h"

/* The alpha-3 code that a country's code or name stands for, or NULL. */
typedef const char *(*prb_list_country_fn)(void *context, struct prb_span word);

struct prb_list_mapper {
	const struct prb_list_manifest *manifest;
	struct prb_arena *arena;
	const struct prb_fold_table *fold;
	prb_list_country_fn country;
	void *country_context;
	struct prb_span edition;
	struct prb_span section;         /* of the rows that follow, or empty */
	struct prb_str scratch, cleaned; /* for one text at a time */
	struct prb_str notes, address;   /* of one row */
	size_t countries_unknown, names_unfit;
	bool failed; /* memory ran out */
};

enum prb_list_outcome {
	PRB_LIST_LOADED,
	PRB_LIST_PERSON,   /* a natural person, or a row that does not show it is none */
	PRB_LIST_FILTERED, /* not kept by `keep`, or dropped */
	PRB_LIST_REFUSED,  /* why stands in `refusal` */
};

struct prb_list_refusal {
	uint32_t line, column;
	char reason[PRB_FAULT_DETAIL_BYTES_MAX];
};

/* *entry and *refusal are set as the outcome says. An unknown country and a name that folds to
 * nothing are counted in the mapper. */
enum prb_list_outcome prb_list_map(struct prb_list_mapper *mapper, const struct prb_list_row *row,
	struct prb_entry *entry, struct prb_list_refusal *refusal);

/* Appends the text without control and format characters, with one blank for each run of blanks, in
 * Unicode normal form C, and gives it; it lies in *out until that is written to again. */
struct prb_span prb_list_clean(struct prb_span text, struct prb_str *scratch, struct prb_str *out);

/* A date in one of the manifest's forms. */
bool prb_list_date(const struct prb_list_manifest *manifest, struct prb_span text, prb_date *out);

#endif
