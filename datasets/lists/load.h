/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_LOAD_H
#define PRB_LISTS_LOAD_H

/*
 * Reads a list by its manifest. Every row that cannot stand is said as FILE:LINE:COLUMN: reason;
 * whether the others are enough is the caller's to decide. The order of the rows does not matter.
 */

#include "datasets/lists/map.h"
#include "scoring/base/hash.h"

#define PRB_LIST_ENTRIES_MAX 2000000

struct prb_list_counts {
	size_t rows;     /* of data: every one is in one of the next four */
	size_t loaded;   /* rows that went into entries */
	size_t persons;  /* natural persons, and rows that do not show they are none */
	size_t filtered; /* by `keep` and `drop` */
	size_t refused;
	size_t entries;           /* what the rows made, those of one id together */
	size_t countries_unknown; /* left out by `unknown_country` */
	size_t names_unfit; /* other names that fold to nothing, or to more than a key holds */
};

struct prb_list_input {
	const struct prb_list_manifest *manifest;
	const char *path;
	struct prb_span edition;
	struct prb_arena *arena;
	const struct prb_fold_table *fold;
	prb_list_country_fn country;
	void *country_context;
	void (*say)(void *context, const char *line); /* a refused row */
	void *say_context;
	size_t says_max; /* further ones are counted alone */
};

/* Appends the entries, sorted. PRB_ERR_SOURCE_ROW where the file as a whole cannot be read by this
 * manifest (then nothing is appended), PRB_ERR_IO, PRB_ERR_MEMORY. */
enum prb_err prb_list_load(const struct prb_list_input *input, struct prb_entries *entries,
	struct prb_list_counts *counts, struct prb_fault *fault);

/* The hash of what was loaded: every text, name and number of every entry, in order. */
void prb_list_hash(const struct prb_entry *entries, size_t count, char out[PRB_SHA256_HEX_BYTES]);

#endif
