/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_SCREENER_H
#define PRB_CLI_SCREENER_H

/*
 * One declaration through the whole way: bytes -> declaration -> facts -> result -> output. A
 * screener is for one thread; rows are handed to it in batches, whose outputs are written in the
 * order in which the batches were filled.
 */

#include "clients/render/lang.h"
#include "datasets/facts/decisions.h"
#include "scoring/rules/score.h"

#define BATCH_ROWS 256

enum output { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_NDJSON, OUTPUT_CSV, OUTPUT_HTML, OUTPUT_PDF };

struct screen_settings {
	const struct prb_release *release;
	const char *name; /* of the file, for messages */
	prb_date as_of;
	enum prb_declarant declarant;
	const struct prb_book *book;                 /* of --upstream; NULL for none */
	const struct prb_decision_source *decisions; /* of --decisions; NULL for none */
	enum output output;
	enum prb_lang lang; /* of tables, of `why` in a CSV, of pages */
	bool colour;
	bool verbose;
};

struct batch_row {
	uint64_t line;
	size_t at, bytes;   /* the declaration's text in `texts`; for a refused row the reason */
	size_t notes_bytes; /* behind the text: what was read into the row, one line each */
	bool refused;
};

struct batch {
	struct prb_str texts;
	struct batch_row rows[BATCH_ROWS];
	size_t count;
	struct prb_str out, err;
	uint64_t ratings[5]; /* by enum prb_rating */
	uint64_t refused, noted;
};

void batch_init(struct batch *batch);
void batch_finish(struct batch *batch);
void batch_reset(struct batch *batch);

struct screener;
/* NULL without memory. */
struct screener *screener_create(const struct screen_settings *settings);
void screener_destroy(struct screener *screener);
void screener_run(struct screener *screener, struct batch *batch);
/* Reads and gathers one declaration without scoring it; the first fault's detail goes to *fault. */
enum prb_err screener_probe(
	struct screener *screener, struct prb_span json, struct prb_fault *fault);
/* One declaration to its report, appended to out; options->scratch is the screener's own. What
 * was wrong with it stands in *faults, which lives until the next call. */
enum prb_err screener_report(struct screener *screener, struct prb_span json,
	const struct prb_score_options *options, struct prb_str *out,
	const struct prb_faults **faults);

#endif
