/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_PDF_CHART_H
#define PRB_RENDER_PDF_CHART_H

/* Pictures: what they show stands beside them in words, always, and they can be told apart without
 * colour. */

#include "clients/render/pdf_page.h"

/* For text on white (4.5:1 and more) and for shapes. */
struct prb_pdf_colour prb_pdf_rating_colour(struct prb_span key);
/* 0 low to 3 critical; -1 for unknown. */
int prb_pdf_rating_step(struct prb_span key);

/* The sign of an indicator's state, size wide and high: full where it is present, half where it is
 * contested, a ring with a point where it is historic, a tick where it is remedied, an empty ring
 * where it is absent, hatched where nothing is known. */
void prb_pdf_sign(struct prb_pdf_pen *pen, struct prb_span state, double x, double y, double size);

/* The four steps from low to critical, those of the range filled, the rating's own with a mark
 * above; nothing is drawn where the ends of the range are unknown. */
void prb_pdf_scale(struct prb_pdf_pen *pen, const struct prb_block_rating *rating, double x,
	double y, double width);

/* A row: the words, the bar, what it says. */
void prb_pdf_block_bar(struct prb_pdf_pen *pen, const struct prb_block *block);
/* 32 mm: half a millimetre for a module, which cheap cameras read. */
#define PRB_PDF_QR_SIZE 92.0

/* A code to scan with its caption and its URL in words. Where it cannot be made the words stand
 * alone. */
void prb_pdf_block_qr(struct prb_pdf_pen *pen, const struct prb_block *block);

#endif
