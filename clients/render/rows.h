/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_ROWS_H
#define PRB_RENDER_ROWS_H

/*
 * One result as one line: of a table for people, or of a CSV for a spreadsheet.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"
#include "scoring/rules/score.h"

void prb_render_table_head(struct prb_str *out, bool colour);
void prb_render_table_row(
	const struct prb_result *result, uint64_t line, bool colour, struct prb_str *out);

void prb_render_csv_head(struct prb_str *out);
void prb_render_csv_row(const struct prb_result *result, uint64_t line, struct prb_str *out);

/* Appends a CSV cell, quoted where it must be. Text that a spreadsheet would take for a formula (it
 * starts with = + - @, a tab or a carriage return) gets an apostrophe in front. */
void prb_render_csv_cell(struct prb_span text, struct prb_str *out);

#endif
