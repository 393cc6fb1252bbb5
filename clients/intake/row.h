/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_ROW_H
#define PRB_INTAKE_ROW_H

/*
 * One row of a list -> the canonical JSON text of one declaration, and notes on what was read with
 * a doubt. The texts live until the next row.
 */

#include "clients/intake/columns.h"
#include "clients/intake/intake.h"
#include "clients/intake/notes.h"

struct prb_intake_row_maker {
	const struct prb_intake_plan *plan;
	const struct prb_intake_options *options;
	struct prb_intake_notes notes;
	struct prb_str json;
	struct prb_str address;
	struct prb_str product;
};

void prb_intake_row_maker_init(struct prb_intake_row_maker *maker,
	const struct prb_intake_plan *plan, const struct prb_intake_options *options);
void prb_intake_row_maker_finish(struct prb_intake_row_maker *maker);

/* Makes maker->json and maker->notes (which keep what was noted before). The cells must be UTF-8
 * and are tidied in place. Otherwise the fault says which column is to blame; PRB_ERR_MEMORY
 * concerns the whole file. */
enum prb_err prb_intake_row_make(struct prb_intake_row_maker *maker, struct prb_intake_cells *cells,
	struct prb_fault *fault);

#endif
