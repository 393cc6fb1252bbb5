/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_ROWS_H
#define PRB_RENDER_ROWS_H

/*
 * One result as one line: of a table for people, or of a CSV for a spreadsheet.
 */

#include <stdbool.h>
#include <stdint.h>

#include "clients/render/lang.h"
#include "scoring/base/text.h"
#include "scoring/rules/score.h"

void prb_render_table_head(struct prb_str *out, bool colour);
/* The reason is said in this language; ratings stay the words of the report. */
void prb_render_table_row(const struct prb_result *result, uint64_t line, bool colour,
	enum prb_lang lang, struct prb_str *out);

void prb_render_csv_head(struct prb_str *out);
/* The cell `why` is said in this language; names of columns and all other cells are for programs
 * and stay. */
void prb_render_csv_row(
	const struct prb_result *result, uint64_t line, enum prb_lang lang, struct prb_str *out);

/* Appends a CSV cell, quoted where it must be. Text that a spreadsheet would take for a formula (it
 * starts with = + - @, a tab or a carriage return) gets an apostrophe in front. */
void prb_render_csv_cell(struct prb_span text, struct prb_str *out);

#endif
