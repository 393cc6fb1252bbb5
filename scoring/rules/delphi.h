/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_DELPHI_H
#define PRB_RULES_DELPHI_H

/*
 * The operational indicators of the ILO and the European Commission (Delphi survey, 2009): items of
 * six dimensions, each strong, medium or weak; a dimension is positive by rules R1 to R5, a case is
 * judged by rules C1 to C6 (datasets/sources/delphi_items.csv, delphi_rules.csv; scoring/METHOD.md
 * section 2). Evaluated in three values over the items of one site and worker group. Inside
 * scoring/rules only.
 */

#include "scoring/rules/score.h"

/* What the findings of one site and group say about one item; several may be set. */
enum prb_item_flag {
	PRB_ITEM_CURRENT = 1,   /* a present finding, neither old, remedied nor contested */
	PRB_ITEM_SUPPORTED = 2, /* such a finding of sufficient rank for row 3 */
	PRB_ITEM_CHILD = 4,     /* such a finding that concerns persons under 18 */
	PRB_ITEM_OPEN = 8,      /* contested or historic */
	PRB_ITEM_GONE = 16,     /* remedied, or absent by a finding of this item */
};

/* flags[] runs parallel to reference->items; an item that no finding names is unknown. Sets all of
 * *out but `evaluated` and `site`. */
void prb_delphi_evaluate(
	const struct prb_reference *reference, const uint8_t *flags, struct prb_delphi_result *out);

/* Whether a is the graver of two results: the one that is shown. */
bool prb_delphi_is_worse(const struct prb_delphi_result *a, const struct prb_delphi_result *b);

#endif
