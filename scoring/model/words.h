/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MODEL_WORDS_H
#define PRB_MODEL_WORDS_H

/*
 * The words of the method: every enumeration that appears in JSON, with its wire words. Zero always
 * means "not given".
 */

#include <stdint.h>

#include "scoring/base/text.h"

enum prb_side { PRB_SIDE_NONE, PRB_SIDE_COERCION, PRB_SIDE_INVOLUNTARY };

enum prb_indicator {
	PRB_INDICATOR_NONE,
#define PRB_INDICATOR(name, code, key, side) PRB_IND_##name = code,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
	PRB_INDICATORS = 11
};

enum prb_source {
	PRB_SOURCE_NONE,
#define PRB_SOURCE(name, word, rank) PRB_SOURCE_##name,
#include "scoring/model/sources.def"
#undef PRB_SOURCE
	PRB_SOURCE_COUNT
};

enum prb_control {
	PRB_CONTROL_NONE,
#define PRB_CONTROL(name, word) PRB_CONTROL_##name,
#include "scoring/model/controls.def"
#undef PRB_CONTROL
	PRB_CONTROL_COUNT
};

/* The six dimensions of the ILO-EC Delphi indicators of 2009. */
enum prb_dimension {
	PRB_DIMENSION_NONE,
#define PRB_DIMENSION(name, word) PRB_DIM_##name,
#include "scoring/model/dimensions.def"
#undef PRB_DIMENSION
	PRB_DIMENSION_COUNT
};

enum prb_lens { PRB_LENS_WHERE, PRB_LENS_WHAT, PRB_LENS_WHO, PRB_LENSES };

enum prb_component {
#define PRB_COMPONENT(lens, name, id) PRB_##lens##_##name,
#include "scoring/model/components.def"
#undef PRB_COMPONENT
	PRB_COMPONENTS
};
#define PRB_WHERE_COMPONENTS (PRB_WHAT_GOOD_LISTED)
#define PRB_OVERLAYS_FROM (PRB_WHERE_OVERLAY_PREVALENCE) /* to the end of `where` */
#define PRB_OVERLAY_COMPONENTS (PRB_WHERE_COMPONENTS - PRB_OVERLAYS_FROM)
#define PRB_WHAT_COMPONENTS (PRB_WHO_MIGRANTS - PRB_WHAT_GOOD_LISTED)
#define PRB_WHO_COMPONENTS (PRB_COMPONENTS - PRB_WHO_MIGRANTS)

enum prb_constant { /* PRB_K_LENS_WHERE_SHARE ... */
#define PRB_CONSTANT(name, key) PRB_K_##name,
#include "scoring/model/constants.def"
#undef PRB_CONSTANT
	PRB_CONSTANTS
};

enum prb_rating_rule {
#define PRB_RATING_RULE(name, key) PRB_RULE_##name,
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE
	PRB_RATING_RULES
};

/* In the order of severity; `unknown` is off the scale. */
enum prb_rating {
	PRB_RATING_UNKNOWN,
	PRB_RATING_LOW,
	PRB_RATING_MEDIUM,
	PRB_RATING_HIGH,
	PRB_RATING_CRITICAL
};

enum prb_declarant { PRB_DECLARANT_NONE, PRB_SUPPLIER, PRB_COMPANY, PRB_OFFICER, PRB_AUDITOR };
enum prb_finding_state { PRB_FINDING_NONE, PRB_FINDING_PRESENT, PRB_FINDING_ABSENT };
enum prb_evidence { PRB_EVIDENCE_NONE, PRB_CLAIMED, PRB_DOCUMENTED, PRB_VERIFIED };
enum prb_remediation_state {
	PRB_REMEDIATION_NOT_GIVEN,
	PRB_REMEDIATION_NONE,
	PRB_REMEDIATION_CLAIMED,
	PRB_REMEDIATION_DOCUMENTED,
	PRB_REMEDIATION_VERIFIED
};
enum prb_contested_by {
	PRB_CONTESTED_NOT,
	PRB_CONTESTED_COURT,
	PRB_CONTESTED_AUTHORITY,
	PRB_CONTESTED_INDEPENDENT
};
enum prb_answer { PRB_ANSWER_NONE, PRB_YES, PRB_NO, PRB_ANSWER_UNKNOWN };
enum prb_fees { PRB_FEES_NONE, PRB_FEES_WORKERS, PRB_FEES_EMPLOYER, PRB_FEES_UNKNOWN };
enum prb_housing {
	PRB_HOUSING_NONE,
	PRB_HOUSING_EMPLOYER,
	PRB_HOUSING_INDEPENDENT,
	PRB_HOUSING_UNKNOWN
};
enum prb_prison {
	PRB_PRISON_NOT_GIVEN,
	PRB_PRISON_NONE,
	PRB_PRISON_PUBLIC,
	PRB_PRISON_PRIVATE,
	PRB_PRISON_UNKNOWN
};
enum prb_scheme {
	PRB_SCHEME_NONE,
	PRB_SCHEME_LEI,
	PRB_SCHEME_OS_ID,
	PRB_SCHEME_GLN,
	PRB_SCHEME_DUNS,
	PRB_SCHEME_VAT,
	PRB_SCHEME_CNPJ,
	PRB_SCHEME_OTHER
};
enum prb_tri { PRB_UNSAID, PRB_FALSE, PRB_TRUE };

/* A list of wire words: words[0] belongs to the value 1. */
struct prb_words {
	const char *name;
	const char *const *words;
	uint8_t count;
};

extern const struct prb_words prb_words_indicator, prb_words_source, prb_words_control,
	prb_words_declarant, prb_words_finding_state, prb_words_evidence, prb_words_remediation,
	prb_words_contested_by, prb_words_answer, prb_words_fees, prb_words_housing,
	prb_words_prison, prb_words_scheme, prb_words_dimension;

/* The value of a word, 0 when it is none of them. */
uint8_t prb_words_find(const struct prb_words *words, struct prb_span word);
/* The word of a value; "" for 0. */
const char *prb_words_text(const struct prb_words *words, uint8_t value);

const char *prb_rating_word(enum prb_rating rating);
/* UNKNOWN when it is none. */
enum prb_rating prb_rating_find(struct prb_span word);
const char *prb_indicator_key(enum prb_indicator indicator);
enum prb_side prb_indicator_side(enum prb_indicator indicator);
int prb_source_rank(enum prb_source source);
const char *prb_component_id(enum prb_component component);
enum prb_lens prb_component_lens(enum prb_component component);
/* Whether a component comes from an overlay, which most releases are built without. */
bool prb_component_is_overlay(enum prb_component component);
const char *prb_lens_word(enum prb_lens lens);
const char *prb_constant_key(enum prb_constant constant);
const char *prb_rating_rule_key(enum prb_rating_rule rule);

#endif
