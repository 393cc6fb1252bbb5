/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_TABLE_H
#define PRB_RENDER_PDF_TABLE_H

/* Tables: columns as wide as their words want, rows over as many pages as it takes, with the head
 * of the table on each. */

#include "clients/render/pdf_page.h"

/* No table of a report has more; further columns are left out. */
#define PRB_PDF_COLUMNS_MAX 10

struct prb_pdf_cell {
	struct prb_cell cell;
	struct prb_span state; /* an indicator's, for the sign before the words; empty for none */
	struct prb_span link;
};

struct prb_pdf_table {
	struct prb_span caption;
	const struct prb_span *columns;
	size_t columns_count, rows_count;
	struct prb_pdf_cell (*cell)(const void *context, size_t row, size_t column);
	const void *context;
};

void prb_pdf_table(struct prb_pdf_pen *pen, const struct prb_pdf_table *table);
/* The two of a document. */
void prb_pdf_block_table(struct prb_pdf_pen *pen, const struct prb_block *block);
void prb_pdf_block_indicators(struct prb_pdf_pen *pen, const struct prb_block *block);

#endif
