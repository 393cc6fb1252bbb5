/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_VALIDATION_AUC_H
#define PRB_VALIDATION_AUC_H

/*
 * The area under the ROC curve (AUC): how often a case that is listed scores higher than one that
 * is not, a tie counting half (Mann and Whitney's U divided by the number of pairs).
 *
 * Integers throughout, so every machine prints the same figure. Cases belong to groups (origins):
 * the bootstrap draws whole groups, since the goods of one origin are no independent observations.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/ppm.h"

#define PRB_AUC_GROUPS_MAX 1024
#define PRB_AUC_DRAWS_MAX 100000
#define PRB_AUC_NONE (-1) /* no pair to compare */

struct prb_auc_case {
	int32_t score; /* 0..PRB_PPM_ONE */
	uint16_t group;
	bool positive;
};

/* A set of cases, sorted; borrowed from the caller. */
struct prb_auc {
	const struct prb_auc_case *cases;
	size_t count;
	bool within; /* a case is compared with those of its own group alone */
};

struct prb_auc_counts {
	int64_t positives, negatives;
	int64_t pairs;
	int64_t agreed; /* in halves: 2 for a pair in the right order, 1 for a tie */
};

/* Sorts the cases in place; spare has room for as many. */
void prb_auc_make(struct prb_auc_case *cases, struct prb_auc_case *spare, size_t count, bool within,
	struct prb_auc *out);

/* Each case counts weights[its group] times; weights NULL: once. */
struct prb_auc_counts prb_auc_count(const struct prb_auc *auc, const uint32_t *weights);

/* ppm, rounded half up; PRB_AUC_NONE where there is no pair. */
prb_ppm prb_auc_area(const struct prb_auc_counts *counts);

/* A stream of numbers that is the same everywhere (splitmix64, Steele, Lea and Flood 2014). */
struct prb_draws {
	uint64_t state;
};
/* Even over 0..below-1; below > 0. */
uint32_t prb_draw(struct prb_draws *draws, uint32_t below);

/*
 * The interval that holds 95 % of the areas of `draws` samples of the groups, each as many as there
 * are and drawn with replacement (percentile bootstrap; nearest rank). Samples without a pair are
 * passed over; both ends are PRB_AUC_NONE where none is left. PRB_ERR_MEMORY.
 */
enum prb_err prb_auc_interval(struct prb_arena *arena, const struct prb_auc *auc, uint32_t draws,
	uint64_t seed, prb_ppm *lo, prb_ppm *hi);

#endif
