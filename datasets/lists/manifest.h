/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_MANIFEST_H
#define PRB_LISTS_MANIFEST_H

/*
 * A manifest: a small JSON text that says what a list is, how its file is written and what its
 * columns mean, so that a list is loaded without code. README.md describes every member.
 *
 * It is read strictly: a member that is not known, a wrong kind of value and a missing one are
 * refused with their place. All texts lie in the arena.
 */

#include "datasets/lists/table.h"
#include "scoring/base/arena.h"

#define PRB_LIST_MANIFEST_BYTES_MAX (256 * 1024)
#define PRB_LIST_ID_BYTES_MAX 32
#define PRB_LIST_TEXT_BYTES_MAX 1000

enum prb_list_field {
#define FIELD(name, member, use) PRB_FIELD_##name,
#include "datasets/lists/fields.def"
#undef FIELD
	PRB_LIST_FIELDS
};

/* A column by its header; `at` is its place in the file, PRB_LIST_NO_COLUMN where it is not there.
 */
#define PRB_LIST_NO_COLUMN SIZE_MAX
struct prb_list_column {
	struct prb_span header;
	size_t at;
};

struct prb_list_word {
	struct prb_span word, becomes;
};

enum prb_list_part { PRB_LIST_WHOLE, PRB_LIST_AFTER_LAST_COMMA };

/* How the scheme of a number is known: one of enum prb_scheme, or these. */
#define PRB_LIST_SCHEME_IN_CELL 254 /* "lei:5493...": scheme, colon, number */
#define PRB_LIST_SCHEME_BY_CHECK_DIGITS                                                            \
	255 /* what holds as a LEI or CNPJ; the rest is no number                                  \
	     */

/* Where a text of an entry comes from. */
struct prb_list_value {
	struct prb_list_column column; /* header.p NULL: `fixed` */
	struct prb_span fixed;
	struct prb_span label;     /* "label: " before it (notes) */
	struct prb_span separator; /* between several in one cell, or empty */
	struct prb_span
		otherwise; /* in place of a word that is not in `words`; p NULL: the word itself */
	const struct prb_list_word *words;
	size_t words_count;
	uint8_t part;   /* enum prb_list_part */
	uint8_t scheme; /* of identifiers */
	bool optional;  /* the file may lack the column */
	bool split_aka; /* split.h */
};

enum prb_list_test { PRB_LIST_EQUALS, PRB_LIST_CONTAINS, PRB_LIST_HAS_WORD, PRB_LIST_IS_EMPTY };

/* Holds where the cell is, contains or has as a word one of `words`, all without regard to case
 * (ASCII); IS_EMPTY: where it is empty, or with `negated` is not. And where `also` holds too. */
struct prb_list_condition {
	struct prb_list_column column;
	uint8_t test; /* enum prb_list_test */
	bool negated, optional;
	const struct prb_span *words;
	size_t words_count;
	struct prb_list_condition *also; /* or NULL */
};

struct prb_list_conditions { /* any of them */
	struct prb_list_condition *items;
	size_t count;
};

enum prb_list_date_form {
	PRB_LIST_DATE_ISO,          /* YYYY-MM-DD, also with a time behind 'T' */
	PRB_LIST_DATE_MONTH_D_YYYY, /* June 21, 2022; Aug. 2, 2024 */
	PRB_LIST_DATE_MDY,          /* MM/DD/YYYY */
	PRB_LIST_DATE_DMY,          /* DD/MM/YYYY */
	PRB_LIST_DATE_DMY_DOTS,     /* DD.MM.YYYY */
	PRB_LIST_DATE_FORMS
};

struct prb_list_manifest {
	struct prb_span list, title, publisher, licence, completeness, effect_words, url_words;
	struct prb_span edition, file, retrieved_from; /* may be empty */
	struct prb_span countries_equal;               /* codes with ';' between them */
	struct prb_list_format format;
	bool delimiter_by_name;   /* a tab where the file's name ends in .tsv, else a comma */
	bool short_rows;          /* cells at a row's end may be missing */
	struct prb_span sections; /* a row of one cell with these words names a section; or empty */
	bool replace;             /* the list of this id in the source tables goes */
	bool merge;               /* rows of one id make one entry */
	bool drop_unknown_country; /* else the row is refused */
	bool forced_labour;        /* the effect of every entry, unless `forced_labour_when` */
	struct prb_list_conditions forced_labour_when;
	struct prb_list_conditions persons, organisations, keep, drop;
	uint8_t dates[PRB_LIST_DATE_FORMS]; /* enum prb_list_date_form, in the order of trying */
	size_t dates_count;
	struct {
		struct prb_list_value *items;
		size_t count;
	} fields[PRB_LIST_FIELDS];
};

/* The member of `columns` that a field is. */
const char *prb_list_field_member(enum prb_list_field field);

/* Reads the file at `path`. The fault's detail names it and the place. */
enum prb_err prb_list_manifest_read(struct prb_arena *arena, const char *path,
	struct prb_list_manifest *out, struct prb_fault *fault);
/* The same of a text; `name` stands for the file in what is said. */
enum prb_err prb_list_manifest_parse(struct prb_arena *arena, const char *name,
	struct prb_span text, struct prb_list_manifest *out, struct prb_fault *fault);

#endif
