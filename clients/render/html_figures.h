/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_HTML_FIGURES_H
#define PRB_RENDER_HTML_FIGURES_H

/*
 * The drawings of a page, as SVG inside it, in the colour of the text around them: they print
 * without backgrounds and need no style. Each stands beside the words that say the same, so that
 * readers of the screen pass over it.
 */

#include "clients/render/document.h"

void prb_html_bar(const struct prb_block_bar *bar, bool rtl, struct prb_str *out);
/* The sign of an indicator's state: filled, half, dotted, ticked, empty, or hatched for unknown. */
void prb_html_sign(struct prb_span state_key, struct prb_str *out);
/* False where the address is too long for a code. */
bool prb_html_qr(struct prb_span url, struct prb_str *out);

#endif
