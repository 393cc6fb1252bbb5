/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_FIGURES_H
#define PRB_INTAKE_FIGURES_H

/*
 * Numbers as people write them in lists: "1,234", "100-150", "c. 200", "71.0%". What cannot be read
 * with certainty is not guessed at.
 */

#include <stdint.h>

#include "scoring/base/ppm.h"
#include "scoring/base/text.h"

enum prb_intake_reading {
	PRB_INTAKE_UNREADABLE,
	PRB_INTAKE_EXACT,
	PRB_INTAKE_RANGE,    /* "100-150": the lower end */
	PRB_INTAKE_ABOUT,    /* "c. 200" */
	PRB_INTAKE_AT_LEAST, /* "200+" */
};

/* A count of 0..max. *out is untouched when it cannot be read. */
enum prb_intake_reading prb_intake_read_count(struct prb_span cell, int64_t max, int64_t *out);

enum prb_intake_share {
	PRB_INTAKE_SHARE_UNREADABLE,
	PRB_INTAKE_SHARE_PERCENT, /* the cell or the header says percent, or the value is above 1 */
	PRB_INTAKE_SHARE_OF_ONE,  /* a bare value of 0..1 without a percent sign anywhere */
};

/* A share of 0..100 %. header_percent: the column's name says that it holds percent. */
enum prb_intake_share prb_intake_read_share(
	struct prb_span cell, bool header_percent, prb_ppm *out);

#endif
