/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PROPERTY_SPEC_H
#define PRB_PROPERTY_SPEC_H

/*
 * A declaration as the properties see it: small numbers that choose from tables, so that it can be
 * drawn from a seed, changed in one place, and made smaller. 0 always means "not given". Plain
 * memory: it may be copied.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/date.h"
#include "scoring/base/text.h"

#define SPEC_SITES_MAX 4
#define SPEC_PRODUCTS_MAX 3
#define SPEC_INPUTS_MAX 3
#define SPEC_FINDINGS_MAX 12
#define SPEC_CONTROLS_MAX 6
#define SPEC_UPSTREAM_MAX 3
#define SPEC_SPELLINGS 4

#define SPEC_AS_OF_YEAR 2026
#define SPEC_AS_OF_MONTH 6
#define SPEC_AS_OF_DAY 30

struct spec_place {
	uint8_t country; /* spec_countries */
	uint8_t region;  /* CHN only: spec_regions */
};

struct spec_good {
	uint8_t hs, words; /* spec_hs, spec_words */
	struct spec_place origin;
};

struct spec_product {
	struct spec_good good;
	bool inputs_given;
	uint8_t inputs_count;
	struct spec_good inputs[SPEC_INPUTS_MAX];
};

struct spec_finding {
	uint8_t indicator; /* enum prb_indicator, 0 where the item alone names it */
	uint8_t item;      /* spec_items */
	uint8_t state, source;
	int16_t days; /* before the as-of date; -1: undated */
	uint8_t site; /* 1 + index */
	uint8_t group;
	uint8_t concerns_under_18, used_to_compel; /* enum prb_tri */
	uint8_t contested;
	uint8_t remedy, remedy_source;
	int16_t remedy_days;
};

/* Counts are -1 where not given, as in the declaration itself. */
struct spec_workforce {
	int32_t total, migrant, agency, under_18, peak_hours, rest_days, months_away;
	uint8_t fees, reimbursed, housing, piece_rate, phones, transfer, prison, consent;
	uint8_t nationality; /* spec_countries */
};

struct spec_control {
	uint8_t control, evidence;
};

struct spec_upstream {
	uint8_t name; /* spec_names */
	uint8_t tier;
	struct spec_place place;
};

struct spec {
	uint8_t declarant;
	uint8_t name;
	uint8_t spelling; /* of all names: as they are, in capitals, in quotes, with accents */
	struct spec_place place;
	uint8_t sites_count, products_count, findings_count, controls_count, upstream_count;
	struct spec_place sites[SPEC_SITES_MAX]; /* ids s0, s1 ... */
	uint8_t site_ids[SPEC_SITES_MAX];
	struct spec_product products[SPEC_PRODUCTS_MAX];
	struct spec_finding findings[SPEC_FINDINGS_MAX];
	struct spec_control controls[SPEC_CONTROLS_MAX];
	struct spec_upstream upstream[SPEC_UPSTREAM_MAX];
	struct spec_workforce workforce;
	bool market_usa;
};

/* Draws: splitmix64 (Steele, Lea, Flood 2014), the same on every machine. */
uint64_t spec_draw(uint64_t *state);
uint32_t spec_below(uint64_t *state, uint32_t n); /* 0..n-1 */

/* What the i-th declaration of a seed is drawn from. */
uint64_t spec_state(uint64_t seed, uint64_t i);
void spec_generate(uint64_t *state, struct spec *out);
/* A present finding that is neither remedied nor contested; an absent one; both without site and
 * group as a rule. */
struct spec_finding spec_finding_present(uint64_t *state, const struct spec *s);
struct spec_finding spec_finding_absent(uint64_t *state, const struct spec *s);
void spec_write(const struct spec *s, struct prb_str *out); /* as JSON */
/* Takes something away; false when there is no k-th reduction, and *same where it changed nothing.
 */
bool spec_reduce(struct spec *s, int k, bool *same);
bool spec_is_china(uint8_t country);
/* A region of China, the presumed one among them. */
struct spec_place spec_place_in_china(uint64_t *state);
/* Gives the supplier, or a party upstream, a name and country that stand on a list. */
void spec_name_as_listed(uint64_t *state, struct spec *s);
prb_date spec_as_of(void);

#endif
