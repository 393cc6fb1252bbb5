/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_CELLS_H
#define PRB_RENDER_CELLS_H

/*
 * The cells of a table that stands in the program (embedded.h). RFC 4180, but no cell has a line
 * break or a quote inside its quotes: datasets/build and the tests read the tables whole.
 */

#include <stdbool.h>

#include "scoring/base/text.h"

/* The cell at which *rest begins, as it stands there, without its quotes; *rest is then what is
 * behind its comma or its row. *last: it ended its row. */
struct prb_span prb_cell_next(struct prb_span *rest, bool *last);

#endif
