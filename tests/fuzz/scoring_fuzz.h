/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_FUZZ_SCORING_FUZZ_H
#define PRB_FUZZ_SCORING_FUZZ_H

/* The way of one declaration from bytes to report, over a release opened once: $PROBITY_DATA, else
 * the build's own. */

#include "scoring/rules/score.h"

void fuzz_require(bool kept, const char *promise);
void fuzz_score(struct prb_span json);
uint64_t fuzz_scored(void); /* how many were rated so far */

#endif
