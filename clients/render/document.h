/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_DOCUMENT_H
#define PRB_RENDER_DOCUMENT_H

/*
 * A report as blocks of words in one language: the one walk over its JSON. The text of `probity
 * explain`, the HTML page and the PDF are writers of it, and know nothing of reports.
 *
 *     for (const struct prb_block *b = document.first; b != NULL; b = b->next)
 *             switch (b->kind) { .. }
 *
 * All words are rendered already, raw UTF-8 without escapes and without line breaks. What a report
 * quotes went through prb_text_foreign: no control characters, no marks that turn the direction but
 * U+2068 and U+2069, which hold a quotation apart where it or the language runs from right to left.
 * Everything lives in the arena, next to the report it was made from.
 *
 * Plain text says less than a page, and says some things otherwise: `on` says which writer a block
 * is for. The surprise: a section's opening line in plain text ("Why:") and its heading on a page
 * are two blocks.
 */

#include <stdbool.h>
#include <stdint.h>

#include "clients/render/lang.h"
#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/json.h"
#include "scoring/base/text.h"

enum prb_block_kind {
	PRB_BLOCK_TITLE,      /* words: the supplier's name; .title */
	PRB_BLOCK_RATING,     /* words: the rating; .rating */
	PRB_BLOCK_HEADING,    /* words, level 2 or 3; .heading */
	PRB_BLOCK_PARAGRAPH,  /* words; level 1 stands further in */
	PRB_BLOCK_ITEM,       /* words: one of a list; level 1 */
	PRB_BLOCK_DETAIL,     /* words: small print under the item before; .detail */
	PRB_BLOCK_BAR,        /* words: what is measured; .bar */
	PRB_BLOCK_INDICATORS, /* words: the caption; .indicators */
	PRB_BLOCK_TABLE,      /* words: the caption; .table */
	PRB_BLOCK_FACT,       /* words: the term; .fact */
	PRB_BLOCK_SIGNATURE, /* words: what the rows are worth, or that there is none; .signature */
	PRB_BLOCK_QR,        /* words: the caption; .qr */
	PRB_BLOCK_NOTE,      /* words: small print of its own */
};

enum prb_block_on {
	PRB_ON_TEXT = 1, /* plain text */
	PRB_ON_PAGE = 2, /* HTML and PDF */
	PRB_ON_ALL = 3,
};

struct prb_cell {
	struct prb_span words;
	struct prb_span key; /* of a rating, for the looks; empty for everything else */
	bool quoted;         /* as a source has it, in English whatever the document's language */
	bool number;         /* to be set at the end of its column */
	bool code;           /* a digest or a name for programs: fixed width, from left to right */
};

struct prb_block_title {
	struct prb_span country; /* its name; empty where there is none */
	struct prb_span line; /* "Example AS (Norway): critical": plain text's whole first line */
};

struct prb_block_rating {
	struct prb_span key;      /* critical high medium low unknown: for the looks alone */
	struct prb_span sentence; /* what the rating says, one plain sentence */
	struct prb_span range;    /* "could be low to high when .." */
	struct prb_span low_key, low, high_key, high; /* the range's ends: keys and words */
};

struct prb_block_heading {
	struct prb_span id; /* [a-z_], the same in every language, unique in a document */
};

struct prb_block_detail {
	struct prb_span url; /* shown before the words, and led to; empty for none. The words may be
				empty where there is one */
};

/* value, low and high of 0 to max. Without a range low and high equal value. */
struct prb_block_bar {
	int64_t value, low, high, max;
	bool range;
	struct prb_span said; /* "87 of 100, possible 49 to 94" */
};

struct prb_indicator_row {
	int64_t code; /* 1 to 11 */
	struct prb_span name;
	struct prb_span state_key; /* present contested historic remedied absent unknown */
	struct prb_span state;
	struct prb_span grade; /* how well it is shown; empty where nothing is */
	struct prb_span rests; /* "media (finding 4), workers (finding 8)"; empty for none */
};

struct prb_block_indicators {
	struct prb_span columns[4]; /* over name, state, grade, rests */
	const struct prb_indicator_row *rows;
	size_t rows_count;
};

struct prb_block_table {
	const struct prb_span *columns; /* columns_count of them */
	size_t columns_count;
	const struct prb_cell *cells; /* row by row: rows_count * columns_count */
	size_t rows_count;
	const struct prb_span *links; /* NULL, or for each row the place that its first cell leads
					 to: "#..", or a URL; empty for none */
};

/* Rows of two cells: a term, and its value. */
struct prb_block_signature {
	const struct prb_cell *cells; /* 2 * rows_count */
	size_t rows_count;
	bool attested; /* false: the words say that nothing is signed */
};

struct prb_block {
	enum prb_block_kind kind;
	unsigned on; /* of enum prb_block_on */
	int level;
	bool gap; /* plain text: an empty line before it */
	struct prb_span words;
	union {
		struct prb_block_title title;
		struct prb_block_rating rating;
		struct prb_block_heading heading;
		struct prb_block_detail detail;
		struct prb_block_bar bar;
		struct prb_block_indicators indicators;
		struct prb_block_table table;
		struct {
			struct prb_cell value;
		} fact;
		struct prb_block_signature signature;
		struct {
			struct prb_span url; /* what the code holds */
		} qr;
	};
	const struct prb_block *next;
};

struct prb_document {
	enum prb_lang lang;      /* prb_lang_tag, prb_lang_is_rtl */
	struct prb_span title;   /* of the window or the file: "Report: Example AS" */
	struct prb_span id;      /* the report's, for the foot of a page; empty in a summary */
	struct prb_span as_of;   /* YYYY-MM-DD: the only date a file may be given */
	struct prb_span day;     /* the same in words, for the head of a page */
	struct prb_span subject; /* "forced labour", in words: what the file is about */
	struct prb_span foot;    /* which report, as of when, which method and data: one line */
	const struct prb_block *first;
};

/* What a document says that no report holds. */
struct prb_document_options {
	enum prb_lang lang;
	/* The server's answer about the attestation, or its credential; NULL where there is none.
	 */
	const struct prb_json *attestation;
	/* Where anybody can check it; empty for no code to scan. http or https alone. */
	struct prb_span verify_url;
};

/*
 * The document of one report. *document is untouched on failure: PRB_ERR_TYPE, PRB_ERR_VALUE or
 * PRB_ERR_MEMBER_MISSING with the pointer where the JSON is no report, PRB_ERR_MEMORY where the
 * arena is full. The report must live as long as the document.
 */
enum prb_err prb_document_of_report(struct prb_arena *arena, const struct prb_json *report,
	const struct prb_document_options *options, struct prb_document *document,
	struct prb_fault *fault);

/* One line of the summary that stands before several reports in one file. */
struct prb_document_summary_row {
	struct prb_span supplier, country, rating, low, high; /* as in the report: keys, alpha-3 */
	int64_t exposure, exposure_low, exposure_high, coverage;
	struct prb_span link; /* "#.." */
};

/* A title and a table of the reports that follow, in the order given. PRB_ERR_MEMORY alone. */
enum prb_err prb_document_of_summary(struct prb_arena *arena, enum prb_lang lang,
	const struct prb_document_summary_row *rows, size_t count, struct prb_document *document);

#endif
