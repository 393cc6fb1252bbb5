/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_SOURCES_H
#define PRB_BUILD_SOURCES_H

/*
 * The source tables in memory: read by the schema, checked cell by cell, then looked up by the
 * compiling parts.
 *
 * Every complaint names file, line and column; the column is the byte of the line (from 1) at which
 * the cell begins. Nothing stops at the first bad row: all tables are read and checked before
 * anybody says no.
 */

#include "datasets/build/build.h"
#include "scoring/base/arena.h"

enum prb_source_table {
#define PRB_SOURCE(table, file) PRB_SOURCE_##table,
#define PRB_COLUMN(table, column, header, kind, flags, param)
#include "datasets/build/schema.def"
#undef PRB_SOURCE
#undef PRB_COLUMN
	PRB_SOURCE_TABLES
};

/* Columns of all tables in one row of numbers: PRB_COL_COUNTRIES_ISO3. */
enum prb_source_column {
#define PRB_SOURCE(table, file)
#define PRB_COLUMN(table, column, header, kind, flags, param) PRB_COL_##table##_##column,
#include "datasets/build/schema.def"
#undef PRB_SOURCE
#undef PRB_COLUMN
	PRB_SOURCE_COLUMNS
};

enum prb_column_kind {
	PRB_KIND_TEXT,
	PRB_KIND_ID,        /* 1-64 of A-Za-z0-9._- */
	PRB_KIND_ISO3,      /* three capitals */
	PRB_KIND_ISO2,      /* two capitals */
	PRB_KIND_REF,       /* a value of the first column of the table named by param */
	PRB_KIND_REFS,      /* several with ';' between them */
	PRB_KIND_WORD,      /* one of param, with '|' between them */
	PRB_KIND_INT,       /* whole number within param, min..max */
	PRB_KIND_DECIMAL,   /* the same with at most six decimals that count */
	PRB_KIND_DATE,      /* YYYY-MM-DD */
	PRB_KIND_PARTIAL,   /* YYYY, YYYY-MM or YYYY-MM-DD */
	PRB_KIND_HS,        /* two, four or six digits */
	PRB_KIND_REGION,    /* ISO 3166-2: two capitals, '-', one to three capitals or digits */
	PRB_KIND_SECTION,   /* a section of ISIC: A to U */
	PRB_KIND_COMPONENT, /* scoring/model/components.def */
	PRB_KIND_CONSTANT,  /* scoring/model/constants.def */
	PRB_KIND_RULE,      /* scoring/model/rating_rules.def */
	PRB_KIND_SHOWN,     /* scoring/model/shown.def */
};

#define PRB_FLAG_OPT 0U
#define PRB_FLAG_REQ 1U
#define PRB_FLAG_KEYOPT 2U
#define PRB_FLAG_KEY 3U

struct prb_source_schema {
	const char *file;        /* without .csv */
	uint16_t first, columns; /* of enum prb_source_column */
};
struct prb_column_schema {
	const char *header;
	uint8_t kind, flags;
	const char *param;
};
extern const struct prb_column_schema prb_column_schemas[PRB_SOURCE_COLUMNS];
struct prb_source_schema prb_source_schema(enum prb_source_table table);
/* PRB_SOURCE_TABLES when there is none of that name. */
enum prb_source_table prb_source_find(struct prb_span file);

struct prb_cell {
	struct prb_span text;
	uint32_t line, column;
};

struct prb_source_rows {
	struct prb_cell *cells; /* rows x columns, in the schema's order of columns */
	size_t rows, room;
	bool broken;     /* some of it could not be read: what refers to it is not judged, one fault
			    must not bring a hundred */
	uint32_t *order; /* the rows sorted by their columns; all that is compiled goes in this
			    order */
};

struct prb_sources {
	const char *folder;
	const char *overlays[PRB_OVERLAYS]; /* the file of each; NULL: not in this release */
	struct prb_arena *arena;
	prb_build_say_fn say;
	void *say_context;
	size_t complaints;
	bool at_fault[PRB_OVERLAYS + 1]; /* which overlays they are of; the last: the folder */
	bool out_of_memory;
	struct prb_source_rows tables[PRB_SOURCE_TABLES];
};

#define PRB_COMPLAINTS_SAID_MAX 100

/* Says FILE:LINE:COLUMN: reason, and counts it. */
void prb_complain(struct prb_sources *s, enum prb_source_table table, uint32_t line,
	uint32_t column, const char *format, ...) __attribute__((format(printf, 5, 6)));
void prb_complain_cell(struct prb_sources *s, enum prb_source_column column, size_t row,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Reads all tables of the folder; complaints are counted. PRB_ERR_IO where the folder cannot be
 * read, PRB_ERR_MEMORY. */
enum prb_err prb_sources_read(struct prb_sources *s, struct prb_fault *fault);
/* Checks every cell and every key. */
void prb_sources_check(struct prb_sources *s);
void prb_sources_finish(struct prb_sources *s);

size_t prb_source_count(const struct prb_sources *s, enum prb_source_table table);
/* The text of a cell; rows are numbered in sorted order once prb_sources_check has run. */
struct prb_span prb_source_text(
	const struct prb_sources *s, enum prb_source_column column, size_t row);
bool prb_source_is(
	const struct prb_sources *s, enum prb_source_column column, size_t row, const char *text);
/* The first row whose leading columns are these (b may be p = NULL for one column), or -1. */
long prb_source_lookup(const struct prb_sources *s, enum prb_source_table table, struct prb_span a,
	struct prb_span b);

#endif
