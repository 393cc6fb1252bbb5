/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_SCALE_H
#define PRB_BUILD_SCALE_H

/*
 * From a figure in its own unit to 0..1, by the rows of method_anchors.csv. Figures are exact
 * decimals, taken times 10^PRB_SCALE_DECIMALS.
 */

#include "datasets/build/sources.h"

#define PRB_SCALE_DECIMALS 6

/* The share of the way from at_zero to at_one, clamped to 0..1; at_one may lie below. */
int32_t prb_scale_linear(int64_t figure, int64_t at_zero, int64_t at_one);

/* The same in powers: a step from 1 to 10 is as long as one from 10 to 100. 0 < at_zero < at_one.
 * Integers alone, so that every machine gets the same. */
int32_t prb_scale_log(int64_t figure, int64_t at_zero, int64_t at_one);

/* By the row's ends and its scale; false where the row has no such ends. */
bool prb_scale_by_anchor(const struct prb_sources *s, size_t anchor, int64_t figure, int32_t *ppm);

/* The category_ppm of a row that is of this very category. */
bool prb_scale_by_category(
	const struct prb_sources *s, size_t anchor, struct prb_span category, int32_t *ppm);

#endif
