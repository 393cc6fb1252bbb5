/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_CHANGE_H
#define PRB_RULES_CHANGE_H

/*
 * What would change the rating: the smallest sets of (site, indicator) whose verified remediation
 * at the as-of date lowers it (scoring/METHOD.md section 7). Inside scoring/rules only.
 */

#include "scoring/rules/rating.h"

/* `inputs` is the reading at its point, whose cells `findings` still holds; `rating` what it came
 * to. Needs no memory but a list of sets in the arena. */
enum prb_err prb_change_find(struct prb_arena *arena, const struct prb_findings *findings,
	const struct prb_rating_inputs *inputs, enum prb_rating rating, struct prb_change *out);

#endif
