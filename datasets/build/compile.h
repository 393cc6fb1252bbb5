/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_COMPILE_H
#define PRB_BUILD_COMPILE_H

/*
 * From checked tables to the rows of a release. Each part reads the sources in sorted order and
 * adds rows; what only shows here (two countries with one name, a check digit) is complained of in
 * the same form. Nothing may depend on the order of rows in a file.
 */

#include "datasets/build/lists.h"
#include "datasets/build/sources.h"
#include "datasets/store/records.h"
#include "datasets/store/write.h"
#include "scoring/names/fold.h"
#include "scoring/names/lexicon.h"

struct prb_compiler {
	struct prb_sources *sources;
	struct prb_arena *arena;
	struct prb_fold_table fold;
	struct prb_lexicon lexicon; /* once prb_compile_lexicon has run */
	struct prb_store_row *rows;
	size_t count, room;
	struct prb_str key, value, scratch; /* for one row at a time */
	bool failed;                        /* memory ran out */
	struct prb_loaded_lists *lists;     /* what was loaded beside the source tables */
	struct prb_entries entries; /* of all lists, sorted, once prb_compile_entities ran */
};

/* Adds a row; key and value are copied. */
void prb_compiler_add(
	struct prb_compiler *c, enum prb_table table, struct prb_span key, struct prb_span value);
/* Adds c->key and c->value, and empties both. */
void prb_compiler_add_built(struct prb_compiler *c, enum prb_table table);
/* A copy in the arena, ended by NUL; never NULL. */
const char *prb_compiler_text(struct prb_compiler *c, struct prb_span text);
/* The text of a cell, ended by NUL. */
const char *prb_compiler_cell(struct prb_compiler *c, enum prb_source_column column, size_t row);

/* Many items under one key (ids of a name): gathered, sorted, made unique, then added as lists of
 * texts. */
struct prb_pair {
	struct prb_span key, item;
	enum prb_source_column column; /* where it comes from, for complaints */
	uint32_t row, rank;            /* PRB_PAIR_LOADED: from a loaded list */
};
#define PRB_PAIR_LOADED UINT32_MAX
struct prb_pairs {
	struct prb_pair *items;
	size_t count, room;
};
void prb_pairs_add(struct prb_compiler *c, struct prb_pairs *pairs, const struct prb_pair *pair);
/* By key, then rank (higher first), then item. */
void prb_pairs_sort(struct prb_pairs *pairs);
void prb_pairs_add_rows(struct prb_compiler *c, struct prb_pairs *pairs, enum prb_table table);
void prb_pairs_finish(struct prb_pairs *pairs);

/* The parts. */
void prb_compile_countries(struct prb_compiler *c); /* where.c: countries, anchors */
void prb_compile_goods(struct prb_compiler *c);     /* goods.c: goods, headings, scopes, sectors */
void prb_compile_words(
	struct prb_compiler *c); /* words.c: names of countries and regions, keywords */
void prb_compile_entities(struct prb_compiler *c);   /* entities.c, after the lists were loaded */
void prb_compile_lexicon(struct prb_compiler *c);    /* lexicon.c: words of names */
void prb_compile_name_index(struct prb_compiler *c); /* name_index.c, after entities and lexicon */
void prb_compile_method(struct prb_compiler
		*c); /* method.c: weights, constants, decision table, items, ILO texts, META */
void prb_compile_guidance(struct prb_compiler *c); /* guidance.c: laws, remedies, referrals */
void prb_compile_sources(
	struct prb_compiler *c); /* method.c: the manifest and the hash of every table */

/* Every name under which an entry can be met, once prb_compile_entities has run: by id, the main
 * name first. `kind` is enum prb_entry_name_kind. Scopes have none. */
void prb_entities_each_name(const struct prb_compiler *c,
	void (*each)(void *context, struct prb_span id, struct prb_span name, uint8_t kind),
	void *context);

#endif
