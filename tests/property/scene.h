/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PROPERTY_SCENE_H
#define PRB_PROPERTY_SCENE_H

/*
 * A release opened once, and everything between a spec and what the properties compare.
 */

#include "scoring/model/facts.h"
#include "scoring/rules/score.h"
#include "tests/property/spec.h"

/* What two results are compared by. */
struct headline {
	uint8_t rating, best, worst, icls, state_imposed;
	uint8_t states[PRB_INDICATORS + 1];
	uint8_t use_indicator[SPEC_FINDINGS_MAX]; /* the indicator that each finding counts for */
	prb_ppm inherent, lo, hi, residual, coverage;
	size_t listings;
	int rule;
	bool listing_matched; /* some hit is a match */
	uint64_t worst_case;  /* a hash of the case that sets the exposure, and what makes it */
};

/* How the facts are changed between gathering and scoring. */
enum twist {
	TWIST_NONE,
	TWIST_POSSIBLE,  /* every match is made a possible one */
	TWIST_SAME,      /* and a person decides that it is the same party */
	TWIST_DIFFERENT, /* or another one */
};

void scene_open(void);
void scene_close(void);
struct headline scene_score(const struct spec *s, enum twist twist);
/* With those of the supplier's statements confirmed whose bit of `which` is set, counted from 0 in
 * the order of the declaration, and again from 0 behind 63. */
struct headline scene_score_confirmed(const struct spec *s, uint64_t which);
/* The result itself, with its report in *report; both live until the next call. */
const struct prb_result *scene_report(const struct spec *s, struct prb_span *report);
/* The text of the last declaration. */
const char *scene_text(void);
struct prb_arena *scene_spare_arena(void); /* emptied at each call */

#endif
