/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_VALIDATION_VALIDATION_H
#define PRB_VALIDATION_VALIDATION_H

/*
 * How far exposure agrees with the list of goods of the US Department of Labor (scoring/METHOD.md,
 * Validation).
 *
 * It is agreement and no predictive validity: the list that is the target also feeds three rows of
 * `what`. So what the list says is taken away in several ways before a pair is scored. Scores come
 * from scoring/rules alone; there is no second model here.
 *
 * Origins are the countries with a treaty record (known, or none that it could join) and with a
 * trafficking tier or a figure of conflict deaths. Goods are those with a heading of the Harmonized
 * System, downstream goods left out. A pair is listed where the release has it for forced labour.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/model/reference.h"
#include "scoring/validation/auc.h"

enum prb_way_cases { PRB_CASES_PAIRS, PRB_CASES_COUNTRY, PRB_CASES_FEWER, PRB_CASES_ORDERS };
#define PRB_CASES_KINDS 4

enum prb_way {
#define PRB_WAY(name, key, cases, text) PRB_WAY_##name,
#include "scoring/validation/ways.def"
#undef PRB_WAY
	PRB_WAYS
};

const char *prb_way_key(enum prb_way way);
const char *prb_way_text(enum prb_way way);
enum prb_way_cases prb_way_cases(enum prb_way way);

/* Weights that can be changed one at a time: the components, and behind them the lens shares. */
#define PRB_SCALED_COUNT (PRB_COMPONENTS + PRB_LENSES)
#define PRB_SCALED_ALL (-1)
/* "migrants", "lens_where" ... */
const char *prb_scaled_id(int which);
/* A copy of the reference with one weight, or all, times factor, at most 1. */
void prb_scale_weights(const struct prb_reference *reference, int which, prb_ppm factor,
	struct prb_reference *out);

struct prb_validation_figure {
	prb_ppm area, lo, hi; /* PRB_AUC_NONE where there is nothing to compare */
	int64_t positives, negatives;
};

struct prb_validation_input {
	const struct prb_reference *reference;
	const bool *ordered; /* per country: a customs order names it */
	uint32_t draws;      /* of the bootstrap; 0: no intervals */
	uint64_t seed;
	/* Called after each step with how many of how many are done; NULL: not. */
	void (*progress)(void *context, int done, int of);
	void *context;
};

/* By what factors weights are changed. */
#define PRB_SCALE_DOWN 700000
#define PRB_SCALE_UP 1300000

struct prb_validation {
	size_t origins, goods;
	struct prb_validation_figure ways[PRB_WAYS];
	/* Each component of `where` alone, and rows two and three of `what`, by kind of cases; its
	   area is PRB_AUC_NONE for those that the release does not have. */
	prb_ppm single[PRB_COMPONENTS][PRB_CASES_KINDS];
	/* Own row out with one weight changed: down, up. */
	prb_ppm scaled[PRB_SCALED_COUNT][2];
};

/* PRB_ERR_MEMORY; *out is then untouched. */
enum prb_err prb_validate(struct prb_arena *arena, const struct prb_validation_input *input,
	struct prb_validation *out);

/* The best single component of `where` over the cases of a way. Rows two and three of `what` are no
 * index of their own: they are the list again. */
prb_ppm prb_validation_best_single(const struct prb_validation *validation, enum prb_way way);

/* The goal of the method: own row out reaches this, and each way lies above every single component
 * of `where`. PRB_WAYS asks for all ways. */
#define PRB_GOAL_OWN_ROW 905000
bool prb_validation_above_singles(const struct prb_validation *validation, enum prb_way way);

#endif
