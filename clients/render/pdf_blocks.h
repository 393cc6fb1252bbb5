/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_BLOCKS_H
#define PRB_RENDER_PDF_BLOCKS_H

/* The blocks of a document, one after the other, from the pen down. */

#include "clients/render/pdf_page.h"

#define PRB_PDF_PLACE_BYTES_MAX 64 /* of the name of a place */

/* A row of the outline that leads to a place, under cairo's row `parent` (0 for none); returns its
 * own number, 0 where nothing is drawn. */
int prb_pdf_outline(struct prb_pdf_pen *pen, int parent, struct prb_span words, const char *place);
/* All blocks that are for a page. Headings become places named by their ids, behind "rN-" in the
 * N-th of several documents, and rows of the outline. */
void prb_pdf_blocks(struct prb_pdf_pen *pen, size_t number, int parent);

#endif
