/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MODEL_REFERENCE_H
#define PRB_MODEL_REFERENCE_H

/*
 * The reference tables that scoring reads, in memory and read-only.
 *
 * They are filled once when a dataset release is opened (datasets/store) and are small: some 250
 * countries, 170 goods, 50 scopes, the method's weights and decision table. Large tables (entities,
 * names, words) stay in the release and reach scoring only as facts (facts.h). Texts are borrowed
 * and ended by NUL.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/ppm.h"
#include "scoring/model/words.h"

#define PRB_COUNTRIES_MAX 256
#define PRB_HS_BYTES 11     /* up to ten digits and NUL */
#define PRB_REGION_BYTES 8  /* "CN-XJ", ISO 3166-2, and NUL */
#define PRB_SCOPE_HS_MAX 24 /* prefixes of one scope */

enum prb_known {
	PRB_KNOWN,
	PRB_IMPUTED,        /* missing: ppm is the median of the subregion, region or world */
	PRB_NOT_APPLICABLE, /* cannot have a value: leaves the mean */
};

/* One component of the lens `where` for one country, on its fixed scale. */
struct prb_where_value {
	int32_t ppm;
	uint8_t known; /* enum prb_known */
	bool verified;
	uint16_t year;      /* 0 where not known */
	const char *source; /* where the value comes from; for an imputed one, the rows it is the
			       median of */
};

struct prb_country {
	char iso3[4];
	char iso2[3];
	const char *name_en;
	struct prb_where_value where[PRB_WHERE_COMPONENTS];
	int32_t tied_status_ppm; /* mean of the three codings; 0 outside the table */
	bool tied_status_listed;
	bool eu_member;      /* of the European Union, by the list's date */
	bool regions_matter; /* some scope of this country names a region or asks for the province
			      */
};

enum prb_listed { PRB_LISTED_NO, PRB_LISTED_CHILD_ONLY, PRB_LISTED_FORCED };

struct prb_good {
	const char *name;
	/* Countries are indexes into prb_reference.countries. */
	const uint8_t *listed;       /* countries_count values of enum prb_listed */
	const uint8_t *input_listed; /* the same for the good's listed inputs: by producer country,
					downstream goods only; else NULL */
	/* The countries with PRB_LISTED_FORCED, a bit for each: to count those of several goods. */
	uint64_t forced[PRB_COUNTRIES_MAX / 64];
};

/* A heading (or chapter) of the Harmonized System that stands for a good; sorted by prefix. */
struct prb_good_prefix {
	char prefix[PRB_HS_BYTES];
	uint16_t good;
};

enum prb_scope_effect { PRB_EFFECT_NONE, PRB_EFFECT_PRESUMED, PRB_EFFECT_ASK, PRB_EFFECT_EXPOSURE };

/* A row of the table of state-imposed forced labour, of status present and effect presumed or ask.
 * Empty strings and -1 mean "any". */
struct prb_scope {
	const char *id;
	int16_t country;     /* -1: any */
	int16_t nationality; /* -1: not about nationality */
	char region[PRB_REGION_BYTES];
	const char *good; /* "" : all goods */
	char hs[PRB_SCOPE_HS_MAX][PRB_HS_BYTES];
	uint8_t hs_count;
	uint8_t effect; /* enum prb_scope_effect */
	const char *law;
	const char *source;
	const char *since;
	const char *as_of;
};

enum prb_strength {
	PRB_STRENGTH_NONE,
	PRB_STRENGTH_WEAK,
	PRB_STRENGTH_MEDIUM,
	PRB_STRENGTH_STRONG
};

#define PRB_ITEMS_MAX 128

/* An item of the ILO-EC Delphi list; sorted by id. A release has at most PRB_ITEMS_MAX. */
struct prb_item {
	char id[8];
	uint8_t indicator;    /* 0: none by itself */
	uint8_t side;         /* enum prb_side */
	uint8_t adult, child; /* enum prb_strength */
	uint8_t dimension;    /* enum prb_dimension */
};

/* One row of the decision table. */
struct prb_rating_row {
	uint8_t number;
	uint8_t rating;    /* enum prb_rating */
	uint8_t rule;      /* enum prb_rating_rule */
	int32_t threshold; /* points, months or a count, as the rule reads it */
};

struct prb_weight {
	int32_t ppm;
	const char *source; /* where the component's values come from, for reports; NULL: an
			       overlay that this release was built without */
};

/* What shows that a report holds what a law asks for; scoring/METHOD.md section 7. */
enum prb_shown {
#define PRB_SHOWN(name, word) PRB_SHOWN_##name,
#define PRB_SHOWN_CONTROL(name, word) PRB_SHOWN_##name,
#include "scoring/model/shown.def"
#undef PRB_SHOWN
#undef PRB_SHOWN_CONTROL
	PRB_SHOWN_COUNT
};

/* One of the things that a law or standard wants in a report. */
struct prb_requirement {
	const char *id; /* a text key: "requirement.<id>" */
	uint8_t shown;  /* enum prb_shown */
};

#define PRB_LAW_REQUIREMENTS_MAX 16
#define PRB_MARKET_ANY (-1) /* a standard: wherever a market is declared */
#define PRB_MARKET_EU (-2)  /* "EU" or any of its members */

/* A law or standard; sorted by id. */
struct prb_law {
	const char *id; /* a text key: "law.<id>" */
	const char *instrument, *jurisdiction;
	const char *applies_from; /* a date, a month or a year; "" where it is in force without one
				   */
	const char *source;       /* "" where none was read */
	const char *status;       /* how far the row is verified */
	int16_t market;           /* a country, PRB_MARKET_ANY or PRB_MARKET_EU */
	uint8_t requirements_count;
	struct prb_requirement requirements[PRB_LAW_REQUIREMENTS_MAX];
};

/* What is judged of an indicator's remedy, and how often it is reported. */
struct prb_remedy_row {
	uint16_t days;               /* from as_of, until it should be verified */
	uint16_t verified_by;        /* bit i: enum prb_source i */
	uint16_t reported_per_mille; /* of those in forced labour, by the ILO; 0 where there is no
					figure */
};

/* A public body where workers get help; sorted by country and name. */
struct prb_referral {
	int16_t country;
	const char *body, *kind;
	const char *url, *phone; /* "" where the source names none; not both */
	const char *caution;     /* a text key: "caution.<caution>"; "" for none */
	const char *source;
	const char *as_of;  /* of the page it was read on; "" where the page has no date */
	const char *status; /* "verified_in_source": read with the body or its government */
};

struct prb_reference {
	char release[PRB_SHA256_HEX_BYTES];       /* logical hash of the release */
	char method_sha256[PRB_SHA256_HEX_BYTES]; /* over the method tables alone */
	const char *method_version;
	const struct prb_country *countries; /* sorted by iso3 */
	size_t countries_count;
	const struct prb_good *goods;
	size_t goods_count;
	const struct prb_good_prefix *prefixes;
	size_t prefixes_count;
	const uint16_t
		*origin_forced_count; /* per country: how many goods are listed for forced labour */
	const struct prb_scope *scopes;
	size_t scopes_count;
	const struct prb_item *items;
	size_t items_count;
	const struct prb_rating_row *rating;
	size_t rating_count;
	const struct prb_law *laws;
	size_t laws_count;
	const struct prb_referral *referrals;
	size_t referrals_count;
	struct prb_remedy_row remedies[PRB_INDICATORS + 1]; /* by indicator, from 1 */
	struct prb_weight weights[PRB_COMPONENTS];
	int64_t constants[PRB_CONSTANTS];
	int32_t sector_per_mille[26]; /* by ISIC section letter; -1 where there is no figure */
	char section_of_chapter[100]; /* HS chapter -> ISIC section letter; 0 where there is none */
};

/* Index of a country by its alpha-3 code, -1 when there is none. */
int prb_reference_country(const struct prb_reference *reference, struct prb_span iso3);
/* Whether the release has the component: all have those that are no overlay. */
bool prb_reference_has(const struct prb_reference *reference, enum prb_component component);
/* NULL when there is none. */
const struct prb_item *prb_reference_item(
	const struct prb_reference *reference, struct prb_span id);
/* Fills goods[] with the indexes of the goods whose prefix the code starts with; returns how many
 * (at most max). */
size_t prb_reference_goods(
	const struct prb_reference *reference, struct prb_span hs, uint16_t *goods, size_t max);

const char *prb_shown_word(enum prb_shown shown);
/* PRB_SHOWN_COUNT when it is none of them. */
enum prb_shown prb_shown_find(struct prb_span word);

#endif
